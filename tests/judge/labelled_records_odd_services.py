"""Labelled records of single odd measurements of every other test, and of web_connectivity before 2018."""

from typing import Any

from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import E80, FINE_PLAIN, HOST, PLAIN, SAFE, SITE, A, headed
from tests.judge.records import (
    EOF,
    NXDOMAIN,
    PAPER,
    PAPER_HEADERS,
    REFUSED,
    RESET,
    TIMEOUT,
    Record,
    answer,
    asked,
    envelope,
    fetched,
    opened,
    shaken,
)
from tests.judge.scenarios import OK, B, I, L, N
from tests.judge.tools import keyed


def old_web(met: Record | str, tcp: str | None, control: Record, **more: Any) -> Record:
    """As the Python probe wrote it in 2016 and 2017: one request, connections marked as blocked, failures in its own words."""
    status = {"success": tcp is None, "failure": tcp or False, "blocked": tcp is not None}
    keys: Record = {
        "agent": "agent",
        "client_resolver": "178.124.0.9",
        "control": control,
        "control_failure": None,
        "queries": [
            {
                "query_type": "A",
                "hostname": HOST,
                "failure": None,
                "resolver_hostname": "8.8.8.8",
                "resolver_port": 53,
                "answers": [{"answer_type": "A", "ipv4": A, "ttl": 10}],
            }
        ],
        "tcp_connect": [{"ip": A, "port": 80, "status": status}],
        "requests": [fetched(PLAIN, met, tags=None)],
        "socksproxy": None,
        "retries": None,
    }
    return envelope("web_connectivity", "0.1.0", keys | more, given=PLAIN, start="2017-03-09 08:00:00")


OLD_CONTROL: Record = {
    "tcp_connect": {E80: {"status": True, "failure": None}},
    "http_request": {
        "body_length": 24_000,
        "failure": None,
        "headers": PAPER_HEADERS,
        "status_code": 200,
        "title": "Morning paper",
    },
    "dns": {"failure": None, "addrs": [A]},
}

CENTRE = "149.154.167.51:443"


def whatsapp(**keys: Any) -> Record:
    return {"queries": [], "tcp_connect": [], "requests": [], "tls_handshakes": None} | keys


ODD_SERVICES: tuple[Raw, ...] = (
    Raw("python probe: works", old_web(PAPER, None, OLD_CONTROL), FINE_PLAIN),
    Raw(
        "python probe: connection blocked",
        old_web("connection_refused_error", "connection_refused_error", OLD_CONTROL),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "python probe: never a response",
        old_web("response_never_received", None, OLD_CONTROL),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "python probe: another page",
        old_web(answer(200, "Acces interzis", length=900, headers=headed()), None, OLD_CONTROL),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw("python probe: helper's empty record", old_web(PAPER, None, {}), {"dns": N, "tcp": OK, "http": N}),
    keyed(
        "whatsapp of 2017, requests alone",
        "whatsapp",
        whatsapp(
            requests=[
                fetched("https://v.whatsapp.net/v2/register", answer(200, None, length=300), tags=None),
                fetched("https://web.whatsapp.com/", answer(200, "WhatsApp Web", length=900), tags=None),
            ]
        ),
        "whatsapp/registration",
        {"http": OK},
        version="0.5.0",
    ),
    keyed(
        "whatsapp's web in clear text forwards to itself",
        "whatsapp",
        whatsapp(
            queries=[asked("web.whatsapp.com", "157.240.252.61@32934", tags=None)],
            tcp_connect=[opened("157.240.252.61:80", tags=None)],
            requests=[
                fetched("http://web.whatsapp.com/", answer(302, None, length=0, to="https://web.whatsapp.com/"), tags=None)
            ],
        ),
        "whatsapp/web",
        {"dns": OK, "tcp": OK, "http": OK},
        version="0.6.2",
    ),
    keyed(
        "signal's names denied",
        "signal",
        {
            "queries": [
                asked(host, failed=NXDOMAIN, engine="system", tags=None) for host in ("chat.signal.org", "storage.signal.org")
            ],
            "tcp_connect": None,
            "tls_handshakes": None,
            "requests": None,
        },
        "signal/chat",
        {"dns": L},
        version="0.2.5",
    ),
    keyed(
        "facebook's own address refuses",
        "facebook_messenger",
        {
            "queries": [asked("edge-mqtt.facebook.com", "157.240.0.9@32934", tags=None)],
            "tcp_connect": [opened("157.240.0.9:443", REFUSED, tags=None)],
        },
        "messenger/edge",
        {"dns": OK, "tcp": L},
        version="0.2.1",
    ),
    keyed(
        "telegram with one request and nothing else",
        "telegram",
        {"requests": [fetched(f"http://{CENTRE}/", TIMEOUT, tags=None)], "tcp_connect": None, "queries": None},
        "telegram/dc_pool",
        {"http": L},
        version="0.0.3",
    ),
    keyed(
        "vanilla_tor of 2016 that reached its end",
        "vanilla_tor",
        {
            "success": True,
            "error": None,
            "timeout": 300,
            "tor_progress": 100,
            "tor_progress_tag": "done",
            "tor_progress_summary": "Done",
            "tor_log": "Bootstrapped 100%: Done",
            "tor_version": "0.2.5",
            "transport_name": "vanilla",
        },
        "tor/tunnel",
        {"http": OK},
        version="0.1.0",
        start="2016-05-04 00:00:00",
    ),
    keyed(
        "vanilla_tor of 2016 that timed out",
        "vanilla_tor",
        {
            "success": False,
            "error": "timeout-reached",
            "timeout": 300,
            "tor_progress": 25,
            "tor_progress_tag": "loading_networkstatus",
            "tor_log": "",
        },
        "tor/tunnel",
        {"http": I},
        version="0.1.0",
        start="2016-05-04 00:00:00",
    ),
    keyed(
        "psiphon with an empty record",
        "psiphon",
        {"failure": "unknown_failure: clientlib: tunnel establishment timeout", "bootstrap_time": 0.0},
        "psiphon/tunnel",
        {"http": I},
        version="0.5.1",
    ),
    keyed(
        "a resolver asked by its bare address, reset",
        "dnscheck",
        {
            "bootstrap": None,
            "bootstrap_failure": None,
            "lookups": {
                "dot://1.1.1.1:853/": {
                    "queries": [asked("example.org", failed=RESET, engine="dot", tags=None)],
                    "tcp_connect": [opened("1.1.1.1:853", tags=None)],
                    "tls_handshakes": [shaken("1.1.1.1", "1.1.1.1:853", RESET, tags=None)],
                    "failure": RESET,
                }
            },
        },
        "site:1.1.1.1/1.1.1.1",
        {"tcp": OK, "tls": L},
        version="0.9.2",
        given="dot://1.1.1.1:853/",
    ),
    keyed(
        "a resolver's name led to a provider's machine",
        "dnscheck",
        {
            "bootstrap": {"queries": [asked("dns.google", "178.124.131.20@6697", engine="system", tags=None)]},
            "lookups": {
                "https://dns.google/dns-query": {
                    "queries": [asked("example.org", failed=TIMEOUT, engine="doh", tags=None)],
                    "tcp_connect": [opened("178.124.131.20:443", TIMEOUT, tags=None)],
                    "tls_handshakes": None,
                }
            },
        },
        "site:dns.google/dns.google",
        {"dns": L},
        version="0.9.2",
        given="https://dns.google/dns-query",
    ),
    keyed(
        "urlgetter denied a name",
        "urlgetter",
        {
            "failure": NXDOMAIN,
            "failed_operation": "resolve",
            "queries": [asked(HOST, failed=NXDOMAIN, engine="system", tags=None)],
            "requests": [fetched(SAFE, NXDOMAIN, tags=None)],
        },
        SITE,
        {"dns": N},
        version="0.2.0",
        given=SAFE,
    ),
    keyed(
        "urlgetter given a private address",
        "urlgetter",
        {
            "failure": TIMEOUT,
            "queries": [asked(HOST, "10.10.34.36", engine="system", tags=None)],
            "tcp_connect": [opened("10.10.34.36:443", TIMEOUT, tags=None)],
        },
        SITE,
        {"dns": B},
        version="0.2.0",
        given=SAFE,
    ),
    keyed(
        "stun that nobody answered",
        "stun_reachability",
        {
            "endpoint": "stun.sonetel.net:3478",
            "failure": TIMEOUT,
            "queries": [asked("stun.sonetel.net", "52.24.174.49@16509", tags=None)],
        },
        "site:sonetel.net/stun.sonetel.net",
        {"dns": N, "http": N},
        version="0.4.0",
        given="stun://stun.sonetel.net:3478",
    ),
    keyed(
        "echcheck of two keys, the second reset",
        "echcheck",
        {
            "control": shaken("crypto.cloudflare.com", "162.159.137.85:443", tags=None),
            "target": shaken("crypto.cloudflare.com", "162.159.137.85:443", RESET, tags=None),
        },
        "site:cloudflare.com/crypto.cloudflare.com/ech",
        {"tls": L},
        version="0.1.2",
        given="https://crypto.cloudflare.com/cdn-cgi/trace",
    ),
    keyed(
        "echcheck with an outer name, cut off",
        "echcheck",
        {
            "queries": [asked("cloudflare-ech.com", "104.18.10.118@13335", engine="system", tags=None)],
            "tls_handshakes": [
                shaken("cloudflare-ech.com", "104.18.10.118:443", tags=None),
                shaken("cloudflare-ech.com", "104.18.10.118:443", EOF, tags=None)
                | {"outer_server_name": "cloudflare-ech.com", "echconfig": "GREASE"},
            ],
        },
        "site:cloudflare-ech.com/cloudflare-ech.com/ech",
        {"tls": L},
        version="0.2.0",
        given="https://cloudflare-ech.com/cdn-cgi/trace",
    ),
    keyed(
        "dns_consistency whose trusted resolver was silent",
        "dns_consistency",
        {
            "queries": [
                asked(HOST, failed="deferred_timeout_error", engine="", kind="A", tags=None)
                | {"resolver_hostname": "8.8.8.8", "resolver_port": 53},
                asked(HOST, failed="dns_name_error", engine="", kind="A", tags=None)
                | {"resolver_hostname": "178.124.0.9", "resolver_port": 53},
            ],
            "control_resolver": "8.8.8.8:53",
        },
        SITE,
        {"dns": N},
        version="0.7.0",
        given=HOST,
        start="2016-05-01 00:00:00",
    ),
    keyed(
        "tcp_connect in the words of its day",
        "tcp_connect",
        {"connection": "timeout"},
        "site:93.158.134.3/93.158.134.3",
        {"tcp": N},
        given="93.158.134.3:443",
        start="2014-06-01 00:00:00",
    ),
)

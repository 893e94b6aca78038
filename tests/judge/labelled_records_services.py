"""Labelled records of every other test, written fact by fact: messengers, tunnels, resolvers and single techniques."""

from collections.abc import Collection, Mapping
from typing import Any

from tests.judge.labelled_raw_web import Raw
from tests.judge.records import (
    AUTHORITY,
    EOF,
    NO_ANSWER,
    NXDOMAIN,
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
from tests.judge.scenarios import OK, B, F, I, L, N, Truth
from tests.judge.tools import CENTRES

FINE: Truth = {"dns": OK, "tcp": OK, "tls": OK, "http": OK}
ANSWERED: Truth = {"tcp": OK, "http": OK}
NOT_HTTP = answer(501, "501 Not Implemented", length=170, headers={"Server": "nginx/0.3.33"})
OLD_SIGNAL = (
    "textsecure-service.whispersystems.org",
    "storage.signal.org",
    "cdn.signal.org",
    "cdn2.signal.org",
    "api.directory.signal.org",
    "sfu.voip.signal.org",
)
MESSENGER = (
    "stun.fbsbx.com",
    "b-api.facebook.com",
    "b-graph.facebook.com",
    "edge-mqtt.facebook.com",
    "external.xx.fbcdn.net",
    "scontent.xx.fbcdn.net",
    "star.c10r.facebook.com",
)
GOOGLE = "site:dns.google/dns.google"


def _found(host: str, *answers: str, failed: str | None = None) -> Record:
    return asked(host, *answers, failed=failed, engine="system", kind="A", tags=None)


def _each(name: str, record: Record, truths: Mapping[str, Truth]) -> list[Raw]:
    return [Raw(f"recorded: {name} {target}", record, truth, target) for target, truth in truths.items()]


def _telegram(
    name: str,
    pool: Truth,
    web: Truth,
    *,
    silent: Collection[str] = CENTRES,
    tcp: str | None = None,
    http: str | None = None,
    found: tuple[str, ...] | str = ("149.154.167.99@62041",),
    web_tcp: str | None = None,
    web_tls: str | None = None,
    page: Record | None = None,
    scheme: str = "https",
    version: str = "0.3.1",
    rule: str | None = None,
) -> list[Raw]:
    """Posts to the data centres, then the page of the web client, whose older handshakes have no endpoint."""
    connections, handshakes, requests = [], [], []
    for address in CENTRES:
        for port in (80, 443):
            endpoint = f"{address}:{port}"
            connections.append(opened(endpoint, tcp if address in silent else None, tags=None))
            failed = (tcp or http) if address in silent else None
            requests.append(fetched(f"http://{endpoint}/", failed or NOT_HTTP, endpoint=endpoint, tags=None))
    host, url = "web.telegram.org", f"{scheme}://web.telegram.org/"
    failed = found if isinstance(found, str) else None
    queries = [_found(host, *(() if isinstance(found, str) else found), failed=failed)]
    queries.append(asked(host, failed=failed or NO_ANSWER, engine="system", kind="AAAA", tags=None))
    if not isinstance(found, str):
        endpoint = f"{found[0].split('@')[0]}:{443 if scheme == 'https' else 80}"
        connections.append(opened(endpoint, web_tcp, tags=None))
        failed = web_tcp
        if not web_tcp and scheme == "https":
            handshakes.append(shaken(host, endpoint if version >= "0.3" else None, web_tls, tags=None))
            failed = web_tls
    requests.append(fetched(url, failed or page or answer(200, "Telegram Web", length=3_000), tags=None))
    keys = {"queries": queries, "tcp_connect": connections, "tls_handshakes": handshakes or None, "requests": requests}
    told = {"telegram_http_blocking": False, "telegram_tcp_blocking": False, "telegram_web_status": "ok"}
    record = envelope("telegram", version, keys | told)
    truths = {"telegram/dc_pool": pool, "telegram/web": web}
    of_pool, of_web = _each(f"telegram {name}", record, truths)
    return [of_pool, of_web._replace(rules=(rule,) if rule else ())]


def _signal(
    name: str,
    truths: Mapping[str, Truth],
    *,
    hosts: Collection[str] = OLD_SIGNAL,
    tcp: str | None = None,
    tls: str | None = None,
    version: str = "0.2.0",
    start: str = "2021-06-01 10:00:00",
) -> list[Raw]:
    keys: Record = {"queries": [], "tcp_connect": [], "tls_handshakes": [], "requests": [], "signal_backend_status": "ok"}
    for place, host in enumerate(hosts):
        endpoint = f"76.223.92.{place + 1}:443"
        keys["queries"].append(_found(host, f"76.223.92.{place + 1}@16509"))
        keys["tcp_connect"].append(opened(endpoint, tcp, tags=None))
        if tcp is None:
            keys["tls_handshakes"].append(shaken(host, endpoint, tls, tags=None))
        keys["requests"].append(fetched(f"https://{host}/", tcp or tls or answer(404, None, length=0, headers={}), tags=None))
    keys["queries"].append(_found("uptime.signal.org", "127.0.0.1"))
    return _each(f"signal {name}", envelope("signal", version, keys, start=start), truths)


def _whatsapp(
    name: str,
    truths: Mapping[str, Truth],
    *,
    bad: Collection[int] = range(1, 17),
    dns: str | None = None,
    tcp: str | None = None,
    registration: str | None = None,
) -> list[Raw]:
    keys: Record = {"queries": [], "tcp_connect": [], "tls_handshakes": [], "requests": [], "whatsapp_endpoints_blocked": []}
    for number in range(1, 17):
        host = f"e{number}.whatsapp.net"
        if dns and number in bad:
            keys["queries"].append(_found(host, failed=dns))
            continue
        keys["queries"].append(_found(host, f"3.33.252.{60 + number}@16509"))
        for port in (443, 5222):
            keys["tcp_connect"].append(opened(f"3.33.252.{60 + number}:{port}", tcp if number in bad else None, tags=None))
    for host, address, failed in (
        ("v.whatsapp.net", "157.240.252.60", registration),
        ("web.whatsapp.com", "157.240.252.61", None),
    ):
        keys["queries"].append(_found(host, f"{address}@32934"))
        keys["tcp_connect"].append(opened(f"{address}:443", tags=None))
        keys["tls_handshakes"].append(shaken(host, f"{address}:443", failed, tags=None))
        keys["requests"].append(fetched(f"https://{host}/", failed or answer(200, "WhatsApp", length=900), tags=None))
    return _each(f"whatsapp {name}", envelope("whatsapp", "0.9.0", keys), truths)


def _messenger(
    name: str, truths: Mapping[str, Truth], *, place: str = "157.240.0.{}@32934", tcp: str | None = None, dns: str | None = None
) -> list[Raw]:
    keys: Record = {"queries": [], "tcp_connect": [], "facebook_dns_blocking": None, "facebook_tcp_blocking": None}
    for number, host in enumerate(MESSENGER):
        where = place.format(number + 9)
        keys["queries"].append(asked(host, failed=dns, tags=None) if dns else asked(host, where, tags=None))
        if number and not dns:
            keys["tcp_connect"].append(opened(f"{where.split('@')[0]}:443", tcp, tags=None))
    return _each(f"messenger {name}", envelope("facebook_messenger", "0.2.1", keys), truths)


def _relay(endpoint: str, protocol: str, connect: str | None = None, handshake: str | None = None) -> Record:
    summary = {"connect": {"failure": connect}} | ({} if connect else {"handshake": {"failure": handshake}})
    return {
        "failure": connect or handshake,
        "network_events": [],
        "queries": [],
        "requests": [],
        "summary": summary,
        "target_address": endpoint,
        "target_protocol": protocol,
        "tcp_connect": [opened(endpoint, connect, tags=None)],
        "tls_handshakes": [],
    }


def _tor(name: str, truths: Mapping[str, Truth], *relays: Record) -> list[Raw]:
    targets = {str(number): relay for number, relay in enumerate(relays)}
    return _each(f"tor {name}", envelope("tor", "0.4.0", {"targets": targets}), truths)


def _tunnel(name: str, test: str, target: str, truth: Truth, keys: Record) -> list[Raw]:
    return _each(f"{test} {name}", envelope(test, "0.5.1", keys), {target: truth})


def _resolver(
    name: str,
    truth: Truth,
    url: str,
    *,
    found: tuple[str, ...] | str = ("8.8.8.8@15169", "8.8.4.4@15169"),
    tcp: tuple[str | None, ...] = (None, None),
    tls: str | None = None,
    host: str = "dns.google",
    target: str = GOOGLE,
) -> list[Raw]:
    port = 853 if url.startswith("dot") else 443
    lookups: Record = {}
    for address, failed in zip(() if isinstance(found, str) else found, tcp, strict=False):
        endpoint = f"{address.split('@')[0]}:{port}"
        met = failed or tls
        lookups[f"{url.partition('://')[0]}://{endpoint}/"] = {
            "queries": [asked("example.org", *(() if met else ("93.184.216.34@15133",)), failed=met, engine="doh", tags=None)],
            "tcp_connect": [opened(endpoint, failed, tags=None)],
            "tls_handshakes": None if failed else [shaken(host, endpoint, tls, tags=None)],
            "requests": None,
            "failure": met,
        }
    failed = found if isinstance(found, str) else None
    keys = {
        "bootstrap": {"queries": [_found(host, *(() if isinstance(found, str) else found), failed=failed)]},
        "bootstrap_failure": failed,
        "lookups": lookups,
    }
    return _each(f"dnscheck {name}", envelope("dnscheck", "0.9.2", keys, given=url), {target: truth})


def _urlgetter(name: str, target: str, truth: Truth, given: str, **arrays: Any) -> list[Raw]:
    keys = {"agent": "redirect", "failure": None, "failed_operation": None, "tunnel": "", "network_events": None}
    return _each(f"urlgetter {name}", envelope("urlgetter", "0.2.0", keys | arrays, given=given), {target: truth})


DENIED: Truth = {"dns": L}
CUT: Truth = {"dns": N, "tcp": OK, "tls": L}
DOH, DOT = "https://dns.google/dns-query", "dot://dns.google:853"
HIGHER = ("chat.signal.org", "storage.signal.org", "cdn.signal.org")

RECORDED_SERVICES: tuple[Raw, ...] = (
    *_telegram("works", ANSWERED, FINE),
    *_telegram(
        "web in clear text onto its own https",
        ANSWERED,
        {"dns": OK, "tcp": OK, "http": OK},
        version="0.0.5",
        scheme="http",
        page=answer(301, None, length=0, to="https://web.telegram.org/"),
    ),
    *_telegram(
        "web in clear text led to another site",
        ANSWERED,
        {"dns": OK, "tcp": OK, "http": L},
        version="0.0.5",
        scheme="http",
        page=answer(302, None, length=0, headers={}, to="http://stop.provider.example/"),
        rule="http.led_away",
    ),
    *_telegram(
        "web in clear text, some page",
        ANSWERED,
        {"dns": OK, "tcp": OK, "http": N},
        version="0.0.5",
        scheme="http",
        page=answer(200, "Sorry", length=700, headers={}),
        rule="http.clear_page",
    ),
    *_telegram("all silent", {"tcp": L}, {"dns": OK, "tcp": L}, tcp=TIMEOUT, web_tcp=TIMEOUT),
    *_telegram("half silent", ANSWERED, FINE, tcp=TIMEOUT, silent=CENTRES[:3]),
    *_telegram("posts cut off", {"tcp": OK, "http": L}, FINE, http=EOF),
    *_telegram("web injected", ANSWERED, {"dns": B}, found=("10.10.34.35",), web_tcp=TIMEOUT),
    *_telegram("web's handshakes cut off", ANSWERED, {"dns": OK, "tcp": OK, "tls": L}, web_tls=EOF),
    *_telegram("web with an unknown authority", ANSWERED, {"dns": OK, "tcp": OK, "tls": L}, web_tls=AUTHORITY),
    *_telegram("offline", {"tcp": F}, {"dns": I}, tcp="network_unreachable", found="dns_temporary_failure"),
    *_telegram("web without a name, old version", ANSWERED, DENIED, found=NXDOMAIN, version="0.2.0"),
    *_signal("works", {"signal/chat": FINE, "signal/cdn": FINE}),
    *_signal("reset", {"signal/storage": CUT, "signal/cdn": CUT}, tls=RESET),
    *_signal("silent", {"signal/calls": {"dns": N, "tcp": L}}, tcp=TIMEOUT),
    *_signal(
        "new root, old probe", {"signal/chat": {"dns": N, "tcp": OK, "tls": N}}, tls=AUTHORITY, start="2022-11-02 10:00:00"
    ),
    *_signal("cut off", {"signal/chat": CUT}, tls=EOF, version="0.2.4", start="2024-01-01 00:00:00", hosts=HIGHER),
    *_whatsapp("works", {"whatsapp/endpoints": {"dns": N, "tcp": OK}, "whatsapp/web": FINE}),
    *_whatsapp(
        "registration cut off",
        {"whatsapp/registration": {"dns": OK, "tcp": OK, "tls": L}, "whatsapp/web": FINE},
        registration=EOF,
    ),
    *_whatsapp("endpoints refused", {"whatsapp/endpoints": {"dns": N, "tcp": L}}, tcp=REFUSED),
    *_whatsapp("fifteen names gone", {"whatsapp/endpoints": {"dns": N, "tcp": OK}}, dns=NXDOMAIN, bad=range(1, 16)),
    *_whatsapp("names gone", {"whatsapp/endpoints": DENIED}, dns=NO_ANSWER),
    *_messenger("works", {"messenger/edge": {"dns": OK, "tcp": OK}, "messenger/stun": {"dns": OK}}),
    *_messenger("silent", {"messenger/edge": {"dns": OK, "tcp": L}}, tcp=TIMEOUT),
    *_messenger("led to the provider's own, which connects", {"messenger/star": DENIED}, place="178.124.0.{}@6697"),
    *_messenger("bogons", {"messenger/b_api": {"dns": B}}, place="10.9.0.{}", tcp=TIMEOUT),
    *_messenger("networks unknown", {"messenger/b_api": {"dns": N, "tcp": OK}}, place="157.240.0.{}"),
    *_messenger("resolver fails", {"messenger/b_api": DENIED}, dns="dns_servfail_error"),
    *_tor(
        "all silent",
        {"tor/directory": {"tcp": L}},
        _relay("131.188.40.189:443", "or_port_dirauth", TIMEOUT),
        _relay("193.23.244.244:80", "dir_port", TIMEOUT),
    ),
    *_tor(
        "one silent",
        {"tor/directory": {"tcp": OK, "tls": OK}},
        _relay("131.188.40.189:443", "or_port_dirauth", TIMEOUT),
        _relay("193.23.244.244:443", "or_port_dirauth"),
    ),
    *_tor(
        "handshakes reset",
        {"tor/directory": {"tcp": OK, "tls": L}},
        _relay("131.188.40.189:443", "or_port_dirauth", None, RESET),
        _relay("193.23.244.244:443", "or_port_dirauth", None, RESET),
    ),
    *_tor(
        "half of the bridges refuse",
        {"tor/bridges": {"tcp": OK, "tls": OK}},
        _relay("85.31.186.98:443", "obfs4"),
        _relay("38.229.33.83:80", "obfs4", REFUSED),
    ),
    *_tunnel(
        "timed out",
        "vanilla_tor",
        "tor/tunnel",
        {"http": I},
        {"failure": TIMEOUT, "success": False, "timeout": 300, "tor_progress": 10, "tor_logs": [], "bootstrap_time": 0},
    ),
    *_tunnel("works", "vanilla_tor", "tor/tunnel", {"http": OK}, {"failure": None, "success": True, "bootstrap_time": 20.1}),
    *_tunnel("failed", "psiphon", "psiphon/tunnel", {"http": I}, {"failure": TIMEOUT, "max_runtime": 60, "bootstrap_time": 0}),
    *_tunnel(
        "a page failed inside",
        "psiphon",
        "psiphon/tunnel",
        {"http": OK},
        {"failure": EOF, "bootstrap_time": 9.2, "requests": [fetched("https://www.google.com/humans.txt", EOF, tags=None)]},
    ),
    *_resolver("dot works", {"dns": OK, "tcp": OK, "tls": OK}, DOT),
    *_resolver("dot silent", {"dns": OK, "tcp": L}, DOT, tcp=(TIMEOUT, TIMEOUT)),
    *_resolver("doh reset", {"dns": OK, "tcp": OK, "tls": L}, DOH, tls=RESET),
    *_resolver("one address silent", {"dns": OK, "tcp": OK, "tls": OK}, DOH, tcp=(TIMEOUT, None)),
    *_resolver("name denied", DENIED, DOH, found=NXDOMAIN),
    *_resolver(
        "of nobody known, reset",
        {"dns": N, "tcp": OK, "tls": N},
        "https://doh.morning-paper.net/dns-query",
        found=("95.217.163.246@24940",),
        tls=RESET,
        host="doh.morning-paper.net",
        target="site:morning-paper.net/doh.morning-paper.net",
    ),
    *_urlgetter(
        "of another name at an address, reset",
        "site:142.250.74.36/142.250.74.36",
        {"tcp": OK, "tls": N},
        "tlshandshake://142.250.74.36:443",
        tcp_connect=[opened("142.250.74.36:443", tags=None)],
        tls_handshakes=[shaken("www.torproject.org", "142.250.74.36:443", RESET, tags=None)],
    ),
    *_urlgetter(
        "works",
        "site:morning-paper.net/www.morning-paper.net",
        FINE,
        "https://www.morning-paper.net/",
        queries=[_found("www.morning-paper.net", "95.217.163.246@24940")],
        tcp_connect=[opened("95.217.163.246:443", tags=None)],
        tls_handshakes=[shaken("www.morning-paper.net", "95.217.163.246:443", tags=None)],
        requests=[fetched("https://www.morning-paper.net/", answer(), tags=None)],
    ),
    *_each(
        "stun works",
        envelope(
            "stun_reachability",
            "0.4.0",
            {"endpoint": "stun.l.google.com:19302", "failure": None, "queries": [asked("stun.l.google.com", "74.125.250.129")]},
            given="stun://stun.l.google.com:19302",
        ),
        {"site:google.com/stun.l.google.com": {"dns": N, "http": OK}},
    ),
    *_each(
        "http_requests beside tor, a notice",
        envelope(
            "http_requests",
            "0.2.4",
            {
                "requests": [
                    fetched("http://morning-paper.net/", answer(200, "Erisim engellendi", length=700, headers={}), tags=None),
                    fetched("http://morning-paper.net/", answer(), tags=None)
                    | {"request": {"url": "http://morning-paper.net/", "method": "GET", "tor": {"is_tor": True}}},
                ],
                "control_failure": None,
            },
            given="http://morning-paper.net/",
            start="2015-03-01 00:00:00",
        ),
        {"site:morning-paper.net/morning-paper.net": {"http": L}},
    ),
)

"""Labelled records of more log-ins, forged addresses of great companies, chains of redirects, and slow lines."""

from typing import Any

from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    A2,
    A6,
    E80,
    E443,
    FINE,
    FINE_PLAIN,
    GOOD,
    HELPED,
    HELPED_5,
    HETZNER,
    HOST,
    I443,
    ISP,
    ISP_ASN,
    OK_OK,
    OLD_GOOD,
    PLAIN,
    SAFE,
    V4,
    V5,
    A,
    headed,
    led,
    plain,
    safe_5,
)
from tests.judge.records import (
    AUTHORITY,
    EOF,
    HOSTNAME,
    INVALID,
    NXDOMAIN,
    PAPER,
    REFUSED,
    RESET,
    TIMEOUT,
    Record,
    answer,
    asked,
    envelope,
    fetched,
    helper,
    opened,
    shaken,
    visit,
)
from tests.judge.scenarios import OK, D, F, I, L, N
from tests.judge.tools import found, keyed, one

BARE = "https://morning-paper.net/"


def portal(name: str, page: Record) -> Raw:
    return Raw(f"portals: log-in, {name}", plain(page), OK_OK | {"http": F})


def forged(name: str, *queries: Record, **more: Any) -> Record:
    return visit(SAFE, V4, queries=queries, control=helper([A], {E443: None}, PAPER, places={A: HETZNER}), **more)


def chain(
    *requests: Record,
    queries: tuple[Record, ...] = (),
    tcp: tuple[Record, ...] = (),
    tls: tuple[Record, ...] = (),
    control: Record | None = None,
) -> Record:
    """A chain of a newer probe; requests newest first."""
    return visit(
        PLAIN,
        V5,
        queries=[GOOD, *queries],
        tcp=[opened(E80), *tcp],
        tls=tls,
        requests=list(requests),
        control=control or HELPED_5,
    )


PORTALS: tuple[Raw, ...] = (
    portal("the metro's", led("http://auth.wi-fi.ru/?segment=metro")),
    portal("a guest network's title", answer(200, "Guest WiFi Login", length=3_000, headers=headed())),
    portal("a title in russian", answer(200, "Авторизация в сети Wi-Fi", length=3_000, headers=headed())),
    portal(
        "WISPr in the body",
        answer(
            200,
            "Redirect",
            length=0,
            text="<!-- <WISPAccessGatewayParam><Redirect></Redirect></WISPAccessGatewayParam> -->",
            headers=headed(),
        ),
    ),
    portal("a cloud's splash page", led("https://n143.network-auth.com/splash/?mac=00&real_ip=10.1.1.1&base_grant_url=x")),
    portal(
        "a hotel's gateway",
        led("http://portal.example/index.html?UI=02c0b5&NI=0050e8&UIP=10.3.1.1&MA=AABBCC&RN=101&SIP=10.1.1.9"),
    ),
    portal(
        "a controller's hotspot", led("http://portal.example/ovw/?sip=10.2.2.2&mac=aabb&client_mac=ccdd&uip=10.4.4.4&ssid=Cafe")
    ),
    portal("an open gateway's", led("http://status.client/opennds_preauth/?fas=Y2xpZW50&iv=1")),
    portal("a wireless controller's title", answer(200, "Web Authentication Redirect", length=2_000, headers={})),
    portal("a french title", answer(200, "Portail captif - connexion", length=2_000, headers={})),
    portal("a spanish title", answer(200, "Portal cautivo", length=2_000, headers={})),
    portal("a chinese title", answer(200, "校园网上网认证", length=2_000, headers={})),
    portal("a line without a bundle", answer(200, "My line", length=0, text="You have no active data bundle.", headers={})),
    portal("a line without credit", answer(200, "Mi línea", length=0, text="Saldo insuficiente: haz una recarga", headers={})),
    portal("a network's title", answer(200, "Network Login", length=2_000, headers={})),
    portal("a firewall's", led("http://10.1.1.1:1000/fgtauth?0a1b2c")),
    portal("an access controller's", led("http://portal.school.example/a70.htm?wlanuserip=10.3.4.5&wlanacname=ac1")),
    portal("status 511", answer(511, "Network Authentication Required", length=400, headers=headed())),
    Raw("portals: a log-in of the site itself", plain(answer(200, "Morning paper - login", length=3_000)), FINE_PLAIN),
    # addresses of companies that serve nothing but their own names
    Raw(
        "portals: forged address of a great company, nothing else tried, helper knows networks",
        forged("", asked(HOST, "31.13.94.37@32934", tags=None)),
        {"dns": L},
    ),
    Raw(
        "portals: forged address of a great company, nothing else tried, older helper",
        visit(SAFE, V4, queries=[asked(HOST, "199.59.148.14@13414", tags=None)], control=HELPED),
        {"dns": L},
        rules=("dns.hijack.foreign_owner",),
    ),
    Raw(
        "portals: another network's address, nothing else tried",
        forged("", asked(HOST, "93.158.134.3@13238", tags=None)),
        {"dns": N},
    ),
    Raw(
        "portals: forged address for one question, the right one for another",
        safe_5(queries=[GOOD, asked(HOST, "31.13.94.37@32934", engine="udp")]),
        FINE,
    ),
    Raw(
        "portals: forged address twice from the probe's own questions alone",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, "31.13.94.37@32934", engine="udp")],
            tcp=[opened("31.13.94.37:443", TIMEOUT)],
            control=HELPED_5 | {"ip_info": {A: {"asn": HETZNER, "flags": 1}}},
        ),
        {"dns": L},
    ),
    # chains
    Raw(
        "portals: www leads to the bare name, which is denied",
        chain(
            fetched(PLAIN, answer(301, None, length=0, to=BARE), endpoint=E80),
            queries=(asked("morning-paper.net", failed=NXDOMAIN, tags=("depth=1",)),),
        ),
        {"dns": L, "tcp": OK},
    ),
    Raw(
        "portals: www leads to the bare name, which is silent",
        chain(
            fetched(BARE, TIMEOUT, endpoint=f"{A2}:443", tags=("depth=1",)),
            fetched(PLAIN, answer(301, None, length=0, to=BARE), endpoint=E80),
            queries=(asked("morning-paper.net", f"{A2}@{HETZNER}", tags=("depth=1",)),),
            tcp=(opened(f"{A2}:443", TIMEOUT, tags=("depth=1",)),),
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "portals: www leads to the bare name with another's certificate",
        chain(
            fetched(PLAIN, answer(301, None, length=0, to=BARE), endpoint=E80),
            queries=(asked("morning-paper.net", f"{A2}@{HETZNER}", tags=("depth=1",)),),
            tcp=(opened(f"{A2}:443", tags=("depth=1",)),),
            tls=(shaken("morning-paper.net", f"{A2}:443", AUTHORITY, tags=("depth=1",)),),
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "portals: three hops to the page",
        chain(
            fetched("https://morning-paper.net/today", PAPER, endpoint=E443, tags=("depth=2",)),
            fetched(BARE, answer(302, None, length=0, to="https://morning-paper.net/today"), endpoint=E443, tags=("depth=1",)),
            fetched(PLAIN, answer(301, None, length=0, to=BARE), endpoint=E80),
            queries=(asked("morning-paper.net", f"{A}@{HETZNER}", tags=("depth=1",)),),
            tcp=(opened(E443, tags=("depth=1",)),),
            tls=(shaken("morning-paper.net", E443, tags=("depth=1",)),),
        ),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
    ),
    Raw(
        "portals: the last of three hops is cut",
        chain(
            fetched("https://morning-paper.net/today", EOF, endpoint=E443, tags=("depth=2",)),
            fetched(BARE, answer(302, None, length=0, to="https://morning-paper.net/today"), endpoint=E443, tags=("depth=1",)),
            fetched(PLAIN, answer(301, None, length=0, to=BARE), endpoint=E80),
            queries=(asked("morning-paper.net", f"{A}@{HETZNER}", tags=("depth=1",)),),
            tcp=(opened(E443, tags=("depth=1",)),),
            tls=(shaken("morning-paper.net", E443, tags=("depth=1",)),),
        ),
        {"dns": OK, "tcp": OK, "tls": OK, "http": L},
    ),
    Raw(
        "portals: every hop fails for the helper too",
        chain(
            fetched(PLAIN, answer(301, None, length=0, to=BARE), endpoint=E80),
            queries=(asked("morning-paper.net", failed=NXDOMAIN, tags=("depth=1",)),),
            control=helper([A], {E80: None}, "dns_lookup_error", shaken={}, places={A: HETZNER}),
        ),
        {"dns": D, "tcp": OK},
    ),
    # certificates
    Raw(
        "portals: expired here, fine for the helper", safe_5(tls=[shaken(HOST, E443, INVALID)], requests=[]), OK_OK | {"tls": L}
    ),
    Raw(
        "portals: nobody's certificate for the helper, silence here",
        safe_5(
            tls=[shaken(HOST, E443, TIMEOUT)],
            requests=[],
            control=helper([A], {E443: None}, HOSTNAME, shaken={E443: HOSTNAME}, places={A: HETZNER}),
        ),
        OK_OK | {"tls": L},
    ),
    Raw(
        "portals: provider's machine with a valid name of its own, IPv6 refuses",
        safe_5(
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}", "2a00:1::1")],
            tcp=[opened(I443), opened("[2a00:1::1]:443", REFUSED)],
            tls=[shaken(HOST, I443, HOSTNAME)],
            requests=[],
            control=helper(
                [A], {E443: None, I443: None}, PAPER, shaken={E443: None, I443: HOSTNAME}, places={A: HETZNER, ISP: ISP_ASN}
            ),
        ),
        {"dns": L},
    ),
    # endpoints
    Raw(
        "portals: IPv6 alone, refused here",
        safe_5(
            queries=[asked(HOST, f"{A6}@{HETZNER}")],
            tcp=[opened(f"[{A6}]:443", REFUSED)],
            tls=[],
            requests=[],
            control=helper([A6], {f"[{A6}]:443": None}, PAPER, shaken={f"[{A6}]:443": None}, places={A6: HETZNER}),
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "portals: network down at the handshake",
        safe_5(tls=[shaken(HOST, E443, "network_down")], requests=[]),
        OK_OK | {"tls": F},
    ),
    Raw(
        "portals: network unreachable at the page",
        safe_5(requests=[fetched(SAFE, "network_unreachable", endpoint=E443)]),
        FINE | {"http": F},
    ),
    Raw(
        "portals: answers of a resolver on the house's router",
        safe_5(queries=[asked(HOST, f"{A}@{HETZNER}") | {"resolver_address": "192.168.1.1:53"}]),
        FINE,
    ),
    Raw(
        "portals: helper's words for a refused connection",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, "connection_refused", tags=None)],
            control=helper([A], {E443: "connection_refused_error"}, "connection_refused_error"),
        ),
        {"dns": OK, "tcp": D},
    ),
    Raw(
        "portals: a page in clear text that fails for the helper alone",
        plain(PAPER, control=helper([A], {E80: "generic_timeout_error"}, "generic_timeout_error")),
        {"dns": OK, "tcp": OK, "http": N},
    ),
    Raw(
        "portals: a site of address alone, refused",
        visit(
            "http://203.0.113.90/",
            V4,
            tcp=[opened("203.0.113.90:80", REFUSED, tags=None)],
            requests=[fetched("http://203.0.113.90/", REFUSED, tags=None)],
            control=helper([], {"203.0.113.90:80": None}, PAPER),
        ),
        {"tcp": L},
    ),
    # services
    keyed(
        "portals: signal of 2024 works",
        "signal",
        one("cdsi.signal.org", "40.122.45.194@8075"),
        "signal/directory",
        {"dns": OK, "tcp": OK, "tls": OK},
        version="0.2.5",
        start="2024-05-01 00:00:00",
    ),
    keyed(
        "portals: signal's name led to a machine that refuses",
        "signal",
        one("chat.signal.org", "178.124.131.20@6697", tcp=REFUSED),
        "signal/chat",
        {"dns": N, "tcp": L},
        version="0.2.5",
        start="2024-05-01 00:00:00",
    ),
    keyed(
        "portals: whatsapp's web by a proxy with a certificate of nobody",
        "whatsapp",
        one("web.whatsapp.com", "178.124.131.20@6697", AUTHORITY),
        "whatsapp/web",
        {"dns": L},
        version="0.9.0",
    ),
    keyed(
        "portals: telegram's web from its own network, refused",
        "telegram",
        one("web.telegram.org", "149.154.167.99@62041", tcp=REFUSED),
        "telegram/web",
        {"dns": OK, "tcp": L},
        version="0.3.1",
    ),
    keyed(
        "portals: messenger's names in the right network, reset while connecting",
        "facebook_messenger",
        {
            "queries": [found("b-api.facebook.com", "157.240.0.9@32934")],
            "tcp_connect": [opened("157.240.0.9:443", RESET, tags=None)],
        },
        "messenger/b_api",
        {"dns": OK, "tcp": L},
        version="0.2.1",
    ),
    keyed(
        "portals: vanilla_tor stuck at half",
        "vanilla_tor",
        {
            "failure": TIMEOUT,
            "success": False,
            "timeout": 200,
            "tor_progress": 50,
            "tor_progress_tag": "loading_descriptors",
            "tor_logs": ["x"],
            "bootstrap_time": 0,
        },
        "tor/tunnel",
        {"http": I},
        version="0.2.0",
    ),
    keyed(
        "portals: great resolver works by one lookup of three",
        "dnscheck",
        {
            "bootstrap": {"queries": [found("dns.google", "8.8.8.8@15169", "8.8.4.4@15169")]},
            "lookups": {
                "https://8.8.8.8/dns-query": {
                    "failure": RESET,
                    "tcp_connect": [opened("8.8.8.8:443", tags=None)],
                    "tls_handshakes": [shaken("dns.google", "8.8.8.8:443", RESET, tags=None)],
                    "queries": None,
                },
                "https://8.8.4.4/dns-query": {
                    "failure": None,
                    "tcp_connect": [opened("8.8.4.4:443", tags=None)],
                    "tls_handshakes": [shaken("dns.google", "8.8.4.4:443", tags=None)],
                    "queries": [asked("example.org", "93.184.216.34@15133", engine="doh", tags=None)],
                },
            },
        },
        "site:dns.google/dns.google",
        {"dns": OK, "tcp": OK, "tls": OK},
        version="0.9.2",
        given="https://dns.google/dns-query",
    ),
    Raw(
        "portals: keys without an array",
        envelope(
            "web_connectivity",
            V5,
            {
                "queries": None,
                "control": None,
                "control_failure": "interrupted",
                "requests": None,
                "tcp_connect": None,
                "tls_handshakes": None,
            },
            given=SAFE,
        ),
        {},
    ),
)

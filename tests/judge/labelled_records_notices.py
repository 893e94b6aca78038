"""Labelled records of log-ins, unpaid lines, notices of many countries, half-filled helpers, and old forms of every test."""

from typing import Any

from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    E80,
    E443,
    FINE,
    FINE_PLAIN,
    GOOD,
    HELPED,
    HELPED_5,
    HETZNER,
    HOST,
    OK_OK,
    OLD_GOOD,
    PLAIN,
    SAFE,
    SITE,
    UDP_GOOD,
    UDP_NONE,
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
    NO_ANSWER,
    NXDOMAIN,
    PAPER,
    REFUSED,
    RESET,
    TIMEOUT,
    Record,
    answer,
    asked,
    fetched,
    helper,
    opened,
    shaken,
    visit,
)
from tests.judge.scenarios import OK, B, F, I, L, N
from tests.judge.tools import found, keyed, one

EDGE = {
    "Server": "cloudflare",
    "CF-RAY": "8a1",
    "CF-Cache-Status": "DYNAMIC",
    "NEL": "{}",
    "Report-To": "{}",
    "alt-svc": "h3",
    "Content-Type": "text/html",
}


def over(page: Record) -> Record:
    return helper([A], {E80: None}, page)


def two(url: str, page: Record) -> Record:
    """A redirect in clear text and what it led to."""
    return visit(
        PLAIN,
        V4,
        queries=[OLD_GOOD],
        tcp=[opened(E80, tags=None)],
        requests=[fetched(url, page, tags=None), fetched(PLAIN, led(url), tags=None)],
        control=over(answer(headers=EDGE)),
    )


def looked_up(*queries: Record, **more: Any) -> Record:
    return visit(SAFE, V4, queries=queries, control=HELPED, **more)


NOTICES: tuple[Raw, ...] = (
    Raw(
        "notices: the house's own filter",
        plain(answer(200, "Website durch Pi-hole blockiert!", length=2_000, headers={})),
        OK_OK | {"http": F},
    ),
    *(
        Raw(f"notices: led to {place}", plain(led(f"http://{place}")), OK_OK | {"http": B})
        for place in ("paginaintervenida.edgesuite.net/", "notice.cuii.info/?domain=www.morning-paper.net")
    ),
    # log-ins and unpaid lines
    Raw(
        "notices: a router's log-in",
        plain(led("http://10.5.50.1/login?dst=http%3A%2F%2Fwww.morning-paper.net%2F")),
        OK_OK | {"http": F},
    ),
    Raw(
        "notices: a router's log-in at a public address",
        plain(led("http://hotspot.cafe.example/login?dst=http%3A%2F%2Fwww.morning-paper.net%2F")),
        OK_OK | {"http": F},
    ),
    Raw(
        "notices: a controller's log-in",
        plain(
            led("https://1.1.1.1/login.html?redirect=www.morning-paper.net/&switch_url=https://1.1.1.1/login.html&wlan=guests")
        ),
        OK_OK | {"http": F},
    ),
    Raw(
        "notices: a portal's page in place of the site",
        plain(answer(200, "Captive Portal", length=2_000, headers=headed())),
        OK_OK | {"http": F},
    ),
    Raw(
        "notices: a line without credit, in russian",
        plain(
            answer(
                200,
                "Услуга приостановлена",
                length=0,
                text="<p>На вашем счёте недостаточно средств. Пополните баланс.</p>",
                headers=headed(),
            )
        ),
        OK_OK | {"http": F},
    ),
    Raw(
        "notices: a line without credit, in english",
        plain(
            answer(
                200,
                "Top up",
                length=0,
                text="<p>You have insufficient credit to browse. Please recharge your account.</p>",
                headers=headed(),
            )
        ),
        OK_OK | {"http": F},
    ),
    # notices
    Raw(
        "notices: notice of a russian provider",
        plain(led("http://blocked.mts.ru/?host=www.morning-paper.net")),
        OK_OK | {"http": B},
    ),
    Raw("notices: notice of another russian provider", plain(led("http://lawfilter.ertelecom.ru/")), OK_OK | {"http": B}),
    Raw("notices: notice of Sudan's authority", plain(led("http://196.1.211.6:8080/alert/")), OK_OK | {"http": B}),
    Raw(
        "notices: notice of Bahrain",
        plain(
            answer(
                200,
                "Site blocked",
                length=0,
                text="This web site has been blocked for violating regulations and laws of Kingdom of Bahrain.",
                headers=headed(),
            )
        ),
        OK_OK | {"http": B},
    ),
    Raw(
        "notices: notice of Pakistan",
        plain(
            answer(
                200,
                "Surf Safely!",
                length=0,
                text="This site has content that is prohibited for viewership from within Pakistan.",
                headers=headed(),
            )
        ),
        OK_OK | {"http": B},
    ),
    Raw("notices: address of Malaysia's notice", looked_up(asked(HOST, "175.139.142.25", tags=None)), {"dns": B}),
    Raw("notices: address of France's notice", looked_up(asked(HOST, "90.85.16.52", tags=None)), {"dns": B}),
    Raw("notices: address of Belgium's notice", looked_up(asked(HOST, "193.191.245.244", tags=None)), {"dns": B}),
    Raw("notices: address of Myanmar's notice", looked_up(asked(HOST, "167.172.4.60", tags=None)), {"dns": B}),
    Raw("notices: loop back of IPv6", looked_up(asked(HOST, "::1", tags=None)), {"dns": B}),
    Raw(
        "notices: benchmark address, which a proxy on the same machine forwards",
        safe_5(
            queries=[asked(HOST, "198.18.0.44")],
            tcp=[opened("198.18.0.44:443")],
            tls=[shaken(HOST, "198.18.0.44:443")],
            requests=[fetched(SAFE, PAPER, endpoint="198.18.0.44:443")],
        ),
        FINE,
    ),
    # pages
    Raw(
        "notices: another's notice at the same content network",
        two("http://stop.example.com/", answer(200, "Restricted by law", length=1_500, headers=EDGE)),
        OK_OK | {"http": L},
    ),
    Raw(
        "notices: the site's page in another language at its content network",
        plain(answer(200, "Ранішняя газета", length=9_000, headers=EDGE), control=over(answer(headers=EDGE))),
        FINE_PLAIN,
    ),
    Raw(
        "notices: not found in place of the page",
        plain(answer(404, "404 Not Found", length=162, headers=headed(Server="nginx"))),
        OK_OK | {"http": I},
    ),
    Raw(
        "notices: bad gateway",
        plain(answer(502, "502 Bad Gateway", length=166, headers=headed(Server="nginx"))),
        OK_OK | {"http": I},
    ),
    Raw(
        "notices: a helper's page of which nothing is known",
        plain(
            PAPER,
            control={
                "dns": {"failure": None, "addrs": [A]},
                "tcp_connect": {E80: {"status": True, "failure": None}},
                "http_request": {"body_length": -1, "failure": None, "title": "", "headers": {}, "status_code": -1},
            },
        ),
        OK_OK | {"http": N},
    ),
    Raw(
        "notices: a helper's record with nulls",
        plain(TIMEOUT, control={"dns": None, "tcp_connect": None, "http_request": None}),
        {"dns": N, "tcp": OK, "http": N},
    ),
    Raw(
        "notices: teapot over https",
        safe_5(requests=[fetched(SAFE, answer(418, "Teapot", length=100, headers=headed()), endpoint=E443)]),
        FINE,
    ),
    Raw(
        "notices: too many requests over https",
        safe_5(requests=[fetched(SAFE, answer(429, "Too Many Requests", length=100, headers=headed()), endpoint=E443)]),
        FINE | {"http": I},
    ),
    Raw(
        "notices: wall of a content network over https, met by the helper too",
        safe_5(
            requests=[fetched(SAFE, answer(403, "Just a moment...", length=100, headers=EDGE), endpoint=E443)],
            control=helper(
                [A],
                {E443: None},
                answer(403, "Just a moment...", length=100, headers=EDGE),
                shaken={E443: None},
                places={A: HETZNER},
            ),
        ),
        FINE,
    ),
    # look-ups
    Raw(
        "notices: questions of other types fail",
        safe_5(
            queries=[
                GOOD,
                UDP_GOOD,
                UDP_NONE,
                asked(HOST, failed=NO_ANSWER, engine="udp", kind="HTTPS"),
                asked(HOST, failed=TIMEOUT, engine="udp", kind="CNAME"),
            ]
        ),
        FINE,
    ),
    Raw(
        "notices: system's resolver denies, its own reply came late and right",
        safe_5(
            queries=[asked(HOST, failed=NXDOMAIN), asked(HOST, failed=NXDOMAIN, engine="udp")], x_dns_late_replies=[UDP_GOOD]
        ),
        FINE | {"dns": B},
    ),
    Raw("notices: a look-up of which neither failure nor answers are known", looked_up(asked(HOST, tags=None)), {}),
    Raw(
        "notices: https input whose clear text alone is cut",
        visit(
            SAFE,
            V5,
            queries=[GOOD],
            tcp=[opened(E443), opened(E80)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443), fetched(PLAIN, RESET, endpoint=E80)],
            control=HELPED_5,
        ),
        FINE | {"http": L},
    ),
    # old forms
    keyed(
        "notices: tor of the first version, targets in a list",
        "tor",
        {
            "targets": [
                {
                    "failure": None,
                    "target_address": "131.188.40.189:443",
                    "target_protocol": "or_port_dirauth",
                    "tcp_connect": [opened("131.188.40.189:443", tags=None)],
                    "tls_handshakes": [],
                }
            ]
        },
        "tor/directory",
        {"tcp": OK},
        version="0.1.0",
    ),
    keyed(
        "notices: request lines of 2014, echoed",
        "http_invalid_request_line",
        {
            "sent": ["A HTTP/1.1", "B HTTP/1.1", "C HTTP/1.1"],
            "received": ["A HTTP/1.1", "B HTTP/1.1", "C HTTP/1.1"],
            "tampering": False,
        },
        "site:ooni.org/0.th.ooni.org",
        {"http": OK},
        version="0.1.4",
        start="2014-05-01 00:00:00",
    ),
    keyed(
        "notices: header fields of 2014, all lost",
        "http_header_field_manipulation",
        {
            "requests": [fetched("http://37.218.241.94", answer(200, None, length=40), tags=None)],
            "tampering": {
                "header_field_name": [],
                "header_field_number": False,
                "header_field_value": False,
                "header_name_capitalization": False,
                "header_name_diff": [],
                "request_line_capitalization": False,
                "total": True,
            },
        },
        "ooni/helpers",
        {"http": I},
        test_helpers={"backend": "http://37.218.241.94"},
        version="0.1.3",
        start="2014-05-01 00:00:00",
    ),
    keyed(
        "notices: vanilla_tor with logs of nothing",
        "vanilla_tor",
        {
            "success": False,
            "failure": "unknown_failure: tor: exited",
            "error": "unknown-error",
            "tor_logs": None,
            "tor_progress": 0,
            "tor_progress_tag": "",
            "bootstrap_time": 0,
        },
        "tor/tunnel",
        {"http": I},
        version="0.2.0",
    ),
    keyed(
        "notices: whatsapp denied and led to a private address at once",
        "whatsapp",
        {
            "queries": [found("v.whatsapp.net", "10.10.34.35")],
            "tcp_connect": [opened("10.10.34.35:443", TIMEOUT, tags=None)],
            "tls_handshakes": None,
            "requests": [fetched("https://v.whatsapp.net/v2/register", TIMEOUT, tags=None)],
        },
        "whatsapp/registration",
        {"dns": B},
        version="0.11.0",
    ),
    keyed(
        "notices: telegram without an answer from the web's name",
        "telegram",
        {
            "queries": [found("web.telegram.org", failed="dns_server_misbehaving")],
            "tcp_connect": None,
            "requests": [fetched("https://web.telegram.org/", "dns_server_misbehaving", tags=None)],
        },
        "telegram/web",
        {"dns": L},
        version="0.3.1",
    ),
    keyed(
        "notices: messenger's star refused by the house",
        "facebook_messenger",
        {"queries": [found("star.c10r.facebook.com", "0.0.0.1")], "tcp_connect": [opened("0.0.0.1:443", REFUSED, tags=None)]},
        "messenger/star",
        {"dns": B},
        version="0.2.1",
    ),
    keyed(
        "notices: signal reset in every handshake",
        "signal",
        one("storage.signal.org", "76.223.92.165@16509", RESET),
        "signal/storage",
        {"dns": N, "tcp": OK, "tls": L},
        version="0.2.5",
        start="2024-05-01 00:00:00",
    ),
    keyed(
        "notices: resolver over tls with the name of another",
        "dnscheck",
        {
            "bootstrap": {"queries": [found("dns.quad9.net", "9.9.9.9@19281")]},
            "lookups": {
                "dot://9.9.9.9:853": {
                    "failure": AUTHORITY,
                    "tcp_connect": [opened("9.9.9.9:853", tags=None)],
                    "tls_handshakes": [shaken("dns.quad9.net", "9.9.9.9:853", AUTHORITY, tags=None)],
                    "queries": None,
                }
            },
        },
        "site:quad9.net/dns.quad9.net",
        {"dns": OK, "tcp": OK, "tls": L},
        version="0.9.2",
        given="dot://dns.quad9.net/",
    ),
    keyed(
        "notices: stun refused by the server's machine",
        "stun_reachability",
        {
            "endpoint": "stun.l.google.com:19302",
            "failure": "connection_refused",
            "queries": [found("stun.l.google.com", "74.125.250.129@15169")],
        },
        "site:google.com/stun.l.google.com",
        {"dns": N, "http": N},
        version="0.4.0",
        given="stun://stun.l.google.com:19302",
    ),
    keyed(
        "notices: http_requests of 2013 over tor and directly, the same error",
        "http_requests",
        {
            "requests": [
                fetched(PLAIN, answer(404, "Not here", length=300, headers={}), tags=None),
                fetched(PLAIN, answer(404, "Not here", length=300, headers={}), tags=None)
                | {"request": {"url": PLAIN, "method": "GET", "tor": {"is_tor": True}}},
            ]
        },
        SITE,
        {"http": OK},
        version="0.1",
        given=PLAIN,
        start="2013-06-01 00:00:00",
    ),
)

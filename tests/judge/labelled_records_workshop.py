"""Labelled records of single techniques and tools: encrypted hellos, resolvers, tunnels, echoes."""

from typing import Any

from tests.judge.labelled_raw_web import Raw
from tests.judge.labelled_records_resolvers import (
    checked,
    resolver,
)
from tests.judge.paper import HOST, SAFE, SITE, A, headed, led
from tests.judge.records import (
    EOF,
    NXDOMAIN,
    PAPER,
    REFUSED,
    RESET,
    TIMEOUT,
    Record,
    answer,
    asked,
    fetched,
    opened,
    shaken,
)
from tests.judge.scenarios import OK, F, I, L, N
from tests.judge.tools import CENTRES, found, keyed, one, relay, tor

MK_ADDRESS = "162.159.138.79"
ECH, ECH_AT, OUTER = "cloudflare-ech.com", "104.18.10.118:443", "www.example.net"
UNREAD, ALERT = "unknown_failure: tls: server rejected ECH", "ssl_failed_handshake"
GATEWAY = {"ip": "51.15.187.53", "port": 1194, "provider": "riseupvpn", "openvpn_options": {"cipher": "AES-256-GCM"}}


def shook(failed: str | None, outer: str) -> Record:
    veiled = {"outer_server_name": outer, "echconfig": "GREASE" if outer else ""}
    return shaken(ECH, ECH_AT, failed, tags=None) | veiled


HELPER = {"test_helpers": {"backend": {"address": "http://37.218.241.94:80", "type": "legacy"}}}
FIVE_LINES = [
    "OwIq / HTTP/1.1\n\r",
    "kAbcd ZzPqe 81aYt Mnopq\n\r",
    "X" * 1024 + " / HTTP/1.1\n\r",
    "GET / HTTP/k0Q\n\r",
    "GET cache_object://localhost/ HTTP/1.0\n\r",
]
SQUID = (
    "HTTP/1.1 400 Bad Request\r\nServer: squid/3.5.20\r\nX-Squid-Error: ERR_INVALID_URL 0\r\nVia: 1.1 cache (squid/3.5.20)\r\n"
)

ECHOED = answer(
    200,
    None,
    length=0,
    text='{"headers_dict": {"aCCePT": ["*/*"]}, "request_line": "get / HTTP/1.1", "request_headers": [["aCCePT", "*/*"]]}',
    headers={},
)


def posted(answered: Record | str, **flags: bool) -> dict[str, Any]:
    """A request to the helper that echoes headers."""
    return {
        "agent": "agent",
        "requests": [fetched("http://37.218.241.94:80", answered, tags=None)],
        "tampering": {
            "header_field_name": False,
            "header_field_number": False,
            "header_field_value": False,
            "header_name_capitalization": False,
            "header_name_diff": [],
            "request_line_capitalization": False,
            "total": False,
        }
        | flags,
    }


WORKSHOP: tuple[Raw, ...] = (
    *(
        keyed(
            f"encrypted hellos: {name}",
            "echcheck",
            {"queries": [found(ECH, "104.18.10.118@13335")], "tls_handshakes": hellos},
            f"site:{ECH}/{ECH}/ech",
            {"tls": state},
            version="0.3.0",
            given=f"https://{ECH}/cdn-cgi/trace",
        )._replace(rules=rules)
        for name, hellos, state, rules in (
            ("all answered", [shook(None, ECH), shook(None, OUTER), shook(None, "")], OK, ("tls.ok",)),
            (
                "another outer name is reset",
                [shook(None, ECH), shook(RESET, OUTER), shook(None, "")],
                L,
                ("tls.outer_name.reset",),
            ),
            (
                "the published one is silent",
                [shook(TIMEOUT, ECH), shook(None, OUTER), shook(None, "")],
                L,
                ("tls.outer_name.timeout",),
            ),
            (
                "the published one is cut off, another unread",
                [shook(EOF, ECH), shook(UNREAD, OUTER), shook(UNREAD, OUTER), shook(None, "")],
                L,
                ("tls.outer_name.closed",),
            ),
            (
                "one name works at the second try",
                [shook(RESET, ECH), shook(None, ECH), shook(None, OUTER), shook(None, "")],
                OK,
                ("tls.ok",),
            ),
            (
                "the server refuses the other name by an alert",
                [shook(None, ECH), shook(ALERT, OUTER), shook(None, "")],
                OK,
                ("tls.ok",),
            ),
            ("the plain one fails, too", [shook(RESET, ECH), shook(None, OUTER), shook(RESET, "")], OK, ("tls.ok",)),
            ("both names are reset", [shook(RESET, ECH), shook(RESET, OUTER), shook(None, "")], L, ("tls.reset",)),
        )
    ),
    keyed(
        "the plain hello is cut off, the encrypted one is not",
        "echcheck",
        {"queries": [found(ECH, "104.18.10.118@13335")], "tls_handshakes": [shook(None, ECH), shook(RESET, "")]},
        f"site:{ECH}/{ECH}/ech",
        {"tls": OK},
        version="0.2.0",
        given=f"https://{ECH}/cdn-cgi/trace",
    ),
    keyed(
        "a resolver by its bare address refuses",
        "dnscheck",
        {
            "domain": "example.org",
            "bootstrap": None,
            "lookups": {"https://8.8.8.8/dns-query": resolver("8.8.8.8:443", "8.8.8.8", tcp=REFUSED)},
        },
        "site:8.8.8.8/8.8.8.8",
        {"tcp": L},
        version="0.9.2",
        given="https://8.8.8.8/dns-query",
    ),
    keyed(
        "a great resolver's name, whose look-up timed out",
        "dnscheck",
        checked("dns.quad9.net", "dot", found("dns.quad9.net", failed=TIMEOUT), {}),
        "site:quad9.net/dns.quad9.net",
        {"dns": L},
        version="0.9.2",
        given="dot://dns.quad9.net/",
    ),
    keyed(
        "a great resolver answers by https, and the request stands beside",
        "dnscheck",
        checked(
            "dns.google",
            "https",
            found("dns.google", "8.8.4.4@15169"),
            {
                "https://8.8.4.4/dns-query": resolver("8.8.4.4:443", "dns.google")
                | {"requests": [fetched("https://8.8.4.4/dns-query", answer(200, None, length=120, headers={}), tags=None)]}
            },
        ),
        "site:dns.google/dns.google",
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        version="0.9.2",
        given="https://dns.google/dns-query",
    ),
    keyed(
        "a great resolver over quic, silent",
        "dnscheck",
        checked(
            "dns.google",
            "https",
            found("dns.google", "8.8.4.4@15169"),
            {
                "https://8.8.4.4/dns-query": {
                    "failure": TIMEOUT,
                    "queries": [asked("example.org", failed=TIMEOUT, engine="doh", tags=None)],
                    "quic_handshakes": [shaken("dns.google", "8.8.4.4:443", TIMEOUT, tags=None) | {"network": "udp"}],
                    "tcp_connect": None,
                    "tls_handshakes": None,
                }
            },
        )
        | {"http3_enabled": True},
        "site:dns.google/dns.google",
        {"dns": OK, "quic": N},
        version="0.9.2",
        given="https://dns.google/dns-query",
    ),
    keyed(
        "openvpn over tcp, its handshake reset",
        "openvpn",
        {
            "success": False,
            "failure": RESET,
            "tcp_connect": [opened("51.15.187.53:1194", tags=None)],
            "openvpn_handshake": [
                GATEWAY | {"endpoint": "openvpn://51.15.187.53:1194/tcp", "transport": "tcp", "failure": RESET}
            ],
        },
        "openvpn/gateways",
        {"tcp": OK, "tls": N},
        version="0.1.4",
        given="openvpn://riseupvpn.corp/?address=51.15.187.53:1194&transport=tcp",
    ),
    keyed(
        "openvpn over udp works",
        "openvpn",
        {
            "success": True,
            "failure": None,
            "bootstrap_time": 0.31,
            "openvpn_handshake": [
                GATEWAY | {"endpoint": "openvpn://51.15.187.53:1194/udp", "transport": "udp", "failure": None}
            ],
        },
        "openvpn/gateways",
        {"tls": OK},
        version="0.1.5",
        given="openvpn://riseupvpn.corp/?address=51.15.187.53:1194&transport=udp",
    ),
    keyed(
        "riseup, its api reset by name",
        "riseupvpn",
        one("black.riseup.net", "198.252.153.107@16652", RESET)
        | {"requests": [fetched("https://black.riseup.net/ca.crt", RESET, tags=None)], "ca_cert_status": False},
        "riseup/api",
        {"dns": N, "tcp": OK, "tls": N},
        version="0.2.0",
    ),
    keyed(
        "riseup, all well",
        "riseupvpn",
        one("api.black.riseup.net", "198.252.153.107@16652")
        | {
            "requests": [
                fetched(
                    "https://api.black.riseup.net:443/3/config/eip-service.json", answer(200, None, length=9_000), tags=None
                )
            ],
            "ca_cert_status": True,
        },
        "riseup/api",
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        version="0.3.0",
    ),
    keyed(
        "directory's port silent, the authority's own well",
        "tor",
        tor(a=relay("128.31.0.39:9131", "dir_port", TIMEOUT), b=relay("86.59.21.38:443", "or_port_dirauth")),
        "tor/directory",
        {"tcp": OK, "tls": OK},
        version="0.4.0",
    ),
    keyed(
        "all bridges connect and none shakes hands",
        "tor",
        tor(
            a=relay("193.11.166.194:27015", "obfs4", None, TIMEOUT),
            b=relay("38.229.1.78:80", "obfs4", None, EOF),
            c=relay("37.218.240.34:40035", "obfs4", None, RESET),
        ),
        "tor/bridges",
        {"tcp": OK, "tls": L},
        version="0.4.0",
    ),
    keyed(
        "tor made its circuits in the end",
        "vanilla_tor",
        {
            "success": True,
            "error": None,
            "failure": None,
            "bootstrap_time": 95.4,
            "timeout": 200,
            "tor_logs": ["Bootstrapped 100% (done): Done"],
            "tor_progress": 100,
            "tor_progress_tag": "done",
        },
        "tor/tunnel",
        {"http": OK},
        version="0.3.0",
    ),
    keyed(
        "psiphon could not write its files",
        "psiphon",
        {"failure": "unknown_failure: mkdir /data/user/0/psiphon: no space left on device", "bootstrap_time": 0},
        "psiphon/tunnel",
        {"http": F},
        version="0.6.0",
    ),
    keyed(
        "psiphon ran out of time",
        "psiphon",
        {"failure": "generic_timeout_error", "bootstrap_time": 0, "max_runtime": 60},
        "psiphon/tunnel",
        {"http": I},
        version="0.6.0",
    ),
    keyed(
        "no data centre answers posts, on any port",
        "telegram",
        {
            "queries": [found("web.telegram.org", "149.154.167.99@62041")],
            "tcp_connect": [opened(f"{centre}:{port}", tags=None) for centre in CENTRES for port in (80, 443)],
            "requests": [fetched(f"http://{centre}:{port}/", TIMEOUT, tags=None) for centre in CENTRES for port in (80, 443)],
        },
        "telegram/dc_pool",
        {"tcp": OK, "http": L},
        version="0.3.1",
    ),
    keyed(
        "registration reset, by its own address",
        "whatsapp",
        one("v.whatsapp.net", "157.240.0.60@32934", RESET)
        | {"requests": [fetched("https://v.whatsapp.net/v2/register", RESET, tags=None)]},
        "whatsapp/registration",
        {"dns": OK, "tcp": OK, "tls": L},
        version="0.11.0",
    ),
    keyed(
        "urlgetter shakes hands by another name",
        "urlgetter",
        {
            "failure": RESET,
            "failed_operation": "tls_handshake",
            "tcp_connect": [opened("93.184.216.34:443", tags=None)],
            "tls_handshakes": [shaken("www.morning-paper.net", "93.184.216.34:443", RESET, tags=None)],
        },
        "site:93.184.216.34/93.184.216.34",
        {"tcp": OK, "tls": N},
        version="0.2.0",
        given="tlshandshake://93.184.216.34:443",
    ),
    keyed(
        "urlgetter, page over https",
        "urlgetter",
        one(HOST, f"{A}@24940") | {"failure": None, "requests": [fetched(SAFE, PAPER, tags=None)]},
        SITE,
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        version="0.2.0",
        given=SAFE,
    ),
    keyed(
        "all lines are answered by a server",
        "http_invalid_request_line",
        {
            "sent": FIVE_LINES,
            "received": ["HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"] * 5,
            "failure_list": [None] * 5,
            "tampering": True,
        },
        "ooni/helpers",
        {"http": I},
        version="0.2.0",
        **HELPER,
    ),
    keyed(
        "no line reaches the helper",
        "http_invalid_request_line",
        {"sent": FIVE_LINES, "received": [""] * 5, "failure_list": ["connection_refused"] * 5, "tampering": False},
        "ooni/helpers",
        {"tcp": N},
        version="0.2.0",
        **HELPER,
    ),
    keyed(
        "a line comes back in bytes that are no text",
        "http_invalid_request_line",
        {
            "sent": FIVE_LINES,
            "received": [*FIVE_LINES[:4], {"format": "base64", "data": "AQ05bwxG+MIS9g9MCV8tzSk="}],
            "failure_list": [None] * 5,
            "tampering": True,
        },
        "ooni/helpers",
        {"http": I},
        version="0.2.0",
        **HELPER,
    ),
    keyed(
        "some page answers in place of the helper that echoes headers",
        "http_header_field_manipulation",
        posted(answer(200, "Welcome", length=4_000, headers=headed(Server="Apache")), total=True),
        "ooni/helpers",
        {"http": I},
        version="0.2.0",
        **HELPER,
    ),
    *(
        keyed(
            f"{test} that ends with {failed}",
            test,
            {"failure": failed, "success": False, "bootstrap_time": 0, "error": "unknown-error"},
            f"{tool}/tunnel",
            {"http": I},
            version="0.6.0",
        )
        for test, tool in (("psiphon", "psiphon"), ("vanilla_tor", "tor"))
        for failed in (REFUSED, NXDOMAIN, RESET, "ssl_unknown_authority")
    ),
    keyed(
        "stun, the port is closed",
        "stun_reachability",
        {
            "endpoint": "stun.voip.blackberry.com:3478",
            "failure": REFUSED,
            "queries": [found("stun.voip.blackberry.com", "20.15.169.7@8075")],
        },
        "site:blackberry.com/stun.voip.blackberry.com",
        {"dns": N, "http": N},
        version="0.4.0",
        given="stun://stun.voip.blackberry.com:3478",
    ),
    keyed(
        "stun, the host has another's name",
        "stun_reachability",
        {
            "endpoint": "stun.voip.blackberry.com:3478",
            "failure": NXDOMAIN,
            "queries": [found("stun.voip.blackberry.com", failed=NXDOMAIN)],
        },
        "site:blackberry.com/stun.voip.blackberry.com",
        {"dns": N},
        version="0.4.0",
        given="stun://stun.voip.blackberry.com:3478",
    ),
    keyed(
        "lines come back as sent",
        "http_invalid_request_line",
        {"sent": FIVE_LINES, "received": FIVE_LINES, "failure_list": [None] * 5, "tampering_list": [False] * 5},
        "ooni/helpers",
        {"http": OK},
        version="0.2.0",
        **HELPER,
    ),
    keyed(
        "a cache answers one of the lines",
        "http_invalid_request_line",
        {"sent": FIVE_LINES, "received": [*FIVE_LINES[:4], SQUID], "failure_list": [None] * 5, "tampering": True},
        "ooni/helpers",
        {"http": I},
        version="0.2.0",
        **HELPER,
    ),
    keyed(
        "one of four lines is swallowed, Python's years",
        "http_invalid_request_line",
        {"sent": FIVE_LINES[:4], "received": [FIVE_LINES[0], "", *FIVE_LINES[2:4]], "tampering": True},
        "ooni/helpers",
        {"http": I},
        version="0.2",
        test_helpers={"backend": "213.138.109.232"},
        start="2015-12-01 07:25:12",
    ),
    keyed(
        "headers come back as sent",
        "http_header_field_manipulation",
        posted(ECHOED),
        "ooni/helpers",
        {"http": OK},
        version="0.2.0",
        **HELPER,
    ),
    keyed(
        "headers lose their spelling",
        "http_header_field_manipulation",
        posted(ECHOED, header_name_capitalization=True, header_field_number=True),
        "ooni/helpers",
        {"http": I},
        version="0.2.0",
        **HELPER,
    ),
    keyed(
        "a hotspot answers in place of the helper",
        "http_header_field_manipulation",
        posted(led("http://10.5.50.1/login?dst=http%3A%2F%2F37.218.241.94%2F"), total=True),
        "ooni/helpers",
        {"http": F},
        version="0.2.0",
        **HELPER,
    ),
    keyed(
        "the helper that echoes headers did not answer",
        "http_header_field_manipulation",
        posted(TIMEOUT, total=True),
        "ooni/helpers",
        {"http": N},
        version="0.2.0",
        **HELPER,
    ),
)

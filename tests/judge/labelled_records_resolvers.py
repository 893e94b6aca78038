"""Labelled records of the tests that ask resolvers, tunnels and helpers."""

from typing import Any

from tests.judge.certificates import certificate
from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import E80, GOOD, HOST, ISP, ISP_ASN, PLAIN, SITE, UDP_GOOD, UDP_NONE, A, safe_5
from tests.judge.records import (
    AUTHORITY,
    EOF,
    NO_ROUTE,
    NXDOMAIN,
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
from tests.judge.scenarios import OK, B, F, I, L, N
from tests.judge.tools import found, keyed, relay, tor

QUAD, CLOUD = "dns.quad9.net", "cloudflare-dns.com"
NOWHERE = asked(HOST, "0.0.0.0")  # noqa: S104 (an answer)
BOTH = asked(HOST, "0.0.0.0", "::")  # noqa: S104 (answers)
IRAN_PAGE = answer(
    403,
    None,
    length=0,
    text=(
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><title>M1-6\n</title></head>'
        '<body><iframe src="http://10.10.34.34?type=Invalid Site&policy=MainPolicy " style="width: 100%; height: 100%"'
        ' scrolling="no" marginwidth="0" marginheight="0" frameborder="0" vspace="0" hspace="0"></iframe></body></html>'
    ),
    headers={},
)


def resolver(endpoint: str, host: str, *, tcp: str | None = None, tls: str | None = None, **more: Any) -> Record:
    """What was met at one address of an encrypted resolver."""
    failed = tcp or tls
    query = asked("example.org", *(() if failed else ("93.184.216.34@15133",)), failed=failed, engine="dot", tags=None)
    return {
        "failure": failed,
        "queries": [query],
        "requests": None,
        "tcp_connect": [opened(endpoint, tcp, tags=None)],
        "tls_handshakes": None if tcp else [shaken(host, endpoint, tls, tags=None, **more)],
    }


def checked(host: str, given: str, bootstrap: Record, lookups: dict[str, Record]) -> dict[str, Any]:
    """The keys of dnscheck, but for what a resolver's name is made of."""
    return {
        "domain": "example.org",
        "bootstrap": {"agent": "", "failure": bootstrap["failure"], "queries": [bootstrap]},
        "bootstrap_failure": bootstrap["failure"],
        "lookups": lookups,
    }


RESOLVERS: tuple[Raw, ...] = (
    keyed(
        "dns over tls works at two addresses",
        "dnscheck",
        checked(
            QUAD,
            "dot",
            found(QUAD, "9.9.9.9@19281", "149.112.112.112@19281"),
            {
                "dot://9.9.9.9:853/": resolver("9.9.9.9:853", QUAD),
                "dot://149.112.112.112:853/": resolver("149.112.112.112:853", QUAD),
            },
        ),
        f"site:quad9.net/{QUAD}",
        {"dns": OK, "tcp": OK, "tls": OK},
        version="0.9.2",
        given=f"dot://{QUAD}/",
    ),
    keyed(
        "dns over tls silent at both addresses",
        "dnscheck",
        checked(
            QUAD,
            "dot",
            found(QUAD, "9.9.9.9@19281", "149.112.112.112@19281"),
            {
                "dot://9.9.9.9:853/": resolver("9.9.9.9:853", QUAD, tcp=TIMEOUT),
                "dot://149.112.112.112:853/": resolver("149.112.112.112:853", QUAD, tcp=TIMEOUT),
            },
        ),
        f"site:quad9.net/{QUAD}",
        {"dns": OK, "tcp": L},
        version="0.9.2",
        given=f"dot://{QUAD}/",
    ),
    keyed(
        "a great resolver's own address, of which nobody says where it lies",
        "dnscheck",
        checked(
            "dns.google",
            "https",
            found("dns.google", "8.8.8.8"),
            {"https://8.8.8.8/dns-query": resolver("8.8.8.8:443", "dns.google", tcp=TIMEOUT)},
        ),
        "site:dns.google/dns.google",
        {"dns": OK, "tcp": L},
        version="0.9.0",
        given="https://dns.google/dns-query",
    ),
    keyed(
        "dns over https, one address of two reset",
        "dnscheck",
        checked(
            CLOUD,
            "https",
            found(CLOUD, "104.16.248.249@13335", "104.16.249.249@13335"),
            {
                "https://104.16.248.249/dns-query": resolver("104.16.248.249:443", CLOUD, tls=RESET),
                "https://104.16.249.249/dns-query": resolver("104.16.249.249:443", CLOUD),
            },
        ),
        f"site:{CLOUD}/{CLOUD}",
        {"dns": OK, "tcp": OK, "tls": OK},
        version="0.9.2",
        given=f"https://{CLOUD}/dns-query",
    ),
    keyed(
        "a great resolver's name denied",
        "dnscheck",
        checked("dns.adguard.com", "https", found("dns.adguard.com", failed=NXDOMAIN), {}),
        "site:adguard.com/dns.adguard.com",
        {"dns": L},
        version="0.9.2",
        given="https://dns.adguard.com/dns-query",
    ),
    keyed(
        "a great resolver's name led to nowhere",
        "dnscheck",
        checked(
            "dns.google",
            "https",
            found("dns.google", "127.0.0.1"),
            {"https://127.0.0.1/dns-query": resolver("127.0.0.1:443", "dns.google", tcp=REFUSED)},
        ),
        "site:dns.google/dns.google",
        {"dns": B},
        version="0.9.2",
        given="https://dns.google/dns-query",
    ),
    keyed(
        "a great resolver, reset by name",
        "dnscheck",
        checked(
            "dns.google",
            "https",
            found("dns.google", "8.8.8.8@15169", "8.8.4.4@15169", "2001:4860:4860::8888@15169"),
            {
                "https://8.8.8.8/dns-query": resolver("8.8.8.8:443", "dns.google", tls=RESET),
                "https://8.8.4.4/dns-query": resolver("8.8.4.4:443", "dns.google", tls=RESET),
                "https://[2001:4860:4860::8888]/dns-query": resolver("[2001:4860:4860::8888]:443", "dns.google", tcp=NO_ROUTE),
            },
        ),
        "site:dns.google/dns.google",
        {"dns": OK, "tcp": OK, "tls": L},
        version="0.9.1",
        given="https://dns.google/dns-query",
    ),
    keyed(
        "a great resolver's handshake opened by a filter of the network",
        "dnscheck",
        checked(
            "dns.google",
            "https",
            found("dns.google", "8.8.8.8@15169"),
            {
                "https://8.8.8.8/dns-query": resolver(
                    "8.8.8.8:443", "dns.google", tls=AUTHORITY, shown=[certificate({"CN": "ISP Inspection CA"})]
                )
            },
        ),
        "site:dns.google/dns.google",
        {"dns": OK, "tcp": OK, "tls": L},
        version="0.9.2",
        given="https://dns.google/dns-query",
    ),
    keyed(
        "somebody's own resolver falls silent",
        "dnscheck",
        checked(
            "doh.little-operator.org",
            "https",
            found("doh.little-operator.org", "185.233.100.100@29075"),
            {"https://185.233.100.100/dns-query": resolver("185.233.100.100:443", "doh.little-operator.org", tcp=TIMEOUT)},
        ),
        "site:little-operator.org/doh.little-operator.org",
        {"dns": N, "tcp": N},
        version="0.9.2",
        given="https://doh.little-operator.org/dns-query",
    ),
    keyed(
        "urlgetter looks up a name alone, a private address",
        "urlgetter",
        {"failure": None, "queries": [asked(HOST, "10.10.34.36", engine="system", tags=None)], "requests": None},
        SITE,
        {"dns": B},
        version="0.2.0",
        given=f"dnslookup://{HOST}",
    ),
    keyed(
        "urlgetter connects alone",
        "urlgetter",
        {"failure": TIMEOUT, "tcp_connect": [opened("45.33.32.156:22", TIMEOUT, tags=None)], "requests": None},
        "site:45.33.32.156/45.33.32.156",
        {"tcp": N},
        version="0.2.0",
        given="tcpconnect://45.33.32.156:22",
    ),
    keyed(
        "urlgetter meets a known notice",
        "urlgetter",
        {
            "failure": None,
            "queries": [asked(HOST, A, engine="system", tags=None)],
            "tcp_connect": [opened(E80, tags=None)],
            "requests": [fetched(PLAIN, IRAN_PAGE, tags=None)],
        },
        SITE,
        {"dns": N, "tcp": OK, "http": B},
        version="0.2.0",
        given=PLAIN,
    ),
    keyed(
        "urlgetter over quic alone, silent",
        "urlgetter",
        {
            "failure": TIMEOUT,
            "queries": [asked("www.cloudflare.com", "104.16.124.96@13335", engine="system", tags=None)],
            "quic_handshakes": [shaken("www.cloudflare.com", "104.16.124.96:443", TIMEOUT, tags=None) | {"network": "udp"}],
            "requests": [fetched("https://www.cloudflare.com/", TIMEOUT, tags=None)],
        },
        "site:cloudflare.com/www.cloudflare.com",
        {"dns": N, "quic": N},
        version="0.2.0",
        given="https://www.cloudflare.com/",
    ),
    keyed(
        "stun, the name led to nowhere",
        "stun_reachability",
        {
            "endpoint": "stun.l.google.com:19302",
            "failure": TIMEOUT,
            "network_events": [],
            "queries": [found("stun.l.google.com", "0.0.0.0")],  # noqa: S104 (an answer)
        },
        "site:google.com/stun.l.google.com",
        {"dns": B},
        version="0.4.0",
        given="stun://stun.l.google.com:19302",
    ),
    keyed(
        "stun without an input answers",
        "stun_reachability",
        {
            "endpoint": "stun.l.google.com:19302",
            "failure": None,
            "queries": [found("stun.l.google.com", "108.177.15.127@15169")],
        },
        "site:google.com/stun.l.google.com",
        {"dns": N, "http": OK},
        version="0.0.1",
    ),
    keyed(
        "three hellos, the published outer name alone is cut off",
        "echcheck",
        {
            "queries": [found("cloudflare-ech.com", "104.18.10.118@13335")],
            "tls_handshakes": [
                shaken("cloudflare-ech.com", "104.18.10.118:443", TIMEOUT, tags=None)
                | {"outer_server_name": "cloudflare-ech.com", "echconfig": "GREASE"},
                shaken("cloudflare-ech.com", "104.18.10.118:443", TIMEOUT, tags=None)
                | {"outer_server_name": "www.example.net", "echconfig": "GREASE"},
                shaken("cloudflare-ech.com", "104.18.10.118:443", tags=None) | {"outer_server_name": "", "echconfig": ""},
            ],
        },
        "site:cloudflare-ech.com/cloudflare-ech.com/ech",
        {"tls": L},
        version="0.3.0",
        given="https://cloudflare-ech.com/cdn-cgi/trace",
    ),
    keyed(
        "three hellos, all answered",
        "echcheck",
        {
            "queries": [found("cloudflare-ech.com", "104.18.10.118@13335")],
            "tls_handshakes": [
                shaken("cloudflare-ech.com", "104.18.10.118:443", tags=None)
                | {"outer_server_name": "cloudflare-ech.com", "echconfig": "GREASE"},
                shaken("cloudflare-ech.com", "104.18.10.118:443", "ssl_invalid_hostname", tags=None)
                | {"outer_server_name": "www.example.net", "echconfig": "GREASE"},
                shaken("cloudflare-ech.com", "104.18.10.118:443", tags=None) | {"outer_server_name": "", "echconfig": ""},
            ],
        },
        "site:cloudflare-ech.com/cloudflare-ech.com/ech",
        {"tls": OK},
        version="0.3.0",
        given="https://cloudflare-ech.com/cdn-cgi/trace",
    ),
    keyed(
        "openvpn over udp, never answered",
        "openvpn",
        {
            "success": False,
            "failure": TIMEOUT,
            "openvpn_handshake": [
                {
                    "endpoint": "openvpn://51.15.187.53:1194/udp",
                    "failure": TIMEOUT,
                    "ip": "51.15.187.53",
                    "port": 1194,
                    "transport": "udp",
                    "provider": "riseupvpn",
                }
            ],
            "tcp_connect": None,
        },
        "openvpn/gateways",
        {"tls": N},
        version="0.1.4",
        given="openvpn://riseupvpn.corp/?address=51.15.187.53:1194&transport=udp",
    ),
    keyed(
        "openvpn over tcp, reset before the handshake",
        "openvpn",
        {
            "success": False,
            "failure": RESET,
            "tcp_connect": [opened("51.15.187.53:1194", RESET, tags=None)],
            "openvpn_handshake": [],
        },
        "openvpn/gateways",
        {"tcp": N},
        version="0.1.4",
        given="openvpn://riseupvpn.corp/?address=51.15.187.53:1194&transport=tcp",
    ),
    keyed(
        "riseup, some gateways silent",
        "riseupvpn",
        {
            "queries": [found("api.black.riseup.net", "198.252.153.107@16652")],
            "tcp_connect": [
                opened("198.252.153.107:443", tags=None),
                opened("51.15.187.53:443", TIMEOUT, tags=None),
                opened("212.83.182.127:443", tags=None),
            ],
            "tls_handshakes": [shaken("api.black.riseup.net", "198.252.153.107:443", tags=None)],
            "requests": [fetched("https://api.black.riseup.net:443/3/config/eip-service.json", answer(200, None), tags=None)],
            "ca_cert_status": True,
        },
        "riseup/gateways",
        {"tcp": OK},
        version="0.2.0",
    ),
    keyed(
        "tor's program is not there",
        "vanilla_tor",
        {
            "success": False,
            "error": "unknown-error",
            "failure": 'unknown_failure: exec: "tor": executable file not found in $PATH',
            "bootstrap_time": 0,
            "tor_logs": [],
            "tor_progress": 0,
        },
        "tor/tunnel",
        {"http": F},
        version="0.2.0",
    ),
    keyed(
        "tor stuck at a tenth",
        "vanilla_tor",
        {
            "success": False,
            "error": "timeout-reached",
            "failure": TIMEOUT,
            "bootstrap_time": 0,
            "timeout": 200,
            "tor_logs": ["May 10 13:31:26.000 [notice] Bootstrapped 10% (conn_done): Connected to a relay"],
            "tor_progress": 10,
            "tor_progress_tag": "conn_done",
        },
        "tor/tunnel",
        {"http": I},
        version="0.2.0",
    ),
    keyed(
        "tor's authorities reset in the handshake, directory",
        "tor",
        tor(
            a=relay("128.31.0.39:9201", "or_port_dirauth", None, RESET),
            b=relay("86.59.21.38:443", "or_port_dirauth", None, RESET),
            c=relay("193.11.166.194:27015", "obfs4", None, None),
        ),
        "tor/directory",
        {"tcp": OK, "tls": L},
        version="0.4.0",
    ),
    keyed(
        "tor's bridges, one works",
        "tor",
        tor(
            a=relay("193.11.166.194:27015", "obfs4", TIMEOUT),
            b=relay("38.229.1.78:80", "obfs4", None, EOF),
            c=relay("37.218.240.34:40035", "obfs4", None, None),
        ),
        "tor/bridges",
        {"tcp": OK, "tls": OK},
        version="0.4.0",
    ),
    keyed(
        "psiphon makes its tunnel, and the page does not come",
        "psiphon",
        {"failure": TIMEOUT, "bootstrap_time": 7.31, "max_runtime": 120, "requests": [], "tunnel": "psiphon"},
        "psiphon/tunnel",
        {"http": OK},
        version="0.5.1",
    ),
    keyed(
        "psiphon stopped by its user",
        "psiphon",
        {"failure": "interrupted", "bootstrap_time": 0, "max_runtime": 120, "tunnel": "psiphon"},
        "psiphon/tunnel",
        {"http": F},
        version="0.5.1",
    ),
    *(
        Raw(
            f"left out: {name}",
            safe_5(queries=[query, UDP_GOOD, UDP_NONE], tcp=[], tls=[], requests=[]) | {"resolver_asn": asked_by} | more,
            {"dns": state},
            rules=(rule,),
        )
        for name, asked_by, query, more, state, rule in (
            ("nowhere, for families", "AS13335", NOWHERE, {}, F, "dns.own_filter"),
            ("nowhere in both families of addresses", "AS34939", BOTH, {}, F, "dns.own_filter"),
            (
                "nowhere, and the probe threw it away",
                "AS212772",
                asked(HOST, failed="dns_bogon_error"),
                {},
                F,
                "dns.own_filter",
            ),
            ("nowhere, by somebody's own at a hoster", "AS24940", NOWHERE, {}, F, "dns.own_filter"),
            ("nowhere, by a hoster's to its own", "AS24940", NOWHERE, {"probe_asn": "AS24940"}, B, "dns.bogon"),
            ("nowhere, by the network's own", "AS6697", NOWHERE, {}, B, "dns.bogon"),
            ("nowhere, by a public one that leaves nothing out", "AS15169", NOWHERE, {}, B, "dns.bogon"),
            ("a private address, by a filter", "AS13335", asked(HOST, "10.10.34.35"), {}, B, "dns.bogon"),
            ("a page of the provider's", "AS36692", asked(HOST, "146.112.61.106@36692"), {}, F, "dns.own_filter_page"),
            ("a notice of somebody else's", "AS36692", asked(HOST, f"{ISP}@{ISP_ASN}"), {}, N, "dns.unrelated"),
            ("the site's own", "AS36692", GOOD, {}, OK, "dns.consistent"),
            ("denied by a filter", "AS19281", asked(HOST, failed=NXDOMAIN), {}, N, "dns.own_filter_denial"),
            ("silence of a filter", "AS19281", asked(HOST, failed=TIMEOUT), {}, L, "dns.timeout"),
            ("denied by one that leaves nothing out", "AS15169", asked(HOST, failed=NXDOMAIN), {}, L, "dns.nxdomain"),
        )
    ),
)

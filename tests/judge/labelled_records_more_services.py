"""More labelled records of odd measurements of every test but web_connectivity."""

from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import HOST, PLAIN, SAFE, SITE, A
from tests.judge.records import AUTHORITY, HOSTNAME, NXDOMAIN, REFUSED, TIMEOUT, answer, asked, fetched, opened, shaken
from tests.judge.scenarios import OK, B, F, I, L, N
from tests.judge.tools import found, keyed, one, relay, tor

BACKEND = {"test_helpers": {"backend": {"address": "37.218.241.93", "type": "legacy"}}}


MORE_SERVICES: tuple[Raw, ...] = (
    keyed(
        "whatsapp's web led to a provider's machine",
        "whatsapp",
        one("web.whatsapp.com", "178.124.131.20@6697", HOSTNAME),
        "whatsapp/web",
        {"dns": L},
        version="0.9.0",
    ),
    keyed(
        "whatsapp's registration silent",
        "whatsapp",
        one("v.whatsapp.net", "157.240.252.60@32934", tcp=TIMEOUT),
        "whatsapp/registration",
        {"dns": OK, "tcp": L},
        version="0.9.0",
    ),
    keyed(
        "telegram's web silent in the handshake",
        "telegram",
        one("web.telegram.org", "149.154.167.99@62041", TIMEOUT),
        "telegram/web",
        {"dns": OK, "tcp": OK, "tls": L},
        version="0.3.0",
    ),
    keyed(
        "signal shown a foreign authority",
        "signal",
        one("chat.signal.org", "76.223.92.165@16509", AUTHORITY),
        "signal/chat",
        {"dns": N, "tcp": OK, "tls": L},
        version="0.2.5",
        start="2024-05-01 00:00:00",
    ),
    keyed(
        "signal with one host silent",
        "signal",
        one("cdn2.signal.org", "104.18.37.148@13335", TIMEOUT),
        "signal/cdn",
        {"dns": N, "tcp": OK, "tls": L},
        version="0.2.5",
        start="2024-05-01 00:00:00",
    ),
    keyed(
        "messenger's resolver silent",
        "facebook_messenger",
        {"queries": [found("b-graph.facebook.com", failed=TIMEOUT)], "tcp_connect": None},
        "messenger/b_graph",
        {"dns": L},
        version="0.2.1",
    ),
    keyed(
        "messenger's stun denied",
        "facebook_messenger",
        {"queries": [found("stun.fbsbx.com", failed=NXDOMAIN)], "tcp_connect": None},
        "messenger/stun",
        {"dns": L},
        version="0.2.1",
    ),
    keyed(
        "tor's directories refuse",
        "tor",
        tor(
            a=relay("131.188.40.189:443", "or_port_dirauth", REFUSED), b=relay("193.23.244.244:443", "or_port_dirauth", REFUSED)
        ),
        "tor/directory",
        {"tcp": L},
        version="0.4.0",
    ),
    keyed(
        "tor's bridges connect and fall silent",
        "tor",
        tor(a=relay("85.31.186.98:443", "obfs4", None, TIMEOUT), b=relay("38.229.33.83:80", "obfs4", None, TIMEOUT)),
        "tor/bridges",
        {"tcp": OK, "tls": L},
        version="0.4.0",
    ),
    keyed(
        "tor with an empty record",
        "tor",
        tor(a=relay("131.188.40.189:443", "or_port_dirauth")),
        "tor/directory",
        {"tcp": OK, "tls": OK},
        version="0.4.0",
    ),
    keyed(
        "riseupvpn's gateways work",
        "riseupvpn",
        {
            "api_failures": None,
            "ca_cert_status": True,
            "tcp_connect": [opened("51.15.187.53:1194", tags=None), opened("51.15.187.53:443", tags=None)],
            "queries": None,
            "tls_handshakes": None,
            "requests": None,
        },
        "riseup/gateways",
        {"tcp": OK},
        version="0.3.0",
    ),
    keyed(
        "psiphon made its tunnel",
        "psiphon",
        {"failure": None, "bootstrap_time": 4.2, "max_runtime": 60},
        "psiphon/tunnel",
        {"http": OK},
        version="0.5.1",
    ),
    keyed(
        "psiphon interrupted",
        "psiphon",
        {"failure": "interrupted", "bootstrap_time": 0},
        "psiphon/tunnel",
        {"http": F},
        version="0.5.1",
    ),
    keyed(
        "vanilla_tor without a network",
        "vanilla_tor",
        {"failure": "network_down", "success": False, "tor_progress": 0, "tor_logs": None},
        "tor/tunnel",
        {"http": F},
        version="0.2.0",
    ),
    keyed(
        "stun led to a private address",
        "stun_reachability",
        {
            "endpoint": "stun.voip.blackberry.com:3478",
            "failure": TIMEOUT,
            "queries": [found("stun.voip.blackberry.com", "10.10.34.36")],
        },
        "site:blackberry.com/stun.voip.blackberry.com",
        {"dns": B},
        version="0.4.0",
        given="stun://stun.voip.blackberry.com:3478",
    ),
    keyed(
        "stun's name denied",
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
        "great resolver's name left unanswered",
        "dnscheck",
        {"bootstrap": {"queries": [found("dns.quad9.net", failed=TIMEOUT)]}, "bootstrap_failure": TIMEOUT, "lookups": {}},
        "site:quad9.net/dns.quad9.net",
        {"dns": L},
        version="0.9.2",
        given="https://dns.quad9.net/dns-query",
    ),
    keyed(
        "great resolver with a foreign authority",
        "dnscheck",
        {
            "bootstrap": {"queries": [found("cloudflare-dns.com", "104.16.249.249@13335")]},
            "lookups": {
                "https://104.16.249.249/dns-query": {
                    "queries": [asked("example.org", failed=AUTHORITY, engine="doh", tags=None)],
                    "tcp_connect": [opened("104.16.249.249:443", tags=None)],
                    "tls_handshakes": [shaken("cloudflare-dns.com", "104.16.249.249:443", AUTHORITY, tags=None)],
                }
            },
        },
        "site:cloudflare-dns.com/cloudflare-dns.com",
        {"dns": OK, "tcp": OK, "tls": L},
        version="0.9.2",
        given="https://cloudflare-dns.com/dns-query",
    ),
    keyed(
        "great resolver over udp, silent",
        "dnscheck",
        {
            "bootstrap": None,
            "lookups": {
                "udp://8.8.8.8:53": {
                    "failure": TIMEOUT,
                    "queries": [
                        asked("example.org", failed=TIMEOUT, engine="udp", tags=None) | {"resolver_address": "8.8.8.8:53"}
                    ],
                    "tcp_connect": None,
                    "tls_handshakes": None,
                }
            },
        },
        "site:8.8.8.8/8.8.8.8",
        {"dns": L},
        version="0.9.2",
        given="udp://8.8.8.8:53",
    ),
    keyed(
        "urlgetter met a known notice",
        "urlgetter",
        {
            "queries": [found(HOST, f"{A}@24940")],
            "tcp_connect": [opened(f"{A}:80", tags=None)],
            "requests": [
                fetched(
                    PLAIN,
                    answer(403, None, length=0, text='<iframe src="http://10.10.34.34?type=Invalid Site&policy=MainPolicy">'),
                    tags=None,
                )
            ],
        },
        SITE,
        {"dns": N, "tcp": OK, "http": B},
        version="0.2.0",
        given=PLAIN,
    ),
    keyed(
        "urlgetter over quic, silent",
        "urlgetter",
        {
            "queries": [found(HOST, f"{A}@24940")],
            "quic_handshakes": [shaken(HOST, f"{A}:443", TIMEOUT, tags=None) | {"network": "udp"}],
        },
        SITE,
        {"dns": N, "quic": N},
        version="0.2.0",
        given=SAFE,
    ),
    keyed(
        "urlgetter in clear text, some page",
        "urlgetter",
        {
            "queries": [found(HOST, f"{A}@24940")],
            "tcp_connect": [opened(f"{A}:80", tags=None)],
            "requests": [fetched(PLAIN, answer(), tags=None)],
        },
        SITE,
        {"dns": N, "tcp": OK, "http": N},
        version="0.2.0",
        given=PLAIN,
    ),
    keyed(
        "echcheck without a network",
        "echcheck",
        {
            "control": shaken("crypto.cloudflare.com", "162.159.137.85:443", "network_unreachable", tags=None),
            "target": shaken("crypto.cloudflare.com", "162.159.137.85:443", "network_unreachable", tags=None),
        },
        "site:cloudflare.com/crypto.cloudflare.com",
        {"tls": F},
        version="0.1.2",
        given="https://crypto.cloudflare.com/cdn-cgi/trace",
    ),
    keyed(
        "header fields changed on the way",
        "http_header_field_manipulation",
        {
            "requests": [fetched("http://37.218.241.94", answer(200, None, length=300), tags=None)],
            "tampering": {
                "header_field_name": False,
                "header_field_number": True,
                "header_field_value": False,
                "header_name_capitalization": True,
                "request_line_capitalization": False,
                "total": False,
            },
        },
        "ooni/helpers",
        {"http": I},
        version="0.2.0",
        test_helpers={"backend": "http://37.218.241.94"},
    ),
    keyed(
        "request line came back as sent",
        "http_invalid_request_line",
        {"sent": ["X / HTTP/1.1\n\r"], "received": ["X / HTTP/1.1\n\r"], "tampering": False, "failure_list": [None]},
        "ooni/helpers",
        {"http": OK},
        version="0.2.0",
        **BACKEND,
    ),
    keyed(
        "request line answered by a proxy",
        "http_invalid_request_line",
        {
            "sent": ["XyZw / HTTP/1.1\n\r"],
            "received": ["HTTP/1.1 400 Bad Request\r\nVia: 1.1 proxy"],
            "tampering": True,
            "failure_list": [None],
        },
        "ooni/helpers",
        {"http": I},
        version="0.2.0",
        **BACKEND,
    ),
    keyed(
        "helper of request lines silent",
        "http_invalid_request_line",
        {"sent": ["XyZw / HTTP/1.1\n\r"], "received": [""], "tampering": None, "failure_list": [TIMEOUT]},
        "ooni/helpers",
        {"http": N},
        version="0.2.0",
        **BACKEND,
    ),
    keyed(
        "tcp_connect to a data centre",
        "tcp_connect",
        {"connection": "connection_refused_error"},
        "telegram/dc_pool",
        {"tcp": L},
        given="149.154.167.51:443",
        start="2015-06-01 00:00:00",
    ),
    keyed(
        "dns_consistency, three resolvers of which one answers rightly",
        "dns_consistency",
        {
            "queries": [
                asked(HOST, A, engine="", kind="A", tags=None) | {"resolver_hostname": "8.8.8.8", "resolver_port": 53},
                asked(HOST, failed="dns_name_error", engine="", kind="A", tags=None)
                | {"resolver_hostname": "178.124.0.9", "resolver_port": 53},
                asked(HOST, A, engine="", kind="A", tags=None) | {"resolver_hostname": "178.124.0.10", "resolver_port": 53},
            ],
            "control_resolver": "8.8.8.8:53",
        },
        SITE,
        {"dns": OK},
        version="0.7.0",
        given=HOST,
        start="2016-05-01 00:00:00",
    ),
    keyed(
        "http_requests whose tor met a wall while the page fails",
        "http_requests",
        {
            "requests": [
                fetched(PLAIN, "connection_reset_error", tags=None),
                fetched(PLAIN, answer(503, "Just a moment...", length=5_000, headers={"Server": "cloudflare"}), tags=None)
                | {"request": {"url": PLAIN, "method": "GET", "tor": {"is_tor": True}}},
            ],
            "control_failure": None,
        },
        SITE,
        {"http": L},
        version="0.2.5",
        given=PLAIN,
        start="2015-06-01 00:00:00",
    ),
    keyed(
        "openvpn without a network",
        "openvpn",
        {
            "success": False,
            "failure": "network_unreachable",
            "openvpn_handshake": [
                {
                    "endpoint": "openvpn+obfs4://51.158.144.31:443",
                    "ip": "51.158.144.31",
                    "port": 443,
                    "transport": "tcp",
                    "provider": "riseupvpn",
                    "failure": "network_unreachable",
                    "t0": 0.1,
                    "t": 0.2,
                }
            ],
            "network_events": None,
            "tcp_connect": [opened("51.158.144.31:443", "network_unreachable", tags=None)],
        },
        "openvpn/gateways",
        {"tcp": F, "tls": F},
        version="0.1.6",
        given="openvpn://riseupvpn.corp/?address=51.158.144.31:443&transport=tcp",
    ),
)

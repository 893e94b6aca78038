"""Labelled records of services and single techniques as certain versions and years wrote them, with faults of their own."""

from tests.judge.labelled_raw_web import Raw
from tests.judge.records import NXDOMAIN, REFUSED, RESET, TIMEOUT, Record, answer, fetched, opened, shaken
from tests.judge.scenarios import OK, B, D, F, I, L, N
from tests.judge.tools import CENTRES, found, keyed, one, relay, tor

FINE = {"dns": OK, "tcp": OK, "tls": OK, "http": OK}
FACEBOOK_WEB = "157.240.252.61@32934"
LENGTH_REQUIRED = answer(411, "411 Length Required", length=180, headers={"Server": "nginx/0.3.33"})
GATEWAY: Record = {"ip": "51.15.187.53", "port": 1194, "provider": "riseupvpn", "t0": 0.03, "t": 0.21, "transaction_id": 1}
BACKEND = {"test_helpers": {"backend": "http://37.218.241.94:80"}}


def gateway(transport: str, failed: str | None) -> Record:
    return GATEWAY | {"endpoint": f"openvpn://51.15.187.53:1194/{transport}", "transport": transport, "failure": failed}


VERSIONS: tuple[Raw, ...] = (
    keyed(  # the host is gone for everybody since November 2023, and 0.2.2 still asks for it
        "signal 0.2.2 asks for the dropped host",
        "signal",
        {"queries": [found("textsecure-service.whispersystems.org", failed=NXDOMAIN)], "tcp_connect": None},
        "signal/chat",
        {"dns": N},
        version="0.2.2",
        start="2023-12-01 10:00:00",
    ),
    keyed(  # data centres answered posts with 411 in 2017: an answer is an answer
        "telegram 0.1.0, length required",
        "telegram",
        {
            "queries": None,
            "tcp_connect": [opened(f"{centre}:80", tags=None) for centre in CENTRES[:5]],
            "requests": [fetched(f"http://{centre}", LENGTH_REQUIRED, tags=None) for centre in CENTRES[:5]],
        },
        "telegram/dc_pool",
        {"tcp": OK, "http": OK},
        version="0.1.0",
        start="2017-05-12 10:00:00",
    ),
    keyed(  # since December 2022 the server refuses clear text, and the page came over its own certificate
        "whatsapp 0.10.0, clear text forbidden",
        "whatsapp",
        one("web.whatsapp.com", FACEBOOK_WEB)
        | {
            "tcp_connect": [opened("157.240.252.61:443", tags=None), opened("157.240.252.61:80", tags=None)],
            "requests": [
                fetched("http://web.whatsapp.com/", answer(403, None, length=0, headers={}), tags=None),
                fetched("https://web.whatsapp.com/", answer(200, "WhatsApp Web", length=900), tags=None),
            ],
        },
        "whatsapp/web",
        FINE,
        version="0.10.0",
        start="2022-12-03 10:00:00",
    ),
    keyed(  # failures of false are successes, and nothing says where the address lies
        "messenger 0.4.0 of 2016",
        "facebook_messenger",
        {
            "queries": [found("edge-mqtt.facebook.com", "31.13.86.2")],
            "tcp_connect": [{"ip": "31.13.86.2", "port": 443, "status": {"failure": False, "success": True}}],
        },
        "messenger/edge",
        {"dns": N, "tcp": OK},
        version="0.4.0",
        start="2016-11-25 12:52:05",
    ),
    keyed(  # no tor on the machine: nothing was tried
        "vanilla_tor without its program",
        "vanilla_tor",
        {
            "success": False,
            "error": "unknown-error",
            "failure": 'unknown_failure: exec: "tor": executable file not found in $PATH',
            "bootstrap_time": 0,
            "timeout": 200,
            "tor_logs": [],
            "tor_progress": 0,
        },
        "tor/tunnel",
        {"http": F},
        version="0.2.0",
    ),
    keyed(  # tools fail for many reasons
        "psiphon fails without a reason",
        "psiphon",
        {"failure": "unknown_failure: psiphon: no servers", "bootstrap_time": 0, "max_runtime": 60},
        "psiphon/tunnel",
        {"http": I},
        version="0.6.0",
    ),
    keyed(  # the provider's servers are often out of service
        "riseupvpn's api reset",
        "riseupvpn",
        one("api.black.riseup.net", "198.252.153.107@16652", RESET),
        "riseup/api",
        {"dns": N, "tcp": OK, "tls": N},
        version="0.3.1",
    ),
    keyed(  # the provider publishes the name
        "riseupvpn's name denied",
        "riseupvpn",
        {"queries": [found("api.black.riseup.net", failed=NXDOMAIN)], "tcp_connect": None},
        "riseup/api",
        {"dns": L},
        version="0.3.1",
    ),
    keyed(  # over UDP there is no connection, and nobody says that the gateway is up
        "openvpn over udp, silent",
        "openvpn",
        {"success": False, "failure": TIMEOUT, "tunnel": "openvpn", "openvpn_handshake": [gateway("udp", TIMEOUT)]},
        "openvpn/gateways",
        {"tls": N},
        version="0.1.6",
        given="openvpn://riseupvpn.corp/?address=51.15.187.53:1194&transport=udp",
    ),
    keyed(
        "openvpn over tcp works",
        "openvpn",
        {
            "success": True,
            "failure": None,
            "tunnel": "openvpn",
            "bootstrap_time": 0.2,
            "openvpn_handshake": [gateway("tcp", None)],
            "tcp_connect": [opened("51.15.187.53:1194", tags=None)],
        },
        "openvpn/gateways",
        {"tcp": OK, "tls": OK},
        version="0.1.6",
        given="openvpn://riseupvpn.corp/?address=51.15.187.53:1194&transport=tcp",
    ),
    keyed(  # without an input the endpoint names the server
        "stun_reachability 0.0.1 without an input",
        "stun_reachability",
        {
            "endpoint": "stun.l.google.com:19302",
            "failure": None,
            "queries": [found("stun.l.google.com", "108.177.15.127@15169")],
        },
        "site:google.com/stun.l.google.com",
        {"dns": N, "http": OK},
        version="0.0.1",
        start="2020-06-01 16:51:44",
    ),
    keyed(  # the helper was never reached, and nobody says that it was up
        "header fields, the helper refuses",
        "http_header_field_manipulation",
        {
            "failure": REFUSED,
            "requests": [fetched("http://37.218.241.94:80", REFUSED, tags=None)],
            "tampering": {"total": True},
        },
        "ooni/helpers",
        {"tcp": N},
        version="0.2.0",
        **BACKEND,
    ),
    keyed(  # a plain hello that failed too controls nothing
        "echcheck, both hellos silent",
        "echcheck",
        {
            "queries": [found("cloudflare-ech.com", "104.18.10.118@13335")],
            "tls_handshakes": [
                shaken("cloudflare-ech.com", "104.18.10.118:443", TIMEOUT, tags=None),
                shaken("cloudflare-ech.com", "104.18.10.118:443", TIMEOUT, tags=None)
                | {"outer_server_name": "cloudflare-ech.com", "echconfig": "GREASE"},
            ],
        },
        "site:cloudflare-ech.com/cloudflare-ech.com/ech",
        {"tls": N},
        version="0.3.0",
        given="https://cloudflare-ech.com/cdn-cgi/trace",
    ),
    keyed(  # inputs of 2015 end with the line that they stood on
        "tcp_connect to a name with its line's end",
        "tcp_connect",
        {"connection": "success"},
        "site:github.com/github.com",
        {"tcp": OK},
        given="github.com:443\n",
        version="0.1",
        start="2015-12-25 20:19:31",
    ),
    keyed(  # neither directly nor over Tor
        "http_requests, the name fails and tor cannot reach it",
        "http_requests",
        {
            "control_failure": "socks_host_unreachable",
            "experiment_failure": "dns_lookup_error",
            "requests": [
                fetched("http://morning-paper.net/", "dns_lookup_error", tags=None),
                fetched("http://morning-paper.net/", "socks_host_unreachable", tags=None)
                | {"request": {"url": "http://morning-paper.net/", "method": "GET", "tor": {"is_tor": True}}},
            ],
        },
        "site:morning-paper.net/morning-paper.net",
        {"dns": D},
        given="http://morning-paper.net/",
        version="0.2.4",
        start="2015-11-22 10:32:02",
    ),
    keyed(  # all bridges refuse and the directories answer: one role alone
        "tor, bridges alone refuse",
        "tor",
        tor(
            a=relay("131.188.40.189:443", "or_port_dirauth"),
            b=relay("193.11.166.194:27015", "obfs4", REFUSED),
            c=relay("37.218.240.34:40035", "obfs4", REFUSED),
        ),
        "tor/bridges",
        {"tcp": L},
        version="0.4.0",
    ),
    keyed(  # the consensus came in clear text from an address that is published
        "tor, a directory's consensus",
        "tor",
        tor(
            a=relay("128.31.0.39:9131", "dir_port")
            | {
                "summary": {"connect": {"failure": None}},
                "tcp_connect": [opened("128.31.0.39:9131", tags=None)],
                "requests": [
                    fetched(
                        "http://128.31.0.39:9131/tor/status-vote/current/consensus.z",
                        answer(200, None, length=900, headers={}),
                        tags=None,
                    )
                ],
            }
        ),
        "tor/directory",
        {"tcp": OK, "http": OK},
        version="0.4.0",
    ),
    keyed(  # the old root is known to 0.2.0, and a reset is none of its faults
        "signal 0.2.0 after the second root, reset",
        "signal",
        one("chat.signal.org", "76.223.92.165@16509", RESET),
        "signal/chat",
        {"dns": N, "tcp": OK, "tls": L},
        version="0.2.0",
        start="2022-11-20 10:00:00",
    ),
    keyed(  # an urlgetter that only resolves, denied, without anybody to compare with
        "urlgetter, a look-up alone",
        "urlgetter",
        {"failure": NXDOMAIN, "failed_operation": "resolve", "queries": [found("www.torproject.org", failed=NXDOMAIN)]},
        "site:torproject.org/www.torproject.org",
        {"dns": N},
        version="0.2.0",
        given="dnslookup://www.torproject.org",
    ),
    keyed(  # a proxy's own words in place of the line, as base64
        "request line answered in bytes",
        "http_invalid_request_line",
        {
            "sent": ["GET / HTTP/SMV\r\n"],
            "received": [{"format": "base64", "data": "SFRUUC8xLjEgNDAwIEJhZCBSZXF1ZXN0DQo="}],
            "tampering": True,
            "tampering_list": [True],
            "failure_list": [None],
        },
        "ooni/helpers",
        {"http": I},
        version="0.2.0",
        test_helpers={"backend": "37.218.241.93"},
    ),
    keyed(  # no public server has such an address
        "whatsapp's endpoints of private addresses",
        "whatsapp",
        {"queries": [found(f"e{n}.whatsapp.net", "10.10.34.34") for n in range(1, 17)], "tcp_connect": None},
        "whatsapp/endpoints",
        {"dns": B},
        version="0.11.0",
    ),
)

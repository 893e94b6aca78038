"""Labelled records of the Python probe and of Measurement Kit, which ran until 2020, as they wrote them."""

from tests.judge.labelled_raw_web import Raw
from tests.judge.labelled_records_odd_services import OLD_CONTROL, old_web
from tests.judge.labelled_records_resolvers import IRAN_PAGE
from tests.judge.paper import E80, FINE_PLAIN, HOST, PLAIN, SAFE, A, headed, led
from tests.judge.records import PAPER, RESET, Record, answer, asked, envelope, fetched, opened, visit
from tests.judge.scenarios import OK, B, D, L, N

MK_ADDRESS = "162.159.138.79"
AIRTEL_PAGE = answer(
    200,
    None,
    length=0,
    text=(
        '<meta name="viewport" content="width=device-width,initial-scale=1.0,maximum-scale=1.0"/><style>body{margin:0px;}'
        '</style><iframe src="https://www.airtel.in/dot/?dpid=1&dpruleid=3&cat=107&ttl=0&groupname=-&policyname=airtel"'
        ' width="100%" height="100%" frameborder=0></iframe>'
    ),
    headers={"Pragma": "no-cache", "Content-Type": "text/html; charset=utf-8"},
)
EXIT_WALL = answer(
    403, "Attention Required! | Cloudflare", length=5_200, headers={"Server": "cloudflare-nginx", "CF-RAY": "2f0a-FRA"}
)


def compared(met: list[Record], over_tor: list[Record]) -> Record:
    """Requests directly and over Tor, as the Python probe of 2015 wrote them."""
    by_tor = {"method": "GET", "tor": {"is_tor": True, "exit_ip": None, "exit_name": None}, "headers": {}}
    tor_requests = [record | {"request": by_tor | {"url": record["request"]["url"]}} for record in over_tor]
    keys = {
        "agent": "agent",
        "requests": [*met, *tor_requests],
        "control_failure": over_tor[0]["failure"],
        "experiment_failure": met[0]["failure"],
        "factor": 0.8,
        "socksproxy": None,
    }
    return envelope("http_requests", "0.2.4", keys, given=PLAIN, start="2015-11-22 10:32:02")


def answered_by(*replies: tuple[str, tuple[str, ...] | str]) -> Record:
    """One name asked of the trusted resolver and of several others, as the Python probe of 2015 wrote it."""
    queries = []
    for where, met in replies:
        failed = met if isinstance(met, str) else None
        query = asked(HOST, *(() if isinstance(met, str) else met), failed=failed, engine="", kind="A", tags=None)
        queries.append(query | {"resolver_hostname": where, "resolver_port": 53})
    keys = {"queries": queries, "control_resolver": "8.8.8.8:53", "errors": {}, "failed": [], "successful": []}
    return envelope("dns_consistency", "0.6", keys, given=HOST, start="2015-11-23 16:14:28")


def kit(
    given: str,
    met: list[Record],
    *,
    control: Record | None,
    control_failure: str | None = None,
    version: str = "0.0.1",
    tcp: str | None = None,
    answers: tuple[str, ...] | str = (MK_ADDRESS,),
    port: int = 80,
) -> Record:
    """A page as Measurement Kit fetched it on telephones until 2020, and the Python probe on small computers."""
    failed = answers if isinstance(answers, str) else None
    found_addresses = () if isinstance(answers, str) else answers
    records: list[Record] = [{"answer_type": "CNAME", "hostname": HOST, "ttl": None}] if found_addresses else []
    records += [{"answer_type": "A", "ipv4": address, "ttl": None} for address in found_addresses]
    keys: Record = {
        "accessible": None,
        "agent": "redirect",
        "blocking": None,
        "client_resolver": "91.73.133.34",
        "control": control if control is not None else {},
        "control_failure": control_failure,
        "queries": [
            {
                "answers": records,
                "engine": "system",
                "failure": failed,
                "hostname": HOST,
                "query_type": "A",
                "resolver_hostname": None,
                "resolver_port": None,
            }
        ],
        "requests": met,
        "retries": None,
        "socksproxy": None,
        "tcp_connect": [
            {"ip": address, "port": port, "status": {"success": tcp is None, "failure": tcp, "blocked": False}}
            for address in found_addresses
        ],
    }
    return envelope("web_connectivity", version, keys, given=given, start="2019-11-18 06:36:21")


def silent_request(url: str, failure: str) -> Record:
    return fetched(url, failure, tags=None) | {"response": None}


def seen(page: Record | str, *, dns: list[str] | str = "", port: int = 80, tcp: str | None = None) -> Record:
    """What the helper of these years met."""
    failed = isinstance(page, str)
    return {
        "dns": {"failure": dns, "addrs": []}
        if isinstance(dns, str) and dns
        else {"failure": None, "addrs": dns or [MK_ADDRESS]},
        "tcp_connect": {f"{MK_ADDRESS}:{port}": {"status": tcp is None, "failure": tcp}},
        "http_request": {
            "body_length": -1 if isinstance(page, str) else len(page["body"]),
            "failure": page if failed else None,
            "headers": {} if isinstance(page, str) else page["headers"],
            "status_code": -1 if isinstance(page, str) else page["code"],
        }
        | ({} if isinstance(page, str) else {"title": "Morning paper"}),
    }


PYTHON: tuple[Raw, ...] = (
    Raw(
        "resolvers: both of the provider's deny",
        answered_by(("8.8.8.8", (A,)), ("178.124.0.9", "dns_name_error"), ("178.124.0.10", "dns_name_error")),
        {"dns": L},
    ),
    Raw(
        "resolvers: one answers with the loopback address",
        answered_by(("8.8.8.8", (A,)), ("178.124.0.9", ("127.0.0.1",)), ("178.124.0.10", (A,))),
        {"dns": B},
    ),
    Raw(
        "resolvers: nobody knows the name",
        answered_by(("8.8.8.8", "no_answer"), ("178.124.0.9", "no_answer"), ("178.124.0.10", "dns_lookup_error")),
        {"dns": D},
    ),
    Raw(
        "resolvers: all of them agree",
        answered_by(("8.8.8.8", (A,)), ("178.124.0.9", (A,)), ("178.124.0.10", (A,))),
        {"dns": OK},
    ),
    Raw(
        "resolvers: only one of them is silent",
        answered_by(("8.8.8.8", (A,)), ("178.124.0.9", (A,)), ("178.124.0.10", "deferred_timeout_error")),
        {"dns": OK},
    ),
    Raw(
        "python's web: page of Iran's filter",
        old_web(IRAN_PAGE, None, OLD_CONTROL) | {"probe_cc": "IR", "probe_asn": "AS44244", "test_version": "0.0.1"},
        {"dns": OK, "tcp": OK, "http": B},
    ),
    Raw(
        "python's web: page of an Indian provider",
        old_web(AIRTEL_PAGE, None, OLD_CONTROL) | {"probe_cc": "IN", "probe_asn": "AS24560"},
        {"dns": OK, "tcp": OK, "http": B},
    ),
    Raw(
        "python's web: denied",
        old_web(
            "dns_lookup_error",
            None,
            OLD_CONTROL,
            tcp_connect=[],
            queries=[
                {
                    "answers": [],
                    "failure": "dns_name_error",
                    "hostname": HOST,
                    "query_type": "A",
                    "resolver_hostname": "8.8.8.8",
                    "resolver_port": 53,
                }
            ],
        ),
        {"dns": L},
    ),
    Raw(
        "python's web: a page that grew since",
        old_web(answer(200, "Morning paper", length=39_000), None, OLD_CONTROL),
        FINE_PLAIN,
    ),
    Raw(
        "python's web: https cut off",
        visit(
            SAFE,
            "0.1.0",
            queries=[asked(HOST, A, engine="", kind="A", tags=None)],
            tcp=[opened(f"{A}:443", tags=None)],
            requests=[fetched(SAFE, "response_never_received", tags=None)],
            control=OLD_CONTROL | {"tcp_connect": {f"{A}:443": {"status": True, "failure": None}}},
            start="2017-05-02 11:00:00",
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "python's web: neither here nor for the helper",
        old_web(
            "tcp_timed_out_error",
            "generic_timeout_error",
            OLD_CONTROL
            | {
                "tcp_connect": {E80: {"status": False, "failure": "tcp_timed_out_error"}},
                "http_request": {"failure": "tcp_timed_out_error", "headers": {}, "body_length": -1, "status_code": -1},
            },
        ),
        {"dns": OK, "tcp": D},
    ),
    Raw(
        "compared: a wall for the exit of Tor",
        compared([fetched(PLAIN, PAPER, tags=None)], [fetched(PLAIN, EXIT_WALL, tags=None)]),
        {"http": N},
    ),
    Raw(
        "compared: sent to a notice",
        compared(
            [
                fetched(
                    "http://blocked.provider.example/?url=www.morning-paper.net",
                    answer(200, "Ресурс заблокирован", length=1_400, headers=headed(Server="nginx/1.6.2")),
                    tags=None,
                ),
                fetched(PLAIN, led("http://blocked.provider.example/?url=www.morning-paper.net"), tags=None),
            ],
            [fetched(PLAIN, PAPER, tags=None)],
        ),
        {"http": L},
    ),
    Raw(
        "compared: dynamic page of one title",
        compared([fetched(PLAIN, answer(200, "Morning paper", length=31_000), tags=None)], [fetched(PLAIN, PAPER, tags=None)]),
        {"http": OK},
    ),
    Raw(
        "compared: cut off, and Tor could not be had",
        compared([fetched(PLAIN, "connection_lost_error", tags=None)], [fetched(PLAIN, "socks_server_failure", tags=None)]),
        {"http": N},
    ),
    Raw(
        "kit: https reset after a redirect that was not kept, and no helper",
        kit(PLAIN, [silent_request(SAFE, RESET)], control=None, control_failure="json_parse_error"),
        {"dns": N, "tcp": OK, "tls": N},
    ),
    Raw(
        "kit: https reset after a redirect that was not kept",
        kit(PLAIN, [silent_request(SAFE, RESET)], control=seen(PAPER)),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "kit: never a response, tried three times, nor for the helper",
        kit(PLAIN, [silent_request(PLAIN, "response_never_received")] * 3, control=seen("unknown_error"), version="0.1.0"),
        {"dns": OK, "tcp": OK, "http": D},
    ),
    Raw(
        "kit: never a response, tried three times",
        kit(PLAIN, [silent_request(PLAIN, "response_never_received")] * 3, control=seen(PAPER), version="0.1.0"),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "kit: led to a host of the provider's by its address",
        kit(
            PLAIN,
            [
                fetched(
                    "http://89.223.47.135/index.html",
                    answer(200, "Доступ закрыт", length=700, headers={}, encoding="cp1251"),
                    tags=None,
                ),
                fetched(PLAIN, answer(302, None, length=0, headers={}, to="http://89.223.47.135/index.html"), tags=None),
            ],
            control=seen(PAPER),
            version="0.1.0",
        ),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "kit: page of an Indian provider, on a telephone",
        kit(PLAIN, [fetched(PLAIN, AIRTEL_PAGE, tags=None)], control=seen(PAPER), version="0.0.1"),
        {"dns": OK, "tcp": OK, "http": B},
    ),
    Raw(
        "kit: name denied",
        kit(
            PLAIN, [silent_request(PLAIN, "dns_lookup_error")], control=seen(PAPER), answers="dns_lookup_error", version="0.3.0"
        ),
        {"dns": L},
    ),
    Raw(
        "kit: name unknown to all",
        kit(
            PLAIN,
            [silent_request(PLAIN, "dns_lookup_error")],
            control=seen("dns_lookup_error", dns="dns_lookup_error") | {"tcp_connect": {}},
            answers="dns_lookup_error",
            version="0.2.0",
        ),
        {"dns": D},
    ),
    Raw(
        "kit: led to Turkey's notice",
        kit(
            PLAIN,
            [fetched(PLAIN, answer(200, "Telekomünikasyon", length=900, headers={}), tags=None)],
            control=seen(PAPER),
            answers=("195.175.254.2",),
            version="0.0.1",
        ),
        {"dns": B},
    ),
    Raw(
        "kit: connection times out for the probe alone",
        kit(
            PLAIN,
            [silent_request(PLAIN, "generic_timeout_error")],
            control=seen(PAPER),
            tcp="generic_timeout_error",
            version="0.1.0",
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "kit: the certificate is refused, on a telephone",
        kit(SAFE, [silent_request(SAFE, "ssl_unknown_authority")], control=seen(PAPER, port=443), port=443),
        {"dns": OK, "tcp": OK, "tls": N},
        rules=("tls.unseen",),
    ),
    Raw(
        "kit: the certificate is refused since an old root ran out",
        kit(
            SAFE,
            [silent_request(SAFE, "ssl_error: error:14007086:SSL routines:CONNECT_CR_CERT:certificate verify failed")],
            control=seen(PAPER, port=443),
            port=443,
        )
        | {"measurement_start_time": "2020-06-17 19:27:05", "test_start_time": "2020-06-17 19:27:05"},
        {"dns": OK, "tcp": OK, "tls": N},
        rules=("tls.known_fault",),
    ),
    Raw(
        "kit: a handshake refused with an alert",
        kit(
            SAFE,
            [
                silent_request(
                    SAFE, "ssl_error: error:1407742E:SSL routines:SSL23_GET_SERVER_HELLO:tlsv1 alert protocol version"
                )
            ],
            control=seen(PAPER, port=443),
            port=443,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "kit: page alike but for its advertisements",
        kit(
            PLAIN, [fetched(PLAIN, answer(200, "Morning paper", length=9_000), tags=None)], control=seen(PAPER), version="0.1.0"
        ),
        {"dns": OK, "tcp": OK, "http": OK},
    ),
    Raw(
        "compared: known notice, the page over Tor",
        compared([fetched(PLAIN, AIRTEL_PAGE, tags=None)], [fetched(PLAIN, PAPER, tags=None)]),
        {"http": B},
    ),
    Raw(
        "compared: connecting times out, the page over Tor",
        compared([silent_request(PLAIN, "tcp_timed_out_error")], [fetched(PLAIN, PAPER, tags=None)]),
        {"tcp": L},
    ),
    Raw(
        "compared: neither directly nor over Tor is there a name",
        compared([silent_request(PLAIN, "dns_lookup_error")], [silent_request(PLAIN, "socks_host_unreachable")]),
        {"dns": D},
    ),
    Raw(
        "compared: the page is not found over Tor either",
        compared(
            [fetched(PLAIN, answer(404, "404 Not Found", length=300), tags=None)],
            [fetched(PLAIN, answer(404, "404 Not Found", length=300), tags=None)],
        ),
        {"http": OK},
    ),
    Raw(
        "asked of many: one answers with another network's address",
        answered_by(("8.8.8.8", (A,)), ("212.118.0.1", ("83.224.65.41",)), ("212.118.0.2", (A,))),
        {"dns": OK},
    ),
    Raw(
        "asked of many: all of them answer with one address that is not public",
        answered_by(("8.8.8.8", (A,)), ("212.118.0.1", ("10.0.0.1",)), ("212.118.0.2", ("10.0.0.1",))),
        {"dns": B},
    ),
    Raw(
        "asked of many: the trusted one is kept silent, others answer",
        answered_by(("8.8.8.8", "deferred_timeout_error"), ("212.118.0.1", (A,)), ("212.118.0.2", (A,))),
        {"dns": N},
    ),
    Raw(
        "asked of many: no answer at all from the provider's",
        answered_by(("8.8.8.8", (A,)), ("212.118.0.1", "no_answer"), ("212.118.0.2", "no_answer")),
        {"dns": L},
    ),
)

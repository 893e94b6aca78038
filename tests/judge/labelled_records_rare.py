"""Labelled records of web_connectivity of what is rare: odd names and words of failure, refusals, helpers that know little."""

from tests.judge.labelled_raw_web import Raw
from tests.judge.labelled_records_pages import D1, PLAIN_SERVER, old_redirects, plain_page, safe_page
from tests.judge.paper import (
    A2,
    A6,
    E80,
    E443,
    F80,
    FINE,
    FINE_PLAIN,
    FOUND_5,
    HELPED,
    HELPED_5,
    HELPED_PLAIN,
    HETZNER,
    HOST,
    I80,
    I443,
    ISP,
    ISP_ASN,
    KNOWN,
    NOTICE,
    OLD_GOOD,
    PLAIN,
    S443,
    SAFE,
    V4,
    V5,
    A,
    old_handshake,
)
from tests.judge.records import (
    INVALID,
    NO_ANSWER,
    NO_ROUTE,
    NXDOMAIN,
    PAPER,
    REFUSED,
    RESET,
    TIMEOUT,
    answer,
    asked,
    fetched,
    helper,
    opened,
    shaken,
    visit,
)
from tests.judge.scenarios import OK, B, D, F, I, L, N

RARE: tuple[Raw, ...] = (
    Raw(
        "6-only site, 4-only network, getaddrinfo",
        visit(SAFE, V4, queries=[asked(HOST, failed="dns_no_answer", tags=None)], control=helper([A6], {S443: None}, PAPER)),
        {"dns": N},
        rules=("dns.other_family",),
    ),
    Raw(
        "6-only site, 4-only network, 0.5",
        visit(
            SAFE,
            V5,
            queries=[
                asked(HOST, failed="android_dns_cache_no_data"),
                asked(HOST, failed=NO_ANSWER, engine="udp"),
                asked(HOST, f"{A6}@{HETZNER}", engine="udp", kind="AAAA"),
            ],
            tcp=[opened(S443, NO_ROUTE)],
            control=helper([A6], {S443: None}, PAPER, shaken={S443: None}, places={A6: HETZNER}),
        ),
        {"dns": N, "tcp": N},
    ),
    Raw(
        "rebinding guard",
        visit(
            PLAIN,
            V4,
            queries=[asked(HOST, failed=NXDOMAIN, tags=None)],
            control=helper(["127.0.0.1"], {}, "connection_refused_error"),
        ),
        {"dns": D},
        rules=("dns.private_elsewhere",),
    ),
    Raw(
        "localhost named, helper tries no bogons",
        visit(
            "http://localhost/",
            V5,
            queries=[asked("localhost", "127.0.0.1")],
            tcp=[opened("127.0.0.1:80", REFUSED), opened("127.0.0.1:443", REFUSED)],
            control=helper(["127.0.0.1"], {}, "connection_refused_error", shaken={}, places={"127.0.0.1": 0}),
        ),
        {"dns": D, "tcp": N},
    ),
    Raw(
        "127.0.0.1 as input",
        visit(
            "http://127.0.0.1/",
            V4,
            tcp=[opened("127.0.0.1:80", REFUSED, tags=None)],
            requests=[fetched("http://127.0.0.1/", REFUSED, tags=None)],
            control=helper(["127.0.0.1"], {"127.0.0.1:80": "connection_refused_error"}, "connection_refused_error"),
        ),
        {"tcp": D},
    ),
    Raw(
        "tls answered in clear text",
        visit(
            SAFE,
            V5,
            queries=FOUND_5,
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443, "unknown_failure: tls: first record does not look like a TLS handshake")],
            control=HELPED_5,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
        rules=("tls.clear_text",),
    ),
    Raw(
        "tls alert in go's words",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[old_handshake("unknown_failure: remote error: tls: handshake failure")],
            requests=[fetched(SAFE, "unknown_failure: remote error: tls: handshake failure", tags=None)],
            control=HELPED,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "tls alert for both",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[old_handshake("unknown_failure: remote error: tls: internal error")],
            requests=[fetched(SAFE, "unknown_failure: remote error: tls: internal error", tags=None)],
            control=helper([A], {E443: None}, "unknown_error"),
        ),
        {"dns": OK, "tcp": OK, "tls": D},
    ),
    old_redirects(
        "handshake timeout in go's words",
        PLAIN,
        [(SAFE, 'unknown_failure: Get "https://www.morning-paper.net/": net/http: TLS handshake timeout')],
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    old_redirects("bogon by its name", PLAIN, [("https://m.morning-paper.net/", "dns_bogon_error")], {"dns": B, "tcp": OK}),
    old_redirects("https down to http, reset", SAFE, [(PLAIN, RESET)], {"dns": OK, "tcp": OK, "tls": OK, "http": L}),
    old_redirects(
        "clear text sent to a search engine",
        PLAIN,
        [
            (
                "https://www.google.com/",
                answer(200, "Google", length=14000, headers={"Server": "gws", "Content-Type": "text/html"}),
            )
        ],
        {"dns": OK, "tcp": OK, "http": L},
    ),
    old_redirects(
        "moved to another site, same page", PLAIN, [("https://paper.example/", PAPER)], {"dns": OK, "tcp": OK, "http": OK}
    ),
    Raw(
        "hotel answers every name with itself",
        visit(
            PLAIN,
            V4,
            queries=[asked(HOST, "10.5.50.1", tags=None)],
            tcp=[opened("10.5.50.1:80", tags=None)],
            requests=[
                fetched(
                    "http://10.5.50.1/login?dst=http%3A%2F%2Fwww.morning-paper.net%2F",
                    answer(200, "Hotel", length=900, headers={}),
                    tags=None,
                ),
                fetched(
                    PLAIN,
                    answer(
                        302, None, length=0, headers={}, to="http://10.5.50.1/login?dst=http%3A%2F%2Fwww.morning-paper.net%2F"
                    ),
                    tags=None,
                ),
            ],
            control=TIMEOUT,
        ),
        {"dns": F},
        rules=("dns.captive_portal",),
    ),
    Raw(
        "hijacked in 0.5, redirected from there",
        visit(
            PLAIN,
            V5,
            queries=[
                asked(HOST, f"{ISP}@{ISP_ASN}"),
                asked(HOST, f"{ISP}@{ISP_ASN}", engine="udp"),
                asked("stop.provider.example", f"178.124.131.21@{ISP_ASN}", tags=D1),
            ],
            tcp=[opened(I80), opened(I443, TIMEOUT), opened(E80), opened(E443), opened("178.124.131.21:80", tags=D1)],
            tls=[shaken(HOST, E443)],
            requests=[
                fetched(
                    "http://stop.provider.example/", NOTICE, endpoint="178.124.131.21:80", tags=("depth=1", "fetch_body=true")
                ),
                fetched(PLAIN, answer(302, None, length=0, headers={}, to="http://stop.provider.example/"), endpoint=I80),
            ],
            control=helper(
                [A],
                {E80: None, E443: None, I80: None, I443: TIMEOUT},
                PAPER,
                shaken={E443: None},
                places={A: HETZNER, ISP: ISP_ASN},
            ),
        ),
        {"dns": L, "tcp": OK, "tls": OK},
    ),
    Raw(
        "hijacked to a known notice 0.4",
        visit(
            PLAIN,
            V4,
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}", tags=None)],
            tcp=[opened(I80, tags=None)],
            requests=[
                fetched(
                    PLAIN,
                    answer(
                        200, "Notice", length=3000, text="доступ ограничен: сайт заблокирован, см. https://eais.rkn.gov.ru/"
                    ),
                    tags=None,
                )
            ],
            control=helper([A], {E80: None, I80: None}, PAPER),
        ),
        {"dns": B},
    ),
    Raw(
        "nxdomain and helper's addresses reset",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, failed=NXDOMAIN), asked(HOST, failed=NXDOMAIN, engine="udp")],
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443, RESET)],
            control=HELPED_5,
        ),
        {"dns": L, "tcp": OK, "tls": L},
    ),
    Raw(
        "nxdomain and helper's addresses silent",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, failed=NXDOMAIN), asked(HOST, failed=NXDOMAIN, engine="udp")],
            tcp=[opened(E443, TIMEOUT)],
            control=HELPED_5,
        ),
        {"dns": L, "tcp": L},
    ),
    Raw(
        "reset of hello and of request",
        visit(
            PLAIN,
            V5,
            queries=FOUND_5,
            tcp=[opened(E80), opened(E443)],
            tls=[shaken(HOST, E443, RESET)],
            requests=[fetched(PLAIN, RESET, endpoint=E80)],
            control=HELPED_5,
        ),
        {"dns": OK, "tcp": OK, "tls": L, "http": L},
    ),
    Raw(
        "first try unknown, second answered",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed="dns_temporary_failure", tags=None), OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[old_handshake()],
            requests=[fetched(SAFE, PAPER, tags=None)],
            control=HELPED,
        ),
        FINE,
    ),
    *plain_page(
        "squid could not",
        answer(
            503,
            "ERROR: The requested URL could not be retrieved",
            length=3500,
            headers={"X-Squid-Error": "ERR_CONNECT_FAIL 110", "Via": "1.1 gw (squid/3.5)", "Server": "squid/3.5"},
        ),
        I,
    ),
    *plain_page(
        "squid would not",
        answer(
            403,
            "ERROR: The requested URL could not be retrieved",
            length=3500,
            headers={"X-Squid-Error": "ERR_ACCESS_DENIED 0", "Via": "1.1 gw (squid/3.5)", "Server": "squid/3.5"},
        ),
        L,
    ),
    *plain_page(
        "apache's stock refusal",
        answer(403, "403 Forbidden", length=199, headers={"Server": "Apache", "Content-Type": "text/html; charset=iso-8859-1"}),
        I,
    ),
    *plain_page("too many requests", answer(429, "429 Too Many Requests", length=162, headers=PLAIN_SERVER), I),
    *plain_page(
        "refusal of akamai",
        answer(
            403,
            "Access Denied",
            length=380,
            headers={"Server": "AkamaiGHost", "Mime-Version": "1.0", "Content-Type": "text/html"},
        ),
        I,
    ),
    *plain_page(
        "refusal of cloudfront",
        answer(
            403,
            "ERROR: The request could not be satisfied",
            length=900,
            headers={"Server": "CloudFront", "X-Cache": "Error from cloudfront", "X-Amz-Cf-Pop": "FRA"},
        ),
        I,
    ),
    *plain_page("access denied under 200", answer(200, "Access Denied", length=300, headers={"Content-Type": "text/html"}), L),
    *plain_page("not found here", answer(404, "404 Not Found", length=150, headers=PLAIN_SERVER), I),
    *plain_page("empty 200", answer(200, None, length=0, headers={}), I),
    *plain_page(
        "unavailable for legal reasons named by provider",
        answer(
            451, "Unavailable For Legal Reasons", length=700, headers={"Link": '<https://provider.example>; rel="blocked-by"'}
        ),
        I,
    ),
    *plain_page("server error 500 stock", answer(500, "Internal Server Error", length=300, headers=PLAIN_SERVER), I),
    *safe_page("not found over https", answer(404, "404 Not Found", length=150, headers=PLAIN_SERVER), OK),
    *safe_page("server error over https", answer(503, "Service Unavailable", length=150, headers=PLAIN_SERVER), I),
    *safe_page("another front page entirely", answer(200, "Goedemorgen", length=3000, headers={"Server": "x"}), OK),
    Raw(
        "helper with neither page nor handshakes",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[old_handshake(RESET)],
            requests=[fetched(SAFE, RESET, tags=None)],
            control={
                "dns": {"failure": None, "addrs": [A]},
                "tcp_connect": {E443: {"status": True, "failure": None}},
                "http_request": None,
            },
        ),
        {"dns": OK, "tcp": OK, "tls": N},
    ),
    Raw(
        "quic blocked beside https",
        visit(
            SAFE,
            V5,
            queries=FOUND_5,
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=HELPED_5
            | {
                "quic_handshake": {E443: {"status": True, "failure": None}},
                "http3_request": {"failure": None, "status_code": 200, "body_length": 3},
            },
            quic_handshakes=[shaken(HOST, E443, TIMEOUT)],
        ),
        FINE | {"quic": L},
    ),
    Raw(
        "quic unanswered by all",
        visit(
            SAFE,
            V5,
            queries=FOUND_5,
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=HELPED_5,
            quic_handshakes=[shaken(HOST, E443, TIMEOUT)],
        ),
        FINE | {"quic": N},
    ),
    Raw(
        "CDN answers elsewhere, tcp silent there, others fine 0.5",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, "104.21.44.7@13335"), asked(HOST, "104.21.44.7@13335", engine="udp")],
            tcp=[opened("104.21.44.7:443", TIMEOUT), opened("172.67.190.10:443", TIMEOUT)],
            control=helper(
                ["172.67.190.10"],
                {"104.21.44.7:443": None, "172.67.190.10:443": None},
                PAPER,
                shaken={"104.21.44.7:443": None, "172.67.190.10:443": None},
                places={"104.21.44.7": 13335, "172.67.190.10": 13335},
            ),
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "another cdn's address, valid there",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, "151.101.1.6@54113", tags=None)],
            tcp=[opened("151.101.1.6:443", tags=None)],
            tls=[old_handshake()],
            requests=[fetched(SAFE, PAPER, tags=None)],
            control=helper(["104.21.44.7"], {"104.21.44.7:443": None}, PAPER),
        ),
        FINE,
    ),
    Raw(
        "helper's dns failed, page came, tls reset here",
        visit(
            SAFE,
            V5,
            queries=FOUND_5,
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443, RESET)],
            control=helper("unknown_error", {E443: None}, PAPER, shaken={E443: None}, places=KNOWN),
        ),
        {"dns": N, "tcp": OK, "tls": L},
    ),
    Raw(
        "clock of the probe years behind",
        visit(
            SAFE,
            V5,
            queries=FOUND_5,
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443, INVALID)],
            control=HELPED_5,
            start="2016-01-01 00:03:10",
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "connection refused at http level of two",
        visit(
            PLAIN,
            V4,
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}", tags=None)],
            tcp=[opened(E80, tags=None), opened(F80, REFUSED, blocked=True, tags=None)],
            requests=[fetched(PLAIN, PAPER, tags=None)],
            control=helper([A, A2], {E80: None, F80: None}, PAPER),
        ),
        FINE_PLAIN,
    ),
    Raw(
        "headers as pairs, body base64",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[
                fetched(
                    PLAIN,
                    {
                        "code": 200,
                        "body": {"format": "base64", "data": "PGh0bWw+PHRpdGxlPk1vcm5pbmcgcGFwZXI8L3RpdGxlPg=="},
                        "headers": {"X-Paper-Edition": {"format": "base64", "data": "Mw=="}},
                        "headers_list": [["X-Paper-Edition", {"format": "base64", "data": "Mw=="}]],
                    },
                    tags=None,
                )
            ],
            control=HELPED_PLAIN,
        ),
        FINE_PLAIN,
    ),
)

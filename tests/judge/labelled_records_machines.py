"""Labelled records of single odd measurements of web_connectivity: machines on the path, words of systems, half a record."""

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
    OLD_GOOD,
    PLAIN,
    S443,
    SAFE,
    UDP_GOOD,
    UDP_NONE,
    V4,
    V5,
    A,
    headed,
    plain,
    safe_5,
)
from tests.judge.records import (
    NXDOMAIN,
    PAPER,
    PAPER_HEADERS,
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
from tests.judge.scenarios import OK, B, F, I, L, N

HELPED_QUIC = HELPED_5 | {"quic_handshake": {E443: {"server_name": HOST, "status": True, "failure": None}}}


VIA = headed(Via="1.1 proxy3.provider.example (squid)")
BOUGHT = answer(403, "403 Forbidden", length=500, headers=VIA)
WINDOWS_TIMEOUT = (
    "unknown_failure: dial tcp [scrubbed]: connectex: Попытка установить соединение была безуспешной, т.к. от другого"
    " компьютера за требуемое время не получен нужный отклик, или было разорвано уже установленное соединение из-за"
    " неверного отклика уже подключенного компьютера."
)
WINDOWS_RESET = (
    "unknown_failure: read tcp [scrubbed]->[scrubbed]: wsarecv: An existing connection was forcibly closed by the remote host."
)

MACHINES: tuple[Raw, ...] = (
    # machines on the path
    Raw(
        "squid refuses",
        plain(
            answer(
                403,
                "ERROR: The requested URL could not be retrieved",
                length=3_400,
                headers=headed(X_Squid_Error="ERR_ACCESS_DENIED 0"),
            )
        ),
        {"dns": OK, "tcp": OK, "http": L},
        rules=("http.middlebox",),
    ),
    Raw(
        "squid cannot reach it",
        plain(
            answer(
                503,
                "ERROR: The requested URL could not be retrieved",
                length=3_400,
                headers=headed(X_Squid_Error="ERR_CONNECT_FAIL 110"),
            )
        ),
        {"dns": OK, "tcp": OK, "http": I},
    ),
    Raw("stock refusal by a proxy", plain(BOUGHT), {"dns": OK, "tcp": OK, "http": L}),
    Raw(
        "stock refusal of a site behind a proxy for all",
        plain(BOUGHT, control=helper([A], {E80: None}, answer(headers=PAPER_HEADERS | {"Via": "1.1 varnish"}))),
        {"dns": OK, "tcp": OK, "http": I},
    ),
    Raw("same page through a proxy", plain(answer(headers=PAPER_HEADERS | {"Via": "1.1 proxy3"})), FINE_PLAIN),
    Raw(
        "filter's page, status 200",
        plain(answer(200, "Web Page Blocked", length=2_000, headers=headed(X_App_Url="http://www.morning-paper.net/"))),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "wall of a content network with via",
        plain(answer(403, "Access Denied", length=400, headers=headed(Server="AkamaiGHost", Via="1.1 akamai"))),
        {"dns": OK, "tcp": OK, "http": I},
    ),
    # resolvers
    Raw(
        "system's resolver too slow, the probe's own questions answered",
        safe_5(queries=[asked(HOST, failed=TIMEOUT), UDP_GOOD, UDP_NONE]),
        FINE | {"dns": I},
        rules=("dns.slow_resolver",),
    ),
    Raw(
        "system's resolver too slow, no other asked, the page by the helper's address",
        safe_5(queries=[asked(HOST, failed=TIMEOUT)]),
        FINE | {"dns": I},
    ),
    Raw(
        "both resolvers silent, the page by the helper's address",
        safe_5(queries=[asked(HOST, failed=TIMEOUT), asked(HOST, failed=TIMEOUT, engine="udp")]),
        FINE | {"dns": L},
    ),
    Raw(
        "system's resolver too slow, and handshakes reset",
        safe_5(queries=[asked(HOST, failed=TIMEOUT), UDP_GOOD, UDP_NONE], tls=[shaken(HOST, E443, RESET)], requests=[]),
        {"dns": L, "tcp": OK, "tls": L},
    ),
    Raw(
        "go's words for a server that misbehaves",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed=f"unknown_failure: lookup {HOST} on 192.168.8.1:53: server misbehaving", tags=None)],
            control=HELPED,
        ),
        {"dns": L},
    ),
    Raw(
        "go's words for no such host",
        visit(
            SAFE, V4, queries=[asked(HOST, failed=f"unknown_failure: lookup {HOST}: no such host", tags=None)], control=HELPED
        ),
        {"dns": L},
    ),
    Raw(
        "unspecified address of IPv6 beside that of IPv4",
        visit(SAFE, V4, queries=[asked(HOST, "0.0.0.1", "::", tags=None)], control=HELPED),
        {"dns": B},
    ),
    Raw(
        "forged address of a foreign company, silence there",
        safe_5(
            queries=[asked(HOST, "31.13.70.9@32934"), asked(HOST, "31.13.70.9@32934", engine="udp"), UDP_NONE],
            tcp=[opened("31.13.70.9:443", TIMEOUT), opened(E443, tags=())],
            tls=[shaken(HOST, E443, tags=())],
        ),
        FINE | {"dns": L},
    ),
    # other systems' words
    Raw(
        "windows in russian: no answer",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, WINDOWS_TIMEOUT, tags=None)],
            requests=[fetched(SAFE, WINDOWS_TIMEOUT, tags=None)],
            control=HELPED,
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "windows in english: handshake cut",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[shaken(HOST, None, WINDOWS_RESET)],
            requests=[fetched(SAFE, WINDOWS_RESET, tags=None)],
            control=HELPED,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "interrupted by its user",
        visit(SAFE, V4, queries=[OLD_GOOD], tcp=[opened(E443, "interrupted", tags=None)], control=HELPED),
        {"dns": OK, "tcp": F},
    ),
    # endpoints
    Raw(
        "IPv6 falls silent, IPv4 works",
        safe_5(
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A6}@{HETZNER}")],
            tcp=[opened(S443, TIMEOUT), opened(E443)],
            control=helper(
                [A, A6], {E443: None, S443: None}, PAPER, shaken={E443: None, S443: None}, places={A: HETZNER, A6: HETZNER}
            ),
        ),
        FINE,
    ),
    Raw(
        "refused at one address by everybody and at the other here alone",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}")],
            tcp=[opened(E443, REFUSED), opened(f"{A2}:443", REFUSED)],
            control=helper(
                [A, A2], {E443: None, f"{A2}:443": REFUSED}, PAPER, shaken={E443: None}, places={A: HETZNER, A2: HETZNER}
            ),
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "no route to the host",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, "host_unreachable", tags=None)],
            requests=[fetched(SAFE, "host_unreachable", tags=None)],
            control=HELPED,
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "QUIC falls silent, the rest works",
        visit(
            SAFE,
            V5,
            queries=[GOOD],
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=HELPED_QUIC,
            quic_handshakes=[shaken(HOST, E443, TIMEOUT) | {"network": "udp"}],
        ),
        FINE | {"quic": L},
    ),
    Raw(
        "QUIC works",
        visit(
            SAFE,
            V5,
            queries=[GOOD],
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=HELPED_QUIC,
            quic_handshakes=[shaken(HOST, E443) | {"network": "udp"}],
        ),
        FINE | {"quic": OK},
    ),
    # pages
    Raw(
        "content network cannot reach its origin, over https",
        safe_5(
            requests=[
                fetched(
                    SAFE,
                    answer(
                        522,
                        "morning-paper.net | 522: Connection timed out",
                        length=7_000,
                        headers=headed(Server="cloudflare", CF_RAY="8a"),
                    ),
                    endpoint=E443,
                )
            ]
        ),
        FINE | {"http": I},
    ),
    Raw(
        "content network cannot reach its origin, in clear text",
        plain(
            answer(
                522,
                "morning-paper.net | 522: Connection timed out",
                length=7_000,
                headers=headed(Server="cloudflare", CF_RAY="8a"),
            )
        ),
        {"dns": OK, "tcp": OK, "http": I},
    ),
    Raw(
        "legal reasons over https",
        safe_5(
            requests=[
                fetched(
                    SAFE,
                    answer(451, "Unavailable For Legal Reasons", length=700, headers=headed(Server="nginx")),
                    endpoint=E443,
                )
            ]
        ),
        {"dns": OK, "tcp": OK, "tls": OK, "http": I},
    ),
    Raw(
        "nothing in place of the page", plain(answer(200, None, length=0, headers=headed())), {"dns": OK, "tcp": OK, "http": I}
    ),
    Raw(
        "http leads to https, whose handshake is reset",
        visit(
            PLAIN,
            V5,
            queries=[GOOD, asked(HOST, f"{A}@{HETZNER}", tags=("depth=1",))],
            tcp=[opened(E80), opened(E443, tags=("depth=1",))],
            tls=[shaken(HOST, E443, RESET, tags=("depth=1",))],
            requests=[
                fetched(SAFE, RESET, endpoint=E443, tags=("depth=1",)),
                fetched(PLAIN, answer(301, None, length=0, to=SAFE), endpoint=E80),
            ],
            control=HELPED_5,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw("helper out of reach, all works", safe_5(control="unknown_failure: httpapi: all endpoints failed"), FINE),
    Raw(
        "helper out of reach, handshake reset",
        safe_5(control="generic_timeout_error", tls=[shaken(HOST, E443, RESET)], requests=[]),
        {"dns": N, "tcp": OK, "tls": N},
    ),
    Raw(
        "test keys with nulls in place of arrays",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed=NXDOMAIN, tags=None)],
            control=HELPED,
            tcp=[],
            requests=[],
            http_experiment_failure=None,
        ),
        {"dns": L},
    ),
)

"""Labelled records of web_connectivity with noise, over QUIC, without a control's page, with untagged facts of later hops."""

from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    A2,
    A6,
    E80,
    E443,
    F443,
    FINE,
    FINE_PLAIN,
    FOUND_5,
    GOOD,
    HELPED_5,
    HELPED_PLAIN,
    HETZNER,
    HOST,
    KNOWN,
    OLD_GOOD,
    PLAIN,
    S443,
    SAFE,
    UDP_NONE,
    V4,
    V5,
    A,
    old_handshake,
)
from tests.judge.records import (
    HOSTNAME,
    NO_ROUTE,
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
from tests.judge.scenarios import OK, D, L, N

OVER_QUIC = {"quic_handshake": {E443: {"status": True, "failure": None}}}
HELPED_H3 = HELPED_5 | OVER_QUIC | {"http3_request": {"failure": None, "status_code": 200, "body_length": 24_000}}


def _over_quic(met: Record | str) -> Record:
    record = fetched(SAFE, met, endpoint=E443)
    record["request"]["x_transport"] = "udp"
    return record | {"alpn": "h3", "network": "udp"}


def _reset(given: str, host: str | None = HOST, endpoint: str = E443) -> Record:
    """Handshakes that are reset, for an input in some spelling."""
    return visit(
        given,
        V5,
        queries=[asked(host, f"{A}@{HETZNER}")] if host else [],
        tcp=[opened(endpoint)],
        tls=[shaken(host or "", endpoint, RESET)],
        control=helper([A], {endpoint: None}, PAPER, shaken={endpoint: None}, places=KNOWN),
    )


NOISE: tuple[Raw, ...] = (
    *(
        Raw(f"input as {given!r}", _reset(given, host), {"dns": OK, "tcp": OK, "tls": L})
        for given, host in (
            (f"https://{HOST}./", HOST),
            (f"HTTPS://{HOST}/", HOST),
            (f"https://user:secret@{HOST}/", HOST),
            (f"https://{HOST}:443/", HOST),
            (f"https://{HOST}/?q=a%20b#x", HOST),
            (HOST, HOST),
            (f" https://{HOST}/ ", HOST),
            ("https://a_b.morning-paper.net/", "a_b.morning-paper.net"),
        )
    ),
    Raw("a named address and port as input", _reset(f"https://[{A6}]:8443/", None, f"[{A6}]:8443"), {"tcp": OK, "tls": L}),
    Raw(
        "tcp silent, quic works",
        visit(
            SAFE,
            V5,
            queries=FOUND_5,
            tcp=[opened(E443, TIMEOUT)],
            quic_handshakes=[shaken(HOST, E443)],
            requests=[_over_quic(PAPER)],
            control=HELPED_H3,
        ),
        {"dns": OK, "tcp": L, "quic": OK, "http": OK},
    ),
    Raw(
        "quic silent, tcp works",
        visit(
            SAFE,
            V5,
            queries=FOUND_5,
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443)],
            quic_handshakes=[shaken(HOST, E443, TIMEOUT)],
            requests=[_over_quic(TIMEOUT), fetched(SAFE, PAPER, endpoint=E443)],
            control=HELPED_H3,
        ),
        FINE | {"quic": L},
    ),
    Raw(
        "tls reset, quic works",
        visit(
            SAFE,
            V5,
            queries=FOUND_5,
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443, RESET)],
            quic_handshakes=[shaken(HOST, E443)],
            requests=[_over_quic(PAPER)],
            control=HELPED_H3,
        ),
        {"dns": OK, "tcp": OK, "tls": L, "quic": OK, "http": OK},
    ),
    Raw(
        "null-null: different failures of tls, older helper",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[old_handshake(HOSTNAME)],
            requests=[fetched(SAFE, HOSTNAME, tags=None)],
            control=helper([A], {E443: None}, "unknown_error"),
        ),
        {"dns": OK, "tcp": OK, "tls": D},
    ),
    Raw(
        "null-null: nobody connects, each in another way",
        visit(
            PLAIN,
            V5,
            queries=FOUND_5,
            tcp=[opened(E80, "host_unreachable"), opened(E443, TIMEOUT)],
            control=helper(
                [A], {E80: "generic_timeout_error", E443: "connection_refused_error"}, "unknown_error", shaken={}, places=KNOWN
            ),
        ),
        {"dns": OK, "tcp": D},
    ),
    Raw(
        "null-null: request fails for both",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[fetched(PLAIN, TIMEOUT, tags=None)],
            control=helper([A], {E80: None}, "generic_timeout_error"),
        ),
        FINE_PLAIN | {"http": D},
    ),
    Raw(
        "null-null: page here, helper's request missing",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[fetched(PLAIN, PAPER, tags=None)],
            control={"dns": {"failure": None, "addrs": [A]}, "tcp_connect": {E80: {"status": True, "failure": None}}},
        ),
        FINE_PLAIN | {"http": N},
    ),
    Raw(
        "noise: some of all fails",
        visit(
            SAFE,
            V5,
            queries=[GOOD, asked(HOST, failed=TIMEOUT, engine="udp"), UDP_NONE, asked(HOST, failed=TIMEOUT, engine="doh")],
            tcp=[opened(E443, TIMEOUT), opened(F443)],
            tls=[shaken(HOST, F443)],
            requests=[fetched(SAFE, PAPER, endpoint=F443)],
            control=helper([A, A2], {E443: None, F443: None}, PAPER, shaken={E443: None, F443: None}, places=KNOWN),
        ),
        FINE,
    ),
    Raw(
        "noise: A lost, AAAA came, helper's addresses work",
        visit(
            SAFE,
            V5,
            queries=[
                asked(HOST, f"{A6}@{HETZNER}"),
                asked(HOST, failed=TIMEOUT, engine="udp"),
                asked(HOST, f"{A6}@{HETZNER}", engine="udp", kind="AAAA"),
            ],
            tcp=[opened(S443, NO_ROUTE), opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=helper(
                [A, A6], {E443: None, S443: None}, PAPER, shaken={E443: None, S443: None}, places={A: HETZNER, A6: HETZNER}
            ),
        ),
        FINE,
    ),
    Raw(
        "noise: a first request silent, a second came",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[fetched(PLAIN, PAPER, tags=None), fetched(PLAIN, TIMEOUT, tags=None)],
            control=HELPED_PLAIN,
        ),
        FINE_PLAIN,
    ),
    Raw(
        "noise: helper could not be reached, 0.5, http works",
        visit(
            PLAIN,
            V5,
            queries=FOUND_5,
            tcp=[opened(E80), opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(PLAIN, PAPER, endpoint=E80)],
            control="generic_timeout_error",
        ),
        {"dns": OK, "tcp": OK, "tls": OK, "http": N},
    ),
    Raw(
        "two names at one address, second hop reset",
        visit(
            f"http://{HOST}/",
            V4,
            queries=[OLD_GOOD, asked("m.morning-paper.net", f"{A}@{HETZNER}", tags=None)],
            tcp=[opened(E80, tags=None), opened(E443, tags=None)],
            tls=[shaken("m.morning-paper.net", None, RESET, tags=None)],
            requests=[
                fetched("https://m.morning-paper.net/", RESET, tags=None),
                fetched(PLAIN, answer(301, None, length=0, headers={}, to="https://m.morning-paper.net/"), tags=None),
            ],
            control=HELPED_PLAIN,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "0.4 with facts of the second hop, refused there",
        visit(
            "https://pap.er/9x",
            V4,
            queries=[asked("pap.er", "185.199.108.153@54113", tags=None), OLD_GOOD],
            tcp=[opened("185.199.108.153:443", tags=None), opened(E443, REFUSED, tags=None)],
            tls=[shaken("pap.er", "185.199.108.153:443", tags=None)],
            requests=[
                fetched(SAFE, REFUSED, tags=None),
                fetched("https://pap.er/9x", answer(302, None, length=0, headers={}, to=SAFE), tags=None),
            ],
            control=helper(["185.199.108.153"], {"185.199.108.153:443": None}, PAPER),
        ),
        {"dns": OK, "tcp": L, "tls": OK},
    ),
    Raw(
        "0.4 with facts of the second hop, no request left",
        visit(
            "https://pap.er/9x",
            V4,
            queries=[asked("pap.er", "185.199.108.153@54113", tags=None), asked(HOST, failed=NXDOMAIN, tags=None)],
            tcp=[opened("185.199.108.153:443", tags=None)],
            tls=[shaken("pap.er", "185.199.108.153:443", tags=None)],
            requests=[fetched("https://pap.er/9x", answer(302, None, length=0, headers={}, to=SAFE), tags=None)],
            control=helper(["185.199.108.153"], {"185.199.108.153:443": None}, PAPER),
        ),
        {"dns": L, "tcp": OK, "tls": OK},
    ),
)

"""More labelled records of odd measurements of web_connectivity: answers, controls that failed, pages in part."""

from typing import Any

from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    A6,
    E80,
    E443,
    FINE,
    FINE_PLAIN,
    GOOD,
    HELPED,
    HELPED_5,
    HELPED_PLAIN,
    HETZNER,
    HOST,
    I80,
    I443,
    ISP,
    ISP_ASN,
    OLD_GOOD,
    PLAIN,
    S443,
    SAFE,
    UDP_NONE,
    V4,
    V5,
    A,
    headed,
    plain,
    safe_5,
)
from tests.judge.records import (
    EOF,
    HOSTNAME,
    NO_ANSWER,
    NXDOMAIN,
    PAPER,
    PAPER_HEADERS,
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
from tests.judge.scenarios import OK, B, D, I, L, N

LED = [asked(HOST, f"{ISP}@{ISP_ASN}"), asked(HOST, f"{ISP}@{ISP_ASN}", engine="udp"), UDP_NONE]
PLACES = {A: HETZNER, ISP: ISP_ASN}


def helped(page: Record | str = PAPER, **more: Any) -> Record:
    """A newer helper that met the provider's machine as well."""
    return helper(
        [A], {E443: None, E80: None, I80: None, I443: None}, page, shaken={E443: None, I443: HOSTNAME}, places=PLACES, **more
    )


def old(queries: list[Record], control: Record | str, **more: Any) -> Record:
    return visit(SAFE, V4, queries=queries, control=control, **more)


ANSWERS: tuple[Raw, ...] = (
    Raw(
        "provider's machine answers with a redirect to its notice, 0.5",
        visit(
            PLAIN,
            V5,
            queries=LED,
            tcp=[opened(I80)],
            requests=[
                fetched(
                    "http://notice.provider.example/",
                    answer(200, "Restricted", length=900, headers=headed()),
                    endpoint="178.124.131.21:80",
                    tags=("depth=1",),
                ),
                fetched(
                    PLAIN, answer(302, None, length=0, headers=headed(), to="http://notice.provider.example/"), endpoint=I80
                ),
            ],
            control=helped(),
        ),
        {"dns": L},
    ),
    Raw(
        "provider's machine answers with a redirect to its notice, 0.4",
        visit(
            PLAIN,
            V4,
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}", tags=None)],
            tcp=[opened(I80, tags=None)],
            requests=[
                fetched("http://notice.provider.example/", answer(200, "Restricted", length=900, headers=headed()), tags=None),
                fetched(PLAIN, answer(302, None, length=0, headers=headed(), to="http://notice.provider.example/"), tags=None),
            ],
            control=HELPED_PLAIN,
        ),
        {"dns": L},
    ),
    Raw(
        "provider's machine shows another's certificate",
        visit(SAFE, V5, queries=LED, tcp=[opened(I443)], tls=[shaken(HOST, I443, HOSTNAME)], control=helped()),
        {"dns": L},
    ),
    Raw(
        "plain resolvers deny, the encrypted one does not",
        safe_5(
            queries=[
                asked(HOST, failed=NXDOMAIN),
                asked(HOST, failed=NXDOMAIN, engine="udp"),
                asked(HOST, f"{A}@{HETZNER}", engine="doh"),
            ],
        ),
        FINE | {"dns": L},
    ),
    Raw(
        "one family denied, the other answered",
        safe_5(queries=[GOOD, asked(HOST, failed=NO_ANSWER, engine="udp", kind="AAAA")]),
        FINE,
    ),
    Raw("shared address space in place of the site", old([asked(HOST, "100.64.1.9", tags=None)], HELPED), {"dns": B}),
    Raw(
        "a link-local address among public ones",
        old([asked(HOST, f"{A}@{HETZNER}", "169.254.3.4", tags=None)], HELPED),
        {"dns": B},
    ),
    Raw(
        "helper denied a name that the probe reached",
        safe_5(control=helper(NXDOMAIN, {E443: None}, "dns_lookup_error", shaken={E443: None}, places={A: HETZNER})),
        FINE,
    ),
    Raw(
        "helper's page failed, the probe's came",
        safe_5(control=helper([A], {E443: None}, TIMEOUT, shaken={E443: None}, places={A: HETZNER})),
        FINE,
    ),
    Raw(
        "no page for anybody, in clear text",
        plain(TIMEOUT, control=helper([A], {E80: None}, TIMEOUT)),
        {"dns": OK, "tcp": OK, "http": D},
    ),
    Raw(
        "helper met a wall, a page came",
        plain(
            PAPER,
            control=helper(
                [A], {E80: None}, answer(403, "Just a moment...", length=5_000, headers=headed(Server="cloudflare"))
            ),
        ),
        {"dns": OK, "tcp": OK, "http": N},
    ),
    Raw("a short page of the same name", plain(answer(200, "Morning paper", length=800, headers=headed())), FINE_PLAIN),
    Raw("a page in another language with the site's headers", plain(answer(200, "Ранішняя газета", length=9_000)), FINE_PLAIN),
    Raw(
        "a page without a title that forwards by itself",
        plain(
            answer(
                200, None, length=180, text='<meta http-equiv="refresh" content="0;url=http://stop.example/">', headers=headed()
            )
        ),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "handshake alert for everybody",
        safe_5(
            tls=[shaken(HOST, E443, "ssl_failed_handshake")],
            requests=[],
            control=helper(
                [A], {E443: None}, "ssl_failed_handshake", shaken={E443: "ssl_failed_handshake"}, places={A: HETZNER}
            ),
        ),
        {"dns": OK, "tcp": OK, "tls": D},
    ),
    Raw(
        "page cut off after a good handshake",
        safe_5(requests=[fetched(SAFE, EOF, endpoint=E443)]),
        {"dns": OK, "tcp": OK, "tls": OK, "http": L},
    ),
    Raw(
        "a stream's own error",
        safe_5(requests=[fetched(SAFE, "unknown_failure: stream error: stream ID 1; INTERNAL_ERROR", endpoint=E443)]),
        {"dns": OK, "tcp": OK, "tls": OK, "http": I},
    ),
    Raw(
        "IPv4 silent, IPv6 works",
        safe_5(
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A6}@{HETZNER}")],
            tcp=[opened(E443, TIMEOUT), opened(S443)],
            tls=[shaken(HOST, S443)],
            requests=[fetched(SAFE, PAPER, endpoint=S443)],
            control=helper(
                [A, A6], {E443: None, S443: None}, PAPER, shaken={E443: None, S443: None}, places={A: HETZNER, A6: HETZNER}
            ),
        ),
        FINE,
    ),
    Raw(
        "http leads to another site over https, which works",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[
                fetched("https://paper.example.net/", PAPER, tags=None),
                fetched(PLAIN, answer(301, None, length=0, to="https://paper.example.net/"), tags=None),
            ],
            control=HELPED_PLAIN,
        ),
        FINE_PLAIN,
    ),
    Raw(
        "redirect in clear text to another's notice at the site's own address",
        visit(
            PLAIN,
            V5,
            queries=[GOOD],
            tcp=[opened(E80)],
            requests=[
                fetched(
                    "http://warn.provider.example/by-law",
                    answer(200, "Access restricted", length=1_200, headers=headed()),
                    endpoint="178.124.131.21:80",
                    tags=("depth=1",),
                ),
                fetched(PLAIN, answer(307, None, length=0, headers={}, to="http://warn.provider.example/by-law"), endpoint=E80),
            ],
            control=HELPED_5,
        ),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "redirect to a notice that cannot be reached",
        visit(
            PLAIN,
            V5,
            queries=[GOOD, asked("warn.provider.example", failed=NXDOMAIN, tags=("depth=1",))],
            tcp=[opened(E80)],
            requests=[
                fetched(PLAIN, answer(302, None, length=0, headers={}, to="http://warn.provider.example/by-law"), endpoint=E80)
            ],
            control=HELPED_5,
        ),
        {"dns": L, "tcp": OK},
    ),
    Raw(
        "input spelled in capitals",
        visit(
            "HTTPS://WWW.Morning-Paper.net/",
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            requests=[fetched(SAFE, PAPER, tags=None)],
            control=HELPED,
        ),
        {"dns": OK, "tcp": OK, "http": OK},
    ),
    Raw(
        "a port of its own refuses",
        visit(
            "https://www.morning-paper.net:8443/",
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(f"{A}:8443", "connection_refused", tags=None)],
            control=helper([A], {f"{A}:8443": None}, PAPER),
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "reset in clear text of the site's own address, helper refused a robot",
        plain(RESET, control=helper([A], {E80: None}, answer(403, "Forbidden", length=300, headers=PAPER_HEADERS))),
        {"dns": OK, "tcp": OK, "http": L},
    ),
)

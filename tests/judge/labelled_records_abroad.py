"""Labelled records of web_connectivity of forms of blocking, and of what looks like it, as many countries have them."""

from tests.judge.certificates import certificate
from tests.judge.labelled_raw_web import Raw
from tests.judge.labelled_records_pages import old_redirects
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
    HELPED,
    HETZNER,
    HOST,
    KNOWN,
    OLD_GOOD,
    PLAIN,
    S443,
    SAFE,
    UDP_NONE,
    V4,
    A,
    plain,
    safe_5,
)
from tests.judge.records import (
    AUTHORITY,
    EOF,
    INVALID,
    NO_ROUTE,
    NXDOMAIN,
    PAPER,
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
from tests.judge.scenarios import OK, B, D, F, I, L

OWN_LAW = answer(451, "Unavailable for legal reasons", length=1800, headers={"Server": "nginx/1.22", "X-Paper-Edition": "3"})

ABROAD: tuple[Raw, ...] = (
    Raw(
        "name resolves to the loopback at the provider, the public resolver tells the truth",
        safe_5(
            queries=[asked(HOST, "127.0.0.1"), asked(HOST, f"{A}@{HETZNER}", engine="udp"), UDP_NONE],
        ),
        FINE | {"dns": B},
    ),
    Raw(
        "name unknown to the provider's resolver alone",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed=NXDOMAIN, tags=None)],
            requests=[fetched(SAFE, NXDOMAIN, tags=None)],
            control=HELPED,
        ),
        {"dns": L},
    ),
    Raw(
        "unknown to everybody",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed=NXDOMAIN, tags=None)],
            requests=[fetched(SAFE, NXDOMAIN, tags=None)],
            control=helper(NXDOMAIN, {}, NXDOMAIN),
        ),
        {"dns": D},
    ),
    Raw(
        "handshake ended without a word at both addresses, helper shakes hands",
        safe_5(
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}")],
            tcp=[opened(E443), opened(F443)],
            tls=[shaken(HOST, E443, EOF), shaken(HOST, F443, EOF)],
            requests=[],
            control=helper([A, A2], {E443: None, F443: None}, PAPER, shaken={E443: None, F443: None}, places=KNOWN),
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "handshake fails for the helper too",
        safe_5(
            queries=FOUND_5,
            tls=[shaken(HOST, E443, RESET)],
            requests=[],
            control=helper([A], {E443: None}, RESET, shaken={E443: RESET}, places={A: HETZNER}),
        ),
        {"dns": OK, "tcp": OK, "tls": D},
    ),
    Raw(
        "address silent for the probe alone",
        safe_5(tcp=[opened(E443, TIMEOUT)], tls=[], requests=[]),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "no route to the sixth version, all well by the fourth",
        safe_5(
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A6}@{HETZNER}")],
            tcp=[opened(S443, NO_ROUTE), opened(E443)],
        ),
        FINE,
    ),
    Raw("request in clear text cut off after its Host", plain(RESET), {"dns": OK, "tcp": OK, "http": L}),
    Raw(
        "site itself refuses by law, to the helper too",
        plain(OWN_LAW, control=helper([A], {E80: None}, OWN_LAW)),
        FINE_PLAIN,
    ),
    Raw(
        "silent resolver over udp, system resolver and page well",
        safe_5(queries=[GOOD, asked(HOST, failed=TIMEOUT, engine="udp")]),
        FINE,
    ),
    Raw(
        "old probe, system look-up well and request times out during the handshake",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[shaken(HOST, None, TIMEOUT, tags=None)],
            requests=[fetched(SAFE, TIMEOUT, tags=None)],
            control=HELPED,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "page of another edition for this country, alike in title and headers",
        plain(answer(200, "Morning paper", length=61_000)),
        FINE_PLAIN,
    ),
    Raw(
        "provider's answer lies in another owner's network and is silent, helper's address serves the page",
        safe_5(
            queries=[asked(HOST, "31.13.94.10@32934"), asked(HOST, "31.13.94.10@32934", engine="udp")],
            tcp=[opened("31.13.94.10:443", TIMEOUT), opened(E443)],
        ),
        FINE | {"dns": L},
    ),
    Raw(
        "near address of another owner with a valid handshake",
        safe_5(
            queries=[asked(HOST, "151.101.1.6@54113")],
            tcp=[opened("151.101.1.6:443"), opened(E443)],
            tls=[shaken(HOST, "151.101.1.6:443"), shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint="151.101.1.6:443")],
        ),
        FINE,
    ),
    Raw(
        "authority of the state's own trust network",
        safe_5(
            tls=[shaken(HOST, E443, AUTHORITY, shown=[certificate({"C": "KZ", "O": "ISCA", "CN": "Qaznet Trust Network"})])],
            requests=[],
        ),
        {"dns": OK, "tcp": OK, "tls": B},
    ),
    Raw(
        "virus scanner of the probe's own machine",
        safe_5(
            tls=[
                shaken(
                    HOST,
                    E443,
                    AUTHORITY,
                    shown=[certificate({"O": "Bitdefender", "CN": "Bitdefender Personal CA.Net-Defender"})],
                )
            ],
            requests=[],
        ),
        {"dns": OK, "tcp": OK, "tls": F},
    ),
    Raw(
        "certificate that ran out, for the helper too",
        safe_5(
            tls=[shaken(HOST, E443, INVALID)],
            requests=[],
            control=helper([A], {E443: None}, INVALID, shaken={E443: INVALID}, places={A: HETZNER}),
        ),
        {"dns": OK, "tcp": OK, "tls": D},
    ),
    Raw("helper missing, page well over a valid handshake", safe_5(control="unknown_failure: all test helpers failed"), FINE),
    Raw(
        "Access Denied by the content network over a valid handshake",
        safe_5(
            requests=[fetched(SAFE, answer(403, "Access Denied", length=420, headers={"Server": "AkamaiGHost"}), endpoint=E443)]
        ),
        FINE | {"http": I},
    ),
    Raw(
        "frame of the filter's private page",
        plain(
            answer(403, "M1-6", text='<iframe src="http://10.10.34.35?type=Invalid Site&policy=MainPolicy"></iframe>', length=0)
        ),
        {"dns": OK, "tcp": OK, "http": B},
    ),
    old_redirects("to https of its own, cut off there", PLAIN, [(SAFE, RESET)], {"dns": OK, "tcp": OK, "tls": L}),
    Raw(
        "clear text led to a page of the provider with its regulator's words",
        plain(
            answer(
                200,
                "Internet Positif",
                text="Situs ini diblokir sesuai peraturan Kominfo",
                length=1500,
                headers={"Server": "x"},
            )
        ),
        {"dns": OK, "tcp": OK, "http": L},
    ),
)

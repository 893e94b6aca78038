"""Labelled records of websites whose circumstances are unusual: ports, bare addresses, engines at odds, walls, slow lines."""

from tests.judge.certificates import certificate
from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    A2,
    E80,
    E443,
    F443,
    FINE,
    FINE_PLAIN,
    GOOD,
    HELPED_5,
    HETZNER,
    HOST,
    ISP,
    ISP_ASN,
    OK_OK,
    OLD_GOOD,
    PLAIN,
    SAFE,
    UDP_GOOD,
    UDP_NONE,
    V4,
    V5,
    A,
    headed,
    led,
    old_handshake,
    plain,
    safe_5,
)
from tests.judge.probe import slowed
from tests.judge.records import (
    AUTHORITY,
    EOF,
    INVALID,
    NO_ANSWER,
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
from tests.judge.scenarios import OK, B, D, F, I, L, N, T

BARE, BARE_80 = "http://149.28.54.60/", "149.28.54.60:80"
PORT = "http://www.morning-paper.net:8080/"
MISBEHAVES = "dns_server_misbehaving"
NUMBERED = {"transaction_id": 91}


def bare(tcp: str | None, met: Record | str | None, control: Record) -> Record:
    """A site that is named by its address alone."""
    requests = [fetched(BARE, met, endpoint=BARE_80)] if met is not None else []
    return visit(BARE, V5, tcp=[opened(BARE_80, tcp)], requests=requests, control=control)


def controlled(page: Record | str, *, dns: list[str] | str = "", tcp: str | None = None, tls: str | None = None) -> Record:
    """What the helper met at the site by https."""
    return helper(dns or [A], {E443: tcp}, page, shaken={} if tcp else {E443: tls}, places={A: HETZNER})


UNUSUAL: tuple[Raw, ...] = (
    *(
        Raw(
            f"unusual: {title}",
            plain(answer(200, title, length=length, headers={"Server": "Apache", "Content-Type": "text/html"})),
            OK_OK | {"http": I},
        )
        for title, length in (
            ("Welcome to nginx!", 612),
            ("Apache2 Ubuntu Default Page: It works", 10_918),
            ("IIS Windows Server", 701),
            ("Default Web Site Page", 5_100),
            ("Account Suspended", 7_600),
            ("Index of /", 900),
            ("Fastly error: unknown domain www.morning-paper.net", 300),
            ("Site not found", 1_200),
            ("恭喜，站点创建成功！", 1_300),
            ("morning-paper.org - This domain is for sale", 3_000),
        )
    ),
    Raw(
        "unusual: the server knows no such page, in words of its own",
        plain(answer(404, "Pole sana", length=9_000, headers={})),
        OK_OK | {"http": I},
    ),
    Raw(
        "unusual: a default page for both",
        plain(
            answer(200, "Welcome to nginx!", length=612, headers=headed(Server="nginx/1.18.0")),
            control=helper(
                [A], {E80: None}, answer(200, "Welcome to nginx!", length=612, headers=headed(Server="nginx/1.18.0"))
            ),
        ),
        FINE_PLAIN,
    ),
    Raw(
        "unusual: a name led to a default page of the provider's",
        visit(
            PLAIN,
            V5,
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}"), asked(HOST, f"{ISP}@{ISP_ASN}", engine="udp"), UDP_NONE],
            tcp=[opened(f"{ISP}:80")],
            requests=[fetched(PLAIN, answer(200, "Welcome to nginx!", length=612, headers={}), endpoint=f"{ISP}:80")],
            control=helper([A], {E80: None, f"{ISP}:80": None}, PAPER, shaken={}, places={A: HETZNER, ISP: ISP_ASN}),
        ),
        {"dns": L},
    ),
    Raw(
        "unusual: the proxy that the probe was told to use is not there",
        safe_5(
            tcp=[opened(E443, "unknown_failure: proxyconnect tcp: dial tcp 127.0.0.1:8080: connect: connection refused")],
            tls=[],
            requests=[],
        ),
        {"dns": OK, "tcp": F},
    ),
    Raw(
        "unusual: no headers in time",
        plain("unknown_failure: net/http: timeout awaiting response headers"),
        OK_OK | {"http": L},
    ),
    Raw(
        "unusual: text in place of a hello",
        safe_5(tls=[shaken(HOST, E443, "unknown_failure: tls: oversized record received with length 20527")], requests=[]),
        OK_OK | {"tls": L},
    ),
    Raw(
        "unusual: an address for a name",
        bare(None, PAPER, helper(["149.28.54.60"], {BARE_80: None}, PAPER, shaken={}, places={"149.28.54.60": 20473})),
        {"tcp": OK, "http": OK},
    ),
    Raw(
        "unusual: an address for a name, silent",
        bare(TIMEOUT, None, helper(["149.28.54.60"], {BARE_80: None}, PAPER, shaken={}, places={})),
        {"tcp": L},
    ),
    Raw(
        "unusual: an address for a name, silent for all",
        bare(TIMEOUT, None, helper(["149.28.54.60"], {BARE_80: TIMEOUT}, TIMEOUT, shaken={}, places={})),
        {"tcp": D},
    ),
    Raw(
        "unusual: a port of its own",
        visit(
            PORT,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(f"{A}:8080", tags=None)],
            requests=[fetched(PORT, PAPER, tags=None)],
            control=helper([A], {f"{A}:8080": None}, PAPER),
        ),
        FINE_PLAIN,
    ),
    Raw(
        "unusual: a port of its own, refused",
        visit(
            PORT,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(f"{A}:8080", REFUSED, tags=None)],
            requests=[fetched(PORT, REFUSED, tags=None)],
            control=helper([A], {f"{A}:8080": None}, PAPER),
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "unusual: system's resolver fails, the public one does not",
        safe_5(queries=[asked(HOST, failed=MISBEHAVES), UDP_GOOD, UDP_NONE]),
        FINE | {"dns": L},
    ),
    Raw(
        "unusual: the public resolver is answered falsely, the system's is not",
        safe_5(queries=[GOOD, asked(HOST, "10.10.34.36", engine="udp"), UDP_NONE]),
        FINE,
    ),
    Raw(
        "unusual: system's resolver leads to the provider, the site's own address works",
        safe_5(
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}"), UDP_GOOD, UDP_NONE],
            tcp=[opened(f"{ISP}:443", REFUSED), opened(E443)],
            control=helper(
                [A],
                {E443: None, f"{ISP}:443": REFUSED},
                PAPER,
                shaken={E443: None},
                places={A: HETZNER, ISP: ISP_ASN},
            ),
        ),
        FINE | {"dns": L},
    ),
    Raw(
        "unusual: the first address is silent, the second well",
        safe_5(
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}"), UDP_GOOD],
            tcp=[opened(F443, TIMEOUT), opened(E443)],
        ),
        FINE,
    ),
    Raw(
        "unusual: no route to any address",
        safe_5(tcp=[opened(E443, NO_ROUTE), opened(F443, NO_ROUTE)], tls=[], requests=[]),
        {"dns": OK, "tcp": F},
    ),
    Raw(
        "unusual: the network says the host is unreachable",
        safe_5(tcp=[opened(E443, "host_unreachable")], tls=[], requests=[]),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "unusual: stopped by the user while connecting",
        safe_5(tcp=[opened(E443, "interrupted")], tls=[], requests=[]),
        {"dns": OK, "tcp": F},
    ),
    Raw(
        "unusual: an alert for the name",
        safe_5(tls=[shaken(HOST, E443, "unknown_failure: remote error: tls: unrecognized name")], requests=[]),
        OK_OK | {"tls": L},
    ),
    Raw(
        "unusual: an alert for everybody",
        safe_5(
            tls=[shaken(HOST, E443, "ssl_failed_handshake")],
            requests=[],
            control=controlled("ssl_failed_handshake", tls="ssl_failed_handshake"),
        ),
        OK_OK | {"tls": D},
    ),
    Raw(
        "unusual: handshake ends, for the helper as well",
        safe_5(tls=[shaken(HOST, E443, EOF)], requests=[], control=controlled(EOF, tls=EOF)),
        OK_OK | {"tls": D},
    ),
    Raw(
        "unusual: helper's handshake works and its page does not come",
        safe_5(tls=[shaken(HOST, E443, RESET)], requests=[], control=controlled(TIMEOUT)),
        OK_OK | {"tls": L},
    ),
    Raw(
        "unusual: request falls silent for both after a good handshake",
        safe_5(requests=[fetched(SAFE, TIMEOUT, endpoint=E443)], control=controlled(TIMEOUT)),
        FINE | {"http": D},
    ),
    Raw(
        "unusual: streams that the server ends",
        safe_5(
            requests=[
                fetched(SAFE, "unknown_failure: stream error: stream ID 1; INTERNAL_ERROR; received from peer", endpoint=E443)
            ]
        ),
        FINE | {"http": I},
    ),
    Raw(
        "unusual: redirects without end",
        safe_5(requests=[fetched(SAFE, "unknown_failure: stopped after 10 redirects", endpoint=E443)]),
        FINE | {"http": I},
    ),
    Raw(
        "unusual: the helper was taken for a robot, the visitor was not",
        plain(
            PAPER,
            control=helper([A], {E80: None}, answer(403, "Just a moment...", length=4_000, headers={"Server": "cloudflare"})),
        ),
        OK_OK | {"http": N},
    ),
    Raw(
        "unusual: both are taken for robots",
        plain(
            answer(403, "Just a moment...", length=4_100, headers={"Server": "cloudflare"}),
            control=helper([A], {E80: None}, answer(403, "Just a moment...", length=4_000, headers={"Server": "cloudflare"})),
        ),
        OK_OK | {"http": OK},
    ),
    Raw(
        "unusual: an edition in another language, of the same server",
        plain(answer(200, "Morgenzeitung", length=21_000)),
        OK_OK | {"http": OK},
    ),
    Raw("unusual: an empty page", plain(answer(200, None, length=0, headers={})), OK_OK | {"http": I}),
    Raw(
        "unusual: the server does not find the page",
        plain(answer(404, "404 Not Found", length=153, headers=headed(Server="nginx/1.22"))),
        OK_OK | {"http": I},
    ),
    Raw(
        "unusual: a notice in the provider's words, nobody's mark",
        plain(
            answer(
                200,
                "Сайт заблокирован по решению суда",
                length=2_400,
                headers={"Server": "nginx", "Content-Type": "text/html"},
            )
        ),
        OK_OK | {"http": L},
    ),
    Raw(
        "unusual: led to the provider's own host in clear text",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[
                fetched(
                    "http://forbidden.provider.example/", answer(200, "Forbidden by law", length=1_800, headers={}), tags=None
                ),
                fetched(PLAIN, led("http://forbidden.provider.example/"), tags=None),
            ],
            control=helper([A], {E80: None}, PAPER),
        ),
        OK_OK | {"http": L},
    ),
    Raw(
        "unusual: led to the site's own https, which the helper followed",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[fetched(SAFE, PAPER, tags=None), fetched(PLAIN, led(SAFE), tags=None)],
            control=helper([A], {E80: None}, PAPER),
        ),
        FINE_PLAIN,
    ),
    Raw(
        "unusual: the network wants a log-in, by status",
        plain(answer(511, "Network Authentication Required", length=900, headers={})),
        OK_OK | {"http": F},
    ),
    Raw(
        "unusual: a proxy wants a log-in",
        plain(answer(407, "Proxy Authentication Required", length=900, headers={"Proxy-Authenticate": "Basic realm=office"})),
        OK_OK | {"http": F},
    ),
    Raw(
        "unusual: bytes trickle until the probe gives up",
        slowed(safe_5(requests=[fetched(SAFE, TIMEOUT, endpoint=E443) | NUMBERED]), 2_000, 10.0),
        FINE | {"http": T},
    ),
    Raw(
        "unusual: a line by satellite",
        slowed(safe_5(requests=[fetched(SAFE, PAPER, endpoint=E443) | NUMBERED]), 9_000, 8.0, connecting=1.3),
        FINE,
    ),
    Raw(
        "unusual: slow bytes, and no helper to compare",
        slowed(safe_5(requests=[fetched(SAFE, PAPER, endpoint=E443) | NUMBERED], control=TIMEOUT), 4_000, 9.0),
        FINE,
    ),
    Raw(
        "unusual: the second reply is the first's twin",
        safe_5(x_dns_duplicate_responses=[UDP_GOOD]),
        FINE,
    ),
    Raw(
        "unusual: denied first, then answered truly",
        safe_5(
            queries=[GOOD, asked(HOST, failed=NXDOMAIN, engine="udp"), UDP_NONE],
            x_dns_duplicate_responses=[UDP_GOOD],
        ),
        FINE | {"dns": B},
    ),
    Raw(
        "unusual: the probe threw a private answer away",
        safe_5(
            queries=[asked(HOST, failed="dns_bogon_error"), asked(HOST, failed="dns_bogon_error", engine="udp")],
            tcp=[opened(E443)],
        ),
        FINE | {"dns": B},
    ),
    Raw(
        "unusual: a virus scanner opens handshakes",
        safe_5(
            tls=[shaken(HOST, E443, AUTHORITY, shown=[certificate({"O": "ESET, spol. s r. o.", "CN": "ESET SSL Filter CA"})])],
            requests=[],
        ),
        OK_OK | {"tls": F},
    ),
    Raw(
        "unusual: a name of android's cache without data, for the helper as well",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed="android_dns_cache_no_data", tags=None)],
            requests=[fetched(SAFE, "android_dns_cache_no_data", tags=None)],
            control=helper(NO_ANSWER, {}, "dns_lookup_error"),
        ),
        {"dns": D},
    ),
    Raw(
        "unusual: a name of android's cache without data, for the probe alone",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed="android_dns_cache_no_data", tags=None)],
            requests=[fetched(SAFE, "android_dns_cache_no_data", tags=None)],
            control=helper([A], {}, PAPER),
        ),
        {"dns": L},
    ),
    Raw(
        "unusual: the certificate ran out at one address only, an older probe",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}", tags=None)],
            tcp=[opened(E443, tags=None), opened(F443, tags=None)],
            tls=[old_handshake(INVALID), old_handshake()],
            requests=[fetched(SAFE, PAPER, tags=None)],
            control=helper([A], {E443: None, F443: None}, PAPER),
        ),
        FINE,
    ),
    Raw(
        "unusual: content network refuses this country by law, over https",
        safe_5(requests=[fetched(SAFE, answer(451, "Unavailable For Legal Reasons", length=1_200), endpoint=E443)]),
        FINE | {"http": I},
    ),
    Raw(
        "unusual: both meet the same error of the server",
        safe_5(
            requests=[fetched(SAFE, answer(500, "500 Internal Server Error", length=170, headers=headed()), endpoint=E443)],
            control=controlled(answer(500, "500 Internal Server Error", length=170, headers=headed())),
        ),
        FINE,
    ),
    Raw(
        "unusual: clear text opens, https is reset, though https was not asked for",
        visit(
            PLAIN,
            V5,
            queries=[GOOD, UDP_GOOD, UDP_NONE],
            tcp=[opened(E80), opened(E443)],
            tls=[shaken(HOST, E443, RESET)],
            requests=[fetched(PLAIN, PAPER, endpoint=E80)],
            control=HELPED_5,
        ),
        FINE | {"tls": L},
    ),
    Raw(
        "unusual: clear text opens, https is not served to anybody",
        visit(
            PLAIN,
            V5,
            queries=[GOOD, UDP_GOOD, UDP_NONE],
            tcp=[opened(E80), opened(E443, REFUSED)],
            requests=[fetched(PLAIN, PAPER, endpoint=E80)],
            control=helper([A], {E80: None, E443: REFUSED}, PAPER, shaken={}, places={A: HETZNER}),
        ),
        FINE_PLAIN,
    ),
)

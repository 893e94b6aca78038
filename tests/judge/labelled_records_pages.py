"""Labelled records of web_connectivity, written fact by fact: pages and redirects."""

from itertools import pairwise

from admittance.model.vocabulary import State
from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    A2,
    E80,
    E443,
    F80,
    F443,
    FINE,
    FINE_PLAIN,
    FOUND_5,
    HELPED,
    HELPED_5,
    HELPED_PLAIN,
    HETZNER,
    HOST,
    ISP,
    ISP_ASN,
    KNOWN,
    NOTICE,
    OLD_GOOD,
    PLAIN,
    SAFE,
    V4,
    V5,
    A,
    old_handshake,
)
from tests.judge.records import (
    AUTHORITY,
    EOF,
    HOSTNAME,
    INVALID,
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
from tests.judge.scenarios import OK, B, D, F, I, L, N, Truth

CLOUD = {"Server": "cloudflare", "Content-Type": "text/html", "CF-Ray": "851a-MSQ"}
PLAIN_SERVER = {"Server": "nginx", "Content-Type": "text/html", "Date": "now", "Content-Length": "146"}
D1, D2 = ("depth=1",), ("depth=2",)
SHORT, SHORT_HOST, S1 = "https://pap.er/9x", "pap.er", "185.199.108.153"
SHORT80, SHORT443 = f"{S1}:80", f"{S1}:443"


def plain_page(name: str, met: Record | str, http: State, control: Record | None = None) -> list[Raw]:
    """A page in clear text, as a probe before and one after 0.5 see it."""
    newer = control or PAPER
    return [
        Raw(
            f"0.4 {name}",
            visit(
                PLAIN,
                V4,
                queries=[OLD_GOOD],
                tcp=[opened(E80, tags=None)],
                requests=[fetched(PLAIN, met, tags=None)],
                control=helper([A], {E80: None}, newer),
            ),
            {"dns": OK, "tcp": OK, "http": http},
        ),
        Raw(
            f"0.5 {name}",
            visit(
                PLAIN,
                V5,
                queries=FOUND_5,
                tcp=[opened(E80), opened(E443)],
                tls=[shaken(HOST, E443)],
                requests=[fetched(PLAIN, met, endpoint=E80)],
                control=helper([A], {E80: None, E443: None}, newer, shaken={E443: None}, places=KNOWN),
            ),
            {"dns": OK, "tcp": OK, "tls": OK, "http": http},
        ),
    ]


def safe_page(name: str, met: Record | str, http: State, control: Record | str = PAPER) -> list[Raw]:
    """A page over https, as a probe before and one after 0.5 see it."""
    truth = FINE | {"http": http}
    return [
        Raw(
            f"0.4 {name}",
            visit(
                SAFE,
                V4,
                queries=[OLD_GOOD],
                tcp=[opened(E443, tags=None)],
                tls=[old_handshake()],
                requests=[fetched(SAFE, met, tags=None)],
                control=helper([A], {E443: None}, control),
            ),
            truth,
        ),
        Raw(
            f"0.5 {name}",
            visit(
                SAFE,
                V5,
                queries=FOUND_5,
                tcp=[opened(E443)],
                tls=[shaken(HOST, E443)],
                requests=[fetched(SAFE, met, endpoint=E443)],
                control=helper([A], {E443: None}, control, shaken={E443: None}, places=KNOWN),
            ),
            truth,
        ),
    ]


PAGES: tuple[Raw, ...] = (
    *plain_page("notice of unknown wording, status 200", NOTICE, L),
    *plain_page("a few words in place of the page", answer(200, None, length=0, text="Blocked by order 17", headers={}), L),
    *plain_page("the server's stock refusal", answer(403, "403 Forbidden", length=146, headers=PLAIN_SERVER), I),
    *plain_page("a notice under status 403", answer(403, "Ограничение доступа", length=3_000, headers={"Server": "DPI"}), L),
    *plain_page("bot wall of a content network", answer(403, "Just a moment...", length=8_000, headers=CLOUD), I),
    *plain_page("a server that fails", answer(502, "502 Bad Gateway", length=150, headers=PLAIN_SERVER), I),
    *plain_page("another language, same site", answer(200, "Утренняя газета", length=29_000), OK),
    *plain_page("another front page an hour later", answer(200, "Morning paper: rain again", length=51_000), OK),
    *plain_page("the helper met a refusal", PAPER, N, answer(403, "Just a moment...", length=8_000, headers=CLOUD)),
    *plain_page(
        "refused to both",
        answer(403, "403 Forbidden", length=146, headers=PLAIN_SERVER),
        OK,
        answer(403, "403 Forbidden", length=146, headers=PLAIN_SERVER),
    ),
    *plain_page(
        "gone for both",
        answer(404, "Not found", length=300, headers=PLAIN_SERVER),
        OK,
        answer(404, "Not found", length=300, headers=PLAIN_SERVER),
    ),
    *plain_page(
        "cyrillic of Windows, in base64",
        answer(200, "Утро", length=20_000, encoding="windows-1251"),
        OK,
        answer(200, "Утро", length=20_500, encoding="windows-1251"),
    ),
    *plain_page("requests reset", RESET, L),
    *plain_page("requests end early", EOF, L),
    *plain_page("a reply that is no http", 'unknown_failure: malformed HTTP response "SSH-2.0-OpenSSH"', I),
    *plain_page(
        "a frame onto an address that is not public",
        answer(403, None, length=200, text='<iframe src="http://10.10.34.35/?type=Invalid Site"></iframe>'),
        B,
    ),
    *safe_page("bot wall over https", answer(403, "Attention Required! | Cloudflare", length=8_000, headers=CLOUD), I),
    *safe_page(
        "unavailable for legal reasons, the server's own word", answer(451, "Unavailable", length=900, headers=CLOUD), I
    ),
    *safe_page(
        "a press article that quotes a notice",
        answer(
            200,
            "On filters",
            text="Your requested URL has been blocked as per the directions received from Department of Telecommunications",
        ),
        OK,
    ),
    *safe_page("requests over https fall silent", TIMEOUT, L),
    *safe_page("requests over https reset", RESET, L),
    *safe_page("requests over https fail for both", EOF, D, "unknown_error"),
    *safe_page(
        "a great file cut off",
        answer(200, None, length=200_000) | {"body_is_truncated": True},
        OK,
        answer(200, None, length=4_000_000),
    ),
    *safe_page("http2 went away", "unknown_failure: http2: server sent GOAWAY and closed the connection", I),
)


def old_redirects(
    name: str,
    first: str,
    rest: list[tuple[str, Record | str]],
    truth: Truth,
    *,
    handshake: str | None = None,
    control: Record | str = PAPER,
) -> Raw:
    """Redirects as a probe before 0.5 records them: requests alone, newest first."""
    safe = first.startswith("https")
    host, address = (HOST, A) if HOST in first else (SHORT_HOST, S1)
    endpoint = f"{address}:{443 if safe else 80}"
    urls = [first, *(url for url, _ in rest)]
    requests = [fetched(urls[-1], rest[-1][1], tags=None)]
    requests += [
        fetched(url, answer(301, None, length=0, headers={}, to=following), tags=None)
        for url, following in reversed(list(pairwise(urls)))
    ]
    return Raw(
        f"0.4 {name}",
        visit(
            first,
            V4,
            queries=[asked(host, f"{address}@{HETZNER}", engine="system", kind="A", tags=None)],
            tcp=[opened(endpoint, tags=None)],
            tls=[shaken(host, None, handshake, tags=("tcptls_experiment",))] if safe else [],
            requests=requests,
            control=helper([address], {endpoint: None}, control),
        ),
        truth,
    )


def redirect(
    name: str,
    first: str,
    hop: str,
    truth: Truth,
    *,
    found: tuple[str, ...] | str = (f"{A}@{HETZNER}", f"{A2}@{HETZNER}"),
    tcp: tuple[str | None, str | None] = (None, None),
    tls: tuple[str | None, str | None] = (None, None),
    met: Record | str = PAPER,
    control: Record | str = PAPER,
) -> Raw:
    """One redirect from a shortener to the site as newer probes record it, with two addresses there."""
    safe, target_safe = first.startswith("https"), hop.startswith("https")
    queries = [asked(SHORT_HOST, f"{S1}@54113"), asked(SHORT_HOST, f"{S1}@54113", engine="udp")]
    queries += [
        asked(HOST, failed=found, engine=engine, tags=D1)
        if isinstance(found, str)
        else asked(HOST, *found, engine=engine, tags=D1)
        for engine in ("getaddrinfo", "udp")
    ]
    connections = [opened(SHORT443)] + ([] if safe else [opened(SHORT80)])
    handshakes = [shaken(SHORT_HOST, SHORT443)]
    requests = [
        fetched(first, answer(302, None, length=0, headers={}, to=hop), endpoint=SHORT443 if safe else SHORT80),
    ]
    place = 443 if target_safe else 80
    done = isinstance(found, str)
    for address, at_tcp, at_tls in () if done else zip((A, A2), tcp, tls, strict=True):
        endpoint = f"{address}:{place}"
        connections.append(opened(endpoint, at_tcp, tags=D1))
        if at_tcp is not None:
            continue
        if target_safe:
            handshakes.append(shaken(HOST, endpoint, at_tls, tags=D1))
            if at_tls is not None:
                continue
        if not done:
            done = True
            requests.insert(0, fetched(hop, met, endpoint=endpoint, tags=("depth=1", "fetch_body=true")))
    return Raw(
        f"0.5 {name}",
        visit(
            first,
            V5,
            queries=queries,
            tcp=connections,
            tls=handshakes,
            requests=requests,
            control=helper([S1], {SHORT443: None, SHORT80: None}, control, shaken={SHORT443: None}, places={S1: 54113}),
        ),
        truth,
    )


SECOND_TLS = {"dns": OK, "tcp": OK, "tls": L}
PLAIN_SHORT = "http://pap.er/9x"

REDIRECTS: tuple[Raw, ...] = (
    old_redirects("http to https of the same host", PLAIN, [(SAFE, PAPER)], FINE_PLAIN),
    old_redirects("http to https of the same host, reset there", PLAIN, [(SAFE, RESET)], SECOND_TLS),
    old_redirects("http to https of the same host, silent there", PLAIN, [(SAFE, TIMEOUT)], SECOND_TLS),
    old_redirects("http to https of the same host, cut off there", PLAIN, [(SAFE, EOF)], SECOND_TLS),
    old_redirects(
        "http to https of the same host, bad certificate for both",
        PLAIN,
        [(SAFE, INVALID)],
        {"dns": OK, "tcp": OK, "tls": D},
        control="ssl_error",
    ),
    old_redirects("http to https of the same host, bad certificate here", PLAIN, [(SAFE, AUTHORITY)], SECOND_TLS),
    old_redirects("https to a page of its own", SAFE, [(f"{SAFE}en/", PAPER)], FINE),
    old_redirects("https to a page of its own that is reset", SAFE, [(f"{SAFE}en/", RESET)], FINE | {"http": L}),
    old_redirects("three hops, the last refused", SHORT, [(PLAIN, ""), (SAFE, REFUSED)], {"dns": OK, "tcp": L, "tls": OK}),
    old_redirects("three hops, the last reset", SHORT, [(PLAIN, ""), (SAFE, RESET)], {"dns": OK, "tcp": OK, "tls": L}),
    old_redirects(
        "three hops, the last unknown to dns", SHORT, [(PLAIN, ""), (SAFE, NXDOMAIN)], {"dns": L, "tcp": OK, "tls": OK}
    ),
    old_redirects(
        "three hops, the last clear and reset",
        SHORT,
        [("https://pap.er/10x", ""), (PLAIN, RESET)],
        {"dns": OK, "tcp": OK, "tls": OK, "http": L},
    ),
    old_redirects(
        "shortener to a site that is gone for all",
        SHORT,
        [(PLAIN, NXDOMAIN)],
        {"dns": D, "tcp": OK, "tls": OK},
        control="dns_lookup_error",
    ),
    old_redirects(
        "led to the provider's notice by a redirect", PLAIN, [(f"http://{ISP}/stop", NOTICE)], FINE_PLAIN | {"http": L}
    ),
    old_redirects(
        "led to a notice at an address that is not public and silent",
        PLAIN,
        [("http://10.88.0.1:8090/stop?id=3", TIMEOUT)],
        FINE_PLAIN | {"http": I},
    )._replace(rules=("http.private_redirect",)),
    old_redirects(
        "to a log-in of the hotel",
        PLAIN,
        [("http://10.5.50.1/login?dst=http%3A%2F%2Fwww.morning-paper.net%2F", answer(200, "Hotel", length=4_000, headers={}))],
        FINE_PLAIN | {"http": F},
    ),
    redirect("both addresses refuse", PLAIN_SHORT, PLAIN, {"dns": OK, "tcp": L, "tls": OK}, tcp=(REFUSED, REFUSED)),
    redirect("one address refuses", PLAIN_SHORT, PLAIN, FINE, tcp=(REFUSED, None)),
    redirect(
        "one silent, one reset in the handshake",
        SHORT,
        SAFE,
        {"dns": OK, "tcp": OK, "tls": L},
        tcp=(TIMEOUT, None),
        tls=(None, RESET),
    ),
    redirect("handshakes silent", SHORT, SAFE, {"dns": OK, "tcp": OK, "tls": L}, tls=(TIMEOUT, TIMEOUT)),
    redirect("handshakes cut off from clear text", PLAIN_SHORT, SAFE, {"dns": OK, "tcp": OK, "tls": L}, tls=(EOF, EOF)),
    redirect("request cut off", SHORT, PLAIN, FINE | {"http": L}, met=EOF),
    redirect("request silent", PLAIN_SHORT, PLAIN, FINE | {"http": L}, met=TIMEOUT),
    redirect("no such name", SHORT, SAFE, {"dns": L, "tcp": OK, "tls": OK}, found=NXDOMAIN),
    redirect(
        "no such name for anybody", SHORT, SAFE, {"dns": D, "tcp": OK, "tls": OK}, found=NXDOMAIN, control="dns_lookup_error"
    ),
    redirect("name without an answer", PLAIN_SHORT, PLAIN, {"dns": L, "tcp": OK, "tls": OK}, found="dns_no_answer"),
    redirect(
        "name led to a bogon",
        PLAIN_SHORT,
        PLAIN,
        {"dns": B, "tcp": OK, "tls": OK},
        found=("10.66.0.1", "127.0.0.1"),
        tcp=(REFUSED, REFUSED),
    ),
    redirect(
        "another's certificate for both",
        SHORT,
        SAFE,
        {"dns": OK, "tcp": OK, "tls": D},
        tls=(HOSTNAME, HOSTNAME),
        control="ssl_error",
    ),
    redirect("another's certificate here", SHORT, SAFE, {"dns": OK, "tcp": OK, "tls": L}, tls=(HOSTNAME, HOSTNAME)),
    redirect("notice in place of the page", PLAIN_SHORT, PLAIN, FINE | {"http": L}, met=NOTICE),
    redirect("works", SHORT, SAFE, FINE),
    Raw(
        "0.5 to the provider's notice by a redirect, in its own network",
        visit(
            PLAIN,
            V5,
            queries=[*FOUND_5, asked("stop.provider.example", f"{ISP}@{ISP_ASN}", tags=D1)],
            tcp=[opened(E80), opened(E443), opened(f"{ISP}:80", tags=D1)],
            tls=[shaken(HOST, E443, RESET)],
            requests=[
                fetched("http://stop.provider.example/", NOTICE, endpoint=f"{ISP}:80", tags=("depth=1", "fetch_body=true")),
                fetched(PLAIN, answer(302, None, length=0, headers={}, to="http://stop.provider.example/"), endpoint=E80),
            ],
            control=HELPED_5,
        ),
        {"dns": OK, "tcp": OK, "tls": L, "http": L},
    ),
    Raw(
        "0.5 three hops, the third's handshakes reset at both addresses",
        visit(
            PLAIN,
            V5,
            queries=[*FOUND_5, asked("eu.morning-paper.net", f"{A2}@{HETZNER}", tags=D2)],
            tcp=[opened(E80), opened(E443), opened(E443, tags=D1), opened(F443, tags=D2)],
            tls=[shaken(HOST, E443), shaken(HOST, E443, tags=D1), shaken("eu.morning-paper.net", F443, RESET, tags=D2)],
            requests=[
                fetched(SAFE, answer(307, None, length=0, headers={}, to="https://eu.morning-paper.net/"), tags=D1),
                fetched(PLAIN, answer(301, None, length=0, headers={}, to=SAFE), endpoint=E80),
            ],
            control=HELPED_5,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "0.5 without tags of depth, works",
        visit(
            SAFE,
            V5,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[shaken(HOST, E443, tags=None)],
            requests=[fetched(SAFE, PAPER, tags=None)],
            control=HELPED_5,
        ),
        FINE,
    ),
    Raw(
        "0.3 by Measurement Kit: no handshakes, headers a mapping, one reset",
        visit(
            PLAIN,
            "0.0.1",
            queries=[asked(HOST, A, engine="", kind="A", tags=None)],
            tcp=[opened(E80, tags=None)],
            requests=[fetched(PLAIN, "connection_reset_error", tags=None)],
            control=HELPED_PLAIN,
        ),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "0.4 https, one address of two dead, page comes",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}", tags=None)],
            tcp=[opened(E443, TIMEOUT, blocked=True, tags=None), opened(F443, tags=None)],
            tls=[old_handshake()],
            requests=[fetched(SAFE, PAPER, tags=None)],
            control=HELPED,
        ),
        FINE,
    ),
    Raw(
        "0.5 http, the first address resets requests and the second is not asked",
        visit(
            PLAIN,
            V5,
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}")],
            tcp=[opened(E80), opened(F80), opened(E443), opened(F443)],
            tls=[shaken(HOST, E443), shaken(HOST, F443)],
            requests=[fetched(PLAIN, RESET, endpoint=E80)],
            control=helper(
                [A, A2], {E80: None, F80: None, E443: None, F443: None}, PAPER, shaken={E443: None, F443: None}, places=KNOWN
            ),
        ),
        FINE | {"http": L},
    ),
)

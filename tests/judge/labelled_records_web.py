"""Labelled records of web_connectivity, written fact by fact: names."""

from tests.judge.labelled_raw_web import Raw
from tests.judge.records import (
    HOSTNAME,
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
from tests.judge.scenarios import OK, B, D, F, L, N

V4, V5 = "0.4.3", "0.5.27"
HOST, PLAIN, SAFE = "www.morning-paper.net", "http://www.morning-paper.net/", "https://www.morning-paper.net/"
A, A2, A6 = "95.217.163.246", "116.202.120.166", "2a01:4f9:4b:2c::2"
HETZNER = 24940
ISP, ISP_ASN = "178.124.131.20", 6697
E443, E80, F443, F80, S443 = f"{A}:443", f"{A}:80", f"{A2}:443", f"{A2}:80", f"[{A6}]:443"
I443, I80 = f"{ISP}:443", f"{ISP}:80"
FINE = {"dns": OK, "tcp": OK, "tls": OK, "http": OK}
FINE_PLAIN = {"dns": OK, "tcp": OK, "http": OK}
KNOWN = {A: HETZNER, A2: HETZNER}
HELPED = helper([A], {E443: None}, PAPER)
HELPED_PLAIN = helper([A], {E80: None}, PAPER)
HELPED_5 = helper([A], {E443: None, E80: None}, PAPER, shaken={E443: None}, places={A: HETZNER})
GOOD = asked(HOST, f"{A}@{HETZNER}")
OLD_GOOD = asked(HOST, f"{A}@{HETZNER}", tags=None)
UDP_GOOD = asked(HOST, f"{A}@{HETZNER}", engine="udp")
UDP_NONE = asked(HOST, failed=NO_ANSWER, engine="udp", kind="AAAA")
FOUND_5 = [GOOD, UDP_GOOD, UDP_NONE]
NOTICE = answer(200, "Доступ запрещён", length=900, headers={"Server": "lighttpd", "Content-Type": "text/html"})


def old_handshake(failed: str | None = None) -> dict[str, object]:
    return shaken(HOST, None, failed, tags=("tcptls_experiment",))


NAMES: tuple[Raw, ...] = (
    Raw(
        "0.4 system resolver says nxdomain in go's words",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed=NXDOMAIN, engine="system", kind=kind, tags=None) for kind in ("A", "AAAA")],
            control=HELPED,
            dns_experiment_failure=NXDOMAIN,
            dns_consistency="inconsistent",
        ),
        {"dns": L},
    ),
    Raw(
        "0.5 only getaddrinfo denies, the probe's own questions lead to the site",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, failed="android_dns_cache_no_data"), UDP_GOOD, UDP_NONE],
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=HELPED_5,
        ),
        FINE | {"dns": L},
    ),
    Raw(
        "0.5 encrypted and plain resolvers of others silent, the system's answers",
        visit(
            SAFE,
            V5,
            queries=[
                GOOD,
                asked(HOST, failed=TIMEOUT, engine="udp"),
                asked(HOST, failed=TIMEOUT, engine="udp", kind="AAAA"),
                asked(HOST, failed=RESET, engine="doh"),
                asked(HOST, failed=RESET, engine="doh", kind="AAAA"),
            ],
            tcp=[opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=HELPED_5,
        ),
        FINE,
    ),
    Raw(
        "0.5 nxdomain everywhere, helper reports no name",
        visit(
            PLAIN,
            V5,
            queries=[asked(HOST, failed=NXDOMAIN), asked(HOST, failed=NXDOMAIN, engine="udp")],
            control=helper("dns_name_error", {}, "dns_lookup_error", shaken={}, places={}),
        ),
        {"dns": D},
    ),
    Raw(
        "0.5 nxdomain here, no address there",
        visit(
            PLAIN,
            V5,
            queries=[asked(HOST, failed=NXDOMAIN), asked(HOST, failed=NXDOMAIN, engine="udp")],
            control=helper([], {}, "unknown_error", shaken={}, places={}),
        ),
        {"dns": D},
    ),
    Raw(
        "servfail for both, the helper in its own words",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, failed="dns_servfail_error", tags=None)],
            control=helper("dns_server_failure", {}, "dns_lookup_error"),
        ),
        {"dns": D},
    ),
    Raw(
        "0.5 alias to the provider's notice in its own network",
        visit(
            PLAIN,
            V5,
            queries=[
                asked(HOST, f"{ISP}@{ISP_ASN}", alias="blocked.provider.example"),
                asked(HOST, f"{ISP}@{ISP_ASN}", engine="udp", alias="blocked.provider.example"),
            ],
            tcp=[opened(I80), opened(I443, REFUSED), opened(E80), opened(E443)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(PLAIN, NOTICE, endpoint=I80)],
            control=helper(
                [A],
                {E443: None, E80: None, I80: None, I443: "connection_refused"},
                PAPER,
                shaken={E443: None},
                places={A: HETZNER, ISP: ISP_ASN},
            ),
        ),
        {"dns": L, "tcp": OK, "tls": OK},
    ),
    Raw(
        "0.4 hijacked to the provider's page, https meets another's certificate",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}", tags=None)],
            tcp=[opened(I443, tags=None)],
            tls=[old_handshake(HOSTNAME)],
            requests=[fetched(SAFE, HOSTNAME, tags=None)],
            control=helper([A], {E443: None, I443: None}, PAPER),
        ),
        {"dns": L},
    ),
    Raw(
        "0.5 provider's cache of a content network, all valid",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}"), asked(HOST, f"{ISP}@{ISP_ASN}", engine="udp")],
            tcp=[opened(I443), opened(E443)],
            tls=[shaken(HOST, I443), shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=I443)],
            control=helper(
                [A], {E443: None, I443: None}, PAPER, shaken={E443: None, I443: None}, places={A: 20940, ISP: ISP_ASN}
            ),
        ),
        FINE,
    ),
    Raw(
        "0.4 provider's cache of a content network over http, same page",
        visit(
            PLAIN,
            V4,
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}", tags=None)],
            tcp=[opened(I80, tags=None)],
            requests=[fetched(PLAIN, PAPER, tags=None)],
            control=helper([A], {E80: None, I80: None}, PAPER),
        ),
        FINE_PLAIN,
    ),
    Raw(
        "0.5 injected Teredo and stranger's address, the true ones reset by name",
        visit(
            SAFE,
            V5,
            queries=[
                asked(HOST, "31.13.94.37@32934", "2001::1f0d:5e25"),
                asked(HOST, "31.13.94.37@32934", engine="udp"),
                asked(HOST, "2001::1f0d:5e25", engine="udp", kind="AAAA"),
            ],
            tcp=[opened("31.13.94.37:443", TIMEOUT), opened("[2001::1f0d:5e25]:443", NO_ROUTE), opened(E443)],
            tls=[shaken(HOST, E443, RESET)],
            control=helper(
                [A],
                {E443: None, "31.13.94.37:443": None, "[2001::1f0d:5e25]:443": "unknown_error"},
                PAPER,
                shaken={E443: None, "31.13.94.37:443": HOSTNAME},
                places={A: HETZNER, "31.13.94.37": 32934, "2001::1f0d:5e25": 0},
            ),
        ),
        {"dns": B, "tcp": OK, "tls": L},
    ),
    Raw(
        "0.5 injected stranger's address alone, the true ones work",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, "31.13.94.37@32934"), asked(HOST, "162.125.32.9@19679", engine="udp")],
            tcp=[opened("31.13.94.37:443", TIMEOUT), opened("162.125.32.9:443"), opened(E443)],
            tls=[shaken(HOST, "162.125.32.9:443", RESET), shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=helper(
                [A],
                {E443: None, "31.13.94.37:443": None, "162.125.32.9:443": None},
                PAPER,
                shaken={E443: None, "31.13.94.37:443": HOSTNAME, "162.125.32.9:443": HOSTNAME},
                places={A: HETZNER, "31.13.94.37": 32934, "162.125.32.9": 19679},
            ),
        ),
        FINE | {"dns": L},
    ),
    Raw(
        "0.5 injected only on the way to a public resolver",
        visit(
            SAFE,
            V5,
            queries=[GOOD, asked(HOST, "31.13.94.37@32934", engine="udp")],
            tcp=[opened(E443), opened("31.13.94.37:443", TIMEOUT)],
            tls=[shaken(HOST, E443)],
            requests=[fetched(SAFE, PAPER, endpoint=E443)],
            control=helper(
                [A],
                {E443: None, "31.13.94.37:443": None},
                PAPER,
                shaken={E443: None, "31.13.94.37:443": HOSTNAME},
                places={A: HETZNER, "31.13.94.37": 32934},
            ),
        ),
        FINE,
    ),
    Raw(
        "0.5 behind NAT64, all works",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, "64:ff9b::5fd9:a3f6"), UDP_GOOD],
            tcp=[opened("[64:ff9b::5fd9:a3f6]:443"), opened(E443, NO_ROUTE)],
            tls=[shaken(HOST, "[64:ff9b::5fd9:a3f6]:443")],
            requests=[fetched(SAFE, PAPER, endpoint="[64:ff9b::5fd9:a3f6]:443")],
            control=helper(
                [A],
                {E443: None, "[64:ff9b::5fd9:a3f6]:443": "unknown_error"},
                PAPER,
                shaken={E443: None},
                places={A: HETZNER, "64:ff9b::5fd9:a3f6": 0},
            ),
        ),
        FINE,
    ),
    Raw(
        "0.5 behind NAT64, handshakes reset",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, "64:ff9b::5fd9:a3f6")],
            tcp=[opened("[64:ff9b::5fd9:a3f6]:443"), opened(E443, NO_ROUTE)],
            tls=[shaken(HOST, "[64:ff9b::5fd9:a3f6]:443", RESET)],
            control=helper(
                [A],
                {E443: None, "[64:ff9b::5fd9:a3f6]:443": "unknown_error"},
                PAPER,
                shaken={E443: None},
                places={A: HETZNER, "64:ff9b::5fd9:a3f6": 0},
            ),
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "0.4 behind NAT64, connections time out",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, "64:ff9b::5fd9:a3f6", tags=None)],
            tcp=[opened("[64:ff9b::5fd9:a3f6]:443", TIMEOUT, tags=None)],
            requests=[fetched(SAFE, TIMEOUT, tags=None)],
            control=helper([A], {E443: None, "[64:ff9b::5fd9:a3f6]:443": "connect_error"}, PAPER),
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "programs on the user's machine hand out addresses of their own",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, "198.18.0.37", tags=None)],
            tcp=[opened("198.18.0.37:443", tags=None)],
            tls=[old_handshake()],
            requests=[fetched(SAFE, PAPER, tags=None)],
            control=helper([A], {E443: None, "198.18.0.37:443": "generic_timeout_error"}, PAPER),
        ),
        FINE,
    ),
    Raw(
        "an address of this network answered, nothing else known of the helper's networks",
        visit(
            PLAIN,
            V4,
            queries=[asked(HOST, "0.0.0.1", tags=None)],
            tcp=[opened("0.0.0.1:80", REFUSED, tags=None)],
            requests=[fetched(PLAIN, REFUSED, tags=None)],
            control=helper([A], {E80: None, "0.0.0.1:80": "connection_refused_error"}, PAPER),
        ),
        {"dns": B},
    ),
    Raw(
        "a bogon for a name that is gone elsewhere",
        visit(
            PLAIN,
            V5,
            queries=[asked(HOST, "10.10.34.36"), asked(HOST, "10.10.34.36", engine="udp")],
            tcp=[opened("10.10.34.36:80", TIMEOUT), opened("10.10.34.36:443", TIMEOUT)],
            control=helper(
                "dns_name_error",
                {"10.10.34.36:80": TIMEOUT, "10.10.34.36:443": TIMEOUT},
                "dns_lookup_error",
                shaken={},
                places={"10.10.34.36": 0},
            ),
        ),
        {"dns": B},
    ),
    Raw(
        "a provider that answers every name that is not with its search page",
        visit(
            "http://no-such-paper.net/",
            V4,
            queries=[asked("no-such-paper.net", f"{ISP}@{ISP_ASN}", tags=None)],
            tcp=[opened(I80, tags=None)],
            requests=[fetched("http://no-such-paper.net/", answer(200, "Did you mean …", length=5_000), tags=None)],
            control=helper("dns_name_error", {I80: None}, "dns_lookup_error"),
        ),
        {"dns": N, "tcp": OK, "http": N},
    ),
    Raw(
        "IDNA: queries in ascii, input and requests in letters, helper confused",
        visit(
            "https://утренняя-газета.рф/",
            V4,
            queries=[asked("xn----8sbakidn8ba1avjc7oa.xn--p1ai", f"{A}@{HETZNER}", tags=None)],
            tcp=[opened(E443, tags=None)],
            tls=[shaken("xn----8sbakidn8ba1avjc7oa.xn--p1ai", None, tags=None)],
            requests=[fetched("https://утренняя-газета.рф/", PAPER, tags=None)],
            control=helper("dns_name_error", {E443: None}, "unknown_error"),
        ),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
    ),
    Raw(
        "IDNA: denied here",
        visit(
            "http://Утренняя-Газета.рф/",
            V4,
            queries=[asked("xn----8sbakidn8ba1avjc7oa.xn--p1ai", failed=NXDOMAIN, tags=None)],
            control=helper([A], {E80: None}, PAPER),
        ),
        {"dns": L},
    ),
    Raw(
        "only AAAA answered, and no route for it",
        visit(
            SAFE,
            V4,
            queries=[
                asked(HOST, f"{A6}@{HETZNER}", engine="system", kind="AAAA", tags=None),
                asked(HOST, failed=NO_ANSWER, engine="system", kind="A", tags=None),
            ],
            tcp=[opened(S443, NO_ROUTE, tags=None)],
            requests=[fetched(SAFE, NO_ROUTE, tags=None)],
            control=helper([A6], {S443: None}, PAPER),
        ),
        {"dns": OK, "tcp": N},
    ),
    Raw(
        "the helper got other addresses of the same network and tried neither",
        visit(
            SAFE,
            V4,
            queries=[asked(HOST, "172.67.190.10@13335", tags=None)],
            tcp=[opened("172.67.190.10:443", tags=None)],
            tls=[old_handshake(RESET)],
            requests=[fetched(SAFE, RESET, tags=None)],
            control=helper(["104.21.44.7"], {"104.21.44.7:443": None}, PAPER),
        ),
        {"dns": N, "tcp": OK, "tls": L},
    ),
    Raw(
        "offline in the middle of it",
        visit(
            SAFE,
            V5,
            queries=[GOOD],
            tcp=[opened(E443, "network_down")],
            control="network_unreachable",
        ),
        {"dns": N, "tcp": F},
    ),
)

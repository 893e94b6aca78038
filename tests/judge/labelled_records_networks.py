"""Labelled records of web_connectivity in networks of many makes: translators, hotspots, slow lines, proxies, wrong clocks."""

from tests.judge.certificates import certificate
from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    A2,
    E80,
    E443,
    F443,
    FINE,
    FINE_PLAIN,
    FOUND_5,
    HELPED_5,
    HETZNER,
    HOST,
    I443,
    ISP,
    ISP_ASN,
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
    HOSTNAME,
    INVALID,
    NO_ROUTE,
    NXDOMAIN,
    PAPER,
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

LETS_ENCRYPT = {"C": "US", "O": "Let's Encrypt", "CN": "E6"}
FIRST, SECOND = ("depth=0", "fetch_body=true"), ("depth=1", "fetch_body=true")
SIXTY_FOUR = "64:ff9b::5fd9:a3f6"  # 95.217.163.246 behind the well-known prefix of RFC 6052
OWN_PREFIX = "2a02:d8:0:64::5fd9:a3f6"
CLOUD, CLOUD_ASN = "104.21.48.201", 13335
BEHIND_CLOUD = helper(
    [CLOUD, "172.67.152.77"],
    {f"{CLOUD}:443": None},
    PAPER,
    shaken={f"{CLOUD}:443": None},
    places={CLOUD: CLOUD_ASN, "172.67.152.77": CLOUD_ASN},
)
FELLOW = "https://cdn.morning-paper-assets.com/"
UNDER_ATTACK = answer(
    503, "Just a moment...", length=9_800, headers={"Server": "cloudflare", "CF-RAY": "8a1b", "Content-Type": "text/html"}
)
AKAMAI_DENIES = answer(
    403,
    "Access Denied",
    length=380,
    text="You don't have permission to access this server. Reference #18.2d351ab8",
    headers={"Server": "AkamaiGHost", "Mime-Version": "1.0", "Content-Type": "text/html"},
)
PUNY = "xn--80aaoatf1b3bh.xn--p1ai"
CYRILLIC = "http://деньоткрытий.рф/"


def translated(address: str, failed: str | None = None) -> Record:
    """A page over https in a network of IPv6 alone, whose resolver makes addresses for sites of IPv4."""
    endpoint = f"[{address}]:443"
    return safe_5(
        queries=[asked(HOST, f"{address}@0", A), asked(HOST, A, engine="udp"), asked(HOST, address, engine="udp", kind="AAAA")],
        tcp=[opened(endpoint), opened(E443, NO_ROUTE)],
        tls=[shaken(HOST, endpoint, failed)],
        requests=[] if failed else [fetched(SAFE, PAPER, endpoint=endpoint)],
        control=helper(
            [A],
            {E443: None, endpoint: NO_ROUTE},
            PAPER,
            shaken={E443: None},
            places={A: HETZNER},
        ),
    )


def frozen(record: Record, after: int) -> Record:
    """The record with its connection's bytes counted until they stop."""
    number = record["test_keys"]["requests"][0].setdefault("transaction_id", 50_000)
    events = [
        {
            "address": E443,
            "failure": None,
            "num_bytes": min(after, 4_000 * turn),
            "operation": "bytes_received_cumulative",
            "proto": "tcp",
            "t0": 0.3 + turn / 4,
            "t": 0.3 + turn / 4,
            "tags": ["depth=0"],
            "transaction_id": number,
        }
        for turn in range(40)
    ]
    record["test_keys"]["network_events"] = events
    return record


NETWORKS: tuple[Raw, ...] = (
    Raw("networks: translated by the well-known prefix", translated(SIXTY_FOUR), FINE),
    Raw("networks: translated by a prefix of its own", translated(OWN_PREFIX), FINE),
    Raw("networks: translated, and reset", translated(SIXTY_FOUR, RESET), {"dns": OK, "tcp": OK, "tls": L}),
    Raw(
        "networks: two families, the newer without a route",
        safe_5(
            queries=[asked(HOST, f"{A}@{HETZNER}", f"2a01:4f9:4b:2c::2@{HETZNER}"), UDP_GOOD],
            tcp=[opened("[2a01:4f9:4b:2c::2]:443", NO_ROUTE), opened(E443)],
        ),
        FINE,
    ),
    Raw(
        "networks: log-in of a hotspot in place of the page",
        plain(led("http://10.5.50.1/login?dst=http%3A%2F%2Fwww.morning-paper.net%2F")),
        {"dns": OK, "tcp": OK, "http": F},
    ),
    Raw(
        "networks: log-in of a gateway with its parameters",
        plain(led("http://login.hotelnet.example:3990/prelogin?res=notyet&uamip=10.1.0.1&uamport=3990&mac=AA-BB&userurl=x")),
        {"dns": OK, "tcp": OK, "http": F},
    ),
    Raw(
        "networks: bytes at the pace of a telephone line",
        slowed(safe_5(requests=[fetched(SAFE, PAPER, endpoint=E443) | {"transaction_id": 77}]), 6_000, 12.0),
        FINE | {"http": T},
    ),
    Raw(
        "networks: a slow server that then sends swiftly",
        slowed(safe_5(requests=[fetched(SAFE, PAPER, endpoint=E443) | {"transaction_id": 78}]), 400_000, 1.0, pause=9.0),
        FINE,
    ),
    Raw(
        "networks: silent after sixteen kilobytes",
        frozen(safe_5(requests=[fetched(SAFE, TIMEOUT, endpoint=E443)]), 16_384),
        FINE | {"http": L},
    ),
    Raw(
        "networks: cyrillic name, asked for in ASCII",
        visit(
            CYRILLIC,
            V4,
            queries=[asked(PUNY, f"{A}@{HETZNER}", tags=None)],
            tcp=[opened(E80, tags=None)],
            requests=[fetched(CYRILLIC, PAPER, tags=None)],
            control=helper([A], {E80: None}, PAPER),
        ),
        FINE_PLAIN,
    ),
    Raw(
        "networks: cyrillic name, which the helper could not read",
        visit(
            CYRILLIC,
            V4,
            queries=[asked(PUNY, f"{A}@{HETZNER}", tags=None)],
            tcp=[opened(E80, tags=None)],
            requests=[fetched(CYRILLIC, PAPER, tags=None)],
            control=helper(NXDOMAIN, {E80: None}, "dns_lookup_error"),
        ),
        {"dns": N, "tcp": OK, "http": N},
    ),
    Raw(
        "networks: cyrillic name denied",
        visit(
            CYRILLIC,
            V5,
            queries=[asked(PUNY, failed=NXDOMAIN), asked(PUNY, failed=NXDOMAIN, engine="udp")],
            tcp=[opened(E80)],
            requests=[fetched(CYRILLIC, PAPER, endpoint=E80)],
            control=helper([A], {E80: None}, PAPER, shaken={}, places={A: HETZNER}),
        ),
        FINE_PLAIN | {"dns": L},
    ),
    Raw(
        "networks: the site's certificate ran out, for everybody",
        safe_5(
            tls=[shaken(HOST, E443, INVALID, shown=[certificate(LETS_ENCRYPT)])],
            requests=[],
            control=helper([A], {E443: None}, INVALID, shaken={E443: INVALID}, places={A: HETZNER}),
        ),
        {"dns": OK, "tcp": OK, "tls": D},
    ),
    Raw(
        "networks: the site signs for itself, an older helper",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[old_handshake(AUTHORITY)],
            requests=[fetched(SAFE, AUTHORITY, tags=None)],
            control=helper([A], {E443: None}, AUTHORITY),
        ),
        {"dns": OK, "tcp": OK, "tls": D},
    ),
    Raw(
        "networks: the probe's clock is years behind",
        safe_5(
            start="2016-01-01 00:01:12",
            tls=[shaken(HOST, E443, INVALID, shown=[certificate(LETS_ENCRYPT)])],
            requests=[],
        ),
        {"dns": OK, "tcp": OK, "tls": F},
    ),
    Raw(
        "networks: the probe's clock is years ahead",
        safe_5(
            start="2099-06-01 00:01:12",
            tls=[shaken(HOST, E443, INVALID, shown=[certificate(LETS_ENCRYPT)])],
            requests=[],
        ),
        {"dns": OK, "tcp": OK, "tls": F},
        rules=("tls.clock_ahead",),
    ),
    Raw(
        "networks: an issuer nobody knows",
        safe_5(tls=[shaken(HOST, E443, AUTHORITY, shown=[certificate({"CN": "proxy.isp.example"})])], requests=[]),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "networks: a state's root",
        safe_5(
            tls=[shaken(HOST, E443, AUTHORITY, shown=[certificate({"C": "KZ", "CN": "Qaznet Trust Network"})])], requests=[]
        ),
        {"dns": OK, "tcp": OK, "tls": B},
    ),
    Raw(
        "networks: the next hop is reset",
        visit(
            PLAIN,
            V5,
            queries=[*FOUND_5, asked("morning-paper.net", f"{A2}@{HETZNER}", tags=("depth=1",))],
            tcp=[opened(E80), opened(F443, tags=("depth=1",))],
            tls=[shaken("morning-paper.net", F443, RESET, tags=("depth=1",))],
            requests=[fetched(PLAIN, led("https://morning-paper.net/"), endpoint=E80, tags=FIRST)],
            control=HELPED_5,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "networks: the next hop's name is denied, an older probe",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[fetched(FELLOW, NXDOMAIN, tags=None), fetched(PLAIN, led(FELLOW), tags=None)],
            control=helper([A], {E80: None}, PAPER),
        ),
        {"dns": L, "tcp": OK},
    ),
    Raw(
        "networks: the third hop falls silent after its hello",
        visit(
            PLAIN,
            V5,
            queries=[
                *FOUND_5,
                asked("cdn.morning-paper-assets.com", f"{CLOUD}@{CLOUD_ASN}", tags=("depth=2",)),
            ],
            tcp=[opened(E80), opened(E443, tags=("depth=1",)), opened(f"{CLOUD}:443", tags=("depth=2",))],
            tls=[
                shaken(HOST, E443, tags=("depth=1",)),
                shaken("cdn.morning-paper-assets.com", f"{CLOUD}:443", TIMEOUT, tags=("depth=2",)),
            ],
            requests=[
                fetched(SAFE, led(FELLOW), endpoint=E443, tags=SECOND),
                fetched(PLAIN, led(SAFE), endpoint=E80, tags=FIRST),
            ],
            control=helper([A], {E443: None, E80: None}, PAPER, shaken={E443: None}, places={A: HETZNER}),
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "networks: a node of the content network within the provider's own",
        safe_5(
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}"), asked(HOST, f"{ISP}@{ISP_ASN}", engine="udp"), UDP_NONE],
            tcp=[opened(I443)],
            tls=[shaken(HOST, I443)],
            requests=[fetched(SAFE, PAPER, endpoint=I443)],
            control=helper(
                ["23.52.1.9"], {"23.52.1.9:443": None, I443: None}, PAPER, shaken={I443: None}, places={"23.52.1.9": 20940}
            ),
        ),
        FINE,
    ),
    Raw(
        "networks: two content networks, the nearer one silent",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, f"{CLOUD}@{CLOUD_ASN}"), asked(HOST, f"{CLOUD}@{CLOUD_ASN}", engine="udp")],
            tcp=[opened(f"{CLOUD}:443", TIMEOUT), opened("151.101.1.57:443")],
            tls=[shaken(HOST, "151.101.1.57:443")],
            requests=[fetched(SAFE, PAPER, endpoint="151.101.1.57:443")],
            control=helper(
                ["151.101.1.57"],
                {"151.101.1.57:443": None, f"{CLOUD}:443": None},
                PAPER,
                shaken={"151.101.1.57:443": None, f"{CLOUD}:443": None},
                places={"151.101.1.57": 54113, CLOUD: CLOUD_ASN},
            ),
        ),
        FINE | {"dns": N},
        rules=("dns.unrelated",),
    ),
    Raw(
        "networks: a dead site",
        visit(
            "http://www.gone-forum.info/",
            V5,
            queries=[
                asked("www.gone-forum.info", failed=NXDOMAIN),
                asked("www.gone-forum.info", failed=NXDOMAIN, engine="udp"),
            ],
            control=helper(NXDOMAIN, {}, NXDOMAIN, shaken={}, places={}),
        ),
        {"dns": D},
    ),
    Raw(
        "networks: a dead site whose name a provider's search page answers",
        visit(
            "http://www.gone-forum.info/",
            V4,
            queries=[asked("www.gone-forum.info", "156.154.175.30@19905", tags=None)],
            tcp=[opened("156.154.175.30:80", tags=None)],
            requests=[fetched("http://www.gone-forum.info/", answer(200, "Search results", length=5_000), tags=None)],
            control=helper("dns_name_error", {"156.154.175.30:80": None}, "dns_lookup_error"),
        ),
        {"dns": N, "tcp": OK, "http": N},
    ),
    Raw(
        "networks: the helper did not answer, and the handshake was reset",
        safe_5(tls=[shaken(HOST, E443, RESET)], requests=[], control=TIMEOUT),
        {"dns": N, "tcp": OK, "tls": N},
    ),
    Raw("networks: the helper did not answer, and nothing is amiss", safe_5(control="eof_error"), FINE),
    Raw(
        "networks: the helper did not answer, and the address is not public",
        safe_5(
            queries=[asked(HOST, "10.10.34.35"), asked(HOST, "10.10.34.35", engine="udp")],
            tcp=[opened("10.10.34.35:443", TIMEOUT)],
            tls=[],
            requests=[],
            control=TIMEOUT,
        ),
        {"dns": B},
    ),
    Raw(
        "networks: addresses made up by a program of the user's, which forwards",
        safe_5(
            queries=[asked(HOST, "198.18.0.41"), UDP_NONE],
            tcp=[opened("198.18.0.41:443")],
            tls=[shaken(HOST, "198.18.0.41:443")],
            requests=[fetched(SAFE, PAPER, endpoint="198.18.0.41:443")],
        ),
        FINE,
    ),
    Raw(
        "networks: the site asks whether a human comes",
        safe_5(requests=[fetched(SAFE, UNDER_ATTACK, endpoint=E443)]),
        FINE | {"http": I},
    ),
    Raw("networks: a content network refuses in clear text", plain(AKAMAI_DENIES), {"dns": OK, "tcp": OK, "http": I}),
    Raw(
        "networks: an answer was put in before the true one",
        safe_5(
            queries=[
                asked(HOST, "31.13.94.41@32934"),
                asked(HOST, "31.13.94.41@32934", engine="udp"),
                UDP_NONE,
            ],
            x_dns_late_replies=[UDP_GOOD],
            tcp=[opened("31.13.94.41:443", TIMEOUT), opened(E443)],
            tls=[shaken(HOST, E443)],
        ),
        FINE | {"dns": B},
    ),
    Raw(
        "networks: a private address, for the helper as well",
        visit(
            "http://router.morning-paper.net/",
            V5,
            queries=[
                asked("router.morning-paper.net", "192.168.8.1"),
                asked("router.morning-paper.net", "192.168.8.1", engine="udp"),
            ],
            tcp=[opened("192.168.8.1:80", TIMEOUT)],
            control=helper(["192.168.8.1"], {"192.168.8.1:80": TIMEOUT}, TIMEOUT, shaken={}, places={}),
        ),
        {"dns": D, "tcp": D},
    ),
    Raw(
        "networks: the system ran out of files",
        safe_5(tcp=[opened(E443, "unknown_failure: dial tcp [scrubbed]: socket: too many open files")], tls=[], requests=[]),
        {"dns": OK, "tcp": F},
    ),
    Raw(
        "networks: a certificate for another name at the address of a neighbour",
        safe_5(
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}"), asked(HOST, f"{ISP}@{ISP_ASN}", engine="udp"), UDP_NONE],
            tcp=[opened(I443), opened(E443)],
            tls=[shaken(HOST, I443, HOSTNAME), shaken(HOST, E443)],
            control=helper(
                [A],
                {E443: None, I443: None},
                PAPER,
                shaken={E443: None, I443: HOSTNAME},
                places={A: HETZNER, ISP: ISP_ASN},
            ),
        ),
        FINE | {"dns": L},
    ),
    Raw(
        "networks: the origin is out of order for this visitor",
        safe_5(requests=[fetched(SAFE, answer(502, "502 Bad Gateway", length=150, headers=headed()), endpoint=E443)]),
        FINE | {"http": I},
        rules=("http.server_error",),
    ),
    Raw(
        "networks: a content network's own page of an origin out of order",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, f"{CLOUD}@{CLOUD_ASN}"), asked(HOST, f"{CLOUD}@{CLOUD_ASN}", engine="udp")],
            tcp=[opened(f"{CLOUD}:443")],
            tls=[shaken(HOST, f"{CLOUD}:443")],
            requests=[
                fetched(
                    SAFE,
                    answer(522, f"{HOST} | 522: Connection timed out", length=6_000, headers={"Server": "cloudflare"}),
                    endpoint=f"{CLOUD}:443",
                )
            ],
            control=BEHIND_CLOUD,
        ),
        FINE | {"http": I},
    ),
)

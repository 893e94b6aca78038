"""Labelled records of what networks of single countries are known to do to websites, and of what only looks like it."""

from tests.judge.certificates import certificate
from tests.judge.labelled_raw_web import Raw
from tests.judge.labelled_records_answers import old
from tests.judge.paper import A2, E443, FINE, HELPED, HETZNER, HOST, OK_OK, SAFE, UDP_NONE, V5, A, headed, led, plain, safe_5
from tests.judge.records import (
    AUTHORITY,
    EOF,
    NO_ANSWER,
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
from tests.judge.scenarios import OK, B, D, F, I, L
from tests.judge.tools import keyed

FORGED = "31.13.85.53"


def issued(**issuer: str) -> Record:
    """A handshake with the site that somebody else answered."""
    return shaken(HOST, E443, AUTHORITY, shown=[certificate(issuer)])


COUNTRIES: tuple[Raw, ...] = (
    Raw(
        "countries: forged to all questions, and the name reset at the site's own address",
        safe_5(
            queries=[asked(HOST, f"{FORGED}@32934"), asked(HOST, f"{FORGED}@32934", engine="udp"), UDP_NONE],
            tcp=[opened(f"{FORGED}:443", TIMEOUT), opened(E443, tags=())],
            tls=[shaken(HOST, E443, RESET, tags=())],
            requests=[],
        ),
        {"dns": L, "tcp": OK, "tls": L},
    ),
    Raw(
        "countries: a frame of a private address in place of the page",
        plain(
            answer(
                403,
                None,
                length=0,
                text='<title>M3-6</title><iframe src="http://10.10.34.34?type=Invalid Site"></iframe>',
                headers={},
            )
        ),
        OK_OK | {"http": B},
    ),
    Raw(
        "countries: a private address and silence",
        old([asked(HOST, "10.10.34.35", tags=None)], HELPED, tcp=[opened("10.10.34.35:443", TIMEOUT, tags=None)]),
        {"dns": B},
    ),
    Raw("countries: hello swallowed", safe_5(tls=[shaken(HOST, E443, TIMEOUT)], requests=[]), OK_OK | {"tls": L}),
    Raw(
        "countries: hello answered by the end of the stream",
        safe_5(tls=[shaken(HOST, E443, EOF)], requests=[]),
        OK_OK | {"tls": L},
    ),
    Raw("countries: a state's root", safe_5(tls=[issued(C="KZ", CN="Qaznet Trust Network")], requests=[]), OK_OK | {"tls": B}),
    Raw(
        "countries: a machine's root in Spain", safe_5(tls=[issued(CN="allot.com", O="Allot")], requests=[]), OK_OK | {"tls": B}
    ),
    Raw(
        "countries: a machine's root that nobody knows",
        safe_5(tls=[issued(CN="Transit root 4")], requests=[]),
        OK_OK | {"tls": L},
    ),
    Raw(
        "countries: a virus scanner's root",
        safe_5(tls=[issued(CN="Kaspersky Anti-Virus Personal Root Certificate", O="AO Kaspersky Lab")], requests=[]),
        OK_OK | {"tls": F},
    ),
    Raw(
        "countries: the house's own machine in place of every name",
        old([asked(HOST, "127.0.0.1", tags=None)], HELPED),
        {"dns": B},
    ),
    Raw("countries: Telkom's address", old([asked(HOST, "36.86.63.185@7713", tags=None)], HELPED), {"dns": B}),
    Raw(
        "countries: Telkom's notice",
        plain(led("http://internetpositif.uzone.id/?d=www.morning-paper.net")),
        OK_OK | {"http": B},
    ),
    Raw("countries: Indonesia's newer notice", plain(led("http://lamanlabuh.aduankonten.id/")), OK_OK | {"http": B}),
    Raw("countries: court's notice in Britain", plain(led("http://www.ukispcourtorders.co.uk/")), OK_OK | {"http": B}),
    Raw("countries: Korea's notice", plain(led("http://www.warning.or.kr/i1.html")), OK_OK | {"http": B}),
    Raw(
        "countries: Turkey's notice",
        plain(
            answer(
                200,
                None,
                length=0,
                text="5651 sayılı Kanun uyarınca bu internet sitesi erişime engellenmiştir",
                headers=headed(),
            )
        ),
        OK_OK | {"http": B},
    ),
    Raw(
        "countries: India's department",
        plain(
            answer(
                200,
                None,
                length=0,
                text="The requested URL has been blocked as per the directions received from Department of Telecommunications",
                headers=headed(),
            )
        ),
        OK_OK | {"http": B},
    ),
    Raw(
        "countries: Russia's register over another's page",
        plain(
            answer(
                200,
                "Доступ ограничен",
                length=0,
                text='<a href="http://eais.rkn.gov.ru/">Единый реестр</a> доступ к ресурсу заблокирован',
                headers=headed(),
            )
        ),
        OK_OK | {"http": B},
    ),
    Raw(
        "countries: denied by the provider, answered by others",
        safe_5(queries=[asked(HOST, failed=NXDOMAIN), asked(HOST, f"{A}@{HETZNER}", engine="udp")]),
        FINE | {"dns": L},
    ),
    Raw(
        "countries: refused by the provider's resolver",
        old([asked(HOST, failed="dns_refused_error", tags=None)], HELPED),
        {"dns": L},
    ),
    Raw(
        "countries: no address from the provider's resolver",
        old([asked(HOST, failed=NO_ANSWER, tags=None)], HELPED),
        {"dns": L},
    ),
    Raw("countries: requests in clear text reset by their host", plain(RESET), OK_OK | {"http": L}),
    Raw("countries: requests in clear text swallowed", plain(TIMEOUT), OK_OK | {"http": L}),
    # what only looks like it
    Raw(
        "countries: a bank that trusts its state's root, refused by all",
        safe_5(
            tls=[issued(C="RU", CN="Russian Trusted Sub CA", O="The Ministry of Digital Development")],
            requests=[],
            control=helper([A], {E443: None}, AUTHORITY, shaken={E443: AUTHORITY}, places={A: HETZNER}),
        ),
        OK_OK | {"tls": D},
    ),
    Raw(
        "countries: a site that serves its own country only",
        plain(answer(403, "403 Forbidden", length=150, headers=headed(Server="nginx"))),
        OK_OK | {"http": I},
    ),
    Raw(
        "countries: a site that serves its own country only, by silence for the helper",
        safe_5(control=helper([A], {E443: TIMEOUT}, TIMEOUT, shaken={}, places={A: HETZNER})),
        FINE,
    ),
    Raw(
        "countries: the domain was given up",
        safe_5(
            queries=[asked(HOST, failed=NXDOMAIN), asked(HOST, failed=NXDOMAIN, engine="udp")],
            tcp=[],
            tls=[],
            requests=[],
            control=helper(NXDOMAIN, {}, "dns_lookup_error", shaken={}, places={}),
        ),
        {"dns": D},
    ),
    Raw(
        "countries: the server was switched off",
        safe_5(
            tcp=[opened(E443, TIMEOUT)],
            tls=[],
            requests=[],
            control=helper([A], {E443: TIMEOUT}, TIMEOUT, shaken={}, places={A: HETZNER}),
        ),
        {"dns": OK, "tcp": D},
    ),
    Raw(
        "countries: a page about blocking, over https",
        safe_5(
            requests=[
                fetched(
                    SAFE,
                    answer(200, "Morning paper", length=0, text='How it works: <iframe src="http://10.10.34.34?type=x">'),
                    endpoint=E443,
                )
            ]
        ),
        FINE,
    ),
    Raw(
        "countries: moved to another hoster, whom the helper met first",
        visit(
            SAFE,
            V5,
            queries=[asked(HOST, f"{A2}@16276")],
            tcp=[opened(f"{A2}:443")],
            tls=[shaken(HOST, f"{A2}:443")],
            requests=[fetched(SAFE, PAPER, endpoint=f"{A2}:443")],
            control=helper(
                [A],
                {E443: None, f"{A2}:443": None},
                PAPER,
                shaken={E443: None, f"{A2}:443": None},
                places={A: HETZNER, A2: 16276},
            ),
        ),
        FINE,
    ),
    keyed(
        "countries: telegram's data centres swallowed, its web fine",
        "telegram",
        {
            "queries": [asked("web.telegram.org", "149.154.167.99@62041", engine="system", tags=None)],
            "tcp_connect": [
                opened(f"{where}:{port}", TIMEOUT, tags=None)
                for where in (
                    "149.154.175.50",
                    "149.154.167.51",
                    "149.154.175.100",
                    "149.154.167.91",
                    "149.154.171.5",
                    "95.161.76.100",
                )
                for port in (80, 443)
            ]
            + [opened("149.154.167.99:443", tags=None)],
            "tls_handshakes": [shaken("web.telegram.org", "149.154.167.99:443", tags=None)],
            "requests": [fetched("https://web.telegram.org/", answer(200, "Telegram Web", length=3_000), tags=None)],
        },
        "telegram/dc_pool",
        {"tcp": L},
        version="0.3.1",
    ),
)

"""Labelled records of walls against robots, of pages that a server answers otherwise each time, and of what stays undecided."""

from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import E80, E443, FINE, FINE_PLAIN, OK_OK, OLD_GOOD, PLAIN, SAFE, V4, A, headed, plain, safe_5
from tests.judge.records import PAPER, Record, answer, fetched, helper, opened, visit
from tests.judge.scenarios import F, I, L, N

CHALLENGE = answer(200, "Just a moment...", length=6_000, headers=headed(Server="cloudflare", CF_Mitigated="challenge"))


def walled(name: str, page: Record) -> Raw:
    """A wall in clear text where the helper got the page."""
    return Raw(f"walls: {name}", plain(page), OK_OK | {"http": I})


WALLS: tuple[Raw, ...] = (
    walled("a challenge with status 200", CHALLENGE),
    walled(
        "a challenge with status 202",
        answer(202, None, length=2_000, headers=headed(Server="CloudFront", X_Amzn_Waf_Action="challenge")),
    ),
    walled("a question whether one is a robot", answer(200, "Are you a robot?", length=3_000, headers=headed(Server="nginx"))),
    walled("a check of the browser", answer(200, "DDoS-Guard", length=1_100, headers=headed(Server="ddos-guard"))),
    walled(
        "a frame of a wall without a title", answer(200, None, length=850, headers=headed(X_Iinfo="9-1234", X_CDN="Imperva"))
    ),
    walled("a wall that knows devices", answer(403, "morning-paper.net", length=700, headers=headed(X_DataDome="protected"))),
    walled("too many requests", answer(429, "Too many", length=80, headers=headed(Server="cloudflare"))),
    Raw("walls: a challenge over https", safe_5(requests=[fetched(SAFE, CHALLENGE, endpoint=E443)]), FINE | {"http": I}),
    Raw("walls: a challenge for both", plain(CHALLENGE, control=helper([A], {E80: None}, CHALLENGE)), FINE_PLAIN),
    Raw(
        "walls: a page about robots",
        plain(answer(200, "Morning paper: security check at the airport", length=23_000)),
        FINE_PLAIN,
    ),
    Raw(
        "walls: a notice of the same server's name",
        plain(answer(200, "Access restricted", length=900, headers=headed(Server="cloudflare"))),
        OK_OK | {"http": L},
    ),
    walled("a refusal without a name", answer(403, None, length=0, headers=headed())),
    walled("a refusal in one word", answer(403, None, length=0, text="Forbidden", headers={})),
    Raw(
        "walls: a refusal at length, without a name",
        plain(answer(403, None, length=900, text="By order of the ministry", headers={})),
        OK_OK | {"http": L},
    ),
    *(
        walled(title.lower(), answer(status, title, length=4_000, headers={}))
        for title, status in (
            ("Robot Check", 200),
            ("Human Verification", 200),
            ("One moment, please...", 200),
            ("Request Rejected", 200),
            ("Access to this page has been denied.", 403),
            ("Sucuri WebSite Firewall - Access Denied", 403),
            ("Bot Verification", 200),
            ("Making sure you're not a bot!", 200),
            ("Вы не робот?", 200),
            ("安全验证", 200),
        )
    ),
    Raw(
        "walls: a redirect onto the site's own https",
        plain(answer(301, None, length=0, headers={}, to=SAFE)),
        OK_OK | {"http": N},
    ),
    Raw("walls: nothing changed since", plain(answer(304, None, length=0, headers=headed())), OK_OK | {"http": N}),
    Raw(
        "walls: plain text to a port of https",
        plain(answer(400, "400 The plain HTTP request was sent to HTTPS port", length=250, headers=headed(Server="nginx"))),
        OK_OK | {"http": I},
    ),
    Raw("walls: maintenance with the site's headers", plain(answer(503, "Back soon", length=900)), OK_OK | {"http": I}),
    Raw(
        "walls: log-in wanted by the site",
        plain(answer(401, "401 Authorization Required", length=180, headers=headed(Server="nginx"))),
        OK_OK | {"http": I},
    ),
    Raw(
        "walls: a proxy wants a log-in",
        plain(answer(407, "Proxy Authentication Required", length=800, headers=headed(Proxy_Authenticate="Basic"))),
        OK_OK | {"http": F},
        rules=("http.proxy_login",),
    ),
    Raw(
        "walls: the same picture",
        visit(
            "http://www.morning-paper.net/logo.png",
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[
                fetched(
                    "http://www.morning-paper.net/logo.png",
                    answer(200, None, length=9_000, headers=headed(Content_Type="image/png")),
                    tags=None,
                )
            ],
            control=helper([A], {E80: None}, answer(200, None, length=9_000, headers=headed(Content_Type="image/png"))),
        ),
        FINE_PLAIN,
    ),
    Raw("walls: the same page with other headers", plain(answer(headers=headed(Server="Apache"))), FINE_PLAIN),
    Raw(
        "walls: page of a mirror with a longer name",
        visit(
            PLAIN,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[
                fetched(
                    "http://m.morning-paper.net/",
                    answer(200, "Morning paper mobile", length=4_000, headers=headed()),
                    tags=None,
                ),
                fetched(PLAIN, answer(302, None, length=0, headers={}, to="http://m.morning-paper.net/"), tags=None),
            ],
            control=helper([A], {E80: None}, PAPER),
        ),
        FINE_PLAIN,
    ),
)

"""Labelled records of pages that are alike by chance, and of pages that are the site's though little of them is alike."""

from admittance.model.vocabulary import State
from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import E80, OK_OK, A, headed, plain
from tests.judge.records import PAPER_HEADERS, Record, answer, helper
from tests.judge.scenarios import OK, I, L, N

SMALL = answer(200, "Morning paper", length=1_000, headers=headed(Server="nginx"))
BARE = headed(Server="Apache")


def beside(name: str, page: Record, control: Record, state: State) -> Raw:
    """A page in clear text beside the helper's."""
    return Raw(f"likeness: {name}", plain(page, control=helper([A], {E80: None}, control)), OK_OK | {"http": state})


def paged(title: str | None, length: int, status: int = 200, **headers: str) -> Record:
    return answer(status, title, length=length, headers=headed(**headers))


LIKENESS: tuple[Raw, ...] = (
    beside(
        "a small notice in place of a small page",
        paged("Access denied by order", 900, Server="lighttpd", X_Notice="1"),
        SMALL,
        L,
    ),
    beside(
        "a small notice in place of a small page, no header of its own",
        paged("Access denied by order", 900, Server="lighttpd"),
        SMALL,
        I,
    ),
    beside("a great page in another language", paged("Ранішняя газета", 22_000, X_Backend="2"), answer(), OK),
    beside("a great page in another language, much shorter", paged("Ранішняя газета", 9_000, X_Backend="2"), answer(), L),
    beside(
        "the same framework",
        paged("Access denied by order", 900, X_AspNet_Version="4.0", X_Powered_By="ASP.NET"),
        answer(200, "Morning paper", length=24_000, headers=headed(X_AspNet_Version="4.0", X_Powered_By="ASP.NET")),
        L,
    ),
    beside(
        "the same policy for referrers",
        paged("Access denied by order", 900, Referrer_Policy="no-referrer"),
        answer(200, "Morning paper", length=24_000, headers=headed(Referrer_Policy="origin")),
        L,
    ),
    beside("the same small page", SMALL, SMALL, OK),
    beside("a small page that grew", paged("Morning paper", 2_500, Server="nginx"), SMALL, OK),
    beside("two pages without titles of like length", paged(None, 900, Server="nginx"), paged(None, 1_000, Server="nginx"), OK),
    beside(
        "two pages without titles of unlike length", paged(None, 300, Server="nginx"), paged(None, 9_000, Server="nginx"), I
    ),
    beside("a title in place of none", paged("Site blocked", 900, Server="nginx"), paged(None, 9_000, X_App="1"), L),
    beside(
        "a title in place of none, of like length",
        paged("Welcome", 8_000, Server="nginx"),
        paged(None, 9_000, Server="nginx"),
        OK,
    ),
    beside(
        "both refused alike",
        paged("403 Forbidden", 150, 403, Server="nginx"),
        paged("403 Forbidden", 150, 403, Server="nginx"),
        OK,
    ),
    beside(
        "both not found, each by its own page",
        paged("Not here", 900, 404, Server="nginx"),
        paged("Page missing", 4_000, 404, Server="nginx"),
        I,
    ),
    beside(
        "the helper met an error of the server", paged("Morning paper", 24_000), paged("500 Internal Server Error", 200, 500), N
    ),
    beside("the server failed for the probe", paged("500 Internal Server Error", 200, 500), answer(), I),
    beside("an empty page for both", answer(200, None, length=0, headers=BARE), answer(200, None, length=0, headers=BARE), OK),
    beside("a page in place of an empty one", paged("Site blocked", 900), answer(200, None, length=0, headers=BARE), I),
    beside("capitals and spaces in the title", paged("  MORNING   PAPER ", 5_000), answer(), OK),
    beside("one long word of the title in common", paged("Evening paper", 5_000), answer(), OK),
    beside("headers of the site alone", answer(200, "Ранішняя", length=3_000, headers=PAPER_HEADERS), answer(), OK),
    beside("headers of the site with another status", answer(404, "Няма", length=3_000, headers=PAPER_HEADERS), answer(), I),
)

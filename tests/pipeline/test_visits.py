"""Institutions' pages are visited politely, once; what cannot be read is never taken for gone. The server is on loopback."""

import csv
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from admittance.catalog import Catalog
from admittance.errors import InputError
from admittance.lake import Lake
from admittance.model.vocabulary import Gate, State
from admittance.pipeline.fetching import Fetcher, Reach
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from admittance.pipeline.visits import Page, VisitReport, pages_listed, visible_text, visit
from admittance.surface.queries import cards
from tests.pipeline.conftest import clock as ingest_clock

START = datetime(2024, 3, 1, 10, tzinfo=UTC)
PAGES: dict[str, tuple[int, str]] = {
    "/robots.txt": (200, "User-agent: *\nDisallow: /private\nCrawl-delay: 4\n"),
    "/exampleuniv": (200, "<html><title>Example University</title><script>suspended</script><p>Posts</p></html>"),
    "/withheld": (200, "<p>This account is not available in your region.</p>"),
    "/legal": (451, "<p>Unavailable</p>"),
    "/broken": (503, "<p>Down</p>"),
    "/refused": (403, "<p>No</p>"),
}
RETRY_AFTER: dict[str, str] = {}  # by path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked: list[str] = self.server.asked  # type: ignore[attr-defined]
        asked.append(self.path)
        status, body = PAGES.get(self.path, (404, "<p>Nothing here</p>"))
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if self.path in RETRY_AFTER:
            self.send_header("Retry-After", RETRY_AFTER[self.path])
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


class Site(ThreadingHTTPServer):
    asked: list[str]


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Day:
    """A clock that goes on by a second whenever it is looked at, and by what is slept."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def address(site: Site, path: str) -> str:
    return f"http://127.0.0.1:{site.server_port}{path}"


def go(site: Site, table: Path, day: Day, *paths: str, pause: float = 2.0, country: str = "RU") -> VisitReport:
    pages = [Page("Example University", address(site, path), "") for path in paths]
    fetcher = Fetcher(reach=Reach.LOOPBACK)
    return visit(pages, table, country=country, fetcher=fetcher, clock=day.clock, sleep=day.sleep, pause=pause)


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(newline="") as stored:
        return list(csv.DictReader(stored))


def test_what_was_seen_is_written_and_a_failure_is_not_gone(site: Site, tmp_path: Path) -> None:
    table = tmp_path / "visits.csv"
    report = go(site, table, Day(), *PAGES.keys() - {"/robots.txt"}, "/missing", "/private/x")
    seen = {row["url"].rpartition(str(site.server_port))[2]: (row["status"], row["page_text"]) for row in rows(table)}
    assert seen == {
        "/exampleuniv": ("http_200", "Example University Posts"),
        "/withheld": ("http_200", "This account is not available in your region."),
        "/legal": ("http_451", "Unavailable"),
        "/broken": ("unknown", ""),
        "/refused": ("unknown", ""),
        "/missing": ("http_404", "Nothing here"),
        "/private/x": ("unknown", ""),
    }
    assert report.visited == 7
    assert sorted(reason.partition(": ")[2] for reason in report.unread) == [
        "the server answered 403",
        "the server answered 503",
        "the site's robots.txt asks not to read this",
    ]
    assert "/private/x" not in site.asked


def test_a_site_is_left_the_longer_of_both_pauses(site: Site, tmp_path: Path) -> None:
    day = Day()
    go(site, tmp_path / "a.csv", day, "/exampleuniv", "/legal", "/missing")
    assert [round(seconds) for seconds in day.slept] == [3, 3]  # four seconds asked for, one of them gone by
    slow = Day()
    go(site, tmp_path / "b.csv", slow, "/exampleuniv", "/legal", pause=30)
    assert [round(seconds) for seconds in slow.slept] == [29]


def test_a_site_that_asks_to_be_left_alone_is(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RETRY_AFTER, "/broken", "120")
    day = Day()
    go(site, tmp_path / "a.csv", day, "/broken", "/exampleuniv", "/legal")
    assert [round(seconds) for seconds in day.slept] == [119, 3]  # as asked after the error, then at the usual pace


def test_a_site_that_asks_for_hours_is_not_waited_for(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RETRY_AFTER, "/broken", "7200")
    day, table = Day(), tmp_path / "a.csv"
    report = go(site, table, day, "/broken", "/exampleuniv", "/legal")
    assert day.slept == []
    assert [path for path in site.asked if path != "/robots.txt"] == ["/broken"]
    assert [row["status"] for row in rows(table)] == ["unknown"] * 3  # never taken for gone
    assert "the site asks for a pause of 7,1" in report.unread[1]
    day.now += timedelta(hours=3)
    assert go(site, table, day, "/exampleuniv").unread == ()


def test_a_visit_that_was_broken_off_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    table, day = tmp_path / "visits.csv", Day()
    go(site, table, day, "/exampleuniv")
    with table.open("a") as stored:
        stored.write('Example University,http://127.0.0.1/half,,RU,2024-03-01T10:00:30Z,http_200,"half\nwritten')
    site.asked.clear()
    report = go(site, table, day, "/exampleuniv", "/legal")
    assert (report.visited, report.fresh) == (1, 1)
    assert [path for path in site.asked if path != "/robots.txt"] == ["/legal"]
    assert [row["status"] for row in rows(table)] == ["http_200", "http_451"]
    day.now += timedelta(days=1)
    assert go(site, table, day, "/exampleuniv").visited == 1
    assert go(site, table, day, "/exampleuniv", country="TR").visited == 1


def test_what_could_not_be_read_is_asked_for_again(site: Site, tmp_path: Path) -> None:
    table, day = tmp_path / "visits.csv", Day()
    for _ in range(2):
        assert go(site, table, day, "/broken").visited == 1
    assert [row["status"] for row in rows(table)] == ["unknown", "unknown"]


def test_a_table_of_another_kind_is_left_alone(site: Site, tmp_path: Path) -> None:
    table = tmp_path / "other.csv"
    table.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no table of visits"):
        go(site, table, Day(), "/exampleuniv")
    assert table.read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("url\nhttps://social.example/x\n", "no column institution"),
        ("institution,url\n,https://social.example/x\n", "line 2: no institution"),
        ("institution,url\nExample,social.example/x\n", "line 2: no http or https address"),
        ("institution,url\nExample,http://[bad\n", "line 2: no address"),
        ("", "no column institution, url"),
    ],
)
def test_a_list_names_institutions_and_addresses(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=told):
        pages_listed(path)


def test_a_list_names_each_address_once(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("institution,url\nExample,https://social.example/x\nExample,https://social.example/x\n", "utf-8-sig")
    assert pages_listed(path) == [Page("Example", "https://social.example/x", "")]


@pytest.mark.parametrize("piece", [b"<!--", b"<![", b"<a ", b"<", b"&", b"<script>", b"<div>", b"\xff\x00"])
def test_a_hostile_page_takes_no_time(piece: bytes) -> None:
    assert len(visible_text(piece * (2**21 // len(piece)), "no-such-charset")) <= 4_000


def test_visits_become_episodes(site: Site, tmp_path: Path, lake: Lake, catalog: Catalog) -> None:
    table, day = tmp_path / "visits.csv", Day()
    for number in range(4):
        PAGES["/exampleuniv2"] = (200, "<p>Example University</p>") if number < 2 else PAGES["/withheld"]
        go(site, table, day, "/exampleuniv2")
        day.now += timedelta(days=1)
    ingest(lake, "accounts", [table], clock=ingest_clock)
    assert run(lake).episodes == 1
    (card,) = cards(lake.snapshot(), catalog, catalog.find_subject("institution:Example University"))
    line = next(line for line in card.gates if line.gate is Gate.CONTENT)
    (episode,) = line.episodes
    assert (line.state, episode.mechanism, episode.end) == (State.BLOCKED, "content.withheld", None)
    assert episode.onset_earliest is not None
    assert timedelta(hours=20) < episode.onset_latest - episode.onset_earliest < timedelta(hours=28)

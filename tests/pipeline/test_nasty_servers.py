"""Both crawls against a server that answers in every wrong way: nothing is taken for an absence, and all is asked for again."""

import csv
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from admittance.pipeline.crawl import CrawlReport, crawl_appstore
from admittance.pipeline.fetching import Fetcher, Reach
from admittance.pipeline.visits import Page, VisitReport, visit

APPS = ("1", "2", "3")
LISTED = ("1", "3")  # of these apps, everywhere
SECONDS = 0.3
LARGEST = 4_096

FAULTS = (
    "slow",
    "drip",
    "silent",
    "429",
    "503",
    "inside",
    "round",
    "short",
    "huge",
    "endless",
    "garbage",
)
"""What is wrong with any answer."""

LOOKUP_FAULTS = ("html", "wrong ids", "miscounted", "cut json", "a list", "numbers as text", "deep", "empty")
"""What is wrong with an answer of the lookup that comes whole."""


def results(*ids: str) -> list[dict[str, object]]:
    return [{"trackId": int(app), "trackName": f"App {app}"} for app in ids]


def lookup(ids: list[str], fault: str | None) -> bytes:
    found = results(*(app for app in ids if app in LISTED))
    whole = json.dumps({"resultCount": len(found), "results": found}).encode()
    return {
        "html": b"<!DOCTYPE html><title>Service Unavailable</title>",
        "wrong ids": json.dumps({"resultCount": 1, "results": results("999")}).encode(),
        "miscounted": json.dumps({"resultCount": 3, "results": found}).encode(),
        "cut json": whole[:-9],
        "a list": b"[]",
        "numbers as text": whole.replace(b'"trackId": 1', b'"trackId": "one"'),
        "deep": b'{"resultCount": 0, "results": ' + b"[" * 3_000,
        "empty": b"",
    }.get(fault or "", whole)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Nasty = self.server  # type: ignore[assignment]
        server.asked.append(self.path)
        fault = server.faults.pop(0) if server.faults else None
        with suppress(OSError):
            if self.path.startswith("/lookup"):
                self._answer(lookup(parse_qs(urlsplit(self.path).query)["id"][0].split(","), fault), "text/javascript", fault)
            else:
                self._answer(b"<title>Example University</title><p>Posts</p>", "text/html", fault)

    def _answer(self, content: bytes, kind: str, fault: str | None) -> None:
        if fault == "silent":
            return
        if fault == "garbage":
            self.wfile.write(b"\x00\xff\x00 not http\r\n\r\n")
            return
        if fault in ("slow", "drip"):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while fault == "drip":  # a byte now and then, so that no single wait is long
                self.wfile.write(b"x")
                self.wfile.flush()
                threading.Event().wait(SECONDS / 6)
            self.connection.recv(1)  # until the other side gives up
            return
        status = int(fault) if fault in ("429", "503") else 302 if fault in ("inside", "round") else 200
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if fault == "429":
            self.send_header("Retry-After", "40")
        if fault in ("inside", "round"):
            self.send_header("Location", "http://10.0.0.1/" if fault == "inside" else self.path)
        body = content * LARGEST if fault == "huge" else content
        if fault != "endless":
            self.send_header("Content-Length", str(len(body) + (fault == "short")))
        self.end_headers()
        self.wfile.write(body)
        while fault == "endless":
            self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


class Nasty(ThreadingHTTPServer):
    daemon_threads = True
    asked: list[str]
    faults: list[str]  # of the next answers, in turn; then all is well


@pytest.fixture
def server() -> Iterator[Nasty]:
    nasty = Nasty(("127.0.0.1", 0), Handler)
    nasty.asked, nasty.faults = [], []
    thread = threading.Thread(target=nasty.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield nasty
    nasty.shutdown()
    thread.join()
    nasty.server_close()


class Day:
    """A clock that goes on by what is waited."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


def fetcher() -> Fetcher:
    return Fetcher(reach=Reach.LOOPBACK, polite=False, seconds=SECONDS, largest=LARGEST)


def crawl(server: Nasty, to: Path, day: Day) -> CrawlReport:
    return crawl_appstore(
        APPS,
        ("CN", "US"),
        to,
        ask=fetcher().answer,
        clock=lambda: day.now,
        wait=day.wait,
        endpoint=f"http://127.0.0.1:{server.server_port}/lookup",
    )


def told(table: Path) -> list[tuple[str, str, str]]:
    lines = [json.loads(line) for line in table.read_text().splitlines()]
    return [(line["country"], line["app_id"], line["status"]) for line in lines]


RIGHT = {(country, app, "listed" if app in LISTED else "not_listed") for country in ("CN", "US") for app in APPS}


@pytest.mark.parametrize("fault", [*FAULTS, *LOOKUP_FAULTS])
def test_a_lookup_that_goes_wrong_once_is_asked_for_again(server: Nasty, tmp_path: Path, fault: str) -> None:
    server.faults = [fault] * 6 if fault == "round" else [fault]
    day = Day()
    report = crawl(server, tmp_path / "apps.jsonl", day)
    assert set(told(tmp_path / "apps.jsonl")) == RIGHT
    assert (report.unknown, report.left, report.calls) == (0, 0, 3)
    assert max(day.waits) == (40 if fault == "429" else 5)
    assert all(wait >= 3 for wait in day.waits)  # never faster than twenty calls a minute


@pytest.mark.parametrize("fault", ["503", "html", "short", "inside", "wrong ids"])
def test_a_lookup_that_stays_wrong_is_no_absence_and_the_next_crawl_mends_it(server: Nasty, tmp_path: Path, fault: str) -> None:
    table = tmp_path / "apps.jsonl"
    server.faults = [fault] * 5  # as often as it is tried
    first = crawl(server, table, Day())
    assert {status for country, _, status in told(table) if country == "CN"} == {"unknown"}
    assert (first.unknown, first.listed, first.not_listed) == (3, 2, 1)
    again = crawl(server, table, Day())
    assert (again.already, again.calls, again.unknown) == (3, 1, 0)
    assert {line for line in told(table) if line[2] != "unknown"} == RIGHT


def go(server: Nasty, table: Path, day: Day, pages: int) -> VisitReport:
    listed = [Page("Example University", f"http://127.0.0.1:{server.server_port}/exampleuniv/{n}", "") for n in range(pages)]
    return visit(listed, table, country="RU", fetcher=fetcher(), clock=lambda: day.now, sleep=day.wait)


def test_a_page_that_cannot_be_had_is_never_gone_and_is_visited_again(server: Nasty, tmp_path: Path) -> None:
    faults = [fault for fault in FAULTS if fault != "round"]
    table, day = tmp_path / "visits.csv", Day()
    server.faults = list(faults)
    first = go(server, table, day, len(faults) + 1)
    with table.open(newline="") as stored:
        rows = list(csv.DictReader(stored))
    assert [row["status"] for row in rows] == ["unknown"] * len(faults) + ["http_200"]
    assert [row["page_text"] for row in rows[:-1]] == [""] * len(faults)
    assert len(first.unread) == len(faults)
    assert all(wait >= 10 for wait in day.waits)
    assert max(day.waits) > 30  # what was asked for was kept
    again = go(server, table, day, len(faults) + 1)
    assert (again.visited, again.fresh, again.unread) == (len(faults), 1, ())
    with table.open(newline="") as stored:
        assert {row["status"] for row in list(csv.DictReader(stored))[len(faults) :]} == {"http_200"}

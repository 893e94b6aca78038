"""Asking the App Store: what an answer means, pace, tries, and going on after a kill. Answers are in the shape of Apple's."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from admittance.errors import InputError
from admittance.pipeline.crawl import GIVE_UP_AFTER, TRIES, CrawlReport, app_ids_of, crawl_appstore
from admittance.pipeline.fetching import Fetched

START = datetime(2026, 3, 1, tzinfo=UTC)
LISTED = {"cn": {"1"}, "us": {"1", "2", "3"}, "de": {"1", "2"}}


def answer(country: str, ids: list[str]) -> bytes:
    """An answer as Apple gives it, cut down to what is read and some of what is not."""
    results = [
        {"wrapperType": "software", "kind": "software", "trackId": int(app), "trackName": f"App {app}", "bundleId": f"x.{app}"}
        for app in ids
        if app in LISTED.get(country, set())
    ]
    return f"\n\n\n{json.dumps({'resultCount': len(results), 'results': results})}".encode()


class Store:
    """A store that answers, in a time of its own."""

    def __init__(self, fail: Callable[[int, str], tuple[int, bytes] | None] = lambda call, country: None) -> None:
        self.now, self.waits, self.asked = START, [0.0], list[tuple[str, list[str]]]()
        self._fail = fail
        self.retry_after: dict[int, float] = {}  # by call

    def ask(self, url: str) -> Fetched:
        query = parse_qs(urlsplit(url).query)
        country, ids = query["country"][0], query["id"][0].split(",")
        self.asked.append((country, ids))
        status, content = self._fail(len(self.asked), country) or (200, answer(country, ids))
        retry_after = self.retry_after.get(len(self.asked))
        return Fetched(
            url=url, status=status, content=content, media_type="text/javascript", charset="utf-8", retry_after=retry_after
        )

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)

    def crawl(self, to: Path, apps: list[str] | None = None, countries: tuple[str, ...] = ("CN", "US", "DE")) -> CrawlReport:
        return crawl_appstore(apps or ["1", "2", "3"], countries, to, ask=self.ask, clock=lambda: self.now, wait=self.wait)


def rows(path: Path) -> list[tuple[str, str, str]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [(line["app_id"], line["country"], line["status"]) for line in lines]


def test_what_is_in_the_answer_is_listed_and_what_is_not_is_not(tmp_path: Path) -> None:
    store = Store()
    report = store.crawl(tmp_path / "t.jsonl")
    assert (report.calls, report.listed, report.not_listed, report.unknown, report.left) == (3, 6, 3, 0, 0)
    assert rows(tmp_path / "t.jsonl")[:3] == [("1", "CN", "listed"), ("2", "CN", "not_listed"), ("3", "CN", "not_listed")]
    first = json.loads((tmp_path / "t.jsonl").read_text().splitlines()[0])
    assert (first["app_title"], first["observed"], first["store"]) == ("App 1", "2026-03-01T00:00:00Z", "apple")


def test_many_apps_are_asked_for_two_hundred_at_a_time_and_never_too_fast(tmp_path: Path) -> None:
    store = Store()
    store.crawl(tmp_path / "t.jsonl", [str(number) for number in range(1, 451)], ("CN",))
    assert [len(ids) for _, ids in store.asked] == [200, 200, 50]
    assert store.waits == [0.0, 3.0, 3.0]


@pytest.mark.parametrize("failure", [(403, b""), (503, b"busy"), (200, b"<html>"), (200, b'{"resultCount":2,"results":[]}')])
def test_a_call_that_fails_is_tried_again_ever_more_slowly(tmp_path: Path, failure: tuple[int, bytes]) -> None:
    store = Store(lambda call, country: failure if call <= 3 else None)
    report = store.crawl(tmp_path / "t.jsonl", ["1"], ("CN",))
    assert (report.calls, report.listed, report.unknown) == (4, 1, 0)
    assert store.waits[1:] == [5.0, 10.0, 20.0]


def test_a_store_that_asks_to_be_left_alone_is(tmp_path: Path) -> None:
    store = Store(lambda call, country: (429, b"") if call <= 2 else None)
    store.retry_after = {1: 42.0, 2: 1.0}
    assert store.crawl(tmp_path / "t.jsonl", ["1"], ("CN",)).listed == 1
    assert store.waits[1:] == [42.0, 10.0]  # as asked, and no shorter than the tries do by themselves


def test_a_store_that_asks_for_hours_is_asked_no_more(tmp_path: Path) -> None:
    store = Store(lambda call, country: (503, b""))
    store.retry_after = {1: 7200.0}
    report = store.crawl(tmp_path / "t.jsonl", ["1"], ("CN", "US", "DE", "FR"))
    assert (report.calls, report.unknown, report.left) == (1, GIVE_UP_AFTER, 1)
    assert store.waits == [0.0]
    assert "7,200 seconds" in (tmp_path / "t.jsonl").read_text()


def test_what_cannot_be_read_is_unknown_and_is_asked_again_later(tmp_path: Path) -> None:
    def broken(call: int, country: str) -> tuple[int, bytes] | None:
        if country == "us":
            raise InputError("cannot be fetched (timed out)")
        return None

    to = tmp_path / "t.jsonl"
    report = Store(broken).crawl(to)
    assert (report.calls, report.unknown, report.left) == (2 + TRIES, 3, 0)
    assert {status for _, country, status in rows(to) if country == "US"} == {"unknown"}
    assert "timed out" in to.read_text()
    again = Store()
    second = again.crawl(to)
    assert [country for country, _ in again.asked] == ["us"]
    assert (second.already, second.listed, second.unknown) == (6, 3, 0)


def test_a_storefront_that_there_is_not_is_unknown_at_once(tmp_path: Path) -> None:
    def refuse(call: int, country: str) -> tuple[int, bytes] | None:
        return (400, b'{"errorMessage":"Invalid value(s) for key(s): [country]"}') if country == "cn" else None

    store = Store(refuse)
    report = store.crawl(tmp_path / "t.jsonl")
    assert (report.calls, report.unknown, report.left) == (3, 3, 0)


def test_a_store_that_no_longer_answers_is_left_alone(tmp_path: Path) -> None:
    countries = ("CN", "US", "DE", "FR", "JP")
    store = Store(lambda call, country: (403, b""))
    report = store.crawl(tmp_path / "t.jsonl", ["1"], countries)
    assert (report.calls, report.unknown, report.left) == (GIVE_UP_AFTER * TRIES, GIVE_UP_AFTER, len(countries) - GIVE_UP_AFTER)


@pytest.mark.parametrize("cut", [0, 1, 40, 120])
def test_a_crawl_cut_short_goes_on_where_it_stopped(tmp_path: Path, cut: int) -> None:
    class Killed(BaseException):
        """The end of the process."""

    def die(call: int, country: str) -> tuple[int, bytes] | None:
        if call == 2:
            raise Killed
        return None

    to = tmp_path / "t.jsonl"
    with pytest.raises(Killed):
        Store(die).crawl(to)
    to.write_bytes(to.read_bytes()[: -cut or None])
    store = Store()
    store.crawl(to)
    whole = rows(to)
    assert len(whole) == len({(app, country) for app, country, _ in whole}) == 9
    assert ("cn" in {country for country, _ in store.asked}) is (cut > 0)


@pytest.mark.parametrize("content", [b"my notes", b"my notes\n", b'{"a":1}\n', b"x" * 100_000])
def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    to = tmp_path / "t.jsonl"
    to.write_bytes(content)
    with pytest.raises(InputError, match="something else than a crawl"):
        Store().crawl(to)
    assert to.read_bytes() == content


def test_an_answer_about_other_apps_says_nothing(tmp_path: Path) -> None:
    other = json.dumps({"resultCount": 1, "results": [{"trackId": 99, "trackName": "Other"}]}).encode()
    report = Store(lambda call, country: (200, other)).crawl(tmp_path / "t.jsonl", ["1"], ("CN",))
    assert (report.not_listed, report.unknown) == (0, 1)


def test_a_list_of_apps_is_a_line_each() -> None:
    assert app_ids_of("# VPNs\n\n955626407 PIA\n1276263909,Psiphon\n955626407\n") == ["955626407", "1276263909"]
    for text, told in (("", "names no app"), ("com.example", "line 1"), ("1\n２\n", "line 2"), ("9" * 21, "line 1")):
        with pytest.raises(InputError, match=told):
            app_ids_of(text)

"""Each publisher's table, what its dates become, and rubbish in every column."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admittance.errors import InputError
from admittance.model.tables import rows_of
from admittance.model.testimony import Testimony
from admittance.sources import Batch, Selection

SHARED = Path(__file__).parents[4] / "shared" / "data"
SHARES = "title,blocked_last_30_days,changed\n"
CHANGES = "date,author_time,op,domain,commit\n"
SPANS = "domain,first_seen,last_seen,days_seen,days_measured_in_span\n"
COUNTS = "date,n_censored,added,dropped\n"
TAKEN = datetime(2020, 2, 22, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(read_bytes: Callable[..., Batch], text: str, **options: object) -> list[Testimony]:
    batch = read_bytes("monitors", text.encode(), **options)
    assert batch.rejects.is_empty()
    return rows_of(Testimony, batch.testimonies)


def test_shares_speak_of_the_thirty_days_before_the_list_was_taken(read_bytes: Callable[..., Batch]) -> None:
    text = f"{SHARES}https://zh.example.org/a,97,2019-10-10 15:12:29\n某人,33,2020-02-22 19:24:25\n"
    url, keyword = read(read_bytes, text, observed=TAKEN)
    assert (url.publisher, url.kind, url.gate, url.country) == ("greatfire", "share", "network", "CN")
    assert (url.item, url.host, url.domain, url.percent) == ("https://zh.example.org/a", "zh.example.org", "example.org", 97)
    assert (url.since, url.until) == (day("2020-01-24"), day("2020-02-23"))
    assert url.changed == datetime(2019, 10, 10, 15, 12, 29, tzinfo=UTC)
    assert (keyword.gate, keyword.item, keyword.host) == ("content", "某人", None)


def test_the_day_of_a_list_stands_in_its_name(read_file: Callable[..., Batch], tmp_path: Path) -> None:
    path = tmp_path / "censored_urls_2020-02-22.csv"
    path.write_text(f"{SHARES}https://example.org,97,\n")
    (row,) = rows_of(Testimony, read_file("monitors", path).testimonies)
    assert row.until == day("2020-02-23")


def test_a_list_without_a_day_says_what_to_do(read_bytes: Callable[..., Batch]) -> None:
    with pytest.raises(InputError, match="--observed DATE"):
        read_bytes("monitors", f"{SHARES}https://example.org,97,\n".encode())


def test_changes_become_moments_in_utc(read_bytes: Callable[..., Batch]) -> None:
    rows = read(
        read_bytes,
        f"{CHANGES}2009-02-24,2009-02-24T21:18:32+00:00,initial,Example.com,aa\n"
        "2021-04-19,2021-04-19T19:12:47-04:00,add,chat.example.org,bb\n"
        "2022-01-01,2022-01-01T00:00:00Z,del,chat.example.org,cc\n"
        "2022-01-01,2022-01-01T00:00:00Z,add,@video.example.org,cc\n",
    )
    assert [row.kind for row in rows] == ["listed", "listed", "delisted", "exempted"]
    assert (rows[1].host, rows[1].domain, rows[1].reference) == ("chat.example.org", "example.org", "bb")
    assert (rows[1].since, rows[1].until) == (datetime(2021, 4, 19, 23, 12, 47, tzinfo=UTC), None)
    assert (rows[0].host, rows[3].host) == ("example.com", "video.example.org")


def test_a_pattern_of_no_one_name_is_kept_without_a_host(read_bytes: Callable[..., Batch]) -> None:
    lines = [f"x,2021-04-19T00:00:00Z,add,{text},c\n" for text in ("example.", "203.0.113.9:8898", "bücher.example")]
    rows = read(read_bytes, CHANGES + "".join(lines))
    assert [row.host for row in rows] == [None, "203.0.113.9", "xn--bcher-kva.example"]


def test_spans_and_counts_are_whole_days(read_bytes: Callable[..., Batch]) -> None:
    (span,) = read(read_bytes, f"{SPANS}news.example.org,2023-11-24,2025-03-31,240,243\n")
    assert (span.publisher, span.kind, span.since, span.until) == ("gfw-report", "span", day("2023-11-24"), day("2025-04-01"))
    assert (span.days, span.days_measured) == (240, 243)
    first, second = read(read_bytes, f"{COUNTS}2023-11-05,4630,,\n2023-11-06,4728,172,74\n")
    assert (first.kind, first.item, first.count, first.until) == ("count", "", 4630, day("2023-11-06"))
    assert second.count == 4728


def test_another_name_of_a_column_is_told(read_bytes: Callable[..., Batch]) -> None:
    text = "url,blocked_last_30_days,changed\nhttps://example.org,97,\n"
    assert len(read(read_bytes, text, observed=TAKEN, renames={"title": "url"})) == 1


def test_only_what_is_wanted_comes_out(read_bytes: Callable[..., Batch]) -> None:
    text = f"{COUNTS}2023-11-05,4630,,\n2023-11-06,4728,172,74\n"
    assert len(read(read_bytes, text, selection=Selection(since=day("2023-11-06")))) == 1
    assert read(read_bytes, text, selection=Selection(countries=frozenset({"RU"}))) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{SHARES},97,", "title: missing"),
        (f"{SHARES}http://,97,", "title: no URL"),
        (f"{SHARES}{'x' * 2001},97,", "longer than the bound"),
        (f"{SHARES}https://example.org,101,", "no share of a hundred"),
        (f"{SHARES}https://example.org,,", "no share of a hundred"),
        (f"{SHARES}https://example.org,-1,", "no number"),
        (f"{SHARES}https://example.org,97,soon", "changed: no moment"),
        (f"{SHARES}https://example.org,97", "only 2 cells"),
        (f"{CHANGES}x,2021-04-19T19:12:47Z,move,example.org,c", "op: none of"),
        (f"{CHANGES}x,yesterday,add,example.org,c", "author_time: no moment"),
        (f"{CHANGES}x,2021-04-19T19:12:47Z,add,,c", "domain: no domain"),
        (f"{CHANGES}x,2021-04-19T19:12:47Z,add,exam ple.org,c", "domain: no domain"),
        (f"{CHANGES}x,2021-04-19T19:12:47Z,add,http://example.org,c", "domain: no domain"),
        (f"{SPANS}example.org,2023-11-24,2023-11-23,1,1", "last_seen: before"),
        (f"{SPANS}example.org,2023-13-24,2023-11-23,1,1", "first_seen: no day"),
        (f"{SPANS}example.org,2023-11-24,2023-11-24,many,1", "days_seen: no number"),
        (f"{COUNTS}2023-11-05,,,", "n_censored: missing"),
        (f"{COUNTS}2023-11-05,9999999999,,", "n_censored: no number"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(read_bytes: Callable[..., Batch], row: str, reason: str) -> None:
    batch = read_bytes("monitors", f"{row}\n".encode(), observed=TAKEN)
    assert batch.testimonies.is_empty()
    assert reason in batch.rejects["reason"][0]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"a,b,c\n1,2,3\n", b"{}\n", b"\xff\n", b'"unclosed\n'], ids=range(6))
def test_a_file_of_no_known_form_names_those_there_are(read_bytes: Callable[..., Batch], content: bytes) -> None:
    with pytest.raises(InputError, match=r"no table of a monitor.*greatfire shares: title"):
        read_bytes("monitors", content)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples are not here")
@pytest.mark.parametrize("folder", ["greatfire", "gfwlist", "gfw_regional"])
def test_every_row_of_the_shared_lists_is_read(read_file: Callable[..., Batch], folder: str) -> None:
    for path in sorted((SHARED / folder).glob("*.csv*")):
        batch = read_file("monitors", path)
        assert (batch.rejects.height, batch.testimonies.height) == (0, batch.lines), path

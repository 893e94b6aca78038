from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType

from admittance.model.documents import Granularity, Time, TimeBasis
from admittance.reconcile import claim_bounds

AHEAD, BEHIND = timedelta(hours=14), timedelta(hours=12)


def stated(
    value: str | None,
    *,
    tz: str | UnsetType = UNSET,
    earliest: str | UnsetType | None = UNSET,
    latest: str | UnsetType | None = UNSET,
) -> Time:
    return Time(value=value, granularity=Granularity.DAY, basis=TimeBasis.EXPLICIT, tz=tz, earliest=earliest, latest=latest)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "tz", "earliest", "latest"),
    [
        ("2021-03-14", "UTC", "2021-03-14", "2021-03-15"),
        ("2021-03-14", "+08:00", "2021-03-13T16:00", "2021-03-14T16:00"),
        ("2021-03-14", "UTC+8", "2021-03-13T16:00", "2021-03-14T16:00"),
        ("2021-03-14", "Asia/Shanghai", "2021-03-13T16:00", "2021-03-14T16:00"),
        ("2021-03-14", "America/New_York", "2021-03-14T05:00", "2021-03-15T04:00"),  # the day on which summer time began
        ("2021-03", "UTC", "2021-03-01", "2021-04-01"),
        ("2021-12", "UTC", "2021-12-01", "2022-01-01"),
        ("2021", "UTC", "2021-01-01", "2022-01-01"),
        ("202X", "UTC", "2020-01-01", "2030-01-01"),
        ("20XX", "UTC", "2000-01-01", "2100-01-01"),
        ("2021-03-XX", "UTC", "2021-03-01", "2021-04-01"),
        ("2021-XX-14", "UTC", "2021-01-01", "2022-01-01"),
        ("2017-22", "UTC", "2017-06-01", "2017-09-23"),
        ("2017-24", "UTC", "2017-12-01", "2018-03-21"),
        ("2017-29", "UTC", "2017-09-01", "2017-12-22"),  # southern spring
        ("2021-33", "UTC", "2021-01-01", "2021-04-01"),
        ("2021-36", "UTC", "2021-10-01", "2022-01-01"),
        ("2021-41", "UTC", "2021-07-01", "2022-01-01"),
        ("2021-W11", "UTC", "2021-03-15", "2021-03-22"),
        ("2021-03-14?", "UTC", "2021-03-14", "2021-03-15"),
        ("2021-03-14~", "UTC", "2021-03-13", "2021-03-16"),
        ("2018-01/2018-03", "UTC", "2018-01-01", "2018-04-01"),
        ("2021-03-14/2021-03-15", "+08:00", "2021-03-13T16:00", "2021-03-15T16:00"),
        ("2021-03-14T22:00Z", "+08:00", "2021-03-14T22:00", "2021-03-14T22:01"),
        ("2021-03-14T22:00:05Z", "UTC", "2021-03-14T22:00:05", "2021-03-14T22:00:06"),
        ("2021-03-15T06:00+08:00", "UTC", "2021-03-14T22:00", "2021-03-14T22:01"),
        ("2021-03-15T06", "+08:00", "2021-03-14T22:00", "2021-03-14T23:00"),
    ],
)
def test_bounds_of_values(value: str, tz: str, earliest: str, latest: str) -> None:
    assert claim_bounds(stated(value, tz=tz)) == (utc(earliest), utc(latest))


@pytest.mark.parametrize(
    "value",
    [
        None,
        "XXXX-03-14",
        "XXXX",
        "2021-02-30",
        "2021-13-01",
        "2021-60",
        "../2017-10-18",
        "2021-03-14/..",
        "soon",
        "",
        "9999",
        "/",
    ],
)
def test_what_is_not_bounded_gives_no_bounds(value: str | None) -> None:
    assert claim_bounds(stated(value)) is None


def test_a_day_without_a_zone_is_any_zones_day() -> None:
    assert claim_bounds(stated("2021-03-14")) == (utc("2021-03-13T10:00"), utc("2021-03-15T12:00"))
    assert claim_bounds(stated("2021-03-14", tz="Atlantis/Capital")) == claim_bounds(stated("2021-03-14"))


def test_stated_sides_win_over_the_value() -> None:
    time = stated("2021-03", tz="UTC", earliest="2021-03-14T18:00Z", latest="2021-03-15")
    assert claim_bounds(time) == (utc("2021-03-14T18:00"), utc("2021-03-16"))
    assert claim_bounds(stated(None, tz="UTC", earliest="2021-03-14", latest="2021-03-14")) == (
        utc("2021-03-14"),
        utc("2021-03-15"),
    )
    assert claim_bounds(stated("../2017-10-18", tz="UTC", earliest="2017-08-17")) == (utc("2017-08-17"), utc("2017-10-19"))
    assert claim_bounds(stated(None, latest="2021-03-14")) is None
    assert claim_bounds(stated(None, earliest="2021-03-16", latest="2021-03-01")) is None
    assert claim_bounds(stated("2021-03-14", tz="UTC", earliest=None)) == (utc("2021-03-14"), utc("2021-03-15"))


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
offsets = st.integers(min_value=-12 * 60, max_value=14 * 60)


def written(offset: int) -> str:
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"


@given(days, offsets)
def test_a_day_of_any_zone_lies_within_the_day_without_a_zone(day: date, offset: int) -> None:
    inner = claim_bounds(stated(day.isoformat(), tz=written(offset)))
    outer = claim_bounds(stated(day.isoformat()))
    assert inner is not None
    assert outer is not None
    assert inner[1] - inner[0] == timedelta(days=1)
    assert outer[0] <= inner[0] < inner[1] <= outer[1]
    assert outer == (outer[0], outer[0] + timedelta(days=1) + AHEAD + BEHIND)


@given(days, offsets)
def test_coarser_words_hold_finer_ones(day: date, offset: int) -> None:
    texts = (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4], day.isoformat()[:3] + "X")
    bounds = [claim_bounds(stated(text, tz=written(offset))) for text in texts]
    for finer, coarser in pairwise(bounds):
        assert finer is not None
        assert coarser is not None
        assert coarser[0] <= finer[0] < finer[1] <= coarser[1]


@given(days, days)
def test_an_interval_reaches_from_its_first_day_to_its_last(one: date, other: date) -> None:
    first, last = sorted((one, other))
    bounds = claim_bounds(stated(f"{first}/{last}", tz="UTC"))
    assert bounds == (utc(str(first)), utc(str(last)) + timedelta(days=1))


@given(days)
def test_approximate_holds_exact(day: date) -> None:
    exact, approximate = claim_bounds(stated(f"{day}")), claim_bounds(stated(f"{day}~"))
    assert exact is not None
    assert approximate is not None
    assert approximate[0] < exact[0] < exact[1] < approximate[1]


@given(st.text(alphabet="0123456789X-~%?/.:TZW+ ", max_size=24), st.one_of(st.just(UNSET), st.text(max_size=8)))
def test_any_text_gives_ordered_bounds_or_none(value: str, tz: str | UnsetType) -> None:
    bounds = claim_bounds(stated(value, tz=tz))
    assert bounds is None or bounds[0] < bounds[1]

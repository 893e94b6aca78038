"""Recurring hours: told from what lasts, and from chance."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from admittance.detect.floor import sufficient
from admittance.detect.search import Found, Series, search
from admittance.detect.windows import honest, recurring_windows
from admittance.model.episode import Window
from admittance.model.vocabulary import Pattern

MONDAY = datetime(2023, 11, 6, tzinfo=UTC)
WORKING_DAYS = (1, 2, 3, 4, 5)


def pattern(bad: set[tuple[int, int]], *, days: int = 14, every: int = 1) -> tuple[Pattern, tuple[Window, ...]]:
    """The pattern of two weeks in which the (weekday, hour) pairs of `bad` fail."""
    times = [MONDAY + timedelta(hours=hour) for hour in range(0, days * 24, every)]
    k = np.array([int((time.isoweekday(), time.hour) in bad) for time in times], dtype=np.int64)
    return recurring_windows(times, np.ones(len(times), dtype=np.int64), k)


def test_exam_hours_on_working_days() -> None:
    bad = {(day, hour) for day in WORKING_DAYS for hour in (4, 5, 6, 7, 10, 11, 12, 13)}
    windows = (
        Window(weekdays=WORKING_DAYS, start_hour=4, end_hour=8),
        Window(weekdays=WORKING_DAYS, start_hour=10, end_hour=14),
    )
    assert pattern(bad) == (Pattern.RECURRING, windows)


def test_hours_round_midnight_end_past_24() -> None:
    bad = {(day, hour) for day in range(1, 8) for hour in (22, 23, 0, 1)}
    assert pattern(bad) == (Pattern.RECURRING, (Window(weekdays=tuple(range(1, 8)), start_hour=22, end_hour=26),))


def test_an_unmeasured_hour_between_active_ones_belongs_to_the_window() -> None:
    bad = {(day, hour) for day in WORKING_DAYS for hour in (4, 6, 8)}
    assert pattern(bad, every=2)[1] == (Window(weekdays=WORKING_DAYS, start_hour=4, end_hour=9),)


@pytest.mark.parametrize(
    "bad",
    [
        {(day, hour) for day in range(1, 8) for hour in range(24)},
        {(day, (day * 7 + 5 * step) % 24) for day in range(1, 8) for step in range(12)},
        {(3, 5)},
        set(),
    ],
    ids=["always", "scattered", "once", "never"],
)
def test_what_does_not_follow_the_clock_is_continuous(bad: set[tuple[int, int]]) -> None:
    assert pattern(bad) == (Pattern.CONTINUOUS, ())


def exams(*, hidden: set[int]) -> tuple[Found, Found]:
    """Three weeks of exam mornings on working days from day 28 on, as found, with honest brackets and without."""
    hours = np.array([hour for hour in range(0, 70 * 24, 2) if hour // 24 not in hidden], dtype=np.int64)
    day, hour = hours // 24, hours % 24
    k = ((day >= 28) & (day < 47) & (day % 7 < 5) & (hour >= 4) & (hour < 8)).astype(np.int64)
    series = Series(hours + MONDAY_HOUR, np.ones(len(hours), dtype=np.int64), k)
    ((found, stands),) = sufficient(series, search([series])[0])
    assert stands
    part = slice(found.first, found.last + 1)
    times = [datetime.fromtimestamp(3600 * int(one), tz=UTC) for one in series.hours[part]]
    _, windows = recurring_windows(times, series.n[part], series.k[part])
    return found, honest(series, found, windows)


MONDAY_HOUR = int(MONDAY.timestamp()) // 3600


def day_of(bound: float | None) -> float | None:
    return None if bound is None else (bound - MONDAY_HOUR) / 24


def test_a_weekend_cannot_tell_whether_sessions_of_working_days_have_ended() -> None:
    found, widened = exams(hidden=set())
    assert (day_of(found.end.latest) or 0) < 47
    latest = day_of(widened.end.latest)
    assert latest is not None
    assert 49 < latest < 49.5  # the Monday after, in the hours of the sessions
    assert (widened.onset.point, widened.end.point) == (found.onset.point, found.end.point)


def test_the_bracket_reaches_over_a_hidden_first_session() -> None:
    found, widened = exams(hidden={28, 29})
    assert (day_of(found.onset.earliest) or 0) > 27
    earliest = day_of(widened.onset.earliest)
    assert earliest is not None
    assert 25 < earliest < 25.5  # before the weekend it still worked in these hours


def test_what_does_not_come_and_go_keeps_its_brackets() -> None:
    hours = np.arange(0, 60 * 24, 2, dtype=np.int64)
    k = ((hours >= 700) & (hours < 1000)).astype(np.int64)
    series = Series(hours, np.ones(len(hours), dtype=np.int64), k)
    (found,) = search([series])[0]
    assert honest(series, found, ()) == found

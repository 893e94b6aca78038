"""Recurring hours: told from what lasts, and from chance."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from admittance.detect.windows import recurring_windows
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

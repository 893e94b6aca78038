"""Whether a restriction comes and goes with the clock, and at which hours."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from admittance.detect.search import Found, Series
from admittance.model.episode import Window
from admittance.model.vocabulary import Pattern

__all__ = ["honest", "recurring_windows"]

Ints = NDArray[np.int64]

ACTIVE_SHARE: Final = 0.3
"""An hour of the day belongs to a session when at least this share of its measurements on active days fails."""
LEAST_OUTSIDE: Final = 10
"""Measurements outside the windows that must have been taken, to know that it works there."""
MOST_OUTSIDE_SHARE: Final = 0.1
MOST_WINDOWS: Final = 4
"""Windows a day."""
FULL_SHARE: Final = 0.6
"""Of sessions, when less than this share of the whole interval fails: then it comes and goes."""
LEAST_DAYS: Final = 3
"""Distinct days with failures."""
LEAST_GAIN: Final = 10.0
"""Log likelihood that the windows must win over one constant share, in nats; each weekday and each hour costs part of it."""


def _entropy(k: int, n: int) -> float:
    """Greatest log likelihood of `k` failures in `n`."""
    if k in (0, n):
        return 0.0
    return float(k * np.log(k / n) + (n - k) * np.log(1 - k / n))


def _hour_runs(active: NDArray[np.bool_], measured: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of active hours, round midnight too; an unmeasured hour between two active ones belongs to the run."""
    filled = active.copy()
    for hour in range(24):
        if not active[hour] and not measured[hour] and active[hour - 1] and active[(hour + 1) % 24]:
            filled[hour] = True
    if filled.all():
        return [(0, 24)]
    runs = []
    for hour in range(24):
        if filled[hour] and not filled[hour - 1]:
            length = next(step for step in range(1, 25) if not filled[(hour + step) % 24])
            runs.append((hour, hour + length))
    return runs


def recurring_windows(times: Sequence[datetime], n: Ints, k: Ints) -> tuple[Pattern, tuple[Window, ...]]:
    """The pattern of an interval's hourly counts, with the windows (weekdays × hours UTC) of a recurring one.

    It is recurring when nearly all failures fall into some hours of some weekdays, nearly nothing fails outside them although
    it was measured there, and this explains the counts better than one constant share does, by more than the windows cost. A
    window round midnight ends past 24: 22 to 26 is from 22:00 to 02:00 of the day after.
    """
    none: tuple[Pattern, tuple[Window, ...]] = (Pattern.CONTINUOUS, ())
    days = np.array([time.date().toordinal() for time in times])
    if not k.any() or np.unique(days[k > 0]).size < LEAST_DAYS:
        return none
    weekday = np.array([time.isoweekday() for time in times])
    hour = np.array([time.hour for time in times])
    failing_weekday = np.array([bool(k[weekday == day].any()) for day in range(1, 8)])
    on_day = failing_weekday[weekday - 1]
    k_hour, n_hour = (np.bincount(hour[on_day], counts[on_day], 24) for counts in (k, n))
    active = k_hour >= np.maximum(ACTIVE_SHARE * n_hour, 1)
    runs = _hour_runs(active, n_hour > 0)
    if not 1 <= len(runs) <= MOST_WINDOWS or runs == [(0, 24)]:
        return none
    inside_hours = np.zeros(24, dtype=np.bool_)
    for start, stop in runs:
        inside_hours[np.arange(start, stop) % 24] = True
    inside = on_day & inside_hours[hour]
    k_in, n_in = int(k[inside].sum()), int(n[inside].sum())
    k_out, n_out = int(k[~inside].sum()), int(n[~inside].sum())
    gain = _entropy(k_in, n_in) + _entropy(k_out, n_out) - _entropy(k_in + k_out, n_in + n_out)
    # Log of how many ways there are to choose the weekdays and the edges of the hours.
    cost = 7 * np.log(2) + 2 * len(runs) * np.log(24)
    if n_out < LEAST_OUTSIDE or k_out > MOST_OUTSIDE_SHARE * n_out or gain - cost < LEAST_GAIN:
        return none
    weekdays = tuple(day for day in range(1, 8) if failing_weekday[day - 1])
    return Pattern.RECURRING, tuple(Window(weekdays=weekdays, start_hour=start, end_hour=stop) for start, stop in runs)


def honest(series: Series, found: Found, windows: Sequence[Window]) -> Found:
    """The interval with brackets that reach to where it was seen working at an hour at which it would have failed.

    What comes and goes with the clock works between its sessions, before it began and after it has ended alike. So an hour
    without a failure bounds it only within the windows; where no window is known although it comes and goes, at any hour of the
    day at which something failed. Of an interval that does not come and go the brackets are left as they are.
    """
    comes_and_goes = found.active_share >= FULL_SHARE > found.k / found.n
    if not windows and not comes_and_goes:
        return found
    inside = slice(found.first, found.last + 1)
    bad = found.first + np.flatnonzero(series.k[inside])
    weekday, hour = (series.hours // 24 + 3) % 7 + 1, series.hours % 24
    telling = np.isin(hour, hour[bad])
    if windows:
        telling = np.zeros(len(hour), dtype=np.bool_)
        for window in windows:
            hours = [hour_ % 24 for hour_ in range(window.start_hour, window.end_hour)]
            telling |= np.isin(weekday, window.weekdays) & np.isin(hour, hours)
    worked = np.flatnonzero(telling & (series.k == 0))
    before, after = worked[worked < bad[0]], worked[worked > bad[-1]]
    onset, end = found.onset, found.end
    earliest = float(series.hours[before[-1]]) if before.size else None
    onset = onset._replace(earliest=None if earliest is None or onset.earliest is None else min(earliest, onset.earliest))
    if end.point is not None:
        latest = float(series.hours[after[0]] + 1) if after.size else None
        end = end._replace(latest=None if latest is None or end.latest is None else max(latest, end.latest))
    return found._replace(onset=onset, end=end)

"""Recall, errors, delay, bracket coverage and false alarms on series with labelled restrictions, beside the CUSUM's."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
import polars as pl

from admittance.detect import Kind, detect_series
from admittance.detect.plain import read_bins
from admittance.evaluate.baselines import alarm_hours
from admittance.evaluate.labels import read_labels

__all__ = ["Score", "evaluate_restrictions"]

CUSUM: Final = "cusum"
SLACK_HOURS: Final = 72
"""An interval belongs to an event that it overlaps, or misses by less than this."""
WEEK_HOURS: Final = 168
STEPS: Final = 12
"""Halvings of the time in which an event is first seen."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How one detector did. Errors, delays and widths are medians in hours over what was found; null where there is none."""

    detector: str
    series: int
    events: int
    found: int
    recall: float | None
    onset_error_hours: float | None
    onset_within_24h: int
    delay_hours: float | None  # from the true onset to the first hour at which the data till then show it
    onset_held: int | None  # brackets that hold the true onset; null for a detector without brackets
    onset_coverage: float | None
    onset_width_hours: float | None
    ends: int  # labelled ends among the found
    end_error_hours: float | None
    end_coverage: float | None
    extra: int  # intervals beside the events of series that have one
    quiet_series_weeks: float
    false_alarms: int
    false_alarms_per_100: float | None


class _Interval(NamedTuple):
    onset: float
    onset_earliest: float
    onset_latest: float
    end: float
    end_earliest: float
    end_latest: float


class _Event(NamedTuple):
    key: tuple[object, ...]
    onset: float
    end: float


_Found = dict[tuple[object, ...], list[_Interval]]


def _ours(table: pl.DataFrame, keys: Sequence[str], kind: Kind) -> _Found:
    found: _Found = {}
    for row in detect_series(table, kind=kind).iter_rows(named=True):
        times = [row[name] for name in _Interval._fields]
        start, rest = times[1], [np.inf if time is None else time.timestamp() / 3600 for time in times]
        rest[1] = -np.inf if start is None else rest[1]
        found.setdefault(tuple(row[name] for name in keys), []).append(_Interval(*rest))
    return found


def _cusum(parts: dict[tuple[object, ...], pl.DataFrame]) -> _Found:
    found: _Found = {}
    for key, part in parts.items():
        hours, n, k = (part[name].to_numpy() for name in ("time", "n", "k"))
        for alarm in alarm_hours(hours, n, k):
            end = np.inf if alarm.cleared is None else float(alarm.cleared)
            found.setdefault(key, []).append(_Interval(alarm.fired, alarm.fired, alarm.fired, end, end, end))
    return found


def _overlap(interval: _Interval, event: _Event) -> float:
    """Hours that both share, slack included; negative for none."""
    return min(interval.end, event.end) - max(interval.onset, event.onset) + SLACK_HOURS


def _match(events: Sequence[_Event], found: _Found) -> dict[_Event, _Interval]:
    """For each event the interval that it shares most with; an interval belongs to one event."""
    pairs = [
        (min(shared, 1e9), -abs(interval.onset - event.onset), place, event, interval)
        for place, event in enumerate(events)
        for interval in found.get(event.key, [])
        if (shared := _overlap(interval, event)) > 0
    ]
    matched: dict[_Event, _Interval] = {}
    taken: set[tuple[tuple[object, ...], _Interval]] = set()
    for *_, event, interval in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if event not in matched and (event.key, interval) not in taken:
            matched[event] = interval
            taken.add((event.key, interval))
    return matched


def _median(values: Sequence[float]) -> float | None:
    return round(float(np.median(values)), 2) if values else None


def _delays(bins: pl.DataFrame, keys: Sequence[str], kind: Kind, matched: Sequence[_Event]) -> list[float]:
    """Hours from each onset until the data up to then show the event, found by halving over series that are cut off.

    One event per series and replay: of several, the first that was found.
    """
    first: dict[tuple[object, ...], _Event] = {}
    for event in sorted(matched, key=lambda event: event.onset):
        first.setdefault(event.key, event)
    last = {key: max(part["time"]) + 24.0 for key, part in _parts(bins, keys).items()}
    low, high = {key: event.onset for key, event in first.items()}, {key: last[key] for key in first}
    rows = bins.select(*keys, (pl.col("time") * 3_600_000_000).cast(pl.Datetime("us", "UTC")), "n", "k", hour="time")
    for _ in range(STEPS):
        middle = {key: (low[key] + high[key]) / 2 for key in first}
        kept = [part.filter(pl.col("hour") < middle[key]) for key, part in _parts(rows, keys).items() if key in first]
        seen = _match(list(first.values()), _ours(pl.concat(kept).drop("hour"), keys, kind)) if kept else {}
        for key, event in first.items():
            (high if event in seen else low)[key] = middle[key]
    return [high[key] - event.onset for key, event in first.items()]


def _parts(bins: pl.DataFrame, keys: Sequence[str]) -> dict[tuple[object, ...], pl.DataFrame]:
    return bins.partition_by(keys, as_dict=True, maintain_order=True) if keys else {(): bins}


def _score(detector: str, parts: dict[tuple[object, ...], pl.DataFrame], events: list[_Event], found: _Found) -> Score:
    matched = _match(events, found)
    pairs = list(matched.items())
    brackets = detector != CUSUM
    width = [one.onset_latest - one.onset_earliest for _, one in pairs]
    held = [one.onset_earliest <= event.onset <= one.onset_latest for event, one in pairs]
    ended = [(event, one) for event, one in pairs if np.isfinite(event.end)]
    end_held = [one.end_earliest <= event.end <= one.end_latest for event, one in ended]
    errors = [abs(one.onset - event.onset) for event, one in pairs]
    busy = {event.key for event in events}
    quiet = [part for key, part in parts.items() if key not in busy]
    weeks = sum(max(part["time"]) + max(part["width"]) - min(part["time"]) for part in quiet) / WEEK_HOURS
    false = sum(len(intervals) for key, intervals in found.items() if key not in busy)
    return Score(
        detector=detector,
        series=len(parts),
        events=len(events),
        found=len(pairs),
        recall=round(len(pairs) / len(events), 4) if events else None,
        onset_error_hours=_median(errors),
        onset_within_24h=sum(error <= 24 for error in errors),
        delay_hours=_median([one.onset - event.onset for event, one in pairs]),
        onset_held=sum(held) if brackets else None,
        onset_coverage=round(sum(held) / len(held), 4) if brackets and held else None,
        onset_width_hours=_median(width) if brackets else None,
        ends=len(ended),
        end_error_hours=_median([abs(one.end - event.end) for event, one in ended]),
        end_coverage=round(sum(end_held) / len(end_held), 4) if brackets and end_held else None,
        extra=sum(len(intervals) for key, intervals in found.items() if key in busy) - len(pairs),
        quiet_series_weeks=round(weeks, 1),
        false_alarms=false,
        false_alarms_per_100=round(100 * false / weeks, 4) if weeks else None,
    )


def evaluate_restrictions(table: pl.DataFrame, labels: pl.DataFrame, *, kind: Kind = Kind.PROPORTION) -> tuple[Score, Score]:
    """The scores of our detector and of the CUSUM on the same series.

    `table` as `detect_series` takes it; `labels` has the same keys, `onset` and `end` (UTC, ISO 8601, ends exclusive; empty:
    it went on), a row per event; a series without a labelled onset is quiet. An interval belongs to the event that it shares
    most time with, 72 hours of slack given. Our delay is found by replaying the series cut off at halved times. Raises
    `InputError`.
    """
    bins, keys = read_bins(table, kind=kind)
    parts = _parts(bins, keys)
    named = read_labels(labels, keys).filter(pl.col("onset").is_not_null())
    events = [
        _Event(tuple(row[:-2]), row[-2], np.inf if row[-1] is None else row[-1])
        for row in named.iter_rows()
        if tuple(row[:-2]) in parts
    ]
    found = _ours(table, keys, kind)
    ours = _score("admittance", parts, events, found)
    delay = _median(_delays(bins, keys, kind, list(_match(events, found))))
    return msgspec.structs.replace(ours, delay_hours=delay), _score(CUSUM, parts, events, _cusum(parts))

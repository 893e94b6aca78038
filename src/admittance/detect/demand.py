"""Spikes of demand for ways round a restriction: search interest in VPNs, users of Tor. Context beside episodes, never one."""

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from admittance.detect.reading import refuse, refuse_taken
from admittance.errors import InputError

__all__ = ["LEAST_HISTORY", "Spike", "find_spikes", "spikes_in_series"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WINDOW: Final = 56
"""Steps before a value that tell what is usual: eight weeks, so that a surge of less than four moves the median little."""
LEAST_HISTORY: Final = 14
"""Values needed to say what is usual; a shorter series has no spikes."""
RESOLUTION: Final = 0.01
"""Of the greatest value: what an index of 0 to 100 resolves. Added before taking logarithms."""
NORMAL_MAD: Final = 1.4826
"""Standard deviations in a median absolute deviation of a normal distribution."""
LEAST_DEVIATION: Final = 0.08
"""Of the logarithm: an index that hardly moves is rounded, not certain."""
LEAST_Z: Final = 3.0
LEAST_RISE: Final = float(np.log(1.3))
"""Over what is usual, where the usual is resolved."""
SPARSE_RISE: Final = float(np.log(3))
"""Over what is usual, where half of the window is not resolved: twice the least value that an index can show."""
AGAIN_RISE: Final = float(np.log(1.5))
"""Inside a spike: over the lowest of the values just before, for a second event."""
AGAIN_Z: Final = 4.0
"""The same in deviations."""
AGAIN_FALL: Final = float(np.log(1.25))
"""How far the values must have fallen from the peak before they can rise again."""
CLIMB_STEPS: Final = 4
"""Within so many values: over a month, noise alone climbs as far."""
LEAST_SUM: Final = 6.0
"""Sum of z over the days of a spike: a single day must stand out more than several."""
CALM: Final = 0.5
"""A spike is over when this share of the rise that began it is no longer reached…"""
CALM_STEPS: Final = 2
"""…for so many values in a row."""
LEAST_CALM: Final = 0.5
"""Share of a window that must lie outside spikes to be taken for the usual by itself."""
CLIMB_Z: Final = 2.0
"""A spike begins with the days before it that already climb, above this."""

_RESULT: Final = {"start": pl.Date(), "end": pl.Date(), "peak": pl.Date(), "impact": pl.Float64()}


class Spike(NamedTuple):
    """A surge in one series, by places in it: first value, first value after it (null: it goes on), greatest value."""

    start: int
    end: int | None
    peak: int
    impact: float  # sum of the values above the usual one, in usual values


def _usual(logs: Floats, calm: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """For each value the median and the robust standard deviation of the window before it (of the first one, at first).

    Values that are not calm are left out, unless too few remain: what has lasted for most of the window is the usual.
    """
    size = len(logs)
    level, deviation = np.empty(size), np.empty(size)
    for t in range(size):
        place = slice(t - WINDOW, t) if t >= WINDOW else slice(0, WINDOW)
        window = logs[place][calm[place]]
        if len(window) < LEAST_CALM * len(logs[place]):
            window = logs[place]
        level[t] = np.median(window)
        deviation[t] = max(LEAST_DEVIATION, NORMAL_MAD * float(np.median(np.abs(window - level[t]))))
    return level, deviation


def _runs(logs: Floats, level: Floats, deviation: Floats, bar: Floats) -> list[tuple[int, int | None]]:
    """Stretches that rise over the bar, until they are calm again; enough of them together to be no noise."""
    runs: list[tuple[int, int | None]] = []
    t, size = 0, len(logs)
    rise = logs - level
    while t < size:
        if rise[t] < bar[t]:
            t += 1
            continue
        start, last, t = t, t, t + 1
        while start and (not runs or start > (runs[-1][1] or 0)) and _climbs(logs, rise, deviation, start):
            start -= 1
        while t < size and t - last <= CALM_STEPS:
            if rise[t] >= CALM * bar[t]:
                last = t
            t += 1
        end = last + 1 if t - last > CALM_STEPS else None
        stop = size if end is None else end
        above = (rise / deviation)[start:stop][rise[start:stop] >= bar[start:stop]]
        if above.sum() >= LEAST_SUM:
            runs.append((start, end))
        t = stop
    return runs


def _climbs(logs: Floats, rise: Floats, deviation: Floats, start: int) -> bool:
    """Whether the value before `start` already belongs to its climb."""
    return bool(logs[start - 1] < logs[start] and rise[start - 1] >= CLIMB_Z * deviation[start - 1])


def _marked(size: int, runs: list[tuple[int, int | None]]) -> NDArray[np.bool_]:
    """Which places lie outside all of the runs."""
    calm = np.ones(size, dtype=np.bool_)
    for start, end in runs:
        calm[start:end] = False
    return calm


def _split(logs: Floats, deviation: Floats, bar: Floats, level: Floats, start: int, stop: int) -> list[int]:
    """Places at which an event begins between `start` and `stop`: the first, and each renewed rise after a fall."""
    starts, highest = [start], start
    for t in range(start + 1, stop):
        before = logs[max(highest, t - CLIMB_STEPS) : t]
        lowest = t - len(before) + int(before.argmin())
        rise = logs[t] - logs[lowest]
        fallen = logs[lowest] < logs[highest] - AGAIN_FALL
        if fallen and logs[t] - level[t] >= bar[t] and rise >= max(AGAIN_RISE, AGAIN_Z * deviation[t]):
            begins = lowest + 1
            while logs[begins] - logs[lowest] < rise / 3:  # the day on which the climb is under way
                begins += 1
            starts.append(begins)
            highest = t
        elif logs[t] > logs[highest]:
            highest = t
    return starts


def spikes_in_series(values: Floats) -> list[Spike]:
    """The spikes of one series of evenly spaced values ≥ 0, in order; two events inside one long surge come out as two.

    On a logarithmic scale each value is laid against the median of the 56 before it. A spike begins where it lies three robust
    standard deviations and three tenths above (three times above, where the usual is less than a hundredth of the greatest
    value) and the days together stand out; it ends before two values that are half as high or lower. Inside it, another
    begins where the values climb by half again within four values, after they fell by a fifth from the last peak. Before 14
    values there is none.
    """
    size = len(values)
    greatest = float(values.max(initial=0.0))
    if size < LEAST_HISTORY or greatest <= 0:
        return []
    resolved = RESOLUTION * greatest
    logs = np.log(values + resolved)
    runs: list[tuple[int, int | None]] = []
    for _ in range(2):  # the second time without what the first found, so that a spike does not hide the next
        level, deviation = _usual(logs, _marked(size, runs))
        usual = (np.exp(level) - resolved).clip(min=0)
        least = np.where(usual < resolved, SPARSE_RISE, LEAST_RISE)
        bar = np.maximum(least, LEAST_Z * deviation)
        runs = _runs(logs, level, deviation, bar)
    spikes = []
    for start, end in runs:
        stop = size if end is None else end
        starts = _split(logs, deviation, bar, level, start, stop)
        for begins, ends in zip(starts, [*starts[1:], stop], strict=True):
            peak = begins + int(values[begins:ends].argmax())
            excess = (values[begins:ends] - usual[begins]).clip(min=0).sum() / (usual[begins] + resolved)
            spikes.append(Spike(begins, None if end is None and ends == stop else ends, peak, float(excess)))
    return spikes


def _day(row: int, value: str | None) -> date:
    if value is None or not value.strip():
        raise refuse(row, "date", "is empty; write a day like 2023-11-08")
    try:
        time = datetime.fromisoformat(value.strip())
    except ValueError:
        raise refuse(row, "date", f"{value!r} is no ISO 8601 date; write it like 2023-11-08") from None
    return (time if time.tzinfo is None else time.astimezone(UTC)).date()


def _values(column: pl.Series) -> pl.Series:
    read = column.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False)
    wrong = (read.is_null() & (column.cast(pl.String).str.strip_chars() != "").fill_null(value=False)) | (
        read.is_not_null() & (~read.is_finite() | (read < 0))
    ).fill_null(value=False)
    if wrong.any():
        row = int(wrong.arg_max() or 0)
        raise refuse(row + 1, "value", f"{column[row]!r} is no number of 0 or more")
    return read


def find_spikes(table: pl.DataFrame) -> pl.DataFrame:
    """Spikes of each series: its keys, then start, end, peak and impact; sorted by keys and start.

    `table` has `date` (a day, ISO 8601) and `value` (0 or more, on any scale); every other column is a key. An empty value, or
    an absent row, was not measured. Several rows of one day are averaged. The end is exclusive: the first day after; null while
    it goes on. Where the days of one series lie further apart (weekly data), eight weeks become 56 steps. `impact` is what was
    searched above the usual, in usual days. Raises `InputError` naming row (from 1, the heading not counted) and field.
    """
    missing = [name for name in ("date", "value") if name not in table.columns]
    if missing:
        raise InputError(f"no column {', '.join(missing)}: the table needs date and value; any others are keys of the series")
    keys = [name for name in table.columns if name not in ("date", "value")]
    refuse_taken(keys, _RESULT)
    known: dict[str | None, date] = {}
    for row, text in enumerate(table["date"].cast(pl.String).to_list(), start=1):
        if text not in known:
            known[text] = _day(row, text)
    dates = table["date"].cast(pl.String).replace_strict(known, return_dtype=pl.Date) if known else pl.Series([], dtype=pl.Date)
    daily = (
        pl.DataFrame([*table.select(keys), dates.alias("date"), _values(table["value"]).alias("value")])
        .drop_nulls("value")
        .group_by(*keys, "date")
        .agg(pl.col("value").mean())
        .sort(*keys, "date", nulls_last=True)
    )
    parts = daily.partition_by(keys, maintain_order=True) if keys else [daily]
    found: list[pl.DataFrame] = []
    for part in parts:
        days: list[date] = part["date"].to_list()
        spikes = spikes_in_series(part["value"].to_numpy().astype(np.float64))
        rows = {
            "start": [days[spike.start] for spike in spikes],
            "end": [None if spike.end is None else days[spike.end - 1] + timedelta(days=1) for spike in spikes],
            "peak": [days[spike.peak] for spike in spikes],
            "impact": [round(spike.impact, 3) for spike in spikes],
        }
        result = pl.DataFrame(rows, schema=_RESULT)
        own = pl.concat([part[:1].select(keys)] * len(spikes)) if spikes else part[:0].select(keys)
        found.append(pl.concat([own, result], how="horizontal") if keys else result)
    return pl.concat(found) if found else pl.DataFrame(schema={**table.select(keys).schema, **_RESULT})

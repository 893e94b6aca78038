"""Detection on a plain table of counts, without a lake: what `admittance detect FILE.csv` does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from admittance.detect.floor import LEAST_BAD, sufficient_bins
from admittance.detect.kinds import Kind
from admittance.detect.reading import refuse, refuse_taken
from admittance.detect.restrictions import moment
from admittance.detect.search import Bins, Found, Series, search_bins
from admittance.detect.windows import honest, recurring_windows
from admittance.errors import InputError
from admittance.model.tables import TIME

__all__ = ["detect_series", "read_bins"]

Ints = NDArray[np.int64]

_COUNTED: Final = ("time", "n", "k")
_RESULT: Final = {
    "onset": TIME,
    "onset_earliest": TIME,
    "onset_latest": TIME,
    "end": TIME,
    "end_earliest": TIME,
    "end_latest": TIME,
    "confidence": pl.Float64(),
    "n": pl.Int64(),
    "k": pl.Int64(),
}


def _times(column: pl.Series) -> pl.Series:
    """The column as UTC times; text is read as ISO 8601, and as UTC where it names no zone."""
    if isinstance(column.dtype, pl.Datetime):
        aware = column.dt.replace_time_zone("UTC") if column.dtype.time_zone is None else column.dt.convert_time_zone("UTC")
        times = aware.cast(TIME)
        if times.null_count():
            raise refuse(int(times.is_null().arg_max() or 0) + 1, "time", "is empty; write the start of the bin, ISO 8601, UTC")
        return times
    text = column.cast(pl.String).str.strip_chars()
    empty = text.is_null() | (text == "").fill_null(value=True)
    if empty.any():
        raise refuse(int(empty.arg_max() or 0) + 1, "time", "is empty; write the start of the bin, ISO 8601, UTC")
    read: dict[str, datetime] = {}
    for value in text.unique(maintain_order=True):  # a few thousand bins, however many series
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            row = int((text == value).arg_max() or 0)
            problem = f"{column[row]!r} is no ISO 8601 time; write it like 2023-11-08T12:00:00Z"
            raise refuse(row + 1, "time", problem) from None
        read[value] = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    if not read:
        return pl.Series("time", [], dtype=TIME)
    return text.replace_strict(list(read), pl.Series(list(read.values()), dtype=TIME), return_dtype=TIME).alias("time")


def _counts(column: pl.Series, field: str) -> pl.Series:
    """The column as whole numbers, at least 0."""
    exact = column.cast(pl.Int64) if column.dtype.is_signed_integer() else column.cast(pl.String).cast(pl.Int64, strict=False)
    if exact.null_count():  # spaces around it, or written as 3.0
        exact = column.cast(pl.String).str.strip_chars().str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    wrong = exact.is_null() | (exact < 0).fill_null(value=False)
    if wrong.any():
        row = int(wrong.arg_max() or 0)
        raise refuse(row + 1, field, f"{column[row]!r} is no count; write a whole number, 0 or more")
    return exact


HOUR: Final = 3600
DAY: Final = 24 * HOUR
"""Seconds."""
MOST_CODES: Final = 1 << 34
"""Numbers of series are kept below this, that one and any hour of the calendar fit into 64 bits together."""


class _Counted(NamedTuple):
    """Bins of all series, one series after the other, each in order of time."""

    series: pl.DataFrame  # the keys, a row per series
    bins: Bins
    widths: Ints  # of the bins of each series, in hours

    def of_width(self, width: int) -> tuple[pl.DataFrame, Bins]:
        """The series whose bins are so wide."""
        chosen = self.widths == width
        if chosen.all():
            return self.series, self.bins
        lengths = np.diff(self.bins.starts)
        rows = np.repeat(chosen, lengths)
        starts = np.concatenate([[0], np.cumsum(lengths[chosen])])
        return self.series.filter(pl.Series(chosen)), Bins(self.bins.hours[rows], self.bins.n[rows], self.bins.k[rows], starts)


def _series_codes(table: pl.DataFrame, keys: Sequence[str]) -> Ints:
    """A number for each row, the same for rows of the same series."""
    codes, many = np.zeros(table.height, dtype=np.int64), 1
    for name in keys:
        words = table[name].cast(pl.String).cast(pl.Categorical)
        own = words.to_physical().cast(pl.Int64).fill_null(-1).to_numpy() + 1
        size = int(own.max(initial=0)) + 1
        if many * size >= MOST_CODES:
            codes, many = np.unique(codes, return_inverse=True)[1].astype(np.int64), table.height
        codes, many = codes * size + own, many * size
    return np.unique(codes, return_inverse=True)[1].astype(np.int64) if many >= MOST_CODES else codes


def _counted(table: pl.DataFrame, kind: Kind) -> _Counted:
    missing = [name for name in _COUNTED if name not in table.columns]
    if missing:
        raise InputError(f"no column {', '.join(missing)}: the table needs time, n and k; any others are keys of the series")
    keys = [name for name in table.columns if name not in _COUNTED]
    refuse_taken(keys, _RESULT)
    seconds = _times(table["time"]).dt.epoch("s").to_numpy()
    n, k = _counts(table["n"], "n").to_numpy(), _counts(table["k"], "k").to_numpy()
    over = k > n
    if kind is not Kind.COUNTS and over.any():
        row = int(over.argmax())
        raise refuse(row + 1, "k", f"{k[row]} failures among n = {n[row]} trials; k counts failures, at most n")
    hours = seconds // HOUR
    earliest = int(hours.min(initial=0))
    span = int(hours.max(initial=0)) - earliest + 1
    place = _series_codes(table, keys) * span + (hours - earliest)
    order = None if (place[1:] >= place[:-1]).all() else np.argsort(place, kind="stable")
    if order is not None:
        place, n, k, seconds = place[order], n[order], k[order], seconds[order]
    # Of each series, whether all of its times are midnights: also those at which there was no trial.
    code = place // span
    begin = np.concatenate([[0], np.flatnonzero(np.diff(code)) + 1]) if len(code) else np.zeros(0, dtype=np.int64)
    midnight = np.logical_and.reduceat(seconds % DAY == 0, begin) if len(code) else np.zeros(0, dtype=np.bool_)
    first = begin if order is None else order[begin]
    series = table.select(keys)[first] if keys else pl.DataFrame(height=len(begin))
    number = np.repeat(np.arange(len(begin)), np.diff(np.append(begin, len(code))))
    tried = n > 0
    place, n, k, number = place[tried], n[tried], k[tried], number[tried]
    cut = np.concatenate([[0], np.flatnonzero(np.diff(place)) + 1]) if len(place) else np.zeros(0, dtype=np.int64)
    if len(cut) < len(place):
        n, k, place, number = np.add.reduceat(n, cut), np.add.reduceat(k, cut), place[cut], number[cut]
    starts = np.searchsorted(number, np.arange(len(begin) + 1))
    return _Counted(series, Bins(place % span + earliest, n, k, starts), np.where(midnight, 24, 1))


def read_bins(table: pl.DataFrame, *, kind: Kind = Kind.PROPORTION) -> tuple[pl.DataFrame, list[str]]:
    """The counts of a table as `detect_series` takes it, which raises the same errors; and its keys.

    A row `…keys, time, n, k, width` per series and bin in order; time in hours since 1970 (UTC), width of the bin in hours.
    """
    counted = _counted(table, kind)
    keys = counted.series.columns
    bins = counted.bins
    lengths = np.diff(bins.starts)
    rows = pl.DataFrame({"time": bins.hours, "n": bins.n, "k": bins.k, "width": np.repeat(counted.widths, lengths)})
    own = counted.series[np.repeat(np.arange(len(lengths)), lengths)] if keys else None
    rows = rows if own is None else pl.concat([own, rows], how="horizontal")
    return rows.sort(*keys, "time", nulls_last=True), keys


def _search(series: pl.DataFrame, bins: Bins, kind: Kind, width: int) -> list[tuple[dict[str, object], Found]]:
    """What passes the floor of evidence in series of one width of bin, each with the keys of its series."""
    within = 0 if kind in (Kind.SNAPSHOT, Kind.LIST) else width
    least = LEAST_BAD if kind is Kind.PROPORTION else 1
    found = sufficient_bins(bins, search_bins(bins, kind=kind, width=within, least_bad=least), width=within, kind=kind)
    hourly = kind is Kind.PROPORTION and width == 1
    return [(series.row(index, named=True), _bounded(bins.series(index), one) if hourly else one) for index, one in found]


def _bounded(series: Series, found: Found) -> Found:
    """The interval with the brackets of one that may come and go with the clock."""
    part = slice(found.first, found.last + 1)
    times = [moment(hour) for hour in series.hours[part].tolist()]
    _, windows = recurring_windows(times, series.n[part], series.k[part])
    return honest(series, found, windows)


def detect_series(table: pl.DataFrame, *, kind: Kind = Kind.PROPORTION) -> pl.DataFrame:
    """Episodes of each series: its keys, then onset and end with their brackets, confidence, n and k; sorted by keys and onset.

    `kind` says what a row counts; the columns are the same for each. A snapshot is a moment, taken to the hour: a removal lies
    between the last snapshot that listed it and the first that did not, and needs two absences over at least a day; what was
    never listed is absent from its first snapshot on, with `onset_earliest` null.

    `table` has `time` (bin start, UTC, ISO 8601), `n` trials and `k` failures of them; every other column is a key. The bins of
    a series are days when all of its times are midnights, else hours; rows of one series and bin are added up, and a bin
    without a row was not measured. Ends are exclusive; null is going on, or unbounded. Intervals below the floor of evidence
    are left out. Raises `InputError` naming row (from 1, the heading not counted) and field.
    """
    counted = _counted(table, kind)
    keys = counted.series.columns
    found = [row for width in (1, 24) for row in _search(*counted.of_width(width), kind, width)]
    columns: dict[str, list[object]] = {name: [] for name in (*keys, *_RESULT)}
    for series, one in found:
        for name in keys:
            columns[name].append(series[name])
        for name, bound in (("onset", one.onset), ("end", one.end)):
            for suffix, hour in (("", bound.point), ("_earliest", bound.earliest), ("_latest", bound.latest)):
                columns[name + suffix].append(None if hour is None else moment(hour))
        columns["confidence"].append(round(one.confidence, 6))
        columns["n"].append(one.n)
        columns["k"].append(one.k)
    result = pl.DataFrame(columns, schema={**counted.series.schema, **_RESULT})
    return result.sort(*keys, "onset", nulls_last=True, maintain_order=True)

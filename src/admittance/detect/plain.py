"""Detection on a plain table of counts, without a lake: what `admittance detect FILE.csv` does."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
import polars as pl

from admittance.detect.floor import LEAST_BAD, sufficient_bins
from admittance.detect.kinds import Kind
from admittance.detect.reading import refuse, refuse_taken
from admittance.detect.restrictions import moment, series_bounds
from admittance.detect.search import Bins, Found, Series, search_bins
from admittance.detect.windows import honest, recurring_windows
from admittance.errors import InputError
from admittance.model.tables import TIME

__all__ = ["detect_series", "read_bins"]

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
    exact = column.cast(pl.String).str.strip_chars().str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    wrong = exact.is_null() | (exact < 0).fill_null(value=False)
    if wrong.any():
        row = int(wrong.arg_max() or 0)
        raise refuse(row + 1, field, f"{column[row]!r} is no count; write a whole number, 0 or more")
    return exact


DAY: Final = 86400
"""Seconds."""


def read_bins(table: pl.DataFrame, *, kind: Kind = Kind.PROPORTION) -> tuple[pl.DataFrame, list[str]]:
    """The counts of a table as `detect_series` takes it, which raises the same errors; and its keys.

    A row `…keys, time, n, k, width` per series and bin in order; time in hours since 1970 (UTC), width of the bin in hours.
    """
    missing = [name for name in _COUNTED if name not in table.columns]
    if missing:
        raise InputError(f"no column {', '.join(missing)}: the table needs time, n and k; any others are keys of the series")
    keys = [name for name in table.columns if name not in _COUNTED]
    refuse_taken(keys, _RESULT)
    times, n, k = _times(table["time"]), _counts(table["n"], "n"), _counts(table["k"], "k")
    over = k > n
    if kind is not Kind.COUNTS and over.any():
        row = int(over.arg_max() or 0)
        raise refuse(row + 1, "k", f"{k[row]} failures among n = {n[row]} trials; k counts failures, at most n")
    midnight = (pl.col("time") % DAY == 0).all()
    width = pl.when(midnight.over(keys) if keys else midnight).then(24).otherwise(1)
    bins = (
        pl.DataFrame([*table.select(keys), times.dt.epoch("s").alias("time"), n.alias("n"), k.alias("k")])
        .with_columns(width=width.cast(pl.Int64))
        .filter(pl.col("n") > 0)
        .with_columns(pl.col("time") // (3600 * pl.col("width")) * pl.col("width"))
        .group_by(*keys, "time")
        .agg(pl.col("n", "k").sum(), pl.col("width").first())
        .sort(*keys, "time", nulls_last=True)
    )
    return bins, keys


def _search(bins: pl.DataFrame, keys: list[str], kind: Kind, width: int) -> list[tuple[dict[str, object], Found]]:
    """What passes the floor of evidence in series of one width of bin, each with the row that names its series."""
    bounds = series_bounds(bins, keys) if keys else [(0, bins.height)] * bool(bins.height)
    hours, trials, failures = (bins[name].to_numpy().astype(np.int64) for name in ("time", "n", "k"))
    counts = Bins(hours, trials, failures, np.array([0, *(stop for _, stop in bounds)], dtype=np.int64))
    within = 0 if kind in (Kind.SNAPSHOT, Kind.LIST) else width
    least = LEAST_BAD if kind is Kind.PROPORTION else 1
    found = sufficient_bins(counts, search_bins(counts, kind=kind, width=within, least_bad=least), width=within, kind=kind)
    hourly = kind is Kind.PROPORTION and width == 1
    return [
        (bins.row(bounds[index][0], named=True), _bounded(counts.series(index), one) if hourly else one) for index, one in found
    ]


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
    bins, keys = read_bins(table, kind=kind)
    found = [row for width in (1, 24) for row in _search(bins.filter(pl.col("width") == width), keys, kind, width)]
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
    result = pl.DataFrame(columns, schema={**bins.select(keys).schema, **_RESULT})
    return result.sort(*keys, "onset", nulls_last=True, maintain_order=True)

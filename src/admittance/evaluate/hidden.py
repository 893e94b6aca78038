"""Days of real series are hidden, and restrictions planted in them: do the brackets widen, and still hold?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import numpy as np
import polars as pl

from admittance.detect import Kind, detect_series
from admittance.detect.plain import read_bins
from admittance.errors import InputError
from admittance.model.tables import TIME

__all__ = ["HiddenScore", "evaluate_hidden", "planted"]

DAY: Final = 24
HOUR_MICROSECONDS: Final = 3_600_000_000
SLACK: Final = timedelta(hours=72)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class HiddenScore(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the brackets when days were hidden. Widths are medians in hours; a bracket open on a side holds."""

    series: int
    intervals: int  # found in all of the data
    draws: int  # how often a share of the days was hidden
    kept: int  # intervals found again, of intervals × draws
    found_share: float | None
    onset_held: float | None  # brackets that hold the onset as all of the data have it
    onset_overlaps: float | None  # brackets that share a time with that of all of the data
    end_held: float | None
    end_overlaps: float | None
    onset_width_hours: float | None  # with all of the data
    onset_width_hidden_hours: float | None
    end_width_hours: float | None
    end_width_hidden_hours: float | None
    too_narrow: int  # brackets narrower than the time without data around the bound; there must be none
    extra: int  # intervals that all of the data do not show


class _Bracket(msgspec.Struct, frozen=True):
    point: datetime | None
    earliest: datetime | None
    latest: datetime | None

    def holds(self, time: datetime) -> bool:
        return (self.earliest is None or self.earliest <= time) and (self.latest is None or time <= self.latest)

    def overlaps(self, other: "_Bracket") -> bool:
        starts_before = self.earliest is None or other.latest is None or self.earliest <= other.latest
        return starts_before and (other.earliest is None or self.latest is None or other.earliest <= self.latest)

    def width(self) -> float | None:
        if self.earliest is None or self.latest is None:
            return None
        return (self.latest - self.earliest).total_seconds() / 3600


class _Interval(msgspec.Struct, frozen=True):
    key: tuple[object, ...]
    onset: _Bracket
    end: _Bracket


def evaluate_hidden(
    table: pl.DataFrame, *, share: float = 0.3, draws: int = 20, seed: int = 1, kind: Kind = Kind.PROPORTION
) -> HiddenScore:
    """What is found when a share of the days (UTC) of each series is hidden, laid against what all of the data show.

    `table` as `detect_series` takes it. Each draw hides other days, the same in all series; the same seed gives the same days.
    An interval is found again when one of the same series overlaps it, 72 hours of slack given. Raises `InputError`.
    """
    if not 0 < share < 1:
        raise InputError(f"a share of {share} of the days cannot be hidden: it must lie between 0 and 1")
    bins, keys = read_bins(table, kind=kind)
    rows = _table(bins)
    days = np.unique(bins["time"].to_numpy() // DAY)
    whole = _intervals(rows, keys, kind)
    moments = kind in (Kind.SNAPSHOT, Kind.LIST)
    widths = {key: timedelta(hours=0 if moments else part.item(0, "width")) for key, part in _parts(bins, keys).items()}
    draw = np.random.default_rng(seed)
    pairs: list[tuple[_Interval, _Interval]] = []
    extra = narrow = 0
    for _ in range(draws):
        hidden = draw.choice(days, size=max(1, round(share * len(days))), replace=False)
        kept = rows.filter(~pl.col("time").dt.epoch("d").is_in(hidden.tolist()))
        found = _intervals(kept, keys, kind)
        matched = list(_matched(whole, found))
        pairs += matched
        extra += sum(all(not _same(one, other) for other in whole) for one in found)
        measured = {key: set(part["time"].to_list()) for key, part in _parts(kept, keys).items()}
        narrow += sum(_narrower(one, measured[one.key], widths[one.key]) for one in found)
    onsets = [(one.onset, other.onset) for one, other in pairs if one.onset.point is not None]
    ends = [(one.end, other.end) for one, other in pairs if one.end.point is not None]
    return HiddenScore(
        series=len(widths),
        intervals=len(whole),
        draws=draws,
        kept=len(pairs),
        found_share=_ratio(len(pairs), len(whole) * draws),
        onset_held=_ratio(sum(other.holds(one.point) for one, other in onsets if one.point), len(onsets)),
        onset_overlaps=_ratio(sum(other.overlaps(one) for one, other in onsets), len(onsets)),
        end_held=_ratio(sum(other.holds(one.point) for one, other in ends if one.point), len(ends)),
        end_overlaps=_ratio(sum(other.overlaps(one) for one, other in ends), len(ends)),
        onset_width_hours=_median([one.width() for one, _ in onsets]),
        onset_width_hidden_hours=_median([other.width() for _, other in onsets]),
        end_width_hours=_median([one.width() for one, _ in ends]),
        end_width_hidden_hours=_median([other.width() for _, other in ends]),
        too_narrow=narrow,
        extra=extra,
    )


def planted(table: pl.DataFrame, *, share: float, days: int, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The series, each with a restriction of so many days in which so large a share of what worked fails; and their labels.

    So the noise, the rhythm and the gaps are real, and the truth is known. Where it begins is drawn from the middle third of
    each series; a series that is too short is left out. Raises `InputError`.
    """
    if not 0 < share <= 1 or days < 1:
        raise InputError("a restriction is planted with a share above 0, at most 1, and for a day or more")
    bins, keys = read_bins(table)
    draw = np.random.default_rng(seed)
    parts, labels = [], []
    for part in _parts(bins, keys).values():
        hours, n, k = (part[name].to_numpy() for name in ("time", "n", "k"))
        length = int(hours[-1] - hours[0])
        if length < 3 * days * DAY:
            continue
        width = int(part["width"][0])
        onset = int(hours[0] + draw.integers(length // 3, 2 * length // 3 - days * DAY // 2)) // width * width
        inside = (hours >= onset) & (hours < onset + days * DAY)
        more = draw.binomial(n - k, share) * inside
        parts.append(part.with_columns(k=pl.Series(k + more)))
        bounds = [_EPOCH + timedelta(hours=onset), _EPOCH + timedelta(hours=onset + days * DAY)]
        labels.append({**part.select(keys).row(0, named=True), "onset": bounds[0].isoformat(), "end": bounds[1].isoformat()})
    if not parts:
        raise InputError(f"no series is three times as long as the {days} days to be planted")
    return _table(pl.concat(parts)), pl.DataFrame(
        labels, schema={**bins.select(keys).schema, "onset": pl.String, "end": pl.String}
    )


def _table(bins: pl.DataFrame) -> pl.DataFrame:
    """What `read_bins` gave, as it can be read again."""
    return bins.with_columns((pl.col("time") * HOUR_MICROSECONDS).cast(TIME)).drop("width")


def _parts(table: pl.DataFrame, keys: list[str]) -> dict[tuple[object, ...], pl.DataFrame]:
    return table.partition_by(keys, as_dict=True, maintain_order=True) if keys else {(): table}


def _intervals(rows: pl.DataFrame, keys: Sequence[str], kind: Kind) -> list[_Interval]:
    return [
        _Interval(
            tuple(row[name] for name in keys),
            _Bracket(row["onset"], row["onset_earliest"], row["onset_latest"]),
            _Bracket(row["end"], row["end_earliest"], row["end_latest"]),
        )
        for row in detect_series(rows, kind=kind).iter_rows(named=True)
    ]


def _same(one: _Interval, other: _Interval) -> bool:
    if one.key != other.key or one.onset.point is None or other.onset.point is None:
        return False
    first = other.end.point is None or one.onset.point - SLACK < other.end.point
    return first and (one.end.point is None or other.onset.point - SLACK < one.end.point)


def _matched(whole: Sequence[_Interval], found: Sequence[_Interval]) -> Iterator[tuple[_Interval, _Interval]]:
    left = list(found)
    for one in whole:
        other = next((other for other in left if _same(one, other)), None)
        if other is not None:
            left.remove(other)
            yield one, other


def _narrower(one: _Interval, known: set[datetime], width: timedelta) -> bool:
    """Whether a bracket ends inside a time without data: then it says more than the data could."""
    return any(
        (bound.earliest is not None and bound.earliest not in known)
        or (bound.latest is not None and bound.latest - width not in known)
        for bound in (one.onset, one.end)
    )


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(float(np.median(known)), 1) if known else None

"""Observations in stretches that fit into memory: small countries together, a large one by runs of days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
import polars as pl

from admittance.lake.snapshot import Snapshot
from admittance.model.observation import NetworkObservation

__all__ = ["Stretch", "groups_of", "rows_by_day", "stretches_of"]

ROWS_AT_ONCE = 300_000
"""Observations that are looked at together: small countries share the cost of a step, large ones bound its memory to about a
gigabyte. A day of one country is never cut."""

RowsByDay = Mapping[str, Mapping[datetime, int]]
"""Per country, how many observations there are of each day (UTC)."""


class Stretch(msgspec.Struct, frozen=True):
    """Countries, and from when (included) to when (excluded, UTC); null where all time is meant."""

    countries: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None

    def of(self, observations: pl.LazyFrame) -> pl.LazyFrame:
        """The observations of this stretch."""
        rows = observations.filter(pl.col("country").is_in(self.countries))
        if self.since is not None:
            rows = rows.filter(pl.col("time") >= self.since)
        return rows if self.until is None else rows.filter(pl.col("time") < self.until)


def rows_by_day(snapshot: Snapshot) -> RowsByDay:
    """How many network observations a snapshot holds, per country and day."""
    day = pl.col("time").dt.truncate("1d").alias("day")
    counted = snapshot.scan(NetworkObservation).group_by("country", day).agg(pl.len()).sort("country", "day").collect()
    rows: dict[str, dict[datetime, int]] = {}
    for country, begun, number in counted.iter_rows():
        rows.setdefault(country, {})[begun] = number
    return rows


def groups_of(countries: Sequence[str], rows: RowsByDay) -> Iterator[tuple[str, ...]]:
    """The countries in order, as many at a time as keep within the bound; one that exceeds it by itself goes alone."""
    group: list[str] = []
    size = 0
    for country in countries:
        number = sum(rows.get(country, {}).values())
        if group and size + number > ROWS_AT_ONCE:
            yield tuple(group)
            group, size = [], 0
        group.append(country)
        size += number
    if group:
        yield tuple(group)


def stretches_of(group: tuple[str, ...], rows: RowsByDay) -> Iterator[Stretch]:
    """The group in one stretch, or a single country in as many runs of days as keep each within the bound; at least one.

    Together they leave out no time: there are measurements without an observation.
    """
    days = rows.get(group[0], {}) if len(group) == 1 else {}
    if sum(days.values()) <= ROWS_AT_ONCE:
        yield Stretch(group)
        return
    first: datetime | None = None
    size = 0
    for day, number in sorted(days.items()):
        if size and size + number > ROWS_AT_ONCE:
            yield Stretch(group, first, day)
            first, size = day, 0
        size += number
    yield Stretch(group, first)

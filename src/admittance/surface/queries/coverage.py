"""What could have been seen: days with measurements, and days without, which are shown as zero and never as ok."""

from datetime import UTC, datetime, timedelta

import msgspec
import polars as pl

from admittance.errors import UsageError
from admittance.lake import Snapshot
from admittance.model.coverage import Coverage
from admittance.model.ids import Country, SubjectId
from admittance.model.vocabulary import Gate

__all__ = ["CoverageDay", "CoverageSpan", "coverage", "coverage_spans"]

MOST_DAYS = 36_525
"""A century: more is a slip of the pen."""

_COUNTS = ("measurements", "scored", "insufficient", "failed", "reports", "late")


class CoverageDay(msgspec.Struct, frozen=True, kw_only=True):
    """Measurements of a subject at a gate in a country on one day (UTC), all networks together; zero when there was none."""

    subject: SubjectId
    gate: Gate
    country: Country
    day: datetime
    networks: int
    measurements: int
    scored: int
    insufficient: int
    failed: int
    reports: int
    late: int


class CoverageSpan(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured in a country at a gate, over all subjects: a measurement of two subjects counts for each."""

    country: Country
    gate: Gate
    subjects: int
    networks: int
    first_day: datetime
    last_day: datetime
    days: int  # with a measurement
    days_without: int  # between the first and the last, without any
    measurements: int
    scored: int
    insufficient: int
    failed: int
    late: int


def coverage_spans(snapshot: Snapshot) -> list[CoverageSpan]:
    """Each country and gate of which the lake holds any measurement, sorted."""
    rows = (
        snapshot.scan(Coverage)
        .group_by("country", "gate")
        .agg(
            pl.col("subject").n_unique().alias("subjects"),
            pl.col("network").filter(pl.col("network") > 0).n_unique().alias("networks"),
            pl.col("day").min().alias("first_day"),
            pl.col("day").max().alias("last_day"),
            pl.col("day").n_unique().alias("days"),
            pl.col("measurements", "scored", "insufficient", "failed", "late").sum(),
        )
        .with_columns(((pl.col("last_day") - pl.col("first_day")).dt.total_days() + 1 - pl.col("days")).alias("days_without"))
        .sort("country", "gate")
        .collect()
    )
    return msgspec.convert(rows.to_dicts(), list[CoverageSpan])


def coverage(
    snapshot: Snapshot,
    subject: SubjectId,
    country: Country | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[CoverageDay]:
    """Every day of a subject in each country and at each gate where it was measured (or in the country asked for), in order.

    The days are those between `since` (inclusive) and `until` (exclusive); without them, from the first to the last on which
    anything was measured in that country at that gate. Days without a measurement are among them, with zeros. Raises
    `UsageError` for more than a century.
    """
    table = snapshot.scan(Coverage)
    if country is not None:
        table = table.filter(pl.col("country") == country)
    of_subject = table.filter(pl.col("subject") == subject)
    days = of_subject.group_by("country", "gate", "day").agg(
        pl.col("network").filter(pl.col("network") > 0).n_unique().alias("networks"), pl.col(*_COUNTS).sum()
    )
    known = days.collect()
    bounds = table.group_by("country", "gate").agg(pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
    places = known.select("country", "gate").unique()
    if country is not None and places.is_empty():
        places = pl.DataFrame([(country, Gate.NETWORK.value)], schema=places.schema, orient="row")
    spans = places.join(bounds.collect(), on=["country", "gate"], how="left").sort("country", "gate")
    by_day = {
        (row[0], row[1], row[2]): row[3:] for row in known.select("country", "gate", "day", "networks", *_COUNTS).iter_rows()
    }
    found: list[CoverageDay] = []
    for place, gate, first, last in spans.iter_rows():
        begin = _start_of_day(since) if since is not None else first
        end = until if until is not None else None if last is None else last + timedelta(days=1)
        if begin is None or end is None:
            continue
        if (end - begin).days > MOST_DAYS:
            raise UsageError(f"{begin:%Y-%m-%d} to {end:%Y-%m-%d} is more than a century; say --since and --until")
        while begin < end:
            counts = by_day.get((place, gate, begin), (0,) * (1 + len(_COUNTS)))
            named = dict(zip(("networks", *_COUNTS), counts, strict=True))
            found.append(CoverageDay(subject=subject, gate=Gate(gate), country=Country(place), day=begin, **named))
            begin += timedelta(days=1)
    return found


def _start_of_day(time: datetime) -> datetime:
    return datetime(time.year, time.month, time.day, tzinfo=UTC)

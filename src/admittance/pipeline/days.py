"""Verdicts, cells and coverage of the days that changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.detect import COVERED_COLUMNS, build_cells, build_coverage
from admittance.judge import judge_functions
from admittance.lake import Slice, in_slices
from admittance.lake.lake import Derivations
from admittance.lake.snapshot import Snapshot
from admittance.model.coverage import Coverage
from admittance.model.observation import Measurement, NetworkObservation
from admittance.model.verdict import Cell, Verdict
from admittance.model.vocabulary import Gate
from admittance.pipeline.partitions import Place, by_country, stamped
from admittance.pipeline.progress import Progress
from admittance.pipeline.rescoring import NOTHING, Judge, said_by_day
from admittance.pipeline.snapshots import Snapshots
from admittance.pipeline.stretches import RowsByDay, Stretch, stretches_of

__all__ = ["PLACE", "Derived", "Measured", "derive_days", "measured_once"]

PLACE = ["subject", "country"]
"""Whose series are searched together."""


class Measured(msgspec.Struct, frozen=True):
    """What a snapshot holds of measurements, each from one place only: archives repeat them."""

    observations: pl.LazyFrame
    measurements: pl.LazyFrame


class Derived(msgspec.Struct, frozen=True):
    """Subjects x countries of which any cell is new or gone, and what the rules said of the days that were put in place."""

    places: pl.DataFrame
    said: Mapping[Place, str]


def measured_once(snapshot: Snapshot) -> Measured:
    """The observations and measurements without those that stand elsewhere as well."""
    repeated = _repeated(snapshot)
    return Measured(_once(snapshot.scan(NetworkObservation), repeated), _once(snapshot.scan(Measurement), repeated))


def derive_days(
    work: Derivations,
    measured: Measured,
    *,
    rows: RowsByDay,
    stale: Mapping[str, Collection[datetime]],
    standing: Collection[Place],
    judge: Judge,
    bearing: pl.DataFrame,
    snapshots: Snapshots,
    catalog: Catalog,
    progress: Progress,
) -> Derived:
    """Puts verdicts, cells and coverage of the `stale` days in place, save of those that were found to be `standing`.

    `rows` and `bearing` say of each country and day how many observations there are and which controls bear on it.
    """
    done: list[Slice] = []
    places = [work.base.scan(Cell).select(PLACE).clear().collect()]
    anew = [(country, day) for country, days in stale.items() for day in days if (country, day) not in standing]
    said = dict.fromkeys(anew, NOTHING)
    for stretch in stretches_of(rows, days=by_country(anew)):
        progress(f"judge {', '.join(sorted({part.country for part in stretch}))}", len(done))
        derived = _derive(work, measured, stretch, judge=judge, bearing=bearing, snapshots=snapshots, catalog=catalog)
        places.append(derived.places)
        said |= derived.said
        done += stretch
    _cover_elsewhere(work, work.base, snapshots.coverage, done, rows)
    return Derived(pl.concat(places).unique(), said)


def _derive(
    work: Derivations,
    measured: Measured,
    stretch: Stretch,
    *,
    judge: Judge,
    bearing: pl.DataFrame,
    snapshots: Snapshots,
    catalog: Catalog,
) -> Derived:
    """The same for one stretch, of which nothing stays in memory."""
    here = in_slices(stretch)
    verdicts, said = _judged(measured.observations.filter(here), judge, bearing)
    seen = measured.measurements.filter(here).select(COVERED_COLUMNS).collect()
    _cover(work, build_coverage(verdicts, seen, catalog=catalog), snapshots.coverage, stretch)
    verdicts = pl.concat([verdicts, judge_functions(verdicts, catalog=catalog), snapshots.attempts.filter(here)])
    cells = build_cells(verdicts)
    work.replace(Verdict, verdicts, slices=stretch)
    del verdicts
    places = _different(work.base.scan(Cell).filter(here).collect(), cells).select(PLACE).unique()
    work.replace(Cell, cells, slices=stretch)
    return Derived(places, said)


def _judged(observations: pl.LazyFrame, judge: Judge, bearing: pl.DataFrame) -> tuple[pl.DataFrame, Mapping[Place, str]]:
    """Verdicts that name the controls which bear on their day, and what they say of each day; the observations may go."""
    judged = judge(observations)
    return stamped(judged.verdicts(), bearing), said_by_day(judged)


def _repeated(snapshot: Snapshot) -> pl.DataFrame:
    """Measurements that stand elsewhere as well: of the places that hold one, all but the first by source, file and country."""
    places = ["measurement_uid", "source", "file", "country"]
    told = snapshot.scan(Measurement).filter(pl.col("observations") > 0)
    if told.select(pl.col("measurement_uid").is_unique().all()).collect().item():
        return told.select(places).clear().collect()
    return (
        told.select(places)
        .unique()
        .filter(pl.col("measurement_uid").is_duplicated())
        .sort(places)
        .collect()
        .filter(~pl.col("measurement_uid").is_first_distinct())
    )


def _once(rows: pl.LazyFrame, repeated: pl.DataFrame) -> pl.LazyFrame:
    """Observations or measurements without those that stand elsewhere as well."""
    return rows if repeated.is_empty() else rows.join(repeated.lazy(), on=repeated.columns, how="anti")


def _cover(work: Derivations, networks: pl.DataFrame, snapshots: pl.DataFrame, stretch: Stretch) -> None:
    here = in_slices(stretch, "day")
    work.replace(Coverage, pl.concat([networks, snapshots.filter(here)]), slices=stretch, column="day")


def _cover_elsewhere(
    work: Derivations, base: Snapshot, snapshots: pl.DataFrame, done: Sequence[Slice], rows: RowsByDay
) -> None:
    """Put in place the coverage of snapshots where it is not what it was, on days that were not judged anew."""
    present = base.scan(Coverage).filter(~in_slices(done, "day")).collect()
    of_snapshots = pl.col("gate") != Gate.NETWORK.value
    former, fresh = present.filter(of_snapshots), snapshots.filter(~in_slices(done, "day"))
    changed: dict[str, list[datetime]] = {}
    for country, day in _different(former, fresh).select("country", "day").unique().sort("country", "day").iter_rows():
        changed.setdefault(country, []).append(day)
    for stretch in stretches_of(rows, days=changed):
        _cover(work, present.filter(in_slices(stretch, "day") & ~of_snapshots), snapshots, stretch)


def _different(former: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Rows that stand in one of two tables only; each has a row but once."""
    both = pl.concat([former, fresh])
    return both.filter(~both.is_duplicated())

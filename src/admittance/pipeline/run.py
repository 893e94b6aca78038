"""From source tables to every derived table: judge, count, detect, name, reconcile; only what changed is redone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import polars as pl

from admittance.catalog import Catalog, load
from admittance.detect import (
    COVERED_COLUMNS,
    DETECTOR_VERSION,
    build_attempt_coverage,
    build_cells,
    build_coverage,
    build_snapshot_cells,
    build_snapshot_coverage,
    find_restrictions,
    group_episodes,
    identify,
    snapshot_episodes,
)
from admittance.errors import ConflictError
from admittance.judge import (
    RULESET_VERSION,
    VOUCHING_COLUMNS,
    build_controls,
    can_vouch,
    controls_version,
    judge_attempts,
    judge_functions,
    judge_network,
    judge_snapshots,
)
from admittance.judge.fingerprints import Fingerprints
from admittance.lake import Lake, Slice, in_slices
from admittance.lake.lake import Derivations
from admittance.lake.layout import Derivation
from admittance.lake.snapshot import Snapshot
from admittance.model.corroboration import Corroboration
from admittance.model.coverage import Coverage
from admittance.model.episode import Change, Episode
from admittance.model.observation import Body, Measurement, NetworkObservation, SnapshotObservation
from admittance.model.tables import rows_of, table_of
from admittance.model.verdict import Cell, ControlRecord, SnapshotCell, SnapshotVerdict, Verdict
from admittance.model.vocabulary import SNAPSHOT_GATES, Gate, Origin
from admittance.pipeline.demand import STEP, derive_demand
from admittance.pipeline.editions import editions_holding, marks_of
from admittance.pipeline.partitions import Partitions, bearing_by_day, stamped, stored_by_day
from admittance.pipeline.progress import Progress, silent
from admittance.pipeline.reading import read_again, stored_readings
from admittance.pipeline.stretches import RowsByDay, Stretch, stretches_of
from admittance.reconcile import corroborate

__all__ = ["RunReport", "run"]

_PLACE = ["subject", "country"]
_SNAPSHOT_GATES = [gate.value for gate in SNAPSHOT_GATES]

PLACES_AT_ONCE = 2_000
"""Subjects × countries whose series are searched together."""

RUN_TRIES = 5
"""How often a run begins again because another run was released while it worked."""


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did, and the release that shows it."""

    release: int
    countries: int  # with network measurements
    rejudged: int  # of these, in which any day was judged anew
    days: int  # of these countries that were measured, added up
    days_rejudged: int  # judged anew, or gone
    searched: int  # subjects × countries whose series changed and were searched again
    verdicts: int
    episodes: int
    changes: int  # new lines in the log of episodes
    corroborations: int
    documents_read_again: int
    as_of: str | None  # the day whose editions and controls were used; null for the present
    editions: tuple[str, ...]  # versions of the published lists that held


def run(lake: Lake, *, catalog: Catalog | None = None, as_of: date | None = None, progress: Progress = silent) -> RunReport:
    """Bring the derived tables up to date with what was ingested and read, and release them together.

    The result is a function of the source tables and of the versions of rules, catalog, fingerprints, detector and reader: two
    lakes with the same inputs get the same rows. Of what others publish the newest editions are used. With `as_of` all
    measurements are scored with the editions that held on that day (UTC) and with controls from observations until its end;
    that is kept beside the present, and adds nothing to the log of changes. Killed at any moment, it leaves the former
    release in force. Raises `ConflictError` when other runs keep being released first.
    """
    known = catalog or load()
    read = read_again(lake, catalog=known)
    for attempt in range(RUN_TRIES):
        try:
            return _run_once(lake, known, as_of, read, progress)
        except ConflictError:
            if attempt == RUN_TRIES - 1:
                raise
            progress("another run was released first: begin again", 0)
    raise AssertionError("unreachable")


def _run_once(lake: Lake, catalog: Catalog, as_of: date | None, documents_read_again: int, progress: Progress) -> RunReport:
    day = None if as_of is None else as_of.isoformat()
    with lake.deriving(as_of=day) as work:
        base = work.base
        editions = editions_holding(base, as_of)
        marks = marks_of(editions)
        origin = base.origin or Origin.MEASURED
        progress("controls", 0)
        repeated = _repeated(base)
        observations = _once(base.scan(NetworkObservation), repeated)
        measurements = _once(base.scan(Measurement), repeated)
        stored = stored_by_day(base, observations, measurements)
        rows = stored.rows
        vouching = observations.filter(can_vouch()).select(*VOUCHING_COLUMNS, "country")
        if as_of is not None:
            vouching = vouching.filter(pl.col("time") < datetime.combine(as_of, time(), UTC) + timedelta(days=1))
        controls = build_controls(
            (vouching.filter(in_slices(stretch)).collect() for stretch in stretches_of(rows)), catalog=catalog
        )
        work.replace(ControlRecord, controls)
        versions = {
            "ruleset": RULESET_VERSION,
            "catalog": catalog.version,
            "fingerprints": marks.version,
            "controls": controls_version(controls),
            "detector": DETECTOR_VERSION,
        }
        progress("snapshots", 0)
        snapshots = _snapshots(work, base, catalog, _json(versions))
        attempts = snapshots.attempts
        bearing = bearing_by_day(observations, controls, rows)
        judged_by = {key: versions[key] for key in ("ruleset", "catalog", "fingerprints")}
        fresh = Partitions.of(stored, bearing, attempts, judged_by, detector=DETECTOR_VERSION)
        former = Partitions.kept(base)
        stale = fresh.stale(former)
        slices: list[Slice] = []
        places = [base.scan(Cell).select(_PLACE).clear().collect()]
        for stretch in stretches_of(rows, days=stale):
            progress(f"judge {', '.join(sorted({part.country for part in stretch}))}", len(slices))
            here = in_slices(stretch)
            verdicts = stamped(_judge(observations.filter(here), base, controls, catalog, marks), bearing)
            seen = measurements.filter(here).select(COVERED_COLUMNS).collect()
            _cover(work, build_coverage(verdicts, seen, catalog=catalog), snapshots.coverage, stretch)
            verdicts = pl.concat([verdicts, judge_functions(verdicts, catalog=catalog), attempts.filter(here)])
            cells = build_cells(verdicts)
            places.append(_different(base.scan(Cell).filter(here).collect(), cells).select(_PLACE).unique())
            work.replace(Verdict, verdicts, slices=stretch)
            work.replace(Cell, cells, slices=stretch)
            slices += stretch
        _cover_elsewhere(work, base, snapshots.coverage, slices, rows)
        everything = work.scan(Cell).filter(pl.col("country").is_in(fresh.searched_otherwise(former)))
        changed = pl.concat([*places, everything.select(_PLACE).unique().collect()]).unique().sort(_PLACE)
        kept = base.scan(Episode).filter(~pl.col("gate").is_in(_SNAPSHOT_GATES)).collect()
        kept = kept.join(changed, on=_PLACE, how="anti").with_columns(versions=pl.lit(_json(versions)))
        episodes = [*rows_of(Episode, kept), *snapshots.episodes]
        for searched in changed.iter_slices(PLACES_AT_ONCE):
            progress("detect", len(searched))
            series = _series(work.scan(Cell), searched)
            episodes += group_episodes(find_restrictions(series), series, versions=_json(versions))
        present = base if as_of is None else lake.snapshot(base.version)
        log = rows_of(Change, present.scan(Change).sort("sequence").collect())
        named, changes = identify(episodes, log)
        work.replace(Episode, table_of(Episode, named))
        if as_of is None:
            work.replace(Change, table_of(Change, [*log, *changes]))
        work.replace(Derivation, table_of(Derivation, [*fresh.derivations(), *derive_demand(work, _former_inputs(base, STEP))]))
        progress("reconcile", 0)
        edges = corroborate(
            stored_readings(base),
            episodes=named,
            cells=work.scan(Cell),
            store_verdicts=snapshots.verdicts.filter(pl.col("gate") == Gate.STORE.value),
            catalog=catalog,
            versions=_json(versions),
            origin=origin,
        )
        work.replace(Corroboration, edges)
    released = lake.snapshot(as_of=day)
    return RunReport(
        release=released.version,
        countries=len(fresh.detectors),
        rejudged=len(stale),
        days=len(fresh.days),
        days_rejudged=sum(map(len, stale.values())),
        searched=changed.height,
        verdicts=sum(released.scan(noun).select(pl.len()).collect().item() for noun in (Verdict, SnapshotVerdict)),
        episodes=len(named),
        changes=len(changes) if as_of is None else 0,
        corroborations=edges.height,
        documents_read_again=documents_read_again,
        as_of=day,
        editions=tuple(edition.version for edition in editions),
    )


def _former_inputs(snapshot: Snapshot, step: str) -> dict[str, str]:
    """What a step's rows of each country were a function of."""
    table = snapshot.scan(Derivation).filter(pl.col("step") == step).select("country", "inputs").sort("country")
    return dict(table.collect().iter_rows())


def _repeated(snapshot: Snapshot) -> pl.DataFrame:
    """Measurements that stand elsewhere as well: of the places that hold one, all but the first by source, file and country."""
    places = ["measurement_uid", "source", "file", "country"]
    distinct = snapshot.scan(Measurement).filter(pl.col("observations") > 0).select(places).unique()
    return (
        distinct.filter(pl.col("measurement_uid").is_duplicated())
        .sort(places)
        .collect()
        .filter(~pl.col("measurement_uid").is_first_distinct())
    )


def _once(rows: pl.LazyFrame, repeated: pl.DataFrame) -> pl.LazyFrame:
    """Observations or measurements without those that stand elsewhere as well."""
    return rows if repeated.is_empty() else rows.join(repeated.lazy(), on=repeated.columns, how="anti")


class _Snapshots(msgspec.Struct, frozen=True):
    """What the gates say that are looked at in snapshots: read whole each time, for what is found elsewhere decides."""

    verdicts: pl.DataFrame
    attempts: pl.DataFrame  # verdicts of functions that were tried, which are counted with those of measurements
    coverage: pl.DataFrame
    episodes: list[Episode]


def _snapshots(work: Derivations, base: Snapshot, catalog: Catalog, versions: str) -> _Snapshots:
    observations = base.scan(SnapshotObservation).collect()
    verdicts = judge_snapshots(observations, catalog=catalog)
    cells = build_snapshot_cells(verdicts)
    work.replace(SnapshotVerdict, verdicts)
    work.replace(SnapshotCell, cells)
    tried = observations.filter(pl.col("gate") == Gate.FUNCTION.value)
    attempts = judge_attempts(tried, catalog=catalog)
    coverage = [build_snapshot_coverage(verdicts, observations), build_attempt_coverage(attempts, tried)]
    return _Snapshots(
        verdicts=verdicts,
        attempts=attempts,
        coverage=pl.concat(coverage),
        episodes=snapshot_episodes(cells, versions=versions),
    )


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


def _series(cells: pl.LazyFrame, places: pl.DataFrame) -> pl.DataFrame:
    """All cells of some subjects × countries."""
    there = cells.filter(pl.col("country").is_in(places["country"].unique().to_list()))
    return there.join(places.lazy(), on=_PLACE, how="semi").collect()


def _judge(
    observations: pl.LazyFrame, snapshot: Snapshot, controls: pl.DataFrame, catalog: Catalog, marks: Fingerprints
) -> pl.DataFrame:
    rows = observations.collect()
    refused = rows.filter(~pl.col("certificate_valid")).select(pl.col("certificate_sha256").alias("body_sha256"))
    wanted = pl.concat([rows.select("body_sha256"), refused]).drop_nulls().unique()
    bodies = (
        snapshot.scan(Body)
        .join(wanted.lazy(), on="body_sha256", how="semi")
        .sort("body_sha256", "file")
        .unique(subset="body_sha256", keep="first", maintain_order=True)
        .collect()
    )
    return judge_network(rows, bodies=bodies, controls=controls, catalog=catalog, fingerprints=marks)


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()

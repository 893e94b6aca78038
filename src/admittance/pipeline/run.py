"""From source tables to every derived table: judge, count, detect, name, reconcile; only what changed is redone."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import polars as pl

from admittance.catalog import Catalog, load
from admittance.detect import (
    COVERED_COLUMNS,
    DETECTOR_VERSION,
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
from admittance.lake import Lake
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
from admittance.pipeline.progress import Progress, silent
from admittance.pipeline.reading import read_again, stored_readings
from admittance.pipeline.stretches import groups_of, rows_by_day, stretches_of
from admittance.reconcile import corroborate

__all__ = ["RunReport", "run"]

_SNAPSHOT_GATES = [gate.value for gate in SNAPSHOT_GATES]

RUN_TRIES = 5
"""How often a run begins again because another run was released while it worked."""


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did, and the release that shows it."""

    release: int
    countries: int  # with network measurements
    rejudged: int  # of these, judged anew
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
        rows = rows_by_day(base)
        repeated = _repeated(base)
        observations = _once(base.scan(NetworkObservation), repeated)
        measurements = _once(base.scan(Measurement).select(COVERED_COLUMNS), repeated)
        vouching = observations.filter(can_vouch()).select(*VOUCHING_COLUMNS, "country")
        if as_of is not None:
            vouching = vouching.filter(pl.col("time") < datetime.combine(as_of, time(), UTC) + timedelta(days=1))
        controls = build_controls(
            (
                stretch.of(vouching).collect()
                for group in groups_of(sorted(rows), rows)
                for stretch in stretches_of(group, rows)
            ),
            catalog=catalog,
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
        attempts = judge_attempts(
            base.scan(SnapshotObservation).filter(pl.col("gate") == Gate.FUNCTION.value).collect(), catalog=catalog
        )
        fresh = _inputs_by_country(base, versions, attempts)
        former = _former_inputs(base, "network")
        stale = sorted(country for country in fresh.keys() | former.keys() if fresh.get(country) != former.get(country))
        kept = base.scan(Episode).filter(~pl.col("country").is_in(stale) & ~pl.col("gate").is_in(_SNAPSHOT_GATES))
        episodes = [*rows_of(Episode, kept.collect()), *snapshots.episodes]
        done = 0
        for group in groups_of(stale, rows):
            progress(f"judge and detect {', '.join(group)}", done, len(stale))
            parts, covered = [], []
            for number, stretch in enumerate(stretches_of(group, rows)):
                verdicts = _judge(stretch.of(observations), base, controls, catalog, marks)
                covered.append(build_coverage(verdicts, stretch.of(measurements).collect(), catalog=catalog))
                tried = attempts.filter(pl.col("country").is_in(group) & (number == 0))
                verdicts = pl.concat([verdicts, judge_functions(verdicts, catalog=catalog), tried])
                parts.append(build_cells(verdicts))
                if number == 0:
                    work.replace(Verdict, verdicts, countries=group)
                    work.replace(Cell, parts[0], countries=group)
                else:
                    work.extend(Verdict, verdicts)
                    work.extend(Cell, parts[-1])
            group_cells = pl.concat(parts)
            _cover(work, pl.concat(covered), snapshots.coverage, group)
            restrictions = find_restrictions(group_cells)
            episodes += group_episodes(restrictions, group_cells, versions=_json(versions))
            done += len(group)
        elsewhere = sorted(_changed_countries(base, snapshots.coverage) - set(stale))
        if elsewhere:
            networks = base.scan(Coverage).filter(~pl.col("gate").is_in(_SNAPSHOT_GATES))
            _cover(work, networks.collect(), snapshots.coverage, elsewhere)
        present = base if as_of is None else lake.snapshot(base.version)
        log = rows_of(Change, present.scan(Change).sort("sequence").collect())
        named, changes = identify(episodes, log)
        work.replace(Episode, table_of(Episode, named))
        if as_of is None:
            work.replace(Change, table_of(Change, [*log, *changes]))
        derived = [Derivation(step="network", country=key, inputs=value) for key, value in fresh.items()]
        derived += derive_demand(work, _former_inputs(base, STEP))
        work.replace(Derivation, table_of(Derivation, derived))
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
        countries=len(fresh),
        rejudged=len(stale),
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
    coverage: pl.DataFrame
    episodes: list[Episode]


def _snapshots(work: Derivations, base: Snapshot, catalog: Catalog, versions: str) -> _Snapshots:
    observations = base.scan(SnapshotObservation).collect()
    verdicts = judge_snapshots(observations, catalog=catalog)
    cells = build_snapshot_cells(verdicts)
    work.replace(SnapshotVerdict, verdicts)
    work.replace(SnapshotCell, cells)
    return _Snapshots(
        verdicts=verdicts,
        coverage=build_snapshot_coverage(verdicts, observations),
        episodes=snapshot_episodes(cells, versions=versions),
    )


def _cover(work: Derivations, networks: pl.DataFrame, snapshots: pl.DataFrame, countries: Sequence[str]) -> None:
    here = pl.col("country").is_in(countries)
    work.replace(Coverage, pl.concat([networks.filter(here), snapshots.filter(here)]), countries=countries)


def _changed_countries(snapshot: Snapshot, coverage: pl.DataFrame) -> set[str]:
    """Countries whose coverage of snapshots is not what it was."""
    former = snapshot.scan(Coverage).filter(pl.col("gate").is_in(_SNAPSHOT_GATES)).collect()
    fresh = coverage.join(former, on=former.columns, how="anti")
    gone = former.join(coverage, on=former.columns, how="anti")
    return set(pl.concat([fresh["country"], gone["country"]]))


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


def _inputs_by_country(snapshot: Snapshot, versions: dict[str, str], attempts: pl.DataFrame) -> dict[str, str]:
    """For each country a hash of all that its verdicts, cells, coverage and episodes are a function of."""
    keys = ("country", "source", "file")
    tables = [snapshot.scan(noun).group_by(keys).agg(pl.len().alias("rows")) for noun in (NetworkObservation, Measurement)]
    counts = pl.concat(tables).group_by(keys).agg(pl.col("rows").sort()).sort(keys).collect()
    parts: dict[str, list[str]] = {}
    for country, *told in (*counts.iter_rows(), *attempts.select("country", "measurement_uid", "state", "rule").iter_rows()):
        parts.setdefault(country, [_json(versions)]).append(str(told))
    return {country: _digest(told) for country, told in sorted(parts.items())}


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()

"""From source tables to every derived table: judge, count, detect, name, reconcile; only what changed is redone."""

from datetime import date

import msgspec
import polars as pl

from admittance.catalog import Catalog, load
from admittance.detect import DETECTOR_VERSION
from admittance.errors import ConflictError
from admittance.judge import RULESET_VERSION, RULESET_VERSIONS, controls_version
from admittance.lake import Lake
from admittance.lake.layout import Derivation
from admittance.lake.snapshot import Snapshot
from admittance.model.corroboration import Corroboration
from admittance.model.episode import Change
from admittance.model.tables import table_of
from admittance.model.testimony import Testimony
from admittance.model.verdict import Cell, ControlRecord, SnapshotVerdict, Verdict
from admittance.model.vocabulary import Gate, Origin
from admittance.pipeline.days import PLACE, derive_days, measured_once
from admittance.pipeline.demand import STEP, derive_demand
from admittance.pipeline.editions import editions_holding, marks_of
from admittance.pipeline.episodes import derive_episodes
from admittance.pipeline.learned import learn
from admittance.pipeline.partitions import Partitions, stored_by_day
from admittance.pipeline.progress import Progress, silent
from admittance.pipeline.reading import read_again, stored_readings
from admittance.pipeline.snapshots import derive_snapshots
from admittance.reconcile import corroborate

__all__ = ["RunReport", "run"]

RUN_TRIES = 5
"""How often a run begins again because another run was released while it worked."""


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did, and the release that shows it."""

    release: int
    countries: int  # with network measurements
    rejudged: int  # of these, in which any day was judged anew
    days: int  # of these countries that were measured, added up
    days_rejudged: int  # judged anew, or gone
    gates_rejudged: int  # of those looked at in snapshots
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
        measured = measured_once(base)
        stored = stored_by_day(base, measured.observations, measured.measurements)
        progress("controls", 0)
        learned = learn(base, measured, stored, as_of=as_of, catalog=catalog)
        work.replace(ControlRecord, learned.controls)
        judged_by = {"ruleset": RULESET_VERSIONS[Gate.NETWORK], "catalog": catalog.version, "fingerprints": marks.version}
        versions = _json(
            {
                **judged_by,
                "ruleset": RULESET_VERSION,
                "controls": controls_version(learned.controls),
                "detector": DETECTOR_VERSION,
            }
        )
        progress("snapshots", 0)
        snapshots = derive_snapshots(work, catalog=catalog, detector=DETECTOR_VERSION, versions=versions)
        fresh = Partitions.of(stored, learned.bearing, snapshots.attempts, judged_by, detector=DETECTOR_VERSION)
        former = Partitions.kept(base)
        stale = fresh.stale(former)
        places = derive_days(
            work,
            measured,
            rows=stored.rows,
            stale=stale,
            bearing=learned.bearing,
            controls=learned.controls,
            snapshots=snapshots,
            catalog=catalog,
            marks=marks,
            progress=progress,
        )
        searched_otherwise = work.scan(Cell).filter(pl.col("country").is_in(fresh.searched_otherwise(former)))
        changed = pl.concat([places, searched_otherwise.select(PLACE).unique().collect()]).unique().sort(PLACE)
        present = base if as_of is None else lake.snapshot(base.version)
        episodes, changes = derive_episodes(
            work, changed, snapshots.episodes, present=present, versions=versions, progress=progress
        )
        if as_of is None:
            work.replace(Change, pl.concat([present.scan(Change).collect(), table_of(Change, changes)]))
        demand = derive_demand(work, _former_inputs(base, STEP))
        derived = [*learned.derivations(), *fresh.derivations(), *snapshots.derivations, *demand]
        work.replace(Derivation, table_of(Derivation, derived))
        progress("reconcile", 0)
        edges = corroborate(
            stored_readings(base),
            episodes=episodes,
            cells=work.scan(Cell),
            snapshots=work.scan(SnapshotVerdict).collect(),
            testimonies=base.scan(Testimony),
            catalog=catalog,
            versions=versions,
            origin=base.origin or Origin.MEASURED,
        )
        work.replace(Corroboration, edges)
    released = lake.snapshot(as_of=day)
    return RunReport(
        release=released.version,
        countries=len(fresh.detectors),
        rejudged=len(stale),
        days=len(fresh.days),
        days_rejudged=sum(map(len, stale.values())),
        gates_rejudged=snapshots.rejudged,
        searched=changed.height,
        verdicts=sum(released.scan(noun).select(pl.len()).collect().item() for noun in (Verdict, SnapshotVerdict)),
        episodes=len(episodes),
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


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()

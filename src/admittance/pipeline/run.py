"""From source tables to every derived table: judge, count, detect, name, reconcile; only what changed is redone."""

from datetime import date

import msgspec
import polars as pl

from admittance.catalog import Catalog, load
from admittance.detect import DETECTOR_VERSION
from admittance.errors import ConflictError
from admittance.judge import RULESET_VERSION, RULESET_VERSIONS, controls_version
from admittance.judge.fingerprints import Fingerprints
from admittance.lake import Lake
from admittance.lake.layout import Derivation
from admittance.lake.snapshot import Snapshot
from admittance.model.corroboration import Corroboration
from admittance.model.episode import Change
from admittance.model.tables import empty_table, table_of
from admittance.model.testimony import Testimony
from admittance.model.verdict import Cell, ControlRecord, SnapshotVerdict, Verdict, VerdictStamp
from admittance.model.vocabulary import NETWORK_LAYERS, Gate, Layer, Origin
from admittance.pipeline.days import PLACE, derive_days, measured_once
from admittance.pipeline.demand import STEP, derive_demand
from admittance.pipeline.editions import editions_holding, marks_of
from admittance.pipeline.episodes import derive_episodes
from admittance.pipeline.learned import learn
from admittance.pipeline.partitions import Partitions, stored_by_day
from admittance.pipeline.progress import Progress, silent
from admittance.pipeline.reading import read_again, stored_readings
from admittance.pipeline.rescoring import NOTHING, days_that_stand, judge_with
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
    days_rewritten: int  # of these, without those of which other rules say the same
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
        rules = {"ruleset": RULESET_VERSIONS[Gate.NETWORK], "fingerprints": marks.version}
        versions = _json(
            {
                "ruleset": RULESET_VERSION,
                "catalog": catalog.version,
                "fingerprints": marks.version,
                "controls": controls_version(learned.controls),
                "detector": DETECTOR_VERSION,
            }
        )
        progress("snapshots", 0)
        snapshots = derive_snapshots(work, catalog=catalog, detector=DETECTOR_VERSION, versions=versions)
        fresh = Partitions.of(
            stored, learned.bearing, snapshots.attempts, catalog=catalog.version, detector=DETECTOR_VERSION, rules=rules
        )
        former = Partitions.kept(base)
        stale = fresh.stale(former)
        judge = judge_with(base, controls=learned.controls, catalog=catalog, marks=marks)
        otherwise = fresh.judged_otherwise(former)
        standing = days_that_stand(measured.observations, judge, rows=stored.rows, former=otherwise, progress=progress)
        derived = derive_days(
            work,
            measured,
            rows=stored.rows,
            stale=stale,
            standing=standing,
            judge=judge,
            bearing=learned.bearing,
            snapshots=snapshots,
            catalog=catalog,
            progress=progress,
        )
        work.replace(VerdictStamp, _stamps(catalog, marks) if fresh.days else empty_table(VerdictStamp))
        searched_otherwise = work.scan(Cell).filter(pl.col("country").is_in(fresh.searched_otherwise(former)))
        changed = pl.concat([derived.places, searched_otherwise.select(PLACE).unique().collect()]).unique().sort(PLACE)
        present = base if as_of is None else lake.snapshot(base.version)
        episodes, changes = derive_episodes(
            work, changed, snapshots.episodes, present=present, versions=versions, progress=progress
        )
        if as_of is None:
            work.replace(Change, pl.concat([present.scan(Change).collect(), table_of(Change, changes)]))
        demand = derive_demand(work, _former_inputs(base, STEP))
        said = {place: derived.said.get(place, former.said.get(place, NOTHING)) for place in fresh.days}
        steps = [*learned.derivations(), *fresh.derivations(said), *snapshots.derivations, *demand]
        work.replace(Derivation, table_of(Derivation, steps))
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
        days_rewritten=sum(map(len, stale.values())) - len(standing),
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


def _stamps(catalog: Catalog, marks: Fingerprints) -> pl.DataFrame:
    """What the verdicts of each layer bear; an attempt is judged without fingerprints."""
    rules = dict.fromkeys((*NETWORK_LAYERS, Layer.ENDPOINTS), (RULESET_VERSIONS[Gate.NETWORK], marks.version))
    rules[Layer.ATTEMPT] = (RULESET_VERSIONS[Gate.FUNCTION], "")
    stamps = [
        VerdictStamp(layer=layer, ruleset=ruleset, catalog=catalog.version, fingerprints=fingerprints)
        for layer, (ruleset, fingerprints) in rules.items()
    ]
    return table_of(VerdictStamp, stamps)


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()

"""What the gates say that are looked at in snapshots: each read whole, for what is found elsewhere decides, once it changed."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.detect import (
    build_attempt_coverage,
    build_snapshot_cells,
    build_snapshot_coverage,
    snapshot_episodes,
)
from admittance.judge import RULESET_VERSIONS, judge_attempts, judge_snapshots
from admittance.lake.lake import Derivations
from admittance.lake.layout import Derivation
from admittance.lake.snapshot import Snapshot
from admittance.model.coverage import Coverage
from admittance.model.episode import Episode
from admittance.model.observation import IngestedFile, SnapshotObservation
from admittance.model.tables import Row, empty_table, rows_of
from admittance.model.verdict import SnapshotCell, SnapshotVerdict, Verdict
from admittance.model.vocabulary import SNAPSHOT_GATES, Gate, Layer

__all__ = ["Snapshots", "derive_snapshots"]

STEP = "snapshots"
GATES = (*SNAPSHOT_GATES, Gate.FUNCTION)  # at the last of these, functions are tried by scripted checks


class Snapshots(msgspec.Struct, frozen=True):
    """What else is made of the tables of these gates."""

    attempts: pl.DataFrame  # verdicts of functions that were tried, which are counted with those of measurements
    coverage: pl.DataFrame
    episodes: list[Episode]
    derivations: tuple[Derivation, ...]
    rejudged: int  # gates that were judged anew


def derive_snapshots(work: Derivations, *, catalog: Catalog, detector: str, versions: str) -> Snapshots:
    """Puts verdicts and cells of all snapshots in place: anew those of gates of which something changed, else as they stood.

    `detector` is its version, and `versions` the JSON object that episodes carry.
    """
    base = work.base
    fresh, former = _inputs(base, f"{catalog.version} {detector}"), _former(base)
    stale = [gate for gate in GATES if fresh.get(gate) != former.get(gate)]
    observations = _of_gates(base, SnapshotObservation, stale).collect()
    verdicts = judge_snapshots(observations, catalog=catalog)
    cells = build_snapshot_cells(verdicts)
    found = snapshot_episodes(cells, versions=versions)
    coverage = [build_snapshot_coverage(verdicts, observations)]
    kept = [gate for gate in GATES if gate not in stale]
    if stale:
        work.replace(SnapshotVerdict, pl.concat([verdicts, _of_gates(base, SnapshotVerdict, kept).collect()]))
        work.replace(SnapshotCell, pl.concat([cells, _of_gates(base, SnapshotCell, kept).collect()]))
    if Gate.FUNCTION in stale:
        tried = observations.filter(pl.col("gate") == Gate.FUNCTION.value)
        attempts = judge_attempts(tried, catalog=catalog)
        coverage.append(build_attempt_coverage(attempts, tried))
    else:
        attempts = empty_table(Verdict)
        if Gate.FUNCTION in fresh:
            attempts = base.scan(Verdict).filter(pl.col("layer") == Layer.ATTEMPT.value).collect()
    of_snapshots = [gate for gate in kept if gate is not Gate.FUNCTION]  # measurements give episodes of functions, too
    stood = _of_gates(base, Episode, of_snapshots).collect().with_columns(versions=pl.lit(versions))
    return Snapshots(
        attempts=attempts,
        coverage=pl.concat([*coverage, _of_gates(base, Coverage, kept).collect()]),
        episodes=[*found, *rows_of(Episode, stood)],
        derivations=tuple(
            Derivation(step=_step(gate), country="", day=None, inputs=inputs) for gate, inputs in sorted(fresh.items())
        ),
        rejudged=len(stale),
    )


def _inputs(base: Snapshot, under: str) -> Mapping[Gate, str]:
    """Per gate with a reading the hash of what its tables are made of: files, how each was read, its rules, and `under`."""
    last = pl.all().sort_by("generation").last()
    files = base.scan(IngestedFile).select("file", "generation", "parser", "recorded_at").group_by("file").agg(last)
    told = (
        base.scan(SnapshotObservation)
        .group_by("gate", "source", "file")
        .agg(pl.len().alias("rows"), pl.col("offset").sum().alias("offsets"))
        .join(files, on="file", how="left")
        .sort("gate", "source", "file")
        .collect()
    )
    return {
        Gate(str(gate)): _hash(f"{RULESET_VERSIONS[Gate(str(gate))]} {under}", *map(str, rows.iter_rows()))
        for (gate,), rows in told.partition_by("gate", as_dict=True).items()
    }


def _hash(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _former(base: Snapshot) -> Mapping[Gate, str]:
    """The same of the run before."""
    rows = dict(base.scan(Derivation).select("step", "inputs").collect().iter_rows())
    return {gate: rows[_step(gate)] for gate in GATES if _step(gate) in rows}


def _step(gate: Gate) -> str:
    return f"{STEP}/{gate}"


def _of_gates(base: Snapshot, noun: type[Row], gates: Sequence[Gate]) -> pl.LazyFrame:
    return base.scan(noun).filter(pl.col("gate").is_in([gate.value for gate in gates]))

"""What the gates say that are looked at in snapshots: read whole each time, for what is found elsewhere decides."""

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.detect import build_attempt_coverage, build_snapshot_cells, build_snapshot_coverage, snapshot_episodes
from admittance.judge import judge_attempts, judge_snapshots
from admittance.lake.lake import Derivations
from admittance.model.episode import Episode
from admittance.model.observation import SnapshotObservation
from admittance.model.verdict import SnapshotCell, SnapshotVerdict
from admittance.model.vocabulary import Gate

__all__ = ["Snapshots", "derive_snapshots"]


class Snapshots(msgspec.Struct, frozen=True):
    """The tables of these gates, and what else is made of them."""

    verdicts: pl.DataFrame
    attempts: pl.DataFrame  # verdicts of functions that were tried, which are counted with those of measurements
    coverage: pl.DataFrame
    episodes: list[Episode]


def derive_snapshots(work: Derivations, *, catalog: Catalog, versions: str) -> Snapshots:
    """Puts verdicts and cells of all snapshots in place."""
    observations = work.base.scan(SnapshotObservation).collect()
    verdicts = judge_snapshots(observations, catalog=catalog)
    cells = build_snapshot_cells(verdicts)
    work.replace(SnapshotVerdict, verdicts)
    work.replace(SnapshotCell, cells)
    tried = observations.filter(pl.col("gate") == Gate.FUNCTION.value)
    attempts = judge_attempts(tried, catalog=catalog)
    coverage = [build_snapshot_coverage(verdicts, observations), build_attempt_coverage(attempts, tried)]
    return Snapshots(
        verdicts=verdicts,
        attempts=attempts,
        coverage=pl.concat(coverage),
        episodes=snapshot_episodes(cells, versions=versions),
    )

"""Episodes of the series that changed, beside those that did not, and their names."""

from collections.abc import Sequence

import polars as pl

from admittance.detect import find_restrictions, group_episodes, identify
from admittance.lake.lake import Derivations
from admittance.lake.snapshot import Snapshot
from admittance.model.episode import Change, Episode
from admittance.model.tables import rows_of, table_of
from admittance.model.verdict import Cell
from admittance.model.vocabulary import SNAPSHOT_GATES
from admittance.pipeline.days import PLACE
from admittance.pipeline.progress import Progress

__all__ = ["derive_episodes"]

PLACES_AT_ONCE = 2_000
"""Subjects × countries whose series are searched together."""

_SNAPSHOT_GATES = [gate.value for gate in SNAPSHOT_GATES]


def derive_episodes(
    work: Derivations, changed: pl.DataFrame, others: Sequence[Episode], *, present: Snapshot, versions: str, progress: Progress
) -> tuple[list[Episode], list[Change]]:
    """Puts all episodes in place: those found in the series of the `changed` subjects × countries, those kept of all other
    series, and `others`. They bear the names of the log of `present`; the second list is what is new in it, which is the
    caller's to keep.
    """
    kept = work.base.scan(Episode).filter(~pl.col("gate").is_in(_SNAPSHOT_GATES)).collect()
    kept = kept.join(changed, on=PLACE, how="anti").with_columns(versions=pl.lit(versions))
    episodes = [*rows_of(Episode, kept), *others]
    for searched in changed.iter_slices(PLACES_AT_ONCE):
        progress("detect", len(searched))
        series = _series(work.scan(Cell), searched)
        episodes += group_episodes(find_restrictions(series), series, versions=versions)
    log = rows_of(Change, present.scan(Change).sort("sequence").collect())
    named, changes = identify(episodes, log)
    work.replace(Episode, table_of(Episode, named))
    return named, changes


def _series(cells: pl.LazyFrame, places: pl.DataFrame) -> pl.DataFrame:
    """All cells of some subjects × countries."""
    there = cells.filter(pl.col("country").is_in(places["country"].unique().to_list()))
    return there.join(places.lazy(), on=PLACE, how="semi").collect()

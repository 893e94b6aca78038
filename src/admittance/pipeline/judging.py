"""From raw files straight to judgements; nothing is stored."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.judge import Judgement, judge_network, judgements
from admittance.lake import Snapshot
from admittance.model.ids import FileId
from admittance.model.tables import empty_table
from admittance.model.verdict import ControlRecord
from admittance.pipeline.editions import editions_holding, marks_of
from admittance.pipeline.files import files_under
from admittance.pipeline.ingest import BATCH_SIZE
from admittance.sources import ReadOptions, Selection, SourceFile, source_named

__all__ = ["JudgedBatch", "judge_files"]


class JudgedBatch(msgspec.Struct, frozen=True, kw_only=True):
    """The judgements of a stretch of a file, and why lines of it could not be read."""

    judgements: tuple[Judgement, ...]
    measurements: int  # read, of any test
    unjudged: Mapping[str, int]  # per test name, those of which nothing could be judged
    rejects: tuple[str, ...]
    flaws: tuple[str, ...]  # why parts of measurements were left out


def judge_files(
    paths: Sequence[str | Path],
    *,
    catalog: Catalog,
    clock: Callable[[], datetime],
    snapshot: Snapshot | None = None,
    source_name: str = "ooni",
) -> Iterator[JudgedBatch]:
    """What raw measurements say, a batch at a time, in the order of the files.

    Each measurement is judged by its own control and by what providers vouch for, never by its neighbours, so the same line is
    judged alike in any file. With the `snapshot` of a lake the controls and published lists of that lake speak too: what
    its last run learned. Raises `UsageError` for a path that does not exist, `InputError` for a file of another kind.
    """
    source = source_named(source_name)
    controls = empty_table(ControlRecord) if snapshot is None else snapshot.scan(ControlRecord).collect()
    marks = None if snapshot is None else marks_of(editions_holding(snapshot))
    options = ReadOptions(recorded_at=clock(), selection=Selection(), renames={}, observed=None, batch_size=BATCH_SIZE)
    for path in files_under(paths, source):
        file = SourceFile(path=path, file=FileId(""), address=str(path))
        for batch in source.read(file, options):
            bodies = batch.bodies.unique(subset="body_sha256", keep="first", maintain_order=True)
            verdicts = judge_network(batch.observations, bodies=bodies, controls=controls, catalog=catalog, fingerprints=marks)
            yield JudgedBatch(
                judgements=tuple(judgements(verdicts)),
                measurements=batch.measurements.height,
                unjudged=_unjudged(batch.measurements, verdicts),
                rejects=tuple(_positions(batch.rejects, str(path))),
                flaws=tuple(_positions(batch.measurements.drop_nulls("flaw").rename({"flaw": "reason"}), str(path))),
            )


def _unjudged(measurements: pl.DataFrame, verdicts: pl.DataFrame) -> dict[str, int]:
    return dict(Counter(measurements.join(verdicts, on="measurement_uid", how="anti")["test_name"].to_list()))


def _positions(lines: pl.DataFrame, address: str) -> list[str]:
    return [f"{address} at byte {offset}: {reason}" for offset, reason in lines.select("offset", "reason").iter_rows()]

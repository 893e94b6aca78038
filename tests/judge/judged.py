"""Records through reader and judge, without a lake."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from admittance.catalog import load
from admittance.judge import judge_network
from admittance.model.ids import FileId
from admittance.model.tables import empty_table
from admittance.model.verdict import ControlRecord
from admittance.sources import source_named
from admittance.sources.source import ReadOptions, SourceFile


def judged(lines: Iterable[bytes], folder: Path) -> pl.DataFrame:
    """The verdicts of lines, none of which may be a reject. No control stands beside their own."""
    path = folder / "measurements.jsonl"
    path.write_bytes(b"".join(lines))
    file = SourceFile(path=path, file=FileId("f"), address=str(path))
    batches = list(source_named("ooni").read(file, ReadOptions(recorded_at=datetime(2026, 1, 1, tzinfo=UTC))))
    assert sum(batch.rejects.height for batch in batches) == 0
    return judge_network(
        pl.concat([batch.observations for batch in batches]),
        bodies=pl.concat([batch.bodies for batch in batches]),
        controls=empty_table(ControlRecord),
        catalog=load(),
    )

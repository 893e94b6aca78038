"""Reading bytes or files through a source, all batches as one."""

import gzip
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from admittance.model.ids import FileId
from admittance.sources import Batch, ReadOptions, SourceFile, source_named

RECORDED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def read_file() -> Callable[..., Batch]:
    """`read_file(source, path, **options)`: the file's batches put together."""

    def read(source: str, path: Path, **options: object) -> Batch:
        given = {"recorded_at": RECORDED_AT, **options}
        file = SourceFile(path=path, file=FileId(hashlib.sha256(path.read_bytes()).hexdigest()), address=path.name)
        batches = list(source_named(source).read(file, ReadOptions(**given)))  # type: ignore[arg-type]
        tables = ("measurements", "observations", "snapshots", "demand", "testimonies", "bodies", "rejects")
        joined = {name: pl.concat([getattr(batch, name) for batch in batches]) for name in tables}
        return Batch(lines=sum(batch.lines for batch in batches), **joined)

    return read


@pytest.fixture
def read_bytes(tmp_path: Path, read_file: Callable[..., Batch]) -> Callable[..., Batch]:
    """`read_bytes(source, content, **options)`: the same for bytes; `compress=True` stores them as gzip first."""

    def read(source: str, content: bytes, *, compress: bool = False, **options: object) -> Batch:
        path = tmp_path / "input"
        path.write_bytes(gzip.compress(content, mtime=0) if compress else content)
        return read_file(source, path, **options)

    return read


@pytest.fixture
def examples() -> Path:
    return Path(__file__).parent / "examples"

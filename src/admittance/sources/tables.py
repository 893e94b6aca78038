"""From rows collected as plain tuples to tables in the schema of their noun, and to batches."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import polars as pl

from admittance.model.demand import DemandObservation
from admittance.model.ids import FileId
from admittance.model.observation import Body, Reject, SnapshotObservation
from admittance.model.tables import Row, table_schema
from admittance.model.testimony import Testimony
from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import UnreadableLine
from admittance.sources.scrubbing import excerpt
from admittance.sources.source import Batch, SourceFile

__all__ = [
    "Cell",
    "RejectRow",
    "batches_of_rows",
    "bodies_table",
    "rejects_table",
    "table_of_cells",
    "table_of_tuples",
]

Cell = str | int | float | bool | bytes | datetime | None
RejectRow = tuple[int, str, str, str]
"""Offset, SHA-256 of the line, reason, excerpt."""

_TABLE_OF: Mapping[type[Row], str] = {SnapshotObservation: "snapshots", DemandObservation: "demand", Testimony: "testimonies"}


class Record(Protocol):
    """What stands in a file and can be read or refused."""

    @property
    def offset(self) -> int:
        """Where it begins, in bytes; of a table without lines its number."""
        ...

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        ...

    @property
    def content(self) -> bytes:
        """Its bytes, for the excerpt of a reject."""
        ...


RecordT = TypeVar("RecordT", bound=Record)


def table_of_tuples(rows: Sequence[Sequence[Cell]], schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """The rows as a table of exactly these columns; raises when a cell is not of its column's type."""
    return table_of_cells([cell for row in rows for cell in row], schema)


def table_of_cells(cells: Sequence[Cell], schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """The same, of cells that stand row after row: cut into columns in a fraction of the time that tuples take."""
    width = len(schema)
    return pl.DataFrame(
        [pl.Series(name, cells[place::width], dtype=dtype, strict=True) for place, (name, dtype) in enumerate(schema.items())]
    )


def rejects_table(rows: Sequence[RejectRow], *, source: str, file: FileId) -> pl.DataFrame:
    """The unreadable lines of one file."""
    return table_of_tuples([(source, file, *row) for row in rows], table_schema(Reject))


def bodies_table(bodies: Mapping[str, bytes], *, file: FileId) -> pl.DataFrame:
    """Kept bodies by their hash, in the order in which they were met."""
    return table_of_tuples([(digest, content, file) for digest, content in bodies.items()], table_schema(Body))


def batches_of_rows(
    records: Iterable[RecordT | UnreadableLine],
    read: Callable[[RecordT], Iterable[Sequence[Cell]]],
    *,
    noun: type[SnapshotObservation] | type[DemandObservation] | type[Testimony],
    source: str,
    file: SourceFile,
    batch_size: int,
) -> Iterator[Batch]:
    """The rows of `noun` that `read` makes of each record, in the order of its schema, a batch for every `batch_size` records.

    A record that cannot be told from the file, or of which `read` raises `InvalidRecord`, is a reject.
    """
    rows: list[Sequence[Cell]] = []
    rejects: list[RejectRow] = []
    lines = 0

    def batch() -> Batch:
        tables = {_TABLE_OF[noun]: table_of_tuples(rows, table_schema(noun))}
        return Batch(lines=lines, rejects=rejects_table(rejects, source=source, file=file.file), **tables)

    for record in records:
        lines += 1
        if isinstance(record, UnreadableLine):
            rejects.append((record.offset, record.sha256, record.reason, excerpt(record.head)))
        else:
            try:
                rows += read(record)
            except InvalidRecord as error:
                rejects.append((record.offset, record.sha256, str(error), excerpt(record.content)))
        if lines >= batch_size:
            yield batch()
            rows, rejects, lines = [], [], 0
    yield batch()

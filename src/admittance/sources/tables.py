"""From rows collected as plain tuples to tables in the schema of their noun."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from admittance.model.demand import DemandObservation
from admittance.model.ids import FileId
from admittance.model.observation import Body, Measurement, NetworkObservation, Reject, SnapshotObservation
from admittance.model.tables import empty_table, table_schema
from admittance.model.testimony import Testimony
from admittance.sources.source import Batch

__all__ = [
    "Cell",
    "RejectRow",
    "bodies_table",
    "demand_batch",
    "network_batch",
    "rejects_table",
    "snapshot_batch",
    "table_of_cells",
    "table_of_tuples",
    "testimony_batch",
]

Cell = str | int | float | bool | bytes | datetime | None
RejectRow = tuple[int, str, str, str]
"""Offset, SHA-256 of the line, reason, excerpt."""


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


def network_batch(
    *, lines: int, measurements: pl.DataFrame, observations: pl.DataFrame, bodies: pl.DataFrame, rejects: pl.DataFrame
) -> Batch:
    """A batch of a network source; the tables must be in their nouns' schemas."""
    return Batch(
        lines=lines,
        measurements=measurements.select(list(table_schema(Measurement))),
        observations=observations.select(list(table_schema(NetworkObservation))),
        snapshots=empty_table(SnapshotObservation),
        demand=empty_table(DemandObservation),
        testimonies=empty_table(Testimony),
        bodies=bodies,
        rejects=rejects,
    )


def snapshot_batch(*, lines: int, snapshots: pl.DataFrame, rejects: pl.DataFrame) -> Batch:
    """A batch of a snapshot table."""
    return Batch(
        lines=lines,
        measurements=empty_table(Measurement),
        observations=empty_table(NetworkObservation),
        snapshots=snapshots,
        demand=empty_table(DemandObservation),
        testimonies=empty_table(Testimony),
        bodies=empty_table(Body),
        rejects=rejects,
    )


def demand_batch(*, lines: int, demand: pl.DataFrame, rejects: pl.DataFrame) -> Batch:
    """A batch of series of demand."""
    return Batch(
        lines=lines,
        measurements=empty_table(Measurement),
        observations=empty_table(NetworkObservation),
        snapshots=empty_table(SnapshotObservation),
        demand=demand,
        testimonies=empty_table(Testimony),
        bodies=empty_table(Body),
        rejects=rejects,
    )


def testimony_batch(*, lines: int, testimonies: pl.DataFrame, rejects: pl.DataFrame) -> Batch:
    """A batch of what a monitor publishes."""
    return Batch(
        lines=lines,
        measurements=empty_table(Measurement),
        observations=empty_table(NetworkObservation),
        snapshots=empty_table(SnapshotObservation),
        demand=empty_table(DemandObservation),
        testimonies=testimonies,
        bodies=empty_table(Body),
        rejects=rejects,
    )

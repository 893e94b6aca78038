"""One consistent version of all tables, to read from."""

from collections.abc import Callable, Mapping
from functools import cached_property

import msgspec
import polars as pl
from deltalake import DeltaTable

from admittance.lake.delta import existing
from admittance.lake.layout import TableLayout, layout_of
from admittance.lake.storage import scan
from admittance.model.tables import Row, table_schema
from admittance.model.vocabulary import Origin

__all__ = ["Snapshot", "with_stamps"]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A release of a lake: every table at the version that the release names. Later writes never show in it."""

    place: str
    version: int  # of the lake: the number of its release
    origin: Origin | None  # null until the first rows came
    tables: Mapping[str, int]  # table name to Delta version
    as_of: str | None = None  # the day (ISO 8601, UTC) whose editions the derived tables rest on; null for the present

    def scan(self, noun: type[Row]) -> pl.LazyFrame:
        """The rows of a noun, in no promised order, with the columns of its schema; empty when none were ever released."""
        layout = layout_of(noun)
        return with_stamps(self.stored(layout), layout, self.scan)

    def stored(self, layout: TableLayout) -> pl.LazyFrame:
        """The rows of a table with the columns that stand in its own files."""
        table = self._opened(layout)
        return pl.LazyFrame(schema=layout.stored) if table is None else scan(table).select(layout.stored.names())

    def files(self, noun: type[Row]) -> tuple[str, ...]:
        """The Parquet files that hold the rows of a noun in this release, partition values in their paths."""
        table = self._opened(layout_of(noun))
        return () if table is None else tuple(table.file_uris())

    def _opened(self, layout: TableLayout) -> DeltaTable | None:
        version = self.tables.get(layout.name)
        if version is not None and layout.name not in self._tables:
            self._tables[layout.name] = existing(f"{self.place}/{layout.name}", version)
        return self._tables.get(layout.name)

    @cached_property
    def _tables(self) -> dict[str, DeltaTable]:
        """Those that were read, each opened once."""
        return {}


def with_stamps(rows: pl.LazyFrame, layout: TableLayout, read: Callable[[type[Row]], pl.LazyFrame]) -> pl.LazyFrame:
    """The stored rows of a table with all columns of its noun; `read` gives the rows of another."""
    if layout.stamps is None:
        return rows
    stamped = rows.join(read(layout.stamps), on=layout.stamped_by, how="left", maintain_order="left")
    return stamped.select(table_schema(layout.noun).names())

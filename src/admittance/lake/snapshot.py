"""One consistent version of all tables, to read from."""

from collections.abc import Mapping

import msgspec
import polars as pl

from admittance.lake.delta import existing
from admittance.lake.layout import layout_of
from admittance.lake.storage import scan
from admittance.model.tables import Row, empty_table, table_schema
from admittance.model.vocabulary import Origin

__all__ = ["Snapshot"]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A release of a lake: every table at the version that the release names. Later writes never show in it."""

    place: str
    version: int  # of the lake: the number of its release
    origin: Origin | None  # null until the first rows came
    tables: Mapping[str, int]  # table name to Delta version
    as_of: str | None = None  # the day (ISO 8601, UTC) whose editions the derived tables rest on; null for the present

    def scan(self, noun: type[Row]) -> pl.LazyFrame:
        """The rows of a noun, in no promised order, with the columns of its schema; empty when none were ever released."""
        layout = layout_of(noun)
        version = self.tables.get(layout.name)
        if version is None:
            return empty_table(noun).lazy()
        return scan(existing(f"{self.place}/{layout.name}", version)).select(table_schema(noun).names())

    def files(self, noun: type[Row]) -> tuple[str, ...]:
        """The Parquet files that hold the rows of a noun in this release, partition values in their paths."""
        layout = layout_of(noun)
        version = self.tables.get(layout.name)
        if version is None:
            return ()
        return tuple(existing(f"{self.place}/{layout.name}", version).file_uris())

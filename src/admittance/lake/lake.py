"""A lake: a folder (or `s3://` prefix) of Delta tables and the releases that tie their versions together."""

import os
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import polars as pl
from deltalake import DeltaTable

from admittance.errors import ConflictError, LakeError
from admittance.lake import delta
from admittance.lake.delta import Appender, Part
from admittance.lake.layout import DERIVED, LAYOUT, SCHEMA_VERSION, SOURCE, TableLayout, layout_of
from admittance.lake.slices import Slice, in_slices, predicate, quoted
from admittance.lake.snapshot import Snapshot, with_stamps
from admittance.lake.storage import is_remote, scan
from admittance.model.order import ordered
from admittance.model.tables import Row
from admittance.model.vocabulary import Origin

__all__ = ["Derivations", "Lake"]

RELEASES = "releases"
RELEASE_SCHEMA = pl.Schema(
    {"table": pl.String, "table_version": pl.Int64, "schema_version": pl.Int64, "origin": pl.String, "as_of": pl.String}
)
"""One row per table; beside these, for each day as of which the lake was scored again, the derived tables of that day."""

PUBLISH_TRIES = 50


class Lake:
    """Tables at a place, written to by any number of processes at once and read through snapshots.

    `Lake.open` gives one. Rows of source tables are appended or replaced at any time; those of derived tables only inside
    `deriving`. Nothing shows to readers before it is released.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._origin: Origin | None = None  # once claimed, never another
        self._appenders: dict[str, Appender] = {}  # of tables that were appended to
        self._last_read: _Release | None = None

    @classmethod
    def open(cls, place: str | Path, *, create: bool = False) -> "Lake":
        """The lake at `place`, created empty when `create` and there is none.

        Raises `LakeError` when there is none, or when it was written under another schema version.
        """
        text = str(place)
        if not is_remote(text):
            text = os.path.abspath(text)
        lake = cls(text.rstrip("/"))
        if delta.open_table(lake._uri(RELEASES)) is None:
            if not create:
                raise LakeError(f"no lake at {text}; `admittance ingest` makes one, or name another with --lake")
            lake._create()
        lake.snapshot()
        return lake

    @staticmethod
    def origin_at(place: str | Path) -> Origin | None:
        """Of which origin the rows of the lake at `place` are, whatever its schema version; null while it has none.

        Raises `LakeError` when there is no lake.
        """
        rows = scan(delta.existing(f"{os.path.abspath(place)}/{RELEASES}")).select("origin").unique().collect()
        origins = [value for value in rows["origin"].to_list() if value is not None]
        return Origin(origins[0]) if origins else None

    def snapshot(self, version: int | None = None, *, as_of: str | None = None) -> Snapshot:
        """The newest release, or an earlier one by its number; with `as_of`, its derived tables as scored for that day.

        Raises `LakeError` for another schema version, and for a day as of which no run was made.
        """
        release = self._newest(version)
        if as_of is None:
            return release.present
        if as_of not in release.days:
            known = f"; there are {', '.join(sorted(release.days))}" if release.days else ""
            raise LakeError(f"{self.place} was not scored as of {as_of}{known}: `admittance run --as-of {as_of}` does it")
        tables = {**release.present.tables, **release.days[as_of]}
        return msgspec.structs.replace(release.present, tables=tables, as_of=as_of)

    def days(self) -> tuple[str, ...]:
        """The days as of which this lake was scored, in order."""
        return tuple(sorted(self._newest(None).days))

    def append_once(self, noun: type[Row], parts: Sequence[Part]) -> int:
        """Append parts to a source table in one commit, save those that already stand there; how many were appended.

        Parts of one key are numbered in ascending order, whoever appends them: a part is taken to stand there when a later one
        of its key does.
        """
        layout = _source(noun)
        if layout.name not in self._appenders:
            self._appenders[layout.name] = Appender(self._uri(layout.name))
        return self._appenders[layout.name].append_once(parts, partial(_arranged, layout=layout))

    def replace(self, noun: type[Row], table: pl.DataFrame, *, column: str, values: Collection[str]) -> None:
        """Put `table` in place of the rows of a source table whose `column` is any of `values`."""
        layout = _source(noun)
        listed = ", ".join(quoted(value) for value in sorted(values))
        delta.replace_where(self._uri(layout.name), _arranged(table, layout), f"{column} IN ({listed})")

    def claim_origin(self, origin: Origin) -> None:
        """Say of which origin the rows of this lake are. Raises `LakeError` when it holds rows of the other one."""
        for _ in range(PUBLISH_TRIES):
            if self._origin is origin:
                return
            release = self._newest(None)
            current = release.present
            self._origin = current.origin
            if current.origin is origin:
                return
            if current.origin is not None:
                raise LakeError(
                    f"{self.place} holds {current.origin} rows and takes no {origin} ones; choose another lake with --lake"
                )
            if self._release(release, dict(current.tables), origin):
                return
        raise ConflictError(f"{self.place}: other writers won {PUBLISH_TRIES} times; repeat the command")

    def release_sources(self) -> Snapshot:
        """Release the source tables as they stand, with the derived tables as they were; the new snapshot."""
        for _ in range(PUBLISH_TRIES):
            release = self._newest(None)
            current = release.present
            tables = dict(current.tables)
            for layout in SOURCE:
                tables[layout.name] = delta.existing(self._uri(layout.name)).version()
            if tables == current.tables or self._release(release, tables, current.origin):
                return self.snapshot()
        raise ConflictError(f"{self.place}: other writers won {PUBLISH_TRIES} times; repeat the command")

    @contextmanager
    def deriving(self, as_of: str | None = None) -> Iterator["Derivations"]:
        """A unit of work on the derived tables: released as a whole at the end of the block, or not at all.

        With `as_of` (a day, ISO 8601) it is kept beside the present and shows only to those who ask for that day. When it
        changed no row there is nothing to release, and the lake keeps its version. Raises `ConflictError`, with nothing
        released, when another unit was released in the meantime: the caller begins again.
        """
        began = self._newest(None)
        known = as_of is None or as_of in began.days
        base = self.snapshot(began.present.version, as_of=as_of if known else None)
        work = Derivations(self, base)
        yield work
        if known and not work.versions():
            return
        derived = {layout.name: base.tables[layout.name] for layout in DERIVED} | work.versions()
        for _ in range(PUBLISH_TRIES):
            release = self._newest(None)
            current = release.present
            if as_of is None:
                if any(current.tables.get(layout.name) != base.tables.get(layout.name) for layout in DERIVED):
                    raise ConflictError(f"{self.place}: another run was released first")
                if self._release(release, {**current.tables, **derived}, current.origin):
                    return
                continue
            if release.days.get(as_of) != began.days.get(as_of):
                raise ConflictError(f"{self.place}: another run as of {as_of} was released first")
            kept = msgspec.structs.replace(release, days={**release.days, as_of: derived})
            if self._release(kept, dict(current.tables), current.origin):
                return
        raise ConflictError(f"{self.place}: other writers won {PUBLISH_TRIES} times; repeat the command")

    def _uri(self, name: str) -> str:
        return f"{self.place}/{name}"

    def _create(self) -> None:
        if not is_remote(self.place):
            Path(self.place).mkdir(parents=True, exist_ok=True)
        tables = {}
        for layout in LAYOUT:
            table = delta.create(self._uri(layout.name), layout.stored, partition_by=layout.partition_by, name=layout.name)
            tables[layout.name] = table.version()
        releases = delta.create(self._uri(RELEASES), RELEASE_SCHEMA, partition_by=(), name=RELEASES)
        if releases.version() == 0:
            self._release(self._release_of(releases), tables, None)

    def _release(self, former: "_Release", tables: Mapping[str, int], origin: Origin | None) -> bool:
        """Whether `tables` were released with the days of `former`; false when another release came after that."""
        current = former.present
        rows = pl.DataFrame(
            [
                (name, versions[name], SCHEMA_VERSION, origin, day)
                for day, versions in [(None, tables), *sorted(former.days.items())]
                for name in sorted(versions)
            ],
            schema=RELEASE_SCHEMA,
            orient="row",
        )
        newest = delta.existing(self._uri(RELEASES))
        if newest.version() != current.version:
            return False
        try:
            delta.compare_and_replace(newest, rows, None)
        except ConflictError:
            return False
        return True

    def _newest(self, version: int | None) -> "_Release":
        table = delta.open_table(self._uri(RELEASES), version)
        if table is None:
            raise LakeError(f"no lake at {self.place}")
        return self._release_of(table)

    def _release_of(self, releases: DeltaTable) -> "_Release":
        """What a version of the table says: the same for ever, so that it is read again only when there is another."""
        last = self._last_read
        if last is None or last.present.version != releases.version():
            last = self._last_read = self._read(releases)
        return last

    def _read(self, releases: DeltaTable) -> "_Release":
        rows = scan(releases).collect()
        written = rows["schema_version"].unique().to_list()
        if written not in ([], [SCHEMA_VERSION]):
            raise LakeError(_of_another_schema(self.place, int(written[0])))
        origins = [value for value in rows["origin"].unique().to_list() if value is not None]
        days: dict[str | None, dict[str, int]] = {None: {}}
        for day, name, number in rows.select("as_of", "table", "table_version").iter_rows():
            days.setdefault(day, {})[name] = number
        present = Snapshot(
            place=self.place,
            version=releases.version(),
            origin=Origin(origins[0]) if origins else None,
            tables=days[None],
        )
        return _Release(present=present, days={day: tables for day, tables in days.items() if day is not None})


class _Release(msgspec.Struct, frozen=True, kw_only=True):
    """The present, and for each day as of which the lake was scored the versions of its derived tables."""

    present: Snapshot
    days: Mapping[str, Mapping[str, int]]


class Derivations:
    """The derived tables of a lake while one run works on them, starting from what was last released."""

    def __init__(self, lake: Lake, base: Snapshot) -> None:
        self.base = base
        self._lake = lake
        self._handles: dict[str, DeltaTable] = {}

    def replace(
        self, noun: type[Row], table: pl.DataFrame, *, slices: Sequence[Slice] | None = None, column: str = "time"
    ) -> None:
        """Put `table` in place of a derived table's rows: all of them, or those of some slices, by the time in `column`.

        Slices of one unit of work do not overlap. Columns that are stamps are left to the table of stamps. Rows that are there
        already are left alone. Raises `ConflictError` when another run commits to the same table at the same time.
        """
        layout = _derived(noun)
        rows = _arranged(table, layout)
        present = self.base.stored(layout).filter(pl.lit(True) if slices is None else in_slices(slices, column))
        if _arranged(present.collect(), layout).equals(rows):
            return
        where = None if slices is None else predicate(slices, column)
        delta.compare_and_replace(self._handle(layout), rows, where)

    def scan(self, noun: type[Row]) -> pl.LazyFrame:
        """The rows of a derived table as they stand in this unit of work."""
        layout = _derived(noun)
        if layout.name not in self._handles:
            rows = self.base.stored(layout)
        else:
            rows = scan(self._handles[layout.name]).select(layout.stored.names())
        return with_stamps(rows, layout, self.scan)

    def _handle(self, layout: TableLayout) -> DeltaTable:
        if layout.name not in self._handles:
            self._handles[layout.name] = delta.rewind(self._lake._uri(layout.name), self.base.tables[layout.name])
        return self._handles[layout.name]

    def versions(self) -> dict[str, int]:
        """The versions of the tables that were written to."""
        return {name: handle.version() for name, handle in self._handles.items()}


def _of_another_schema(place: str, written: int) -> str:
    told = f"{place} has schema version {written}, this program reads {SCHEMA_VERSION}"
    if written > SCHEMA_VERSION:
        return f"{told}: read it with the newer program that wrote it, or name another lake with --lake"
    return f"{told}: take the files in again, `admittance --lake {shlex.quote(f'{place}-{SCHEMA_VERSION}')} ingest SOURCE PATH`"


def _derived(noun: type[Row]) -> TableLayout:
    layout = layout_of(noun)
    if layout not in DERIVED:
        raise TypeError(f"{layout.name} is a source table; use Lake.append_once or Lake.replace")
    return layout


def _source(noun: type[Row]) -> TableLayout:
    layout = layout_of(noun)
    if layout not in SOURCE:
        raise TypeError(f"{layout.name} is a derived table; use Lake.deriving")
    return layout


def _arranged(table: pl.DataFrame, layout: TableLayout) -> pl.DataFrame:
    """The rows in the table's own order of columns and rows, those that it stores, checked against its schema."""
    schema = layout.stored
    arranged = table.select(schema.names())
    if arranged.schema != schema:
        wrong = [name for name in schema if arranged.schema[name] != schema[name]]
        raise TypeError(f"{layout.name}: columns {', '.join(wrong)} are not of the declared type")
    return ordered(arranged, layout.sort_by) if layout.sort_by else arranged

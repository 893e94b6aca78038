"""The seam between the house and whatever records come from: what a source is given and what it gives back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec
import polars as pl

from admittance.catalog.networks import AddressNetworks
from admittance.model.demand import DemandObservation
from admittance.model.ids import Country, FileId
from admittance.model.observation import Body, Measurement, NetworkObservation, Reject, SnapshotObservation
from admittance.model.tables import Row, empty_table
from admittance.model.testimony import Testimony

__all__ = ["Batch", "ReadOptions", "Selection", "Source", "SourceFile"]


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which records are wanted. An empty set, and a null bound, lets everything through."""

    countries: frozenset[str] = frozenset()  # ISO 3166-1 alpha-2, upper case
    since: datetime | None = None  # inclusive, UTC
    until: datetime | None = None  # exclusive, UTC
    tests: frozenset[str] = frozenset()

    def wants(self, *, country: Country, test_name: str | None, time: datetime) -> bool:
        """Whether a record of this country, test and time is wanted; a null test name is not filtered by test."""
        if self.countries and country not in self.countries:
            return False
        if self.tests and test_name is not None and test_name not in self.tests:
            return False
        if self.since is not None and time < self.since:
            return False
        return self.until is None or time < self.until


class SourceFile(msgspec.Struct, frozen=True, kw_only=True):
    """A local file to read, with the hash of its bytes as stored and the address it came from."""

    path: Path
    file: FileId
    address: str


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to read: `recorded_at` is stamped on every row, so that no source looks at a clock."""

    recorded_at: datetime
    selection: Selection = Selection()
    renames: Mapping[str, str] = {}  # our column -> the file's column
    values: Mapping[str, str] = {}  # our column -> what it holds on every row of a file that lacks it
    observed: datetime | None = None  # when a table without a date was read
    networks: AddressNetworks | None = None  # of addresses that a record does not give the network of
    batch_size: int = 2_000  # records after which a batch is handed over


def _empty(noun: type[Row]) -> pl.DataFrame:
    table: pl.DataFrame = msgspec.field(default_factory=partial(empty_table, noun))
    return table


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What a stretch of a file gave: each table in the schema of its noun; one that is not given is empty."""

    lines: int  # records read, those unreadable or not selected included
    measurements: pl.DataFrame = _empty(Measurement)
    observations: pl.DataFrame = _empty(NetworkObservation)
    snapshots: pl.DataFrame = _empty(SnapshotObservation)
    demand: pl.DataFrame = _empty(DemandObservation)
    testimonies: pl.DataFrame = _empty(Testimony)
    bodies: pl.DataFrame = _empty(Body)
    rejects: pl.DataFrame = _empty(Reject)


class Source(Protocol):
    """Where records come from. `read` gives batches in file order, with memory bounded whatever the size of the file.

    A record that cannot be read becomes a row of `rejects` and stops nothing; a file that is not of this source at all (missing
    columns, not a table) raises `InputError`.
    """

    @property
    def name(self) -> str:
        """As the command line calls it."""
        ...

    @property
    def parser(self) -> str:
        """Name and version of the reader; a new version may read the same bytes differently."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of the file names that a folder is searched for."""
        ...

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """The file's records, in file order."""
        ...

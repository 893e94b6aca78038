"""Which tables a lake has, how each is partitioned and sorted, and which of them only an ingest may write."""

from datetime import datetime

import msgspec
import polars as pl

from admittance.model.corroboration import Corroboration
from admittance.model.coverage import Coverage
from admittance.model.demand import DemandObservation, DemandSpike
from admittance.model.edition import Edition
from admittance.model.episode import Change, Episode
from admittance.model.ids import FileId
from admittance.model.observation import Body, IngestedFile, Measurement, NetworkObservation, Reject, SnapshotObservation
from admittance.model.review import ReviewDecision
from admittance.model.statements import ActionRecord, ClaimRecord, DocumentRecord
from admittance.model.tables import Row, table_schema
from admittance.model.testimony import Testimony
from admittance.model.verdict import Cell, ControlRecord, SnapshotCell, SnapshotVerdict, Verdict, VerdictStamp

__all__ = [
    "DERIVED",
    "LAYOUT",
    "SCHEMA_VERSION",
    "SOURCE",
    "Derivation",
    "FetchedObject",
    "IngestStart",
    "TableLayout",
    "layout_of",
]

SCHEMA_VERSION = 14
"""Raised whenever a column of any table changes; a lake of another version is refused, never misread."""


class IngestStart(Row, frozen=True, kw_only=True):
    """A promise written before the first row of a file; without an `IngestedFile` beside it, the ingest was cut short."""

    file: FileId
    generation: int  # 0 for the first ingest of these bytes, one more whenever parser or selection changed
    cleared: bool  # whether the rows of the generation before are gone
    parser: str
    reading: str  # JSON: selection, renamed columns, date given for undated rows
    started_at: datetime


class FetchedObject(Row, frozen=True, kw_only=True):
    """An object of an archive and the bytes it had, so that it is fetched again only when it has changed."""

    address: str
    tag: str  # its ETag, as the store gave it
    size: int
    file: FileId
    fetched_at: datetime


class Derivation(Row, frozen=True, kw_only=True):
    """What one derived partition was computed from, so that a run redoes only what changed."""

    step: str  # cells: verdicts, cells and coverage of a day; episodes, demand: of a country; snapshots/GATE: all of a gate;
    # controls: what all measurements taught; bearing: which version of that holds for a day
    country: str  # empty where the partition is a gate
    day: datetime | None  # start of the day, UTC; null where the partition is a country
    inputs: str  # SHA-256 over the versions, files and controls that went in; for episodes the detector's version
    said: str | None = None  # of a day SHA-256 over what rules said of its measurements; null elsewhere


class TableLayout(msgspec.Struct, frozen=True):
    """One table: its noun, its name on disk and in SQL, its partition columns and the order of rows within a file.

    Columns that change for many rows at once stand but once, in the table of `stamps`, and are laid beside the rows that are
    read: so they change without a row being written.
    """

    noun: type[Row]
    name: str
    partition_by: tuple[str, ...] = ()
    sort_by: tuple[str, ...] = ()
    stamps: type[Row] | None = None
    stamped_by: tuple[str, ...] = ()  # the columns by which rows find their stamps

    @property
    def stored(self) -> pl.Schema:
        """The columns that stand in the table's own files."""
        elsewhere = {} if self.stamps is None else set(table_schema(self.stamps)) - set(self.stamped_by)
        return pl.Schema({name: kind for name, kind in table_schema(self.noun).items() if name not in elsewhere})


SOURCE = (
    TableLayout(IngestStart, "ingest_starts"),
    TableLayout(IngestedFile, "files"),
    TableLayout(FetchedObject, "fetched"),
    TableLayout(Measurement, "measurements", ("country",), ("test_name", "time", "measurement_uid")),
    TableLayout(NetworkObservation, "observations", ("country",), ("asked_host", "time", "measurement_uid", "sequence")),
    TableLayout(SnapshotObservation, "snapshots", (), ("gate", "place", "item", "country", "time")),
    TableLayout(Testimony, "testimonies", (), ("publisher", "domain", "item", "since")),
    TableLayout(DemandObservation, "demand", (), ("country", "series", "time")),
    TableLayout(Body, "bodies", (), ("body_sha256",)),
    TableLayout(Reject, "rejects"),
    TableLayout(DocumentRecord, "documents"),
    TableLayout(ActionRecord, "actions"),
    TableLayout(ClaimRecord, "claims"),
    TableLayout(ReviewDecision, "reviews", (), ("decided_at", "id")),
    TableLayout(Edition, "editions", (), ("kind", "name", "holds_from")),
)
"""Tables that grow by what is handed in."""

DERIVED = (
    TableLayout(ControlRecord, "controls", (), ("kind", "hostname", "address", "network", "layer")),
    TableLayout(VerdictStamp, "verdict_stamps", (), ("layer",)),
    TableLayout(
        Verdict,
        "verdicts",
        ("country",),
        ("subject", "target", "layer", "time", "measurement_uid"),
        stamps=VerdictStamp,
        stamped_by=("layer",),
    ),
    TableLayout(SnapshotVerdict, "snapshot_verdicts", (), ("gate", "subject", "place", "item", "country", "time")),
    TableLayout(SnapshotCell, "snapshot_cells", (), ("gate", "subject", "target", "country", "time")),
    TableLayout(Cell, "cells", ("country",), ("subject", "target", "layer", "network", "arm", "time")),
    TableLayout(Coverage, "coverage", ("country",), ("subject", "gate", "country", "network", "day")),
    TableLayout(Episode, "episodes", (), ("id",)),
    TableLayout(Change, "changes", (), ("sequence",)),
    TableLayout(DemandSpike, "demand_spikes", (), ("country", "series", "start")),
    TableLayout(Corroboration, "corroborations", (), ("record_kind", "document", "record", "witness")),
    TableLayout(Derivation, "derivations", (), ("step", "country", "day")),
)
"""Tables that a run can compute again from the others."""

LAYOUT = (*SOURCE, *DERIVED)

_BY_NOUN = {layout.noun: layout for layout in LAYOUT}


def layout_of(noun: type[Row]) -> TableLayout:
    """The table of a noun. Raises `KeyError` for a noun that has none, which is a bug of the caller."""
    return _BY_NOUN[noun]

"""The facts of a batch: rows of four families, and the table of observations that they make.

A row here is what every fact has, and what only facts of its family have; its cells are laid into one long list. Most columns
of an observation are null outside one family, so that a table for each, laid one below the other at the end, costs a third of
one wide table.
"""

import polars as pl

from admittance.model.observation import NetworkObservation
from admittance.model.tables import table_schema
from admittance.sources.scrubbing import without_address
from admittance.sources.tables import Cell, table_of_cells

__all__ = ["MOST_FACTS", "Facts"]

MOST_FACTS = 50_000
"""Of one measurement. Real ones have hundreds; a line of a few megabytes could make millions, in a gigabyte of memory."""

_SCHEMA = table_schema(NetworkObservation)
_EVERY = {"owner": pl.UInt32} | {
    name: _SCHEMA[name]
    for name in (
        "sequence", "layer", "asked_host", "asked_scheme", "hop", "hostname", "address", "port", "failure", "operation",
        "control", "control_failure",
    )
}  # fmt: skip
"""Columns of every fact, in the order of its row; the owner is the position of its measurement."""

_OWN_COLUMNS = (
    ("query_type", "engine", "answers", "answer_networks", "control_answers", "control_answer_networks"),
    ("milliseconds",),
    ("milliseconds", "server_name", "certificate_valid", "certificate_sha256"),
    (
        "milliseconds", "received_bytes", "receiving_milliseconds", "url", "status_code",
        "body_length", "body_truncated", "body_sha256", "title", "location", "header_names", "server",
        "control_status_code", "control_body_length", "control_title", "control_header_names",
    ),
)  # fmt: skip
"""Columns that only look-ups, connections, handshakes and requests have, behind those of every fact."""


class Facts:
    """The facts of a batch, those of one measurement after the other; what a spoilt one left can be taken back."""

    __slots__ = ("_begun", "connections", "handshakes", "lookups", "owner", "requests", "sequence")

    def __init__(self) -> None:
        self.lookups: list[Cell] = []
        self.connections: list[Cell] = []
        self.handshakes: list[Cell] = []
        self.requests: list[Cell] = []
        self.begin(0)

    def begin(self, owner: int) -> None:
        """Begin the `owner`-th measurement of the batch."""
        self._begun = (len(self.lookups), len(self.connections), len(self.handshakes), len(self.requests))
        self.owner = owner
        self.sequence = 0  # facts of this measurement so far

    def take_back(self) -> None:
        """Forget the measurement under way."""
        for cells, begun in zip(self._families(), self._begun, strict=True):
            del cells[begun:]

    def cut_out(self, private: str) -> None:
        """Take an address out of every text of the measurement under way."""
        for cells, begun in zip(self._families(), self._begun, strict=True):
            cells[begun:] = [without_address(cell, private) if isinstance(cell, str) else cell for cell in cells[begun:]]

    def table(self, shared: pl.DataFrame) -> pl.DataFrame:
        """All facts in the order of the file, each beside its measurement's row of `shared`."""
        tables = [
            table_of_cells(cells, {**_EVERY, **{name: _SCHEMA[name] for name in columns}})
            for cells, columns in zip(self._families(), _OWN_COLUMNS, strict=True)
        ]
        # By one number, which sorts in half the time that two columns take; no sequence reaches the bound.
        facts = pl.concat(tables, how="diagonal").sort(pl.col("owner").cast(pl.Int64) * MOST_FACTS + pl.col("sequence"))
        return pl.concat([shared[facts["owner"]], facts], how="horizontal").select(list(_SCHEMA))

    def _families(self) -> tuple[list[Cell], list[Cell], list[Cell], list[Cell]]:
        return self.lookups, self.connections, self.handshakes, self.requests

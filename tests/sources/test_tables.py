"""From records to batches: each record gives rows or a reject, and a table that a source does not have is empty."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import polars as pl
import pytest

from admittance.model.demand import DemandObservation
from admittance.model.ids import FileId
from admittance.model.tables import empty_table
from admittance.sources import Batch, SourceFile
from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import UnreadableLine
from admittance.sources.tables import Cell, batches_of_rows

FILE = SourceFile(path=Path("none"), file=FileId("f"), address="none")
NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Line(msgspec.Struct, frozen=True):
    offset: int
    sha256: str
    content: bytes


def rows_of_line(line: Line) -> list[tuple[Cell, ...]]:
    if line.content == b"bad":
        raise InvalidRecord("value: bad")
    row = ("demand", "measured", "users", "KE", NOW, 1.0, "f", line.offset, line.sha256, NOW)
    return [row] * int(line.content)


def batches(*contents: bytes | None, batch_size: int) -> list[Batch]:
    records = [
        UnreadableLine(number, "h", "cut off", b"head") if content is None else Line(number, "h", content)
        for number, content in enumerate(contents)
    ]
    found = batches_of_rows(records, rows_of_line, noun=DemandObservation, source="demand", file=FILE, batch_size=batch_size)
    return list(found)


def test_a_record_gives_any_number_of_rows_or_a_reject() -> None:
    (batch,) = batches(b"2", b"0", b"bad", None, b"1", batch_size=100)
    assert batch.lines == 5
    assert batch.demand["offset"].to_list() == [0, 0, 4]
    assert batch.rejects.select("offset", "reason", "excerpt").rows() == [(2, "value: bad", "bad"), (3, "cut off", "head")]


@pytest.mark.parametrize(("batch_size", "lines"), [(1, [1, 1, 1, 0]), (2, [2, 1]), (3, [3, 0]), (9, [3])])
def test_batches_are_as_long_as_asked_and_lose_nothing(batch_size: int, lines: list[int]) -> None:
    found = batches(b"1", b"bad", b"1", batch_size=batch_size)
    assert [batch.lines for batch in found] == lines
    assert pl.concat([batch.demand for batch in found])["offset"].to_list() == [0, 2]
    assert pl.concat([batch.rejects for batch in found]).height == 1


def test_what_is_not_given_is_an_empty_table_of_its_noun() -> None:
    batch = Batch(lines=0)
    assert batch.demand.equals(empty_table(DemandObservation))
    assert all(getattr(batch, name).is_empty() for name in Batch.__struct_fields__ if name != "lines")

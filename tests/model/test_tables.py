from datetime import UTC, datetime

import msgspec
import polars as pl
import pytest

from admittance.lake import LAYOUT, TableLayout
from admittance.model.episode import Window
from admittance.model.tables import TIME, Row, empty_table, rows_of, table_of, table_schema
from admittance.model.vocabulary import State


class Sample(Row, frozen=True, kw_only=True):
    name: str
    state: State
    at: datetime | None
    windows: tuple[Window, ...]
    content: bytes


ROWS = [
    Sample(
        name="a",
        state=State.OK,
        at=datetime(2021, 3, 15, 9, tzinfo=UTC),
        windows=(Window(weekdays=(1, 2), start_hour=4, end_hour=8),),
        content=b"\x00\xff",
    ),
    Sample(name="b", state=State.BLOCKED, at=None, windows=(), content=b""),
]


def test_schema_follows_the_declaration() -> None:
    schema = table_schema(Sample)
    assert list(schema) == ["name", "state", "at", "windows", "content"]
    assert schema["at"] == TIME
    assert schema["state"] == pl.String
    assert schema["windows"] == pl.List(
        pl.Struct({"weekdays": pl.List(pl.Int64), "start_hour": pl.Int64, "end_hour": pl.Int64})
    )


def test_rows_survive_the_way_into_a_table_and_back() -> None:
    assert rows_of(Sample, table_of(Sample, ROWS)) == ROWS


def test_an_empty_table_has_the_schema() -> None:
    assert empty_table(Sample).schema == table_schema(Sample) == table_of(Sample, []).schema


def test_a_field_without_an_arrow_type_is_refused() -> None:
    class Wrong(msgspec.Struct):
        field: set[str]

    with pytest.raises(TypeError, match="no Arrow type"):
        table_schema(Wrong)


@pytest.mark.parametrize("layout", LAYOUT, ids=lambda layout: layout.name)
def test_every_noun_with_a_table_has_an_arrow_schema(layout: TableLayout) -> None:
    noun = layout.noun
    assert noun.__struct_config__.frozen
    assert table_schema(noun).names() == [field.name for field in msgspec.structs.fields(noun)]

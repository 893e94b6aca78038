"""That large tables come in the order that a plain sort gives them."""

import random
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from admittance.model.order import LEAST_ROWS, ordered
from admittance.model.tables import TIME

COLUMNS: dict[str, pl.DataType] = {
    "name": pl.String(),
    "id": pl.String(),
    "number": pl.Int64(),
    "time": TIME,
    "flag": pl.Boolean(),
    "share": pl.Float64(),
    "none": pl.String(),
}


def table(rows: int, seed: int) -> pl.DataFrame:
    draw = random.Random(seed)
    numbers = (None, -(2**40), -1, 0, 7, 2**61)
    data = [
        (
            draw.choice((None, "", "a", "b", "ab", "Ä")),
            f"{draw.randrange(2**40):x}",
            draw.choice(numbers),
            datetime(2021, 3, 15, tzinfo=UTC) + timedelta(hours=draw.randrange(50)),
            draw.random() < 0.5,
            draw.choice((None, 0.5, -1.0)),
            None,
        )
        for _ in range(rows)
    ]
    return pl.DataFrame(data, schema=COLUMNS, orient="row").with_row_index("place")


@pytest.mark.parametrize("rows", [0, 3, LEAST_ROWS + 7])
@pytest.mark.parametrize(
    "columns",
    [
        ("name",),
        ("number", "name"),
        ("name", "time", "id"),
        ("id", "name"),
        ("none", "flag", "time", "number", "name"),
        ("name", "share", "number"),
        ("time", "none"),
    ],
)
def test_rows_come_as_from_a_stable_sort(columns: tuple[str, ...], rows: int) -> None:
    plain = table(rows, seed=1)
    assert ordered(plain, columns).equals(plain.sort(columns, maintain_order=True))

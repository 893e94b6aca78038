"""Rows of large tables in the order of some columns, compared as few numbers."""

from collections.abc import Iterator, Sequence

import polars as pl

__all__ = ["ordered"]

LEAST_ROWS = 10_000
SAMPLED = 1_000
"""A text is taken to repeat where so many rows, spread over the table, hold but half as many distinct ones."""
LARGEST = 2**62
"""How many values a number may stand for."""


def ordered(table: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows in the order of a stable sort by the columns, in a part of its time where texts repeat; nulls come first."""
    if table.height < LEAST_ROWS:
        return table.sort(columns, maintain_order=True)
    keys = pl.DataFrame([key.alias(str(number)) for number, key in enumerate(_joined(table.select(columns)))])
    return table[keys.select(pl.arg_sort_by(keys.columns, maintain_order=True)).to_series()]


def _joined(columns: pl.DataFrame) -> Iterator[pl.Series]:
    """Columns that give the same order, numbers of neighbours joined into one."""
    joined: pl.Series | None = None
    size = 1
    for column in columns:
        number = _ranks(column) if _repeats(column) else column.to_physical()
        if not number.dtype.is_integer():
            yield from [] if joined is None else [joined]
            yield number
            joined, size = None, 1
            continue
        number, span = _from_one(number)
        if joined is None or size * span > LARGEST:
            yield from [] if joined is None else [joined]
            joined, size = number, span
        else:
            joined, size = joined * span + number, size * span
    yield from [] if joined is None else [joined]


def _from_one(number: pl.Series) -> tuple[pl.Series, int]:
    """Whole numbers counted from the least, which is 1; 0 for a null; and how many there may be."""
    bounds = pl.DataFrame([number]).select(pl.all().min().alias("least"), pl.all().max().alias("most"))
    least, most = (int(bound or 0) for bound in bounds.row(0))
    return (number.cast(pl.Int64) - (least - 1)).fill_null(0), most - least + 2


def _repeats(column: pl.Series) -> bool:
    if column.dtype != pl.String:
        return False
    sample = column.gather_every(len(column) // SAMPLED)
    return sample.n_unique() * 2 <= len(sample)


def _ranks(column: pl.Series) -> pl.Series:
    """The place of each text among the distinct ones."""
    return column.cast(pl.Enum(column.unique().drop_nulls().sort())).to_physical()

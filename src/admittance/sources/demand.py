"""Series of demand for ways round a restriction: a value for each country and day, such as search interest or users of Tor."""

import re
from collections.abc import Iterator
from math import isfinite
from pathlib import PurePosixPath

import msgspec

from admittance.model.demand import DemandObservation
from admittance.sources.fields import InvalidRecord
from admittance.sources.rows import SUFFIXES, Column, Shape, TableRow, cell_of, moment_of, origin_of, read_rows
from admittance.sources.snapshots import read_place_country
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, batches_of_rows

__all__ = ["COLUMNS", "DATE", "DEMAND", "UNNAMED", "DemandSource"]

NAME = "demand"

VALUE = Column("value", longest=40, also=("users", "interest", "hits"))
COUNTRY = Column("country", longest=40, constant=True, also=("country_code", "geo"))
SERIES = Column("series", needed=False, longest=80)
DATE = Column("date", also=("day", "week", "month", "time"))

COLUMNS = (COUNTRY, SERIES, VALUE)
"""Our columns beside `date`. Without `country`, a file's name that is nothing but a code says it: `TR.csv`, `PK2.csv`."""

UNNAMED = "demand"
"""What a series is called that neither the table nor its column of values names."""

BELOW_ONE = 0.5
"""What `<1` stands for, as Google Trends writes a value between 0 and 1."""

_CODE = re.compile(r"([A-Za-z]{2})\d*")


class DemandSource(msgspec.Struct, frozen=True):
    """Tables of country x day x value. Which format a file has is seen from its first bytes, not from its name."""

    name: str = NAME
    parser: str = "demand/1"
    suffixes: tuple[str, ...] = SUFFIXES

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """The rows in file order, a batch for every `batch_size` of them. A day without a value was not measured: no row.

        Raises `InputError` when a column is missing, or the file is no table at all.
        """
        columns = (COUNTRY._replace(needed=not _country_of_name(file)), SERIES, VALUE)
        yield from batches_of_rows(
            read_rows(Shape(NAME, columns, DATE), file, options),
            lambda row: _observations(row, file, options),
            noun=DemandObservation,
            source=NAME,
            file=file,
            batch_size=options.batch_size,
        )


DEMAND = DemandSource()


def _observations(row: TableRow, file: SourceFile, options: ReadOptions) -> list[tuple[Cell, ...]]:
    """The row's cells in the order of the schema; none when it has no value or is not selected. Raises `InvalidRecord`."""
    country = read_place_country("country", cell_of(COUNTRY, row, file, options) or _country_of_name(file))
    time = moment_of("date", cell_of(DATE, row, file, options), options)
    day = time.replace(hour=0, minute=0, second=0, microsecond=0)
    value = _value(cell_of(VALUE, row, file, options))
    origin = origin_of(row, file, options)
    if value is None or not options.selection.wants(country=country, test_name=None, time=day):
        return []
    series = cell_of(SERIES, row, file, options) or _name_of_values(row, options)
    return [(NAME, origin, series, country, day, value, file.file, row.offset, row.sha256, options.recorded_at)]


def _country_of_name(file: SourceFile) -> str:
    stem = PurePosixPath(file.address.replace("\\", "/")).name.partition(".")[0]
    code = _CODE.fullmatch(stem)
    return code.group(1) if code else ""


def _name_of_values(row: TableRow, options: ReadOptions) -> str:
    """What the table calls its column of values, where that says more than `value`."""
    theirs = options.renames.get(VALUE.name)
    if theirs is not None:
        return theirs.strip()[: SERIES.longest] or UNNAMED
    return UNNAMED if VALUE.name in row.cells else next((name for name in VALUE.also if name in row.cells), UNNAMED)


def _value(text: str) -> float | None:
    """A number of 0 or more; null for an empty cell. Raises `InvalidRecord`."""
    if not text:
        return None
    if text == "<1":
        return BELOW_ONE
    try:
        value = float(text.replace(",", ""))
    except ValueError as error:
        raise InvalidRecord(f"value: no number: {text[:40]!r}") from error
    if not isfinite(value) or value < 0:
        raise InvalidRecord(f"value: no number of 0 or more: {text[:40]!r}")
    return value

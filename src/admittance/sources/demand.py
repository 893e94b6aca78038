"""Series of demand for ways round a restriction: a value for each country and day, such as search interest or users of Tor."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from math import isfinite
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec

from admittance.errors import InputError
from admittance.model.demand import DemandObservation
from admittance.model.ids import Country
from admittance.sources.country_names import country_of_name
from admittance.sources.csv_records import CsvRow, read_csv_rows
from admittance.sources.fields import InvalidRecord
from admittance.sources.rows import (
    DELIMITERS,
    MOST_TITLES,
    SUFFIXES,
    Column,
    Shape,
    TableRow,
    cell_of,
    moment_of,
    origin_of,
    read_rows,
)
from admittance.sources.snapshots import read_place_country
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, batches_of_rows

__all__ = ["COLUMNS", "DATE", "DEMAND", "UNNAMED", "DemandSource"]

NAME = "demand"

VALUE = Column("value", longest=40, also=("users", "interest", "hits", "clients"))
COUNTRY = Column("country", longest=40, constant=True, also=("country_code", "geo"))
SERIES = Column(
    "series",
    needed=False,
    longest=80,
    named_by=("userstats-relay", "userstats-bridge"),
    also=("keyword", "term", "search_term"),
)
DATE = Column("date", also=("day", "week", "month", "time"))

COLUMNS = (COUNTRY, SERIES, VALUE)
"""Our columns beside `date`. Without `country`, a file's name that is nothing but a code says it: `TR.csv`, `PK2.csv`."""

UNNAMED = "demand"
"""What a series is called that neither the table, its file's name nor its column of values names."""

BELOW_ONE = 0.5
"""What `<1` stands for, as Google Trends writes a value between 0 and 1."""

NOWHERE = ("", "??")
"""What Tor Metrics writes for all countries together, and for users of whom it does not know the country: no row."""

SHARE = "frac"
"""The column by which a table of Tor Metrics is known."""

PARTS = (Column("node", needed=False), Column("transport", needed=False), Column("version", needed=False))
"""Columns that part a country's users; a row that fills one of them counts some of the users, and is a series of its own."""

_CODE = re.compile(r"([A-Za-z]{2})\d*")
_SEARCHED = re.compile(r"(?P<term>.+?):\s*\((?P<place>[^()]+)\)", re.DOTALL)
_MONTH = re.compile(r"\d{4}-\d\d")


class _Spread(NamedTuple):
    """One of the columns of a table that has one for each country, or for each that was searched for and where."""

    name: str
    series: str
    country: Country


class DemandSource(msgspec.Struct, frozen=True):
    """Tables of country x day x value. Which format a file has is seen from its first bytes, not from its name.

    A CSV file may have a column of values for each country (`TR`), or for what was searched for and where (`vpn: (Turkey)`).
    """

    name: str = NAME
    parser: str = "demand/2"
    suffixes: tuple[str, ...] = SUFFIXES

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """The rows in file order, a batch for every `batch_size` of them. A day without a value was not measured: no row.

        Raises `InputError` when a column is missing, no country is told, or the file is no table at all.
        """
        date, spread = _spread_of(file, options)
        told = bool(spread) or bool(_country_in_name(file))
        columns = (COUNTRY._replace(needed=not told), SERIES, VALUE._replace(needed=not spread))
        table = _Table(file, options, DATE._replace(also=(*DATE.also, date)) if date else DATE, spread)
        yield from batches_of_rows(
            read_rows(Shape(NAME, columns, table.date), file, options),
            table.observations,
            noun=DemandObservation,
            source=NAME,
            file=file,
            batch_size=options.batch_size,
        )


DEMAND = DemandSource()


def _spread_of(file: SourceFile, options: ReadOptions) -> tuple[str, tuple[_Spread, ...]]:
    """What a table calls its days, and its columns of values, where it has one for each country or search; else nothing.

    Raises `InputError` for a search of which nothing says the country, and for two columns of one name.
    """
    if VALUE.name in options.renames:
        return "", ()
    for delimiter in DELIMITERS:
        rows = (row for row in read_csv_rows(file.path, delimiter=delimiter) if isinstance(row, CsvRow))
        told = (row.cells for row in rows if row.cells and not row.content.startswith(b"#"))
        for first, *others in islice(told, MOST_TITLES):
            searched = [(name, match) for name in others if (match := _SEARCHED.fullmatch(name.strip()))]
            twice = next((name for name, _ in searched if others.count(name) > 1), None)
            if twice is not None:
                raise InputError(f"{file.address}: two columns are called {twice!r}; keep one of them")
            if searched:
                return first, tuple(_of_search(name, match, file, options) for name, match in searched)
            if others and all(map(_country_called, others)):
                return first, tuple(_Spread(name, "", read_place_country("country", name.strip())) for name in others)
    return "", ()


def _country_called(name: str) -> bool:
    """Whether a column is called by a country."""
    try:
        read_place_country("country", name.strip())
    except InvalidRecord:
        return False
    return True


def _of_search(name: str, match: re.Match[str], file: SourceFile, options: ReadOptions) -> _Spread:
    given = options.values.get(COUNTRY.name) or _country_in_name(file)
    country = country_of_name(match["place"]) or (read_place_country("country", given) if given else None)
    if country is None:
        raise InputError(
            f"{file.address}: the column {name.strip()!r} names no country in English; say which one with --value country=CC"
        )
    return _Spread(name, match["term"].strip()[: SERIES.longest], Country(country))


class _Table:
    """One table while it is read: it remembers the days that it has met, so that no value stands for another unseen."""

    def __init__(self, file: SourceFile, options: ReadOptions, date: Column, spread: Sequence[_Spread]) -> None:
        self.date = date
        self._file = file
        self._options = options
        self._spread = spread
        self._met: dict[tuple[str, str], set[datetime]] = {}

    def observations(self, row: TableRow) -> list[tuple[Cell, ...]]:
        """The row's values, each in the order of the schema; none that is missing or not selected. Raises `InvalidRecord`."""
        day = self._day(row)
        origin = origin_of(row, self._file, self._options)
        told: list[tuple[Cell, ...]] = []
        for series, country, text in self._values(row):
            value = _value(text)
            if value is None or not self._options.selection.wants(country=country, test_name=None, time=day):
                continue
            met = self._met.setdefault((series, country), set())
            if day in met:
                raise InvalidRecord(f"date: a second value of {series[:40]!r} for that day; give one for each day")
            met.add(day)
            evidence = (self._file.file, row.offset, row.sha256, self._options.recorded_at)
            told.append((NAME, origin, series, country, day, value, *evidence))
        return told

    def _day(self, row: TableRow) -> datetime:
        text = self._cell(self.date, row)
        moment = moment_of("date", f"{text}-01" if _MONTH.fullmatch(text) else text, self._options)
        return moment.replace(hour=0, minute=0, second=0, microsecond=0)

    def _values(self, row: TableRow) -> Iterator[tuple[str, Country, str]]:
        """Each value of a row as text, with its series and country. Raises `InvalidRecord`."""
        named = self._cell(SERIES, row)
        for column in self._spread:
            text = row.cells[column.name].strip()
            yield named or column.series or UNNAMED, column.country, text
        if self._spread:
            return
        place = self._cell(COUNTRY, row)
        if SHARE in row.cells and place in NOWHERE:
            return
        parts = [part for column in PARTS if (part := self._cell(column, row))]
        series = "/".join([named or _name_of_values(row, self._options), *parts])
        yield series, read_place_country("country", place or _country_in_name(self._file)), self._cell(VALUE, row)

    def _cell(self, column: Column, row: TableRow) -> str:
        return cell_of(column, row, self._file, self._options)


def _country_in_name(file: SourceFile) -> str:
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
    if len(text) > VALUE.longest:
        raise InvalidRecord(f"value: longer than {VALUE.longest} characters")
    if not text:
        return None
    if text.replace(" ", "") == "<1":
        return BELOW_ONE
    try:
        value = float(text.replace(",", ""))
    except ValueError as error:
        raise InvalidRecord(f"value: no number: {text[:40]!r}") from error
    if not isfinite(value) or value < 0:
        raise InvalidRecord(f"value: no number of 0 or more: {text[:40]!r}")
    return value

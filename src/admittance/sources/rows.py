"""Rows of tables that people hand in (CSV, Parquet, JSON lines), by our names for their columns, each with where it stands."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec
import polars as pl

from admittance.errors import InputError
from admittance.model.vocabulary import Origin
from admittance.sources.csv_records import CsvRow, read_csv_rows
from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import BYTE_ORDER_MARK, UnreadableLine, read_lines
from admittance.sources.moments import read_step
from admittance.sources.source import ReadOptions, SourceFile

__all__ = [
    "DELIMITERS",
    "MOST_TITLES",
    "ORIGIN",
    "SUFFIXES",
    "Column",
    "Shape",
    "TableRow",
    "cell_of",
    "moment_of",
    "origin_of",
    "read_rows",
    "step_of",
    "their_name",
]

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".jsonl", ".jsonl.gz")

PARQUET_MAGIC = b"PAR1"
FIRST_MOMENT = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # clocks differ, and days begin earlier elsewhere
MOST_COMMENTS = 100  # lines among which the heading of a CSV file must stand, with those that begin with #
DELIMITERS = (",", ";", "\t")
"""What parts the cells of a CSV file, as spreadsheets of different countries write it."""

MOST_TITLES = 5  # lines above a heading that say something else

_JSON_VALUE = str | int | float | bool | None
_DECODE_JSON = msgspec.json.Decoder(dict[str, _JSON_VALUE | list[msgspec.Raw] | dict[str, msgspec.Raw]]).decode


class Column(NamedTuple):
    """One of our columns."""

    name: str
    needed: bool = True  # else the table may lack it
    longest: int = 4_096  # characters; a longer cell makes the row a reject
    named_by: tuple[str, ...] = ()  # where a table lacks it, the one of these words that the file's name holds
    constant: bool = False  # often the same for all rows, and then no column of the table
    also: tuple[str, ...] = ()  # what well-known tables call it, tried in this order
    exact: tuple[str, ...] = ()  # the same, to the letter, where it has none of these: another case means another thing
    implied: tuple[tuple[str, str], ...] = ()  # a column that only tables of one kind have, and what that says of this one


class Shape(NamedTuple):
    """What a source expects of its tables."""

    source: str
    columns: tuple[Column, ...]
    when: Column = Column("observed")  # made up for by `--observed`
    any_of: tuple[tuple[str, ...], ...] = ()  # of each of these groups of columns a table has at least one


class TableRow(msgspec.Struct, frozen=True):
    """One row of any of the three formats: text by the table's own column names, and where it stands."""

    offset: int
    sha256: str
    cells: Mapping[str, str]
    content: bytes


ORIGIN = Column("origin", needed=False)

_UNSPELLED = re.compile(r"[\s_.-]+")


def read_rows(shape: Shape, file: SourceFile, options: ReadOptions) -> Iterator[TableRow | UnreadableLine]:
    """The rows in file order. Which format a file has is seen from its first bytes, not from its name.

    For Parquet, which has no lines, the evidence is the row's number and the hash of its cells. What stands above the heading
    of a CSV file (lines that begin with #, up to four others) is passed by. Raises `InputError` when a column is missing (the
    message lists the columns there are) or the file is no table at all.
    """
    with file.path.open("rb") as stored:
        parquet = stored.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC
    if parquet:
        return _parquet_rows(shape, file, options)
    first = next((line.content for line in read_lines(file.path) if not isinstance(line, UnreadableLine)), b"")
    if first.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"{"):
        return _json_rows(shape, file, options)
    return _csv_rows(shape, file, options)


def cell_of(column: Column, row: TableRow, file: SourceFile, options: ReadOptions) -> str:
    """What a row holds in one of our columns, white space around it cut off; empty where it, and all that makes up for it, is
    absent. Raises `InvalidRecord` for a cell that is too long or holds a NUL byte."""
    theirs = their_name(column, row.cells, options)
    text = row.cells.get(theirs)
    if text is None:
        return options.values.get(column.name) or _word_in_name(column, file) or _implied(column, row.cells) or ""
    text = text.strip()
    if len(text) > column.longest:
        raise InvalidRecord(f"{column.name}: longer than {column.longest} characters")
    if "\0" in text:
        raise InvalidRecord(f"{column.name}: holds a NUL byte")
    return text


def moment_of(field: str, text: str, options: ReadOptions) -> datetime:
    """When something was read: a day becomes its start, UTC; an empty text is the moment of `--observed`.

    Raises `InvalidRecord`.
    """
    return step_of(field, text, options)[0]


def step_of(field: str, text: str, options: ReadOptions) -> tuple[datetime, timedelta]:
    """The same, and what it is exact to."""
    if not text:
        if options.observed is None:
            raise InvalidRecord(f"{field}: missing")
        return options.observed.astimezone(UTC), timedelta(days=1)
    moment, step = read_step(field, text)
    if not FIRST_MOMENT <= moment <= options.recorded_at + AHEAD:
        raise InvalidRecord(f"{field}: lies before 1990 or in the future: {text[:40]!r}")
    return moment, step


def origin_of(row: TableRow, file: SourceFile, options: ReadOptions) -> str:
    """`measured`, or what the row says in `origin`. Raises `InvalidRecord` for another word."""
    origin = cell_of(ORIGIN, row, file, options)
    if origin not in ("", *Origin):
        raise InvalidRecord(f"origin: must be measured or simulated, not {origin[:40]!r}")
    return origin or Origin.MEASURED.value


def their_name(column: Column, names: Mapping[str, str] | list[str], options: ReadOptions) -> str:
    """What the table calls one of our columns: as `--map` says, else our own name, else a well-known one that it has.

    Case, and what parts the words of a name, do not matter.
    """
    given = options.renames.get(column.name)
    if given is not None or column.name in names:
        return given or column.name
    all_names = tuple(names)
    own = _spelled_otherwise((column.name,), all_names)
    known = own or next((name for name in column.also if name in names), None)
    known = known or _spelled_otherwise(column.also, all_names)
    return known or next((name for name in column.exact if name in names), column.name)


@lru_cache(maxsize=4_096)
def _spelled_otherwise(wanted: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    plain = {_UNSPELLED.sub("", name.lower()): name for name in reversed(names)}
    return next((plain[key] for name in wanted if (key := _UNSPELLED.sub("", name.lower())) in plain), None)


def _word_in_name(column: Column, file: SourceFile) -> str | None:
    """The one word of `named_by` that a file's name holds; null for none and for several."""
    name = PurePosixPath(file.address.replace("\\", "/")).name.lower()
    found = [word for word in column.named_by if word in name]
    return found[0] if len(found) == 1 else None


def _implied(column: Column, names: Mapping[str, str] | list[str]) -> str | None:
    return next((value for name, value in column.implied if name in names), None)


def _csv_rows(shape: Shape, file: SourceFile, options: ReadOptions) -> Iterator[TableRow | UnreadableLine]:
    names, rows = _heading(shape, file, options)
    for row in rows:
        if isinstance(row, UnreadableLine):
            yield row
        elif len(row.cells) != len(names):
            reason = f"the row has {len(row.cells)} cells, the header {len(names)}"
            yield UnreadableLine(offset=row.offset, sha256=row.sha256, reason=reason, head=row.content)
        else:
            yield TableRow(row.offset, row.sha256, dict(zip(names, row.cells, strict=True)), row.content)


def _heading(shape: Shape, file: SourceFile, options: ReadOptions) -> tuple[list[str], Iterator[CsvRow | UnreadableLine]]:
    """The first of the leading rows that names all columns, and the rows that follow; publishers put notes and titles above.

    Raises `InputError`.
    """
    told: list[str] = []  # what a heading might be that names too little
    for delimiter in DELIMITERS:
        rows = read_csv_rows(file.path, delimiter=delimiter)
        seen: list[list[str]] = []
        for names in _leading(rows):
            seen.append(names)
            if _missing(shape, names, file, options) is None:
                _refuse_twins(shape, names, file, options)
                return names, rows
        told = max(seen, key=len, default=[]) if len(told) < 2 else told
    raise InputError(_missing(shape, told, file, options))


def _leading(rows: Iterator[CsvRow | UnreadableLine]) -> Iterator[list[str]]:
    """The rows among which the heading must stand."""
    told = (row.cells for row in islice(rows, MOST_COMMENTS) if isinstance(row, CsvRow) and not row.content.startswith(b"#"))
    yield from islice(told, MOST_TITLES)


def _refuse_twins(shape: Shape, names: list[str], file: SourceFile, options: ReadOptions) -> None:
    """Raises `InputError` where two columns bear the name of one that is read: either may be the one that is meant."""
    wanted = (their_name(column, names, options) for column in (*shape.columns, shape.when, ORIGIN))
    twin = next((name for name in wanted if names.count(name) > 1), None)
    if twin is not None:
        raise InputError(f"{file.address}: two columns are called {twin!r}; keep one of them, or name the other otherwise")


def _json_rows(shape: Shape, file: SourceFile, options: ReadOptions) -> Iterator[TableRow | UnreadableLine]:
    checked = False
    for line in read_lines(file.path):
        if isinstance(line, UnreadableLine):
            yield line
            continue
        if not line.content.strip():
            continue
        digest = sha256(line.content).hexdigest()
        try:
            values = _DECODE_JSON(line.content.removeprefix(BYTE_ORDER_MARK))
        except (msgspec.MsgspecError, RecursionError) as error:
            yield UnreadableLine(offset=line.offset, sha256=digest, reason=f"no JSON object: {error}", head=line.content)
            continue
        if not checked:
            _require_columns(shape, list(values), file, options)
            checked = True
        cells = {name: _text(value) for name, value in values.items() if not isinstance(value, (list, dict))}
        yield TableRow(line.offset, digest, cells, line.content)


def _parquet_rows(shape: Shape, file: SourceFile, options: ReadOptions) -> Iterator[TableRow]:
    """Raises `InputError` when Polars cannot read the file."""
    try:
        scan = pl.scan_parquet(file.path)
        names = scan.collect_schema().names()
        _require_columns(shape, names, file, options)
        wanted = {their_name(column, names, options) for column in (*shape.columns, shape.when, ORIGIN)}
        used = [name for name in names if name in wanted]
        for start in range(0, scan.select(pl.len()).collect().item(), options.batch_size):
            slice_ = scan.select(pl.col(used).cast(pl.String)).slice(start, options.batch_size).collect()
            for number, row in enumerate(slice_.iter_rows(), start=start):
                cells = {name: value or "" for name, value in zip(used, row, strict=True)}
                content = msgspec.json.encode(cells, order="sorted")
                yield TableRow(number, sha256(content).hexdigest(), cells, content)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{file.address}: Parquet that cannot be read: {error}") from error


def _text(value: _JSON_VALUE) -> str:
    return "" if value is None else str(value)


def _require_columns(shape: Shape, names: list[str], file: SourceFile, options: ReadOptions) -> None:
    """Raises `InputError` when a column is missing that nothing makes up for."""
    told = _missing(shape, names, file, options)
    if told is not None:
        raise InputError(told)


def _missing(shape: Shape, names: list[str], file: SourceFile, options: ReadOptions) -> str | None:
    """Which columns are missing that nothing makes up for, and how to say what they are called; null when none is."""
    missing = []
    for column in (*shape.columns, shape.when):
        given = column.name in options.values or (_word_in_name(column, file) or _implied(column, names)) is not None
        given = given or (column is shape.when and options.observed is not None)
        theirs = their_name(column, names, options)
        if theirs not in names and (column.name in options.renames or (column.needed and not given)):
            missing.append(column)
    named = {column.name for column in shape.columns if their_name(column, names, options) in names} | set(options.values)
    lacking = [group for group in shape.any_of if not named.intersection(group)]
    if not missing and not lacking:
        return None
    wanted = [column.name for column in missing] + [" or ".join(group) for group in lacking]
    hints = [f"--map {ours}=<column>" for ours in (*(column.name for column in missing), *(group[0] for group in lacking))]
    hints += [f"--value {column.name}=<word> where it is the same for all rows" for column in missing if column.constant]
    if shape.when in missing:
        hints.append("for a table without dates --observed DATE")
    return (
        f"{file.address}: no table of {shape.source}: {', '.join(wanted)} missing; "
        f"its columns are {', '.join(names) or 'none'}. "
        f"Say which column is meant: {', '.join(hints)} (as in --map {shape.when.name}=commit_date)"
    )

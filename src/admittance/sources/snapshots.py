"""Snapshot tables (CSV, Parquet or JSON lines): one reader for every gate that is looked at in snapshots.

A source of this kind is a :class:`SnapshotSource`: its columns, and a function from the cells of a row to the facts it tells.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec
import polars as pl

from admittance.errors import InputError
from admittance.model.ids import Country
from admittance.model.observation import SnapshotObservation
from admittance.model.tables import table_schema
from admittance.model.vocabulary import Gate, Origin
from admittance.sources.countries import COUNTRIES
from admittance.sources.csv_records import CsvRow, read_csv_rows
from admittance.sources.fields import InvalidRecord, read_time
from admittance.sources.lines import UnreadableLine, read_lines
from admittance.sources.scrubbing import excerpt
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, RejectRow, rejects_table, snapshot_batch, table_of_tuples

__all__ = ["SUFFIXES", "Column", "Facts", "SnapshotSource", "read_count", "read_place_country", "read_word"]

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".jsonl", ".jsonl.gz")

PARQUET_MAGIC = b"PAR1"
DATE_LENGTH = len("2020-01-01")
LARGEST_COUNT = 10**12

_SCHEMA = table_schema(SnapshotObservation)
_JSON_VALUE = str | int | float | bool | None
_DECODE_JSON = msgspec.json.Decoder(dict[str, _JSON_VALUE | list[msgspec.Raw] | dict[str, msgspec.Raw]]).decode


class Column(NamedTuple):
    """One of our columns."""

    name: str
    needed: bool = True  # else the table may lack it
    longest: int = 4_096  # characters; a longer cell makes the row a reject
    named_by: tuple[str, ...] = ()  # where a table lacks it, the one of these words that the file's name holds


class Facts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a row tells, as `SnapshotObservation` has it; its time, origin and evidence are the reader's."""

    place: str
    item: str
    country: str
    status: str
    title: str | None = None
    category: str | None = None
    text: str | None = None
    count: int | None = None
    url: str | None = None


class SnapshotSource(msgspec.Struct, frozen=True, kw_only=True):
    """Tables of place x item x country x time. Which format a file has is seen from its first bytes, not from its name.

    Besides `columns` a table has `observed`, unless `--observed` says when it was read, and may have `origin` (`measured` or
    `simulated`). `facts` takes the cells of a row by our names, white space around them cut off and absent ones empty, and
    raises `InvalidRecord` naming the column. Other columns are ignored.
    """

    name: str
    parser: str
    gate: Gate
    columns: tuple[Column, ...]
    facts: Callable[[Mapping[str, str]], Facts]
    suffixes: tuple[str, ...] = SUFFIXES

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """The rows in file order, a batch for every `batch_size` of them.

        For Parquet, which has no lines, the evidence is the row's number and the hash of its cells. Raises `InputError` when a
        column is missing (the message lists the columns there are) or the file is no table at all.
        """
        rows: list[tuple[Cell, ...]] = []
        rejects: list[RejectRow] = []
        lines = 0
        for record in _records(self, file, options):
            lines += 1
            if isinstance(record, UnreadableLine):
                rejects.append((record.offset, record.sha256, record.reason, excerpt(record.head)))
            else:
                try:
                    row = _observation(self, record, file, options)
                except InvalidRecord as error:
                    rejects.append((record.offset, record.sha256, str(error), excerpt(record.content)))
                else:
                    rows += [row] if row is not None else []
            if lines >= options.batch_size:
                yield _batch(self, lines, rows, rejects, file)
                rows, rejects, lines = [], [], 0
        yield _batch(self, lines, rows, rejects, file)


def read_word(field: str, text: str, words: Mapping[str, str]) -> str:
    """Our word for a table's, whatever its case. Raises `InvalidRecord` for one that is not known."""
    ours = words.get(text.lower())
    if ours is None:
        raise InvalidRecord(f"{field}: unknown: {text[:40]!r}; known are {', '.join(words)}")
    return ours


def read_place_country(field: str, text: str) -> Country:
    """An assigned country code, upper case. Raises `InvalidRecord`."""
    country = text.upper()
    if country not in COUNTRIES:
        raise InvalidRecord(f"{field}: no ISO 3166-1 alpha-2 code: {text[:40]!r}")
    return Country(country)


def read_count(field: str, text: str) -> int | None:
    """A whole number, at least 0, as people write it (`1,234`); null for an empty cell. Raises `InvalidRecord`."""
    if not text:
        return None
    plain = text.replace(",", "").replace("\u202f", "").replace(" ", "").removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > len(str(LARGEST_COUNT)) or int(plain) > LARGEST_COUNT:
        raise InvalidRecord(f"{field}: no count: {text[:40]!r}")
    return int(plain)


class _Record(msgspec.Struct, frozen=True):
    """One row of any of the three formats: text by the table's own column names, and where it stands."""

    offset: int
    sha256: str
    cells: Mapping[str, str]
    content: bytes


def _batch(
    source: SnapshotSource, lines: int, rows: list[tuple[Cell, ...]], rejects: list[RejectRow], file: SourceFile
) -> Batch:
    return snapshot_batch(
        lines=lines,
        snapshots=table_of_tuples(rows, _SCHEMA),
        rejects=rejects_table(rejects, source=source.name, file=file.file),
    )


def _observation(source: SnapshotSource, record: _Record, file: SourceFile, options: ReadOptions) -> tuple[Cell, ...] | None:
    """The row's cells in the order of the schema; null when it is not selected. Raises `InvalidRecord` naming the column."""
    value = {column.name: _cell(column, record, file, options) for column in source.columns}
    facts = source.facts(value)
    time = _moment(_cell(_OBSERVED, record, file, options), options)
    origin = _cell(_ORIGIN, record, file, options)
    if origin not in ("", *Origin):
        raise InvalidRecord(f"origin: must be measured or simulated, not {origin[:40]!r}")
    if not options.selection.wants(country=Country(facts.country), test_name=None, time=time):
        return None
    return (
        *(source.name, origin or Origin.MEASURED.value, source.gate.value, facts.place, facts.item, facts.title),
        *(facts.country, time, facts.status, facts.category, facts.text, facts.count, facts.url),
        *(file.file, record.offset, record.sha256, options.recorded_at),
    )


_OBSERVED = Column("observed")
_ORIGIN = Column("origin", needed=False)


def _cell(column: Column, record: _Record, file: SourceFile, options: ReadOptions) -> str:
    theirs = options.renames.get(column.name, column.name)
    text = record.cells.get(theirs)
    if text is None:
        return options.values.get(column.name) or _word_in_name(column, file) or ""
    text = text.strip()
    if len(text) > column.longest:
        raise InvalidRecord(f"{column.name}: longer than {column.longest} characters")
    return text


def _word_in_name(column: Column, file: SourceFile) -> str | None:
    """The one word of `named_by` that a file's name holds; null for none and for several."""
    name = PurePosixPath(file.address.replace("\\", "/")).name.lower()
    found = [word for word in column.named_by if word in name]
    return found[0] if len(found) == 1 else None


def _moment(text: str, options: ReadOptions) -> datetime:
    """When it was read: a day becomes its start, UTC."""
    if not text:
        if options.observed is None:
            raise InvalidRecord("observed: missing")
        return options.observed.astimezone(UTC)
    return read_time("observed", f"{text} 00:00:00" if len(text) == DATE_LENGTH else text)


def _records(source: SnapshotSource, file: SourceFile, options: ReadOptions) -> Iterator[_Record | UnreadableLine]:
    with file.path.open("rb") as stored:
        parquet = stored.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC
    if parquet:
        return _parquet_records(source, file, options)
    first = next((line.content for line in read_lines(file.path) if not isinstance(line, UnreadableLine)), b"")
    if first.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        return _json_records(source, file, options)
    return _csv_records(source, file, options)


def _csv_records(source: SnapshotSource, file: SourceFile, options: ReadOptions) -> Iterator[_Record | UnreadableLine]:
    rows = read_csv_rows(file.path)
    header = next(rows, None)
    names = header.cells if isinstance(header, CsvRow) else []
    _require_columns(source, names, file, options)
    for row in rows:
        if isinstance(row, UnreadableLine):
            yield row
        elif len(row.cells) != len(names):
            reason = f"the row has {len(row.cells)} cells, the header {len(names)}"
            yield UnreadableLine(offset=row.offset, sha256=row.sha256, reason=reason, head=row.content)
        else:
            yield _Record(row.offset, row.sha256, dict(zip(names, row.cells, strict=True)), row.content)


def _json_records(source: SnapshotSource, file: SourceFile, options: ReadOptions) -> Iterator[_Record | UnreadableLine]:
    checked = False
    for line in read_lines(file.path):
        if isinstance(line, UnreadableLine):
            yield line
            continue
        if not line.content.strip():
            continue
        digest = sha256(line.content).hexdigest()
        try:
            values = _DECODE_JSON(line.content)
        except (msgspec.MsgspecError, RecursionError) as error:
            yield UnreadableLine(offset=line.offset, sha256=digest, reason=f"no JSON object: {error}", head=line.content)
            continue
        if not checked:
            _require_columns(source, list(values), file, options)
            checked = True
        cells = {name: _text(value) for name, value in values.items() if not isinstance(value, (list, dict))}
        yield _Record(line.offset, digest, cells, line.content)


def _parquet_records(source: SnapshotSource, file: SourceFile, options: ReadOptions) -> Iterator[_Record]:
    """Raises `InputError` when Polars cannot read the file."""
    wanted = [options.renames.get(column.name, column.name) for column in (*source.columns, _OBSERVED, _ORIGIN)]
    try:
        scan = pl.scan_parquet(file.path)
        names = scan.collect_schema().names()
        _require_columns(source, names, file, options)
        used = [name for name in names if name in wanted]
        for start in range(0, scan.select(pl.len()).collect().item(), options.batch_size):
            slice_ = scan.select(pl.col(used).cast(pl.String)).slice(start, options.batch_size).collect()
            for number, row in enumerate(slice_.iter_rows(), start=start):
                cells = {name: value or "" for name, value in zip(used, row, strict=True)}
                content = msgspec.json.encode(cells, order="sorted")
                yield _Record(number, sha256(content).hexdigest(), cells, content)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{file.address}: Parquet that cannot be read: {error}") from error


def _text(value: _JSON_VALUE) -> str:
    return "" if value is None else str(value)


def _require_columns(source: SnapshotSource, names: list[str], file: SourceFile, options: ReadOptions) -> None:
    """Raises `InputError` when a column is missing that nothing makes up for."""
    missing = []
    for column in (*source.columns, _OBSERVED):
        given = column.name in options.values or _word_in_name(column, file) is not None
        given = given or (column is _OBSERVED and options.observed is not None)
        theirs = options.renames.get(column.name, column.name)
        if theirs not in names and (column.name in options.renames or (column.needed and not given)):
            missing.append(column)
    if not missing:
        return
    hints = [f"--map {column.name}=<column>" for column in missing]
    hints += [f"--value {column.name}=<word> where it is the same for all rows" for column in missing if column.named_by]
    if _OBSERVED in missing:
        hints.append("for a table without dates --observed DATE")
    raise InputError(
        f"{file.address}: no table of {source.name}: {', '.join(column.name for column in missing)} missing; "
        f"its columns are {', '.join(names) or 'none'}. "
        f"Say which column is meant: {', '.join(hints)} (as in --map observed=commit_date)"
    )

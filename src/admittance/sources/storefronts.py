"""Storefront snapshots: tables (CSV, Parquet or JSON lines) of which app was listed in which country's store, and when."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import polars as pl

from admittance.errors import InputError
from admittance.model.ids import Country
from admittance.model.observation import StoreObservation
from admittance.model.tables import table_schema
from admittance.model.vocabulary import Origin
from admittance.sources.countries import COUNTRIES
from admittance.sources.csv_records import CsvRow, read_csv_rows
from admittance.sources.fields import InvalidRecord, read_time
from admittance.sources.lines import UnreadableLine, read_lines
from admittance.sources.scrubbing import excerpt
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, RejectRow, rejects_table, store_batch, table_of_tuples

__all__ = ["COLUMNS", "STATUSES", "STOREFRONTS", "STORES", "StorefrontsSource"]

NAME = "storefronts"

COLUMNS = ("store", "app_id", "app_title", "country", "observed", "status")
"""Our columns. `app_title` may be missing; `observed` may be, where `--observed` says when the table was read; a further column
`origin` may say `measured` or `simulated`. Everything else is ignored."""

OPTIONAL_COLUMNS = ("app_title", "origin")

STORES = {
    "apple": "apple",
    "app_store": "apple",
    "appstore": "apple",
    "itunes": "apple",
    "gplay": "gplay",
    "google_play": "gplay",
    "googleplay": "gplay",
    "play": "gplay",
}
"""A table's name for a store, in lower case -> ours. A store that is not here is rejected."""

STATUSES = {
    "listed": "listed",
    "not_listed": "not_listed",
    "removed": "not_listed",
    "unlisted": "not_listed",
    "unknown": "unknown",
    "error": "unknown",
    "no_result_or_error": "unknown",  # the crawler could not tell an absence from a failure
    "no_storefront_or_error": "unknown",
}
"""A table's word for a status, in lower case -> ours. A word that is not here is rejected."""

PARQUET_MAGIC = b"PAR1"
DATE_LENGTH = len("2020-01-01")
LONGEST_CELL = 4_096  # characters

_SCHEMA = table_schema(StoreObservation)
_JSON_VALUE = str | int | float | bool | None
_DECODE_JSON = msgspec.json.Decoder(dict[str, _JSON_VALUE | list[msgspec.Raw] | dict[str, msgspec.Raw]]).decode


class _Record(msgspec.Struct, frozen=True):
    """One row of any of the three formats: text by the table's own column names, and where it stands."""

    offset: int
    sha256: str
    cells: Mapping[str, str]
    content: bytes


class StorefrontsSource(msgspec.Struct, frozen=True):
    """Tables of app x storefront x day. Which format a file has is seen from its first bytes, not from its name."""

    name: str = NAME
    parser: str = "storefronts/1"
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".parquet", ".jsonl", ".jsonl.gz")

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """The rows in file order, a batch for every `batch_size` of them.

        For Parquet, which has no lines, the evidence is the row's number and the hash of its cells. Raises `InputError` when a
        column is missing (the message lists the columns there are) or the file is no table at all.
        """
        rows: list[tuple[Cell, ...]] = []
        rejects: list[RejectRow] = []
        lines = 0
        for record in _records(file, options):
            lines += 1
            if isinstance(record, UnreadableLine):
                rejects.append((record.offset, record.sha256, record.reason, excerpt(record.head)))
            else:
                try:
                    row = _observation(record, file, options)
                except InvalidRecord as error:
                    rejects.append((record.offset, record.sha256, str(error), excerpt(record.content)))
                else:
                    rows += [row] if row is not None else []
            if lines >= options.batch_size:
                yield _batch(lines, rows, rejects, file)
                rows, rejects, lines = [], [], 0
        yield _batch(lines, rows, rejects, file)


STOREFRONTS = StorefrontsSource()


def _batch(lines: int, rows: list[tuple[Cell, ...]], rejects: list[RejectRow], file: SourceFile) -> Batch:
    return store_batch(
        lines=lines,
        store_observations=table_of_tuples(rows, _SCHEMA),
        rejects=rejects_table(rejects, source=NAME, file=file.file),
    )


def _observation(record: _Record, file: SourceFile, options: ReadOptions) -> tuple[Cell, ...] | None:
    """The row's cells in the order of the schema; null when it is not selected. Raises `InvalidRecord` naming the column."""
    value = {ours: record.cells.get(options.renames.get(ours, ours), "").strip() for ours in (*COLUMNS, "origin")}
    for name, text in value.items():
        if len(text) > LONGEST_CELL:
            raise InvalidRecord(f"{name}: longer than {LONGEST_CELL} characters")
    store = STORES.get(value["store"].lower())
    if store is None:
        raise InvalidRecord(f"store: unknown: {value['store'][:40]!r}; known are {', '.join(STORES)}")
    status = STATUSES.get(value["status"].lower())
    if status is None:
        raise InvalidRecord(f"status: unknown: {value['status'][:40]!r}; known are {', '.join(STATUSES)}")
    if not value["app_id"]:
        raise InvalidRecord("app_id: missing")
    country = value["country"].upper()
    if country not in COUNTRIES:
        raise InvalidRecord(f"country: no ISO 3166-1 alpha-2 code: {value['country'][:40]!r}")
    time = _moment(value["observed"], options)
    if value["origin"] not in ("", *Origin):
        raise InvalidRecord(f"origin: must be measured or simulated, not {value['origin'][:40]!r}")
    if not options.selection.wants(country=Country(country), test_name=None, time=time):
        return None
    return (
        *(NAME, value["origin"] or Origin.MEASURED.value, store, value["app_id"], value["app_title"] or None, country, time),
        *(status, file.file, record.offset, record.sha256, options.recorded_at),
    )


def _moment(text: str, options: ReadOptions) -> datetime:
    """When the storefront was read: a day becomes its start, UTC."""
    if not text:
        if options.observed is None:
            raise InvalidRecord("observed: missing")
        return options.observed.astimezone(UTC)
    return read_time("observed", f"{text} 00:00:00" if len(text) == DATE_LENGTH else text)


def _records(file: SourceFile, options: ReadOptions) -> Iterator[_Record | UnreadableLine]:
    with file.path.open("rb") as stored:
        parquet = stored.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC
    if parquet:
        return _parquet_records(file, options)
    first = next((line.content for line in read_lines(file.path) if not isinstance(line, UnreadableLine)), b"")
    if first.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        return _json_records(file, options)
    return _csv_records(file, options)


def _csv_records(file: SourceFile, options: ReadOptions) -> Iterator[_Record | UnreadableLine]:
    rows = read_csv_rows(file.path)
    header = next(rows, None)
    names = header.cells if isinstance(header, CsvRow) else []
    _require_columns(names, file, options)
    for row in rows:
        if isinstance(row, UnreadableLine):
            yield row
        elif len(row.cells) != len(names):
            reason = f"the row has {len(row.cells)} cells, the header {len(names)}"
            yield UnreadableLine(offset=row.offset, sha256=row.sha256, reason=reason, head=row.content)
        else:
            yield _Record(row.offset, row.sha256, dict(zip(names, row.cells, strict=True)), row.content)


def _json_records(file: SourceFile, options: ReadOptions) -> Iterator[_Record | UnreadableLine]:
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
            _require_columns(list(values), file, options)
            checked = True
        cells = {name: _text(value) for name, value in values.items() if not isinstance(value, (list, dict))}
        yield _Record(line.offset, digest, cells, line.content)


def _parquet_records(file: SourceFile, options: ReadOptions) -> Iterator[_Record]:
    """Raises `InputError` when Polars cannot read the file."""
    wanted = [options.renames.get(ours, ours) for ours in (*COLUMNS, "origin")]
    try:
        scan = pl.scan_parquet(file.path)
        names = scan.collect_schema().names()
        _require_columns(names, file, options)
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


def _require_columns(names: list[str], file: SourceFile, options: ReadOptions) -> None:
    """Raises `InputError` when a column is missing that no option makes up for."""
    optional = {*OPTIONAL_COLUMNS, *(("observed",) if options.observed is not None else ())}
    missing = [
        ours
        for ours in COLUMNS
        if options.renames.get(ours, ours) not in names and (ours not in optional or ours in options.renames)
    ]
    if not missing:
        return
    hints = [f"--map {ours}=<column>" for ours in missing]
    if "observed" in missing:
        hints.append("for a table without dates --observed DATE")
    raise InputError(
        f"{file.address}: no storefront table: {', '.join(missing)} missing; its columns are {', '.join(names) or 'none'}. "
        f"Say which column is meant: {', '.join(hints)} (as in --map observed=commit_date)"
    )

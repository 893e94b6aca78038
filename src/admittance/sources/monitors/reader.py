"""Tables of monitors as CSV: which publisher's one is, is told by its columns."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath

import msgspec

from admittance.errors import InputError
from admittance.model.testimony import Testimony
from admittance.model.vocabulary import Origin
from admittance.sources.csv_records import CsvRow, read_csv_rows
from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import UnreadableLine
from admittance.sources.monitors.tables import CHINA, TABLES, Said, Table, table_of_columns
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, batches_of_rows

__all__ = ["MONITORS", "MonitorsSource"]

NAME = "monitors"
_DAY = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")


class MonitorsSource(msgspec.Struct, frozen=True):
    """GreatFire's lists, gfwlist's changes, GFW Report's spans and counts, as CSV, plain or gzip."""

    name: str = NAME
    parser: str = "monitors/1"
    suffixes: tuple[str, ...] = (".csv", ".csv.gz")

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """Testimonies in file order, a batch for every `batch_size` rows.

        Raises `InputError` for a table of no known form, and for one without dates where neither its name nor the caller says
        on which day it was taken.
        """
        rows = read_csv_rows(file.path)
        header = next(rows, None)
        table, columns = _form(header, file, options)
        taken = _taken(file, options)
        if not table.dated and taken is None:
            raise InputError(
                f"{file.address}: the table says no day: keep the date in its name, as in censored_urls_2020-02-22.csv,"
                " or give --observed DATE"
            )
        yield from batches_of_rows(
            rows,
            lambda row: _testimonies(table, table.read(_cells(row, columns), taken), row, file, options),
            noun=Testimony,
            source=NAME,
            file=file,
            batch_size=options.batch_size,
        )


MONITORS = MonitorsSource()


def _form(header: CsvRow | UnreadableLine | None, file: SourceFile, options: ReadOptions) -> tuple[Table, Mapping[str, int]]:
    """The form of the file and where each of its columns stands."""
    names = [name.strip() for name in header.cells] if isinstance(header, CsvRow) else []
    theirs = {theirs: ours for ours, theirs in options.renames.items()}
    positions = {theirs.get(name, name): place for place, name in reversed(list(enumerate(names)))}
    table = table_of_columns(set(positions))
    if table is None:
        known = "; ".join(f"{one.publisher} {one.name}: {', '.join(one.columns)}" for one in TABLES)
        shown = ", ".join(names)[:200] or "none"
        raise InputError(f"{file.address}: no table of a monitor by its columns ({shown}); known are {known}")
    twin = next((name for name in table.columns if names.count(names[positions[name]]) > 1), None)
    if twin is not None:
        raise InputError(f"{file.address}: two columns are called {names[positions[twin]]!r}; keep one of them")
    return table, {name: positions[name] for name in table.columns}


def _taken(file: SourceFile, options: ReadOptions) -> datetime | None:
    """The day on which a list was taken: as the caller says, else as the file's name does."""
    if options.observed is not None:
        return options.observed.replace(hour=0, minute=0, second=0, microsecond=0)
    for match in _DAY.finditer(PurePosixPath(file.address.replace("\\", "/")).name):
        try:
            return datetime(*map(int, match.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]
        except ValueError:
            continue
    return None


def _cells(row: CsvRow, columns: Mapping[str, int]) -> Mapping[str, str]:
    if len(row.cells) <= max(columns.values()):
        raise InvalidRecord(f"the row has only {len(row.cells)} cells")
    return {name: row.cells[place] for name, place in columns.items()}


def _testimonies(table: Table, said: Said, row: CsvRow, file: SourceFile, options: ReadOptions) -> list[tuple[Cell, ...]]:
    """The cells in the order of the schema; none when the row is not selected."""
    if not options.selection.wants(country=CHINA, test_name=None, time=said.since):
        return []
    cells = (
        *(NAME, Origin.MEASURED.value, table.publisher.value, said.kind.value, said.gate.value, CHINA),
        *(said.item, said.host, said.domain, said.since, said.until, said.percent, said.days, said.days_measured),
        *(said.count, said.changed, said.reference, file.file, row.offset, row.sha256, options.recorded_at),
    )
    return [cells]

"""Snapshot tables (CSV, Parquet or JSON lines): one reader for every gate that is looked at in snapshots.

A source of this kind is a :class:`SnapshotSource`: its columns, and a function from the cells of a row to the facts it tells.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from admittance.model.ids import Asn, Country
from admittance.model.observation import SnapshotObservation
from admittance.model.vocabulary import Gate
from admittance.sources.countries import CODES_OF_THREE, COUNTRIES
from admittance.sources.country_names import country_of_name
from admittance.sources.fields import InvalidRecord
from admittance.sources.rows import SUFFIXES, Column, Shape, TableRow, cell_of, moment_of, origin_of, read_rows
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, batches_of_rows

__all__ = ["SUFFIXES", "Column", "Facts", "SnapshotSource", "read_count", "read_place_country", "read_word"]

LARGEST_COUNT = 10**12

_OBSERVED = Column(
    "observed", also=("observed_at", "date", "checked_at", "crawled_at", "captured_at", "snapshot_date", "timestamp")
)


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
    network: Asn | None = None


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
    any_of: tuple[tuple[str, ...], ...] = ()  # of each of these groups a table has at least one column
    suffixes: tuple[str, ...] = SUFFIXES

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """The rows in file order, a batch for every `batch_size` of them.

        For Parquet, which has no lines, the evidence is the row's number and the hash of its cells. Raises `InputError` when a
        column is missing (the message lists the columns there are) or the file is no table at all.
        """
        yield from batches_of_rows(
            read_rows(Shape(self.name, self.columns, _OBSERVED, self.any_of), file, options),
            lambda row: _observations(self, row, file, options),
            noun=SnapshotObservation,
            source=self.name,
            file=file,
            batch_size=options.batch_size,
        )


def read_word(field: str, text: str, words: Mapping[str, str]) -> str:
    """Our word for a table's, whatever its case. Raises `InvalidRecord` for one that is not known."""
    ours = words.get(text.lower())
    if ours is None:
        raise InvalidRecord(f"{field}: unknown: {text[:40]!r}; known are {', '.join(words)}")
    return ours


def read_place_country(field: str, text: str) -> Country:
    """An assigned code of two letters, for that code, one of three letters, or an English name. Raises `InvalidRecord`."""
    code = text.upper()
    country = code if code in COUNTRIES else CODES_OF_THREE.get(code) or country_of_name(text)
    if country is None:
        raise InvalidRecord(f"{field}: no country by ISO 3166-1 or by its English name: {text[:40]!r}")
    return Country(country)


def read_count(field: str, text: str) -> int | None:
    """A whole number, at least 0, as people write it (`1,234`); null for an empty cell. Raises `InvalidRecord`."""
    if not text:
        return None
    plain = text.replace(",", "").replace("\u202f", "").replace(" ", "").removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > len(str(LARGEST_COUNT)) or int(plain) > LARGEST_COUNT:
        raise InvalidRecord(f"{field}: no count: {text[:40]!r}")
    return int(plain)


def _observations(source: SnapshotSource, record: TableRow, file: SourceFile, options: ReadOptions) -> list[tuple[Cell, ...]]:
    """The row's cells in the order of the schema; none when it is not selected. Raises `InvalidRecord` naming the column."""
    value = {column.name: cell_of(column, record, file, options) for column in source.columns}
    facts = source.facts(value)
    time = moment_of("observed", cell_of(_OBSERVED, record, file, options), options)
    origin = origin_of(record, file, options)
    if not options.selection.wants(country=Country(facts.country), test_name=None, time=time):
        return []
    cells = (
        *(source.name, origin, source.gate.value, facts.place, facts.item, facts.title),
        *(facts.country, facts.network, time, facts.status, facts.category, facts.text, facts.count, facts.url),
        *(file.file, record.offset, record.sha256, options.recorded_at),
    )
    return [cells]

"""Tables of keywords in their several shapes, read into what was found of each keyword on a platform, and when."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import msgspec

from admittance.catalog import canonical_keyword
from admittance.model.ids import Country
from admittance.model.observation import SnapshotObservation
from admittance.model.vocabulary import Gate
from admittance.sources.fields import InvalidRecord
from admittance.sources.keywords.platforms import platform_named, platforms_in_name
from admittance.sources.lines import UnreadableLine, read_lines
from admittance.sources.rows import (
    SUFFIXES,
    Column,
    Shape,
    TableRow,
    cell_of,
    moment_of,
    origin_of,
    read_rows,
    step_of,
    their_name,
)
from admittance.sources.snapshots import read_place_country, read_word
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, batches_of_rows

__all__ = ["CHANGES", "COLUMNS", "KEYWORDS", "OBSERVED", "RESULTS", "KeywordsSource"]

NAME = "keywords"

KEYWORD = Column(
    "keyword",
    longest=1_000,
    also=(
        "keyword_combination",
        "word",
        "term",
        "search_term",
        "search_query",
        "query",
        "hashtag",
        "phrase",
        "关键词",
        "关键字",
    ),
    exact=("Result",),
)
PLATFORM = Column(
    "platform",
    longest=200,
    constant=True,
    also=("app", "clients", "client", "engine", "search_engine", "site", "service", "平台"),
)
LIST = Column("list", needed=False, longest=200)
CAME = ("added_on", "added_at", "date_added")
"""What a table calls the day on which a word came in, where each row tells of its whole stay on a list."""

CHANGE = Column("change", needed=False, longest=40, also=("op", "action"), implied=tuple((name, "added") for name in CAME))
WENT = Column("removed_on", needed=False, longest=40, also=("removed_at", "date_removed"))
RESULT = Column(
    "result",
    needed=False,
    longest=40,
    also=(
        "outcome",
        "status",
        "censored",
        "is_censored",
        "blocked",
        "is_blocked",
        "banned",
        "is_banned",
        "结果",
        "状态",
    ),
)
TRIGGER = Column("trigger_url", needed=False, also=("Source", "source_url", "article", "article_url"))
TRANSLATION = Column("translation", needed=False, also=("human_translation", "machine_translation"))
TOPIC = Column("topic", needed=False, longest=200)
COUNTRY = Column("country", needed=False, longest=40, constant=True)
OBSERVED = Column(
    "observed",
    also=(
        "Date",
        "date",
        "detected_on",
        "date_detected",
        "date_found",
        "found_on",
        "tested_on",
        "tested_at",
        "observed_at",
        "checked_at",
        "checked_on",
        "check_date",
        "first_seen",
        *CAME,
        "timestamp",
        "ts",
        "time",
        "日期",
        "时间",
    ),
)

COLUMNS = (KEYWORD, PLATFORM, LIST, CHANGE, WENT, RESULT, TRIGGER, TRANSLATION, TOPIC, COUNTRY)

RESULTS = {
    "banned": "banned",
    "blocked": "banned",
    "censored": "banned",
    "refused": "banned",
    "withheld": "banned",
    "filtered": "banned",
    "hidden": "banned",
    "sensitive": "banned",
    "屏蔽": "banned",
    "被屏蔽": "banned",
    "敏感": "banned",
    "true": "banned",  # of a column such as `censored`
    "yes": "banned",
    "y": "banned",
    "是": "banned",
    "1": "banned",
    "allowed": "allowed",
    "found": "allowed",
    "ok": "allowed",
    "results": "allowed",
    "normal": "allowed",
    "visible": "allowed",
    "正常": "allowed",
    "uncensored": "allowed",
    "false": "allowed",
    "no": "allowed",
    "n": "allowed",
    "否": "allowed",
    "0": "allowed",
    "not_blocked": "allowed",
    "not_censored": "allowed",
    "empty": "empty",
    "no_results": "empty",
    "listed": "listed",
    "not_listed": "not_listed",
    "unknown": "unknown",
    "error": "unknown",
}
"""A table's word for what was found of a keyword, in lower case -> ours. A word that is not here is rejected."""

CHANGES = {
    "add": "added",
    "added": "added",
    "+": "added",
    "del": "removed",
    "delete": "removed",
    "deleted": "removed",
    "remove": "removed",
    "removed": "removed",
    "-": "removed",
    "initial_size": "begun",
}
"""A table's word for a change of a list, in lower case -> ours; of the first version (`begun`) only the size is told."""

MOST_REMEMBERED = 5_000_000
"""Keywords of changed lists that are kept in mind while a table is read."""

WHOLE_LIST = "list"
"""What a list is called of which a platform has one alone, or that nobody named."""

_Shared = tuple[str | None, str | None, str | None]  # translation, topic, trigger
_UNFIT = re.compile(r"[^\w]+")


class _Finding(NamedTuple):
    """What was found of a keyword at a moment."""

    place: str
    status: str
    time: datetime


class _Lists:
    """What a table of changes has told of each list so far: when it begins, and what became of keywords since."""

    def __init__(self) -> None:
        self._begun: dict[str, datetime] = {}
        self._held: dict[tuple[str, str], bool] = {}

    def begin(self, place: str, time: datetime) -> None:
        self._begun[place] = min(time, self._begun.get(place, time))

    def change(self, place: str, keyword: str, change: str, time: datetime, step: timedelta) -> list[_Finding]:
        """What a change tells: how it was just before, and how it is from then on.

        What is removed and never came in before was held by the list's first version. A change that tells nothing new (added
        twice) is a reading. Raises `InvalidRecord` when more keywords change than can be kept in mind.
        """
        self.begin(place, time)
        before, held = time - step, self._held.get((place, keyword))
        if held is None and len(self._held) >= MOST_REMEMBERED:
            raise InvalidRecord(f"change: more than {MOST_REMEMBERED:,} keywords change in one table; split it")
        self._held[place, keyword] = change == "added"
        if change == "added":
            now = _Finding(place, "listed", time)
            return [now] if held else [_Finding(place, "not_listed", before), now]
        gone = _Finding(place, "not_listed", time)
        if held is False:
            return [gone]
        first = [_Finding(place, "listed", self._begun[place])] if held is None and self._begun[place] < before else []
        return [*first, _Finding(place, "listed", before), gone]


class KeywordsSource(msgspec.Struct, frozen=True):
    """Tables of platform x keyword x time, and plain lists with a keyword a line (`.txt`)."""

    name: str = NAME
    parser: str = "keywords/4"
    suffixes: tuple[str, ...] = (*SUFFIXES, ".txt", ".txt.gz")

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """What the rows tell, in file order, a batch for every `batch_size` rows.

        A row of a sample tells of one reading, a row of a change of two: the list just before, and from then on. A list that
        changes must be told in the order of time. Raises `InputError` when a column is missing or the file is no table.
        """
        yield from batches_of_rows(
            _records(file, options),
            _Reader(file, options, _Lists()).observations,
            noun=SnapshotObservation,
            source=self.name,
            file=file,
            batch_size=options.batch_size,
        )


KEYWORDS = KeywordsSource()


def _records(file: SourceFile, options: ReadOptions) -> Iterator[TableRow | UnreadableLine]:
    if file.address.lower().removesuffix(".gz").endswith(".txt"):
        return _plain_list(file)
    named = platforms_in_name(file.address)
    columns = tuple(column._replace(needed=False) if column is PLATFORM and named else column for column in COLUMNS)
    return read_rows(Shape(NAME, columns, OBSERVED), file, options)


def _plain_list(file: SourceFile) -> Iterator[TableRow | UnreadableLine]:
    """The lines of a list, one keyword each, as rows."""
    for line in read_lines(file.path):
        if isinstance(line, UnreadableLine):
            yield line
            continue
        digest = sha256(line.content).hexdigest()
        try:
            text = line.content.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            reason = f"no UTF-8 at byte {error.start} of the line"
            yield UnreadableLine(offset=line.offset, sha256=digest, reason=reason, head=line.content)
            continue
        if text:
            yield TableRow(line.offset, digest, {KEYWORD.name: text, RESULT.name: "listed"}, line.content)


class _Reader(NamedTuple):
    """One table while it is read."""

    file: SourceFile
    options: ReadOptions
    lists: _Lists

    def cell(self, column: Column, row: TableRow) -> str:
        return cell_of(column, row, self.file, self.options)

    def observations(self, row: TableRow) -> list[tuple[Cell, ...]]:
        """What a row tells, each in the order of the schema; empty when it is not selected. Raises `InvalidRecord`."""
        keyword = canonical_keyword(self.cell(KEYWORD, row))
        if not keyword:
            raise InvalidRecord("keyword: missing")
        text = self.cell(OBSERVED, row)
        time, step = (
            step_of("observed", text, self.options) if text else (moment_of("observed", "", self.options), timedelta(days=1))
        )
        origin = origin_of(row, self.file, self.options)
        shared = (self.cell(TRANSLATION, row) or None, self.cell(TOPIC, row) or None, self.cell(TRIGGER, row) or None)
        told: list[tuple[Cell, ...]] = []
        for platform, country in self._platforms(row):
            told += [
                self._cells(found, keyword, country, origin, shared, row)
                for found in self._found(platform, keyword, row, time, step)
                if self.options.selection.wants(country=country, test_name=None, time=found.time)
            ]
        return told

    def _cells(
        self, found: _Finding, keyword: str, country: Country, origin: str, shared: _Shared, row: TableRow
    ) -> tuple[Cell, ...]:
        translation, topic, trigger = shared
        evidence = (self.file.file, row.offset, row.sha256, self.options.recorded_at)
        return (
            *(NAME, origin, Gate.CONTENT.value, found.place, keyword, translation, country, None, found.time, found.status),
            *(topic, None, None, trigger, *evidence),
        )

    def _platforms(self, row: TableRow) -> Iterator[tuple[str, Country]]:
        """The platforms that a row speaks of, set apart by semicolons, each with its country. Raises `InvalidRecord`."""
        said = self.cell(COUNTRY, row)
        for name in (self.cell(PLATFORM, row) or platforms_in_name(self.file.address)).split(";"):
            platform, known = platform_named(name)
            if not said and known is None:
                raise InvalidRecord(f"country: missing, and nobody knows that of {platform!r}; say it with --value country=CC")
            yield platform, read_place_country("country", said or known or "")

    def _result(self, row: TableRow) -> str:
        """What the row says was found; in a well-known table the column `Result` holds the keyword."""
        same = their_name(KEYWORD, row.cells, self.options) == their_name(RESULT, row.cells, self.options)
        return "" if same else self.cell(RESULT, row)

    def _found(self, platform: str, keyword: str, row: TableRow, time: datetime, step: timedelta) -> list[_Finding]:
        change, result = self.cell(CHANGE, row), self._result(row)
        name = _UNFIT.sub("-", self.cell(LIST, row).lower()).strip("-")
        if change:
            place, kind = f"{platform}/{name or WHOLE_LIST}", read_word("change", change, CHANGES)
            if kind == "begun":
                self.lists.begin(place, time)
                return []
            told = self.lists.change(place, keyword, kind, time, step)
            if went := self.cell(WENT, row):
                told += self.lists.change(place, keyword, "removed", *step_of(WENT.name, went, self.options))
            return told
        status = read_word("result", result.replace(" ", "_"), RESULTS) if result else "listed" if name else "banned"
        of_list = status in ("listed", "not_listed")
        return [_Finding(f"{platform}/{name or WHOLE_LIST}" if of_list else platform, status, time)]

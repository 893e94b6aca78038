"""What a lake remembers of each file: how it was read, whether to the end, and which object of an archive it was."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from admittance.lake import Lake, Snapshot
from admittance.lake.layout import FetchedObject, IngestStart
from admittance.model.ids import FileId
from admittance.model.observation import IngestedFile
from admittance.model.tables import rows_of
from admittance.sources import Selection

__all__ = ["Ledger", "Manner", "Plan", "manner_of"]


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """What of a file is read and how: kept with the file, so that another way of reading it is noticed."""

    countries: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    tests: tuple[str, ...] = ()
    renames: dict[str, str] = {}
    values: dict[str, str] = {}
    observed: datetime | None = None
    networks: str = ""  # the version of the tables that networks of addresses were looked up in

    @property
    def selection(self) -> Selection:
        """Which records it lets through."""
        return Selection(countries=frozenset(self.countries), since=self.since, until=self.until, tests=frozenset(self.tests))


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be read now, and whether rows of a former way of reading it must go first."""

    manner: Manner
    generation: int
    cleared: bool


class Ledger:
    """The memory of a lake at one version. A file of which it says nothing was never seen."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._starts: dict[str, IngestStart] = {}
        for start in rows_of(IngestStart, snapshot.scan(IngestStart).collect()):
            known = self._starts.get(start.file)
            if known is None or (known.generation, known.cleared) < (start.generation, start.cleared):
                self._starts[start.file] = start
        done = snapshot.scan(IngestedFile).select("file", "generation").collect()
        self._done: set[tuple[str, int]] = set(done.iter_rows())
        fetched = snapshot.scan(FetchedObject).select("address", "tag", "size", "file").collect()
        self._fetched = {(address, tag, size): FileId(file) for address, tag, size, file in fetched.iter_rows()}

    @classmethod
    def at(cls, place: str, version: int) -> "Ledger":
        """The ledger of the lake at `place` as of a release."""
        return cls(Lake.open(place).snapshot(version))

    def fetched(self, address: str, tag: str, size: int) -> FileId | None:
        """The bytes that an object of an archive had when it was last seen with this tag and size."""
        return self._fetched.get((address, tag, size))

    def plan(self, file: FileId, wanted: Manner, parser: str) -> Plan | None:
        """How a file is to be read; null when it has been, whole and in a manner that covers the wanted one."""
        last = self._starts.get(file)
        if last is None:
            return Plan(manner=wanted, generation=0, cleared=True)
        earlier = msgspec.json.decode(last.reading, type=Manner)
        manner = _widened(wanted, earlier)
        same = manner == earlier and last.parser == parser
        if same and (file, last.generation) in self._done:
            return None
        return Plan(
            manner=manner,
            generation=last.generation if same else last.generation + 1,
            cleared=same and last.cleared,
        )


def manner_of(
    selection: Selection,
    renames: Mapping[str, str],
    values: Mapping[str, str],
    observed: datetime | None,
    networks: str = "",
) -> Manner:
    """A way of reading in the form in which it is kept."""
    return Manner(
        countries=tuple(sorted(selection.countries)),
        since=selection.since,
        until=selection.until,
        tests=tuple(sorted(selection.tests)),
        renames=dict(renames),
        values=dict(values),
        observed=observed,
        networks=networks,
    )


def _widened(wanted: Manner, earlier: Manner) -> Manner:
    """A way of reading that covers both; names, values and dates of columns are as wanted now."""
    return Manner(
        countries=_union(wanted.countries, earlier.countries),
        since=None if wanted.since is None or earlier.since is None else min(wanted.since, earlier.since),
        until=None if wanted.until is None or earlier.until is None else max(wanted.until, earlier.until),
        tests=_union(wanted.tests, earlier.tests),
        renames=wanted.renames,
        values=wanted.values,
        observed=wanted.observed,
        networks=wanted.networks,
    )


def _union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """All of both; no restriction at all when either has none."""
    first, second = set(one), set(other)
    return tuple(sorted(first | second)) if first and second else ()

"""What monitors publish, read as spells: from when to when each says that a name, page or keyword was blocked, or was not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
import polars as pl

from admittance.catalog import KEYWORD_PREFIX, Catalog, canonical_keyword, registrable_domain
from admittance.model.ids import Country, EntityId, SubjectId
from admittance.model.tables import rows_of
from admittance.model.testimony import Publisher, Testimony, TestimonyKind
from admittance.model.vocabulary import Gate
from admittance.reconcile.finding import day

__all__ = ["Account", "Accounts", "Named", "Spell", "accounts_of", "house_of"]

_DAY = timedelta(days=1)
_NOTICED = timedelta(days=30)
"""How long a list kept by people, or a share of the last thirty days, may trail what it tells of."""

_REVERTED = timedelta(days=1)
"""Within which an entry that is taken off a list and put back counts as never taken off."""

_NEARLY_ALL = 90
_HARDLY_ANY = 10
"""Percent of blocked tests from which a name counts as blocked, and to which it counts as working, all through a share's days.

The tenth that is left is what `reconcile` grants failures of any series: tests fail of themselves.
"""

_LISTINGS = (TestimonyKind.LISTED, TestimonyKind.DELISTED)
_LOOKS = (TestimonyKind.SPAN, TestimonyKind.COUNT)


class Spell(msgspec.Struct, frozen=True, kw_only=True):
    """One dated thing that a monitor says of one name. Times are UTC."""

    kind: TestimonyKind
    blocked: bool  # whether it says so, or that hardly any test was
    start: datetime  # from when it speaks
    by: datetime  # blocked at or before this moment: an upper bound of an onset, never the onset
    last: datetime  # until when it speaks, exclusive
    sure_until: datetime  # the last moment at which it was found to be so; `start` where only the whole is known
    looked: bool  # measured, rather than kept on a list
    steady: bool  # so on every day on which anybody looked
    lag: timedelta  # how long after an onset the monitor may first say so
    words: str  # what is said, to follow the name


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """One host, page of a host, or keyword that a monitor speaks of, and all that it says of it, by time."""

    name: str  # canonical host or keyword
    page: bool  # one page of the host, fetched without encryption: says nothing of the rest of it
    below: bool  # what is said holds for every name below it
    spells: tuple[Spell, ...]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """All that one monitor says of one subject in one country at one gate."""

    witness: Publisher
    subject: SubjectId
    country: Country
    gate: Gate
    names: tuple[Named, ...]  # the subject's own domains first, then other hosts, then single pages


class Accounts(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts by subject, country and gate, each monitor's in the order of their names."""

    found: Mapping[tuple[str, str, str], tuple[Account, ...]]

    def of(self, subject: SubjectId, country: Country, gate: Gate) -> tuple[Account, ...]:
        """What the monitors say there; empty where none speaks of the subject."""
        return self.found.get((subject, country, gate.value), ())

    def about(self, subject: SubjectId) -> tuple[Account, ...]:
        """What the monitors say of a subject anywhere, by country and gate."""
        return tuple(account for place in sorted(self.found) if place[0] == subject for account in self.found[place])


def accounts_of(testimonies: pl.LazyFrame, subjects: frozenset[SubjectId], *, catalog: Catalog) -> Accounts:
    """The accounts of some subjects, prepared once for many statements, from a table of `Testimony`.

    A host speaks of the subject that owns it, a keyword of itself. What is counted of a day, and what a list exempts, speaks
    of no subject. An entry of a list speaks until it is taken off, else until the list's newest change.
    """
    words = {subject.removeprefix(KEYWORD_PREFIX) for subject in subjects if subject.startswith(KEYWORD_PREFIX)}
    domains = sorted({registrable_domain(domain) for subject in subjects for domain in catalog.domains_of(subject)})
    about = pl.col("domain").is_in(domains)
    if words:
        items = testimonies.filter(pl.col("gate") == Gate.CONTENT.value).select(pl.col("item").unique()).collect()["item"]
        wanted = [item for item in items if canonical_keyword(item) in words]
        about |= (pl.col("gate") == Gate.CONTENT.value) & pl.col("item").is_in(wanted)
    rows = rows_of(Testimony, testimonies.filter(about).collect())
    newest = _time_by_monitor(testimonies, _LISTINGS, pl.col("since").max())
    first = _time_by_monitor(testimonies, _LOOKS, pl.col("since").min())
    groups: defaultdict[tuple[SubjectId, Country, Gate, Publisher], list[Testimony]] = defaultdict(list)
    for row in rows:
        subject = _subject(row, catalog)
        if subject in subjects:
            groups[subject, row.country, row.gate, row.publisher].append(row)
    found: defaultdict[tuple[str, str, str], list[Account]] = defaultdict(list)
    for (subject, country, gate, witness), told in sorted(groups.items()):
        place = (witness.value, country)
        own = frozenset(catalog.domains_of(subject))
        names = _names(told, own, newest=newest.get(place), first=first.get(place))
        if names:
            account = Account(witness=witness, subject=subject, country=country, gate=gate, names=names)
            found[subject, country, gate.value].append(account)
    return Accounts(found={place: tuple(accounts) for place, accounts in found.items()})


def house_of(name: str, catalog: Catalog) -> str:
    """Who stands behind a monitor or publisher: the entity at the top of the catalog's parents, or the name itself."""
    seen = [name]
    while (entity := catalog.entities.get(EntityId(seen[-1]))) is not None and entity.parent not in (None, *seen):
        seen.append(str(entity.parent))
    return seen[-1]


def _time_by_monitor(
    testimonies: pl.LazyFrame, kinds: Sequence[TestimonyKind], time: pl.Expr
) -> Mapping[tuple[str, str], datetime]:
    told = testimonies.filter(pl.col("kind").is_in([kind.value for kind in kinds]))
    found = told.group_by("publisher", "country").agg(time.alias("time")).collect()
    return {(publisher, country): moment for publisher, country, moment in found.iter_rows()}


def _subject(row: Testimony, catalog: Catalog) -> SubjectId | None:
    if row.gate is Gate.CONTENT:
        return SubjectId(f"{KEYWORD_PREFIX}{canonical_keyword(row.item)}")
    return catalog.subject_of_host(row.host) if row.host is not None else None


def _names(
    rows: Iterable[Testimony], own: frozenset[str], *, newest: datetime | None, first: datetime | None
) -> tuple[Named, ...]:
    parts: defaultdict[tuple[str, bool, bool], list[Testimony]] = defaultdict(list)
    for row in rows:
        below = row.kind in _LISTINGS
        name = row.host if row.host is not None else canonical_keyword(row.item)
        parts[name, _is_page(row), below].append(row)
    found = []
    for (name, page, below), told in sorted(parts.items(), key=lambda part: (part[0][1], part[0][0] not in own, part[0])):
        spells = [*_entries(told, newest), *(spell for row in told if (spell := _spell(row, first)) is not None)]
        if spells:
            ordered = tuple(sorted(spells, key=lambda spell: (spell.start, spell.last, spell.words)))
            found.append(Named(name=name, page=page, below=below, spells=ordered))
    return tuple(found)


def _is_page(row: Testimony) -> bool:
    """Whether a URL tells of one page only: where nothing is encrypted, single pages can be blocked."""
    if "://" not in row.item:
        return False
    try:
        parts = urlsplit(row.item)
    except ValueError:
        return True
    return parts.scheme.lower() != "https" and (parts.path not in ("", "/") or bool(parts.query))


def _entries(rows: Iterable[Testimony], newest: datetime | None) -> list[Spell]:
    """The times for which a name stood on a list."""
    changes = sorted({(row.since, row.kind is TestimonyKind.LISTED) for row in rows if row.kind in _LISTINGS})
    stays: list[tuple[datetime, datetime | None]] = []  # from when, until when; a null end is still on it
    for time, listed in changes:
        on_it = bool(stays) and stays[-1][1] is None
        if listed and not on_it:
            put_back = stays and stays[-1][1] is not None and time - stays[-1][1] <= _REVERTED
            stays.append((stays.pop()[0] if put_back else time, None))
        elif not listed:
            stays.append((stays.pop()[0] if on_it else time, time))
    return [_stay(start, end, max(newest or start, start)) for start, end in stays]


def _stay(start: datetime, end: datetime | None, newest: datetime) -> Spell:
    if end is None:
        words = f"was put on the list on {day(start)}, and so blocked on or before that day"
    elif end == start:
        words = f"was taken off the list on {day(start)}, and so blocked at some time before"
    else:
        words = f"stood on the list from {day(start)} to {day(end)}, and so was blocked on or before the first day"
    return Spell(
        kind=TestimonyKind.LISTED,
        blocked=True,
        start=start,
        by=start,
        last=end or newest,
        sure_until=start,
        looked=False,
        steady=False,
        lag=_NOTICED,
        words=words,
    )


def _spell(row: Testimony, first: datetime | None) -> Spell | None:
    if row.until is None:
        return None
    if row.kind is TestimonyKind.SHARE and row.percent is not None:
        blocked, steady = row.percent > _HARDLY_ANY, not _HARDLY_ANY < row.percent < _NEARLY_ALL
        return Spell(
            kind=row.kind,
            blocked=blocked,
            start=row.since,
            by=row.since if steady else row.until,
            last=row.until,
            sure_until=row.until if steady else row.since,
            looked=True,
            steady=steady,
            lag=_NOTICED,
            words=f"was blocked in {row.percent} % of tests from {day(row.since)} to {day(row.until - _DAY)}",
        )
    if row.kind is TestimonyKind.SPAN:
        begins = " (the first day of looking)" if row.since == first else ""
        counted = f", on {row.days} of {row.days_measured} days measured" if row.days and row.days_measured else ""
        return Spell(
            kind=row.kind,
            blocked=True,
            start=row.since,
            by=row.since + _DAY,
            last=row.until,
            sure_until=row.until - _DAY,
            looked=True,
            steady=row.days is not None and row.days_measured is not None and row.days >= row.days_measured,
            lag=timedelta(0) if row.since == first else _DAY,
            words=f"was seen blocked first on {day(row.since)}{begins} and last on {day(row.until - _DAY)}{counted}",
        )
    return None

"""The tables that monitors publish: which columns tell one from another, and what a row of each says."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from admittance.catalog.hosts import registrable_domain
from admittance.model.ids import Country
from admittance.model.testimony import Publisher, TestimonyKind
from admittance.model.vocabulary import Gate
from admittance.sources.fields import InvalidRecord, read_time
from admittance.sources.urls import place_of_endpoint

__all__ = ["TABLES", "Said", "Table", "table_of_columns"]

CHINA = Country("CN")
WINDOW = timedelta(days=30)
"""GreatFire's shares are those of the last thirty days before the list was taken."""

LONGEST_ITEM = 2_000
LONGEST_DOMAIN = 260
EXCEPTION = "@"
"""How gfwlist's changes mark a rule that exempts a domain."""

_DAY = timedelta(days=1)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_NUMBER = re.compile(r"\d{1,9}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What one row says: the columns of a testimony that are the publisher's."""

    kind: TestimonyKind
    item: str
    since: datetime
    until: datetime | None = None
    gate: Gate = Gate.NETWORK
    host: str | None = None
    domain: str | None = None
    percent: int | None = None
    days: int | None = None
    days_measured: int | None = None
    count: int | None = None
    changed: datetime | None = None
    reference: str | None = None


Row = Mapping[str, str]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One form of table."""

    name: str
    publisher: Publisher
    columns: tuple[str, ...]  # all of which a file must have; others are ignored
    read: Callable[[Row, datetime | None], Said]  # the row, and the day on which the list was taken
    dated: bool  # whether rows bear their own dates; else file or caller must say the day


def _share(row: Row, taken: datetime | None) -> Said:
    title = row["title"].strip()
    if not title or len(title) > LONGEST_ITEM:
        raise InvalidRecord("title: missing, or longer than the bound")
    percent = _number("blocked_last_30_days", row["blocked_last_30_days"])
    if percent is None or percent > 100:
        raise InvalidRecord(f"blocked_last_30_days: no share of a hundred: {row['blocked_last_30_days'][:40]!r}")
    if taken is None:
        raise InvalidRecord("no day on which the list was taken")
    is_url = _URL.match(title) is not None
    place = place_of_endpoint(title) if is_url else None
    if place is None and is_url:
        raise InvalidRecord(f"title: no URL: {title[:80]!r}")
    return Said(
        kind=TestimonyKind.SHARE,
        item=title,
        gate=Gate.NETWORK if place is not None else Gate.CONTENT,
        host=place.host if place is not None else None,
        domain=registrable_domain(place.host) if place is not None else None,
        since=taken + _DAY - WINDOW,
        until=taken + _DAY,
        percent=percent,
        changed=read_time("changed", row["changed"]) if row["changed"].strip() else None,
    )


_CHANGES = {"initial": TestimonyKind.LISTED, "add": TestimonyKind.LISTED, "del": TestimonyKind.DELISTED}


def _change(row: Row, _: datetime | None) -> Said:
    kind = _CHANGES.get(row["op"].strip())
    if kind is None:
        raise InvalidRecord(f"op: none of {', '.join(_CHANGES)}: {row['op'][:40]!r}")
    text = row["domain"].strip()
    exempted = text.startswith(EXCEPTION)
    host = _host(text.removeprefix(EXCEPTION))
    return Said(
        kind=TestimonyKind.EXEMPTED if exempted else kind,
        item=text,
        host=host,
        domain=registrable_domain(host) if host is not None else None,
        since=read_time("author_time", row["author_time"].strip()),
        reference=row["commit"].strip()[:80] or None,
    )


def _span(row: Row, _: datetime | None) -> Said:
    host = _host(row["domain"].strip())
    first, last = _day("first_seen", row["first_seen"]), _day("last_seen", row["last_seen"])
    if last < first:
        raise InvalidRecord("last_seen: before first_seen")
    return Said(
        kind=TestimonyKind.SPAN,
        item=row["domain"].strip(),
        host=host,
        domain=registrable_domain(host) if host is not None else None,
        since=first,
        until=last + _DAY,
        days=_number("days_seen", row["days_seen"]),
        days_measured=_number("days_measured_in_span", row["days_measured_in_span"]),
    )


def _count(row: Row, _: datetime | None) -> Said:
    day = _day("date", row["date"])
    count = _number("n_censored", row["n_censored"])
    if count is None:
        raise InvalidRecord("n_censored: missing")
    return Said(kind=TestimonyKind.COUNT, item="", since=day, until=day + _DAY, count=count)


TABLES = (
    Table(
        name="shares",
        publisher=Publisher.GREATFIRE,
        columns=("title", "blocked_last_30_days", "changed"),
        read=_share,
        dated=False,
    ),
    Table(
        name="changes",
        publisher=Publisher.GFWLIST,
        columns=("author_time", "op", "domain", "commit"),
        read=_change,
        dated=True,
    ),
    Table(
        name="spans",
        publisher=Publisher.GFW_REPORT,
        columns=("domain", "first_seen", "last_seen", "days_seen", "days_measured_in_span"),
        read=_span,
        dated=True,
    ),
    Table(name="counts", publisher=Publisher.GFW_REPORT, columns=("date", "n_censored"), read=_count, dated=True),
)
"""Every form that is known; the first whose columns a file has is the file's."""


def table_of_columns(columns: set[str]) -> Table | None:
    """The form of a file with these columns; null when there is none."""
    return next((table for table in TABLES if columns >= set(table.columns)), None)


def _host(text: str) -> str | None:
    """The host of a domain, address or endpoint; null for the beginning of one, such as `example.`, which names nobody."""
    if not text or len(text) > LONGEST_DOMAIN or any(letter.isspace() or letter in "/@*?#" for letter in text):
        raise InvalidRecord(f"domain: no domain: {text[:80]!r}")
    place = place_of_endpoint(text)
    if place is None:
        raise InvalidRecord(f"domain: no domain: {text[:80]!r}")
    return None if text.endswith(".") or not (place.bare or "." in place.host) else place.host


def _day(column: str, text: str) -> datetime:
    if not _DATE.fullmatch(text.strip()):
        raise InvalidRecord(f"{column}: no day: {text[:40]!r}")
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidRecord(f"{column}: no day: {text[:40]!r}") from error


def _number(column: str, text: str) -> int | None:
    digits = text.strip()
    if not digits:
        return None
    if not _NUMBER.fullmatch(digits):
        raise InvalidRecord(f"{column}: no number: {text[:40]!r}")
    return int(digits)

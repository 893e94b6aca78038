"""What other monitors publish: testimony, each with what its dates mean. It is no vantage, and opens no episode."""

from datetime import datetime
from enum import StrEnum

from admittance.model.ids import Country, FileId
from admittance.model.tables import Row
from admittance.model.vocabulary import Gate, Origin

__all__ = ["Publisher", "Testimony", "TestimonyKind"]


class Publisher(StrEnum):
    """Who says so. A member is never renamed."""

    GREATFIRE = "greatfire"  # GreatFire Analyzer: shares of blocked tests
    GFWLIST = "gfwlist"  # a list of what needs a proxy in China, kept by volunteers
    GFW_REPORT = "gfw-report"  # names that the GFW reset, measured day by day by GFW Report


class TestimonyKind(StrEnum):
    """What a testimony says, and with it what its dates mean. A member is never renamed."""

    SHARE = "share"  # so many percent of tests from `since` to `until` were blocked
    LISTED = "listed"  # put on the list at `since` by who found it blocked: an upper bound of an onset, never the onset
    DELISTED = "delisted"  # taken off at `since`; lists are pruned, too, of what is still blocked
    EXEMPTED = "exempted"  # the list says at `since` that this needs no proxy, or no longer says so
    SPAN = "span"  # seen blocked on the day of `since`, and last on the day before `until`
    COUNT = "count"  # how many names were blocked on the day of `since`; of no subject


class Testimony(Row, frozen=True, kw_only=True):
    """One line of what a monitor publishes about one name, keyword or day."""

    source: str
    origin: Origin
    publisher: Publisher
    kind: TestimonyKind
    gate: Gate
    country: Country
    item: str  # as published: a URL, a domain, a keyword; empty for a count
    host: str | None  # of a URL or domain, in canonical spelling
    domain: str | None  # the registrable domain above it
    since: datetime  # UTC
    until: datetime | None  # exclusive; null where the record names a moment
    percent: int | None  # share: 0 to 100
    days: int | None  # span: days on which it was seen blocked
    days_measured: int | None  # span: days on which anybody looked
    count: int | None  # count: names
    changed: datetime | None  # share: when the publisher last changed its entry
    reference: str | None  # the publisher's own reference, such as a commit
    file: FileId
    offset: int
    line_sha256: str
    recorded_at: datetime

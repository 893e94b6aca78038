"""Asking app stores which apps they list in which country: politely, and so that a crawl cut short goes on where it stopped.

What comes out is a table for `ingest storefronts`: JSON lines, one per app and storefront. Clock, waiting and fetching come in
as arguments.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from admittance.errors import InputError
from admittance.pipeline.fetching import Fetched
from admittance.pipeline.pace import LONGEST_PAUSE, Pace
from admittance.pipeline.progress import Progress, silent
from admittance.sources.itunes_lookup import ENDPOINT, LARGEST_LOOKUP, is_app_id, lookup_url, read_lookup

__all__ = ["PER_MINUTE", "CrawlReport", "app_ids_of", "crawl_appstore"]

PER_MINUTE = 20
"""Calls a minute that Apple says it allows."""

TRIES = 5
FIRST_WAIT = 5.0
"""Seconds to wait after a call that failed, doubled each time."""

GIVE_UP_AFTER = 3
"""Calls in a row that failed to the last try, after which nobody is asked any more."""

_FINAL = frozenset({400, 404})  # the same again brings nothing else: no such storefront

LISTED, NOT_LISTED, UNKNOWN = "listed", "not_listed", "unknown"

LONGEST_ROW = 16_384  # bytes of a line of the table
_HEAD = b'{"store":"apple","app_id":'  # how each line begins


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the table."""

    store: str = "apple"
    app_id: str
    app_title: str | None
    country: str
    observed: datetime
    status: str
    detail: str | None = None  # why it could not be read


class CrawlReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a crawl did."""

    calls: int  # answered or not
    listed: int
    not_listed: int
    unknown: int  # could not be read: a failed call, or no such storefront
    already: int  # pairs that an earlier part of this crawl had read
    left: int  # pairs that nobody was asked about, because the store no longer answered


def app_ids_of(text: str) -> list[str]:
    """The app ids of a list: the first word of each line; empty lines and those that begin with # are passed by.

    Raises `InputError` naming the line of a word that is no id, and for a list without any.
    """
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.replace(",", " ").split()
        if not words or words[0].startswith("#"):
            continue
        if not is_app_id(words[0]):
            raise InputError(f"line {number}: {words[0][:40]!r} is no app id of Apple's: digits only")
        found[words[0]] = None
    if not found:
        raise InputError("the list names no app")
    return list(found)


def crawl_appstore(
    app_ids: Sequence[str],
    countries: Sequence[str],
    to: Path,
    *,
    ask: Callable[[str], Fetched],
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
    per_minute: float = PER_MINUTE,
    endpoint: str = ENDPOINT,
    progress: Progress = silent,
) -> CrawlReport:
    """Look up apps in Apple's storefronts, and append a row for each pair to the table `to`.

    `ask` gives the answer of an address whatever its status, and raises `InputError` when there is none. Pairs that the table
    already says are listed or not are not asked for again; a last line that was cut off is taken away. A batch is written as a
    whole, once it is known. A call that fails is tried again, ever more slowly, and no sooner than the store asks for
    (`Retry-After`); a batch that cannot be read at all is `unknown`, which is not the same as not listed, and after three such
    in a row nobody is asked any more. Raises `InputError` when the file is no such table.
    """
    done = _done(to)
    pairs = len(app_ids) * len(countries)
    counts = {LISTED: 0, NOT_LISTED: 0, UNKNOWN: 0}
    already = sum((app, country) in done for country in countries for app in app_ids)
    caller = _Caller(ask, Pace(clock, wait), 60 / per_minute)
    failures = 0
    with to.open("ab") as table:
        for country, batch in _batches(app_ids, countries, done):
            progress("ask the App Store", already + sum(counts.values()), pairs)
            titles, detail = caller.titles(lookup_url(batch, country, endpoint=endpoint), batch)
            observed = clock()
            rows = [_row(app, country, titles, detail, observed) for app in batch]
            table.write(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
            table.flush()
            os.fsync(table.fileno())
            for row in rows:
                counts[row.status] += 1
            failures = failures + 1 if caller.exhausted else 0
            if failures == GIVE_UP_AFTER:
                break
    return CrawlReport(
        calls=caller.calls,
        listed=counts[LISTED],
        not_listed=counts[NOT_LISTED],
        unknown=counts[UNKNOWN],
        already=already,
        left=pairs - already - sum(counts.values()),
    )


def _row(app: str, country: str, titles: dict[str, str] | None, detail: str | None, observed: datetime) -> _Row:
    if titles is None:
        return _Row(app_id=app, app_title=None, country=country, observed=observed, status=UNKNOWN, detail=detail)
    status = LISTED if app in titles else NOT_LISTED
    return _Row(app_id=app, app_title=titles.get(app) or None, country=country, observed=observed, status=status)


class _Caller:
    """One call after the other, never faster than allowed."""

    def __init__(
        self,
        ask: Callable[[str], Fetched],
        pace: Pace,
        pause: float,
    ) -> None:
        self.calls = 0
        self.exhausted = False  # whether the last address was given up after all tries
        self._ask, self._pace, self._pause = ask, pace, pause

    def titles(self, url: str, app_ids: Sequence[str]) -> tuple[dict[str, str] | None, str | None]:
        """The titles of the apps that are listed; null, with the reason, when nothing could be learned."""
        self.exhausted = False
        detail = None
        for attempt in range(TRIES):
            due = self._pause if attempt == 0 else max(self._pause, min(LONGEST_PAUSE, FIRST_WAIT * 2 ** (attempt - 1)))
            try:
                self._pace.keep(url, due)
            except InputError as error:
                detail = str(error)
                break
            self._pace.note(url)
            self.calls += 1
            try:
                answer = self._ask(url)
                if answer.retry_after is not None:
                    self._pace.note(url, answer)
                if answer.status == 200:
                    return dict(read_lookup(answer.content, app_ids)), None
                detail = f"the store answered {answer.status}"
                if answer.status in _FINAL:
                    return None, detail
            except InputError as error:
                detail = str(error)
        self.exhausted = True
        return None, detail


def _batches(app_ids: Sequence[str], countries: Sequence[str], done: set[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    for country in countries:
        missing = [app for app in app_ids if (app, country) not in done]
        for start in range(0, len(missing), LARGEST_LOOKUP):
            yield country, missing[start : start + LARGEST_LOOKUP]


def _done(to: Path) -> set[tuple[str, str]]:
    """The pairs that the table tells of; a last line that was cut off is taken away. Raises `InputError` for another file."""
    if not to.exists():
        return set()
    done: set[tuple[str, str]] = set()
    whole = 0
    with to.open("r+b") as table:
        while content := table.readline(LONGEST_ROW):
            if not content.endswith(b"\n") and (content.startswith(_HEAD) or _HEAD.startswith(content)):
                table.truncate(whole)
                break
            try:
                row = msgspec.json.decode(content, type=_Row)
            except msgspec.MsgspecError as error:
                told = "holds something else than a crawl of the App Store; name another file with --to"
                raise InputError(f"{to}: {told}") from error
            whole += len(content)
            if row.status in (LISTED, NOT_LISTED):
                done.add((row.app_id, row.country))
    return done

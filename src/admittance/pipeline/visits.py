"""Visits to public pages of institutions' accounts: one polite request each, written down for the source `accounts`."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from admittance.errors import InputError
from admittance.pipeline.fetching import Fetched, Fetcher
from admittance.pipeline.pace import Pace
from admittance.pipeline.progress import Progress, silent

__all__ = ["PAUSE", "Page", "VisitReport", "pages_listed", "visible_text", "visit"]

PAUSE = 10.0
"""Seconds between two requests to one site, where it asks for no longer pause."""

LONGEST_LIST = 16 * 2**20
"""Bytes."""

MOST_PAGES = 10_000
KEPT_TEXT = 4_000
LONGEST_PARSED = 2 * 2**20
"""Bytes of a page in which its text is looked for."""

FRESH = timedelta(hours=20)
"""A page that was read so lately is not visited again: a visit that was broken off goes on where it stopped."""

UNKNOWN = "unknown"
COLUMNS = ("institution", "url", "platform", "country", "observed", "status", "page_text")

_UNSHOWN = ("script", "style", "noscript", "template", "svg")
_DESCRIPTIONS = frozenset({"description", "og:title", "og:description", "twitter:title", "twitter:description"})


class Page(msgspec.Struct, frozen=True):
    """A line of somebody's list: an institution and the address of its account or post."""

    institution: str
    url: str
    platform: str


class VisitReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list: pages visited now, those visited lately, and those that could not be read."""

    visited: int
    fresh: int  # read lately, and left out
    unread: tuple[str, ...]  # why, each naming its address


def pages_listed(path: Path) -> list[Page]:
    """The pages of a list in CSV with the columns `institution`, `url` and perhaps `platform`, each address once.

    Raises `InputError` naming the line for a table without these columns, an empty institution, an address that is not http or
    https, or more than 10,000 pages.
    """
    if path.stat().st_size > LONGEST_LIST:
        raise InputError(f"{path}: longer than {LONGEST_LIST:,} bytes")
    try:
        rows = csv.DictReader(StringIO(path.read_text("utf-8-sig"), newline=""), strict=True)
        missing = [name for name in ("institution", "url") if name not in (rows.fieldnames or ())]
        if missing:
            raise InputError(f"{path}: no column {', '.join(missing)}: a list names the institution of each address")
        pages: dict[str, Page] = {}
        for row in rows:
            page = _page(row, f"{path}, line {rows.line_num}")
            pages.setdefault(page.url, page)
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: no table in CSV: {error}") from error
    if len(pages) > MOST_PAGES:
        raise InputError(f"{path}: more than {MOST_PAGES:,} pages")
    return list(pages.values())


def visit(
    pages: Sequence[Page],
    table: Path,
    *,
    country: str,
    fetcher: Fetcher,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    pause: float = PAUSE,
    progress: Progress = silent,
) -> VisitReport:
    """Visit each page once, in turn, and append a row for each to a table, which is made when missing.

    A site is left the longest of `pause`, the pause of its robots.txt and what its last answer asked for (`Retry-After`); one
    that asks for more than five minutes is left alone. Every row is written before the next page is asked for, and a row that
    a former run left half written is cut off. A page read from the same country within twenty hours is left out. What cannot
    be read (no answer, a site that forbids it, a server's error) is written as `unknown`, never as gone. Raises `InputError`
    when the table is of another kind.
    """
    seen = _visited(table, country, clock() - FRESH)
    due = [page for page in pages if page.url not in seen]
    unread: list[str] = []
    pace = Pace(clock, sleep)
    with table.open("a", encoding="utf-8", newline="") as stored:
        rows = csv.writer(stored, lineterminator="\n")
        if stored.tell() == 0:
            rows.writerow(COLUMNS)
        for number, page in enumerate(due):
            progress("visit", number, len(due))
            found, status, text = None, UNKNOWN, ""
            try:
                pace.keep(page.url, pause, fetcher.pause_asked(page.url))
                found = fetcher.answer(page.url)
                status, text = _seen(found)
                if status == UNKNOWN:
                    unread.append(f"{page.url}: the server answered {found.status}")
            except InputError as error:
                unread.append(str(error))
            moment = pace.note(page.url, found)
            rows.writerow((page.institution, page.url, page.platform, country, f"{moment:%Y-%m-%dT%H:%M:%SZ}", status, text))
            stored.flush()
    return VisitReport(visited=len(due), fresh=len(pages) - len(due), unread=tuple(unread))


def visible_text(content: bytes, charset: str | None) -> str:
    """What a page shows to a reader, white space folded, at most 4,000 characters: title, descriptions, then its text."""
    from lxml import etree, html

    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True)
    text = _decoded(content[:LONGEST_PARSED], charset).replace("\0", " ")
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError:
        return ""  # nothing that a reader would see
    told = [
        meta.get("content") or ""
        for meta in root.iter("meta")
        if (meta.get("name") or meta.get("property") or "").lower() in _DESCRIPTIONS
    ]
    etree.strip_elements(root, *_UNSHOWN, with_tail=False)
    return " ".join(" ".join((*told, *root.itertext())).split())[:KEPT_TEXT]


def _decoded(content: bytes, charset: str | None) -> str:
    try:
        return content.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # no such charset, or none of text
        return content.decode("utf-8", "replace")


def _seen(found: Fetched) -> tuple[str, str]:
    """Status and text of an answer: an error of the server's own, or too many requests, say nothing of the page."""
    if found.status >= 500 or found.status in (401, 403, 407, 408, 429):
        return UNKNOWN, ""
    text = visible_text(found.content, found.charset) if found.media_type in ("text/html", "application/xhtml+xml") else ""
    return f"http_{found.status}", text


def _visited(table: Path, country: str, since: datetime) -> set[str]:
    """Addresses read from a country since then, by a table of former visits; what was left half written is cut off."""
    if not table.exists():
        return set()
    content = table.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole.count(b'"') % 2:  # broken off within a quoted cell
        whole = _whole_rows(whole)
    if whole != content:
        mended = table.with_name(f"{table.name}.part")
        mended.write_bytes(whole)
        mended.replace(table)
    if not whole:
        return set()
    rows = csv.DictReader(StringIO(whole.decode("utf-8"), newline=""))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise InputError(f"{table}: no table of visits: its columns are not {', '.join(COLUMNS)}")
    lately = [row for row in rows if row["country"] == country and _moment(row["observed"]) >= since]
    return {row["url"] for row in lately if row["status"] != UNKNOWN}


def _whole_rows(content: bytes) -> bytes:
    """The content up to the last line break that stands outside of quotes."""
    end, quoted = 0, False
    for match in re.finditer(rb'["\n]', content):
        if match.group() == b'"':
            quoted = not quoted
        elif not quoted:
            end = match.end()
    return content[:end]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _page(row: Mapping[str, str | None], place: str) -> Page:
    institution, url = (row.get("institution") or "").strip(), (row.get("url") or "").strip()
    if not institution:
        raise InputError(f"{place}: no institution: only accounts of institutions are visited")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InputError(f"{place}: no address: {url[:80]!r}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{place}: no http or https address: {url[:80]!r}")
    return Page(institution=institution, url=url, platform=(row.get("platform") or "").strip())

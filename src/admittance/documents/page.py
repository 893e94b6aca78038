"""The text of pages: HTML without what surrounds its article, PDF page by page, and the entries of a feed.

Only bytes to text; nothing here opens an address or a file. Every input is bounded: what is longer, deeper or slower to lay
out than a document is refused with ``InputError``.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import msgspec

from admittance.documents.places import Extract, extract_of
from admittance.errors import InputError

__all__ = ["FeedEntry", "Page", "feed_entries", "is_feed", "is_page", "is_pdf", "page_of_html", "page_of_pdf"]

MOST_PDF_PAGES = 200
MOST_CHARACTERS = 2 * 2**20
"""Characters of one document that are kept; a longer one is refused, not cut."""
MOST_ENTRIES = 200
_DEEPEST = 400
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*?(/?)>")
_VOID = frozenset(b"area base br col embed hr img input link meta source track wbr p li td tr th dt dd option".split())
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{2,40})""", re.IGNORECASE)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says: its text, and the title, day of publication and address it declares of itself."""

    text: str
    title: str | None = None
    published: str | None = None
    url: str | None = None  # http(s), canonical
    extract: Extract | None = None  # the part of the markup in which the text stands


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an RSS or Atom feed: an http(s) address, a title, a day of publication in UTC."""

    url: str
    title: str | None = None
    published: str | None = None


def is_page(content: bytes) -> bool:
    """Whether bytes look like HTML."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or (head.startswith(b"<") and b"<html" in head)


def is_pdf(content: bytes) -> bool:
    """Whether bytes are a PDF by its first line."""
    return content[:1024].lstrip().startswith(b"%PDF-")


def is_feed(content: bytes) -> bool:
    """Whether bytes look like an RSS, RDF or Atom feed."""
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) and any(
        mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf", b"http://www.w3.org/2005/atom")
    )


def page_of_html(place: str, content: bytes, *, charset: str | None = None) -> Page:
    """The article of a page, its title, the day it says it was published and its canonical address.

    Paragraphs are lines; menus, comments and footers are left out (trafilatura). The day comes from the page's own markup
    alone (htmldate without guessing). Raises ``InputError`` when the page is nested too deeply or holds no text.
    """
    import trafilatura
    from trafilatura.settings import Document

    markup = _decoded(place, content, charset)
    if _depth(content) > _DEEPEST:
        raise InputError(f"{place}: elements are nested more than {_DEEPEST} deep; save the text of it as .txt")
    with _quiet("trafilatura", "htmldate"):
        found = trafilatura.bare_extraction(
            markup,
            include_comments=False,
            include_tables=True,
            favor_precision=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    text = (found.text or "").strip() if isinstance(found, Document) else ""
    if not isinstance(found, Document) or not text:
        raise InputError(f"{place}: no text was found in the page")
    title = (found.title or "").strip() or None
    if title is not None and not text.startswith(title):
        text = f"{title}\n\n{text}"
    own = found.url if found.url and urlsplit(found.url).scheme in {"http", "https"} else None
    text = _bounded(place, text)
    return Page(text=text, title=title, published=found.date or None, url=own, extract=extract_of(text, markup))


def page_of_pdf(place: str, content: bytes) -> Page:
    """The text of a PDF, its pages one after the other, with the title it declares.

    Raises ``InputError`` for a broken, locked or textless file and for one of more than `MOST_PDF_PAGES` pages.
    """
    import pypdf

    try:
        with _quiet("pypdf"):
            reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                raise InputError(f"{place}: the PDF asks for a password; save the text of it as .txt")
            if len(reader.pages) > MOST_PDF_PAGES:
                raise InputError(f"{place}: {len(reader.pages)} pages; split it, {MOST_PDF_PAGES} are read at once")
            parts: list[str] = []
            size = 0
            for sheet in reader.pages:
                parts.append(sheet.extract_text() or "")
                size += len(parts[-1])
                if size > MOST_CHARACTERS:
                    break
            declared = reader.metadata.title if reader.metadata is not None else None
    except InputError:
        raise
    except Exception as error:  # a broken PDF breaks the library in many ways
        raise InputError(f"{place}: the PDF cannot be read ({type(error).__name__})") from error
    text = "\n\n".join(part.strip() for part in parts if part.strip())
    if not text:
        raise InputError(f"{place}: the PDF holds no text, only pictures of it; recognise the text first")
    title = declared.strip() if isinstance(declared, str) and declared.strip() else None
    return Page(text=_bounded(place, text), title=title)


def feed_entries(place: str, content: bytes, *, base: str) -> list[FeedEntry]:
    """The entries of a feed in its order, at most `MOST_ENTRIES`; addresses made absolute, others than http(s) left out.

    No entity is expanded and nothing is fetched. Raises ``InputError`` for what is no feed.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{place}: the feed cannot be read ({error})") from error
    if root is None:
        raise InputError(f"{place}: the feed cannot be read")
    found: list[FeedEntry] = []
    for element in root.iter():
        if not isinstance(element.tag, str) or _local(element.tag) not in {"item", "entry"}:
            continue
        values: dict[str, str] = {}
        for child in element:
            if isinstance(child.tag, str):
                name = _local(child.tag)
                if name == "link" and child.get("rel", "alternate") != "alternate":
                    continue
                values.setdefault(name, (child.get("href") or child.text or "").strip())
        address = urljoin(base, values.get("link") or "")
        if values.get("link") and urlsplit(address).scheme in {"http", "https"}:
            when = values.get("pubDate") or values.get("published") or values.get("date") or values.get("updated")
            found.append(FeedEntry(url=address, title=values.get("title") or None, published=_day(when)))
        if len(found) >= MOST_ENTRIES:
            break
    return found


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _day(written: str | None) -> str | None:
    """The UTC day of an RFC 822 or ISO 8601 time; None for anything else."""
    if not written:
        return None
    try:
        when = datetime.fromisoformat(written)
    except ValueError:
        try:
            when = parsedate_to_datetime(written)
        except (ValueError, TypeError, IndexError):
            return None
    return (when.astimezone(UTC) if when.tzinfo is not None else when).date().isoformat()


def _decoded(place: str, content: bytes, charset: str | None) -> str:
    """The markup as text: by the transport's charset, the page's own, UTF-8, then Chinese and Western ones."""
    declared = _META_CHARSET.search(content[:4096])
    names = [charset, declared.group(1).decode("ascii", "replace") if declared else None, "utf-8", "gb18030"]
    for name in names:
        if name is None:
            continue
        try:
            return content.decode("gb18030" if name.lower() in {"gb2312", "gbk"} else name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def _depth(content: bytes) -> int:
    """How deep elements are nested, never less than what a parser would build."""
    depth = deepest = 0
    for match in _TAG.finditer(content):
        if match[3] or match[2].lower() in _VOID:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _bounded(place: str, text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"{place}: more than {MOST_CHARACTERS} characters of text; split it into documents")
    return text


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """Silences libraries that would tell standard error what the summary says anyway."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)

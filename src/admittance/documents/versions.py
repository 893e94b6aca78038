"""Versions of one page: what a later text at the same address replaced, and what a text says of its own correction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from urllib.parse import urlsplit

import msgspec

from admittance.documents.clean import Clean
from admittance.documents.date import Clock, times_in
from admittance.documents.gazetteer import lower
from admittance.documents.lexicon import Lexicon
from admittance.model.documents import Document

__all__ = ["own_notices", "superseded", "versions"]

_NO_DAY = "XXXX"  # EDTF for a day that nothing tells
_NOTICE_ROOM = 160  # characters after "Correction:" in which its day stands
_SPEAKS_OF_ITSELF = re.compile(
    r"correct|amend|clarif|editor's note|withdraw|retract|disregard|taken back|killed|更正|勘误|修订|修改|更新|撤|作废"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def own_notices(readable: Clean, clock: Clock, words: Lexicon) -> tuple[str | None, str | None]:
    """The days on which a text says that it was amended and withdrawn; the day of publication where it says none, else null."""
    lowered = lower(readable.text)
    found: dict[str, str | None] = {"amended": None, "withdrawn": None}
    if not _SPEAKS_OF_ITSELF.search(lowered):
        return None, None
    for sentence in readable.sentences:
        language = words.languages.get(sentence.language)
        if language is None:
            continue
        for name, known in found.items():
            if known is not None:
                continue
            match = language.patterns[name].search(lowered, sentence.start, sentence.end)
            if match is None:
                continue
            near = lowered[sentence.start : min(len(lowered), match.end() + _NOTICE_ROOM)]
            days = [when.time.value for when in times_in(near, 0, language.code, clock, words, None) if when.time.value]
            found[name] = next((day for day in days if _DAY.fullmatch(day)), None) or clock.published or _NO_DAY
    return found["amended"], found["withdrawn"]


def versions(documents: Iterable[tuple[Document, str]]) -> dict[str, Document]:
    """The documents of which the address was met with another text, by hash: the later names the earlier it replaced
    (``version_of``), the earlier the day on which it was found amended. Each comes with the moment at which it was recorded.
    """
    by_address: dict[str, list[tuple[tuple[str, str, str], Document]]] = {}
    for document, recorded in documents:
        if document.url and urlsplit(document.url).path.strip("/"):
            order = (document.retrieved or recorded, document.published or "", document.sha256)
            by_address.setdefault(_address(document.url), []).append((order, document))
    linked: dict[str, Document] = {}
    for versions_of in by_address.values():
        ordered = [document for _, document in sorted(versions_of, key=lambda row: row[0])]
        for earlier, later in pairwise(ordered):
            day = (later.retrieved or later.amended or later.published or _NO_DAY)[:10]
            earlier = linked.get(earlier.sha256, earlier)
            linked[earlier.sha256] = msgspec.structs.replace(earlier, amended=earlier.amended or day)
            linked[later.sha256] = msgspec.structs.replace(linked.get(later.sha256, later), version_of=earlier.sha256)
    return linked


def _address(url: str) -> str:
    """An address as one page has it: without scheme, "www.", fragment, tracking and a last slash."""
    parts = urlsplit(url)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not pair.startswith(("utm_", "fbclid", "gclid")))
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")


def superseded(linked: Mapping[str, Document]) -> dict[str, str]:
    """For every version that was replaced, the newest version of its page."""
    following = {document.version_of: sha256 for sha256, document in linked.items() if document.version_of}
    newest = {}
    for sha256 in following:
        last = sha256
        while last in following and following[last] != sha256:
            last = following[last]
        newest[str(sha256)] = str(last)
    return newest

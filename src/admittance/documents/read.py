"""One document through all steps."""

from __future__ import annotations

import hashlib

from admittance.catalog import Catalog
from admittance.documents.assemble import assemble
from admittance.documents.attribute import attribute
from admittance.documents.clean import Clean, clean
from admittance.documents.date import clock_of
from admittance.documents.details import add_details
from admittance.documents.find import find
from admittance.documents.gazetteer import gazetteer
from admittance.documents.lexicon import lexicon
from admittance.documents.merge import merge
from admittance.documents.resolve import resolve
from admittance.documents.versions import own_notices
from admittance.documents.withheld import withheld
from admittance.documents.written_times import scene_times
from admittance.errors import UsageError
from admittance.model.documents import Document, DocumentKind, Reading, Sha256

__all__ = ["EXTRACTOR", "read_text"]

EXTRACTOR = "admittance-documents/19"
_KINDS: dict[str, DocumentKind] = {"article": "article", "notice": "notice", "law": "law", "report": "report", "post": "post"}


def read_text(
    text: str,
    *,
    catalog: Catalog,
    published: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
    title: str | None = None,
    kind: str | None = None,
    language: str | None = None,
    retrieved: str | None = None,
) -> Reading:
    """What a text says: its document record, actions and network claims, in the order of the text.

    Pure and deterministic. ``published`` is an ISO date (or a year, or a month); ids come from the text's SHA-256, the rule and
    the span. Raises ``UsageError`` for a kind outside the vocabulary; any text at all gives a reading.
    """
    words = lexicon()
    if kind is not None and kind not in _KINDS:
        raise UsageError(f"kind {kind!r} is unknown; write one of: {', '.join(_KINDS)}")
    readable = clean(text, title)
    sha256 = Sha256(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    story = find(readable, gazetteer(catalog, words), words)
    clock = clock_of(readable, story.lowered, published, url, words)
    drafts = withheld(story, resolve(story))
    times = scene_times(story, clock, words)
    add_details(story, drafts, times, clock)
    attribute(story, drafts, times)
    actions, claims = assemble(story, merge(story, drafts), sha256)
    amended, withdrawn = own_notices(readable, clock, words)
    document = Document(
        sha256=sha256,
        url=url,
        publisher=publisher,
        title=title if title is not None else _headline(readable),
        language=language or readable.language,
        published=clock.published,
        published_basis=clock.basis,
        normalisation=readable.steps,
        extractor=f"{EXTRACTOR}+{words.digest}+catalog.{catalog.version}",
        kind=_KINDS[kind] if kind is not None else "article",
        retrieved=retrieved,
        amended=amended,
        withdrawn=withdrawn,
    )
    return Reading(doc=document, actions=actions, network_claims=claims)


def _headline(readable: Clean) -> str | None:
    heading = [sentence for sentence in readable.sentences if sentence.headline]
    if not heading:
        return None
    return readable.span(heading[0].start, heading[-1].end).quote

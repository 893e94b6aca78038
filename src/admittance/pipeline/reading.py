"""From texts to stored documents, actions and claims."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import msgspec

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.documents.page import Page, feed_entries, is_feed, is_page, is_pdf, page_of_html, page_of_pdf
from admittance.documents.places import Extract, with_places
from admittance.documents.retellings import Told, first_tellings
from admittance.documents.review import Question, changed, decided, questions, with_aliases
from admittance.documents.versions import superseded, versions
from admittance.errors import InputError, UsageError
from admittance.lake import Lake
from admittance.lake.snapshot import Snapshot
from admittance.model.documents import Action, Document, NetworkClaim, Reading
from admittance.model.review import DecisionKind, ReviewDecision
from admittance.model.statements import ActionRecord, ClaimRecord, DocumentRecord
from admittance.model.tables import rows_of, table_of
from admittance.model.vocabulary import Origin
from admittance.pipeline.fetching import Fetcher

__all__ = ["DocumentInput", "decide", "documents_in", "open_questions", "read_again", "read_documents", "stored_readings"]

_SUFFIXES = frozenset({".txt", ".jsonl", ".html", ".htm", ".pdf"})
LARGEST_TEXT = 10 * 2**20
"""Bytes of one input that are taken; a longer one is refused with its size."""


class DocumentInput(msgspec.Struct, frozen=True, kw_only=True):
    """One text as handed in, with what is known about it from outside."""

    text: str
    url: str | None = None
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    kind: str | None = None
    language: str | None = None
    retrieved: str | None = None
    extract: Extract | None = None
    origin: Origin = Origin.MEASURED


def documents_in(
    inputs: Iterable[str],
    *,
    standard_input: BinaryIO,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    fetcher: Fetcher | None = None,
    published: str | None = None,
    publisher: str | None = None,
) -> Iterator[DocumentInput | InputError]:
    """The texts that `inputs` name: texts, pages, PDFs and JSON lines, folders of them, addresses and feeds, `-` for input.

    What the record itself says about its date and publisher wins over `published` and `publisher`. A text that cannot be read
    comes out as an `InputError` in its place, so that the others are still read. `clock` says when an address was read; the
    entries of a feed are read each. Raises `UsageError` for a path that does not exist.
    """
    fetcher = fetcher or Fetcher()
    for name in inputs:
        if "://" in name:
            found: Iterable[DocumentInput | InputError] = _behind(name, fetcher, clock)
        else:
            found = (one for place, content in _contents(name, standard_input) for one in _documents_of(place, content))
        for document in found:
            if isinstance(document, InputError):
                yield document
            else:
                yield msgspec.structs.replace(
                    document,
                    published=document.published or published,
                    publisher=document.publisher or publisher,
                )


def read_documents(
    documents: Iterable[DocumentInput], *, catalog: Catalog, lake: Lake | None, clock: Callable[[], datetime]
) -> Iterator[Reading]:
    """What each text says; stored in the lake, in place of an earlier reading of the same text, when there is a lake.

    What was known of the same text before, its date and publisher among them, stays known where the new input is silent.
    Raises `LakeError` when a text is of another origin than the lake's rows.
    """
    if lake is None:
        for document in documents:
            yield _read(document, catalog)
        return
    known = {record.sha256: record for record in rows_of(DocumentRecord, lake.snapshot().scan(DocumentRecord).collect())}
    decisions = _decisions(lake)
    reviewed = with_aliases(catalog, decisions)
    stored = False
    for document in documents:
        lake.claim_origin(document.origin)
        earlier = known.get(hashlib.sha256(document.text.encode()).hexdigest())
        complete = document if earlier is None else _completed(document, earlier)
        reading = decided(_read(complete, reviewed), decisions)
        _store(lake, complete, reading, clock())
        stored = True
        yield reading
    if stored:
        lake.release_sources()


def read_again(lake: Lake, *, catalog: Catalog) -> int:
    """How many stored documents were read again because reader, lexicon, catalog or a reviewer changed since."""
    read = 0
    decisions = _decisions(lake)
    reviewed = with_aliases(catalog, decisions)
    for record in rows_of(DocumentRecord, lake.snapshot().scan(DocumentRecord).sort("sha256").collect()):
        document = _completed(DocumentInput(text=record.text, origin=record.origin), record)
        reading = decided(_read(document, reviewed), decisions)
        if reading.doc.extractor != record.extractor:
            _store(lake, document, reading, record.recorded_at)
            read += 1
    if read:
        lake.release_sources()
    return read


def open_questions(snapshot: Snapshot, *, catalog: Catalog) -> list[Question]:
    """What nobody has decided about yet in the stored documents: unknown names, unread sentences, uncertain records."""
    decisions = rows_of(ReviewDecision, snapshot.scan(ReviewDecision).collect())
    settled = {decision.item for decision in decisions}
    reviewed = with_aliases(catalog, decisions)
    texts = dict(snapshot.scan(DocumentRecord).select("sha256", "text").collect().iter_rows())
    found = [one for reading in stored_readings(snapshot) for one in questions(texts[reading.doc.sha256], reading, reviewed)]
    return [question for question in found if question.item not in settled]


def decide(
    lake: Lake,
    kind: DecisionKind,
    item: str,
    *,
    by: str,
    now: datetime,
    catalog: Catalog,
    changes: dict[str, str] | None = None,
    note: str | None = None,
) -> ReviewDecision:
    """Keep a reviewer's decision and read again what it is about; the decision as it was kept.

    Raises `UsageError` for an item that is no stored record or open question, for an entity that the catalog does not have,
    and for changes that a record cannot have.
    """
    changes = changes or {}
    document: str | None = None
    snapshot = lake.snapshot()
    if kind == DecisionKind.ALIAS:
        if changes["entity"] not in catalog.entities:
            raise UsageError(f"{changes['entity']}: the catalog has no such entity")
    else:
        records: dict[str, tuple[Action | NetworkClaim, str]] = {}
        for reading in stored_readings(snapshot):
            records |= {action.id: (action, reading.doc.sha256) for action in reading.actions}
            records |= {claim.id: (claim, reading.doc.sha256) for claim in reading.network_claims}
        asked = {question.item: question.document for question in open_questions(snapshot, catalog=catalog)}
        asked |= {one.item: one.document or "" for one in _decisions(lake) if one.kind != DecisionKind.ALIAS}
        if item in records:
            record, document = records[item]
            if kind == DecisionKind.CORRECT:
                changed(record, changes, catalog)
        elif item in asked and kind != DecisionKind.CORRECT:
            document = asked[item] or None
        else:
            raise UsageError(f"{item!r} is no stored record and no open question; `admittance review` lists them")
    if snapshot.origin is None:
        raise UsageError("the lake holds no documents; read some first")
    told = _json_text(changes)
    seed = f"{kind}|{item}|{told}|{by}|{now.isoformat()}"
    decision = ReviewDecision(
        id=f"review-{hashlib.sha256(seed.encode()).hexdigest()[:12]}",
        origin=snapshot.origin,
        kind=kind,
        item=item,
        document=document,
        changes=told,
        note=note,
        by=by,
        decided_at=now,
    )
    lake.replace(ReviewDecision, table_of(ReviewDecision, [decision]), column="id", values=[decision.id])
    lake.release_sources()
    read_again(lake, catalog=catalog)
    return decision


def _decisions(lake: Lake) -> list[ReviewDecision]:
    return rows_of(ReviewDecision, lake.snapshot().scan(ReviewDecision).sort("decided_at", "id").collect())


def _json_text(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def stored_readings(snapshot: Snapshot) -> list[Reading]:
    """The readings of all stored documents, in the order of their hashes; what retells another text names its first telling."""
    actions: dict[str, list[Action]] = {}
    for text, document in snapshot.scan(ActionRecord).sort("id").select("record", "document").collect().iter_rows():
        actions.setdefault(document, []).append(msgspec.json.decode(text, type=Action))
    claims: dict[str, list[NetworkClaim]] = {}
    for text, document in snapshot.scan(ClaimRecord).sort("id").select("record", "document").collect().iter_rows():
        claims.setdefault(document, []).append(msgspec.json.decode(text, type=NetworkClaim))
    rows = snapshot.scan(DocumentRecord).sort("sha256").select("record", "text", "recorded_at").collect().rows()
    stored = [(msgspec.json.decode(record, type=Document), str(text), at.isoformat()) for record, text, at in rows]
    linked = versions((doc, at) for doc, _, at in stored)
    documents = [(linked.get(doc.sha256, doc), text) for doc, text, _ in stored]
    told = first_tellings(Told(sha256=doc.sha256, text=text, published=doc.published) for doc, text in documents)
    retold = {str(sha256): str(first) for sha256, first in told.items()} | superseded(linked)
    return [
        Reading(
            doc=msgspec.structs.replace(doc, same_witness_as=retold.get(doc.sha256, doc.same_witness_as)),
            actions=tuple(actions.get(doc.sha256, ())),
            network_claims=tuple(claims.get(doc.sha256, ())),
        )
        for doc, _ in documents
    ]


def _completed(document: DocumentInput, earlier: DocumentRecord) -> DocumentInput:
    """The input with what its earlier record knew where the input itself says nothing."""
    return msgspec.structs.replace(
        document,
        url=document.url or earlier.url,
        title=document.title or earlier.title,
        published=document.published or earlier.published,
        publisher=document.publisher or earlier.publisher,
        kind=document.kind or earlier.kind,
        language=document.language or earlier.language,
        retrieved=document.retrieved or earlier.retrieved,
        extract=document.extract or _extract(earlier),
    )


def _extract(record: DocumentRecord) -> Extract | None:
    if record.markup is None or record.markup_start is None:
        return None
    return Extract(start=record.markup_start, markup=record.markup)


def _read(document: DocumentInput, catalog: Catalog) -> Reading:
    reading = read_text(
        document.text,
        catalog=catalog,
        published=document.published,
        publisher=document.publisher,
        url=document.url,
        title=document.title,
        kind=document.kind,
        language=document.language,
        retrieved=document.retrieved,
    )
    return with_places(reading, document.text, document.extract)


def _store(lake: Lake, document: DocumentInput, reading: Reading, recorded_at: datetime) -> None:
    """Claims and actions first, their document last: whoever finds the document finds what it says."""
    sha256 = reading.doc.sha256
    claims = [_claim_record(claim, sha256, document.origin) for claim in reading.network_claims]
    actions = [_action_record(action, sha256, document.origin) for action in reading.actions]
    record = DocumentRecord(
        sha256=sha256,
        origin=document.origin,
        text=document.text,
        url=document.url,
        title=document.title,
        publisher=document.publisher,
        published=document.published,
        kind=document.kind,
        language=document.language,
        retrieved=document.retrieved,
        markup=document.extract.markup if document.extract is not None else None,
        markup_start=document.extract.start if document.extract is not None else None,
        record=_json(reading.doc),
        extractor=reading.doc.extractor,
        recorded_at=recorded_at,
    )
    lake.replace(ClaimRecord, table_of(ClaimRecord, claims), column="document", values=[sha256])
    lake.replace(ActionRecord, table_of(ActionRecord, actions), column="document", values=[sha256])
    lake.replace(DocumentRecord, table_of(DocumentRecord, [record]), column="sha256", values=[sha256])


def _claim_record(claim: NetworkClaim, document: str, origin: Origin) -> ClaimRecord:
    return ClaimRecord(
        id=claim.id,
        document=document,
        origin=origin,
        subject=claim.subject,
        country=claim.place.country,
        gate=claim.gate,
        status=claim.status,
        onset=claim.onset.value,
        salience=claim.salience,
        record=_json(claim),
    )


def _action_record(action: Action, document: str, origin: Origin) -> ActionRecord:
    by_role = [(mention.role, mention.entity) for mention in action.mentions if mention.entity is not None]
    return ActionRecord(
        id=action.id,
        document=document,
        origin=origin,
        type=action.type,
        regulator=next((entity for role, entity in by_role if role == "regulator"), None),
        targets=tuple(entity for role, entity in by_role if role == "target"),
        country=action.place.country if isinstance(action.place, msgspec.Struct) else None,
        time=action.time.value,
        salience=action.salience,
        record=_json(action),
    )


def _json(record: msgspec.Struct) -> str:
    return msgspec.json.encode(record).decode()


def _contents(name: str, standard_input: BinaryIO) -> Iterator[tuple[str, bytes]]:
    if name == "-":
        yield "standard input", standard_input.read(LARGEST_TEXT + 1)
        return
    path = Path(name)
    if path.is_dir():
        files = sorted(child for child in path.rglob("*") if child.is_file() and child.suffix in _SUFFIXES)
    elif path.is_file():
        files = [path]
    else:
        raise UsageError(f"{name}: no such file or folder")
    for file in files:
        with file.open("rb") as stream:
            yield str(file), stream.read(LARGEST_TEXT + 1)


def _documents_of(place: str, content: bytes) -> Iterator[DocumentInput | InputError]:
    if len(content) > LARGEST_TEXT:
        yield InputError(f"{place}: longer than {LARGEST_TEXT // 2**20} MiB; split it into documents")
        return
    if place.endswith((".html", ".htm", ".pdf")) or is_page(content) or is_pdf(content):
        try:
            yield _document_of_page(_page_of(place, content))
        except InputError as error:
            yield error
        return
    if place.endswith(".jsonl") or (place == "standard input" and content.lstrip().startswith(b"{")):
        for number, line in enumerate(content.splitlines(), start=1):
            if line.strip():
                yield _document_of_line(f"{place} line {number}", line)
        return
    try:
        yield DocumentInput(text=content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        yield InputError(f"{place}: not UTF-8 at byte {error.start}; convert it first")


def _behind(url: str, fetcher: Fetcher, clock: Callable[[], datetime]) -> Iterator[DocumentInput | InputError]:
    """The document behind an address; behind a feed's, the documents of its entries."""
    try:
        answer = fetcher.fetch(url)
        if is_feed(answer.content):
            entries = feed_entries(answer.url, answer.content, base=answer.url)
        else:
            page = _page_of(answer.url, answer.content, answer.charset, answer.media_type)
            retrieved = clock().isoformat(timespec="seconds")
            yield msgspec.structs.replace(_document_of_page(page), url=_address_of(page, answer.url), retrieved=retrieved)
            return
    except InputError as error:
        yield error
        return
    for entry in entries:
        try:
            answer = fetcher.fetch(entry.url)
            page = _page_of(answer.url, answer.content, answer.charset, answer.media_type)
        except InputError as error:
            yield error
            continue
        yield msgspec.structs.replace(
            _document_of_page(page),
            url=_address_of(page, answer.url),
            title=page.title or entry.title,
            published=entry.published or page.published,
            retrieved=clock().isoformat(timespec="seconds"),
        )


def _page_of(place: str, content: bytes, charset: str | None = None, media_type: str | None = None) -> Page:
    if is_pdf(content) or place.endswith(".pdf"):
        return page_of_pdf(place, content)
    if is_page(content) or place.endswith((".html", ".htm")) or media_type in {"text/html", "application/xhtml+xml"}:
        return page_of_html(place, content, charset=charset)
    if media_type is not None and media_type != "text/plain":
        raise InputError(f"{place}: {media_type} is no document; texts, pages, PDFs and feeds are read")
    try:
        return Page(text=content.decode(charset or "utf-8-sig"))
    except (UnicodeDecodeError, LookupError) as error:
        raise InputError(f"{place}: the text cannot be decoded; save it as UTF-8") from error


def _document_of_page(page: Page) -> DocumentInput:
    return DocumentInput(text=page.text, title=page.title, published=page.published, url=page.url, extract=page.extract)


def _address_of(page: Page, fetched: str) -> str:
    """The address that a page gives as its own, where that is of the host that answered; else the one that did."""
    own = page.url
    return own if own is not None and urlsplit(own).hostname == urlsplit(fetched).hostname else fetched


def _document_of_line(place: str, line: bytes) -> DocumentInput | InputError:
    try:
        return msgspec.json.decode(line, type=DocumentInput)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return InputError(f"{place}: {error}")

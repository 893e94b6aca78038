"""Documents as they were handed in, and what was read out of each."""

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.lake import Snapshot
from admittance.model.documents import Document
from admittance.model.statements import ActionRecord, ClaimRecord, DocumentRecord
from admittance.model.tables import rows_of
from admittance.model.vocabulary import Origin
from admittance.surface.queries.statements import ActionEntry, ClaimEntry, StatementFilter, actions, claims

__all__ = ["DocumentEntry", "DocumentPage", "document", "documents"]


OPENING_FROM = 2_000
"""Characters of a text in which its first line is looked for."""


class DocumentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A document in a list: what it is, its first words, and how much was read out of it."""

    document: Document
    origin: Origin
    opening: str  # its first line, at most 160 characters
    actions: int
    claims: int


class DocumentPage(msgspec.Struct, frozen=True, kw_only=True):
    """A document in full, with every record that quotes it."""

    document: Document
    origin: Origin
    text: str
    actions: tuple[ActionEntry, ...]
    claims: tuple[ClaimEntry, ...]


def documents(snapshot: Snapshot, *, limit: int | None = None) -> list[DocumentEntry]:
    """The documents, last published first (those without a date last), then by hash."""
    table = snapshot.scan(DocumentRecord)
    for noun, name in ((ActionRecord, "actions"), (ClaimRecord, "claims")):
        counts = snapshot.scan(noun).group_by("document").agg(pl.len().alias(name))
        table = table.join(counts, left_on="sha256", right_on="document", how="left")
    found = table.select("record", "origin", pl.col("text").str.slice(0, OPENING_FROM), "actions", "claims").collect()
    entries = [
        DocumentEntry(
            document=msgspec.json.decode(record, type=Document),
            origin=Origin(origin),
            opening=_opening(text),
            actions=action_count or 0,
            claims=claim_count or 0,
        )
        for record, origin, text, action_count, claim_count in found.iter_rows()
    ]
    entries.sort(key=lambda entry: entry.document.sha256)
    entries.sort(key=lambda entry: entry.document.published or "", reverse=True)
    return entries[:limit]


def document(snapshot: Snapshot, sha256: str, catalog: Catalog) -> DocumentPage | None:
    """One document with its records; null when no document bears the hash."""
    found = rows_of(DocumentRecord, snapshot.scan(DocumentRecord).filter(pl.col("sha256") == sha256).collect())
    if not found:
        return None
    wanted = StatementFilter(document=sha256)
    return DocumentPage(
        document=msgspec.json.decode(found[0].record, type=Document),
        origin=found[0].origin,
        text=found[0].text,
        actions=tuple(actions(snapshot, wanted, catalog)),
        claims=tuple(claims(snapshot, wanted)),
    )


def _opening(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 160 else f"{line[:159].rstrip()}…"

"""What documents say: actions and claims, each with its corroborations and its document."""

from collections.abc import Iterable

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.lake import Snapshot
from admittance.model.corroboration import Corroboration
from admittance.model.documents import Action, Document, NetworkClaim
from admittance.model.ids import Country, EntityId, SubjectId
from admittance.model.statements import ActionRecord, ClaimRecord, DocumentRecord
from admittance.model.tables import rows_of
from admittance.model.vocabulary import CorroborationStatus, Origin

__all__ = ["ActionEntry", "ClaimEntry", "StatementFilter", "actions", "claims"]


class StatementFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which actions or claims: an absent field leaves all."""

    subject: SubjectId | None = None
    country: Country | None = None
    document: str | None = None  # SHA-256
    status: CorroborationStatus | None = None
    core_only: bool = False  # leave out what a text tells as background


class ClaimEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, the document that makes it, what was observed about it, and then what other monitors say to it."""

    claim: NetworkClaim
    document: Document
    origin: Origin
    corroborations: tuple[Corroboration, ...]

    @property
    def status(self) -> CorroborationStatus | None:
        """What was measured says to it, never another monitor; null when no run has compared the claim yet."""
        return next((edge.status for edge in self.corroborations if edge.witness is None), None)


class ActionEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An action, the document that tells of it, and what was observed after it."""

    action: Action
    country: str | None  # where it was done: as stated, else its regulator's
    document: Document
    origin: Origin
    corroborations: tuple[Corroboration, ...]


def claims(snapshot: Snapshot, wanted: StatementFilter) -> list[ClaimEntry]:
    """The claims that a filter names, by document and by their place in it."""
    table = snapshot.scan(ClaimRecord)
    if wanted.subject is not None:
        table = table.filter(pl.col("subject") == wanted.subject)
    if wanted.country is not None:
        table = table.filter(pl.col("country") == wanted.country)
    records = rows_of(ClaimRecord, _narrowed(table, wanted).collect())
    documents = _documents(snapshot, (record.document for record in records))
    edges = _corroborations(snapshot, "claim")
    entries = [
        ClaimEntry(
            claim=msgspec.json.decode(record.record, type=NetworkClaim),
            document=documents[record.document],
            origin=record.origin,
            corroborations=edges.get((record.document, record.id), ()),
        )
        for record in records
    ]
    chosen = [entry for entry in entries if wanted.status is None or entry.status is wanted.status]
    return sorted(chosen, key=lambda entry: (*_order(entry.document), entry.claim.evidence[0].start, entry.claim.id))


def actions(snapshot: Snapshot, wanted: StatementFilter, catalog: Catalog) -> list[ActionEntry]:
    """The actions that a filter names, by document and by their place in it.

    A subject matches when it is mentioned in any role, and a listing when the action was compared with it. An
    action without a stated place is of its regulator's country.
    """
    records = rows_of(ActionRecord, _narrowed(snapshot.scan(ActionRecord), wanted).collect())
    documents = _documents(snapshot, (record.document for record in records))
    edges = _corroborations(snapshot, "action")
    entries: list[ActionEntry] = []
    for record in records:
        action = msgspec.json.decode(record.record, type=Action)
        country = _country_of(record, catalog)
        if wanted.country is not None and country != wanted.country:
            continue
        found = edges.get((record.document, record.id), ())
        meant = {mention.entity for mention in action.mentions} | {str(edge.subject) for edge in found}
        if wanted.subject is not None and wanted.subject not in meant:
            continue
        if wanted.status is not None and wanted.status not in {edge.status for edge in found if edge.witness is None}:
            continue
        document = documents[record.document]
        entries.append(
            ActionEntry(action=action, country=country, document=document, origin=record.origin, corroborations=found)
        )
    return sorted(entries, key=lambda entry: (*_order(entry.document), entry.action.evidence[0].start, entry.action.id))


def _narrowed(table: pl.LazyFrame, wanted: StatementFilter) -> pl.LazyFrame:
    if wanted.document is not None:
        table = table.filter(pl.col("document") == wanted.document)
    return table.filter(pl.col("salience") == "core") if wanted.core_only else table


def _country_of(record: ActionRecord, catalog: Catalog) -> str | None:
    if record.country is not None:
        return record.country
    regulator = catalog.entities.get(EntityId(record.regulator)) if record.regulator is not None else None
    return regulator.country[:2] if regulator is not None and regulator.country is not None else None


def _documents(snapshot: Snapshot, hashes: Iterable[str]) -> dict[str, Document]:
    table = snapshot.scan(DocumentRecord).filter(pl.col("sha256").is_in(sorted(set(hashes)))).select("sha256", "record")
    return {sha256: msgspec.json.decode(record, type=Document) for sha256, record in table.collect().iter_rows()}


def _corroborations(snapshot: Snapshot, kind: str) -> dict[tuple[str, str], tuple[Corroboration, ...]]:
    edges: dict[tuple[str, str], tuple[Corroboration, ...]] = {}
    table = snapshot.scan(Corroboration).filter(pl.col("record_kind") == kind)
    order = (
        "document",
        "record",
        "subject",
        "country",
        "gate",
        "witness",
        "episode",
    )  # what was measured before what others say
    for edge in rows_of(Corroboration, table.sort(*order).collect()):
        key = (edge.document, edge.record)
        edges[key] = (*edges.get(key, ()), edge)
    return edges


def _order(document: Document) -> tuple[str, str]:
    return document.published or "", document.sha256

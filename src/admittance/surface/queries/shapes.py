"""Answers as plain JSON objects, with the keys that commands promise."""

import msgspec

from admittance.catalog import Catalog
from admittance.model.corroboration import Corroboration
from admittance.model.episode import Change, Episode
from admittance.model.vocabulary import SNAPSHOT_GATES, CorroborationStatus, Origin
from admittance.reconcile import Account
from admittance.surface.queries.card import Card, GateLine
from admittance.surface.queries.demand import SpikeEntry
from admittance.surface.queries.documents import DocumentEntry
from admittance.surface.queries.evidence import EvidenceList
from admittance.surface.queries.statements import ActionEntry, ClaimEntry

__all__ = [
    "JsonObject",
    "action_object",
    "card_object",
    "change_object",
    "claim_object",
    "document_object",
    "episode_object",
    "evidence_object",
    "spike_object",
    "struct_object",
]

JsonObject = dict[str, object]
"""A JSON object whose values `msgspec.json.encode` can write; times become ISO 8601 in UTC with a `Z`."""

CAUSE_UNKNOWN = "unknown"

NAMES_OF_ACCOUNT = 20
"""How many of the names that a monitor speaks of a card lists."""

NOT_COMPARED = "not_compared"
"""The key under which a card lists claims that no run has compared yet."""


def struct_object(struct: msgspec.Struct) -> JsonObject:
    """Any struct as an object, fields that are not stated left out."""
    built: JsonObject = msgspec.to_builtins(struct)
    return built


def episode_object(episode: Episode, catalog: Catalog | None = None) -> JsonObject:
    """An episode under the promised keys; `versions` is an object. With a catalog also the subject's `name`.

    Where snapshots are read, `cause` is `unknown`: no reading says who or what is behind it.
    """
    told: JsonObject = {**struct_object(episode), "versions": _parsed(episode.versions)}
    if catalog is not None:
        told["name"] = catalog.subject_name(episode.subject)
    if episode.gate in SNAPSHOT_GATES:
        told["cause"] = CAUSE_UNKNOWN
    return told


def change_object(change: Change, origin: Origin | None) -> JsonObject:
    """A line of the log; `before` and `after` are objects or null."""
    bounds = {
        "before": None if change.before is None else _parsed(change.before),
        "after": None if change.after is None else _parsed(change.after),
    }
    return {**struct_object(change), **bounds, "origin": origin}


def claim_object(entry: ClaimEntry) -> JsonObject:
    """The claim as its document's schema has it, then document, origin and corroborations."""
    return {
        **struct_object(entry.claim),
        "document": entry.document.sha256,
        "publisher": entry.document.publisher,
        "published": entry.document.published,
        "origin": entry.origin,
        "corroborations": [_corroboration_object(edge) for edge in entry.corroborations],
    }


def action_object(entry: ActionEntry) -> JsonObject:
    """The action as its document's schema has it, then document, origin and corroborations."""
    return {
        **struct_object(entry.action),
        "document": entry.document.sha256,
        "publisher": entry.document.publisher,
        "published": entry.document.published,
        "origin": entry.origin,
        "corroborations": [_corroboration_object(edge) for edge in entry.corroborations],
    }


def document_object(entry: DocumentEntry) -> JsonObject:
    """A document of a list: its own fields, then origin, first line and counts."""
    counts: JsonObject = {"origin": entry.origin, "opening": entry.opening, "actions": entry.actions, "claims": entry.claims}
    return {**struct_object(entry.document), **counts}


def evidence_object(evidence: EvidenceList) -> JsonObject:
    """How many measurements there are, and the first of them."""
    return {"total": evidence.total, "shown": [struct_object(row) for row in evidence.shown]}


def card_object(card: Card) -> JsonObject:
    """A card: gates in order, claims grouped by the status of their corroboration, actions."""
    groups: dict[str, list[JsonObject]] = {status.value: [] for status in CorroborationStatus}
    groups[NOT_COMPARED] = []
    for entry in card.claims:
        groups[entry.status.value if entry.status is not None else NOT_COMPARED].append(claim_object(entry))
    return {
        "subject": card.subject,
        "name": card.name,
        "country": card.country,
        "origin": card.origin,
        "lake_version": card.lake_version,
        "categories": [struct_object(listing) for listing in card.categories],
        "gates": [_gate_object(line) for line in card.gates],
        "remote": struct_object(card.remote) if card.remote is not None else None,
        "service": struct_object(card.service) if card.service is not None else None,
        "topics": list(card.topics),
        "reasons": [action_object(entry) for entry in card.reasons],
        "demand": [spike_object(entry) for entry in card.demand],
        "testimonies": [_account_object(account) for account in card.accounts],
        "claims": groups,
        "actions": [action_object(entry) for entry in card.actions],
    }


def spike_object(entry: SpikeEntry) -> JsonObject:
    """A spike and the episodes that began near it."""
    return {**struct_object(entry.spike), "near": [struct_object(onset) for onset in entry.near]}


def _gate_object(line: GateLine) -> JsonObject:
    return {
        **struct_object(line),
        "episodes": [episode_object(episode) for episode in line.episodes],
        "evidence": evidence_object(line.evidence),
    }


def _account_object(account: Account) -> JsonObject:
    """A monitor's account with the first of its names, and how many there are."""
    names = account.names[:NAMES_OF_ACCOUNT]
    return {
        "witness": account.witness,
        "gate": account.gate,
        "total": len(account.names),
        "shown": [*map(struct_object, names)],
    }


def _corroboration_object(edge: Corroboration) -> JsonObject:
    return {**struct_object(edge), "versions": _parsed(edge.versions)}


def _parsed(text: str) -> JsonObject:
    return msgspec.json.decode(text, type=JsonObject)

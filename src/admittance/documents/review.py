"""What a person should look at in a reading, and what their decisions make of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
from msgspec import UNSET

from admittance.catalog import Catalog
from admittance.documents.clean import clean
from admittance.documents.find import Scene, find
from admittance.documents.gazetteer import gazetteer
from admittance.documents.lexicon import lexicon
from admittance.errors import UsageError
from admittance.model.documents import (
    Action,
    ActionType,
    Granularity,
    Mention,
    NetworkClaim,
    Place,
    Reading,
    Role,
    Span,
    Status,
    Time,
    TimeBasis,
)
from admittance.model.ids import EntityId
from admittance.model.review import DecisionKind, ReviewDecision

__all__ = ["Question", "QuestionKind", "changed", "decided", "questions", "with_aliases"]

QuestionKind = Literal["unknown-name", "unread-sentence", "uncertain-record"]
_SURE = "certain"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in a document that a person should look at, with the words it is about; ``start`` counts in its text."""

    item: str  # what a decision names: the record's id, the sentence's id, or the name itself
    kind: QuestionKind
    document: str
    quote: str
    start: int
    says: str  # the record in short, or the name


def questions(text: str, reading: Reading, catalog: Catalog) -> tuple[Question, ...]:
    """Names that the catalog does not know, sentences in which an office orders without a record, records that are unsure."""
    document = reading.doc.sha256
    records: tuple[Action | NetworkClaim, ...] = (*reading.actions, *reading.network_claims)
    found = [
        Question(
            item=record.id,
            kind="uncertain-record",
            document=document,
            quote=record.evidence[0].quote,
            start=record.evidence[0].start,
            says=_in_short(record),
        )
        for record in records
        if record.factuality.certainty != _SURE
    ]
    names: dict[str, Span] = {}
    for action in reading.actions:
        for mention in action.mentions:
            if mention.entity is None and mention.role != "regulator":
                names.setdefault(mention.surface, mention.span)
    for record in records:
        for voice in record.attribution:
            if voice.source is None and voice.source_class in ("monitor", "publisher", "company") and voice.span is not UNSET:
                names.setdefault(voice.span.quote, voice.span)
    found += [
        Question(item=name, kind="unknown-name", document=document, quote=name, start=span.start, says=name)
        for name, span in names.items()
    ]
    covered = [(span.start, span.end) for record in records for span in record.quotes]
    story = find(clean(text, reading.doc.title), gazetteer(catalog, lexicon()), lexicon())
    for scene in story.scenes:
        span = story.clean.span(scene.sentence.start, scene.sentence.end)
        if _orders(scene) and not any(first < span.end and span.start < last for first, last in covered):
            found.append(
                Question(
                    item=_sentence_id(document, span),
                    kind="unread-sentence",
                    document=document,
                    quote=span.quote,
                    start=span.start,
                    says="",
                )
            )
    return tuple(sorted(found, key=lambda question: (question.start, question.kind, question.item)))


def decided(reading: Reading, decisions: Iterable[ReviewDecision]) -> Reading:
    """The reading with what reviewers decided: rejected records left out, corrected ones changed; the latest decision holds.

    The document's ``extractor`` names the decisions that changed something, so that a later run reads the document again when
    another one comes.
    """
    latest = {one.item: one for one in sorted(decisions, key=lambda one: (one.decided_at, one.id))}
    ids = {str(action.id) for action in reading.actions} | {str(claim.id) for claim in reading.network_claims}
    used = [one for item, one in sorted(latest.items()) if item in ids and one.kind != DecisionKind.ACCEPT]
    if not used:
        return reading
    actions = [_applied_action(action, latest.get(action.id)) for action in reading.actions]
    claims = [_applied_claim(claim, latest.get(claim.id)) for claim in reading.network_claims]
    digest = hashlib.sha256("|".join(one.id for one in used).encode()).hexdigest()[:12]
    doc = msgspec.structs.replace(reading.doc, extractor=f"{reading.doc.extractor}+review.{digest}")
    return Reading(
        doc=doc,
        actions=tuple(kept for kept in actions if kept is not None),
        network_claims=tuple(stands for stands in claims if stands is not None),
    )


def with_aliases(catalog: Catalog, decisions: Iterable[ReviewDecision]) -> Catalog:
    """The catalog with the names that reviewers gave its entities, under a version of its own; else the very catalog."""
    latest = {
        one.item: str(msgspec.json.decode(one.changes)["entity"])
        for one in sorted(decisions, key=lambda one: (one.decided_at, one.id))
        if one.kind == DecisionKind.ALIAS
    }
    entities = dict(catalog.entities)
    used = {surface: EntityId(name) for surface, name in latest.items() if EntityId(name) in entities}
    if not used:
        return catalog
    for surface, name in sorted(used.items()):
        entity = entities[name]
        if surface not in entity.aliases:
            entities[name] = msgspec.structs.replace(entity, aliases=(*entity.aliases, surface))
    digest = hashlib.sha256(msgspec.json.encode(sorted(used.items()))).hexdigest()[:8]
    return msgspec.structs.replace(catalog, entities=entities, version=f"{catalog.version}.{digest}")


def changed(record: Action | NetworkClaim, changes: Mapping[str, str], catalog: Catalog) -> Action | NetworkClaim:
    """The record with a reviewer's changes. Raises `UsageError` for a field that does not change or a value it cannot have."""
    fields = _OF_ACTIONS if isinstance(record, Action) else _OF_CLAIMS
    for field, value in changes.items():
        if field not in fields:
            raise UsageError(f"{field!r} cannot be corrected here; write one of: {', '.join(fields)}")
        if field in ("regulator", "target") and EntityId(value) not in catalog.entities:
            raise UsageError(f"{field}={value}: the catalog has no such entity")
        if field in ("time", "onset") and value and _DAY.fullmatch(value) is None:
            raise UsageError(f"{field}={value}: write a day, a month or a year, such as 2021-03-15, or nothing for not stated")
        if field in _WORDS and value not in _WORDS[field]:
            raise UsageError(f"{field}={value}: write one of: {', '.join(_WORDS[field])}")
        if field == "country" and _COUNTRY.fullmatch(value) is None:
            raise UsageError(f"{field}={value}: write two capital letters, such as IR")
    return _changed(record, changes)


_OF_ACTIONS = ("regulator", "target", "time", "type")
_OF_CLAIMS = ("country", "onset", "status", "subject")
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_WORDS: dict[str, tuple[str, ...]] = {"type": tuple(ActionType), "status": tuple(Status)}
_GRANULARITY = {4: Granularity.YEAR, 7: Granularity.MONTH, 10: Granularity.DAY}


def _changed(record: Action | NetworkClaim, changes: Mapping[str, str]) -> Action | NetworkClaim:
    if isinstance(record, NetworkClaim):
        return msgspec.structs.replace(
            record,
            subject=changes.get("subject", record.subject),
            status=Status(changes.get("status", record.status)),
            place=Place(country=changes["country"]) if "country" in changes else record.place,
            onset=_time(changes["onset"]) if "onset" in changes else record.onset,
        )
    mentions = list(record.mentions)
    for role in (Role.REGULATOR, Role.TARGET):
        if str(role) in changes:
            old = [mention for mention in mentions if mention.role == role]
            span = old[0].span if old else record.evidence[0]
            new = Mention(role=role, entity=changes[str(role)], surface=span.quote, resolved_by="context", span=span)
            mentions = [new, *(mention for mention in mentions if mention.role != role)]
    return msgspec.structs.replace(
        record,
        type=ActionType(changes.get("type", record.type)),
        mentions=tuple(mentions),
        time=_time(changes["time"]) if "time" in changes else record.time,
    )


def _time(value: str) -> Time:
    if not value:
        return Time(value=None, granularity=Granularity.NONE, basis=TimeBasis.VAGUE)
    return Time(value=value, granularity=_GRANULARITY[len(value)], basis=TimeBasis.EXPLICIT)


def _applied_action(action: Action, decision: ReviewDecision | None) -> Action | None:
    kept = _applied(action, decision)
    return kept if isinstance(kept, Action) else None


def _applied_claim(claim: NetworkClaim, decision: ReviewDecision | None) -> NetworkClaim | None:
    kept = _applied(claim, decision)
    return kept if isinstance(kept, NetworkClaim) else None


def _applied(record: Action | NetworkClaim, decision: ReviewDecision | None) -> Action | NetworkClaim | None:
    if decision is None or decision.kind == DecisionKind.ACCEPT:
        return record
    if decision.kind == DecisionKind.REJECT:
        return None
    return _changed(record, msgspec.json.decode(decision.changes, type=dict[str, str]))


def _in_short(record: Action | NetworkClaim) -> str:
    if isinstance(record, NetworkClaim):
        return f"{record.subject} {record.status} in {record.place.country}"
    named = [mention.entity or mention.surface for mention in record.mentions]
    return f"{record.type}: {', '.join(named)}"


def _orders(scene: Scene) -> bool:
    """Whether a sentence names a body of state and words that tell somebody to act, or that a measure is told by."""
    if scene.sentence.headline:
        return False
    office = any(noun.kind == "regulator" for noun in scene.nouns)
    return office and bool(scene.frames or any(found.trigger.type for found in scene.triggers))


def _sentence_id(document: str, span: Span) -> str:
    return f"sentence-{document[:8]}-{hashlib.sha256(f'{span.start}|{span.quote}'.encode()).hexdigest()[:10]}"

"""Drafts to records: ids from content, mentions with roles, every quote verbatim at its offsets."""

from __future__ import annotations

import hashlib

from msgspec import UNSET

from admittance.documents.date import NOT_STATED
from admittance.documents.draft import Draft, Office
from admittance.documents.find import Story
from admittance.documents.gazetteer import Noun
from admittance.model.documents import (
    Action,
    ActionType,
    Attribution,
    Factuality,
    Mention,
    NetworkClaim,
    Place,
    Quantity,
    QuantityOf,
    Role,
    Sha256,
    Status,
    Surface,
)
from admittance.model.ids import ActionId, ClaimId, RuleId
from admittance.model.vocabulary import Gate

__all__ = ["assemble"]

_OONI_TESTS = {
    "signal": "OONI signal",
    "telegram": "OONI telegram",
    "whatsapp": "OONI whatsapp",
    "messenger": "OONI facebook_messenger",
    "facebook": "OONI web_connectivity:facebook.com",
    "tor": "OONI tor",
    "psiphon": "OONI psiphon",
}


def assemble(story: Story, drafts: list[Draft], sha256: Sha256) -> tuple[tuple[Action, ...], tuple[NetworkClaim, ...]]:
    """The records of a document in the order of its text."""
    notices = _notice_ids(drafts, sha256)
    actions = tuple(_action(story, draft, draft.type, sha256, notices) for draft in drafts if draft.type is not None)
    claims = tuple(_claim(story, draft, sha256, notices) for draft in drafts if draft.type is None)
    return actions, claims


def _identifier(kind: str, sha256: Sha256, draft: Draft, extra: str) -> str:
    seed = f"{draft.country}|{sha256}|{draft.found.trigger.rule}|{draft.found.start}|{draft.found.end}|{extra}"
    return f"{kind}-{sha256[:8]}-{hashlib.sha256(seed.encode()).hexdigest()[:10]}"


def _notice_ids(drafts: list[Draft], sha256: Sha256) -> dict[int, str]:
    found: dict[int, str] = {}
    for draft in drafts:
        if draft.notice is not None and draft.notice not in found:
            found[draft.notice] = _identifier("notice", sha256, draft, "notice")
    return found


def _action(story: Story, draft: Draft, kind: ActionType, sha256: Sha256, notices: dict[int, str]) -> Action:
    targets = _targets(draft)
    mentions = [*_office_mentions(story, draft), *_mentions(story, draft, targets)]
    quantity = [*_group_quantity(story, draft), *draft.quantity]
    return Action(
        id=ActionId(_identifier("action", sha256, draft, kind)),
        type=kind,
        mentions=tuple(mentions),
        place=Place(country=draft.country) if draft.country else UNSET,
        time=draft.time or NOT_STATED,
        announced=draft.announced or UNSET,
        effective=draft.effective or UNSET,
        end=draft.end or UNSET,
        deadline=draft.deadline or UNSET,
        quantity=tuple(quantity) if quantity else UNSET,
        scope=draft.scope or UNSET,
        aggregate=True if draft.aggregate else UNSET,
        legal_basis=draft.legal_basis or UNSET,
        stated_reason=draft.reason or UNSET,
        part_of=notices[draft.notice] if draft.notice is not None else UNSET,
        attribution=_voices(draft),
        factuality=_factuality(draft),
        evidence=tuple(draft.evidence),
        rule=RuleId(draft.found.trigger.rule),
        salience=draft.salience,
        follows=_action_id(draft.follows, sha256) if draft.follows is not None else UNSET,
    )


def _action_id(draft: Draft, sha256: Sha256) -> ActionId:
    return ActionId(_identifier("action", sha256, draft, str(draft.type)))


def _claim(story: Story, draft: Draft, sha256: Sha256, notices: dict[int, str]) -> NetworkClaim:
    noun = draft.targets[0]
    status = draft.status or Status.BLOCKED
    subject = noun.entity or noun.subject or noun.head
    role = draft.found.trigger.function_role or None
    gate = Gate.CONTENT if noun.kind == "keyword" else Gate.FUNCTION if role else Gate.NETWORK
    tests = _tests(story, noun) if gate == Gate.NETWORK else ()
    return NetworkClaim(
        id=ClaimId(_identifier("claim", sha256, draft, f"{subject}|{status}")),
        subject=subject,
        status=status,
        gate=gate,
        place=Place(country=draft.country or "ZZ"),
        onset=draft.time or NOT_STATED,
        end=draft.end or UNSET,
        vpn_unaffected=draft.vpn_unaffected if draft.vpn_unaffected is not None else UNSET,
        symptoms=draft.symptoms or UNSET,
        partial=draft.partial if draft.partial is not None else UNSET,
        testable_with=tests or UNSET,
        surface=_surface(story, noun),
        role=role or UNSET,
        platform=draft.platform or UNSET,
        part_of=notices[draft.notice] if draft.notice is not None else UNSET,
        attribution=_voices(draft),
        factuality=_factuality(draft),
        evidence=tuple(draft.evidence),
        rule=RuleId(draft.found.trigger.rule),
        salience=draft.salience,
    )


def _voices(draft: Draft) -> tuple[Attribution, ...]:
    """Who says so, each once."""
    unique: dict[tuple[str, str], Attribution] = {}
    for voice in draft.attribution:
        words = voice.span.quote.lower() if voice.span is not UNSET else ""
        unique.setdefault((voice.source or words, voice.source_class), voice)
    return tuple(unique.values())


def _factuality(draft: Draft) -> Factuality:
    return Factuality(
        polarity=draft.polarity,
        modality=draft.modality,
        certainty=draft.certainty,
        hedge=draft.hedge or UNSET,
    )


def _surface(story: Story, noun: Noun) -> Surface:
    if noun.kind == "site":
        return "website"
    entity = story.gazetteer.catalog.entities.get(noun.entity) if noun.entity else None
    return "app" if entity is not None and entity.kind == "app" else "unknown"


def _tests(story: Story, noun: Noun) -> tuple[str, ...]:
    if noun.entity in _OONI_TESTS:
        return (_OONI_TESTS[str(noun.entity)],)
    entity = story.gazetteer.catalog.entities.get(noun.entity) if noun.entity else None
    if entity is not None and entity.domains:
        return (f"web_connectivity:{entity.domains[0]}",)
    return (f"web_connectivity:{noun.head}",) if noun.kind == "site" else ()


def _office_mentions(story: Story, draft: Draft) -> list[Mention]:
    if draft.type == ActionType.COMPANY_STATEMENT or draft.office is None:
        return []
    found = [_office(story, draft, draft.office, Role.REGULATOR)]
    found += [
        _office(story, draft, office, Role.CO_REGULATOR)
        for office in draft.co_regulators
        if office.entity != draft.office.entity
    ]
    return found


def _office(story: Story, draft: Draft, office: Office, role: Role) -> Mention:
    """The mention of an office; one that no noun names is shown by the words that say the measure."""
    start, end = (office.noun.start, office.noun.end) if office.noun is not None else (draft.found.start, draft.found.end)
    span = story.clean.span(start, end)
    return Mention(role=role, entity=office.entity, surface=span.quote, resolved_by=office.how, span=span)


def _targets(draft: Draft) -> list[Noun]:
    """The draft's targets with the members of its set; a set's members may be named anywhere in the text."""
    found = list(draft.targets)
    if draft.group is not None:
        known = {noun.entity or noun.subject or noun.head for noun in found}
        for noun in (*draft.group.members, *draft.group.sites_of_members):
            key = noun.entity or noun.subject or noun.head
            if key not in known:
                known.add(key)
                found.append(noun)
    if any(noun.kind != "group" for noun in found) and draft.group is not None:
        found = [noun for noun in found if noun.kind != "group"]
    return found


def _mentions(story: Story, draft: Draft, targets: list[Noun]) -> list[Mention]:
    found: list[Mention] = []
    if draft.type == ActionType.COMPANY_STATEMENT:
        found += [_mention(story, noun, Role.SOURCE) for noun in draft.implementers]
    else:
        found += [_mention(story, noun, Role.IMPLEMENTER) for noun in draft.implementers]
    found += [_mention(story, noun, Role.TARGET) for noun in targets]
    found += [_mention(story, noun, Role.OBJECT) for noun in draft.objects]
    found += [_mention(story, noun, Role.VENDOR) for noun in draft.vendors]
    unique: dict[tuple[Role, str], Mention] = {}
    for mention in found:
        unique.setdefault((mention.role, mention.entity or mention.surface), mention)
    return list(unique.values())


def _mention(story: Story, noun: Noun, role: Role) -> Mention:
    span = story.clean.span(noun.start, noun.end)
    return Mention(role=role, entity=noun.entity or noun.subject, surface=span.quote, resolved_by=noun.how, span=span)


def _group_quantity(story: Story, draft: Draft) -> list[Quantity]:
    """How many a counted set holds, and how many of them the text names; a company and its own site count once."""
    group = draft.group
    if group is None or group.number is None:
        return []
    named = len([noun for noun in group.members if noun.kind != "group"])
    noun = group.number_noun
    span = story.clean.span(noun.start, noun.end) if noun is not None else UNSET
    of: QuantityOf = "apps" if draft.type == ActionType.APP_REMOVAL and not group.members else "targets"
    return [Quantity(value=group.number, of=of, named=named, span=span)]

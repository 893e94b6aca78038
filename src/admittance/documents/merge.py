"""Step six: what belongs together. Measures of one notice are joined, retellings and claims that retell a measure merged."""

from __future__ import annotations

import re

from admittance.documents.absorb import absorb
from admittance.documents.claims import merge_claims, number_claims, only_past, retells
from admittance.documents.deadlines import end_of_lasting
from admittance.documents.draft import Draft, Office
from admittance.documents.find import Story
from admittance.documents.follows import link_followed
from admittance.documents.sameness import (
    by_thing,
    compatible,
    inherited,
    key_of,
    shared,
    silent,
    subset,
    things_of,
    times_agree,
)
from admittance.documents.voice import UNREAL
from admittance.model.documents import ActionType, Attribution, Modality, SourceClass

__all__ = ["merge"]

_OWN_NOTICE = frozenset(
    {
        ActionType.BLOCK,
        ActionType.UNBLOCK,
        ActionType.THROTTLE,
        ActionType.LAW,
        ActionType.COMPANY_STATEMENT,
        ActionType.SHUTDOWN,
        ActionType.CAMPAIGN,
        ActionType.INVESTIGATION,
        ActionType.SURVEILLANCE_TIGHTENING,
        ActionType.VPN_RESTRICTION,
    }
)
_DEFINITE = re.compile(
    r"\b(?:the|this|that) (?:[\w-]+ ){0,2}(?:ban|block|blocking|blockade|restrictions?|suspension|shutdown)$"
)
_CLOSE = 3  # paragraphs
_SETS = frozenset({"social-media-platforms", "messaging-apps", "online-platforms", "apps", "vpn-apps", "vpn-services"})
_ON_SERVICES = frozenset({ActionType.BLOCK, ActionType.UNBLOCK, ActionType.THROTTLE, ActionType.APP_REMOVAL})
_REACH = 40  # measures of one notice stand near each other


def merge(story: Story, drafts: list[Draft]) -> list[Draft]:
    """The drafts that remain, each with its evidence, notices numbered."""
    for draft in drafts:
        draft.evidence = [story.clean.span(draft.scene.sentence.start, draft.scene.sentence.end)]
    _notices(story, drafts)
    actions = _merged_actions(story, [draft for draft in drafts if draft.type is not None])
    for members in _by_notice(actions).values():
        _one_time(members)
    claims = merge_claims(story, [draft for draft in drafts if draft.type is None])
    told, everything = by_thing(actions), by_thing([*actions, *claims])
    shutdowns = [action for action in actions if action.type == ActionType.SHUTDOWN]
    claims = [
        claim
        for claim in claims
        if not retells(story.lowered, claim, [*told.get(key_of(claim.targets[0]), []), *shutdowns])
        and not only_past(claim, everything.get(key_of(claim.targets[0]), []))
    ]
    number_claims(claims)
    actions = _without_headline_echoes(story, actions, claims)
    for draft in actions:
        end_of_lasting(draft)
    link_followed(story, actions)
    return sorted([*actions, *claims], key=lambda draft: draft.found.start)


# ---- notices --------------------------------------------------------------------------------------------------------------


def _notices(story: Story, drafts: list[Draft]) -> None:
    """Numbers the notices: measures on the same things by compatible offices, in one sentence or on one counted set."""
    measures = [
        draft for draft in drafts if draft.type is not None and draft.type not in _OWN_NOTICE and draft.salience == "core"
    ]
    number = 0
    for index, draft in enumerate(measures):
        for earlier in reversed(measures[max(0, index - _REACH) : index]):
            if draft.notice is not None and draft.notice == earlier.notice:
                continue
            if _one_notice(story, earlier, draft):
                if earlier.notice is None:
                    earlier.notice = number
                    number += 1
                if draft.notice is None:
                    draft.notice = earlier.notice
                elif draft.notice != earlier.notice:
                    old, new = draft.notice, earlier.notice
                    for other in measures[max(0, index - 2 * _REACH) : index + 1]:
                        if other.notice == old:
                            other.notice = new
    for members in _by_notice(measures).values():
        _one_office(story, members)
        _one_time(members)
        _one_chain(members)
        _one_target_set(members)


def _by_notice(drafts: list[Draft]) -> dict[int, list[Draft]]:
    found: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.notice is not None:
            found.setdefault(draft.notice, []).append(draft)
    return found


def _one_notice(story: Story, first: Draft, second: Draft) -> bool:
    if not compatible(story, first.office, second.office):
        return False
    if first.scene.sentence.start == second.scene.sentence.start:
        if first.frame is not None and first.frame == second.frame:
            return True
        return shared(first, second) or _of_one_owner(story, first, second) or not (second.targets or second.objects)
    if first.group is not None and first.group is second.group and first.group.number is not None:
        return second.type != ActionType.SUMMONS or first.type != ActionType.SUMMONS
    if first.scene.sentence.headline or second.scene.sentence.headline:
        return False
    near = second.scene.sentence.paragraph - first.scene.sentence.paragraph <= 3
    return near and shared(first, second) and second.type != first.type and bool(times_agree(first.time, second.time))


def _of_one_owner(story: Story, first: Draft, second: Draft) -> bool:
    """Whether one measure acts upon a service and the other upon the company that owns it."""
    entities = story.gazetteer.catalog.entities
    lines = []
    for draft in (first, second):
        named = [noun.entity for noun in (*draft.targets, *draft.objects) if noun.entity in entities]
        lines.append({*named, *(entities[name].parent for name in named if name is not None)} - {None})
    return bool(lines[0] & lines[1])


def _one_office(story: Story, members: list[Draft]) -> None:
    """Every measure of a notice has the same issuer: the most specific one that the text names."""
    entities = story.gazetteer.catalog.entities
    offices = [draft.office for draft in members if draft.office is not None and draft.office.entity is not None]
    if not offices:
        return
    best = max(offices, key=lambda office: _rank(office, entities))
    for draft in members:
        if draft.office is None and draft.own is not None and draft.frame is None:
            continue  # what a platform does by itself after it was told off
        if draft.office is None or (draft.office.entity != best.entity and not _named_itself(story, draft)):
            draft.office = best


def _named_itself(story: Story, draft: Draft) -> bool:
    """Whether a measure's own sentence names its office with the level that tells it from its branches: 国家网信办."""
    office = draft.office
    if office is None or office.noun is None or not draft.explicit_actor:
        return False
    written = story.lowered[office.noun.start : office.noun.end]
    return draft.scene.language.patterns["top_level"].search(written) is not None


def _rank(office: Office, entities: object) -> tuple[int, int]:
    catalog = entities if isinstance(entities, dict) else {}
    entity = catalog.get(office.entity)
    if entity is None or entity.kind == "government":
        return (0, office.how not in ("anaphora", "context"))
    if entity.kind == "group":
        return (1, False)
    return (3 if entity.parent else 2, office.how not in ("anaphora", "context"))


def _one_time(members: list[Draft]) -> None:
    """A single day named for one measure of a notice is the day of those that name none."""
    known = {draft.time.value: draft.time for draft in members if draft.time is not None and not silent(draft.time)}
    if len(known) != 1:
        return
    (time,) = known.values()
    for draft in members:
        if silent(draft.time):
            draft.time = inherited(time)


def _one_chain(members: list[Draft]) -> None:
    """A notice told by an outlet is told by it in every measure; so is it said by the office that says it once."""
    outer: list[Attribution] = []
    issuer: list[Attribution] = []
    for draft in members:
        for voice in draft.attribution:
            if voice.source_class == SourceClass.REGULATOR:
                issuer = issuer or [voice]
            elif voice.source_class == SourceClass.PUBLISHER and not outer:
                outer = [voice]
    for draft in members:
        classes = {voice.source_class for voice in draft.attribution}
        if SourceClass.PUBLISHER not in classes:
            draft.attribution = [*outer, *draft.attribution]
        if SourceClass.REGULATOR not in classes:
            draft.attribution = [*draft.attribution, *issuer]


def _one_target_set(members: list[Draft]) -> None:
    group = next((draft.group for draft in members if draft.group is not None), None)
    for draft in members:
        if draft.group is None and not draft.targets and draft.found.trigger.recipient == "target":
            draft.group = group
            if group is None:
                draft.targets = next((other.targets for other in members if other.targets), [])


# ---- actions --------------------------------------------------------------------------------------------------------------


def _merged_actions(story: Story, drafts: list[Draft]) -> list[Draft]:
    kept: list[Draft] = []
    alike: dict[tuple[ActionType | None, str], list[Draft]] = {}
    for draft in sorted(drafts, key=lambda one: (one.scene.sentence.headline, one.found.start)):
        before = alike.setdefault((draft.type, draft.polarity), [])
        near = [*before[:_REACH], *before[_REACH:][-_REACH:]]
        if draft.type == ActionType.SERVICE_SUSPENSION and _the_suspension(story, draft):
            blocks = alike.get((ActionType.BLOCK, draft.polarity), [])[-_REACH:]
            known = next((one for one in blocks if one.country == draft.country and shared(one, draft)), None)
            if known is not None:
                absorb(known, draft)
                continue
        home = next((one for one in near if _same_event(story, one, draft) or _spoken_of_again(story, one, draft)), None)
        if home is None:
            _leave_out_known(draft, near)
            kept.append(draft)
            before.append(draft)
        else:
            absorb(home, draft)
    return kept


def _the_suspension(story: Story, draft: Draft) -> bool:
    """Whether "the suspension of X" only names a measure, as after the text told that X was blocked."""
    start = draft.found.start
    return draft.frame is None and story.lowered.startswith("the suspension", start - 4)


def _same_event(story: Story, first: Draft, second: Draft) -> bool:
    if (
        first.type != second.type
        or first.polarity != second.polarity
        or (first.type == ActionType.COMPANY_STATEMENT and not shared(first, second))
    ):
        return False
    if not compatible(story, first.office, second.office):
        return False
    headline = second.scene.sentence.headline
    announces = headline and second.modality == Modality.PLANNED  # "Uganda to shut down internet"
    if (first.modality in UNREAL) != (second.modality in UNREAL) and not announces:
        return False
    if first.salience != second.salience and second.salience == "background" and not subset(second, first):
        return False
    if not headline and not times_agree(first.time, second.time):
        return False
    if first.group is not None and first.group is second.group:
        return True
    if not things_of(second) or not things_of(first) or _same_stores(first, second):
        return (
            headline
            or (_counted(first) is not None and _counted(first) == _counted(second))
            or _same_stores(first, second)
            or first.type in (ActionType.SHUTDOWN, ActionType.SURVEILLANCE_TIGHTENING, ActionType.LAW)
            or (first.notice is not None and first.notice == second.notice)
        )
    if headline:
        entities = story.gazetteer.catalog.entities
        owners = {entities[noun.entity].parent for noun in first.targets if noun.entity is not None and noun.entity in entities}
        if owners & {noun.entity for noun in second.targets}:
            return True
        return shared(first, second) or all(noun.kind == "group" for noun in second.targets) or bool(second.group)
    if first.type == ActionType.FINE and _money(first) and _money(second) and _money(first) != _money(second):
        return False
    return subset(second, first) or subset(first, second) or _names_members(first, second)


def _same_stores(first: Draft, second: Draft) -> bool:
    """Whether two removals are told to one store, of which one does not name the apps: "forced Apple to remove their apps"."""
    if first.type != ActionType.APP_REMOVAL or all(one.targets or one.objects or one.group for one in (first, second)):
        return False
    told = [{noun.entity for noun in one.implementers} for one in (first, second)]
    nameless = not any(one.targets or one.objects or (one.group and one.group.members) for one in (first, second))
    near = abs(first.scene.sentence.paragraph - second.scene.sentence.paragraph) <= 1
    return bool(told[0] & told[1]) or (nameless and near and not all(told))  # "removed 90 apps. Stores shall remove them"


def _counted(draft: Draft) -> int | None:
    """How many services a measure hits that names none."""
    if draft.group is not None and draft.group.number is not None:
        return draft.group.number
    return next((one.value for one in draft.quantity if one.of != "money" and isinstance(one.value, int)), None)


def _names_members(first: Draft, second: Draft) -> bool:
    """Whether one measure is on "social media platforms" and the other, told close by, names some."""
    if abs(first.scene.sentence.paragraph - second.scene.sentence.paragraph) > _CLOSE or first.type not in _ON_SERVICES:
        return False
    hit = [[*one.targets, *one.objects] for one in (first, second)]
    sets, names = sorted(hit, key=lambda nouns: any(noun.kind != "group" for noun in nouns))
    return (
        bool(sets)
        and all(noun.entity in _SETS for noun in sets)
        and all(noun.kind in {"app", "platform", "vendor"} for noun in names if noun.kind != "group")
        and any(noun.kind != "group" for noun in names)
    )


def _spoken_of_again(story: Story, first: Draft, second: Draft) -> bool:
    """Whether "the ban" only speaks of a measure that the text has told: "the authority published the ban on its website"."""
    if first.type != second.type or first.polarity != second.polarity:
        return False
    if second.frame is not None and not compatible(story, first.office, second.office):
        return False
    before = story.lowered[max(second.scene.sentence.start, second.found.start - 30) : second.found.end]
    if _DEFINITE.search(before) is None or first.country != second.country:
        return False
    return times_agree(first.time, second.time) and (not things_of(second) or shared(first, second))


def _money(draft: Draft) -> str:
    return "".join(str(quantity.value) for quantity in draft.quantity)


def _leave_out_known(draft: Draft, kept: list[Draft]) -> None:
    """Takes from a background list of measures what a record of the same kind already tells."""
    if draft.salience != "background" or len(draft.targets) < 2:
        return
    for other in kept:
        if other.type == draft.type and other.polarity == draft.polarity and other.salience == "core":
            known = {key_of(noun) for noun in other.targets}
            left = [noun for noun in draft.targets if key_of(noun) not in known]
            if left and len(left) < len(draft.targets):
                draft.targets = left


def _curbs(story: Story, draft: Draft) -> bool:
    """Whether a headline only says that the internet is curbed, which the text under it tells better."""
    return draft.type == ActionType.SHUTDOWN and story.lowered.startswith(("curb", "limit", "restrict"), draft.found.start)


def _without_headline_echoes(story: Story, actions: list[Draft], claims: list[Draft]) -> list[Draft]:
    """The actions without a headline's when the body tells only the state that the headline speaks of."""
    subjects = {key_of(noun) for claim in claims for noun in claim.targets}
    in_body = any(not draft.scene.sentence.headline for draft in actions)
    told = [draft for draft in (*actions, *claims) if not draft.scene.sentence.headline and draft.status is not None]
    vague = [draft for draft in actions if draft.scene.sentence.headline and _curbs(story, draft) and told]
    types = {draft.type for draft in actions if not draft.scene.sentence.headline}
    actions = [
        draft
        for draft in actions
        if not (in_body and draft.scene.sentence.headline and _nameless(draft) and (draft.type in types or not _counted(draft)))
    ]
    actions = [draft for draft in actions if draft not in vague]
    return [
        draft
        for draft in actions
        if not (
            draft.scene.sentence.headline and not draft.explicit_actor and {key_of(noun) for noun in draft.targets} & subjects
        )
    ]


def _nameless(draft: Draft) -> bool:
    """Whether a measure names nothing in particular."""
    if draft.type in (ActionType.SHUTDOWN, ActionType.LAW, ActionType.COMPANY_STATEMENT):
        return False
    return all(noun.kind == "group" for noun in (*draft.targets, *draft.objects, *(draft.group.members if draft.group else [])))

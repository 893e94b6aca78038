"""Step six: what belongs together. Measures of one notice are joined, retellings and claims that retell a measure merged."""

from __future__ import annotations

from admittance.documents.draft import Draft, Office, is_general
from admittance.documents.find import Story
from admittance.documents.gazetteer import Noun
from admittance.documents.voice import UNREAL
from admittance.model.documents import ActionType, Attribution, Granularity, SourceClass, Time, TimeBasis
from admittance.model.ids import EntityId

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
_VOUCHING = frozenset(
    {SourceClass.REGULATOR, SourceClass.PUBLISHER, SourceClass.MONITOR, SourceClass.OFFICIAL, SourceClass.COURT}
)
_COARSE = frozenset({Granularity.WEEK, Granularity.MONTH, Granularity.YEAR, Granularity.SEASON})
_REACH = 40  # measures of one notice stand near each other
_MOST_EVIDENCE = 24
_SILENT = frozenset({Granularity.NONE, Granularity.RECENT})


def merge(story: Story, drafts: list[Draft]) -> list[Draft]:
    """The drafts that remain, each with its evidence, notices numbered."""
    for draft in drafts:
        draft.evidence = [story.clean.span(draft.scene.sentence.start, draft.scene.sentence.end)]
    _notices(story, drafts)
    actions = _merged_actions(story, [draft for draft in drafts if draft.type is not None])
    claims = _merged_claims([draft for draft in drafts if draft.type is None])
    claims = [claim for claim in claims if not _retells(claim, actions) and not _only_past(claim, [*actions, *claims])]
    _claim_notices(claims)
    actions = _without_headline_echoes(actions, claims)
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
    members_of: dict[int, list[Draft]] = {}
    for draft in measures:
        if draft.notice is not None:
            members_of.setdefault(draft.notice, []).append(draft)
    for members in members_of.values():
        _one_office(story, members)
        _one_time(members)
        _one_chain(members)
        _one_target_set(members)


def _one_notice(story: Story, first: Draft, second: Draft) -> bool:
    if not _compatible(story, first.office, second.office):
        return False
    if first.scene.sentence.start == second.scene.sentence.start:
        if first.frame is not None and first.frame == second.frame:
            return True
        return _shared(first, second) or not (second.targets or second.objects)
    if first.group is not None and first.group is second.group and first.group.number is not None:
        return second.type != ActionType.SUMMONS or first.type != ActionType.SUMMONS
    if first.scene.sentence.headline or second.scene.sentence.headline:
        return False
    near = second.scene.sentence.paragraph - first.scene.sentence.paragraph <= 3
    return near and _shared(first, second) and second.type != first.type and bool(_times_agree(first.time, second.time))


def _one_office(story: Story, members: list[Draft]) -> None:
    """Every measure of a notice has the same issuer: the most specific one that the text names."""
    entities = story.gazetteer.catalog.entities
    offices = [draft.office for draft in members if draft.office is not None and draft.office.entity is not None]
    if not offices:
        return
    best = max(offices, key=lambda office: _rank(office, entities))
    for draft in members:
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
    return (2 if entity.parent else 1, office.how not in ("anaphora", "context"))


def _one_time(members: list[Draft]) -> None:
    """A single day named for one measure of a notice is the day of those that name none."""
    known = {
        draft.time.value: draft.time for draft in members if draft.time is not None and draft.time.granularity not in _SILENT
    }
    if len(known) != 1:
        return
    (time,) = known.values()
    for draft in members:
        if draft.time is None or draft.time.granularity in _SILENT:
            draft.time = _inherited(time)


def _inherited(time: Time) -> Time:
    return Time(
        value=time.value,
        granularity=time.granularity,
        basis=TimeBasis.INHERITED,
        earliest=time.earliest,
        latest=time.latest,
        span=time.span,
    )


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
    for draft in sorted(drafts, key=lambda one: (one.scene.sentence.headline, one.found.start)):
        home = next((other for other in kept if _same_event(story, other, draft)), None)
        if home is None:
            _leave_out_known(draft, kept)
            kept.append(draft)
        else:
            _absorb(home, draft)
    return kept


def _same_event(story: Story, first: Draft, second: Draft) -> bool:
    if (
        first.type != second.type
        or first.polarity != second.polarity
        or (first.type == ActionType.COMPANY_STATEMENT and not _shared(first, second))
    ):
        return False
    if not _compatible(story, first.office, second.office):
        return False
    if (first.modality in UNREAL) != (second.modality in UNREAL):
        return False
    headline = second.scene.sentence.headline
    if first.salience != second.salience and second.salience == "background" and not _subset(second, first):
        return False
    if not headline and not _times_agree(first.time, second.time):
        return False
    if first.group is not None and first.group is second.group:
        return True
    if not _things(second) or not _things(first):
        return (
            headline
            or first.type in (ActionType.SHUTDOWN, ActionType.SURVEILLANCE_TIGHTENING, ActionType.LAW)
            or (first.notice is not None and first.notice == second.notice)
        )
    if headline:
        return _shared(first, second) or all(noun.kind == "group" for noun in second.targets) or bool(second.group)
    if first.type == ActionType.FINE and _money(first) and _money(second) and _money(first) != _money(second):
        return False
    return _subset(second, first) or _subset(first, second)


def _money(draft: Draft) -> str:
    return "".join(str(quantity.value) for quantity in draft.quantity)


def _absorb(home: Draft, other: Draft) -> None:
    """Joins a retelling into the record it retells: what either knows, the record knows."""
    for mine, theirs in ((home.targets, other.targets), (home.implementers, other.implementers), (home.objects, other.objects)):
        if other.scene.sentence.headline and mine:
            continue
        known = {_key(noun) for noun in mine}
        mine.extend(noun for noun in theirs if _key(noun) not in known)
    if home.group is None:
        home.group = other.group
    if home.time is None or (
        home.time.granularity in _SILENT and other.time is not None and other.time.granularity not in _SILENT
    ):
        home.time = other.time or home.time
    elif other.time is not None and other.time.granularity == Granularity.DAY and home.time.granularity in _COARSE:
        home.time = other.time
    if (
        (
            (home.office is None or not home.explicit_actor or _vague(home.office))
            and other.office is not None
            and other.explicit_actor
        )
        and other.office.entity is not None
        and not is_general(other.office)
    ):
        home.office = other.office
        home.explicit_actor = True
    home.deadline = home.deadline or other.deadline
    home.effective = home.effective or other.effective
    home.end = home.end or other.end
    home.reason = home.reason or other.reason
    home.legal_basis = home.legal_basis or other.legal_basis
    home.quantity = home.quantity or other.quantity
    home.scope = home.scope or other.scope
    if not other.scene.sentence.headline and not home.attribution:
        home.attribution = [voice for voice in other.attribution if home.type is None or voice.source_class in _VOUCHING]
    if other.salience == "core":
        home.salience = "core"
    if len(home.evidence) < _MOST_EVIDENCE:
        home.evidence.extend(span for span in other.evidence if span not in home.evidence)


def _vague(office: Office) -> bool:
    """Whether a bare country, or "the authorities" of one, stands for its government."""
    if not is_general(office):
        return False
    return office.noun is None or office.noun.kind == "country" or office.noun.head.endswith(("authorities", "当局"))


def _leave_out_known(draft: Draft, kept: list[Draft]) -> None:
    """Takes from a background list of measures what a record of the same kind already tells."""
    if draft.salience != "background" or len(draft.targets) < 2:
        return
    for other in kept:
        if other.type == draft.type and other.polarity == draft.polarity and other.salience == "core":
            known = {_key(noun) for noun in other.targets}
            left = [noun for noun in draft.targets if _key(noun) not in known]
            if left and len(left) < len(draft.targets):
                draft.targets = left


def _without_headline_echoes(actions: list[Draft], claims: list[Draft]) -> list[Draft]:
    """The actions without a headline's when the body tells only the state that the headline speaks of."""
    subjects = {_key(noun) for claim in claims for noun in claim.targets}
    in_body = any(not draft.scene.sentence.headline for draft in actions)
    actions = [draft for draft in actions if not (in_body and draft.scene.sentence.headline and _nameless(draft))]
    return [
        draft
        for draft in actions
        if not (
            draft.scene.sentence.headline and not draft.explicit_actor and {_key(noun) for noun in draft.targets} & subjects
        )
    ]


def _nameless(draft: Draft) -> bool:
    """Whether a measure names nothing in particular."""
    if draft.type in (ActionType.SHUTDOWN, ActionType.LAW):
        return False
    return all(noun.kind == "group" for noun in (*draft.targets, *draft.objects, *(draft.group.members if draft.group else [])))


# ---- claims ---------------------------------------------------------------------------------------------------------------


def _merged_claims(drafts: list[Draft]) -> list[Draft]:
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda one: (one.scene.sentence.headline, one.found.start)):
        for noun in draft.targets:
            single = _one_subject(draft, noun)
            home = next((other for other in kept if _same_claim(other, single)), None)
            if home is None:
                kept.append(single)
            else:
                _absorb(home, single)
                if single.certainty == "certain":
                    home.certainty, home.hedge = "certain", None
                home.vpn_unaffected = home.vpn_unaffected or single.vpn_unaffected
                home.partial = home.partial or single.partial
    return kept


def _one_subject(draft: Draft, noun: Noun) -> Draft:
    single = Draft(draft.scene, draft.found, draft.clause, None, draft.status)
    for name in (
        "country",
        "polarity",
        "modality",
        "certainty",
        "hedge",
        "attribution",
        "time",
        "end",
        "salience",
        "vpn_unaffected",
        "partial",
        "unaffected_places",
        "symptoms",
        "reason",
        "passive",
    ):
        setattr(single, name, getattr(draft, name))
    single.evidence = list(draft.evidence)
    single.targets = [noun]
    return single


def _same_claim(first: Draft, second: Draft) -> bool:
    if first.status != second.status or first.country != second.country or first.polarity != second.polarity:
        return False
    if _key(first.targets[0]) != _key(second.targets[0]) or bool(first.symptoms) != bool(second.symptoms):
        return False
    if second.scene.sentence.headline:
        return True
    if first.scene.sentence.start == second.scene.sentence.start:
        return True
    sources = {voice.source for voice in first.attribution}, {voice.source for voice in second.attribution}
    if sources[0] and sources[1] and not sources[0] & sources[1]:
        return False
    return _times_agree(first.time, second.time)


def _retells(claim: Draft, actions: list[Draft]) -> bool:
    """Whether a claim that nobody vouches for only repeats a measure; the measure then keeps its sentence and reason."""
    wanted = {"blocked": ActionType.BLOCK, "restored": ActionType.UNBLOCK, "throttled": ActionType.THROTTLE}.get(
        str(claim.status)
    )
    if wanted is None or claim.symptoms or claim.vpn_unaffected:
        return False
    if any(voice.source_class in (SourceClass.MONITOR, SourceClass.USERS) for voice in claim.attribution):
        return False
    kinds = {wanted, ActionType.SERVICE_SUSPENSION} if wanted == ActionType.BLOCK else {wanted}
    for action in actions:
        if (
            action.type in kinds
            and action.modality not in UNREAL
            and action.polarity == claim.polarity
            and action.country == claim.country
            and {_key(noun) for noun in claim.targets} & _things(action)
        ):
            if not _times_agree(action.time, claim.time):
                continue
            if len(action.evidence) < _MOST_EVIDENCE:
                action.evidence.extend(span for span in claim.evidence if span not in action.evidence)
            action.reason = action.reason or claim.reason
            if action.time is None:
                action.time = claim.time
            action.end = action.end or claim.end
            return True
    return False


def _only_past(claim: Draft, others: list[Draft]) -> bool:
    """Whether a state without a day is what its sentence tells the end of: "lifted its ban, months after X was blocked"."""
    if str(claim.status) not in {"blocked", "throttled", "outage"}:
        return False
    if claim.time is not None and claim.time.granularity not in _SILENT:
        return False
    return any(
        (other.type == ActionType.UNBLOCK or (other.type is None and str(other.status) == "restored"))
        and other.scene.sentence.start == claim.scene.sentence.start
        and other.modality not in UNREAL
        and other.polarity == claim.polarity == "affirmed"
        and other.country == claim.country
        and {_key(noun) for noun in claim.targets} & _things(other)
        for other in others
    )


def _claim_notices(claims: list[Draft]) -> None:
    """Claims of one sentence on one subject with different states are parts of one report."""
    number = 10_000
    for index, claim in enumerate(claims):
        for earlier in claims[:index]:
            if earlier.scene.sentence.start == claim.scene.sentence.start and earlier.status != claim.status:
                if earlier.notice is None:
                    earlier.notice = number
                    number += 1
                claim.notice = earlier.notice
                claim.time = claim.time or earlier.time
                claim.vpn_unaffected = claim.vpn_unaffected or earlier.vpn_unaffected
                break


# ---- sameness -------------------------------------------------------------------------------------------------------------


def _key(noun: Noun) -> EntityId | str:
    return noun.entity or noun.subject or noun.head


def _things(draft: Draft) -> set[EntityId | str]:
    things = {_key(noun) for noun in (*draft.targets, *draft.objects)}
    if draft.group is not None:
        things |= {_key(noun) for noun in draft.group.members}
    if not things:
        things = {_key(noun) for noun in draft.implementers}
    return things


def _shared(first: Draft, second: Draft) -> bool:
    return bool(_things(first) & _things(second)) or (first.group is not None and first.group is second.group)


def _subset(part: Draft, whole: Draft) -> bool:
    things = _things(part)
    return bool(things) and things <= _things(whole)


def _compatible(story: Story, first: Office | None, second: Office | None) -> bool:
    """Whether two offices may be one issuer: the same, a branch and its head, or a body and its government."""
    if first is None or second is None or first.entity is None or second.entity is None:
        return True
    if first.entity == second.entity:
        return True
    entities = story.gazetteer.catalog.entities
    parents = _line(first.entity, entities), _line(second.entity, entities)
    if first.entity in parents[1] or second.entity in parents[0]:
        return True
    same_country = first.country is not None and first.country[:2] == (second.country or "")[:2]
    return same_country and (
        is_general(first) or is_general(second) or first.how in ("context", "anaphora") or second.how in ("context", "anaphora")
    )


def _line(entity: EntityId, entities: object) -> set[EntityId]:
    catalog = entities if isinstance(entities, dict) else {}
    found: set[EntityId] = set()
    current = catalog.get(entity)
    while current is not None and current.parent is not None and current.parent not in found:
        found.add(current.parent)
        current = catalog.get(current.parent)
    return found


def _times_agree(first: Time | None, second: Time | None) -> bool:
    """Whether two times can be one: either is not stated, or one lies within the other."""
    if first is None or second is None or first.granularity in _SILENT or second.granularity in _SILENT:
        return True
    if first.value == second.value:
        return True
    bounds = [first.earliest, first.latest, second.earliest, second.latest]
    if all(isinstance(bound, str) for bound in bounds) and first.granularity != second.granularity:
        return str(first.earliest) <= str(second.latest) and str(second.earliest) <= str(first.latest)
    return False

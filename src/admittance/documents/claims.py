"""Claims that tell one state are one claim; those that only retell a measure, or what has ended, are none."""

from __future__ import annotations

import re
from datetime import date

from admittance.documents.absorb import absorb
from admittance.documents.draft import Draft
from admittance.documents.find import Story
from admittance.documents.gazetteer import Noun
from admittance.documents.sameness import MOST_EVIDENCE, key_of, silent, things_of, times_agree
from admittance.documents.voice import UNREAL
from admittance.model.documents import ActionType, Granularity, SourceClass, Status, Time
from admittance.model.ids import EntityId

__all__ = ["merge_claims", "number_claims", "only_past", "retells"]

_BROKEN = frozenset({Status.BLOCKED, Status.DISRUPTED, Status.THROTTLED})
_CONFIRMS = re.compile(r"\bconfirm(?:s|ed|ing)?\b|证实|确认")
_REACH = 40  # claims of one subject and place that a claim is compared with, from the first and from the last
_SOON = 3  # days
_BEGINS = re.compile(r"\b(?:began|started|first (?:appeared|reported|noticed|detected))$")
_RESULTS = re.compile(r"使得?|导致|致使|以致|造成|令")  # 封锁使脸书无法访问: one deed with what came of it
_ONLY = re.compile(r"\b(?:only|solely)\b|(?:只|仅|须|需)")


def merge_claims(story: Story, drafts: list[Draft]) -> list[Draft]:
    """One claim for each subject, state, place, time and source that the drafts tell, in order; a headline adds nothing."""
    kept: list[Draft] = []
    alike: dict[tuple[EntityId | str, str | None], list[Draft]] = {}
    for draft in sorted(drafts, key=lambda one: (one.scene.sentence.headline, one.found.start)):
        for noun in draft.targets:
            single = _one_subject(draft, noun)
            before = alike.setdefault((key_of(noun), single.country), [])
            near = [*before[:_REACH], *before[_REACH:][-_REACH:]]
            same = (
                one
                for one in near
                if _same_claim(story, one, single) or _only_by_tunnel(story, one, single) or _began(story, one, single)
            )
            home = next(same, None)
            if home is None:
                kept.append(single)
                before.append(single)
            else:
                if _began(story, home, single):
                    home.time = single.time or home.time
                absorb(home, single)
                if single.certainty == "certain":
                    home.certainty, home.hedge = "certain", None
                home.vpn_unaffected = home.vpn_unaffected or single.vpn_unaffected
                home.partial = home.partial or single.partial
    return _without_weaker(_without_headlines(kept))


def _without_weaker(claims: list[Draft]) -> list[Draft]:
    """The claims without "disrupted" or "down" of a sentence, or of a headline over a text, that says of the same thing that it
    cannot be reached.
    """
    stronger = [claim for claim in claims if claim.status in (Status.BLOCKED, Status.THROTTLED, Status.OUTAGE)]
    told = {(claim.scene.sentence.start, key_of(claim.targets[0]), claim.country) for claim in stronger}
    told_anywhere = {(key_of(claim.targets[0]), claim.country) for claim in stronger}

    def says_less(claim: Draft) -> bool:
        thing = (key_of(claim.targets[0]), claim.country)
        if claim.scene.sentence.headline:
            return thing in told_anywhere
        return (claim.scene.sentence.start, *thing) in told

    shut = {
        (claim.scene.sentence.start, key_of(claim.targets[0]), claim.country)
        for claim in claims
        if claim.status in (Status.BLOCKED, Status.THROTTLED)
    }
    return [
        claim
        for claim in claims
        if (claim.status != Status.DISRUPTED or not says_less(claim))
        and (
            claim.status != Status.OUTAGE
            or (claim.scene.sentence.start, key_of(claim.targets[0]), claim.country) not in shut
            or claim.scene.sentence.headline
        )
    ]


def _without_headlines(claims: list[Draft]) -> list[Draft]:
    """The claims without a headline's when the body tells the same of services it names, or worse of the very service."""
    body = [claim for claim in claims if not claim.scene.sentence.headline]
    named = {(claim.status, claim.country) for claim in body if claim.targets[0].kind != "group"}
    broken = {(key_of(claim.targets[0]), claim.country) for claim in body if claim.status in _BROKEN}
    return [
        claim
        for claim in claims
        if not claim.scene.sentence.headline
        or not (
            (claim.targets[0].kind == "group" and (claim.status, claim.country) in named)
            or (claim.status in _BROKEN and (key_of(claim.targets[0]), claim.country) in broken)
        )
    ]


def _only_by_tunnel(story: Story, first: Draft, second: Draft) -> bool:
    """Whether "X could only be used with a VPN" goes on with what was said of X before."""
    return (
        _ONLY.search(story.lowered, second.found.start, second.found.end) is not None
        and first.status in _BROKEN
        and first.country == second.country
        and key_of(first.targets[0]) == key_of(second.targets[0])
        and first.polarity == second.polarity
    )


def _began(story: Story, first: Draft, second: Draft) -> bool:
    """Whether "the outage started on Friday" only dates what was said of the same thing before."""
    return (
        _BEGINS.search(story.lowered, second.found.start, second.found.end) is not None
        and first.status in (*_BROKEN, Status.OUTAGE)
        and first.country == second.country
        and first.polarity == second.polarity
        and (times_agree(first.time, second.time) or _soon_after(first.time, second.time))
    )


def _soon_after(told: Time | None, began: Time | None) -> bool:
    """Whether a state was told of at most three days after it is said to have begun."""
    days = [time.value for time in (told, began) if time is not None and time.granularity == Granularity.DAY and time.value]
    if len(days) < 2 or any(day.startswith("X") for day in days):
        return False
    return 0 <= (date.fromisoformat(days[0]) - date.fromisoformat(days[1])).days <= _SOON


def _one_subject(draft: Draft, noun: Noun) -> Draft:
    single = Draft(draft.scene, draft.found, draft.clause, None, draft.status)
    for name in (
        "country",
        "platform",
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


def _same_claim(story: Story, first: Draft, second: Draft) -> bool:
    if first.status != second.status or first.country != second.country or first.polarity != second.polarity:
        return False
    if key_of(first.targets[0]) != key_of(second.targets[0]) or bool(first.symptoms) != bool(second.symptoms):
        return False
    if second.scene.sentence.headline:
        return True
    if first.scene.sentence.start == second.scene.sentence.start:
        return True
    sources = {voice.source for voice in first.attribution}, {voice.source for voice in second.attribution}
    if _of_old(first) != _of_old(second):
        return False
    own_time = not silent(second.time)
    if own_time and _confirmed(story, second) and first.time is not None:
        return True
    witness = any(voice.source_class == SourceClass.MONITOR for voice in second.attribution)
    if (own_time or witness) and sources[0] and sources[1] and not sources[0] & sources[1]:
        return False
    return times_agree(first.time, second.time)


def _confirmed(story: Story, draft: Draft) -> bool:
    """Whether somebody only confirms a state that was told before."""
    return _CONFIRMS.search(story.lowered, draft.scene.sentence.start, draft.found.start) is not None


def _of_old(draft: Draft) -> bool:
    """Whether a state is told as background of another year: "during last year's exams X was inaccessible"."""
    return draft.salience == "background" and draft.time is not None and draft.time.granularity == Granularity.YEAR


def retells(told: str, claim: Draft, actions: list[Draft]) -> bool:
    """Whether a claim that nobody vouches for only repeats a measure; the measure then keeps its sentence and reason."""
    if claim.status == Status.OUTAGE and not any(voice.source_class == SourceClass.MONITOR for voice in claim.attribution):
        return any(
            action.type == ActionType.SHUTDOWN and action.scene is claim.scene and action.country == claim.country
            for action in actions
        )
    wanted = {"blocked": ActionType.BLOCK, "restored": ActionType.UNBLOCK, "throttled": ActionType.THROTTLE}.get(
        str(claim.status)
    )
    if wanted is None or claim.symptoms or claim.vpn_unaffected:
        return False
    if any(voice.source_class in (SourceClass.MONITOR, SourceClass.USERS) for voice in claim.attribution):
        return False
    if not claim.found.trigger.type and not claim.scene.sentence.headline:
        actions = [
            one for one in actions if one.scene is claim.scene and _RESULTS.search(told, one.found.end, claim.found.start)
        ]
    kinds = {wanted, ActionType.SERVICE_SUSPENSION} if wanted == ActionType.BLOCK else {wanted}
    for action in actions:
        if (
            action.type in kinds
            and action.modality not in UNREAL
            and action.polarity == claim.polarity
            and action.country == claim.country
            and {key_of(noun) for noun in claim.targets} & things_of(action)
        ):
            if not times_agree(action.time, claim.time):
                continue
            if len(action.evidence) < MOST_EVIDENCE:
                action.evidence.extend(span for span in claim.evidence if span not in action.evidence)
            action.reason = action.reason or claim.reason
            if action.time is None:
                action.time = claim.time
            action.end = action.end or claim.end
            return True
    return False


def only_past(claim: Draft, others: list[Draft]) -> bool:
    """Whether a state without a day is what its sentence tells the end of: "lifted its ban, months after X was blocked"."""
    if str(claim.status) not in {"blocked", "throttled", "outage"}:
        return False
    if not silent(claim.time):
        return False
    return any(
        (other.type == ActionType.UNBLOCK or (other.type is None and str(other.status) == "restored"))
        and other.scene.sentence.start == claim.scene.sentence.start
        and other.modality not in UNREAL
        and other.polarity == claim.polarity == "affirmed"
        and other.country == claim.country
        and {key_of(noun) for noun in claim.targets} & things_of(other)
        for other in others
    )


def number_claims(claims: list[Draft]) -> None:
    """Claims of one sentence on one subject with different states are parts of one report."""
    number = 10_000
    of_sentence: dict[int, list[Draft]] = {}
    for claim in claims:
        before = of_sentence.setdefault(claim.scene.sentence.start, [])
        before.append(claim)
        for earlier in before[:-1]:
            if earlier.status != claim.status:
                if earlier.notice is None:
                    earlier.notice = number
                    number += 1
                claim.notice = earlier.notice
                claim.time = claim.time or earlier.time
                claim.vpn_unaffected = claim.vpn_unaffected or earlier.vpn_unaffected
                break

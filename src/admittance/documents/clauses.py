"""Clauses of a sentence: which part words for a measure stand in, who is told to act there, which words outdo others."""

from __future__ import annotations

import re

from admittance.documents.draft import Draft
from admittance.documents.find import FoundFrame, FoundTrigger, Scene, undated
from admittance.model.documents import ActionType

__all__ = ["clause_of", "counts_after", "counts_services", "frame_over", "without_decrees", "without_means", "without_overlaps"]

_COUNT_REACH = 60
_PASSED_ON = frozenset({"指导", "要求", "责成", "督促", "督导", "指示"})
_OWN_ACTS = frozenset({"warning", "fine", "summons", "investigation"})
_DECREED = frozenset({ActionType.BLOCK, ActionType.UNBLOCK, ActionType.SHUTDOWN, ActionType.THROTTLE})
_RELATES = re.compile(  # "told the court that it had"
    r"\bthat (?:(?:it|he|she) (?:will|would)|(?:it|they|he|she|[\w'-]+(?: [\w'-]+)?) (?:had|has|have|was|were))\b"
)
_DECREES = re.compile(
    r"\b(?:decree|order|resolution|rules?)\b[^.;]{0,40}\b(?:ordering|obliging|requiring|instructing|telling|to)\b"
)
_BARE_PARTICIPLE = re.compile(r" (?:[\w'.-]+ ){0,3}[\w'.-]+(?:,? (?:among them|including|such as) [^.;]{2,90}?,)? $")


def clause_of(scene: Scene, lowered: str, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence between two borders in which the words of a measure stand."""
    first, last = scene.sentence.start, scene.sentence.end
    for border_start, border_end in scene.borders:
        if border_end <= start:
            first = max(first, border_end)
        elif border_start >= end:
            last = min(last, border_start)
    says = list(scene.language.patterns["says"].finditer(lowered, first, start))
    if says:
        first = says[-1].end()
    return first, last


def counts_after(draft: Draft, lowered: str) -> bool:
    """Whether a number of things follows the words for a measure that somebody takes: 清理有害信息2200万余条."""
    pattern = draft.scene.language.patterns["counted_after"]
    return draft.explicit_actor and pattern.match(lowered, draft.found.end, draft.clause[1]) is not None


def counts_services(draft: Draft, lowered: str) -> bool:
    """Whether words for a measure act upon a mere number of services: "blocked four sites", 对67款应用进行下架."""
    patterns = draft.scene.language.patterns
    if patterns["counted_after"].match(lowered, draft.found.end, draft.clause[1]):
        return True
    first = draft.found.end if draft.scene.language.code == "en" else draft.clause[0]
    last = min(draft.clause[1], draft.found.end + _COUNT_REACH)
    match = patterns["counted"].search(undated(lowered[first:last], draft.scene.language))
    if match is None or not patterns["countable"].fullmatch(match.group(match.lastindex or 1)):
        return False
    between = lowered[first : first + match.start()]
    return draft.scene.language.code != "en" or patterns["own_object"].match(between + " ") is None


def frame_over(scene: Scene, lowered: str, found: FoundTrigger) -> FoundFrame | None:
    """The words that tell somebody to do what a trigger says, when any do."""
    for frame in reversed(scene.frames):
        if frame.end > found.start:
            continue
        between = lowered[frame.end : found.start]
        if scene.language.patterns["not_frame"].search(
            lowered, max(scene.sentence.start, frame.start - 24), frame.start
        ) and lowered[frame.end - 2 : frame.end] in {"要求", "st", "er", "nd"}:
            continue
        if found.trigger.type in _OWN_ACTS and lowered[found.start - 1 : found.start] == "、":
            continue  # 责令改正、警告: a warning is given, not ordered
        told = lowered[frame.start : frame.end]
        if told in _PASSED_ON and any(
            noun.kind == "regulator"
            and frame.end <= noun.start < found.start
            and (told == "指导" or noun.start - frame.end <= 1)
            for noun in scene.nouns
        ):
            continue  # the body that is told to act is the one that acts
        crossed = any(frame.end <= border[0] < found.start for border in scene.borders)
        bare = _BARE_PARTICIPLE.match(between) if found.participle or told.startswith("demand") else None
        if told == "told" and _RELATES.search(between):
            continue
        if crossed or not (bare or scene.language.patterns["frame_to"].search(between)):
            continue
        return frame
    return None


def without_overlaps(found: tuple[FoundTrigger, ...]) -> list[FoundTrigger]:
    """The triggers of which none overlaps a longer one, in order."""
    kept: list[FoundTrigger] = []
    for trigger in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(trigger.end <= other.start or other.end <= trigger.start for other in kept):
            kept.append(trigger)
    kept.sort(key=lambda one: one.start)
    return [
        one
        for index, one in enumerate(kept)
        if not (
            one.trigger.status == "disrupted"
            and not one.trigger.type
            and any(
                other.trigger.status and not other.trigger.type and 0 <= other.start - one.end <= 3
                for other in kept[index + 1 :]
            )
        )
    ]


def without_decrees(drafts: list[Draft], lowered: str) -> list[Draft]:
    """The drafts without a decree that does nothing but order another measure of its sentence."""
    return [
        draft
        for draft in drafts
        if draft.type != ActionType.LAW
        or not any(
            other.type in _DECREED and _DECREES.search(lowered[draft.found.start : other.found.start])
            for other in drafts
            if other.found.start >= draft.found.end
        )
    ]


def without_means(drafts: list[Draft], lowered: str) -> list[Draft]:
    """The drafts without a self-inspection that is only the means to another measure of its sentence."""
    kept = []
    for draft in drafts:
        if draft.type == ActionType.SELF_INSPECTION:
            means = draft.scene.language.patterns["means"]
            later = [other for other in drafts if other.found.start > draft.found.end]
            if any(means.search(lowered, draft.found.end, other.found.start) for other in later):
                continue
        kept.append(draft)
    return kept

"""Which measure goes on with an earlier one of the same text: a ban that is lifted or extended, a step of a campaign."""

from __future__ import annotations

from admittance.documents.draft import Draft
from admittance.documents.find import Story
from admittance.documents.sameness import compatible, shared, silent, things_of
from admittance.documents.voice import UNREAL
from admittance.model.documents import ActionType

__all__ = ["link_followed"]

_UNDONE = frozenset({ActionType.BLOCK, ActionType.SHUTDOWN, ActionType.THROTTLE, ActionType.SERVICE_SUSPENSION})
_MOST = 60  # measures of a text that are compared with each other


def link_followed(story: Story, actions: list[Draft]) -> None:
    """Gives each measure the earlier one that its text says it undoes, repeats or carries on; most have none."""
    for draft in actions[:_MOST]:
        if draft.scene.sentence.headline or draft.modality in UNREAL or draft.polarity == "denied":
            continue
        candidates = [one for one in actions[:_MOST] if one is not draft and _carried_on(story, draft, one)]
        draft.follows = max(candidates, key=_latest, default=None)


def _carried_on(story: Story, draft: Draft, earlier: Draft) -> bool:
    if earlier.modality in UNREAL or earlier.polarity == "denied" or not compatible(story, draft.office, earlier.office):
        return False
    if draft.country != earlier.country or earlier.follows is draft:
        return False
    if earlier.type == ActionType.CAMPAIGN:
        return draft.type != ActionType.CAMPAIGN and _says(story, draft, "of_campaign") and _before(earlier, draft) is not False
    if draft.type == ActionType.UNBLOCK:
        same = shared(draft, earlier) or not things_of(draft) or not things_of(earlier)
        return earlier.type in _UNDONE and same and _before(earlier, draft) is not False
    if draft.type != earlier.type or not shared(draft, earlier):
        return False
    return _before(earlier, draft) is True and _says(story, draft, "once_more")


def _says(story: Story, draft: Draft, pattern: str) -> bool:
    sentence = draft.scene.sentence
    return draft.scene.language.patterns[pattern].search(story.lowered, sentence.start, sentence.end) is not None


def _before(first: Draft, second: Draft) -> bool | None:
    """Whether one measure lies before another by their times; None when the times do not tell."""
    one, other = first.time, second.time
    if one is None or other is None or silent(one) or silent(other):
        return None
    if not (isinstance(one.latest, str) and isinstance(other.earliest, str)):
        return None
    return one.latest < other.earliest


def _latest(draft: Draft) -> tuple[str, int]:
    time = draft.time
    return (time.latest if time is not None and isinstance(time.latest, str) else "", draft.found.start)

"""What a later sentence only adds to a measure or state told before it: who said so, when it came, from when it holds."""

from __future__ import annotations

import re
from collections.abc import Callable

from admittance.documents.date import Clock, When, timed
from admittance.documents.deadlines import LASTING, ahead
from admittance.documents.draft import Draft
from admittance.documents.find import Scene, Story
from admittance.model.documents import ActionType, Attribution

__all__ = ["later_day", "later_effect", "told_after"]

_NEAR = 3  # characters between a sentence and the next
_OFFICES = frozenset({"regulator", "government", "court", "legislature", "security", "actor"})
_TO_COME = re.compile(r"\b(?:will|would|due|set|is to|was to|takes?)\b")
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day")
_SPEAKS_OF_IT = re.compile(
    r"\W*(?:it|this|that|(?:the|this|that|these|those|its) (?:[\w-]+ ){0,2}?(?:bans?|block(?:s|ing|age|ade)?|restrictions?"
    r"|suspension|decision|orders?|ruling|move|measures?|directive|shutdown|blackout|removal|prohibition))\b"
)


def told_after(story: Story, drafts: list[Draft], voices: Callable[[Scene], list[Attribution]]) -> None:
    """What a sentence that only says who told it ("Reuters reports this") vouches for: the paragraph up to it."""
    for scene in story.scenes:
        start = scene.sentence.start
        if not _says_who(story, scene):
            continue
        told = voices(scene)
        for draft in drafts:
            near = 0 <= scene.sentence.paragraph - draft.scene.sentence.paragraph <= 1
            if near and draft.found.start < start and not draft.attribution and not draft.scene.sentence.headline:
                draft.attribution = list(told)


def later_day(story: Story, scene: Scene, drafts: list[Draft], times: dict[int, list[When]]) -> None:
    """A sentence that only says when "the order" or "the ban" came, or that its office announced it, dates what was told."""
    start, end = scene.sentence.start, scene.sentence.end
    when = next(iter(times[start]), None)
    if when is None or when.time.value is None:
        return
    if scene.language.patterns["effective"].search(story.lowered, start, end):
        return
    by_office = _says_who(story, scene) and any(noun.kind in _OFFICES for noun in scene.nouns)
    if not by_office and not scene.language.patterns["measure_came"].search(story.lowered[start:end]):
        return
    earlier = [draft for draft in drafts if draft.type is not None and draft.found.start < start and draft.salience == "core"]
    if earlier and (earlier[-1].time is None or earlier[-1].time.value is None):
        earlier[-1].time = timed(when, story)


def later_effect(story: Story, scene: Scene, drafts: list[Draft], times: dict[int, list[When]], clock: Clock) -> None:
    """A sentence that only says from when "the law" or "the ban" holds speaks of the law, or of the measure right before it."""
    start, end = scene.sentence.start, scene.sentence.end
    match = scene.language.patterns["effective"].search(story.lowered, start, end)
    if match is None:
        return
    laws = [draft for draft in drafts if draft.type == ActionType.LAW and draft.found.start < start]
    if not laws and _SPEAKS_OF_IT.match(story.lowered, start, match.start()):
        near = [draft for draft in drafts if draft.type is not None and 0 <= start - draft.scene.sentence.end <= _NEAR]
        laws = [draft for draft in near if draft.type in LASTING] or near
    for when in times[start]:
        if when.start >= match.end() - 2 and when.time.value is not None:
            for draft in laws[-1:]:
                if draft.effective is None:
                    draft.effective = timed(when, story)
                    if _TO_COME.search(story.lowered, start, match.end()) and _WEEKDAY.search(
                        story.lowered, when.start, when.end
                    ):
                        draft.effective = ahead(draft.effective, clock)
                    draft.time = draft.time or draft.announced
            return


def _says_who(story: Story, scene: Scene) -> bool:
    """Whether a sentence says no more than who told what stands before it."""
    pattern = scene.language.patterns.get("reports_this")
    return pattern is not None and pattern.match(story.lowered, scene.sentence.start, scene.sentence.end) is not None

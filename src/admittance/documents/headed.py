"""Days that stand in lines of their own, as in a log of events: they date what is told below them."""

from __future__ import annotations

import re
from bisect import bisect_right

from admittance.documents.date import When, timed
from admittance.documents.draft import Draft
from admittance.documents.find import Scene, Story
from admittance.documents.sameness import inherited, silent
from admittance.model.documents import Granularity

__all__ = ["bare_day", "dated_by_headings", "dated_by_openings"]

_BARE = re.compile(r"[\W\d_]*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|update|date|day|ongoing|星期.|周.)?[\W\d_]*")
_OPENING_DAY = re.compile(r"\W*(?:on )?")
_COMMA = re.compile(r"[早晚上下午凌晨]{0,2}[,:]")
_FEWEST = 2  # a single day in a line of its own is that of the writing


def dated_by_headings(story: Story, drafts: list[Draft], times: dict[int, list[When]]) -> None:
    """Gives measures and states without a time the day of the line above, in a text that has several such lines."""
    heads = [head for head in (bare_day(story, scene, times) for scene in story.scenes) if head]
    if len({head.time.value for head in heads}) < _FEWEST:
        return
    starts = [head.start for head in heads]
    for draft in drafts:
        at = bisect_right(starts, draft.scene.sentence.start)
        if at and silent(draft.time) and draft.salience == "core" and not draft.scene.sentence.headline:
            draft.time = inherited(timed(heads[at - 1], story))


def dated_by_openings(story: Story, drafts: list[Draft], times: dict[int, list[When]]) -> None:
    """Gives what a chronicle tells without a time the day that opens its paragraph: 7月4日,…通报。随后要求…."""
    opened: dict[int, When] = {}
    seen: set[int] = set()
    for scene in story.scenes:
        paragraph, start = scene.sentence.paragraph, scene.sentence.start
        if paragraph in seen or scene.sentence.headline:
            continue
        seen.add(paragraph)
        first = next(iter(times.get(start, [])), None)
        if first is None or first.time.granularity != Granularity.DAY or first.time.value is None:
            continue
        if _OPENING_DAY.fullmatch(story.lowered, start, first.start) and _COMMA.match(story.lowered, first.end):
            opened[paragraph] = first
    if len({when.time.value for when in opened.values()}) < _FEWEST:
        return
    for draft in drafts:
        opening = opened.get(draft.scene.sentence.paragraph)
        if (
            opening is not None
            and silent(draft.time)
            and draft.salience == "core"
            and not times.get(draft.scene.sentence.start)
        ):
            draft.time = inherited(timed(opening, story))


def bare_day(story: Story, scene: Scene, times: dict[int, list[When]]) -> When | None:
    """The day that a sentence is, when it is nothing else."""
    start, end = scene.sentence.start, scene.sentence.end
    whens = times.get(start, [])
    if len(whens) != 1 or whens[0].time.granularity != Granularity.DAY or whens[0].time.value is None:
        return None
    when = whens[0]
    bare = _BARE.fullmatch(story.lowered, start, when.start) and _BARE.fullmatch(story.lowered, when.end, end)
    return when if bare else None

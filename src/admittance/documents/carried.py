"""Who speaks beyond a sentence: a quotation of several, a paragraph that opens with its source, a statement that goes on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from admittance.documents.draft import Draft, is_general
from admittance.documents.find import Scene, Story
from admittance.model.documents import Attribution, SourceClass
from admittance.model.ids import EntityId

__all__ = ["Speaker", "carry"]

_AFTER_QUOTE = 90  # characters between the end of a quotation and who is said to have said it
_BEFORE_QUOTE = 60
_REACH = 12  # sentences of a paragraph for which a voice may hold
_ON = 2  # paragraphs back to whoever goes on speaking
_LEAD = 4  # paragraphs in which a text says whose notice it prints
_ISSUERS = frozenset({SourceClass.REGULATOR, SourceClass.OFFICIAL, SourceClass.COURT})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who says something in a sentence: where it is written, and what is known of it."""

    start: int
    end: int
    attribution: Attribution
    entity: EntityId | None


def carry(story: Story, drafts: list[Draft], speakers: Callable[[Scene], list[Speaker]]) -> None:
    """Gives measures and states whose own sentence names nobody the voice that still speaks there."""
    waiting = [draft for draft in drafts if not draft.attribution and not draft.scene.sentence.headline]
    if not waiting:
        return
    number = {scene.sentence.start: at for at, scene in enumerate(story.scenes)}
    marks = _marks(story)
    printed = _printed(story)
    for draft in waiting:
        at = number[draft.scene.sentence.start]
        told = (
            _quoted(story, draft, at, marks.get(draft.scene.sentence.paragraph, []), speakers)
            or _goes_on(story, draft, at, speakers)
            or _paragraphs(story, draft, at, speakers)
            or _notice(story, draft, printed, speakers)
        )
        draft.attribution = [_itself(speaker, draft) for speaker in told]


def _marks(story: Story) -> dict[int, list[int]]:
    """Where quotation marks stand, by paragraph; every second one ends a quotation."""
    found: dict[int, list[int]] = {}
    for scene in story.scenes:
        sentence = scene.sentence
        at = story.clean.text.find('"', sentence.start, sentence.end)
        while at >= 0:
            found.setdefault(sentence.paragraph, []).append(at)
            at = story.clean.text.find('"', at + 1, sentence.end)
    return found


def _printed(story: Story) -> Scene | None:
    """The sentence of the lead that says from whose own account or site a text has what it prints."""
    for scene in story.scenes:
        if scene.sentence.paragraph > _LEAD:
            return None
        pattern = scene.language.patterns.get("own_channel")
        if pattern is not None and pattern.search(story.lowered, scene.sentence.start, scene.sentence.end):
            return scene
    return None


def _quoted(story: Story, draft: Draft, at: int, marks: list[int], speakers: Callable[[Scene], list[Speaker]]) -> list[Speaker]:
    """Who says a quotation of several sentences: named right after it, else right before it."""
    before = bisect_left(marks, draft.found.start)
    if before % 2 == 0:
        return []
    opening, paragraph = marks[before - 1], draft.scene.sentence.paragraph
    if before < len(marks):
        close = marks[before]
        for scene in story.scenes[at : at + _REACH]:
            if scene.sentence.paragraph != paragraph or scene.sentence.start > close + 2:
                break
            if scene.sentence.end > close:
                named = [one for one in speakers(scene) if 0 < one.start - close <= _AFTER_QUOTE and _speaks(one)]
                if named or draft.scene.language.patterns["speaks_on"].search(story.lowered[close : scene.sentence.end]):
                    return named or _goes_on(story, draft, at, speakers, said=True)
    for scene in story.scenes[max(0, at - _REACH) : at + 1]:
        if scene.sentence.start <= opening < scene.sentence.end:
            return [one for one in speakers(scene) if 0 <= opening - one.end <= _BEFORE_QUOTE and _speaks(one)]
    return []


def _goes_on(
    story: Story, draft: Draft, at: int, speakers: Callable[[Scene], list[Speaker]], *, said: bool = False
) -> list[Speaker]:
    """Who spoke last where a sentence says that "it added" or 通报还称."""
    sentence = draft.scene.sentence
    pattern = draft.scene.language.patterns["speaks_on"]
    if not said and not pattern.search(story.lowered[sentence.start : sentence.end]):
        return []
    for scene in reversed(story.scenes[max(0, at - _REACH) : at]):
        if sentence.paragraph - scene.sentence.paragraph > _ON or scene.sentence.headline:
            return []
        told = [one for one in speakers(scene) if _speaks(one)]
        if told:
            return told
    return []


def _paragraphs(story: Story, draft: Draft, at: int, speakers: Callable[[Scene], list[Speaker]]) -> list[Speaker]:
    """Whoever the paragraph opened with ("According to X, …"), until somebody else speaks."""
    if draft.salience == "background":
        return []
    for scene in reversed(story.scenes[max(0, at - _REACH) : at]):
        if scene.sentence.paragraph != draft.scene.sentence.paragraph:
            return []
        told = [one for one in speakers(scene) if _speaks(one)]
        if told:
            first = min(told, key=lambda one: one.start)
            return told if _opens(story, scene, first, draft) else []
    return []


def _opens(story: Story, scene: Scene, first: Speaker, draft: Draft) -> bool:
    """Whether a sentence opens with who says it, or with the office that announces the very measures."""
    patterns = scene.language.patterns
    before = story.lowered[scene.sentence.start : first.start]
    if patterns["according_opens"].match(before):
        return True
    if _goes_on_at(scene, story) and first.attribution.source_class in _ISSUERS and _same_office(story, draft, first):
        return True
    issued = first.attribution.source_class in _ISSUERS and patterns["issues"].match(story.lowered, first.end)
    return bool(issued) and draft.type is not None and _same_office(story, draft, first)


def _notice(story: Story, draft: Draft, printed: Scene | None, speakers: Callable[[Scene], list[Speaker]]) -> list[Speaker]:
    """The body whose own account or site a text says in its lead that it prints, for its measures all through the text."""
    if printed is None or draft.type is None or draft.found.start < printed.sentence.start:
        return []
    told = speakers(printed)
    return [one for one in told if one.attribution.source_class in _ISSUERS and _same_office(story, draft, one)]


def _goes_on_at(scene: Scene, story: Story) -> bool:
    """Whether a sentence opens with the notice that speaks: 通报称."""
    said = scene.language.patterns["speaks_on"].search(story.lowered[scene.sentence.start : scene.sentence.end])
    return said is not None and said.start() <= 1


def _itself(speaker: Speaker, draft: Draft) -> Attribution:
    """A voice in general words that announces a measure is the body whose measure it is."""
    office = draft.office
    if (
        speaker.entity is None
        and speaker.attribution.source_class in _ISSUERS
        and office is not None
        and not is_general(office)
    ):
        return msgspec.structs.replace(speaker.attribution, source=office.entity)
    return speaker.attribution


def _same_office(story: Story, draft: Draft, speaker: Speaker) -> bool:
    """Whether a measure is of whoever speaks, of a branch of it, or of nobody that the text names."""
    office = draft.office
    if office is None or office.entity is None or not draft.explicit_actor or speaker.entity is None:
        return True
    entity = story.gazetteer.catalog.entities.get(office.entity)
    return office.entity == speaker.entity or (entity is not None and entity.parent == speaker.entity)


def _speaks(speaker: Speaker) -> bool:
    return speaker.attribution.verb is not UNSET

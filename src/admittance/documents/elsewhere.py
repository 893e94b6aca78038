"""What a text says elsewhere of when a measure came and ends: of the decree that orders it, over a letter, of "the ban"."""

from __future__ import annotations

import re
from bisect import bisect_left

from admittance.documents.date import When, timed
from admittance.documents.deadlines import LASTING
from admittance.documents.draft import Draft
from admittance.documents.find import Scene, Story
from admittance.documents.headed import bare_day
from admittance.documents.sameness import inherited, silent
from admittance.model.documents import Granularity, Status, Time

__all__ = ["dated_by_instruments", "later_end"]

_HEADS = {
    "en": r"decree|order|directive|memorandum|memo|circular|letter|notice|ruling|decision|resolution|injunction|instruction",
    "zh": r"通知|法令|命令|决定|公告|通告|裁决|禁令|决议|规定|函",
}
_MADE = r"issued|signed|posted|published|adopted|released|dated|sent|handed down|passed|approved"
_MADE_ZH = r"印发|下发|发布|出台|公布|签署|颁布|发出|作出|下达"
_MADE_THEN = {  # the instrument, when the day stands behind it
    "en": (
        re.compile(rf"\b(?P<head>{_HEADS['en']})\b[^.;,]{{0,40}}?\b(?:{_MADE})\b[^.;,]{{0,40}}(?:day, )?$"),
        re.compile(rf"\b(?:{_MADE}) (?:[\w-]+ ){{0,3}}?(?P<head>{_HEADS['en']})\b[^.;,]{{0,30}}(?:day, )?$"),
    ),
    "zh": (),
}
_THEN_MADE = {  # the instrument, when the day stands before it
    "en": re.compile(rf",? [^.;,]{{0,80}}?\b(?:{_MADE}) (?:[\w-]+ ){{0,3}}?(?P<head>{_HEADS['en']})\b"),
    "zh": re.compile(
        rf"[^。;]{{0,24}}?(?:{_MADE_ZH})(?:了|的)?(?:[^,。;《]{{0,8}}?(?P<head>{_HEADS['zh']})|《[^》]{{0,60}}?(?P<titled>{_HEADS['zh']})》)"
    ),
}
_SPEAKS = {
    "en": re.compile(
        r"\W*(?:(?:under|according to|in|with) )?(?:(?:the|this|that|its|his|her)|[\w'-]+'s?) (?:[\w-]+ )?"
        rf"(?P<head>{_HEADS['en']})\b"
    ),
    "zh": re.compile(rf"\W*(?:根据|按照|依据|依照)?(?:该|这份|这项|此项|上述)?[《\"]?(?P<head>{_HEADS['zh']})[》\"]?(?!书)"),
}
_STATED = frozenset({Granularity.DAY, Granularity.MONTH})
_ORDERS_HERE = re.compile(r"\bhereby\b|特此|兹")
_LETTERHEAD = 8  # sentences between a letter's day and what it orders
_LASTS = {
    "en": re.compile(
        r"\b(?:the|this|that|these|those|its) (?:[\w-]+ ){0,2}?"
        r"(?:bans?|block(?:s|ing|ade|age)?|restrictions?|suspension|shutdown|blackout|outage|measures?|order|throttling)\b"
        r"[^.;]{0,60}\b(?:last|remain|stay|continue|run|extend|appl|hold|place|force|expire|end)\w*[^.;]{0,20}$"
    ),
    "zh": re.compile(
        r"(?:封锁|封禁|屏蔽|断网|限制|禁令|下架|下线|暂停|停更|关闭|中断|措施)[^,。;]{0,12}(?:持续|维持|延续|执行|实施|有效)[^,。;]{0,4}$"
        r"|(?:开始|起),?$"
    ),
}
_UNTIL = {
    "en": re.compile(r"\b(?:(?:until|till|through|up to)|(?:expires?|ends?) on)\s+$"),
    "zh": re.compile(r"(?:到|至)$"),
}
_BROKEN = frozenset({Status.BLOCKED, Status.OUTAGE, Status.THROTTLED, Status.DISRUPTED})
_NEAR = 4  # paragraphs


def dated_by_instruments(story: Story, drafts: list[Draft], times: dict[int, list[When]]) -> None:
    """Gives what "the decree" or a letter orders its day: that of the sentence that tells its making, or of its head."""
    undated = [draft for draft in drafts if draft.type is not None and silent(draft.time) and not draft.scene.sentence.headline]
    if not undated:
        return
    starts = [scene.sentence.start for scene in story.scenes]
    made: list[tuple[int, str, Time]] = []
    for scene in story.scenes:
        made.extend((scene.sentence.start, head, timed(when, story)) for head, when in _made_in(story, scene, times))
    for draft in undated:
        scene = draft.scene
        speaks = _SPEAKS.get(scene.language.code)
        match = speaks.match(story.lowered, scene.sentence.start, draft.found.start) if speaks is not None else None
        if match is not None:
            known = [time for start, head, time in made if start < scene.sentence.start and head == match["head"]]
            if known and len({time.value for time in known}) == 1:
                draft.time = inherited(known[-1])
        if silent(draft.time) and _ORDERS_HERE.search(story.lowered, scene.sentence.start, draft.found.start):
            at = bisect_left(starts, scene.sentence.start)
            heads = (bare_day(story, above, times) for above in reversed(story.scenes[max(0, at - _LETTERHEAD) : at]))
            day = next((when for when in heads if when is not None), None)
            if day is not None:
                draft.time = inherited(timed(day, story))


def _made_in(story: Story, scene: Scene, times: dict[int, list[When]]) -> list[tuple[str, When]]:
    """The instruments whose making a sentence dates."""
    code, low = scene.language.code, story.lowered
    start, end = scene.sentence.start, scene.sentence.end
    then = _THEN_MADE.get(code)
    if then is None:
        return []
    found = []
    for when in times.get(start, []):
        if when.time.granularity not in _STATED or when.time.value is None:
            continue
        behind = (pattern.search(low, start, when.start) for pattern in _MADE_THEN[code])
        match = next((one for one in behind if one is not None), None) or then.match(low, when.end, end)
        if match is not None:
            found.append((match["head"] or match["titled"], when))
    return found


def later_end(story: Story, scene: Scene, drafts: list[Draft], whens: list[When]) -> None:
    """A sentence that says until when "the ban" holds ends what was told last and can last."""
    lasts, until = _LASTS.get(scene.language.code), _UNTIL.get(scene.language.code)
    if lasts is None or until is None or scene.sentence.headline:
        return
    low, start = story.lowered, scene.sentence.start
    for when in whens:
        opened = until.search(low, max(start, when.start - 10), when.start)
        opening = opened.start() if opened is not None else when.start
        if opened is None and not low.startswith(("until ", "till ", "through "), when.start):
            continue
        if lasts.search(low, start, opening) is None or when.time.value is None:
            continue
        told = [
            draft
            for draft in drafts
            if draft.found.start < start
            and (draft.type in LASTING or (draft.type is None and draft.status in _BROKEN))
            and draft.polarity == "affirmed"
            and scene.sentence.paragraph - draft.scene.sentence.paragraph <= _NEAR
        ]
        if told and told[-1].end is None:
            told[-1].end = timed(when, story)
        return

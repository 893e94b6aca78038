"""What a sentence adds to its measures: when, until when, by when, how many, how far, on what legal basis."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from admittance.documents.afterwards import later_day, later_effect
from admittance.documents.date import Clock, When, timed
from admittance.documents.deadlines import (
    DEMANDS,
    LASTING,
    ahead,
    deadline_words,
    lasting_words,
    later_deadline,
    unspecified_deadline,
)
from admittance.documents.draft import Draft
from admittance.documents.elsewhere import dated_by_instruments, later_end
from admittance.documents.find import Scene, Story
from admittance.documents.headed import dated_by_headings, dated_by_openings
from admittance.documents.quantities import add_quantities
from admittance.documents.voice import UNREAL
from admittance.model.documents import ActionType, Deadline, Granularity, Modality, TimeBasis

__all__ = ["add_details"]

_FAR = 90.0
_BACK = 24  # measures before a sentence that it may speak of
_SAYS_OR_ISSUES = re.compile(r"发布|通报|宣布|公布|表示|消息|称")
_OPENS = re.compile(r"(?:消息|通报|公告|称|说|了)*(?:[,:。]|关于|《|对|就|责令)")
_DAY_BEFORE = 3  # characters between a day and the office that speaks on it
_VERB_NEXT = 2
_NEXT_BUT_ONE = 120  # characters in which a notice's next but one sentence begins
_FOOT = 5  # sentences at the foot of a notice
_BARE_LINE = 16  # characters that its lines may hold beside name and day
_ONCE_OVER = re.compile(r"[^,。;]{0,32}后,")  # 被限制12小时后,于9日恢复: the day is the next verb's
_REPORTED = re.compile(r"[^,。;]{0,3}报道")
_BY_THEN = re.compile(r"之?前")
_ANSWERED = re.compile(r"(?:回应|回复|谈及|评论)(?:了)?[^,。;:]{0,8}$")
_AS_CITED = re.compile(r"[晚早间上下午凌晨]{0,2},?(?:据|根据|援引|综合)")  # 9月11日,据网信中国: the day of the report
_AS_OF = re.compile(r"截[至止]到?$")
_AS_OF_OPENS = re.compile(r"\W*as (?:of )?(?:(?:early|mid|late|the end of)[ -])?")
_STANDS = re.compile(r"\b(?:has|have|had|remains?|remained|still|continues?)\b")
_SAID_ON = re.compile(
    r"[^,]{0,8}"
    r"|,? (?:to )?(?:the )?(?:reporters|journalists|parliament|lawmakers|state (?:media|tv)|in a \w+)(?: \w+)? (?:on )?"
)
_ASIDE = re.compile(r"after|before|when|since|because|此前")
_IN_FORCE = frozenset(
    {ActionType.LAW, ActionType.LICENSE_REQUIREMENT, ActionType.REGISTRATION_REQUIREMENT, ActionType.VPN_RESTRICTION}
)
_BEFORE_DAY = 64  # characters right before a day or a measure that say how it is meant
_AFTER_IT = re.compile(r"\b(?:after|following|since|before|despite|amid) (?:the|its|this|that) (?:[\w-]+ )?$")
_IN_FORCE_ON = re.compile(
    r"\b(?:effective|with effect|(?:tak|com|go)(?:e|es|ing)? (?:effect|into (?:effect|force)))(?: (?:on|from|as of|at|in))*\s*$"
)
_ENDED_ON = re.compile(
    r"\b(?:that|which|and|before) (?:\w+ly )?(?:ended|ending|was lifted|were lifted)(?: (?:on|early|late|in|by))*\s*$"
)
_MADE_KNOWN = re.compile(r"\b(?:made (?:public|known)|published|released|unveiled)(?: (?:on|early|late|this|last))*\s*$")
_NEXT_VERB = re.compile(r"\band (?:\w+ly )?(?:started|began|stopped|became|went)\b")
_OWN_START = re.compile(
    r"\b(?:bans?|block(?:s|ing|age|ade)?|restrictions?|throttling|disruptions?|outage|blackout)(?: of)?(?: (?:which|that))?"
    r"(?: has| have)?(?: been in place| \w+ly)?(?: (?:began|begun|started|dates?|dating|since|back|from|to|in|on|around))+\s*$"
)
_OPENING = re.compile(
    r"\W*(after|when|following|although|while|hours after|days after|weeks after) "
    r"(?:[^,;]|, (?=\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z.]* \d)){6,140}, "
)
_BETWEEN = re.compile(r"\bbetween (?:the )?$")
_UP_TO = re.compile(r" (?:to|and) (?:the (?:morning|afternoon|evening|night) of )?")
_AND_ON = re.compile(r"\band (?:then |later )?(?:(?:on|in) )?$")
_DEADLINE = re.compile(r"(?:'s)? ?(?:\w+ )?(?:deadline|cut-off)|(?:的)?(?:最后)?(?:期限|截止)")
_LEARNT = re.compile(r",?(?:(?:本报|本网)?记者)?从[^,。]{2,24}(?:获悉|了解到|得知)")
_AHEAD_OF = re.compile(
    r"\b(?:ahead of|before|prior to|run-up to)\s+(?:[\w'.-]+ ){1,7}$|\bahead of (?:the )?$"
)  # what comes then is another thing
_IN_WAKE_OF = re.compile(r"\b(?:after|following)\s+(?:[\w'.-]+ ){1,7}$")
_TO_COME = frozenset({Modality.PLANNED, Modality.EXPECTED})
_WEEKDAY = re.compile(r"(?:on |from |this |next )*(?:mon|tues|wednes|thurs|fri|satur|sun)day")
_TALKS = frozenset({ActionType.SUMMONS, ActionType.WARNING, ActionType.RECTIFICATION})

_SET_GOING = frozenset({Modality.ORDERED, Modality.PLANNED, Modality.EXPECTED, Modality.REQUESTED, Modality.ANNOUNCED})
_STARTING = re.compile(
    r"\b(?:starting|beginning|as of|as from|with effect from)(?: (?:from|on|as of|at|this|next|\w+day,))*\s*$"
)
_SINCE_EVENT = re.compile(r"\bsince (?!(?:at least|early|late|mid) )(?:[\w'-]+ ){2,9}(?:(?:in|on) )?(?:early |late |mid-?)?$")
_EVENT_SINCE = re.compile(r"[^,。;]{2,24}?(?:以来|以后)")
_WROTE = re.compile(r"\)?(?:在[^,。;:]{1,14})?(?:发表|刊发|刊登|撰文|发文|发帖)[^,。;:]{0,8}?(?:指出|称|说|表示|报道|写道)[,:]")
_ON_TOP = re.compile(r"(?<=[,。;表示称说])继[^,。;]{0,40}$|^继[^,。;]{0,40}$")
_WENT_BEFORE = re.compile(r"[^,。;]{0,40}?后,")
_OPENS_CLAUSE = re.compile(
    r"(?:[,;]| and| but) ?(?:(?:on|in|since|from|by|early|late|last|this) )*$"
)  # a time that opens its clause
_CLOSES_CLAUSE = re.compile(r"\)?(?:[,;]| and\b| before\b| then\b)")


def add_details(story: Story, drafts: list[Draft], times: dict[int, list[When]], clock: Clock) -> None:
    """Fills times, deadlines, quantities, scope, salience and legal basis of the drafts."""
    for draft in drafts:
        _times(story, draft, times[draft.scene.sentence.start], clock)
        add_quantities(story, draft)
        _scope_and_salience(story, draft)
        deadline_words(story, draft, clock)
        lasting_words(story, draft)
    starts = [draft.scene.sentence.start for draft in drafts]
    for scene in story.scenes:
        at = bisect_right(starts, scene.sentence.start)
        near, following = drafts[max(0, at - _BACK) : at], drafts[at : at + _BACK]
        if not (at and starts[at - 1] == scene.sentence.start):
            later_effect(story, scene, near, times, clock)
            later_day(story, scene, near, times)
            _announced_day(story, scene, following, times)
        later_deadline(story, scene, near, times[scene.sentence.start], clock)
        later_end(story, scene, near, times[scene.sentence.start])
        unspecified_deadline(story, scene, near)
    dated_by_instruments(story, drafts, times)
    _signed_day(story, drafts, times)
    dated_by_headings(story, drafts, times)
    dated_by_openings(story, drafts, times)


def _signed_day(story: Story, drafts: list[Draft], times: dict[int, list[When]]) -> None:
    """The day under a notice's last words, below the name of its issuer, dates the issuer's measures that have no day."""
    for above, below in pairwise(story.scenes[-_FOOT:]):
        days = times.get(below.sentence.start, [])
        name = next((noun for noun in above.nouns if noun.kind == "regulator"), None)
        if name is None or len(days) != 1 or days[0].time.granularity != Granularity.DAY or days[0].time.value is None:
            continue
        bare = _without(story.lowered, above, name.start, name.end) + _without(story.lowered, below, days[0].start, days[0].end)
        if len(bare) > _BARE_LINE:
            continue
        for draft in drafts:
            named = draft.office is None or draft.office.entity is None or draft.office.entity == name.entity
            stated = draft.time is not None and draft.time.granularity != Granularity.NONE
            if draft.type is not None and named and not stated and draft.salience == "core" and draft.modality not in UNREAL:
                draft.time = timed(days[0], story)
        return


def _without(lowered: str, scene: Scene, first: int, last: int) -> str:
    """What a sentence holds beside a stretch of it."""
    return (lowered[scene.sentence.start : first] + lowered[last : scene.sentence.end]).strip(" :,.()*")


def _opens_stretch(scene: Scene, low: str, first: When, last: When) -> bool:
    """Whether one day opens the stretch that another ends: "from 3 to 8 June", "between the 15th and the 18th of June"."""
    link = _UP_TO.fullmatch(low, first.end, last.start) if first.end < last.start else None
    if low[first.end : last.start] == "-":
        return True  # "July 18-23"
    if link is None:
        return False
    base = scene.sentence.start
    if _BETWEEN.search(low, base, first.start):
        return True
    opened = low.startswith("from ", first.start) or scene.language.patterns["from_date"].search(
        low[max(base, first.start - 30) : first.start]
    )
    return bool(opened) and link[0].startswith(" to")


def _times(story: Story, draft: Draft, whens: list[When], clock: Clock) -> None:
    patterns = draft.scene.language.patterns
    low, base = story.lowered, draft.scene.sentence.start
    if _ANSWERED.search(low, base, draft.found.start):
        return  # the day is the answer's
    if any(_as_it_stood(draft, when, low) for when in whens):
        return  # a count or a state, whenever it came
    best: tuple[float, When] | None = None
    own: When | None = None
    announced: When | None = None
    told_of = (
        draft.frame is None
        and draft.type is None
        and _AFTER_IT.search(low, max(base, draft.found.start - _BEFORE_DAY), draft.found.start) is not None
    )
    named_day = any(when.time.granularity == Granularity.DAY for when in whens)
    whens = [when for when in whens if not _goes_before(draft, when, low)]
    for when in whens:
        if any(first <= when.start < last for first, last in story.datelines) or (told_of and when.start < draft.found.start):
            continue
        before = low[max(base, when.start - 30) : when.start]
        after = low[when.end : when.end + 20]
        phrase = low[when.start : when.end]
        if _AS_OF.search(before):
            continue  # when somebody looked, neither onset nor end
        ended = when.start > draft.found.end and _ENDED_ON.search(
            low, max(draft.found.end, when.start - _BEFORE_DAY), when.start
        )
        if (
            ended
            or patterns["until"].search(before)
            or re.match(r"(?:until|till|through) ", phrase)
            or after.startswith("为止")
        ):
            if abs(when.start - draft.found.start) < 160 and (draft.type is None or draft.type in LASTING):
                draft.end = timed(when, story)
            continue
        if (
            draft.frame is None
            and draft.type in LASTING
            and draft.scene.language.code == "zh"
            and _BY_THEN.match(after)
            and before.endswith(("在", "于"))
        ):
            draft.end = timed(when, story)
            continue
        if any(_opens_stretch(draft.scene, low, other, when) for other in whens):
            if draft.type is None or draft.type in LASTING:
                draft.end = timed(when, story)
            continue
        if draft.type in DEMANDS and (
            (patterns["by_date"].search(before) and (draft.frame is not None or draft.scene.language.code == "en"))
            or re.match(r"by |before ", phrase)
            or re.match(r"之?前", after)
        ):
            later = [
                other.start
                for other in draft.scene.triggers
                if draft.found.end <= other.start < when.start and other.trigger.type
            ]
            if later:
                continue
            if when.start > draft.found.start or when.start > (draft.frame.start if draft.frame else draft.found.start):
                draft.deadline = Deadline(status="stated", time=ahead(timed(when, story), clock))
                continue
        if draft.type is not None and _since_event(draft, when, low):
            continue
        if (_DEADLINE.match(after) and draft.type not in DEMANDS) or _AHEAD_OF.search(low, base, when.start):
            continue
        in_force = patterns["effective"].search(low[max(base, when.start - 45) : when.start])
        own_force = draft.type is not None and _IN_FORCE_ON.search(
            low, max(draft.found.end, when.start - _BEFORE_DAY), when.start
        )
        if own_force or (draft.type in _IN_FORCE and (in_force or re.match(r"(?:起)(?:施行|生效|实施)", after))):
            draft.effective = timed(when, story)
            if own_force and _WEEKDAY.search(low, when.start, when.end):
                draft.effective = ahead(draft.effective, clock)
            continue
        if _IN_FORCE_ON.search(low, max(base, when.start - _BEFORE_DAY), when.start):
            continue  # from when another measure of the sentence holds
        if draft.scene.language.code == "zh" and _ONCE_OVER.match(low, draft.found.end, when.start):
            continue
        if _only_reported(draft, when, low, len(whens)):
            if _own_word(draft, when) and when.time.value is not None:
                announced = announced or when
                own = own or (when if draft.modality not in UNREAL else None)
            continue
        if draft.scene.language.code == "zh" and draft.type in _TALKS and before.endswith("自"):
            continue  # from when something lasts, not when somebody was told
        if when.start > draft.found.end and _OWN_START.search(
            low, max(draft.found.start, when.start - _BEFORE_DAY), when.start
        ):
            best = (0.0, when)
            continue
        distance = float(abs(when.start - draft.found.start))
        going = draft.type in LASTING and draft.modality in _SET_GOING and when.time.value is not None
        if going and _STARTING.search(before):
            day = timed(when, story)
            draft.effective = draft.effective or (ahead(day, clock) if _WEEKDAY.search(low, when.start, when.end) else day)
            distance += 150 * any(other is not when and other.time.granularity == Granularity.DAY for other in whens)
        inside = draft.clause[0] <= when.start < draft.clause[1]
        if not inside:
            distance += 60
            crossing = any(draft.found.end <= start <= when.start for start, _ in draft.scene.borders)
            behind = (draft.scene.language.code == "zh" or when.start - base > 25) and any(
                when.end <= start < draft.found.start and _ASIDE.search(low, start, end) for start, end in draft.scene.borders
            )
            crossing = crossing or behind
            if crossing and when.time.granularity != Granularity.BEFORE_EVENT and when.time.basis != TimeBasis.INHERITED:
                distance += 400
        if when.time.value is None:
            distance += 200
        if draft.scene.language.code == "zh" and _opens_another(draft, when, low):
            distance += 200
        if _IN_WAKE_OF.search(low, base, when.start):
            distance += 150
        if (
            _of_opening_clause(draft, when, low)
            or _of_next_measure(draft, when, low)
            or _of_measure_before(draft, when, whens, low)
        ):
            distance += 400
        if named_day and when.time.granularity == Granularity.YEAR:
            distance += 150
        if when.time.granularity == Granularity.YEAR and re.search(r"\b(?:in|of)\s*$|since", before + phrase[:5]):
            distance += 30
        if draft.modality in UNREAL and any(
            when.end <= other.start < draft.found.start for other in draft.scene.triggers if other.trigger.type
        ):
            distance += 400
        if best is None or distance < best[0]:
            best = (distance, when)
    if announced is not None and draft.modality in UNREAL:
        draft.announced = timed(announced, story)
        if draft.effective is not None and best is None:
            best = (0.0, announced)
    if own is not None and (best is None or best[0] >= _FAR):
        best = (0.0, own)
    if best is not None and best[0] < 420:
        draft.time = timed(best[1], story)
        if draft.modality in _TO_COME and _WEEKDAY.fullmatch(low, best[1].start, best[1].end):
            draft.time = ahead(draft.time, clock)


def _as_it_stood(draft: Draft, when: When, low: str) -> bool:
    """Whether a time only says when a count or a state was looked at: "As of March, the ministry has blocked 5,000 sites"."""
    start = draft.scene.sentence.start
    return (
        _AS_OF_OPENS.fullmatch(low, start, when.start) is not None
        and _STANDS.search(low, when.end, draft.found.end) is not None
    )


def _since_event(draft: Draft, when: When, low: str) -> bool:
    """Whether a time only dates since when something has gone on: "since the coup in 2022", 自2022年战争爆发以来."""
    start = draft.scene.sentence.start
    if draft.scene.language.code == "zh":
        opened = low.endswith(("自", "从"), start, when.start) or low.startswith(("自", "从"), when.start)
        event = _EVENT_SINCE.match(low, when.end, draft.scene.sentence.end) if opened else None
        first, last = when.end, event.end() if event is not None else when.end
    else:
        event = _SINCE_EVENT.search(low, start, when.start)
        first, last = (event.start() if event is not None else when.start), when.start
    return event is not None and not any(first <= one.start < last for one in draft.scene.triggers)


def _goes_before(draft: Draft, when: When, low: str) -> bool:
    """Whether a time dates only what a measure came on top of: 继5个月前部分解封后,…."""
    opened = _ON_TOP.search(low, draft.scene.sentence.start, when.start)
    return opened is not None and _WENT_BEFORE.match(low, when.end, draft.found.start) is not None


def _of_opening_clause(draft: Draft, when: When, low: str) -> bool:
    """Whether a time dates another thing that a sentence opens with: "After Y was banned on Friday, the court lifted …"."""
    scene = draft.scene
    opening = _OPENING.match(low, scene.sentence.start, scene.sentence.end)
    if opening is None or not opening.end(1) < when.end <= opening.end() <= draft.found.start:
        return False
    return any(opening.end(1) <= other.start < opening.end() for other in scene.triggers)


def _of_next_measure(draft: Draft, when: When, low: str) -> bool:
    """Whether a time opens what comes after "and": "blocked 59 apps and on Wednesday banned 118 more"."""
    if when.start < draft.found.end:
        return False
    if draft.type is None and _NEXT_VERB.search(low, draft.found.end, when.start):
        return True
    if not _AND_ON.search(low, draft.found.end, when.start):
        return False
    return any(other.start >= when.end and other.trigger.type for other in draft.scene.triggers)


def _of_measure_before(draft: Draft, when: When, whens: list[When], low: str) -> bool:
    """Whether a time closes what was told before: the July of "slowed X in July, blocked Y in August"."""
    scene = draft.scene
    told = [one for one in scene.triggers if one.end <= when.start and one.trigger.type]
    if scene.language.code != "en" or when.end > draft.found.start or not told:
        return False
    if _OPENS_CLAUSE.search(low, told[-1].end, when.start) or not _CLOSES_CLAUSE.match(low, when.end, draft.found.start):
        return False
    last = min((one.start for one in scene.triggers if one.start >= draft.found.end), default=scene.sentence.end)
    return any(
        draft.found.end <= other.start < last and not _OPENS_CLAUSE.search(low, draft.found.end, other.start) for other in whens
    )


def _opens_another(draft: Draft, when: When, low: str) -> bool:
    """Whether a time opens what a sentence tells next: …无法访问,次日恢复; …被下架,一日前,…."""
    opens = when.start > draft.found.end and low[when.start - 1] == "," == low[when.end : when.end + 1]
    return opens or any(
        0 <= other.start - when.end <= _VERB_NEXT and other.start != draft.found.start and when.start >= draft.found.end
        for other in draft.scene.triggers
    )


def _only_reported(draft: Draft, when: When, low: str, number: int) -> bool:
    """Whether a time says no more than when somebody spoke."""
    if draft.scene.language.code == "zh" and _LEARNT.match(low, when.end, draft.scene.sentence.end):
        return True
    if draft.scene.language.code == "zh" and _WROTE.match(low, when.end, draft.found.start) and not _own_word(draft, when):
        return True
    if not _belongs_to_report(draft, when, low):
        return False
    if draft.scene.language.code == "zh" and _REPORTED.match(low, when.end, draft.found.start):
        return True
    apart = any(when.end <= first < draft.found.start for first, _ in draft.scene.borders) and not _own_word(draft, when)
    return number > 1 or apart or draft.modality in UNREAL or (draft.type is None and draft.polarity == "denied")


def _own_word(draft: Draft, when: When) -> bool:
    """Whether the acting office itself said it on a day: "Roskomnadzor announced on Friday that it had decided to"."""
    noun = draft.office.noun if draft.office is not None else None
    return draft.type is not None and noun is not None and 0 <= when.start - noun.end <= 30


def _belongs_to_report(draft: Draft, when: When, low: str) -> bool:
    """Whether a time says when something was said rather than done: "reported on March 15 that"."""
    base = draft.scene.sentence.start
    says = draft.scene.language.patterns["says"]
    before = low[max(base, when.start - 22) : when.start]
    if _MADE_KNOWN.search(before):
        return True
    if draft.scene.language.code == "zh" and _AS_CITED.match(low, when.end, draft.found.start):
        return True
    if draft.clause[0] <= when.start < draft.clause[1] and draft.found.start > when.start and not says.search(before):
        return False
    found = list(says.finditer(low, base, when.start))
    if draft.scene.language.patterns["from_date"].search(before):
        return False
    if found and _SAID_ON.fullmatch(low, found[-1].end(), when.start):
        return True
    match = says.search(low, when.end, min(draft.scene.sentence.end, when.end + 10))
    return match is not None and match.start() - when.end <= 3


def _scope_and_salience(story: Story, draft: Draft) -> None:
    low = story.lowered
    patterns = draft.scene.language.patterns
    start, end = draft.scene.sentence.start, draft.scene.sentence.end
    anchor = draft.frame.start if draft.frame else draft.found.start
    subject_part = low[start:anchor]
    if draft.type is not None and patterns["some_of"].search(subject_part):
        draft.scope = "some"
    clause_text = low[max(start, draft.clause[0] - 25) : draft.clause[1]]
    if patterns["background"].search(clause_text):
        draft.salience = "background"
    if draft.type is not None:
        match = patterns["legal_basis"].search(low, start, end)
        if match:
            quote = story.clean.span(*match.span(1)).quote
            if re.search(r"\d|[A-Z][a-z]|《", quote):
                draft.legal_basis = quote


def _announced_day(story: Story, scene: Scene, drafts: list[Draft], times: dict[int, list[When]]) -> None:
    """A sentence that only opens a notice ("the office announced on July 4 that …") dates the measures of the next one."""
    start, end = scene.sentence.start, scene.sentence.end
    for noun in scene.nouns:
        if noun.kind != "regulator":
            continue
        near = (when for when in times[start] if 0 <= when.start - noun.end <= 12 or 0 <= noun.start - when.end <= _DAY_BEFORE)
        day = next(near, None)
        if day is None or day.time.granularity != Granularity.DAY or day.time.value is None:
            continue
        said_from = max(day.end, noun.end)
        said = (scene.language.patterns["says"] if scene.language.code == "en" else _SAYS_OR_ISSUES).search(
            story.lowered, said_from, min(end, said_from + 12)
        )
        if said is None or (scene.language.code == "zh" and not _OPENS.match(story.lowered, said.end())):
            continue
        reach = 3 if scene.language.code == "en" else _NEXT_BUT_ONE
        for draft in drafts:
            office = draft.office.entity if draft.office is not None else None
            follows = 0 <= draft.scene.sentence.start - end <= reach and draft.type is not None
            if follows and office == noun.entity and draft.time is None:
                draft.time = timed(day, story)
        return

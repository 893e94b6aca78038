"""Until when and by when: deadlines in an order's own clause or a later sentence, ends of measures that are said to last."""

from __future__ import annotations

import re
from datetime import date, timedelta

import msgspec

from admittance.documents.date import Clock, When, timed
from admittance.documents.draft import Draft
from admittance.documents.find import Scene, Story
from admittance.documents.numerals import number_of
from admittance.documents.reckon import day_of, of_month
from admittance.model.documents import ActionType, Deadline, Granularity, Time, TimeBasis

__all__ = [
    "DEMANDS",
    "LASTING",
    "ahead",
    "deadline_words",
    "end_of_lasting",
    "lasting_words",
    "later_deadline",
    "unspecified_deadline",
]

_UNITS = {
    "hour": "PT{}H",
    "小时": "PT{}H",
    "day": "P{}D",
    "日": "P{}D",
    "天": "P{}D",
    "week": "P{}W",
    "周": "P{}W",
    "month": "P{}M",
    "个月": "P{}M",
    "月": "P{}M",
    "year": "P{}Y",
    "年": "P{}Y",
    "工作日": "P{}D",
    "个工作日": "P{}D",
}
_LONG_PAST = 120  # days after which a deadline without a year lies in the next year
_BY_THEN = re.compile(r"\b(?:until|till|by|before|no later than|deadline of)\b(?:(?!\b(?:since|from)\b)[^.;])*$|前$")
_ZH_BEFORE = re.compile(r"[之以]?前")
_UNTIL = re.compile(r"\b(?:until|till)\b")
_GIVEN = re.compile(r"\b(?:ha(?:ve|s|d)|given?|gave|giving)\b")
LASTING = frozenset(
    {
        ActionType.BLOCK,
        ActionType.SHUTDOWN,
        ActionType.THROTTLE,
        ActionType.SERVICE_SUSPENSION,
        ActionType.DOWNLOAD_SUSPENSION,
        ActionType.REGISTRATION_SUSPENSION,
        ActionType.APP_REMOVAL,
        ActionType.CAMPAIGN,
    }
)
DEMANDS = frozenset(
    {
        ActionType.RECTIFICATION,
        ActionType.RECTIFICATION_REPORT,
        ActionType.ORDER,
        ActionType.LICENSE_REQUIREMENT,
        ActionType.REGISTRATION_REQUIREMENT,
        ActionType.CONTENT_REMOVAL,
        ActionType.SECURITY_ASSESSMENT,
        ActionType.WARNING,
        ActionType.CLEANUP,
        ActionType.APP_REMOVAL,
        ActionType.BLOCK,
        ActionType.ACCOUNT_CLOSURE,
        ActionType.LISTING_REMOVAL,
        ActionType.VPN_RESTRICTION,
    }
)


def deadline_words(story: Story, draft: Draft, clock: Clock) -> None:
    """Fills the deadline that a demand's own sentence gives as a duration, or says has passed or was never set."""
    if draft.type not in DEMANDS or draft.deadline is not None:
        return
    low = story.lowered
    patterns = draft.scene.language.patterns
    start, end = draft.scene.sentence.start, draft.scene.sentence.end
    text = low[start:end]
    match = patterns["duration"].search(low, start, end)
    if (
        match
        and patterns["deadline_cue"].search(low, max(start, match.start() - 100), min(end, match.end() + 24))
        and not re.match(r"\W+(?:ago|later|after|前)", low[match.end() : match.end() + 8])
    ):
        digits = match.group(1)
        count = _count(digits, draft.scene)
        unit = match.group(match.lastindex or 2)
        draft.deadline = Deadline(status="stated", duration=_UNITS[unit].format(count))
    elif patterns["deadline_expired"].search(text):
        draft.deadline = Deadline(status="expired")
    elif draft.type == ActionType.RECTIFICATION_REPORT and patterns["deadline_unspecified"].search(text):
        draft.deadline = Deadline(status="unspecified")


def ahead(time: Time, clock: Clock) -> Time:
    """A deadline's weekday or yearless day lies ahead: the coming one, not the one just gone."""
    inferred = time.basis == TimeBasis.YEAR_INFERRED
    if inferred and clock.day is not None and time.granularity == Granularity.MONTH and isinstance(time.latest, str):
        last = date.fromisoformat(time.latest)
        year, month = clock.day.year + (last.month < clock.day.month), last.month
        return msgspec.structs.replace(of_month(year, month, time.basis), span=time.span) if last < clock.day else time
    if clock.day is None or time.granularity != Granularity.DAY or time.value is None or time.value.startswith("X"):
        return time
    if not inferred and time.basis != TimeBasis.RELATIVE:
        return time
    day = date.fromisoformat(time.value)
    if day >= clock.day or (inferred and (clock.day - day).days < _LONG_PAST):
        return time
    later = day_of(day.year + 1, day.month, day.day) if inferred else day + timedelta(days=7)
    value = (later or day).isoformat()
    return Time(value=value, granularity=time.granularity, basis=time.basis, earliest=value, latest=value, span=time.span)


def lasting_words(story: Story, draft: Draft) -> None:
    """How long a measure is said to last: "blocked for three years", 下架7天."""
    if draft.end is not None or draft.type not in LASTING:
        return
    start, end = max(draft.scene.sentence.start, draft.found.start - 60), draft.scene.sentence.end
    match = draft.scene.language.patterns["lasting"].search(story.lowered, start, end)
    if match is not None:
        count, unit = (group for group in match.groups() if group)
        draft.lasts = (_count(count, draft.scene), unit, story.clean.span(match.start(), match.end()))


def end_of_lasting(draft: Draft) -> None:
    """The end of a measure that is said to last, as fine as its beginning and the unit; none before its beginning."""
    if draft.end is not None and draft.time is not None and str(draft.end.latest or "9") < str(draft.time.earliest or ""):
        draft.end = None
    if draft.end is not None or draft.lasts is None or draft.time is None or draft.time.granularity != Granularity.DAY:
        return
    count, unit, span = draft.lasts
    value = _after(draft.time.value or "", count, unit)
    if value is None:
        return
    month = len(value) == 7
    draft.end = Time(
        value=value, granularity=Granularity.MONTH if month else Granularity.DAY, basis=TimeBasis.RELATIVE, span=span
    )


def _count(word: str, scene: Scene) -> int:
    return scene.language.nouns.numbers.get(word, number_of(word))


def _after(value: str, count: int, unit: str) -> str | None:
    """The day, or for months and years the month, a stretch of time after a day; None for an open year or a far one."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value) or count > 400:
        return None
    day = date.fromisoformat(value)
    if unit in {"month", "year", "月", "个月", "年"}:
        index = day.year * 12 + day.month - 1 + count * (12 if unit in {"year", "年"} else 1)
        return f"{index // 12:04d}-{index % 12 + 1:02d}"
    hours = count * {"hour": 1, "小时": 1, "week": 168, "周": 168}.get(unit, 24)
    return (day + timedelta(hours=hours)).isoformat() if hours % 24 == 0 else None


def later_deadline(story: Story, scene: Scene, drafts: list[Draft], whens: list[When], clock: Clock) -> None:
    """A sentence that says how long somebody has speaks of the demand before it: "Firms have until May 4 to comply"."""
    start, end = scene.sentence.start, scene.sentence.end
    low, patterns = story.lowered, scene.language.patterns
    if scene.sentence.headline or any(
        draft.scene.sentence.start == start and draft.type is not None and draft.deadline is not None for draft in drafts
    ):
        return
    demands = [
        draft
        for draft in drafts
        if draft.type in DEMANDS and draft.found.start < end and draft.polarity == "affirmed" and draft.salience == "core"
    ]
    if not demands or demands[-1].deadline is not None or scene.sentence.paragraph - demands[-1].scene.sentence.paragraph > 2:
        return
    last = demands[-1]
    match = patterns["duration"].search(low, start, end)
    if (
        match
        and patterns["deadline_later"].search(low, max(start, match.start() - 40), match.end())
        and patterns["obeys"].search(low, match.end() - 12, end)
    ):
        unit = match.group(match.lastindex or 2)
        last.deadline = Deadline(status="stated", duration=_UNITS[unit].format(_count(match.group(1), scene)))
        return
    for when in whens:
        before = low[max(start, when.start - 24) : when.start] + low[when.start : when.end].replace(".", "")
        comes_after = _ZH_BEFORE.match(low, when.end) is not None
        if (
            when.time.value is None
            or not (comes_after or _BY_THEN.search(before))
            or not patterns["obeys"].search(low, start, end)
        ):
            continue
        if _UNTIL.search(before) and not _GIVEN.search(low, max(start, when.start - 60), when.start):
            continue
        last.deadline = Deadline(status="stated", time=ahead(timed(when, story), clock))
        return


def unspecified_deadline(story: Story, scene: Scene, drafts: list[Draft]) -> None:
    """A sentence that says no deadline was set speaks of the last demand before it that could have one."""
    text = story.lowered[scene.sentence.start : scene.sentence.end]
    if not scene.language.patterns["deadline_unspecified"].search(text):
        return
    reports = [
        draft for draft in drafts if draft.type == ActionType.RECTIFICATION_REPORT and draft.found.start < scene.sentence.end
    ]
    demands = reports or [
        draft
        for draft in drafts
        if draft.type in DEMANDS and draft.frame is not None and draft.found.start < scene.sentence.end
    ]
    for draft in demands[-1:]:
        if draft.deadline is None:
            draft.deadline = Deadline(status="unspecified")

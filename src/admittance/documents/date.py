"""Step four: times. Phrases become EDTF values as fine as the text supports, never finer; each keeps what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from admittance.documents.clean import Clean, datelines
from admittance.documents.find import Story
from admittance.documents.lexicon import EventAnchor, Lexicon
from admittance.documents.numerals import number_of
from admittance.documents.phrases import awake_readers, readers
from admittance.documents.reckon import NOT_STATED, Clock, day_of, ordinal
from admittance.documents.told import hour_of_day, steps_aside, told_from
from admittance.model.documents import Granularity, Time, TimeBasis

__all__ = ["NOT_STATED", "Clock", "When", "clock_of", "timed", "times_in"]


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WRITTEN_DAY = re.compile(r"\d")
_BESIDE = re.compile(r"[\s,(]*(?:the )?")
_HANZI_DAY = re.compile(r".*[日号]$")
_UP_TO = re.compile(r"[至到-]$")
_FAR_STEP = 400
_NO_DAY = frozenset({Granularity.NONE, Granularity.RECENT})
_STALE = 7  # days after which a dateline is no clock for what was published later


@dataclass(frozen=True, slots=True)
class When:
    """A time phrase in a text with its reading."""

    start: int
    end: int
    time: Time


def timed(when: When, story: Story) -> Time:
    """The time of a phrase with the span that says it."""
    time = when.time
    return Time(
        value=time.value,
        granularity=time.granularity,
        basis=time.basis,
        earliest=time.earliest,
        latest=time.latest,
        span=story.clean.span(when.start, when.end),
    )


def clock_of(clean: Clean, lowered: str, published: str | None, url: str | None, lexicon: Lexicon) -> Clock:
    """The clock of a document: given, else from its dateline or address, else the year its text gives away."""
    if published:
        match = re.match(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", published)
        if match and match.group(3):
            day = day_of(int(match.group(1)), int(match.group(2)), int(match.group(3)))
            value = published if day is None else day.isoformat()
            return Clock(_written_on(clean.text, day, lexicon), int(match.group(1)), value, "metadata")
        if match:
            return Clock(None, int(match.group(1)), match.group(0), "metadata")
    for line in datelines(clean.text[:600]):
        day_said = _day_said(line, lexicon)
        if day_said is not None:
            return Clock(day_said, day_said.year, day_said.isoformat(), "dateline")
    head = lowered[:260]
    for pattern, read in (row for code in sorted(lexicon.languages) for row in readers(code)):
        for match in pattern.finditer(head):
            line_start = head.rfind("\n", 0, match.start()) + 1
            if len(head[line_start : match.start()].strip()) > 45 or (
                "(" not in head[match.end() : match.end() + 30] and not _bare_line(head, line_start, match.end())
            ):
                continue
            time = read(match, Clock(None, None, None, "unknown"), True)
            if time is not None and time.value is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", time.value):
                return Clock(date.fromisoformat(time.value), int(time.value[:4]), time.value, "dateline")
    if url:
        match = re.search(r"/(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)", url)
        if match:
            day = day_of(int(match.group(1)), int(match.group(2)), int(match.group(3)))
            if day is not None:
                return Clock(day, day.year, day.isoformat(), "url")
    year = _year_given_away(lowered, lexicon.anchors)
    if year is not None:
        return Clock(None, year, str(year), "inferred-from-text")
    return Clock(None, None, None, "unknown")


def _written_on(text: str, published: date | None, lexicon: Lexicon) -> date | None:
    """The day from which a text counts "today" and "Friday": its dateline's, when that is at most a week before publication."""
    if published is None:
        return None
    for line in datelines(text[:600]):
        written = (line["date"] or line["hanzi"] or "").lower()
        if not written:
            continue
        clock = Clock(published, published.year, None, "metadata")
        for when in times_in(written, 0, "zh" if line["hanzi"] else "en", clock, lexicon, None):
            value = when.time.value
            if value is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                day = date.fromisoformat(value)
                return day if 0 <= (published - day).days <= _STALE else published
    return published


def _day_said(line: re.Match[str], lexicon: Lexicon) -> date | None:
    """The day that a dateline names with its year."""
    written = (line["date"] or line["hanzi"] or "").lower()
    for when in times_in(written, 0, "zh" if line["hanzi"] else "en", Clock(None, None, None, "unknown"), lexicon, None):
        if when.time.value is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", when.time.value):
            return date.fromisoformat(when.time.value)
    return None


def _bare_line(head: str, start: int, end: int) -> bool:
    """Whether a line holds little beside its date."""
    line_end = head.find("\n", end)
    rest = head[end : line_end if line_end >= 0 else len(head)]
    return len(rest.strip()) <= 40 and line_end >= 0 and len(head[start:end]) <= 60


def _year_given_away(lowered: str, anchors: tuple[EventAnchor, ...]) -> int | None:
    """The year of an event that the text expects "later this year"."""
    for anchor in anchors:
        for pattern in anchor.patterns:
            match = re.search(pattern, lowered)
            if match and re.search(
                r"later this year|this (?:autumn|fall|october|november)|今年",
                lowered[max(0, match.start() - 80) : match.end() + 90],
            ):
                return int(anchor.date[:4])
    return None


def times_in(
    text: str,
    base: int,
    language: str,
    clock: Clock,
    lexicon: Lexicon,
    context_month: tuple[int | None, int] | None,
    names: tuple[tuple[int, int], ...] = (),
    context_day: date | None = None,
) -> list[When]:
    """The time phrases of a sentence, in order. ``context_month`` is the year and month last named, for "the 15th";
    ``context_day`` the day, for "the next day"; ``names`` are stretches that belong to names (今日头条 holds no "today").
    """
    calendar = lexicon.languages[language].calendar
    never = [match.span() for match in _one_of(calendar.never).finditer(text)]
    found: list[When] = []
    taken: list[tuple[int, int]] = [*never, *names]
    for anchor_time in _events(text, base, clock, lexicon.anchors):
        found.append(anchor_time)
        taken.append((anchor_time.start - base, anchor_time.end - base))
    for pattern, read in awake_readers(language, text):
        for match in pattern.finditer(text):
            if any(match.start() < last and first < match.end() for first, last in taken):
                continue
            time = None
            if "ordinal" in pattern.groupindex:
                time = _ordinal(match, base, found, context_month if language != "zh" or clock.day is None else None, clock)
            if time is None:
                time = read(match, clock, False)
            if time is None:
                continue
            found.append(When(base + match.start(), base + match.end(), time))
            taken.append(match.span())
    found.sort(key=lambda when: when.start)
    found = _without_doubled_weekdays(found, text, base)
    return _with_days_told_from(found, text, base, language, (context_day, clock.day), taken)


def _ordinal(
    match: re.Match[str], base: int, found: list[When], context: tuple[int | None, int] | None, clock: Clock
) -> Time | None:
    """ "The 15th" in the month of the day named last before it in its sentence, else of the one that the text named last."""
    before = [when for when in found if when.end <= base + match.start() and _DAY.fullmatch(when.time.value or "")]
    number = number_of(match.group("ordinal"))
    if before:
        day = date.fromisoformat(str(max(before, key=lambda when: when.end).time.value))
        on = number >= day.day or (_HANZI_DAY.match(match.group()) and not _UP_TO.search(match.string, 0, match.start()))
        month = day.month if on else day.month % 12 + 1
        return ordinal(number, (day.year + (month < day.month), month), clock)
    return ordinal(number, context, clock) if context is not None else None


def _without_doubled_weekdays(found: list[When], text: str, base: int) -> list[When]:
    """The times without weekdays that only go with a day named right beside them: "Thursday, 9 February", 周二(16日)."""
    days = [when for when in found if when.time.granularity == Granularity.DAY]
    dated = [when for when in days if _WRITTEN_DAY.search(text, when.start - base, when.end - base)]
    kept = []
    for when in found:
        beside = (
            text[first.end - base : second.start - base]
            for one in dated
            for first, second in ((one, when), (when, one))
            if one is not when and 0 <= second.start - first.end <= 3
        )
        if when.time.basis == TimeBasis.RELATIVE and when not in dated and any(_BESIDE.fullmatch(gap) for gap in beside):
            continue
        kept.append(when)
    return kept


def _with_days_told_from(
    found: list[When],
    text: str,
    base: int,
    language: str,
    days: tuple[date | None, date | None],
    taken: list[tuple[int, int]],
) -> list[When]:
    """The times with "a day earlier", "the next day" counted from the day told last; an hour alone falls on that day."""
    context = days[0] or days[1]
    aside = steps_aside(text) if language == "en" else []
    for match, step in (*told_from(text, language), *aside):
        if any(match.start() < last and first < match.end() for first, last in taken):
            continue
        before = [when for when in found if when.end <= base + match.start() and _DAY.fullmatch(when.time.value or "")]
        anchor = date.fromisoformat(str(before[-1].time.value)) if before else context
        if anchor is not None and abs(step) <= _FAR_STEP:
            day = (anchor + timedelta(days=step)).isoformat()
            time = Time(value=day, granularity=Granularity.DAY, basis=TimeBasis.RELATIVE, earliest=day, latest=day)
            found = sorted([*found, When(base + match.start(), base + match.end(), time)], key=lambda when: when.start)
    if context is not None and not any(when.time.granularity not in _NO_DAY for when in found):
        hour = hour_of_day(text, language, days[0] is not None)
        if hour is not None and not any(hour.start() < last and first < hour.end() for first, last in taken):
            day = context.isoformat()
            time = Time(value=day, granularity=Granularity.DAY, basis=TimeBasis.INHERITED, earliest=day, latest=day)
            found = sorted([*found, When(base + hour.start(), base + hour.end(), time)], key=lambda when: when.start)
    return found


_BEFORE = re.compile(r"before|ahead of|prior to|run-up|前")


@cache
def _before_event(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:before|ahead of|prior to|in the run-up to) (?:the )?(?:{pattern})|(?:{pattern})(?:召开)?(?:之?前)")


@cache
def _one_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)")


def _events(text: str, base: int, clock: Clock, anchors: tuple[EventAnchor, ...]) -> Iterator[When]:
    if not _BEFORE.search(text):
        return
    for anchor in anchors:
        for pattern in anchor.patterns:
            match = _before_event(pattern).search(text)
            if match:
                time = Time(
                    value=f"../{anchor.date}",
                    granularity=Granularity.BEFORE_EVENT,
                    basis=TimeBasis.EVENT_ANCHORED,
                    earliest=clock.day.isoformat() if clock.day else None,
                    latest=anchor.date,
                )
                yield When(base + match.start(), base + match.end(), time)

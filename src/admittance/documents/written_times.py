"""The times that every sentence of a document writes, with months and years that it takes from what was written before."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from admittance.documents.date import Clock, When, times_in
from admittance.documents.find import Story
from admittance.documents.lexicon import Lexicon
from admittance.documents.reckon import day_of
from admittance.model.documents import Granularity, Time, TimeBasis

__all__ = ["scene_times"]

_YEARLESS = re.compile(r"XXXX-(\d\d)-(\d\d)")
_TITLES = re.compile(r'《[^》]{2,60}》|"[^"]{2,40}"(?=(?:系列)?(?:专项)?(?:行动|整治|治理))|\d{4}年(?="[^"]{2,30}"系列)')
_OF_THAT_YEAR = re.compile(r",? (?:of )?(?:that|the same|the following|the next) year\b")
_NEXT = re.compile(r"次|翌|following|next")
_MONTHED = re.compile(r"(?:\d{4}|XXXX)-\d\d(?:-\d\d)?")
_SAME_YEAR = re.compile(r"(?:同|次|翌)年$")
_DATED = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_WHOLE_YEAR = re.compile(r"(?<![去今明])全年")
_MAY_DATE = re.compile(r"\d|年|day\b")


def scene_times(story: Story, clock: Clock, lexicon: Lexicon) -> dict[int, list[When]]:
    """The time phrases of every sentence, by the sentence's start; "the 15th" leans on the month named last."""
    context: tuple[int | None, int] | None = None
    day: date | None = None
    near_year: list[tuple[int, date]] = []
    year: int | None = None
    whole: Time | None = None
    found: dict[int, list[When]] = {}
    for scene in story.scenes:
        sentence = scene.sentence
        text = story.lowered[sentence.start : sentence.end]
        if not scene.triggers and not scene.frames and not _MAY_DATE.search(text):
            found[sentence.start] = []
            continue
        names = tuple((noun.start - sentence.start, noun.end - sentence.start) for noun in scene.nouns if noun.entity)
        names += tuple(match.span() for match in _TITLES.finditer(text))
        here = times_in(text, sentence.start, scene.language.code, clock, lexicon, context, names, day)
        here = _from_that_day(here, text, sentence.start)
        here, whole = _in_the_whole_year(here, text, sentence.start, whole)
        here = _with_written_year(here, text, sentence.start, near_year)
        here, year = _in_the_same_year(here, text, sentence.start, year)
        found[sentence.start] = here
        near_year = _written_days(here, text, sentence.start)[-1:] or near_year
        for when in here:
            match = re.match(r"(\d{4}|XXXX)-(\d\d)-\d\d$", when.time.value or "")
            if match:
                context = (None if match.group(1) == "XXXX" else int(match.group(1)), int(match.group(2)))
                named = date.fromisoformat(when.time.value) if context[0] is not None and when.time.value else None
                if named is not None and (clock.day is None or named <= clock.day):
                    day = named
    return found


def _from_that_day(whens: list[When], text: str, base: int) -> list[When]:
    """The times of a sentence, 即日 as the day that the sentence has named before: 1月22日…决定自即日起."""
    found: list[When] = []
    for when in whens:
        days = [one.time for one in found if one.time.granularity == Granularity.DAY and one.time.value]
        same = days and text.startswith("即日", when.start - base)
        found.append(When(when.start, when.end, days[-1]) if same else when)
    return found


def _in_the_whole_year(whens: list[When], text: str, base: int, year: Time | None) -> tuple[list[When], Time | None]:
    """The times of a sentence, 全年 as the year that the text named last without month or day; and that year."""
    found = list(whens)
    for match in _WHOLE_YEAR.finditer(text):
        before = [when.time for when in found if when.time.granularity == Granularity.YEAR and when.end <= base + match.start()]
        named = before[-1] if before else year
        if named is not None:
            time = msgspec.structs.replace(named, basis=TimeBasis.INHERITED)
            found.append(When(base + match.start(), base + match.end(), time))
    found.sort(key=lambda when: when.start)
    years = [when.time for when in found if when.time.granularity == Granularity.YEAR and when.time.value]
    return found, years[-1] if years else year


def _written_days(whens: list[When], text: str, base: int) -> list[tuple[int, date]]:
    """The days that a sentence writes with their year, each with its place."""
    return [
        (when.start, date.fromisoformat(when.time.value))
        for when in whens
        if when.time.value is not None
        and when.time.granularity == Granularity.DAY
        and when.time.basis == TimeBasis.EXPLICIT
        and when.time.value[:4] in text[when.start - base : when.end - base]
    ]


def _with_written_year(whens: list[When], text: str, base: int, before: list[tuple[int, date]]) -> list[When]:
    """The times of a sentence, days without a year in the year of the nearest date that has one, here or just before."""
    written = _written_days(whens, text, base) or before
    if not written:
        return whens
    found: list[When] = []
    for when in whens:
        days = _YEARLESS.fullmatch(when.time.value or "")
        if days is None:
            found.append(when)
            continue
        anchor = min(written, key=lambda one: abs(one[0] - when.start))[1]
        candidates = [day_of(year, int(days[1]), int(days[2])) for year in (anchor.year, anchor.year - 1, anchor.year + 1)]
        day = min((one for one in candidates if one), key=lambda one: abs((one - anchor).days), default=None)
        if day is None:
            found.append(when)
            continue
        value = day.isoformat()
        inferred = Time(value=value, granularity=Granularity.DAY, basis=TimeBasis.YEAR_INFERRED, earliest=value, latest=value)
        found.append(When(when.start, when.end, inferred))
    return found


def _in_the_same_year(whens: list[When], text: str, base: int, year: int | None) -> tuple[list[When], int | None]:
    """The times of a sentence, those of "that year" or 同年 in the year named last, of 次年 in the next; and that year."""
    found: list[When] = []
    for when in whens:
        said = _SAME_YEAR.search(text, max(0, when.start - base - 2), when.start - base)
        said = said or _OF_THAT_YEAR.match(text, when.end - base)
        value = when.time.value or ""
        if said is not None and year is not None and _MONTHED.fullmatch(value):
            moved = f"{year + (_NEXT.search(said.group()) is not None):04d}{value[4:]}"
            time = Time(value=moved, granularity=when.time.granularity, basis=TimeBasis.RELATIVE)
            when = When(when.start, when.end, time)
        if _DATED.match(when.time.value or ""):
            year = int(str(when.time.value)[:4])
        found.append(when)
    return found, year

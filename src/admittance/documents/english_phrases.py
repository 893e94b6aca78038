"""Phrases of time in English and how each is read: months, weekdays, seasons, "two days ago"; the most telling first."""

from __future__ import annotations

import re

from admittance.documents.lexicon import Calendar
from admittance.documents.numerals import NUMBER_WORDS
from admittance.documents.reckon import (
    Clock,
    Reader,
    ago,
    near,
    of_month,
    of_month_day,
    of_months,
    of_season,
    of_weekday,
    of_year,
    part_of_year,
    recent,
    relative_day,
    weekend,
)
from admittance.model.documents import Time, TimeBasis

__all__ = ["english_phrases"]


def english_phrases(calendar: Calendar) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """The patterns of English with their readers, the most telling first."""
    months, weekdays, seasons = calendar.months, calendar.weekdays, calendar.seasons
    month, weekday, season = ("|".join(sorted(words, key=len, reverse=True)) for words in (months, weekdays, seasons))
    part = r"(?P<p>early|beginning|start|mid|middle|late|end)(?:[- ]| of )(?:the )?"
    return (
        (
            re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
            lambda m, c, _: of_month_day(int(m["m"]), int(m["d"]), int(m["y"]), c),
        ),
        (
            re.compile(rf"\b(?P<m>{month})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:|,?\d)(?:,? (?P<y>(?:19|20)\d\d)\b)?"),
            lambda m, c, _: of_month_day(months[m["m"]], int(m["d"]), int(m["y"]) if m["y"] else None, c),
        ),
        (
            re.compile(
                rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?=(?: (?:and|to|until|through) |-)\d{{1,2}}(?:st|nd|rd|th)?(?: of)? "
                rf"(?P<m>{month})\b\.?(?:,? (?P<y>(?:19|20)\d\d)\b)?)"
            ),
            lambda m, c, _: of_month_day(months[m["m"]], int(m["d"]), int(m["y"]) if m["y"] else None, c),
        ),
        (
            re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{month})\b\.?(?:,? (?P<y>(?:19|20)\d\d)\b)?"),
            lambda m, c, _: of_month_day(months[m["m"]], int(m["d"]), int(m["y"]) if m["y"] else None, c),
        ),
        (
            re.compile(
                rf"\b(?:between|from) (?P<m>{month})(?:,? (?P<y>(?:19|20)\d\d))? (?:and|to|until|through) "
                rf"(?P<n>{month})(?:,? (?P<z>(?:19|20)\d\d))?\b(?! \d)"
            ),
            lambda m, c, _: of_months(m["y"], months[m["m"]], m["z"], months[m["n"]], c),
        ),
        (
            re.compile(r"(?<=\d-)(?P<d>\d{1,2})\b(?![-/:.]?\d)(?:,? (?P<y>(?:19|20)\d\d)\b)?"),
            lambda m, c, _: _day_up_to(months, rf"\b(?P<m>{month})\.? \d{{1,2}}-$", m, c),
        ),
        (re.compile(rf"\b{part}(?P<y>(?:19|20)\d\d)\b"), lambda m, c, _: part_of_year(m["p"], int(m["y"]))),
        (
            re.compile(
                rf"\b(?P<w>in|since|until|last|this|by|early|late|mid|through|from|of|next|during|to)"
                rf"(?: early| late| mid|-)? ?(?P<m>{month})\b\.?(?:,? (?P<y>(?:19|20)\d\d)\b)?"
            ),
            lambda m, c, _: _plain_month(months, m, c),
        ),
        (
            re.compile(rf"\b(?:last year,? in (?P<m>{month})|in (?P<n>{month}) (?:of )?last year)\b"),
            lambda m, c, _: of_month(c.year - 1, months[m["m"] or m["n"]], TimeBasis.RELATIVE) if c.year else None,
        ),
        (re.compile(rf"\b(?P<w>)(?P<m>{month}),? (?P<y>(?:19|20)\d\d)\b"), lambda m, c, _: _plain_month(months, m, c)),
        (
            re.compile(
                rf"\b(?:(?P<e>earlier |later )?(?P<w>this|last|next|in the|in|during the|the) )"
                rf"(?P<s>{season})(?: of)?(?: (?P<y>(?:19|20)\d\d))?\b"
            ),
            lambda m, c, _: (
                of_season(seasons[m["s"]], int(m["y"]) if m["y"] else None, m["w"], c)
                if m["y"] or m["w"] in ("this", "last", "next")
                else None
            ),
        ),
        (
            re.compile(
                rf"\b(?:(?P<w>this|last|next|on|late|early|by|since|until|before|from|late on|coming) )?"
                rf"(?P<d>{weekday})\b(?!'s)"
            ),
            lambda m, c, _: of_weekday(weekdays[m["d"]], m["w"] or "", c),
        ),
        (
            re.compile(
                r"\b(?:on|since|from|until|by|of|till|and) the (?P<ordinal>\d{1,2})(?:st|nd|rd|th)\b"
                r"(?! \w+ (?:congress|anniversary))"
            ),
            lambda m, c, _: of_month_day(c.day.month, int(m["ordinal"]), None, c) if c.day else None,
        ),
        (
            re.compile(r"\b(?P<d>yesterday|today|tomorrow|tonight|overnight|last night|this (?:morning|afternoon|evening))\b"),
            relative_day(
                {"yesterday": -1, "today": 0, "tomorrow": 1, "tonight": 0, "overnight": 0, "last night": -1}
                | {f"this {part}": 0 for part in ("morning", "afternoon", "evening")}
            ),
        ),
        (re.compile(r"\b(?:(?:at|over|during) )?(?:last|this past|the past|over the|at the|this) weekend\b"), weekend),
        (
            re.compile(r"\b(?:(?:earlier|later) )?(?P<w>this|last|next|previous|coming)(?: past)? (?P<u>week|month|year)\b"),
            lambda m, c, _: near(m["u"], m["w"], c),
        ),
        (
            re.compile(r"\b(?P<n>\d+|one|two|three|four|five|six|seven|eight|nine|ten|a) (?P<u>day|week|month|year)s? ago\b"),
            lambda m, c, _: ago(int(m["n"]) if m["n"].isdigit() else NUMBER_WORDS[m["n"]], m["u"], c),
        ),
        (
            re.compile(r"\b(?:in|since|during|until|by|of|from|back in|throughout) (?P<y>(?:19|20)\d\d)\b(?!-)"),
            lambda m, c, _: of_year(int(m["y"]), TimeBasis.EXPLICIT),
        ),
        (
            re.compile(
                r"\b(?:during|in|at|ahead of|before|after|around|since|of) (?:the|its|[a-z]+'s) (?P<y>(?:19|20)\d\d)"
                r" (?=(?:[\w-]+ ){0,2}?"
                r"(?:elections?|vote|polls?|coup|protests?|war|olympics|referendum|uprising|unrest|invasion)\b)"
            ),
            lambda m, c, _: of_year(int(m["y"]), TimeBasis.EXPLICIT),
        ),
        (re.compile("|".join(rf"\b{word}\b" for word in calendar.recent)), recent),
    )


def _day_up_to(months: dict[str, int], opened: str, match: re.Match[str], clock: Clock) -> Time | None:
    """The last day of "July 18-23", whose month stands before the first."""
    first = re.search(opened, match.string[max(0, match.start() - 24) : match.start()])
    return of_month_day(months[first["m"]], int(match["d"]), int(match["y"]) if match["y"] else None, clock) if first else None


def _plain_month(months: dict[str, int], match: re.Match[str], clock: Clock) -> Time | None:
    month = months[match["m"]]
    year = int(match["y"]) if match["y"] else None
    if year is not None:
        return of_month(year, month, TimeBasis.EXPLICIT)
    if clock.day is not None:
        step = -1 if (match["w"] or "").startswith("last") and month >= clock.day.month else 0
        year = clock.day.year + step - (1 if month > clock.day.month + 2 and not step else 0)
        return of_month(year, month, TimeBasis.YEAR_INFERRED)
    return of_month(clock.year, month, TimeBasis.YEAR_INFERRED if clock.year else TimeBasis.EXPLICIT)

"""Time phrases and how each is read: months, weekdays, seasons, "two days ago", 本周四, 上月; a reader for every pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from admittance.documents.lexicon import Calendar, lexicon
from admittance.documents.numerals import HANZI_DAY, HANZI_MONTHS, HANZI_YEAR, NUMBER_WORDS, number_of, year_of
from admittance.documents.required import Prefilter
from admittance.model.documents import Granularity, PublishedBasis, Time, TimeBasis

__all__ = ["NOT_STATED", "Clock", "Reader", "awake_readers", "day_of", "ordinal", "readers"]

NOT_STATED = Time(value=None, granularity=Granularity.NONE, basis=TimeBasis.VAGUE)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a document's "now" is: a day, or only a year that its text gives away, or nothing."""

    day: date | None
    year: int | None
    published: str | None
    basis: PublishedBasis


Reader = Callable[[re.Match[str], Clock, bool], Time | None]


@cache
def readers(language: str) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """The patterns of a language with their readers, the most telling first."""
    calendar = lexicon().languages[language].calendar
    return _chinese(calendar) if language == "zh" else _english(calendar)


@cache
def _prefilter(language: str) -> Prefilter:
    return Prefilter({str(number): pattern.pattern for number, (pattern, _) in enumerate(readers(language))})


def awake_readers(language: str, lowered: str) -> Iterator[tuple[re.Pattern[str], Reader]]:
    """The patterns of a language that may match in a lower-case sentence, with their readers, the most telling first."""
    prefilter = _prefilter(language)
    awake = prefilter.awake(lowered)
    for number, row in enumerate(readers(language)):
        if str(number) in awake or str(number) not in prefilter.gated:
            yield row


def day_of(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(day: date | None, basis: TimeBasis) -> Time | None:
    if day is None:
        return None
    return Time(
        value=day.isoformat(), granularity=Granularity.DAY, basis=basis, earliest=day.isoformat(), latest=day.isoformat()
    )


def _span_time(value: str, granularity: Granularity, basis: TimeBasis, first: date, last: date) -> Time:
    return Time(value=value, granularity=granularity, basis=basis, earliest=first.isoformat(), latest=last.isoformat())


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _month(year: int | None, month: int, basis: TimeBasis) -> Time:
    if year is None:
        return Time(value=f"XXXX-{month:02d}", granularity=Granularity.MONTH, basis=TimeBasis.EXPLICIT)
    return _span_time(f"{year}-{month:02d}", Granularity.MONTH, basis, date(year, month, 1), _month_end(year, month))


def _year(year: int, basis: TimeBasis) -> Time:
    return _span_time(str(year), Granularity.YEAR, basis, date(year, 1, 1), date(year, 12, 31))


def _month_day(month: int, day: int, year: int | None, clock: Clock) -> Time | None:
    """A day and month; the year is written, else the one nearest to publication, else the text's, else unknown."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is not None:
        return _day(day_of(year, month, day), TimeBasis.EXPLICIT)
    if clock.day is not None:
        return _day(_nearest(clock.day, month, day), TimeBasis.YEAR_INFERRED)
    if clock.year is not None:
        return _day(day_of(clock.year, month, day), TimeBasis.YEAR_INFERRED)
    return Time(value=f"XXXX-{month:02d}-{day:02d}", granularity=Granularity.DAY, basis=TimeBasis.EXPLICIT)


def _nearest(anchor: date, month: int, day: int) -> date | None:
    """The day of a month that lies nearest to publication; up to two months ahead counts as near as it is."""
    candidates = [found for year in (anchor.year - 1, anchor.year, anchor.year + 1) if (found := day_of(year, month, day))]
    return min(
        candidates, key=lambda found: abs((found - anchor).days) + (250 if (found - anchor).days > 120 else 0), default=None
    )


def ordinal(day: int, context: tuple[int | None, int], clock: Clock) -> Time | None:
    """ "The 15th", in the year and month that the text named last."""
    year, month = context
    if clock.day is None and year is None:
        return _month_day(month, day, None, clock)
    return _relabel(_month_day(month, day, year, clock), TimeBasis.YEAR_INFERRED if year is None else TimeBasis.RELATIVE)


def _relabel(time: Time | None, basis: TimeBasis) -> Time | None:
    if time is None or (time.basis == TimeBasis.EXPLICIT and time.value is not None and time.value.startswith("XXXX")):
        return time
    return Time(value=time.value, granularity=time.granularity, basis=basis, earliest=time.earliest, latest=time.latest)


def _only_year(clock: Clock) -> Time | None:
    """What a day relative to an unknown publication day still says: the year, when the text gives it away."""
    if clock.year is None:
        return Time(value=None, granularity=Granularity.NONE, basis=TimeBasis.RELATIVE)
    return Time(value=str(clock.year), granularity=Granularity.YEAR, basis=TimeBasis.YEAR_INFERRED)


def _weekday(weekday: int, which: str, clock: Clock) -> Time | None:
    if clock.day is None:
        return _only_year(clock)
    behind = (clock.day.weekday() - weekday) % 7
    day = clock.day - timedelta(days=behind)
    if which in ("next", "coming", "下"):
        monday = clock.day - timedelta(days=clock.day.weekday())
        day = monday + timedelta(days=7 + weekday)
    elif which in ("last", "上") and behind == 0:
        day = clock.day - timedelta(days=7)
    elif which == "上":
        monday = clock.day - timedelta(days=clock.day.weekday())
        day = monday + timedelta(days=weekday - 7)
    elif which == "本":
        monday = clock.day - timedelta(days=clock.day.weekday())
        day = monday + timedelta(days=weekday)
    elif which in ("until", "before") and behind:
        day = clock.day + timedelta(days=7 - behind)
    return _day(day, TimeBasis.RELATIVE)


def _season(season: int, year: int | None, which: str, clock: Clock) -> Time | None:
    basis = TimeBasis.EXPLICIT
    if year is None:
        if clock.year is None:
            return Time(value=None, granularity=Granularity.SEASON, basis=TimeBasis.RELATIVE)
        basis = TimeBasis.RELATIVE if clock.day is not None else TimeBasis.YEAR_INFERRED
        year = clock.year + {"last": -1, "next": 1, "去": -1, "明": 1}.get(which, 0)
    value = f"{year}-{season}"
    if clock.day is None and basis != TimeBasis.EXPLICIT:
        return Time(value=value, granularity=Granularity.SEASON, basis=basis)
    first = {21: 3, 22: 6, 23: 9, 24: 12}[season]
    last = first + 2
    end = _month_end(year + (last > 12), last if last <= 12 else last - 12)
    return _span_time(value, Granularity.SEASON, basis, date(year, first, 1), end)


def _part_of_year(part: str, year: int) -> Time:
    bounds = {
        "early": (1, 3),
        "beginning": (1, 3),
        "start": (1, 3),
        "mid": (5, 8),
        "middle": (5, 8),
        "late": (10, 12),
        "end": (10, 12),
    }
    first, last = bounds[part]
    return _span_time(
        f"{year}-{first:02d}/{year}-{last:02d}",
        Granularity.INTERVAL,
        TimeBasis.EXPLICIT,
        date(year, first, 1),
        _month_end(year, last),
    )


def _ago(count: int, unit: str, clock: Clock) -> Time | None:
    if clock.day is None:
        return Time(value=None, granularity=Granularity.NONE, basis=TimeBasis.RELATIVE)
    if unit.startswith(("day", "天", "日")):
        return _day(clock.day - timedelta(days=count), TimeBasis.RELATIVE)
    if unit.startswith(("week", "周")):
        first = clock.day - timedelta(days=7 * count + 3)
        return _span_time(
            (clock.day - timedelta(days=7 * count)).isoformat() + "~",
            Granularity.WEEK,
            TimeBasis.RELATIVE,
            first,
            first + timedelta(days=6),
        )
    if unit.startswith(("month", "月", "个月")):
        index = clock.day.year * 12 + clock.day.month - 1 - count
        return _month(index // 12, index % 12 + 1, TimeBasis.RELATIVE)
    return _year(clock.day.year - count, TimeBasis.RELATIVE)


def _near(unit: str, which: str, clock: Clock) -> Time | None:
    """ "Last week", "this month", "later this year" and their like."""
    step = {"last": -1, "上": -1, "previous": -1, "去": -1, "next": 1, "下": 1, "coming": 1, "明": 1}.get(which, 0)
    if unit == "year":
        if clock.year is None:
            return Time(value=None, granularity=Granularity.YEAR, basis=TimeBasis.RELATIVE)
        return _year(clock.year + step, TimeBasis.RELATIVE) if clock.day else _only_year(clock)
    if clock.day is None:
        return _only_year(clock)
    if unit == "month":
        index = clock.day.year * 12 + clock.day.month - 1 + step
        return _month(index // 12, index % 12 + 1, TimeBasis.RELATIVE)
    monday = clock.day - timedelta(days=clock.day.weekday()) + timedelta(days=7 * step)
    sunday = monday + timedelta(days=6)
    return _span_time(f"{monday.isoformat()}/{sunday.isoformat()}", Granularity.WEEK, TimeBasis.RELATIVE, monday, sunday)


def _plain_month(months: dict[str, int], match: re.Match[str], clock: Clock) -> Time | None:
    month = months[match["m"]]
    year = int(match["y"]) if match["y"] else None
    if year is not None:
        return _month(year, month, TimeBasis.EXPLICIT)
    if clock.day is not None:
        step = -1 if (match["w"] or "").startswith("last") and month >= clock.day.month else 0
        year = clock.day.year + step - (1 if month > clock.day.month + 2 and not step else 0)
        return _month(year, month, TimeBasis.YEAR_INFERRED)
    return _month(clock.year, month, TimeBasis.YEAR_INFERRED if clock.year else TimeBasis.EXPLICIT)


def _recent(match: re.Match[str], clock: Clock, _: bool) -> Time:
    latest = clock.day.isoformat() if clock.day else None
    return Time(value=None, granularity=Granularity.RECENT, basis=TimeBasis.VAGUE, earliest=None, latest=latest)


def _relative_day(steps: dict[str, int]) -> Reader:
    def read(match: re.Match[str], clock: Clock, _: bool) -> Time | None:
        if clock.day is None:
            return _only_year(clock)
        return _day(clock.day + timedelta(days=steps[match["d"]]), TimeBasis.RELATIVE)

    return read


def _english(calendar: Calendar) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    months, weekdays, seasons = calendar.months, calendar.weekdays, calendar.seasons
    month, weekday, season = ("|".join(sorted(words, key=len, reverse=True)) for words in (months, weekdays, seasons))
    part = r"(?P<p>early|beginning|start|mid|middle|late|end)(?:[- ]| of )(?:the )?"
    return (
        (
            re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
            lambda m, c, _: _month_day(int(m["m"]), int(m["d"]), int(m["y"]), c),
        ),
        (
            re.compile(rf"\b(?P<m>{month})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:|,?\d)(?:,? (?P<y>(?:19|20)\d\d)\b)?"),
            lambda m, c, _: _month_day(months[m["m"]], int(m["d"]), int(m["y"]) if m["y"] else None, c),
        ),
        (
            re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{month})\b\.?(?:,? (?P<y>(?:19|20)\d\d)\b)?"),
            lambda m, c, _: _month_day(months[m["m"]], int(m["d"]), int(m["y"]) if m["y"] else None, c),
        ),
        (re.compile(rf"\b{part}(?P<y>(?:19|20)\d\d)\b"), lambda m, c, _: _part_of_year(m["p"], int(m["y"]))),
        (
            re.compile(
                rf"\b(?P<w>in|since|until|last|this|by|early|late|mid|through|from|of|next|during|to)"
                rf"(?: early| late| mid|-)? ?(?P<m>{month})\b\.?(?:,? (?P<y>(?:19|20)\d\d)\b)?"
            ),
            lambda m, c, _: _plain_month(months, m, c),
        ),
        (
            re.compile(rf"\b(?:last year,? in (?P<m>{month})|in (?P<n>{month}) (?:of )?last year)\b"),
            lambda m, c, _: _month(c.year - 1, months[m["m"] or m["n"]], TimeBasis.RELATIVE) if c.year else None,
        ),
        (re.compile(rf"\b(?P<w>)(?P<m>{month}),? (?P<y>(?:19|20)\d\d)\b"), lambda m, c, _: _plain_month(months, m, c)),
        (
            re.compile(
                rf"\b(?:(?P<e>earlier |later )?(?P<w>this|last|next|in the|in|during the|the) )"
                rf"(?P<s>{season})(?: of)?(?: (?P<y>(?:19|20)\d\d))?\b"
            ),
            lambda m, c, _: (
                _season(seasons[m["s"]], int(m["y"]) if m["y"] else None, m["w"], c)
                if m["y"] or m["w"] in ("this", "last", "next")
                else None
            ),
        ),
        (
            re.compile(
                rf"\b(?:(?P<w>this|last|next|on|late|early|by|since|until|before|from|late on|coming) )?"
                rf"(?P<d>{weekday})\b(?!'s)"
            ),
            lambda m, c, _: _weekday(weekdays[m["d"]], m["w"] or "", c),
        ),
        (
            re.compile(
                r"\b(?:on|since|from|until|by|of|till|and) the (?P<ordinal>\d{1,2})(?:st|nd|rd|th)\b"
                r"(?! \w+ (?:congress|anniversary))"
            ),
            lambda m, c, _: _month_day(c.day.month, int(m["ordinal"]), None, c) if c.day else None,
        ),
        (
            re.compile(r"\b(?P<d>yesterday|today|tomorrow|tonight|overnight)\b"),
            _relative_day({"yesterday": -1, "today": 0, "tomorrow": 1, "tonight": 0, "overnight": 0}),
        ),
        (
            re.compile(r"\b(?:(?:earlier|later) )?(?P<w>this|last|next|previous|coming)(?: past)? (?P<u>week|month|year)\b"),
            lambda m, c, _: _near(m["u"], m["w"], c),
        ),
        (
            re.compile(r"\b(?P<n>\d+|one|two|three|four|five|six|seven|eight|nine|ten|a) (?P<u>day|week|month|year)s? ago\b"),
            lambda m, c, _: _ago(int(m["n"]) if m["n"].isdigit() else NUMBER_WORDS[m["n"]], m["u"], c),
        ),
        (
            re.compile(r"\b(?:in|since|during|until|by|of|from|back in|throughout) (?P<y>(?:19|20)\d\d)\b(?!-)"),
            lambda m, c, _: _year(int(m["y"]), TimeBasis.EXPLICIT),
        ),
        (
            re.compile(
                r"\b(?:during|in|at|ahead of|before|after|around|since|of) (?:the|its|[a-z]+'s) (?P<y>(?:19|20)\d\d)"
                r" (?=(?:[\w-]+ ){0,2}?"
                r"(?:elections?|vote|polls?|coup|protests?|war|olympics|referendum|uprising|unrest|invasion)\b)"
            ),
            lambda m, c, _: _year(int(m["y"]), TimeBasis.EXPLICIT),
        ),
        (
            re.compile(
                rf"\b(?:between|from) (?P<m>{month})(?:,? (?P<y>(?:19|20)\d\d))? (?:and|to|until|through) "
                rf"(?P<n>{month})(?:,? (?P<z>(?:19|20)\d\d))?\b(?! \d)"
            ),
            lambda m, c, _: _months(m["y"], months[m["m"]], m["z"], months[m["n"]], c),
        ),
        (re.compile("|".join(rf"\b{word}\b" for word in calendar.recent)), _recent),
    )


_NEAR_MONTHS = 6  # a bare month further ahead than these is the last one of its name
_AHEAD = re.compile(r"(?:将(?:于|自|在)?|不晚于|最迟)$")


def _bare_month(month: int, clock: Clock) -> Time | None:
    """A month without a year: the one of publication, or of the year before when it is not near yet."""
    early = clock.day is not None and month > clock.day.month + _NEAR_MONTHS
    year = clock.year - early if clock.year is not None else None
    return _month(year, month, TimeBasis.YEAR_INFERRED if year else TimeBasis.EXPLICIT) if 1 <= month <= 12 else None


def _stretch(match: re.Match[str], clock: Clock) -> Time | None:
    """A half or a quarter of a year, in EDTF's numbers: 上半年 is 40, 一季度 is 33."""
    year = year_of(match["y"]) if match["y"] else (clock.year - (match["w"] == "去") if clock.year else None)
    if year is None:
        return None
    basis = TimeBasis.EXPLICIT if match["y"] else TimeBasis.RELATIVE
    months, part = (6, "上下".index(match["h"])) if match["h"] else (3, number_of(match["q"]) - 1)
    kind, number = (Granularity.HALF_YEAR, 40) if match["h"] else (Granularity.QUARTER, 33)
    ends = date(year, part * months + 1, 1), _month_end(year, (part + 1) * months)
    return _span_time(f"{year}-{number + part}", kind, basis, *ends)


def _day_of_near_month(number: int, which: str, clock: Clock) -> Time | None:
    """本月4日, 上月18日."""
    if clock.day is None:
        return None
    index = clock.day.year * 12 + clock.day.month - 1 - (which == "上")
    return _day(day_of(index // 12, index % 12 + 1, number), TimeBasis.RELATIVE)


def _day_of_month(match: re.Match[str], clock: Clock) -> Time | None:
    """18日 of the month of publication, or of the one before when that day has not come yet and nothing says that it will."""
    if clock.day is None:
        return None
    number = number_of(match["ordinal"])
    coming = _AHEAD.search(match.string, max(0, match.start() - 4), match.start()) or match.string.startswith(
        ("前", "之前", "以前"), match.end()
    )
    month = clock.day.month
    if not coming and number > clock.day.day:
        month = (month - 2) % 12 + 1
    elif coming and number < clock.day.day:
        month = month % 12 + 1
    return _month_day(month, number, None, clock)


def _months(first: str | None, month: int, last: str | None, end: int, clock: Clock) -> Time | None:
    """From one month to another, in the years that are written, else in the clock's."""
    year = int(first) if first else int(last) if last else clock.year
    if year is None or not (1 <= month <= 12 and 1 <= end <= 12):
        return None
    until = int(last) if last else year + (end < month)
    basis = TimeBasis.EXPLICIT if first or last else TimeBasis.YEAR_INFERRED
    value = f"{year}-{month:02d}/{until}-{end:02d}"
    return _span_time(value, Granularity.INTERVAL, basis, date(year, month, 1), _month_end(until, end))


def _chinese(calendar: Calendar) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    weekdays, seasons = calendar.weekdays, calendar.seasons
    weekday = "|".join(weekdays)
    season = "|".join(sorted(seasons, key=len, reverse=True))
    parts = {"初": "early", "中": "mid", "底": "late", "末": "late"}
    return (
        (
            re.compile(r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
            lambda m, c, _: _month_day(int(m["m"]), int(m["d"]), int(m["y"]), c),
        ),
        (
            re.compile(rf"(?:(?P<y>{HANZI_YEAR})年)?(?P<w>今年|去年)?(?P<m>{HANZI_DAY})月(?P<d>{HANZI_DAY})(?:日|号)"),
            lambda m, c, _: _month_day(
                number_of(m["m"]),
                number_of(m["d"]),
                year_of(m["y"]) if m["y"] else (c.year - 1 if m["w"] == "去年" and c.year else None),
                c,
            ),
        ),
        (
            re.compile(rf"(?P<w>本|当|同|上)个?月(?P<d>{HANZI_DAY})(?:日|号)"),
            lambda m, c, _: _day_of_near_month(number_of(m["d"]), m["w"], c),
        ),
        (
            re.compile(
                r"(?:(?P<y>(?:19|20)\d\d)年)?(?P<m>\d{1,2})月(?:份)?[至到-](?:(?P<z>(?:19|20)\d\d)年)?(?P<n>\d{1,2})月(?!\d)(?:份|底|末)?"
            ),
            lambda m, c, _: _months(m["y"], int(m["m"]), m["z"], int(m["n"]), c),
        ),
        (
            re.compile(rf"(?P<w>今|去|明)年(?P<m>{HANZI_DAY})月(?:份|初|中旬|下旬|上旬|底|末)?(?!\d)"),
            lambda m, c, _: (
                _month(c.year + "去今明".index(m["w"]) - 1, number_of(m["m"]), TimeBasis.YEAR_INFERRED)
                if c.year and m["m"] in HANZI_MONTHS
                else None
            ),
        ),
        (
            re.compile(rf"(?P<y>{HANZI_YEAR})年(?P<p>初|中(?![国央共华东部期级小])|底|末)"),
            lambda m, c, _: _part_of_year(parts[m["p"]], year_of(m["y"])),
        ),
        (
            re.compile(rf"(?P<y>{HANZI_YEAR})年(?P<m>{HANZI_DAY})月(?:份|初|中旬|下旬|上旬|底)?"),
            lambda m, c, _: _month(year_of(m["y"]), number_of(m["m"]), TimeBasis.EXPLICIT) if m["m"] in HANZI_MONTHS else None,
        ),
        (
            re.compile(rf"(?:(?P<w>今|去|明)年?|(?P<y>{HANZI_YEAR})年)(?P<s>{season})(?![节运晚令奥招假])(?:季|天)?"),
            lambda m, c, _: _season(seasons[m["s"]], year_of(m["y"]) if m["y"] else None, m["w"] or "", c),
        ),
        (
            re.compile(rf"(?P<w>本|上|下|这)?(?:个)?(?:周|星期|礼拜)(?P<d>{weekday})"),
            lambda m, c, _: _weekday(weekdays[m["d"]], (m["w"] or "").replace("这", "本"), c),
        ),
        (
            re.compile(
                r"(?<![\d月一二三四五六七八九十第])(?P<ordinal>\d{1,2}|[一二三]?十[一二三四五六七八九]?)(?:日|号)"
                r"(?![内前起]?(?:内|龄))(?!本|报)"
            ),
            lambda m, c, _: _day_of_month(m, c),
        ),
        (
            re.compile(r"(?P<d>昨天|昨日|昨晚|今天|今日|今晨|明天|明日|前天|即日(?=起))"),
            _relative_day(
                {
                    "昨天": -1,
                    "昨日": -1,
                    "昨晚": -1,
                    "今天": 0,
                    "今日": 0,
                    "今晨": 0,
                    "即日": 0,
                    "明天": 1,
                    "明日": 1,
                    "前天": -2,
                }
            ),
        ),
        (
            re.compile(r"(?P<w>上|本|下|这)个?(?P<u>周|月|星期)(?![一二三四五六日天\d])"),
            lambda m, c, _: _near("month" if m["u"] == "月" else "week", m["w"], c),
        ),
        (
            re.compile(rf"(?:(?P<w>今|去)年|(?P<y>{HANZI_YEAR})年)?(?:(?P<h>[上下])半年|第?(?P<q>[一二三四])季度)"),
            lambda m, c, _: _stretch(m, c),
        ),
        (re.compile(r"(?P<w>今|去|明)年(?:初|底|年初|年底)?"), lambda m, c, _: _near("year", m["w"], c)),
        (
            re.compile(r"(?P<n>\d+|[一两二三四五六七八九十])(?P<u>天|日|周|个月|年)前"),
            lambda m, c, _: _ago(number_of(m["n"]), m["u"], c),
        ),
        (
            re.compile(rf"(?P<y>{HANZI_YEAR})年(?!\d|初|中(?![国央共华东部期级小])|底|末)"),
            lambda m, c, _: _year(year_of(m["y"]), TimeBasis.EXPLICIT),
        ),
        (
            re.compile(
                rf"(?<![\d个几数一二三四五六七八九十])(?<![\d每今去明]年)(?P<m>{HANZI_DAY})月(?:份|初|中旬|下旬|上旬|底|末)?(?![\d饼球亮光色])"
            ),
            lambda m, c, _: _bare_month(number_of(m["m"]), c),
        ),
        (re.compile("|".join(calendar.recent)), _recent),
    )

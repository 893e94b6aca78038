"""Step four: times. Phrases become EDTF values as fine as the text supports, never finer; each keeps what it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from admittance.documents.clean import Clean
from admittance.documents.lexicon import Calendar, EventAnchor, Lexicon
from admittance.model.documents import Granularity, PublishedBasis, Time, TimeBasis

__all__ = ["NOT_STATED", "Clock", "When", "clock_of", "times_in"]

NOT_STATED = Time(value=None, granularity=Granularity.NONE, basis=TimeBasis.VAGUE)
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "a": 1, "an": 1,
          "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """What a document's "now" is: a day, or only a year that its text gives away, or nothing."""

    day: date | None
    year: int | None
    published: str | None
    basis: PublishedBasis


@dataclass(frozen=True, slots=True)
class When:
    """A time phrase in a text with its reading."""

    start: int
    end: int
    time: Time


def clock_of(clean: Clean, lowered: str, published: str | None, url: str | None, lexicon: Lexicon) -> Clock:
    """The clock of a document: given, else from its dateline or address, else the year its text gives away."""
    if published:
        match = re.match(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", published)
        if match and match.group(3):
            day = _date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
            return Clock(day, int(match.group(1)), published if day is None else day.isoformat(), "metadata")
        if match:
            return Clock(None, int(match.group(1)), match.group(0), "metadata")
    head = lowered[:260]
    for pattern, read in _all_patterns(lexicon):
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
            day = _date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
            if day is not None:
                return Clock(day, day.year, day.isoformat(), "url")
    year = _year_given_away(lowered, lexicon.anchors)
    if year is not None:
        return Clock(None, year, str(year), "inferred-from-text")
    return Clock(None, None, None, "unknown")


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
) -> list[When]:
    """The time phrases of a sentence, in order. ``context_month`` is the year and month last named, for "the 15th";
    ``names`` are stretches that belong to names (今日头条 holds no "today").
    """
    calendar = lexicon.languages[language].calendar
    never = [match.span() for match in _one_of(calendar.never).finditer(text)]
    found: list[When] = []
    taken: list[tuple[int, int]] = [*never, *names]
    makers = _patterns(calendar) if language == "en" else _patterns_zh(calendar)
    for anchor_time in _events(text, base, clock, lexicon.anchors):
        found.append(anchor_time)
        taken.append((anchor_time.start - base, anchor_time.end - base))
    for pattern, read in makers:
        for match in pattern.finditer(text):
            if any(match.start() < last and first < match.end() for first, last in taken):
                continue
            here = clock
            if context_month is not None and "ordinal" in pattern.groupindex:
                time = _ordinal(int(match.group("ordinal")), context_month, clock)
            else:
                time = read(match, here, False)
            if time is None:
                continue
            found.append(When(base + match.start(), base + match.end(), time))
            taken.append(match.span())
    found.sort(key=lambda when: when.start)
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


# ---- building times -------------------------------------------------------------------------------------------------------


def _date(year: int, month: int, day: int) -> date | None:
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
        return _day(_date(year, month, day), TimeBasis.EXPLICIT)
    if clock.day is not None:
        return _day(_nearest(clock.day, month, day), TimeBasis.YEAR_INFERRED)
    if clock.year is not None:
        return _day(_date(clock.year, month, day), TimeBasis.YEAR_INFERRED)
    return Time(value=f"XXXX-{month:02d}-{day:02d}", granularity=Granularity.DAY, basis=TimeBasis.EXPLICIT)


def _nearest(anchor: date, month: int, day: int) -> date | None:
    """The day of a month that lies nearest to publication; up to two months ahead counts as near as it is."""
    candidates = [found for year in (anchor.year - 1, anchor.year, anchor.year + 1) if (found := _date(year, month, day))]
    return min(
        candidates, key=lambda found: abs((found - anchor).days) + (250 if (found - anchor).days > 120 else 0), default=None
    )


def _ordinal(day: int, context: tuple[int | None, int], clock: Clock) -> Time | None:
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
    elif which in ("by", "until", "before") and behind:
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


Reader = Callable[[re.Match[str], Clock, bool], Time | None]


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


_CALENDARS: dict[int, Calendar] = {}


def _patterns(calendar: Calendar) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    _CALENDARS[id(calendar)] = calendar
    return _english(id(calendar))


def _patterns_zh(calendar: Calendar) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    _CALENDARS[id(calendar)] = calendar
    return _chinese(id(calendar))


@cache
def _english(key: int) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    calendar = _CALENDARS[key]
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
                rf"\b(?P<w>in|since|until|last|this|by|early|late|mid|through|from|of|next|during|to)(?: early| late| mid|-)? ?(?P<m>{month})\b\.?(?:,? (?P<y>(?:19|20)\d\d)\b)?"
            ),
            lambda m, c, _: _plain_month(months, m, c),
        ),
        (re.compile(rf"\b(?P<w>)(?P<m>{month}),? (?P<y>(?:19|20)\d\d)\b"), lambda m, c, _: _plain_month(months, m, c)),
        (
            re.compile(
                rf"\b(?:(?P<e>earlier |later )?(?P<w>this|last|next|in the|in|during the|the) )(?P<s>{season})(?: of)?(?: (?P<y>(?:19|20)\d\d))?\b"
            ),
            lambda m, c, _: (
                _season(seasons[m["s"]], int(m["y"]) if m["y"] else None, m["w"], c)
                if m["y"] or m["w"] in ("this", "last", "next")
                else None
            ),
        ),
        (
            re.compile(
                rf"\b(?:(?P<w>this|last|next|on|late|early|by|since|until|before|from|late on|coming) )?(?P<d>{weekday})\b(?!'s)"
            ),
            lambda m, c, _: _weekday(weekdays[m["d"]], m["w"] or "", c),
        ),
        (
            re.compile(
                r"\b(?:on|since|from|until|by|of|till|and) the (?P<ordinal>\d{1,2})(?:st|nd|rd|th)\b(?! \w+ (?:congress|anniversary))"
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
            lambda m, c, _: _ago(int(m["n"]) if m["n"].isdigit() else _WORDS[m["n"]], m["u"], c),
        ),
        (
            re.compile(r"\b(?:in|since|during|until|by|of|from|back in|throughout) (?P<y>(?:19|20)\d\d)\b(?!-)"),
            lambda m, c, _: _year(int(m["y"]), TimeBasis.EXPLICIT),
        ),
        (re.compile("|".join(rf"\b{word}\b" for word in calendar.recent)), _recent),
    )


def _number_zh(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS.get(text, 1)


@cache
def _chinese(key: int) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    calendar = _CALENDARS[key]
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
            re.compile(r"(?:(?P<y>(?:19|20)\d\d)年)?(?P<w>今年|去年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]"),
            lambda m, c, _: _month_day(
                int(m["m"]), int(m["d"]), int(m["y"]) if m["y"] else (c.year - 1 if m["w"] == "去年" and c.year else None), c
            ),
        ),
        (re.compile(r"(?P<y>(?:19|20)\d\d)年(?P<p>初|中|底|末)"), lambda m, c, _: _part_of_year(parts[m["p"]], int(m["y"]))),
        (
            re.compile(r"(?:(?P<y>(?:19|20)\d\d)年)(?P<m>\d{1,2})月(?:份|初|中旬|下旬|上旬|底)?"),
            lambda m, c, _: _month(int(m["y"]), int(m["m"]), TimeBasis.EXPLICIT) if 1 <= int(m["m"]) <= 12 else None,
        ),
        (
            re.compile(rf"(?P<w>今|去|明)年?(?P<s>{season})(?:季|天)?"),
            lambda m, c, _: _season(seasons[m["s"]], None, m["w"], c),
        ),
        (
            re.compile(rf"(?P<y>(?:19|20)\d\d)年(?P<s>{season})(?:季|天)?"),
            lambda m, c, _: _season(seasons[m["s"]], int(m["y"]), "", c),
        ),
        (
            re.compile(rf"(?P<w>本|上|下|这)?(?:个)?(?:周|星期|礼拜)(?P<d>{weekday})"),
            lambda m, c, _: _weekday(weekdays[m["d"]], (m["w"] or "").replace("这", "本"), c),
        ),
        (
            re.compile(r"(?<![\d月])(?P<ordinal>\d{1,2})[日号](?![内前起]?(?:内|龄))(?!本|报)"),
            lambda m, c, _: (
                _month_day(
                    c.day.month if c.day and int(m["ordinal"]) <= c.day.day else (c.day.month - 2) % 12 + 1,
                    int(m["ordinal"]),
                    None,
                    c,
                )
                if c.day
                else None
            ),
        ),
        (
            re.compile(r"(?P<d>昨天|昨日|昨晚|今天|今日|今晨|明天|明日|前天)"),
            _relative_day(
                {"昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晨": 0, "明天": 1, "明日": 1, "前天": -2}
            ),
        ),
        (
            re.compile(r"(?P<w>上|本|下|这)个?(?P<u>周|月|星期)(?![一二三四五六日天\d])"),
            lambda m, c, _: _near("month" if m["u"] == "月" else "week", m["w"], c),
        ),
        (re.compile(r"(?P<w>今|去|明)年(?:初|底|年初|年底)?"), lambda m, c, _: _near("year", m["w"], c)),
        (
            re.compile(r"(?P<n>\d+|[一两二三四五六七八九十])(?P<u>天|日|周|个月|年)前"),
            lambda m, c, _: _ago(_number_zh(m["n"]), m["u"], c),
        ),
        (re.compile(r"(?P<y>(?:19|20)\d\d)年(?!\d|初|中|底|末)"), lambda m, c, _: _year(int(m["y"]), TimeBasis.EXPLICIT)),
        (
            re.compile(r"(?<![\d年])(?P<m>\d{1,2})月(?:份|初|中旬|下旬|上旬|底|末)?(?!\d)"),
            lambda m, c, _: (
                _month(c.year, int(m["m"]), TimeBasis.YEAR_INFERRED if c.year else TimeBasis.EXPLICIT)
                if 1 <= int(m["m"]) <= 12
                else None
            ),
        ),
        (re.compile("|".join(calendar.recent)), _recent),
    )


def _all_patterns(lexicon: Lexicon) -> Iterator[tuple[re.Pattern[str], Reader]]:
    for code, language in lexicon.languages.items():
        yield from _patterns(language.calendar) if code == "en" else _patterns_zh(language.calendar)

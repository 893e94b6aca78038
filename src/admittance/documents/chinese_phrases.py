"""Phrases of time in Chinese and how each is read: 18日, 本周四, 上月, 上半年; the most telling first."""

from __future__ import annotations

import re
from datetime import date

from admittance.documents.lexicon import Calendar
from admittance.documents.numerals import HANZI_DAY, HANZI_MONTHS, HANZI_YEAR, number_of, year_of
from admittance.documents.reckon import (
    Clock,
    Reader,
    ago,
    day_of,
    month_end,
    near,
    of_day,
    of_month,
    of_month_day,
    of_months,
    of_season,
    of_weekday,
    of_year,
    part_of_year,
    recent,
    relative_day,
    stretch,
)
from admittance.model.documents import Granularity, Time, TimeBasis

__all__ = ["chinese_phrases"]


def _year_beside(word: str | None, clock: Clock) -> int | None:
    """The year that 去年 or 明年 names, None for 今年 or no word: the nearest day is meant then."""
    return clock.year + {"去年": -1, "明年": 1}[word] if word in {"去年", "明年"} and clock.year else None


def chinese_phrases(calendar: Calendar) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """The patterns of Chinese with their readers, the most telling first."""
    weekdays, seasons = calendar.weekdays, calendar.seasons
    weekday = "|".join(weekdays)
    season = "|".join(sorted(seasons, key=len, reverse=True))
    parts = {"初": "early", "中": "mid", "底": "late", "末": "late"}
    return (
        (
            re.compile(r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
            lambda m, c, _: of_month_day(int(m["m"]), int(m["d"]), int(m["y"]), c),
        ),
        (
            re.compile(rf"(?:(?P<y>{HANZI_YEAR})年)?(?P<w>[今去明]年)?(?P<m>{HANZI_DAY})月(?P<d>{HANZI_DAY})(?:日|号)"),
            lambda m, c, _: of_month_day(
                number_of(m["m"]),
                number_of(m["d"]),
                year_of(m["y"]) if m["y"] else _year_beside(m["w"], c),
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
            lambda m, c, _: of_months(m["y"], int(m["m"]), m["z"], int(m["n"]), c),
        ),
        (
            re.compile(rf"(?P<w>今|去|明)年(?P<m>{HANZI_DAY})月(?:份|初|中旬|下旬|上旬|底|末)?(?!\d)"),
            lambda m, c, _: (
                of_month(c.year + "去今明".index(m["w"]) - 1, number_of(m["m"]), TimeBasis.YEAR_INFERRED)
                if c.year and m["m"] in HANZI_MONTHS
                else None
            ),
        ),
        (
            re.compile(rf"(?P<y>{HANZI_YEAR})年(?P<p>初|中(?![国央共华东部期级小])|底|末)"),
            lambda m, c, _: part_of_year(parts[m["p"]], year_of(m["y"])),
        ),
        (
            re.compile(rf"(?P<y>{HANZI_YEAR})年(?P<m>{HANZI_DAY})月(?:份|初|中旬|下旬|上旬|底)?"),
            lambda m, c, _: (
                of_month(year_of(m["y"]), number_of(m["m"]), TimeBasis.EXPLICIT) if m["m"] in HANZI_MONTHS else None
            ),
        ),
        (
            re.compile(rf"(?:(?P<w>今|去|明)年?|(?P<y>{HANZI_YEAR})年)(?P<s>{season})(?![节运晚令奥招假])(?:季|天)?"),
            lambda m, c, _: of_season(seasons[m["s"]], year_of(m["y"]) if m["y"] else None, m["w"] or "", c),
        ),
        (
            re.compile(rf"(?P<w>本|上|下|这)?(?:个)?(?:周|星期|礼拜)(?P<d>{weekday})"),
            lambda m, c, _: of_weekday(weekdays[m["d"]], (m["w"] or "").replace("这", "本"), c),
        ),
        (
            re.compile(
                r"(?<![\d月一二三四五六七八九十第])(?P<ordinal>\d{1,2}|[一二三]?十[一二三四五六七八九]?)(?:日|号)"
                r"(?![内前起]?(?:内|龄))(?!本|报)"
            ),
            lambda m, c, _: _day_of_month(m, c),
        ),
        (
            re.compile(
                r"(?P<d>昨天|昨日|昨晚|今天|今日|今晨|明天|明日|前天|即日(?=起)|昨|(?<![如至迄当现古而])今(?=起|早|午|晚|宣布|表示|证实|[(]))"
            ),
            relative_day(
                {
                    "昨天": -1,
                    "昨日": -1,
                    "昨晚": -1,
                    "昨": -1,
                    "今天": 0,
                    "今日": 0,
                    "今晨": 0,
                    "今": 0,
                    "即日": 0,
                    "明天": 1,
                    "明日": 1,
                    "前天": -2,
                }
            ),
        ),
        (
            re.compile(r"(?P<w>上|本|下|这)个?(?P<u>周|月|星期)(?![一二三四五六日天\d])"),
            lambda m, c, _: near("month" if m["u"] == "月" else "week", m["w"], c),
        ),
        (
            re.compile(rf"(?:(?P<w>今|去)年|(?P<y>{HANZI_YEAR})年)?(?:(?P<h>[上下])半年|第?(?P<q>[一二三四])季度)"),
            lambda m, c, _: _stretch(m, c),
        ),
        (re.compile(r"(?P<w>今|去|明)年(?:初|底|年初|年底)?"), lambda m, c, _: near("year", m["w"], c)),
        (
            re.compile(r"(?P<n>\d+|[一两二三四五六七八九十])(?P<u>天|日|周|个月|年)前"),
            lambda m, c, _: ago(number_of(m["n"]), m["u"], c),
        ),
        (
            re.compile(rf"(?P<y>{HANZI_YEAR})年(?!\d|初|中(?![国央共华东部期级小])|底|末)"),
            lambda m, c, _: of_year(year_of(m["y"]), TimeBasis.EXPLICIT),
        ),
        (
            re.compile(
                rf"(?<![\d个几数一二三四五六七八九十])(?<![\d每今去明]年)(?P<m>{HANZI_DAY})月(?:份|初|中旬|下旬|上旬|底|末)?(?![\d饼球亮光色])"
            ),
            lambda m, c, _: _bare_month(number_of(m["m"]), c),
        ),
        (re.compile("|".join(calendar.recent)), recent),
    )


_NEAR_MONTHS = 6  # a bare month further ahead than these is the last one of its name
_AHEAD = re.compile(r"(?:将(?:于|自|在)?|不晚于|最迟|(?:将|会|预计)[^,。;]{0,6}[到至])$")


def _bare_month(month: int, clock: Clock) -> Time | None:
    """A month without a year: the one of publication, or of the year before when it is not near yet."""
    early = clock.day is not None and month > clock.day.month + _NEAR_MONTHS
    year = clock.year - early if clock.year is not None else None
    return of_month(year, month, TimeBasis.YEAR_INFERRED if year else TimeBasis.EXPLICIT) if 1 <= month <= 12 else None


def _stretch(match: re.Match[str], clock: Clock) -> Time | None:
    """A half or a quarter of a year, in EDTF's numbers: 上半年 is 40, 一季度 is 33."""
    year = year_of(match["y"]) if match["y"] else (clock.year - (match["w"] == "去") if clock.year else None)
    if year is None:
        return None
    basis = TimeBasis.EXPLICIT if match["y"] else TimeBasis.RELATIVE
    months, part = (6, "上下".index(match["h"])) if match["h"] else (3, number_of(match["q"]) - 1)
    kind, number = (Granularity.HALF_YEAR, 40) if match["h"] else (Granularity.QUARTER, 33)
    ends = date(year, part * months + 1, 1), month_end(year, (part + 1) * months)
    return stretch(f"{year}-{number + part}", kind, basis, *ends)


def _day_of_near_month(number: int, which: str, clock: Clock) -> Time | None:
    """本月4日, 上月18日."""
    if clock.day is None:
        return None
    index = clock.day.year * 12 + clock.day.month - 1 - (which == "上")
    return of_day(day_of(index // 12, index % 12 + 1, number), TimeBasis.RELATIVE)


def _day_of_month(match: re.Match[str], clock: Clock) -> Time | None:
    """18日 of the month of publication, or of the one before when that day has not come yet and nothing says that it will."""
    if clock.day is None:
        return None
    number = number_of(match["ordinal"])
    coming = _AHEAD.search(match.string, max(0, match.start() - 10), match.start()) or match.string.startswith(
        ("前", "之前", "以前"), match.end()
    )
    month = clock.day.month
    if not coming and number > clock.day.day:
        month = (month - 2) % 12 + 1
    elif coming and number < clock.day.day:
        month = month % 12 + 1
    return of_month_day(month, number, None, clock)

"""What a phrase of time comes to: days, months, seasons and stretches as EDTF, reckoned from a document's clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from admittance.model.documents import Granularity, PublishedBasis, Time, TimeBasis

__all__ = [
    "NOT_STATED",
    "Clock",
    "Reader",
    "ago",
    "day_of",
    "month_end",
    "near",
    "of_day",
    "of_month",
    "of_month_day",
    "of_months",
    "of_season",
    "of_weekday",
    "of_year",
    "only_year",
    "ordinal",
    "part_of_year",
    "recent",
    "relative_day",
    "stretch",
    "weekend",
]

NOT_STATED = Time(value=None, granularity=Granularity.NONE, basis=TimeBasis.VAGUE)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a document's "now" is: a day, or only a year that its text gives away, or nothing."""

    day: date | None
    year: int | None
    published: str | None
    basis: PublishedBasis


Reader = Callable[[re.Match[str], Clock, bool], Time | None]


def day_of(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def of_day(day: date | None, basis: TimeBasis) -> Time | None:
    """A day, or None when the calendar has no such day."""
    if day is None:
        return None
    return Time(
        value=day.isoformat(), granularity=Granularity.DAY, basis=basis, earliest=day.isoformat(), latest=day.isoformat()
    )


def stretch(value: str, granularity: Granularity, basis: TimeBasis, first: date, last: date) -> Time:
    """A value with the days between which it lies."""
    return Time(value=value, granularity=granularity, basis=basis, earliest=first.isoformat(), latest=last.isoformat())


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def of_month(year: int | None, month: int, basis: TimeBasis) -> Time:
    """A month; without a year ``XXXX-MM``."""
    if year is None:
        return Time(value=f"XXXX-{month:02d}", granularity=Granularity.MONTH, basis=TimeBasis.EXPLICIT)
    return stretch(f"{year}-{month:02d}", Granularity.MONTH, basis, date(year, month, 1), month_end(year, month))


def of_year(year: int, basis: TimeBasis) -> Time:
    """A whole year."""
    return stretch(str(year), Granularity.YEAR, basis, date(year, 1, 1), date(year, 12, 31))


def of_month_day(month: int, day: int, year: int | None, clock: Clock) -> Time | None:
    """A day and month; the year is written, else the one nearest to publication, else the text's, else unknown."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is not None:
        return of_day(day_of(year, month, day), TimeBasis.EXPLICIT)
    if clock.day is not None:
        return of_day(_nearest(clock.day, month, day), TimeBasis.YEAR_INFERRED)
    if clock.year is not None:
        return of_day(day_of(clock.year, month, day), TimeBasis.YEAR_INFERRED)
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
        return of_month_day(month, day, None, clock)
    return _relabel(of_month_day(month, day, year, clock), TimeBasis.YEAR_INFERRED if year is None else TimeBasis.RELATIVE)


def _relabel(time: Time | None, basis: TimeBasis) -> Time | None:
    if time is None or (time.basis == TimeBasis.EXPLICIT and time.value is not None and time.value.startswith("XXXX")):
        return time
    return Time(value=time.value, granularity=time.granularity, basis=basis, earliest=time.earliest, latest=time.latest)


def only_year(clock: Clock) -> Time | None:
    """What a day relative to an unknown publication day still says: the year, when the text gives it away."""
    if clock.year is None:
        return Time(value=None, granularity=Granularity.NONE, basis=TimeBasis.RELATIVE)
    return Time(value=str(clock.year), granularity=Granularity.YEAR, basis=TimeBasis.YEAR_INFERRED)


def of_weekday(weekday: int, which: str, clock: Clock) -> Time | None:
    """The day of a weekday: the last one before publication, or the one that ``which`` points to."""
    if clock.day is None:
        return only_year(clock)
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
    return of_day(day, TimeBasis.RELATIVE)


def of_season(season: int, year: int | None, which: str, clock: Clock) -> Time | None:
    """A season in EDTF's numbers (21 is spring), in its written year or in the clock's."""
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
    end = month_end(year + (last > 12), last if last <= 12 else last - 12)
    return stretch(value, Granularity.SEASON, basis, date(year, first, 1), end)


def part_of_year(part: str, year: int) -> Time:
    """ "Early 2018", "mid-2019", "the end of 2020" as three or four months of that year."""
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
    return stretch(
        f"{year}-{first:02d}/{year}-{last:02d}",
        Granularity.INTERVAL,
        TimeBasis.EXPLICIT,
        date(year, first, 1),
        month_end(year, last),
    )


def ago(count: int, unit: str, clock: Clock) -> Time | None:
    """A day, week, month or year that lies a number of them before publication."""
    if clock.day is None:
        return Time(value=None, granularity=Granularity.NONE, basis=TimeBasis.RELATIVE)
    if unit.startswith(("day", "天", "日")):
        return of_day(clock.day - timedelta(days=count), TimeBasis.RELATIVE)
    if unit.startswith(("week", "周")):
        first = clock.day - timedelta(days=7 * count + 3)
        return stretch(
            (clock.day - timedelta(days=7 * count)).isoformat() + "~",
            Granularity.WEEK,
            TimeBasis.RELATIVE,
            first,
            first + timedelta(days=6),
        )
    if unit.startswith(("month", "月", "个月")):
        index = clock.day.year * 12 + clock.day.month - 1 - count
        return of_month(index // 12, index % 12 + 1, TimeBasis.RELATIVE)
    return of_year(clock.day.year - count, TimeBasis.RELATIVE)


def near(unit: str, which: str, clock: Clock) -> Time | None:
    """ "Last week", "this month", "later this year" and their like."""
    step = {"last": -1, "上": -1, "previous": -1, "去": -1, "next": 1, "下": 1, "coming": 1, "明": 1}.get(which, 0)
    if unit == "year":
        if clock.year is None:
            return Time(value=None, granularity=Granularity.YEAR, basis=TimeBasis.RELATIVE)
        return of_year(clock.year + step, TimeBasis.RELATIVE) if clock.day else only_year(clock)
    if clock.day is None:
        return only_year(clock)
    if unit == "month":
        index = clock.day.year * 12 + clock.day.month - 1 + step
        return of_month(index // 12, index % 12 + 1, TimeBasis.RELATIVE)
    monday = clock.day - timedelta(days=clock.day.weekday()) + timedelta(days=7 * step)
    sunday = monday + timedelta(days=6)
    return stretch(f"{monday.isoformat()}/{sunday.isoformat()}", Granularity.WEEK, TimeBasis.RELATIVE, monday, sunday)


def recent(match: re.Match[str], clock: Clock, _: bool) -> Time:
    """ "Recently": no value, before publication."""
    latest = clock.day.isoformat() if clock.day else None
    return Time(value=None, granularity=Granularity.RECENT, basis=TimeBasis.VAGUE, earliest=None, latest=latest)


def relative_day(steps: dict[str, int]) -> Reader:
    """A reader of words such as "yesterday" by their steps in days from publication."""

    def read(match: re.Match[str], clock: Clock, _: bool) -> Time | None:
        if clock.day is None:
            return only_year(clock)
        return of_day(clock.day + timedelta(days=steps[match["d"]]), TimeBasis.RELATIVE)

    return read


def of_months(first: str | None, month: int, last: str | None, end: int, clock: Clock) -> Time | None:
    """From one month to another, in the years that are written, else in the clock's."""
    year = int(first) if first else int(last) if last else clock.year
    if year is None or not (1 <= month <= 12 and 1 <= end <= 12):
        return None
    until = int(last) if last else year + (end < month)
    basis = TimeBasis.EXPLICIT if first or last else TimeBasis.YEAR_INFERRED
    value = f"{year}-{month:02d}/{until}-{end:02d}"
    return stretch(value, Granularity.INTERVAL, basis, date(year, month, 1), month_end(until, end))


def weekend(_match: re.Match[str], clock: Clock, _chinese: bool) -> Time | None:
    """The Saturday and Sunday begun last before the writing."""
    if clock.day is None:
        return None
    saturday = clock.day - timedelta(days=(clock.day.weekday() - 5) % 7)
    sunday = saturday + timedelta(days=1)
    return stretch(f"{saturday}/{sunday}", Granularity.INTERVAL, TimeBasis.RELATIVE, saturday, sunday)

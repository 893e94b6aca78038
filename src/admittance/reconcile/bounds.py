"""The times of statements, written in EDTF, as bounds in UTC."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from admittance.model.documents import Time

__all__ = ["Bounds", "claim_bounds"]

Bounds = tuple[datetime, datetime]
"""From a moment, inclusive, to another, exclusive; both in UTC."""

_AHEAD = timedelta(hours=14)  # the civil zones of the Earth lie between UTC+14 and UTC−12
_BEHIND = timedelta(hours=12)
_DAY = timedelta(days=1)

_CALENDAR = re.compile(r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d\d|XX))?(?:-(?P<day>\d\d|\dX|XX))?")
_WEEK = re.compile(r"(?P<year>\d{4})-W(?P<week>\d\d)(?:-(?P<day>[1-7]))?")
_CLOCK = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[T ](?P<hour>\d\d)(?::?(?P<minute>\d\d))?(?::?(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?"
)
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?")

# Sub-year groupings of ISO 8601-2 section 4.8 as (first month, first day, months, days past these), where a season reaches from
# its meteorological start to its astronomical end. Seasons without a hemisphere are read as northern.
_SEASONS = {"spring": (3, 3, 21), "summer": (6, 3, 22), "autumn": (9, 3, 21), "winter": (12, 3, 20)}
_NORTHERN = ("spring", "summer", "autumn", "winter")
_SOUTHERN = ("autumn", "winter", "spring", "summer")
_GROUPINGS: dict[int, tuple[int, int, int]] = {
    **{21 + index: _SEASONS[name] for index, name in enumerate(_NORTHERN)},
    **{25 + index: _SEASONS[name] for index, name in enumerate(_NORTHERN)},
    **{29 + index: _SEASONS[name] for index, name in enumerate(_SOUTHERN)},
    **{33 + index: (1 + 3 * index, 3, 0) for index in range(4)},
    **{37 + index: (1 + 4 * index, 4, 0) for index in range(3)},
    **{40 + index: (1 + 6 * index, 6, 0) for index in range(2)},
}


def claim_bounds(time: Time) -> Bounds | None:
    """The bounds in UTC between which a stated time lies, the end exclusive; null when the text bounds it on no or one side.

    `earliest` and `latest` win over the sides of `value`, which is EDTF level 1 (ISO 8601-2): dates, months, years, seasons,
    quarters, weeks, intervals, unspecified digits, and `~` or `%`, which widen a period by its own length on both sides. A day
    of a known `tz` is that zone's day; without one it is any zone's, from 14 hours before the UTC day to 12 hours after it. A
    year that is not given (`XXXX-03-14`) gives no bounds. Nothing is raised: what cannot be read is not bounded.
    """
    zone = _zone(time.tz) if isinstance(time.tz, str) else None
    earliest, latest = _sides(time.value, zone) if time.value is not None else (None, None)
    if isinstance(time.earliest, str):
        earliest = _sides(time.earliest, zone)[0] or earliest
    if isinstance(time.latest, str):
        latest = _sides(time.latest, zone)[1] or latest
    if earliest is None or latest is None or earliest >= latest:
        return None
    return earliest, latest


def _sides(text: str, zone: tzinfo | None) -> tuple[datetime | None, datetime | None]:
    first, slash, last = text.strip().partition("/")
    opening = _period(first.strip(), zone)
    closing = _period(last.strip(), zone) if slash else opening
    return (opening[0] if opening else None, closing[1] if closing else None)


def _period(text: str, zone: tzinfo | None) -> Bounds | None:
    approximate = "~" in text or "%" in text
    bare = text.translate({ord(mark): None for mark in "~%?"})
    try:
        bounds = _instant(bare, zone) or _calendar(bare, zone)
        if bounds is None or not approximate:
            return bounds
        length = bounds[1] - bounds[0]
        return bounds[0] - length, bounds[1] + length
    except (ValueError, OverflowError):  # no such day, or outside the years 1 to 9999
        return None


def _instant(text: str, zone: tzinfo | None) -> Bounds | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    unit = timedelta(seconds=1) if match["second"] else timedelta(minutes=1) if match["minute"] else timedelta(hours=1)
    day = date.fromisoformat(match["date"])
    start = datetime(day.year, day.month, day.day, int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0))
    return _in_utc(start, start + unit, _zone(match["zone"]) if match["zone"] else zone)


def _calendar(text: str, zone: tzinfo | None) -> Bounds | None:
    days = _week(text) or _days(text)
    if days is None:
        return None
    start, end = (datetime(day.year, day.month, day.day) for day in days)
    return _in_utc(start, end, zone)


def _week(text: str) -> tuple[date, date] | None:
    match = _WEEK.fullmatch(text)
    if match is None:
        return None
    start = date.fromisocalendar(int(match["year"]), int(match["week"]), int(match["day"] or 1))
    return start, start + (_DAY if match["day"] else 7 * _DAY)


def _days(text: str) -> tuple[date, date] | None:
    match = _CALENDAR.fullmatch(text)
    if match is None:
        return None
    digits = match["year"].rstrip("X")
    span = 10 ** (4 - len(digits))
    year = int(digits) * span
    month, day = match["month"], match["day"]
    if span > 1 or month is None or month == "XX":
        return date(year, 1, 1), date(year + span, 1, 1)
    if int(month) > 12:
        grouping = _GROUPINGS.get(int(month))
        if grouping is None or day is not None:
            return None
        first, months, extra = grouping
        return date(year, first, 1), _month_after(year, first, months) + extra * _DAY
    if day is None or "X" in day:
        return date(year, int(month), 1), _month_after(year, int(month), 1)
    start = date(year, int(month), int(day))
    return start, start + _DAY


def _month_after(year: int, month: int, months: int) -> date:
    index = month - 1 + months
    return date(year + index // 12, index % 12 + 1, 1)


def _in_utc(start: datetime, end: datetime, zone: tzinfo | None) -> Bounds:
    if zone is None:
        return start.replace(tzinfo=UTC) - _AHEAD, end.replace(tzinfo=UTC) + _BEHIND
    return start.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)


def _zone(name: str) -> tzinfo | None:
    """The zone of an offset or an IANA name; null, and so any zone on Earth, when this machine does not know it."""
    if name.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        shift = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(-shift if offset["sign"] == "-" else shift) if shift < _DAY else None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None

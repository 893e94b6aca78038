"""Moments as people write them in tables, each with the step that it is exact to."""

import re
from datetime import UTC, datetime, timedelta

from admittance.sources.fields import InvalidRecord

__all__ = ["read_step"]

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

_HOUR = re.compile(r"(\d{4}-\d\d-\d\d)[-T ](\d{1,2})")
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d{1,2}):(\d\d)(.*)", re.DOTALL)
_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)", re.DOTALL)
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_SECONDS = re.compile(r"(\d{10})(\d{3})?(?:\.\d+)?")
_WORDS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y")


def read_step(field: str, text: str) -> tuple[datetime, timedelta]:
    """The moment in UTC and what it is exact to; a text without a zone is UTC.

    Days (`2015-02-23`, `2015/2/23`, `20150223`, `23 Feb 2015`), hours (`2015-02-23-15`), clock times (`2020-02-14 9:02`,
    ISO 8601), and seconds or milliseconds since 1970. Days in digits that do not begin with the year are ambiguous and refused.
    Raises `InvalidRecord`.
    """
    try:
        found = _read(text)
    except (ValueError, OverflowError) as error:
        raise InvalidRecord(f"{field}: no moment in time: {text[:40]!r}") from error
    if found is None:
        raise InvalidRecord(f"{field}: no moment in time: {text[:40]!r}")
    return found


def _read(text: str) -> tuple[datetime, timedelta] | None:
    written = _DAY.fullmatch(text)
    if written:
        year, _, month, number, rest = written.groups()
        text = f"{year}-{int(month):02d}-{int(number):02d}{rest}"
        if not rest:
            return datetime.fromisoformat(text).replace(tzinfo=UTC), DAY
        if hour := _HOUR.fullmatch(text):
            return datetime.fromisoformat(hour[1]).replace(hour=int(hour[2]), tzinfo=UTC), HOUR
        if clock := _CLOCK.fullmatch(text):
            rest = clock[4].strip().removesuffix(" UTC").removesuffix("UTC").strip()
            moment = datetime.fromisoformat(f"{clock[1]}T{int(clock[2]):02d}:{clock[3]}{rest}")
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC), MINUTE
        return None
    if _COMPACT.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC), DAY
    if seconds := _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(seconds[1]), tz=UTC), MINUTE
    days = (_worded(text, form) for form in _WORDS)
    return next(((day, DAY) for day in days if day is not None), None)


def _worded(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text[:40], form).replace(tzinfo=UTC)
    except ValueError:
        return None

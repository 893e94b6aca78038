"""Moments as tables of keywords write them, each with the step that it is exact to."""

import re
from datetime import UTC, datetime, timedelta

from admittance.sources.fields import InvalidRecord

__all__ = ["read_step"]

_HOUR = re.compile(r"(\d{4}-\d\d-\d\d)[-T ](\d{1,2})")
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d{1,2}):(\d\d)(.*)", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def read_step(field: str, text: str) -> tuple[datetime, timedelta]:
    """The moment in UTC and what it is exact to: `2015-02-23`, `2015-02-23-15` (an hour), `2020-02-14 9:02:36`, ISO 8601.

    A text without a zone is UTC. Raises `InvalidRecord`.
    """
    try:
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC), timedelta(days=1)
        if hour := _HOUR.fullmatch(text):
            return datetime.fromisoformat(hour[1]).replace(hour=int(hour[2]), tzinfo=UTC), timedelta(hours=1)
        if clock := _CLOCK.fullmatch(text):
            moment = datetime.fromisoformat(f"{clock[1]}T{int(clock[2]):02d}:{clock[3]}{clock[4].strip()}")
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC), timedelta(minutes=1)
    except (ValueError, OverflowError) as error:
        raise InvalidRecord(f"{field}: no moment in time: {text[:40]!r}") from error
    raise InvalidRecord(f"{field}: no moment in time: {text[:40]!r}")

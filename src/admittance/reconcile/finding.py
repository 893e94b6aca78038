"""What one statement is answered with, and how its reasons are worded."""

from datetime import datetime

import msgspec

from admittance.model.documents import Time
from admittance.model.ids import EpisodeId
from admittance.model.vocabulary import CorroborationStatus
from admittance.reconcile.bounds import Bounds

__all__ = ["Finding", "bounds_words", "bracket_words", "day", "moment", "stated_words"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The status of one statement, the sentence that says why, and the episode it rests on."""

    status: CorroborationStatus
    reason: str
    episode: EpisodeId | None = None


def moment(time: datetime) -> str:
    """A moment in UTC as reasons write it: `2021-03-14 18:00`."""
    return f"{time:%Y-%m-%d %H:%M}"


def day(time: datetime) -> str:
    """The UTC day of a moment as reasons write it: `2021-03-14`."""
    return f"{time:%Y-%m-%d}"


def bounds_words(bounds: Bounds) -> str:
    """Bounds in words: `2021-03-14 18:00 to 2021-03-15 09:00 UTC`."""
    return f"{moment(bounds[0])} to {moment(bounds[1])} UTC"


def stated_words(time: Time, bounds: Bounds) -> str:
    """A stated time as the text has it, with its zone: `2021-03-14 in any time zone`; its bounds where it has no value."""
    if time.value is None:
        return bounds_words(bounds)
    if isinstance(time.tz, str):
        return f"{time.value} ({time.tz})"
    return time.value if "T" in time.value else f"{time.value} in any time zone"


def bracket_words(earliest: datetime | None, latest: datetime | None) -> str:
    """A bracket in words, for either or both sides open."""
    if earliest is None:
        return f"at or before {moment(latest)} UTC" if latest is not None else "at an unknown time"
    if latest is None:
        return f"at or after {moment(earliest)} UTC"
    return f"between {moment(earliest)} and {moment(latest)} UTC"

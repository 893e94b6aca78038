"""How fast a site is asked: never faster than is usual, than the site asks for, or than its last answer says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from admittance.errors import InputError
from admittance.pipeline.fetching import Fetched

__all__ = ["LONGEST_PAUSE", "Pace"]

LONGEST_PAUSE = 300.0
"""Seconds that a site is waited for. One that asks for longer is left alone until the rest is no longer than this."""


class Pace:
    """When each site was asked last, and until when its last answer asked to be left alone (`Retry-After`)."""

    def __init__(self, clock: Callable[[], datetime], wait: Callable[[float], None]) -> None:
        self._clock, self._wait = clock, wait
        self._asked: dict[str, datetime] = {}
        self._closed_until: dict[str, datetime] = {}

    def keep(self, url: str, pause: float, asked_for: float = 0.0) -> None:
        """Wait until the site of an address may be asked again: `pause` seconds after the last time, or what it `asked_for`.

        Raises `InputError`, without waiting, where the site asks for a wait longer than both the bound and `pause`.
        """
        site = urlsplit(url).netloc
        last = self._asked.get(site)
        if last is None:
            return
        open_again = max(last + timedelta(seconds=max(pause, asked_for)), self._closed_until.get(site, last))
        left = (open_again - self._clock()).total_seconds()
        if left > max(LONGEST_PAUSE, pause):
            raise InputError(f"{url}: the site asks for a pause of {left:,.0f} seconds more")
        if left > 0:
            self._wait(left)

    def note(self, url: str, answer: Fetched | None = None) -> datetime:
        """Remember that the site of an address was asked now, and what its answer asks for; the moment of it."""
        site, now = urlsplit(url).netloc, self._clock()
        self._asked[site] = now
        if answer is not None and answer.retry_after is not None:
            self._closed_until[site] = now + timedelta(seconds=answer.retry_after)
        return now

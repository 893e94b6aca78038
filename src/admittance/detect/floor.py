"""The evidence floor: which found intervals may open an episode. What stays below is `insufficient` and opens nothing."""

from typing import Final

import numpy as np

from admittance.detect.kinds import Kind
from admittance.detect.search import Found, Series

__all__ = [
    "LEAST_BAD",
    "LEAST_BAD_BINS",
    "LEAST_CONFIDENCE",
    "LEAST_CONTRAST",
    "LEAST_FULL_HOURS",
    "LEAST_PARTIAL_HOURS",
    "LEAST_REPORTS",
    "LEAST_SESSION_DAYS",
    "LEAST_UNBOUNDED_SHARE",
    "PARTIAL_SHARE",
    "enough",
]

LEAST_CONFIDENCE: Final = 0.95
LEAST_CONTRAST: Final = 0.15
"""Share of failures above that of the series' quiet hours: a flaky target's worse weeks are no restriction."""
LEAST_BAD: Final = 5
"""Failing measurements."""
LEAST_BAD_BINS: Final = 3
"""Distinct hours (or days) with a failure."""
LEAST_REPORTS: Final = 3
"""Distinct reports (or probes, where they are known) among the failures."""
PARTIAL_SHARE: Final = 0.6
"""Below this share of failures an interval is partial."""
LEAST_FULL_HOURS: Final = 12
"""From the first failure to the last: less is a probe's bad half day."""
LEAST_PARTIAL_HOURS: Final = 156
"""The same for a partial interval: bursts of a day with a third failing are common, of a week they are not."""
LEAST_SESSION_DAYS: Final = 3
"""Distinct days with failures, for sessions that fail nearly always with pauses that hardly do: two bad evenings are chance."""
LEAST_UNBOUNDED_SHARE: Final = 0.5
"""A series that was never seen working must fail at least this often: a flaky target has no onset and no end either."""


LEAST_CONFIRMATIONS: Final = 2
"""Absences from a snapshot that are needed after a listing: one may be a crawl that went wrong."""
LEAST_CONFIRMED_HOURS: Final = 24
"""From the first of these absences to the last."""
LEAST_REFUSALS: Final = 3
"""Refused attempts, where attempts are few."""
LEAST_TIMES: Final = 2.0
"""How many times its usual rate a count must have."""


def _enough_of_few(series: Series, found: Found, kind: Kind) -> bool:
    """The floor of the kinds of evidence that come in small numbers."""
    bad = series.hours[found.first : found.last + 1][series.k[found.first : found.last + 1] > 0]
    seen_working = found.onset.earliest is not None or found.end.point is not None
    if kind is Kind.LIST:
        return True
    if kind is Kind.SNAPSHOT:
        # What was never seen listed is absent from the first snapshot on; its confidence says how often it was looked for.
        return not seen_working or (bad.size >= LEAST_CONFIRMATIONS and int(bad[-1] - bad[0]) >= LEAST_CONFIRMED_HOURS)
    if found.confidence < LEAST_CONFIDENCE or int(bad[-1] - bad[0]) < LEAST_FULL_HOURS:
        return False
    if kind is Kind.TRIES:
        return found.k >= LEAST_REFUSALS
    return found.k >= LEAST_BAD and found.k >= LEAST_TIMES * found.base * found.n


def enough(series: Series, found: Found, *, width: int = 1, reports: int | None = None, kind: Kind = Kind.PROPORTION) -> bool:
    """Whether the interval has evidence enough of its own to open an episode or to take part in one.

    `width` is that of a bin in hours; `reports` counts the distinct reports among the failures, null where nobody counted.
    """
    if kind is not Kind.PROPORTION:
        return _enough_of_few(series, found, kind)
    bad = series.hours[found.first : found.last + 1][series.k[found.first : found.last + 1] > 0]
    share = found.k / found.n
    if share >= PARTIAL_SHARE:
        long_enough = int(bad[-1] - bad[0]) + width >= LEAST_FULL_HOURS
    elif found.active_share >= PARTIAL_SHARE:
        long_enough = np.unique(bad // 24).size >= LEAST_SESSION_DAYS
    else:
        long_enough = int(bad[-1] - bad[0]) + width >= LEAST_PARTIAL_HOURS
    seen_working = found.onset.earliest is not None or found.end.point is not None
    return (
        found.confidence >= LEAST_CONFIDENCE
        and found.active_share - found.base >= LEAST_CONTRAST
        and found.k >= LEAST_BAD
        and np.unique(bad).size >= LEAST_BAD_BINS
        and (reports is None or reports >= LEAST_REPORTS)
        and long_enough
        and (seen_working or share >= LEAST_UNBOUNDED_SHARE)
    )

"""The evidence floor: which found intervals may open an episode. What stays below is `insufficient` and opens nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np

from admittance.detect.kinds import Kind
from admittance.detect.search import Bins, Found, Series, search_bins

__all__ = [
    "LEAST_BAD",
    "LEAST_BAD_BINS",
    "LEAST_CONFIDENCE",
    "LEAST_CONTRAST",
    "LEAST_FULL_HOURS",
    "LEAST_OVER_WORST",
    "LEAST_PARTIAL_HOURS",
    "LEAST_REPORTS",
    "LEAST_SESSION_DAYS",
    "LEAST_UNBOUNDED_SHARE",
    "PARTIAL_SHARE",
    "enough",
    "sufficient",
    "sufficient_bins",
]

LEAST_CONFIDENCE: Final = 0.95
LEAST_CONTRAST: Final = 0.15
"""Share of failures above that of the series' quiet hours: a flaky target's worse weeks are no restriction."""
LEAST_OVER_WORST: Final = 0.1
"""The same above that of the worst stretch outside, as long and with half as many trials at least: what a series does now and
then by itself is no restriction."""
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
        and bad.size >= LEAST_BAD_BINS
        and (reports is None or reports >= LEAST_REPORTS)
        and long_enough
        and (seen_working or share >= LEAST_UNBOUNDED_SHARE)
    )


def sufficient(
    series: Series,
    found: Sequence[Found],
    *,
    width: int = 1,
    reports: Callable[[Found], int] | None = None,
    kind: Kind = Kind.PROPORTION,
) -> list[tuple[Found, bool]]:
    """The intervals of a series, each with whether it is `enough` and stands out from all that is outside of those that are.

    In a series of proportions that wanders from bad months to worse ones the intervals are sought a second time, by a model
    that knows this: so its wandering is no restriction, and a restriction ends where it does. `reports` counts the distinct
    reports among the failures of an interval; null where nobody counted.
    """

    def stands(one: Found) -> bool:
        return enough(series, one, width=width, reports=None if reports is None else reports(one), kind=kind)

    first = [one for one in found if stands(one)]
    if kind is not Kind.PROPORTION or not first:
        return [(one, one in first) for one in found]
    kept, around = _standing_out(series, first, width)
    if around.worst - min(one.base for one in first) < LEAST_OVER_WORST:
        return [(one, one in kept) for one in found]
    starts = np.array([0, len(series.hours)], dtype=np.int64)
    again = [one for _, one in search_bins(Bins(*series, starts), width=width, wanders=around.share)]
    kept, _ = _standing_out(series, [one for one in again if stands(one)], width)
    return [(one, one in kept) for one in again]


class _Outside(NamedTuple):
    """Shares of failures outside the intervals that stand out: over all, and in the worst stretch of any of their lengths."""

    share: float
    worst: float


def _standing_out(series: Series, found: Sequence[Found], width: int) -> tuple[list[Found], _Outside]:
    """Those intervals that stand out from all that is outside of them, and what is; of all where none does."""
    from admittance.detect.contrast import standing_out  # compiled code, as in `search`

    spans = np.array([(one.first, one.last) for one in found], dtype=np.int64).reshape(-1, 2)
    shares = np.array([one.active_share for one in found])
    kept, share, worst = standing_out(*series, spans, shares, width, LEAST_OVER_WORST)
    return [one for one, stands in zip(found, kept.tolist(), strict=True) if stands], _Outside(share, worst)


def sufficient_bins(
    bins: Bins, found: Iterable[tuple[int, Found]], *, width: int = 1, kind: Kind = Kind.PROPORTION
) -> Iterator[tuple[int, Found]]:
    """Of the intervals of `search_bins` those that are `sufficient` in their series, each with its index."""
    for index, pairs in groupby(found, itemgetter(0)):
        judged = sufficient(bins.series(index), [one for _, one in pairs], width=width, kind=kind)
        yield from ((index, one) for one, stands in judged if stands)

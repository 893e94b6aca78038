"""The one segment search: from a series of counts to intervals of restriction with bracketed ends.

Runs of bins that are more likely restricted than not become intervals; their ends are bracketed by walking from a sure bin to
its neighbours along the posterior chain. Nothing is remembered from an earlier run: the whole series is read each time.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from admittance.detect.likelihood import RESTRICTED
from admittance.detect.posterior import PAUSE, Posterior, Series, posteriors

__all__ = ["MERGE_HOURS", "End", "Found", "Onset", "Series", "search"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MERGE_HOURS: Final = 72
"""Sessions of restriction with less than this between them are one restriction."""

TAIL: Final = 0.05
"""Probability left out on each side of a bracket: what remains is its 90 %."""

WIDE_HOURS: Final = 72

ANCHOR: Final = 0.99
"""A bound is sought from the outermost bin that is nearly as surely restricted as the surest: this share of it, or more."""
EXHAUSTED: Final = 1e-9
SMALLEST: Final = 1e-300
BATCH_BINS: Final = 100_000
"""Bins handled at once: bounds the memory, at about half a kilobyte a bin."""


class Onset(NamedTuple):
    """When an interval begins, in hours since 1970; `earliest` is null when it may have begun before the first bin."""

    point: float
    earliest: float | None
    latest: float


class End(NamedTuple):
    """When an interval ends; `point` is null when it goes on past the last bin, `latest` when it may."""

    point: float | None
    earliest: float
    latest: float | None


class Found(NamedTuple):
    """An interval of restriction in a series. `first` and `last` index its bins, both included."""

    first: int
    last: int
    onset: Onset
    end: End
    confidence: float
    n: int
    k: int
    active_share: float  # share of failures, pauses between sessions left out
    base: float  # share of failures in the series' quiet hours


def _onset_mass(series: Series, posterior: Posterior, anchor: int) -> Floats:
    """Probability that the restriction holding at `anchor` began at each bin up to it; entry 0 includes any time before the
    data."""
    mass = np.zeros(anchor + 1)
    held = (posterior.forward[anchor] * posterior.backward[anchor])[RESTRICTED]
    held = held / held.sum()
    failure = series.hours[anchor]
    for t in range(anchor, 0, -1):
        joint = posterior.forward[t - 1][:, None] * posterior.powers[t][:, RESTRICTED]
        before = (joint / np.maximum(joint.sum(axis=0, keepdims=True), SMALLEST)) @ held
        stays = before[RESTRICTED]
        mass[t] = before.sum() - stays.sum()
        if series.k[t - 1]:
            failure = series.hours[t - 1]
        elif failure - series.hours[t - 1] >= MERGE_HOURS:
            stays[PAUSE] = 0.0
        held = stays
        if held.sum() < EXHAUSTED:
            break
    else:
        mass[0] = held.sum()
    return np.asarray(mass / mass.sum(), dtype=np.float64)


def _end_mass(series: Series, posterior: Posterior, anchor: int) -> Floats:
    """Probability that the restriction holding at `anchor` had ended by each later bin; the last entry: not by the last bin."""
    size = len(posterior.forward)
    mass = np.zeros(size - anchor)
    held = (posterior.forward[anchor] * posterior.backward[anchor])[RESTRICTED]
    held = held / held.sum()
    failure = series.hours[anchor]
    for t in range(anchor + 1, size):
        joint = posterior.powers[t][RESTRICTED] * (posterior.emission[t] * posterior.backward[t])[None, :]
        after = held @ (joint / np.maximum(joint.sum(axis=1, keepdims=True), SMALLEST))
        stays = after[RESTRICTED]
        mass[t - anchor - 1] = after.sum() - stays.sum()
        if series.k[t]:
            failure = series.hours[t]
        elif series.hours[t] - failure >= MERGE_HOURS:
            stays[PAUSE] = 0.0
        held = stays
        if held.sum() < EXHAUSTED:
            break
    else:
        mass[-1] = held.sum()
    return np.asarray(mass / mass.sum(), dtype=np.float64)


def _places(mass: Floats, hours: Ints) -> tuple[int, int, int]:
    """Indices into `mass` of its 5 % and 95 % points and of the best guess between them.

    The best guess is the median; where the bracket is wider than three days, the likeliest place, as a median of far-apart
    possibilities would name a time at which nothing happened.
    """
    cumulative = np.cumsum(mass)
    low, middle, high = (min(int(np.searchsorted(cumulative, q)), len(mass) - 1) for q in (TAIL, 0.5, 1 - TAIL))
    if hours[high] - hours[low] > WIDE_HOURS:
        middle = low + int(np.argmax(mass[low : high + 1]))
    return low, middle, high


def _onset(series: Series, mass: Floats, width: int) -> Onset:
    """Bracket from the start of the last bin that may have been good to the end of the first that must have been bad."""
    hours = series.hours
    low, middle, high = _places(mass, hours)
    earliest = float(hours[low - 1]) if low > 0 else None
    latest = float(hours[high] + width)
    point = float(hours[0] if middle == 0 else (hours[middle - 1] + width + hours[middle]) / 2)
    return Onset(point, earliest, latest)


def _end(series: Series, mass: Floats, anchor: int, width: int) -> End:
    """Bracket from the start of the last bin that must have been bad to the end of the first that may have been good."""
    hours, final = series.hours[anchor:], len(mass) - 1
    low, middle, high = _places(mass, hours)
    earliest = float(hours[low])
    latest = None if high == final else float(hours[high + 1] + width)
    point = None if middle == final else float(hours[middle] + width + hours[middle + 1]) / 2
    return End(point, earliest, latest)


def _runs(series: Series, restricted: Floats) -> list[tuple[int, int]]:
    """Runs of bins that are more likely restricted than not, joined while less than 72 hours lie between their failures."""
    flags = np.concatenate([[0], (restricted > 0.5).astype(np.int64), [0]])
    steps = np.diff(flags)
    runs = [(int(a), int(b) - 1) for a, b in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True)]
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        bad = first + np.flatnonzero(series.k[first : last + 1] > 0)
        if not bad.size:
            continue
        if joined:
            earlier = joined[-1]
            previous = earlier[0] + np.flatnonzero(series.k[earlier[0] : earlier[1] + 1] > 0)
            if series.hours[bad[0]] - series.hours[previous[-1]] < MERGE_HOURS:
                joined[-1] = (earlier[0], last)
                continue
        joined.append((first, last))
    return joined


def _found(series: Series, posterior: Posterior, first: int, last: int, width: int) -> Found:
    flagged = first + np.flatnonzero(posterior.restricted[first : last + 1] > 0.5)
    # The anchors are the first and the last bin that are nearly as surely restricted as the surest.
    sure = flagged[posterior.restricted[flagged] >= ANCHOR * posterior.restricted[flagged].max()]
    start, stop = int(sure[0]), int(sure[-1])
    onset = _onset(series, _onset_mass(series, posterior, start), width)
    end = _end(series, _end_mass(series, posterior, stop), stop, width)
    active = 1 - posterior.paused[first : last + 1]
    return Found(
        base=posterior.base,
        first=first,
        last=last,
        onset=onset,
        end=end,
        confidence=float(posterior.restricted[flagged].max()),
        n=int(series.n[first : last + 1].sum()),
        k=int(series.k[first : last + 1].sum()),
        active_share=float(active @ series.k[first : last + 1]) / max(float(active @ series.n[first : last + 1]), EXHAUSTED),
    )


def search(series: Sequence[Series], *, width: int = 1, least_bad: int = 1) -> list[list[Found]]:
    """For each series, its intervals of restriction in order of time, before any floor of evidence.

    `width` is that of a bin in hours. An onset's bracket runs from the start of the last bin that may still have been good to
    the end of the first that must have been bad, so it is never narrower than the gap between them; where the data leave
    several such gaps open, it spans those that hold the middle 90 % of the posterior. A series with fewer than `least_bad`
    failures is not looked into.
    """
    results: list[list[Found]] = [[] for _ in series]
    order = sorted((i for i, one in enumerate(series) if one.k.sum() >= least_bad), key=lambda i: len(series[i].hours))
    while order:
        # The longest series first: a batch is as wide as its longest.
        count = max(1, BATCH_BINS // len(series[order[-1]].hours))
        chosen, order = order[-count:], order[:-count]
        for i, posterior in zip(chosen, posteriors([series[i] for i in chosen]), strict=True):
            runs = _runs(series[i], posterior.restricted)
            results[i] = [_found(series[i], posterior, first, last, width) for first, last in runs]
    return results

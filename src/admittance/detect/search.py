"""The one segment search: from a series of counts to intervals of restriction with bracketed ends.

Forward-backward over the observed bins of many series at once; a gap of g hours is crossed with the g-th power of the hourly
transition matrix. Nothing is remembered from an earlier run: the whole series is read each time.

Method: hidden Markov model, scaled forward-backward (Rabiner, Proceedings of the IEEE 77(2), 1989).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from admittance.detect.likelihood import (
    BASE_PRIOR,
    RESTRICTED,
    STATES,
    base_index,
    log_likelihoods,
    prior,
    transition_powers,
    updated_base,
)

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
BASE_ROUNDS: Final = 2
"""How often a series' own base share is estimated anew."""

_PAUSE: Final = -1  # the last of the restricted states: a pause between sessions, which lasts less than 72 hours
BATCH_BINS: Final = 100_000
"""Bins handled at once: bounds the memory, at about half a kilobyte a bin."""


class Series(NamedTuple):
    """Counts of one series: bin starts in whole hours since 1970 (UTC), strictly rising; trials, and failures among them."""

    hours: Ints
    n: Ints
    k: Ints


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


class _Posterior(NamedTuple):
    """Scaled forward and backward variables of one series, with what is needed to walk from a bin to its neighbours."""

    forward: Floats
    backward: Floats
    emission: Floats
    powers: Floats  # transition into bin t from bin t-1; the first entry is unused
    restricted: Floats
    paused: Floats  # probability that the bin lies between two sessions of a recurring restriction


def _forward_backward(emission: Floats, powers: Floats, lengths: Ints) -> tuple[Floats, Floats]:
    _count, longest, _ = emission.shape
    forward, backward = np.empty_like(emission), np.ones_like(emission)
    forward[:, 0] = prior() * emission[:, 0]
    forward[:, 0] /= forward[:, 0].sum(axis=1, keepdims=True)
    for t in range(1, longest):
        forward[:, t] = np.matmul(forward[:, t - 1, None, :], powers[:, t])[:, 0] * emission[:, t]
        forward[:, t] /= forward[:, t].sum(axis=1, keepdims=True)
    inside = np.arange(longest)[None, :] < lengths[:, None]
    for t in range(longest - 2, -1, -1):
        message = np.matmul(powers[:, t + 1], (emission[:, t + 1] * backward[:, t + 1])[:, :, None])[:, :, 0]
        message /= message.sum(axis=1, keepdims=True)
        backward[:, t] = np.where(inside[:, t + 1, None], message, 1.0)
    return forward, backward


def _posteriors(batch: Sequence[Series]) -> list[_Posterior]:
    lengths = np.array([len(one.hours) for one in batch], dtype=np.int64)
    longest = int(lengths.max())
    gaps = np.zeros((len(batch), longest), dtype=np.int64)
    for row, one in enumerate(batch):
        gaps[row, 1 : len(one.hours)] = np.diff(one.hours)
    distinct, place = np.unique(gaps, return_inverse=True)
    powers = transition_powers(distinct)[place.reshape(gaps.shape)]
    base = np.full(len(batch), BASE_PRIOR[0] / BASE_PRIOR[1])
    emission = np.ones((len(batch), longest, STATES))
    for _ in range(BASE_ROUNDS + 1):
        for row, (one, index) in enumerate(zip(batch, base_index(base), strict=True)):
            logs = log_likelihoods(one.k, one.n, int(index))
            emission[row, : len(one.hours)] = np.exp(logs - logs.max(axis=1, keepdims=True))
        forward, backward = _forward_backward(emission, powers, lengths)
        posterior = forward * backward
        posterior /= posterior.sum(axis=2, keepdims=True)
        quiet_k = np.array([posterior[row, : len(one.k), 0] @ one.k for row, one in enumerate(batch)])
        quiet_n = np.array([posterior[row, : len(one.n), 0] @ one.n for row, one in enumerate(batch)])
        base = updated_base(quiet_k, quiet_n)
    restricted = posterior[:, :, RESTRICTED].sum(axis=2)
    paused = posterior[:, :, RESTRICTED][:, :, _PAUSE]
    arrays = (forward, backward, emission, powers, restricted, paused)
    return [_Posterior(*(array[row, :size] for array in arrays)) for row, size in enumerate(lengths)]


def _onset_mass(series: Series, posterior: _Posterior, anchor: int) -> Floats:
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
            stays[_PAUSE] = 0.0
        held = stays
        if held.sum() < EXHAUSTED:
            break
    else:
        mass[0] = held.sum()
    return np.asarray(mass / mass.sum(), dtype=np.float64)


def _end_mass(series: Series, posterior: _Posterior, anchor: int) -> Floats:
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
            stays[_PAUSE] = 0.0
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


def _found(series: Series, posterior: _Posterior, first: int, last: int, width: int) -> Found:
    flagged = first + np.flatnonzero(posterior.restricted[first : last + 1] > 0.5)
    # The anchors are the first and the last bin that are nearly as surely restricted as the surest.
    sure = flagged[posterior.restricted[flagged] >= ANCHOR * posterior.restricted[flagged].max()]
    start, stop = int(sure[0]), int(sure[-1])
    onset = _onset(series, _onset_mass(series, posterior, start), width)
    end = _end(series, _end_mass(series, posterior, stop), stop, width)
    active = 1 - posterior.paused[first : last + 1]
    return Found(
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
        for i, posterior in zip(chosen, _posteriors([series[i] for i in chosen]), strict=True):
            runs = _runs(series[i], posterior.restricted)
            results[i] = [_found(series[i], posterior, first, last, width) for first, last in runs]
    return results

"""The posterior of hidden states of each series, with the series' own base share of failures.

Forward-backward over the observed bins of many series at once; a gap of g hours is crossed with the g-th power of the hourly
transition matrix. Method: hidden Markov model, scaled forward-backward (Rabiner, Proceedings of the IEEE 77(2), 1989).
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

__all__ = ["PAUSE", "Posterior", "Series", "posteriors"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PAUSE: Final = -1
"""Place among the restricted states of a pause between sessions, which lasts less than 72 hours."""

BASE_ROUNDS: Final = 2
"""How often a series' own base share is estimated anew."""

USUAL_BASE: Final = BASE_PRIOR[0] / BASE_PRIOR[1]
HIGH_BASE: Final = 0.05
"""A series whose calmer quarter fails more often than this is fitted a second time, from there."""

BLOCKS: Final = 20
LEAST_BLOCK: Final = 10
"""Trials in each of the blocks whose shares of failures are compared to find the calmer quarter."""


class Series(NamedTuple):
    """Counts of one series: bin starts in whole hours since 1970 (UTC), strictly rising; trials, and failures among them."""

    hours: Ints
    n: Ints
    k: Ints


class Posterior(NamedTuple):
    """Scaled forward and backward variables of one series, with what is needed to walk from a bin to its neighbours."""

    forward: Floats
    backward: Floats
    emission: Floats
    powers: Floats  # transition into bin t from bin t-1; the first entry is unused
    restricted: Floats
    paused: Floats  # probability that the bin lies between two sessions of a recurring restriction
    base: float  # share of failures in quiet hours


class _Fit(NamedTuple):
    """Arrays over series and bins, padded to the longest series, and the log evidence of each series."""

    forward: Floats
    backward: Floats
    emission: Floats
    powers: Floats
    posterior: Floats
    base: Floats
    evidence: Floats


def _forward_backward(emission: Floats, powers: Floats, lengths: Ints) -> tuple[Floats, Floats, Floats]:
    count, longest, _ = emission.shape
    forward, backward = np.empty_like(emission), np.ones_like(emission)
    inside = np.arange(longest)[None, :] < lengths[:, None]
    evidence = np.zeros(count)
    for t in range(longest):
        before = prior() if t == 0 else np.matmul(forward[:, t - 1, None, :], powers[:, t])[:, 0]
        forward[:, t] = before * emission[:, t]
        scale = forward[:, t].sum(axis=1)
        forward[:, t] /= scale[:, None]
        evidence += np.where(inside[:, t], np.log(scale), 0.0)
    for t in range(longest - 2, -1, -1):
        message = np.matmul(powers[:, t + 1], (emission[:, t + 1] * backward[:, t + 1])[:, :, None])[:, :, 0]
        message /= message.sum(axis=1, keepdims=True)
        backward[:, t] = np.where(inside[:, t + 1, None], message, 1.0)
    return forward, backward, evidence


def _calm_share(series: Series) -> float:
    """Share of failures in the calmer quarter of a series: the lower quartile over blocks of equally many trials."""
    seen = np.cumsum(series.n)
    size = max(LEAST_BLOCK, int(seen[-1]) // BLOCKS)
    block = (seen - series.n) // size
    n, k = np.bincount(block, series.n), np.bincount(block, series.k)
    return float(np.quantile(k[n > 0] / n[n > 0], 0.25))


def _fit(batch: Sequence[Series], base: Floats) -> _Fit:
    lengths = np.array([len(one.hours) for one in batch], dtype=np.int64)
    longest = int(lengths.max())
    gaps = np.zeros((len(batch), longest), dtype=np.int64)
    for row, one in enumerate(batch):
        gaps[row, 1 : len(one.hours)] = np.diff(one.hours)
    distinct, place = np.unique(gaps, return_inverse=True)
    powers = transition_powers(distinct)[place.reshape(gaps.shape)]
    emission = np.ones((len(batch), longest, STATES))
    scale = np.zeros(len(batch))
    for _ in range(BASE_ROUNDS + 1):
        for row, (one, index) in enumerate(zip(batch, base_index(base), strict=True)):
            logs = log_likelihoods(one.k, one.n, int(index))
            highest = logs.max(axis=1, keepdims=True)
            emission[row, : len(one.hours)] = np.exp(logs - highest)
            scale[row] = highest.sum()
        forward, backward, evidence = _forward_backward(emission, powers, lengths)
        posterior = forward * backward
        posterior /= posterior.sum(axis=2, keepdims=True)
        quiet_k = np.array([posterior[row, : len(one.k), 0] @ one.k for row, one in enumerate(batch)])
        quiet_n = np.array([posterior[row, : len(one.n), 0] @ one.n for row, one in enumerate(batch)])
        base = updated_base(quiet_k, quiet_n)
    return _Fit(forward, backward, emission, powers, posterior, base, evidence + scale)


def posteriors(batch: Sequence[Series]) -> list[Posterior]:
    """The posterior of each series, in the order given.

    The base share is found from the usual one failure in fifty; where the calmer quarter of a series fails more often, also
    from there, and the fit with the greater evidence stands. Else a flaky target would look restricted from its first day.
    """
    calm = np.array([_calm_share(one) for one in batch])
    again = np.flatnonzero(calm > HIGH_BASE)
    fit = _fit([*batch, *(batch[int(row)] for row in again)], np.concatenate([np.full(len(batch), USUAL_BASE), calm[again]]))
    best = np.arange(len(batch))
    for place, row in enumerate(again, start=len(batch)):
        if fit.evidence[place] > fit.evidence[row]:
            best[row] = place
    restricted = fit.posterior[:, :, RESTRICTED].sum(axis=2)
    paused = fit.posterior[:, :, RESTRICTED][:, :, PAUSE]
    found = []
    for row, one in zip(best, batch, strict=True):
        bins = slice(0, len(one.hours))
        found.append(
            Posterior(
                forward=fit.forward[row, bins],
                backward=fit.backward[row, bins],
                emission=fit.emission[row, bins],
                powers=fit.powers[row, bins],
                restricted=restricted[row, bins],
                paused=paused[row, bins],
                base=float(fit.base[row]),
            )
        )
    return found

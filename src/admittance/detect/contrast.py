"""How a series fails outside the intervals that were found in it, in machine code. Called by `floor` only."""

import numpy as np
from numpy.typing import NDArray

from admittance.detect.compiled import compiled

__all__ = ["standing_out"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@compiled
def _worst_stretch(hours: Ints, n: Ints, k: Ints, outside: Bools, length: int, least: float) -> float:
    """The greatest share of failures in the bins marked `outside` of any stretch of so many hours with `least` trials there."""
    worst, trials, failures, start = 0.0, 0, 0, 0
    for t in range(len(hours)):
        if not outside[t]:
            continue
        trials += n[t]
        failures += k[t]
        while hours[start] <= hours[t] - length:
            if outside[start]:
                trials -= n[start]
                failures -= k[start]
            start += 1
        if trials >= least and failures > worst * trials:
            worst = failures / trials
    return worst


@compiled
def standing_out(
    hours: Ints, n: Ints, k: Ints, spans: Ints, shares: Floats, width: int, margin: float
) -> tuple[Bools, float, float]:
    """Which intervals fail by a `margin` more often than the worst stretch outside of all that do; the share of failures
    outside of these, and the worst stretch of any of their lengths (of all where none stands out).

    A row of `spans` is the first and last bin of an interval; `shares` its share of failures; `width` that of a bin, in hours.
    A stretch counts with half the trials of the interval that it is laid beside.
    """
    count = len(spans)
    kept = np.ones(count, np.bool_)
    outside = np.empty(len(hours), np.bool_)
    while True:
        outside[:] = True
        for one in range(count):
            if kept[one]:
                outside[spans[one, 0] : spans[one, 1] + 1] = False
        some, greatest = kept.any(), 0.0
        still = kept.copy()
        for one in range(count):
            if some and not kept[one]:
                continue
            first, last = spans[one]
            trials = n[first : last + 1].sum()
            worst = _worst_stretch(hours, n, k, outside, hours[last] - hours[first] + max(width, 1), trials / 2)
            greatest = max(greatest, worst)
            still[one] = kept[one] and shares[one] - worst >= margin
        if (still == kept).all():
            failures, trials = 0, 0
            for t in range(len(hours)):
                if outside[t]:
                    failures += k[t]
                    trials += n[t]
            return kept, failures / max(trials, 1), greatest
        kept[:] = still

"""Onset and end of one restriction with their brackets, in machine code, from the forward and backward variables of its series.

The code of a caller in another module is kept too (`compiled`): who changes this one empties that cache.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from admittance.detect.compiled import compiled
from admittance.detect.likelihood import FIRST_LEVEL, PAUSE, STATES

__all__ = ["bracket"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TAIL: Final = 0.05
"""Probability left out on each side of a bracket: what remains is its 90 %."""
WIDE_HOURS: Final = 72
EXHAUSTED: Final = 1e-9
SMALLEST: Final = 1e-300


@compiled
def _places(mass: Floats, hours: Ints, size: int) -> tuple[int, int, int]:
    """Indices of the 5 % and 95 % points of a distribution and of the best guess between them.

    The best guess is the median; where the bracket is wider than three days, the likeliest place, as a median of far-apart
    possibilities would name a time at which nothing happened.
    """
    total = 0.0
    for t in range(size):
        total += mass[t]
    low = middle = high = size - 1
    low_found = middle_found = False
    reached = 0.0
    for t in range(size):
        reached += mass[t] / total
        if not low_found and reached >= TAIL:
            low, low_found = t, True
        if not middle_found and reached >= 0.5:
            middle, middle_found = t, True
        if reached >= 1 - TAIL:
            high = t
            break
    if hours[high] - hours[low] > WIDE_HOURS:
        middle = low
        for t in range(low, high + 1):
            if mass[t] > mass[middle]:
                middle = t
    return low, middle, high


@compiled
def _held_at(forward: Floats, backward: Floats, anchor: int) -> Floats:
    held = forward[anchor] * backward[anchor]
    held[:FIRST_LEVEL] = 0.0
    return held / held.sum()  # type: ignore[no-any-return]


@compiled
def _onset_mass(hours: Ints, k: Ints, gaps: Ints, powers: Floats, forward: Floats, backward: Floats, anchor: int,
                merge: int, mass: Floats) -> None:  # fmt: skip
    """Write the probability that the restriction holding at `anchor` began at each bin up to it; entry 0: or earlier."""
    mass[: anchor + 1] = 0.0
    held = _held_at(forward, backward, anchor)
    before = np.empty(STATES)
    failure = hours[anchor]
    for t in range(anchor, 0, -1):
        power = powers[gaps[t]]
        before[:] = 0.0
        for j in range(FIRST_LEVEL, STATES):
            total = 0.0
            for i in range(STATES):
                total += forward[t - 1, i] * power[i, j]
            weight = held[j] / max(total, SMALLEST)
            for i in range(STATES):
                before[i] += forward[t - 1, i] * power[i, j] * weight
        for i in range(FIRST_LEVEL):
            mass[t] += before[i]
            before[i] = 0.0
        if k[t - 1]:
            failure = hours[t - 1]
        elif failure - hours[t - 1] >= merge:
            before[PAUSE] = 0.0
        held[:] = before
        if held.sum() < EXHAUSTED:
            return
    mass[0] = held.sum()


@compiled
def _end_mass(hours: Ints, k: Ints, gaps: Ints, powers: Floats, emission: Floats, forward: Floats, backward: Floats,
              anchor: int, merge: int, mass: Floats) -> None:  # fmt: skip
    """Write the probability that the restriction holding at `anchor` had ended by each later bin; the last: not at all."""
    size = len(hours)
    mass[: size - anchor] = 0.0
    held = _held_at(forward, backward, anchor)
    after = np.empty(STATES)
    failure = hours[anchor]
    for t in range(anchor + 1, size):
        power = powers[gaps[t]]
        after[:] = 0.0
        for i in range(FIRST_LEVEL, STATES):
            total = 0.0
            for j in range(STATES):
                total += power[i, j] * emission[t, j] * backward[t, j]
            weight = held[i] / max(total, SMALLEST)
            for j in range(STATES):
                after[j] += weight * power[i, j] * emission[t, j] * backward[t, j]
        for j in range(FIRST_LEVEL):
            mass[t - anchor - 1] += after[j]
            after[j] = 0.0
        if k[t]:
            failure = hours[t]
        elif hours[t] - failure >= merge:
            after[PAUSE] = 0.0
        held[:] = after
        if held.sum() < EXHAUSTED:
            return
    mass[size - anchor - 1] = held.sum()


@compiled
def bracket(row: Floats, hours: Ints, k: Ints, gaps: Ints, powers: Floats, emission: Floats, forward: Floats,
             backward: Floats, start: int, stop: int, merge: int, width: int, mass: Floats) -> None:  # fmt: skip
    """Write onset and end of the restriction that is sure from bin `start` to bin `stop`.

    The onset lies between the start of the last bin that may have been good and the end of the first that must have been bad;
    the end between the start of the last bin that must have been bad and the end of the first that may have been good.
    """
    _onset_mass(hours, k, gaps, powers, forward, backward, start, merge, mass)
    low, middle, high = _places(mass, hours, start + 1)
    row[3] = hours[0] if middle == 0 else (hours[middle - 1] + width + hours[middle]) / 2
    row[4] = np.nan if low == 0 else hours[low - 1]
    row[5] = hours[high] + width
    _end_mass(hours, k, gaps, powers, emission, forward, backward, stop, merge, mass)
    final = len(hours) - stop - 1
    low, middle, high = _places(mass, hours[stop:], final + 1)
    row[6] = np.nan if middle == final else (hours[stop + middle] + width + hours[stop + middle + 1]) / 2
    row[7] = hours[stop + low]
    row[8] = np.nan if high == final else hours[stop + high + 1] + width

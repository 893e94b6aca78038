"""How likely an hour's counts are in each hidden state of a series, and how states follow one another.

Nine hidden states: one quiet state, two kinds of burst (a probe's bad hours: short by nature), and a restriction at one of
five levels. A restriction keeps its level, so that a partial block of 30 % and a full one are told apart by persistence and
not hour by hour. Counts are beta-binomial and not binomial: measurements of one hour mostly come from one probe and fail
together.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BASE_SHARES",
    "RESTRICTED",
    "STATES",
    "base_index",
    "log_likelihoods",
    "prior",
    "transition_powers",
    "updated_base",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BURST_SHARES: Final = (0.35, 0.9)
LEVELS: Final = (0.2, 0.35, 0.6, 0.96)
"""Shares of failures above the base that a burst or a restriction is looked for at; between two of them the nearer one
answers."""

SESSION_SHARE: Final = 0.9
"""Share of failures above the base while a session of a recurring restriction is on."""

_FIRST_LEVEL: Final = 1 + len(BURST_SHARES)
_SESSION: Final = _FIRST_LEVEL + len(LEVELS)
_PAUSE: Final = _SESSION + 1
STATES: Final = _PAUSE + 1
RESTRICTED: Final = slice(_FIRST_LEVEL, STATES)
"""The states in which a restriction is in force: its levels, and the sessions and pauses of a recurring one."""

BASE_SHARES: Final[Floats] = np.geomspace(0.002, 0.5, 28)
"""The grid on which a series' own base share of failures is estimated."""

BASE_PRIOR: Final = (1.0, 50.0)
"""What is believed of a base share before any data: one failure in fifty measurements."""

CONCENTRATION_QUIET: Final = 60.0
CONCENTRATION_BURST: Final = 4.0
CONCENTRATION_RESTRICTED: Final = 12.0

# Rates per hour.
BURST_BEGINS: Final = (1 / (10 * 24), 1 / (60 * 24))
BURST_ENDS: Final = 1 / 8
RESTRICTION_BEGINS: Final = 1 / (240 * 24)
RESTRICTION_ENDS: Final = 1 / (30 * 24)
LEVEL_CHANGES: Final = 1 / (90 * 24)
SESSION_ENDS: Final = 1 / 4
PAUSE_ENDS: Final = 1 / 14
LAST_SESSION: Final = 1 / (6 * 24)


def _transition() -> Floats:
    step = np.zeros((STATES, STATES))
    entered = range(_FIRST_LEVEL, _PAUSE)
    for index, rate in enumerate(BURST_BEGINS, start=1):
        step[0, index] = rate
        step[index, 0] = BURST_ENDS
    for level in entered:
        for quiet in range(_FIRST_LEVEL):
            step[quiet, level] = RESTRICTION_BEGINS / len(entered)
        step[level, 0] = RESTRICTION_ENDS
        for other in entered:
            if other != level:
                step[level, other] = LEVEL_CHANGES / (len(entered) - 1)
    # A recurring restriction begins and ends with a session, never with a pause: so the pauses blur neither bound.
    step[_SESSION, 0] = LAST_SESSION
    step[_SESSION, _PAUSE] = SESSION_ENDS
    step[_PAUSE, _SESSION] = PAUSE_ENDS
    np.fill_diagonal(step, 1 - step.sum(axis=1))
    return step


TRANSITION: Final[Floats] = _transition()
"""One hour's transition probabilities, row to column."""


def prior() -> Floats:
    """What is believed before a series' first bin: the long-run share of each state, a pause excepted."""
    share = np.linalg.matrix_power(TRANSITION, 1 << 24)[0]
    share[_PAUSE] = 0.0
    return np.asarray(share / share.sum(), dtype=np.float64)


def transition_powers(hours: Ints) -> Floats:
    """Transition probabilities over each of these gaps: an array of `len(hours)` matrices. Gaps are whole hours, at least 0.

    Sessions that fell wholly into a gap move no bound: from one observed bin to the next, a recurring restriction neither
    begins with a pause nor ends from one.
    """
    result = np.broadcast_to(np.eye(STATES), (len(hours), STATES, STATES)).copy()
    square, rest = TRANSITION.copy(), hours.copy()
    while rest.size and rest.max() > 0:
        odd = (rest & 1).astype(bool)
        result[odd] = result[odd] @ square
        square = square @ square
        rest >>= 1
    for quiet in range(_FIRST_LEVEL):
        result[:, quiet, 0] += result[:, quiet, _PAUSE]
        result[:, quiet, _PAUSE] = 0.0
    result[:, _PAUSE, _PAUSE] += result[:, _PAUSE, :_FIRST_LEVEL].sum(axis=1)
    result[:, _PAUSE, :_FIRST_LEVEL] = 0.0
    return result


def base_index(shares: Floats) -> Ints:
    """Index into `BASE_SHARES` of the value nearest to each share, on the logarithmic scale."""
    step = np.log(BASE_SHARES[1] / BASE_SHARES[0])
    place: Floats = np.log(np.maximum(shares, BASE_SHARES[0]) / BASE_SHARES[0]) / step
    return np.asarray(np.clip(np.rint(place), 0, len(BASE_SHARES) - 1), dtype=np.int64)


def updated_base(k: Floats, n: Floats) -> Floats:
    """Base share of failures after `k` of `n` quiet measurements, with the prior of one in fifty."""
    return np.asarray((BASE_PRIOR[0] + k) / (BASE_PRIOR[1] + n), dtype=np.float64)


def _log_rising(start: float, top: int) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.log(start + np.arange(top)))])


def log_likelihoods(k: Ints, n: Ints, base: int) -> Floats:
    """Log likelihood of `k` failures among `n` in every state: shape `(len(k), STATES)`, up to a constant per row.

    `base` is an index into `BASE_SHARES`. Beta-binomial: with a = share × concentration and b = (1 - share) × concentration,
    log L = log (a)_k + log (b)_(n-k) - log (a+b)_n, where (x)_j is the rising factorial.
    """
    quiet = float(BASE_SHARES[base])
    top = int(n.max(initial=0))
    result = np.empty((len(k), STATES))
    above = [(0.0, CONCENTRATION_QUIET)]
    above += [(share, CONCENTRATION_BURST) for share in BURST_SHARES]
    above += [(share, CONCENTRATION_RESTRICTED) for share in (*LEVELS, SESSION_SHARE)]
    above += [(0.0, CONCENTRATION_QUIET)]
    for state, (lift, concentration) in enumerate(above):
        share = quiet + (1 - quiet) * lift
        a, b = share * concentration, (1 - share) * concentration
        result[:, state] = _log_rising(a, top)[k] + _log_rising(b, top)[n - k] - _log_rising(a + b, top)[n]
    return result

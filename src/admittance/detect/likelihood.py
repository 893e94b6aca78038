"""How likely a bin's counts are in each hidden state of a series, and how states follow one another: a model per kind.

Every model has the same nine hidden states: one quiet state, two kinds of burst (a probe's bad hours: short by nature), a
restriction at one of four levels, and the sessions and pauses of a recurring one. A restriction keeps its level, so that a
partial block of 30 % and a full one are told apart by persistence and not hour by hour. A kind that has no use for a state
never enters it.
"""

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from admittance.detect.kinds import Kind

__all__ = [
    "FIRST_LEVEL",
    "PAUSE",
    "SESSION",
    "STATES",
    "TABLED",
    "Emissions",
    "Model",
    "chain_moves",
    "emissions",
    "model_of",
    "prior",
    "transition_powers",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BURSTS: Final = 2
LEVELS: Final = 4
FIRST_LEVEL: Final = 1 + BURSTS
SESSION: Final = FIRST_LEVEL + LEVELS
PAUSE: Final = SESSION + 1
STATES: Final = PAUSE + 1
"""From `FIRST_LEVEL` on, a restriction is in force."""

TABLED: Final = 48
"""Trials up to which likelihoods are looked up; above, they are computed."""


class Model(NamedTuple):
    """What is believed of one kind of evidence. Rates are per hour; arrays have an entry per state."""

    begins: tuple[float, ...]  # from quiet into each burst, level and the session
    burst_ends: float
    restriction_ends: float
    level_changes: float
    session_ends: float  # into a pause
    pause_ends: float  # into a session
    last_session: float
    at_first: float | None  # probability of a restriction before the first bin; null: its share of time in the long run
    lifts: tuple[float, ...]  # share of failures above the base; for counts, how many times the base rate
    concentrations: tuple[float, ...]
    counts: bool  # negative binomial around n × rate, else beta-binomial
    bases: Floats  # the grid on which a series' own base is estimated
    base_prior: tuple[float, float]  # failures in so many trials, believed before any data
    high_base: float  # a series whose calmer quarter fails more often is fitted a second time, from there
    rounds: int  # how often the base is estimated anew
    merge_hours: int  # intervals with less than this between their failures are one

    @property
    def usual_base(self) -> float:
        """The base before any data."""
        return self.base_prior[0] / self.base_prior[1]


_DAY: Final = 24.0

_PROPORTION: Final = Model(
    begins=(1 / (10 * _DAY), 1 / (60 * _DAY), *[1 / (240 * _DAY) / (LEVELS + 1)] * (LEVELS + 1)),
    burst_ends=1 / 8,
    restriction_ends=1 / (30 * _DAY),
    level_changes=1 / (90 * _DAY),
    session_ends=1 / 4,
    pause_ends=1 / 14,
    last_session=1 / (6 * _DAY),
    at_first=None,
    lifts=(0.0, 0.35, 0.9, 0.2, 0.35, 0.6, 0.96, 0.9, 0.0),
    concentrations=(60.0, 4.0, 4.0, 12.0, 12.0, 12.0, 12.0, 12.0, 60.0),
    counts=False,
    bases=np.geomspace(0.002, 0.5, 28),
    base_prior=(1.0, 50.0),
    high_base=0.05,
    rounds=2,
    merge_hours=72,
)

_SNAPSHOT: Final = _PROPORTION._replace(
    begins=(0.0, 0.0, 0.0, 0.0, 0.0, 1 / (90 * _DAY), 0.0),
    restriction_ends=1 / (60 * _DAY),
    level_changes=0.0,
    session_ends=0.0,
    at_first=0.05,  # else a first look that found it listed would bound nothing
    lifts=(0.0, 0.35, 0.9, 0.2, 0.35, 0.6, 0.9999, 0.9, 0.0),  # what is listed is there
    concentrations=(1000.0,) * STATES,
    bases=np.array([0.005]),  # of readings that miss what is there: two in a row on two days are no accident
    high_base=1.0,
    rounds=0,
    merge_hours=0,
)

_LIST: Final = _SNAPSHOT._replace(
    restriction_ends=1 / (720 * _DAY),  # words stay on lists for years
    lifts=(0.0, 0.35, 0.9, 0.2, 0.35, 0.6, 1 - 1e-9, 0.9, 0.0),
    bases=np.array([1e-9]),  # a list that does not hold a word is not read as holding it
)

_TRIES: Final = _SNAPSHOT._replace(
    begins=(0.0, 0.0, 0.0, 0.0, 1 / (120 * _DAY), 1 / (120 * _DAY), 0.0),
    restriction_ends=1 / (30 * _DAY),
    at_first=0.2,
    lifts=(0.0, 0.35, 0.9, 0.2, 0.35, 0.6, 0.96, 0.9, 0.0),
    concentrations=(200.0,) * STATES,
    bases=np.array([0.05]),
    merge_hours=72,
)

_COUNTS: Final = _SNAPSHOT._replace(
    begins=(0.0, 0.0, *[1 / (180 * _DAY) / 3] * 3, 0.0, 0.0),
    restriction_ends=1 / (10 * _DAY),
    level_changes=1 / (30 * _DAY),
    at_first=None,
    lifts=(1.0, 1.0, 1.0, 3.0, 8.0, 20.0, 1.0, 1.0, 1.0),
    concentrations=(3.0,) * STATES,
    counts=True,
    bases=np.geomspace(0.01, 1000.0, 40),
    base_prior=(0.2, 1.0),
    high_base=1.0,
    rounds=4,
    merge_hours=72,
)


_WANDERING: Final = _PROPORTION._replace(
    concentrations=(12.0, 4.0, 4.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0), rounds=0, high_base=1.0
)
"""A series whose quiet share is not one share, such as of many sites together: as wide in quiet hours as in restricted ones."""


def model_of(kind: Kind, *, wandering: bool = False) -> Model:
    """The model of a kind of evidence; of proportions that wander, with the base to be set."""
    if wandering:
        return _WANDERING
    models = {
        Kind.PROPORTION: _PROPORTION, Kind.SNAPSHOT: _SNAPSHOT, Kind.LIST: _LIST, Kind.TRIES: _TRIES, Kind.COUNTS: _COUNTS,
    }  # fmt: skip
    return models[kind]


def _transition(model: Model) -> Floats:
    step = np.zeros((STATES, STATES))
    step[0, 1:PAUSE] = model.begins
    entered = [state for state in range(FIRST_LEVEL, PAUSE) if model.begins[state - 1]]
    step[1:FIRST_LEVEL, 0] = model.burst_ends
    for level in range(FIRST_LEVEL, PAUSE):
        step[1:FIRST_LEVEL, level] = model.begins[level - 1]
        step[level, 0] = model.restriction_ends
        others = [other for other in entered if other != level]
        for other in others:
            step[level, other] = model.level_changes / len(others)
    # A recurring restriction begins and ends with a session, never with a pause: so the pauses blur neither bound.
    step[SESSION, 0] = model.last_session
    step[SESSION, PAUSE] = model.session_ends
    step[PAUSE, SESSION] = model.pause_ends
    np.fill_diagonal(step, 0.0)
    np.fill_diagonal(step, 1 - step.sum(axis=1))
    return step


def prior(model: Model) -> Floats:
    """What is believed before a series' first bin. Without `at_first` the long-run share of each state, a pause excepted."""
    share = np.linalg.matrix_power(_transition(model), 1 << 24)[0]
    share[PAUSE] = 0.0
    share /= share.sum()
    if model.at_first is not None:
        held = share[FIRST_LEVEL:].sum()
        share[FIRST_LEVEL:] *= model.at_first / held
        share[:FIRST_LEVEL] *= (1 - model.at_first) / (1 - held)
    return np.asarray(share, dtype=np.float64)


def transition_powers(model: Model, hours: Ints) -> Floats:
    """Transition probabilities over each of these gaps: an array of `len(hours)` matrices. Gaps are whole hours, at least 0.

    Sessions that fell wholly into a gap move no bound: from one observed bin to the next, a recurring restriction neither
    begins with a pause nor ends from one.
    """
    result = np.broadcast_to(np.eye(STATES), (len(hours), STATES, STATES)).copy()
    square, rest = _transition(model), hours.copy()
    while rest.size and rest.max() > 0:
        odd = (rest & 1).astype(bool)
        result[odd] = result[odd] @ square
        square = square @ square
        rest >>= 1
    result[:, :FIRST_LEVEL, 0] += result[:, :FIRST_LEVEL, PAUSE]
    result[:, :FIRST_LEVEL, PAUSE] = 0.0
    result[:, PAUSE, PAUSE] += result[:, PAUSE, :FIRST_LEVEL].sum(axis=1)
    result[:, PAUSE, :FIRST_LEVEL] = 0.0
    return result


def chain_moves(model: Model, powers: Floats) -> tuple[Floats, Floats]:
    """The same transitions with the levels lumped, and these turned round in time: an array of 7 × 6 per gap.

    All levels that are entered go through the same moves, so one row and one column stand for any of them: quiet, the two
    bursts, a level, session, pause. The seventh row holds, in the column of levels, what a level keeps to itself beyond what
    flows from level to level.
    """
    entered = [level for level in range(FIRST_LEVEL, SESSION) if model.begins[level - 1]]
    states = [*range(FIRST_LEVEL), entered[0], SESSION, PAUSE]
    moves = np.zeros((len(powers), 7, 6))
    moves[:, :6] = powers[:, states][:, :, states]
    moves[:, 3, 3] = powers[:, entered[0], entered[1]] if len(entered) > 1 else 0.0
    moves[:, 6, 3] = powers[:, entered[0], entered[0]] - moves[:, 3, 3]
    turned = moves.copy()
    turned[:, :6] = moves[:, :6].transpose(0, 2, 1)
    return moves, turned


class Emissions(NamedTuple):
    """Likelihoods of a model in each state, for every base of its grid. The entry of k of n lies at n (n+1) / 2 + k."""

    first: Floats  # base × state: a = share × concentration, or the rate; 0 of a state that is never entered
    second: Floats  # base × state: b = (1 - share) × concentration, or the concentration
    likelihood: Floats  # base × entry × state, divided by the greatest of the entry; none for counts
    scale: Floats  # base × entry: log of what was divided by
    gain: Floats  # base × entry: log of the best restricted state over the quiet one


@cache
def emissions(kind: Kind, *, wandering: bool = False) -> Emissions:
    """The tables of a model. Beta-binomial, with a = share × concentration and b = (1 − share) × concentration:

    log L(k of n) = log (a)_k + log (b)_(n−k) − log (a+b)_n        (x)_j = x (x+1) … (x+j−1)
    """
    model = model_of(kind, wandering=wandering)
    entered = prior(model) > 0
    entered[PAUSE] = entered[SESSION]
    # What is never entered has no likelihood; until then it looks like quiet, as no other would be the greatest.
    lifts, held = (np.where(entered, own, own[0]) for own in (np.array(model.lifts), np.array(model.concentrations)))
    if model.counts:
        first = model.bases[:, None] * lifts[None, :] * entered
        second = np.broadcast_to(held, first.shape).copy()
        nothing = np.zeros((len(model.bases), 0))
        return Emissions(first, second, np.zeros((len(model.bases), 0, STATES)), nothing, nothing)
    share = model.bases[:, None] + (1 - model.bases[:, None]) * lifts[None, :]
    first, second = share * held, (1 - share) * held
    n = np.repeat(np.arange(TABLED + 1), np.arange(1, TABLED + 2))
    k = np.concatenate([np.arange(trials + 1) for trials in range(TABLED + 1)])
    logs = (_log_rising(first)[:, :, k] + _log_rising(second)[:, :, n - k] - _log_rising(first + second)[:, :, n]).transpose(
        0, 2, 1
    )
    scale = logs.max(axis=2)
    levels = FIRST_LEVEL + np.flatnonzero(entered[FIRST_LEVEL:PAUSE])
    gain = logs[:, :, levels].max(axis=2) - logs[:, :, 0]
    likelihood = np.exp(logs - scale[:, :, None]) * entered
    return Emissions(first * entered, second, np.ascontiguousarray(likelihood), scale, gain)


def _log_rising(start: Floats) -> Floats:
    """Log of the rising factorials of each entry, from 0 to `TABLED` factors along a new last axis."""
    steps = np.log(start[..., None] + np.arange(TABLED))
    return np.concatenate([np.zeros((*start.shape, 1)), np.cumsum(steps, axis=-1)], axis=-1)

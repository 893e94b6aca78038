"""The one segment search: from series of counts to intervals of restriction with bracketed ends.

Runs of bins that are more likely restricted than not become intervals; their ends are bracketed by walking from a sure bin to
its neighbours along the posterior chain. Nothing is remembered from an earlier run: the whole series is read each time.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from admittance.detect.kinds import Kind
from admittance.detect.likelihood import FIRST_LEVEL, PAUSE, SESSION, chain_moves, emissions, model_of, prior, transition_powers

__all__ = ["MERGE_HOURS", "Bins", "End", "Found", "Onset", "Series", "search", "search_bins"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MERGE_HOURS: Final = model_of(Kind.PROPORTION).merge_hours
"""Sessions of restriction with less than this between them are one restriction."""

DIRECT_HOURS: Final = 400
"""Gaps below this are looked up by their length; longer ones among those that occur."""


class Series(NamedTuple):
    """Counts of one series: bin starts in whole hours since 1970 (UTC), strictly rising; trials, and failures among them."""

    hours: Ints
    n: Ints
    k: Ints


class Bins(NamedTuple):
    """Counts of many series, one after the other: series i has the bins from starts[i] to starts[i + 1]."""

    hours: Ints
    n: Ints
    k: Ints
    starts: Ints

    def series(self, index: int) -> Series:
        """One of them."""
        part = slice(int(self.starts[index]), int(self.starts[index + 1]))
        return Series(self.hours[part], self.n[part], self.k[part])


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
    active_share: float  # share of failures, pauses between sessions left out; for counts, the rate
    base: float  # share of failures in the series' quiet hours


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _best_steps(powers: Floats) -> Floats:
    """Per gap, the logs of the best ways to enter a restriction, stay, pause, stay paused and resume."""
    in_force = slice(FIRST_LEVEL, PAUSE)
    best = [
        powers[:, :FIRST_LEVEL, in_force].max(axis=(1, 2)),
        powers[:, in_force, in_force].max(axis=(1, 2)),
        powers[:, SESSION, PAUSE],
        powers[:, PAUSE, PAUSE],
        powers[:, PAUSE, in_force].max(axis=1),
    ]
    with np.errstate(divide="ignore"):
        return np.ascontiguousarray(np.log(np.column_stack(best)))


def search_bins(
    bins: Bins,
    *,
    kind: Kind = Kind.PROPORTION,
    width: int = 1,
    least_bad: int = 1,
    screen: bool = True,
    wanders: float | None = None,
) -> list[tuple[int, Found]]:
    """The intervals of restriction of all series, each with the index of its series, in order, before any floor of evidence.

    `width` is that of a bin in hours, 0 for a moment. An onset's bracket runs from the start of the last bin that may still
    have been good to the end of the first that must have been bad, so it is never narrower than the gap between them; where
    the data leave several such gaps open, it spans those that hold the middle 90 % of the posterior. A series with fewer than
    `least_bad` failures is not looked into, nor, with `screen`, one in which no restriction gains on quiet; the intervals that
    pass the floor are the same without it. `wanders` is for proportions of which the quiet share is not one
    share: what it is on the whole. Memory beyond the arrays is that of the longest series.
    """
    if len(bins.starts) < 2:
        return []
    from admittance.detect.kernels import examine, large_gaps  # compiled code: only who searches waits for it

    model, tables = model_of(kind, wandering=wanders is not None), emissions(kind, wandering=wanders is not None)
    if wanders is not None:
        trials = model.base_prior[1]
        model = model._replace(base_prior=(wanders * trials, trials))
    large = large_gaps(bins.hours, bins.starts, DIRECT_HOURS)
    powers = transition_powers(model, np.concatenate([np.arange(DIRECT_HOURS), large]))
    moves, turned = chain_moves(model, powers)
    first_prior = prior(model)
    steps = _best_steps(powers)
    # Before the first bin there is no gap: entering costs what is believed beforehand.
    steps[0, 0] = np.log(max(first_prior[FIRST_LEVEL:PAUSE].max(), np.exp(steps[0, 0])))
    rows = examine(
        bins.hours, bins.n, bins.k, bins.starts, large, powers, moves, turned, steps, first_prior, model.bases,
        tables.first, tables.second, (tables.likelihood, tables.scale), tables.gain, model.counts, model.base_prior,
        model.high_base, model.rounds, model.merge_hours, width, least_bad, screen,
    )  # fmt: skip
    return [
        (
            int(row[0]),
            Found(
                first=int(row[1]),
                last=int(row[2]),
                onset=Onset(row[3], _known(row[4]), row[5]),
                end=End(_known(row[6]), row[7], _known(row[8])),
                confidence=row[9],
                n=int(row[10]),
                k=int(row[11]),
                active_share=row[12],
                base=row[13],
            ),
        )
        for row in rows.tolist()
    ]


def search(
    series: Sequence[Series], *, kind: Kind = Kind.PROPORTION, width: int = 1, least_bad: int = 1, screen: bool = True
) -> list[list[Found]]:
    """For each series, its intervals of restriction in order of time: `search_bins` for series that lie apart."""
    starts = np.cumsum([0, *(len(one.hours) for one in series)])
    nothing = np.empty(0, np.int64)
    hours, n, k = (np.concatenate([nothing, *(one[place] for one in series)]) for place in range(3))
    results: list[list[Found]] = [[] for _ in series]
    for index, found in search_bins(Bins(hours, n, k, starts), kind=kind, width=width, least_bad=least_bad, screen=screen):
        results[index].append(found)
    return results

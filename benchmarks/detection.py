"""The search over 100,000 series of 365 daily cells, against a compiled pass that only sums them."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from admittance.detect.compiled import compiled
from admittance.detect.floor import LEAST_BAD, sufficient_bins
from admittance.detect.search import Bins, Found, search_bins

SERIES: Final = 100_000
DAYS: Final = 365
CHANGED: Final = 0.05
ROUNDS: Final = 3

Ints = NDArray[np.int64]
T = TypeVar("T")


@compiled
def _sum(n: Ints, k: Ints) -> int:
    total = 0
    for place in range(len(n)):
        total += n[place] + k[place]
    return total


def detection() -> dict[str, object]:
    """CPU seconds of summing, of the search with and without the screen, floor of evidence included; best of three rounds."""
    bins = _bins()
    _sum(bins.n[:10], bins.k[:10])
    search_bins(Bins(bins.hours[:DAYS], bins.n[:DAYS], bins.k[:DAYS], bins.starts[:2]), width=24)
    best = {"sum": float("inf"), "screened": float("inf"), "unscreened": float("inf")}
    same = True
    for _ in range(ROUNDS):
        seconds, _total = _cpu(lambda: _sum(bins.n, bins.k))
        best["sum"] = min(best["sum"], seconds)
        seconds, screened = _cpu(lambda: _episodes(bins, screen=True))
        best["screened"] = min(best["screened"], seconds)
        seconds, unscreened = _cpu(lambda: _episodes(bins, screen=False))
        best["unscreened"] = min(best["unscreened"], seconds)
        same = same and screened == unscreened
    return {
        "benchmark": "detection",
        "series": SERIES,
        "cells": len(bins.n),
        "episodes": len(screened),
        "sum_seconds": round(best["sum"], 4),
        "screened_over_sum": round(best["screened"] / best["sum"], 1),
        "unscreened_over_sum": round(best["unscreened"] / best["sum"], 1),
        "same_episodes": same,
    }


def _bins() -> Bins:
    """Sixteen measurements a day, 2 % failing; one series in twenty fails by 30 % or wholly for a month."""
    rng = np.random.default_rng(7)
    share = np.full((SERIES, DAYS), 0.02)
    for row in range(round(SERIES * CHANGED)):
        start = int(rng.integers(100, 250))
        share[row, start : start + 30] = 0.3 if row % 2 else 1.0
    n = rng.poisson(16, (SERIES, DAYS)) + 1
    k = rng.binomial(n, share)
    hours = np.tile(np.arange(DAYS, dtype=np.int64) * 24, SERIES)
    return Bins(hours, n.ravel().astype(np.int64), k.ravel().astype(np.int64), np.arange(SERIES + 1, dtype=np.int64) * DAYS)


def _episodes(bins: Bins, *, screen: bool) -> list[tuple[int, Found]]:
    found = search_bins(bins, width=24, least_bad=LEAST_BAD, screen=screen)
    return list(sufficient_bins(bins, found, width=24))


def _cpu(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result

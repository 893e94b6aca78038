"""How much evidence there is, how much each piece says, and how far the pieces agree: three things, never one number.

After OONI's data ontology, section 9.1 (three uncertainties: ambiguity, sample size, consensus) and 9.2 (consensus is measured
on what was found, not on averaged scores).
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec
import polars as pl

from admittance.model.episode import Uncertainty, Window
from admittance.model.vocabulary import State

__all__ = ["during", "uncertainty_of"]

NORMAL_95: Final = 1.6449
"""Standard deviations that leave out 5 % on one side of a normal distribution, 10 % on both."""


def during(counts: pl.DataFrame, windows: Sequence[Window]) -> pl.DataFrame:
    """The rows whose `time` lies in the windows of a recurring restriction; all of them when there are none."""
    if not windows:
        return counts
    weekday, hour = pl.col("time").dt.weekday(), pl.col("time").dt.hour()
    inside = pl.lit(False)
    for window in windows:
        hours_of_day = [hour % 24 for hour in range(window.start_hour, window.end_hour)]
        inside |= weekday.is_in(list(window.weekdays)) & hour.is_in(hours_of_day)
    return counts.filter(inside)


def uncertainty_of(counts: pl.DataFrame, *, reports: int) -> Uncertainty:
    """The three uncertainties of counts that belong to one restriction: columns `n`, `k`, `silent`, `down`, `blocked` and lists
    of JSON objects `mechanisms`; `reports` stand behind the trials.

    The bounds are Wilson's (Journal of the American Statistical Association 22, 1927) at 90 %, with a trial per report: checks
    of one report fail together. Without a trial they are 0 and 1.
    """
    n, k, silent, down, proven = (int(counts[name].sum()) for name in ("n", "k", "silent", "down", State.BLOCKED.value))
    blamed: Counter[str] = Counter()
    for cell in counts.filter(pl.col("k") > 0)["mechanisms"].to_list():
        for text in cell:
            blamed.update(msgspec.json.decode(text, type=dict[str, int]))
    low, high = _wilson(k / n, min(reports, n)) if n else (0.0, 1.0)
    return Uncertainty(
        reports=reports,
        share_low=low,
        share_high=high,
        inconclusive=_share(silent, n + silent + down),
        proven=_share(proven, k),
        failing=_share(k, n),
        same_mechanism=_share(max(blamed.values(), default=0), blamed.total()),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _wilson(share: float, trials: int) -> tuple[float, float]:
    square = NORMAL_95**2
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    reach = NORMAL_95 / (1 + square / trials) * math.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)

"""The detectors to beat, after what their makers document: OONI's hourly CUSUM, CenAlert's sliding z-score with Croston."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Alarm", "alarm_hours", "croston", "sliding_spikes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRIFT: Final = 0.35
THRESHOLD: Final = 3.5
GAP_HOURS: Final = 24
"""The sum halves for each so many hours without a measurement; that it decays is OONI's, how fast is our reading."""


class Alarm(NamedTuple):
    """The hour, since 1970, in which the sum passed the threshold, and the hour in which it passed back; null: never."""

    fired: int
    cleared: int | None


def alarm_hours(hours: Ints, n: Ints, k: Ints) -> list[Alarm]:
    """Alarms of a cumulative sum over the hourly medians of one series.

    The median of an hour is 1 when most of its measurements fail, 0 when most work. While it works the sum grows by median −
    0.35 (never below 0) and fires at 3.5; thereafter by 1 − median − 0.35, until it clears.
    """
    alarms: list[Alarm] = []
    total, blocked, fired, before = 0.0, False, 0, int(hours[0]) if len(hours) else 0
    for hour, trials, failures in zip(hours.tolist(), n.tolist(), k.tolist(), strict=True):
        total *= 0.5 ** ((hour - before - 1) // GAP_HOURS if hour - before > 1 else 0)
        before = hour
        median = 0.5 if 2 * failures == trials else float(2 * failures > trials)
        total = max(0.0, total + (1 - median if blocked else median) - DRIFT)
        if total < THRESHOLD:
            continue
        if blocked:
            alarms.append(Alarm(fired, hour))
        fired, blocked, total = hour, not blocked, 0.0
    return [*alarms, Alarm(fired, None)] if blocked else alarms


WINDOW: Final = 28
LEAST_NORMAL_Z: Final = 3.0
LEAST_OTHER_Z: Final = float(np.sqrt(20))
"""Chebyshev: at most one value in twenty of any distribution lies further out."""
JARQUE_BERA: Final = 5.991
"""95 % point of chi-squared with two degrees of freedom: above it a window is not normal."""
SPARSE_INTERVAL: Final = 1.32
"""Mean steps between values that are not 0, above which a window is intermittent (Syntetos, Boylan and Croston, 2005)."""
SMOOTHING: Final = 0.1
MOST_GAP: Final = 1
"""Anomalies with at most so many other values between them are one spike."""


def croston(values: Floats) -> float:
    """Forecast of the next value of an intermittent series: mean size over mean interval, each smoothed (Croston, 1972)."""
    size = interval = 0.0
    since = 1
    for value in values.tolist():
        if value <= 0:
            since += 1
            continue
        size = value if size == 0 else size + SMOOTHING * (value - size)
        interval = float(since) if interval == 0 else interval + SMOOTHING * (since - interval)
        since = 1
    return size / interval if interval else 0.0


def _normal(window: Floats, mean: float, deviation: float) -> bool:
    scaled = (window - mean) / deviation
    skew, kurtosis = float((scaled**3).mean()), float((scaled**4).mean())
    return len(window) / 6 * (skew**2 + (kurtosis - 3) ** 2 / 4) <= JARQUE_BERA


def _anomalous(window: Floats, value: float) -> bool:
    present = window[window > 0]
    mean, deviation = float(window.mean()), float(window.std())
    if len(present) == 0 or len(window) / len(present) > SPARSE_INTERVAL:
        residuals = [abs(float(window[t]) - croston(window[:t])) for t in range(1, len(window))]
        return value - croston(window) > LEAST_OTHER_Z * max(float(np.std(residuals)), 1e-9)
    if deviation == 0:
        return value > mean
    z = (value - mean) / deviation
    return z > (LEAST_NORMAL_Z if _normal(window, mean, deviation) else LEAST_OTHER_Z)


def sliding_spikes(values: Floats) -> list[int]:
    """Places at which spikes begin: values too far above the 28 before them, neighbours taken together.

    The threshold is three standard deviations for a window that passes for normal, Chebyshev's for others; a sparse window is
    laid against Croston's forecast. CenAlert tunes window and thresholds per country; these are not tuned.
    """
    starts: list[int] = []
    last = -MOST_GAP - 2
    for t in range(WINDOW, len(values)):
        if _anomalous(values[t - WINDOW : t], float(values[t])):
            if t - last > MOST_GAP + 1:
                starts.append(t)
            last = t
    return starts

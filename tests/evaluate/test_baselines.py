"""The baselines do what their makers document."""

import numpy as np
import pytest

from admittance.evaluate.baselines import alarm_hours, croston, sliding_spikes


def hourly(bad: range, *, until: int = 100, n: int = 3) -> tuple[list[tuple[int, int | None]], int]:
    hours = np.arange(until)
    k = np.array([n * (hour in bad) for hour in hours])
    return [(alarm.fired, alarm.cleared) for alarm in alarm_hours(hours, np.full(until, n), k)], bad.start


def test_the_cusum_fires_in_the_sixth_bad_hour_and_clears_in_the_sixth_good_one() -> None:
    assert hourly(range(40, 60))[0] == [(45, 65)]


def test_the_cusum_sees_neither_five_hours_nor_a_third_failing() -> None:
    assert hourly(range(40, 45))[0] == []
    hours = np.arange(500)
    assert alarm_hours(hours, np.full(500, 3), np.ones(500, dtype=np.int64)) == []


def test_the_sum_decays_over_a_gap() -> None:
    hours = np.array([0, 1, 2, 3, 500, 501, 502])
    ones = np.ones(7, dtype=np.int64)
    assert alarm_hours(hours, ones, ones) == []
    assert len(alarm_hours(np.arange(7), ones, ones)) == 1


def test_an_empty_series_has_no_alarm() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert alarm_hours(nothing, nothing, nothing) == []


@pytest.mark.parametrize(("values", "forecast"), [([0.0] * 9, 0.0), ([5.0] * 9, 5.0), ([0.0, 0.0, 6.0] * 5, 2.0)])
def test_croston_forecasts_size_over_interval(values: list[float], forecast: float) -> None:
    assert croston(np.array(values)) == pytest.approx(forecast)


def test_the_sliding_z_score_finds_a_surge_in_dense_and_in_sparse_series() -> None:
    rng = np.random.default_rng(3)
    dense = rng.normal(10, 1, 90)
    dense[60:64] = 40
    assert 60 in sliding_spikes(dense)
    sparse = np.zeros(90)
    sparse[::9] = 1.0
    sparse[60:63] = 30.0
    assert 60 in sliding_spikes(sparse)

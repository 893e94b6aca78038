"""Spikes laid against listed events."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from admittance.errors import InputError
from admittance.evaluate import evaluate_demand

START = date(2024, 1, 1)


def series(*surges: int) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    values = rng.normal(10, 0.6, 200)
    for day in surges:
        values[day : day + 3] = [50, 70, 40]
    days = [(START + timedelta(days=day)).isoformat() for day in range(200)]
    return pl.DataFrame({"date": days, "value": [f"{value:.2f}" for value in values]})


def events(*days: int) -> pl.DataFrame:
    return pl.DataFrame({"start_date": [(START + timedelta(days=day)).isoformat() for day in days]})


def test_spikes_and_events_within_six_days_belong_together() -> None:
    ours, theirs = evaluate_demand(series(60, 120), events(64, 113, 150, 900))
    assert (ours.events, ours.matched, ours.spikes, ours.explained) == (3, 1, 2, 1)
    assert (ours.start_error_days, ours.precision) == (4.0, 0.5)
    assert theirs.detector == "sliding z-score"
    assert theirs.matched == 1


def test_without_events_or_spikes_there_is_no_share() -> None:
    ours, _ = evaluate_demand(series(), pl.DataFrame({"start_date": []}, schema={"start_date": pl.String}))
    assert (ours.events, ours.spikes, ours.recall, ours.precision) == (0, 0, None, None)


def test_events_without_a_day_are_refused() -> None:
    with pytest.raises(InputError, match="start_date"):
        evaluate_demand(series(), pl.DataFrame({"when": ["2024-01-01"]}))
    with pytest.raises(InputError, match="row 1, field start_date"):
        evaluate_demand(series(), pl.DataFrame({"start_date": ["soon"]}))

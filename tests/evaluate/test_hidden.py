"""Days are hidden and restrictions planted: brackets widen, and still hold."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from admittance.errors import InputError
from admittance.evaluate import evaluate_hidden, evaluate_restrictions, planted

START = datetime(2026, 1, 1, tzinfo=UTC)


def noisy(name: str, *, seed: int, days: int = 90, blocked: range = range(0)) -> pl.DataFrame:
    """Some eight checks a day at odd hours, one in thirty failing, and nearly all on the days of a block."""
    draw = np.random.default_rng(seed)
    hours = np.flatnonzero(draw.random(days * 24) < 1 / 3)
    share = np.where(np.isin(hours // 24, list(blocked)), 0.95, 0.03)
    times = [START + timedelta(hours=int(hour)) for hour in hours]
    return pl.DataFrame({"series": name, "time": times, "n": 1, "k": draw.binomial(1, share)})


def test_hidden_days_widen_the_brackets_which_still_hold() -> None:
    series = pl.concat(
        [noisy("a", seed=1, blocked=range(40, 55)), noisy("b", seed=2, blocked=range(30, 50)), noisy("c", seed=3)]
    )
    score = evaluate_hidden(series, share=0.4, draws=15)
    assert (score.series, score.intervals, score.draws) == (3, 2, 15)
    assert score.found_share == 1.0
    assert score.onset_held is not None
    assert score.onset_held >= 0.9
    assert score.end_held is not None
    assert score.end_held >= 0.9
    assert score.onset_width_hours is not None
    assert score.onset_width_hidden_hours is not None
    assert score.onset_width_hidden_hours > 1.3 * score.onset_width_hours
    assert (score.too_narrow, score.extra) == (0, 0)


def test_the_same_seed_hides_the_same_days() -> None:
    series = noisy("a", seed=1, blocked=range(40, 55))
    assert evaluate_hidden(series, draws=3) == evaluate_hidden(series.reverse(), draws=3)
    assert evaluate_hidden(series, draws=3) != evaluate_hidden(series, draws=3, seed=2)


def test_what_is_planted_is_labelled_and_nothing_else_changes() -> None:
    series = pl.concat([noisy(name, seed=seed) for seed, name in enumerate("abcdef")])
    with_block, labels = planted(series, share=0.9, days=10, seed=3)
    assert labels.columns == ["series", "onset", "end"]
    both = with_block.join(series.rename({"k": "before"}), on=["series", "time"], validate="1:1")
    both = both.join(labels.with_columns(pl.col("onset", "end").str.to_datetime(time_zone="UTC")), on="series")
    inside = (pl.col("time") >= pl.col("onset")) & (pl.col("time") < pl.col("end"))
    assert (both.filter(~inside)["k"] == both.filter(~inside)["before"]).all()
    assert 0.8 < both.filter(inside)["k"].mean() <= 1  # type: ignore[operator]
    ours, _ = evaluate_restrictions(with_block, labels)
    assert (ours.found, ours.extra) == (6, 0)


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0])
def test_all_of_the_days_or_none_cannot_be_hidden(share: float) -> None:
    with pytest.raises(InputError, match="hidden"):
        evaluate_hidden(noisy("a", seed=1), share=share)


def test_what_cannot_be_planted_is_refused() -> None:
    with pytest.raises(InputError, match="three times as long"):
        planted(noisy("a", seed=1, days=20), share=0.5, days=14)
    with pytest.raises(InputError, match="share"):
        planted(noisy("a", seed=1), share=1.5, days=14)

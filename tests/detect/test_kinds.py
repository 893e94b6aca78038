"""Each kind of evidence by its own likelihood and floor, and what the screen may not change."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.detect import Kind, detect_series
from admittance.detect.floor import sufficient
from admittance.detect.likelihood import (
    FIRST_LEVEL,
    PAUSE,
    SESSION,
    STATES,
    chain_moves,
    emissions,
    model_of,
    prior,
    transition_powers,
)
from admittance.detect.search import Found, Series, search

START = datetime(2024, 5, 6, tzinfo=UTC)


def daily(counts: list[tuple[int, int]], *, every: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "time": [START + timedelta(days=every * day) for day in range(len(counts))],
            "n": [n for n, _ in counts],
            "k": [k for _, k in counts],
        }
    )


LISTED, ABSENT = (1, 0), (1, 1)


def test_a_single_snapshot_gives_an_absence_that_began_nobody_knows_when() -> None:
    row = detect_series(daily([ABSENT]), kind=Kind.SNAPSHOT).row(0, named=True)
    assert (row["onset_earliest"], row["onset_latest"], row["end"], row["end_latest"]) == (None, START, None, None)


def test_a_removal_lies_between_the_last_listing_and_the_first_absence() -> None:
    row = detect_series(daily([LISTED] * 5 + [ABSENT] * 4 + [LISTED] * 3), kind=Kind.SNAPSHOT).row(0, named=True)
    assert (row["onset_earliest"], row["onset_latest"]) == (START + timedelta(days=4), START + timedelta(days=5))
    assert (row["end_earliest"], row["end_latest"]) == (START + timedelta(days=8), START + timedelta(days=9))


@pytest.mark.parametrize("every", [1, 7, 30])
def test_a_removal_needs_two_absences(every: int) -> None:
    assert detect_series(daily([LISTED] * 5 + [ABSENT], every=every), kind=Kind.SNAPSHOT).is_empty()
    assert detect_series(daily([LISTED] * 5 + [ABSENT] * 2, every=every), kind=Kind.SNAPSHOT).height == 1


def test_one_failed_crawl_is_no_removal() -> None:
    assert detect_series(daily([LISTED] * 9 + [ABSENT] + [LISTED] * 9), kind=Kind.SNAPSHOT).is_empty()


def test_a_handful_of_refused_attempts_is_enough_where_attempts_are_few() -> None:
    assert detect_series(daily([LISTED] * 6 + [ABSENT] * 4, every=3), kind=Kind.TRIES).height == 1
    assert detect_series(daily([LISTED] * 6 + [ABSENT], every=3), kind=Kind.TRIES).is_empty()


def test_a_wave_of_keywords_stands_out_of_the_usual_trickle() -> None:
    rng = np.random.default_rng(4)
    usual = [(1, int(k)) for k in rng.poisson(2, 120)]
    wave = usual[:60] + [(1, int(k)) for k in rng.poisson(25, 6)] + usual[66:]
    assert detect_series(daily(usual), kind=Kind.COUNTS).is_empty()
    row = detect_series(daily(wave), kind=Kind.COUNTS).row(0, named=True)
    assert abs(row["onset"] - (START + timedelta(days=60))) <= timedelta(days=1)
    assert abs(row["end"] - (START + timedelta(days=66))) <= timedelta(days=2)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.0, 0.2, 0.3, 0.6, 1.0]),
    per_bin=st.sampled_from([0.3, 2, 16]),
    base=st.sampled_from([0.0, 0.02, 0.2]),
    width=st.sampled_from([1, 24]),
)
def test_the_screen_changes_no_episode(seed: int, share: float, per_bin: float, base: float, width: int) -> None:
    rng = np.random.default_rng(seed)
    size = 400
    n = rng.poisson(per_bin, size)
    probability = np.full(size, base)
    probability[200:320] = max(base, share)
    k = rng.binomial(n, probability)
    hours = np.arange(size) * width
    series = Series(hours[n > 0], n[n > 0], k[n > 0])

    def kept(*, screen: bool) -> list[Found]:
        found = search([series], width=width, least_bad=5, screen=screen)[0]
        return [one for one, stands in sufficient(series, found, width=width) if stands]

    assert kept(screen=True) == kept(screen=False)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(("n", "k"), [(50, 25), (10_000, 5_000), (10**6, 10**6), (10**9, 3)])
def test_no_count_is_too_large_or_too_contradictory(kind: Kind, n: int, k: int) -> None:
    counts = [(n, k) if hour % 2 else (1, 0) for hour in range(300)]
    found = detect_series(daily(counts).with_columns(time=START + pl.duration(hours=pl.int_range(300))), kind=kind)
    assert found["confidence"].is_finite().all()


@pytest.mark.parametrize("wandering", [False, True])
@pytest.mark.parametrize("kind", list(Kind))
def test_the_lumped_chain_is_the_whole_one(kind: Kind, wandering: bool) -> None:
    """Between states that are entered, moves over any gap and their reverse are those of the full matrices."""
    model = model_of(kind, wandering=wandering)
    powers = transition_powers(model, np.array([0, 1, 5, 24, 400, 100_000]))
    entered = np.flatnonzero(prior(model) > 0).tolist() + ([PAUSE] if model.begins[SESSION - 1] else [])
    lumped = {
        state: 3 if FIRST_LEVEL <= state < SESSION else state - (SESSION - 4 if state >= SESSION else 0)
        for state in range(STATES)
    }
    moves, turned = chain_moves(model, powers)
    assert np.array_equal(turned[:, :6], moves[:, :6].transpose(0, 2, 1))
    assert np.array_equal(turned[:, 6], moves[:, 6])
    for source in entered:
        for target in entered:
            kept = moves[:, 6, 3] if source == target and lumped[source] == 3 else 0.0
            np.testing.assert_allclose(moves[:, lumped[source], lumped[target]] + kept, powers[:, source, target], atol=1e-12)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_never_entered_explains_nothing(kind: Kind) -> None:
    model, tables = model_of(kind), emissions(kind)
    never = [level for level in range(FIRST_LEVEL, SESSION) if not model.begins[level - 1]]
    assert not tables.first[:, never].any()
    assert not tables.likelihood[:, :, never].any()

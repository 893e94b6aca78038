"""The search on series with known restrictions, and what must hold of every bracket."""

import math
import random
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.detect.floor import sufficient
from admittance.detect.search import MERGE_HOURS, Found, Series, search

DAY = 24
START = 490_000  # some hour of 2025


class Simulated(NamedTuple):
    series: Series
    onset: int | None
    end: int | None


def poisson(rng: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


def simulated(
    seed: int,
    *,
    share: float,
    days: int = 60,
    per_day: float = 16,
    block_days: int | None = None,
    base: float = 0.02,
) -> Simulated:
    """A noisy series: a base share of failures, a burst of 35 % every ten days, a daily rhythm; restricted at random."""
    rng = random.Random(seed)
    hours = days * DAY
    onset = rng.randrange(hours // 3, hours * 2 // 3) if share else None
    end = onset + block_days * DAY if onset is not None and block_days else None
    burst_until = -1.0
    rows = []
    for hour in range(hours):
        if hour > burst_until and rng.random() < 1 / (10 * DAY):
            burst_until = hour + rng.expovariate(1 / 6)
        n = poisson(rng, per_day / DAY * (1 + 0.6 * math.sin(2 * math.pi * (hour % DAY - 8) / DAY)))
        failing = max(base, 0.35) if hour <= burst_until else base
        if onset is not None and onset <= hour and (end is None or hour < end):
            failing = max(failing, share)
        if n:
            rows.append((START + hour, n, sum(rng.random() < failing for _ in range(n))))
    return Simulated(
        series_of(rows), None if onset is None else START + onset, None if end is None or end >= hours else START + end
    )


def series_of(rows: list[tuple[int, int, int]]) -> Series:
    hours, n, k = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Series(hours.copy(), n.copy(), k.copy())


def steady(first: int, last: int, *, every: int = 3, bad: bool) -> list[tuple[int, int, int]]:
    return [(hour, 1, int(bad)) for hour in range(first, last, every)]


def accepted(series: list[Series]) -> list[list[Found]]:
    return [kept(counts, found) for counts, found in zip(series, search(series), strict=True)]


def kept(counts: Series, found: list[Found]) -> list[Found]:
    return [one for one, stands in sufficient(counts, found) if stands]


def only(series: Series) -> Found:
    (found,) = accepted([series])[0]
    return found


def holds(found: Found, onset: int) -> bool:
    return (found.onset.earliest or -1) <= onset <= found.onset.latest


def test_quiet_series_with_bursts_open_nothing() -> None:
    quiet = [simulated(seed, share=0).series for seed in range(60)]
    assert [found for found in accepted(quiet) if found] == []


@pytest.mark.parametrize(
    ("share", "per_day", "days", "block_days", "least_found", "least_held", "widest"),
    [
        (1.0, 16, 60, None, 30, 28, 12),
        (0.3, 16, 60, None, 29, 25, 48),
        (1.0, 2, 90, 7, 29, 27, 60),
        (0.3, 8, 90, 14, 27, 25, 96),
    ],
    ids=["full", "partial", "full-thin", "partial-thin"],
)
def test_restrictions_are_found_and_brackets_hold_the_onset(
    share: float, per_day: float, days: int, block_days: int | None, least_found: int, least_held: int, widest: float
) -> None:
    made = [simulated(1000 + i, share=share, per_day=per_day, days=days, block_days=block_days) for i in range(30)]
    hits = [(one, found[0]) for one, found in zip(made, accepted([one.series for one in made]), strict=True) if len(found) == 1]
    assert len(hits) >= least_found
    assert sum(one.onset is not None and holds(found, one.onset) for one, found in hits) >= least_held
    widths = [found.onset.latest - found.onset.earliest for _, found in hits if found.onset.earliest is not None]
    assert np.median(widths) <= widest
    assert all((found.end.point is None) == (one.end is None) for one, found in hits)


def test_a_clean_change_is_bracketed_by_the_last_good_and_the_first_bad_bin() -> None:
    rows = [*steady(0, 480, bad=False), *steady(500, 800, bad=True), *steady(830, 1300, bad=False)]
    found = only(series_of(rows))
    assert (found.onset.earliest, found.onset.latest) == (477, 501)
    assert (found.end.earliest, found.end.latest) == (797, 831)
    assert found.onset.point == (478 + 500) / 2
    assert found.end.point == (798 + 830) / 2
    assert (found.n, found.k) == (100, 100)


def test_a_block_that_was_there_first_has_no_earliest_onset() -> None:
    found = only(series_of([*steady(0, 200, bad=True), *steady(200, 600, bad=False)]))
    assert found.onset.earliest is None
    assert found.onset.point == 0


def test_a_block_that_goes_on_has_no_end() -> None:
    found = only(series_of([*steady(0, 400, bad=False), *steady(400, 600, bad=True)]))
    assert found.end.point is None
    assert found.end.latest is None
    assert found.end.earliest >= 590


def test_measurements_ceasing_with_the_failures_leave_the_end_open() -> None:
    rows = [*steady(0, 400, bad=False), *steady(400, 460, bad=True)]
    assert only(series_of(rows)).end.point is None


@pytest.mark.parametrize("base", [0.1, 0.2])
def test_a_flaky_target_opens_next_to_nothing_and_its_block_is_still_seen(base: float) -> None:
    quiet = [simulated(seed, share=0, base=base).series for seed in range(20)]
    assert sum(map(len, accepted(quiet))) <= 1
    made = [simulated(2000 + seed, share=1, base=base) for seed in range(15)]
    found = accepted([one.series for one in made])
    held = [
        one.onset is not None and len(hits) == 1 and holds(hits[0], one.onset) for one, hits in zip(made, found, strict=True)
    ]
    assert sum(held) >= 13


@pytest.mark.parametrize("hours", [3, 6, 10])
def test_a_few_bad_hours_of_one_probe_open_nothing(hours: int) -> None:
    rows = [*steady(0, 500, bad=False), *steady(500, 500 + hours, every=1, bad=True), *steady(512, 1000, bad=False)]
    assert accepted([series_of(rows)]) == [[]]


def sessions(days: range, *, every: int = 2) -> list[tuple[int, int, int]]:
    """Days on which everything fails from 4 to 8 o'clock."""
    return [(day * DAY + hour, 1, int(4 <= hour < 8)) for day in days for hour in range(0, DAY, every)]


def test_sessions_that_come_and_go_are_one_restriction() -> None:
    quiet, after = steady(0, 20 * DAY, every=2, bad=False), steady(30 * DAY, 45 * DAY, every=2, bad=False)
    found = only(series_of([*quiet, *sessions(range(20, 30)), *after]))
    first, last = 20 * DAY + 4, 29 * DAY + 6
    assert found.onset.earliest is not None
    assert first - DAY <= found.onset.earliest <= first <= found.onset.latest <= first + 2 * DAY
    assert found.end.latest is not None
    assert last - 2 * DAY <= found.end.earliest <= last <= found.end.latest <= last + DAY


def test_sessions_after_a_long_pause_have_bounds_of_their_own() -> None:
    """A pause may last a night or a weekend, not eight days: what came before it is another restriction."""
    quiet, after = steady(0, 20 * DAY, every=2, bad=False), steady(48 * DAY, 62 * DAY, every=2, bad=False)
    between = steady(30 * DAY, 38 * DAY, every=2, bad=False)
    first, second = accepted([series_of([*quiet, *sessions(range(20, 30)), *between, *sessions(range(38, 48)), *after])])[0]
    assert first.end.latest is not None
    assert second.onset.earliest is not None
    assert first.end.latest <= 38 * DAY + 4
    assert second.onset.earliest >= 29 * DAY + 6


def test_a_week_of_exam_mornings_is_found_and_two_bad_mornings_are_not() -> None:
    quiet = steady(0, 20 * DAY, every=1, bad=False)

    def mornings(days: int) -> list[Found]:
        after = steady((20 + days) * DAY, 45 * DAY, every=1, bad=False)
        return accepted([series_of([*quiet, *sessions(range(20, 20 + days), every=1), *after])])[0]

    assert len(mornings(5)) == 1
    assert mornings(2) == []


def test_a_pause_of_72_hours_parts_two_restrictions() -> None:
    def blocks(pause: int) -> int:
        rows = [*steady(0, 400, bad=False), *steady(400, 499, bad=True), *steady(499, 496 + pause, bad=False)]
        rows += [*steady(496 + pause, 700, bad=True), *steady(700, 1200, bad=False)]
        return len(accepted([series_of(rows)])[0])

    assert blocks(MERGE_HOURS - 1) == 1
    assert blocks(MERGE_HOURS) == 2


def test_data_far_away_moves_no_bracket() -> None:
    near = [*steady(5000, 5480, bad=False), *steady(5500, 5800, bad=True), *steady(5830, 6300, bad=False)]
    found = only(series_of(near))
    around = only(series_of([*steady(0, 2000, bad=False), *near, *steady(9000, 12000, bad=False)]))
    assert (around.onset, around.end, around.n, around.k) == (found.onset, found.end, found.n, found.k)


def test_the_batch_does_not_matter() -> None:
    series = [simulated(seed, share=0.3, days=30 + seed).series for seed in range(12)]
    assert [found[0].onset for found in search(series)] == [search([one])[0][0].onset for one in series]


counted = st.lists(
    st.tuples(st.integers(1, 60), st.integers(1, 6), st.floats(0, 1)).map(lambda row: (row[0], row[1], round(row[1] * row[2]))),
    min_size=1,
    max_size=80,
)


def from_gaps(rows: list[tuple[int, int, int]]) -> Series:
    gaps, n, k = np.array(rows, dtype=np.int64).T
    return Series(np.cumsum(gaps), n.copy(), k.copy())


@settings(max_examples=120, deadline=None)
@given(counted)
def test_brackets_are_ordered_and_wide_enough(rows: list[tuple[int, int, int]]) -> None:
    series = from_gaps(rows)
    for found in search([series])[0]:
        onset, end = found.onset, found.end
        assert 0 <= found.first <= found.last < len(rows)
        assert 0.5 <= found.confidence <= 1
        assert onset.point <= onset.latest
        if onset.earliest is not None:
            assert onset.earliest <= onset.point
            assert onset.latest - onset.earliest >= 2
        assert end.earliest >= series.hours[0]
        if end.point is None:
            assert end.latest is None
        else:
            assert onset.point < end.point
            assert end.earliest <= end.point
            assert end.latest is None or end.point <= end.latest
    assert all(one.last < other.first for one, other in pairwise(search([series])[0]))


@settings(max_examples=40, deadline=None)
@given(counted, st.integers(1, 10_000))
def test_the_calendar_does_not_matter(rows: list[tuple[int, int, int]], shift: int) -> None:
    series = from_gaps(rows)
    moved = search([Series(series.hours + shift, series.n, series.k)])[0]
    stayed = search([series])[0]
    assert [one.onset.point + shift for one in stayed] == [one.onset.point for one in moved]
    assert [one.end.earliest + shift for one in stayed] == [one.end.earliest for one in moved]

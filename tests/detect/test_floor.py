"""The evidence floor: each number of it parts what opens an episode from what does not."""

import numpy as np
import pytest

from admittance.detect.floor import (
    LEAST_BAD,
    LEAST_BAD_BINS,
    LEAST_CONFIDENCE,
    LEAST_FULL_HOURS,
    LEAST_PARTIAL_HOURS,
    LEAST_REPORTS,
    LEAST_SESSION_DAYS,
    enough,
    sufficient,
)
from admittance.detect.search import End, Found, Onset, Series, search


def judged(
    bad_hours: list[int],
    *,
    good_hours: tuple[int, ...] = (),
    each: int = 2,
    confidence: float = 1.0,
    active_share: float | None = None,
    base: float = 0.02,
    seen_working: bool = True,
    reports: int | None = None,
) -> bool:
    """What the floor says of an interval with `each` failures in these hours and two successes in those."""
    rows = sorted([(hour, each, each) for hour in bad_hours] + [(hour, 2, 0) for hour in good_hours])
    hours, n, k = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    share = float(k.sum() / n.sum())
    found = Found(
        first=0,
        last=len(rows) - 1,
        onset=Onset(0.0, -1.0 if seen_working else None, 1.0),
        end=End(None, float(hours[-1]), None),
        confidence=confidence,
        n=int(n.sum()),
        k=int(k.sum()),
        active_share=share if active_share is None else active_share,
        base=base,
    )
    return enough(Series(hours, n, k), found, reports=reports)


FULL = [0, 6, LEAST_FULL_HOURS]


def test_a_full_restriction_of_half_a_day_is_enough() -> None:
    assert judged(FULL)
    assert not judged([0, 4, LEAST_FULL_HOURS - 2])


def test_failures_are_counted_and_so_are_the_hours_they_fall_into() -> None:
    assert not judged(FULL, each=1)
    assert 3 < LEAST_BAD <= 6
    assert not judged([0, LEAST_FULL_HOURS][: LEAST_BAD_BINS - 1], each=9)


def test_confidence_and_reports() -> None:
    assert not judged(FULL, confidence=LEAST_CONFIDENCE - 0.01)
    assert judged(FULL, reports=LEAST_REPORTS)
    assert not judged(FULL, reports=LEAST_REPORTS - 1)


@pytest.mark.parametrize(("hours", "expected"), [(LEAST_PARTIAL_HOURS, True), (LEAST_PARTIAL_HOURS - 10, False)])
def test_a_partial_restriction_must_last_nearly_a_week(hours: int, expected: bool) -> None:
    bad = [0, hours // 2, hours]
    assert judged(bad, good_hours=tuple(range(3, hours - 3, 20))) is expected


@pytest.mark.parametrize(("days", "expected"), [(LEAST_SESSION_DAYS, True), (LEAST_SESSION_DAYS - 1, False)])
def test_sessions_must_come_on_several_days(days: int, expected: bool) -> None:
    bad = [day * 24 + hour for day in range(days) for hour in (5, 6)]
    good = tuple(day * 24 + hour for day in range(days) for hour in (9, 12, 15, 18))
    assert judged(bad, good_hours=good, active_share=0.95) is expected


def test_a_flaky_targets_worse_weeks_are_no_restriction() -> None:
    bad, good = list(range(0, 400, 9)), tuple(range(1, 398, 4))
    assert judged(bad, good_hours=good, base=0.02)
    assert not judged(bad, good_hours=good, base=0.2)


def test_a_flaky_target_that_never_worked_better_is_no_restriction() -> None:
    bad, good = [0, 40, 80, 120, 200], tuple(range(3, 198, 9))
    assert judged(bad, good_hours=good)
    assert not judged(bad, good_hours=good, seen_working=False)
    assert judged(FULL, seen_working=False)


def wandering(seed: int, *, blocked: range = range(0)) -> Series:
    """Two years of a mixed series, 300 a day: its share of failures wanders between a fifth and a half within months."""
    rng = np.random.default_rng(seed)
    days = np.arange(730)
    share = 0.33 + 0.08 * np.sin(2 * np.pi * days / 97) + 0.06 * np.sin(2 * np.pi * days / 41) + rng.normal(0, 0.03, len(days))
    share[list(blocked)] = 0.97
    n = rng.poisson(300, len(days))
    return Series(days * 24, n, rng.binomial(n, share.clip(0, 1)))


def standing(series: Series) -> list[Found]:
    found = search([series], width=24)[0]
    return [one for one, stands in sufficient(series, found, width=24) if stands]


def test_a_series_that_wanders_has_no_restriction() -> None:
    found = [search([wandering(seed)], width=24)[0] for seed in range(8)]
    assert any(enough(wandering(seed), one, width=24) for seed, own in enumerate(found) for one in own)
    assert [standing(wandering(seed)) for seed in range(8)] == [[]] * 8


@pytest.mark.parametrize("seed", range(4))
def test_a_block_in_a_series_that_wanders_is_seen_where_it_is(seed: int) -> None:
    (one,) = standing(wandering(seed, blocked=range(400, 420)))
    assert (one.onset.earliest, one.onset.latest) == (399 * 24, 401 * 24)
    assert one.end.latest is not None
    assert one.end.earliest <= 420 * 24 <= one.end.latest

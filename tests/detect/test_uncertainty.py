"""Sample size, ambiguity and consensus, kept apart."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from admittance.detect import find_restrictions, group_episodes
from admittance.detect.uncertainty import during, uncertainty_of
from admittance.model.episode import Episode, Window
from admittance.model.vocabulary import Pattern

MakeCells = Callable[..., pl.DataFrame]
Between = Callable[[float, float], Callable[[int], bool]]


def counts(n: int, k: int, *, silent: int = 0, down: int = 0, blocked: int = 0, blamed: str = "{}") -> pl.DataFrame:
    return pl.DataFrame({"n": n, "k": k, "silent": silent, "down": down, "blocked": blocked, "mechanisms": [[blamed]]})


def only(*tables: pl.DataFrame) -> Episode:
    together = pl.concat(tables)
    (episode,) = group_episodes(find_restrictions(together), together, versions="{}")
    return episode


@pytest.mark.parametrize(
    ("table", "reports", "ambiguous", "thin", "agreed"),
    [
        (counts(10, 10, silent=490, blamed='{"tls.reset":10}'), 10, True, False, True),
        (counts(2, 2, blocked=2, blamed='{"http.blockpage":2}'), 2, False, True, True),
        (counts(50, 50, blamed='{"tls.reset":25,"tls.timeout":25}'), 50, False, False, False),
    ],
    ids=["many that say nothing", "two that prove it", "half reset, half time out"],
)
def test_the_ontologys_three_cells_are_told_apart(
    table: pl.DataFrame, reports: int, ambiguous: bool, thin: bool, agreed: bool
) -> None:
    told = uncertainty_of(table, reports=reports)
    assert (told.inconclusive > 0.5) is ambiguous
    assert (told.share_low < 0.7) is thin
    assert (told.same_mechanism > 0.9) is agreed


def test_the_bounds_are_wilsons() -> None:
    told = uncertainty_of(counts(10, 3), reports=10)
    for bound in (told.share_low, told.share_high):  # what defines them: the share lies so many of the bound's deviations off
        assert abs(bound - 0.3) == pytest.approx(1.6449 * (bound * (1 - bound) / 10) ** 0.5, abs=1e-3)
    assert (told.failing, told.proven, told.same_mechanism) == (0.3, 0.0, 0.0)


def test_checks_of_one_report_count_as_one() -> None:
    many, one = (uncertainty_of(counts(400, 100), reports=reports) for reports in (400, 4))
    assert one.share_high - one.share_low > 5 * (many.share_high - many.share_low)
    assert (one.failing, one.reports) == (many.failing, 4)


def test_nothing_that_counts_says_nothing() -> None:
    told = uncertainty_of(counts(0, 0, silent=5), reports=0)
    assert (told.share_low, told.share_high, told.inconclusive) == (0.0, 1.0, 1.0)


def test_an_episode_bears_them_beside_its_confidence(cells: MakeCells, between: Between) -> None:
    told = only(cells(between(10, 20)), cells(between(99, 99), network=2)).uncertainty
    assert (told.reports, told.failing, told.inconclusive, told.same_mechanism) == (120, 1.0, 0.0, 1.0)
    half = cells(between(10, 20)).with_columns(insufficient=pl.lit(1, pl.Int64))
    assert only(half).uncertainty.inconclusive == 0.5
    silent_hours = cells(between(10, 20), every=4).with_columns(
        time=pl.col("time") + timedelta(hours=1),
        insufficient=pl.lit(1, pl.Int64),
        likely_blocked=0,
        ok=0,
        bad_reports=pl.lit(""),
    )
    assert 0.3 < only(cells(between(10, 20)), silent_hours.cast(half.schema)).uncertainty.inconclusive < 0.4


def test_a_recurring_episode_counts_its_hours_alone(cells: MakeCells) -> None:
    def exams(hour: int) -> bool:
        return 14 <= hour // 24 < 28 and hour // 24 % 7 < 5 and 5 <= hour % 24 < 9

    episode = only(cells(exams, every=1))
    assert episode.pattern is Pattern.RECURRING
    assert episode.k < episode.n / 2
    assert episode.uncertainty.failing == 1.0


def test_a_window_round_midnight_belongs_to_its_weekdays() -> None:
    times = [datetime(2024, 5, 6, tzinfo=UTC) + timedelta(hours=hour) for hour in range(48)]
    windows = (Window(weekdays=(1,), start_hour=22, end_hour=26),)
    kept = during(pl.DataFrame({"time": times}), windows)["time"]
    assert [time.hour for time in kept] == [0, 1, 22, 23]
    assert during(pl.DataFrame({"time": times}), ()).height == 48

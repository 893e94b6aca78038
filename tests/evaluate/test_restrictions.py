"""Scores on series whose restrictions are known."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from admittance.errors import InputError
from admittance.evaluate import evaluate_restrictions

START = datetime(2026, 1, 1, tzinfo=UTC)
ONSET, END, DAYS = 480, 720, 60


def stamp(hour: int) -> str:
    return (START + timedelta(hours=hour)).isoformat()


def rows(name: str, bad: range, *, every: int = 2) -> pl.DataFrame:
    hours = list(range(0, DAYS * 24, every))
    k = [2 * (hour in bad) for hour in hours]
    return pl.DataFrame({"series": name, "time": [stamp(hour) for hour in hours], "n": 2, "k": k})


def labels(**events: tuple[int, int | None] | None) -> pl.DataFrame:
    made = [
        (name, "" if event is None else stamp(event[0]), "" if event is None or event[1] is None else stamp(event[1]))
        for name, event in events.items()
    ]
    return pl.DataFrame(made, schema=["series", "onset", "end"], orient="row")


def test_a_found_event_its_errors_and_its_delay() -> None:
    series = pl.concat([rows("a", range(ONSET, END)), rows("b", range(0))])
    ours, cusum = evaluate_restrictions(series, labels(a=(ONSET, END), b=None))
    assert (ours.events, ours.found, ours.extra, ours.false_alarms) == (1, 1, 0, 0)
    assert ours.onset_error_hours is not None
    assert ours.onset_error_hours <= 3
    assert (ours.onset_coverage, ours.end_coverage, ours.ends) == (1.0, 1.0, 1)
    assert ours.delay_hours is not None
    assert 12 <= ours.delay_hours <= 48  # half a day of failures, and a heavy burst ruled out
    assert ours.quiet_series_weeks == pytest.approx(DAYS / 7, abs=0.1)
    assert (cusum.found, cusum.onset_coverage, cusum.delay_hours) == (1, None, 10.0)


def test_what_is_labelled_and_not_there_is_missed_and_the_reverse_is_a_false_alarm() -> None:
    series = pl.concat([rows("a", range(0)), rows("b", range(ONSET, END))])
    ours, _ = evaluate_restrictions(series, labels(a=(ONSET, None), b=None))
    assert (ours.found, ours.recall, ours.false_alarms) == (0, 0.0, 1)
    assert ours.false_alarms_per_100 == pytest.approx(100 * 7 / DAYS, abs=0.1)


def test_a_second_interval_is_extra() -> None:
    both = rows("a", range(200, 400)).with_columns(k=pl.when(pl.int_range(pl.len()) >= 500).then(2).otherwise("k"))
    ours, _ = evaluate_restrictions(both, labels(a=(200, 400)))
    assert (ours.found, ours.extra) == (1, 1)
    ours, _ = evaluate_restrictions(both, pl.concat([labels(a=(200, 400)), labels(a=(1000, None))]))
    assert (ours.events, ours.found, ours.extra) == (2, 2, 0)


def test_a_single_series_needs_no_keys() -> None:
    ours, _ = evaluate_restrictions(rows("a", range(ONSET, END)).drop("series"), labels(a=(ONSET, END)).drop("series"))
    assert ours.found == 1


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (pl.DataFrame({"series": ["a"], "start": ["2026-01-01"]}), "no column onset, end"),
        (pl.DataFrame({"onset": ["2026-01-01"], "end": [""]}), "no column series"),
        (pl.DataFrame({"series": ["a"], "onset": ["once"], "end": [""]}), "row 1, field onset"),
    ],
)
def test_labels_that_cannot_be_read_are_refused(wrong: pl.DataFrame, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        evaluate_restrictions(rows("a", range(0)), wrong)

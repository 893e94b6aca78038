"""From cells to restrictions of single series."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from admittance.detect import find_restrictions
from admittance.detect.restrictions import dominant_mechanism, state_of
from admittance.model.episode import Restriction
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import Cell
from admittance.model.vocabulary import Arm, Layer, State

START = datetime(2024, 5, 6, tzinfo=UTC)
MakeCells = Callable[..., pl.DataFrame]
Between = Callable[[float, float], Callable[[int], bool]]


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def test_a_blocked_series_gives_one_bracketed_restriction(cells: MakeCells, between: Between) -> None:
    found = find_restrictions(cells(between(10, 20)))
    assert found.schema == table_schema(Restriction)
    row = found.row(0, named=True)
    assert found.height == 1
    assert row["onset_earliest"] == day(10) - timedelta(hours=2)
    assert row["onset_latest"] == day(10) + timedelta(hours=1)
    assert row["end_earliest"] == day(20) - timedelta(hours=2)
    assert row["end_latest"] == day(20) + timedelta(hours=1)
    assert (row["n"], row["k"], row["reports"]) == (120, 120, 120)
    assert (row["state"], row["mechanism"], row["pattern"]) == ("likely_blocked", "tcp.timeout", "continuous")


@pytest.mark.parametrize("arm", [Arm.TUNNEL, Arm.CONTROL, Arm.REMOTE])
def test_only_the_direct_arm_is_read(cells: MakeCells, between: Between, arm: Arm) -> None:
    assert find_restrictions(cells(between(10, 20), arm=arm)).is_empty()
    both = pl.concat([cells(between(99, 99)), cells(between(10, 20), arm=arm)])
    assert find_restrictions(both).is_empty()


def test_an_unknown_network_is_nobodys_evidence(cells: MakeCells, between: Between) -> None:
    assert find_restrictions(cells(between(10, 20), network=0)).is_empty()
    assert find_restrictions(cells(between(10, 20), country="ZZ")).is_empty()


def test_few_reports_are_insufficient(cells: MakeCells, between: Between) -> None:
    one_probe = cells(between(10, 20)).with_columns(
        pl.when(pl.col("bad_reports") != "").then(pl.lit("p1")).otherwise(pl.lit("")).alias("bad_reports")
    )
    assert find_restrictions(one_probe)["state"].to_list() == ["insufficient"]


def test_a_blocked_artefact_gives_the_state(cells: MakeCells, between: Between) -> None:
    proven = cells(between(10, 20)).with_columns(blocked="likely_blocked", likely_blocked=pl.lit(0, pl.Int64))
    assert find_restrictions(proven)["state"].to_list() == ["blocked"]


def test_rows_in_any_order_give_the_same(cells: MakeCells, between: Between) -> None:
    table = pl.concat(
        [cells(between(10, 20), network=asn, layer=layer) for asn in (3, 1, 2) for layer in (Layer.TLS, Layer.TCP)]
    )
    expected = find_restrictions(table)
    assert expected.height == 6
    assert find_restrictions(table.sample(fraction=1, shuffle=True, seed=5)).equals(expected)
    assert expected.select("layer", "network").rows() == sorted(expected.select("layer", "network").rows())


def test_sessions_on_working_days_are_recurring(cells: MakeCells) -> None:
    def exams(hour: int) -> bool:
        return 14 <= hour // 24 < 28 and hour // 24 % 7 < 5 and 5 <= hour % 24 < 9

    row = find_restrictions(cells(exams, every=1)).row(0, named=True)
    assert row["pattern"] == "recurring"
    assert row["active_windows"] == [{"weekdays": [1, 2, 3, 4, 5], "start_hour": 5, "end_hour": 9}]


def test_nothing_comes_of_nothing() -> None:
    assert find_restrictions(empty_table(Cell)).equals(empty_table(Restriction))


@pytest.mark.parametrize(
    ("histograms", "expected"),
    [
        (['{"tls.reset":2}', '{"tcp.timeout":1,"tls.reset":1}'], "tls.reset"),
        (['{"b":1}', '{"a":1}'], "a"),
        (["{}"], "unknown"),
        ([], "unknown"),
    ],
)
def test_the_dominant_mechanism(histograms: list[str], expected: str) -> None:
    assert dominant_mechanism(histograms) == expected


@pytest.mark.parametrize(
    ("blocked", "likely", "throttled", "state"),
    [
        (0, 0, 0, State.INSUFFICIENT),
        (3, 538, 0, State.LIKELY_BLOCKED),
        (55, 486, 0, State.BLOCKED),
        (1, 0, 0, State.BLOCKED),
        (0, 0, 7, State.THROTTLED),
        (2, 3, 40, State.LIKELY_BLOCKED),
    ],
)
def test_a_state_is_said_when_a_tenth_of_the_failures_bear_it_out(
    blocked: int, likely: int, throttled: int, state: State
) -> None:
    bad = pl.DataFrame({"blocked": [blocked, 0], "likely_blocked": [0, likely], "throttled": [throttled, 0]})
    assert state_of(bad) is state

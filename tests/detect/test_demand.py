"""Spikes of demand: what stands out, what does not, where one event ends and the next begins."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.detect.demand import find_spikes, spikes_in_series
from admittance.errors import InputError

START = date(2024, 1, 1)
DEMAND = Path(__file__).parents[3] / "shared/data/demand"
WITHIN = timedelta(days=6)


def usual(days: int, *, seed: int = 1, level: float = 10.0) -> list[float]:
    """Interest with a weekly rhythm and a tenth of noise."""
    rng = np.random.default_rng(seed)
    return [float(level * (1.1 if day % 7 > 4 else 1.0) * rng.lognormal(0, 0.08)) for day in range(days)]


def spikes(values: list[float]) -> list[tuple[int, int | None, int]]:
    return [(one.start, one.end, one.peak) for one in spikes_in_series(np.array(values))]


def test_a_surge_has_a_start_an_end_and_a_peak() -> None:
    values = [*usual(60), 40.0, 60.0, 30.0, *usual(60, seed=2)]
    assert spikes(values) == [(60, 63, 61)]


def test_the_end_of_what_goes_on_is_null() -> None:
    assert spikes([*usual(60), 40.0, 60.0, 55.0]) == [(60, None, 61)]


def test_two_events_inside_one_long_surge_come_out_as_two() -> None:
    values = [*usual(60), 80, 70, 55, 42, 35, 30, 70, 95, 60, 40, 30, *usual(60, seed=2)]
    assert [start for start, _, _ in spikes(values)] == [60, 66]
    (_, end, first_peak), (start, _, second_peak) = spikes(values)
    assert (end, first_peak, second_peak) == (start, 60, 67)


def test_a_slow_decline_is_one_event() -> None:
    values = usual(60) + [100 * 0.9**day + 10 for day in range(30)] + usual(30, seed=2)
    assert len(spikes(values)) == 1


def test_a_climb_over_days_begins_on_its_first() -> None:
    values = [*usual(60), 16.0, 30.0, 70.0, 40.0, *usual(60, seed=2)]
    assert spikes(values)[0][0] == 60


def test_a_new_level_becomes_the_usual() -> None:
    found = spikes(usual(90) + usual(200, seed=2, level=30))
    assert len(found) == 1
    assert found[0][1] is not None


def test_a_sparse_series_shows_what_rises_over_what_it_resolves() -> None:
    values = [0.0] * 200
    values[50] = 1.0
    values[100:104] = [30.0, 100.0, 40.0, 10.0]
    assert [start for start, _, _ in spikes(values)] == [100]


def test_quiet_series_have_hardly_a_spike() -> None:
    assert sum(len(spikes(usual(365, seed=seed))) for seed in range(30)) <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1e6), max_size=150))
def test_spikes_are_ordered_and_hold_their_peaks(values: list[float]) -> None:
    reached = 0
    for start, end, peak in spikes(values):
        assert reached <= start <= peak < (len(values) if end is None else end)
        reached = len(values) if end is None else end


@settings(max_examples=25, deadline=None)
@given(st.floats(0.001, 1000), st.integers(0, 1000))
def test_neither_scale_nor_order_of_rows_matters(factor: float, seed: int) -> None:
    values = np.array([*usual(60), 40.0, 60.0, 30.0, *usual(30, seed=2)])
    assert [one[:3] for one in spikes_in_series(values * factor)] == [one[:3] for one in spikes_in_series(values)]
    table = table_of(list(values))
    assert find_spikes(table.sample(fraction=1, shuffle=True, seed=seed)).equals(find_spikes(table))


def table_of(values: list[float]) -> pl.DataFrame:
    days = [START + timedelta(days=day) for day in range(len(values))]
    return pl.DataFrame({"country": "XX", "date": [day.isoformat() for day in days], "value": [str(value) for value in values]})


def test_the_table_has_keys_then_dates() -> None:
    found = find_spikes(
        pl.concat([table_of(usual(60)), table_of([*usual(60), 50.0, 40.0, *usual(9)]).with_columns(country=pl.lit("YY"))])
    )
    assert found.columns == ["country", "start", "end", "peak", "impact"]
    row = found.row(0, named=True)
    assert (found.height, row["country"], row["start"]) == (1, "YY", START + timedelta(days=60))
    assert row["end"] == START + timedelta(days=62)
    assert 5 < row["impact"] < 9


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"day": ["2024-01-01"], "value": ["1"]}, "no column date"),
        ({"date": ["soon"], "value": ["1"]}, "row 1, field date"),
        ({"date": ["2024-01-01", None], "value": ["1", "1"]}, "row 2, field date"),
        ({"date": ["2024-01-01"], "value": ["-1"]}, "row 1, field value"),
        ({"date": ["2024-01-01"], "value": ["nan"]}, "row 1, field value"),
        ({"date": ["2024-01-01"], "value": ["many"]}, "row 1, field value"),
        ({"date": ["2024-01-01"], "value": ["1"], "peak": ["x"]}, "column peak"),
    ],
)
def test_rubbish_is_refused(table: dict[str, list[str | None]], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        find_spikes(pl.DataFrame(table))


def test_nothing_comes_of_nothing() -> None:
    assert find_spikes(pl.DataFrame({"date": [], "value": []}, schema={"date": pl.String, "value": pl.String})).is_empty()
    assert find_spikes(table_of([0.0] * 100)).is_empty()
    assert find_spikes(table_of([1.0, 100.0])).is_empty()


def test_listed_events_of_three_countries_are_matched() -> None:
    if not DEMAND.is_dir():
        pytest.skip("no ../shared/data/demand")
    events = pl.read_csv(DEMAND / "events.csv", infer_schema=False)
    matched = listed = found = 0
    for path in sorted((DEMAND / "series").glob("*.csv")):
        table = pl.read_csv(path, infer_schema=False)
        starts = find_spikes(table)["start"].to_list()
        own = events.filter((pl.col("country_code") == path.stem[:2]) & pl.col("start_date").is_in(table["date"].implode()))
        days = [date.fromisoformat(text) for text in own["start_date"]]
        matched += sum(any(abs(day - start) <= WITHIN for start in starts) for day in days)
        listed += len(days)
        found += len(starts)
    assert matched >= 0.8 * listed
    assert found <= listed + 3

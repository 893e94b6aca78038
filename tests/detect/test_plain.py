"""`detect_series` on plain tables."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.detect import detect_series
from admittance.errors import InputError

START = datetime(2024, 5, 6, tzinfo=UTC)
RESULT = ["onset", "onset_earliest", "onset_latest", "end", "end_earliest", "end_latest", "confidence", "n", "k"]


def table(*, name: str = "a", bad_from: int = 300, bad_to: int = 500, until: int = 800, step: int = 1) -> pl.DataFrame:
    """A row every `step` hours, failing from one row number to another."""
    rows = [
        {
            "series": name,
            "time": (START + timedelta(hours=step * i)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "n": 2,
            "k": 2 if bad_from <= i < bad_to else 0,
        }
        for i in range(until)
    ]
    return pl.DataFrame(rows)


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


def test_a_series_gives_its_keys_and_its_bracketed_episode() -> None:
    found = detect_series(pl.concat([table(name="b", bad_from=900), table(name="a")]))
    assert found.columns == ["series", *RESULT]
    row = found.row(0, named=True)
    assert found.height == 1
    assert row["series"] == "a"
    assert (row["onset_earliest"], row["onset"], row["onset_latest"]) == (hour(299), hour(300), hour(301))
    assert (row["end_earliest"], row["end"], row["end_latest"]) == (hour(499), hour(500), hour(501))
    assert (row["n"], row["k"]) == (400, 400)


def test_without_keys_it_is_one_series() -> None:
    assert detect_series(table().drop("series")).columns == RESULT
    assert detect_series(table().drop("series")).height == 1


def test_days_are_told_from_hours() -> None:
    row = detect_series(table(step=24, bad_from=30, bad_to=50, until=100)).row(0, named=True)
    assert (row["onset_earliest"], row["onset"], row["onset_latest"]) == (hour(29 * 24), hour(30 * 24), hour(31 * 24))
    assert row["end_latest"] == hour(51 * 24)


def test_an_ongoing_end_is_null() -> None:
    row = detect_series(table(bad_to=800)).row(0, named=True)
    assert (row["end"], row["end_latest"]) == (None, None)


def test_order_and_split_rows_change_nothing() -> None:
    whole = pl.concat([table(name=name, bad_from=first) for name, first in (("a", 200), ("b", 300), ("c", 350))])
    halves = pl.concat([whole.with_columns(n=pl.lit(1), k=pl.col("k") // 2)] * 2)
    expected = detect_series(whole)
    assert expected.height == 3
    assert detect_series(whole.sample(fraction=1, shuffle=True, seed=1)).equals(expected)
    assert detect_series(halves.cast({"n": pl.Int64, "k": pl.Int64})).equals(expected)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", None]), st.integers(0, 900)), max_size=6),
    st.integers(0, 2**32 - 1),
    st.integers(1, 4),
)
def test_neither_order_nor_split_nor_other_series_matter(
    blocks: list[tuple[str, str | None, int]], seed: int, parts: int
) -> None:
    """Series of two keys, one of which may be empty, with blocks anywhere: rows shuffled, split over files, and alone."""
    rows = [
        table(name=name, bad_from=first, bad_to=first + 150, until=900, step=2).with_columns(place=pl.lit(place, pl.String))
        for name, place, first in {(name, place): (name, place, first) for name, place, first in blocks}.values()
    ]
    whole = pl.concat(rows) if rows else table().with_columns(place=pl.lit("x")).clear()
    expected = detect_series(whole)
    one_each = [whole.with_columns(n=pl.lit(1, pl.Int64), k=pl.col("k") // 2)] * 2
    pieces = pl.concat([one_each[0][turn::parts] for turn in range(parts)] + [one_each[1]])
    assert detect_series(pieces.sample(fraction=1, shuffle=True, seed=seed)).equals(expected)
    alone = [found for own in rows if not (found := detect_series(own)).is_empty()]
    if alone:
        assert pl.concat(alone).sort("series", "place", "onset", nulls_last=True).equals(expected)


@pytest.mark.parametrize(
    ("spelling", "type_"),
    [
        ("%Y-%m-%d %H:%M:%S", None),
        ("%Y-%m-%dT%H:%M:%S+00:00", None),
        ("%Y-%m-%dT%H:%M", None),
        (None, pl.Datetime("ms", "UTC")),
    ],
)
def test_times_in_any_iso_spelling(spelling: str | None, type_: pl.DataType | None) -> None:
    plain = table()
    times = plain["time"].str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC")
    changed = plain.with_columns(time=times.cast(type_) if type_ is not None else times.dt.strftime(spelling or ""))
    assert detect_series(changed).equals(detect_series(plain))


def test_another_zone_is_converted() -> None:
    shifted = table().with_columns(pl.col("time").str.replace("Z", "+03:00"))
    assert detect_series(shifted)["onset"].item() == hour(297)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("time", "yesterday", "row 3, field time: 'yesterday'"),
        ("time", "", "row 3, field time: is empty"),
        ("time", None, "row 3, field time: is empty"),
        ("n", "many", "row 3, field n: 'many'"),
        ("n", "1.5", "row 3, field n: '1.5'"),
        ("k", "-1", "row 3, field k: '-1'"),
        ("k", None, "row 3, field k: None"),
        ("k", "3", "row 3, field k: 3 failures among n = 2"),
    ],
)
def test_a_bad_value_is_refused_by_row_and_field(column: str, value: str | None, message: str) -> None:
    texts = table().cast(pl.String).with_row_index()
    broken = texts.with_columns(
        pl.when(pl.col("index") == 2).then(pl.lit(value, pl.String)).otherwise(column).alias(column)
    ).drop("index")
    with pytest.raises(InputError) as refusal:
        detect_series(broken)
    assert str(refusal.value).startswith(message)


def test_a_missing_column_and_a_clash_of_names_are_refused() -> None:
    with pytest.raises(InputError, match="no column k"):
        detect_series(table().drop("k"))
    with pytest.raises(InputError, match="column onset"):
        detect_series(table().rename({"series": "onset"}))


@pytest.mark.parametrize("type_", [pl.Int8, pl.UInt16, pl.Float64, pl.String])
def test_counts_of_any_type_are_whole_numbers(type_: type[pl.DataType]) -> None:
    expected = detect_series(table())
    assert detect_series(table().with_columns(pl.col("n", "k").cast(type_))).equals(expected)
    spelled = table().with_columns(pl.format(" {}.0 ", pl.col("n")).alias("n"))
    assert detect_series(spelled).equals(expected)
    halves = table().with_columns(pl.col("k").cast(pl.Float64) / 4)
    with pytest.raises(InputError, match=r"field k: 0\.5 is no count"):
        detect_series(halves)


def test_many_keys_of_many_values_are_told_apart() -> None:
    parts = [
        table(bad_from=200 + 20 * turn).with_columns(**{f"key{place}": pl.lit(f"{turn * place}") for place in range(9)})
        for turn in range(5)
    ]
    found = detect_series(pl.concat(parts))
    assert found.height == 5
    assert found["onset"].n_unique() == 5


def test_an_empty_table_gives_an_empty_table() -> None:
    assert detect_series(table().clear()).is_empty()
    assert detect_series(table().clear()).columns == ["series", *RESULT]


def test_each_series_has_bins_of_its_own_width() -> None:
    days = [START + timedelta(days=day) for day in range(60)]
    hours = [START + timedelta(hours=hour) for hour in range(0, 1440, 3)]

    def rows(name: str, times: list[datetime]) -> pl.DataFrame:
        bad = [START + timedelta(days=20) <= time < START + timedelta(days=40) for time in times]
        return pl.DataFrame({"series": name, "time": times, "n": 4, "k": [4 * one for one in bad]})

    alone = [detect_series(rows("a", days)), detect_series(rows("b", hours))]
    assert detect_series(pl.concat([rows("b", hours), rows("a", days)])).equals(pl.concat(alone))
    assert [table.height for table in alone] == [1, 1]

"""That what stands is counted as its definition says, one doubt after the other."""

from datetime import date
from itertools import product

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from admittance.judge.standing import LEAST_DAYS, LEAST_NETWORKS, support, with_median

Meeting = tuple[int, int, int]  # thing, network, day

meetings = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.integers(1, 5)), min_size=1, max_size=30)


def as_defined(met: set[Meeting], thing: int) -> tuple[int, int]:
    """Days, and one more than the fewest networks that remain, on two days, when any one network or day is left out."""
    mine = {(network, day) for one, network, day in met if one == thing}
    networks, days = ({pair[place] for pair in mine} for place in range(2))
    remaining = []
    for doubted, place in [*product(networks, [0]), *product(days, [1])]:
        left = [pair for pair in mine if pair[place] != doubted]
        enough = len({day for _, day in left}) >= LEAST_DAYS
        remaining.append(len({network for network, _ in left}) if enough else 0)
    return len(days), min(len(networks), max(1 + min(remaining), LEAST_NETWORKS))


@given(meetings)
def test_support_is_what_remains_whoever_is_doubted(met: list[Meeting]) -> None:
    table = pl.DataFrame(
        [(thing, network, date(2021, 3, day)) for thing, network, day in met],
        schema={"thing": pl.Int64, "network": pl.Int64, "day": pl.Date},
        orient="row",
    )
    found = {
        thing: (days, networks) for thing, days, networks in support(table).select("thing", "days", "networks").iter_rows()
    }
    assert found == {thing: as_defined(set(met), thing) for thing, _, _ in met}


@given(st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 2**31).map(lambda number: number / 2)), max_size=25))
def test_medians_are_medians(rows: list[tuple[int, float | None]]) -> None:
    table = pl.DataFrame(rows, schema={"thing": pl.Int64, "took": pl.Float64}, orient="row")
    plain = table.group_by("thing").agg(pl.len().alias("times"), pl.col("took").median()).sort("thing")
    assert with_median(table, ["thing"], "took", pl.len().alias("times")).sort("thing").equals(plain)

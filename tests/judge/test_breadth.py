from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.judge.breadth import found_as_of

START = datetime(2020, 1, 1, tzinfo=UTC)
READINGS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 6), st.booleans()), min_size=1, max_size=25
)


def naive(readings: list[tuple[str, str, int, bool]]) -> set[tuple[str, int, int, int]]:
    """The same by looking everything up for every day."""
    rows = set()
    for group in {reading[0] for reading in readings}:
        own = [reading for reading in readings if reading[0] == group]
        for day in {reading[2] for reading in own}:
            found = 0
            things = {reading[1] for reading in own}
            for thing in things:
                days = sorted({reading[2] for reading in own if reading[1] == thing})
                seen = max([known for known in days if known <= day], default=days[0])
                found += any(had for _, name, when, had in own if (name, when) == (thing, seen))
            rows.add((group, day, len(things), found))
    return rows


@settings(deadline=None)
@given(READINGS)
def test_what_is_known_as_of_a_day_is_the_last_reading_or_else_the_first(readings: list[tuple[str, str, int, bool]]) -> None:
    table = pl.DataFrame(
        [(group, thing, START + timedelta(days=day), had) for group, thing, day, had in readings],
        schema={"group": pl.String, "thing": pl.String, "day": pl.Datetime("us", "UTC"), "had": pl.Boolean},
        orient="row",
    )
    told = found_as_of(table, by=("group",), each="thing")
    assert {(group, (day - START).days, known, found) for group, day, known, found in told.iter_rows()} == naive(readings)
    assert told.select("group", "day").is_unique().all()

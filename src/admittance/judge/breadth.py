"""How widely a thing is found: of the places or things that were read, how many had it at the time of each reading."""

from collections.abc import Sequence

import polars as pl

__all__ = ["found_as_of"]


def found_as_of(readings: pl.DataFrame, *, by: Sequence[str], each: str) -> pl.DataFrame:
    """Per `by` and `day`: of how many distinct `each` something is known (`known`), and how many of them had it (`found`).

    `readings` has these columns and a flag `had`. What is known of one on a day is its last reading until then, and before its
    first reading what that says; a day with several readings had it when any of them did. One row per group and day on which
    anything of the group was read. Time and memory grow with the readings, not with groups x days.
    """
    keys = [*by, each]
    daily = readings.group_by(*keys, "day").agg(pl.col("had").any().cast(pl.Int64)).sort(*keys, "day")
    daily = daily.with_columns(pl.col("had").shift(1).over(keys).alias("former"))
    first = daily.filter(pl.col("former").is_null())
    totals = first.group_by(by).agg(pl.len().cast(pl.Int64).alias("known"), pl.col("had").sum().alias("at_first"))
    steps = (
        daily.group_by(*by, "day")
        .agg((pl.col("had") - pl.col("former")).sum().alias("step"))
        .sort(*by, "day")
        .with_columns(pl.col("step").cum_sum().over(by))
    )
    return steps.join(totals, on=list(by)).select(*by, "day", "known", (pl.col("at_first") + pl.col("step")).alias("found"))

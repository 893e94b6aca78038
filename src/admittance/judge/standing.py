"""How far what several networks met on several days stands when any one of them, or any one day, is doubted."""

from datetime import timedelta

import polars as pl

from admittance.model.tables import TIME

__all__ = ["LASTS", "LEAST_DAYS", "LEAST_NETWORKS", "LEAST_OTHERS", "stands_until", "support"]

LEAST_NETWORKS = 2
LEAST_DAYS = 2
"""A thing is vouched for when it was met from this many networks, on this many days. Reports are not counted: one network can
send any number of them."""

LEAST_OTHERS = 2
"""A failure counts where this many networks beside the judged one reached the thing. As `networks` of a record leaves out any
one network and any one day, the judged network's own voice makes no difference, and neither do reports that one network or
one day sent, whatever their number."""

LASTS = timedelta(days=30)
"""How long after it was last borne out a thing still speaks for failures: what everybody lost is down, not blocked."""


def support(met: pl.DataFrame) -> pl.DataFrame:
    """Per `thing` its `days`, and `networks` as far as they stand whoever is doubted.

    That is one more than the fewest that remain, on two days, when any one network or any one day is left out; two where only
    all of them together are enough.
    """
    seen = met.select("thing", "network", "day").unique()
    seen = seen.with_columns(
        (pl.len().over("thing", "day") == 1).alias("only_network"),
        (pl.len().over("thing", "network") == 1).alias("only_day"),
    ).with_columns(
        pl.col("only_network").sum().over("thing", "network").cast(pl.Int64).alias("days_lost"),
        pl.col("only_day").sum().over("thing", "day").cast(pl.Int64).alias("networks_lost"),
    )
    counted = seen.group_by("thing").agg(
        pl.col("network").n_unique().cast(pl.Int64).alias("networks"),
        pl.col("day").n_unique().cast(pl.Int64).alias("days"),
        pl.col("days_lost").max(),
        pl.col("networks_lost").max(),
    )
    without_a_network = pl.when(pl.col("days") - pl.col("days_lost") >= LEAST_DAYS).then(pl.col("networks") - 1).otherwise(0)
    without_a_day = pl.when(pl.col("days") > LEAST_DAYS).then(pl.col("networks") - pl.col("networks_lost")).otherwise(0)
    standing = pl.max_horizontal(1 + pl.min_horizontal(without_a_network, without_a_day), LEAST_NETWORKS)
    return counted.select("thing", "days", pl.min_horizontal("networks", standing).cast(pl.Int64).alias("networks"))


def stands_until(met: pl.DataFrame) -> pl.DataFrame:
    """Per `thing` the last day since which enough networks met it, whoever is doubted (`stands_until`).

    The latest day, which the reports of one day could make, counts for nothing; of the networks the last but `LEAST_OTHERS`
    decides, so that one of them makes no difference.
    """
    days = met.select("thing", "network", "day").filter(pl.col("day") < pl.col("day").max().over("thing"))
    return (
        days.group_by("thing", "network")
        .agg(pl.col("day").max())
        .group_by("thing")
        .agg(pl.col("day").sort(descending=True).slice(LEAST_OTHERS, 1).first().cast(TIME).alias("stands_until"))
    )

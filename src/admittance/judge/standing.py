"""How far what several networks met on several days stands when any one of them, or any one day, is doubted."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from admittance.model.tables import TIME

__all__ = ["LASTS", "LEAST_DAYS", "LEAST_NETWORKS", "LEAST_OTHERS", "stands_until", "support", "with_median"]

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
    by_day = seen.group_by("thing", "day").agg(pl.len().alias("seen"), pl.col("network").first())
    by_network = seen.group_by("thing", "network").agg(pl.len().alias("seen"), pl.col("day").first())
    counted = (
        by_network.group_by("thing")
        .agg(pl.len().cast(pl.Int64).alias("networks"))
        .join(by_day.group_by("thing").agg(pl.len().cast(pl.Int64).alias("days")), on="thing")
        .join(_most_lost(by_day, "network", "days_lost"), on="thing", how="left")
        .join(_most_lost(by_network, "day", "networks_lost"), on="thing", how="left")
        .with_columns(pl.col("days_lost", "networks_lost").fill_null(0))
    )
    without_a_network = pl.when(pl.col("days") - pl.col("days_lost") >= LEAST_DAYS).then(pl.col("networks") - 1).otherwise(0)
    without_a_day = pl.when(pl.col("days") > LEAST_DAYS).then(pl.col("networks") - pl.col("networks_lost")).otherwise(0)
    standing = pl.max_horizontal(1 + pl.min_horizontal(without_a_network, without_a_day), LEAST_NETWORKS)
    return counted.select("thing", "days", pl.min_horizontal("networks", standing).cast(pl.Int64).alias("networks"))


def _most_lost(met: pl.DataFrame, doubted: str, name: str) -> pl.DataFrame:
    """Per thing how many of its days, or networks, are lost with the network, or the day, on which most of them hang."""
    alone = met.filter(pl.col("seen") == 1).group_by("thing", doubted).agg(pl.len().cast(pl.Int64).alias(name))
    return alone.group_by("thing").agg(pl.col(name).max())


def stands_until(met: pl.DataFrame) -> pl.DataFrame:
    """Per `thing` the last day since which enough networks met it, whoever is doubted (`stands_until`).

    The latest day, which the reports of one day could make, counts for nothing; of the networks the last but `LEAST_OTHERS`
    decides, so that one of them makes no difference.
    """
    last = met.group_by("thing").agg(pl.col("day").max().alias("last"))
    days = met.select("thing", "network", "day").join(last, on="thing").filter(pl.col("day") < pl.col("last"))
    return (
        days.group_by("thing", "network")
        .agg(pl.col("day").max())
        .group_by("thing")
        .agg(pl.col("day").sort(descending=True).slice(LEAST_OTHERS, 1).first().cast(TIME).alias("stands_until"))
    )


def with_median(met: pl.DataFrame, by: Sequence[str], column: str, *others: pl.Expr) -> pl.DataFrame:
    """Per group the `others`, and the median of a column of numbers: sought only where more than two have it."""
    counted = met.group_by(by).agg(*others, pl.col(column).mean().cast(pl.Float64), pl.col(column).count().alias("count"))
    many = counted.filter(pl.col("count") > 2).select(by)
    if many.is_empty():
        return counted.drop("count")
    sought = met.join(many, on=by, how="semi").group_by(by).agg(pl.col(column).median().cast(pl.Float64).alias("median"))
    found = counted.join(sought, on=by, how="left")
    return found.with_columns(pl.coalesce("median", column).alias(column)).drop("count", "median")

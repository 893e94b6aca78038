"""What the rules of the store gate look at: who else lists an app, and whether this storefront ever did."""

import polars as pl

from admittance.judge.breadth import found_as_of

__all__ = ["LEAST_APPS", "MANY_APPS", "store_features"]

LEAST_APPS = 3
"""A storefront that lists none of so many apps and later half of them again was not read: of fewer, nobody can tell."""

MANY_APPS = 10
"""A storefront that lists none of so many apps says nothing of any of them; fewer may have been removed together."""

WHOLE_PERCENT = 80
"""A day on which so many of a storefront's apps were read speaks for the storefront; of those not read nothing is assumed."""

_READ = ("listed", "not_listed")


def store_features(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the columns of `STORE_FEATURES`.

    Whether a store's rows can say that an app is absent is read off all rows handed in: a store that never says so carries no
    evidence. So is whether a storefront lists anything at all.
    """
    day = pl.col("time").dt.truncate("1d").alias("day")
    listed = (pl.col("status") == "listed").alias("had")
    rows = rows.with_columns(day, listed, (pl.col("status") == "not_listed").any().over("place").alias("informative"))
    read = rows.filter(pl.col("status").is_in(_READ)).select("place", "item", "country", "day", "had")
    storefronts = _with_own_days(found_as_of(read, by=("place", "country"), each="item"), read)
    ever = read.group_by("place", "country").agg(pl.col("had").any().alias("ever"))
    again = pl.when(pl.col("found") > 0).then("found").backward_fill().over("place", "country", order_by="day")
    storefronts = storefronts.with_columns((2 * again >= pl.col("known")).fill_null(value=False).alias("recovers"))
    many = (pl.col("known") >= MANY_APPS) | ((pl.col("known") >= LEAST_APPS) & pl.col("recovers"))
    silent = (pl.col("found") == 0) & many
    living = storefronts.join(ever, on=["place", "country"]).select(
        "place", "country", "day", pl.col("known").alias("apps_known"), (pl.col("ever") & ~silent).alias("live")
    )
    telling = read.join(living.filter("live"), on=["place", "country", "day"], how="semi")
    apps = found_as_of(telling, by=("place", "item"), each="country").rename({"known": "compared", "found": "listing"})
    return (
        rows.join(living, on=["place", "country", "day"], how="left")
        .join(apps, on=["place", "item", "day"], how="left")
        .join(_first_listings(rows), on=["place", "item", "country"], how="left")
        .with_columns(
            (100 * (pl.col("compared") - pl.col("listing")) / pl.col("compared")).alias("absent_percent"),
            (pl.col("first_listed") < pl.col("time")).fill_null(value=False).alias("listed_before"),
        )
    )


def _with_own_days(storefronts: pl.DataFrame, read: pl.DataFrame) -> pl.DataFrame:
    """The storefronts, of which a day that read nearly all apps tells by itself how many it found.

    Else a row that a failed crawl left out would be taken from an earlier day, and the storefront would seem to list something.
    """
    items = read.group_by("place", "country", "day", "item").agg(pl.col("had").any())
    own = items.group_by("place", "country", "day").agg(pl.len().alias("looked"), pl.col("had").sum().alias("listed_then"))
    whole = 100 * pl.col("looked") >= WHOLE_PERCENT * pl.col("known")
    return (
        storefronts.join(own, on=["place", "country", "day"], how="left")
        .with_columns(pl.when(whole).then("listed_then").otherwise("found").cast(pl.Int64).alias("found"))
        .drop("looked", "listed_then")
    )


def _first_listings(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter("had").group_by("place", "item", "country").agg(pl.col("time").min().alias("first_listed"))

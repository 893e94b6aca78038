"""Judging the store gate: what a storefront said in, one verdict per row out."""

import polars as pl

from admittance.catalog import Catalog
from admittance.judge.ruleset import RULESET_VERSION, STORE_RULES, verdict_columns
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import StoreVerdict

__all__ = ["judge_stores"]


def judge_stores(store_observations: pl.DataFrame, *, catalog: Catalog) -> pl.DataFrame:
    """A `StoreVerdict` table: one row per app, storefront and time, sorted by store, app, country and time.

    Whether a store's rows can say that an app is absent is read off all rows handed in: a store that never says so carries no
    evidence.
    """
    if store_observations.is_empty():
        return empty_table(StoreVerdict)
    says_no = store_observations.group_by("store").agg((pl.col("status") == "not_listed").any().alias("informative"))
    pairs = store_observations.select("store", "app_id").unique()
    targets = pl.DataFrame(
        [(store, app, *catalog.target_of_app(store, app)) for store, app in pairs.iter_rows()],
        schema={"store": pl.String, "app_id": pl.String, "subject": pl.String, "target": pl.String},
        orient="row",
    )
    rows = (
        store_observations.join(says_no, on="store", how="left")
        .join(targets, on=["store", "app_id"], how="left")
        .with_columns(pl.lit("store").alias("layer"))
    )
    schema = table_schema(StoreVerdict)
    return (
        verdict_columns(rows, STORE_RULES)
        .with_columns(pl.lit(RULESET_VERSION).alias("ruleset"), pl.lit(catalog.version).alias("catalog"))
        .select(schema.names())
        .cast(schema)
        .sort("store", "app_id", "country", "time", "file", "offset")
    )

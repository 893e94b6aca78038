"""Judging the function gate by what was tried: scripted checks in, one verdict for each attempt out."""

from datetime import timedelta
from hashlib import sha256

import polars as pl

from admittance.catalog import Catalog
from admittance.judge.ruleset import FUNCTION_RULES, RULESET_VERSIONS, verdict_columns
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import Arm, Gate, Layer

__all__ = ["judge_attempts"]

ELSEWHERE = timedelta(days=3)
"""How far apart attempts in two countries may lie to be compared."""

BESIDE = timedelta(days=1)
"""How far apart attempts at two functions may lie to be compared."""

_READING = ("item", "place", "country", "network", "time", "status")


def judge_attempts(attempts: pl.DataFrame, *, catalog: Catalog) -> pl.DataFrame:
    """A `Verdict` table of the gate `function`, layer `attempt`: a row per attempt, by country, time, target and network.

    `attempts` are snapshot observations of that gate: the service as `item`, the role as `place`. All of them are looked at
    together, for what worked elsewhere, and beside it, decides what a failure means. An attempt that stands in several files
    counts once.
    """
    if attempts.is_empty():
        return empty_table(Verdict)
    once = attempts.sort("file", "offset").unique(_READING, keep="first", maintain_order=True)
    services = {name: catalog.subject_of_service(name) for name in once["item"].unique()}
    schema = table_schema(Verdict)
    return (
        verdict_columns(_features(once.with_columns(pl.lit(Layer.ATTEMPT.value).alias("layer"))), FUNCTION_RULES)
        .with_columns(pl.col("item").replace_strict(services, return_dtype=pl.String).alias("subject"))
        .with_columns(
            _names(once).alias("measurement_uid"),
            pl.format("{}/{}", "subject", "place").alias("target"),
            pl.lit(Arm.DIRECT.value).alias("arm"),
            pl.lit("check").alias("test_name"),
            pl.col("network").fill_null(0),
            pl.lit(None, pl.String).alias("probe_id"),
            pl.lit(None, pl.Int64).alias("resolver_network"),
            pl.lit(RULESET_VERSIONS[Gate.FUNCTION]).alias("ruleset"),
            pl.lit(catalog.version).alias("catalog"),
            *(pl.lit("").alias(name) for name in ("fingerprints", "controls")),
            pl.lit(Gate.FUNCTION.value).alias("gate"),
        )
        .with_columns(pl.col("measurement_uid").alias("report_id"))
        .select(schema.names())
        .cast(schema)
        .sort("country", "time", "target", "network", "measurement_uid")
    )


def _names(attempts: pl.DataFrame) -> pl.Series:
    """A name for each attempt, from what it says."""
    told = ("\n".join(map(str, reading)) for reading in attempts.select(_READING).iter_rows())
    return pl.Series([f"hash:{sha256(text.encode()).hexdigest()[:32]}" for text in told], dtype=pl.String)


def _features(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, their order kept, with the columns of `FUNCTION_FEATURES`."""
    tried = rows.filter(pl.col("status") != "unknown").with_columns((pl.col("status") == "works").alias("worked"))
    elsewhere = _nearest(rows, tried, apart="country", same=("item", "place"), within=ELSEWHERE)
    beside = _nearest(rows, tried, apart="place", same=("item", "country"), within=BESIDE)
    return rows.with_columns(
        pl.col("place").alias("role"),
        elsewhere["tried"].alias("countries_tried"),
        elsewhere["working"].alias("countries_working"),
        (elsewhere["working"] > 0).alias("works_elsewhere"),
        ((elsewhere["tried"] > 0) & (elsewhere["working"] == 0)).alias("fails_elsewhere"),
        (beside["working"] > 0).alias("other_role_works"),
    )


def _nearest(rows: pl.DataFrame, tried: pl.DataFrame, *, apart: str, same: tuple[str, str], within: timedelta) -> pl.DataFrame:
    """For each row, in how many other values of `apart` there was an attempt, and in how many the nearest in time worked.

    Only attempts that are the same in `same` and at most `within` away count. Several at one moment worked when one did.
    """
    ordered = rows.select("time", apart, *same).with_row_index("row").sort("time", "row")
    counts = ordered.select("row").with_columns(pl.lit(0, pl.Int64).alias("tried"), pl.lit(0, pl.Int64).alias("working"))
    for value in tried[apart].unique().sort():
        others = tried.filter(pl.col(apart) == value).group_by("time", *same).agg(pl.col("worked").any()).sort("time")
        matched = ordered.join_asof(
            others, on="time", by=list(same), strategy="nearest", tolerance=within, check_sortedness=False
        )
        other = matched[apart] != value
        counts = counts.with_columns(
            (pl.col("tried") + (other & matched["worked"].is_not_null())).alias("tried"),
            (pl.col("working") + (other & matched["worked"].fill_null(False))).alias("working"),
        )
    return counts.sort("row")

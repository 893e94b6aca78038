"""Judging the network gate: observations in, one verdict per measurement, target and layer out."""

import polars as pl

from admittance.catalog import Catalog
from admittance.judge.controls import controls_version
from admittance.judge.facts import TARGET, facts_of
from admittance.judge.fingerprints import Fingerprints, shipped
from admittance.judge.layers import layer_features
from admittance.judge.pages import CHAIN, chains_of, marked
from admittance.judge.ruleset import NETWORK_RULES, RULESET_VERSION, verdict_columns
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import BAD_STATES, NETWORK_LAYERS, Gate, Layer, State

__all__ = ["judge_network"]

ENVELOPE = (
    "source", "origin", "report_id", "probe_id", "test_name", "country", "network", "resolver_network", "arm", "time",
    "file", "offset", "line_sha256",
)  # fmt: skip
SEVERITY = {state.value: rank for rank, state in enumerate(State)}
DEPTH = {layer.value: rank for rank, layer in enumerate(NETWORK_LAYERS)}


def judge_network(
    observations: pl.DataFrame,
    *,
    bodies: pl.DataFrame,
    controls: pl.DataFrame,
    catalog: Catalog,
    fingerprints: Fingerprints | None = None,
) -> pl.DataFrame:
    """A `Verdict` table: one row per measurement, target and layer that was tested, sorted by these.

    `observations` are network observations in any order, `bodies` the response bodies kept beside them, `controls` the control
    records to use. Only the layer at which something was done to the connection is blamed; a layer that could not be tested, or
    failed only in consequence, has no row. Of several hops, hosts or services of a target the worst speaks for the layer. A
    measurement's verdicts depend on its own rows and on the snapshots, never on other measurements.
    """
    marks = fingerprints if fingerprints is not None else shipped()
    facts = facts_of(observations, catalog)
    if facts.is_empty():
        return empty_table(Verdict)
    rows = marked(facts, bodies, marks)
    features = layer_features(rows, chains_of(rows), controls, marks)
    judged = verdict_columns(_speaking(features).with_columns(pl.col(*TARGET, "path").cast(pl.String)), NETWORK_RULES)
    worst = (
        judged.filter(_asked() | pl.col("state").is_in([state.value for state in BAD_STATES]))
        .with_columns(
            pl.col("state").replace_strict(SEVERITY, return_dtype=pl.Int64).alias("severity"),
            pl.col("layer").replace_strict(DEPTH, return_dtype=pl.Int64).alias("depth"),
        )
        .sort(*TARGET, "depth", "severity", "rule_number", "hop", "path", "secure")
        .unique([*TARGET, "layer"], keep="first", maintain_order=True)
    )
    first = pl.col("sequence") == pl.col("sequence").min().over("measurement_uid")
    envelope = facts.filter(first).select(pl.col("measurement_uid").cast(pl.String), *ENVELOPE)
    schema = table_schema(Verdict)
    return (
        worst.join(envelope, on="measurement_uid", how="left", maintain_order="left")
        .with_columns(
            pl.lit(Gate.NETWORK.value).alias("gate"),
            pl.lit(RULESET_VERSION).alias("ruleset"),
            pl.lit(catalog.version).alias("catalog"),
            pl.lit(marks.version).alias("fingerprints"),
            pl.lit(controls_version(controls)).alias("controls"),
        )
        .select(schema.names())
        .cast(schema)
    )


def _speaking(features: pl.DataFrame) -> pl.DataFrame:
    """Without requests answered on the way to another hop: the last hop speaks for them, unless they bear a mark."""
    passed_through = (
        (pl.col("layer") == Layer.HTTP.value)
        & (pl.col("worked") > 0)
        & (pl.col("hop") < pl.col("hop").max().over(CHAIN))
        & pl.col("known_page").is_null()
    )
    return features.filter(~passed_through.fill_null(False))


def _asked() -> pl.Expr:
    """Whether the test asked for this service: its scheme, anything after a redirect, or any when no URL was named."""
    named = pl.col("asked_scheme").is_not_null() & (pl.col("hop") == 0) & (pl.col("layer") != Layer.DNS.value)
    return ~named | (pl.col("secure") == (pl.col("asked_scheme") == "https")) | (pl.col("path") == "")

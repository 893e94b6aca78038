"""Judging the network gate: observations in, one verdict per measurement, target and layer out."""

import polars as pl

from admittance.catalog import Catalog
from admittance.judge.alike import alike
from admittance.judge.controls import controls_version
from admittance.judge.facts import LAYERS, LONGEST_CHAIN, Facts, facts_of, of_layers
from admittance.judge.fingerprints import Fingerprints, shipped
from admittance.judge.layers import layer_features
from admittance.judge.marks import found_in
from admittance.judge.masks import masked
from admittance.judge.pages import chains_of, marked, without_private_redirects
from admittance.judge.remote import judge_remote
from admittance.judge.ruleset import NETWORK_RULES, RULESET_VERSIONS, fired, told
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import BAD_STATES, Arm, Gate, Layer, State

__all__ = ["judge_network"]

ENVELOPE = (
    "source", "origin", "report_id", "probe_id", "test_name", "country", "network", "resolver_network", "arm", "time",
    "file", "offset", "line_sha256",
)  # fmt: skip
SAYS = ("rule", "state", "evidence", "mechanism", "reason")
"""Columns of a rule's verdict."""
SEVERITY = {state.value: rank for rank, state in enumerate(State)}


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
    measurement's verdicts depend on its own rows and on the snapshots, never on other measurements. What the arm `remote`
    saw is judged by `judge_remote`.
    """
    marks = fingerprints if fingerprints is not None else shipped()
    afar = observations["arm"] == Arm.REMOTE.value
    if afar.any():
        here = judge_network(observations.filter(~afar), bodies=bodies, controls=controls, catalog=catalog, fingerprints=marks)
        parts = observations.filter(afar).partition_by("country", maintain_order=True)
        there = [
            judge_remote(part, bodies=bodies, catalog=catalog, fingerprints=marks.within(part.item(0, "country")))
            for part in parts
        ]
        return pl.concat([here, *there]).sort("measurement_uid", "target", "layer")
    if marks.placed and not observations.is_empty():
        parts = observations.partition_by("country", maintain_order=True)
        verdicts = [
            judge_network(
                part, bodies=bodies, controls=controls, catalog=catalog, fingerprints=marks.within(part.item(0, "country"))
            )
            for part in parts
        ]
        return verdicts[0] if len(verdicts) == 1 else pl.concat(verdicts).sort("measurement_uid", "target", "layer")
    rows = of_layers(observations)
    found = found_in(rows.filter(pl.col("layer") == Layer.HTTP.value), bodies, marks)
    screened = alike(rows, found, catalog, marks)
    facts = facts_of(screened.rest, catalog)
    if facts.rows.is_empty():
        return empty_table(Verdict)
    facts = without_private_redirects(masked(marked(facts, found, bodies, marks)), marks)
    judged = _judged(facts, controls, marks)
    said = pl.concat([_of_themselves(judged, facts), _of_others(judged, facts, screened.measurements, rows)])
    schema = table_schema(Verdict)
    return (
        said.with_columns(
            pl.lit(Gate.NETWORK.value).alias("gate"),
            pl.lit(RULESET_VERSIONS[Gate.NETWORK]).alias("ruleset"),
            pl.lit(catalog.version).alias("catalog"),
            pl.lit(marks.version).alias("fingerprints"),
            pl.lit(controls_version(controls)).alias("controls"),
        )
        .select(schema.names())
        .cast(schema)
        .sort("measurement_uid", "target", "layer")
    )


def _of_themselves(judged: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """What the rules say, beside the envelope of each measurement's first fact."""
    envelope = facts.rows.select("measurement_uid", *ENVELOPE)[_first_facts(facts).gather(judged["measurement"])]
    pairs = facts.pairs.select("subject", "target")[judged["pair"]]
    return pl.concat([judged.select(_layer(), *SAYS), pairs, envelope], how="horizontal")


def _of_others(judged: pl.DataFrame, facts: Facts, others: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The same of measurements for which another stands."""
    kinds = others.select("stands_for").unique()
    uids = facts.measurements.to_frame("uid").with_row_index("measurement").with_columns(pl.col("measurement").cast(pl.Int64))
    kinds = kinds.with_columns(rows["measurement_uid"].gather(kinds["stands_for"]).alias("uid")).join(uids, on="uid")
    told = kinds.join(judged, on="measurement").select("stands_for", _layer(), *SAYS)
    of_all = others.join(told, on="stands_for")
    envelope = rows.select("measurement_uid", *ENVELOPE)[of_all["row"]]
    return pl.concat([of_all.select("layer", *SAYS, "subject", "target"), envelope], how="horizontal")


def _layer() -> pl.Expr:
    return pl.col("layer").cast(pl.String)


def _judged(facts: Facts, controls: pl.DataFrame, marks: Fingerprints) -> pl.DataFrame:
    """Per measurement, pair and layer what the rules say."""
    features = _speaking(layer_features(facts, chains_of(facts), controls, marks))
    worst = _worst(features.with_columns(fired(features, NETWORK_RULES)), facts)
    return told(worst, NETWORK_RULES).select(facts.measurement(pl.col("step")).alias("measurement"), "pair", "layer", *SAYS)


def _first_facts(facts: Facts) -> pl.Series:
    """The row number of each measurement's first fact, by measurement."""
    place = (pl.col("sequence") * facts.rows.height + pl.col("number")).min() % facts.rows.height
    return facts.rows.group_by("measurement").agg(place.alias("number")).sort("measurement")["number"]


def _worst(features: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """The features that speak for a measurement, target and layer: the worst, then the first by rule, hop, host, service."""
    rules = NETWORK_RULES.rule
    severities = pl.Series([SEVERITY[rule.state.value] for rule in rules], dtype=pl.Int64)
    bad = pl.Series([rule.state in BAD_STATES for rule in rules])
    fine = pl.Series([rule.state is State.OK for rule in rules])
    number = features["rule_number"].cast(pl.Int64)
    targets = facts.pairs["target_number"]
    thing = facts.measurement(pl.col("step")) * targets.n_unique() + targets.gather(features["pair"])
    place = (severities.gather(number) * len(rules) + number) * LONGEST_CHAIN + features["hop"]
    place = ((place * facts.pairs.height + features["pair"]) * 2 + features["secure"].cast(pl.Int64)).alias("place")
    verdict = (thing * len(LAYERS) + pl.col("layer").to_physical().cast(pl.Int64)).alias("verdict")
    speaking = (
        features.select(
            "step",
            "layer",
            "hop",
            "secure",
            "asked_secure",
            "path",
            bad.gather(number).alias("bad"),
            fine.gather(number).alias("fine"),
            verdict,
            place,
        )
        .with_row_index("row_number")
        .with_columns(_asked().alias("wanted"))
        .filter(pl.col("wanted") | pl.col("bad") | (pl.col("fine") & ~pl.col("wanted").any().over("verdict")))
        .select("row_number", "verdict", "place")
        .filter(pl.col("place") == pl.col("place").min().over("verdict"))
        .sort("verdict")
    )
    return features[speaking["row_number"]]


def _speaking(features: pl.DataFrame) -> pl.DataFrame:
    """Without requests answered on the way to another hop: the last hop speaks for them, unless they bear a mark."""
    passed_through = (
        (pl.col("layer") == Layer.HTTP.value)
        & (pl.col("worked") > 0)
        & (pl.col("hop") < pl.col("hop").max().over("chain"))
        & pl.col("known_page").is_null()
    )
    return features.filter(~passed_through.fill_null(False))


def _asked() -> pl.Expr:
    """Whether the test asked for this service: its scheme, anything after a redirect, or any when no URL was named."""
    named = pl.col("asked_secure").is_not_null() & (pl.col("hop") == 0) & (pl.col("layer") != Layer.DNS.value)
    return ~named | (pl.col("secure") == pl.col("asked_secure")) | (pl.col("path") == "")

"""Judging the network gate: observations in, one verdict per measurement, target and layer out."""

from typing import NamedTuple

import polars as pl

from admittance.catalog import Catalog
from admittance.judge.alike import alike
from admittance.judge.controls import controls_version
from admittance.judge.facts import LAYERS, LONGEST_CHAIN, Facts, facts_of, of_layers
from admittance.judge.fingerprints import Fingerprints, shipped
from admittance.judge.layers import layer_features
from admittance.judge.marks import ANSWER_PARTS, found_in
from admittance.judge.masks import masked
from admittance.judge.pages import chains_of, marked, without_private_redirects
from admittance.judge.remote import judge_remote
from admittance.judge.ruleset import NETWORK_RULES, RULESET_VERSIONS, fired, told
from admittance.judge.said import SAID, SAYS, lines_of
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import BAD_STATES, Arm, Gate, Layer, State

__all__ = ["Judged", "judge_network", "judged"]

ENVELOPE = (
    "source", "origin", "report_id", "probe_id", "test_name", "country", "network", "resolver_network", "arm", "time",
    "file", "offset", "line_sha256",
)  # fmt: skip
SEVERITY = {state.value: rank for rank, state in enumerate(State)}


class Judged(NamedTuple):
    """What the rules say of observations of the network gate: as verdicts, or in short."""

    parts: tuple["_Part", ...]
    afar: pl.DataFrame  # verdicts of what was seen from afar
    catalog: str  # versions
    fingerprints: str
    controls: str

    def verdicts(self) -> pl.DataFrame:
        """A `Verdict` table, in no order: one row per measurement, target and layer that was tested."""
        schema = table_schema(Verdict)
        stamps = {
            "gate": Gate.NETWORK.value,
            "ruleset": RULESET_VERSIONS[Gate.NETWORK],
            "catalog": self.catalog,
            "fingerprints": self.fingerprints,
            "controls": self.controls,
        }
        rows = (
            part.verdicts().with_columns(pl.lit(stamp).alias(name) for name, stamp in stamps.items()).select(schema.names())
            for part in self.parts
        )
        return pl.concat([self.afar, *(part.cast(schema) for part in rows)])

    def said(self) -> pl.DataFrame:
        """The same as rows of `SAID`, in no order, at a small part of the price."""
        afar = self.afar.select(*(name for name in SAID if name != "says"), "layer", *SAYS)
        parts = [part.said() for part in self.parts]
        return pl.concat([pl.DataFrame(schema=SAID), *parts, lines_of(afar, *_VERDICT).select(SAID.names())])


_VERDICT = ("measurement_uid", "target")


class _Part(NamedTuple):
    """What the rules say of observations under one snapshot of fingerprints: of most by measurements that stand for them."""

    own: pl.DataFrame  # measurement, pair, layer, and what the rule says
    facts: Facts
    others: pl.DataFrame  # as `Alike` has them
    rows: pl.DataFrame  # observations, into which `others` count

    def verdicts(self) -> pl.DataFrame:
        """What the rules say, beside the envelope of each measurement's first observation."""
        return pl.concat([self._of_themselves("measurement_uid", *ENVELOPE), self._of_others(self._told())])

    def said(self) -> pl.DataFrame:
        """Rows of `SAID`."""
        own = lines_of(self._of_themselves("measurement_uid", "country", "time"), *_VERDICT)
        told = lines_of(self._told(), "stands_for")
        others = self.others.join(told, on="stands_for")
        envelope = self.rows.select("measurement_uid", "country", "time")[others["row"]]
        others = pl.concat([others.select("target", "subject", "says"), envelope], how="horizontal")
        return pl.concat([own.select(SAID.names()), others.select(SAID.names())])

    def _of_themselves(self, *envelope: str) -> pl.DataFrame:
        first = self.facts.rows.select(envelope)[_first_facts(self.facts).gather(self.own["measurement"])]
        pairs = self.facts.pairs.select("subject", "target")[self.own["pair"]]
        return pl.concat([self.own.select(_layer(), *SAYS), pairs, first], how="horizontal")

    def _told(self) -> pl.DataFrame:
        """What is said of the measurements that stand for others, by the row of their first observation."""
        kinds = self.others.select("stands_for").unique()
        known = self.facts.measurements.to_frame("uid").with_row_index("measurement")
        uids = self.rows["measurement_uid"].gather(kinds["stands_for"]).alias("uid")
        kinds = kinds.with_columns(uids).join(known.with_columns(pl.col("measurement").cast(pl.Int64)), on="uid")
        return kinds.join(self.own, on="measurement").select("stands_for", _layer(), *SAYS)

    def _of_others(self, told: pl.DataFrame) -> pl.DataFrame:
        others = self.others.join(told, on="stands_for")
        first = self.rows.select("measurement_uid", *ENVELOPE)[others["row"]]
        return pl.concat([others.select("layer", *SAYS, "subject", "target"), first], how="horizontal")


def judge_network(
    observations: pl.DataFrame,
    *,
    bodies: pl.DataFrame,
    controls: pl.DataFrame,
    catalog: Catalog,
    fingerprints: Fingerprints | None = None,
) -> pl.DataFrame:
    """A `Verdict` table: one row per measurement, target and layer that was tested, sorted by these; see `judged`."""
    marks = fingerprints or shipped()
    said = judged(observations, bodies=bodies, controls=controls, catalog=catalog, fingerprints=marks)
    return said.verdicts().sort("measurement_uid", "target", "layer")


def judged(
    observations: pl.DataFrame, *, bodies: pl.DataFrame, controls: pl.DataFrame, catalog: Catalog, fingerprints: Fingerprints
) -> Judged:
    """What the rules say of network observations in any order, with the response `bodies` kept beside them.

    `controls` are the control records to use. Only the layer at which something was done to the connection is blamed; a layer
    that could not be tested, or failed only in consequence, has no row. Of several hops, hosts or services of a target the
    worst speaks for the layer. A measurement's verdicts depend on its own rows and on the snapshots, never on other
    measurements. What the arm `remote` saw is judged by `judge_remote`.
    """
    afar = observations["arm"] == Arm.REMOTE.value
    here = observations.filter(~afar) if afar.any() else observations
    there = [
        judge_remote(part, bodies=bodies, catalog=catalog, fingerprints=marks)
        for part, marks in _by_country(observations.filter(afar), fingerprints)
    ]
    placed = _by_country(here, fingerprints) if fingerprints.placed else [(here, fingerprints)]
    parts = (_judged_here(part, bodies, controls, catalog, marks) for part, marks in placed)
    return Judged(
        parts=tuple(part for part in parts if part is not None),
        afar=pl.concat([empty_table(Verdict), *there]),
        catalog=catalog.version,
        fingerprints=fingerprints.version,
        controls=controls_version(controls),
    )


def _by_country(observations: pl.DataFrame, marks: Fingerprints) -> list[tuple[pl.DataFrame, Fingerprints]]:
    """Observations of each country in which some mark proves more, and of all others together; marks as they hold there."""
    named = pl.when(pl.col("country").is_in(list(marks.places))).then("country").alias("place")
    parts = observations.with_columns(named).partition_by("place", maintain_order=True) if observations.height else []
    return [(part.drop("place"), marks.within(part.item(0, "place") or "")) for part in parts]


def _judged_here(
    observations: pl.DataFrame, bodies: pl.DataFrame, controls: pl.DataFrame, catalog: Catalog, marks: Fingerprints
) -> _Part | None:
    rows = of_layers(observations)
    found = found_in(rows.select("layer", *ANSWER_PARTS).filter(pl.col("layer") == Layer.HTTP.value), bodies, marks)
    screened = alike(rows, found, catalog, marks)
    facts = facts_of(screened.rest, catalog)
    if facts.rows.is_empty():
        return None
    facts = without_private_redirects(masked(marked(facts, found, bodies, marks)), marks)
    return _Part(_judged(facts, controls, marks), facts, screened.measurements, rows)


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

"""Judging what was seen from afar: a vantage that answers everybody alike, and a resolver beside control resolvers.

The arm `remote` has rules of its own, because nothing here is a visitor's connection to a site: a server far away was sent the
name, with other names for control, or a resolver was asked for it. What the scan itself concluded is not looked at.
"""

import polars as pl

from admittance.catalog import Catalog, host_of_url, registrable_domain
from admittance.judge.facts import KIND_OF_FAILURE, from_first_file
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.marks import found_in, kept_bodies, marks_of_answers
from admittance.judge.ruleset import REMOTE_RULES, RULESET_VERSIONS, TAXONOMY, verdict_columns
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import Gate, Layer

__all__ = ["judge_remote"]

NO_CONTROLS = "none"
"""What verdicts from afar say of the controls table: it is not looked at."""

FOLLOWED, SETUP = "followed", "setup"
MATCHED, MISMATCHED, OTHER_HANDSHAKE = "matched", "mismatched", "other_handshake"
_CARRYING = [Layer.DNS.value, Layer.TLS.value, Layer.HTTP.value]
"""Layers whose facts carry the name."""

_OPERATION = pl.col("operation").fill_null("")
_TESTED = pl.col("tested")


def judge_remote(
    observations: pl.DataFrame, *, bodies: pl.DataFrame, catalog: Catalog, fingerprints: Fingerprints
) -> pl.DataFrame:
    """A `Verdict` table of one country's remote observations: one row per measurement and layer at which the name was sent.

    A measurement none of whose tries reached its vantage has one at tcp. Round trips with other names are controls and give
    none. Sorted by measurement, target and layer.
    """
    rows = from_first_file(observations, "measurement_uid")
    if rows.is_empty():
        return empty_table(Verdict)
    rows = rows.with_columns(
        pl.col("failure").replace_strict(KIND_OF_FAILURE, default="other", return_dtype=pl.String).alias("kind"),
        ((pl.col("hostname") == pl.col("asked_host")) & (_OPERATION != FOLLOWED)).fill_null(False).alias("tested"),
    )
    rows = _with_marks(rows, bodies, fingerprints)
    own = rows.filter(_OPERATION != FOLLOWED)
    features = (
        _counted(own)
        .join(_pages(own), on="measurement_uid", how="left")
        .join(_names(own, catalog, fingerprints), on="measurement_uid", how="left")
        .join(_led_to(rows.filter(_OPERATION == FOLLOWED)), on="measurement_uid", how="left")
    )
    fingerprint = pl.when(pl.col("layer") == Layer.DNS.value).then("led_fingerprint").otherwise("fingerprint")
    features = features.with_columns(fingerprint.alias("fingerprint"))
    judged = verdict_columns(features, REMOTE_RULES)
    schema = table_schema(Verdict)
    return (
        judged.join(_targets(own, catalog), on=["test_name", "asked_host"], how="left")
        .with_columns(
            pl.lit(Gate.NETWORK.value).alias("gate"),
            pl.lit(RULESET_VERSIONS[Gate.NETWORK]).alias("ruleset"),
            pl.lit(catalog.version).alias("catalog"),
            pl.lit(fingerprints.version).alias("fingerprints"),
            pl.lit(NO_CONTROLS).alias("controls"),
        )
        .select(schema.names())
        .cast(schema)
        .sort("measurement_uid", "target", "layer")
    )


def _with_marks(rows: pl.DataFrame, bodies: pl.DataFrame, fingerprints: Fingerprints) -> pl.DataFrame:
    """The rows with `known_page`, `fingerprint` and `genuine`, by body, title, redirect or Server header."""
    kept = kept_bodies(bodies, rows["body_sha256"])
    numbered = rows.with_row_index("number")
    marks = marks_of_answers(numbered, found_in(numbered, kept, fingerprints)).unique(
        "number", keep="first", maintain_order=True
    )
    genuine = pl.col("body_sha256").is_in(fingerprints.genuine_among(kept)).fill_null(False).alias("genuine")
    return numbered.with_columns(genuine).join(marks, on="number", how="left", maintain_order="left").drop("number")


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    """Envelope, control and counts per measurement and layer that is to be judged."""
    fine = _TESTED & pl.col("failure").is_null()
    bad = _TESTED & pl.col("failure").is_not_null()
    tried = rows.group_by("measurement_uid").agg(
        (_TESTED & pl.col("layer").is_in(_CARRYING)).any().alias("sent"), _TESTED.any().alias("tried")
    )
    worst = (
        rows.filter(bad)
        .group_by("measurement_uid", "layer", "failure", "kind")
        .len()
        .sort("len", "failure", descending=[True, False])
        .unique(["measurement_uid", "layer"], keep="first", maintain_order=True)
        .drop("len")
    )
    counts = rows.group_by("measurement_uid", "layer", maintain_order=True).agg(
        pl.col(
            "source", "origin", "report_id", "probe_id", "test_name", "asked_host", "country", "network", "resolver_network",
            "arm", "time", "file", "offset", "line_sha256", "control", "control_failure",
        ).first(),
        _TESTED.sum().cast(pl.Int64).alias("attempted"),
        fine.sum().cast(pl.Int64).alias("worked"),
        bad.sum().cast(pl.Int64).alias("failed"),
        (fine & (_OPERATION == MATCHED)).sum().cast(pl.Int64).alias("matched"),
        (fine & (_OPERATION == MISMATCHED)).sum().cast(pl.Int64).alias("mismatched"),
        (fine & ~_OPERATION.is_in([OTHER_HANDSHAKE, MISMATCHED])).sum().cast(pl.Int64).alias("usual"),
        (_OPERATION == SETUP).any().alias("own_side"),
    )  # fmt: skip
    carrying = pl.col("layer").is_in(_CARRYING)
    # Where nothing with the name was sent, what controls met still says why.
    judged = (
        (carrying & (pl.col("attempted") > 0)) | (~carrying & ~pl.col("sent") & (pl.col("attempted") > 0)) | ~pl.col("tried")
    )
    return (
        counts.join(tried, on="measurement_uid")
        .filter(judged)
        .join(worst, on=["measurement_uid", "layer"], how="left")
        .with_columns(pl.col("test_name").str.extract(r"_(\w+)$", 1).alias("service"))
        .drop("sent", "tried")
    )


def _pages(rows: pl.DataFrame) -> pl.DataFrame:
    """What is to be said of the pages that came in place of the usual answer."""
    odd = rows.filter(_TESTED & (_OPERATION == MISMATCHED) & (pl.col("layer") == Layer.HTTP.value))
    places = odd.select("asked_host", "location").drop_nulls().unique()
    own = [
        (host, location)
        for host, location in places.iter_rows()
        if (led := host_of_url(location)) is not None and registrable_domain(led) == registrable_domain(host)
    ]
    known = pl.DataFrame(own, schema={"asked_host": pl.String, "location": pl.String}, orient="row")
    return (
        odd.join(known.with_columns(pl.lit(True).alias("serves_name")), on=["asked_host", "location"], how="left")
        .group_by("measurement_uid")
        .agg(
            pl.col("genuine").any(),
            (pl.col("status_code").is_not_null() | pl.col("title").is_not_null()).any().alias("foreign"),
            pl.col("serves_name").fill_null(False).all(),
            pl.col("status_code").min(),
        )
        .join(_most_telling(odd), on="measurement_uid", how="left")
    )


def _most_telling(rows: pl.DataFrame) -> pl.DataFrame:
    """Per measurement the mark that says most, and its kind: a block page before a filter's, that before others."""
    rank = pl.col("known_page").replace_strict(["blockpage", "filter"], [0, 1], default=2, return_dtype=pl.Int8)
    return (
        rows.filter(pl.col("known_page").is_not_null())
        .sort("measurement_uid", rank, "fingerprint")
        .unique("measurement_uid", keep="first", maintain_order=True)
        .select("measurement_uid", "known_page", "fingerprint")
    )


def _names(rows: pl.DataFrame, catalog: Catalog, fingerprints: Fingerprints) -> pl.DataFrame:
    """What is to be said of a resolver's answers for the name."""
    answers = rows.filter(_TESTED & (pl.col("layer") == Layer.DNS.value) & pl.col("answers").is_not_null())
    private = fingerprints.texts_with_bogons(pl.concat([answers["answers"], answers["control_answers"].drop_nulls()]))
    known = fingerprints.texts_with_known_answers(answers["answers"])
    owned = {number for target in catalog.targets.values() for number in target.networks} | set(TAXONOMY.reading.owner_networks)
    networks = pl.col("answer_networks").str.split(" ")
    told = pl.col("operation").fill_null("").str.splitn(" ", 2).struct
    likeness = told.field("field_1").fill_null("nothing")
    return (
        answers.with_columns(
            told.field("field_0").alias("match"),
            likeness.alias("alike"),
            pl.when(likeness == "nothing").then(0).otherwise(likeness.str.count_matches(r"\w+")).cast(pl.Int64).alias("known"),
            pl.col("answers").is_in(private.implode()).alias("bogon"),
            pl.col("control_answers").is_in(private.implode()).fill_null(False).alias("control_bogon"),
            pl.col("answers").is_in(known.implode()).alias("known_answer"),
            pl.col("answer_networks").is_not_null().alias("placed"),
            _any_of(networks, TAXONOMY.reading.content_networks).alias("content_network"),
            _any_of(networks, sorted(owned)).alias("foreign_owner"),
        )
        .group_by("measurement_uid", maintain_order=True)
        .agg(
            pl.col(
                "answers", "answer_networks", "match", "alike", "known", "bogon", "control_bogon", "known_answer", "placed",
                "content_network", "foreign_owner",
            ).first()
        )
    )  # fmt: skip


def _any_of(networks: pl.Expr, numbers: tuple[int, ...] | list[int]) -> pl.Expr:
    listed = pl.lit(pl.Series([[str(number) for number in numbers]])).first()
    return (networks.list.set_intersection(listed).list.len() > 0).fill_null(False)


def _led_to(followed: pl.DataFrame) -> pl.DataFrame:
    """What the answered addresses served for the name, the most telling first."""
    tls = pl.col("layer") == Layer.TLS.value
    found = followed.group_by("measurement_uid").agg(
        (tls & pl.col("certificate_sha256").is_not_null() & pl.col("certificate_valid").is_null()).any().alias("named"),
        (tls & ~pl.col("certificate_valid").fill_null(True)).any().alias("wrong"),
        pl.col("failure").is_not_null().all().alias("dead"),
    )
    told = (
        pl.when(pl.col("known_page").is_in(["blockpage", "filter"]))
        .then("known_page")
        .when("named")
        .then(pl.lit("named_certificate"))
        .when("wrong")
        .then(pl.lit("wrong_certificate"))
        .when("dead")
        .then(pl.lit("failure"))
        .otherwise(pl.lit("page"))
    )
    return found.join(_most_telling(followed), on="measurement_uid", how="left").select(
        "measurement_uid", pl.col("fingerprint").alias("led_fingerprint"), told.alias("led_to")
    )


def _targets(rows: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    asked = rows.select("test_name", "asked_host").unique()
    told = [(test, host, *catalog.target_of_endpoint(test, host)) for test, host in asked.iter_rows()]
    columns = ("test_name", "asked_host", "subject", "target")
    return pl.DataFrame(told, schema=dict.fromkeys(columns, pl.String), orient="row")

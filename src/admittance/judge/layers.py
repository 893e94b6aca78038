"""Features of every path and layer: counts, kinds, controls, and where a wrong answer led."""

import polars as pl

from admittance.judge.controls import vouched_endpoints
from admittance.judge.facts import PATH
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.names import answers_of, astray_paths, at_wrong_address, led_to, plain_queries
from admittance.judge.pages import CHAIN
from admittance.judge.ruleset import TAXONOMY
from admittance.model.vocabulary import Control, Layer

__all__ = ["layer_features"]

READING = TAXONOMY.reading
GROUP = (*PATH, "secure", "layer")

_OWN = pl.col("control") == Control.PRESENT.value
_OWN_WORKED = _OWN & pl.col("control_failure").is_null()
_OWN_FAILED = _OWN & pl.col("control_failure").is_not_null()


def layer_features(
    rows: pl.DataFrame, chains: pl.DataFrame, controls: pl.DataFrame, fingerprints: Fingerprints
) -> pl.DataFrame:
    """One row per path, service and layer that was tested, with every feature that rules may name.

    Facts about an address to which an unproven, wrong answer led weigh for the dns layer only: they say where the answer led,
    and nothing of the target's own endpoints.
    """
    rows = rows.filter(pl.col("home").is_not_null()).with_columns(pl.col("home").alias("layer"))
    chains = chains.select(*CHAIN, pl.exclude(CHAIN))
    names = answers_of(rows, controls, fingerprints)
    astray = astray_paths(rows, names, chains)
    rows = rows.join(astray, on=list(PATH), how="left")
    apart = pl.col("wrong").fill_null(False) & (pl.col("layer") != Layer.DNS.value) & at_wrong_address()
    led = led_to(rows.filter(apart), chains)
    kept = rows.filter(~apart)
    endpoints = _counted(kept.filter(pl.col("layer") != Layer.DNS.value), controls)
    resolutions = _counted(plain_queries(kept), controls)
    features = pl.concat([resolutions, endpoints])
    features = _with_failures(features, pl.concat([plain_queries(kept), kept.filter(pl.col("layer") != Layer.DNS.value)]))
    features = features.join(names.drop("all_answers", "control_all"), on=list(PATH), how="left")
    features = features.join(astray.select(*PATH, "validated"), on=list(PATH), how="left").join(led, on=list(PATH), how="left")
    features = features.join(chains, on=list(CHAIN), how="left")
    return _finished(features)


def _counted(rows: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    """Counts and controls per path, service and layer. At dns a query is counted, elsewhere a distinct endpoint."""
    rows = vouched_endpoints(rows, controls)
    dns = pl.col("layer") == Layer.DNS.value
    no_route = (
        (pl.col("layer") == Layer.TCP.value)
        & pl.col("address").str.contains(":", literal=True).fill_null(False)
        & pl.col("failure").is_in(list(READING.unroutable)).fill_null(False)
    )
    unit = pl.when(dns).then(pl.col("sequence").cast(pl.String)).otherwise(pl.col("endpoint")).alias("unit")
    # A name that resolves for one family of addresses and not for the other works.
    resolved_nothing = dns & pl.col("works") & (pl.col("answers").fill_null("").str.len_chars() == 0)
    rows = rows.with_columns(unit, no_route.alias("no_route"), (pl.col("works") & ~resolved_nothing).alias("works"))
    rows = rows.with_columns(
        pl.when(resolved_nothing & pl.col("failure").is_null())
        .then(pl.lit("dns_no_answer"))
        .otherwise("failure")
        .alias("failure")
    )
    bad = ~pl.col("works") & ~pl.col("no_route")
    gave_answers = ~dns | pl.col("moved") | (pl.col("control_answers").str.len_chars() > 0).fill_null(False)
    return rows.group_by(GROUP).agg(
        pl.col("unit").filter(~pl.col("no_route")).n_unique().cast(pl.Int64).alias("attempted"),
        pl.col("unit").filter(pl.col("works")).n_unique().cast(pl.Int64).alias("worked"),
        (bad & _OWN_WORKED & gave_answers).any().alias("own_worked"),
        (bad & _OWN_WORKED & ~gave_answers).any().alias("own_empty"),
        (bad & _OWN_FAILED).any().alias("own_failed"),
        (bad & _OWN_FAILED & pl.col("control_failure").str.starts_with("ssl_")).any().alias("own_certificate"),
        (bad & pl.col("vouched")).any().alias("table_worked"),
        pl.col("provider").any(),
        pl.col("private_root").any(),
        pl.col("asked_scheme").min(),
        pl.col("fingerprint").min(),
        pl.col("known_page").min(),
        pl.col("subject").first(),
    )


def _with_failures(features: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The features with the most frequent failure and its kind; ties go to the first by name."""
    empty = (pl.col("layer") == Layer.DNS.value) & pl.col("works") & (pl.col("answers").fill_null("").str.len_chars() == 0)
    failures = (
        rows.filter(~pl.col("works") | empty)
        .with_columns(
            pl.when(empty)
            .then(pl.lit("dns_no_answer"))
            .otherwise(pl.coalesce("failure", pl.lit("ssl_invalid_certificate")))
            .alias("failure"),
            pl.when(empty).then(pl.lit("no_data")).otherwise("kind").alias("kind"),
            (
                pl.col("address").str.contains(":", literal=True).fill_null(False)
                & pl.col("failure").is_in(list(READING.unroutable)).fill_null(False)
            ).alias("no_route"),
        )
        .filter(~(pl.col("no_route") & (pl.col("layer") == Layer.TCP.value)))
        .group_by(*GROUP, "failure", "kind")
        .len()
        .sort("len", "failure", descending=[True, False])
        .unique(list(GROUP), keep="first", maintain_order=True)
        .drop("len")
    )
    return features.join(failures, on=list(GROUP), how="left")


def _finished(features: pl.DataFrame) -> pl.DataFrame:
    """The features as rules name them: one control out of own, chain, table and provider, in this order."""
    after_redirect = pl.col("hop") > 0
    own = (
        pl.when(after_redirect)
        .then(pl.lit("none"))
        .when(pl.col("own_worked"))
        .then(pl.lit("worked"))
        .when(pl.col("own_certificate"))
        .then(pl.lit("certificate"))
        .when(pl.col("own_failed") | pl.col("own_empty"))
        .then(pl.lit("failed"))
        .otherwise(pl.lit("none"))
    )
    chain = pl.col("chain_control").fill_null("none")
    # An older helper reports no handshakes, only the request that needed one.
    broken_site = (pl.col("layer") == Layer.TLS.value) & (chain == "certificate")
    own = pl.when(broken_site & (own == "worked")).then(pl.lit("certificate")).otherwise(own)
    unasked = ~after_redirect & pl.col("secure") & (pl.col("asked_scheme") == "http").fill_null(False)
    chain_here = (
        pl.when(unasked)
        .then(pl.lit("none"))
        .when(
            (chain == "certificate")
            & (pl.col("layer") != Layer.TLS.value)
            & ~after_redirect
            & (pl.col("layer") != Layer.HTTP.value)
        )
        .then(pl.lit("worked"))
        .when((chain == "certificate") & (pl.col("layer") != Layer.TLS.value))
        .then(pl.lit("failed"))
        .when(
            (chain == "failed") & ~after_redirect & (pl.col("layer") != Layer.HTTP.value) & (pl.col("layer") != Layer.TLS.value)
        )
        .then(pl.lit("none"))
        .otherwise(chain)
    )
    provided = pl.when(pl.col("provider")).then(pl.lit("worked")).otherwise(pl.lit("none"))
    table = pl.when(pl.col("table_worked")).then(pl.lit("worked")).otherwise(pl.lit("none"))
    sources = (
        ("the measurement's control", own),
        ("the control's request", chain_here),
        ("vouched for by other networks", table),
    )
    control, control_from = (
        provided,
        pl.when(provided == "worked").then(pl.lit("published by the provider")).otherwise(pl.lit("no control")),
    )
    for name, verdict in reversed(sources):
        known = verdict != "none"
        control = pl.when(known).then(verdict).otherwise(control)
        control_from = pl.when(known).then(pl.lit(name)).otherwise(control_from)
    http = pl.col("layer") == Layer.HTTP.value
    at_the_end = http & (pl.col("hop") == pl.col("final_hop")) & (pl.col("secure") == pl.col("final_secure"))
    own_title = (pl.col("likeness") == "title").fill_null(False) & (pl.col("comparison") == "matches").fill_null(False)
    only_here = (
        "comparison",
        "likeness",
        "refusal",
        "authenticated",
        "status_code",
        "control_status_code",
        "body_length",
        "control_body_length",
    )
    return features.with_columns(
        control.alias("control"),
        control_from.alias("control_from"),
        (pl.col("attempted") - pl.col("worked")).alias("failed"),
        pl.when(http & ~own_title).then(pl.col("known_page")).alias("known_page"),
        at_the_end.fill_null(False).alias("at_the_end"),
        pl.col("validated").fill_null(False),
    ).with_columns(
        *(pl.when(pl.col("at_the_end")).then(pl.col(name)).alias(name) for name in only_here if name != "authenticated"),
        pl.when(http)
        .then(pl.when(pl.col("at_the_end")).then(pl.col("authenticated")).otherwise(pl.lit(False)).fill_null(False))
        .alias("authenticated"),
    )

"""Features of every step and layer: counts, kinds, controls, and where a wrong answer led."""

import polars as pl

from admittance.judge.baselines import LEAST_DAYS, slow_handshakes, worked_before
from admittance.judge.chosen import of_chosen_resolvers
from admittance.judge.controls import spoken_names, vouched_endpoints
from admittance.judge.elsewhere import denied_elsewhere, resolved_elsewhere
from admittance.judge.facts import LAYERS, Facts, layer_of, names_ipv6
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.handed_out import handed_out
from admittance.judge.names import answers_of, astray, doubtful_steps, led_to, others_silent, plain_queries
from admittance.judge.replies import raced
from admittance.judge.ruleset import TAXONOMY
from admittance.judge.translation import translated
from admittance.judge.veiled import cut_off_names
from admittance.model.verdict import ControlKind
from admittance.model.vocabulary import Control, Layer

__all__ = ["layer_features"]

READING, TIMING = TAXONOMY.reading, TAXONOMY.timing
FACT = (
    "number", "sequence", "step", "hop", "pair", "pool", "secure", "works", "moved", "kind", "failure", "endpoint", "address",
    "control", "control_failure", "control_answers", "answers", "asked_host", "asked_scheme", "hostname", "server_name",
    "test_version", "operation", "known_page", "fingerprint", "issuer", "early", "ahead", "mask", "unseen", "milliseconds",
    "received_bytes", "receiving_milliseconds",
)  # fmt: skip

_OWN = pl.col("control") == Control.PRESENT.value
_OWN_WORKED = _OWN & pl.col("control_failure").is_null()
_OWN_FAILED = _OWN & pl.col("control_failure").is_not_null() & ~translated()
_IN_ANY = ("own_worked", "own_empty", "own_failed", "own_certificate", "table_worked", "table_denied", "worked_before")
_IN_ALL = ("resolver_broken", "other_family", "early", "ahead", "masked", "unseen", "by_name", "led_somewhere", "inferred")
"""What is said of a step, service and layer when any of its failures, or all of them, are of the kind."""


def layer_features(facts: Facts, chains: pl.DataFrame, controls: pl.DataFrame, fingerprints: Fingerprints) -> pl.DataFrame:
    """One row per step, service and layer that was tested, with every feature that rules may name.

    Facts about an address to which an unproven, wrong answer led weigh for the dns layer only: they say where the answer led,
    and nothing of the target's own endpoints.
    """
    rows = facts.rows.lazy().filter(pl.col("home").is_not_null()).select(*FACT, pl.col("home").alias("layer")).collect()
    queries = _of_the_target(plain_queries(facts), chains, facts)
    names = answers_of(queries, controls, facts, fingerprints)
    doubtful = doubtful_steps(rows, names, chains, facts)
    plain = pl.Series([True]).new_from_index(0, facts.rows.height) if facts.rows.height else pl.Series([], dtype=pl.Boolean)
    elsewhere = astray(rows, doubtful, facts, fingerprints)
    led = led_to(elsewhere, chains, facts)
    plain = plain.scatter(elsewhere["number"], False)
    unasked = facts.rows.select("number", "home").filter(pl.col("home") == Layer.DNS.value)["number"]
    plain = plain.scatter(unasked, False).scatter(queries["number"], True)
    kept = rows.filter(plain.gather(rows["number"]))
    features = (
        _counted(kept, controls, facts)
        .lazy()
        .join(names.lazy().drop("all_answers", "control_all", "placed", "shared_network"), on="step", how="left")
        .join(doubtful.lazy().select("step", "validated", "diverted"), on="step", how="left")
        .join(led.lazy(), on="step", how="left")
        .join(raced(facts).lazy(), on="step", how="left")
        .join(of_chosen_resolvers(queries, facts).lazy(), on="step", how="left")
        .join(others_silent(facts).lazy(), on="step", how="left")
        .with_columns(facts.chain(pl.col("step")).alias("chain"))
        .join(chains.lazy(), on="chain", how="left")
    )
    return _finished(features).collect()


def _of_the_target(queries: pl.DataFrame, chains: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Without look-ups of names to which a network's log-in redirected."""
    later = queries.filter(pl.col("hop") > 0).with_columns(facts.chain(pl.col("step")).alias("chain"))
    chosen = later.join(chains.filter("portal"), on="chain", how="semi")
    return queries if chosen.is_empty() else queries.join(chosen, on="number", how="anti")


def _counted(rows: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Counts, failures and controls per step, service and layer. At dns a query is counted, elsewhere a distinct endpoint."""
    dns = pl.col("layer") == Layer.DNS.value
    # A name that resolves for one family of addresses and not for the other works.
    resolved_nothing = dns & pl.col("works") & (pl.col("answers").fill_null("").str.len_bytes() == 0)
    no_route = (
        pl.col("layer").is_in([Layer.TCP.value, Layer.QUIC.value])
        & names_ipv6()
        & pl.col("failure").is_in(list(READING.unroutable))
    )
    tested = (pl.col("step") * 2 + pl.col("secure").cast(pl.Int64)) * len(LAYERS) + pl.col("layer").to_physical().cast(pl.Int64)
    rows = rows.with_columns(
        tested.alias("tested"),
        no_route.fill_null(False).alias("no_route"),
        resolved_nothing.alias("empty"),
        (pl.col("works") & ~resolved_nothing).alias("works"),
        pl.when(dns).then(pl.col("sequence").cast(pl.UInt64)).otherwise(pl.col("endpoint")).alias("unit"),
    )
    units = (
        rows.lazy()
        .group_by("tested", "unit")
        .agg(
            (~pl.col("no_route")).any().alias("attempted"),
            pl.col("works").any().alias("worked"),
            (pl.col("asked_scheme") == "https").min().alias("asked_secure"),
        )
        .group_by("tested")
        .agg(
            pl.col("attempted").sum().cast(pl.Int64),
            pl.col("worked").sum().cast(pl.Int64),
            pl.col("asked_secure").min(),
        )
    )
    bad = rows.filter(~pl.col("works") & ~pl.col("no_route"))
    gave_answers = ~dns | pl.col("moved") | (pl.col("control_answers").str.len_bytes() > 0).fill_null(False)
    before = pl.col("number").is_in(worked_before(bad, spoken_names(bad, facts.pairs), controls, facts).implode())
    unserved = pl.col("number").is_in(_unserved(bad, controls, facts).implode())
    vouched = pl.col("number").is_in(vouched_endpoints(bad, controls, facts)["number"].implode())
    resolves = pl.col("number").is_in(resolved_elsewhere(bad, controls, facts).implode())
    denied = pl.col("number").is_in(denied_elsewhere(bad, controls, facts).implode())
    # Newer probes of websites also try the addresses that the helper got; all others go where the name leads.
    version = pl.col("test_version").str.extract(r"^(\d+\.\d+)", 1).cast(pl.Float64, strict=False)
    led = rows.filter((pl.col("layer") == Layer.TCP.value) & pl.col("address").is_not_null())["step"].unique()
    tries_more = (version >= READING.handshakes_recorded_since).fill_null(True)
    # Rows are looked at all together before they are grouped: what is asked within a group is asked of each anew.
    met = (
        bad.select(
            "tested",
            (_OWN_WORKED & gave_answers).alias("own_worked"),
            (_OWN_WORKED & ~gave_answers).alias("own_empty"),
            _OWN_FAILED.alias("own_failed"),
            (_OWN_FAILED & pl.col("control_failure").str.starts_with("ssl_")).alias("own_certificate"),
            (vouched | resolves).alias("table_worked"),
            denied.alias("table_denied"),
            before.alias("worked_before"),
            (dns & unserved).alias("resolver_broken"),
            (dns & ~pl.col("moved") & _only_ipv6("control_answers")).alias("other_family"),
            "early",
            "ahead",
            pl.col("mask").is_not_null().alias("masked"),
            "unseen",
            (dns & (pl.col("hop") == 0) & ~tries_more).alias("by_name"),
            pl.col("step").is_in(led.implode()).alias("led_somewhere"),
            pl.col("moved").alias("inferred"),
        )
        .group_by("tested")
        .agg(pl.col(_IN_ANY).any(), pl.col(_IN_ALL).all())
    )
    masks = bad.filter(pl.col("mask").is_not_null()).group_by("tested").agg(pl.col("mask").min())
    told = (
        rows.filter((pl.col("layer") == Layer.HTTP.value) & pl.col("operation").is_not_null())
        .group_by("tested")
        .agg(
            (pl.col("operation") == READING.tunnel).any().alias("tunnel"),
            (pl.col("operation") == READING.exchange).any().alias("exchange"),
            pl.col("operation").str.starts_with(READING.altered).any().alias("altered"),
        )
    )
    marks = (
        rows.filter(pl.col("known_page").is_not_null())
        .group_by("tested")
        .agg(pl.col("fingerprint").min(), pl.col("known_page").min())
    )
    led_away = _led_away(rows, facts)
    shared = rows.select("number", "tested").join(handed_out(rows, controls, facts), on="number")
    shared = shared.group_by("tested").agg(pl.col("handed_out").min())
    starved, sluggish = _starved(rows), _sluggish(rows, controls, facts)
    step = pl.col("tested") // (2 * len(LAYERS))
    flags = [pl.col(name).fill_null(False) for name in met.columns[1:]]
    features = (
        units.join(met.lazy(), on="tested", how="left")
        .join(marks.lazy(), on="tested", how="left")
        .join(masks.lazy(), on="tested", how="left")
        .join(shared.lazy(), on="tested", how="left")
        .join(led_away.lazy(), on="tested", how="left")
        .join(told.lazy(), on="tested", how="left")
        .join(starved.lazy(), on="tested", how="left")
        .join(sluggish.lazy(), on="tested", how="left")
        .join(_by_name(bad, facts).lazy(), on="tested", how="left")
        .join(cut_off_names(rows).lazy(), on="tested", how="left")
        .join(_failures(bad).lazy(), on="tested", how="left")
        .with_columns(
            *flags,
            step.alias("step"),
            (pl.col("tested") // len(LAYERS) % 2 == 1).alias("secure"),
            (step - facts.first_step(step)).alias("hop"),
        )
        .collect()
    )
    pair = features.select(facts.pair(pl.col("step")).alias("pair"))["pair"]
    features = features.with_columns(
        pair,
        layer_of(features["tested"] % len(LAYERS)).alias("layer"),
        *(facts.pairs[name].gather(pair).alias(name) for name in ("path", "provider", "private_root", "test_name")),
    )
    echoes = (pl.col("layer") == Layer.HTTP.value) & pl.col("test_name").is_in(list(READING.tests_with_echo))
    echo = pl.when(pl.col("altered").fill_null(False)).then(pl.lit("altered")).otherwise(pl.lit("unaltered"))
    return features.with_columns(pl.when(echoes).then(echo).alias("echo")).drop("test_name", "altered")


def _led_away(rows: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Pools of which every answer is a redirect (`led_away`), which servers that speak a protocol of their own never send."""
    answers = rows.filter((pl.col("layer") == Layer.HTTP.value) & pl.col("works") & pl.col("pool"))
    told = facts.rows.select("status_code", "location")[answers["number"]]
    redirects = told.select(pl.col("status_code").is_between(300, 399) & pl.col("location").is_not_null()).to_series()
    return (
        answers.select("tested", redirects.fill_null(False).alias("led_away"))
        .group_by("tested")
        .agg(pl.col("led_away").all())
        .filter("led_away")
    )


def _only_ipv6(column: str) -> pl.Expr:
    return (pl.col(column).str.contains(":", literal=True) & ~pl.col(column).str.contains(".", literal=True)).fill_null(False)


def _starved(rows: pl.DataFrame) -> pl.DataFrame:
    """Per step and service whether long requests received far less than their own connection could bring (`starved`).

    A connection whose endpoint answers at once brings at least a first window (RFC 6928) each round trip, unless the way is
    narrow. What is slower by the factor of `timing.part`, for long enough, is held back; a slow server's pause counts for
    nothing, because time runs from the first count of bytes to the last.
    """
    long = rows.filter((pl.col("layer") == Layer.HTTP.value) & (pl.col("receiving_milliseconds") >= TIMING.least_milliseconds))
    round_trips = (
        rows.filter((pl.col("layer") == Layer.TCP.value) & pl.col("works") & pl.col("milliseconds").is_not_null())
        .group_by("step", "endpoint")
        .agg(pl.col("milliseconds").min().clip(1).alias("connected_in"))
    )
    rate = pl.col("received_bytes") * 1000 / pl.col("receiving_milliseconds")
    possible = TIMING.window * 1000 / pl.col("connected_in")
    return (
        long.join(round_trips, on=["step", "endpoint"])
        .filter(
            (pl.col("received_bytes") >= TIMING.least_bytes)
            & (rate < pl.min_horizontal(possible * TIMING.part, pl.lit(TIMING.fastest)))
        )
        .group_by("tested")
        .agg(
            pl.lit(True).alias("starved"),
            pl.col("received_bytes").min(),
            pl.col("receiving_milliseconds").max(),
            pl.col("connected_in").min(),
        )
    )


def _by_name(bad: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Per step and service whether a handshake failed at an address where one for another name worked (`other_name_works`)."""
    # An encrypted hello differs from plain ones by more than its name.
    plain = (pl.col("operation") != READING.veiled).fill_null(True)
    named = pl.col("address").is_not_null() & pl.col("server_name").is_not_null()
    failed = bad.filter((pl.col("layer") == Layer.TLS.value) & named & plain)
    failed = failed.with_columns(facts.rows["measurement"].gather(failed["number"]))
    worked = (
        facts.rows.select("measurement", "address", "server_name", "layer", "works")
        .join(failed.select("measurement", "address").unique(), on=["measurement", "address"], how="semi")
        .filter((pl.col("layer") == Layer.TLS.value) & pl.col("works"))
        .select("measurement", "address", pl.col("server_name").str.to_lowercase().alias("other_name"))
        .drop_nulls()
        .unique()
    )
    return (
        failed.join(worked, on=["measurement", "address"])
        .filter(pl.col("server_name").str.to_lowercase() != pl.col("other_name"))
        .select("tested", pl.lit(True).alias("other_name_works"))
        .unique()
    )


def _sluggish(rows: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Per step and service whether every timed handshake took far longer than usual, where connecting did not."""
    shaken = rows.filter((pl.col("layer") == Layer.TLS.value) & pl.col("works") & pl.col("milliseconds").is_not_null())
    long = shaken.filter(pl.col("milliseconds") >= TIMING.least_handshake)
    slow = slow_handshakes(long, spoken_names(long, facts.pairs), controls, facts)
    if slow.is_empty():
        numbers = dict.fromkeys(("tested", "usual_milliseconds", "milliseconds"), pl.Int64)
        return pl.DataFrame(schema={**numbers, "sluggish": pl.Boolean})
    swift = rows.filter(
        (pl.col("layer") == Layer.TCP.value) & pl.col("works") & (pl.col("milliseconds") < TIMING.swift_connection)
    ).select("step", "endpoint", pl.lit(True).alias("swift"))
    return (
        shaken.join(slow, on="number", how="left")
        .join(swift.unique(), on=["step", "endpoint"], how="left")
        .group_by("tested")
        .agg(
            (pl.col("usual_milliseconds").is_not_null() & pl.col("swift")).fill_null(False).all().alias("sluggish"),
            pl.col("usual_milliseconds").max(),
            pl.col("milliseconds").min(),
        )
        .filter("sluggish")
    )


def _unserved(rows: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.Series:
    """Numbers of the look-ups by resolvers that the controls know to answer nothing."""
    broken = controls.filter((pl.col("kind") == ControlKind.RESOLVER.value) & (pl.col("days") >= LEAST_DAYS))["network"]
    if broken.is_empty():
        return rows["number"].clear()
    asked = facts.rows["resolver_network"].gather(rows["number"])
    return rows.filter((pl.col("layer") == Layer.DNS.value) & asked.is_in(broken.implode()))["number"]


def _failures(bad: pl.DataFrame) -> pl.DataFrame:
    """Per step, service and layer the most frequent failure and its kind; ties go to the first by name."""
    failure = (
        pl.when("empty").then(pl.lit("dns_no_answer")).otherwise(pl.coalesce("failure", pl.lit("ssl_invalid_certificate")))
    )
    kind = pl.when("empty").then(pl.lit("no_data")).otherwise("kind")
    return (
        bad.group_by("tested", failure.alias("failure"), kind.alias("kind"))
        .len()
        .sort("len", "failure", descending=[True, False])
        .unique("tested", keep="first", maintain_order=True)
        .drop("len")
    )


def _finished(features: pl.LazyFrame) -> pl.LazyFrame:
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
    unasked = ~after_redirect & pl.col("secure") & (~pl.col("asked_secure")).fill_null(False)
    quic = pl.col("layer") == Layer.QUIC.value
    chain_here = (
        pl.when(unasked | quic)
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
    named = pl.col("provider") & (pl.col("path") != "")
    provided = pl.when(pl.col("provider") & ~quic).then(pl.lit("worked")).otherwise(pl.lit("none"))
    table = (
        pl.when(pl.col("table_worked"))
        .then(pl.lit("worked"))
        .when(pl.col("table_denied"))
        .then(pl.lit("failed"))
        .otherwise(pl.lit("none"))
    )
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
    page_came = (pl.col("authenticated") | (pl.col("comparison") == "matches")).fill_null(False)
    http = pl.col("layer") == Layer.HTTP.value
    at_the_end = http & (pl.col("hop") == pl.col("final_hop")) & (pl.col("secure") == pl.col("final_secure"))
    own_title = (pl.col("likeness") == "title").fill_null(False) & (pl.col("comparison") == "matches").fill_null(False)
    # Where a log-in was demanded on the way, the page at the end is the log-in.
    portal = pl.coalesce("known_page", pl.when(pl.col("portal")).then(pl.lit("captive_portal")))
    only_here = (
        "comparison",
        "likeness",
        "refusal",
        "server_error",
        "middlebox",
        "authenticated",
        "clear_answer",
        "status_code",
        "control_status_code",
        "body_length",
        "control_body_length",
    )
    return features.with_columns(
        control.alias("control"),
        control_from.alias("control_from"),
        (pl.col("attempted") - pl.col("worked")).alias("failed"),
        pl.when(pl.col("inferred")).then(pl.lit("requests over https")).otherwise(pl.lit("handshakes")).alias("tried"),
        pl.when(http & ~own_title).then(portal).otherwise(pl.when(~http).then("known_page")).alias("known_page"),
        pl.when(http).then("private_redirect").alias("private_redirect"),
        pl.when(named).then("clear_answer").when(pl.col("led_away")).then(pl.lit("foreign_redirect")).alias("clear_answer"),
        at_the_end.fill_null(False).alias("at_the_end"),
        pl.col("validated").fill_null(False),
        pl.col("diverted").fill_null(False),
        pl.col("raced").fill_null(False),
        page_came.alias("page_came"),
        # What others or the provider vouch for needs no helper.
        (pl.col("unseen") & (table == "none") & (provided == "none")).alias("unseen"),
        pl.col("others_silent").fill_null(False),
        ((page_came | pl.col("led_somewhere")) & pl.col("by_name")).alias("resolved_after_all"),
    ).with_columns(
        *(pl.when(pl.col("at_the_end")).then(pl.col(name)).alias(name) for name in only_here if name != "authenticated"),
        pl.when(http)
        .then(pl.when(pl.col("at_the_end")).then(pl.col("authenticated")).otherwise(pl.lit(False)).fill_null(False))
        .alias("authenticated"),
    )

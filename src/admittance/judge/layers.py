"""Features of every path and layer: counts, kinds, controls, and where a wrong answer led."""

import polars as pl

from admittance.judge.controls import vouched_endpoints, vouched_names
from admittance.judge.facts import PATH
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.pages import CHAIN
from admittance.judge.ruleset import TAXONOMY
from admittance.model.vocabulary import Control, Layer

__all__ = ["layer_features"]

READING = TAXONOMY.reading
GROUP = (*PATH, "secure", "layer")
LENGTH_OF_ANSWERS_TOLD = 120

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
    names = _answers(rows, controls, fingerprints)
    astray = _astray(rows, names, chains)
    rows = rows.join(astray, on=list(PATH), how="left")
    apart = pl.col("wrong").fill_null(False) & (pl.col("layer") != Layer.DNS.value) & _at_wrong_address()
    led = _led_to(rows.filter(apart), chains)
    kept = rows.filter(~apart)
    endpoints = _counted(kept.filter(pl.col("layer") != Layer.DNS.value), controls)
    resolutions = _counted(_plain(kept), controls)
    features = pl.concat([resolutions, endpoints])
    features = _with_failures(features, pl.concat([_plain(kept), kept.filter(pl.col("layer") != Layer.DNS.value)]))
    features = features.join(names.drop("all_answers", "control_all"), on=list(PATH), how="left")
    features = features.join(astray.select(*PATH, "validated"), on=list(PATH), how="left").join(led, on=list(PATH), how="left")
    features = features.join(chains, on=list(CHAIN), how="left")
    return _finished(features)


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    """Queries that go the way of a user's own: by the system's resolver, or where that was not asked, by the probe itself."""
    asked_for_addresses = pl.col("query_type").is_null() | pl.col("query_type").is_in(list(READING.address_queries))
    encrypted = pl.col("engine").is_in(list(READING.encrypted_resolvers)).fill_null(False)
    queries = rows.filter((pl.col("layer") == Layer.DNS.value) & asked_for_addresses & ~encrypted)
    direct = pl.col("engine").is_in(list(READING.direct_resolvers)).fill_null(False)
    by_system = queries.filter(~direct).select(PATH).unique()
    return queries.filter(~direct).vstack(queries.filter(direct).join(by_system, on=list(PATH), how="anti"))


def _answers(rows: pl.DataFrame, controls: pl.DataFrame, fingerprints: Fingerprints) -> pl.DataFrame:
    """Per path: what was answered, and what that shares with the control's answers or with addresses that others vouch for."""
    queries = _plain(rows)
    exempt = pl.col("hostname").is_in(list(fingerprints.bogons.exempt_names)).fill_null(False)
    texts = pl.concat(
        [queries.select(pl.col("answers").alias("text")), queries.select(pl.col("control_answers").alias("text"))]
    )
    distinct = texts["text"].drop_nulls().unique()
    facts = pl.DataFrame(
        {
            "text": distinct,
            "has_bogon": pl.Series([fingerprints.bogons_among(text) for text in distinct], dtype=pl.Boolean),
            "mark": pl.Series([fingerprints.known_answer(text) for text in distinct], dtype=pl.String),
        },
        schema={"text": pl.String, "has_bogon": pl.Boolean, "mark": pl.String},
    )
    queries = queries.join(facts.rename({"text": "answers"}), on="answers", how="left").join(
        facts.select(pl.col("text").alias("control_answers"), pl.col("has_bogon").alias("control_has_bogon")),
        on="control_answers",
        how="left",
    )
    shared = _sets("answers").list.set_intersection(_sets("control_answers")).list.len() > 0
    shared_network = _sets("answer_networks").list.set_intersection(_sets("control_answer_networks")).list.len() > 0
    near = _prefixes("answers").list.set_intersection(_prefixes("control_answers")).list.len() > 0
    answered = pl.col("answers").str.len_chars() > 0
    by_path = queries.with_columns(
        answered.fill_null(False).alias("answered"),
        shared.fill_null(False).alias("shared"),
        shared_network.fill_null(False).alias("shared_network"),
        near.fill_null(False).alias("near"),
        (pl.col("control_answers").str.len_chars() > 0).fill_null(False).alias("comparable"),
    )
    found = by_path.group_by(PATH).agg(
        pl.col("answered").any(),
        (pl.col("has_bogon").fill_null(False) & ~exempt).any().alias("bogon"),
        pl.col("control_has_bogon").fill_null(False).any().alias("control_bogon"),
        pl.col("mark").is_not_null().any().alias("known_answer"),
        pl.col("shared").any(),
        pl.col("shared_network").any(),
        pl.col("near").any(),
        pl.col("comparable").any(),
        pl.col("answers").filter(pl.col("answered")).unique().sort().str.join(" ").alias("all_answers"),
        pl.col("control_answers").drop_nulls().unique().sort().str.join(" ").alias("control_all"),
    )
    agreement = (
        pl.when(pl.col("shared") | pl.col("shared_by_others"))
        .then(pl.lit("address"))
        .when(pl.col("shared_network"))
        .then(pl.lit("network"))
        .when(pl.col("near"))
        .then(pl.lit("prefix"))
        .when(pl.col("comparable") & pl.col("answered") & (pl.col("hop") == 0))
        .then(pl.lit("none"))
        .otherwise(pl.lit("unknown"))
    )
    return (
        found.join(vouched_names(by_path, controls), on=list(PATH), how="left")
        .with_columns(pl.col("shared_by_others").fill_null(False))
        .select(
            *PATH,
            "answered",
            "bogon",
            "control_bogon",
            "known_answer",
            "all_answers",
            "control_all",
            agreement.alias("agreement"),
            pl.col("all_answers").str.head(LENGTH_OF_ANSWERS_TOLD).alias("answers"),
        )
    )


def _sets(column: str) -> pl.Expr:
    return pl.col(column).str.split(" ").list.eval(pl.element().filter(pl.element() != ""))


def _prefixes(column: str) -> pl.Expr:
    """IPv4 addresses cut to 16 bits: the two numbers of two neighbours that no AS number joins."""
    return pl.col(column).str.extract_all(r"(?:^| )\d{1,3}\.\d{1,3}\.").list.eval(pl.element().str.strip_chars_start(" "))


def _among(address: str, addresses: str) -> pl.Expr:
    padded = pl.concat_str(pl.lit(" "), pl.col(addresses), pl.lit(" "))
    return padded.str.contains(pl.concat_str(pl.lit(" "), pl.col(address), pl.lit(" ")), literal=True).fill_null(False)


def _at_wrong_address() -> pl.Expr:
    """Whether a fact was gathered at an answered address that nothing vouches for; after a redirect from there it was."""
    vouched = _among("address", "control_all") | ((pl.col("layer") == Layer.TLS.value) & _OWN_WORKED)
    elsewhere = pl.col("address").is_not_null() & ~_among("address", "all_answers")
    return (pl.col("hop") > 0) | ~(vouched | elsewhere)


def _astray(rows: pl.DataFrame, names: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
    """Per path: whether what was answered proved genuine, and whether it is wrong, which redirects from there inherit."""
    doubtful = names.filter(
        (pl.col("agreement") == "none") | pl.col("bogon") | pl.col("known_answer") | (pl.col("agreement") == "unknown")
    ).select(*PATH, "all_answers", "agreement", "bogon", "known_answer")
    reached = rows.join(doubtful.select(*PATH, "all_answers"), on=list(PATH), how="inner").filter(
        pl.col("address").is_null() | _among("address", "all_answers")
    )
    tls = pl.col("layer") == Layer.TLS.value
    proven = reached.group_by(PATH).agg((tls & (pl.col("works") | _OWN_WORKED)).any().alias("handshake"))
    requests = pl.col("layer") == Layer.HTTP.value
    elsewhere = (
        rows.join(doubtful.select(*PATH, "all_answers"), on=list(PATH), how="inner")
        .group_by(PATH)
        .agg((requests & pl.col("address").is_not_null() & ~_among("address", "all_answers")).any().alias("fetched_elsewhere"))
    )
    page = ((pl.col("comparison") == "matches") | pl.col("authenticated")) & ~pl.col("fetched_elsewhere").fill_null(False)
    judged = (
        doubtful.join(proven, on=list(PATH), how="left")
        .join(elsewhere, on=list(PATH), how="left")
        .join(chains.select(*CHAIN, "comparison", "authenticated"), on=list(CHAIN), how="left")
        .with_columns((pl.col("handshake").fill_null(False) | page.fill_null(False)).alias("validated"))
        .with_columns(
            (~pl.col("validated") & ((pl.col("agreement") == "none") | pl.col("bogon") | pl.col("known_answer"))).alias("wrong")
        )
    )
    first = judged.filter(pl.col("hop") == 0)
    everywhere = (
        rows.select(PATH)
        .unique()
        .join(
            first.select(*CHAIN, pl.col("wrong").alias("wrong_from_start"), "all_answers"),
            on=list(CHAIN),
            how="left",
        )
    )
    control_all = names.filter(pl.col("hop") == 0).select(*CHAIN, "control_all")
    return (
        everywhere.join(judged.select(*PATH, "validated", "wrong"), on=list(PATH), how="left")
        .join(control_all, on=list(CHAIN), how="left")
        .select(
            *PATH,
            pl.col("validated").fill_null(False),
            (pl.col("wrong").fill_null(False) | pl.col("wrong_from_start").fill_null(False)).alias("wrong"),
            "all_answers",
            "control_all",
        )
    )


def _led_to(rows: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
    """What the wrong answer of a path led to: `blockpage`, `wrong_certificate`, `different_page`, `failure` or `nothing`."""
    start = rows.with_columns(pl.lit(0, pl.Int64).alias("hop"))
    found = start.group_by(PATH).agg(
        (pl.col("known_page") == "blockpage").any().alias("blockpage"),
        (pl.col("kind") == "certificate").any().alias("certificate"),
        (~pl.col("works") & (pl.col("kind") != "local")).any().alias("failure"),
        ((pl.col("layer") == Layer.HTTP.value) & pl.col("works")).any().alias("page"),
    )
    told = (
        pl.when(pl.col("blockpage").fill_null(False))
        .then(pl.lit("blockpage"))
        .when(pl.col("certificate").fill_null(False))
        .then(pl.lit("wrong_certificate"))
        .when(pl.col("page") & pl.col("comparison").is_in(["differs", "unclear"]))
        .then(pl.lit("different_page"))
        .when(pl.col("failure").fill_null(False))
        .then(pl.lit("failure"))
        .otherwise(pl.lit("nothing"))
    )
    return found.join(chains.select(*CHAIN, "comparison"), on=list(CHAIN), how="left").select(*PATH, told.alias("led_to"))


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
    gave_answers = ~dns | (pl.col("control_answers").str.len_chars() > 0).fill_null(False)
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

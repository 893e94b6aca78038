"""What a name was answered with, whether that is genuine, and where a wrong answer led."""

import polars as pl

from admittance.judge.controls import vouched_names
from admittance.judge.facts import PATH
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.pages import CHAIN
from admittance.judge.ruleset import TAXONOMY
from admittance.model.vocabulary import Control, Layer

__all__ = ["answers_of", "astray_paths", "at_wrong_address", "led_to", "plain_queries"]

READING = TAXONOMY.reading
LENGTH_OF_ANSWERS_TOLD = 120

_OWN = pl.col("control") == Control.PRESENT.value
_OWN_WORKED = _OWN & pl.col("control_failure").is_null()
_OWN_FAILED = _OWN & pl.col("control_failure").is_not_null()


def plain_queries(rows: pl.DataFrame) -> pl.DataFrame:
    """Queries that go the way of a user's own: by the system's resolver, or where that was not asked, by the probe itself."""
    asked_for_addresses = pl.col("query_type").is_null() | pl.col("query_type").is_in(list(READING.address_queries))
    encrypted = pl.col("engine").is_in(list(READING.encrypted_resolvers)).fill_null(False)
    queries = rows.filter((pl.col("layer") == Layer.DNS.value) & asked_for_addresses & ~encrypted)
    direct = pl.col("engine").is_in(list(READING.direct_resolvers)).fill_null(False)
    by_system = queries.filter(~direct).select(PATH).unique()
    return queries.filter(~direct).vstack(queries.filter(direct).join(by_system, on=list(PATH), how="anti"))


def answers_of(rows: pl.DataFrame, controls: pl.DataFrame, fingerprints: Fingerprints) -> pl.DataFrame:
    """Per path: what was answered, and what that shares with the control's answers or with addresses that others vouch for."""
    queries = plain_queries(rows)
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
        (pl.col("answer_networks").is_not_null() & pl.col("control_answer_networks").is_not_null())
        .any()
        .alias("networks_known"),
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
        .when(pl.col("comparable") & pl.col("answered") & (pl.col("hop") == 0) & pl.col("networks_known"))
        .then(pl.lit("none"))
        .when(pl.col("comparable") & pl.col("answered") & (pl.col("hop") == 0))
        .then(pl.lit("apart"))
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


def _helper_shook_hands() -> pl.Expr:
    """Whether the helper's own handshake at this very address succeeded. Helpers before 0.5 recorded none: there the control
    beside a handshake is their request, which went to addresses of their own.
    """
    version = pl.col("test_version").str.extract(r"^(\d+\.\d+)", 1).cast(pl.Float64, strict=False)
    records = (version >= READING.handshakes_recorded_since).fill_null(False)
    return (pl.col("layer") == Layer.TLS.value) & pl.col("address").is_not_null() & _OWN_WORKED & records


def _among(address: str, addresses: str) -> pl.Expr:
    padded = pl.concat_str(pl.lit(" "), pl.col(addresses), pl.lit(" "))
    return padded.str.contains(pl.concat_str(pl.lit(" "), pl.col(address), pl.lit(" ")), literal=True).fill_null(False)


def at_wrong_address() -> pl.Expr:
    """Whether a fact was gathered at an answered address that nothing vouches for; after a redirect from there it was."""
    vouched = _among("address", "control_all") | _helper_shook_hands()
    elsewhere = pl.col("address").is_not_null() & ~_among("address", "all_answers")
    return (pl.col("hop") > 0) | ~(vouched | elsewhere)


def astray_paths(rows: pl.DataFrame, names: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
    """Per path: whether what was answered proved genuine, and whether it is wrong, which redirects from there inherit."""
    doubtful = names.filter(
        pl.col("agreement").is_in(["none", "apart", "unknown"]) | pl.col("bogon") | pl.col("known_answer")
    ).select(*PATH, "all_answers", "agreement", "bogon", "known_answer")
    reached = rows.join(doubtful.select(*PATH, "all_answers"), on=list(PATH), how="inner").filter(
        pl.col("address").is_null() | _among("address", "all_answers")
    )
    tls = pl.col("layer") == Layer.TLS.value
    proven = reached.group_by(PATH).agg(
        ((tls & pl.col("works")) | _helper_shook_hands()).any().alias("handshake"),
        ((pl.col("kind") == "certificate") | (pl.col("layer").is_in(["tcp", "tls"]) & _OWN_FAILED)).any().alias("disproved"),
        (pl.col("known_page") == "blockpage").fill_null(False).any().alias("known"),
    )
    requests = pl.col("layer") == Layer.HTTP.value
    elsewhere = (
        rows.join(doubtful.select(*PATH, "all_answers"), on=list(PATH), how="inner")
        .group_by(PATH)
        .agg((requests & pl.col("address").is_not_null() & ~_among("address", "all_answers")).any().alias("fetched_elsewhere"))
    )
    page = ((pl.col("comparison") == "matches") | pl.col("authenticated")) & ~pl.col("fetched_elsewhere").fill_null(False)
    artefact = pl.col("bogon") | pl.col("known_answer")
    # Without the networks of the control's answers, another address alone says nothing: great sites have many.
    disproved = pl.col("disproved") | pl.col("known") | ((pl.col("comparison") == "differs") & ~pl.col("final_secure"))
    told_apart = (pl.col("agreement") == "apart") & disproved.fill_null(False)
    judged = (
        doubtful.join(proven, on=list(PATH), how="left")
        .join(elsewhere, on=list(PATH), how="left")
        .join(chains.select(*CHAIN, "comparison", "authenticated", "final_secure"), on=list(CHAIN), how="left")
        .with_columns((pl.col("handshake").fill_null(False) | page.fill_null(False)).alias("validated"))
        .with_columns((~pl.col("validated") & (artefact | (pl.col("agreement") == "none") | told_apart)).alias("wrong"))
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


def led_to(rows: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
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

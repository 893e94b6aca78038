"""What a name was answered with, whether that is genuine, and where a wrong answer led."""

import polars as pl

from admittance.judge.answers import prefixes, sets
from admittance.judge.controls import vouched_names
from admittance.judge.elsewhere import compared_elsewhere
from admittance.judge.facts import HANDSHAKES, Facts
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.ruleset import TAXONOMY
from admittance.judge.translation import with_embedded
from admittance.model.vocabulary import Control, Layer

__all__ = ["answers_of", "astray", "doubtful_steps", "led_to", "others_silent", "plain_queries"]

READING = TAXONOMY.reading
LENGTH_OF_ANSWERS_TOLD = 120
DOUBTFUL = ("none", "apart", "unknown")
PROOFS = (
    "handshake",
    "helped",
    "reached",
    "disproved",
    "refused",
    "intercepted",
    "known",
    "unconnected",
    "unshaken",
    "unanswered",
)
QUERY = (
    "number", "sequence", "step", "hop", "pair", "pool", "asked_host", "hostname", "server_name", "engine", "answers",
    "answer_networks", "control_answers", "control_answer_networks",
)  # fmt: skip

_CONTENT_NETWORKS = pl.lit(pl.Series([[str(network) for network in READING.content_networks]])).first()

_OWNER_NETWORKS = pl.lit(pl.Series([[str(network) for network in READING.owner_networks]])).first()

_DOCUMENTATION = pl.lit(pl.Series([["192.0.", "198.51.", "203.0."]])).first()
"""Prefixes of the addresses for documentation, which are neighbours of each other wherever a record's maker put them."""

_OWN = pl.col("control") == Control.PRESENT.value
_OWN_WORKED = _OWN & pl.col("control_failure").is_null()
_OWN_FAILED = _OWN & pl.col("control_failure").is_not_null()


def plain_queries(facts: Facts) -> pl.DataFrame:
    """Queries that go the way of a user's own: by the system's resolver, or where that was not asked, by the probe itself."""
    asked_for_addresses = pl.col("query_type").is_null() | pl.col("query_type").is_in(list(READING.address_queries))
    encrypted = pl.col("engine").is_in(list(READING.encrypted_resolvers)).fill_null(False)
    late = (pl.col("operation") == READING.late).fill_null(False)
    queries = (
        facts.rows.lazy()
        .filter((pl.col("home") == Layer.DNS.value) & asked_for_addresses & ~encrypted & ~late)
        .select(QUERY)
        .collect()
    )
    direct = queries["engine"].is_in(list(READING.direct_resolvers)).fill_null(False)
    if not direct.any():
        return queries
    by_system = queries.filter(~direct).select("step").unique()
    return queries.filter(~direct).vstack(queries.filter(direct).join(by_system, on="step", how="anti"))


def others_silent(facts: Facts) -> pl.DataFrame:
    """Steps whose name no resolver that the probe asked itself, in clear text, answered with an address (`others_silent`)."""
    direct = pl.col("engine").is_in(list(READING.direct_resolvers)) & (pl.col("operation") != READING.late).fill_null(True)
    answered = pl.col("works") & (pl.col("answers").str.len_bytes() > 0)
    asked = facts.rows.filter((pl.col("home") == Layer.DNS.value) & direct).group_by("step").agg(answered.any())
    return asked.filter(~pl.col("works").fill_null(False)).select("step", pl.lit(True).alias("others_silent"))


def answers_of(queries: pl.DataFrame, controls: pl.DataFrame, facts: Facts, fingerprints: Fingerprints) -> pl.DataFrame:
    """Per step: what was answered, and what that shares with the control's answers or with addresses that others vouch for.

    `answers`, `all_answers` and `control_all` are told only where a rule can name them: where the answers are doubtful.
    """
    told, control_told = queries["answers"], queries["control_answers"]
    exempt = pl.col("hostname").is_in(list(fingerprints.bogons.exempt_names)).fill_null(False)
    answered = (pl.col("answers").str.len_bytes() > 0).fill_null(False)
    bogons, control_bogons = fingerprints.texts_with_bogons(told), fingerprints.texts_with_bogons(control_told)
    known = fingerprints.texts_with_known_answers(told)
    equal = answered & (pl.col("answers") == pl.col("control_answers")).fill_null(False)
    bogon = pl.col("answers").is_in(bogons.implode()).fill_null(False) & ~exempt if bogons.len() else pl.lit(False)
    control_bogon = pl.col("control_answers").is_in(control_bogons.implode()) if control_bogons.len() else pl.lit(False)
    known_answer = pl.col("answers").is_in(known.implode()) if known.len() else pl.lit(False)
    found = (
        queries.select(
            "step",
            answered.alias("answered"),
            bogon.alias("bogon"),
            control_bogon.fill_null(False).alias("control_bogon"),
            known_answer.fill_null(False).alias("known_answer"),
            equal.alias("equal"),
            (answered & pl.col("answer_networks").is_not_null()).alias("placed"),
            sets("answer_networks")
            .list.set_intersection(_CONTENT_NETWORKS)
            .list.len()
            .gt(0)
            .fill_null(False)
            .alias("shared_network"),
            sets("answer_networks")
            .list.set_intersection(_OWNER_NETWORKS)
            .list.len()
            .gt(0)
            .fill_null(False)
            .alias("foreign_owner"),
        )
        .group_by("step")
        .agg(pl.exclude("step").any())
    )
    apart = queries.join(found.filter(~pl.col("equal")).select("step"), on="step", how="semi")
    found = found.join(_shared(apart, controls, facts), on="step", how="left").with_columns(
        pl.when(pl.col("equal")).then(pl.lit("address")).otherwise("agreement").alias("agreement"),
        pl.col("home_known").fill_null(False),
    )
    doubtful = found.filter(pl.col("agreement").is_in(DOUBTFUL) | pl.col("bogon") | pl.col("known_answer")).select("step")
    doubted = queries.join(doubtful, on="step", how="semi")
    return (
        found.drop("equal")
        .join(_distinct(doubted.filter(answered), "answers").rename({"answers": "all_answers"}), on="step", how="left")
        .join(_distinct(doubted, "control_answers").rename({"control_answers": "control_all"}), on="step", how="left")
        .with_columns(pl.col("all_answers").str.head(LENGTH_OF_ANSWERS_TOLD).alias("answers"))
    )


def _distinct(queries: pl.DataFrame, column: str) -> pl.DataFrame:
    """Per step the distinct texts of a column, sorted and joined; most steps have one, which costs least."""
    texts = queries.select("step", column).drop_nulls().unique()
    several = texts["step"].is_duplicated()
    joined = texts.filter(several).sort("step", column).group_by("step", maintain_order=True).agg(pl.col(column).str.join(" "))
    return pl.concat([texts.filter(~several), joined])


def _shared(queries: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Per step its `agreement`, for queries whose answers are not simply the control's."""
    answered = (pl.col("answers").str.len_bytes() > 0).fill_null(False)
    comparable = (pl.col("control_answers").str.len_bytes() > 0).fill_null(False)
    networks_known = pl.col("answer_networks").is_not_null() & pl.col("control_answer_networks").is_not_null()
    queries = queries.with_columns(*(facts.pairs[name].gather(queries["pair"]) for name in ("own_networks", "own_addresses")))
    both = queries.filter(answered & comparable)
    both = both.with_columns(
        with_embedded(both["answers"], well_known=False).alias("any_answers"),
        with_embedded(both["answers"], well_known=True).alias("answers"),
    )
    shared = sets("any_answers").list.set_intersection(sets("control_answers")).list.len() > 0
    shared_network = sets("answer_networks").list.set_intersection(sets("control_answer_networks")).list.len() > 0
    at_home = sets("answer_networks").list.set_intersection(sets("own_networks")).list.len() > 0
    published = sets("answers").list.set_intersection(sets("own_addresses")).list.len() > 0
    near = prefixes("answers").list.set_intersection(prefixes("control_answers"))
    near = pl.when(networks_known).then(near.list.set_difference(_DOCUMENTATION)).otherwise(near).list.len() > 0
    alike = both.group_by("step").agg(
        shared.fill_null(False).any().alias("shared"),
        near.fill_null(False).any().alias("near"),
    )
    by_step = queries.group_by("step").agg(
        answered.any().alias("answered"),
        comparable.any().alias("comparable"),
        networks_known.any().alias("networks_known"),
        pl.any_horizontal(expr.fill_null(False) for expr in (shared_network, at_home, published)).any().alias("shared_network"),
        (answered & pl.col("answer_networks").is_not_null() & pl.col("own_networks").is_not_null()).any().alias("home_known"),
        (pl.col("hop") == 0).any().alias("first"),
    )
    answers_compared = pl.col("comparable") & pl.col("answered") & pl.col("first")
    agreement = (
        pl.when(pl.col("shared").fill_null(False) | pl.col("shared_by_others"))
        .then(pl.lit("address"))
        .when(pl.col("shared_network"))
        .then(pl.lit("network"))
        .when(pl.col("near").fill_null(False))
        .then(pl.lit("prefix"))
        .when("alike_elsewhere")
        .then(pl.lit("elsewhere"))
        .when(
            (pl.col("unlike_elsewhere") & pl.col("first"))
            | (answers_compared & pl.col("networks_known"))
            | (pl.col("home_known") & pl.col("first"))
        )
        .then(pl.lit("none"))
        .when(answers_compared)
        .then(pl.lit("apart"))
        .otherwise(pl.lit("unknown"))
        .alias("agreement")
    )
    return (
        by_step.join(alike, on="step", how="left")
        .join(vouched_names(queries, controls, facts), on="step", how="left")
        .join(compared_elsewhere(queries, controls), on="step", how="left")
        .with_columns(pl.col("shared_by_others").fill_null(False))
        .select("step", agreement, "home_known")
    )


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


def doubtful_steps(rows: pl.DataFrame, names: pl.DataFrame, chains: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Steps whose answers need proof: whether they got it (`validated`), whether they are `wrong`, and whether they were
    `diverted`: to a machine that reaches the site, in nobody's content network, and interferes.
    """
    doubtful = names.filter(pl.col("agreement").is_in(DOUBTFUL) | pl.col("bogon") | pl.col("known_answer")).select(
        "step", "all_answers", "control_all", "agreement", "bogon", "known_answer", "placed", "shared_network"
    )
    tls, requests = pl.col("layer").is_in(HANDSHAKES), pl.col("layer") == Layer.HTTP.value
    named = pl.col("address").is_not_null()
    disproved = pl.col("layer").is_in(["tcp", "tls"]) & _OWN_FAILED
    refused = (pl.col("kind") == "certificate").fill_null(False)
    disproved = (refused & pl.col("known_page").is_null()) | disproved
    known = (pl.col("known_page") == "blockpage").fill_null(False)
    proven = (
        rows.select(
            "step",
            "address",
            (tls & pl.col("works")).alias("handshake"),
            _helper_shook_hands().alias("helped"),
            ((pl.col("layer") == Layer.TCP.value) & _OWN_WORKED).alias("reached"),
            disproved.alias("disproved"),
            refused.alias("refused"),
            (refused & known).alias("intercepted"),
            (known & ~refused).alias("known"),
            (requests & named).alias("fetched"),
            (~pl.col("works") & (pl.col("layer") == Layer.TCP.value) & (pl.col("kind") != "local")).alias("unconnected"),
            (~pl.col("works") & (pl.col("layer") == Layer.TLS.value) & (pl.col("kind") != "local")).alias("unshaken"),
            (~pl.col("works") & requests & pl.col("kind").is_in(list(READING.cut_off))).alias("unanswered"),
        )
        .filter(pl.any_horizontal(*PROOFS, "fetched"))
        .join(doubtful.select("step", "all_answers"), on="step", how="inner")
        # Beside a handshake at an endpoint that the helper did not reach stands its request, which went elsewhere.
        .with_columns(
            (~named | _among("address", "all_answers")).alias("at_answer"),
            (pl.col("helped") & pl.col("reached").any().over("step", "address")).alias("helped"),
        )
        .with_columns((pl.col("fetched") & ~pl.col("at_answer")).alias("fetched_elsewhere"))
        .group_by("step")
        .agg(
            *((pl.col("at_answer") & pl.col(name)).any().alias(name) for name in PROOFS),
            pl.col("fetched_elsewhere").any(),
        )
    )
    # What bears a mark of blocking proves nothing, unless it bears the site's own title too.
    marked = pl.col("known") & (pl.col("likeness") != "title").fill_null(True)
    alike = (pl.col("comparison") == "matches") & ~marked
    page = (alike | pl.col("authenticated")) & ~pl.col("fetched_elsewhere").fill_null(False)
    artefact = pl.col("bogon") | pl.col("known_answer")
    other_page = ((pl.col("comparison") == "differs") & ~pl.col("final_secure")).fill_null(False)
    # Who is answered with a single network's own addresses and meets silence there was led astray; content networks answer each
    # place otherwise, so that there the failure speaks for itself.
    placed_apart = pl.col("placed") & ~pl.col("shared_network")
    # Who opens handshakes on the way does so wherever they lead: only at such an address it speaks of the name.
    intercepted = pl.col("intercepted") & placed_apart
    dead_end = (~pl.col("shared_network") & pl.col("unconnected")) | (
        placed_apart & (pl.col("unshaken") | pl.col("unanswered"))
    )
    # That a helper elsewhere shakes hands at the address does not clear who was led to it and cut off.
    cleared = pl.col("handshake") | page.fill_null(False) | (pl.col("helped") & ~(placed_apart & pl.col("unshaken")))
    # Without the networks of the control's answers, another address alone says nothing: great sites have many.
    told_apart = (pl.col("agreement") == "apart") & (
        pl.col("disproved") | pl.col("known") | intercepted | other_page | dead_end
    )
    # Content networks share sites: silence at the door of one, which the helper reached, speaks for itself.
    told = pl.col("refused") | pl.col("disproved") | pl.col("known") | other_page
    silent_door = pl.col("shared_network") & pl.col("reached") & ~told
    told_none = (pl.col("agreement") == "none") & ~silent_door
    interfered = pl.col("unanswered") | pl.col("known") | (other_page & ~pl.col("fetched_elsewhere").fill_null(False))
    return (
        doubtful.join(proven, on="step", how="left")
        .with_columns(facts.chain(pl.col("step")).alias("chain"), *(pl.col(name).fill_null(False) for name in PROOFS))
        .join(chains.select("chain", "comparison", "likeness", "authenticated", "final_secure"), on="chain", how="left")
        .with_columns(cleared.alias("validated"))
        .with_columns(
            (~pl.col("validated") & (artefact | told_none | told_apart)).fill_null(False).alias("wrong"),
            (pl.col("validated") & (pl.col("agreement") == "none") & placed_apart & interfered)
            .fill_null(False)
            .alias("diverted"),
        )
        .select("step", "chain", "validated", "wrong", "diverted", "all_answers", "control_all")
    )


def astray(rows: pl.DataFrame, doubtful: pl.DataFrame, facts: Facts, fingerprints: Fingerprints) -> pl.DataFrame:
    """Facts from where a wrong answer led: an answered address that nothing vouches for, or a redirect from there."""
    wrong = doubtful.filter(pl.col("wrong"))
    first = facts.first_step(pl.col("step"))
    near = (
        rows.with_columns(facts.chain(pl.col("step")).alias("chain"), (pl.col("step") == first).alias("first"))
        .filter(pl.col("layer") != Layer.DNS.value)
        .join(wrong.select("chain").unique(), on="chain", how="semi")
    )
    started = wrong.filter(pl.col("step") == first)
    vouched = _among("address", "control_all")
    # Who connects to 0.0.0.0 is connected to 127.0.0.1: no address that is not public is the target's own.
    own_machine = pl.col("address").is_in(fingerprints.texts_with_bogons(near["address"]).implode()).fill_null(False)
    elsewhere = pl.col("address").is_not_null() & ~_among("address", "all_answers") & ~own_machine
    return (
        near.join(
            started.select("chain", "all_answers", "control_all", pl.lit(True).alias("from_start")), on="chain", how="left"
        )
        .join(wrong.select("step", pl.lit(True).alias("here")), on="step", how="left")
        .filter((pl.col("here") | pl.col("from_start")).fill_null(False) & (~pl.col("first") | ~(vouched | elsewhere)))
    )


def led_to(rows: pl.DataFrame, chains: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Per first step what it led to: `blockpage`, `log_in`, `wrong_certificate`, `different_page`, `failure` or `nothing`."""
    found = rows.group_by("chain").agg(
        (pl.col("known_page") == "blockpage").any().alias("blockpage"),
        (pl.col("known_page") == "captive_portal").any().alias("log_in"),
        (pl.col("kind") == "certificate").any().alias("certificate"),
        (~pl.col("works") & (pl.col("kind") != "local")).any().alias("failure"),
        ((pl.col("layer") == Layer.HTTP.value) & pl.col("works")).any().alias("page"),
        facts.first_step(pl.col("step")).first().alias("step"),
    )
    told = (
        pl.when(pl.col("blockpage").fill_null(False))
        .then(pl.lit("blockpage"))
        .when(pl.col("log_in").fill_null(False))
        .then(pl.lit("log_in"))
        .when(pl.col("certificate").fill_null(False))
        .then(pl.lit("wrong_certificate"))
        .when(pl.col("page") & pl.col("comparison").is_in(["differs", "unclear"]))
        .then(pl.lit("different_page"))
        .when(pl.col("failure").fill_null(False))
        .then(pl.lit("failure"))
        .otherwise(pl.lit("nothing"))
    )
    return found.join(chains.select("chain", "comparison"), on="chain", how="left").select("step", told.alias("led_to"))

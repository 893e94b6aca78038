"""Resolvers that a user chose: what they leave out is left out by our side, whatever network the questions crossed."""

import polars as pl

from admittance.judge.answers import sets
from admittance.judge.facts import Facts
from admittance.judge.ruleset import TAXONOMY

__all__ = ["of_chosen_resolvers"]

READING, CHOSEN = TAXONOMY.reading, TAXONOMY.chosen
_NOWHERE = pl.lit(pl.Series([["0.0.0.0", "::"]])).first()  # noqa: S104 - answers, nothing listens
_NO_ANSWER = (pl.col("answers").str.len_bytes() == 0).fill_null(True)


def of_chosen_resolvers(queries: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Steps whose name a filter that the user chose left out (`own_filter`), and how.

    That is an `answer` that leads nowhere, a `page` of its own, or a `denial`. Resolvers of hosters are somebody's own where
    the probe stands in another network.
    """
    asked = queries.select("number", "step", "engine", "answers", "answer_networks").with_columns(
        facts.rows["resolver_network"].gather(queries["number"]).cast(pl.Int64).alias("resolver"),
        facts.rows["network"].gather(queries["number"]).cast(pl.Int64).alias("own"),
        facts.rows["kind"].gather(queries["number"]),
    )
    known = pl.col("resolver").is_in([*CHOSEN.filtering, *CHOSEN.denying, *CHOSEN.hosting])
    by_system = ~pl.col("engine").is_in(list(READING.direct_resolvers)).fill_null(False)
    asked = asked.filter(known & by_system)
    filtering = pl.col("resolver").is_in(list(CHOSEN.filtering))
    hosted = pl.col("resolver").is_in(list(CHOSEN.hosting)) & (pl.col("resolver") != pl.col("own"))
    nowhere = ~_NO_ANSWER & (sets("answers").list.set_difference(_NOWHERE).list.len() == 0)
    thrown_away = (pl.col("kind") == "bogon").fill_null(False) & _NO_ANSWER
    network = pl.col("resolver").cast(pl.String)
    shared = pl.col("resolver").is_in(list(READING.content_networks))
    at_home = filtering & ~shared & sets("answer_networks").list.contains(network).fill_null(False)
    denied = pl.col("resolver").is_in(list(CHOSEN.denying)) & (pl.col("kind") == "nxdomain").fill_null(False)
    told = (
        pl.when((filtering | hosted).fill_null(False) & (nowhere | thrown_away))
        .then(pl.lit("answer"))
        .when(at_home)
        .then(pl.lit("page"))
        .when(denied)
        .then(pl.lit("denial"))
    )
    found = asked.select("step", told.alias("own_filter")).drop_nulls()
    order = pl.col("own_filter").replace_strict({"answer": 0, "page": 1, "denial": 2}, return_dtype=pl.Int64)
    return found.sort(order).unique("step", keep="first", maintain_order=True)

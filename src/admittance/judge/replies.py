"""Two replies to one question: who answers before the resolver can stands on the path."""

import polars as pl

from admittance.judge.answers import prefixes, sets
from admittance.judge.facts import Facts
from admittance.judge.ruleset import TAXONOMY
from admittance.model.vocabulary import Layer

__all__ = ["raced"]

READING = TAXONOMY.reading
QUESTION = ("step", "hostname", "query_type")
DENIALS = ("nxdomain", "no_data", "dns_refused", "servfail", "bogon")
_CONTENT_NETWORKS = pl.lit(pl.Series([[str(network) for network in READING.content_networks]])).first()


def raced(facts: Facts) -> pl.DataFrame:
    """Steps with `raced`: a question got a wrong reply first, and later one that the control's answers bear out.

    A first reply is wrong when it denies the name, or when its addresses share neither network nor prefix with the control's
    and lie in no content network: those may send two good answers. Web_connectivity has recorded second replies since 0.5.1.
    """
    late = (pl.col("operation") == READING.late).fill_null(False)
    replies = facts.rows.filter(
        (pl.col("layer") == Layer.DNS.value) & (pl.col("engine").is_in(list(READING.direct_resolvers)) | late)
    )
    seconds = replies.filter(late & pl.col("works") & _agrees()).select(QUESTION).unique()
    if seconds.is_empty():
        return seconds.select("step", pl.lit(True).alias("raced"))
    answered = pl.col("works") & pl.col("answers").is_not_null()
    placed = pl.col("answer_networks").is_not_null() & pl.col("control_answer_networks").is_not_null()
    many = sets("answer_networks").list.set_intersection(_CONTENT_NETWORKS).list.len() > 0
    denied = ~pl.col("works") & pl.col("kind").is_in(list(DENIALS))
    wrong = denied | (answered & placed & ~_agrees() & ~many.fill_null(False))
    return (
        replies.filter(~late & wrong)
        .select(QUESTION)
        .unique()
        .join(seconds, on=list(QUESTION), how="semi", nulls_equal=True)
        .select("step", pl.lit(True).alias("raced"))
        .unique()
    )


def _agrees() -> pl.Expr:
    shared = [
        ours.list.set_intersection(theirs).list.len() > 0
        for ours, theirs in (
            (sets("answers"), sets("control_answers")),
            (sets("answer_networks"), sets("control_answer_networks")),
            (prefixes("answers"), prefixes("control_answers")),
        )
    ]
    return pl.any_horizontal(shared).fill_null(False)

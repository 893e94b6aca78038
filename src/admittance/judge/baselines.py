"""What is usual in one network: hosts that worked from there, how long handshakes took, and resolvers that never answer.

Such a record speaks for its own network alone, so that what one network sends moves no other's verdicts. It stands on at least
`LEAST_DAYS` days, one more than any rule needs, so that no single day makes it.
"""

import polars as pl

from admittance.judge.facts import Facts
from admittance.judge.ruleset import TAXONOMY
from admittance.judge.standing import with_median
from admittance.model.tables import TIME
from admittance.model.verdict import ControlKind
from admittance.model.vocabulary import Layer

__all__ = [
    "LEAST_DAYS",
    "LEAST_NAMES",
    "UNANSWERED",
    "broken_resolvers",
    "histories",
    "slow_handshakes",
    "unanswered",
    "worked_before",
]

LEAST_DAYS = 4
LEAST_NAMES = 5
"""A resolver is broken when it answered none of so many names, on so many days."""

TIMING = TAXONOMY.timing
UNANSWERED = pl.DataFrame(
    schema={"network": pl.Int64, "hostname": pl.String, "day": pl.Date, "answered": pl.Boolean, "first_seen": TIME}
)


def histories(reached: pl.DataFrame) -> pl.DataFrame:
    """Per host and network that reached it on at least `LEAST_DAYS` days: the highest rank of so many days, the median over
    days of the day's median handshake, and when.
    """
    place = ["hostname", "network"]
    when = (pl.col("first_seen").min(), pl.col("last_seen").max())
    daily = with_median(reached, [*place, "day"], "handshake", pl.col("rank").max(), *when)
    often = daily.group_by(place).len("days").filter(pl.col("days") >= LEAST_DAYS)
    daily = daily.join(often.select(place), on=place, how="semi")
    return (
        daily.group_by(place)
        .agg(
            pl.len().cast(pl.Int64).alias("days"),
            pl.col("rank").sort(descending=True).slice(LEAST_DAYS - 1, 1).first(),
            pl.col("handshake").median().round().cast(pl.Int64).alias("handshake_milliseconds"),
            *when,
        )
        .with_columns(
            pl.lit(ControlKind.HISTORY.value).alias("kind"), pl.lit("").alias("address"), pl.lit(1, pl.Int64).alias("networks")
        )
    )


def unanswered(observations: pl.DataFrame) -> pl.DataFrame:
    """Per resolver network, name and day whether the system's resolver answered at all."""
    own = pl.col("engine").is_in([*TAXONOMY.reading.encrypted_resolvers, *TAXONOMY.reading.direct_resolvers]).fill_null(False)
    ours = pl.col("failure").is_in(list(TAXONOMY.kinds["local"])).fill_null(False)
    return (
        observations.filter((pl.col("layer") == Layer.DNS.value) & (pl.col("resolver_network") > 0) & ~own & ~ours)
        .group_by(pl.col("resolver_network").cast(pl.Int64).alias("network"), "hostname", pl.col("time").dt.date().alias("day"))
        .agg(pl.col("failure").is_null().any().alias("answered"), pl.col("time").min().alias("first_seen"))
    )


def broken_resolvers(asked: pl.DataFrame) -> pl.DataFrame:
    """Resolver networks that answered nothing of `LEAST_NAMES` names or more, on at least `LEAST_DAYS` days."""
    return (
        asked.group_by("network")
        .agg(
            pl.col("answered").any(),
            pl.col("hostname").n_unique().alias("names"),
            pl.col("day").n_unique().cast(pl.Int64).alias("days"),
            pl.col("first_seen").min(),
            pl.col("first_seen").max().alias("last_seen"),
        )
        .filter(~pl.col("answered") & (pl.col("names") >= LEAST_NAMES) & (pl.col("days") >= LEAST_DAYS))
        .with_columns(
            *(pl.lit("").alias(name) for name in ("hostname", "address")),
            pl.lit(ControlKind.RESOLVER.value).alias("kind"),
            *(pl.lit(number, pl.Int64).alias(name) for name, number in (("rank", 0), ("networks", 1))),
            pl.lit(None, pl.Int64).alias("handshake_milliseconds"),
        )
    )


def worked_before(rows: pl.DataFrame, names: pl.Series, controls: pl.DataFrame, facts: Facts) -> pl.Series:
    """Numbers of the rows whose host has worked from their own network before, at their layer; at dns by any layer."""
    known = _histories(controls).select("name", "own", "first_seen", pl.col("layer").alias("reached"))
    if known.is_empty() or rows.is_empty():
        return rows["number"].clear()
    order = {layer: rank for rank, layer in enumerate(("dns", "tcp", "tls", "http"))}
    reached, wanted = (pl.col(name).cast(pl.String).replace_strict(order, default=9) for name in ("reached", "layer"))
    found = _placed(rows, names, facts).join(known, on=["name", "own"])
    return found.filter((pl.col("first_seen") < pl.col("time")) & (reached >= wanted))["number"]


def slow_handshakes(rows: pl.DataFrame, names: pl.Series, controls: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Of handshakes those that took far longer than usual from their network: number and `usual_milliseconds`."""
    usual = (
        _histories(controls).select("name", "own", pl.col("handshake_milliseconds").alias("usual_milliseconds")).drop_nulls()
    )
    slow = _placed(rows, names, facts).join(usual, on=["name", "own"])
    return slow.filter(pl.col("milliseconds") * TIMING.part >= pl.col("usual_milliseconds")).select(
        "number", "usual_milliseconds"
    )


def _histories(controls: pl.DataFrame) -> pl.DataFrame:
    return controls.filter((pl.col("kind") == ControlKind.HISTORY.value) & (pl.col("days") >= LEAST_DAYS)).rename(
        {"hostname": "name", "network": "own"}
    )


def _placed(rows: pl.DataFrame, names: pl.Series, facts: Facts) -> pl.DataFrame:
    return rows.with_columns(
        names.alias("name"),
        facts.rows["network"].gather(rows["number"]).cast(pl.Int64).alias("own"),
        facts.rows["time"].gather(rows["number"]).alias("time"),
    )

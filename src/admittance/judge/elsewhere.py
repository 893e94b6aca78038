"""Where a name leads in other networks, and whether it exists there: the baseline of names that no helper looked up.

What all networks of one country are told may be what its filter tells, so that a baseline has at least `LEAST_OUTSIDE` networks
outside the country that sends most, beside standing when any one network, or any one day, is left out.
"""

import polars as pl

from admittance.judge.answers import neighbourhoods
from admittance.judge.facts import Facts, numbered
from admittance.judge.ruleset import TAXONOMY
from admittance.judge.standing import LASTS, LEAST_DAYS, LEAST_NETWORKS, LEAST_OTHERS, stands_until, support
from admittance.model.tables import TIME
from admittance.model.verdict import ControlKind
from admittance.model.vocabulary import Control, Layer

__all__ = [
    "LEAST_OUTSIDE",
    "LED",
    "compared_elsewhere",
    "denied_elsewhere",
    "led",
    "outside",
    "resolved_elsewhere",
    "unhelped",
    "ways",
]

LEAST_OUTSIDE = 2
"""Networks that a baseline has outside the country that most of its networks are of."""

READING = TAXONOMY.reading
NOWHERE = ""
"""The place of a name that does not exist."""

LED = pl.DataFrame(
    schema={
        "hostname": pl.String,
        "place": pl.String,
        "country": pl.String,
        "network": pl.Int64,
        "day": pl.Date,
        "first_seen": TIME,
        "last_seen": TIME,
    }
)
_SHARED = [f"AS{network}" for network in READING.content_networks]


def unhelped(observations: pl.LazyFrame) -> pl.Series:
    """The names that were looked up where no helper looked them up as well: those that need a baseline."""
    alone = (pl.col("layer") == Layer.DNS.value) & (pl.col("control") != Control.PRESENT.value)
    return observations.filter(alone).select(_looked_up()).unique().collect()["hostname"].drop_nulls().sort()


def _looked_up() -> pl.Expr:
    return pl.coalesce("hostname", "asked_host").str.to_lowercase().alias("hostname")


def led(observations: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """Which network was led where by which of the names on which day; `NOWHERE` where the name was said not to exist."""
    if names.is_empty():
        return LED
    denial = pl.col("failure").is_in(list(TAXONOMY.kinds["nxdomain"]))
    answered = pl.col("failure").is_null() & (pl.col("answers").str.len_bytes() > 0)
    late = (pl.col("operation") == READING.late).fill_null(False)
    asked = pl.col("query_type").is_null() | pl.col("query_type").is_in(list(READING.address_queries))
    wanted = _looked_up().is_in(names.implode())
    told = (
        observations.filter((pl.col("layer") == Layer.DNS.value) & wanted)
        .filter((denial | answered).fill_null(False) & asked & ~late)
        .group_by(
            _looked_up(),
            pl.when(answered).then("answers").alias("answers"),
            pl.when(answered).then("answer_networks").alias("answer_networks"),
            "country",
            pl.col("network").cast(pl.Int64),
            pl.col("time").dt.date().alias("day"),
        )
        .agg(pl.col("time").min().alias("first_seen"), pl.col("time").max().alias("last_seen"))
    )
    nowhere = pl.lit([NOWHERE], dtype=pl.List(pl.String))
    place = pl.when(pl.col("answers").is_null()).then(nowhere).otherwise(neighbourhoods("answers", "answer_networks"))
    return (
        told.with_columns(place.alias("place"))
        .explode("place")
        .drop_nulls("place")
        .group_by("hostname", "place", "country", "network", "day")
        .agg(pl.col("first_seen").min(), pl.col("last_seen").max())
        .select(LED.columns)
    )


def ways(told: pl.DataFrame) -> pl.DataFrame:
    """Records of the places to which names led, and of the names that do not exist."""
    thing = numbered(told["hostname"]) * max(told.height, 1) + numbered(told["place"])
    told = told.with_columns(thing.alias("thing"))
    enough = support(told).filter((pl.col("networks") > LEAST_OTHERS) & (pl.col("days") >= LEAST_DAYS))
    here = told.join(enough, on="thing", how="semi")
    enough = enough.join(outside(here, "thing").filter(pl.col("outside") >= LEAST_OUTSIDE), on="thing", how="semi")
    when = here.group_by("thing").agg(
        pl.col("hostname").first(), pl.col("place").first(), pl.col("first_seen").min(), pl.col("last_seen").max()
    )
    found = enough.join(when, on="thing").join(stands_until(here), on="thing", how="left")
    # One network's answers, whatever they are, make no name exist that the others deny.
    existing = told.filter(pl.col("place") != NOWHERE).group_by("hostname").agg(pl.col("network").n_unique())
    existing = existing.filter(pl.col("network") >= LEAST_NETWORKS)
    nowhere = found.filter(pl.col("place") == NOWHERE).join(existing, on="hostname", how="anti")
    kinds = ((found.filter(pl.col("place") != NOWHERE), ControlKind.ANSWER), (nowhere, ControlKind.DENIAL))
    return pl.concat(part.with_columns(pl.lit(kind.value).alias("kind")) for part, kind in kinds).select(
        "kind", "hostname", pl.col("place").alias("address"), "networks", "days", "stands_until", "first_seen", "last_seen",
        pl.lit(0, pl.Int64).alias("rank"),
    )  # fmt: skip


def outside(met: pl.DataFrame, thing: str) -> pl.DataFrame:
    """Per thing how many networks are outside the country that most of its networks are of (`outside`)."""
    return (
        met.select(thing, "country", "network")
        .unique()
        .group_by(thing, "country")
        .len()
        .group_by(thing)
        .agg((pl.col("len").sum() - pl.col("len").max()).cast(pl.Int64).alias("outside"))
    )


def compared_elsewhere(queries: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    """Per step how its answers lie beside the places to which its name leads in other networks: `alike_elsewhere`, where they
    share one, and `unlike_elsewhere`, where all places are known and neither they nor the answers lie in a content network.
    """
    known = _records(controls, ControlKind.ANSWER).group_by("hostname").agg(pl.col("address").alias("places"))
    steps = queries.select("step").unique()
    if known.is_empty() or queries.is_empty():
        return steps.with_columns(pl.lit(False).alias("alike_elsewhere"), pl.lit(False).alias("unlike_elsewhere"))
    here = neighbourhoods("answers", "answer_networks")
    met = queries.with_columns(_name().alias("name"), here.alias("here")).join(known, left_on="name", right_on="hostname")
    met = met.filter(pl.col("here").list.len() > 0)
    shared = pl.col("here").list.set_intersection("places").list.len() > 0
    content = pl.lit(pl.Series([_SHARED])).first()
    placed = pl.all_horizontal(
        pl.col(name).list.eval(pl.element().str.starts_with("AS")).list.any()
        & (pl.col(name).list.set_intersection(content).list.len() == 0)
        for name in ("here", "places")
    )
    told = met.group_by("step").agg(shared.any().alias("alike_elsewhere"), (~shared & placed).all().alias("unlike_elsewhere"))
    return steps.join(told, on="step", how="left").with_columns(
        pl.col("alike_elsewhere").fill_null(False), pl.col("unlike_elsewhere").fill_null(False)
    )


def resolved_elsewhere(rows: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.Series:
    """Numbers of the look-ups of names that resolve in other networks."""
    known = _records(controls, ControlKind.ANSWER).group_by("hostname").agg(pl.col("stands_until").max().alias("until"))
    return _spoken_of(rows, known, facts)


def denied_elsewhere(rows: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.Series:
    """Numbers of the look-ups of names that do not exist in other networks either."""
    known = _records(controls, ControlKind.DENIAL).select("hostname", pl.col("stands_until").alias("until"))
    return _spoken_of(rows, known, facts)


def _spoken_of(rows: pl.DataFrame, known: pl.DataFrame, facts: Facts) -> pl.Series:
    if known.is_empty() or rows.is_empty():
        return rows["number"].clear()
    moment = facts.rows["time"].gather(rows["number"]).alias("moment")
    asked = rows.with_columns(_name().alias("name"), moment).filter(pl.col("layer") == Layer.DNS.value)
    lasting = (pl.col("until") + LASTS >= pl.col("moment")).fill_null(True)
    return asked.join(known, left_on="name", right_on="hostname").filter(lasting)["number"]


def _name() -> pl.Expr:
    return pl.coalesce("hostname", pl.when(pl.col("hop") == 0).then(pl.col("asked_host"))).str.to_lowercase()


def _records(controls: pl.DataFrame, kind: ControlKind) -> pl.DataFrame:
    return controls.filter(
        (pl.col("kind") == kind.value) & (pl.col("networks") > LEAST_OTHERS) & (pl.col("days") >= LEAST_DAYS)
    )

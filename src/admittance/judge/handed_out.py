"""What one network hands out for many unrelated names: one address, one page, or certificates of one issuer.

What is handed out for nearly every name is a wall around the probe: a log-in, or a program of its own machine. What is handed
out for some names only, while others work, is a notice. Such a record speaks for its own network alone and stands on at least
`LEAST_DAYS` days; a single report in which other names worked tells a notice from a wall.
"""

import polars as pl

from admittance.catalog import registrable_domain
from admittance.judge.answers import neighbourhoods, sets
from admittance.judge.baselines import LEAST_DAYS, LEAST_NAMES
from admittance.judge.elsewhere import LEAST_OUTSIDE, outside
from admittance.judge.facts import HANDSHAKES, Facts
from admittance.judge.masks import HELPERS
from admittance.judge.ruleset import TAXONOMY
from admittance.model.tables import TIME
from admittance.model.verdict import ControlKind
from admittance.model.vocabulary import Control, Layer

__all__ = ["GIVEN", "given", "handed_out", "shared_things"]

LEAST_PLACES = 3
"""Names are unrelated when elsewhere they lead to so many places, or to pages with so many titles."""
NEARLY_ALL = 0.9
"""The part of a report's names from which on a thing is a wall."""

READING = TAXONOMY.reading
_KEY = ("layer", "thing", "country", "network")
GIVEN = pl.DataFrame(
    schema={
        "layer": pl.String,
        "thing": pl.String,
        "country": pl.String,
        "network": pl.Int64,
        "name": pl.String,
        "elsewhere": pl.String,
        "day": pl.Date,
        "part": pl.Float64,
        "first_seen": TIME,
        "last_seen": TIME,
    }
)
"""What a network gave for a name on a day, what the name's own control got, and the least part of a report's names given it."""

_OWN = (pl.col("control") == Control.PRESENT.value) & pl.col("control_failure").is_null()
_PAGE = pl.coalesce(
    pl.when(pl.col("title").str.len_chars() > 0).then(pl.col("title").str.to_lowercase()), pl.col("body_sha256")
)


def given(observations: pl.DataFrame, issuers: pl.DataFrame) -> pl.DataFrame:
    """The things of a stretch of observations that may be handed out for many; `issuers` of refused certificates by SHA-256."""
    found = [_of_layer(observations, *one) for one in (_addresses(observations), _pages(observations))]
    if issuers.height:
        found.append(_of_layer(observations, *_issuers(observations, issuers)))
    return pl.concat(found)


def _addresses(observations: pl.DataFrame) -> tuple[Layer, pl.DataFrame, pl.Expr]:
    """Addresses that the control's answers do not bear out."""
    theirs = sets("control_answer_networks")
    near = sets("answer_networks").list.set_intersection(theirs).list.len() > 0
    encrypted = pl.col("engine").is_in(list(READING.encrypted_resolvers)).fill_null(False)
    looked_up = (pl.col("layer") == Layer.DNS.value) & (pl.col("hop") == 0) & ~encrypted
    answered = pl.col("failure").is_null() & (pl.col("answers").str.len_bytes() > 0)
    # Most answers are the control's own, which is seen at a look.
    rows = observations.filter((pl.col("layer") == Layer.DNS.value) & pl.col("answers").ne_missing(pl.col("control_answers")))
    rows = rows.filter(looked_up & answered & ~near.fill_null(False))
    network = pl.when(_OWN).then(pl.coalesce(pl.lit("AS") + theirs.list.first(), sets("control_answers").list.first()))
    rows = rows.with_columns(sets("answers").alias("thing"), network.alias("elsewhere")).explode("thing")
    return Layer.DNS, rows, looked_up & answered


def _pages(observations: pl.DataFrame) -> tuple[Layer, pl.DataFrame, pl.Expr]:
    """Pages in clear text in place of which the control got another."""
    answered = (pl.col("layer") == Layer.HTTP.value) & pl.col("failure").is_null()
    clear = pl.col("url").str.starts_with("http:")
    other = _OWN & (pl.col("control_title").str.to_lowercase() != pl.col("title").str.to_lowercase()).fill_null(True)
    rows = observations.filter(answered & pl.col("control_title").is_not_null()).filter(clear).filter(other)
    return Layer.HTTP, rows.with_columns(_PAGE.alias("thing"), pl.col("control_title").alias("elsewhere")), answered


def _issuers(observations: pl.DataFrame, issuers: pl.DataFrame) -> tuple[Layer, pl.DataFrame, pl.Expr]:
    """Issuers of certificates that were refused."""
    shaken = pl.col("layer") == Layer.TLS.value
    rows = observations.filter(shaken & ~pl.col("certificate_valid").fill_null(True))
    rows = rows.join(issuers.select("certificate_sha256", pl.col("issuer").alias("thing")), on="certificate_sha256")
    # A helper that took any certificate did not see a valid one.
    unseen = pl.any_horizontal(helper.asked() for helper in HELPERS if "certificate" in helper.kinds).fill_null(False)
    return Layer.TLS, rows.with_columns(pl.when(_OWN & ~unseen).then(pl.lit("valid")).alias("elsewhere")), shaken


def _of_layer(observations: pl.DataFrame, layer: Layer, rows: pl.DataFrame, tried: pl.Expr) -> pl.DataFrame:
    """The things with the part of their reports' names that they were given for; null where a report has too few names."""
    rows = rows.drop_nulls("thing").with_columns(
        pl.lit(layer.value).alias("layer"), pl.col("network").cast(pl.Int64), pl.col("asked_host").alias("name")
    )
    if layer is not Layer.TLS:
        rows = rows.filter(pl.col("name").n_unique().over("thing", "network") > 1)
    if rows.is_empty():
        return GIVEN
    asked = (
        observations.filter(tried)
        .join(rows.select("report_id").unique(), on="report_id", how="semi")
        .group_by("report_id")
        .agg(pl.col("asked_host").n_unique().alias("asked"))
    )
    got = rows.group_by("report_id", *_KEY).agg(pl.col("name").n_unique().alias("got"))
    part = pl.when(pl.col("asked") >= LEAST_NAMES).then(pl.col("got") / pl.col("asked"))
    return (
        rows.join(got, on=["report_id", *_KEY])
        .join(asked, on="report_id", how="left")
        .group_by(*_KEY, "name", pl.col("time").dt.date().alias("day"))
        .agg(
            pl.col("elsewhere").drop_nulls().min(),
            part.min().alias("part"),
            pl.col("time").min().alias("first_seen"),
            pl.col("time").max().alias("last_seen"),
        )
        .select(GIVEN.columns)
    )


def shared_things(things: pl.DataFrame, ways: pl.DataFrame, endpoints: pl.DataFrame) -> pl.DataFrame:
    """Records of what networks hand out, from what they gave, where names lead elsewhere, and who shook hands with them."""
    places = ways.filter(pl.col("kind") == ControlKind.ANSWER.value).group_by("hostname").agg(pl.col("address").alias("places"))
    valid = endpoints.filter(pl.col("layer").is_in([Layer.TLS.value, Layer.HTTP.value])).select(
        pl.col("hostname").alias("name"), pl.lit("valid").alias("vouched")
    )
    things = things.join(valid.unique(), on="name", how="left").join(places, left_on="name", right_on="hostname", how="left")
    near = neighbourhoods("thing", "unnamed")
    things = things.with_columns(pl.lit(None, pl.String).alias("unnamed")).with_columns(
        pl.when(pl.col("layer") == Layer.TLS.value)
        .then(pl.coalesce("elsewhere", "vouched"))
        .when((pl.col("layer") == Layer.DNS.value) & (near.list.set_intersection("places").list.len() == 0))
        .then(pl.coalesce("elsewhere", pl.col("places").list.sort().list.first()))
        .otherwise(pl.when((pl.col("layer") == Layer.HTTP.value) | pl.col("places").is_null()).then("elsewhere"))
        .alias("elsewhere")
    )
    things = things.drop_nulls("elsewhere")
    thing = pl.concat_str("layer", "thing", separator=" ").alias("named")
    common = outside(things.with_columns(thing), "named").filter(pl.col("outside") >= LEAST_OUTSIDE)
    things = things.with_columns(thing).join(common, on="named", how="anti")
    sites = {name: registrable_domain(name) for name in things["name"].unique()}
    things = things.with_columns(pl.col("name").replace_strict(sites, return_dtype=pl.String).alias("site"))
    counted = things.group_by("layer", "thing", "network").agg(
        pl.col("site").n_unique().alias("sites"),
        pl.col("elsewhere").n_unique().alias("places"),
        pl.col("day").n_unique().cast(pl.Int64).alias("days"),
        pl.col("part").min(),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
    )
    unrelated = (pl.col("sites") >= LEAST_NAMES) & (pl.col("places") >= LEAST_PLACES)
    kind = (
        pl.when(pl.col("part") >= NEARLY_ALL).then(pl.lit(ControlKind.WALL.value)).otherwise(pl.lit(ControlKind.NOTICE.value))
    )
    return counted.filter(
        (pl.col("days") >= LEAST_DAYS) & (unrelated | (pl.col("layer") == Layer.TLS.value)) & pl.col("part").is_not_null()
    ).select(
        kind.alias("kind"), "network", pl.lit("").alias("hostname"), pl.col("thing").alias("address"),
        pl.lit(1, pl.Int64).alias("networks"), "days", "first_seen", "last_seen",
        pl.col("layer").replace_strict({"dns": 0, "tls": 2, "http": 3}, return_dtype=pl.Int64).alias("rank"),
    )  # fmt: skip


def handed_out(rows: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """`number` and `handed_out` of the facts that met what their own network hands out: `wall` or `notice`."""
    kinds = (ControlKind.WALL.value, ControlKind.NOTICE.value)
    known = controls.filter(pl.col("kind").is_in(kinds) & (pl.col("days") >= LEAST_DAYS)).select(
        "network", "layer", pl.col("address").alias("thing"), pl.col("kind").alias("handed_out")
    )
    if known.is_empty():
        return pl.DataFrame(schema={"number": rows.schema["number"], "handed_out": pl.String})
    clear = (pl.col("layer") == Layer.HTTP.value) & ~pl.col("secure") & pl.col("works")
    refused = pl.col("layer").cast(pl.String).is_in(HANDSHAKES) & ~pl.col("works")
    met = rows.with_columns(
        facts.rows["network"].gather(rows["number"]).cast(pl.Int64),
        facts.rows.select(_PAGE.alias("page"))["page"].gather(rows["number"]),
        pl.col("layer").cast(pl.String),
    )
    parts = (
        met.filter((pl.col("layer") == Layer.DNS.value) & (pl.col("answers").str.len_bytes() > 0))
        .with_columns(sets("answers").alias("thing"))
        .explode("thing"),
        met.filter(clear).with_columns(pl.col("page").alias("thing")),
        met.filter(refused).with_columns(pl.col("issuer").alias("thing")),
    )
    found = pl.concat(part.select("number", "network", "layer", "thing") for part in parts)
    return found.join(known, on=["network", "layer", "thing"]).group_by("number").agg(pl.col("handed_out").min())

"""Controls beyond a test's own helper: endpoints that others were seen to reach."""

import hashlib
from collections.abc import Iterable

import polars as pl

from admittance.catalog import Catalog
from admittance.judge.baselines import UNANSWERED, broken_resolvers, histories, unanswered
from admittance.judge.certificates import issuers_of
from admittance.judge.elsewhere import LED, led, ways
from admittance.judge.facts import Facts, asked_of, numbered, placed, told_once, with_pairs
from admittance.judge.handed_out import GIVEN, given, shared_things
from admittance.judge.ruleset import TAXONOMY
from admittance.judge.standing import LASTS, LEAST_DAYS, LEAST_NETWORKS, LEAST_OTHERS, stands_until, support, with_median
from admittance.judge.veiled import veiled
from admittance.model.observation import Body
from admittance.model.tables import TIME, empty_table, table_schema
from admittance.model.verdict import ControlKind, ControlRecord
from admittance.model.vocabulary import Arm, Layer

__all__ = [
    "VOUCHING_COLUMNS",
    "build_controls",
    "can_vouch",
    "controls_version",
    "spoken_names",
    "vouched_endpoints",
    "vouched_names",
]

NO_ADDRESS = ""
"""What stands for the address of a tunnel."""

RANK = {Layer.TCP.value: 1, Layer.TLS.value: 2, Layer.HTTP.value: 3}

_REACHED = pl.DataFrame(
    schema={
        "hostname": pl.String,
        "address": pl.String,
        "rank": pl.Int64,
        "network": pl.Int64,
        "day": pl.Date,
        "first_seen": TIME,
        "last_seen": TIME,
        "handshake": pl.Float64,
    }
)


_REACHING = (
    "measurement_uid", "sequence", "file", "offset", "test_name", "asked_host", "asked_scheme", "layer", "operation", "hop",
    "milliseconds", "hostname", "server_name", "address", "port", "url", "failure", "certificate_valid", "network", "time",
)  # fmt: skip
"""Of these, columns that tell who reached what."""

VOUCHING_COLUMNS = (
    "measurement_uid", "sequence", "file", "offset", "test_name", "asked_host", "asked_scheme", "layer", "operation", "hop",
    "milliseconds", "engine", "resolver_network", "hostname", "server_name", "address", "port", "url", "failure",
    "certificate_valid", "certificate_sha256", "query_type", "answers", "answer_networks", "control", "control_failure",
    "control_answers", "control_answer_networks", "control_title", "title", "body_sha256", "report_id", "country", "network",
    "arm", "time",
)  # fmt: skip
"""Columns of observations that controls are built from."""


def can_vouch() -> pl.Expr:
    """Whether an observation can vouch for anything, be a resolver's silence or show a certificate that was refused: from a
    known network, no remote vantage.
    """
    told = pl.col("failure").is_null() | (pl.col("layer") == Layer.DNS.value) | pl.col("certificate_sha256").is_not_null()
    return told & (pl.col("network") > 0) & (pl.col("arm") != Arm.REMOTE.value)


def build_controls(
    stretches: Iterable[pl.DataFrame],
    *,
    catalog: Catalog,
    names: pl.Series | None = None,
    certificates: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """A `ControlRecord` table, sorted: endpoints that worked from at least two networks on at least two days (UTC), hosts that
    worked from one network on several days, resolver networks that answered nothing, where names lead in other networks, and
    what networks hand out for many names.

    The observations come in stretches of any size, each looked at by itself, so that not all of them need be in memory; a
    measurement stands in one. An address is vouched for under a name by valid handshakes, and by answers to https requests; an
    endpoint of a pool, whose address the provider publishes, by connections and answers; the making of a tool's tunnel, which
    has no address, under the tool's name. `names` are those that need a baseline (`unhelped`), `certificates` the
    refused certificates that were kept, as bodies. Only `VOUCHING_COLUMNS` are read, and only rows that `can_vouch`. `networks`
    counts those that stand when any one network or day is left out, and one more.
    """
    found, asked, ways_met, things = [_REACHED], [UNANSWERED], [LED], [GIVEN]
    issuers = issuers_of(certificates if certificates is not None else empty_table(Body))
    wanted = names if names is not None else pl.Series(dtype=pl.String)
    for observations in stretches:
        able = observations.select(can_vouch()).to_series()
        told = observations if able.all() else observations.filter(able)
        found.append(_reached(told, catalog))
        asked.append(unanswered(told))
        ways_met.append(led(told, wanted))
        things.append(given(told, issuers))
    reached = pl.concat(found)
    layers = {0: Layer.DNS.value} | {rank: layer for layer, rank in RANK.items()}
    endpoints = _vouched(reached).with_columns(
        pl.lit(ControlKind.ENDPOINT.value).alias("kind"),
        pl.col("rank").replace_strict(layers, return_dtype=pl.String).alias("layer"),
    )
    elsewhere = ways(pl.concat(ways_met))
    usual = [
        histories(reached),
        broken_resolvers(pl.concat(asked)),
        elsewhere,
        shared_things(pl.concat(things), elsewhere, endpoints),
    ]
    schema = table_schema(ControlRecord)
    return (
        pl.concat([endpoints.drop("layer"), *usual], how="diagonal")
        .with_columns(pl.col("rank").replace_strict(layers, return_dtype=pl.String).alias("layer"))
        .select(schema.names())
        .cast(schema)
        .sort("kind", "hostname", "address", "network")
    )


def _reached(observations: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Which network reached which endpoint at which layer on which day, and when on that day."""
    asked, sites = asked_of(observations, catalog)
    pool = sites["pool"].gather(asked)
    tunnel = observations["operation"].eq_missing(TAXONOMY.reading.tunnel) & observations["address"].is_null()
    proving = observations["layer"].is_in([Layer.TLS.value, Layer.HTTP.value])
    able = observations["layer"].is_in(list(RANK)) & ~veiled(observations) & (proving | pool | tunnel)
    rows, pairs = with_pairs(told_once(observations.select(_REACHING).filter(able)), catalog)
    rows = (
        placed(rows)
        .with_columns((pl.col("address").is_null() & pl.col("operation").eq_missing(TAXONOMY.reading.tunnel)).alias("tunnel"))
        .with_columns(pl.when("tunnel").then(pl.lit(NO_ADDRESS)).otherwise("address").alias("address"))
        .filter(
            pl.col("works")
            & pl.col("address").is_not_null()
            & (pl.col("pool") | pl.col("tunnel") | (pl.col("layer") == Layer.TLS.value) | pl.col("secure"))
        )
    )
    reached = rows.select(
        spoken_names(rows, pairs),
        "address",
        pl.col("layer").cast(pl.String).replace_strict(RANK, return_dtype=pl.Int64).alias("rank"),
        "network",
        "time",
        pl.col("time").dt.date().alias("day"),
        pl.when(pl.col("layer") == Layer.TLS.value).then(pl.col("milliseconds")).alias("handshake"),
    ).filter(pl.col("hostname").is_not_null())
    when = (pl.col("time").min().alias("first_seen"), pl.col("time").max().alias("last_seen"))
    keys = ["hostname", "address", "rank", "network", "day"]
    return with_median(reached, keys, "handshake", *when).select(_REACHED.columns)


def _vouched(reached: pl.DataFrame) -> pl.DataFrame:
    """The endpoints that enough networks reached on enough days, each at the highest rank of which that is true."""
    thing = numbered(reached["hostname"]) * max(reached.height, 1) + numbered(reached["address"])
    reached = reached.with_columns(thing.alias("thing"))
    names = reached.select("thing", "hostname", "address").unique("thing")
    found = []
    for rank in sorted(RANK.values(), reverse=True):
        # What worked at a higher layer worked at the lower ones too.
        here = reached.filter(pl.col("rank") >= rank)
        enough = support(here).filter((pl.col("networks") >= LEAST_NETWORKS) & (pl.col("days") >= LEAST_DAYS))
        here = here.join(enough, on="thing", how="semi")
        when = here.group_by("thing").agg(pl.col("first_seen").min(), pl.col("last_seen").max())
        counted = enough.join(when, on="thing").join(stands_until(here), on="thing", how="left")
        found.append(counted.with_columns(pl.lit(rank, pl.Int64).alias("rank")))
        reached = reached.join(enough, on="thing", how="anti")
    return pl.concat(found).join(names, on="thing").drop("thing")


def controls_version(controls: pl.DataFrame) -> str:
    """The first 12 hex digits of SHA-256 over the records; the order of rows does not matter. `none` for an empty table."""
    if controls.is_empty():
        return "none"
    text = (
        controls.select(table_schema(ControlRecord).names()).sort("kind", "hostname", "address", "network", "layer").write_csv()
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def spoken_names(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """The names under which endpoints are vouched for: the host that was spoken to, or a pool's target id."""
    spoken = pl.coalesce("server_name", "hostname", pl.when(pl.col("hop") == 0).then(pl.col("asked_host")))
    target = pairs["target"].gather(rows["pair"])
    return rows.select(pl.when(pl.col("pool")).then(target).otherwise(spoken.str.to_lowercase()).alias("hostname")).to_series()


def _usable(controls: pl.DataFrame, networks: int) -> pl.DataFrame:
    endpoints = controls.filter(pl.col("kind") == ControlKind.ENDPOINT.value)
    return endpoints.filter((pl.col("networks") >= networks) & (pl.col("days") >= LEAST_DAYS)).select(
        pl.col("hostname").alias("vouched_name"),
        pl.col("address").alias("vouched_address"),
        pl.col("layer").replace_strict(RANK, default=0, return_dtype=pl.Int64).alias("vouched_rank"),
        (pl.col("stands_until") + LASTS).alias("vouched_until"),
    )


def vouched_endpoints(rows: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Numbers of the rows that are vouched for: others reached the endpoint at this layer, at dns any of the name."""
    usable = _usable(controls, LEAST_OTHERS + 1)
    if usable.is_empty() or rows.is_empty():
        return rows.select("number").clear()
    names = usable.group_by("vouched_name").agg(
        pl.col("vouched_rank").max().alias("name_rank"), pl.col("vouched_until").max().alias("name_until")
    )
    layer = pl.col("layer").cast(pl.String)
    rank = layer.replace_strict({Layer.DNS.value: 0, **RANK}, default=None, return_dtype=pl.Int64)
    by_name = pl.col("address").is_null() | (layer == Layer.DNS.value)
    until = pl.when(by_name).then(pl.col("name_until")).otherwise(pl.col("vouched_until"))
    moment = facts.rows["time"].gather(rows["number"]).alias("moment")
    return (
        rows.with_columns(spoken_names(rows, facts.pairs).alias("vouched_name"), moment)
        .join(usable, left_on=["vouched_name", "address"], right_on=["vouched_name", "vouched_address"], how="left")
        .join(names, on="vouched_name", how="left")
        .filter((pl.when(by_name).then(pl.col("name_rank")).otherwise(pl.col("vouched_rank")) >= rank).fill_null(False))
        .filter((until >= pl.col("moment")).fill_null(True))
        .select("number")
    )


def vouched_names(queries: pl.DataFrame, controls: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Per step, `shared_by_others`: an answered address is one that others reached under the same name."""
    usable = _usable(controls, LEAST_NETWORKS)
    if usable.is_empty() or queries.is_empty():
        return queries.select("step").unique().with_columns(pl.lit(False).alias("shared_by_others"))
    known = usable.group_by("vouched_name").agg(pl.col("vouched_address").alias("vouched_addresses"))
    shared = pl.col("answers").str.split(" ").list.set_intersection(pl.col("vouched_addresses")).list.len() > 0
    return (
        queries.with_columns(spoken_names(queries, facts.pairs).alias("vouched_name"))
        .join(known, on="vouched_name", how="left")
        .group_by("step")
        .agg(shared.fill_null(False).any().alias("shared_by_others"))
    )

"""Which controls can bear on the verdicts of one country and day: what these are a function of, and no more.

The controls change with nearly every measurement, most verdicts with none of them. A record bears on a day when something did
not plainly work there that it could speak of; of the record, only what can be looked at there counts.
"""

import hashlib

import polars as pl

from admittance.judge.baselines import LEAST_DAYS as HISTORY_DAYS
from admittance.judge.controls import RANK
from admittance.judge.ruleset import TAXONOMY
from admittance.judge.standing import LASTS, LEAST_DAYS, LEAST_NETWORKS, LEAST_OTHERS
from admittance.model.verdict import ControlKind
from admittance.model.vocabulary import Layer

__all__ = ["BEARING_COLUMNS", "bearing_versions"]

BEARING_COLUMNS = (
    "measurement_uid", "country", "network", "resolver_network", "time", "layer", "operation", "failure", "certificate_valid",
    "milliseconds", "answers", "control_answers", "server_name", "hostname", "asked_host", "address", "url",
)  # fmt: skip
"""Columns of observations that are looked at."""

NONE = "none"
"""The version of no record at all."""

_DAY = ["country", "day"]
_DNS = pl.col("layer") == Layer.DNS.value


def bearing_versions(observations: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    """`country`, `day` (UTC) and `controls`: 12 hex digits of SHA-256 over what the records can say there, sorted.

    `observations` are `BEARING_COLUMNS` of whole days, each measurement once. Two tables of controls with the same version for
    a day give its measurements the same verdicts.
    """
    rows = observations.with_columns(pl.col("time").dt.truncate("1d").alias("day"), pl.col("network").cast(pl.Int64))
    days = rows.select(_DAY).unique()
    in_clear_text = rows.filter((pl.col("layer") == Layer.HTTP.value) & pl.col("url").str.starts_with("http:"))
    doubtful = rows.filter(~_plainly_fine()).select("measurement_uid").unique()
    rows = rows.join(doubtful, on="measurement_uid", how="semi")
    words = _words(rows)
    told = pl.concat(
        [
            _endpoints(words, controls),
            _names(words, controls),
            _histories(rows, words, controls),
            _resolvers(rows, controls),
            _baselines(words, controls),
            _handed_out(pl.concat([rows, in_clear_text]), controls),
        ]
    )
    versions = told.group_by(_DAY).agg(pl.col("record").unique().sort().str.join("\n"))
    hashed = pl.col("record").map_elements(lambda text: hashlib.sha256(text.encode()).hexdigest()[:12], return_dtype=pl.String)
    return days.join(versions, on=_DAY, how="left").select(*_DAY, hashed.fill_null(NONE).alias("controls")).sort(_DAY)


def _plainly_fine() -> pl.Expr:
    """Whether an observation raises no question that a control could answer."""
    answered = (pl.col("answers") == pl.col("control_answers")) & (pl.col("answers").str.len_bytes() > 0)
    swift = (pl.col("milliseconds") < TAXONOMY.timing.least_handshake).fill_null(True)
    return (
        pl.col("failure").is_null()
        & pl.col("certificate_valid").fill_null(True)
        & pl.col("operation").is_null()
        & (answered.fill_null(False) | ~_DNS)
        & (swift | (pl.col("layer") != Layer.TLS.value))
    )


def _words(rows: pl.DataFrame) -> pl.DataFrame:
    """Per day and network the names and addresses that its doubtful measurements speak of."""
    bare = pl.col("url").str.extract(r"^https?://(\[[0-9a-fA-F:.]+\]|[^/:?#]+)", 1).str.strip_chars("[]").str.to_lowercase()
    texts = [
        *(pl.col(name).str.to_lowercase() for name in ("server_name", "hostname", "asked_host")),
        pl.col("address"),
        pl.col("asked_host").str.strip_chars("[]"),
        bare,
    ]
    words = [rows.select(*_DAY, "network", text.alias("word")).unique() for text in texts]
    answers = rows.filter(_DNS).select(*_DAY, "network", pl.col("answers").str.split(" ").alias("word")).explode("word")
    return pl.concat([*words, answers.unique()]).drop_nulls("word").unique()


def _until(column: str) -> pl.Expr:
    """How far the standing of an endpoint reaches into the day: all of it, not at all, or until when."""
    until = pl.col(column) + LASTS
    return (
        pl.when(pl.col(column).is_null())
        .then(pl.lit("open"))
        .when(until >= pl.col("day") + pl.duration(days=1))
        .then(pl.lit("whole"))
        .when(until < pl.col("day"))
        .then(pl.lit("past"))
        .otherwise(until.dt.to_string())
    )


def _record(kind: str, *columns: str | pl.Expr) -> list[pl.Expr]:
    parts = [pl.col(column).cast(pl.String).fill_null("-") if isinstance(column, str) else column for column in columns]
    return [*map(pl.col, _DAY), pl.concat_str([pl.lit(kind), *parts], separator=" ").alias("record")]


def _usable(controls: pl.DataFrame) -> pl.DataFrame:
    return controls.filter(
        (pl.col("kind") == ControlKind.ENDPOINT.value) & (pl.col("networks") >= LEAST_NETWORKS) & (pl.col("days") >= LEAST_DAYS)
    ).with_columns((pl.col("networks") > LEAST_OTHERS).alias("strong"))


def _spoken_of(words: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The records, each with the days on which its name is spoken of; a pool's or a tool's target is, on every day."""
    here = words.select(*_DAY, "word").unique()
    of_target = records.filter(pl.col("hostname").str.contains("/", literal=True))
    return pl.concat(
        [
            records.join(here, left_on="hostname", right_on="word").select(*_DAY, *records.columns),
            here.select(_DAY).unique().join(of_target, how="cross").select(*_DAY, *records.columns),
        ]
    ).unique()


def _endpoints(words: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    met = words.select(*_DAY, pl.col("word").alias("address")).unique()
    addressed = _spoken_of(words, _usable(controls)).join(met, on=[*_DAY, "address"], how="semi")
    until = pl.when("strong").then(_until("stands_until")).otherwise(pl.lit("-"))
    return addressed.select(_record("endpoint", "hostname", "address", "layer", "strong", until))


def _names(words: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    """What is known of a name by any of its addresses."""
    names = (
        _usable(controls)
        .filter("strong")
        .group_by("hostname")
        .agg(pl.col("layer").replace_strict(RANK, default=0, return_dtype=pl.Int64).max(), pl.col("stands_until").max())
    )
    return _spoken_of(words, names).select(_record("name", "hostname", "layer", _until("stands_until")))


def _histories(rows: pl.DataFrame, words: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    """What a network knows of a name; of its handshakes only where one took long."""
    known = controls.filter((pl.col("kind") == ControlKind.HISTORY.value) & (pl.col("days") >= HISTORY_DAYS))
    here = words.join(known, left_on=["word", "network"], right_on=["hostname", "network"])
    of_target = known.filter(pl.col("hostname").str.contains("/", literal=True)).rename({"hostname": "word"})
    targets = words.select(*_DAY, "network").unique().join(of_target, on="network")
    columns = [*_DAY, "network", "word", "layer", "first_seen", "handshake_milliseconds"]
    long = rows.filter(
        (pl.col("layer") == Layer.TLS.value) & (pl.col("milliseconds") >= TAXONOMY.timing.least_handshake)
    ).select(*_DAY, "network", pl.lit(True).alias("timed"))
    found = pl.concat([here.select(columns), targets.select(columns)]).unique()
    found = found.join(long.unique(), on=[*_DAY, "network"], how="left")
    since = (
        pl.when(pl.col("first_seen") < pl.col("day"))
        .then(pl.lit("before"))
        .when(pl.col("first_seen") >= pl.col("day") + pl.duration(days=1))
        .then(pl.lit("after"))
        .otherwise(pl.col("first_seen").dt.to_string())
    )
    took = pl.when("timed").then(pl.col("handshake_milliseconds").cast(pl.String)).fill_null("-")
    return found.select(_record("history", "word", "network", "layer", since, took))


def _baselines(words: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    """Where the names lead in other networks; whether they exist there."""
    kinds = (ControlKind.ANSWER.value, ControlKind.DENIAL.value)
    known = controls.filter(pl.col("kind").is_in(kinds) & (pl.col("networks") > LEAST_OTHERS) & (pl.col("days") >= LEAST_DAYS))
    met = words.select(*_DAY, "word").unique().join(known, left_on="word", right_on="hostname")
    return met.select(_record("baseline", "kind", "word", "address", _until("stands_until")))


def _handed_out(rows: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    """What the network hands out for many names; in clear text that may be what works, too."""
    kinds = (ControlKind.NOTICE.value, ControlKind.WALL.value)
    known = controls.filter(pl.col("kind").is_in(kinds) & (pl.col("days") >= HISTORY_DAYS))
    here = rows.select(*_DAY, "network").unique().join(known, on="network")
    return here.select(_record("handed out", "kind", "network", "layer", "address"))


def _resolvers(rows: pl.DataFrame, controls: pl.DataFrame) -> pl.DataFrame:
    broken = controls.filter((pl.col("kind") == ControlKind.RESOLVER.value) & (pl.col("days") >= HISTORY_DAYS))
    asked = rows.filter(_DNS).select(*_DAY, pl.col("resolver_network").cast(pl.Int64).alias("network")).drop_nulls().unique()
    return asked.join(broken.select("network").unique(), on="network").select(_record("resolver", "network"))

"""What rules say of the measurements of a day, as one hash: other rules that say the same leave its verdicts as they stand."""

import hashlib

import polars as pl

from admittance.model.tables import TIME

__all__ = ["SAID", "SAYS", "hashed", "lines_of"]

SAYS = ("rule", "state", "evidence", "mechanism", "reason")
"""Columns of a rule's verdict."""

SAID = pl.Schema(
    [
        ("country", pl.String()),
        ("time", TIME),
        *((name, pl.String()) for name in ("measurement_uid", "target", "subject", "says")),
    ]
)
"""Of a measurement and target, the hash of what the rules say at all layers."""


def lines_of(verdicts: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Per `keys` a hash of what the verdicts say at all layers (`says`), and whatever else there is of the first."""
    parts = [pl.col(name).cast(pl.String).fill_null("-") for name in ("layer", *SAYS)]
    said = verdicts.with_columns(pl.concat_str(parts, separator=" ").alias("says")).drop("layer", *SAYS)
    others = [name for name in said.columns if name not in (*keys, "says")]
    told = said.group_by(keys).agg(pl.col(others).first(), pl.col("says").sort().str.join("\n"))
    texts = told["says"].unique()
    digests = pl.Series([hashlib.sha256(text.encode()).hexdigest() for text in texts], dtype=pl.String)
    return told.with_columns(pl.col("says").replace_strict(texts, digests, return_dtype=pl.String))


def hashed(said: pl.DataFrame) -> pl.DataFrame:
    """`country`, `day` (UTC) and `said`: SHA-256 over all that is said there, whatever the order of the rows."""
    line = pl.concat_str("measurement_uid", "target", "subject", "says", separator="\n").alias("line")
    # Numbers put lines in an order of their own sooner than the letters would.
    days = (
        said.select("country", pl.col("time").dt.truncate("1d").alias("day"), line)
        .group_by("country", "day")
        .agg(pl.col("line").sort_by(pl.col("line").hash()).str.join("\n"))
        .sort("country", "day")
    )
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in days["line"]]
    return days.select("country", "day", pl.Series("said", digests, dtype=pl.String))

"""From stored series of demand to their spikes."""

from datetime import timedelta
from typing import Final

import polars as pl

from admittance.detect.demand import find_spikes
from admittance.model.demand import DemandSpike
from admittance.model.tables import TIME, table_schema

__all__ = ["LONGEST_GAP", "demand_spikes"]

LONGEST_GAP: Final = timedelta(days=56)
"""Over a longer gap, what was usual before tells nothing of what is usual after: the stretches are searched by themselves."""

_KEYS = ("series", "country", "origin")


def demand_spikes(observations: pl.DataFrame, *, detector: str) -> pl.DataFrame:
    """Spikes in the schema of `DemandSpike`, sorted by series, country and start; `detector` is stamped on each.

    `observations` are a table of `DemandObservation`. Where several files give a day of one series, the value that was recorded
    last counts, since publishers of such series mend their newest days.
    """
    schema = table_schema(DemandSpike)
    daily = (
        observations.sort(*_KEYS, "time", "recorded_at", "file", "offset")
        .unique([*_KEYS, "time"], keep="last", maintain_order=True)
        .with_columns((pl.col("time").diff().over(_KEYS) > LONGEST_GAP).fill_null(False).cum_sum().over(_KEYS).alias("stretch"))
    )
    if daily.is_empty():
        return pl.DataFrame(schema=schema)
    named = daily.select(*_KEYS, "stretch", pl.col("time").dt.strftime("%Y-%m-%d").alias("date"), "value")
    return (
        find_spikes(named)
        .with_columns(pl.col("start", "end", "peak").cast(TIME.base_type()("us")).dt.replace_time_zone("UTC"))
        .with_columns(pl.lit(detector).alias("detector"))
        .select(schema.names())
        .cast(schema)
        .sort(*_KEYS, "start")
    )

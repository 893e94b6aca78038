"""From verdicts to hourly counts, each measurement counted once however many files hold it."""

import polars as pl

from admittance.model.tables import table_schema
from admittance.model.verdict import Cell
from admittance.model.vocabulary import SCORED_STATES, Evidence, Layer, State

__all__ = ["SERIES_KEYS", "build_cells", "scored_series"]

SERIES_KEYS = ("subject", "target", "gate", "layer", "country", "network", "origin")
"""What makes a series: the arm is chosen before, and resolver networks are counted together."""

_CELL_KEYS = ("subject", "target", "gate", "layer", "country", "network", "resolver_network", "arm", "origin", "time")
_ORDER = ("subject", "target", "layer", "country", "network", "arm", "time", "resolver_network", "gate", "origin")


def _histogram(verdicts: pl.DataFrame, column: str) -> pl.DataFrame:
    """Per cell, a JSON object of how often each value of `column` occurs, sorted by value."""
    return (
        verdicts.group_by(*_CELL_KEYS, column)
        .len("times")
        .sort(column)
        .group_by(*_CELL_KEYS, maintain_order=True)
        .agg(pl.format('"{}":{}', pl.col(column), pl.col("times")).str.join(",").alias("pairs"))
        .select(*_CELL_KEYS, pl.concat_str(pl.lit("{"), "pairs", pl.lit("}")).alias(column))
    )


def _once(verdicts: pl.DataFrame) -> pl.DataFrame:
    """One verdict per measurement × target × layer: the scored one, else the first by source, file and offset."""
    rank = pl.col("evidence").replace_strict(
        [Evidence.SCORED.value, Evidence.DISCARDED.value, Evidence.NONE.value], [0, 1, 2], return_dtype=pl.Int8
    )
    identity = ["measurement_uid", "target", "layer"]
    sources = verdicts.group_by(identity).agg(pl.col("source").unique().sort().alias("sources"))
    return (
        verdicts.sort(*identity, rank, "source", "file", "offset", "state", "rule")
        .unique(identity, keep="first", maintain_order=True)
        .join(sources, on=identity, how="left")
    )


def build_cells(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Cells in the schema of `model.verdict.Cell`, one per key and hour (UTC), sorted by key and time.

    A verdict that carries no evidence (`none`, `discarded`) counts as `insufficient` where its state would count as a trial:
    what was discarded neither blames nor clears anybody. The order of rows, and how they are split over files, change nothing.
    """
    scored_states = [state.value for state in SCORED_STATES]
    once = _once(verdicts).with_columns(
        pl.col("time").dt.truncate("1h"),
        pl.when(pl.col("layer") == Layer.DNS.value).then("resolver_network").alias("resolver_network"),
        pl.when((pl.col("evidence") != Evidence.SCORED.value) & pl.col("state").is_in(scored_states))
        .then(pl.lit(State.INSUFFICIENT.value))
        .otherwise("state")
        .alias("state"),
        pl.coalesce("probe_id", "report_id").alias("report"),
    )
    scored = pl.col("state").is_in(scored_states)
    bad = scored & (pl.col("state") != State.OK.value)
    counts = once.group_by(_CELL_KEYS).agg(
        *((pl.col("state") == state.value).sum().cast(pl.Int64).alias(state.value) for state in State),
        pl.col("report").filter(scored).unique().sort().str.join(" ").alias("reports"),
        pl.col("report").filter(bad).unique().sort().str.join(" ").alias("bad_reports"),
        pl.col("sources").explode().unique().sort().str.join(" ").alias("sources"),
    )
    blamed = once.filter(bad & pl.col("mechanism").is_not_null())
    return (
        counts.join(_histogram(once, "rule").rename({"rule": "rules"}), on=_CELL_KEYS, how="left", nulls_equal=True)
        .join(_histogram(blamed, "mechanism").rename({"mechanism": "mechanisms"}), on=_CELL_KEYS, how="left", nulls_equal=True)
        .with_columns(pl.col("rules", "mechanisms").fill_null("{}"))
        .sort(*_ORDER)
        .select(table_schema(Cell).names())
        .cast(table_schema(Cell))
    )


def scored_series(cells: pl.DataFrame) -> pl.DataFrame:
    """Trials `n` and failures `k` per series key, arm and hour, where there was a trial; sorted by key and time.

    Resolver networks are added up. Beside the counts stand lists: `bad_reports`, `sources` and `mechanisms` (JSON texts), each
    with one entry per cell that went in, and the states that blame interference as `blocked`, `likely_blocked`, `throttled`.
    """
    bad = [State.BLOCKED.value, State.LIKELY_BLOCKED.value, State.THROTTLED.value]
    return (
        cells.with_columns(k=pl.sum_horizontal(bad), n=pl.sum_horizontal(*bad, State.OK.value))
        .filter(pl.col("n") > 0)
        .sort(*SERIES_KEYS, "arm", "time", "resolver_network")
        .group_by(*SERIES_KEYS, "arm", "time", maintain_order=True)
        .agg(pl.col("n", "k", *bad).sum(), pl.col("bad_reports", "sources", "mechanisms"))
    )

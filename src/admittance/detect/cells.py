"""From verdicts to hourly counts, each measurement counted once however many files hold it."""

import polars as pl

from admittance.model.order import ordered
from admittance.model.tables import table_schema
from admittance.model.verdict import Cell
from admittance.model.vocabulary import BAD_STATES, SCORED_STATES, Evidence, Layer, State

__all__ = ["BLAMING", "SERIES_KEYS", "build_cells", "counted_series", "histogram", "scored_series"]

SERIES_KEYS = ("subject", "target", "gate", "layer", "country", "network", "origin")
"""What makes a series: the arm is chosen before, and resolver networks are counted together."""

BLAMING = tuple(state.value for state in BAD_STATES)
"""Columns of a cell that count failures."""

_SILENT = (State.IMPAIRED.value, State.INSUFFICIENT.value)

_CELL_KEYS = ("subject", "target", "gate", "layer", "country", "network", "resolver_network", "arm", "origin", "time")
_ORDER = ("subject", "target", "layer", "country", "network", "arm", "time", "resolver_network", "gate", "origin")


def histogram(verdicts: pl.DataFrame, column: str) -> pl.DataFrame:
    """Per cell, a JSON object of how often each value of `column` occurs, sorted by value."""
    pairs = (
        verdicts.group_by("cell", column)
        .len("times")
        .select("cell", pl.col(column).alias("value"), pl.format('"{}":{}', pl.col(column), pl.col("times")).alias(column))
    )
    several = pairs["cell"].is_duplicated()
    laid_together = (
        pairs.filter(several).sort("cell", "value").group_by("cell", maintain_order=True).agg(pl.col(column).str.join(","))
    )
    told = pl.concat([pairs.filter(~several).select("cell", column), laid_together])
    return told.select("cell", pl.format("{{{}}}", pl.col(column)).alias(column))


def _distinct(verdicts: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Per cell, the distinct words of `column`, sorted and separated by spaces."""
    words = verdicts.select("cell", pl.col(column).alias(name)).unique().drop_nulls()
    several = words["cell"].is_duplicated() | words[name].str.contains(" ", literal=True)
    laid_together = (
        words.filter(several)
        .with_columns(pl.col(name).str.split(" "))
        .explode(name)
        .unique()
        .sort("cell", name)
        .group_by("cell", maintain_order=True)
        .agg(name)
        .with_columns(pl.col(name).list.join(" "))
    )
    return pl.concat([words.filter(~several), laid_together])


def _once(verdicts: pl.DataFrame) -> pl.DataFrame:
    """One verdict per measurement × target × layer: the scored one, else the first by source, file and offset.

    `sources` names all that had one, separated by spaces.
    """
    identity = ["measurement_uid", "target", "layer"]
    if not verdicts.select(pl.struct(identity).is_duplicated().any()).item():
        return verdicts.with_columns(pl.col("source").alias("sources"))
    rank = pl.col("evidence").replace_strict(
        [Evidence.SCORED.value, Evidence.DISCARDED.value, Evidence.NONE.value], [0, 1, 2], return_dtype=pl.Int8
    )
    sources = verdicts.group_by(identity).agg(pl.col("source").unique().sort().str.join(" ").alias("sources"))
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
    once = _once(verdicts).select(
        *(key for key in _CELL_KEYS if key not in ("resolver_network", "time")),
        "evidence",
        "rule",
        "mechanism",
        "sources",
        pl.col("time").dt.truncate("1h"),
        pl.when(pl.col("layer") == Layer.DNS.value).then("resolver_network").alias("resolver_network"),
        pl.when((pl.col("evidence") != Evidence.SCORED.value) & pl.col("state").is_in(scored_states))
        .then(pl.lit(State.INSUFFICIENT.value))
        .otherwise("state")
        .alias("state"),
        pl.coalesce("probe_id", "report_id").str.replace_all(r"\s+", "_").alias("report"),  # spaces part the names in a cell
    )
    # Cells by number: grouping by one number takes a fraction of the time of grouping by ten columns of text.
    once = ordered(once, _ORDER).with_columns(pl.struct(_CELL_KEYS).rle_id().alias("cell"))
    scored = pl.col("state").is_in(scored_states)
    bad = scored & (pl.col("state") != State.OK.value)
    counts = once.group_by("cell", maintain_order=True).agg(
        pl.col(*_CELL_KEYS).first(),
        *((pl.col("state") == state.value).sum().cast(pl.Int64).alias(state.value) for state in State),
    )
    blamed = once.filter(bad)
    columns = (
        histogram(once, "rule").rename({"rule": "rules"}),
        histogram(blamed.filter(pl.col("mechanism").is_not_null()), "mechanism").rename({"mechanism": "mechanisms"}),
        _distinct(once.filter(scored), "report", "reports"),
        _distinct(blamed, "report", "bad_reports"),
        _distinct(once, "sources", "sources"),
    )
    for column in columns:
        counts = counts.join(column, on="cell", how="left", maintain_order="left")
    return (
        counts.with_columns(pl.col("rules", "mechanisms").fill_null("{}"), pl.col("reports", "bad_reports").fill_null(""))
        .select(table_schema(Cell).names())
        .cast(table_schema(Cell))
    )


def scored_series(cells: pl.DataFrame) -> pl.DataFrame:
    """`counted_series` where there was a trial."""
    return counted_series(cells.filter(pl.sum_horizontal(*BLAMING, State.OK.value) > 0))


def counted_series(cells: pl.DataFrame) -> pl.DataFrame:
    """Trials `n` and failures `k` per series key, arm and hour, sorted by key and time.

    Resolver networks are added up. Beside the counts stand lists: `bad_reports`, `sources` and `mechanisms` (JSON texts), each
    with one entry per cell that went in, and `reports` too; the states that blame interference as `blocked`, `likely_blocked`,
    `throttled`; `down`; and `silent`, what says nothing either way.
    """
    return (
        cells.with_columns(
            k=pl.sum_horizontal(BLAMING), n=pl.sum_horizontal(*BLAMING, State.OK.value), silent=pl.sum_horizontal(_SILENT)
        )
        .sort(*SERIES_KEYS, "arm", "time", "resolver_network")
        .group_by(*SERIES_KEYS, "arm", "time", maintain_order=True)
        .agg(
            pl.col("n", "k", "silent", *BLAMING, State.DOWN.value).sum(),
            pl.col("reports", "bad_reports", "sources", "mechanisms"),
        )
    )

"""Coverage: measurements per subject, network and day, whatever they say, so that silence is seen as silence."""

from datetime import timedelta

import polars as pl

from admittance.catalog import Catalog, host_of_url
from admittance.model.coverage import Coverage
from admittance.model.ids import SubjectId
from admittance.model.tables import empty_table, table_schema
from admittance.model.vocabulary import SCORED_STATES, Arm, Evidence, Gate, State

__all__ = ["COVERED_COLUMNS", "LATE", "build_attempt_coverage", "build_coverage", "build_snapshot_coverage"]

LATE = timedelta(days=1)
"""What arrives this long after the first measurement of the same source, country and day is late."""

COVERED_COLUMNS = (
    "source", "origin", "measurement_uid", "test_name", "report_id", "probe_id", "country", "network", "arm", "time",
    "input", "file", "offset", "recorded_at",
)  # fmt: skip
"""Columns of measurements that coverage is counted from."""

_SCORED = [state.value for state in SCORED_STATES]
_KEYS = ("subject", "gate", "country", "network", "origin", "day")


def build_coverage(verdicts: pl.DataFrame, measurements: pl.DataFrame, *, catalog: Catalog) -> pl.DataFrame:
    """A `Coverage` table of the network gate, sorted by subject, country, network and day (UTC): direct measurements alone.

    `verdicts` and `measurements` (`COVERED_COLUMNS`) are those of the same countries and whole days. A measurement that several
    files hold counts once; one without any verdict is `insufficient` for the subject that its input or its test speaks of, and
    counts nowhere when these name none.
    """
    direct = (
        measurements.filter(pl.col("arm") == Arm.DIRECT.value)
        .sort("measurement_uid", "source", "file", "offset", "recorded_at")
        .unique("measurement_uid", keep="first", maintain_order=True)
        .with_columns(pl.col("time").dt.truncate("1d").alias("day"), pl.coalesce("probe_id", "report_id").alias("report"))
    )
    if direct.is_empty():
        return empty_table(Coverage)
    first = pl.col("recorded_at").min().over("source", "country", "day")
    arrived = direct.with_columns((pl.col("recorded_at") > first + LATE).alias("late"))
    counts = (pl.col("state").is_in(_SCORED)) & (pl.col("evidence") == Evidence.SCORED.value)
    told = verdicts.group_by("measurement_uid", "subject").agg(
        counts.any().alias("scored"), (pl.col("state") == State.FAILED.value).any().alias("failed")
    )
    judged = arrived.join(told, on="measurement_uid")
    silent = arrived.join(told, on="measurement_uid", how="anti")
    unjudged = silent.join(_subjects(silent, catalog), on=["test_name", "input"], nulls_equal=True).with_columns(
        pl.lit(False).alias("scored"), pl.lit(False).alias("failed")
    )
    columns = ("subject", "country", "network", "origin", "day", "report", "late", "source", "scored", "failed")
    rows = pl.concat([judged.select(columns), unjudged.select(columns)])
    return _counted(rows.with_columns(pl.lit(Gate.NETWORK.value).alias("gate")))


def build_snapshot_coverage(verdicts: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """A `Coverage` table of the gates that are looked at in snapshots, counting readings; sorted as that of the network's."""
    if verdicts.is_empty():
        return empty_table(Coverage)
    place = ["file", "offset", "gate", "place", "item", "country", "time"]
    arrivals = observations.select(*place, "recorded_at").unique(place, keep="first", maintain_order=True)
    first = pl.col("recorded_at").min().over("source", "country", "day")
    rows = (
        verdicts.join(arrivals, on=place, how="left")
        .with_columns(pl.col("time").dt.truncate("1d").alias("day"))
        .with_columns(
            pl.lit(0, pl.Int64).alias("network"),
            pl.col("file").alias("report"),
            (pl.col("recorded_at") > first + LATE).alias("late"),
            (pl.col("state").is_in(_SCORED) & (pl.col("evidence") == Evidence.SCORED.value)).alias("scored"),
            (pl.col("state") == State.FAILED.value).alias("failed"),
        )
    )
    return _counted(rows)


def build_attempt_coverage(verdicts: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """A `Coverage` table of the function gate, counting attempts; sorted as that of the network's.

    Only attempts are counted: what is read off network measurements is covered where these are.
    """
    if verdicts.is_empty():
        return empty_table(Coverage)
    place = ["file", "offset"]
    arrivals = observations.select(*place, "recorded_at").unique(place, keep="first", maintain_order=True)
    first = pl.col("recorded_at").min().over("source", "country", "day")
    rows = (
        verdicts.join(arrivals, on=place, how="left")
        .with_columns(pl.col("time").dt.truncate("1d").alias("day"))
        .with_columns(
            pl.col("report_id").alias("report"),
            (pl.col("recorded_at") > first + LATE).alias("late"),
            (pl.col("state").is_in(_SCORED) & (pl.col("evidence") == Evidence.SCORED.value)).alias("scored"),
            (pl.col("state") == State.FAILED.value).alias("failed"),
        )
    )
    return _counted(rows)


def _subjects(silent: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """The subject that each test and input speaks of, where they name one."""
    owners = {test: target.subject for target in catalog.targets.values() for test in target.tests}
    asked = silent.select("test_name", "input").unique()
    named: list[tuple[str, str | None, SubjectId]] = []
    for test, text in asked.iter_rows():
        host = host_of_url(text) if text else None
        subject = catalog.target_of_endpoint(test, host)[0] if host else owners.get(test)
        if subject is not None:
            named.append((test, text, subject))
    return pl.DataFrame(named, schema={"test_name": pl.String, "input": pl.String, "subject": pl.String}, orient="row")


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    schema = table_schema(Coverage)
    failed = pl.col("failed") & ~pl.col("scored")
    return (
        rows.group_by(_KEYS)
        .agg(
            pl.len().alias("measurements"),
            pl.col("scored").sum(),
            (~pl.col("scored") & ~pl.col("failed")).sum().alias("insufficient"),
            failed.sum().alias("failed"),
            pl.col("report").n_unique().alias("reports"),
            pl.col("late").sum(),
            pl.col("source").unique().sort().str.join(" ").alias("sources"),
        )
        .select(schema.names())
        .cast(schema)
        .sort(_KEYS)
    )

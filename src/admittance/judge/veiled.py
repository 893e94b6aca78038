"""Encrypted hellos: a target of their own, which the plain handshakes of the same measurement speak for."""

import polars as pl

from admittance.judge.ruleset import TAXONOMY
from admittance.model.ids import TargetId
from admittance.model.vocabulary import Control, Layer

__all__ = ["beside_plain", "veiled", "veiled_target"]

VEILED = TAXONOMY.reading.veiled


def veiled(rows: pl.DataFrame) -> pl.Series:
    """Whether a fact is of a handshake with an encrypted hello."""
    return rows["operation"].eq_missing(VEILED)


def veiled_target(target: TargetId) -> TargetId:
    """What encrypted hellos to a target are judged under: other programs send plain ones, which may fare otherwise."""
    return TargetId(f"{target}/{VEILED}")


def beside_plain(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, in which a plain handshake that worked is the control of the encrypted ones of its measurement.

    One that failed controls nothing: what was done to it may be done to both.
    """
    hidden = veiled(rows)
    if not hidden.any():
        return rows
    plain = rows.filter(~hidden & (rows["layer"] == Layer.TLS.value))
    worked = plain.filter(pl.col("failure").is_null())["measurement_uid"].unique()
    here = pl.Series(hidden)
    controlled = pl.col("measurement_uid").is_in(worked.implode())
    state = pl.when(controlled).then(pl.lit(Control.PRESENT.value)).otherwise(pl.lit(Control.MISSING.value))
    return rows.with_columns(
        pl.when(here).then(state).otherwise("control").cast(rows.schema["control"]).alias("control"),
        pl.when(~here).then("control_failure").alias("control_failure"),
    )

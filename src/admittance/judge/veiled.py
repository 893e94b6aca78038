"""Encrypted hellos: a target of their own, which the plain handshakes of the same measurement speak for."""

import polars as pl

from admittance.judge.ruleset import TAXONOMY
from admittance.model.ids import TargetId
from admittance.model.vocabulary import Control, Layer

__all__ = ["beside_plain", "cut_off_names", "veiled", "veiled_target"]

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


def cut_off_names(rows: pl.DataFrame) -> pl.DataFrame:
    """Per thing `tested`, how encrypted hellos under one outer name were cut off (`outer_cut_off`) where another was answered.

    The plain handshake of the measurement must have worked. A hello that the server could not read was answered.
    """
    of_names = (
        rows.lazy()
        .filter((pl.col("operation") == VEILED) & pl.col("server_name").is_not_null())
        .with_columns((pl.col("works") | (pl.col("kind") == "undeciphered")).fill_null(False).alias("answered"))
        .group_by("tested", pl.col("server_name").str.to_lowercase())
        .agg(
            pl.col("answered").any(),
            pl.col("kind").is_in(list(TAXONOMY.reading.cut_off)).fill_null(False).all().alias("cut_off"),
            (pl.col("control") == Control.PRESENT.value).all().alias("controlled"),
            pl.col("kind").min(),
        )
        .collect()
    )
    answered = of_names.filter("answered").select("tested").unique()
    cut_off = of_names.filter(pl.col("cut_off") & pl.col("controlled")).join(answered, on="tested", how="semi")
    return cut_off.group_by("tested").agg(pl.col("kind").min().alias("outer_cut_off"))

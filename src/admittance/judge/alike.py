"""Measurements in which everything worked, in the same way: one of them is judged, and its verdicts hold for all.

Most measurements find a site reachable. Whether a measurement is one of these is seen from a few columns of its observations,
at a small part of the price of judging it; rules, counts and reasons then come from the one that stands for its kind, as they
would from each.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from admittance.catalog import Catalog
from admittance.judge.facts import LAYER_NAMES, asked_of, secure
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.marks import ANSWER_PARTS, Found, marks_of_answers
from admittance.judge.pages import demands_proof
from admittance.judge.ruleset import TAXONOMY
from admittance.model.vocabulary import Layer

__all__ = ["Alike", "alike"]

REDIRECT = 300
_DNS, _TCP, _TLS, _HTTP = (pl.col("layer") == layer.value for layer in (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP))
_WAY = ("control", "asked_scheme", "engine", "query_type")
"""What tells plain observations of one test and layer apart, beside whether they are of the https service."""
_SPREAD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio


class Alike(NamedTuple):
    """Measurements for which others stand, and the observations of all others.

    Of each the `row` of its first observation, that of the measurement that `stands_for` it, its `subject` and `target`.
    """

    measurements: pl.DataFrame
    rest: pl.DataFrame


def alike(rows: pl.DataFrame, found: Found, catalog: Catalog, fingerprints: Fingerprints) -> Alike:
    """Measurements in which everything worked, save the first of each kind, which stands for those with the same facts.

    In such a measurement of one site of no special kind, every name got the control's own answers, every handshake was with the
    host and valid, and every page came over https without a redirect, a mark or a refusal; nothing took long, no endpoint was
    tried twice, and its observations stand together, each once. `rows` speak of the layers of the network gate, and `found` are
    the marks that answers bear.
    """
    if rows.is_empty():
        nobody = {"row": pl.Int64, "stands_for": pl.Int64, "subject": pl.String, "target": pl.String}
        return Alike(pl.DataFrame(schema=nobody), rows)
    asked, sites = asked_of(rows, catalog)
    begun = rows["measurement_uid"].ne_missing(rows["measurement_uid"].shift()).to_numpy()
    starts = np.flatnonzero(begun)
    fine = np.logical_and.reduceat(_plain(rows, asked, sites, begun, found, fingerprints), starts)
    fine &= rows["measurement_uid"].gather(starts).is_unique().to_numpy()
    lengths = np.diff(starts, append=rows.height)
    kinds = _kinds(rows, asked, sites, starts=starts, fine=np.repeat(fine, lengths), lengths=lengths)
    others = kinds.filter(pl.col("row") != pl.col("stands_for"))
    spoken_for = np.zeros(rows.height, dtype=np.bool_)
    spoken_for[others["row"].to_numpy()] = True
    rest = rows.filter(pl.Series(~np.repeat(spoken_for[starts], lengths)))
    return Alike(others.with_columns(sites.select("subject", "target")[asked.gather(others["row"])]), rest)


def _plain(
    rows: pl.DataFrame, asked: pl.Series, sites: pl.DataFrame, begun: np.ndarray, found: Found, fingerprints: Fingerprints
) -> np.ndarray:
    """Whether each observation is a plain one, of the same site as the one before it in its measurement, and another one."""
    ordinary = sites.select(
        ~pl.col("pool") & ~pl.col("one_service") & ~pl.col("provider") & ~pl.col("private_root")
        & pl.col("own_networks").is_null() & (pl.col("path") != "")
    ).to_series()  # fmt: skip
    answers = rows.select("layer", *ANSWER_PARTS, "header_names").with_row_index("number").filter(_HTTP)
    told = pl.concat([marks_of_answers(answers, found)["number"], answers.filter(demands_proof())["number"]])
    plain = rows.select(_works_plainly(rows["answers"], fingerprints).fill_null(False)).to_series().scatter(told, False)
    goes_on = (asked == asked.shift()) & (rows["sequence"] > rows["sequence"].shift())
    plain &= ordinary.gather(asked) & (goes_on.fill_null(False) | pl.Series(begun))
    return plain.to_numpy()


def _works_plainly(answers: pl.Series, fingerprints: Fingerprints) -> pl.Expr:
    """Whether an observation tells of something that worked as it should, and of nothing else."""
    marked = pl.concat([fingerprints.texts_with_bogons(answers), fingerprints.texts_with_known_answers(answers)])
    named = pl.col("hostname") == pl.col("asked_host")
    swift = (pl.col("milliseconds") < TAXONOMY.timing.least_handshake).fill_null(True)
    genuine = (
        _DNS
        & (pl.col("answers").str.len_bytes() > 0)
        & (pl.col("answers") == pl.col("control_answers"))
        & ~pl.col("answers").is_in(marked.implode())
    )
    shaken = _TLS & pl.col("certificate_valid") & (pl.col("server_name") == pl.col("asked_host")) & swift
    served = _HTTP & pl.col("url").str.starts_with("https:") & (pl.col("status_code") < REDIRECT) & pl.col("location").is_null()
    return (
        pl.col("failure").is_null()
        & pl.col("control_failure").is_null()
        & (pl.col("hop") == 0)
        & pl.col("operation").is_null()
        & pl.col("receiving_milliseconds").is_null()
        & pl.col("asked_scheme").is_not_null()
        & ((_TCP & pl.col("address").is_not_null()) | (named & (genuine | shaken | served)))
    )


def _kinds(
    rows: pl.DataFrame, asked: pl.Series, sites: pl.DataFrame, *, starts: np.ndarray, fine: np.ndarray, lengths: np.ndarray
) -> pl.DataFrame:
    """Of the plain measurements that tried nothing twice the `row` of the first observation, and that of the first measurement
    whose observations are of the same ways in the same order (`stands_for`).
    """
    way = _way(rows, asked, sites)
    first = pl.Series(np.repeat(starts, lengths))
    unit = pl.when(_DNS).then(pl.col("sequence").cast(pl.UInt64)).otherwise(pl.col("address").fill_null("").hash())
    tried = rows.select(first.alias("row"), way.alias("way"), unit.alias("unit")).filter(pl.Series(fine))
    again = tried.select((pl.col("unit") + (pl.col("row") * 2**20 + pl.col("way")).cast(pl.UInt64) * _SPREAD).is_duplicated())
    return (
        tried.with_columns(again.to_series().alias("again"))
        .group_by("row", maintain_order=True)
        .agg("way", pl.col("again").any())
        .filter(~pl.col("again"))
        .select("row", pl.col("row").first().over("way").alias("stands_for"))
    )


def _way(rows: pl.DataFrame, asked: pl.Series, sites: pl.DataFrame) -> pl.Series:
    """A number for the test, layer, service and other columns that tell plain observations apart."""
    tests = (sites["test_name"].rank("dense").cast(pl.Int64) - 1).gather(asked)
    of_https = rows.select(secure(one_service=pl.lit(False))).to_series().cast(pl.Int64)
    way = (tests * len(LAYER_NAMES.categories) + rows["layer"].cast(LAYER_NAMES).to_physical().cast(pl.Int64)) * 2 + of_https
    for name in _WAY:
        distinct = rows[name].unique()
        if len(distinct) > 1:
            known = distinct.drop_nulls()
            places = rows[name].cast(pl.Enum(known)).to_physical().cast(pl.Int64)
            way = way * (len(known) + 1) + places.fill_null(len(known))
    return way

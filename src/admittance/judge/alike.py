"""Measurements in which everything worked, in the same way: one of them is judged, and its verdicts hold for all.

Most measurements find a site reachable. Whether a measurement is one of these is seen from its own rows at a tenth of the
price of judging it; rules, counts and reasons then come from the one that stands for its kind, as they would from each.
"""

import polars as pl

from admittance.judge.facts import LAYER_NAMES, Facts, numbered
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.ruleset import TAXONOMY
from admittance.model.vocabulary import Layer

__all__ = ["alike", "without"]

REDIRECT = 300
_DNS, _TCP, _TLS, _HTTP = (pl.col("layer") == layer.value for layer in (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP))
_WAY = ("test_name", "layer", "control", "asked_scheme", "secure", "engine", "query_type")
"""What tells plain facts of one measurement apart, beside their number."""


def alike(facts: Facts, fingerprints: Fingerprints) -> pl.DataFrame:
    """Measurements in which everything worked: `measurement`, its only `pair`, and the one that `stands_for` it, with as many
    facts of each way.

    Those that stand for others are not among them. In such a measurement of one site of no special kind, every name got the
    control's own answers, every handshake was with the host and valid, and every page came over https without a redirect, a
    mark or a refusal; nothing took long, and no endpoint was tried twice.
    """
    rows = facts.rows
    ordinary = facts.pairs.select(
        ~pl.col("pool") & ~pl.col("one_service") & ~pl.col("provider") & ~pl.col("private_root")
        & pl.col("own_networks").is_null() & (pl.col("path") != "")
    ).to_series()  # fmt: skip
    marked = [fingerprints.texts_with_bogons(rows["answers"]), fingerprints.texts_with_known_answers(rows["answers"])]
    named = pl.col("hostname") == pl.col("asked_host")
    swift = (pl.col("milliseconds") < TAXONOMY.timing.least_handshake).fill_null(True)
    genuine = (
        _DNS
        & (pl.col("answers").str.len_bytes() > 0)
        & (pl.col("answers") == pl.col("control_answers"))
        & ~pl.col("answers").is_in(pl.concat(marked).implode())
    )
    shaken = _TLS & pl.col("certificate_valid") & (pl.col("server_name") == pl.col("asked_host")) & swift
    served = (
        _HTTP
        & pl.col("url").str.starts_with("https:")
        & (pl.col("status_code") < REDIRECT)
        & pl.col("known_page").is_null()
        & pl.col("fingerprint").is_null()
    )
    plain = (
        pl.col("works")
        & pl.col("failure").is_null()
        & pl.col("control_failure").is_null()
        & (pl.col("hop") == 0)
        & pl.col("operation").is_null()
        & pl.col("receiving_milliseconds").is_null()
        & pl.col("asked_scheme").is_not_null()
        & ((_TCP & pl.col("address").is_not_null()) | (named & (genuine | shaken | served)))
    )
    ways = [_numbered(rows[column]) for column in _WAY]
    way = ways[0]
    for column in ways[1:]:
        way = way * (int(column.max() or 0) + 1) + column  # type: ignore[arg-type]
    seen = rows.select(
        "measurement",
        "pair",
        way.alias("way"),
        (plain.fill_null(False) & ordinary.gather(rows["pair"])).alias("plain"),
        pl.when(_DNS).then(pl.col("sequence").cast(pl.UInt64)).otherwise(pl.col("endpoint")).alias("unit"),
    )
    kinds = (
        seen.group_by("measurement")
        .agg(
            pl.col("plain").all(),
            pl.col("pair").min(),
            (pl.col("pair").min() == pl.col("pair").max()).alias("one_site"),
            (pl.struct("way", "unit").n_unique() == pl.len()).alias("once"),
            pl.col("way").sort(),
        )
        .filter("plain", "one_site", "once")
    )
    first = pl.col("measurement").min().over(pl.col("way").list.eval(pl.element().cast(pl.String)).list.join(" "))
    return kinds.select("measurement", "pair", first.alias("stands_for")).filter(pl.col("measurement") != pl.col("stands_for"))


def without(facts: Facts, measurements: pl.Series) -> Facts:
    """The facts of all other measurements."""
    rows = facts.rows.filter(~pl.col("measurement").is_in(measurements.implode())).drop("number").with_row_index("number")
    return facts._replace(rows=rows)


def _numbered(values: pl.Series) -> pl.Series:
    """A small number for each distinct value."""
    if values.dtype in (LAYER_NAMES, pl.Boolean):
        return values.to_physical().cast(pl.Int64)
    return numbered(values.fill_null(""))

"""Spikes of demand in a run: found anew for the countries whose series changed, beside all that judges and detects."""

from collections.abc import Mapping

import polars as pl

from admittance.detect import DETECTOR_VERSION, demand_spikes
from admittance.lake.lake import Derivations
from admittance.lake.layout import Derivation
from admittance.model.demand import DemandObservation, DemandSpike

__all__ = ["STEP", "derive_demand"]

STEP = "demand"


def derive_demand(work: Derivations, former: Mapping[str, str]) -> list[Derivation]:
    """Write the spikes of all series, and say what those of each country are a function of.

    `former` is the same of the run before, by country. It reads series of demand and writes spikes, and nothing else.
    """
    base = work.base
    observations = base.scan(DemandObservation)
    parts = (
        observations.group_by("country", "series", "file")
        .agg(pl.len(), pl.col("value").sum(), pl.col("time").min().alias("first"), pl.col("time").max().alias("last"))
        .sort("country", "series", "file")
        .collect()
    )
    fresh: dict[str, str] = {}
    for country, *told in parts.iter_rows():
        fresh[country] = f"{fresh.get(country, DETECTOR_VERSION)} {' '.join(map(str, told))}"
    stale = sorted(country for country in fresh.keys() | former.keys() if fresh.get(country) != former.get(country))
    kept = base.scan(DemandSpike).filter(~pl.col("country").is_in(stale)).collect()
    found = demand_spikes(observations.filter(pl.col("country").is_in(stale)).collect(), detector=DETECTOR_VERSION)
    work.replace(DemandSpike, pl.concat([kept, found]))
    return [Derivation(step=STEP, country=country, day=None, inputs=inputs) for country, inputs in sorted(fresh.items())]

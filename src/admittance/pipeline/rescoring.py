"""Judging what is stored, and which days other rules leave as they are: nothing of these is written again."""

from collections.abc import Callable, Mapping

import polars as pl

from admittance.catalog import Catalog
from admittance.judge import Judged, hashed, judged
from admittance.judge.fingerprints import Fingerprints
from admittance.lake import Snapshot, in_slices
from admittance.model.observation import Body
from admittance.pipeline.partitions import Place, by_country
from admittance.pipeline.progress import Progress
from admittance.pipeline.stretches import RowsByDay, stretches_of

__all__ = ["NOTHING", "Judge", "days_that_stand", "judge_with", "refused_certificates", "said_by_day"]

NOTHING = "nothing"
"""What rules say of a day without any verdict."""

LONGER = 2
"""Where no verdict is made of them, so many times more observations take no more memory."""

Judge = Callable[[pl.LazyFrame], Judged]
"""What the rules say of observations."""


def judge_with(snapshot: Snapshot, *, controls: pl.DataFrame, catalog: Catalog, marks: Fingerprints) -> Judge:
    """Judges observations of a snapshot with the bodies that stand beside them."""

    def judge(observations: pl.LazyFrame) -> Judged:
        rows = observations.collect()
        refused = rows.filter(~pl.col("certificate_valid")).select(pl.col("certificate_sha256").alias("body_sha256"))
        wanted = pl.concat([rows.select("body_sha256"), refused]).drop_nulls().unique()
        bodies = _distinct_bodies(snapshot, wanted.lazy())
        return judged(rows, bodies=bodies, controls=controls, catalog=catalog, fingerprints=marks)

    return judge


def days_that_stand(
    observations: pl.LazyFrame, judge: Judge, *, rows: RowsByDay, former: Mapping[Place, str], progress: Progress
) -> Mapping[Place, str]:
    """Of days and what former rules said of them those of which the rules say the same; all else that went in is the same."""
    found: dict[Place, str] = {}
    for stretch in stretches_of(rows, days=by_country(former), times=LONGER):
        progress(f"judge again {', '.join(sorted({part.country for part in stretch}))}", len(found))
        found |= said_by_day(judge(observations.filter(in_slices(stretch))))
    return {place: said for place, said in former.items() if found.get(place, NOTHING) == said}


def said_by_day(judged: Judged) -> Mapping[Place, str]:
    """The hash of what the rules say of each day of which they say anything."""
    return {(country, day): said for country, day, said in hashed(judged.said()).iter_rows()}


def refused_certificates(snapshot: Snapshot, observations: pl.LazyFrame) -> pl.DataFrame:
    """The certificates that were refused and kept, each once, as bodies."""
    refused = observations.filter(~pl.col("certificate_valid")).select(pl.col("certificate_sha256").alias("body_sha256"))
    return _distinct_bodies(snapshot, refused.unique())


def _distinct_bodies(snapshot: Snapshot, wanted: pl.LazyFrame) -> pl.DataFrame:
    return (
        snapshot.scan(Body)
        .join(wanted, on="body_sha256", how="semi")
        .sort("body_sha256", "file")
        .unique(subset="body_sha256", keep="first", maintain_order=True)
        .collect()
    )

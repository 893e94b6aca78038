"""Judging the gates that are looked at in snapshots: one verdict for each reading, by the rules of its gate.

A gate is an entry of `SNAPSHOT_JUDGES`: its rules, and what these look at. A new one is a file of rules, a function from
readings to features, and a line in the tuple.
"""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from admittance.catalog import Catalog
from admittance.judge.content import content_features
from admittance.judge.listings import listing_features
from admittance.judge.ruleset import CONTENT_RULES, LISTING_RULES, RULESET_VERSIONS, STORE_RULES, Ruleset, verdict_columns
from admittance.judge.stores import store_features
from admittance.model.ids import SubjectId, TargetId
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import SnapshotVerdict
from admittance.model.vocabulary import Gate

__all__ = ["SNAPSHOT_JUDGES", "SnapshotJudge", "judge_snapshots"]


class SnapshotJudge(NamedTuple):
    """How one gate is judged."""

    gate: Gate
    rules: Ruleset
    features: Callable[[pl.DataFrame], pl.DataFrame]  # all readings of the gate in, their order kept, with the rules' features
    target_of: Callable[[Catalog, str, str], tuple[SubjectId, TargetId]]  # subject and target of an item at a place


SNAPSHOT_JUDGES: tuple[SnapshotJudge, ...] = (
    SnapshotJudge(Gate.STORE, STORE_RULES, store_features, Catalog.target_of_app),
    SnapshotJudge(Gate.LISTING, LISTING_RULES, listing_features, Catalog.target_of_listing),
    SnapshotJudge(Gate.CONTENT, CONTENT_RULES, content_features, Catalog.target_of_content),
)
"""Every gate that is looked at in snapshots."""


def judge_snapshots(observations: pl.DataFrame, *, catalog: Catalog) -> pl.DataFrame:
    """A `SnapshotVerdict` table: one row per reading, sorted by gate, place, item, country and time.

    Each gate is judged by all of its readings together: what else was found there, and elsewhere, decides what one of them
    means. A reading that stands in several files counts once, by the first file and offset.
    """
    schema = table_schema(SnapshotVerdict)
    parts = [empty_table(SnapshotVerdict)]
    for judge in SNAPSHOT_JUDGES:
        rows = observations.filter(pl.col("gate") == judge.gate.value)
        if not rows.is_empty():
            parts.append(_judged(judge, _once(rows), catalog).select(schema.names()).cast(schema))
    return pl.concat(parts).sort("gate", "place", "item", "country", "time", "file", "offset")


def _judged(judge: SnapshotJudge, rows: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    pairs = rows.sort("time", "file", "offset").group_by("place", "item").agg(pl.col("title").drop_nulls().last())
    named = [
        (place, item, *_named(catalog, *judge.target_of(catalog, place, item), title)) for place, item, title in pairs.rows()
    ]
    names = ("place", "item", "subject", "target", "name")
    targets = pl.DataFrame(named, schema=dict.fromkeys(names, pl.String), orient="row")
    layered = rows.with_columns(pl.lit(judge.gate.value).alias("layer"), pl.lit(None, pl.Float64).alias("severity"))
    features = judge.features(layered)
    return (
        verdict_columns(features, judge.rules)
        .join(targets, on=["place", "item"], how="left")
        .with_columns(pl.lit(RULESET_VERSIONS[judge.gate]).alias("ruleset"), pl.lit(catalog.version).alias("catalog"))
    )


def _named(catalog: Catalog, subject: SubjectId, target: TargetId, title: str | None) -> tuple[str, str, str]:
    """A subject of the catalog has the catalog's name, another the title that the tables give it."""
    known = catalog.subject_name(subject)
    return subject, target, known if catalog.knows(subject) or title is None else title


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    reading = ["place", "item", "country", "time", "status", "text", "count"]
    return rows.sort("file", "offset").unique(reading, keep="first", maintain_order=True)

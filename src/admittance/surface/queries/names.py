"""What subjects are called: by the catalog, and those it does not know by the tables that name them."""

import polars as pl

from admittance.catalog import Catalog, load
from admittance.lake import Snapshot
from admittance.model.verdict import SnapshotVerdict

__all__ = ["naming_catalog"]


def naming_catalog(snapshot: Snapshot, catalog: Catalog | None = None) -> Catalog:
    """The catalog (the shipped one, if none is given), which also finds and names the apps and listings of this lake."""
    known = catalog or load()
    rows = snapshot.scan(SnapshotVerdict).select("subject", "name", "time").filter(pl.col("subject").str.contains(":"))
    newest = rows.sort("time", "name").group_by("subject").agg(pl.col("name").last()).sort("subject").collect()
    return known.naming(dict(newest.iter_rows()))

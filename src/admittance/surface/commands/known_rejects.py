"""Lines that could not be read in files that were already known: what an earlier ingest may not have lived to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from admittance.lake import Snapshot
    from admittance.pipeline import Access
    from admittance.sources import Selection, Source

__all__ = ["known_rejects"]


def known_rejects(
    snapshot: Snapshot,
    source: Source,
    paths: Sequence[str],
    *,
    selection: Selection,
    access: Access,
    told: Mapping[str, int],
) -> dict[str, int]:
    """How many unread lines the lake keeps of the files that `paths` name, by reason, beyond those `told` of already.

    Files are compared by hash, and only those are hashed that are as large as a file with such lines.
    """
    import polars as pl

    from admittance.model.observation import IngestedFile, Reject
    from admittance.pipeline.files import find, sha256_of

    kept = snapshot.scan(Reject).filter(pl.col("source") == source.name).select("file", "reason").collect()
    if kept.height <= sum(told.values()):
        return {}
    bad = kept["file"].unique().to_list()
    sizes = set(snapshot.scan(IngestedFile).filter(pl.col("file").is_in(bad)).select("size").collect()["size"])
    found = find(paths, source, selection, access)
    named: set[str] = {sha256_of(Path(file.address)) for file in found if file.tag is None and file.size in sizes}
    named |= _fetched(snapshot, {(file.address, file.tag) for file in found if file.tag is not None})
    counts = Counter(kept.filter(pl.col("file").is_in(sorted(named)))["reason"].to_list())
    counts.subtract(told)
    return {reason: number for reason, number in sorted(counts.items()) if number > 0}


def _fetched(snapshot: Snapshot, objects: set[tuple[str, str | None]]) -> set[str]:
    from admittance.lake import LAYOUT

    noun = next(layout.noun for layout in LAYOUT if layout.name == "fetched")
    rows = snapshot.scan(noun).select("address", "tag", "file").collect()
    return {file for address, tag, file in rows.iter_rows() if (address, tag) in objects}

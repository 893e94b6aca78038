"""Lines of known files that could not be read, or only in part: what an earlier ingest may not have lived to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from admittance.lake import Snapshot
    from admittance.pipeline.files import Access
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
    """How many lines of the files that `paths` name could not be read, or only in part, by reason, beyond those `told` already.

    Files are compared by hash, and only those are hashed that are as large as a file with such lines.
    """
    import polars as pl

    from admittance.model.observation import IngestedFile, Measurement, Reject
    from admittance.pipeline.files import find, sha256_of

    files = snapshot.scan(IngestedFile).filter(pl.col("source") == source.name, pl.col("rejects") + pl.col("flawed") > 0)
    bad = files.select("file", "size", "rejects", "flawed").collect()
    if sum(bad["rejects"]) + sum(bad["flawed"]) <= sum(told.values()):
        return {}
    sizes = set(bad["size"])
    found = find(paths, source, selection, access)
    named: set[str] = {sha256_of(Path(file.address)) for file in found if file.tag is None and file.size in sizes}
    named |= _fetched(snapshot, {(file.address, file.tag) for file in found if file.tag is not None})
    wanted = pl.col("file").is_in(sorted(named & set(bad["file"])))
    counts = Counter(snapshot.scan(Reject).filter(wanted).select("reason").collect()["reason"].to_list())
    if any(bad.filter(wanted)["flawed"]):
        flaws = snapshot.scan(Measurement).filter(wanted, pl.col("flaw").is_not_null()).select("flaw").collect()
        counts.update(flaws["flaw"].to_list())
    counts.subtract(told)
    return {reason: number for reason, number in sorted(counts.items()) if number > 0}


def _fetched(snapshot: Snapshot, objects: set[tuple[str, str | None]]) -> set[str]:
    from admittance.lake import LAYOUT

    noun = next(layout.noun for layout in LAYOUT if layout.name == "fetched")
    rows = snapshot.scan(noun).select("address", "tag", "file").collect()
    return {file for address, tag, file in rows.iter_rows() if (address, tag) in objects}

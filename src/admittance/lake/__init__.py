"""Floor 3: tables on disk, as Delta Lake, and nothing else that touches a disk.

What may enter: how rows are kept, replaced, versioned and read back. No meaning: the lake does not know what a verdict is
beyond its schema. A reader sees one release, which names one version of every table; a writer commits to tables first and
publishes a release last, so a process killed at any moment leaves the former release in force.
"""

from admittance.lake.delta import Part
from admittance.lake.lake import Lake
from admittance.lake.layout import DERIVED, LAYOUT, SCHEMA_VERSION, SOURCE, TableLayout, layout_of
from admittance.lake.slices import Slice, in_slices
from admittance.lake.snapshot import Snapshot
from admittance.lake.sql import query
from admittance.lake.storage import is_remote

__all__ = [
    "DERIVED",
    "LAYOUT",
    "SCHEMA_VERSION",
    "SOURCE",
    "Lake",
    "Part",
    "Slice",
    "Snapshot",
    "TableLayout",
    "in_slices",
    "is_remote",
    "layout_of",
    "query",
]

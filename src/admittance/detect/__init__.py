"""Floor 2: what the verdicts mean over time. Cells, the one segment search, brackets, national grouping, identity.

What may enter: a pure step from tables to tables on the way from verdicts to episodes. Nothing here reads a file, a clock, a
claim or what an earlier run found; only `identify` sees the log of changes, and it comes after detection.
"""

from typing import Final

from admittance.detect.cells import build_cells
from admittance.detect.coverage import COVERED_COLUMNS, build_attempt_coverage, build_coverage, build_snapshot_coverage
from admittance.detect.demand import find_spikes
from admittance.detect.episodes import group_episodes
from admittance.detect.identity import identify
from admittance.detect.kinds import Kind
from admittance.detect.plain import detect_series
from admittance.detect.restrictions import find_restrictions
from admittance.detect.snapshots import build_snapshot_cells, snapshot_episodes
from admittance.detect.surges import demand_spikes

__all__ = [
    "COVERED_COLUMNS",
    "DETECTOR_VERSION",
    "Kind",
    "build_attempt_coverage",
    "build_cells",
    "build_coverage",
    "build_snapshot_cells",
    "build_snapshot_coverage",
    "demand_spikes",
    "detect_series",
    "find_restrictions",
    "find_spikes",
    "group_episodes",
    "identify",
    "snapshot_episodes",
]

DETECTOR_VERSION: Final = "detect/5"
"""Changes with every change of a number or a step in this room, and stands on every episode."""

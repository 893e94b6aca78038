"""What an ingest did, in numbers that add up over batches, files and workers."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from admittance.sources import Batch

__all__ = ["IngestReport", "count", "merge"]


class IngestReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an ingest did: counts over the files read now, and how many files it knew already."""

    files: int = 0
    unchanged: int = 0
    lines: int = 0
    measurements: int = 0
    observations: int = 0
    testimonies: int = 0  # of other monitors: nobody here looked
    rejects: int = 0
    flawed: int = 0  # measurements of which a part could not be read
    tests: dict[str, int] = {}
    reasons: dict[str, int] = {}  # why lines were rejected
    flaws: dict[str, int] = {}  # why parts of measurements were left out


def count(batch: Batch) -> IngestReport:
    """The report of one batch."""
    flaws = batch.measurements["flaw"].drop_nulls().to_list()
    return IngestReport(
        lines=batch.lines,
        measurements=batch.measurements.height + batch.snapshots.height + batch.demand.height,
        observations=batch.observations.height + batch.snapshots.height + batch.demand.height,
        testimonies=batch.testimonies.height,
        rejects=batch.rejects.height,
        flawed=len(flaws),
        tests=dict(Counter(batch.measurements["test_name"].to_list())),
        reasons=dict(Counter(batch.rejects["reason"].to_list())),
        flaws=dict(Counter(flaws)),
    )


def merge(one: IngestReport, other: IngestReport) -> IngestReport:
    """Both reports as one."""
    return IngestReport(
        files=one.files + other.files,
        unchanged=one.unchanged + other.unchanged,
        lines=one.lines + other.lines,
        measurements=one.measurements + other.measurements,
        observations=one.observations + other.observations,
        testimonies=one.testimonies + other.testimonies,
        rejects=one.rejects + other.rejects,
        flawed=one.flawed + other.flawed,
        tests=_sum(one.tests, other.tests),
        reasons=_sum(one.reasons, other.reasons),
        flaws=_sum(one.flaws, other.flaws),
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted((Counter(one) + Counter(other)).items()))

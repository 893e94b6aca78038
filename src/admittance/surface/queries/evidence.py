"""The measurements behind a number: which rule said what of which line of which file."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
import polars as pl

from admittance.lake import Snapshot
from admittance.model.episode import Episode
from admittance.model.ids import Asn, Country, SubjectId, TargetId
from admittance.model.observation import IngestedFile
from admittance.model.tables import TIME, rows_of
from admittance.model.verdict import SnapshotVerdict, Verdict
from admittance.model.vocabulary import BAD_STATES, SNAPSHOT_GATES, Arm, Gate, Layer, Origin
from admittance.model.vocabulary import Evidence as EvidenceLevel

__all__ = ["Evidence", "EvidenceList", "counted_evidence", "evidence_of_episode", "file_addresses", "snapshot_evidence"]

_BAD = [state.value for state in BAD_STATES]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One scored measurement: what the rule said, and where the original line lies."""

    measurement_uid: str | None  # null for a row of a snapshot table, which its file and offset name
    test_name: str
    subject: str
    target: str
    layer: str | None
    country: str
    network: int | None
    arm: str | None
    time: datetime
    state: str
    rule: str
    mechanism: str | None
    reason: str
    ruleset: str
    catalog: str
    fingerprints: str | None
    controls: str | None
    address: str | None  # where the file was read from
    file: str  # SHA-256 of the file as stored
    offset: int  # byte offset of the line in the decompressed file
    line_sha256: str
    origin: Origin


class EvidenceList(msgspec.Struct, frozen=True, kw_only=True):
    """The first rows of evidence by time, and how many there are in all."""

    total: int
    shown: tuple[Evidence, ...]


_COLUMNS = [field.name for field in msgspec.structs.fields(Evidence) if field.name != "address"]


def evidence_of_episode(snapshot: Snapshot, found: Episode, *, limit: int) -> EvidenceList:
    """The verdicts that blame interference on an episode's networks, targets and layers, from each network's onset to its end.

    They are at least those that the episode counts: it counts every series of a network from that series' own onset on.
    """
    if found.gate in SNAPSHOT_GATES:
        table = snapshot.scan(SnapshotVerdict).filter(
            (pl.col("gate") == found.gate.value)
            & (pl.col("subject") == found.subject)
            & (pl.col("country") == found.country)
            & pl.col("state").is_in(_BAD)
            & (pl.col("time") >= min(found.onset, found.onset_latest))
        )
        if found.end is not None:
            table = table.filter(pl.col("time") < found.end)
        return snapshot_evidence(rows_of(SnapshotVerdict, table.collect()), file_addresses(snapshot), limit=limit)
    table = (
        _scored(snapshot, found.subject, found.country, found.gate, _BAD)
        .join(_series(found).lazy(), on=["network", "target", "layer"], how="inner")
        .filter(pl.col("time") >= pl.col("onset").dt.truncate("1h"))
        .filter(pl.col("end").is_null() | (pl.col("time") < pl.col("end")))
    )
    return _listed(snapshot, table, limit)


def counted_evidence(
    snapshot: Snapshot,
    subject: SubjectId,
    country: Country,
    *,
    gate: Gate,
    target: TargetId | None,
    since: datetime,
    until: datetime,
    states: Collection[str],
    limit: int,
) -> EvidenceList:
    """Scored verdicts of a gate (and target), direct arm, in some states, from `since` to `until` (exclusive), by time."""
    table = _scored(snapshot, subject, country, gate, states)
    if target is not None:
        table = table.filter(pl.col("target") == target)
    return _listed(snapshot, table.filter((pl.col("time") >= since) & (pl.col("time") < until)), limit)


def snapshot_evidence(verdicts: Sequence[SnapshotVerdict], addresses: Mapping[str, str], *, limit: int) -> EvidenceList:
    """Verdicts on snapshots by time; `addresses` says where each file was read from."""
    ordered = sorted(verdicts, key=lambda verdict: (verdict.time, verdict.target, verdict.file, verdict.offset))
    shown = [
        Evidence(
            measurement_uid=None,
            test_name=verdict.place,
            subject=verdict.subject,
            target=verdict.target,
            layer=None,
            country=verdict.country,
            network=None,
            arm=None,
            time=verdict.time,
            state=verdict.state,
            rule=verdict.rule,
            mechanism=verdict.mechanism,
            reason=verdict.reason,
            ruleset=verdict.ruleset,
            catalog=verdict.catalog,
            fingerprints=None,
            controls=None,
            address=addresses.get(verdict.file),
            file=verdict.file,
            offset=verdict.offset,
            line_sha256=verdict.line_sha256,
            origin=verdict.origin,
        )
        for verdict in ordered[:limit]
    ]
    return EvidenceList(total=len(ordered), shown=tuple(shown))


def file_addresses(snapshot: Snapshot) -> dict[str, str]:
    """Where each ingested file was read from, by its SHA-256."""
    files = snapshot.scan(IngestedFile).select("file", "address").sort("file", "address").collect()
    return dict(files.iter_rows())


def _scored(snapshot: Snapshot, subject: SubjectId, country: Country, gate: Gate, states: Collection[str]) -> pl.LazyFrame:
    return snapshot.scan(Verdict).filter(
        (pl.col("country") == country)
        & (pl.col("subject") == subject)
        & (pl.col("gate") == gate.value)
        & (pl.col("arm") == Arm.DIRECT.value)
        & (pl.col("evidence") == EvidenceLevel.SCORED.value)
        & pl.col("state").is_in(list(states))
    )


def _series(found: Episode) -> pl.DataFrame:
    """Every network × target × layer of an episode with the network's onset and end."""
    schema = pl.Schema([("network", pl.Int64), ("target", pl.String), ("layer", pl.String), ("onset", TIME), ("end", TIME)])
    rows = [
        (network.asn, target, layer, network.onset, network.end)
        for network in found.networks
        for target in network.targets
        for layer in network.layers
    ]
    if Layer.ATTEMPT in found.layers:  # also what was tried from networks that nobody named
        rows += [(Asn(0), target, Layer.ATTEMPT.value, found.onset, found.end) for target in found.targets]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _listed(snapshot: Snapshot, table: pl.LazyFrame, limit: int) -> EvidenceList:
    found = table.select(_COLUMNS).collect()
    shown = found.sort("time", "measurement_uid", "target", "layer").head(limit)
    addresses = file_addresses(snapshot)
    rows = [msgspec.convert({**row, "address": addresses.get(row["file"])}, Evidence) for row in shown.iter_rows(named=True)]
    return EvidenceList(total=found.height, shown=tuple(rows))

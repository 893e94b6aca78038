"""Episodes, what became of them, and the measurements behind them."""

from collections.abc import Collection
from datetime import datetime

import msgspec
import polars as pl

from admittance.lake import Snapshot
from admittance.model.corroboration import Corroboration
from admittance.model.episode import Change, Episode
from admittance.model.ids import Country, EpisodeId, SubjectId
from admittance.model.observation import IngestedFile
from admittance.model.tables import TIME, rows_of
from admittance.model.verdict import StoreVerdict, Verdict
from admittance.model.vocabulary import BAD_STATES, Arm, Gate
from admittance.model.vocabulary import Evidence as EvidenceLevel

__all__ = [
    "EpisodeFilter",
    "EpisodePage",
    "Evidence",
    "EvidenceList",
    "changes",
    "episode",
    "episodes",
    "evidence_of_episode",
    "network_evidence",
    "store_evidence",
]

_BAD = [state.value for state in BAD_STATES]


class EpisodeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which episodes: an absent field leaves all. An episode is within a time when any part of its outer bracket is."""

    subject: SubjectId | None = None
    country: Country | None = None
    gate: Gate | None = None
    since: datetime | None = None
    until: datetime | None = None  # exclusive
    id: EpisodeId | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One scored measurement: what the rule said, and where the original line lies."""

    measurement_uid: str | None  # null for a row of a storefront table, which its file and offset name
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


class EvidenceList(msgspec.Struct, frozen=True, kw_only=True):
    """The first rows of evidence by time, and how many there are in all."""

    total: int
    shown: tuple[Evidence, ...]


class EpisodePage(msgspec.Struct, frozen=True, kw_only=True):
    """One episode with everything that hangs on it."""

    episode: Episode
    as_of: datetime | None  # when this gate was last measured there
    evidence: EvidenceList
    corroborations: tuple[Corroboration, ...]
    changes: tuple[Change, ...]


_FROM_VERDICTS = [field.name for field in msgspec.structs.fields(Evidence) if field.name != "address"]


def episodes(snapshot: Snapshot, wanted: EpisodeFilter) -> list[Episode]:
    """The episodes that a filter names, newest onset first, then by id."""
    table = snapshot.scan(Episode)
    for column, value in (("id", wanted.id), ("subject", wanted.subject), ("country", wanted.country), ("gate", wanted.gate)):
        if value is not None:
            table = table.filter(pl.col(column) == str(value))
    if wanted.since is not None:
        table = table.filter(pl.col("end").is_null() | (pl.coalesce("end_latest", "end") > wanted.since))
    if wanted.until is not None:
        table = table.filter(pl.coalesce("onset_earliest", "onset") < wanted.until)
    return rows_of(Episode, table.sort(["onset", "id"], descending=[True, False]).collect())


def episode(snapshot: Snapshot, episode_id: EpisodeId, *, limit: int = 200) -> EpisodePage | None:
    """One episode with its evidence, its corroborations and its history; null when no episode bears the id."""
    found = episodes(snapshot, EpisodeFilter(id=episode_id))
    if not found:
        return None
    edges = snapshot.scan(Corroboration).filter(pl.col("episode") == episode_id).sort("record_kind", "document", "record")
    return EpisodePage(
        episode=found[0],
        as_of=_last_measured(snapshot, found[0]),
        evidence=evidence_of_episode(snapshot, found[0], limit=limit),
        corroborations=tuple(rows_of(Corroboration, edges.collect())),
        changes=tuple(changes(snapshot, episode_id=episode_id)),
    )


def changes(snapshot: Snapshot, *, episode_id: EpisodeId | None = None, subject: SubjectId | None = None) -> list[Change]:
    """The log of what became of episodes, oldest entry first; of one episode or one subject when asked."""
    table = snapshot.scan(Change)
    if episode_id is not None:
        table = table.filter(pl.col("episode") == episode_id)
    if subject is not None:
        of_subject = snapshot.scan(Episode).filter(pl.col("subject") == subject)
        table = table.join(of_subject, left_on="episode", right_on="id", how="semi")
    return rows_of(Change, table.sort("sequence").collect())


def evidence_of_episode(snapshot: Snapshot, found: Episode, *, limit: int) -> EvidenceList:
    """The verdicts that blame interference on an episode's networks, targets and layers, from each network's onset to its end.

    They are at least those that the episode counts: it counts every series of a network from that series' own onset on.
    """
    if found.gate is Gate.STORE:
        return store_evidence(
            snapshot, found.subject, found.country, since=found.onset, until=found.end, states=_BAD, limit=limit
        )
    table = (
        _scored(snapshot, found.subject, found.country, found.gate, _BAD)
        .join(_series(found).lazy(), on=["network", "target", "layer"], how="inner")
        .filter(pl.col("time") >= pl.col("onset").dt.truncate("1h"))
        .filter(pl.col("end").is_null() | (pl.col("time") < pl.col("end")))
        .select(_FROM_VERDICTS)
    )
    return _listed(snapshot, table, ["time", "measurement_uid", "target", "layer"], limit)


def network_evidence(
    snapshot: Snapshot,
    subject: SubjectId,
    country: Country,
    *,
    since: datetime | None,
    until: datetime | None,
    states: Collection[str],
    limit: int,
) -> EvidenceList:
    """Scored verdicts of the network gate, direct arm, in some states, from `since` to `until` (exclusive), by time."""
    table = _within(_scored(snapshot, subject, country, Gate.NETWORK, states), since, until).select(_FROM_VERDICTS)
    return _listed(snapshot, table, ["time", "measurement_uid", "target", "layer"], limit)


def store_evidence(
    snapshot: Snapshot,
    subject: SubjectId,
    country: Country,
    *,
    since: datetime | None,
    until: datetime | None,
    states: Collection[str] | None,
    limit: int,
) -> EvidenceList:
    """Storefront verdicts from `since` (inclusive) to `until` (exclusive) in the given states (all when null), by time."""
    table = snapshot.scan(StoreVerdict).filter((pl.col("subject") == subject) & (pl.col("country") == country))
    if states is not None:
        table = table.filter(pl.col("state").is_in(list(states)))
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in ("measurement_uid", "layer", "arm", "mechanism")]
    versions = [pl.lit(None, dtype=pl.String).alias(name) for name in ("fingerprints", "controls")]
    table = _within(table, since, until).with_columns(
        *absent, *versions, pl.lit(None, dtype=pl.Int64).alias("network"), pl.col("store").alias("test_name")
    )
    return _listed(snapshot, table.select(_FROM_VERDICTS), ["time", "target", "file", "offset"], limit)


def _last_measured(snapshot: Snapshot, found: Episode) -> datetime | None:
    noun = StoreVerdict if found.gate is Gate.STORE else Verdict
    table = snapshot.scan(noun).filter((pl.col("subject") == found.subject) & (pl.col("country") == found.country))
    last = table.select(pl.col("time").max()).collect().item()
    return last if isinstance(last, datetime) else None


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
    return pl.DataFrame(rows, schema=schema, orient="row")


def _within(table: pl.LazyFrame, since: datetime | None, until: datetime | None) -> pl.LazyFrame:
    if since is not None:
        table = table.filter(pl.col("time") >= since)
    return table if until is None else table.filter(pl.col("time") < until)


def _listed(snapshot: Snapshot, table: pl.LazyFrame, order: list[str], limit: int) -> EvidenceList:
    found = table.collect()
    shown = found.sort(order).head(limit)
    addresses = snapshot.scan(IngestedFile).select("file", "address").unique("file", keep="any").collect()
    rows = shown.join(addresses, on="file", how="left", maintain_order="left").iter_rows(named=True)
    return EvidenceList(total=found.height, shown=tuple(msgspec.convert(row, Evidence) for row in rows))

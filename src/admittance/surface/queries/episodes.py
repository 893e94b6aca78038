"""Episodes, what is said of them, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import polars as pl

from admittance.lake import Snapshot
from admittance.model.corroboration import Corroboration
from admittance.model.episode import Change, Episode
from admittance.model.ids import Country, EpisodeId, SubjectId
from admittance.model.tables import rows_of
from admittance.model.verdict import SnapshotVerdict, Verdict
from admittance.model.vocabulary import SNAPSHOT_GATES, Gate
from admittance.surface.queries.evidence import EvidenceList, evidence_of_episode

__all__ = [
    "EpisodeFilter",
    "EpisodePage",
    "changes",
    "content_last",
    "episode",
    "episodes",
]


class EpisodeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which episodes: an absent field leaves all. An episode is within a time when any part of its outer bracket is."""

    subject: SubjectId | None = None
    subjects: frozenset[SubjectId] | None = None  # any of these
    country: Country | None = None
    gate: Gate | None = None
    since: datetime | None = None
    until: datetime | None = None  # exclusive
    id: EpisodeId | None = None


class EpisodePage(msgspec.Struct, frozen=True, kw_only=True):
    """One episode with everything that hangs on it."""

    episode: Episode
    as_of: datetime | None  # when this gate was last measured there
    evidence: EvidenceList
    corroborations: tuple[Corroboration, ...]
    changes: tuple[Change, ...]


def episodes(snapshot: Snapshot, wanted: EpisodeFilter) -> list[Episode]:
    """The episodes that a filter names, newest onset first, then by id; those of functions stand behind the episode at the
    network gate whose measurements they read.
    """
    table = snapshot.scan(Episode)
    for column, value in (("id", wanted.id), ("subject", wanted.subject), ("country", wanted.country), ("gate", wanted.gate)):
        if value is not None:
            table = table.filter(pl.col(column) == str(value))
    if wanted.subjects is not None:
        table = table.filter(pl.col("subject").is_in(sorted(wanted.subjects)))
    if wanted.since is not None:
        table = table.filter(pl.col("end").is_null() | (pl.coalesce("end_latest", "end") > wanted.since))
    if wanted.until is not None:
        table = table.filter(pl.coalesce("onset_earliest", "onset") < wanted.until)
    return _functions_behind(rows_of(Episode, table.sort(["onset", "id"], descending=[True, False]).collect()))


def _functions_behind(found: list[Episode]) -> list[Episode]:
    functions = [one for one in found if one.gate is Gate.FUNCTION]
    ordered: list[Episode] = []
    for one in found:
        if one.gate is Gate.FUNCTION:
            continue
        ordered.append(one)
        if one.gate is Gate.NETWORK:
            ordered += [function for function in functions if _at_the_same_time(function, one)]
            functions = [function for function in functions if not _at_the_same_time(function, one)]
    return [*ordered, *functions]


def _at_the_same_time(one: Episode, other: Episode) -> bool:
    same = (one.subject, one.country) == (other.subject, other.country)
    return same and (one.end is None or one.end > other.onset) and (other.end is None or other.end > one.onset)


def content_last(found: Sequence[Episode]) -> list[Episode]:
    """The episodes in their order, those of the content gate after all others: keywords run to thousands."""
    return sorted(found, key=lambda one: one.gate is Gate.CONTENT)


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


def _last_measured(snapshot: Snapshot, found: Episode) -> datetime | None:
    noun = SnapshotVerdict if found.gate in SNAPSHOT_GATES else Verdict
    table = snapshot.scan(noun).filter(
        (pl.col("gate") == found.gate.value) & (pl.col("subject") == found.subject) & (pl.col("country") == found.country)
    )
    last = table.select(pl.col("time").max()).collect().item()
    return last if isinstance(last, datetime) else None

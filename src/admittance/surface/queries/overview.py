"""What a lake holds: files, counts, first and last times, and the newest of everything for a first page."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import polars as pl

from admittance.catalog import KEYWORD_PREFIX, Catalog
from admittance.lake import LAYOUT, Snapshot
from admittance.model.edition import Edition
from admittance.model.episode import Episode
from admittance.model.ids import Country, SubjectId
from admittance.model.observation import IngestedFile, Measurement, Reject, SnapshotObservation
from admittance.model.tables import rows_of
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import Origin
from admittance.pipeline.editions import editions_holding
from admittance.surface.queries.categories import CategoryCount, category_counts
from admittance.surface.queries.coverage import CoverageSpan, coverage_spans
from admittance.surface.queries.documents import DocumentEntry, documents
from admittance.surface.queries.episodes import EpisodeFilter, content_last, episodes
from admittance.surface.queries.statements import StatementFilter, actions, claims

__all__ = ["EditionEntry", "FileEntry", "LakeStatus", "Overview", "overview", "status"]

SUBJECTS_SHOWN = 200


class FileEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken in from one source: files, lines and how many of them could not be read."""

    source: str
    files: int
    lines: int
    measurements: int
    observations: int
    rejects: int
    first_time: datetime | None
    last_time: datetime | None
    recorded_at: datetime  # of the newest file: when this source last succeeded
    lag_hours: float | None  # from the last measurement to that; null when nothing was measured


class EditionEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A published list as it holds now."""

    version: str
    address: str
    licence: str
    entries: int
    unusable: int


class LakeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A lake in numbers, all of one version."""

    place: str
    version: int
    origin: Origin | None
    catalog: str  # version of the catalog in use
    rows: Mapping[str, int]  # per table
    sources: tuple[FileEntry, ...]
    tests: Mapping[str, int]  # measurements per test name
    reasons: Mapping[str, int]  # unread lines per reason
    rulesets: tuple[str, ...]  # versions that the verdicts are stamped with
    editions: tuple[EditionEntry, ...]  # published lists that hold
    as_of: tuple[str, ...]  # days as of which the lake was scored beside the present
    coverage: tuple[CoverageSpan, ...]
    categories: tuple[CategoryCount, ...]  # of the test lists that hold


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What a first page shows: episodes, subjects and countries that have any or are spoken of, and the newest documents."""

    origin: Origin | None
    version: int
    episodes: tuple[Episode, ...]
    subjects: tuple[SubjectId, ...]  # a few hundred at most, keywords last
    more_subjects: int  # beyond those
    countries: tuple[Country, ...]
    spoken_of: tuple[Country, ...]  # countries without an episode, of claims and actions
    documents: tuple[DocumentEntry, ...]
    measurements: int


def status(snapshot: Snapshot, catalog: Catalog, days: Sequence[str] = ()) -> LakeStatus:
    """The lake in numbers; `days` are those as of which it was scored beside the present."""
    files = rows_of(IngestedFile, snapshot.scan(IngestedFile).sort("source", "address", "file").collect())
    names = sorted({entry.source for entry in files})
    sources = [_of_source(name, [entry for entry in files if entry.source == name]) for name in names]
    return LakeStatus(
        place=snapshot.place,
        version=snapshot.version,
        origin=snapshot.origin,
        catalog=catalog.version,
        rows={layout.name: _count(snapshot.scan(layout.noun)) for layout in LAYOUT},
        sources=tuple(sources),
        tests=_counted(snapshot.scan(Measurement), "test_name"),
        reasons=_counted(snapshot.scan(Reject), "reason"),
        rulesets=tuple(snapshot.scan(Verdict).select("ruleset").unique().sort("ruleset").collect()["ruleset"]),
        editions=tuple(_edition(entry) for entry in editions_holding(snapshot)),
        as_of=tuple(days),
        coverage=tuple(coverage_spans(snapshot)),
        categories=tuple(category_counts(snapshot, catalog)),
    )


def overview(snapshot: Snapshot, catalog: Catalog, *, limit: int = 50) -> Overview:
    """The newest episodes and documents, subjects that have an episode, every country that has one or is spoken of.

    Lists of keywords run to thousands: episodes of other gates come before those of content, and keywords come last.
    """
    known = episodes(snapshot, EpisodeFilter())
    restricted = {entry.country for entry in known}
    everything = StatementFilter()
    spoken_of = {entry.claim.place.country for entry in claims(snapshot, everything)}
    spoken_of |= {entry.country for entry in actions(snapshot, everything, catalog) if entry.country is not None}
    subjects = sorted({entry.subject for entry in known}, key=lambda subject: (subject.startswith(KEYWORD_PREFIX), subject))
    return Overview(
        origin=snapshot.origin,
        version=snapshot.version,
        episodes=tuple(content_last(known)[:limit]),
        subjects=tuple(subjects[:SUBJECTS_SHOWN]),
        more_subjects=max(0, len(subjects) - SUBJECTS_SHOWN),
        countries=tuple(sorted(restricted)),
        spoken_of=tuple(Country(code) for code in sorted(spoken_of - restricted)),
        documents=tuple(documents(snapshot, limit=limit)),
        measurements=_count(snapshot.scan(Measurement)) + _count(snapshot.scan(SnapshotObservation)),
    )


def _edition(edition: Edition) -> EditionEntry:
    return EditionEntry(
        version=edition.version,
        address=edition.address,
        licence=edition.licence,
        entries=edition.entries,
        unusable=edition.unusable,
    )


def _of_source(name: str, files: list[IngestedFile]) -> FileEntry:
    firsts = [entry.first_time for entry in files if entry.first_time is not None]
    lasts = [entry.last_time for entry in files if entry.last_time is not None]
    last, newest = max(lasts, default=None), max(entry.recorded_at for entry in files)
    return FileEntry(
        source=name,
        files=len(files),
        lines=sum(entry.lines for entry in files),
        measurements=sum(entry.measurements for entry in files),
        observations=sum(entry.observations for entry in files),
        rejects=sum(entry.rejects for entry in files),
        first_time=min(firsts, default=None),
        last_time=last,
        recorded_at=newest,
        lag_hours=None if last is None else round((newest - last).total_seconds() / 3600, 1),
    )


def _count(table: pl.LazyFrame) -> int:
    return int(table.select(pl.len()).collect().item())


def _counted(table: pl.LazyFrame, column: str) -> dict[str, int]:
    rows = table.group_by(column).len().sort("len", column, descending=[True, False]).collect()
    return {str(value): int(count) for value, count in rows.iter_rows()}

"""From files to source tables: exactly once for each file, whatever is killed when."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import polars as pl

from admittance.errors import InputError, LakeError, UsageError
from admittance.lake import Lake
from admittance.lake.layout import IngestStart
from admittance.model.ids import FileId
from admittance.model.observation import Body, IngestedFile, Measurement, NetworkObservation, Reject, StoreObservation
from admittance.model.tables import Row, rows_of, table_of
from admittance.model.vocabulary import Origin
from admittance.pipeline.progress import Progress, silent
from admittance.sources import Batch, ReadOptions, Selection, Source, SourceFile, source_named

__all__ = ["BATCH_SIZE", "IngestReport", "files_under", "ingest"]

BATCH_SIZE = 5_000
"""Measurements (or rows of a table) per commit: a few hundred megabytes at most for the largest that real probes send."""

_BATCH_TABLES: tuple[tuple[str, type[Row]], ...] = (
    ("measurements", Measurement),
    ("observations", NetworkObservation),
    ("store_observations", StoreObservation),
    ("bodies", Body),
    ("rejects", Reject),
)


class IngestReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an ingest did: counts over the files read now, and how many files it knew already."""

    files: int = 0
    unchanged: int = 0
    lines: int = 0
    measurements: int = 0
    observations: int = 0
    rejects: int = 0
    tests: dict[str, int] = {}
    reasons: dict[str, int] = {}  # why lines were rejected


class _Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What of a file is read and how: kept with the file, so that another way of reading it is noticed."""

    countries: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    tests: tuple[str, ...] = ()
    renames: dict[str, str] = {}
    observed: datetime | None = None


def ingest(
    lake: Lake,
    source_name: str,
    paths: Sequence[str | Path],
    *,
    clock: Callable[[], datetime],
    selection: Selection | None = None,
    renames: Mapping[str, str] | None = None,
    observed: datetime | None = None,
    batch_size: int = BATCH_SIZE,
    progress: Progress = silent,
) -> IngestReport:
    """Bring files of one source into a lake; what was ingested before, whole and in the same way, is left alone.

    Folders are searched for files that the source can read. A file is known by the hash of its bytes. When it was ingested with
    a narrower selection, it is read again with both together; when an ingest was cut short, it goes on where that stopped
    (provided that `batch_size`, in measurements or rows per commit, is the same).

    Raises `UsageError` for an unknown source or a path that does not exist, `InputError` when a file is not of this source at
    all, `LakeError` when its rows are of another origin than the lake's.
    """
    source = source_named(source_name)
    wanted = _reading_of(selection or Selection(), renames or {}, observed)
    paths_to_read = files_under(paths, source)
    ledger = _Ledger(lake)
    report = IngestReport()
    for number, path in enumerate(paths_to_read):
        progress(f"ingest {path.name}", number, len(paths_to_read))
        report = _merge(report, _ingest_file(lake, source, path, wanted, ledger, clock, batch_size))
    lake.release_sources()
    progress("ingest", len(paths_to_read), len(paths_to_read))
    return report


def files_under(paths: Sequence[str | Path], source: Source) -> list[Path]:
    """The files that `paths` name, folders searched for names that the source reads, each once and in a fixed order."""
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if str(path).startswith("s3:"):
            raise UsageError(f"{path}: archives on s3:// cannot be read yet; copy the files and name the folder")
        if path.is_dir():
            candidates = sorted(child for child in path.rglob("*") if child.is_file())
            found.update(dict.fromkeys(child for child in candidates if child.name.endswith(source.suffixes)))
        elif path.is_file():
            found[path] = None
        else:
            raise UsageError(f"{path}: no such file or folder")
    if not found:
        raise UsageError(f"nothing to ingest: no file there ends in {', '.join(source.suffixes)}")
    return list(found)


class _Ledger:
    """What the lake remembers of each file: how often an ingest of it began, and how the last one that ended had read it."""

    def __init__(self, lake: Lake) -> None:
        snapshot = lake.release_sources()
        self.starts: dict[FileId, IngestStart] = {}
        for start in rows_of(IngestStart, snapshot.scan(IngestStart).collect()):
            known = self.starts.get(start.file)
            if known is None or (known.generation, known.cleared) < (start.generation, start.cleared):
                self.starts[start.file] = start
        done = snapshot.scan(IngestedFile).select("file", "generation").collect()
        self.done: set[tuple[str, int]] = set(done.iter_rows())


def _ingest_file(
    lake: Lake,
    source: Source,
    path: Path,
    wanted: _Reading,
    ledger: _Ledger,
    clock: Callable[[], datetime],
    batch_size: int,
) -> IngestReport:
    with path.open("rb") as stream:
        file = FileId(hashlib.file_digest(stream, "sha256").hexdigest())
    last = ledger.starts.get(file)
    reading, generation, cleared = wanted, 0, True
    if last is not None:
        earlier = msgspec.json.decode(last.reading, type=_Reading)
        reading = _widened(wanted, earlier)
        same = reading == earlier and last.parser == source.parser
        if same and (file, last.generation) in ledger.done:
            return IngestReport(unchanged=1)
        generation = last.generation if same else last.generation + 1
        cleared = same and last.cleared
    start = IngestStart(
        file=file,
        generation=generation,
        cleared=cleared,
        parser=source.parser,
        reading=msgspec.json.encode(reading, order="sorted").decode(),
        started_at=clock(),
    )
    _promise(lake, start)
    if not cleared:
        _forget(lake, file)
        start = msgspec.structs.replace(start, cleared=True)
        _promise(lake, start)
    ledger.starts[file] = start
    ledger.done.add((file, generation))
    options = _options(reading, clock(), batch_size)
    return _read_into(lake, source, SourceFile(path=path, file=file, address=str(path.absolute())), options, generation)


def _promise(lake: Lake, start: IngestStart) -> None:
    key = f"{start.file}:{start.generation}"
    lake.append_once(IngestStart, table_of(IngestStart, [start]), key=key, part=int(start.cleared))


def _options(reading: _Reading, recorded_at: datetime, batch_size: int) -> ReadOptions:
    return ReadOptions(
        recorded_at=recorded_at,
        selection=Selection(
            countries=frozenset(reading.countries),
            since=reading.since,
            until=reading.until,
            tests=frozenset(reading.tests),
        ),
        renames=reading.renames,
        observed=reading.observed,
        batch_size=batch_size,
    )


def _read_into(lake: Lake, source: Source, file: SourceFile, options: ReadOptions, generation: int) -> IngestReport:
    key = f"{file.file}:{generation}"
    report = IngestReport(files=1)
    origin: Origin | None = None
    times: list[datetime] = []
    for part, batch in enumerate(source.read(file, options)):
        origin = _one_origin(lake, batch, origin, file)
        for name, noun in _BATCH_TABLES:
            table: pl.DataFrame = getattr(batch, name)
            if not table.is_empty():
                lake.append_once(noun, table, key=key, part=part)
        times += _bounds(batch)
        report = _merge(report, _count(batch))
    ingested = IngestedFile(
        file=file.file,
        generation=generation,
        source=source.name,
        origin=origin or lake.snapshot().origin or Origin.MEASURED,
        address=file.address,
        size=file.path.stat().st_size,
        lines=report.lines,
        measurements=report.measurements,
        observations=report.observations,
        rejects=report.rejects,
        tests=msgspec.json.encode(report.tests, order="sorted").decode(),
        parser=source.parser,
        first_time=min(times, default=None),
        last_time=max(times, default=None),
        recorded_at=options.recorded_at,
    )
    lake.append_once(IngestedFile, table_of(IngestedFile, [ingested]), key=key)
    return report


def _one_origin(lake: Lake, batch: Batch, known: Origin | None, file: SourceFile) -> Origin | None:
    """The origin of a batch's rows, claimed for the lake before the first of them is written."""
    for table in (batch.measurements, batch.observations, batch.store_observations):
        for value in table["origin"].unique(maintain_order=True).to_list():
            origin = Origin(value)
            if known is not None and origin is not known:
                raise InputError(f"{file.address}: holds both {known} and {origin} records; split it, they never share a lake")
            if known is None:
                try:
                    lake.claim_origin(origin)
                except LakeError as error:
                    raise LakeError(f"{file.address}: {error}") from error
                known = origin
    return known


def _forget(lake: Lake, file: FileId) -> None:
    """Remove every row of a file, to make room for another way of reading it."""
    for _, noun in _BATCH_TABLES:
        lake.replace(noun, table_of(noun, []), column="file", value=file)
    lake.replace(IngestedFile, table_of(IngestedFile, []), column="file", value=file)


def _bounds(batch: Batch) -> list[datetime]:
    bounds: list[datetime] = []
    for table in (batch.measurements, batch.store_observations):
        if not table.is_empty():
            bounds += [table["time"].min(), table["time"].max()]  # type: ignore[list-item]
    return bounds


def _count(batch: Batch) -> IngestReport:
    return IngestReport(
        lines=batch.lines,
        measurements=batch.measurements.height + batch.store_observations.height,
        observations=batch.observations.height + batch.store_observations.height,
        rejects=batch.rejects.height,
        tests=dict(Counter(batch.measurements["test_name"].to_list())),
        reasons=dict(Counter(batch.rejects["reason"].to_list())),
    )


def _merge(one: IngestReport, other: IngestReport) -> IngestReport:
    return IngestReport(
        files=one.files + other.files,
        unchanged=one.unchanged + other.unchanged,
        lines=one.lines + other.lines,
        measurements=one.measurements + other.measurements,
        observations=one.observations + other.observations,
        rejects=one.rejects + other.rejects,
        tests=_sum(one.tests, other.tests),
        reasons=_sum(one.reasons, other.reasons),
    )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted((Counter(one) + Counter(other)).items()))


def _reading_of(selection: Selection, renames: Mapping[str, str], observed: datetime | None) -> _Reading:
    return _Reading(
        countries=tuple(sorted(selection.countries)),
        since=selection.since,
        until=selection.until,
        tests=tuple(sorted(selection.tests)),
        renames=dict(renames),
        observed=observed,
    )


def _widened(wanted: _Reading, earlier: _Reading) -> _Reading:
    """A reading that covers both; names and dates of columns are as wanted now."""
    return _Reading(
        countries=_union(wanted.countries, earlier.countries),
        since=None if wanted.since is None or earlier.since is None else min(wanted.since, earlier.since),
        until=None if wanted.until is None or earlier.until is None else max(wanted.until, earlier.until),
        tests=_union(wanted.tests, earlier.tests),
        renames=wanted.renames,
        observed=wanted.observed,
    )


def _union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """All of both; no restriction at all when either has none."""
    first, second = set(one), set(other)
    return tuple(sorted(first | second)) if first and second else ()

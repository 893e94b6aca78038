"""The work on a handful of files, the same for one process, a pool or a cluster: read, and commit exactly once.

Whoever does a job commits it. Appends to a Delta table do not disturb each other, so workers send nothing but a report back.
Rows of many small files go into one commit per table, marked with each file's own part: whatever was killed when, a part that
stands is left out when it comes again.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
import polars as pl

from admittance.catalog.networks import AddressNetworks
from admittance.errors import InputError, LakeError
from admittance.lake import Lake, Part
from admittance.lake.layout import FetchedObject, IngestStart
from admittance.model.demand import DemandObservation
from admittance.model.ids import FileId
from admittance.model.observation import Body, IngestedFile, Measurement, NetworkObservation, Reject, SnapshotObservation
from admittance.model.tables import Row, table_of
from admittance.model.testimony import Testimony
from admittance.model.vocabulary import Origin
from admittance.pipeline.editions import network_tables, networks_of
from admittance.pipeline.files import Access, Found, at_hand
from admittance.pipeline.ledger import Ledger, Manner
from admittance.pipeline.report import IngestReport, count, merge
from admittance.sources import Batch, ReadOptions, SourceFile, source_named

__all__ = ["IngestJob", "JobDone", "Reread", "ingest_files", "make_room"]

PENDING_BYTES = 64 * 2**20
"""Of tables in memory, from which on they are committed."""

BATCH_TABLES: tuple[tuple[str, type[Row]], ...] = (
    ("measurements", Measurement),
    ("observations", NetworkObservation),
    ("snapshots", SnapshotObservation),
    ("demand", DemandObservation),
    ("testimonies", Testimony),
    ("bodies", Body),
    ("rejects", Reject),
)

FORGOTTEN: tuple[type[Row], ...] = (*(noun for _, noun in BATCH_TABLES), IngestedFile)
"""Tables whose rows of a file go when it is read in another way."""

ledger_at = lru_cache(maxsize=2)(Ledger.at)
"""The ledger that all jobs of one ingest share, read once in each process."""


@lru_cache(maxsize=2)
def lake_at(place: str, release: int) -> Lake:
    """The lake that all jobs of one ingest write to, so that each process opens a table once and not for every commit."""
    return Lake.open(place)


class IngestJob(msgspec.Struct, frozen=True, kw_only=True):
    """Files to bring into a lake, and all that a process must know to do so."""

    place: str  # of the lake
    release: int  # whose ledger says what is known
    source: str
    files: tuple[Found, ...]
    manner: Manner
    access: Access
    moment: datetime  # stamped on what is written
    batch_size: int
    cleared: frozenset[FileId] = frozenset()  # files of which the rows of a former way of reading are gone by now


class Reread(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was read in another way before; its rows of then must go before it is read again."""

    found: Found
    start: IngestStart


class JobDone(msgspec.Struct, frozen=True, kw_only=True):
    """What a job did, what it left for later, and which files could not be read at all, with the reason."""

    seen: int  # files that are done with, however they fared
    report: IngestReport
    rereads: tuple[Reread, ...]
    failures: tuple[str, ...]


def ingest_files(job: IngestJob) -> JobDone:
    """Bring the files of a job into its lake. Raises `LakeError` when rows are of another origin than the lake's."""
    work = _Work(job)
    report = IngestReport()
    rereads = []
    failures = []
    for found in job.files:
        try:
            outcome = work.ingest(found)
        except InputError as error:
            failures.append(str(error))
            continue
        if isinstance(outcome, Reread):
            rereads.append(outcome)
        else:
            report = merge(report, outcome)
    work.pending.commit()
    return JobDone(seen=len(job.files) - len(rereads), report=report, rereads=tuple(rereads), failures=tuple(failures))


def make_room(lake: Lake, rereads: Sequence[Reread]) -> frozenset[FileId]:
    """Remove the rows of files that are to be read in another way; which files these are.

    Promised before and after, so that whoever finds the work half done knows. All files at once, in one process: a removal
    loses against any other writer of its table and has to begin again.
    """
    starts = [reread.start for reread in rereads]
    files = frozenset(start.file for start in starts)
    _promise(lake, starts)
    for noun in FORGOTTEN:
        lake.replace(noun, table_of(noun, []), column="file", values=files)
    _promise(lake, [msgspec.structs.replace(start, cleared=True) for start in starts])
    return files


class _Pending:
    """Rows on their way into the lake, in the order that makes a killed ingest repeatable.

    Promises first, then rows, and what says that a file is done last.
    """

    def __init__(self, lake: Lake, batch_size: int) -> None:
        self._lake = lake
        self._batch_size = batch_size
        self._clear()

    def begin(self, start: IngestStart) -> None:
        """Promise a file, of which no row of a former way of reading is left."""
        self._starts.append(start)

    def add(self, noun: type[Row], part: Part) -> None:
        """Rows of a file that was promised."""
        self._parts[noun].append(part)
        self._bytes += part.table.estimated_size()

    def end(self, noun: type[Row], key: str, row: Row) -> None:
        """What is to be remembered once all before it is in the lake."""
        self._endings[noun].append(Part(key=key, table=table_of(noun, [row])))

    def relieve(self, lines: int) -> None:
        """Count lines that were read, and commit when there is enough to be worth it."""
        self._lines += lines
        if self._lines >= self._batch_size or self._bytes >= PENDING_BYTES:
            self.commit()

    def commit(self) -> None:
        """Everything into the lake."""
        _promise(self._lake, self._starts)
        for tables in (self._parts, self._endings):
            for noun, parts in tables.items():
                if parts:
                    self._lake.append_once(noun, parts)
        self._clear()

    def _clear(self) -> None:
        self._lines = 0
        self._bytes = 0.0
        self._starts: list[IngestStart] = []
        self._parts: dict[type[Row], list[Part]] = {noun: [] for _, noun in BATCH_TABLES}
        self._endings: dict[type[Row], list[Part]] = {IngestedFile: [], FetchedObject: []}


class _Work:
    """One job while it is done."""

    def __init__(self, job: IngestJob) -> None:
        self._job = job
        self._lake = lake_at(job.place, job.release)
        self.pending = _Pending(self._lake, job.batch_size)
        self._ledger = ledger_at(job.place, job.release)
        self._source = source_named(job.source)
        tables = network_tables(self._lake.snapshot(job.release)) if job.manner.networks else ()
        self._networks = networks_of(tables) if tables else None

    def ingest(self, found: Found) -> IngestReport | Reread:
        """Bring in one file. Raises `InputError` when it cannot be fetched or is not of the source."""
        known = None if found.tag is None else self._ledger.fetched(found.address, found.tag, found.size)
        if known is not None:
            start = self._start(known)
            if start is None:
                return IngestReport(unchanged=1)
            if not start.cleared:
                return Reread(found=found, start=start)
        with at_hand(found, self._job.access) as file:
            start = self._start(file.file)
            if start is not None and not start.cleared:
                return Reread(found=found, start=start)
            report = IngestReport(unchanged=1) if start is None else self._read(file, start)
        if found.tag is not None:
            self._remember(found, file.file)
        return report

    def _start(self, file: FileId) -> IngestStart | None:
        """What is promised of a file before it is read; null when there is nothing to read."""
        plan = self._ledger.plan(file, self._job.manner, self._source.parser)
        if plan is None:
            return None
        return IngestStart(
            file=file,
            generation=plan.generation,
            cleared=plan.cleared or file in self._job.cleared,
            parser=self._source.parser,
            reading=msgspec.json.encode(plan.manner, order="sorted").decode(),
            started_at=self._job.moment,
        )

    def _remember(self, found: Found, file: FileId) -> None:
        fetched = FetchedObject(
            address=found.address, tag=found.tag or "", size=found.size, file=file, fetched_at=self._job.moment
        )
        self.pending.end(FetchedObject, f"{found.address}:{found.tag}:{found.size}", fetched)

    def _read(self, file: SourceFile, start: IngestStart) -> IngestReport:
        lake, pending, source, job = self._lake, self.pending, self._source, self._job
        manner = msgspec.json.decode(start.reading, type=Manner)
        pending.begin(start)
        key = _key(file.file, start.generation)
        report = IngestReport(files=1)
        origin: Origin | None = None
        times: list[datetime] = []
        for number, batch in enumerate(source.read(file, _options(manner, job, self._networks))):
            origin = _one_origin(lake, batch, origin, file)
            for name, noun in BATCH_TABLES:
                table: pl.DataFrame = getattr(batch, name)
                if not table.is_empty():
                    pending.add(noun, Part(key=key, number=number, table=table))
            times += _bounds(batch)
            report = merge(report, count(batch))
            pending.relieve(batch.lines)
        ingested = IngestedFile(
            file=file.file,
            generation=start.generation,
            source=source.name,
            origin=origin or lake.snapshot().origin or Origin.MEASURED,
            address=file.address,
            size=file.path.stat().st_size,
            lines=report.lines,
            measurements=report.measurements,
            observations=report.observations,
            rejects=report.rejects,
            flawed=report.flawed,
            tests=msgspec.json.encode(report.tests, order="sorted").decode(),
            parser=source.parser,
            first_time=min(times, default=None),
            last_time=max(times, default=None),
            recorded_at=job.moment,
        )
        pending.end(IngestedFile, key, ingested)
        return report


def _promise(lake: Lake, starts: Sequence[IngestStart]) -> None:
    if starts:
        parts = [
            Part(key=_key(start.file, start.generation), number=int(start.cleared), table=table_of(IngestStart, [start]))
            for start in starts
        ]
        lake.append_once(IngestStart, parts)


def _key(file: FileId, generation: int) -> str:
    return f"{file}:{generation}"


def _options(manner: Manner, job: IngestJob, networks: AddressNetworks | None) -> ReadOptions:
    return ReadOptions(
        recorded_at=job.moment,
        selection=manner.selection,
        renames=manner.renames,
        values=manner.values,
        observed=manner.observed,
        networks=networks,
        batch_size=job.batch_size,
    )


def _one_origin(lake: Lake, batch: Batch, known: Origin | None, file: SourceFile) -> Origin | None:
    """The origin of a batch's rows, claimed for the lake before the first of them is written."""
    for table in (batch.measurements, batch.observations, batch.snapshots, batch.demand, batch.testimonies):
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


def _bounds(batch: Batch) -> list[datetime]:
    bounds: list[datetime] = []
    for table in (batch.measurements, batch.snapshots, batch.demand):
        if not table.is_empty():
            bounds += [table["time"].min(), table["time"].max()]  # type: ignore[list-item]
    return bounds

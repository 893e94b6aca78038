"""From files to source tables: exactly once for each file, whatever is killed when and whoever does the work."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from admittance.errors import InputError, UsageError
from admittance.lake import Lake, is_remote
from admittance.model.ids import FileId
from admittance.pipeline.editions import network_tables
from admittance.pipeline.files import Access, Found, find, sha256_of
from admittance.pipeline.job import IngestJob, Reread, ingest_files, make_room
from admittance.pipeline.ledger import manner_of
from admittance.pipeline.progress import Progress, silent
from admittance.pipeline.report import IngestReport, merge
from admittance.pipeline.workers import cluster, done_by, here, pool
from admittance.sources import READS_ADDRESSES, Selection, source_named

__all__ = ["BATCH_SIZE", "ingest", "jobs_of"]

BATCH_SIZE = 20_000
"""Measurements (or rows of a table) per commit; readers hand over fewer where these are large."""

JOB_BYTES = 16 * 2**20
JOB_BYTES_LEAST = 2 * 2**20
JOB_FILES = 500
JOBS_IN_TURN = 4
"""A job is as large as leaves several for each that is in hand, within the bounds: nobody is idle at the end, and what a job
costs beside its rows, four commits of 8 ms of CPU, is small beside these: the least takes 200 ms."""

POOL_BYTES = 4 * 2**20
"""Less is read before the processes of a pool have started."""

FAILURES_SHOWN = 5


def ingest(
    lake: Lake,
    source_name: str,
    paths: Sequence[str | Path],
    *,
    clock: Callable[[], datetime],
    selection: Selection | None = None,
    renames: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    observed: datetime | None = None,
    batch_size: int = BATCH_SIZE,
    workers: int = 1,
    cluster_address: str | None = None,
    access: Access | None = None,
    progress: Progress = silent,
) -> IngestReport:
    """Bring files of one source into a lake; what was ingested before, whole and in the same way, is left alone.

    Folders and archives (`s3://bucket/prefix`) are searched for files that the source can read. A file is known by the hash of
    its bytes, an object of an archive also by its address, ETag and size, so that it is not fetched again. When a file was
    ingested with a narrower selection, it is read again with both together; when an ingest was cut short, it goes on where that
    stopped (provided that `batch_size`, in measurements or rows, is the same). The rows are the same whether one process reads,
    several `workers`, or the workers of a Dask cluster, which must reach the same lake and files.

    Raises `UsageError` for an unknown source, a path that does not exist or a cluster that does not answer, `LakeError` when
    rows are of another origin than the lake's, and, after all other files were ingested, `InputError` when some cannot be
    fetched or are not of this source at all.
    """
    source = source_named(source_name)
    if cluster_address is not None and not is_remote(cluster_address):
        raise UsageError(f"--cluster {cluster_address}: write tcp://HOST:PORT")
    wanted = selection or Selection()
    access = access or Access()
    progress("find files", 0)
    found = find(paths, source, wanted, access)
    files = _each_once(found)
    release = lake.release_sources().version
    tables = network_tables(lake.snapshot(release)) if source.name in READS_ADDRESSES else ()
    networks = " ".join(table.version for table in tables)
    manner = manner_of(wanted, renames or {}, values or {}, observed, networks)

    def jobs(files: Sequence[Found], cleared: frozenset[FileId], hands: int) -> Iterator[IngestJob]:
        for group in jobs_of(files, hands):
            yield IngestJob(
                place=lake.place,
                release=release,
                source=source.name,
                files=tuple(group),
                manner=manner,
                access=access,
                moment=clock(),
                batch_size=batch_size,
                cleared=cleared,
            )

    if cluster_address is not None:
        crew = cluster(cluster_address)
    elif workers > 1 and len(files) > 1 and sum(file.size for file in files) >= POOL_BYTES:
        crew = pool(workers)
    else:
        crew = here()
    report = IngestReport(unchanged=len(found) - len(files))
    failures: list[str] = []
    seen = report.unchanged
    progress("ingest", seen, len(found))
    cleared: frozenset[FileId] = frozenset()
    with crew as hands:
        while files:
            rereads: list[Reread] = []
            for done in done_by(hands, ingest_files, jobs(files, cleared, hands.in_flight)):
                report = merge(report, done.report)
                rereads += done.rereads
                failures += done.failures
                seen += done.seen
                progress("ingest", seen, len(found))
            files = [reread.found for reread in rereads]
            cleared = make_room(lake, rereads) if rereads else cleared
    lake.release_sources()
    if failures:
        raise InputError(_listed(sorted(failures)))
    return report


def _each_once(found: Sequence[Found]) -> list[Found]:
    """Of files with the same bytes the first: two workers must not both read them.

    Objects are alike when tag and size are; local files are compared by hash, where another has the same size.
    """
    by_size: dict[int, list[Found]] = defaultdict(list)
    for file in found:
        if file.tag is None:
            by_size[file.size].append(file)
    first_of: dict[tuple[str, int], str] = {}
    kept = []
    for file in found:
        content = file.tag
        if content is None:
            alike = by_size[file.size]
            content = file.address if len(alike) == 1 else sha256_of(Path(file.address))
        if first_of.setdefault((content, file.size), file.address) == file.address:
            kept.append(file)
    return kept


def jobs_of(files: Sequence[Found], hands: int) -> Iterator[list[Found]]:
    """The files in order, cut into jobs for so many that are in hand at once."""
    share = sum(file.size for file in files) // (JOBS_IN_TURN * hands)
    limit = min(JOB_BYTES, max(JOB_BYTES_LEAST, share))
    group: list[Found] = []
    size = 0
    for file in files:
        if group and (size + file.size > limit or len(group) == JOB_FILES):
            yield group
            group, size = [], 0
        group.append(file)
        size += file.size
    if group:
        yield group


def _listed(failures: Sequence[str]) -> str:
    shown = "\n".join(failures[:FAILURES_SHOWN])
    more = len(failures) - FAILURES_SHOWN
    return f"{shown}\nand {more} more files" if more > 0 else shown

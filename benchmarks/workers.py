"""Several workers against one, a Dask cluster against a pool, and how much memory a worker takes for a large file."""

import gzip
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from admittance.lab import write_scenario
from admittance.lake import Lake
from admittance.pipeline.files import Access, Found
from admittance.pipeline.ingest import BATCH_SIZE, ingest, jobs_of
from admittance.pipeline.job import IngestJob, ingest_files
from admittance.pipeline.ledger import Manner
from admittance.pipeline.workers import Crew, cluster, done_by, pool

ROUNDS = 3
WORKERS = 2
FILES = 48
LINES_PER_FILE = 800
LINE_BYTES = 7_500
LARGE_FILE_BYTES = int(os.environ.get("ADMITTANCE_BENCH_LARGE_BYTES", 2**30))
SMALL_FILES = 1_000
SETTINGS = {
    "POLARS_MAX_THREADS": "1",
    "_RJEM_MALLOC_CONF": "muzzy_decay_ms:-1,narenas:1",
    "MALLOC_TRIM_THRESHOLD_": "134217728",
}
"""Of the workers of a cluster, as `docs/how-to/run-on-a-cluster.md` has them."""


def workers() -> dict[str, object]:
    """Wall seconds of the same jobs in pools of one and two workers and on a local Dask cluster of two, best of three rounds.

    Rounds are interleaved. Workers are at hand before the clock starts: a country-year takes hours, starting a worker a second.
    """
    from distributed import LocalCluster

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = _many_files(folder / "files")
        best = {"one": float("inf"), "two": float("inf"), "dask": float("inf")}
        with LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1", env=SETTINGS
        ) as local:
            crews: dict[str, Callable[[], AbstractContextManager[Crew]]] = {
                "one": lambda: pool(1),
                "two": lambda: pool(2),
                "dask": lambda: cluster(local.scheduler_address),
            }
            for number in range(ROUNDS):
                for name, crew in crews.items():
                    lake = Lake.open(folder / f"{name}{number}", create=True)
                    best[name] = min(best[name], _seconds(crew, lake, files))
    lines = FILES * LINES_PER_FILE
    return {
        "benchmark": "workers",
        "lines": lines,
        "bytes_per_line": LINE_BYTES,
        "one_lines_per_second": round(lines / best["one"]),
        "two_lines_per_second": round(lines / best["two"]),
        "dask_lines_per_second": round(lines / best["dask"]),
        "two_over_one": round(best["one"] / best["two"], 2),
        "dask_over_pool": round(best["two"] / best["dask"], 2),
    }


def memory_of_a_large_file() -> dict[str, object]:
    """Peak resident bytes of a process that ingests one large gzip file of distinct measurements."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "large.jsonl.gz"
        written = 0
        with gzip.open(file, "wb", compresslevel=1) as stream:
            for line in _lines(Path(place) / "scenario", LINE_BYTES):
                written += stream.write(line)
                if written >= LARGE_FILE_BYTES:
                    break
        command = [sys.executable, "-m", "admittance", "--lake", f"{place}/lake", "ingest", "ooni", str(file)]
        begun = time.perf_counter()
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        seconds = time.perf_counter() - begun
    return {
        "benchmark": "memory_of_a_large_file",
        "decompressed_bytes": written,
        "peak_bytes": usage.ru_maxrss * 1024,
        "seconds": round(seconds, 1),
    }


def small_files() -> dict[str, object]:
    """Commits and wall seconds of an ingest of many small files, in this process."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "small"
        folder.mkdir()
        lines = _lines(Path(place) / "scenario", LINE_BYTES)
        for number in range(SMALL_FILES):
            (folder / f"{number:04}.jsonl.gz").write_bytes(gzip.compress(next(lines) + next(lines), 1))
        lake = Lake.open(Path(place) / "lake", create=True)
        begun = time.perf_counter()
        report = ingest(lake, "ooni", [folder], clock=lambda: datetime.now(UTC))
        seconds = time.perf_counter() - begun
        commits = sum(lake.snapshot().tables.values())
    return {
        "benchmark": "small_files",
        "files": report.files,
        "commits": commits,
        "files_per_second": round(report.files / seconds),
    }


def _seconds(crew: Callable[[], AbstractContextManager[Crew]], lake: Lake, files: list[Found]) -> float:
    moment = datetime.now(UTC)
    jobs = [
        IngestJob(
            place=lake.place,
            release=lake.snapshot().version,
            source="ooni",
            files=tuple(group),
            manner=Manner(),
            access=Access(),
            moment=moment,
            batch_size=BATCH_SIZE,
        )
        for group in jobs_of(files, 2 * WORKERS)
    ]
    nothing = [msgspec.structs.replace(jobs[0], files=()) for _ in range(8)]
    with crew() as hands:
        list(done_by(hands, ingest_files, nothing))
        begun = time.perf_counter()
        lines = sum(done.report.lines for done in done_by(hands, ingest_files, jobs))
        seconds = time.perf_counter() - begun
    assert lines == FILES * LINES_PER_FILE
    return seconds


def _many_files(folder: Path) -> list[Found]:
    folder.mkdir()
    lines = _lines(folder.with_name("scenario"), LINE_BYTES)
    found = []
    for number in range(FILES):
        path = folder / f"{number:03}.jsonl.gz"
        path.write_bytes(gzip.compress(b"".join(next(lines) for _ in range(LINES_PER_FILE)), 1))
        found.append(Found(address=str(path), size=path.stat().st_size))
    return found


def _lines(folder: Path, size: int) -> Iterator[bytes]:
    """Web measurements without end, each of its own uid and with bodies of its own, of about `size` bytes."""
    templates = [
        line
        for path in sorted(write_scenario(folder).raw.rglob("*webconnectivity*.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    ]
    words = [f"{number:x}" for number in random.Random(3).sample(range(2**28), 5_000)]
    draw = random.Random(4)
    number = 0
    while True:
        for template in templates:
            number += 1
            filler = " ".join(draw.choices(words, k=max(0, size - len(template)) // 8))
            line = template.replace(b'"measurement_uid":"', b'"measurement_uid":"%d-' % number, 1)
            yield line.replace(b'"body":"', b'"body":"%s' % filler.encode(), 1)

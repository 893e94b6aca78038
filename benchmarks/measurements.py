"""Raw lines into verdicts, against the cost of only decompressing and decoding the same bytes."""

import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
from isal import igzip

from admittance.lake import Lake
from admittance.pipeline import days, episodes
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from admittance.sources.ooni.records import MeasuredLine
from benchmarks.corpus import write_corpus

ROUNDS = 5
CORPORA = ((7_500, 20_000), (32_000, 8_000), (95_000, 3_000))
"""Bytes a measurement, and how many of them; real ones average near the last."""
NUMBERS = (10_000, 100_000, int(os.environ.get("ADMITTANCE_BENCH_MOST_LINES", 1_000_000)))
BYTES_OF_MANY = 4_600


BEYOND_VERDICTS = (
    (days, ("build_cells", "build_coverage")),
    (episodes, ("find_restrictions", "group_episodes", "identify")),
)
"""What a run calls to make more than verdicts."""


def raw_to_verdicts() -> dict[str, object]:
    """CPU seconds of decoding alone, of an ingest and of the run after it; best of five rounds, interleaved, all threads.

    `over_floor` is what verdicts take, without what a run makes of them: cells, coverage, episodes and corroborations.
    """
    return {"benchmark": "raw_to_verdicts", "corpora": [_corpus(size, lines) for size, lines in CORPORA]}


def many_measurements() -> dict[str, object]:
    """CPU seconds of an ingest and of the run after it, of ever more measurements, each in a process of its own; the exponent
    of their sum, from the least number to the most, and the peak resident bytes of each process.
    """
    with tempfile.TemporaryDirectory() as place:
        taken = [_in_a_process(Path(place), lines) for lines in NUMBERS]
    first, last = taken[0], taken[-1]
    both = [one["ingest_seconds"] + one["run_seconds"] for one in (first, last)]
    return {
        "benchmark": "many_measurements",
        "bytes_per_line": BYTES_OF_MANY,
        "numbers": taken,
        "exponent": round(math.log(both[1] / both[0]) / math.log(NUMBERS[-1] / NUMBERS[0]), 3),
    }


def _in_a_process(folder: Path, lines: int) -> dict[str, float]:
    """Written, ingested and run in new processes, so that neither memory nor compiled code is left from another number."""
    file, lake = folder / f"{lines}.jsonl.gz", folder / f"lake{lines}"
    write_corpus(file, lines=lines, size=BYTES_OF_MANY)
    usage = {}
    for name, arguments in (("ingest", ("ingest", "ooni", str(file))), ("run", ("run",))):
        command = [sys.executable, "-m", "admittance", "--lake", str(lake), *arguments]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            _, status, usage[name] = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{name} of {lines} measurements ended with {process.returncode}")
    file.unlink()
    shutil.rmtree(lake)
    return {
        "lines": lines,
        **{f"{name}_seconds": round(one.ru_utime + one.ru_stime, 2) for name, one in usage.items()},
        **{f"{name}_peak_bytes": one.ru_maxrss * 1024 for name, one in usage.items()},
    }


def _corpus(size: int, lines: int) -> dict[str, object]:
    best = dict.fromkeys(("floor", "ingest", "run", "verdicts"), float("inf"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "corpus.jsonl.gz"
        written = write_corpus(file, lines=lines, size=size)
        for number in range(ROUNDS):
            lake = Lake.open(folder / f"lake{number}", create=True)
            steps: dict[str, Callable[[], object]] = {
                "floor": partial(_decode, file),
                "ingest": partial(ingest, lake, "ooni", [file], clock=lambda: datetime.now(UTC)),
                "run": partial(run, lake),
            }
            with _timed_beyond_verdicts() as beyond:
                taken = {name: _cpu(step) for name, step in steps.items()}
            taken["verdicts"] = taken["run"] - sum(beyond)
            best = {name: min(best[name], seconds) for name, seconds in taken.items()}
    return {
        "lines": lines,
        "bytes_per_line": round(written / lines),
        "floor_lines_per_second": round(lines / best["floor"]),
        "lines_per_second": round(lines / (best["ingest"] + best["verdicts"])),
        "ingest_over_floor": round(best["ingest"] / best["floor"], 2),
        "verdicts_over_floor": round(best["verdicts"] / best["floor"], 2),
        "over_floor": round((best["ingest"] + best["verdicts"]) / best["floor"], 2),
        "whole_run_over_floor": round(best["run"] / best["floor"], 2),
        "ingest_over_run": round(best["ingest"] / best["run"], 2),
    }


@contextmanager
def _timed_beyond_verdicts() -> Iterator[list[float]]:
    """The CPU seconds that each call of `BEYOND_VERDICTS` takes meanwhile."""
    taken: list[float] = []

    def timed(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            begun = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                taken.append(time.process_time() - begun)

        return call

    plain = [(module, name, getattr(module, name)) for module, names in BEYOND_VERDICTS for name in names]
    for module, name, function in plain:
        setattr(module, name, timed(function))
    try:
        yield taken
    finally:
        for module, name, function in plain:
            setattr(module, name, function)


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _decode(file: Path) -> None:
    decoder = msgspec.json.Decoder(MeasuredLine)
    with igzip.open(file, "rb") as stream:  # type: ignore[no-untyped-call]
        for line in stream:
            decoder.decode(line)

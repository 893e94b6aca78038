"""Raw lines into verdicts, against the cost of only decompressing and decoding the same bytes."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
from isal import igzip

from admittance.lake import Lake
from admittance.pipeline import ingest, run
from admittance.sources.ooni.records import MeasuredLine
from benchmarks.corpus import write_corpus

ROUNDS = 5
CORPORA = ((7_500, 20_000), (32_000, 8_000))
"""Bytes a measurement, and how many of them."""


def raw_to_verdicts() -> dict[str, object]:
    """CPU seconds of decoding alone, of an ingest and of the run after it; best of five rounds, interleaved, all threads."""
    return {"benchmark": "raw_to_verdicts", "corpora": [_corpus(size, lines) for size, lines in CORPORA]}


def _corpus(size: int, lines: int) -> dict[str, object]:
    best = dict.fromkeys(("floor", "ingest", "run"), float("inf"))
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
            for name, step in steps.items():
                best[name] = min(best[name], _cpu(step))
    return {
        "lines": lines,
        "bytes_per_line": round(written / lines),
        "floor_lines_per_second": round(lines / best["floor"]),
        "lines_per_second": round(lines / (best["ingest"] + best["run"])),
        "ingest_over_floor": round(best["ingest"] / best["floor"], 2),
        "run_over_floor": round(best["run"] / best["floor"], 2),
        "over_floor": round((best["ingest"] + best["run"]) / best["floor"], 2),
    }


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _decode(file: Path) -> None:
    decoder = msgspec.json.Decoder(MeasuredLine)
    with igzip.open(file, "rb") as stream:  # type: ignore[no-untyped-call]
        for line in stream:
            decoder.decode(line)

"""Raw lines into verdicts, against the cost of only decompressing and decoding the same bytes."""

import gzip
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import polars as pl
from isal import igzip

from admittance.catalog import load
from admittance.judge import judge_network
from admittance.lab import write_scenario
from admittance.lake import Lake
from admittance.model.ids import FileId
from admittance.model.tables import empty_table
from admittance.model.verdict import ControlRecord
from admittance.pipeline import ingest
from admittance.sources import ReadOptions, SourceFile, source_named
from admittance.sources.ooni.records import MeasuredLine

ROUNDS = 5
COPIES = 4


def raw_to_verdicts() -> dict[str, object]:
    """CPU seconds of decoding alone, of reading and judging in memory, of an ingest; best of five rounds, interleaved."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file, lines, size = _corpus(folder)
        best = {"floor": float("inf"), "read_and_judge": float("inf"), "ingest": float("inf")}
        for number in range(ROUNDS):
            best["floor"] = min(best["floor"], _cpu(partial(_decode, file)))
            best["read_and_judge"] = min(best["read_and_judge"], _cpu(partial(_read_and_judge, file)))
            place_of_round = folder / f"lake{number}"
            best["ingest"] = min(best["ingest"], _cpu(partial(_ingest, file, place_of_round)))
    return {
        "benchmark": "raw_to_verdicts",
        "lines": lines,
        "bytes_per_line": round(size / lines),
        "floor_lines_per_second": round(lines / best["floor"]),
        "read_and_judge_lines_per_second": round(lines / best["read_and_judge"]),
        "read_and_judge_over_floor": round(best["read_and_judge"] / best["floor"], 2),
        "ingest_lines_per_second": round(lines / best["ingest"]),
        "ingest_over_floor": round(best["ingest"] / best["floor"], 2),
    }


def _corpus(folder: Path) -> tuple[Path, int, int]:
    """The web measurements of several scenarios in one file, with its number of lines and of decompressed bytes."""
    content = b""
    for seed in range(COPIES):
        scenario = write_scenario(folder / f"scenario{seed}", seed=seed)
        for path in sorted(scenario.raw.rglob("*webconnectivity*.gz")):
            content += gzip.decompress(path.read_bytes())
    file = folder / "corpus.jsonl.gz"
    file.write_bytes(gzip.compress(content, mtime=0))
    return file, content.count(b"\n"), len(content)


def _cpu(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _decode(file: Path) -> None:
    decoder = msgspec.json.Decoder(MeasuredLine)
    for line in igzip.decompress(file.read_bytes()).splitlines():  # type: ignore[no-untyped-call]
        decoder.decode(line)


def _read_and_judge(file: Path) -> None:
    catalog, controls = load(), empty_table(ControlRecord)
    options = ReadOptions(recorded_at=datetime.now(UTC))
    for batch in source_named("ooni").read(SourceFile(path=file, file=FileId(""), address=""), options):
        bodies = batch.bodies.unique(subset="body_sha256")
        verdicts: pl.DataFrame = judge_network(batch.observations, bodies=bodies, controls=controls, catalog=catalog)
        assert not verdicts.is_empty()


def _ingest(file: Path, place: Path) -> None:
    ingest(Lake.open(place, create=True), "ooni", [file], clock=lambda: datetime.now(UTC))

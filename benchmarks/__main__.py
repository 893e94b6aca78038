"""`python -m benchmarks`: one JSON object per benchmark on standard output, progress on standard error."""

import sys

import msgspec

from benchmarks.detection import detection
from benchmarks.documents import documents_per_second
from benchmarks.fingerprints import bodies_matched
from benchmarks.measurements import many_measurements, raw_to_verdicts
from benchmarks.rescoring import rescoring
from benchmarks.snapshots import snapshot_tables
from benchmarks.start import start_up
from benchmarks.workers import memory_of_a_large_file, small_files, workers

BENCHMARKS = (
    raw_to_verdicts,
    many_measurements,
    rescoring,
    bodies_matched,
    documents_per_second,
    detection,
    snapshot_tables,
    start_up,
    workers,
    small_files,
    memory_of_a_large_file,
)


def main() -> None:
    for benchmark in BENCHMARKS:
        print(f"{benchmark.__name__} …", file=sys.stderr)
        print(msgspec.json.encode(benchmark()).decode())


if __name__ == "__main__":
    main()

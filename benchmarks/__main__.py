"""`python -m benchmarks`: one JSON object per benchmark on standard output, progress on standard error."""

import sys

import msgspec

from benchmarks.documents import documents_per_second
from benchmarks.measurements import raw_to_verdicts
from benchmarks.start import start_up

BENCHMARKS = (raw_to_verdicts, documents_per_second, start_up)


def main() -> None:
    for benchmark in BENCHMARKS:
        print(f"{benchmark.__name__} …", file=sys.stderr)
        print(msgspec.json.encode(benchmark()).decode())


if __name__ == "__main__":
    main()

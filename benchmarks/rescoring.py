"""Judging again what is stored, once rules changed, against taking it in again from the raw files."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

import msgspec

from admittance.judge import RULESET_VERSIONS, network
from admittance.judge.ruleset import NETWORK_RULES, Rule
from admittance.lake import Lake
from admittance.model.vocabulary import Gate, State
from admittance.pipeline.run import run
from benchmarks.corpus import write_corpus

LINES = int(os.environ.get("ADMITTANCE_BENCH_RESCORED_LINES", 200_000))
LINE_BYTES = 7_500
MILDER = ("network.tls.reset", "network.tls.timeout")
"""Rules by which failures of the corpus are judged, on every day."""


def rescoring() -> dict[str, object]:
    """CPU seconds of an ingest, of the run after it, and of two more: under rules that say the same in other words of their
    version, and under rules that say something else of every day; each in a process of its own.

    `raw_over_same` is how much longer ingest and run take than the third.
    """
    admittance, again = ["-m", "admittance", "--lake"], ["-m", "benchmarks.rescoring"]
    with tempfile.TemporaryDirectory() as place:
        file, lake = f"{place}/corpus.jsonl.gz", f"{place}/lake"
        write_corpus(Path(file), lines=LINES, size=LINE_BYTES)
        taken = {
            "ingest": _seconds([*admittance, lake, "ingest", "ooni", file]),
            "run": _seconds([*admittance, lake, "run"]),
            "same": _seconds([*again, lake, "same"]),
            "otherwise": _seconds([*again, lake, "otherwise"]),
        }
    raw = taken["ingest"] + taken["run"]
    return {
        "benchmark": "rescoring",
        "lines": LINES,
        "bytes_per_line": LINE_BYTES,
        **{f"{name}_seconds": round(seconds, 2) for name, seconds in taken.items()},
        **{f"raw_over_{name}": round(raw / taken[name], 1) for name in ("same", "otherwise")},
    }


def _seconds(arguments: list[str]) -> float:
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def _milder(rule: Rule) -> Rule:
    return msgspec.structs.replace(rule, state=State.IMPAIRED, mechanism=None) if rule.id in MILDER else rule


def main(place: str, manner: str) -> None:
    """Run again under another version of the rules, and under other rules where `manner` is `otherwise`."""
    RULESET_VERSIONS[Gate.NETWORK] = manner
    rules = map(_milder, NETWORK_RULES.rule) if manner == "otherwise" else NETWORK_RULES.rule
    with patch.object(network, "NETWORK_RULES", msgspec.structs.replace(NETWORK_RULES, rule=tuple(rules))):
        run(Lake.open(place))


if __name__ == "__main__":
    main(*sys.argv[1:])

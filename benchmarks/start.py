"""How long the command line takes to answer, against an empty Python."""

import subprocess
import sys
import time

ROUNDS = 5


def start_up() -> dict[str, object]:
    """Wall seconds of `admittance --help` and of an empty interpreter, best of five."""
    empty = min(_seconds("-c", "pass") for _ in range(ROUNDS))
    shown = min(_seconds("-m", "admittance", "--help") for _ in range(ROUNDS))
    return {"benchmark": "start_up", "python_seconds": round(empty, 3), "help_seconds": round(shown, 3)}


def _seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun

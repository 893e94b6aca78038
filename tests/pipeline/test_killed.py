"""SIGKILL at random moments: what is left, and what a repetition makes of it."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from tests.pipeline.conftest import clock, commits_in, derived_rows, killed_after_commits, source_rows

pytestmark = pytest.mark.slow

BATCH_SIZE = 40
INGEST = """
import sys
from datetime import datetime, UTC
from admittance.lake import Lake
from admittance.pipeline.ingest import ingest
lake = Lake.open(sys.argv[1], create=True)
print("begin", flush=True)
ingest(lake, "ooni", [sys.argv[2]], clock=lambda: datetime.now(UTC), batch_size=int(sys.argv[3]))
"""
RUN = """
import sys
from admittance.lake import Lake
from admittance.pipeline.run import run
lake = Lake.open(sys.argv[1])
print("begin", flush=True)
run(lake)
"""


def killed_after(script: str, arguments: list[str], seconds: float) -> bool:
    """Whether a process was still at work when it was killed, `seconds` after it had begun."""
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def seconds_of(script: str, arguments: list[str]) -> float:
    """How long a process works when nobody kills it."""
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        begun = time.monotonic()
        assert process.wait() == 0
        return time.monotonic() - begun


@pytest.fixture(scope="module")
def undisturbed(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    place = str(tmp_path_factory.mktemp("undisturbed") / "lake")
    seconds_of(INGEST, [place, str(scenario.raw), str(BATCH_SIZE)])
    return Lake.open(place)


def test_an_ingest_killed_anywhere_is_made_whole_by_the_next(undisturbed: Lake, scenario: Scenario, tmp_path: Path) -> None:
    expected = source_rows(undisturbed.snapshot())
    all_commits = commits_in(undisturbed.place) - commits_in(Lake.open(tmp_path / "new", create=True).place)
    assert all_commits > 50
    moments = random.Random(5)
    cut_short = 0
    for number in range(5):
        place = str(tmp_path / f"lake{number}")
        with subprocess.Popen(
            [sys.executable, "-c", INGEST, place, str(scenario.raw), str(BATCH_SIZE)], stdout=subprocess.PIPE
        ) as process:
            cut_short += killed_after_commits(process, place, moments.randrange(all_commits))
        lake = Lake.open(place, create=True)
        ingest(lake, "ooni", [scenario.raw], clock=clock, batch_size=BATCH_SIZE)
        found = source_rows(lake.snapshot())
        for name, table in expected.items():
            assert table.equals(found[name]), f"{name} after kill {number}"
    assert cut_short >= 3


def test_a_run_killed_anywhere_leaves_the_former_release_and_the_next_is_exact(scenario: Scenario, tmp_path: Path) -> None:
    first = str(tmp_path / "whole")
    lake = Lake.open(first, create=True)
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    before = lake.snapshot().version
    seconds = seconds_of(RUN, [first])
    expected = derived_rows(lake.snapshot())
    assert not expected["episodes"].is_empty()
    moments = random.Random(7)
    cut_short = 0
    for number in range(3):
        place = str(tmp_path / f"run{number}")
        lake = Lake.open(place, create=True)
        ingest(lake, "ooni", [scenario.raw], clock=clock)
        killed = killed_after(RUN, [place], moments.uniform(0, seconds))
        if lake.snapshot().version == before:
            cut_short += killed
            assert all(table.is_empty() for table in derived_rows(lake.snapshot()).values())
        run(lake)
        found = derived_rows(lake.snapshot())
        for name, table in expected.items():
            assert table.equals(found[name]), f"{name} after kill {number}"
    assert cut_short >= 1

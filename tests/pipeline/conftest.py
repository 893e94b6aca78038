import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from admittance.catalog import Catalog, load
from admittance.lab.scenario import Scenario, write_scenario
from admittance.lake import DERIVED, SOURCE, Lake
from admittance.lake.snapshot import Snapshot

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CLOCK_COLUMNS = {"recorded_at", "started_at"}


def clock() -> datetime:
    return NOW


def source_rows(snapshot: Snapshot) -> dict[str, pl.DataFrame]:
    """Every source table without what the clock wrote, in one order."""
    return {layout.name: _sorted(snapshot.scan(layout.noun).collect()) for layout in SOURCE}


def derived_rows(snapshot: Snapshot) -> dict[str, pl.DataFrame]:
    return {layout.name: _sorted(snapshot.scan(layout.noun).collect()) for layout in DERIVED}


def _sorted(table: pl.DataFrame) -> pl.DataFrame:
    kept = table.select(pl.exclude(CLOCK_COLUMNS & set(table.columns)))
    return kept.sort([name for name, kind in kept.schema.items() if not kind.is_nested()], nulls_last=True)


def commits_in(place: str) -> int:
    """Commits to all tables of a lake in a folder, as its files show."""
    return sum(1 for _ in Path(place).glob("*/_delta_log/*.json"))


def killed_after_commits(process: subprocess.Popen[bytes], place: str, commits: int) -> bool:
    """Kill a process that has said where it begins once it has committed so often; whether it was still at work."""
    assert process.stdout is not None
    process.stdout.readline()
    wanted = commits_in(place) + commits
    while process.poll() is None and commits_in(place) < wanted:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return write_scenario(tmp_path_factory.mktemp("scenario"))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake", create=True)

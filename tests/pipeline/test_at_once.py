"""A server answers while others ingest and run on the same lake."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import polars as pl
import pytest
from starlette.testclient import TestClient

from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.lake.snapshot import Snapshot
from admittance.model.observation import Measurement
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from admittance.surface.web.app import create_app
from tests.pipeline.conftest import clock, derived_rows, source_rows

pytestmark = pytest.mark.slow

ADMITTANCE = [sys.executable, "-m", "admittance"]
PAGES = ("/", "/subjects/signal", "/countries/CN", "/episodes/CN-2021-signal-network-1")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def answers_while(workers: list[subprocess.Popen[bytes]], address: str) -> list[tuple[str, int, str]]:
    """Path, lake version and text of every page fetched until all workers are done."""
    answers = []
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        while any(worker.poll() is None for worker in workers):
            for path in PAGES:
                answer = client.get(path)
                assert answer.status_code in {200, 404}, answer.text
                if answer.status_code == 200:
                    answers.append((path, int(answer.headers["x-lake-version"]), answer.text))
    return answers


def wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/healthz", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)


def test_every_answer_is_of_one_version_while_two_ingests_and_runs_go_on(
    lake: Lake, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = sorted(scenario.raw.iterdir())
    ingest(lake, "ooni", [days[0]], clock=clock)
    run(lake)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    base = [*ADMITTANCE, "--lake", lake.place]
    with subprocess.Popen([*base, "serve", "--port", str(port)], stderr=subprocess.DEVNULL) as server:
        try:
            wait_until_it_answers(address)
            workers = [
                subprocess.Popen([*base, "ingest", "ooni", *map(str, days[1:3])], stderr=subprocess.DEVNULL),
                subprocess.Popen([*base, "ingest", "ooni", *map(str, days[2:])], stderr=subprocess.DEVNULL),
                subprocess.Popen([*base, "run"], stderr=subprocess.DEVNULL),
            ]
            answers = answers_while(workers, address)
            workers.append(subprocess.Popen([*base, "run"], stderr=subprocess.DEVNULL))
            answers += answers_while(workers, address)
            assert [worker.wait() for worker in workers] == [0, 0, 0, 0]
        finally:
            server.terminate()
    assert len({version for _, version, _ in answers}) >= 2

    for path, version, text in {(path, version): (path, version, text) for path, version, text in answers}.values():
        frozen = lake.snapshot(version)
        with monkeypatch.context() as patched:
            patched.setattr(Lake, "snapshot", lambda _, frozen=frozen: frozen)
            assert TestClient(create_app(lake.place)).get(path).text == text, (path, version)
    by_place: dict[tuple[str, int], str] = {}
    for path, version, text in answers:
        assert by_place.setdefault((path, version), text) == text


def test_two_ingests_at_once_give_the_rows_of_one(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    alone = Lake.open(tmp_path / "alone", create=True)
    ingest(alone, "ooni", [scenario.raw], clock=clock)
    run(alone)
    command = [*ADMITTANCE, "--lake", lake.place, "ingest", "ooni", str(scenario.raw)]
    both = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    run(lake)
    one, two = _rows(alone.snapshot()), _rows(lake.snapshot())
    assert not lake.snapshot().scan(Measurement).collect().is_empty()
    for name in one:
        assert one[name].equals(two[name]), name


def _rows(snapshot: Snapshot) -> dict[str, pl.DataFrame]:
    return {**source_rows(snapshot), **derived_rows(snapshot)}

"""Whoever does the work, the rows are the same, and each is there once."""

import gzip
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from admittance.errors import AdmittanceError, InputError, LakeError, UsageError
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.model.observation import IngestedFile, Measurement
from admittance.pipeline.ingest import ingest
from admittance.pipeline.report import IngestReport
from admittance.pipeline.workers import Crew, done_by, pool
from admittance.sources import Selection
from tests.pipeline.conftest import clock, killed_after_commits, source_rows

INGEST = """
import sys
from datetime import datetime, UTC
from admittance.lake import Lake
from admittance.pipeline.ingest import ingest
if __name__ == "__main__":
    lake = Lake.open(sys.argv[1], create=True)
    print("begin", flush=True)
    ingest(lake, "ooni", [sys.argv[2]], clock=lambda: datetime.now(UTC), batch_size=40, workers=2)
"""


@pytest.fixture(scope="module")
def archive(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough bytes for several jobs: the lines of the scenario in plain files of different sizes."""
    folder = tmp_path_factory.mktemp("archive")
    lines = [
        line
        for path in sorted(scenario.raw.rglob("*.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    ]
    padded = [line.rstrip(b"\n") + b" " * 12_000 + b"\n" for line in lines]
    for number in range(24):
        (folder / f"{number:02}.jsonl").write_bytes(b"".join(padded[number::24]))
    (folder / "a copy.jsonl").write_bytes((folder / "05.jsonl").read_bytes())
    return folder


@pytest.fixture(scope="module")
def alone(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[IngestReport, dict[str, pl.DataFrame]]:
    lake = Lake.open(tmp_path_factory.mktemp("alone") / "lake", create=True)
    report = ingest(lake, "ooni", [archive], clock=clock)
    return report, source_rows(lake.snapshot())


def assert_same(lake: Lake, expected: dict[str, pl.DataFrame]) -> None:
    found = source_rows(lake.snapshot())
    for name, table in expected.items():
        assert table.equals(found[name]), name


@pytest.mark.slow
def test_a_pool_gives_the_rows_of_one_process(
    lake: Lake, archive: Path, alone: tuple[IngestReport, dict[str, pl.DataFrame]]
) -> None:
    report = ingest(lake, "ooni", [archive], clock=clock, workers=2)
    assert report == alone[0]
    assert (report.files, report.unchanged) == (24, 1)
    assert_same(lake, alone[1])
    assert ingest(lake, "ooni", [archive], clock=clock, workers=2).unchanged == 25


@pytest.mark.slow
def test_a_pool_widens_what_was_selected(
    lake: Lake, archive: Path, alone: tuple[IngestReport, dict[str, pl.DataFrame]]
) -> None:
    ingest(lake, "ooni", [archive], clock=clock, workers=2, selection=Selection(tests=frozenset({"signal"})))
    assert set(lake.snapshot().scan(Measurement).collect()["test_name"]) == {"signal"}
    ingest(lake, "ooni", [archive], clock=clock, workers=2)
    found = source_rows(lake.snapshot())
    for name in ("measurements", "observations", "bodies"):
        assert alone[1][name].equals(found[name]), name
    assert found["files"]["generation"].unique().to_list() == [1]


@pytest.mark.slow
def test_a_pool_names_the_file_that_cannot_be_read_and_keeps_the_others(lake: Lake, archive: Path, tmp_path: Path) -> None:
    lines = (archive / "00.jsonl").read_bytes().splitlines(keepends=True)
    folder = tmp_path / "mixed"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.jsonl").write_bytes(lines[number] + b" " * 2**20)
    mixed = lines[4] + lines[5].replace(b'"admittance_origin"', b'"elsewhere"')
    (folder / "mixed.jsonl").write_bytes(mixed + b" " * 2**20)
    with pytest.raises(InputError, match=r"mixed\.jsonl: holds both"):
        ingest(lake, "ooni", [folder], clock=clock, workers=2)
    assert lake.snapshot().scan(IngestedFile).collect().height == 3


def crash(code: int) -> None:
    os._exit(code)


@pytest.mark.slow
def test_a_worker_that_dies_is_said_to_have_died() -> None:
    with pytest.raises(AdmittanceError, match="a worker process died"), pool(1) as crew:
        list(done_by(crew, crash, [1]))


def threads_and_memory(_: int) -> tuple[int, str]:
    return pl.thread_pool_size(), os.environ["_RJEM_MALLOC_CONF"]


@pytest.mark.slow
def test_each_worker_of_a_pool_keeps_to_one_core_and_one_arena(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_RJEM_MALLOC_CONF", "muzzy_decay_ms:7")
    before = dict(os.environ)
    with pool(2) as crew:
        kept_to = list(done_by(crew, threads_and_memory, range(3)))
    assert [threads for threads, _ in kept_to] == [1, 1, 1]
    assert {memory.partition("muzzy_decay_ms:7")[2] for _, memory in kept_to} == {",narenas:1"}
    assert dict(os.environ) == before


def children_of(process: int) -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == process:
            found.add(int(folder.name))
    return found


def alive(process: int) -> bool:
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted in /proc")
@pytest.mark.parametrize("commits", [1, 15, 40, 90])
def test_a_pool_killed_at_work_dies_with_its_parent_and_the_next_ingest_is_exact(
    commits: int, archive: Path, alone: tuple[IngestReport, dict[str, pl.DataFrame]], tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(INGEST)
    place = str(tmp_path / "lake")
    workers: set[int] = set()
    with subprocess.Popen([sys.executable, str(script), place, str(archive)], stdout=subprocess.PIPE) as process:
        watch = threading.Thread(target=lambda: watch_children(process, workers))
        watch.start()
        assert killed_after_commits(process, place, commits)
        watch.join()
    assert len(workers) >= 2
    deadline = time.monotonic() + 10
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, workers))
    lake = Lake.open(place)
    ingest(lake, "ooni", [archive], clock=clock, batch_size=40, workers=2)
    assert_same(lake, alone[1])


@pytest.mark.slow
@pytest.mark.parametrize("commits", [2, 5, 12])
def test_a_widening_killed_at_work_is_made_whole_by_the_next(
    commits: int, archive: Path, alone: tuple[IngestReport, dict[str, pl.DataFrame]], tmp_path: Path
) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    ingest(lake, "ooni", [archive], clock=clock, batch_size=40, selection=Selection(tests=frozenset({"signal"})))
    with subprocess.Popen([sys.executable, "-c", INGEST, lake.place, str(archive)], stdout=subprocess.PIPE) as process:
        assert killed_after_commits(process, lake.place, commits)
    ingest(lake, "ooni", [archive], clock=clock, batch_size=40)
    found = source_rows(lake.snapshot())
    for name in ("measurements", "observations", "bodies"):
        assert alone[1][name].equals(found[name]), name


def watch_children(process: subprocess.Popen[bytes], seen: set[int]) -> None:
    while process.returncode is None:
        seen |= children_of(process.pid)
        time.sleep(0.05)


@contextmanager
def dask() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.slow
def test_a_dask_cluster_gives_the_rows_of_one_process(
    lake: Lake, archive: Path, alone: tuple[IngestReport, dict[str, pl.DataFrame]], tmp_path: Path
) -> None:
    with dask() as address:
        report = ingest(lake, "ooni", [archive], clock=clock, cluster_address=address)
        assert report == alone[0]
        assert_same(lake, alone[1])
        real = tmp_path / "real.jsonl"
        real.write_bytes((archive / "00.jsonl").read_bytes().replace(b'"admittance_origin"', b'"elsewhere"'))
        with pytest.raises(LakeError, match="takes no measured ones"):
            ingest(lake, "ooni", [real], clock=clock, cluster_address=address)


@pytest.mark.parametrize(("address", "message"), [("here", "write tcp://"), ("tcp://127.0.0.1:1", "no Dask scheduler answers")])
def test_a_cluster_that_is_not_there_is_named(
    address: str, message: str, lake: Lake, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("admittance.pipeline.workers.WAIT_FOR_CLUSTER", 1)
    with pytest.raises(UsageError, match=message):
        ingest(lake, "ooni", [scenario.raw], clock=clock, cluster_address=address)


def test_jobs_are_handed_out_as_hands_come_free() -> None:
    from concurrent.futures import ThreadPoolExecutor

    drawn: list[int] = []

    def jobs() -> Iterator[int]:
        for number in range(10):
            drawn.append(number)
            yield number

    with ThreadPoolExecutor(2) as executor:
        results = done_by(Crew(executor, 3), str, jobs())
        next(results)
        assert len(drawn) <= 3
        assert len(list(results)) == 9

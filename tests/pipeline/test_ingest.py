import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from admittance.errors import InputError, LakeError, UsageError
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.model.observation import IngestedFile, Measurement, NetworkObservation, Reject, SnapshotObservation
from admittance.model.vocabulary import Origin
from admittance.pipeline.ingest import ingest
from admittance.sources import Selection
from tests.pipeline.conftest import clock, source_rows


def lines_of(scenario: Scenario) -> list[bytes]:
    return gzip.decompress(min(scenario.raw.rglob("*.gz")).read_bytes()).splitlines(keepends=True)


def measured(line: bytes) -> bytes:
    record = msgspec.json.decode(line)
    del record["annotations"]["admittance_origin"]
    return msgspec.json.encode(record) + b"\n"


def test_a_folder_is_ingested_and_counted(lake: Lake, scenario: Scenario) -> None:
    report = ingest(lake, "ooni", [scenario.raw], clock=clock)
    snapshot = lake.snapshot()
    assert report.files == len(list(scenario.raw.rglob("*.gz")))
    assert report.rejects == 0
    assert report.measurements == report.lines == sum(report.tests.values()) == snapshot.scan(Measurement).collect().height
    assert report.observations == snapshot.scan(NetworkObservation).collect().height > 0
    assert snapshot.origin is Origin.SIMULATED


def test_the_same_files_twice_give_the_same_rows(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    ingest(lake, "storefronts", [scenario.storefronts], clock=clock)
    before = source_rows(lake.snapshot())
    copy = shutil.copytree(scenario.raw, tmp_path / "the same bytes elsewhere")
    report = ingest(lake, "ooni", [scenario.raw, copy], clock=clock)
    assert (report.files, report.unchanged) == (0, 2 * len(list(copy.rglob("*.gz"))))
    ingest(lake, "storefronts", [scenario.storefronts], clock=clock)
    after = source_rows(lake.snapshot())
    for name, table in before.items():
        assert table.equals(after[name]), name


def test_batches_do_not_change_the_rows(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    other = Lake.open(tmp_path / "other", create=True)
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    ingest(other, "ooni", [scenario.raw], clock=clock, batch_size=150)
    one, two = source_rows(lake.snapshot()), source_rows(other.snapshot())
    for name, table in one.items():
        assert table.equals(two[name]), name


def test_a_second_selection_widens_the_first(lake: Lake, scenario: Scenario) -> None:
    middle = datetime(2021, 3, 10, tzinfo=UTC)
    ingest(lake, "ooni", [scenario.raw], selection=Selection(until=middle), clock=clock)
    early = lake.snapshot().scan(Measurement).collect()
    assert early["time"].max() < middle  # type: ignore[operator]
    ingest(lake, "ooni", [scenario.raw], selection=Selection(since=middle), clock=clock)
    both = lake.snapshot().scan(Measurement).collect()
    assert both.height > early.height
    assert both["measurement_uid"].n_unique() == both.height == ingest_all(lake, scenario)
    assert ingest(lake, "ooni", [scenario.raw], selection=Selection(since=middle), clock=clock).files == 0


def ingest_all(lake: Lake, scenario: Scenario) -> int:
    other = Lake.open(f"{lake.place}-all", create=True)
    return ingest(other, "ooni", [scenario.raw], clock=clock).measurements


def test_a_bad_line_is_kept_with_its_reason_and_stops_nothing(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    lines = lines_of(scenario)
    path = tmp_path / "messy.jsonl"
    path.write_bytes(lines[0] + b'{"test_name": \n' + lines[1] + lines[2][:100])
    report = ingest(lake, "ooni", [path], clock=clock)
    assert (report.lines, report.measurements, report.rejects) == (4, 2, 2)
    assert sum(report.reasons.values()) == 2
    rejects = lake.snapshot().scan(Reject).sort("offset").collect()
    assert rejects["offset"].to_list() == [len(lines[0]), len(lines[0]) + 15 + len(lines[1])]
    assert lake.snapshot().scan(IngestedFile).collect()["rejects"].to_list() == [2]


def test_measured_and_simulated_lines_are_kept_apart(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    lines = lines_of(scenario)
    real = tmp_path / "real.jsonl"
    real.write_bytes(measured(lines[0]))
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_bytes(lines[1] + measured(lines[2]))
    with pytest.raises(InputError, match=r"mixed\.jsonl: holds both"):
        ingest(lake, "ooni", [mixed], clock=clock)
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    with pytest.raises(LakeError, match=r"real\.jsonl: .*simulated rows and takes no measured"):
        ingest(lake, "ooni", [real], clock=clock)
    assert lake.release_sources().scan(Measurement).collect()["origin"].unique().to_list() == ["simulated"]


def test_a_file_of_another_kind_stops_no_other(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    good = tmp_path / "apps.csv"
    shutil.copy(scenario.storefronts, good)
    (tmp_path / "another.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"another\.csv"):
        ingest(lake, "storefronts", [tmp_path], clock=clock)
    assert lake.snapshot().scan(IngestedFile).collect()["address"].to_list() == [str(good)]


def test_many_small_files_take_few_commits(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    lines = lines_of(scenario)[:60]
    folder = tmp_path / "small"
    folder.mkdir()
    for number, line in enumerate(lines):
        (folder / f"{number}.jsonl").write_bytes(line)
    before = lake.snapshot().tables["measurements"]
    assert ingest(lake, "ooni", [folder], clock=clock).files == 60
    assert lake.snapshot().tables["measurements"] == before + 1
    assert lake.snapshot().scan(IngestedFile).collect().height == 60


def test_storefront_tables_are_ingested(lake: Lake, scenario: Scenario) -> None:
    report = ingest(lake, "storefronts", [scenario.storefronts], clock=clock)
    rows = lake.snapshot().scan(SnapshotObservation).collect()
    assert report.observations == rows.height > 0
    assert set(rows["status"].unique().to_list()) <= {"listed", "not_listed", "unknown"}


@pytest.mark.parametrize(
    ("source", "path", "message"),
    [
        ("onni", "raw", "onni"),
        ("ooni", "nowhere", "no such file or folder"),
        ("ooni", "empty", "nothing to ingest"),
        ("ooni", "s3://", "write s3://bucket/prefix"),
        ("ooni", "https://example.org/raw", "no such file or folder"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(
    lake: Lake, tmp_path: Path, source: str, path: str, message: str
) -> None:
    (tmp_path / "empty").mkdir()
    place = path if "://" in path else str(tmp_path / path)
    with pytest.raises(UsageError, match=message):
        ingest(lake, source, [place], clock=clock)
    assert lake.snapshot().scan(IngestedFile).collect().is_empty()

"""Archives on S3: only what may hold something wanted is listed, nothing is fetched twice, and the rows are as from files."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from admittance.errors import InputError, UsageError
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.lake.layout import FetchedObject
from admittance.model.observation import IngestedFile, Measurement
from admittance.model.tables import empty_table
from admittance.pipeline.archive import fetch, objects_under
from admittance.pipeline.files import Access
from admittance.pipeline.ingest import ingest
from admittance.sources import Selection
from tests.pipeline.conftest import clock, source_rows
from tests.s3 import Bucket, serving

pytestmark = pytest.mark.slow

SUFFIXES = (".jsonl.gz",)
HERE = Access()
RAW = "raw/{day}/{hour}/{cc}/{test}/{day}{hour}_{cc}_{test}.n1.0.jsonl.gz"
JSONL = "jsonl/{test}/{cc}/{day}/00/{day}_{cc}_{test}.l.0.jsonl.gz"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving(monkeypatch) as bucket:
        yield bucket


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fill(bucket: Bucket, base: str = "") -> None:
    for cc in ("KE", "TZ"):
        for test in ("webconnectivity", "telegram"):
            for date in ("20231107", "20231108", "20231109"):
                for hour in ("00", "23"):
                    key = base + RAW.format(day=date, hour=hour, cc=cc, test=test)
                    bucket.put(key, key.encode())
            key = base + JSONL.format(day="20200301", cc=cc, test=test)
            bucket.put(key, key.encode())
    bucket.put(base + "raw/20231108/00/KE/telegram/2023110800_KE_telegram.n1.0.tar.gz", b"post-can")
    bucket.put(base + "readme.jsonl.gz", b"")


def names(bucket: Bucket, address: str, **wanted: object) -> list[str]:
    selection = msgspec.convert(wanted, Selection)
    found = objects_under(bucket.address + address, SUFFIXES, selection, HERE)
    return [item.address.removeprefix(f"{bucket.address}/") for item in found]


def test_a_selection_lists_only_the_prefixes_that_can_hold_it(bucket: Bucket) -> None:
    fill(bucket)
    bucket.listed()
    wanted = {
        "countries": {"KE"},
        "since": day("2023-11-08"),
        "until": day("2023-11-09"),
        "tests": {"web_connectivity"},
    }
    assert names(bucket, "", **wanted) == [
        RAW.format(day="20231108", hour=hour, cc="KE", test="webconnectivity") for hour in ("00", "23")
    ]
    hours = [f"raw/20231108/{hour:02}/KE/webconnectivity/" for hour in range(24)]
    assert bucket.listed() == sorted(["", "raw/", "jsonl/", "jsonl/webconnectivity/KE/", *hours])


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({}, 28),
        ({"countries": {"KE"}}, 14),
        ({"tests": {"telegram"}}, 14),
        ({"since": day("2023-11-08")}, 16),
        ({"since": day("2023-11-08T13:00"), "until": day("2023-11-08T14:00")}, 8),
        ({"until": day("2023-11-07")}, 4),
        ({"until": day("2020-03-01")}, 0),
        ({"countries": {"TZ"}, "tests": {"telegram", "web_connectivity"}, "until": day("2020-03-02")}, 2),
        ({"countries": {"UG"}}, 0),
    ],
)
def test_both_layouts_are_searched_wherever_they_begin(bucket: Bucket, wanted: dict[str, object], number: int) -> None:
    fill(bucket, "a mirror/of it/")
    assert len(names(bucket, "/a mirror/of it", **wanted)) == number


def test_part_of_a_layout_and_no_layout_can_be_named(bucket: Bucket) -> None:
    fill(bucket)
    assert len(names(bucket, "/raw/")) == 24
    assert len(names(bucket, "/raw/20231108", countries={"KE"})) == 4
    assert names(bucket, "/raw/20231108/00/TZ/telegram/", countries={"KE"}) == []
    bucket.put("mine/some/file.jsonl.gz", b"x")
    assert names(bucket, "/mine", countries={"KE"}) == ["mine/some/file.jsonl.gz"]
    with pytest.raises(UsageError, match="cannot be listed"):
        names(bucket, "-that-is-not-there/raw")


CANS = (
    "20160704T000046Z-KE-AS36926-telegram-20160704T000046Z_AS36926_abc-0.2.0-probe.json.lz4",
    "20160704T000046Z-TZ-AS36926-telegram-20160704T000046Z_AS36926_abc-0.2.0-probe.json.lz4",
    "20130505T103213Z-VN-AS24173-http_requests-no_report_id-0.1.0-probe.yaml.lz4",
    "web_connectivity.0.tar.lz4",
    "telegram.11.tar.lz4",
)


@pytest.mark.parametrize(
    ("wanted", "days", "cans"),
    [
        ({}, 3, (0, 1, 2, 3, 4)),
        ({"countries": {"KE"}}, 3, (0, 2, 3, 4)),
        ({"tests": {"web_connectivity"}}, 3, (2, 3)),
        ({"since": day("2016-07-06"), "until": day("2016-07-06T12:00"), "tests": {"telegram"}}, 1, (0, 1, 2, 4)),
        ({"since": day("2020-01-01")}, 0, ()),
    ],
)
def test_cans_are_searched_by_day_and_by_what_their_names_say(
    bucket: Bucket, wanted: dict[str, object], days: int, cans: tuple[int, ...]
) -> None:
    for date in ("2016-07-05", "2016-07-06", "2016-07-07"):
        for name in CANS:
            bucket.put(f"canned/{date}/{name}", b"")
        bucket.put(f"canned/{date}/index.json.gz.txt", b"")
    found = objects_under(f"{bucket.address}/canned", (".lz4",), msgspec.convert(wanted, Selection), HERE)
    assert len({item.address.split("/")[-2] for item in found}) == days
    assert {item.address.rpartition("/")[2] for item in found} == {CANS[number] for number in cans}
    assert found == objects_under(bucket.address, (".lz4",), msgspec.convert(wanted, Selection), HERE)


def test_cans_are_passed_over_where_their_measurements_lie_sorted(bucket: Bucket) -> None:
    fill(bucket)
    bucket.put("canned/2020-03-01/telegram.0.jsonl.gz", b"")
    assert len(names(bucket, "")) == 28
    assert names(bucket, "/canned") == ["canned/2020-03-01/telegram.0.jsonl.gz"]
    assert names(bucket, "/canned/2020-03-01") == ["canned/2020-03-01/telegram.0.jsonl.gz"]


def put_scenario(bucket: Bucket, scenario: Scenario) -> int:
    paths = sorted(scenario.raw.rglob("*.gz"))
    for number, path in enumerate(paths):
        date = day("2021-03-01") + timedelta(days=number)
        bucket.put(RAW.format(day=f"{date:%Y%m%d}", hour="01", cc="CN", test="signal"), path.read_bytes())
    return len(paths)


def test_an_archive_gives_the_rows_of_the_files_and_is_fetched_once(
    bucket: Bucket, scenario: Scenario, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fetched").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "fetched"))
    number = put_scenario(bucket, scenario)
    plain = Lake.open(tmp_path / "plain", create=True)
    ingest(plain, "ooni", [scenario.raw], clock=clock)
    bucket.fetched()
    assert ingest(lake, "ooni", [bucket.address], clock=clock).files == number
    assert len(bucket.fetched()) == number
    assert list((tmp_path / "fetched").iterdir()) == []
    expected, found = source_rows(plain.snapshot()), source_rows(lake.snapshot())
    for name in expected.keys() - {"fetched", "files"}:
        assert expected[name].equals(found[name]), name
    assert found["files"]["address"].str.starts_with(bucket.address).all()
    assert found["fetched"].height == number

    again = ingest(lake, "ooni", [bucket.address], clock=clock)
    assert (again.files, again.unchanged) == (0, number)
    assert bucket.fetched() == []

    first = min(scenario.raw.rglob("*.gz"))
    changed = RAW.format(day="20210301", hour="01", cc="CN", test="signal")
    bucket.put(changed, gzip.compress(gzip.decompress(first.read_bytes()) + b"{\n"))
    report = ingest(lake, "ooni", [bucket.address], clock=clock)
    assert (report.files, report.unchanged, report.rejects) == (1, number - 1, 1)
    assert bucket.fetched() == [changed]


def test_what_was_ingested_from_files_is_fetched_once_and_read_never(bucket: Bucket, scenario: Scenario, lake: Lake) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    before = lake.snapshot().scan(Measurement).collect().height
    number = put_scenario(bucket, scenario)
    bucket.fetched()
    for fetched in (number, 0):
        report = ingest(lake, "ooni", [bucket.address], clock=clock)
        assert (report.files, report.unchanged) == (0, number)
        assert len(bucket.fetched()) == fetched
    assert lake.snapshot().scan(Measurement).collect().height == before


def test_a_wider_selection_fetches_again(bucket: Bucket, scenario: Scenario, lake: Lake) -> None:
    number = put_scenario(bucket, scenario)
    middle = day("2021-03-04")
    few = ingest(lake, "ooni", [bucket.address], clock=clock, selection=Selection(until=middle))
    assert 0 < few.files < number
    assert len(bucket.fetched()) == few.files
    ingest(lake, "ooni", [bucket.address], clock=clock)
    assert len(bucket.fetched()) == number
    assert lake.snapshot().scan(Measurement).collect()["measurement_uid"].is_unique().all()


def test_without_credentials_an_archive_is_read_unsigned(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(bucket)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert len(objects_under(bucket.address, SUFFIXES, Selection(), HERE)) == 28
    fetch(f"{bucket.address}/readme.jsonl.gz", tmp_path / "x", HERE)


def test_an_archive_may_be_elsewhere_than_the_lake(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(bucket)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    there = Access(endpoint=bucket.endpoint, region="eu-central-1", anonymous=True)
    assert len(objects_under(f"{bucket.address}/raw", SUFFIXES, Selection(), there)) == 24
    fetch(f"{bucket.address}/readme.jsonl.gz", tmp_path / "x", there)
    with pytest.raises(InputError, match="cannot be fetched"):
        fetch(f"{bucket.address}/nothing", tmp_path / "x", there)


def test_lake_and_archive_on_s3_with_two_workers_give_the_rows_of_files(bucket: Bucket, scenario: Scenario, lake: Lake) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    number = put_scenario(bucket, scenario)
    for key in range(4):  # enough bytes for several jobs
        bucket.put(RAW.format(day="20210401", hour=f"{key:02}", cc="CN", test="signal"), b" " * (2**20 + key) + b"\n")
    far = Lake.open(f"{bucket.address}/lake", create=True)
    ingest(far, "ooni", [f"{bucket.address}/raw"], clock=clock, workers=2)
    expected, found = source_rows(lake.snapshot()), source_rows(far.snapshot())
    for name in ("measurements", "observations", "bodies"):
        assert expected[name].equals(found[name]), name
    assert far.snapshot().scan(IngestedFile).collect().height == number + 4
    assert far.snapshot().scan(FetchedObject).collect().schema == empty_table(FetchedObject).schema

"""The same lake at an `s3://` address, on a server of this machine."""

import threading
from pathlib import Path

import polars as pl
import pytest
from tests.lake.test_lake import controls, rejects
from tests.s3 import Bucket

from admittance.errors import LakeError, UsageError
from admittance.lake import LAYOUT, Lake, Part, query
from admittance.model.observation import Reject
from admittance.model.tables import table_of
from admittance.model.verdict import ControlRecord
from admittance.model.vocabulary import Origin

pytestmark = pytest.mark.slow


@pytest.fixture
def lake(bucket: Bucket) -> Lake:
    return Lake.open(f"{bucket.address}/some/lake/", create=True)


def test_a_lake_is_made_once_and_found_again(bucket: Bucket, lake: Lake) -> None:
    with pytest.raises(LakeError, match="no lake at s3://"):
        Lake.open(f"{bucket.address}/another")
    again = Lake.open(f"{bucket.address}/some/lake", create=True)
    assert again.snapshot().version == lake.snapshot().version
    assert set(lake.snapshot().tables) == {layout.name for layout in LAYOUT}


def test_rows_are_kept_replaced_released_and_derived(lake: Lake) -> None:
    before = lake.snapshot()
    assert lake.append_once(Reject, [Part(key="1", table=rejects(2, "a"))]) == 1
    assert lake.append_once(Reject, [Part(key="1", table=rejects(2, "a")), Part(key="2", table=rejects(3, "b"))]) == 1
    lake.replace(Reject, table_of(Reject, []), column="file", values=["a"])
    lake.claim_origin(Origin.SIMULATED)
    lake.release_sources()
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("x", "y"))
    snapshot = lake.snapshot()
    assert snapshot.origin is Origin.SIMULATED
    assert snapshot.scan(Reject).collect()["file"].to_list() == ["b"] * 3
    assert snapshot.scan(ControlRecord).filter(pl.col("hostname") == "y").collect().height == 1
    assert before.scan(Reject).collect().is_empty()


def test_sql_reads_the_tables_and_nothing_else(lake: Lake, tmp_path: Path) -> None:
    lake.append_once(Reject, [Part(key="1", table=rejects(2, "a"))])
    lake.release_sources()
    (tmp_path / "other.csv").write_text("a\n1\n")
    statement = "WITH r AS (SELECT * FROM rejects) SELECT count(*) AS n, (SELECT count(*) FROM files) AS files FROM r"
    assert list(query(lake.snapshot(), statement)) == [{"n": 2, "files": 0}]
    for forbidden in (f"SELECT * FROM read_csv('{tmp_path}/other.csv')", "DELETE FROM rejects", "SELECT * FROM nothing"):  # noqa: S608
        with pytest.raises(UsageError):
            list(query(lake.snapshot(), forbidden))


def test_racing_writers_lose_nothing_and_repeat_nothing(lake: Lake) -> None:
    def write() -> None:
        mine = Lake.open(lake.place)
        for number in range(6):
            mine.append_once(Reject, [Part(key=f"shared{number}", table=rejects(1, f"{number}"))])
            mine.release_sources()

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    files = lake.release_sources().scan(Reject).collect()["file"].to_list()
    assert sorted(files) == [f"{number}" for number in range(6)]

import os
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import msgspec
import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from admittance.errors import ConflictError, LakeError
from admittance.lake import Lake, Part, query
from admittance.lake.delta import CHECKPOINT_EVERY
from admittance.lake.storage import scan
from admittance.model.observation import Reject
from admittance.model.tables import empty_table, table_of, table_schema
from admittance.model.verdict import ControlRecord, Verdict, VerdictStamp
from admittance.model.vocabulary import Layer, Origin

DAY = datetime(2021, 3, 15, tzinfo=UTC)


def rejects(count: int, file: str = "f") -> pl.DataFrame:
    return table_of(
        Reject,
        [
            Reject(source="ooni", file=file, offset=number, line_sha256="0" * 64, reason="because", excerpt="")  # type: ignore[arg-type]
            for number in range(count)
        ],
    )


def controls(*hostnames: str) -> pl.DataFrame:
    return table_of(
        ControlRecord,
        [
            ControlRecord(
                hostname=hostname, address="192.0.2.1", layer=Layer.TCP, networks=2, days=2, first_seen=DAY, last_seen=DAY
            )
            for hostname in hostnames
        ],
    )


def hostnames(lake: Lake) -> list[str]:
    return sorted(lake.snapshot().scan(ControlRecord).collect()["hostname"].to_list())


def run_that_fails(lake: Lake) -> None:
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("half", "done"))
        raise ZeroDivisionError


def run_that_is_overtaken(lake: Lake) -> None:
    with lake.deriving() as slow:
        slow.replace(ControlRecord, controls("slow"))
        with lake.deriving() as fast:
            fast.replace(ControlRecord, controls("fast"))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake", create=True)


def test_a_missing_lake_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="no lake at"):
        Lake.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_every_table_of_a_new_lake_can_be_read(lake: Lake) -> None:
    assert lake.snapshot().scan(Reject).collect().equals(empty_table(Reject))
    assert lake.snapshot().scan(ControlRecord).collect().equals(empty_table(ControlRecord))


def test_appending_the_same_part_twice_appends_once(lake: Lake) -> None:
    first = Part(key="file:0", table=rejects(2))
    assert lake.append_once(Reject, [first]) == 1
    assert lake.append_once(Reject, [first]) == 0
    assert lake.append_once(Reject, [Part(key="file:0", number=1, table=rejects(3))]) == 1
    assert lake.release_sources().scan(Reject).collect().height == 5


def test_of_many_parts_only_those_that_are_new_are_appended_in_one_commit(lake: Lake) -> None:
    def parts(key: str, numbers: range) -> list[Part]:
        return [Part(key=key, number=number, table=rejects(1, f"{key}{number}")) for number in numbers]

    version = lake.release_sources().tables["rejects"]
    assert lake.append_once(Reject, [*parts("a", range(2)), *parts("b", range(1))]) == 3
    assert lake.append_once(Reject, [*parts("a", range(3)), *parts("b", range(2)), *parts("c", range(2))]) == 4
    snapshot = lake.release_sources()
    assert snapshot.tables["rejects"] == version + 2
    files = snapshot.scan(Reject).collect()["file"].to_list()
    assert sorted(files) == ["a0", "a1", "a2", "b0", "b1", "c0", "c1"]


def test_parts_are_appended_once_over_many_checkpoints_beside_another_writer(lake: Lake) -> None:
    writers = (lake, Lake.open(lake.place))
    numbers = range(2 * CHECKPOINT_EVERY + 5)
    for number in numbers:
        part = Part(key=f"{number}", table=rejects(1, f"{number}"))
        assert [writer.append_once(Reject, [part]) for writer in writers] == [1, 0]
    files = lake.release_sources().scan(Reject).collect()["file"].to_list()
    assert sorted(map(int, files)) == list(numbers)
    assert len(list(Path(lake.place, "rejects", "_delta_log").glob("*.checkpoint.parquet"))) == 2


def test_a_version_of_long_ago_can_still_be_read(lake: Lake) -> None:
    def append(key: str) -> None:
        lake.append_once(Reject, [Part(key=key, table=rejects(1, key))])

    append("first")
    before = lake.release_sources()
    for number in range(2 * CHECKPOINT_EVERY):
        for entry in Path(lake.place, "rejects", "_delta_log").iterdir():
            os.utime(entry, (DAY.timestamp(), DAY.timestamp()))
        append(f"{number}")
    assert before.scan(Reject).collect()["file"].to_list() == ["first"]


def test_nothing_shows_before_it_is_released_and_an_old_snapshot_stays_as_it_was(lake: Lake) -> None:
    before = lake.snapshot()
    lake.append_once(Reject, [Part(key="file:0", table=rejects(2))])
    assert lake.snapshot().scan(Reject).collect().height == 0
    after = lake.release_sources()
    assert (before.scan(Reject).collect().height, after.scan(Reject).collect().height) == (0, 2)
    assert lake.snapshot(before.version).scan(Reject).collect().height == 0


def test_a_release_is_read_once_and_the_next_one_of_another_writer_is_seen(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def counted(table: DeltaTable) -> pl.LazyFrame:
        read.append(table.version())
        return scan(table)

    writer = Lake.open(lake.place)
    before = lake.snapshot()
    writer.append_once(Reject, [Part(key="file:0", table=rejects(2))])
    after = writer.release_sources()
    monkeypatch.setattr("admittance.lake.lake.scan", counted)
    assert [lake.snapshot() for _ in range(3)] == [after] * 3
    assert read == [after.version]
    assert lake.snapshot(before.version) == before


def test_a_release_without_news_is_no_new_version(lake: Lake) -> None:
    version = lake.release_sources().version
    assert lake.release_sources().version == version


def test_replacing_touches_only_the_named_rows(lake: Lake) -> None:
    lake.append_once(Reject, [Part(key="1", table=rejects(2, "a'b"))])
    lake.append_once(Reject, [Part(key="2", table=rejects(3, "other"))])
    lake.replace(Reject, rejects(1, "a'b"), column="file", values=["a'b"])
    counts = lake.release_sources().scan(Reject).group_by("file").len().sort("file").collect()
    assert counts.rows() == [("a'b", 1), ("other", 3)]


def test_rows_of_another_type_are_refused(lake: Lake) -> None:
    with pytest.raises(TypeError, match="rejects: columns offset"):
        lake.append_once(Reject, [Part(key="1", table=rejects(1).with_columns(pl.col("offset").cast(pl.String)))])


def test_source_and_derived_tables_are_not_confused(lake: Lake) -> None:
    with pytest.raises(TypeError, match="derived"):
        lake.append_once(ControlRecord, [Part(key="1", table=controls("a"))])
    with pytest.raises(TypeError, match="source"), lake.deriving() as work:
        work.replace(Reject, rejects(1))


def test_measured_and_simulated_rows_never_share_a_lake(lake: Lake) -> None:
    lake.claim_origin(Origin.SIMULATED)
    lake.claim_origin(Origin.SIMULATED)
    with pytest.raises(LakeError, match="holds simulated rows and takes no measured ones"):
        lake.claim_origin(Origin.MEASURED)


def test_derived_tables_are_released_together(lake: Lake) -> None:
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("a", "b"))
        assert hostnames(lake) == []
    assert hostnames(lake) == ["a", "b"]


def test_a_run_that_changes_no_row_is_no_new_version(lake: Lake) -> None:
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("a", "b"))
    version = lake.snapshot().version
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("b", "a"))
    assert lake.snapshot().version == version


def test_a_run_that_fails_leaves_nothing_behind(lake: Lake) -> None:
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("a"))
    with pytest.raises(ZeroDivisionError):
        run_that_fails(lake)
    assert hostnames(lake) == ["a"]
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("b"))
    assert hostnames(lake) == ["b"]


def test_of_two_runs_at_once_the_slower_begins_again(lake: Lake) -> None:
    with pytest.raises(ConflictError):
        run_that_is_overtaken(lake)
    assert hostnames(lake) == ["fast"]


def test_an_ingest_during_a_run_shows_after_both(lake: Lake) -> None:
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("a"))
        lake.append_once(Reject, [Part(key="1", table=rejects(2))])
        lake.release_sources()
    snapshot = lake.snapshot()
    assert snapshot.scan(Reject).collect().height == 2
    assert hostnames(lake) == ["a"]


@pytest.mark.parametrize(
    ("version", "told"), [(99, "the newer program that wrote it"), (1, r"`admittance --lake \S+ ingest SOURCE PATH`")]
)
def test_a_lake_of_another_schema_version_is_refused_with_what_to_do(lake: Lake, version: int, told: str) -> None:
    lake.claim_origin(Origin.SIMULATED)
    releases = DeltaTable(f"{lake.place}/releases")
    rows = pl.read_delta(releases).with_columns(pl.lit(version, pl.Int64).alias("schema_version"))
    write_deltalake(releases, rows, mode="overwrite")
    with pytest.raises(LakeError, match=f"schema version {version}, .*{told}"):
        Lake.open(lake.place)
    assert Lake.origin_at(lake.place) is Origin.SIMULATED


def verdicts(*layers: Layer) -> pl.DataFrame:
    text = {name: "x" for name, kind in table_schema(Verdict).items() if kind == pl.String}
    numbers = {"network": 1, "resolver_network": None, "offset": 0, "time": DAY}
    return pl.DataFrame([text | numbers | {"layer": layer.value} for layer in layers], schema=table_schema(Verdict))


def stamps(ruleset: str) -> pl.DataFrame:
    stamp = VerdictStamp(layer=Layer.DNS, ruleset=ruleset, catalog="c", fingerprints="f")
    return table_of(VerdictStamp, [stamp, msgspec.structs.replace(stamp, layer=Layer.TCP, ruleset="old")])


def test_stamps_stand_once_and_are_read_beside_every_row(lake: Lake) -> None:
    with lake.deriving() as work:
        work.replace(Verdict, verdicts(Layer.DNS, Layer.TCP, Layer.DNS))
        work.replace(VerdictStamp, stamps("1"))
        assert work.scan(Verdict).collect()["ruleset"].unique().sort().to_list() == ["1", "old"]
    first = lake.snapshot()
    with lake.deriving() as work:
        work.replace(Verdict, verdicts(Layer.TCP, Layer.DNS, Layer.DNS))
        work.replace(VerdictStamp, stamps("2"))
    second = lake.snapshot()
    assert {name for name in second.tables if first.tables[name] != second.tables[name]} == {"verdict_stamps"}
    table = second.scan(Verdict).collect()
    assert table.schema == table_schema(Verdict)
    assert sorted(table.select("layer", "ruleset", "catalog").rows()) == [
        ("dns", "2", "c"),
        ("dns", "2", "c"),
        ("tcp", "old", "c"),
    ]
    assert first.scan(Verdict).filter(pl.col("ruleset") == "1").collect().height == 2
    told = query(second, "SELECT * FROM verdicts ORDER BY layer")
    assert [(row["layer"], row["ruleset"]) for row in told] == [("dns", "2"), ("dns", "2"), ("tcp", "old")]


def append_from_process(place: str, key: str) -> int:
    return Lake.open(place).append_once(Reject, [Part(key=key, table=rejects(2, key))])


@pytest.mark.slow
def test_racing_writers_append_each_key_once(lake: Lake) -> None:
    keys = [f"file{number // 2}" for number in range(24)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        appended = list(pool.map(append_from_process, [lake.place] * len(keys), keys))
    assert sum(appended) == 12
    counts = lake.release_sources().scan(Reject).group_by("file").len().collect()
    assert counts.height == 12
    assert counts["len"].unique().to_list() == [2]


def hostnames_as_of(lake: Lake, day: str) -> list[str]:
    return sorted(lake.snapshot(as_of=day).scan(ControlRecord).collect()["hostname"].to_list())


def test_what_was_derived_as_of_a_day_stands_beside_the_present(lake: Lake) -> None:
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("present"))
    with lake.deriving(as_of="2023-06-01") as work:
        work.replace(ControlRecord, controls("former"))
    assert hostnames(lake) == ["present"]
    assert hostnames_as_of(lake, "2023-06-01") == ["former"]
    assert (lake.snapshot().as_of, lake.snapshot(as_of="2023-06-01").as_of) == (None, "2023-06-01")
    with lake.deriving() as work:
        work.replace(ControlRecord, controls("later"))
    lake.append_once(Reject, [Part(table=rejects(1), key="f", number=0)])
    lake.release_sources()
    assert hostnames(lake) == ["later"]
    assert hostnames_as_of(lake, "2023-06-01") == ["former"]
    assert lake.snapshot(as_of="2023-06-01").scan(Reject).collect().height == 1
    assert lake.days() == ("2023-06-01",)


def test_the_present_is_overtaken_by_no_run_as_of_a_day(lake: Lake) -> None:
    with lake.deriving() as slow:
        with lake.deriving(as_of="2023-06-01") as other:
            other.replace(ControlRecord, controls("former"))
        slow.replace(ControlRecord, controls("present"))
    assert hostnames(lake) == ["present"]
    assert hostnames_as_of(lake, "2023-06-01") == ["former"]


def test_a_day_that_was_never_derived_is_refused(lake: Lake) -> None:
    with pytest.raises(LakeError, match="run --as-of 2023-06-02"):
        lake.snapshot(as_of="2023-06-02")

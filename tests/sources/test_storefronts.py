"""Storefront tables in three formats, and bad ones."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admittance.errors import InputError
from admittance.sources import Batch, Selection
from admittance.sources.countries import COUNTRIES

REAL = Path(__file__).parents[3] / "shared" / "data" / "storefronts" / "app_availability_2019.csv"

COLUMNS = ("store", "app_id", "app_title", "country", "observed", "status")

ROW = {"store": "apple", "app_id": "1", "app_title": "An app", "country": "CN", "observed": "2021-03-14", "status": "listed"}


def table(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    lines = [",".join(columns), *(",".join((ROW | row).get(column, "") for column in columns) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def test_the_three_formats_give_the_same_rows(tmp_path: Path, read_file: Callable[..., Batch]) -> None:
    frame = pl.DataFrame([ROW, ROW | {"app_id": "2", "status": "not_listed"}])
    frame.write_csv(tmp_path / "a.csv")
    frame.write_ndjson(tmp_path / "a.jsonl")
    frame.with_columns(pl.col("observed").str.to_date(), pl.col("app_id").cast(pl.Int64)).write_parquet(tmp_path / "a.parquet")
    tables = [
        read_file("storefronts", tmp_path / name, batch_size=1).snapshots.drop("file", "offset", "line_sha256")
        for name in ("a.csv", "a.jsonl", "a.parquet")
    ]
    assert tables[0].height == 2
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_a_missing_column_is_named_with_those_there_are(read_bytes: Callable[..., Batch]) -> None:
    columns = ("store", "app_id", "country", "commit_date", "status")
    content = table({"commit_date": "2019-03-12"}, columns=columns)
    with pytest.raises(InputError, match=r"observed missing; its columns are store, .*commit_date.*--map observed=commit_date"):
        read_bytes("storefronts", content)
    mapped = read_bytes("storefronts", content, renames={"observed": "commit_date"})
    assert mapped.snapshots["time"].to_list() == [datetime(2019, 3, 12, tzinfo=UTC)]
    dated = read_bytes("storefronts", content, observed=datetime(2019, 4, 1, tzinfo=UTC))
    assert dated.snapshots["time"].to_list() == [datetime(2019, 4, 1, tzinfo=UTC)]
    with pytest.raises(InputError, match="observed missing"):
        read_bytes("storefronts", content, renames={"observed": "date"})
    with pytest.raises(InputError, match="its columns are none"):
        read_bytes("storefronts", b"")


WRITTEN_OTHERWISE = {
    "apple_2021.csv": """Bundle ID,App Name,Country Code,Date,Available
1,An app,chn,2021/3/14,No
1,An app,Germany,20210314,yes
""",
    "lookup.jsonl": """{"trackId": 1, "trackName": "An app", "cc": "cn", "checked_at": 1615680000, "available": false}
{"trackId": 1, "trackName": "An app", "cc": "de", "checked_at": "1615680000000", "available": true}
""",
    "store.csv": """# a crawl of spring 2021
platform,id,title,territory,timestamp,availability
App Store,1,An app,CHN,2021-03-14 0:00 UTC,not found
iOS,1,An app,DEU,14 March 2021,Present
""",
    "appavail.csv": """store,app_id,app_title,store country,observed,status
itunes,1,An app,China,"March 14, 2021",delisted
itunes,1,An app,GERMANY,2021-03-14T00:00Z,200
""",
}


@pytest.mark.parametrize("name", WRITTEN_OTHERWISE)
def test_other_years_write_it_otherwise(name: str, tmp_path: Path, read_file: Callable[..., Batch]) -> None:
    file = tmp_path / name
    file.write_text(WRITTEN_OTHERWISE[name])
    batch = read_file("storefronts", file)
    assert batch.rejects.height == 0
    told = batch.snapshots.select("place", "item", "title", "country", "time", "status").rows()
    day = datetime(2021, 3, 14, tzinfo=UTC)
    assert told == [("apple", "1", "An app", "CN", day, "not_listed"), ("apple", "1", "An app", "DE", day, "listed")]


def test_a_broken_parquet_file_is_an_input_error(read_bytes: Callable[..., Batch]) -> None:
    with pytest.raises(InputError, match="Parquet"):
        read_bytes("storefronts", b"PAR1 and then nothing of the kind")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"store": "corner shop"}, "store: unknown"),
        ({"status": "perhaps"}, "status: unknown"),
        ({"status": ""}, "status: unknown"),
        ({"country": "CHX"}, "country"),
        ({"country": "Atlantis"}, "country"),
        ({"country": "XX"}, "country"),
        ({"app_id": ""}, "app_id: missing"),
        ({"observed": ""}, "observed: missing"),
        ({"observed": "14/03/21"}, "observed"),
        ({"observed": "03/04/2021"}, "observed"),
        ({"observed": "0001-01-01"}, "before 1990"),
        ({"observed": "2026-01-04"}, "in the future"),
        ({"app_title": "a,b"}, "7 cells"),
        ({"app_title": "x" * 5_000}, "app_title: longer"),
    ],
)
def test_a_bad_row_is_kept_with_its_reason(bad: dict[str, str], reason: str, read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("storefronts", table({}, bad, {"app_id": "2"}))
    assert (batch.lines, batch.snapshots.height) == (3, 2)
    (reject,) = batch.rejects.to_dicts()
    assert reason in reject["reason"]


def test_bad_json_lines_are_rejects(read_bytes: Callable[..., Batch]) -> None:
    content = "\n".join((json.dumps(ROW), "[]", "{", "[" * 50_000, json.dumps(ROW | {"store": ["apple"]})))
    batch = read_bytes("storefronts", content.encode())
    assert (batch.lines, batch.snapshots.height, batch.rejects.height) == (5, 1, 4)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_below_the_header_are_rejects_and_no_exception(content: bytes, read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("storefronts", table() + content)
    assert batch.rejects.height == batch.lines


def test_origin_and_selection_are_honoured(read_bytes: Callable[..., Batch]) -> None:
    content = table({"origin": "simulated"}, {"origin": "simulated", "country": "DE"}, columns=(*COLUMNS, "origin"))
    batch = read_bytes("storefronts", content, selection=Selection(countries=frozenset({"DE"}), tests=frozenset({"signal"})))
    assert batch.snapshots.select("origin", "country").rows() == [("simulated", "DE")]
    assert read_bytes("storefronts", table({"origin": "dreamt"}, columns=(*COLUMNS, "origin"))).rejects.height == 1


def test_there_are_249_countries_and_kosovo() -> None:
    assert len(COUNTRIES) == 250
    assert all(len(code) == 2 and code.isupper() for code in COUNTRIES)


def test_the_real_table_is_read_without_a_reject(read_file: Callable[..., Batch]) -> None:
    if not REAL.exists():
        pytest.skip("needs the development data beside the repository")
    batch = read_file("storefronts", REAL, renames={"observed": "commit_date"})
    assert (batch.lines, batch.snapshots.height, batch.rejects.height) == (10_070, 10_070, 0)
    assert set(batch.snapshots["place"]) == {"apple", "gplay"}

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from admittance.catalog import Catalog
from admittance.errors import LakeError, UsageError
from admittance.lake import Lake
from admittance.model.vocabulary import Origin
from admittance.pipeline.reading import DocumentInput, read_documents
from admittance.surface.commands.demo_lake import build_demo, refuse_other_lakes
from admittance.surface.queries import documents
from tests.surface.conftest import admittance, browser


def everything_under(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_demo_is_built_anew_whatever_was_in_its_lake(tmp_path: Path, catalog: Catalog) -> None:
    place = tmp_path / "lake"
    build_demo(place)
    pages = browser(place, catalog)
    notice = DocumentInput(text="China blocked Telegram.", published="2021-03-19", origin=Origin.SIMULATED)
    list(read_documents([notice], catalog=catalog, lake=Lake.open(place), clock=lambda: datetime(2024, 1, 1, tzinfo=UTC)))
    assert len(documents(Lake.open(place).snapshot())) == 6
    releases = DeltaTable(f"{place}/releases")
    rows = pl.read_delta(releases).with_columns(pl.lit(1, pl.Int64).alias("schema_version"))
    write_deltalake(releases, rows, mode="overwrite")
    with pytest.raises(LakeError, match="schema version 1"):
        Lake.open(place)
    assert pages.get("/").status_code == 503
    again = admittance(place, "demo", "--no-serve")
    assert again.exit_code == 0, again.output
    assert len(documents(Lake.open(place).snapshot())) == 5
    assert pages.get("/").status_code == 200
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]


def test_a_measured_lake_is_left_exactly_as_it_was(measured_lake: Path) -> None:
    before = everything_under(measured_lake)
    result = admittance(measured_lake, "demo", "--no-serve")
    assert result.exit_code == 2
    assert "holds measured data" in result.stderr
    assert everything_under(measured_lake) == before


def simulated_lake(place: Path) -> Path:
    Lake.open(place, create=True).claim_origin(Origin.SIMULATED)
    return place


def test_what_no_demo_made_is_refused(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("mine")
    with pytest.raises(UsageError, match="is no lake and not empty"):
        refuse_other_lakes(notes)
    with pytest.raises(UsageError, match="is no lake"):
        refuse_other_lakes(notes / "a.txt")
    other = simulated_lake(tmp_path / "other")
    with pytest.raises(UsageError, match="that no demo made"):
        refuse_other_lakes(other)
    (other / "scenario").mkdir()
    refuse_other_lakes(other)
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"also holds thesis\.txt"):
        refuse_other_lakes(other)


def test_a_new_or_empty_place_is_free(tmp_path: Path) -> None:
    refuse_other_lakes(tmp_path / "new")
    refuse_other_lakes(tmp_path)


def test_a_build_that_fails_leaves_the_former_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = simulated_lake(tmp_path / "lake")
    (place / "scenario").mkdir()
    before = everything_under(place)

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("admittance.lab.write_scenario", fail)
    with pytest.raises(OSError, match="disk full"):
        build_demo(place)
    assert everything_under(place) == before
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]

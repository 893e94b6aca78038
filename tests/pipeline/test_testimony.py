"""What other monitors publish reaches claims through a run, and nothing else."""

from pathlib import Path

import polars as pl
import pytest

from admittance.catalog import load
from admittance.lake import DERIVED, Lake
from admittance.model.corroboration import Corroboration
from admittance.pipeline.ingest import ingest
from admittance.pipeline.reading import DocumentInput, read_documents
from admittance.pipeline.run import run
from admittance.surface.queries import StatementFilter, claims
from admittance.surface.queries.shapes import claim_object
from tests.pipeline.conftest import clock

GFWLIST = "author_time,op,domain,commit\n2021-03-16T10:00:00Z,add,signal.org,a1\n2022-01-01T10:00:00Z,add,example.org,a2\n"
CLAIM = "Signal has been blocked in China since 14 March 2021, users said."


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake.open(tmp_path / "lake", create=True)
    list(read_documents([DocumentInput(text=CLAIM, published="2021-03-16")], catalog=load(), lake=lake, clock=clock))
    run(lake)
    return lake


def take_in(lake: Lake, folder: Path) -> None:
    (folder / "changes.csv").write_text(GFWLIST)
    ingest(lake, "monitors", [folder / "changes.csv"], clock=clock)
    run(lake)


def test_a_monitor_answers_after_what_was_measured(lake: Lake, tmp_path: Path) -> None:
    (before,) = claims(lake.snapshot(), StatementFilter())
    take_in(lake, tmp_path)
    (after,) = claims(lake.snapshot(), StatementFilter())
    assert (before.status, len(before.corroborations)) == ("unobservable", 1)
    assert after.corroborations[:1] == before.corroborations
    assert after.status == before.status  # testimony is not counted as measured
    shown = claim_object(after)["corroborations"]
    assert isinstance(shown, list)
    assert [(one["witness"], one["independent"], one["status"], one["episode"]) for one in shown] == [
        (None, True, "unobservable", None),
        ("gfwlist", True, "supported", None),
    ]


def test_testimony_changes_nothing_but_corroborations(lake: Lake, tmp_path: Path) -> None:
    before = lake.snapshot()
    take_in(lake, tmp_path)
    after = lake.snapshot()
    for layout in DERIVED:
        if layout.noun is not Corroboration:
            assert before.scan(layout.noun).collect().equals(after.scan(layout.noun).collect()), layout.name
    rows = after.scan(Corroboration).collect()
    assert rows.filter(pl.col("witness").is_null()).height == 1
    assert rows["episode"].null_count() == rows.height

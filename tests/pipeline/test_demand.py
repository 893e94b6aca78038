"""Demand stands beside what is judged and detected, and changes nothing of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from starlette.testclient import TestClient

from admittance.catalog import Catalog
from admittance.detect import find_spikes
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.lake.layout import Derivation
from admittance.model.demand import DemandSpike
from admittance.model.ids import Country, SubjectId
from admittance.model.tables import rows_of
from admittance.pipeline.ingest import ingest
from admittance.pipeline.reading import DocumentInput, documents_in, read_documents
from admittance.pipeline.run import run
from admittance.surface.queries import cards
from admittance.surface.web.app import create_app
from tests.pipeline.conftest import clock, derived_rows

FIRST_DAY = datetime(2021, 1, 4, tzinfo=UTC)
ONSET = datetime(2021, 3, 15, tzinfo=UTC)  # of the scenario's restriction


def table(folder: Path, name: str = "CN.csv", *, surge: datetime = ONSET, origin: str = "simulated") -> Path:
    """Eighty quiet days with four of surge."""
    path = folder / name
    lines = ["date,value,series,origin"]
    for number in range(80):
        day = FIRST_DAY + timedelta(days=number)
        value = 10 + number % 3 + (60 if surge <= day < surge + timedelta(days=4) else 0)
        lines.append(f"{day:%Y-%m-%d},{value},vpn-interest,{origin}")
    path.write_text("\n".join(lines) + "\n")
    return path


def filled(place: Path, scenario: Scenario, catalog: Catalog) -> Lake:
    lake = Lake.open(place, create=True)
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    ingest(lake, "storefronts", [scenario.storefronts], clock=clock)
    with scenario.notices.open("rb") as notices:
        texts = list(documents_in([str(scenario.notices)], standard_input=notices))
    list(read_documents([text for text in texts if isinstance(text, DocumentInput)], catalog=catalog, lake=lake, clock=clock))
    return lake


def test_what_is_judged_detected_and_laid_against_claims_is_the_same_with_and_without_demand(
    tmp_path: Path, scenario: Scenario, catalog: Catalog
) -> None:
    without, beside = (filled(tmp_path / name, scenario, catalog) for name in ("without", "beside"))
    ingest(beside, "demand", [table(tmp_path)], clock=clock)
    for lake in (without, beside):
        run(lake)
    plain, drawn = derived_rows(without.snapshot()), derived_rows(beside.snapshot())
    assert not plain["episodes"].is_empty()
    assert drawn["demand_spikes"].height == 1
    for name, rows in plain.items():
        if name not in ("demand_spikes", "derivations"):
            assert drawn[name].equals(rows), name


def test_demand_alone_opens_no_episode(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, "demand", [table(tmp_path)], clock=clock)
    report = run(lake)
    assert (report.verdicts, report.episodes, report.changes, report.countries) == (0, 0, 0, 0)
    (spike,) = rows_of(DemandSpike, lake.snapshot().scan(DemandSpike).collect())
    assert (spike.series, spike.country, spike.start) == ("vpn-interest", "CN", ONSET)
    assert spike.end == ONSET + timedelta(days=4)


def test_only_countries_whose_series_changed_are_searched_again(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[list[str]] = []

    def counted(daily: pl.DataFrame) -> pl.DataFrame:
        searched.append(daily["country"].unique().sort().to_list())
        return find_spikes(daily)

    monkeypatch.setattr("admittance.detect.surges.find_spikes", counted)
    ingest(lake, "demand", [table(tmp_path, "CN.csv"), table(tmp_path, "TR.csv", surge=ONSET - timedelta(days=9))], clock=clock)
    run(lake)
    run(lake)
    ingest(lake, "demand", [table(tmp_path, "KE.csv", surge=ONSET - timedelta(days=2))], clock=clock)
    run(lake)
    assert searched == [["CN", "TR"], ["KE"]]
    assert lake.snapshot().scan(DemandSpike).collect()["country"].to_list() == ["CN", "KE", "TR"]
    steps = lake.snapshot().scan(Derivation).collect()
    assert steps.filter(pl.col("step") == "demand")["country"].sort().to_list() == ["CN", "KE", "TR"]


def test_series_that_are_gone_leave_no_spikes(lake: Lake, tmp_path: Path) -> None:
    path = table(tmp_path)
    ingest(lake, "demand", [path], clock=clock)
    run(lake)
    ingest(lake, "demand", [path], clock=clock, renames={"value": "series"})  # read again, wrongly: no row of it is left
    run(lake)
    assert lake.snapshot().scan(DemandSpike).collect().is_empty()


def test_cards_and_pages_show_it_beside_the_episode(tmp_path: Path, scenario: Scenario, catalog: Catalog) -> None:
    lake = filled(tmp_path / "lake", scenario, catalog)
    ingest(lake, "demand", [table(tmp_path)], clock=clock)
    run(lake)
    (card,) = cards(lake.snapshot(), catalog, SubjectId("signal"), Country("CN"))
    (entry,) = card.demand
    assert entry.near[0].episode == "CN-2021-signal-network-1"
    assert entry.near[0].days == 0
    with TestClient(create_app(str(lake.place), catalog)) as pages:
        for address in ("/subjects/signal", "/countries/CN", "/episodes/CN-2021-signal-network-1"):
            page = pages.get(address).text
            assert '<polyline class="demand" points="' in page, address
            assert '<rect class="surge"' in page, address
            assert "within the onset of CN-2021-signal-network-1" in page, address

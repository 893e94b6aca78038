"""Snapshot tables from the file to the episode."""

from pathlib import Path

import pytest

from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.model.episode import Change, Episode
from admittance.model.tables import rows_of
from admittance.pipeline import ingest, run
from tests.pipeline.conftest import clock

REAL = Path(__file__).parents[3] / "shared" / "data" / "storefronts" / "app_availability_2019.csv"

COUNTRIES = ("AT", "BE", "CN", "DE", "ES", "FR", "GB", "IT", "JP", "PL", "US")


def table(days: dict[str, tuple[str, ...]], *, app: str = "1276263909") -> str:
    """A storefront table of two apps in eleven countries: in some countries, the app is missing on a day."""
    lines = ["store,app_id,app_title,country,observed,status"]
    for day, missing in days.items():
        for country in COUNTRIES:
            lines.append(f"apple,7,Weather,{country},{day},listed")
            lines.append(f"apple,{app},Some App,{country},{day},{'not_listed' if country in missing else 'listed'}")
    return "".join(f"{line}\n" for line in lines)


def episodes(lake: Lake) -> list[Episode]:
    return rows_of(Episode, lake.snapshot().scan(Episode).sort("id").collect())


def test_a_removal_is_dated_by_the_readings_around_it(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "apps.csv"
    path.write_text(table({"2017-07-20": (), "2017-07-28": (), "2017-07-30": ("CN",), "2017-08-02": ("CN",)}))
    ingest(lake, "storefronts", [path], clock=clock)
    report = run(lake)
    assert (report.episodes, report.verdicts) == (1, 88)
    (one,) = episodes(lake)
    assert one.id == "CN-2017-psiphon-store-1"
    assert one.onset_earliest is not None
    assert f"{one.onset_earliest:%Y-%m-%d} to {one.onset_latest:%Y-%m-%d}" == "2017-07-28 to 2017-07-30"
    assert run(lake).changes == 0


def test_later_snapshots_turn_an_absence_into_what_it_was(lake: Lake, tmp_path: Path) -> None:
    first = tmp_path / "first.csv"
    first.write_text(table({"2017-08-02": ("CN",)}))
    ingest(lake, "storefronts", [first], clock=clock)
    run(lake)
    (absence,) = episodes(lake)
    assert (absence.onset_earliest, f"{absence.onset_latest:%Y-%m-%d}") == (None, "2017-08-02")
    older = tmp_path / "older.csv"
    older.write_text(table({"2017-07-20": (), "2017-08-04": ("CN",)}))
    ingest(lake, "storefronts", [older], clock=clock)
    run(lake)
    (removal,) = episodes(lake)
    assert removal.id == absence.id
    assert removal.onset_earliest is not None
    assert f"{removal.onset_earliest:%Y-%m-%d}" == "2017-07-20"
    log = rows_of(Change, lake.snapshot().scan(Change).sort("sequence").collect())
    assert [change.kind for change in log] == ["opened", "revised"]


def test_episodes_of_networks_and_of_stores_stand_side_by_side(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "apps.csv"
    path.write_text(table({"2021-03-10": ("CN",)}).replace(",listed", ",listed,simulated").replace("status", "status,origin"))
    path.write_text(path.read_text().replace(",not_listed", ",not_listed,simulated"))
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    first = run(lake)
    ingest(lake, "storefronts", [path], clock=clock)
    second = run(lake)
    assert (second.rejudged, second.episodes) == (0, first.episodes + 1)
    assert {episode.gate for episode in episodes(lake)} == {"network", "function", "store"}
    assert run(lake).changes == 0


def test_the_apple_rows_of_2019_give_exactly_their_episodes(lake: Lake) -> None:
    if not REAL.exists():
        pytest.skip("needs the development data beside the repository")
    ingest(lake, "storefronts", [REAL], clock=clock, renames={"observed": "commit_date"})
    run(lake)
    found = episodes(lake)
    pia, onion = "private-internet-access", "onion-browser"
    expected = {(subject, "CN") for subject in ("psiphon", "linkedin", "skype", onion)} | {("linkedin", "RU")}
    expected |= {(pia, country) for country in ("BY", "CG", "CN", "LB", "RU", "UA", "VE", "YE", "ZW")}
    assert {(one.subject, one.country) for one in found} == expected
    assert len(found) == len(expected) == 14
    assert {one.gate for one in found} == {"store"}
    for one in found:
        assert (one.onset_earliest, one.end) == (None, None)
        assert f"{one.onset_latest:%Y-%m-%d}" == ("2019-03-29" if one.subject == pia else "2019-03-12")

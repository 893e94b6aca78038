"""Snapshot tables from the file to the episode."""

import random
import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from admittance.judge import RULESET_VERSIONS
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.model.episode import Change, Episode
from admittance.model.tables import rows_of
from admittance.model.verdict import SnapshotVerdict, Verdict
from admittance.model.vocabulary import Gate, Layer
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from tests.pipeline.conftest import clock, derived_rows

REAL = Path(__file__).parents[3] / "shared" / "data" / "storefronts" / "app_availability_2019.csv"

COUNTRIES = ("AT", "BE", "CN", "DE", "ES", "FR", "GB", "IT", "JP", "PL", "US")


def table(days: Mapping[str, tuple[str, ...]], *, app: str = "1276263909") -> str:
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


PLATFORMS = ("weibo", "baidu")


def tables_of_all_gates(folder: Path) -> list[tuple[str, Path]]:
    """Simulated tables of every gate that is looked at in snapshots, several of each, some of them telling the same."""
    dates = [f"2021-03-{day:02}" for day in range(10, 22)]

    def written(source: str, name: str, heading: str, rows: list[str]) -> tuple[str, Path]:
        path = folder / f"{name}.csv"
        path.write_text("\n".join([f"{heading},origin", *(f"{row},simulated" for row in rows)]) + "\n")
        return source, path

    found = []
    for number, days in enumerate((dates[:5], dates[4:9], dates[8:])):
        missing = {day: ("CN",) if day >= "2021-03-15" else () for day in days}
        heading, *rows = table(missing).splitlines()
        found.append(written("storefronts", f"stores{number}", heading, rows))
        words = [
            f"{word},{platform},{day},{'blocked' if word == 'one' and day >= '2021-03-14' else 'shown'}"
            for day in days
            for platform in PLATFORMS
            for word in ("one", "two")
        ]
        found.append(written("keywords", f"words{number}", "keyword,platform,observed,status", words))
        checks = [
            f"clubhouse,registration,{country},64512,{day}T1{number}:00:00Z,"
            f"{'fails' if country == 'CN' and day >= '2021-03-13' else 'works'}"
            for day in days
            for country in ("CN", "DE", "FR")
        ]
        found.append(written("checks", f"checks{number}", "service,role,country,network,observed,status", checks))
    return found


def as_derived(lake: Lake) -> dict[str, pl.DataFrame]:
    rows = derived_rows(lake.snapshot())
    rows["episodes"] = rows["episodes"].drop("id")
    return {name: rows for name, rows in rows.items() if name != "changes"}


@pytest.mark.slow
def test_runs_after_each_table_give_what_one_run_gives(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    files = [*tables_of_all_gates(tmp_path), ("ooni", scenario.raw)]
    whole = Lake.open(tmp_path / "whole", create=True)
    for source, path in files:
        ingest(whole, source, [path], clock=clock)
    assert run(whole).gates_rejudged == 3
    random.Random(5).shuffle(files)
    for source, path in files:
        ingest(lake, source, [path], clock=clock)
        assert run(lake).gates_rejudged == (0 if source == "ooni" else 1)
    again = run(lake)
    assert (again.gates_rejudged, again.days_rejudged, again.changes) == (0, 0, 0)
    one, other = as_derived(whole), as_derived(lake)
    for name, rows in one.items():
        assert rows.equals(other[name]), name
    assert {"store", "content", "function", "network"} <= set(one["episodes"]["gate"].unique())
    assert {"store", "content", "function", "network"} <= set(one["coverage"]["gate"].unique())
    assert not one["verdicts"].filter(pl.col("layer") == Layer.ATTEMPT.value).is_empty()


def test_a_table_that_is_read_in_another_way_is_judged_anew(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "apps.csv"
    rows = table({"2017-07-28": (), "2017-07-30": ("CN",), "2017-08-02": ("CN",)})
    path.write_text(rows.replace("country,observed", "country,seen,observed").replace(",2017", ",2019-01-01,2017"))
    ingest(lake, "storefronts", [path], clock=clock)
    run(lake)
    ingest(lake, "storefronts", [path], clock=clock, renames={"observed": "seen"})
    assert run(lake).gates_rejudged == 1
    assert lake.snapshot().scan(SnapshotVerdict).collect()["time"].dt.year().unique().to_list() == [2019]


def test_other_rules_and_detectors_judge_anew_and_stamp(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for source, path in tables_of_all_gates(tmp_path):
        ingest(lake, source, [path], clock=clock)
    run(lake)
    monkeypatch.setattr(sys.modules[run.__module__], "DETECTOR_VERSION", "detect/test")
    assert run(lake).gates_rejudged == 3
    monkeypatch.setitem(RULESET_VERSIONS, Gate.STORE, "test")
    assert run(lake).gates_rejudged == 1
    assert all("detect/test" in one.versions for one in episodes(lake))
    assert lake.snapshot().scan(Verdict).collect().height > 0

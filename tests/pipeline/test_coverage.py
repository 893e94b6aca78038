"""Coverage as a run counts it: every measurement once, whatever it says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.model.coverage import Coverage
from admittance.model.tables import rows_of
from admittance.model.verdict import SnapshotVerdict
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from tests.judge.probe import TIMEOUT, Hop, Record, line_of, measurement, web
from tests.pipeline.conftest import clock

DAY = datetime(2023, 4, 19, tzinfo=UTC)
SITE = "http://www.example.com/"


def at(record: Record, **changes: str) -> Record:
    return record | {"measurement_start_time": "2023-04-19 07:54:40"} | changes


def take_in(lake: Lake, path: Path, records: dict[str, Record], arrived: datetime) -> None:
    path.write_bytes(b"".join(line_of(record, uid) for uid, record in records.items()))
    ingest(lake, "ooni", [path], clock=lambda: arrived)


def covered(lake: Lake) -> list[Coverage]:
    table = lake.snapshot().scan(Coverage).sort("subject", "gate", "country", "network", "day").collect()
    return rows_of(Coverage, table)


def test_each_measurement_counts_once_and_the_parts_add_up(lake: Lake, tmp_path: Path) -> None:
    works = web(Hop(SITE))
    records = {
        "a": at(works),
        "b": at(works, report_id="another"),
        "c": at(web(Hop(SITE, answers=TIMEOUT), control="connection_refused")),  # no control: no trial
        "d": at(measurement("web_connectivity", "0.5.28", {}, given=SITE)),  # not a fact in it
        "e": at(works, measurement_start_time="2023-04-20 07:54:40", test_start_time="2023-04-20 07:54:40"),
        "f": at(works, probe_cc="UG", probe_asn="AS1"),
    }
    take_in(lake, tmp_path / "one.jsonl", records, clock())
    take_in(lake, tmp_path / "again.jsonl", {"a": records["a"]}, clock())
    run(lake)
    first, second, elsewhere = covered(lake)
    assert (first.subject, first.day, first.country, first.network) == ("site:example.com", DAY, "KE", 36926)
    assert (first.measurements, first.scored, first.reports) == (4, 2, 2)
    assert first.scored + first.insufficient + first.failed == first.measurements
    assert (second.day - DAY, second.measurements, second.scored) == (timedelta(days=1), 1, 1)
    assert (elsewhere.country, elsewhere.network, elsewhere.sources) == ("UG", 1, "ooni")


def test_of_lines_of_one_name_the_first_in_the_file_counts(lake: Lake, tmp_path: Path) -> None:
    others = [line_of(at(web(Hop(SITE)), measurement_start_time=f"2023-04-19 {23 - hour:02}:30:00"), "a") for hour in range(24)]
    first = line_of(at(web(Hop(SITE)), probe_asn="AS1"), "a")
    (tmp_path / "one.jsonl").write_bytes(first + b"".join(others * 4))
    ingest(lake, "ooni", [tmp_path / "one.jsonl"], clock=clock)
    run(lake)
    assert [(row.network, row.measurements) for row in covered(lake)] == [(1, 1)]


def test_a_country_of_measurements_without_a_fact_is_covered_too(lake: Lake, tmp_path: Path) -> None:
    empty = at(measurement("web_connectivity", "0.5.28", {}, given=SITE))
    take_in(lake, tmp_path / "one.jsonl", {"a": empty}, clock())
    assert run(lake).verdicts == 0
    (row,) = covered(lake)
    assert (row.measurements, row.scored, row.insufficient) == (1, 0, 1)


def test_what_arrives_a_day_after_the_first_is_late(lake: Lake, tmp_path: Path) -> None:
    records = {name: at(web(Hop(SITE))) for name in "abc"}
    take_in(lake, tmp_path / "one.jsonl", {"a": records["a"]}, clock())
    take_in(lake, tmp_path / "two.jsonl", {"b": records["b"]}, clock() + timedelta(hours=24))
    run(lake)
    assert [row.late for row in covered(lake)] == [0]
    take_in(lake, tmp_path / "three.jsonl", {"c": records["c"]}, clock() + timedelta(hours=25))
    run(lake)
    assert [(row.measurements, row.late) for row in covered(lake)] == [(3, 1)]


def test_storefronts_are_covered_beside_networks_and_stay_when_these_change(
    lake: Lake, scenario: Scenario, tmp_path: Path
) -> None:
    ingest(lake, "storefronts", [scenario.storefronts], clock=clock)
    run(lake)
    stores = [row for row in covered(lake) if row.gate == "store"]
    verdicts = lake.snapshot().scan(SnapshotVerdict).select(pl.len()).collect().item()
    assert sum(row.measurements for row in stores) == verdicts > 0
    assert all(row.scored + row.insufficient + row.failed == row.measurements for row in stores)
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    run(lake)
    assert [row for row in covered(lake) if row.gate == "store"] == stores
    networks = [row for row in covered(lake) if row.gate == "network"]
    assert {row.country for row in networks} == {"CN"}
    assert all(row.network > 0 for row in networks)

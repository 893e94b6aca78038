"""What was seen from afar goes through a run without touching what was seen from within."""

import json
from datetime import date
from pathlib import Path

import polars as pl

from admittance.lake import Lake
from admittance.model.coverage import Coverage
from admittance.model.episode import Episode
from admittance.model.observation import Measurement
from admittance.model.verdict import Cell, ControlRecord, Verdict
from admittance.pipeline.editions import PublishedList, keep_list, published_lists
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from tests.pipeline.conftest import clock

RESET = "read tcp 198.51.100.7:1->192.0.2.1:80: read: connection reset by peer"


def scan(path: Path) -> Path:
    """Thirty days of resets at five vantages, whose lines name a network as no published one does."""
    lines = []
    for day in range(30):
        for vantage in range(5):
            at = f"2021-05-{day + 1:02d}T0{vantage}:00:00Z"
            control = {"matches_template": True, "control_url": "c.example.net", "start_time": at}
            failed = {"matches_template": False, "error": RESET, "start_time": at}
            lines.append(
                {
                    "vp": f"192.0.2.{vantage}",
                    "location": {"country_code": "KE"},
                    "server_asn": 64500 + vantage,
                    "service": "http",
                    "test_url": "www.telegram.org",
                    "response": [control, *[failed] * 4, control],
                }
            )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_the_remote_arm_makes_cells_of_its_own_and_neither_episode_nor_control_nor_coverage(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, "censored-planet", [scan(tmp_path / "results.json")], clock=clock)
    report = run(lake)
    assert (report.verdicts, report.episodes) == (150, 0)
    snapshot = lake.snapshot()
    cells = snapshot.scan(Cell).collect()
    assert set(cells["arm"]) == {"remote"}
    assert cells["likely_blocked"].sum() == 150
    assert cells["bad_reports"].str.starts_with("vantage:").all()
    assert set(snapshot.scan(Verdict).collect()["mechanism"]) == {"http.reset"}
    for noun in (Episode, ControlRecord, Coverage):
        assert snapshot.scan(noun).select(pl.len()).collect().item() == 0


def test_doing_it_again_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    path = scan(tmp_path / "results.json")
    ingest(lake, "censored-planet", [path], clock=clock)
    run(lake)
    first = lake.snapshot().scan(Verdict).collect()
    assert ingest(lake, "censored-planet", [path], clock=clock).unchanged == 1
    assert run(lake).rejudged == 0
    assert lake.snapshot().scan(Verdict).collect().equals(first)


def networks(lake: Lake, path: Path, table: str, day: date) -> None:
    path.write_text(table)
    (found,) = published_lists([str(path)])
    assert isinstance(found, PublishedList)
    keep_list(lake, found, holds_from=day, clock=clock)


def test_a_table_of_networks_places_vantages_also_of_scans_that_were_taken_in_before(lake: Lake, tmp_path: Path) -> None:
    path = scan(tmp_path / "results.json")
    path.write_text(path.read_text().replace('"server_asn"', '"not_said"'))

    def known() -> dict[tuple[int, int], int]:
        counts = lake.snapshot().scan(Measurement).group_by(pl.col("time").dt.day() > 15, "network").len().collect()
        return {(int(late), network): count for late, network, count in counts.iter_rows()}

    ingest(lake, "censored-planet", [path], clock=clock)
    assert known() == {(0, 0): 75, (1, 0): 75}
    networks(lake, tmp_path / "rv-20210501.pfx2as", "192.0.2.0\t24\t64500\n192.0.2.4\t32\t64504\n", date(2021, 5, 1))
    assert ingest(lake, "censored-planet", [path], clock=clock).unchanged == 0
    assert known() == {(0, 64500): 60, (0, 64504): 15, (1, 64500): 60, (1, 64504): 15}
    networks(lake, tmp_path / "rv-20210516.pfx2as", "192.0.2.0\t24\t64510\n", date(2021, 5, 16))
    ingest(lake, "censored-planet", [path], clock=clock)
    assert known() == {(0, 64500): 60, (0, 64504): 15, (1, 64510): 75}
    assert ingest(lake, "censored-planet", [path], clock=clock).unchanged == 1
    assert run(lake).episodes == 0

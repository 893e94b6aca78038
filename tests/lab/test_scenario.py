import csv
import gzip
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from admittance.catalog import load
from admittance.lab import Scenario, write_scenario
from admittance.model.ids import EntityId


class Annotations(msgspec.Struct):
    admittance_origin: str
    admittance_arm: str


class Handshake(msgspec.Struct):
    server_name: str
    failure: str | None


class Keys(msgspec.Struct):
    tls_handshakes: list[Handshake]


class Line(msgspec.Struct):
    annotations: Annotations
    measurement_start_time: str
    measurement_uid: str
    probe_asn: str
    probe_cc: str
    report_id: str
    test_name: str
    test_keys: Keys


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return write_scenario(tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="module")
def lines(scenario: Scenario) -> list[Line]:
    decoder = msgspec.json.Decoder(Line)
    files = sorted(scenario.raw.rglob("*.jsonl.gz"))
    return [decoder.decode(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


def contents(scenario: Scenario, folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in scenario.files}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "other")]
    one, two, other = (
        contents(write_scenario(folder, seed=seed), folder) for folder, seed in zip(folders, (7, 7, 8), strict=True)
    )
    assert one == two
    assert one.keys() == other.keys()
    assert one != other


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    before = contents(write_scenario(tmp_path), tmp_path)
    assert contents(write_scenario(tmp_path), tmp_path) == before


def test_the_files_are_what_was_written_and_small(scenario: Scenario) -> None:
    folder = scenario.storefronts.parent
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == list(scenario.files)
    assert sum(path.stat().st_size for path in scenario.files) < 2_000_000
    assert "imulated" in scenario.description


def test_every_line_is_marked_and_names_no_real_network(lines: list[Line]) -> None:
    assert {line.annotations.admittance_origin for line in lines} == {"simulated"}
    assert {line.annotations.admittance_arm for line in lines} == {"direct", "tunnel"}
    assert {line.probe_cc for line in lines} == {"CN"}
    assert {line.probe_asn for line in lines} == {f"AS{number}" for number in range(64512, 64521)}
    assert len({line.measurement_uid for line in lines}) == len(lines)
    assert {line.test_name for line in lines} == {"signal", "web_connectivity"}


def test_lines_stand_in_the_order_of_their_reports(scenario: Scenario) -> None:
    decoder = msgspec.json.Decoder(Line)
    for file in scenario.raw.rglob("*.jsonl.gz"):
        reports = [decoder.decode(line).report_id[:15] for line in gzip.decompress(file.read_bytes()).splitlines()]
        assert reports == sorted(reports)


def resets(lines: list[Line], arm: str) -> tuple[Counter[str], Counter[str]]:
    """Handshakes with Signal's hosts per network, and those among them that were reset."""
    all_, bad = Counter[str](), Counter[str]()
    for line in lines:
        if line.annotations.admittance_arm == arm and line.measurement_start_time >= "2021-03-16":
            for handshake in line.test_keys.tls_handshakes:
                if handshake.server_name.endswith("signal.org"):
                    all_[line.probe_asn] += 1
                    bad[line.probe_asn] += handshake.failure == "connection_reset"
    return all_, bad


def test_seven_of_nine_networks_reset_handshakes_and_the_tunnel_does_not(lines: list[Line]) -> None:
    direct, bad = resets(lines, "direct")
    assert len(direct) == 9
    assert sum(bad[asn] > 0.85 * count for asn, count in direct.items()) == 7
    assert sum(bad[asn] == 0 for asn in direct) == 2
    tunnelled, bad_in_tunnel = resets(lines, "tunnel")
    assert tunnelled.total() > 50
    assert bad_in_tunnel.total() == 0


def test_nothing_is_reset_before_the_onset_and_no_other_site_ever(lines: list[Line]) -> None:
    for line in lines:
        for handshake in line.test_keys.tls_handshakes:
            if handshake.failure == "connection_reset":
                assert line.measurement_start_time >= "2021-03-15 01:00:00"
                assert handshake.server_name.endswith("signal.org")


def test_the_storefront_table_keeps_signal_listed_and_shows_an_absence(scenario: Scenario) -> None:
    with scenario.storefronts.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["store", "app_id", "app_title", "country", "observed", "status", "origin"]
    assert {row["origin"] for row in rows} == {"simulated"}
    signal = [row for row in rows if (row["app_id"], row["country"]) == ("874139669", "CN")]
    assert len(signal) >= 5
    assert {row["status"] for row in signal} == {"listed"}
    assert "not_listed" in {row["status"] for row in rows}
    assert load().entities[EntityId("signal")].app_ids["ios"] == "874139669"


def test_every_text_is_marked_and_says_so(scenario: Scenario) -> None:
    notices = [msgspec.json.decode(line, type=dict[str, str]) for line in scenario.notices.read_bytes().splitlines()]
    assert len({notice["text"] for notice in notices}) == len(notices) >= 4
    for notice in notices:
        assert notice["origin"] == "simulated"
        paragraphs = [paragraph for paragraph in notice["text"].split("\n") if paragraph]
        assert any("simulated" in paragraph or "模拟" in paragraph for paragraph in (paragraphs[0], paragraphs[-1]))
        assert notice["url"].startswith("https://example.org/")

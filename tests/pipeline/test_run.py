import gzip
import io
from pathlib import Path

import msgspec
import polars as pl
import pytest
from click.testing import CliRunner

from admittance.catalog import Catalog
from admittance.errors import ConflictError
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.model.corroboration import Corroboration
from admittance.model.episode import Change, Episode
from admittance.model.statements import ClaimRecord, DocumentRecord
from admittance.model.tables import rows_of, table_of
from admittance.model.verdict import ControlRecord, Verdict
from admittance.model.vocabulary import Gate, Layer
from admittance.pipeline.ingest import ingest
from admittance.pipeline.reading import documents_in, read_documents
from admittance.pipeline.run import run
from admittance.surface.cli import cli
from tests.pipeline.conftest import clock, derived_rows


def fill(lake: Lake, scenario: Scenario, catalog: Catalog, *, backwards: bool = False) -> None:
    days = sorted(scenario.raw.iterdir(), reverse=backwards)
    for day in days:
        ingest(lake, "ooni", [day], clock=clock)
    ingest(lake, "storefronts", [scenario.storefronts], clock=clock)
    texts = list(documents_in([str(scenario.notices)], standard_input=io.BytesIO()))
    inputs = [text for text in texts if not isinstance(text, Exception)]
    assert len(inputs) == len(texts)
    list(read_documents(inputs[::-1] if backwards else inputs, catalog=catalog, lake=lake, clock=clock))


def printed(lake: Lake, *arguments: str) -> bytes:
    result = CliRunner().invoke(cli, ["--lake", lake.place, *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes_in_whatever_order_they_came(
    lake: Lake, scenario: Scenario, catalog: Catalog, tmp_path: Path
) -> None:
    other = Lake.open(tmp_path / "other", create=True)
    fill(lake, scenario, catalog)
    fill(other, scenario, catalog, backwards=True)
    run(lake)
    run(other)
    one, two = derived_rows(lake.snapshot()), derived_rows(other.snapshot())
    for name, table in one.items():
        assert table.equals(two[name]), name
    for command in ("episodes", "claims", "actions", "changes"):
        assert printed(lake, command) == printed(other, command) != b""


def test_a_second_run_redoes_nothing_and_changes_nothing(lake: Lake, scenario: Scenario, catalog: Catalog) -> None:
    fill(lake, scenario, catalog)
    first = run(lake)
    before = derived_rows(lake.snapshot())
    second = run(lake)
    assert (first.rejudged, second.rejudged) == (1, 0)
    assert second.changes == 0
    assert second.release == first.release
    assert second.episodes == first.episodes == 4
    for name, table in derived_rows(lake.snapshot()).items():
        assert table.equals(before[name]), name


def network_episodes(lake: Lake) -> list[Episode]:
    table = lake.snapshot().scan(Episode).filter(pl.col("gate") == Gate.NETWORK.value)
    return rows_of(Episode, table.collect())


def test_an_episode_keeps_its_id_when_later_data_extends_it(lake: Lake, scenario: Scenario) -> None:
    days = sorted(scenario.raw.iterdir())
    ingest(lake, "ooni", days[:3], clock=clock)
    run(lake)
    early = network_episodes(lake)
    ingest(lake, "ooni", days[3:], clock=clock)
    run(lake)
    late = network_episodes(lake)
    assert [episode.id for episode in early] == [episode.id for episode in late] == ["CN-2021-signal-network-1"]
    assert late[0].n > early[0].n
    log = rows_of(Change, lake.snapshot().scan(Change).sort("sequence").collect())
    assert log[0].kind == "opened"
    assert [change.sequence for change in log] == list(range(1, len(log) + 1))


def test_a_measurement_that_two_files_hold_counts_once(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    run(lake)
    once = lake.snapshot().scan(Verdict).collect()
    for path in scenario.raw.rglob("*.gz"):
        plain = tmp_path / path.stem
        plain.write_bytes(gzip.decompress(path.read_bytes()))
    ingest(lake, "ooni", [tmp_path], clock=clock)
    run(lake)
    twice = lake.snapshot().scan(Verdict).collect()
    key = ["measurement_uid", "target", "layer"]
    assert twice.height == once.height
    assert twice.select(key).is_unique().all()
    assert twice.sort(key)["state"].to_list() == once.sort(key)["state"].to_list()


@pytest.mark.slow
def test_countries_judged_together_or_apart_get_the_same_rows(
    lake: Lake, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    for path in sorted(scenario.raw.rglob("*.gz")):
        content = gzip.decompress(path.read_bytes())
        (folder / path.stem).write_bytes(content)
        for country in (b"RU", b"TR"):
            told = content.replace(b'"probe_cc":"CN"', b'"probe_cc":"%s"' % country)
            own = told if country == b"RU" else told.replace(b'"measurement_uid":"', b'"measurement_uid":"tr-')
            (folder / f"{country.decode()}-{path.stem}").write_bytes(own)
    apart = Lake.open(tmp_path / "apart", create=True)
    for place in (lake, apart):
        ingest(place, "ooni", [folder], clock=clock)
    run(lake)
    monkeypatch.setattr("admittance.pipeline.stretches.ROWS_AT_ONCE", 1)
    report = run(apart)
    assert report.countries == 3
    uids = lake.snapshot().scan(Verdict).select("measurement_uid", "country").unique().collect()
    assert uids["measurement_uid"].is_unique().all()  # one that files lay in two countries counts in one of them
    one, two = derived_rows(lake.snapshot()), derived_rows(apart.snapshot())
    for name, table in one.items():
        assert table.equals(two[name]), name


def test_an_empty_lake_can_be_run(lake: Lake) -> None:
    report = run(lake)
    assert (report.countries, report.verdicts, report.episodes, report.corroborations) == (0, 0, 0, 0)


def test_claims_change_nothing_of_what_was_measured(lake: Lake, scenario: Scenario, catalog: Catalog) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    run(lake)
    without = derived_rows(lake.snapshot())
    fill(lake, scenario, catalog)
    run(lake)
    having = derived_rows(lake.snapshot())
    for name in ("controls", "verdicts", "cells", "episodes", "changes"):
        assert without[name].equals(having[name]), name
    assert without["corroborations"].is_empty()
    assert not having["corroborations"].is_empty()


def test_every_claim_of_the_scenario_has_an_edge(lake: Lake, scenario: Scenario, catalog: Catalog) -> None:
    fill(lake, scenario, catalog)
    run(lake)
    snapshot = lake.snapshot()
    claims = set(snapshot.scan(ClaimRecord).collect()["id"].to_list())
    edges = snapshot.scan(Corroboration).filter(pl.col("record_kind") == "claim").collect()
    assert set(edges["record"].to_list()) == claims
    assert sorted(edges["status"].to_list()) == ["contradicted", "supported", "supported", "supported", "unobservable"]


def test_a_document_is_read_again_when_its_reader_has_changed(lake: Lake, scenario: Scenario, catalog: Catalog) -> None:
    fill(lake, scenario, catalog)
    stored = lake.snapshot().scan(DocumentRecord).sort("sha256").collect()
    old = rows_of(DocumentRecord, stored)[0]
    outdated = table_of(DocumentRecord, [msgspec.structs.replace(old, extractor="reader of another time")])
    lake.replace(DocumentRecord, outdated, column="sha256", values=[old.sha256])
    lake.release_sources()
    assert run(lake).documents_read_again == 1
    assert lake.snapshot().scan(DocumentRecord).sort("sha256").collect().equals(stored)


OVERTAKER = "overtaker.example"


def release_another_run(lake: Lake, number: int) -> None:
    row = ControlRecord(
        hostname=OVERTAKER, address="192.0.2.1", layer=Layer.TCP, networks=number, days=2, first_seen=clock(), last_seen=clock()
    )
    with lake.deriving() as work:
        work.replace(ControlRecord, table_of(ControlRecord, [row]))


def test_a_run_that_is_overtaken_begins_again(lake: Lake, scenario: Scenario, catalog: Catalog) -> None:
    fill(lake, scenario, catalog)
    overtaken = 0

    def overtake(step: str, done: int, total: int | None = None) -> None:
        nonlocal overtaken
        if step == "reconcile" and overtaken == 0:
            overtaken += 1
            release_another_run(lake, overtaken)

    report = run(lake, progress=overtake)
    assert overtaken == 1
    assert report.episodes == 4
    assert lake.snapshot().scan(ControlRecord).collect()["hostname"].to_list() != [OVERTAKER]


@pytest.mark.slow
def test_a_run_that_is_overtaken_for_ever_says_so(lake: Lake, scenario: Scenario, catalog: Catalog) -> None:
    fill(lake, scenario, catalog)
    version = lake.snapshot().version
    overtaken = 0

    def overtake(step: str, done: int, total: int | None = None) -> None:
        nonlocal overtaken
        if step == "reconcile":
            overtaken += 1
            release_another_run(lake, overtaken)

    with pytest.raises(ConflictError):
        run(lake, progress=overtake)
    assert lake.snapshot().version > version
    assert lake.snapshot().scan(Episode).collect().is_empty()

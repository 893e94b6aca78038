import gzip
from pathlib import Path

import msgspec
import polars as pl
import pytest

from admittance.catalog import Catalog
from admittance.errors import UsageError
from admittance.lab.scenario import Scenario
from admittance.lake import Lake, Snapshot
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import Gate
from admittance.pipeline.ingest import ingest
from admittance.pipeline.judging import judge_files
from admittance.pipeline.run import run
from tests.judge.labelled_records_certificates import CERTIFICATES
from tests.judge.probe import line_of
from tests.pipeline.conftest import clock


def test_every_line_is_judged_alike_in_any_file(scenario: Scenario, catalog: Catalog, tmp_path: Path) -> None:
    packed = min(scenario.raw.rglob("*webconnectivity*.gz"))
    lines = gzip.decompress(packed.read_bytes()).splitlines(keepends=True)[:20]
    together = tmp_path / "together.jsonl"
    together.write_bytes(b"".join(lines))
    alone = []
    for number, line in enumerate(lines):
        path = tmp_path / f"{number}.jsonl"
        path.write_bytes(line)
        alone += [one for batch in judge_files([path], catalog=catalog, clock=clock) for one in batch.judgements]
    in_company = [one for batch in judge_files([together], catalog=catalog, clock=clock) for one in batch.judgements]
    order = lambda one: (one.measurement_uid, one.target)  # noqa: E731
    assert sorted(alone, key=order) == sorted(in_company, key=order)
    assert len(alone) >= len(lines)


def test_unreadable_lines_are_named_and_the_rest_is_judged(scenario: Scenario, catalog: Catalog, tmp_path: Path) -> None:
    line = gzip.decompress(min(scenario.raw.rglob("*signal*.gz")).read_bytes()).splitlines(keepends=True)[0]
    path = tmp_path / "messy.jsonl"
    path.write_bytes(b"rubbish\n" + line)
    batches = list(judge_files([path], catalog=catalog, clock=clock))
    assert sum(batch.measurements for batch in batches) == 1
    rejects = [reject for batch in batches for reject in batch.rejects]
    assert len(rejects) == 1
    assert "messy.jsonl at byte 0" in rejects[0]


def test_a_missing_file_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        list(judge_files([tmp_path / "none.jsonl"], catalog=catalog, clock=clock))


def test_a_lake_says_of_refused_certificates_what_the_file_says(lake: Lake, catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "refused.jsonl"
    path.write_bytes(b"".join(line_of(raw.record, raw.name) for raw in CERTIFICATES))
    ingest(lake, "ooni", [path], clock=clock)
    run(lake)
    stored = lake.snapshot().scan(Verdict).select("measurement_uid", "layer", "rule").collect()
    judged = [one for batch in judge_files([path], catalog=catalog, clock=clock) for one in batch.judgements]
    rules = {one.measurement_uid: one.layers.tls.rule for one in judged if one.layers.tls is not None}
    assert {uid: rule for uid, layer, rule in stored.rows() if layer == "tls"} == rules
    assert "network.tls.interception" in rules.values()


def test_with_a_lake_files_are_judged_as_its_run_judged_them(scenario: Scenario, lake: Lake, catalog: Catalog) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    run(lake)
    snapshot = lake.snapshot()
    network = snapshot.scan(Verdict).filter(pl.col("gate") == Gate.NETWORK.value)
    stored = network.select("measurement_uid", "target", "layer", "state", "rule").collect()

    def judged(snapshot: Snapshot | None) -> set[tuple[str | None, ...]]:
        batches = judge_files([scenario.raw], catalog=catalog, clock=clock, snapshot=snapshot)
        return {
            (one.measurement_uid, one.target, name, layer.state.value, layer.rule)
            for batch in batches
            for one in batch.judgements
            for name, layer in msgspec.structs.asdict(one.layers).items()
            if layer is not None
        }

    assert judged(snapshot) == set(stored.rows())
    assert judged(None) != set(stored.rows())

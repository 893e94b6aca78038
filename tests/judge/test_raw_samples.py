"""The real samples beside the checkout, against the scores that OONI gave them; the docs tell of each difference."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from admittance.catalog import load
from admittance.judge import Judgement, judge_network, judgements
from admittance.model.ids import FileId
from admittance.model.tables import empty_table
from admittance.model.verdict import ControlRecord
from admittance.model.vocabulary import BAD_STATES, State
from admittance.sources import source_named
from admittance.sources.source import ReadOptions, SourceFile

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "data" / "ooni" / "raw"
PAGE = ROOT / "docs" / "explanation" / "raw-samples.md"
PERFORMANCE_TESTS = {"ndt", "dash"}

EXPLAINED = {
    "0120200303c6ba9056fe7973cc6b51d15e2ebe18": State.IMPAIRED,  # a parked domain's own error page
    "01202003044cadd4e9b30806be0e72a6e05e161a": State.INSUFFICIENT,  # answers that nothing can be compared with
    "20220121234007.821843_DE_psiphon_f90aefe2132c91d0": State.IMPAIRED,  # no tunnel, and nothing that says it should have been
    "20221105223930.168194_JP_whatsapp_e3e891f975f0d5ef": State.BLOCKED,  # every name is answered 0.0.0.0
    "20221110104928.397322_IR_httpheaderfieldmanipulation_33ed804ee27d4955": State.IMPAIRED,  # a proxy, no blocking
    "20221110105947.714767_US_httpinvalidrequestline_48ce6c10181803ab": State.IMPAIRED,  # a proxy, no blocking
    "20230121235805.670038_RU_tor_e8fd37f3f4f1085f": State.OK,  # some relays and bridges can be reached
    "20221109225810.435617_RU_telegram_ecbc73cacd8ea566": State.OK,  # the same URL answered in the same measurement
}
"""Measurements that are not judged as OONI scored them, with our worst state."""

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not beside this checkout")


@pytest.fixture(scope="module")
def found() -> dict[str, list[Judgement]]:
    path = SAMPLES / "measurements.jsonl"
    file = SourceFile(path=path, file=FileId(hashlib.sha256(path.read_bytes()).hexdigest()), address=str(path))
    batches = list(source_named("ooni").read(file, ReadOptions(recorded_at=datetime(2026, 1, 1, tzinfo=UTC))))
    verdicts = judge_network(
        pl.concat([batch.observations for batch in batches]),
        bodies=pl.concat([batch.bodies for batch in batches]),
        controls=empty_table(ControlRecord),
        catalog=load(),
    )
    lines: dict[str, list[Judgement]] = {}
    for line in judgements(verdicts):
        lines.setdefault(line.measurement_uid, []).append(line)
    return lines


def scores() -> dict[str, tuple[bool, bool]]:
    lines = [json.loads(line) for line in (SAMPLES / "server_scores.jsonl").read_text().splitlines()]
    return {
        line["measurement_uid"]: (line["anomaly"], line["confirmed"])
        for line in lines
        if line["test_name"] not in PERFORMANCE_TESTS
    }


def test_all_but_tests_of_performance_are_judged(found: dict[str, list[Judgement]]) -> None:
    assert set(found) == set(scores())
    assert len(found) == 24


def test_verdicts_agree_with_the_scores_or_are_explained(found: dict[str, list[Judgement]]) -> None:
    disagreeing = {}
    for uid, (anomaly, confirmed) in scores().items():
        states = {line.state for line in found[uid]}
        if (State.BLOCKED in states) != confirmed or bool(states & set(BAD_STATES)) != anomaly:
            disagreeing[uid] = min(states, key=list(State).index)
    assert disagreeing == EXPLAINED


def test_every_sample_stands_on_the_page(found: dict[str, list[Judgement]]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [uid for uid in found if uid not in page] == []


def test_the_page_names_the_rules_that_fired(found: dict[str, list[Judgement]]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for uid, lines in found.items():
        section = page.split(uid)[1].split("\n## ")[0]
        for line in lines:
            for layer in (line.layers.dns, line.layers.tcp, line.layers.tls, line.layers.http):
                if layer is not None and layer.state is not State.OK:
                    assert f"`{layer.rule}`" in section, (uid, layer.rule)

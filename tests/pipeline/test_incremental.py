"""Runs in between change nothing: the tables are those of one run over everything, whatever came when."""

import gzip
import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import Mock

import msgspec
import polars as pl
import pytest

from admittance.judge import RULESET_VERSIONS, build_controls, network
from admittance.judge.ruleset import NETWORK_RULES, Rule, Ruleset
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.model.episode import Episode
from admittance.model.observation import IngestedFile
from admittance.model.verdict import Cell, Verdict
from admittance.model.vocabulary import Gate, State
from admittance.pipeline import learned as learning
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from tests.pipeline.conftest import clock, derived_rows

HISTORY = ("changes",)
"""What depends on when a run was made, and is meant to."""


def lines_of(scenario: Scenario) -> list[bytes]:
    return [line for path in sorted(scenario.raw.rglob("*.gz")) for line in gzip.decompress(path.read_bytes()).splitlines()]


def write(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", mtime=0))
    return path


def tables(lake: Lake) -> dict[str, pl.DataFrame]:
    rows = derived_rows(lake.snapshot())
    rows["episodes"] = rows["episodes"].drop("id")
    return {name: table for name, table in rows.items() if name not in HISTORY}


def assert_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    for name, table in one.items():
        assert table.equals(other[name]), name


def shared_out(lines: list[bytes], draw: random.Random) -> list[list[bytes]]:
    """The lines in four files in no order of time, some of them in two, and of two more countries."""
    abroad = [
        line.replace(b'"probe_cc":"CN"', b'"probe_cc":"%s"' % country).replace(
            b'"measurement_uid":"', b'"measurement_uid":"%s-' % country
        )
        for country in (b"RU", b"TR")
        for line in draw.sample(lines, 120)
    ]
    files: list[list[bytes]] = [[], [], [], []]
    for line in lines + abroad:
        files[draw.choice((0, 0, 0, 1, 1, 2, 3))].append(line)
    files[3] += draw.sample(files[0], 20)
    return files


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_runs_after_each_file_give_what_one_run_gives(
    lake: Lake, scenario: Scenario, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    paths = [write(tmp_path / f"{number}.jsonl.gz", part) for number, part in enumerate(shared_out(lines_of(scenario), draw))]
    whole = Lake.open(tmp_path / "whole", create=True)
    ingest(whole, "ooni", paths, clock=clock)
    run(whole)
    draw.shuffle(paths)
    for number, path in enumerate(paths):
        monkeypatch.setattr("admittance.pipeline.stretches.ROWS_AT_ONCE", (300_000, 500)[number % 2])
        ingest(lake, "ooni", [path], clock=clock)
        run(lake)
    assert_same(tables(whole), tables(lake))
    assert tables(whole)["episodes"].height >= 1
    assert run(lake).days_rejudged == 0


def test_a_late_file_touches_its_day_and_its_subjects_alone(lake: Lake, scenario: Scenario, tmp_path: Path) -> None:
    lines = lines_of(scenario)
    late = [line for line in lines if b'"measurement_start_time":"2021-03-20' in line and b'"test_name":"signal"' in line][:5]
    ingest(lake, "ooni", [write(tmp_path / "first.jsonl.gz", [line for line in lines if line not in late])], clock=clock)
    first = run(lake)
    assert (first.days, first.days_rejudged) == (28, 28)
    before = lake.snapshot().scan(Cell).collect()
    ingest(lake, "ooni", [write(tmp_path / "late.jsonl.gz", late)], clock=clock)
    second = run(lake)
    assert (second.days, second.days_rejudged, second.searched) == (28, 1, 1)
    changed = lake.snapshot().scan(Cell).collect().join(before, on=before.columns, how="anti", nulls_equal=True)
    assert changed["time"].dt.date().unique().to_list() == [datetime(2021, 3, 20, tzinfo=UTC).date()]
    assert changed["subject"].unique().to_list() == ["signal"]
    whole = Lake.open(tmp_path / "whole", create=True)
    ingest(whole, "ooni", [tmp_path / "first.jsonl.gz", tmp_path / "late.jsonl.gz"], clock=clock)
    run(whole)
    assert_same(tables(whole), tables(lake))


def test_another_detector_searches_all_again_and_stamps_all(
    lake: Lake, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    run(lake)
    monkeypatch.setattr(sys.modules[run.__module__], "DETECTOR_VERSION", "detect/test")
    again = run(lake)
    assert again.searched > 1
    stamps = lake.snapshot().scan(Episode).collect()["versions"]
    assert stamps.str.contains('"detector":"detect/test"', literal=True).all()


def other_rules(change: Callable[[Rule], Rule]) -> Ruleset:
    return msgspec.structs.replace(NETWORK_RULES, rule=tuple(map(change, NETWORK_RULES.rule)))


def milder(rule: Rule) -> Rule:
    """Resets of handshakes blame nobody."""
    if rule.id not in ("network.tls.reset", "network.tls.reset.sni"):
        return rule
    return msgspec.structs.replace(rule, state=State.IMPAIRED, mechanism=None)


@pytest.mark.parametrize(("change", "rewritten"), [(lambda rule: rule, False), (milder, True)], ids=["the same", "milder"])
def test_other_rules_write_only_the_days_of_which_they_say_something_else(
    lake: Lake,
    scenario: Scenario,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Rule], Rule],
    rewritten: bool,
) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    run(lake)
    before = lake.snapshot()
    monkeypatch.setattr(network, "NETWORK_RULES", other_rules(change))
    monkeypatch.setattr("admittance.pipeline.stretches.ROWS_AT_ONCE", 500)
    monkeypatch.setitem(RULESET_VERSIONS, Gate.NETWORK, "test")
    report = run(lake)
    after = lake.snapshot()
    assert report.days_rejudged == report.days
    assert (0 < report.days_rewritten < report.days) if rewritten else report.days_rewritten == 0
    assert (before.tables["verdicts"] != after.tables["verdicts"]) is rewritten
    said = after.scan(Verdict).filter(pl.col("gate") == Gate.NETWORK.value).select("ruleset").unique().collect()
    assert said["ruleset"].to_list() == ["test"]
    whole = Lake.open(tmp_path / "whole", create=True)
    ingest(whole, "ooni", [scenario.raw], clock=clock)
    run(whole)
    assert_same(tables(whole), tables(lake))
    assert run(lake).days_rejudged == 0


def test_another_parser_has_its_files_judged_again_and_opens_nothing(lake: Lake, scenario: Scenario) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    first = run(lake)
    before = tables(lake)
    files = lake.snapshot().scan(IngestedFile).collect()
    files = files.with_columns(pl.lit("ooni/test").alias("parser"))
    lake.replace(IngestedFile, files, column="file", values=files["file"].to_list())
    lake.release_sources()
    again = run(lake)
    assert (again.days_rejudged, again.searched, again.changes) == (first.days, 0, 0)
    after = tables(lake)
    for name in ("cells", "episodes", "verdicts"):
        assert before[name].equals(after[name]), name


def test_nothing_is_learned_again_until_a_measurement_comes_or_another_day_is_asked_for(
    lake: Lake, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def learned(work: Callable[[], object]) -> int:
        with monkeypatch.context() as patch:
            spy = Mock(wraps=build_controls)
            patch.setattr(learning, "build_controls", spy)
            work()
            return spy.call_count

    early, late = sorted(scenario.raw.rglob("*.gz"))[::2], sorted(scenario.raw.rglob("*.gz"))[1::2]
    ingest(lake, "ooni", early, clock=clock)
    assert learned(lambda: run(lake)) == 1
    before = tables(lake)
    ingest(lake, "storefronts", [scenario.storefronts], clock=clock)
    assert learned(lambda: run(lake)) == 0
    after = tables(lake)
    for name in ("controls", "verdicts"):
        assert before[name].equals(after[name]), name
    assert learned(lambda: run(lake, as_of=date(2021, 3, 12))) == 1
    assert learned(lambda: run(lake, as_of=date(2021, 3, 12))) == 0
    assert learned(lambda: run(lake)) == 0
    ingest(lake, "ooni", late, clock=clock)
    assert learned(lambda: run(lake)) == 1
    monkeypatch.setattr(learning, "LEARNING_VERSION", "test")
    assert learned(lambda: run(lake)) == 1

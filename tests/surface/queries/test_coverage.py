import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admittance.errors import UsageError
from admittance.lake import Lake
from admittance.model.ids import Country, SubjectId
from admittance.model.vocabulary import Gate
from admittance.surface.queries import coverage, coverage_spans
from tests.surface.conftest import admittance

SIGNAL, CN = SubjectId("signal"), Country("CN")


def test_days_without_a_measurement_are_there_and_zero(demo_lake: Path) -> None:
    snapshot = Lake.open(demo_lake).snapshot()
    since, until = datetime(2021, 2, 27, tzinfo=UTC), datetime(2021, 3, 3, tzinfo=UTC)
    days = [day for day in coverage(snapshot, SIGNAL, CN, since=since, until=until) if day.gate == "network"]
    assert [day.day.day for day in days] == [27, 28, 1, 2]
    assert [day.measurements > 0 for day in days] == [False, False, True, True]
    assert all(day.scored + day.insufficient + day.failed == day.measurements for day in days)
    assert days[0].networks == 0 < days[2].networks


def test_a_subject_never_measured_has_zeros_where_others_were_measured(demo_lake: Path) -> None:
    snapshot = Lake.open(demo_lake).snapshot()
    days = coverage(snapshot, SubjectId("telegram"), CN)
    assert len(days) == 28
    assert {day.measurements for day in days} == {0}
    assert coverage(snapshot, SubjectId("telegram")) == []
    with pytest.raises(UsageError, match="century"):
        coverage(snapshot, SIGNAL, CN, since=datetime(1, 1, 1, tzinfo=UTC))


def test_spans_count_days_in_between_without_a_measurement(demo_lake: Path) -> None:
    spans = {(span.country, span.gate): span for span in coverage_spans(Lake.open(demo_lake).snapshot())}
    network, store = spans[CN, Gate.NETWORK], spans[CN, Gate.STORE]
    assert (network.days, network.days_without) == (28, 0)
    assert store.days + store.days_without == (store.last_day - store.first_day).days + 1
    assert store.days_without > 0


def test_the_command_shows_silence_and_json_has_every_day(demo_lake: Path) -> None:
    span = ["--since", "2021-02-27", "--until", "2021-03-02"]
    text = admittance(demo_lake, "coverage", "signal", "--in", "CN", *span).stdout
    assert "2021-02-27 to 2021-02-28: not measured (2 days)" in text
    assert "ok" not in text.partition("Signal in CN, network")[2]
    lines = [
        json.loads(line)
        for line in admittance(demo_lake, "coverage", "signal", "--in", "CN", *span, "--json").stdout.splitlines()
    ]
    assert [line["measurements"] for line in lines if line["gate"] == "network"][:2] == [0, 0]
    assert {line["origin"] for line in lines} == {"simulated"}
    never = admittance(demo_lake, "coverage", "telegram", "--in", "IR")
    assert "never measured" in never.stdout


def test_status_says_what_was_covered_and_when_a_source_last_succeeded(demo_lake: Path) -> None:
    (told,) = [json.loads(line) for line in admittance(demo_lake, "status", "--json").stdout.splitlines()]
    assert {span["country"] for span in told["coverage"]} >= {"CN"}
    assert all(source["lag_hours"] > 0 for source in told["sources"])
    assert "days in between not measured" in admittance(demo_lake, "status").stdout

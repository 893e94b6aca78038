"""What must open no episode, what must be seen all the same, and what the log tells: from raw measurements through a run."""

import random
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from admittance.catalog import Catalog
from admittance.judge import RULESET_VERSIONS
from admittance.lab.reports import Host, Network, Outcome, Session, web_line
from admittance.lake import Lake
from admittance.model.episode import Change, Episode
from admittance.model.tables import rows_of
from admittance.model.vocabulary import Gate
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from admittance.surface.cli import cli
from tests.pipeline.conftest import clock

START = datetime(2024, 5, 6, tzinfo=UTC)
SITE = Host(name="example.org", addresses=("93.184.216.34",), network=15133, network_name="Edgecast", title="Example Domain")
OTHER = Host(
    name="www.wikipedia.org", addresses=("208.80.154.224",), network=14907, network_name="Wikimedia", title="Wikipedia"
)
NETWORKS = tuple(Network(asn=64512 + number, name=f"Network {number}") for number in range(3))

Record = dict[str, Any]
Edit = Callable[[Record], None]
Says = Callable[[Network, float], Outcome | None]


def works(network: Network, day: float) -> Outcome:
    return Outcome.WORKS


def blocked(first: float, last: float = 99) -> Says:
    return lambda network, day: Outcome.RESET if first <= day < last else Outcome.WORKS


def measured(
    says: Says, *, host: Host = SITE, days: Iterable[int] = range(30), a_day: int = 4, seed: int = 1, edit: Edit | None = None
) -> list[bytes]:
    """Measurements of every network on these days; `says` tells how one ends, null that it was not made."""
    draw = random.Random(f"{seed} {host.name}")
    lines = []
    for day in days:
        for network in NETWORKS:
            for turn in range(a_day):
                when = day + (turn + draw.random()) / a_day
                outcome = says(network, when)
                if outcome is None:
                    continue
                session = Session(network=network, arm="direct", start=START + timedelta(days=when))
                line = web_line(session, host, outcome, rng=draw)
                if edit is not None:
                    record: Record = msgspec.json.decode(line)
                    edit(record)
                    line = msgspec.json.encode(record)
                lines.append(line)
    return lines


def taken_in(lake: Lake, folder: Path, *parts: list[bytes], name: str = "all") -> None:
    path = folder / f"{name}.jsonl"
    path.write_bytes(b"".join(line + b"\n" for part in parts for line in part))
    ingest(lake, "ooni", [path], clock=clock)


def episodes(lake: Lake) -> list[Episode]:
    return rows_of(Episode, lake.snapshot().scan(Episode).collect())


def log(lake: Lake) -> list[Change]:
    return rows_of(Change, lake.snapshot().scan(Change).sort("sequence").collect())


def found(lake: Lake, folder: Path, *parts: list[bytes]) -> list[Episode]:
    taken_in(lake, folder, *parts)
    run(lake)
    return episodes(lake)


def test_a_block_of_ten_days_is_one_episode(lake: Lake, tmp_path: Path) -> None:
    (episode,) = found(lake, tmp_path, measured(blocked(10, 20)), measured(works, host=OTHER))
    assert (episode.subject, episode.scope) == ("site:example.org", "3 of 3 networks")
    assert episode.onset_earliest is not None
    assert episode.onset_earliest <= START + timedelta(days=10) <= episode.onset_latest
    assert episode.end_earliest is not None
    assert episode.end_latest is not None
    assert episode.end_earliest <= START + timedelta(days=20) <= episode.end_latest


@pytest.mark.parametrize("named", [True, False], ids=["probe named", "one report"])
def test_one_probe_with_a_broken_network_opens_nothing(lake: Lake, tmp_path: Path, named: bool) -> None:
    def of_one_probe(record: Record) -> None:
        record["measurement_uid"] += "-broken"
        if named:
            record["probe_id"] = "the one with the broken network"
            record["report_id"] += "-broken"
        else:
            record["report_id"] = "20240506T000000Z_webconnectivity_CN_64512_lab_broken"

    def broken(network: Network, day: float) -> Outcome | None:
        return (Outcome.TIMEOUT if 10 <= day < 20 else Outcome.WORKS) if network is NETWORKS[0] else None

    assert found(lake, tmp_path, measured(works), measured(broken, seed=2, a_day=8, edit=of_one_probe)) == []


def test_a_site_that_is_down_everywhere_opens_nothing(lake: Lake, tmp_path: Path) -> None:
    def down_for_the_control_too(record: Record) -> None:
        if record["test_keys"]["blocking"] is not False:
            control = record["test_keys"]["control"]
            control["tcp_connect"] = {
                name: {"failure": "generic_timeout_error", "status": False} for name in control["tcp_connect"]
            }
            control["http_request"] = {"failure": "generic_timeout_error", "status_code": -1, "body_length": -1, "headers": {}}

    def down(network: Network, day: float) -> Outcome:
        return Outcome.TIMEOUT if 10 <= day < 20 else Outcome.WORKS

    assert found(lake, tmp_path, measured(down, edit=down_for_the_control_too)) == []


def test_a_resolver_change_opens_nothing(lake: Lake, tmp_path: Path) -> None:
    def other_resolver(record: Record) -> None:
        if record["measurement_start_time"] >= "2024-05-21":
            record["resolver_asn"], record["resolver_network_name"] = "AS15169", "Google LLC"
            for query in record["test_keys"]["queries"]:
                for answer in query["answers"]:
                    answer["ipv4"] = "93.184.216.35"

    assert found(lake, tmp_path, measured(works, edit=other_resolver)) == []


def test_a_platforms_new_domain_opens_nothing(lake: Lake, tmp_path: Path) -> None:
    new = msgspec.structs.replace(SITE, name="app.example.org", addresses=("93.184.216.40",))
    lines = [measured(works, days=range(15)), measured(works, host=new, days=range(15, 30))]
    assert found(lake, tmp_path, *lines) == []


def test_a_surge_of_measurements_opens_nothing(lake: Lake, tmp_path: Path) -> None:
    draw = random.Random(7)

    def noisy(network: Network, day: float) -> Outcome:
        return Outcome.TIMEOUT if draw.random() < 0.03 else Outcome.WORKS

    assert found(lake, tmp_path, measured(noisy, days=range(15)), measured(noisy, days=range(15, 30), a_day=40)) == []


def test_measurements_that_cease_together_with_failures_are_seen(lake: Lake, tmp_path: Path) -> None:
    def silenced(network: Network, day: float) -> Outcome | None:
        return None if day >= 14 else blocked(11)(network, day)

    (episode,) = found(lake, tmp_path, measured(silenced), measured(works, host=OTHER))
    assert episode.onset_earliest is not None
    assert episode.onset_earliest <= START + timedelta(days=11) <= episode.onset_latest
    assert (episode.end, episode.end_latest) == (None, None)


@pytest.mark.parametrize("changed", ["ruleset", "catalog"])
def test_our_own_versions_alone_open_and_change_nothing(
    lake: Lake, tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    before = found(lake, tmp_path, measured(blocked(10, 20)), measured(works, host=OTHER))
    told = log(lake)
    if changed == "ruleset":
        monkeypatch.setattr(sys.modules[run.__module__], "RULESET_VERSION", "another")
        monkeypatch.setitem(RULESET_VERSIONS, Gate.NETWORK, "another")
        again = run(lake)
    else:
        again = run(lake, catalog=msgspec.structs.replace(catalog, version="another"))
    assert again.days_rejudged == again.days
    assert again.changes == 0
    assert log(lake) == told
    assert [msgspec.structs.replace(episode, versions=before[0].versions) for episode in episodes(lake)] == before
    assert '"another"' in episodes(lake)[0].versions


@pytest.mark.slow
def test_days_replayed_one_by_one_leave_a_log_that_only_grows(lake: Lake, tmp_path: Path) -> None:
    def late(network: Network, day: float) -> bool:
        return 10 <= day < 11.5

    lines = {day: measured(blocked(10, 16), days=[day]) for day in range(24)}
    held_back = measured(lambda network, day: blocked(10, 16)(network, day) if late(network, day) else None, days=[10, 11])
    lines[10] = []
    lines[11] = measured(lambda network, day: None if late(network, day) else blocked(10, 16)(network, day), days=[11])
    taken_in(lake, tmp_path, *(lines[day] for day in range(9)), name="first")
    run(lake)
    assert log(lake) == []
    former: list[Change] = []
    for day in range(9, 24):
        taken_in(lake, tmp_path, lines[day], name=f"day-{day}")
        report = run(lake)
        told = log(lake)
        assert told[: len(former)] == former
        assert len(told) - len(former) == report.changes
        former = told
    taken_in(lake, tmp_path, held_back, name="late")
    run(lake)
    told = log(lake)
    assert told[: len(former)] == former
    assert [change.sequence for change in told] == list(range(1, len(told) + 1))
    assert {change.episode for change in told} == {"CN-2024-site-example.org-network-1"}
    assert told[0].kind == "opened"
    assert {change.kind for change in told[1 : len(former)]} <= {"extended", "revised", "closed"}
    assert "closed" in {change.kind for change in former}
    for before, after in pairwise(told):
        assert after.before == before.after
    assert told[-1].kind == "revised"
    bounds = [msgspec.json.decode(text or "", type=dict[str, str | None]) for text in (told[-1].before, told[-1].after)]
    assert bounds[0]["onset_latest"] > bounds[1]["onset_latest"]  # type: ignore[operator]
    assert f"onset_latest {bounds[0]['onset_latest']}"[:29] in told[-1].reason
    printed = CliRunner().invoke(cli, ["--lake", lake.place, "changes", "--json"], catch_exceptions=False)
    shown = [msgspec.json.decode(line) for line in printed.stdout_bytes.splitlines()]
    assert [entry["kind"] for entry in shown] == [change.kind for change in told]
    assert shown[-1]["before"]["onset_latest"] == bounds[0]["onset_latest"]

import json
import os
import pty
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from admittance.errors import ConflictError, InputError, LakeError, UsageError
from admittance.sources import SOURCES
from admittance.surface import cli as cli_module
from admittance.surface.cli import COMMANDS, cli
from tests.surface.conftest import admittance

EXAMPLES = Path(__file__).parents[1] / "sources" / "examples"
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"

EPISODE_KEYS = [
    "id",
    "subject",
    "country",
    "gate",
    "state",
    "mechanism",
    "pattern",
    "active_windows",
    "onset",
    "onset_earliest",
    "onset_latest",
    "end",
    "end_earliest",
    "end_latest",
    "networks",
    "scope",
    "n",
    "k",
    "reports",
    "confidence",
    "witnesses",
    "versions",
    "origin",
]
NETWORK_KEYS = ["asn", "onset", "onset_earliest", "onset_latest", "end", "end_earliest", "end_latest", "n", "k"]


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_help_of_every_command_has_examples(command: click.Command) -> None:
    result = CliRunner().invoke(cli, [str(command.name), "--help"], prog_name="admittance")
    assert result.exit_code == 0
    assert "Examples:" in result.output
    assert f"admittance {command.name}" in result.output or f" {command.name}" in result.output.partition("Examples:")[2]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_the_reference_names_every_command_and_option(command: click.Command) -> None:
    sections = re.split(r"^## ", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    section = next((text for text in sections if text.startswith(f"`{command.name}`")), "")
    assert section, f"docs/reference/commands.md has no section for {command.name}"
    for parameter in command.params:
        for name in parameter.opts if isinstance(parameter, click.Option) else ():
            assert f"`{name}" in section, f"{command.name} {name} is not in its section"


def test_the_reference_names_no_command_that_does_not_exist() -> None:
    named = re.findall(r"^## `([a-z]+)`", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert named == [command.name for command in COMMANDS]


def test_the_options_of_all_commands_stand_in_the_reference() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    for parameter in cli.params:
        for name in parameter.opts:
            assert f"`{name}" in text


def test_help_of_ingest_names_every_source() -> None:
    words = CliRunner().invoke(cli, ["ingest", "--help"]).output.replace(",", " ").replace(".", " ").split()
    assert {source.name for source in SOURCES} <= set(words)


def test_help_loads_no_heavy_library() -> None:
    heavy = "{'polars', 'duckdb', 'numba', 'starlette', 'tldextract', 'rich'}"
    code = f"import sys, admittance.surface.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


README = Path(__file__).parents[2] / "README.md"


def test_demo_prints_the_card_and_says_that_it_is_simulated(tmp_path: Path) -> None:
    result = admittance(tmp_path / "lake", "demo", "--no-serve")
    assert result.exit_code == 0
    assert result.stdout.startswith("SIMULATED")
    assert "Signal in CN" in result.stdout
    assert "likely blocked since 2021-03-1" in result.stdout
    assert "Function (registration): insufficient data" in result.stdout
    assert "App Store: listed" in result.stdout
    assert "contradicted" in result.stdout
    assert all(len(line) <= 80 or line.startswith("  admittance") for line in result.stdout.splitlines())
    shown = README.read_text().partition("$ admittance demo --no-serve\n")[2].partition("```")[0]
    assert result.stdout.startswith(shown.replace("~/.local/share/admittance/demo-lake", str(tmp_path / "lake")))
    again = admittance(tmp_path / "lake", "demo", "--no-serve")
    assert again.stdout.partition("Lake version")[0] == result.stdout.partition("Lake version")[0]


def hints(text: str) -> list[list[str]]:
    """The commands that an answer proposes, split as a shell would."""
    return [shlex.split(line) for line in text.splitlines() if line.startswith("  admittance")]


def test_the_hints_of_a_card_work_as_typed(demo_lake: Path, tmp_path: Path) -> None:
    spaced = tmp_path / "my lake"
    spaced.symlink_to(demo_lake)
    proposed = hints(admittance(spaced, "ask", "signal", "--in", "CN").stdout)
    assert len(proposed) == 5
    for command in proposed:
        assert command[:3] == ["admittance", "--lake", str(spaced)]
        assert CliRunner().invoke(cli, command[1:], prog_name="admittance").exit_code == 0
    unnamed = CliRunner().invoke(cli, ["ask", "signal", "--in", "CN"], env={"ADMITTANCE_LAKE": str(spaced)})
    assert [command[1] for command in hints(unnamed.stdout)] == [*["episodes"] * 4, "claims"]


def test_the_foot_of_a_card_says_what_was_never_measured(demo_lake: Path) -> None:
    text = " ".join(admittance(demo_lake, "ask", "telegram", "--in", "IR").stdout.split())
    assert text.endswith("simulated data; Telegram in IR never measured.")


def test_ask_in_json_has_evidence_behind_every_gate(demo_lake: Path) -> None:
    result = admittance(demo_lake, "ask", "signal", "--in", "cn", "--json")
    assert result.exit_code == 0
    (card,) = json_lines(result.stdout)
    assert (card["subject"], card["country"], card["origin"]) == ("signal", "CN", "simulated")
    network, registration, *functions, store, listing, content = card["gates"]
    assert network["gate"] == "network"
    assert network["state"] == "likely_blocked"
    assert network["since_earliest"] <= network["since"] <= network["since_latest"]
    assert network["evidence"]["total"] >= network["k"] == network["episodes"][0]["k"] > 0
    assert {"measurement_uid", "rule", "address", "file", "offset", "line_sha256"} <= network["evidence"]["shown"][0].keys()
    assert (registration["gate"], registration["part"], registration["state"]) == ("function", "registration", "insufficient")
    assert [line["part"] for line in functions] == ["messaging", "media", "web"]
    assert {line["state"] for line in functions} == {"likely_blocked"}
    assert (card["service"]["state"], card["service"]["roles"]) == ("likely_blocked", ["messaging", "media"])
    assert (store["gate"], store["part"], store["state"]) == ("store", "apple", "ok")
    assert store["evidence"]["total"] > 0
    assert [(line["gate"], line["state"]) for line in (listing, content)] == [
        ("listing", "insufficient"),
        ("content", "insufficient"),
    ]
    claims = card["claims"]
    assert isinstance(claims, dict)
    assert claims["supported"]
    assert claims["contradicted"]
    assert all(claim["evidence"][0]["quote"] for group in claims.values() for claim in group)


def test_what_was_never_measured_is_insufficient_never_ok(demo_lake: Path) -> None:
    text = admittance(demo_lake, "ask", "telegram", "--in", "IR")
    assert text.exit_code == 0
    assert "insufficient data" in text.stdout
    assert "working" not in text.stdout
    (card,) = json_lines(admittance(demo_lake, "ask", "telegram", "--json").stdout)
    assert card["country"] is None
    assert {gate["state"] for gate in card["gates"]} == {"insufficient"}


def test_an_unknown_subject_is_a_usage_error(demo_lake: Path) -> None:
    result = admittance(demo_lake, "ask", "no such thing")
    assert result.exit_code == 2
    assert "no subject is called" in result.stderr
    assert result.stdout == ""


def test_episodes_have_the_promised_keys(demo_lake: Path) -> None:
    result = admittance(demo_lake, "episodes", "--subject", "signal", "--in", "CN", "--gate", "network", "--json")
    (episode,) = json_lines(result.stdout)
    assert set(EPISODE_KEYS) <= episode.keys()
    assert set(NETWORK_KEYS) <= episode["networks"][0].keys()
    assert isinstance(episode["versions"], dict)
    assert str(episode["onset"]).endswith("Z")
    assert "SIMULATED" in result.stderr


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (("--in", "KE"), 1),
        (("--in", "CN"), 0),
        (("--gate", "store"), 0),
        (("--gate", "network"), 1),
        (("--subject", "telegram"), 1),
        (("--subject", "signal"), 0),
        (("--until", "2023-11-08"), 0),
        (("--until", "2023-11-08T08:00"), 1),
        (("--since", "2023-11-26T11:00Z"), 1),
        (("--since", "2023-11-26T12:00Z"), 0),
        (("--since", "2023-11-10", "--until", "2023-11-11"), 1),
    ],
)
def test_episodes_filter(measured_lake: Path, filters: tuple[str, ...], count: int) -> None:
    result = admittance(measured_lake, "episodes", *filters, "--json")
    assert result.exit_code == 0
    assert len(json_lines(result.stdout)) == count


def test_no_match_is_not_called_good_news(measured_lake: Path) -> None:
    result = admittance(measured_lake, "episodes", "--in", "CN")
    assert "not a sign that nothing is blocked" in result.stdout


def test_the_evidence_of_an_episode_is_all_that_it_counts(demo_lake: Path) -> None:
    (episode,) = json_lines(admittance(demo_lake, "episodes", "--gate", "network", "--json").stdout)
    name = str(episode["id"])
    rows = json_lines(admittance(demo_lake, "episodes", "--id", name, "--evidence", "--json").stdout)
    assert len(rows) >= episode["k"]
    assert {row["network"] for row in rows} == {network["asn"] for network in episode["networks"]}
    assert {row["arm"] for row in rows} == {"direct"}
    shown = admittance(demo_lake, "episodes", "--id", name, "--evidence").stdout
    assert f"--json prints all {len(rows):,}." in shown


def test_an_unknown_episode_is_a_usage_error(demo_lake: Path) -> None:
    result = admittance(demo_lake, "episodes", "--id", "XX-1999-nothing-network-1")
    assert result.exit_code == 2


def test_claims_carry_their_corroborations(demo_lake: Path) -> None:
    every = json_lines(admittance(demo_lake, "claims", "--json").stdout)
    wrong = json_lines(admittance(demo_lake, "claims", "--status", "contradicted", "--json").stdout)
    assert len(wrong) == 1
    assert wrong[0] in every
    assert wrong[0]["corroborations"][0]["status"] == "contradicted"
    assert wrong[0]["origin"] == "simulated"


def test_actions_name_who_and_what(demo_lake: Path) -> None:
    (action,) = json_lines(admittance(demo_lake, "actions", "--in", "CN", "--json").stdout)
    assert action["type"] == "summons"
    text = admittance(demo_lake, "actions", "--subject", "cn-cac").stdout
    assert "Cyberspace Administration of China, summons" in text
    assert admittance(demo_lake, "actions", "--in", "DE", "--json").stdout == ""


def test_changes_and_status_and_sql(demo_lake: Path) -> None:
    changes = json_lines(admittance(demo_lake, "changes", "--json").stdout)
    assert [change["sequence"] for change in changes] == [1, 2, 3, 4]
    assert {(change["kind"], change["origin"]) for change in changes} == {("opened", "simulated")}
    (status,) = json_lines(admittance(demo_lake, "status", "--json").stdout)
    assert status["origin"] == "simulated"
    assert status["rows"]["measurements"] == sum(status["tests"].values())
    (row,) = json_lines(admittance(demo_lake, "sql", "SELECT count(*) AS number FROM episodes", "--json").stdout)
    assert row == {"number": 4, "origin": "simulated"}
    refused = admittance(demo_lake, "sql", "DROP TABLE episodes")
    assert refused.exit_code == 2


@pytest.mark.parametrize("command", ["ask signal", "episodes", "claims", "actions", "changes", "status", "sql 'SELECT 1'"])
def test_every_surface_of_a_simulated_lake_says_so(demo_lake: Path, command: str) -> None:
    words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
    assert "SIMULATED" in admittance(demo_lake, *words).stdout
    with_json = admittance(demo_lake, *words, "--json")
    assert "SIMULATED" in with_json.stderr
    assert "SIMULATED" not in with_json.stdout
    json_lines(with_json.stdout)


def test_a_measured_lake_does_not(measured_lake: Path) -> None:
    result = admittance(measured_lake, "episodes")
    assert result.exit_code == 0
    assert "SIMULATED" not in result.output


def test_a_missing_lake_says_what_to_do(tmp_path: Path) -> None:
    for command in ("status", "run", "serve"):
        result = admittance(tmp_path / "none", command)
        assert result.exit_code == 2
        assert "admittance ingest" in result.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest", "nonsense", "x"),
        ("ingest", "ooni", "missing.jsonl"),
        ("ingest", "ooni", "x", "--country", "Kenya"),
        ("ingest", "ooni", "x", "--since", "yesterday"),
        ("ingest", "storefronts", "x", "--map", "observed"),
        ("judge", "missing.jsonl"),
        ("detect", "missing.csv"),
        ("read", "missing.txt", "--no-store"),
        ("read", "x.txt", "--published", "Thursday"),
        ("episodes", "--gate", "door"),
        ("nonsense",),
    ],
)
def test_wrong_usage_is_exit_2_with_a_message(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = admittance(tmp_path / "lake", *arguments)
    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "lake").exists()


def test_ingest_and_run_over_the_example(tmp_path: Path) -> None:
    place = tmp_path / "lake"
    first = admittance(place, "ingest", "ooni-observations", str(EXAMPLES / "ooni_observations.csv"), "--json")
    (report,) = json_lines(first.stdout)
    assert first.exit_code == (3 if report["rejects"] else 0)
    assert report["files"] == 1
    again = admittance(place, "ingest", "ooni-observations", str(EXAMPLES / "ooni_observations.csv"))
    assert "1 already known" in again.stderr
    assert admittance(place, "run").exit_code == 0


def test_a_bad_line_is_kept_and_the_exit_status_says_so(tmp_path: Path) -> None:
    good = (EXAMPLES / "ooni.jsonl").read_text(encoding="utf-8").splitlines()[0]
    folder = tmp_path / "files"
    folder.mkdir()
    file = folder / "mixed.jsonl"
    file.write_text(f"{good}\n{{not json\n", encoding="utf-8")
    ingested = admittance(tmp_path / "lake", "ingest", "ooni", str(file))
    assert ingested.exit_code == 3
    assert "1 line could not be read" in ingested.stderr
    again = admittance(tmp_path / "lake", "ingest", "ooni", str(folder), "--json")
    assert again.exit_code == 3
    assert "1 line of these files could not be read, or only in part, by an earlier ingest" in again.stderr
    (report,) = json_lines(again.stdout)
    assert (report["unchanged"], report["rejects"], sum(report["known_reasons"].values())) == (1, 0, 1)
    judged = admittance(tmp_path / "lake", "judge", str(file), "--json")
    assert judged.exit_code == 3
    assert "could not be read" in judged.stderr
    json_lines(judged.stdout)


def test_bad_lines_of_other_files_and_of_former_bytes_are_not_told_again(tmp_path: Path) -> None:
    good = (EXAMPLES / "ooni.jsonl").read_text(encoding="utf-8").splitlines()[0]
    file, other = tmp_path / "mixed.jsonl", tmp_path / "good.jsonl"
    file.write_text(f"{good}\n{{not json\n", encoding="utf-8")
    assert admittance(tmp_path / "lake", "ingest", "ooni", str(file)).exit_code == 3
    file.write_text(f"{good}\n\n", encoding="utf-8")
    other.write_text(f"{good}\n", encoding="utf-8")
    assert admittance(tmp_path / "lake", "ingest", "ooni", str(file), str(other)).exit_code == 0


def test_judge_says_how_many_measurements_gave_nothing_to_judge(tmp_path: Path) -> None:
    line = json.loads((EXAMPLES / "ooni.jsonl").read_text(encoding="utf-8").splitlines()[0])
    line["test_keys"] = dict.fromkeys(line["test_keys"])
    file = tmp_path / "empty.jsonl"
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    result = admittance(tmp_path, "judge", str(file), "--json")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "1 of 1 measurement gave nothing to judge" in result.stderr
    assert f"1 of {line['test_name']}." in result.stderr


def test_every_line_of_json_from_a_simulated_lake_says_so(demo_lake: Path) -> None:
    file = next((demo_lake / "scenario").rglob("*webconnectivity*.jsonl.gz"))
    commands = [
        ("ask", "signal"),
        ("episodes",),
        ("episodes", "--evidence"),
        ("claims",),
        ("actions",),
        ("changes",),
        ("status",),
        ("sql", "SELECT rule FROM verdicts LIMIT 2"),
        ("judge", str(file)),
        ("run",),
        ("ingest", "ooni", str(file)),
    ]
    for command in commands:
        rows = json_lines(admittance(demo_lake, *command, "--json").stdout)
        assert rows, command
        assert {row["origin"] for row in rows} == {"simulated"}, command
    (card,) = json_lines(admittance(demo_lake, "ask", "signal", "--in", "CN", "--json").stdout)
    assert {row["origin"] for gate in card["gates"] for row in gate["evidence"]["shown"]} == {"simulated"}


def test_judge_prints_a_line_per_measurement_and_target(tmp_path: Path, demo_lake: Path) -> None:
    file = next((demo_lake / "scenario").rglob("*webconnectivity*.jsonl.gz"))
    result = admittance(tmp_path, "judge", str(file), "--json")
    assert result.exit_code == 0
    for line in json_lines(result.stdout):
        assert list(line) == ["measurement_uid", "test_name", "subject", "target", "state", "layers", "origin"]
        layers = line["layers"]
        assert isinstance(layers, dict)
        assert set(layers) == {"dns", "tcp", "tls", "http", "quic"}
        for layer in layers.values():
            assert layer is None or {"state", "rule", "evidence", "mechanism"} <= layer.keys()
    assert "by network." in admittance(tmp_path, "judge", str(file)).stdout


def series_file(folder: Path) -> Path:
    rows = [
        f"2023-01-{day:02d}T{hour:02d}:00:00Z,4,{4 if 8 <= day < 18 else 0},KE,012"
        for day in range(1, 29)
        for hour in range(0, 24, 3)
    ]
    file = folder / "series.csv"
    file.write_text("time,n,k,country,asn\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_detect_prints_keys_and_brackets(tmp_path: Path) -> None:
    file = series_file(tmp_path)
    result = admittance(tmp_path, "detect", str(file), "--json")
    assert result.exit_code == 0
    (found,) = json_lines(result.stdout)
    assert list(found)[:2] == ["country", "asn"]
    assert found["asn"] == "012"
    assert str(found["onset_earliest"]) <= "2023-01-08T00:00:00Z" <= str(found["onset_latest"])
    assert {"end", "end_earliest", "end_latest", "confidence", "n", "k"} <= found.keys()
    text = admittance(tmp_path, "detect", str(file)).stdout
    assert text.startswith("country KE, asn 012: ")


def test_detect_refuses_what_is_no_series(tmp_path: Path) -> None:
    file = tmp_path / "series.csv"
    file.write_text("day,count\n2023-01-01,4\n", encoding="utf-8")
    result = admittance(tmp_path, "detect", str(file))
    assert result.exit_code == 3
    assert "series.csv" in result.stderr
    assert "time" in result.stderr


def test_detect_takes_every_kind_of_evidence(tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    values = [10 + day % 3 for day in range(60)] + [40, 60, 30] + [10 + day % 3 for day in range(10)]
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(len(values))]
    lines = [f"TR,{day},{value}" for day, value in zip(days, values, strict=True)]
    file.write_text("country,date,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (found,) = json_lines(admittance(tmp_path, "detect", str(file), "--kind", "demand", "--json").stdout)
    assert (found["country"], found["start"], found["end"], found["peak"]) == ("TR", "2024-03-01", "2024-03-04", "2024-03-02")
    assert "from 2024-03-01 until 2024-03-04" in admittance(tmp_path, "detect", str(file), "--kind", "demand").stdout
    file.write_text("app,time,n,k\na,2024-01-01,1,0\na,2024-01-02,1,1\na,2024-01-03,1,1\na,2024-01-04,1,1\n", encoding="utf-8")
    (found,) = json_lines(admittance(tmp_path, "detect", str(file), "--kind", "snapshot", "--json").stdout)
    assert (found["onset_earliest"], found["onset_latest"]) == ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z")
    assert admittance(tmp_path, "detect", str(file), "--kind", "rumours").exit_code == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not a table"),
        ("time,n,n\n", "twice"),
        ("time,n,k\n2024-01-01,1,2\n", "at most n"),
        ("time,n,k\n2024-01-01,1\n2024-01-02,1,1,1,1\n", "series.csv"),
        ("\x00\x01\x02", "series.csv"),
    ],
)
def test_detect_refuses_rubbish(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "series.csv"
    file.write_text(text, encoding="utf-8")
    result = admittance(tmp_path, "detect", str(file))
    assert result.exit_code == 3
    assert problem in result.stderr
    assert "Traceback" not in result.stderr


def test_evaluate_prints_our_scores_beside_the_baseline(tmp_path: Path) -> None:
    file = series_file(tmp_path)
    labels = tmp_path / "labels.csv"
    labels.write_text("country,asn,onset,end\nKE,012,2023-01-08,\nTZ,012,,\n", encoding="utf-8")
    ours, cusum = json_lines(admittance(tmp_path, "evaluate", str(file), str(labels), "--where", "country=KE", "--json").stdout)
    assert (ours["detector"], ours["events"], ours["found"], ours["extra"]) == ("admittance", 1, 1, 0)
    assert cusum["detector"] == "cusum"
    assert "recall" in admittance(tmp_path, "evaluate", str(file), str(labels)).stdout
    assert admittance(tmp_path, "evaluate", str(file), str(labels), "--where", "place=KE").exit_code == 2
    assert admittance(tmp_path, "evaluate", str(file), str(file)).exit_code == 3


NOTICE = "On March 18 the Cyberspace Administration of China summoned Tencent and Alibaba."


def test_read_prints_the_reading_and_stores_nothing_unless_asked(tmp_path: Path) -> None:
    result = admittance(tmp_path / "lake", "read", "-", "--published", "2021-03-19", "--no-store", "--json", text=NOTICE)
    assert result.exit_code == 0
    (reading,) = json_lines(result.stdout)
    assert list(reading) == ["doc", "actions", "network_claims"]
    assert [action["type"] for action in reading["actions"]] == ["summons"]
    assert not (tmp_path / "lake").exists()
    stored = admittance(tmp_path / "lake", "read", "-", "--published", "2021-03-19", "--explain", text=NOTICE)
    assert stored.exit_code == 0
    assert "rule " in stored.stdout
    (action,) = json_lines(admittance(tmp_path / "lake", "actions", "--subject", "tencent", "--json").stdout)
    assert action["published"] == "2021-03-19"


def test_read_keeps_what_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00 not text")
    result = admittance(tmp_path / "lake", "read", str(tmp_path), "--no-store", "--json")
    assert result.exit_code == 3
    assert len(json_lines(result.stdout)) == 1
    assert "bad.txt" in result.stderr


@pytest.mark.parametrize(
    ("error", "status"),
    [(UsageError("u"), 2), (InputError("i"), 3), (LakeError("l"), 2), (ConflictError("c"), 1), (ValueError("bug"), 1)],
)
def test_every_error_ends_with_its_status_and_no_traceback(
    demo_lake: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(cli_module.cli.commands["status"], "callback", fail)
    quiet = admittance(demo_lake, "status")
    assert quiet.exit_code == status
    assert str(error) in quiet.stderr
    assert "Traceback" not in quiet.stderr
    loud = CliRunner().invoke(cli, ["--debug", "--lake", str(demo_lake), "status"])
    assert loud.exit_code == status
    assert "Traceback" in loud.stderr


def test_a_reader_who_leaves_is_no_error(demo_lake: Path) -> None:
    command = [sys.executable, "-m", "admittance.surface.cli", "--lake", str(demo_lake)]
    command += ["sql", "SELECT * FROM observations", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait(timeout=60) == 0
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_a_progress_bar_on_a_terminal_leaves_standard_output_alone(demo_lake: Path) -> None:
    file = next((demo_lake / "scenario").rglob("*webconnectivity*.jsonl.gz"))
    command = [sys.executable, "-m", "admittance.surface.cli", "judge", str(file)]
    quiet = subprocess.run(command, capture_output=True, check=True)
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        assert process.stdout is not None
        told = process.stdout.read()
        assert process.wait(timeout=60) == 0
    shown = os.read(ours, 65_536)
    os.close(ours)
    assert told == quiet.stdout
    assert quiet.stderr == b""
    assert shown


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_stops_when_told(demo_lake: Path, ending: signal.Signals) -> None:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    command = [sys.executable, "-m", "admittance.surface.cli", "--lake", str(demo_lake), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}) as process:
        health = _health(port, process)
        assert health["status"] == "ok"
        taken = subprocess.run(command, capture_output=True, text=True, check=False)
        assert taken.returncode == 2
        assert "another program listens there" in taken.stderr
        process.send_signal(ending)
        assert process.wait(timeout=20) == 0


def _health(port: int, process: subprocess.Popen[bytes]) -> dict[str, object]:
    for _ in range(200):
        assert process.poll() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")

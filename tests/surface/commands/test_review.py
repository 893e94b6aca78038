"""`admittance review` as its user meets it."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from admittance.surface.cli import cli

TEXT = (
    "Uganda's communications regulator ordered telecoms operators on Tuesday to block Zapzap until further notice. "
    "Telegram is apparently blocked in Russia, users said."
)


def call(lake: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--lake", str(lake), *words])


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_questions_decisions_and_what_later_readings_make_of_them(tmp_path: Path) -> None:
    lake, text = tmp_path / "lake", tmp_path / "notice.txt"
    text.write_text(TEXT, "utf-8")
    assert call(lake, "read", str(text), "--published", "2021-01-13").exit_code == 0
    asked = lines(call(lake, "review", "--json"))
    assert [question["kind"] for question in asked] == ["unknown-name", "uncertain-record"]
    claim = str(asked[1]["item"])

    assert call(lake, "review", "reject", claim, "--by", "ana", "--note", "hearsay").exit_code == 0
    assert lines(call(lake, "claims", "--json")) == []
    assert call(lake, "read", str(text), "--published", "2021-01-13").exit_code == 0
    assert lines(call(lake, "claims", "--json")) == []
    assert call(lake, "review", "accept", claim, "--by", "ben").exit_code == 0
    assert [one["id"] for one in lines(call(lake, "claims", "--json"))] == [claim]

    assert call(lake, "review", "alias", "Zapzap", "whatsapp", "--by", "ana").exit_code == 0
    (action,) = lines(call(lake, "actions", "--json"))
    assert "whatsapp" in json.dumps(action)
    assert lines(call(lake, "review", "--json")) == []
    kept = lines(call(lake, "review", "decisions", "--json"))
    assert [(one["kind"], one["by"]) for one in kept] == [("reject", "ana"), ("accept", "ben"), ("alias", "ana")]
    assert "hearsay" in call(lake, "review", "decisions").stdout


def test_what_cannot_be_decided_is_refused(tmp_path: Path) -> None:
    lake, text = tmp_path / "lake", tmp_path / "notice.txt"
    text.write_text(TEXT, "utf-8")
    call(lake, "read", str(text), "--published", "2021-01-13")
    claim = str(lines(call(lake, "review", "--json"))[1]["item"])
    for words in (
        ("reject", "nonsense", "--by", "ana"),
        ("reject", claim),
        ("reject", claim, "--by", " "),
        ("correct", claim, "--set", "onset", "--by", "ana"),
        ("correct", claim, "--set", "onset=soon", "--by", "ana"),
        ("alias", "Zapzap", "nobody", "--by", "ana"),
    ):
        assert call(lake, "review", *words).exit_code == 2
    assert "Nothing was decided yet." in call(lake, "review", "decisions").stdout

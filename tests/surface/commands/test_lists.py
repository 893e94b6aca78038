import json
from pathlib import Path

from tests.surface.conftest import admittance

SITES = "url,category_code,category_description,date_added,source,notes\nhttps://example.org/,NEWS,News Media,2020-01-01,,\n"


def test_a_list_is_kept_once_and_says_what_it_cannot_use(tmp_path: Path) -> None:
    path = tmp_path / "zz.csv"
    path.write_text(SITES + "ftp://example.org/,NEWS,\x1b[31m,2020-01-01,,\n")
    first = admittance(tmp_path / "lake", "catalog", "update", str(path), "--date", "2023-11-08", "--json")
    assert first.exit_code == 0
    (told,) = [json.loads(line) for line in first.stdout.splitlines()]
    assert (told["kind"], told["name"], told["entries"], told["new"]) == ("test_list", "zz", 1, True)
    assert told["version"].startswith("test_list/zz@2023-11-08+")
    assert told["unusable"] == [{"line": 3, "reason": "'ftp://example.org/' is no http or https URL"}]
    assert "CC BY-NC-SA" in told["licence"]
    again = admittance(tmp_path / "lake", "catalog", "update", str(path), "--date", "2023-11-09")
    assert again.exit_code == 0
    assert "no change: holds since 2023-11-08" in again.stderr


def test_of_a_malformed_list_nothing_is_kept_and_the_others_are(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(SITES + "https://example.net/\n")
    (tmp_path / "zz.csv").write_text(SITES)
    result = admittance(tmp_path / "lake", "catalog", "update", str(tmp_path / "bad.csv"), str(tmp_path / "zz.csv"))
    assert result.exit_code == 3
    assert "bad.csv: line 3: 1 fields where the header has 6" in result.stderr
    kept = admittance(tmp_path / "lake", "sql", "SELECT name FROM editions", "--json")
    assert [json.loads(line)["name"] for line in kept.stdout.splitlines()] == ["zz"]


def test_a_day_that_has_not_begun_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zz.csv").write_text(SITES)
    later = admittance(tmp_path / "lake", "catalog", "update", str(tmp_path / "zz.csv"), "--date", "2999-01-01")
    assert (later.exit_code, "has not begun" in later.stderr) == (2, True)
    assert admittance(tmp_path / "lake", "run", "--as-of", "2999-01-01").exit_code == 2
    assert admittance(tmp_path / "lake", "run", "--as-of", "yesterday").exit_code == 2


def test_an_address_of_this_machine_is_not_asked(tmp_path: Path) -> None:
    result = admittance(tmp_path / "lake", "catalog", "update", "http://127.0.0.1:9/cn.csv")
    assert result.exit_code == 3
    assert "not a public address; others are asked only where a switch allows it" in result.stderr


def test_what_is_as_of_a_day_says_so_and_the_present_does_not_show_it(demo_lake: Path) -> None:
    unknown = admittance(demo_lake, "ask", "signal", "--in", "CN", "--as-of", "2021-03-17")
    assert (unknown.exit_code, "admittance run --as-of 2021-03-17" in unknown.stderr) == (2, True)
    present = admittance(demo_lake, "episodes", "--json").stdout
    changes = admittance(demo_lake, "changes", "--json").stdout
    ran = admittance(demo_lake, "run", "--as-of", "2021-03-17", "--json")
    assert json.loads(ran.stdout)["as_of"] == "2021-03-17"
    shown = admittance(demo_lake, "ask", "signal", "--in", "CN", "--as-of", "2021-03-17")
    assert "AS OF 2021-03-17" in shown.stdout.splitlines()[1]
    for command in (["episodes"], ["ask", "signal"], ["claims"], ["actions"], ["sql", "SELECT count(*) AS n FROM verdicts"]):
        answer = admittance(demo_lake, *command, "--as-of", "2021-03-17", "--json")
        lines = [json.loads(line) for line in answer.stdout.splitlines()]
        assert lines
        assert {line["scored_as_of"] for line in lines} == {"2021-03-17"}
        assert "AS OF 2021-03-17" in answer.stderr
    assert admittance(demo_lake, "episodes", "--json").stdout == present
    assert admittance(demo_lake, "changes", "--json").stdout == changes
    assert "AS OF" not in admittance(demo_lake, "ask", "signal", "--in", "CN").stdout

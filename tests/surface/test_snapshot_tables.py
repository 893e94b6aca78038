"""What people see of snapshot tables: cards, names that tables give, series, episodes, pages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from admittance.surface.cli import cli
from admittance.surface.web import create_app

APPS = """store,app_id,app_title,country,observed,status
{rows}"""
COUNTRIES = ("AT", "BE", "CN", "DE", "ES", "FR", "GB", "IT", "JP", "PL", "US")
TERM = """marketplace,term,destination,observed,results
taobao,VPN,CN,2017-06-01,5210
taobao,VPN,CN,2017-07-01,5105
taobao,VPN,CN,2017-08-01,5020
taobao,VPN,CN,2017-08-17,311
taobao,VPN,CN,2017-09-15,0
jd,Umbrella,CN,2017-09-15,40
taobao,Umbrella,CN,2017-09-15,44
"""


def admittance(lake: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["--lake", str(lake), *arguments])
    assert result.exit_code in (0, 2), result.output
    return result.output


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshots")
    rows = [
        f"apple,{app},{title},{country},2019-03-12,{'not_listed' if (app, country) in MISSING else 'listed'}"
        for app, title in (("288429040", "LinkedIn"), ("42", "Answer Machine"), ("7", "Weather"))
        for country in COUNTRIES
    ]
    (folder / "apps.csv").write_text(APPS.format(rows="".join(f"{row}\n" for row in rows)))
    (folder / "term.csv").write_text(TERM)
    place = folder / "lake"
    admittance(place, "ingest", "storefronts", str(folder / "apps.csv"))
    admittance(place, "ingest", "listings", str(folder / "term.csv"))
    admittance(place, "run")
    return place


MISSING = {("288429040", "CN"), ("42", "CN")}


def test_a_card_has_a_line_for_each_gate_with_its_own_state(lake: Path) -> None:
    told = admittance(lake, "ask", "linkedin", "--in", "CN")
    assert "Network: insufficient data (nothing has measured it)" in told
    assert "Function: insufficient data (nothing has measured it)" in told
    assert "App Store: not listed here, though listed elsewhere, since 2019-03-12 or before" in told
    assert "on or before 2019-03-12 00:00 UTC; how it was before, and why" in told
    assert "10 of 11" in told
    assert "Marketplaces: insufficient data (nothing has measured it)" in told
    assert "Content: insufficient data (nothing has measured it)" in told


@pytest.mark.parametrize("name", ["Answer Machine", "answer machine", "42", "apple/42", "app:apple/42"])
def test_an_app_that_the_catalog_does_not_know_is_found_by_what_the_table_calls_it(lake: Path, name: str) -> None:
    told = admittance(lake, "ask", name, "--in", "CN")
    assert told.startswith("Answer Machine in CN")
    assert "Network" not in told


def test_episodes_say_the_name_and_that_the_cause_is_unknown(lake: Path) -> None:
    lines = [json.loads(line) for line in admittance(lake, "episodes", "--gate", "store", "--json").splitlines()]
    assert [(line["subject"], line["name"], line["cause"]) for line in lines] == [
        ("app:apple/42", "Answer Machine", "unknown"),
        ("linkedin", "LinkedIn", "unknown"),
    ]
    assert all(line["onset_earliest"] is None and line["end"] is None for line in lines)
    assert "Answer Machine in CN, store" in admittance(lake, "episodes", "--subject", "Answer Machine")


def test_a_search_term_shows_its_series(lake: Path) -> None:
    told = admittance(lake, "ask", "vpn", "--in", "CN")
    assert "Listing on Taobao: refused or gone since" in told
    assert "  2017-06-01 5,210 ##############################" in told
    assert "  2017-08-17   311 ##" in told
    (card,) = [json.loads(line) for line in admittance(lake, "ask", "VPN", "--json").splitlines()]
    (line,) = card["gates"]
    assert [point["count"] for point in line["series"]] == [5210, 5105, 5020, 311, 0]
    assert line["series"][0]["day"] == "2017-06-01T00:00:00Z"


def test_a_term_of_two_marketplaces_asks_which(lake: Path) -> None:
    told = admittance(lake, "ask", "umbrella")
    assert "write one of: listing:jd/umbrella, listing:taobao/umbrella" in told
    assert "did you mean answer machine" in admittance(lake, "ask", "answer")


def test_nothing_can_have_been_read_in_the_future(lake: Path, tmp_path: Path) -> None:
    table = tmp_path / "amazon.csv"
    table.write_text("dp,cc,status\nB1,AE,Added\n")
    assert "in the future" in admittance(lake, "ingest", "listings", str(table), "--observed", "2999-01-01")


def test_status_names_a_few_countries_of_many(lake: Path) -> None:
    told = admittance(lake, "status")
    assert "AT store: 3 subjects" in told
    assert "CN listing: 3 subjects" in told


def test_pages_show_apps_and_series(lake: Path) -> None:
    client = TestClient(create_app(str(lake)))
    assert "Answer Machine" in client.get("/").text
    page = client.get("/ask", params={"subject": "vpn", "in": "CN"})
    assert page.status_code == 200
    assert "2017-06-01 5,210 ####" in page.text
    assert client.get("/subjects/app:apple/42").status_code == 200

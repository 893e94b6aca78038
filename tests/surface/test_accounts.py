"""What other monitors publish stands on the card, by the reading that claims are laid against, and opens nothing."""

import re
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from admittance.catalog import Catalog, load
from admittance.lake import Lake
from admittance.model.ids import Country, SubjectId
from admittance.pipeline.ingest import ingest
from admittance.pipeline.reading import DocumentInput, read_documents
from admittance.pipeline.run import run
from admittance.surface.cli import cli
from admittance.surface.commands.ask import card_text
from admittance.surface.queries import Card, cards
from admittance.surface.queries.shapes import card_object
from admittance.surface.words import account_words, edge_status
from tests.pipeline.conftest import clock
from tests.surface.conftest import browser

GFWLIST = """author_time,op,domain,commit
2012-11-11T10:00:00Z,add,example.org,a1
2013-01-01T10:00:00Z,add,other.example.net,a2
2014-05-01T10:00:00Z,del,example.org,a3
"""
GREATFIRE = """title,blocked_last_30_days,changed
https://www.example.org/news,90,2019-12-01 10:00:00
https://example.org,100,2019-12-01 10:00:00
http://example.org,100,2019-12-01 10:00:00
https://example.org/other,91,2019-12-01 10:00:00
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder: Path = tmp_path_factory.mktemp("monitors")
    (folder / "gfwlist_domain_changes.csv").write_text(GFWLIST)
    (folder / "censored_urls_2020-02-22.csv").write_text(GREATFIRE)
    lake = Lake.open(folder / "lake", create=True)
    ingest(lake, "monitors", sorted(folder.glob("*.csv")), clock=clock)
    assert run(lake).episodes == 0
    return lake


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def card(lake: Lake, catalog: Catalog, subject: str, country: str | None = None) -> Card:
    (found,) = cards(lake.snapshot(), catalog, SubjectId(subject), Country(country) if country else None)
    return found


def test_each_monitor_is_a_line(lake: Lake, catalog: Catalog) -> None:
    shown = card(lake, catalog, "site:example.org", "CN")
    assert [account_words(account, catalog) for account in shown.accounts] == [
        "gfwlist: example.org stood on the list from 2012-11-11 to 2014-05-01, and so was blocked on or before the first day.",
        "GreatFire: example.org was blocked in 91 % of tests from 2020-01-24 to 2020-02-22 (1 more entry);"
        " www.example.org was blocked in 90 % of tests from 2020-01-24 to 2020-02-22.",
    ]
    assert not shown.has_episodes


def test_a_claim_is_laid_against_the_words_of_the_card(lake: Lake, catalog: Catalog) -> None:
    text = "example.org has been blocked in China since 20 January 2020."
    list(read_documents([DocumentInput(text=text, published="2020-02-22")], catalog=catalog, lake=lake, clock=clock))
    run(lake)
    shown = card(lake, catalog, "site:example.org", "CN")
    (entry,) = shown.claims
    reasons = {edge.witness: edge.reason for edge in entry.corroborations if edge.witness is not None}
    assert set(reasons) == {account.witness for account in shown.accounts}
    for account in shown.accounts:
        spoken = {spell.words for named in account.names for spell in named.spells}
        assert any(words in reasons[account.witness] for words in spoken)


def test_testimony_is_never_shown_as_measured(lake: Lake, catalog: Catalog) -> None:
    (entry,) = card(lake, catalog, "site:example.org", "CN").claims
    assert [edge_status(edge) for edge in entry.corroborations] == [
        "unobservable",
        "unobservable by testimony",
        "supported by testimony",
    ]
    page = re.sub("<[^>]*>", "", browser(lake.place, catalog).get("/countries/CN").text)
    assert "supported by testimony" in " ".join(page.split())
    told = CliRunner().invoke(cli, ["--lake", lake.place, "claims"]).output
    assert "Supported by testimony (example.org in CN, network): GreatFire: " in " ".join(told.split())


def test_it_is_about_one_subject_in_one_country(lake: Lake, catalog: Catalog) -> None:
    assert card(lake, catalog, "site:example.org", "KE").accounts == ()
    assert card(lake, catalog, "site:example.com", "CN").accounts == ()


def test_what_only_a_monitor_speaks_of_has_a_card_where_it_does(lake: Lake, catalog: Catalog) -> None:
    assert card(lake, catalog, "site:example.net").country == "CN"
    assert card(lake, catalog, "site:example.com").country is None


def test_many_names_are_counted(catalog: Catalog, tmp_path: Path) -> None:
    hosts = ["b.example.org", "a.example.org", "example.org", *(f"z{number}.example.org" for number in range(40))]
    rows = [f"2012-11-11T10:00:00Z,add,{host},a1" for host in hosts]
    (tmp_path / "changes.csv").write_text("\n".join(["author_time,op,domain,commit", *rows]))
    lake = Lake.open(tmp_path / "lake", create=True)
    ingest(lake, "monitors", [tmp_path / "changes.csv"], clock=clock)
    shown = card(lake, catalog, "site:example.org")
    (account,) = shown.accounts
    told = account_words(account, catalog)
    assert told.startswith("gfwlist: example.org was put")
    assert told.endswith("; and 40 further names or pages.")
    assert ["a.example.org" in told, "b.example.org" in told, "z1.example.org" in told] == [True, True, False]
    (listed,) = msgspec.convert(card_object(shown)["testimonies"], list[dict[str, object]])
    assert (listed["witness"], listed["total"]) == ("gfwlist", 43)
    assert len(msgspec.convert(listed["shown"], list[dict[str, object]])) == 20


def test_page_and_command_say_the_same(lake: Lake, catalog: Catalog) -> None:
    page = " ".join(browser(lake.place, catalog).get("/subjects/site:example.net").text.split())
    text = " ".join(card_text(card(lake, catalog, "site:example.net"), catalog).split())
    for told in (re.sub("<[^>]*>", "", page), text):
        assert "gfwlist: other.example.net was put on the list on 2013-01-01" in told
        assert "not measured here" in told

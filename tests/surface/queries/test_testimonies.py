"""What other monitors publish stands on the card, beside what was measured, and opens nothing."""

from pathlib import Path

import pytest

from admittance.catalog import Catalog, load
from admittance.lake import Lake
from admittance.model.ids import Country, SubjectId
from admittance.model.testimony import Publisher, TestimonyKind
from admittance.pipeline import ingest, run
from admittance.surface.queries import cards
from admittance.surface.queries.testimonies import told_of
from admittance.surface.words import told_words
from tests.pipeline.conftest import clock

GFWLIST = """author_time,op,domain,commit
2012-11-11T10:00:00Z,add,example.org,a1
2013-01-01T10:00:00Z,add,other.example.net,a2
2014-05-01T10:00:00Z,del,example.org,a3
"""
GREATFIRE = """title,blocked_last_30_days,changed
https://www.example.org/news,90,2019-12-01 10:00:00
https://example.org,100,2019-12-01 10:00:00
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


def test_each_publisher_and_kind_is_a_line(lake: Lake, catalog: Catalog) -> None:
    told = told_of(lake.snapshot(), catalog, SubjectId("site:example.org"), Country("CN"))
    assert [(one.publisher, one.kind, one.items) for one in told] == [
        (Publisher.GFWLIST, TestimonyKind.DELISTED, 1),
        (Publisher.GFWLIST, TestimonyKind.LISTED, 1),
        (Publisher.GREATFIRE, TestimonyKind.SHARE, 2),
    ]
    assert told_words(told[1]) == (
        "gfwlist: 1 entry, put on the list on 2012-11-11; blocked on or before, as its editors found."
    )
    assert told_words(told[2]).startswith("GreatFire: 2 entries, 90 to 100 % of tests blocked, from 2020-01-")


def test_it_is_about_one_subject_in_one_country(lake: Lake, catalog: Catalog) -> None:
    snapshot = lake.snapshot()
    assert told_of(snapshot, catalog, SubjectId("site:example.org"), Country("KE")) == []
    assert told_of(snapshot, catalog, SubjectId("site:example.com"), Country("CN")) == []
    (card,) = cards(snapshot, catalog, SubjectId("site:example.org"), Country("CN"))
    assert len(card.testimonies) == 3
    assert not card.has_episodes

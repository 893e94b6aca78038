import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from admittance.catalog import Catalog
from admittance.errors import UsageError
from admittance.lake import Lake
from admittance.model.ids import SubjectId
from admittance.pipeline.editions import PublishedList, keep_list, published_lists
from admittance.surface import queries
from tests.surface.conftest import admittance

HEADER = "url,category_code,category_description,date_added,source,notes\n"
ZZ = HEADER + "https://telegram.org/,COMT,Communication Tools,,,\nhttps://example.org/,NEWS,News Media,,,\n"
GLOBAL = HEADER + "https://www.telegram.org/,COMT,Communication Tools,,,\nhttps://example.org/a,HUMR,Human Rights Issues,,,\n"


@pytest.fixture
def listed_lake(tmp_path: Path) -> Lake:
    lake = Lake.open(tmp_path / "lake", create=True)
    for name, text in (("zz.csv", ZZ), ("global.csv", GLOBAL)):
        (tmp_path / name).write_text(text)
        (found,) = published_lists([str(tmp_path / name)])
        assert isinstance(found, PublishedList)
        keep_list(lake, found, holds_from=date(2023, 1, 1), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    return lake


def test_a_subject_has_the_categories_of_all_lists(listed_lake: Lake, catalog: Catalog) -> None:
    known = queries.listings(listed_lake.snapshot(), catalog)
    assert set(known) == {"telegram", "site:example.org"}
    assert [(one.code, one.lists) for one in known[SubjectId("telegram")]] == [("COMT", ("global", "zz"))]
    counts = queries.category_counts(listed_lake.snapshot(), catalog)
    assert [(one.code, one.listed, one.measured) for one in counts] == [("COMT", 1, 0), ("NEWS", 1, 0)]


def test_a_category_is_a_filter_and_an_unknown_one_is_refused(listed_lake: Lake, catalog: Catalog) -> None:
    snapshot = listed_lake.snapshot()
    assert queries.subjects_of_category(snapshot, catalog, "comt") == {"telegram"}
    with pytest.raises(UsageError, match="there are COMT, NEWS"):
        queries.subjects_of_category(snapshot, catalog, "XXXX")
    refused = admittance(listed_lake.place, "episodes", "--category", "XXXX")
    assert (refused.exit_code, "no category 'XXXX'" in refused.stderr) == (2, True)
    assert "No episode matches" in admittance(listed_lake.place, "episodes", "--category", "NEWS").stdout


def test_the_card_and_the_status_show_categories(listed_lake: Lake) -> None:
    assert "On test lists as: Communication Tools (global, zz)." in admittance(listed_lake.place, "ask", "telegram").stdout
    (card,) = [json.loads(line) for line in admittance(listed_lake.place, "ask", "telegram", "--json").stdout.splitlines()]
    assert card["categories"] == [{"code": "COMT", "category": "Communication Tools", "lists": ["global", "zz"]}]
    assert "1       0  NEWS News Media" in admittance(listed_lake.place, "status").stdout


def test_episodes_of_a_category_alone_are_listed(measured_lake: Path, tmp_path: Path, catalog: Catalog) -> None:
    snapshot = Lake.open(measured_lake).snapshot()
    everything = queries.episodes(snapshot, queries.EpisodeFilter())
    of_them = queries.EpisodeFilter(subjects=frozenset({SubjectId("telegram")}))
    assert queries.episodes(snapshot, of_them) == everything != []
    assert queries.episodes(snapshot, queries.EpisodeFilter(subjects=frozenset({SubjectId("signal")}))) == []

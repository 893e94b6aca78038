"""Keywords from tables to episodes and cards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from admittance.catalog import Catalog
from admittance.lake import Lake
from admittance.model.corroboration import Corroboration
from admittance.model.episode import Episode
from admittance.model.ids import Country
from admittance.model.tables import rows_of
from admittance.model.vocabulary import Gate, State
from admittance.pipeline.ingest import ingest
from admittance.pipeline.reading import DocumentInput, read_documents
from admittance.pipeline.run import run
from admittance.surface.queries import Card, EpisodeFilter, cards, episodes, keywords_on
from tests.pipeline.conftest import clock

CHANGES = """platform,list,observed,change,keyword
yy,hlist,2015-02-06-22,initial_size,281
yy,hlist,2015-03-05-10,add,plum
yy,hlist,2015-03-05-10,add,六四纪念
yy,hlist,2015-06-01-12,del,plum
yy,hlist,2015-06-01-12,del,pear
yy,hlist,2015-09-01-12,add,plum
"""
BANS = """keyword,observed,result
plum,2023-03-01T08:30:00Z,banned
peach,2023-03-01,allowed
peach,2023-03-02,banned
melon,2023-03-01,allowed
melon,2023-03-02,banned
melon,2023-03-04,banned
fig,2023-03-02,no_results
"""
NOTICE = (
    "China's Cyberspace Administration ordered Sina Weibo to remove posts on May 28, 2015, "
    "because they mentioned the June 4 crackdown."
)


@pytest.fixture
def filled(lake: Lake, tmp_path: Path) -> Lake:
    (tmp_path / "changes.csv").write_text(CHANGES)
    (tmp_path / "search__weibo.csv").write_text(BANS)
    ingest(lake, "keywords", [tmp_path / "changes.csv", tmp_path / "search__weibo.csv"], clock=clock)
    run(lake)
    return lake


def of(lake: Lake, keyword: str) -> list[Episode]:
    return sorted(
        (one for one in rows_of(Episode, lake.snapshot().scan(Episode).collect()) if one.subject == f"keyword:{keyword}"),
        key=lambda one: (one.part or "", one.onset),
    )


def at(day: str, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=UTC)


def card_of(lake: Lake, catalog: Catalog, keyword: str) -> Card:
    (card,) = cards(lake.snapshot(), catalog, catalog.find_subject(f"keyword:{keyword}"))
    return card


def test_a_list_that_changes_dates_to_the_hour(filled: Lake) -> None:
    first, second, sampled = sorted(of(filled, "plum"), key=lambda one: one.onset)
    assert (first.onset_earliest, first.onset, first.onset_latest) == (
        at("2015-03-05", 9), at("2015-03-05", 10), at("2015-03-05", 10),
    )  # fmt: skip
    assert (first.end_earliest, first.end, first.end_latest) == (
        at("2015-06-01", 11), at("2015-06-01", 12), at("2015-06-01", 12),
    )  # fmt: skip
    assert (second.onset, second.end) == (at("2015-09-01", 12), None)
    assert (first.state, first.mechanism, first.part, first.scope) == (State.BLOCKED, "content.list", "yy", "1 of 1 places")
    assert (sampled.part, sampled.state, sampled.mechanism) == ("weibo", State.LIKELY_BLOCKED, "content.ban")
    assert [one.id for one in (first, second, sampled)] == [
        "CN-2015-keyword-plum-content-yy-1", "CN-2015-keyword-plum-content-yy-2", "CN-2023-keyword-plum-content-weibo-1",
    ]  # fmt: skip


def test_what_a_list_held_from_the_first_has_no_onset(filled: Lake) -> None:
    (pear,) = of(filled, "pear")
    assert (pear.onset_earliest, pear.onset_latest, pear.end) == (None, at("2015-02-06", 22), at("2015-06-01", 12))


def test_one_sampled_ban_is_restricted_on_or_before(filled: Lake) -> None:
    sampled = next(one for one in of(filled, "plum") if one.part == "weibo")
    assert (sampled.onset_earliest, sampled.onset_latest, sampled.end) == (None, at("2023-03-01", 8, 30), None)


def test_a_ban_after_it_went_through_needs_a_second_one(filled: Lake) -> None:
    assert of(filled, "peach") == []
    (melon,) = of(filled, "melon")
    assert (melon.onset_earliest, melon.onset_latest) == (at("2023-03-01"), at("2023-03-02"))


def test_a_search_that_found_nothing_says_nothing(filled: Lake, catalog: Catalog) -> None:
    assert of(filled, "fig") == []
    (line,) = card_of(filled, catalog, "fig").gates
    assert (line.gate, line.part, line.state) == (Gate.CONTENT, "weibo", State.INSUFFICIENT)


def test_a_card_has_a_line_for_each_platform_and_list(filled: Lake, catalog: Catalog) -> None:
    lines = {line.part: line for line in card_of(filled, catalog, "plum").gates}
    assert {part: (line.state, line.since) for part, line in lines.items()} == {
        "weibo": (State.LIKELY_BLOCKED, at("2023-03-01")),
        "yy/hlist": (State.BLOCKED, at("2015-09-01", 12)),
    }
    assert lines["weibo"].evidence.shown[0].rule == "content.banned"


def test_keywords_link_to_reasons_that_documents_state(filled: Lake, catalog: Catalog) -> None:
    documents = [DocumentInput(text=NOTICE, published="2015-05-29", kind="article", language="en")]
    list(read_documents(documents, catalog=catalog, lake=filled, clock=clock))
    run(filled)
    card = card_of(filled, catalog, "六四纪念")
    assert card.topics == ("june-4",)
    assert [entry.action.type for entry in card.reasons] == ["content_removal"]
    snapshot = filled.snapshot()
    subjects = keywords_on(snapshot, catalog, "june-4")
    assert subjects == {"keyword:六四纪念"}
    found = episodes(snapshot, EpisodeFilter(subjects=subjects, country=Country("CN")))
    assert [one.id for one in found] == ["CN-2015-keyword-六四纪念-content-yy-1"]
    assert card_of(filled, catalog, "plum").reasons == ()


def test_nothing_changes_when_it_is_run_again(filled: Lake) -> None:
    before = rows_of(Episode, filled.snapshot().scan(Episode).collect())
    report = run(filled)
    assert report.changes == 0
    assert rows_of(Episode, filled.snapshot().scan(Episode).collect()) == before


CLAIMED = """Weibo started to block searches for “melon” on March 2, 2023, users said.

Weibo had blocked searches for “melon” since June 1, 2022, the blog said.

Weibo blocked searches for “peach” on March 2, 2023.

Weibo blocked searches for “lychee” on March 2, 2023.

Weibo unblocked the keyword “quince” on June 1, 2015.

China's Cyberspace Administration ordered Weibo on March 1, 2023 to remove posts with the word “melon”.

China's Cyberspace Administration ordered Weibo on March 4, 2015 to remove posts about the June 4 crackdown.

China's Cyberspace Administration ordered Weibo on March 4, 2021 to remove posts about the June 4 crackdown.
"""


RULES = """platform,list,observed,change,keyword
weibo,rules,2015-03-05-10,add,六四悼念
weibo,rules,2015-03-05-10,add,quince
weibo,rules,2015-06-01-12,del,quince
"""


def test_what_documents_say_of_keywords_and_posts_is_laid_against_tables(
    filled: Lake, catalog: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "rules.csv").write_text(RULES)
    ingest(filled, "keywords", [tmp_path / "rules.csv"], clock=clock)
    documents = [DocumentInput(text=CLAIMED, published="2023-06-01")]
    list(read_documents(documents, catalog=catalog, lake=filled, clock=clock))
    run(filled)
    told = rows_of(Corroboration, filled.snapshot().scan(Corroboration).collect())
    found = {(edge.record_kind, edge.subject, edge.status.value, edge.reason.partition(";")[0]) for edge in told}
    assert {kind_subject_status[:3] for kind_subject_status in found} == {
        ("claim", "keyword:melon", "supported"),
        ("claim", "keyword:melon", "unobservable"),  # nobody looked in 2022
        ("claim", "keyword:peach", "undetermined"),  # one reading alone
        ("claim", "keyword:lychee", "unobservable"),
        ("claim", "keyword:quince", "supported"),
        ("action", "keyword:melon", "supported"),
        ("action", "weibo", "undetermined"),
        ("action", "weibo", "unobservable"),
    }
    reasons = {reason for *_, reason in found}
    assert "melon came to be withheld between 2023-03-01 00:00 and 2023-03-02 00:00 UTC." in reasons
    assert "quince is withheld no more between 2015-06-01 11:00 and 2015-06-01 12:00 UTC." in reasons
    assert "Nobody tried lychee where it speaks of." in reasons
    (sign,) = (reason for reason in reasons if "keywords on june-4 came to be withheld there" in reason)
    assert sign.endswith("1 in all, '六四悼念' first.")
    card = card_of(filled, catalog, "melon")
    assert len(card.claims) == 2
    assert [entry.action.type.value for entry in card.actions] == ["content_removal"]
    assert len(card_of(filled, catalog, "六四纪念").reasons) == 2

import gzip
import hashlib
from pathlib import Path

from admittance.catalog import Catalog
from admittance.lake import Lake, Snapshot
from admittance.model.ids import Country, EpisodeId, SubjectId
from admittance.surface import queries


def snapshot_of(place: Path) -> Snapshot:
    return Lake.open(place).snapshot()


def test_documents_come_last_published_first(demo_lake: Path) -> None:
    found = queries.documents(snapshot_of(demo_lake))
    dates = [entry.document.published or "" for entry in found]
    assert len(dates) == 5
    assert dates == sorted(dates, reverse=True)
    assert queries.documents(snapshot_of(demo_lake), limit=2) == found[:2]
    assert sum(entry.claims for entry in found) == len(queries.claims(snapshot_of(demo_lake), queries.StatementFilter()))


def test_a_document_holds_its_own_records_only(demo_lake: Path, catalog: Catalog) -> None:
    snapshot = snapshot_of(demo_lake)
    for entry in queries.documents(snapshot):
        page = queries.document(snapshot, entry.document.sha256, catalog)
        assert page is not None
        assert (len(page.actions), len(page.claims)) == (entry.actions, entry.claims)
        for action in page.actions:
            for span in action.action.evidence:
                assert page.text[span.start : span.end] == span.quote
        for claim in page.claims:
            for span in claim.claim.evidence:
                assert page.text[span.start : span.end] == span.quote
    assert queries.document(snapshot, "0" * 64, catalog) is None


def test_evidence_leads_to_lines_that_are_there(demo_lake: Path) -> None:
    page = queries.episode(snapshot_of(demo_lake), EpisodeId("CN-2021-signal-network-1"), limit=3)
    assert page is not None
    assert len(page.evidence.shown) == 3
    assert page.evidence.total >= page.episode.k
    for row in page.evidence.shown:
        assert row.address is not None
        assert hashlib.sha256(Path(row.address).read_bytes()).hexdigest() == row.file
        with gzip.open(row.address) as lines:
            lines.seek(row.offset)
            line = lines.readline().rstrip(b"\n")
        assert hashlib.sha256(line).hexdigest() == row.line_sha256
    assert page.corroborations
    assert [change.kind for change in page.changes] == ["opened"]
    assert queries.episode(snapshot_of(demo_lake), EpisodeId("nothing")) is None


def test_changes_of_a_subject(measured_lake: Path) -> None:
    snapshot = snapshot_of(measured_lake)
    assert len(queries.changes(snapshot, subject=SubjectId("telegram"))) == 1
    assert queries.changes(snapshot, subject=SubjectId("signal")) == []


def test_an_action_without_a_place_is_of_its_regulators_country(measured_lake: Path, catalog: Catalog) -> None:
    snapshot = snapshot_of(measured_lake)
    found = queries.actions(snapshot, queries.StatementFilter(country=Country("CN")), catalog)
    assert [entry.action.type for entry in found] == ["summons"]
    assert found[0].country == "CN"
    assert queries.actions(snapshot, queries.StatementFilter(country=Country("KE")), catalog) == []
    mentioned = queries.StatementFilter(subject=SubjectId("xiaomi"))
    assert len(queries.actions(snapshot, mentioned, catalog)) == 1


def test_countries_known_from_documents_only_stand_in_the_overview(measured_lake: Path, catalog: Catalog) -> None:
    found = queries.overview(snapshot_of(measured_lake), catalog)
    assert (found.countries, found.spoken_of) == (("KE",), ("CN",))


def test_an_empty_lake_answers_every_question(tmp_path: Path, catalog: Catalog) -> None:
    snapshot = Lake.open(tmp_path / "lake", create=True).snapshot()
    assert queries.episodes(snapshot, queries.EpisodeFilter()) == []
    assert queries.claims(snapshot, queries.StatementFilter()) == []
    assert queries.actions(snapshot, queries.StatementFilter(), catalog) == []
    assert queries.changes(snapshot) == []
    assert queries.documents(snapshot) == []
    assert queries.overview(snapshot, catalog).measurements == 0
    status = queries.status(snapshot, catalog)
    assert status.origin is None
    assert set(status.rows.values()) == {0}
    assert status.sources == ()


def test_status_adds_up(demo_lake: Path, catalog: Catalog) -> None:
    status = queries.status(snapshot_of(demo_lake), catalog)
    assert [source.source for source in status.sources] == ["ooni", "storefronts"]
    assert sum(status.tests.values()) == status.rows["measurements"]
    assert sum(source.files for source in status.sources) == status.rows["files"]
    assert len(status.rulesets) == 1

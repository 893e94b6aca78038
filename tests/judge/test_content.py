"""What platforms do with words, accounts and posts, judged a reading at a time."""

from datetime import UTC, datetime

import pytest

from admittance.catalog import load
from admittance.judge import judge_snapshots
from admittance.judge.content import CONTENT_MARKS, LONGEST_NOTICE
from admittance.model.ids import Country, FileId
from admittance.model.observation import SnapshotObservation
from admittance.model.tables import table_of
from admittance.model.vocabulary import Gate, Origin

CATALOG = load()
ADDRESS = "https://social.example/exampleuniv"
ITEM = f"account:Example University {ADDRESS}"


def reading(
    status: str, text: str | None = None, *, item: str = f"account:Example University {ADDRESS}"
) -> SnapshotObservation:
    account = item.startswith("account:")
    return SnapshotObservation(
        source="accounts" if account else "keywords",
        origin=Origin.MEASURED,
        gate=Gate.CONTENT,
        place="social.example",
        item=item,
        title="Example University" if account else None,
        network=None,
        country=Country("RU"),
        time=datetime(2024, 3, 1, tzinfo=UTC),
        status=status,
        category=None,
        text=text,
        count=None,
        url=ADDRESS if account else None,
        file=FileId("f"),
        offset=0,
        line_sha256="l",
        recorded_at=datetime(2024, 3, 1, tzinfo=UTC),
    )


def judged(one: SnapshotObservation) -> tuple[str, str, str | None]:
    row = judge_snapshots(table_of(SnapshotObservation, [one]), catalog=CATALOG).row(0, named=True)
    return row["rule"].removeprefix("content."), row["state"], row["mechanism"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("listed", ("on_list", "blocked", "content.list")),
        ("not_listed", ("off_list", "ok", None)),
        ("banned", ("banned", "likely_blocked", "content.ban")),
        ("allowed", ("allowed", "ok", None)),
        ("empty", ("empty", "insufficient", None)),
        ("unknown", ("unread", "failed", None)),
    ],
)
def test_keywords(status: str, expected: tuple[str, str, str | None]) -> None:
    assert judged(reading(status, item="plum")) == expected


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        ("present", None, ("present", "ok", None)),
        ("gone", None, ("gone", "down", None)),
        ("withheld", None, ("withheld", "blocked", "content.withheld")),
        ("suspended", None, ("suspended", "likely_blocked", "content.suspension")),
        ("unknown", None, ("unread", "failed", None)),
        ("http_451", None, ("unavailable_for_legal_reasons", "blocked", "content.withheld")),
        ("http_404", None, ("not_found", "down", None)),
        ("http_410", "", ("not_found", "down", None)),
        ("http_200", None, ("unread", "failed", None)),
        ("http_200", "Welcome to the portal of your provider", ("unread", "failed", None)),
        ("http_200", "EXAMPLE UNIVERSITY. 3,000 followers", ("shown", "ok", None)),
        ("http_200", "@ExampleUniv on Social", ("shown", "ok", None)),
        ("http_200", "Example University: not available in your region.", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "Эта страница недоступна в вашей стране", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "This content isn’t available in  your country", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "BU HESAP ÜLKENİZDE GÖRÜNTÜLENEMİYOR", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "Dieser Account wurde in deinem Land nicht verfügbar", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "Esta cuenta no está disponible en tu país", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "Cette vidéo n’est pas disponible dans votre pays", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "هذا المحتوى غير متوفّر في بلدك", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "この動画はお住まいの国では公開されていません", ("says_withheld", "blocked", "content.withheld")),
        ("http_200", "Esta cuenta ha sido suspendida", ("says_suspended", "likely_blocked", "content.suspension")),
        ("http_200", "ページが見つかりません", ("says_gone", "down", None)),
        ("http_404", "此账号已被屏蔽", ("says_suspended", "likely_blocked", "content.suspension")),
        ("http_200", "exampleuniv. Please log in to see more", ("walled", "failed", None)),
        ("http_200", "Sorry, this page isn't available. exampleuniv", ("says_gone", "down", None)),
        (
            "http_200",
            "Example University writes: this video is not available in your region. " + "And more. " * (LONGEST_NOTICE // 8),
            ("shown", "ok", None),
        ),
    ],
)
def test_accounts(status: str, text: str | None, expected: tuple[str, str, str | None]) -> None:
    assert judged(reading(status, text)) == expected


def test_every_mark_has_two_languages_and_is_in_lower_case() -> None:
    for languages in CONTENT_MARKS.values():
        assert {"en", "zh"} <= set(languages)
        for phrases in languages.values():
            assert all(phrase == phrase.lower().strip() for phrase in phrases)
            assert len(set(phrases)) == len(phrases)


def test_an_institution_of_the_catalog_is_its_subject_and_another_bears_its_name() -> None:
    known = judge_snapshots(
        table_of(SnapshotObservation, [reading("present", item=f"account:GreatFire {ADDRESS}")]), catalog=CATALOG
    )
    other = judge_snapshots(table_of(SnapshotObservation, [reading("present")]), catalog=CATALOG)
    assert known["subject"].to_list() == ["greatfire"]
    assert other["subject"].to_list() == ["institution:Example University"]
    assert other["target"].to_list() == [f"institution:Example University/social.example/{ADDRESS}"]
    assert CATALOG.find_subject("institution:Example University") == "institution:Example University"

"""The store gate: who else lists an app decides what its absence means."""

from datetime import UTC, datetime, timedelta

import polars as pl

from admittance.catalog import load
from admittance.judge import RULES, judge_snapshots
from admittance.model.ids import Country, FileId
from admittance.model.observation import SnapshotObservation
from admittance.model.tables import empty_table, table_of, table_schema
from admittance.model.verdict import SnapshotVerdict
from admittance.model.vocabulary import Gate, Origin

CATALOG = load()
DAY = datetime(2019, 3, 12, tzinfo=UTC)
ELEVEN = ("AT", "BE", "CN", "DE", "ES", "FR", "GB", "IT", "JP", "PL", "US")


def reading(
    app: str, country: str, status: str, *, day: int = 0, store: str = "apple", title: str | None = None
) -> SnapshotObservation:
    return SnapshotObservation(
        source="storefronts",
        origin=Origin.MEASURED,
        gate=Gate.STORE,
        place=store,
        item=app,
        title=title,
        network=None,
        country=Country(country),
        time=DAY + timedelta(days=day),
        status=status,
        category=None,
        text=None,
        count=None,
        url=None,
        file=FileId("f"),
        offset=0,
        line_sha256="l",
        recorded_at=DAY,
    )


def everywhere(app: str, *, but: dict[str, str] | None = None, day: int = 0) -> list[SnapshotObservation]:
    """An app listed in eleven storefronts but in some."""
    return [reading(app, country, (but or {}).get(country, "listed"), day=day) for country in ELEVEN]


def judged(*rows: SnapshotObservation) -> pl.DataFrame:
    verdicts = judge_snapshots(table_of(SnapshotObservation, rows), catalog=CATALOG)
    assert verdicts.schema == table_schema(SnapshotVerdict)
    return verdicts


def rules(*rows: SnapshotObservation) -> dict[tuple[str, str, int], str]:
    """The rule that decided, by app, country and day."""
    return {
        (line["item"], line["country"], (line["time"] - DAY).days): line["rule"].removeprefix("store.")
        for line in judged(*rows).iter_rows(named=True)
    }


MISSING = {"CN": "not_listed"}


def test_an_absence_counts_where_at_most_one_in_ten_live_storefronts_lacks_the_app() -> None:
    told = rules(*everywhere("1", but=MISSING), *everywhere("2", but=MISSING | {"JP": "not_listed"}), *everywhere("3"))
    assert told["1", "CN", 0] == "absent"  # 1 of 11
    assert told["2", "CN", 0] == told["2", "JP", 0] == "not_offered"  # 2 of 11
    assert told["3", "CN", 0] == "listed"


def test_exactly_one_in_ten_still_counts() -> None:
    ten = [row for row in everywhere("1", but=MISSING) if row.country != "US"]
    assert rules(*ten, reading("2", "CN", "listed"))["1", "CN", 0] == "absent"
    nine = [row for row in ten if row.country != "PL"]
    assert rules(*nine, reading("2", "CN", "listed"))["1", "CN", 0] == "not_offered"


def test_a_storefront_that_lists_nothing_neither_testifies_nor_counts() -> None:
    dead = [reading(app, "AF", "not_listed") for app in ("1", "2")]
    told = rules(*everywhere("1", but=MISSING), *everywhere("2"), *dead, reading("3", "AF", "unknown"))
    assert told["1", "AF", 0] == told["2", "AF", 0] == "silent"
    assert told["3", "AF", 0] == "unread"
    assert told["1", "CN", 0] == "absent"  # still 1 of 11, not 2 of 12


def test_what_is_listed_nowhere_was_withdrawn() -> None:
    verdicts = judged(*everywhere("1"), *everywhere("2", but=dict.fromkeys(ELEVEN, "not_listed")))
    gone = verdicts.filter(pl.col("item") == "2")
    assert set(gone["rule"]) == {"store.withdrawn"}
    assert set(gone["state"]) == {"down"}


def test_an_absence_after_a_listing_is_a_removal_however_wide_it_is() -> None:
    before = [row for app in ("1", "2") for row in everywhere(app)]
    after = [*everywhere("1", but=dict.fromkeys(ELEVEN[:6], "not_listed"), day=1), *everywhere("2", day=1)]
    told = rules(*before, *after)
    assert [told["1", country, 1] for country in ELEVEN] == ["removed"] * 6 + ["listed"] * 5


def test_an_app_withdrawn_from_all_storefronts_on_one_day_was_not_removed_from_any() -> None:
    gone = everywhere("1", but=dict.fromkeys(ELEVEN, "not_listed"), day=3)
    told = rules(*everywhere("1"), *everywhere("2"), *everywhere("2", day=3), *gone)
    assert {told["1", country, 3] for country in ELEVEN} == {"withdrawn"}


def test_in_the_only_storefront_that_is_read_a_removal_is_a_removal() -> None:
    told = rules(reading("1", "CN", "listed"), reading("1", "CN", "not_listed", day=1), reading("2", "CN", "not_listed"))
    assert told["1", "CN", 1] == "removed"
    assert told["2", "CN", 0] == "not_offered"  # nobody knows whether it is anywhere


def test_a_storefront_without_any_of_its_apps_in_passing_was_not_read() -> None:
    apps = ("1", "2", "3")
    rows = [row for app in apps for row in everywhere(app)]
    rows += [row for app in apps for row in everywhere(app, but=MISSING, day=1)]
    back = [row for app in apps for row in everywhere(app, day=3)]
    assert {rules(*rows, *back)[app, "CN", 1] for app in apps} == {"silent"}
    kept = rules(*rows, *back, reading("4", "CN", "listed", day=1))
    assert {kept[app, "CN", 1] for app in apps} == {"removed"}


def test_a_row_that_a_failed_crawl_left_out_keeps_no_storefront_alive() -> None:
    days = [row for day in (0, 9, 18) for app in "1234567" for row in everywhere(app, day=day)]
    failed = [
        row if (row.country, row.time) != ("CN", DAY + timedelta(days=9)) else reading(row.item, "CN", "not_listed", day=9)
        for row in days
        if (row.country, row.time, row.item) != ("CN", DAY + timedelta(days=9), "7")
    ]
    told = rules(*failed)
    assert {told[app, "CN", 9] for app in "123456"} == {"silent"}
    assert {told[app, "CN", 18] for app in "1234567"} == {"listed"}


def test_a_few_apps_may_be_removed_together_for_good_and_many_are_not() -> None:
    few, many = [str(number) for number in range(9)], [str(number) for number in range(10)]
    for apps, rule in ((few, "removed"), (many, "silent")):
        rows = [row for app in apps for row in everywhere(app)]
        rows += [row for app in apps for day in (1, 2) for row in everywhere(app, but=MISSING, day=day)]
        assert {rules(*rows)[app, "CN", 2] for app in apps} == {rule}


def test_a_later_recheck_of_the_missing_apps_alone_leaves_the_storefront_alive() -> None:
    gone = [reading(app, "CN", "not_listed", day=day) for app in ("1", "2", "3") for day in (1, 2)]
    told = rules(*[row for app in ("1", "2", "3", "4") for row in everywhere(app)], *gone)
    assert told["1", "CN", 2] == "removed"


def test_a_store_that_never_says_no_carries_no_evidence() -> None:
    verdicts = judged(
        *everywhere("1", but=MISSING),
        reading("org.thoughtcrime.securesms", "CN", "listed", store="gplay"),
        reading("a.b", "CN", "unknown", store="gplay"),
    )
    play = verdicts.filter(pl.col("place") == "gplay")
    assert set(play["rule"]) == {"store.uninformative"}
    assert set(play["state"]) == {"insufficient"}


def test_apps_are_targets_of_their_subjects_and_others_are_called_by_their_title() -> None:
    verdicts = judged(
        reading("874139669", "CN", "listed", title="Signal - Private Messenger"),
        reading("1193362444", "CN", "listed"),
        reading("42", "CN", "listed", title="Answers", day=-1),
        reading("42", "CN", "listed", title="Answers 2"),
        reading("42", "CN", "unknown", day=1),
    )
    named = set(verdicts.select("subject", "target", "name").rows())
    assert named == {
        ("signal", "signal/ios", "Signal"),
        ("psiphon", "psiphon/ios/1193362444", "Psiphon"),
        ("app:apple/42", "app:apple/42/ios", "Answers 2"),
    }


def test_the_same_reading_in_two_files_counts_once() -> None:
    one, other = reading("1", "CN", "listed"), reading("1", "CN", "listed")
    assert judged(one, other).height == 1


def test_every_store_rule_fires() -> None:
    before = [row for app in ("1", "4") for row in everywhere(app)]
    verdicts = judged(
        *before,
        *everywhere("2", but=dict.fromkeys(ELEVEN, "not_listed")),
        *everywhere("3", but=MISSING),
        *everywhere("5", but=dict.fromkeys(ELEVEN[:6], "not_listed")),
        reading("1", "CN", "not_listed", day=2),
        reading("1", "AF", "not_listed"),
        reading("1", "RU", "unknown"),
        reading("org.thoughtcrime.securesms", "CN", "listed", store="gplay"),
    )
    assert set(verdicts["rule"]) == {rule.id for rule in RULES if rule.id.startswith("store.")}


def test_nothing_in_nothing_out() -> None:
    assert judge_snapshots(empty_table(SnapshotObservation), catalog=CATALOG).schema == table_schema(SnapshotVerdict)

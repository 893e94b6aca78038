from datetime import UTC, datetime

from admittance.catalog import load
from admittance.judge import RULES, judge_stores
from admittance.model.ids import Country, FileId
from admittance.model.observation import StoreObservation
from admittance.model.tables import empty_table, table_of, table_schema
from admittance.model.verdict import StoreVerdict
from admittance.model.vocabulary import Origin

CATALOG = load()
DAY = datetime(2019, 3, 12, tzinfo=UTC)


def row(store: str, app_id: str, country: str, status: str) -> StoreObservation:
    return StoreObservation(
        source="storefronts",
        origin=Origin.MEASURED,
        store=store,
        app_id=app_id,
        app_title=None,
        country=Country(country),
        time=DAY,
        status=status,
        file=FileId("f"),
        offset=0,
        line_sha256="l",
        recorded_at=DAY,
    )


ROWS = [
    row("apple", "874139669", "CN", "listed"),
    row("apple", "874139669", "US", "not_listed"),
    row("apple", "1", "RU", "unknown"),
    row("gplay", "org.thoughtcrime.securesms", "CN", "listed"),
]


def test_each_row_gets_the_state_its_store_can_prove() -> None:
    verdicts = judge_stores(table_of(StoreObservation, ROWS), catalog=CATALOG)
    assert verdicts.schema == table_schema(StoreVerdict)
    told = {
        (line["store"], line["country"]): (line["state"], line["evidence"], line["rule"])
        for line in verdicts.iter_rows(named=True)
    }
    assert told == {
        ("apple", "CN"): ("ok", "scored", "store.listed"),
        ("apple", "US"): ("insufficient", "discarded", "store.absent_once"),
        ("apple", "RU"): ("failed", "none", "store.unread"),
        ("gplay", "CN"): ("insufficient", "none", "store.uninformative"),
    }


def test_apps_are_targets_of_their_subjects() -> None:
    verdicts = judge_stores(table_of(StoreObservation, ROWS), catalog=CATALOG)
    signal = verdicts.filter(verdicts["app_id"] == "874139669")
    assert set(signal["subject"]) == {"signal"}
    assert set(signal["target"]) == {"signal/ios"}


def test_every_store_rule_fires() -> None:
    verdicts = judge_stores(table_of(StoreObservation, ROWS), catalog=CATALOG)
    assert set(verdicts["rule"]) == {rule.id for rule in RULES if rule.id.startswith("store.")}


def test_nothing_in_nothing_out() -> None:
    assert judge_stores(empty_table(StoreObservation), catalog=CATALOG).schema == table_schema(StoreVerdict)

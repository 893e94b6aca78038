import hashlib
from pathlib import Path

import pytest
from msgspec import UNSET

from admittance import documents
from admittance.catalog import Catalog
from admittance.documents import explain, read_text
from admittance.documents.lexicon import lexicon
from admittance.errors import UsageError
from admittance.model.documents import Place

TEXT = "Roskomnadzor blocked Signal on Friday for violating the law."


def test_document_record(catalog: Catalog) -> None:
    document = read_text(TEXT, catalog=catalog, url="https://example.org/a", publisher="reuters", kind="post").doc
    assert document.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (document.kind, document.publisher, document.language) == ("post", "reuters", "en")
    assert lexicon().digest in document.extractor
    assert catalog.version in document.extractor


def test_an_unknown_kind_is_refused(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="poem"):
        read_text(TEXT, catalog=catalog, kind="poem")


def test_explain_names_rule_and_words(catalog: Catalog) -> None:
    reading = read_text(TEXT, catalog=catalog, published="2024-08-10")
    lines = explain(TEXT, reading)
    assert {line.field for line in lines} >= {"type", "time", "mentions.regulator", "mentions.target"}
    assert {line.rule for line in lines} == {"en.block"}
    with pytest.raises(ValueError, match="does not stand"):
        explain("Another text.", reading)


def test_public_names_exist() -> None:
    assert all(hasattr(documents, name) for name in documents.__all__)


def test_every_rule_is_documented_and_unique() -> None:
    root = Path(__file__).parents[2] / "docs"
    page = (root / "explanation" / "documents.md").read_text("utf-8")
    rules = [
        row.rule
        for language in lexicon().languages.values()
        for rows in (language.triggers, language.frames, language.tones)
        for row in rows
    ]
    assert len(rules) == len(set(rules))
    assert [rule for rule in rules if f"`{rule}`" not in page] == []


def test_a_dateline_gives_the_day_and_never_acts(catalog: Catalog) -> None:
    for text, day in (
        ("CARACAS, Aug 9, 2024 - Venezuela's regulator Conatel blocked Signal on Friday.", "2024-08-09"),
        ("MOSCOW, March 4, 2022 - Roskomnadzor blocked Facebook.", "2022-03-04"),
        ("Sept 21, 2022 - Users in Iran could not open WhatsApp on Wednesday.", "2022-09-21"),
    ):
        document = read_text(text, catalog=catalog).doc
        assert (document.published, document.published_basis) == (day, "dateline")
    reading = read_text("BRUSSELS, March 2, 2022 - The EU Council on Wednesday suspended RT in the bloc.", catalog=catalog)
    (action,) = reading.actions
    assert (action.mentions[0].entity, action.place) == ("eu-council", Place(country="EU"))


@pytest.mark.parametrize(
    ("text", "value", "of", "unit"),
    [
        ("工信部对67款应用进行下架。", 67, "apps", UNSET),
        ("工信部要求应用商店下架67款App。", 67, "apps", UNSET),
        ("China's MIIT asked app stores to remove 25 apps on Monday.", 25, "apps", UNSET),
        ("Turkey's BTK on 8 March 2024 blocked four sites.", 4, "targets", UNSET),
        ("北京市网信办对豆瓣处以150万元罚款。", 1_500_000, "money", "CNY"),
        ("Apple was fined 1.8 billion euros by the European Commission.", 1_800_000_000, "money", "EUR"),
        ("Russia's Roskomnadzor fined Google $1,250.50 on Monday.", 1250.5, "money", "USD"),
    ],
)
def test_quantities_are_numbers(catalog: Catalog, text: str, value: float, of: str, unit: str) -> None:
    (action,) = read_text(text, catalog=catalog, published="2024-03-09").actions
    assert action.quantity is not UNSET
    assert [(one.value, one.of, one.unit) for one in action.quantity] == [(value, of, unit)]
    assert (action.aggregate is True) == (of != "money")


def test_the_numbers_of_dates_count_nothing(catalog: Catalog) -> None:
    for text in (
        "Russia's Roskomnadzor on Jan. 12, 2021 ordered operators to block Telegram.",
        "Russia's Roskomnadzor on 5 May 2021 ordered app stores to remove LinkedIn.",
    ):
        (action,) = read_text(text, catalog=catalog).actions
        assert action.quantity is UNSET


def test_no_measurement_tests_registration(catalog: Catalog) -> None:
    text = "New users in Iran could not register on Signal as SMS codes did not arrive on Monday."
    (claim,) = read_text(text, catalog=catalog, published="2022-01-13").network_claims
    assert claim.status == "registration_failing"
    assert claim.testable_with is UNSET


def test_an_unknown_voice_has_no_entity_and_a_class(catalog: Catalog) -> None:
    text = "Signal was blocked in Venezuela on Thursday, according to {}."
    for name, source_class in (
        ("Red sin Muros", "monitor"),
        ("the digital rights group Foro Libre", "monitor"),
        ("the newspaper El Lucero", "publisher"),
        ("Maria Lopez", "expert"),
    ):
        (claim,) = read_text(text.format(name), catalog=catalog, published="2024-08-09").network_claims
        assert [(voice.source, voice.source_class) for voice in claim.attribution] == [(None, source_class)]

"""What reviewers are asked and what their decisions make of a reading."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.documents.review import changed, decided, questions, with_aliases
from admittance.errors import UsageError
from admittance.model.documents import Action, Reading
from admittance.model.ids import EntityId
from admittance.model.review import DecisionKind, ReviewDecision
from admittance.model.vocabulary import Origin

TEXT = (
    "Uganda's communications regulator ordered telecoms operators on Tuesday to block Zapzap until further notice. "
    "Roskomnadzor told the publisher Kuryer to hand over its archive of letters. "
    "Telegram is apparently blocked in Russia, users said."
)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def reading_of(catalog: Catalog) -> Reading:
    return read_text(TEXT, catalog=catalog, published="2021-01-13")


def decision(number: int, kind: DecisionKind, item: str, changes: dict[str, str] | None = None) -> ReviewDecision:
    return ReviewDecision(
        id=f"review-{number}",
        origin=Origin.MEASURED,
        kind=kind,
        item=item,
        document=None,
        changes=msgspec.json.encode(changes or {}).decode(),
        note=None,
        by="ana",
        decided_at=BEGAN + timedelta(minutes=number),
    )


def test_a_name_a_sentence_and_a_hedge_are_asked_about(catalog: Catalog) -> None:
    asked = questions(TEXT, reading_of(catalog), catalog)
    assert [question.kind for question in asked] == ["unknown-name", "unread-sentence", "uncertain-record"]
    for question in asked:
        assert TEXT[question.start :].startswith(question.quote)
    assert asked[0].item == "Zapzap"


def test_the_latest_decision_holds_and_the_extractor_says_so(catalog: Catalog) -> None:
    reading = reading_of(catalog)
    claim = reading.network_claims[0].id
    rejected = decided(reading, [decision(1, DecisionKind.REJECT, claim)])
    assert rejected.network_claims == ()
    assert rejected.actions == reading.actions
    assert rejected.doc.extractor.startswith(f"{reading.doc.extractor}+review.")
    restored = decided(reading, [decision(1, DecisionKind.REJECT, claim), decision(2, DecisionKind.ACCEPT, claim)])
    assert restored == reading
    onset = decided(reading, [decision(1, DecisionKind.CORRECT, claim, {"onset": "2021-01", "country": "BY"})])
    assert onset.network_claims[0].onset.value == "2021-01"
    assert onset.network_claims[0].place.country == "BY"
    assert onset.network_claims[0].evidence == reading.network_claims[0].evidence


def test_an_action_is_corrected_with_its_words_kept(catalog: Catalog) -> None:
    action = reading_of(catalog).actions[0]
    record = changed(action, {"regulator": "ug-gov", "target": "whatsapp", "type": "throttle", "time": ""}, catalog)
    assert isinstance(record, Action)
    assert [(mention.role, mention.entity) for mention in record.mentions[:2]] == [
        ("target", "whatsapp"),
        ("regulator", "ug-gov"),
    ]
    assert (record.type, record.time.value) == ("throttle", None)
    assert record.evidence == action.evidence


@pytest.mark.parametrize(
    "changes",
    [{"evidence": "x"}, {"regulator": "nobody"}, {"time": "soon"}, {"type": "hug"}, {"status": "blocked"}],
)
def test_what_cannot_be_is_refused(catalog: Catalog, changes: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        changed(reading_of(catalog).actions[0], changes, catalog)


def test_an_alias_is_a_name_under_a_catalog_version_of_its_own(catalog: Catalog) -> None:
    named = with_aliases(catalog, [decision(1, DecisionKind.ALIAS, "Zapzap", {"entity": "whatsapp"})])
    assert named.version != catalog.version
    assert "Zapzap" in named.entities[EntityId("whatsapp")].aliases
    action = read_text(TEXT, catalog=named, published="2021-01-13").actions[0]
    assert "whatsapp" in [mention.entity for mention in action.mentions]
    assert with_aliases(catalog, []) is catalog

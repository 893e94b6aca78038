from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from admittance.catalog import Catalog
from admittance.lake import Lake
from admittance.model.ids import Country, SubjectId
from admittance.model.vocabulary import Gate, State
from admittance.surface.headlines import brief, headline, in_full
from admittance.surface.queries import Card, cards
from tests.surface.conftest import ended_episode


@pytest.fixture(scope="module")
def silent(measured_lake: Path, catalog: Catalog) -> Card:
    (card,) = cards(Lake.open(measured_lake).snapshot(), catalog, SubjectId("signal"), Country("DE"))
    return card


def copies(card: Card, *codes: str) -> list[Card]:
    return [msgspec.structs.replace(card, country=Country(code)) for code in codes]


def test_a_few_cards_are_all_shown_in_full(silent: Card) -> None:
    few = copies(silent, "AA", "BB", "CC")
    assert in_full(few) == few
    assert brief(few) == []


def test_of_many_only_those_with_something_to_tell_are(silent: Card) -> None:
    many = copies(silent, "AA", "BB", "CC", "DD", "EE", "FF")
    told = msgspec.structs.replace(many[3].gates[0], episodes=(ended_episode(),))
    many[3] = msgspec.structs.replace(many[3], gates=(told, *many[3].gates[1:]))
    working = msgspec.structs.replace(many[5].gates[0], state=State.OK)
    many[5] = msgspec.structs.replace(many[5], gates=(working, *many[5].gates[1:]))
    assert [card.country for card in in_full(many)] == ["DD"]
    (first, silent_countries), (second, working_countries) = brief(many)
    assert silent_countries == ["AA", "BB", "CC", "EE"]
    assert first.startswith("Network: insufficient data")
    assert working_countries == ["FF"]
    assert second.startswith("Network: working")


def test_headlines_say_since_or_as_of(silent: Card) -> None:
    time = datetime(2021, 3, 15, 4, tzinfo=UTC)
    line = msgspec.structs.replace(silent.gates[0], as_of=time)
    assert headline(line) == "Network: insufficient data"
    assert headline(msgspec.structs.replace(line, state=State.OK)) == "Network: working as of 2021-03-15"
    blocked = msgspec.structs.replace(line, state=State.BLOCKED, since=time)
    assert headline(blocked) == "Network: blocked since 2021-03-15"
    unbounded = msgspec.structs.replace(blocked, since_latest=time)
    assert headline(unbounded) == "Network: blocked since 2021-03-15 or before"
    absent = msgspec.structs.replace(unbounded, gate=Gate.STORE, part="apple", state=State.LIKELY_BLOCKED)
    assert headline(absent) == "App Store: not listed here, though listed elsewhere, since 2021-03-15 or before"
    store = msgspec.structs.replace(line, gate=Gate.STORE, part="apple", state=State.OK)
    assert headline(store) == "App Store: listed as of 2021-03-15"

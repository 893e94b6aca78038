import json

import msgspec
import pytest

from admittance.model.documents import Factuality, Granularity, Modality, Place, Span, Time, TimeBasis


def test_absent_and_not_stated_differ() -> None:
    absent = Factuality(polarity="affirmed", modality=Modality.EXECUTED, certainty="certain")
    stated = Factuality(polarity="affirmed", modality=Modality.EXECUTED, certainty="certain", hedge=None)
    assert "hedge" not in json.loads(msgspec.json.encode(absent))
    assert json.loads(msgspec.json.encode(stated))["hedge"] is None


def test_structs_are_frozen() -> None:
    span = Span(start=0, end=2, quote="ab")
    with pytest.raises(AttributeError):
        span.start = 1  # type: ignore[misc]


def test_round_trip() -> None:
    time = Time(value="2021-03-18", granularity=Granularity.DAY, basis=TimeBasis.EXPLICIT)
    assert msgspec.json.decode(msgspec.json.encode(time), type=Time) == time
    place = Place(country="CN")
    assert msgspec.json.decode(msgspec.json.encode(place), type=Place) == place

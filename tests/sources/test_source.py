"""The list of sources and what is selected."""

from datetime import UTC, datetime

import pytest

from admittance.errors import UsageError
from admittance.model.ids import Country
from admittance.sources import SOURCES, Selection, source_named


def test_a_source_is_found_by_its_name() -> None:
    assert [source_named(source.name) for source in SOURCES] == list(SOURCES)
    assert len({source.name for source in SOURCES}) == len(SOURCES)


def test_a_parser_names_its_source_and_version() -> None:
    assert all(
        source.parser.partition("/")[0] == source.name and source.parser.partition("/")[2].isdecimal() for source in SOURCES
    )


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(UsageError, match="ooni, ooni-observations, censored-planet, storefronts"):
        source_named("oni")


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        (Selection(), True),
        (Selection(countries=frozenset({"KE"})), True),
        (Selection(countries=frozenset({"TZ"})), False),
        (Selection(tests=frozenset({"signal"})), False),
        (Selection(since=datetime(2023, 11, 8, tzinfo=UTC)), True),
        (Selection(since=datetime(2023, 11, 8, 0, 0, 1, tzinfo=UTC)), False),
        (Selection(until=datetime(2023, 11, 8, tzinfo=UTC)), False),
        (Selection(until=datetime(2023, 11, 8, 0, 0, 1, tzinfo=UTC)), True),
    ],
)
def test_bounds_include_the_start_and_exclude_the_end(selection: Selection, wanted: bool) -> None:
    time = datetime(2023, 11, 8, tzinfo=UTC)
    assert selection.wants(country=Country("KE"), test_name="telegram", time=time) is wanted


def test_records_without_a_test_are_not_filtered_by_test() -> None:
    selection = Selection(tests=frozenset({"signal"}))
    assert selection.wants(country=Country("KE"), test_name=None, time=datetime(2023, 11, 8, tzinfo=UTC))

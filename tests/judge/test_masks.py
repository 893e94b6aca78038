from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from admittance.judge.masks import HELPERS, MASKS, Helper, Mask

SINCE = datetime(2023, 11, 1, tzinfo=UTC)
FAULT = Mask(
    id="a.fault",
    test="signal",
    below="0.2.4",
    since=SINCE,
    kinds=("certificate",),
    hosts=("a.example",),
    meaning="A fault.",
    reference="https://example.org/",
)
COVERED = {
    "test_name": "signal",
    "test_version": "0.2.3",
    "time": SINCE,
    "asked_host": "a.example",
    "kind": "certificate",
    "works": False,
}


def covers(**changes: object) -> bool:
    table = pl.DataFrame([COVERED | changes], schema_overrides={"test_version": pl.String})
    return bool(table.select(FAULT.covers()).item())


def test_a_fault_covers_its_own_kind_of_failure() -> None:
    assert covers()


@pytest.mark.parametrize(
    "changes",
    [
        {"test_name": "telegram"},
        {"test_version": "0.2.4"},
        {"test_version": "0.10.0"},
        {"test_version": "1.0"},
        {"test_version": None},
        {"test_version": "unknown"},
        {"time": SINCE - timedelta(seconds=1)},
        {"asked_host": "b.example"},
        {"kind": "reset"},
        {"works": True},
    ],
)
def test_and_nothing_else(changes: dict[str, object]) -> None:
    assert not covers(**changes)


@pytest.mark.parametrize("version", ["0.2", "0.1.9", "0.2.3-beta", "0.0.12"])
def test_versions_are_compared_as_numbers(version: str) -> None:
    assert covers(test_version=version)


BLIND = Helper(
    id="a.helper",
    test="signal",
    below="0.2.4",
    until=SINCE,
    kinds=("certificate",),
    meaning="A helper.",
    reference="https://example.org/",
)


@pytest.mark.parametrize(
    ("changes", "blind"),
    [
        ({"time": SINCE - timedelta(seconds=1)}, True),
        ({"time": SINCE}, False),
        ({"time": SINCE - timedelta(days=9), "test_name": "telegram"}, False),
        ({"time": SINCE - timedelta(days=9), "test_version": "0.2.4"}, False),
        ({"time": SINCE - timedelta(days=9), "kind": "reset"}, False),
        ({"time": SINCE - timedelta(days=9), "kind": None, "works": True}, False),
    ],
)
def test_a_helper_is_blind_to_its_own_kind_of_failure_until_a_day(changes: dict[str, object], blind: bool) -> None:
    table = pl.DataFrame([COVERED | changes], schema_overrides={"kind": pl.String})
    assert table.select(BLIND.blind_to()).item() is blind


def test_every_helper_says_where_it_is_described() -> None:
    assert [helper.id for helper in HELPERS if not helper.reference.startswith("https://")] == []


def test_every_fault_says_where_it_is_described() -> None:
    assert len({mask.id for mask in MASKS}) == len(MASKS)
    for mask in MASKS:
        assert mask.reference.startswith("https://"), mask.id
        assert mask.kinds or mask.hosts, mask.id

"""How long facts took, and how fast bytes came in."""

import json

import msgspec
import pytest

from admittance.sources.ooni.timings import milliseconds, receiving


@pytest.mark.parametrize(
    ("begun", "ended", "taken"),
    [
        (1.0, 1.25, 250),
        (0, 0, 0),
        (None, 1.0, None),
        (1.0, None, None),
        (2.0, 1.0, None),
        (0.0, 1e300, None),
        (-1e300, 1.0, None),
    ],
)
def test_a_duration_is_whole_milliseconds_or_nothing(begun: float | None, ended: float | None, taken: int | None) -> None:
    assert milliseconds(begun, ended) == taken


def counts(*told: tuple[float, int], transaction: int = 7, operation: str = "bytes_received_cumulative") -> msgspec.Raw:
    return msgspec.Raw(
        json.dumps([{"operation": operation, "num_bytes": n, "t": t, "transaction_id": transaction} for t, n in told]).encode()
    )


def test_bytes_are_those_between_the_first_count_of_the_request_and_the_last() -> None:
    events = counts((0.5, 4_000), (1.2, 5_000), (3.0, 9_000), (6.0, 25_000), (7.0, 25_000))
    assert receiving(events, 7, None, 1.0, 8.0) == (20_000, 4_800)


def test_what_came_at_once_took_no_time() -> None:
    assert receiving(counts((0.5, 4_000), (8.0, 90_000)), 7, None, 1.0, 9.0) == (0, 0)


def test_reads_are_counted_where_nothing_else_is() -> None:
    reads = [(0.5, 4_000), (1.2, 1_000), (3.0, 4_000), (6.0, 16_000)]
    assert receiving(counts(*reads, operation="read"), 7, None, 1.0, 8.0) == (20_000, 4_800)


def test_a_connection_without_a_number_is_known_by_its_endpoint() -> None:
    told = [{"operation": "read", "num_bytes": 2_000, "t": t, "address": "192.0.2.1:443"} for t in (2.0, 3.0, 9.0)]
    told += [{"operation": "read", "num_bytes": 70_000, "t": 4.0, "address": "192.0.2.2:443"}]
    assert receiving(msgspec.Raw(json.dumps(told).encode()), None, "192.0.2.1:443", 1.0, 9.5) == (4_000, 7_000)


@pytest.mark.parametrize(
    "events",
    [
        msgspec.Raw(b"null"),
        msgspec.Raw(b"[]"),
        counts((2.0, 5_000), transaction=8),
        counts((2.0, 5_000), operation="read"),
        counts((9.0, 5_000)),
    ],
)
def test_what_is_not_counted_is_not_known(events: msgspec.Raw) -> None:
    assert receiving(events, 7, None, 1.0, 8.0) == (None, None)


def test_a_connection_without_a_number_is_not_told_from_others() -> None:
    assert receiving(counts((2.0, 5_000), (3.0, 9_000)), None, None, 1.0, 8.0) == (None, None)


@pytest.mark.parametrize(
    "events", [b'{"t": 1}', b'["x"]', b'[{"t": "soon"}]', b'[{"num_bytes": 1e300}]', b'[{"num_bytes": -9}]']
)
def test_events_of_another_make_count_nothing(events: bytes) -> None:
    assert receiving(msgspec.Raw(events), 7, None, 1.0, 8.0) == (None, None)

"""How long facts took, and how fast bytes came in: taken from events only where a fact took long, so that others pay nothing.

Since web_connectivity 0.5 every connection has a number (`transaction_id`), and the bytes that it received are counted on the
way: in each `read`, of which the first 64 events of a connection are kept, and since 0.5.24 all of them from time to time
(`bytes_received_cumulative`). A connection without a number is known by its endpoint. See OONI's note on measuring throttling
(probe-cli, design document 7).
"""

from itertools import accumulate

import msgspec

from admittance.sources.ooni.records import Count

__all__ = ["LONG", "milliseconds", "receiving"]

LONG = 5.0
"""Seconds from which a request is looked at more closely."""

COUNTED, READ = "bytes_received_cumulative", "read"
LEAST_READS = 2
LONGEST = 10**9  # milliseconds, eleven days: more is no duration


class Event(msgspec.Struct, gc=False):
    """One event of a connection: what it counts and when, in seconds since the start of the test."""

    operation: str | None = None
    num_bytes: Count | None = None
    t: float | None = None
    address: str | None = None
    transaction_id: int | None = None


_DECODE = msgspec.json.Decoder(list[Event] | None).decode


def milliseconds(begun: float | None, ended: float | None) -> int | None:
    """The time between two moments in seconds; null where one is missing or they are no duration."""
    if begun is None or ended is None:
        return None
    taken = (ended - begun) * 1000
    return round(taken) if -0.5 <= taken <= LONGEST else None


def receiving(
    events: msgspec.Raw, transaction: int | None, endpoint: str | None, begun: float, ended: float
) -> tuple[int | None, int | None]:
    """Bytes that a connection received between its first and its last count of a request, and the milliseconds between these.

    Null where the record does not count them, or counts in another way: events are beside the facts, which stand without them.
    What the first count holds came at once, whatever the server did before.
    """
    if not transaction and endpoint is None:
        return None, None
    try:
        told = _DECODE(events) or []
    except msgspec.ValidationError:
        return None, None
    own = [event for event in told if (event.transaction_id == transaction if transaction else event.address == endpoint)]
    counts = _counts(own, COUNTED)
    if not counts:
        reads = _counts(own, READ)
        counts = [(when, total) for (when, _), total in zip(reads, accumulate(count for _, count in reads), strict=True)]
        if len(counts) < LEAST_READS:
            return None, None
    before = max((count for when, count in counts if when <= begun), default=0)
    during = [(when, count) for when, count in counts if begun < when <= ended and count > before]
    if not during:
        return None, None
    (first, least), (_, most) = during[0], during[-1]
    last = next(when for when, count in during if count == most)
    # A connection that went on waiting received nothing more: what did not come is no slower.
    return max(0, most - least), milliseconds(first, last)


def _counts(events: list[Event], operation: str) -> list[tuple[float, int]]:
    """Moments and numbers of bytes of one operation, in the order of time."""
    return sorted(
        (event.t, event.num_bytes)
        for event in events
        if event.operation == operation and event.t is not None and event.num_bytes
    )

"""Tests that reveal machines on the path: http_invalid_request_line and http_header_field_manipulation.

Both talk to a helper that says what reached it. A fact's operation is `tampered` when that differs from what was sent, followed
by the ways in which, where the record names them. What came back instead is not kept: it may name the probe's address.
"""

from collections.abc import Sequence
from itertools import zip_longest

import msgspec

from admittance.model.vocabulary import Layer
from admittance.sources.ooni.parts import Outcome, OwnForm, Part
from admittance.sources.ooni.records import Base64Data, Envelope, Failure, Request, TestKeys
from admittance.sources.urls import Place, place_of_endpoint

__all__ = ["HTTP_HEADER_FIELD_MANIPULATION", "HTTP_INVALID_REQUEST_LINE"]

TAMPERED = "tampered"
UNNAMED_HELPER = Place(None, "ooni", None, False)
"""Who was asked where the record does not name the helper."""


class Helper(msgspec.Struct, gc=False):
    """A helper as newer records name it."""

    address: str | None = None


class HelpedLine(Envelope, gc=False):
    """A line that names its helpers."""

    test_helpers: dict[str, str | Helper | None] | None = None


class RequestLineKeys(msgspec.Struct, gc=False):
    """What was sent and what came back, one after the other."""

    sent: list[str | Base64Data | None] | None = None
    received: list[str | Base64Data | None] | None = None
    failure_list: list[Failure] | None = None


class InvalidRequestLine(HelpedLine, gc=False):
    """A line of the test http_invalid_request_line."""

    test_keys: RequestLineKeys | None = None


def _invalid_request_line_parts(line: InvalidRequestLine, asked: Place | None) -> Sequence[Part]:
    keys, place = line.test_keys, _helper_of(line) or UNNAMED_HELPER
    if keys is None:
        return ()
    outcomes = []
    for sent, received, failure in zip_longest(keys.sent or (), keys.received or (), keys.failure_list or ()):
        if sent is None:
            continue
        tampered = not failure and received != sent
        outcomes.append(
            Outcome(
                layer=Layer.HTTP,
                hostname=None if place.bare or place is UNNAMED_HELPER else place.host,
                address=place.host if place.bare else None,
                port=place.port or 80,
                failure=failure,
                operation=TAMPERED if tampered else None,
            )
        )
    return (Part(keys=TestKeys(), asked=place, outcomes=tuple(outcomes)),)


HTTP_INVALID_REQUEST_LINE = OwnForm(InvalidRequestLine, _invalid_request_line_parts)


class HeaderFieldKeys(msgspec.Struct, gc=False):
    """The request and in which ways it was changed; `header_name_diff` lists names and is no flag."""

    requests: list[Request] | None = None
    tampering: dict[str, bool | list[str] | None] | None = None


class HeaderFieldLine(HelpedLine, gc=False):
    """A line of the test http_header_field_manipulation."""

    test_keys: HeaderFieldKeys | None = None


def _header_field_parts(line: HeaderFieldLine, asked: Place | None) -> Sequence[Part]:
    keys = line.test_keys
    if keys is None:
        return ()
    ways = sorted(name for name, changed in (keys.tampering or {}).items() if changed is True)
    operation = " ".join((TAMPERED, *ways)) if ways else None
    return (Part(keys=TestKeys(requests=keys.requests), asked=_helper_of(line), operation=operation),)


HTTP_HEADER_FIELD_MANIPULATION = OwnForm(HeaderFieldLine, _header_field_parts)


def _helper_of(line: HelpedLine) -> Place | None:
    helper = (line.test_helpers or {}).get("backend")
    address = helper.address if isinstance(helper, Helper) else helper
    return place_of_endpoint(address) if address else None

"""Values that every OONI table spells alike, read strictly."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from admittance.model.ids import Asn, Country

__all__ = ["InvalidRecord", "read_asn", "read_country", "read_port", "read_time"]

_COUNTRY = re.compile(r"[A-Z]{2}")
_ASN = re.compile(r"(?:AS)?(\d{1,10})", re.IGNORECASE)
_LARGEST_ASN = 2**32 - 1
_LARGEST_PORT = 65_535
_PORT_DIGITS = len(str(_LARGEST_PORT))
UNKNOWN_COUNTRY = Country("ZZ")
SHORTEST_TIME = len("2020-01-01 00:00:00")


class InvalidRecord(Exception):  # noqa: N818 - caught where the line becomes a reject; never leaves a source
    """A field holds what it must not; the message names the field."""


def read_time(field: str, text: str) -> datetime:
    """A moment in UTC; a text without a zone is UTC. Raises `InvalidRecord`."""
    try:
        if len(text) == SHORTEST_TIME and text[13] == text[16] == ":":
            return datetime.fromisoformat(f"{text}+00:00")
        moment = datetime.fromisoformat(text) if len(text) >= SHORTEST_TIME else None
        if moment is not None:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidRecord(f"{field}: no moment in time: {text[:40]!r}") from error
    raise InvalidRecord(f"{field}: no moment in time: {text[:40]!r}")


@lru_cache(maxsize=1_024)
def read_country(field: str, text: str | None) -> Country:
    """An upper-case code; `ZZ` when the record does not say. Raises `InvalidRecord`."""
    if not text:
        return UNKNOWN_COUNTRY
    code = text.upper()
    if not _COUNTRY.fullmatch(code):
        raise InvalidRecord(f"{field}: no two-letter country: {text[:40]!r}")
    return Country(code)


@lru_cache(maxsize=65_536)
def read_asn(field: str, value: str | int | None) -> Asn:
    """`AS123`, `123` and 123 as 123; 0 when the record does not say. Raises `InvalidRecord`."""
    if value is None or value == "":
        return Asn(0)
    if isinstance(value, int):
        number = value
    else:
        match = _ASN.fullmatch(value)
        number = int(match.group(1)) if match else -1
    if not 0 <= number <= _LARGEST_ASN:
        raise InvalidRecord(f"{field}: no AS number: {str(value)[:40]!r}")
    return Asn(number)


@lru_cache(maxsize=1_024)
def read_port(field: str, value: int | str | None) -> int | None:
    """A port as a number; null when the record does not say. Raises `InvalidRecord`."""
    if value is None or value == "":
        return None
    number = value
    if isinstance(number, str):
        number = int(number) if number.isdecimal() and len(number) <= _PORT_DIGITS else -1
    if 0 <= number <= _LARGEST_PORT:
        return number
    raise InvalidRecord(f"{field}: no port: {str(value)[:40]!r}")

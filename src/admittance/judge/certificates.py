"""What a refused certificate says of itself: who issued it, and from when on it holds. Enough of X.509 (RFC 5280) for that."""

from datetime import UTC, datetime
from typing import NamedTuple

import polars as pl

from admittance.model.tables import TIME

__all__ = ["Certificate", "certificate_of", "issuers_of"]

LONGEST_NAME = 400  # characters
MOST_PARTS = 20
SEQUENCE, SET, IDENTIFIER, VERSION = 0x30, 0x31, 0x06, 0xA0
UTC_TIME, GENERALIZED_TIME, BMP_STRING = 0x17, 0x18, 0x1E
KINDS = {b"\x55\x04\x03": "CN", b"\x55\x04\x0a": "O", b"\x55\x04\x0b": "OU"}
"""Object identifiers of the parts of a name that are named."""


class Certificate(NamedTuple):
    """Issuer as `CN=…, O=…` in the order of the certificate, other parts without their kind, and the begin of validity, UTC."""

    issuer: str
    not_before: datetime | None


class _Element(NamedTuple):
    tag: int
    begin: int
    end: int


def certificate_of(content: bytes) -> Certificate | None:
    """What a certificate in DER says; null for what is none."""
    try:
        certificate = _element(content, 0, len(content), SEQUENCE)
        signed = _element(content, certificate.begin, certificate.end, SEQUENCE)
        element = _element(content, signed.begin, signed.end)
        if element.tag == VERSION:
            element = _element(content, element.end, signed.end)  # the serial number
        algorithm = _element(content, element.end, signed.end, SEQUENCE)
        issuer = _element(content, algorithm.end, signed.end, SEQUENCE)
        validity = _element(content, issuer.end, signed.end, SEQUENCE)
        return Certificate(_name(content, issuer), _moment(content, _element(content, validity.begin, validity.end)))
    except ValueError:
        return None


def issuers_of(bodies: pl.DataFrame) -> pl.DataFrame:
    """Of distinct bodies those that are certificates: `certificate_sha256`, `issuer` and `not_before`."""
    read = [(sha256, certificate_of(content)) for sha256, content in bodies.select("body_sha256", "content").iter_rows()]
    return pl.DataFrame(
        [(sha256, *certificate) for sha256, certificate in read if certificate is not None],
        schema={"certificate_sha256": pl.String, "issuer": pl.String, "not_before": TIME},
        orient="row",
    )


def _element(content: bytes, begin: int, end: int, tag: int | None = None) -> _Element:
    """The element that begins at a place. Raises `ValueError` for one that is cut off, overlong or of another tag."""
    if begin + 2 > end or (tag is not None and content[begin] != tag):
        raise ValueError(f"no element of tag {tag} at {begin}")
    length, start = content[begin + 1], begin + 2
    if length >= 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4 or start + octets > end:
            raise ValueError(f"no length at {begin}")
        length, start = int.from_bytes(content[start : start + octets]), start + octets
    if start + length > end:
        raise ValueError(f"an element at {begin} is cut off")
    return _Element(content[begin], start, start + length)


def _name(content: bytes, name: _Element) -> str:
    parts: list[str] = []
    place = name.begin
    while place < name.end and len(parts) < MOST_PARTS:
        several = _element(content, place, name.end, SET)
        part = _element(content, several.begin, several.end, SEQUENCE)
        kind = _element(content, part.begin, part.end, IDENTIFIER)
        value = _element(content, kind.end, part.end)
        text = content[value.begin : value.end].decode("utf-16-be" if value.tag == BMP_STRING else "utf-8", "replace")
        named = KINDS.get(content[kind.begin : kind.end])
        parts.append(f"{named}={text}" if named else text)
        place = several.end
    return ", ".join(parts)[:LONGEST_NAME]


def _moment(content: bytes, element: _Element) -> datetime | None:
    text = content[element.begin : element.end].decode("ascii", "replace")
    if element.tag == UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text  # RFC 5280, 4.1.2.5.1
    elif element.tag != GENERALIZED_TIME:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None

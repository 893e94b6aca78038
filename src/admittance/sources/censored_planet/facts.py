"""Facts of one measurement before they are laid into tables, and what of an answered page goes into them."""

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from admittance.catalog.hosts import is_address
from admittance.model.ids import Asn, Country
from admittance.model.vocabulary import Control, Layer
from admittance.sources.censored_planet.records import Page
from admittance.sources.fields import InvalidRecord
from admittance.sources.pages import BODY_BYTES, title_of
from admittance.sources.scrubbing import without_address_in_bytes
from admittance.sources.urls import Place, place_of_url

__all__ = [
    "MATCHED",
    "MISMATCHED",
    "MOST_FACTS",
    "OTHER_HANDSHAKE",
    "Answer",
    "RemoteFact",
    "RemoteMeasurement",
    "answer_of",
    "asked_place",
    "certificate_sha256",
    "names_host",
    "vantage_name",
]

MOST_FACTS = 2_000  # of one measurement; real ones have below twenty

MATCHED = "matched"
MISMATCHED = "mismatched"
OTHER_HANDSHAKE = "other_handshake"
"""What a fact's `operation` says where something was answered: as usual, otherwise, with another handshake. Where a round trip
failed it is the stage."""

_VANTAGE_DIGITS = 16
_STATUS = re.compile(r"(?:HTTP/\d(?:\.\d)? )?(\d{3})\b")
_RAW_STATUS = re.compile(r"HTTP/\d(?:\.\d)? \d{3}\b")
_END_OF_HEADERS = re.compile(r"\r?\n\r?\n")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*(.{0,2000})")
_MOST_HEADERS = 200


class RemoteFact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact; each field is the column of that name of a network observation."""

    layer: Layer
    hostname: str | None  # the name that was sent; null where a control's is not recorded
    address: str | None = None  # of an answer that was followed; never the vantage's
    port: int | None = None
    failure: str | None = None
    operation: str | None = None
    milliseconds: int | None = None
    query_type: str | None = None
    engine: str | None = None
    answers: str | None = None
    answer_networks: str | None = None
    server_name: str | None = None
    certificate_valid: bool | None = None
    certificate_sha256: str | None = None
    url: str | None = None
    status_code: int | None = None
    body_length: int | None = None
    body_truncated: bool | None = None
    body_sha256: str | None = None
    title: str | None = None
    location: str | None = None
    header_names: str | None = None
    server: str | None = None


class RemoteMeasurement(msgspec.Struct, frozen=True, kw_only=True):
    """One vantage asked about one name."""

    test_name: str
    test_version: str
    report_id: str  # the scan
    vantage: str  # a name for it, see `vantage_name`
    country: Country
    network: Asn
    time: datetime
    input: str
    asked_host: str
    asked_scheme: str | None
    control: Control
    facts: tuple[RemoteFact, ...]
    bodies: Mapping[str, bytes]
    control_failure: str | None = None
    control_answers: str | None = None
    control_answer_networks: str | None = None
    flaw: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What of a page goes into a fact, and its body."""

    columns: Mapping[str, object]
    body: bytes
    certificate: bytes | None


def vantage_name(address: str) -> str:
    """A name for a vantage by which distinct ones are counted, so that its address stands in no table.

    It is no secret: whoever has the published line has the address. Raises `InvalidRecord` for what is no address.
    """
    if not is_address(address):
        raise InvalidRecord(f"the vantage is no address: {address[:40]!r}")
    digest = hashlib.sha256(f"censored-planet {address.strip('[]').lower()}".encode()).hexdigest()
    return f"vantage:{digest[:_VANTAGE_DIGITS]}"


def asked_place(field: str, text: str) -> Place:
    """The host of a name or URL that was tested. Raises `InvalidRecord`."""
    place = place_of_url(text, assume_http=True)
    if place is None:
        raise InvalidRecord(f"{field}: no host: {text[:80]!r}")
    return place


def answer_of(received: Page | str | None, *, vantage: str) -> Answer | None:
    """The page of a round trip, parsed or as it came over the wire; null where nothing was received.

    The vantage's own address, which notices like to name, is cut out of the body. The length is that of the body as recorded.
    """
    if received is None or received == "":
        return None
    certificate: bytes | None = None
    if isinstance(received, str):
        status_line, headers, text = _parsed(received)
    else:
        status_line, headers, text = received.status_line or "", _headers(received), received.body or ""
        certificate = _certificate(received)
        if not (status_line or headers or text):
            return None
    status = _STATUS.match(status_line)
    body = text.encode("utf-8", "replace")
    length = len(body)
    body = without_address_in_bytes(body[:BODY_BYTES], vantage)
    columns: dict[str, object] = {
        "status_code": int(status.group(1)) if status else None,
        "body_length": length,
        "title": title_of(text[:BODY_BYTES]) if text else None,
        "location": headers.get("location"),
        "header_names": " ".join(sorted(headers)) or None,
        "server": headers.get("server"),
        "body_sha256": hashlib.sha256(body).hexdigest() if body else None,
    }
    return Answer(columns=columns, body=body, certificate=certificate)


def _parsed(raw: str) -> tuple[str, dict[str, str], str]:
    """Status line, headers and body of what may be an answer over HTTP; else all of it is body."""
    if not _RAW_STATUS.match(raw):
        return "", {}, raw
    end = _END_OF_HEADERS.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, "")
    status_line, *lines = head.split("\n")
    headers: dict[str, str] = {}
    for line in lines[:_MOST_HEADERS]:
        match = _HEADER.fullmatch(line.rstrip("\r"))
        if match:
            headers.setdefault(match.group(1).lower(), match.group(2))
    return status_line, headers, body


def _headers(page: Page) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in list((page.headers or {}).items())[:_MOST_HEADERS]:
        text = value if isinstance(value, str) else value[0] if value else ""
        found.setdefault(name.lower()[:100], text[:2000])
    return found


def _certificate(page: Page) -> bytes | None:
    """The leaf of the handshake in DER; null where none is recorded or it is no base64."""
    text = page.tls.cert if page.tls is not None else page.certificate
    if isinstance(text, list):
        text = text[0] if text else None
    try:
        return base64.b64decode(text, validate=True) or None if text else None
    except ValueError:
        return None


def certificate_sha256(certificate: bytes | None) -> str | None:
    """The hash by which a certificate is known; null for none."""
    return hashlib.sha256(certificate).hexdigest() if certificate else None


def names_host(certificate: bytes, host: str) -> bool:
    """Whether a certificate in DER holds the name of a host, itself or as a wildcard, wherever in it.

    Who finds none knows that the certificate is another site's; a name that is found proves nothing, for nobody checked who
    signed it.
    """
    lower = certificate.lower()
    parent = host.partition(".")[2]
    names = [host, f"*.{parent}"] if "." in parent else [host]
    return any(name.encode("ascii", "replace") in lower for name in names)

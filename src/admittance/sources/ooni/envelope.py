"""From the envelope of a raw line to the fields of a measurement, strictly."""

import hashlib
import re
from datetime import UTC, datetime

import msgspec

from admittance.model.ids import Asn, Country, MeasurementUid
from admittance.model.vocabulary import Arm, Origin
from admittance.sources.ooni.records import Envelope

__all__ = ["Identity", "InvalidRecord", "identity_of", "read_asn", "read_country", "read_time"]

_COUNTRY = re.compile(r"[A-Z]{2}")
_ASN = re.compile(r"(?:AS)?(\d{1,10})", re.IGNORECASE)
_LARGEST_ASN = 2**32 - 1
UNKNOWN_COUNTRY = Country("ZZ")
SHORTEST_TIME = len("2020-01-01 00:00:00")


class InvalidRecord(Exception):  # noqa: N818 - caught where the line becomes a reject; never leaves this source
    """A field holds what it must not; the message names the field."""


class Identity(msgspec.Struct, gc=False):
    """Who measured what, where and when, as every table wants it."""

    origin: Origin
    measurement_uid: MeasurementUid
    test_name: str
    test_version: str
    report_id: str
    probe_id: str | None
    country: Country
    network: Asn
    resolver_network: Asn | None
    arm: Arm
    time: datetime
    input: str | None
    software: str | None
    platform: str | None


def identity_of(line: Envelope) -> Identity:
    """The envelope's fields, validated. Raises `InvalidRecord` naming the field that cannot be used."""
    if not line.test_name:
        raise InvalidRecord("test_name: missing")
    if not line.measurement_start_time:
        raise InvalidRecord("measurement_start_time: missing")
    time = read_time("measurement_start_time", line.measurement_start_time)
    given = line.input
    if isinstance(given, list):
        given = given[0] if len(given) == 1 else msgspec.json.encode(given).decode() if given else None
    annotations = line.annotations
    return Identity(
        origin=_origin(annotations.admittance_origin if annotations else None),
        measurement_uid=_measurement_uid(line, given or ""),
        test_name=line.test_name,
        test_version="" if line.test_version is None else str(line.test_version),
        report_id=line.report_id or "",
        probe_id=line.probe_id or None,
        country=read_country("probe_cc", line.probe_cc),
        network=read_asn("probe_asn", line.probe_asn),
        resolver_network=read_asn("resolver_asn", line.resolver_asn) or None,
        arm=_arm(annotations.admittance_arm if annotations else None),
        time=time,
        input=given or None,
        software=" ".join(part for part in (line.software_name, line.software_version) if part) or None,
        platform=(annotations.platform or None) if annotations else None,
    )


def read_time(field: str, text: str) -> datetime:
    """A moment in UTC; a text without a zone is UTC. Raises `InvalidRecord`."""
    try:
        moment = datetime.fromisoformat(text) if len(text) >= SHORTEST_TIME else None
        if moment is not None:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidRecord(f"{field}: no moment in time: {text[:40]!r}") from error
    raise InvalidRecord(f"{field}: no moment in time: {text[:40]!r}")


def read_country(field: str, text: str | None) -> Country:
    """An upper-case code; `ZZ` when the record does not say. Raises `InvalidRecord`."""
    if not text:
        return UNKNOWN_COUNTRY
    code = text.upper()
    if not _COUNTRY.fullmatch(code):
        raise InvalidRecord(f"{field}: no two-letter country: {text[:40]!r}")
    return Country(code)


def read_asn(field: str, value: str | int | None) -> Asn:
    """`AS123`, `123` and 123 as 123; 0 when the record does not say. Raises `InvalidRecord`."""
    if value is None or value == "":
        return Asn(0)
    match = _ASN.fullmatch(str(value))
    number = int(match.group(1)) if match else -1
    if not 0 <= number <= _LARGEST_ASN:
        raise InvalidRecord(f"{field}: no AS number: {str(value)[:40]!r}")
    return Asn(number)


def _measurement_uid(line: Envelope, given: str) -> MeasurementUid:
    if line.measurement_uid:
        return MeasurementUid(line.measurement_uid)
    if not line.report_id:
        raise InvalidRecord("report_id: missing, and there is no measurement_uid either")
    named = "\n".join((line.report_id, given, line.measurement_start_time or ""))
    return MeasurementUid(f"hash:{hashlib.sha256(named.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}")


def _origin(text: str | None) -> Origin:
    if text is None:
        return Origin.MEASURED
    try:
        return Origin(text)
    except ValueError as error:
        raise InvalidRecord(f"annotations.admittance_origin: must be measured or simulated, not {text[:40]!r}") from error


def _arm(text: str | None) -> Arm:
    if text is None:
        return Arm.DIRECT
    try:
        return Arm(text)
    except ValueError as error:
        raise InvalidRecord(f"annotations.admittance_arm: must be one of {', '.join(Arm)}, not {text[:40]!r}") from error

"""From the envelope of a raw line to the fields of a measurement, strictly."""

import hashlib
from datetime import datetime
from functools import lru_cache

import msgspec

from admittance.model.ids import Asn, Country, MeasurementUid
from admittance.model.vocabulary import Arm, Origin
from admittance.sources.fields import InvalidRecord, read_asn, read_country, read_time
from admittance.sources.ooni.records import Envelope

__all__ = ["Identity", "identity_of"]


class Identity(msgspec.Struct, gc=False):
    """Who measured what, where and when, as every table wants it."""

    origin: str
    measurement_uid: MeasurementUid
    test_name: str
    test_version: str
    report_id: str
    probe_id: str | None
    country: Country
    network: Asn
    resolver_network: Asn | None
    arm: str
    time: datetime
    input: str | None
    software: str | None
    platform: str | None


def identity_of(line: Envelope) -> Identity:
    """The envelope's fields, validated. Raises `InvalidRecord` naming the field that cannot be used."""
    if not line.test_name:
        raise InvalidRecord("test_name: missing")
    if line.measurement_start_time:
        time = read_time("measurement_start_time", line.measurement_start_time)
    elif line.test_start_time:
        time = read_time("test_start_time", line.test_start_time)
    else:
        raise InvalidRecord("measurement_start_time: missing, and there is no test_start_time either")
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
        software=_software(line.software_name, line.software_version),
        platform=(annotations.platform or None) if annotations else None,
    )


def _measurement_uid(line: Envelope, given: str) -> MeasurementUid:
    if line.measurement_uid:
        return MeasurementUid(line.measurement_uid)
    if not line.report_id:
        raise InvalidRecord("report_id: missing, and there is no measurement_uid either")
    named = "\n".join((line.report_id, given, line.measurement_start_time or line.test_start_time or ""))
    return MeasurementUid(f"hash:{hashlib.sha256(named.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}")


@lru_cache(maxsize=1_024)
def _software(name: str | None, version: str | None) -> str | None:
    return " ".join(part for part in (name, version) if part) or None


@lru_cache(maxsize=16)
def _origin(text: str | None) -> str:
    if text is None:
        return Origin.MEASURED.value
    try:
        return Origin(text).value
    except ValueError as error:
        raise InvalidRecord(f"annotations.admittance_origin: must be measured or simulated, not {text[:40]!r}") from error


@lru_cache(maxsize=16)
def _arm(text: str | None) -> str:
    if text is None:
        return Arm.DIRECT.value
    try:
        return Arm(text).value
    except ValueError as error:
        raise InvalidRecord(f"annotations.admittance_arm: must be one of {', '.join(Arm)}, not {text[:40]!r}") from error

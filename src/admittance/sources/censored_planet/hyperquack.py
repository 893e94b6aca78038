"""Hyperquack: a server that answers everybody alike is asked with a name in the request, and with other names for control.

Over echo and discard the request is one of HTTP that the server only sends back or drops; over http and https it is answered
with a page that is known beforehand, the template. Whatever else comes back was put there by somebody on the way, or the server
knows the name.
"""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from admittance.model.ids import Asn, Country
from admittance.model.vocabulary import Control, Layer
from admittance.sources.censored_planet.errors import Trouble, trouble_of
from admittance.sources.censored_planet.facts import (
    MATCHED,
    MISMATCHED,
    MOST_FACTS,
    OTHER_HANDSHAKE,
    Answer,
    RemoteFact,
    RemoteMeasurement,
    answer_of,
    asked_place,
    certificate_sha256,
    vantage_name,
)
from admittance.sources.censored_planet.records import (
    HyperquackV1,
    HyperquackV2,
    Page,
    ResultV1,
    country_of,
    network_of,
    read_moment,
)
from admittance.sources.fields import UNKNOWN_COUNTRY, InvalidRecord
from admittance.sources.urls import place_of_url

__all__ = ["SERVICES", "measurement_of_v1", "measurement_of_v2", "service_in_names"]

SERVICES = {"echo": 7, "discard": 9, "http": 80, "https": 443}
"""Services of a vantage, and their ports."""

_SERVICE_IN_NAME = re.compile(r"(?<![a-z])(echo|discard|https|http)(?![a-z])")
_SENT = re.compile(r"GET (\S+) HTTP/1\.[01]\r?\nHost: (\S+)")
_PORT_IN_ERROR = re.compile(r"->\S+:(\d+)")
_SERVICE_OF_PORT = {str(port): service for service, port in SERVICES.items()}
_SERVICE_OF_ERROR = {"incorrect echo response": "echo", "received response": "discard"}


class _Trip(msgspec.Struct, frozen=True, kw_only=True):
    """One round trip, whatever the version."""

    name: str | None  # the host that was sent; null for a control whose name is not recorded
    matched: bool
    received: Page | str | None
    error: str | None
    started: datetime
    ended: datetime | None


def measurement_of_v2(line: HyperquackV2) -> RemoteMeasurement:
    """A line of version 2. Raises `InvalidRecord`."""
    place = asked_place("test_url", line.test_url)
    trips = [
        _Trip(
            name=_control_name(each.control_url) if each.control_url is not None else place.host,
            matched=each.matches_template,
            received=each.response,
            error=each.error,
            started=read_moment("start_time", each.start_time),
            ended=_moment(each.end_time),
        )
        for each in line.response[: MOST_FACTS + 1]
    ]
    if line.service not in SERVICES:
        raise InvalidRecord(f"service: none of {', '.join(SERVICES)}: {line.service[:40]!r}")
    return _measurement(
        vantage=line.vp,
        service=line.service,
        version="2",
        scan=line.tag,
        asked=line.test_url,
        country=country_of(line.location),
        network=network_of(line),
        failed_controls=line.controls_failed,
        trips=trips,
    )


def measurement_of_v1(line: HyperquackV1, names: tuple[str, ...], country: Country = UNKNOWN_COUNTRY) -> RemoteMeasurement:
    """A line of version 1, which names neither place nor service: `names` are those of its file and folders, the nearest first.

    Raises `InvalidRecord`, also where neither these names nor the line tell the service.
    """
    place = asked_place("Keyword", line.keyword)
    retries = len(line.results) if line.retries is None else line.retries
    trips = [
        _Trip(
            name=_sent_name(each, place.host, control=number > retries),
            matched=each.success,
            received=each.received,
            error=each.trouble,
            started=read_moment("StartTime", each.start_time),
            ended=_moment(each.end_time),
        )
        for number, each in enumerate(line.results[: MOST_FACTS + 1])
    ]
    return _measurement(
        vantage=line.server,
        service=_service_of(line, names),
        version="1",
        scan=None,
        asked=line.keyword,
        country=country,
        network=Asn(0),
        failed_controls=line.fail_sanity,
        trips=trips,
    )


def _control_name(text: str) -> str | None:
    place = place_of_url(text, assume_http=True)
    return place.host if place is not None else None


def _sent_name(result: ResultV1, host: str, *, control: bool) -> str | None:
    """The host that was sent. Where it is not recorded, round trips after the last retry are for control.

    In some requests path and host stand in each other's place.
    """
    sent = result.sent.strip()
    if not sent:
        return None if control else host
    match = _SENT.match(sent)
    if match:
        path, name = match.groups()
        sent = path if name.startswith("/") else name
    return _control_name(sent.split()[0])


def _service_of(line: HyperquackV1, names: tuple[str, ...]) -> str:
    for result in line.results:
        port = _PORT_IN_ERROR.search(result.trouble or "")
        if port and port.group(1) in _SERVICE_OF_PORT:
            return _SERVICE_OF_PORT[port.group(1)]
        if isinstance(result.received, Page):
            return "https" if result.received.tls is not None else "http"
        told = _SERVICE_OF_ERROR.get((result.trouble or "").lower())
        if told:
            return told
    return service_in_names(names)


def service_in_names(names: tuple[str, ...]) -> str:
    """The service that names of scan, file or folders tell, the nearest first. Raises `InvalidRecord` where none does."""
    for name in names:
        found = _SERVICE_IN_NAME.findall(name.lower().replace("_", " "))
        if found:
            return str(found[-1])
    raise InvalidRecord("the line does not say its service: keep it in a file or folder named as published (Quack-echo-…)")


def _moment(text: str | None) -> datetime | None:
    return read_moment("end_time", text) if text else None


def _measurement(
    *,
    vantage: str,
    service: str,
    version: str,
    scan: str | None,
    asked: str,
    country: Country,
    network: Asn,
    failed_controls: bool | None,
    trips: list[_Trip],
) -> RemoteMeasurement:
    if not trips:
        raise InvalidRecord("the line holds no round trip")
    if len(trips) > MOST_FACTS:
        raise InvalidRecord(f"more than {MOST_FACTS:,} round trips")
    place = asked_place("the tested name", asked)
    test_name = f"hyperquack_{service}"
    started = min(trip.started for trip in trips)
    bodies: dict[str, bytes] = {}
    facts = tuple(
        fact for trip in trips for fact in _facts_of(trip, service=service, asked=asked, vantage=vantage, bodies=bodies)
    )
    control, failure = _control(trips, place.host, failed_controls)
    return RemoteMeasurement(
        test_name=test_name,
        test_version=version,
        report_id=f"{test_name}@{scan or started.date().isoformat()}",
        vantage=vantage_name(vantage),
        country=country,
        network=network,
        time=started,
        input=asked,
        asked_host=place.host,
        asked_scheme="https" if service == "https" else "http",
        control=control,
        control_failure=failure,
        facts=facts,
        bodies=bodies,
    )


def _control(trips: list[_Trip], host: str, failed: bool | None) -> tuple[Control, str | None]:
    """What round trips with other names met. What failed on the scanner's own side is none."""
    met = [(trip, trouble_of(trip.error)) for trip in trips if trip.name != host]
    counted = [(trip, trouble) for trip, trouble in met if trouble is None or trouble.stage != "setup"]
    if any(trip.matched for trip, _ in counted) and not failed:
        return Control.PRESENT, None
    if failed or counted:
        failures = [trouble.failure for _, trouble in counted if trouble is not None and trouble.failure is not None]
        return Control.FAILED, failures[0] if failures else None
    return Control.MISSING, None


def _facts_of(trip: _Trip, *, service: str, asked: str, vantage: str, bodies: dict[str, bytes]) -> Iterator[RemoteFact]:
    took = None if trip.ended is None else max(0, round((trip.ended - trip.started).total_seconds() * 1000))
    port, secure = SERVICES[service], service == "https"
    trouble = trouble_of(trip.error)
    answer = None if trip.matched else answer_of(trip.received, vantage=vantage)
    if answer is not None and answer.body:
        bodies[str(answer.columns["body_sha256"])] = answer.body
    url = f"{'https' if secure else 'http'}://{trip.name}/" if trip.name is not None else None
    if not trip.matched and answer is None:
        trouble = _silence(trouble)
        yield RemoteFact(
            layer=_layer_of(trouble, secure=secure),
            hostname=trip.name,
            port=port,
            failure=trouble.failure,
            operation=trouble.stage,
            milliseconds=took,
            server_name=trip.name if secure else None,
            url=None if secure else url,
        )
        return
    if secure:
        yield _handshake(trip, answer, trouble, port)
    yield RemoteFact(
        layer=Layer.HTTP,
        hostname=trip.name,
        port=port,
        operation=MATCHED if trip.matched else MISMATCHED,
        milliseconds=took,
        url=url,
        **(answer.columns if answer is not None else {}),  # type: ignore[arg-type]
    )


def _silence(trouble: Trouble | None) -> Trouble:
    """What is told of a round trip that gave nothing; an answer that is only missing is a closed connection."""
    if trouble is None or trouble.stage == "content":
        return Trouble("read", "eof_error")
    return trouble


def _layer_of(trouble: Trouble, *, secure: bool) -> Layer:
    """Where the failure stands. Over https the name is seen in the client's hello alone, so whatever cuts off is there."""
    if trouble.stage in ("setup", "dial"):
        return Layer.TCP
    return Layer.TLS if secure and trouble.stage != "http" else Layer.HTTP


def _handshake(trip: _Trip, answer: Answer | None, trouble: Trouble | None, port: int) -> RemoteFact:
    return RemoteFact(
        layer=Layer.TLS,
        hostname=trip.name,
        port=port,
        operation=_likeness(trip, trouble),
        server_name=trip.name,
        certificate_sha256=certificate_sha256(answer.certificate) if answer is not None else None,
    )


def _likeness(trip: _Trip, trouble: Trouble | None) -> str | None:
    """Whether the handshake was another than usual; `mismatched` where the scan only says that something was."""
    if trip.matched:
        return None
    if trouble is None or trouble.stage != "content":
        return MISMATCHED
    return OTHER_HANDSHAKE if trouble.other_handshake else None

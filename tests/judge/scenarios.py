"""Labelled measurements: one for every situation that the rules tell apart, with the truth per layer.

The names follow those of OONI's controlled scenarios where there is one; the rows are of our own making, as its public
specifications (ts-017, ts-020, ts-029) describe the tests. Addresses are of the documentation ranges' neighbours and of
well-known public servers; nobody is asked anything.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import polars as pl

from admittance.judge.fingerprints import PageMark
from admittance.model.ids import Asn, Country, FileId, MeasurementUid, RuleId
from admittance.model.observation import Body, NetworkObservation
from admittance.model.tables import empty_table, table_of
from admittance.model.verdict import ControlKind, ControlRecord
from admittance.model.vocabulary import Arm, Control, Layer, Origin, State

START = datetime(2026, 1, 10, 12, tzinfo=UTC)
SITE = "www.example.org"
GENUINE, SECOND, OTHER = "93.184.216.34", "93.184.216.35", "83.224.65.41"
V6 = "2606:2800:220:1::1"
ORIGIN_NETWORK, OTHER_NETWORK = "15133", "30722"
POOL = ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91", "149.154.171.5", "95.161.76.100")
RESET, TIMEOUT, EOF, REFUSED = "connection_reset", "generic_timeout_error", "eof_error", "connection_refused"
NXDOMAIN = "dns_nxdomain_error"
HOSTNAME, AUTHORITY, EXPIRED = "ssl_invalid_hostname", "ssl_unknown_authority", "ssl_invalid_certificate"

Truth = dict[str, State]


class Scenario(NamedTuple):
    """One labelled measurement: its rows, and the state that each tested layer must get; other layers have no verdict."""

    name: str
    rows: tuple[NetworkObservation, ...]
    truth: Truth
    rules: tuple[str, ...]  # of the layers worth naming
    target: str = f"site:example.org/{SITE}"
    bodies: tuple[Body, ...] = ()
    controls: tuple[ControlRecord, ...] = ()
    marks: tuple[PageMark, ...] = ()  # beside the shipped ones


def fact(layer: Layer, **changes: object) -> NetworkObservation:
    """A row about `SITE` that worked and whose control worked, changed as told."""
    plain = NetworkObservation(
        source="ooni",
        origin=Origin.MEASURED,
        measurement_uid=MeasurementUid("m"),
        sequence=0,
        test_name="web_connectivity",
        test_version="0.5.28",
        report_id="r",
        probe_id=None,
        country=Country("ZZ"),
        network=Asn(64500),
        resolver_network=Asn(64500),
        arm=Arm.DIRECT,
        time=START,
        asked_host=SITE,
        asked_scheme="https",
        layer=layer,
        hop=0,
        hostname=SITE,
        address=None,
        port=None,
        failure=None,
        operation=None,
        milliseconds=None,
        received_bytes=None,
        receiving_milliseconds=None,
        query_type=None,
        engine=None,
        answers=None,
        answer_networks=None,
        server_name=None,
        certificate_valid=None,
        certificate_sha256=None,
        url=None,
        status_code=None,
        body_length=None,
        body_truncated=None,
        body_sha256=None,
        title=None,
        location=None,
        header_names=None,
        server=None,
        control=Control.PRESENT,
        control_failure=None,
        control_answers=None,
        control_answer_networks=None,
        control_status_code=None,
        control_body_length=None,
        control_title=None,
        control_header_names=None,
        file=FileId("f"),
        offset=0,
        line_sha256="l",
        recorded_at=START,
    )
    return msgspec.structs.replace(plain, **changes)


def dns(answers: str | None = GENUINE, failure: str | None = None, **changes: object) -> NetworkObservation:
    """A look-up by the system's resolver; the control got `GENUINE`."""
    networks = {GENUINE: ORIGIN_NETWORK, SECOND: ORIGIN_NETWORK, OTHER: OTHER_NETWORK}.get(answers or "")
    told = {
        "query_type": "A",
        "engine": "system",
        "answers": answers,
        "answer_networks": networks,
        "control_answers": GENUINE,
        "control_answer_networks": ORIGIN_NETWORK,
    }
    return fact(Layer.DNS, failure=failure, **(told | changes))


def tcp(failure: str | None = None, address: str = GENUINE, port: int = 443, **changes: object) -> NetworkObservation:
    """A connection."""
    return fact(Layer.TCP, failure=failure, address=address, port=port, **changes)


def tls(failure: str | None = None, address: str | None = GENUINE, **changes: object) -> NetworkObservation:
    """A handshake."""
    valid = None if failure and not failure.startswith("ssl_") else failure is None
    told = {"server_name": SITE, "certificate_valid": valid, "port": 443}
    return fact(Layer.TLS, failure=failure, address=address, **(told | changes))


def quic(failure: str | None = None, address: str = GENUINE, **changes: object) -> NetworkObservation:
    """A handshake over QUIC."""
    valid = None if failure and not failure.startswith("ssl_") else failure is None
    told = {"server_name": SITE, "certificate_valid": valid, "port": 443}
    return fact(Layer.QUIC, failure=failure, address=address, **(told | changes))


def https(failure: str | None = None, **changes: object) -> NetworkObservation:
    """A request over https for the page that the control saw."""
    return http(failure, **({"url": f"https://{SITE}/", "port": 443} | changes))


def http(failure: str | None = None, **changes: object) -> NetworkObservation:
    """A request in clear text for the page that the control saw."""
    told: dict[str, object] = {
        "url": f"http://{SITE}/",
        "port": 80,
        "control_status_code": 200,
        "control_body_length": 12_000,
        "control_title": "Example organisation",
        "control_header_names": "content-type date x-example-site",
    }
    if failure is None:
        told |= {
            "status_code": 200,
            "body_length": 12_100,
            "body_truncated": False,
            "title": "Example organisation",
            "header_names": "content-type date x-example-site",
        }
    return fact(Layer.HTTP, failure=failure, **(told | changes))


OTHER_PAGE: dict[str, Any] = {
    "body_length": 900,
    "title": "Forbidden by decree",
    "header_names": "content-type date server",
    "server": "nginx",
}
NO_CONTROL: dict[str, Any] = {
    "control": Control.MISSING,
    "control_failure": None,
    "control_answers": None,
    "control_answer_networks": None,
    "control_status_code": None,
    "control_body_length": None,
    "control_title": None,
    "control_header_names": None,
}
HELPER_FAILED = NO_CONTROL | {"control": Control.FAILED}
NO_HELPER = NO_CONTROL | {"control": Control.NONE}


def clear(*rows: NetworkObservation) -> tuple[NetworkObservation, ...]:
    """The rows of a measurement whose input is an http URL."""
    return tuple(msgspec.structs.replace(row, asked_scheme="http") for row in rows)


def older(*rows: NetworkObservation) -> tuple[NetworkObservation, ...]:
    """The rows as an older probe gives them: the helper records neither handshakes nor the networks of its answers."""
    return tuple(msgspec.structs.replace(row, test_version="0.4.3", control_answer_networks=None) for row in rows)


def pool(
    *, tcp_failure: str | None = None, http_failure: str | None = None, failing: int = 12
) -> tuple[NetworkObservation, ...]:
    """Telegram's test of 12 data-centre endpoints, of which the first `failing` fail as told."""
    rows: list[NetworkObservation] = []
    for number, (address, port) in enumerate((address, port) for port in (80, 443) for address in POOL):
        common = {"test_name": "telegram", "asked_host": address, "asked_scheme": None, "hostname": None} | NO_HELPER
        fails = number < failing
        rows.append(tcp(tcp_failure if fails else None, address, port, **common))
        url = f"http://{address}/" if port == 80 else f"http://{address}:443/"
        failure = (tcp_failure or http_failure) if fails else None
        answer = (
            {}
            if failure
            else {"status_code": 501, "title": "501 Not Implemented", "body_length": 181, "header_names": "server"}
        )
        rows.append(fact(Layer.HTTP, failure=failure, url=url, port=port, address=address, **(common | answer)))
    return tuple(rows)


def signal(host: str, *rows: NetworkObservation) -> tuple[NetworkObservation, ...]:
    """Rows of the Signal test about one of its hosts."""
    names = {"test_name": "signal", "asked_host": host, "hostname": host, "asked_scheme": None} | NO_HELPER
    return tuple(
        msgspec.structs.replace(
            row,
            **(
                names
                | ({"server_name": host} if row.layer is Layer.TLS else {})
                | ({"url": f"https://{host}/"} if row.layer is Layer.HTTP else {})
            ),
        )
        for row in rows
    )


def service(test_name: str, host: str, *rows: NetworkObservation, **changes: object) -> tuple[NetworkObservation, ...]:
    """Rows of a test without input and without a helper, about one host or address."""
    common = {"test_name": test_name, "asked_host": host, "asked_scheme": None} | NO_HELPER | changes
    return tuple(msgspec.structs.replace(row, **common) for row in rows)


def vouched(hostname: str, address: str, layer: Layer) -> ControlRecord:
    """A control record that three networks stand behind, so that two others do whichever is judged."""
    return ControlRecord(
        hostname=hostname,
        address=address,
        layer=layer,
        networks=3,
        days=2,
        first_seen=START - timedelta(days=9),
        last_seen=START,
    )


def usual(hostname: str, layer: Layer, handshake: int | None = None) -> ControlRecord:
    """What the network of these scenarios met on four days before."""
    return msgspec.structs.replace(
        vouched(hostname, "", layer),
        kind=ControlKind.HISTORY,
        network=fact(Layer.DNS).network,
        networks=1,
        days=4,
        handshake_milliseconds=handshake,
    )


def broken_resolver() -> ControlRecord:
    """The resolvers of these scenarios' network answered nothing on four days."""
    return msgspec.structs.replace(usual("", Layer.DNS), kind=ControlKind.RESOLVER, network=fact(Layer.DNS).resolver_network)


def body(sha256: str, content: bytes) -> Body:
    """A kept response body."""
    return Body(body_sha256=sha256, content=content, file=FileId("f"))


def numbered(rows: Sequence[NetworkObservation], uid: str) -> list[NetworkObservation]:
    """The rows as one measurement."""
    return [
        msgspec.structs.replace(row, sequence=sequence, measurement_uid=MeasurementUid(uid), report_id=f"report-{uid}")
        for sequence, row in enumerate(rows)
    ]


def observations_of(*scenarios: Scenario) -> pl.DataFrame:
    """All their rows in one table, each scenario a measurement named after it."""
    return table_of(NetworkObservation, [row for scenario in scenarios for row in numbered(scenario.rows, scenario.name)])


def bodies_of(*scenarios: Scenario) -> pl.DataFrame:
    """The bodies kept beside the scenarios."""
    return table_of(Body, [kept for scenario in scenarios for kept in scenario.bodies])


def controls_of(scenario: Scenario) -> pl.DataFrame:
    """The scenario's control records."""
    return table_of(ControlRecord, list(scenario.controls)) if scenario.controls else empty_table(ControlRecord)


def rule(name: str) -> RuleId:
    """A rule of the network gate by its short name."""
    return RuleId(f"network.{name}")


B, L, T, I, D, OK, F, N = (  # noqa: E741
    State.BLOCKED,
    State.LIKELY_BLOCKED,
    State.THROTTLED,
    State.IMPAIRED,
    State.DOWN,
    State.OK,
    State.FAILED,
    State.INSUFFICIENT,
)

DOWN_NAME: dict[str, Any] = {"control_answers": None, "control_answer_networks": None, "control_failure": NXDOMAIN}
REGISTER = "<html>Сайт заблокирован. http://eais.rkn.gov.ru/</html>"

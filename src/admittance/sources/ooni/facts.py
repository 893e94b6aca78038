"""From the shared arrays of one measurement to its facts: one row per look-up, connection, handshake and request.

A row here is a tuple in the order of `FACT_COLUMNS`; the columns that all facts of a measurement share are joined on later.
"""

import base64
import hashlib

from admittance.catalog.hosts import canonical_host
from admittance.model.observation import NetworkObservation
from admittance.model.tables import table_schema
from admittance.model.vocabulary import Layer
from admittance.sources.failures import UNKNOWN_FAILURE, translate_failure
from admittance.sources.fields import InvalidRecord, read_asn, read_port
from admittance.sources.ooni.controls import NO_HELPER, Beside, ControlView, sorted_networks
from admittance.sources.ooni.headers import header_names, header_value, headers_of
from admittance.sources.ooni.hosts import AskedHosts
from admittance.sources.ooni.pages import BODY_BYTES, body_bytes, plainly_the_same_page, title_of
from admittance.sources.ooni.parts import Outcome, Part
from admittance.sources.ooni.records import Base64Data, Query, Response, TcpConnect, TlsHandshake
from admittance.sources.ooni.redirects import Hop, hops_of, tagged_depth
from admittance.sources.scrubbing import without_address_in_bytes
from admittance.sources.urls import endpoint_of, place_of_address

__all__ = ["FACT_COLUMNS", "FACT_SCHEMA", "FactRow", "FactTaker"]

FactRow = tuple[str | int | bool | None, ...]

_SCHEMA = table_schema(NetworkObservation)
_NAMES = list(_SCHEMA)
FACT_COLUMNS = tuple(_NAMES[_NAMES.index("asked_host") : _NAMES.index("control_header_names") + 1])
"""The columns that differ from fact to fact, in the order of the schema."""
FACT_SCHEMA = {name: _SCHEMA[name] for name in FACT_COLUMNS}

_DNS, _TCP, _TLS, _HTTP, _QUIC = (layer.value for layer in (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP, Layer.QUIC))
_NO_DNS = (None,) * 4  # query_type … answer_networks
_NO_TLS = (None,) * 3  # server_name … certificate_sha256
_NO_HTTP = (None,) * 9  # url … server
_ANSWER_ASN = "test_keys.queries[...].answers[...].asn"
_ADDRESS_TYPES = frozenset({"A", "AAAA", "ANY"})
_QUIC_TRANSPORTS = frozenset({"h3", "quic", "udp"})
_CERTIFICATE_FAILURES = frozenset({"ssl_invalid_hostname", "ssl_unknown_authority", "ssl_invalid_certificate"})


class FactTaker:
    """Takes the facts of one part of a measurement, appending rows to `rows` and bodies worth keeping to `bodies`.

    `private` is the probe's own address when the record still holds it: it is cut out of bodies here, out of rows by
    the caller. Raises `InvalidRecord` or `msgspec.ValidationError` naming the field that cannot be read; rows already appended
    are the caller's to drop.
    """

    def __init__(
        self,
        part: Part,
        *,
        helper: bool,
        private: str | None,
        rows: list[FactRow],
        bodies: dict[str, bytes],
    ) -> None:
        keys, asked = part.keys, part.asked
        self._part = part
        self._keys = keys
        self._asked = asked
        self._scheme = asked.scheme if asked else None
        self._private = private
        self._rows = rows
        self._bodies = bodies
        self._controls = ControlView(
            keys,
            helper=helper,
            asked_host=asked.host if asked else "",
            https=asked is not None and asked.scheme == "https",
        )
        self._hops = hops_of(keys.requests or [], asked=asked if part.web else None)
        self._hosts = AskedHosts(keys, self._hops, asked)

    def take(self) -> None:
        """All facts, in the order dns, tcp, tls, quic, http and within a layer as recorded (requests oldest first)."""
        keys = self._keys
        for query in keys.queries or ():
            self._take_query(query)
        for connection in keys.tcp_connect or ():
            self._take_connection(connection)
        for handshake in keys.tls_handshakes or ():
            self._take_handshake(handshake, _TLS)
        for handshake in keys.quic_handshakes or ():
            self._take_handshake(handshake, _QUIC)
        for outcome in self._part.outcomes:
            self._take_outcome(outcome)
        if self._hops:
            last = max(hop.number for hop in self._hops)
            shaken = {canonical_host(handshake.server_name) for handshake in keys.tls_handshakes or () if handshake.server_name}
            for hop in self._hops:
                self._take_request(hop, final=hop.number == last, shaken=shaken)

    def _take_query(self, query: Query) -> None:
        if not query.hostname:
            return  # nothing says what was asked
        failure = translate_failure(query.failure)
        if failure is None and query.answers is None:
            return  # nothing was recorded, neither an answer nor a failure
        hostname = canonical_host(query.hostname)
        addresses: set[str] = set()
        networks: list[int] = []
        for answer in query.answers or ():
            address = answer.ipv4 or answer.ipv6
            if address:
                addresses.add(address)
                if answer.asn:
                    networks.append(read_asn(_ANSWER_ASN, answer.asn))
        query_type = query.query_type.upper() if query.query_type else None
        if failure is None and not addresses and query_type in _ADDRESS_TYPES:
            failure = "dns_no_answer"  # df-007's own name for a reply without the address that was asked for
        self._append(
            _DNS,
            self._hosts.of_name(hostname),
            tagged_depth(query.tags) or 0,
            (hostname, None, None, failure, None),
            (
                query_type,
                query.engine or None,
                " ".join(sorted(addresses)) or None,
                sorted_networks([n for n in networks if n]),
            ),
            _NO_TLS,
            _NO_HTTP,
            self._controls.of_query(hostname),
        )

    def _take_connection(self, connection: TcpConnect) -> None:
        status = connection.status
        if connection.ip is None or status is None or (status.success is None and not status.failure):
            return  # nothing was attempted
        failure = translate_failure(status.failure)
        if failure is None and status.success is False:
            failure = UNKNOWN_FAILURE
        address = connection.ip.strip("[]")
        port = read_port("test_keys.tcp_connect[...].port", connection.port)
        asked_host = self._hosts.of_connection(address, port, worked=failure is None)
        self._append(
            _TCP,
            asked_host,
            tagged_depth(connection.tags) or 0,
            (self._hosts.name_of_address(address, asked_host), address, port, failure, None),
            _NO_DNS,
            _NO_TLS,
            _NO_HTTP,
            self._controls.of_connection(endpoint_of(address, port)),
        )

    def _take_handshake(self, handshake: TlsHandshake, layer: str) -> None:
        failure = translate_failure(handshake.failure)
        name = canonical_host(handshake.server_name) if handshake.server_name else None
        address: str | None
        address, port = place_of_address(handshake.address) if handshake.address else (None, None)
        valid: bool | None = None
        if failure in _CERTIFICATE_FAILURES:
            valid = False
        elif failure is None and not handshake.no_tls_verify and self._part.verified:
            valid = True
        asked_host = self._hosts.of_handshake(name, address)
        if asked_host is None:
            return  # neither a name nor an address says what this handshake was with
        control = self._controls.of_handshake if layer == _TLS else self._controls.of_quic_handshake
        self._append(
            layer,
            asked_host,
            tagged_depth(handshake.tags) or 0,
            (name, address, port, failure, None),
            _NO_DNS,
            (name, valid, _leaf_sha256(handshake)),
            _NO_HTTP,
            control(handshake.address),
        )

    def _take_outcome(self, outcome: Outcome) -> None:
        self._append(
            outcome.layer.value,
            self._asked.host if self._asked else outcome.hostname or outcome.address or "",
            0,
            (outcome.hostname, outcome.address, outcome.port, translate_failure(outcome.failure), outcome.operation),
            _NO_DNS,
            _NO_TLS,
            _NO_HTTP,
            NO_HELPER,
        )

    def _take_request(self, hop: Hop, *, final: bool, shaken: set[str]) -> None:
        request, place = hop.request, hop.place
        failure = translate_failure(request.failure)
        response = request.response or Response()
        code = response.code if response.code and response.code > 0 else None
        if failure is None and code is None:
            return  # neither a response nor a failure was recorded
        if failure is not None and request.request is not None and request.request.x_transport in _QUIC_TRANSPORTS:
            return  # the handshake of QUIC tells of it, and there is no connection of tcp to blame
        address: str | None
        if request.address:
            address, port = place_of_address(request.address)
        else:
            address, port = (place.host if place.bare else None), place.port
        asked_host = self._asked.host if self._asked else hop.asked_host
        if failure is not None and failure.startswith("ssl_") and place.scheme == "https" and place.host not in shaken:
            # Records without handshakes tell of a failed one only here.
            self._append(
                _TLS,
                asked_host,
                hop.number,
                (place.host, address, port, failure, None),
                _NO_DNS,
                (place.host, False if failure in _CERTIFICATE_FAILURES else None, None),
                _NO_HTTP,
                self._controls.of_handshake(request.address),
            )
            return
        beside = self._controls.of_request(final=final)
        page = self._page(hop, response, code, beside) if failure is None else (hop.url, *_NO_HTTP[1:])
        operation = "resolve" if failure is not None and failure.startswith("dns_") else None
        self._append(
            _HTTP,
            asked_host,
            hop.number,
            (place.host, address, port, failure, operation),
            _NO_DNS,
            _NO_TLS,
            page,
            beside,
        )

    def _page(self, hop: Hop, response: Response, code: int | None, beside: Beside) -> FactRow:
        """The http columns of a response."""
        try:
            body = body_bytes(response.body)
        except ValueError as error:
            raise InvalidRecord(f"test_keys.requests[...].response.body: {error}") from error
        headers = headers_of(response)
        if self._private is not None:
            body = without_address_in_bytes(body, self._private)
        title = title_of(body) if body else None
        digest = hashlib.sha256(body).hexdigest() if body else None
        if digest is not None and not plainly_the_same_page(
            status_code=code,
            body_length=len(body),
            title=title,
            control_status_code=beside[4],
            control_body_length=beside[5],
            control_title=beside[6],
        ):
            self._bodies[digest] = body[:BODY_BYTES]
        return (
            hop.url,
            code,
            len(body),
            response.body_is_truncated,
            digest,
            title,
            header_value(headers, "location"),
            header_names(headers),
            header_value(headers, "server"),
        )

    def _append(
        self,
        layer: str,
        asked_host: str,
        hop: int,
        endpoint: FactRow,
        dns: FactRow,
        tls: FactRow,
        http: FactRow,
        beside: Beside,
    ) -> None:
        if self._part.operation is not None:
            endpoint = (*endpoint[:-1], self._part.operation)
        self._rows.append((asked_host, self._scheme, layer, hop, *endpoint, *dns, *tls, *http, *beside))


def _leaf_sha256(handshake: TlsHandshake) -> str | None:
    if not handshake.peer_certificates:
        return None
    leaf = handshake.peer_certificates[0]
    try:
        content = base64.b64decode(leaf.data if isinstance(leaf, Base64Data) else leaf, validate=True)
    except ValueError as error:
        raise InvalidRecord(f"test_keys.tls_handshakes[...].peer_certificates[0]: no base64 ({error})") from error
    return hashlib.sha256(content).hexdigest()

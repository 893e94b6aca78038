"""From the shared arrays of one measurement to its facts: one row per look-up, connection, handshake and request."""

import base64
import hashlib
from collections.abc import Sequence, Sized
from functools import lru_cache

from admittance.catalog.hosts import canonical_host
from admittance.model.vocabulary import Layer
from admittance.sources.failures import UNKNOWN_FAILURE, translate_failure
from admittance.sources.fields import InvalidRecord, read_asn, read_port
from admittance.sources.ooni.controls import NO_HELPER, Beside, ControlView, PageBeside, sorted_networks
from admittance.sources.ooni.endpoints import name_endpoints
from admittance.sources.ooni.fact_rows import MOST_FACTS, Facts
from admittance.sources.ooni.headers import header_names, header_value, headers_of
from admittance.sources.ooni.hosts import AskedHosts, NamesByAddress, name_of_address
from admittance.sources.ooni.pages import body_bytes, plainly_the_same_page
from admittance.sources.ooni.parts import Outcome, Part
from admittance.sources.ooni.records import Base64Data, Query, Request, Response, TcpConnect, TestKeys, TlsHandshake
from admittance.sources.ooni.redirects import Hop, hops_of, hosts_redirected_to, tagged_depth
from admittance.sources.ooni.timings import LONG, milliseconds, receiving
from admittance.sources.pages import BODY_BYTES, title_of
from admittance.sources.scrubbing import without_address_in_bytes
from admittance.sources.urls import endpoint_of, place_of_address

__all__ = ["FactTaker"]

FactRow = tuple[str | int | bool | None, ...]

_DNS, _TCP, _TLS, _HTTP, _QUIC = (layer.value for layer in (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP, Layer.QUIC))
_NO_PAGE = (None,) * 8  # status_code … server
LATE = "late_reply"
"""What is put down as the operation of a look-up whose reply came after another."""

CONNECTING_TIMED_OUT = "tcp_timed_out_error"
"""What the Python probe's library says of a connection that was never made; of one that was made, it says something else."""

CERTIFICATE_BYTES = 16_384
"""How long a refused certificate may be to be kept. Leaves of real sites have a tenth of it, cut off they would say nothing."""

_ANSWER_ASN = "test_keys.queries[...].answers[...].asn"
_ADDRESS_TYPES = frozenset({"A", "AAAA", "ANY"})
_QUIC_TRANSPORTS = frozenset({"h3", "quic", "udp"})
_CERTIFICATE_FAILURES = frozenset({"ssl_invalid_hostname", "ssl_unknown_authority", "ssl_invalid_certificate"})


class FactTaker:
    """Takes the facts of one part of a measurement, adding rows to `facts` and bodies worth keeping to `bodies`.

    `private` is the probe's own address when the record still holds it: it is cut out of bodies here. Raises `InvalidRecord` or
    `msgspec.ValidationError` naming the field that cannot be read; facts already added are the caller's to take back.
    """

    def __init__(self, part: Part, *, helper: bool, private: str | None, facts: Facts, bodies: dict[str, bytes]) -> None:
        keys, asked = part.keys, part.asked
        arrays: Sequence[Sized | None] = (
            keys.queries,
            keys.tcp_connect,
            keys.tls_handshakes,
            keys.quic_handshakes,
            keys.requests,
            part.outcomes,
        )
        if facts.sequence + sum(map(len, filter(None, arrays))) > MOST_FACTS:
            raise InvalidRecord(f"test_keys: more than {MOST_FACTS} look-ups, connections, handshakes and requests")
        self._part = part
        self._keys = keys
        self._asked = asked
        self._asked_host = asked.host if asked else ""
        self._scheme = asked.scheme if asked else None
        self._private = private
        self._facts = facts
        self._bodies = bodies
        self._controls = ControlView(
            keys,
            helper=helper,
            asked_host=self._asked_host,
            https=asked is not None and asked.scheme == "https",
        )
        if part.web and keys.control is not None and keys.control.tls_handshake is not None and _lacks_addresses(keys):
            name_endpoints(keys)
        self._hops = hops_of(keys.requests or [], asked=asked if part.web else None)
        self._names: NamesByAddress = {}  # once the look-ups are taken
        self._later: dict[str, int] | None = None  # hops of hosts that were redirected to, once one is asked for

    def take(self) -> None:
        """All facts, in the order dns, tcp, tls, quic, http and within a layer as recorded (requests oldest first)."""
        keys = self._keys
        if keys.queries:
            self._take_queries(keys.queries, self._part.operation, self._names)
        for late in (keys.x_dns_duplicate_responses, keys.x_dns_late_replies):
            if late:
                self._take_queries(late, LATE, {})
        hosts = None if self._asked else AskedHosts(self._names, self._hops)
        if keys.tcp_connect:
            self._take_connections(keys.tcp_connect, hosts)
        if keys.tls_handshakes:
            self._take_handshakes(keys.tls_handshakes, _TLS, hosts)
        if keys.quic_handshakes:
            self._take_handshakes(keys.quic_handshakes, _QUIC, hosts)
        for outcome in self._part.outcomes:
            self._take_outcome(outcome)
        if self._hops:
            last = max([hop.number for hop in self._hops])
            for hop in self._hops:
                self._take_request(hop, final=hop.number == last)

    def _take_queries(self, queries: Sequence[Query], operation: str | None, names: NamesByAddress) -> None:
        """`names` learns which address each name resolved to."""
        facts, controls, asked_host, scheme = self._facts, self._controls, self._asked_host, self._scheme
        for query in queries:
            if not query.hostname:
                continue  # nothing says what was asked
            failure = translate_failure(query.failure) if query.failure else None
            if failure is None and query.answers is None:
                continue  # nothing was recorded, neither an answer nor a failure
            hostname = canonical_host(query.hostname)
            addresses: set[str] = set()
            networks: set[int] = set()
            for answer in query.answers or ():
                address = answer.ipv4 or answer.ipv6
                if address:
                    addresses.add(address)
                    if answer.asn:
                        networks.add(read_asn(_ANSWER_ASN, answer.asn))
                    known = names.get(address)
                    if known is None:
                        names[address] = [hostname]
                    elif hostname not in known:
                        known.append(hostname)
            networks.discard(0)
            query_type = query.query_type.upper() if query.query_type else None
            if failure is None and not addresses and query_type in _ADDRESS_TYPES:
                failure = "dns_no_answer"  # df-007's own name for a reply without the address that was asked for
            hop = tagged_depth(query.tags)
            if hop is None:
                hop = self._hop_to(hostname)
            control, control_failure, control_answers, control_networks = controls.of_query(hostname)
            facts.lookups.extend(
                (
                    facts.owner,
                    facts.sequence,
                    _DNS,
                    asked_host or hostname,
                    scheme,
                    hop,
                    hostname,
                    None,
                    None,
                    failure,
                    operation,
                    control,
                    control_failure,
                    query_type,
                    query.engine or None,
                    " ".join(sorted(addresses)) or None,
                    sorted_networks(networks) or (controls.networks_of(addresses) if addresses else None),
                    control_answers,
                    control_networks,
                )
            )
            facts.sequence += 1

    def _take_connections(self, connections: Sequence[TcpConnect], hosts: AskedHosts | None) -> None:
        facts, controls, names, operation = self._facts, self._controls, self._names, self._part.operation
        for connection in connections:
            status = connection.status
            if connection.ip is None or status is None or (status.success is None and not status.failure):
                continue  # nothing was attempted
            failure = translate_failure(status.failure) if status.failure else None
            if failure is None and status.success is False:
                failure = UNKNOWN_FAILURE
            address = connection.ip.strip("[]")
            port = read_port("test_keys.tcp_connect[...].port", connection.port)
            asked_host = hosts.of_connection(address, port, worked=failure is None) if hosts else self._asked_host
            name = name_of_address(names, address, asked_host)
            hop = tagged_depth(connection.tags)
            if hop is None:
                hop = self._hop_to(name)
            control, control_failure = controls.of_connection(endpoint_of(address, port))
            facts.connections.extend(
                (
                    facts.owner,
                    facts.sequence,
                    _TCP,
                    asked_host,
                    self._scheme,
                    hop,
                    name,
                    address,
                    port,
                    failure,
                    operation,
                    control,
                    control_failure,
                    milliseconds(connection.t0, connection.t),
                )
            )
            facts.sequence += 1

    def _take_handshakes(self, handshakes: Sequence[TlsHandshake], layer: str, hosts: AskedHosts | None) -> None:
        control = self._controls.of_handshake if layer == _TLS else self._controls.of_quic_handshake
        for handshake in handshakes:
            failure = translate_failure(handshake.failure) if handshake.failure else None
            name = canonical_host(handshake.server_name) if handshake.server_name else None
            address: str | None
            address, port = place_of_address(handshake.address) if handshake.address else (None, None)
            valid: bool | None = None
            if failure in _CERTIFICATE_FAILURES:
                valid = False
                self._keep_leaf(handshake)
            elif failure is None and not handshake.no_tls_verify and self._part.verified:
                valid = True
            asked_host = hosts.of_handshake(name, address) if hosts else self._asked_host
            if asked_host is None:
                continue  # neither a name nor an address says what this handshake was with
            hop = tagged_depth(handshake.tags)
            if hop is None:
                hop = self._hop_to(name)
            self._add_handshake(
                layer,
                asked_host,
                hop,
                (name, address, port, failure),
                control(handshake.address),
                milliseconds(handshake.t0, handshake.t),
                valid,
                _leaf_sha256(handshake),
            )

    def _over_quic(self, request: Request) -> bool:
        """Whether a request went over QUIC: as it says, else where nothing but QUIC was tried."""
        keys, line = self._keys, request.request
        told = request.network in _QUIC_TRANSPORTS or (line is not None and line.x_transport in _QUIC_TRANSPORTS)
        return told or (bool(keys.quic_handshakes) and not (keys.tcp_connect or keys.tls_handshakes))

    def _hop_to(self, name: str | None) -> int:
        """Redirects before a fact that is not tagged: those before the first request to a name that is not the input's."""
        if name is None or not self._part.web or self._asked is None or name == self._asked_host:
            return 0
        if self._later is None:
            self._later = hosts_redirected_to(self._hops)
        return self._later.get(name, 0)

    def _keep_leaf(self, handshake: TlsHandshake) -> None:
        """A refused certificate is kept beside the bodies, by its hash: it may name who answered in the site's place."""
        data = _leaf_of(handshake)
        content = _certificate(data) if data is not None else b""
        if 0 < len(content) <= CERTIFICATE_BYTES and (self._private is None or self._private.encode() not in content):
            self._bodies[hashlib.sha256(content).hexdigest()] = content

    def _take_outcome(self, outcome: Outcome) -> None:
        facts = self._facts
        facts.connections.extend(
            (
                facts.owner,
                facts.sequence,
                outcome.layer.value,
                self._asked_host or outcome.hostname or outcome.address or "",
                self._scheme,
                0,
                outcome.hostname,
                outcome.address,
                outcome.port,
                translate_failure(outcome.failure),
                self._part.operation or outcome.operation,
                *NO_HELPER,
                None,
            )
        )
        facts.sequence += 1

    def _take_request(self, hop: Hop, *, final: bool) -> None:
        request, place = hop.request, hop.place
        failure = translate_failure(request.failure) if request.failure else None
        response = request.response or Response()
        code = response.code if response.code and response.code > 0 else None
        if failure is None and code is None:
            return  # neither a response nor a failure was recorded
        if failure is not None and self._over_quic(request):
            return  # the handshake of QUIC tells of it, and there is no connection of tcp to blame
        address: str | None
        if request.address:
            address, port = place_of_address(request.address)
        else:
            address, port = (place.host if place.bare else None), place.port
        asked_host = self._asked_host or hop.asked_host
        if failure is not None and failure.startswith("ssl_") and place.scheme == "https" and not self._shook(place.host):
            # Records without handshakes tell of a failed one only here.
            self._add_handshake(
                _TLS,
                asked_host,
                hop.number,
                (place.host, address, port, failure),
                self._controls.of_handshake(request.address),
                None,
                False if failure in _CERTIFICATE_FAILURES else None,
                None,
            )
            return
        beside = self._controls.of_request(final=final)
        control, control_failure, *control_page = beside
        page = _NO_PAGE if failure is not None else self._page(response, code, beside)
        operation = "resolve" if failure is not None and failure.startswith("dns_") else None
        if request.failure == CONNECTING_TIMED_OUT and not self._keys.tcp_connect:
            operation = "connect"
        facts = self._facts
        facts.requests.extend(
            (
                facts.owner,
                facts.sequence,
                _HTTP,
                asked_host,
                self._scheme,
                hop.number,
                place.host,
                address,
                port,
                failure,
                self._part.operation or operation,
                control,
                control_failure,
                *self._times(request),
                hop.url,
                *page,
                *control_page,
            )
        )
        facts.sequence += 1

    def _shook(self, host: str) -> bool:
        """Whether the record has a handshake of TLS for the name."""
        named = (handshake.server_name for handshake in self._keys.tls_handshakes or ())
        return any(canonical_host(name) == host for name in named if name)

    def _times(self, request: Request) -> tuple[int | None, int | None, int | None]:
        """How long the request took and, of a long one, what came in meanwhile."""
        begun, ended = request.t0, request.t
        taken = milliseconds(begun, ended)
        if taken is None or begun is None or ended is None or taken < LONG * 1000:
            return taken, None, None
        return taken, *receiving(self._keys.network_events, request.transaction_id, request.address, begun, ended)

    def _page(self, response: Response, code: int | None, beside: PageBeside) -> FactRow:
        """The columns of a response, from its status code on."""
        headers = headers_of(response)
        body = response.body
        if isinstance(body, str) and self._private is None and body.isascii():
            length = len(body)
        else:
            content = self._content(body)
            body, length = content.decode(errors="replace"), len(content)
        title = title_of(body) if body else None
        digest = None
        if length and not plainly_the_same_page(
            code, length, title, control_status_code=beside[2], control_body_length=beside[3], control_title=beside[4]
        ):
            content = self._content(response.body)
            digest = hashlib.sha256(content).hexdigest()
            self._bodies[digest] = content[:BODY_BYTES]
        return (
            code,
            length,
            response.body_is_truncated,
            digest,
            title,
            header_value(headers, "location"),
            header_names(headers),
            header_value(headers, "server"),
        )

    def _content(self, body: str | Base64Data | None) -> bytes:
        """A body's bytes, without the probe's own address."""
        try:
            content = body_bytes(body)
        except ValueError as error:
            raise InvalidRecord(f"test_keys.requests[...].response.body: {error}") from error
        return content if self._private is None else without_address_in_bytes(content, self._private)

    def _add_handshake(
        self,
        layer: str,
        asked_host: str,
        hop: int,
        endpoint: FactRow,
        beside: Beside,
        taken: int | None,
        valid: bool | None,
        certificate: str | None,
    ) -> None:
        facts = self._facts
        facts.handshakes.extend(
            (
                facts.owner,
                facts.sequence,
                layer,
                asked_host,
                self._scheme,
                hop,
                *endpoint,
                self._part.operation,
                *beside,
                taken,
                endpoint[0],
                valid,
                certificate,
            )
        )
        facts.sequence += 1


def _lacks_addresses(keys: TestKeys) -> bool:
    """Whether the first handshake or the last request says no address: where helpers record handshakes, probes write all."""
    return bool(
        (keys.tls_handshakes and not keys.tls_handshakes[0].address) or (keys.requests and not keys.requests[-1].address)
    )


def _leaf_sha256(handshake: TlsHandshake) -> str | None:
    data = _leaf_of(handshake)
    return None if data is None else _certificate_sha256(data)


def _leaf_of(handshake: TlsHandshake) -> str | None:
    if not handshake.peer_certificates:
        return None
    leaf = handshake.peer_certificates[0]
    return leaf.data if isinstance(leaf, Base64Data) else leaf


@lru_cache(maxsize=4_096)
def _certificate_sha256(data: str) -> str:
    return hashlib.sha256(_certificate(data)).hexdigest()


def _certificate(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except ValueError as error:
        raise InvalidRecord(f"test_keys.tls_handshakes[...].peer_certificates[0]: no base64 ({error})") from error

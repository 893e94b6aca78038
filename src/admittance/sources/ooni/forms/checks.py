"""Tests of single techniques: urlgetter, dnscheck, echcheck and stun_reachability."""

from collections.abc import Sequence

import msgspec

from admittance.model.vocabulary import Layer
from admittance.sources.fields import read_port
from admittance.sources.ooni.forms.tunnels import TunnelKeys, bootstrapped
from admittance.sources.ooni.parts import Outcome, OwnForm, Part
from admittance.sources.ooni.records import Envelope, Failure, Query, TestKeys, TlsHandshake
from admittance.sources.urls import Place, endpoint_of, place_of_endpoint

__all__ = ["DNSCHECK", "ECHCHECK", "STUN_REACHABILITY", "URLGETTER"]


class ResolvedQuery(Query, gc=False):
    """One look-up, and the resolver that was asked: read to tell connections with it apart, and not kept."""

    resolver_address: str | None = None


class UrlgetterKeys(TestKeys, gc=False):
    """The shared arrays, and through which tunnel they were made."""

    queries: list[ResolvedQuery] | None = None  # type: ignore[assignment]
    tunnel: str | None = None
    failure: Failure = None
    bootstrap_time: float | None = None


class UrlgetterLine(Envelope, gc=False):
    """A line of the test urlgetter."""

    test_keys: UrlgetterKeys | None = None


def _urlgetter_parts(line: UrlgetterLine, asked: Place | None) -> Sequence[Part]:
    keys = line.test_keys
    if keys is None:
        return ()
    if keys.tunnel:
        return bootstrapped(keys.tunnel, TunnelKeys(failure=keys.failure, bootstrap_time=keys.bootstrap_time))
    resolvers = {query.resolver_address for query in keys.queries or () if query.resolver_address}
    if resolvers:
        keys.tcp_connect = [
            connection
            for connection in keys.tcp_connect or ()
            if connection.ip is None or endpoint_of(connection.ip, _port(connection.port)) not in resolvers
        ]
        keys.tls_handshakes = [handshake for handshake in keys.tls_handshakes or () if handshake.address not in resolvers]
    return (Part(keys=keys, asked=asked, web=asked is not None and asked.scheme is not None),)


def _port(port: int | str | None) -> int | None:
    return read_port("test_keys.tcp_connect[...].port", port)


URLGETTER = OwnForm(UrlgetterLine, _urlgetter_parts)


class DnscheckKeys(msgspec.Struct, gc=False):
    """How the resolver's name was looked up, and how each of its addresses served."""

    bootstrap: TestKeys | None = None
    lookups: dict[str, TestKeys | None] | None = None


class DnscheckLine(Envelope, gc=False):
    """A line of the test dnscheck. The input is the resolver's URL; facts are about the resolver."""

    test_keys: DnscheckKeys | None = None


def _dnscheck_parts(line: DnscheckLine, asked: Place | None) -> Sequence[Part]:
    keys = line.test_keys
    if keys is None:
        return ()
    found = (keys.bootstrap, *(lookup for _, lookup in sorted((keys.lookups or {}).items())))
    return [Part(keys=part, asked=asked) for part in found if part is not None]


DNSCHECK = OwnForm(DnscheckLine, _dnscheck_parts)


class EchHandshake(TlsHandshake, gc=False):
    """One handshake; with `echconfig` its hello was, or pretended to be, an encrypted one, under an outer name."""

    echconfig: str | None = None
    outer_server_name: str | None = None


class EchcheckKeys(msgspec.Struct, gc=False):
    """Handshakes with and without an encrypted hello; before 0.2 one of each, under keys of their own."""

    queries: list[Query] | None = None
    tls_handshakes: list[EchHandshake] | None = None
    quic_handshakes: list[EchHandshake] | None = None
    control: EchHandshake | None = None
    target: EchHandshake | None = None


class EchcheckLine(Envelope, gc=False):
    """A line of the test echcheck."""

    test_keys: EchcheckKeys | None = None


def _echcheck_parts(line: EchcheckLine, asked: Place | None) -> Sequence[Part]:
    keys = line.test_keys
    if keys is None:
        return ()
    shaken = [*(keys.tls_handshakes or ()), *([keys.control] if keys.control else [])]
    plain: list[TlsHandshake] = [handshake for handshake in shaken if not handshake.echconfig]
    # Where no input was recorded, the handshake's own name is what was asked for.
    seen = (_as_seen(handshake) if asked is not None else handshake for handshake in shaken if handshake.echconfig)
    veiled: list[TlsHandshake] = list(seen)
    veiled += [keys.target] if keys.target else []
    over_quic = list[TlsHandshake](keys.quic_handshakes or ())
    return (
        Part(keys=TestKeys(queries=keys.queries, tls_handshakes=plain, quic_handshakes=over_quic), asked=asked),
        Part(keys=TestKeys(tls_handshakes=veiled), asked=asked, operation="ech"),
    )


def _as_seen(handshake: EchHandshake) -> EchHandshake:
    """The handshake under the name that its hello shows."""
    if not handshake.outer_server_name:
        return handshake
    return msgspec.structs.replace(handshake, server_name=handshake.outer_server_name)


ECHCHECK = OwnForm(EchcheckLine, _echcheck_parts)


class StunKeys(TestKeys, gc=False):
    """The shared arrays and how the exchange over UDP ended."""

    endpoint: str | None = None
    failure: Failure = None


class StunLine(Envelope, gc=False):
    """A line of the test stun_reachability."""

    test_keys: StunKeys | None = None


def _stun_parts(line: StunLine, asked: Place | None) -> Sequence[Part]:
    keys = line.test_keys
    if keys is None:
        return ()
    place = asked or (place_of_endpoint(keys.endpoint) if keys.endpoint else None)
    if place is None:
        return ()
    host, address = (None, place.host) if place.bare else (place.host, None)
    outcome = Outcome(layer=Layer.HTTP, hostname=host, address=address, port=place.port, failure=keys.failure, operation="stun")
    return (Part(keys=keys, asked=place, outcomes=(outcome,)),)


STUN_REACHABILITY = OwnForm(StunLine, _stun_parts)

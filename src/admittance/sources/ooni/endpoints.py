"""Where handshakes and requests went whose record leaves the address out, as far as the connections beside leave no choice."""

from collections import defaultdict

from admittance.sources.fields import read_port
from admittance.sources.ooni.records import Request, TcpConnect, TestKeys, TlsHandshake
from admittance.sources.ooni.redirects import tagged_depth
from admittance.sources.urls import endpoint_of, place_of_url

__all__ = ["name_endpoints"]

Service = tuple[int, bool]
"""Redirects before, and whether it is https."""


def name_endpoints(keys: TestKeys) -> None:
    """Writes addresses into handshakes and requests that lack them. Raises `InvalidRecord` for a port that is none.

    Handshakes are recorded in the order of the connections that they followed, so as many of both are pairs. A request gets the
    address at which alone something worked for its hop and scheme. Ports other than 80 are taken for those of https.
    """
    connected: defaultdict[Service, list[str]] = defaultdict(list)
    for connection in keys.tcp_connect or ():
        place = _reached(connection)
        if place is not None:
            connected[tagged_depth(connection.tags) or 0, not place.endswith(":80")].append(place)
    waiting: defaultdict[int, list[TlsHandshake]] = defaultdict(list)
    for handshake in keys.tls_handshakes or ():
        waiting[tagged_depth(handshake.tags) or 0].append(handshake)
    for depth, handshakes in waiting.items():
        places = connected[depth, True]
        if len(places) == len(handshakes) and not any(handshake.address for handshake in handshakes):
            for handshake, place in zip(handshakes, places, strict=True):
                handshake.address = place
        connected[depth, True] = [handshake.address for handshake in handshakes if handshake.address and not handshake.failure]
    for request in keys.requests or ():
        _name(request, connected)


def _reached(connection: TcpConnect) -> str | None:
    if connection.ip is None or connection.status is None or not connection.status.success:
        return None
    return endpoint_of(connection.ip.strip("[]"), read_port("test_keys.tcp_connect[...].port", connection.port))


def _name(request: Request, connected: defaultdict[Service, list[str]]) -> None:
    url = request.request.url if request.request is not None else None
    place = place_of_url(url) if url and not request.address else None
    if place is None or place.bare:
        return
    found = connected.get((tagged_depth(request.tags) or 0, place.scheme == "https")) or ()
    if len(set(found)) == 1:
        request.address = next(iter(found))

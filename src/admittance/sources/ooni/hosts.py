"""Which host each fact of a measurement is about, where a test has no input to say so."""

from collections.abc import Sequence

from admittance.catalog.hosts import canonical_host
from admittance.sources.ooni.records import TestKeys
from admittance.sources.ooni.redirects import Hop
from admittance.sources.urls import Place

__all__ = ["AskedHosts"]


class AskedHosts:
    """Finds the host asked for behind names and addresses.

    With an input it is the input's host, always. Without, a name stands for itself; an address that a request names bare stands
    for itself too; any other address belongs to the name that resolved to it. Where several names did (Signal's chat and
    storage share addresses), connections are dealt out in the order in which the endpoints were tried, one working connection
    to each and port: that is how the probe makes them.
    """

    __slots__ = ("_asked", "_bare", "_names", "_served")

    def __init__(self, keys: TestKeys, hops: Sequence[Hop], asked: Place | None) -> None:
        self._asked = asked
        self._bare = {hop.place.host for hop in hops if hop.place.bare}
        self._names = _names_by_address(keys)
        if asked is None and any(len(names) > 1 for names in self._names.values()):
            order = {host: rank for rank, host in reversed(list(enumerate(hop.asked_host for hop in reversed(hops))))}
            for names in self._names.values():
                names.sort(key=lambda name: order.get(name, len(order)))
        self._served: set[tuple[str, int | None]] = set()

    def of_name(self, hostname: str) -> str:
        """The host asked for, of a look-up of `hostname`."""
        return self._asked.host if self._asked else canonical_host(hostname)

    def of_connection(self, address: str, port: int | None, *, worked: bool) -> str:
        """The host asked for, of a connection to `address`; call once per connection, in the order of the record."""
        if self._asked:
            return self._asked.host
        names = () if address in self._bare else self._names.get(address, ())
        if not names:
            return address
        name = next((name for name in names if (name, port) not in self._served), names[-1])
        if worked:
            self._served.add((name, port))
        return name

    def of_handshake(self, server_name: str | None, address: str | None) -> str | None:
        """The host asked for, of a handshake; null when nothing says it."""
        if self._asked:
            return self._asked.host
        if server_name:
            return canonical_host(server_name)
        if address is None:
            return None
        names = self._names.get(address)
        return names[0] if names else address

    def name_of_address(self, address: str, asked_host: str) -> str | None:
        """The name that a connection to `address` stands for; null when no look-up of this measurement gave the address."""
        names = self._names.get(address, ())
        if asked_host in names:
            return asked_host
        return names[0] if len(names) == 1 else None


def _names_by_address(keys: TestKeys) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for query in keys.queries or ():
        if not query.hostname:
            continue
        hostname = canonical_host(query.hostname)
        for answer in query.answers or ():
            address = answer.ipv4 or answer.ipv6
            if address:
                known = names.get(address)
                if known is None:
                    names[address] = [hostname]
                elif hostname not in known:
                    known.append(hostname)
    return names

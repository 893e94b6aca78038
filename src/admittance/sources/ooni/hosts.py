"""Which host each fact of a measurement is about, where a test has no input to say so."""

from collections.abc import Sequence

from admittance.catalog.hosts import canonical_host
from admittance.sources.ooni.redirects import Hop

__all__ = ["AskedHosts", "NamesByAddress", "name_of_address"]

NamesByAddress = dict[str, list[str]]
"""For each address the names that resolved to it, in the order of the look-ups."""


def name_of_address(names: NamesByAddress, address: str, asked_host: str) -> str | None:
    """The name that a connection to `address` stands for; null when no look-up of this measurement gave the address."""
    known = names.get(address)
    if known is None:
        return None
    if asked_host in known:
        return asked_host
    return known[0] if len(known) == 1 else None


class AskedHosts:
    """Finds the host asked for behind names and addresses.

    A name stands for itself; an address that a request names bare stands for itself too; any other address belongs to the name
    that resolved to it. Where several names did (Signal's chat and storage share addresses), connections are dealt out in the
    order in which the endpoints were tried, one working connection to each and port: that is how the probe makes them.
    """

    __slots__ = ("_bare", "_names", "_served")

    def __init__(self, names: NamesByAddress, hops: Sequence[Hop]) -> None:
        self._bare = {hop.place.host for hop in hops if hop.place.bare}
        self._names = names
        if any(len(known) > 1 for known in names.values()):
            order = {host: rank for rank, host in reversed(list(enumerate(hop.asked_host for hop in reversed(hops))))}
            self._names = {
                address: sorted(known, key=lambda name: order.get(name, len(order))) for address, known in names.items()
            }
        self._served: set[tuple[str, int | None]] = set()

    def of_connection(self, address: str, port: int | None, *, worked: bool) -> str:
        """The host asked for, of a connection to `address`; call once per connection, in the order of the record."""
        names = () if address in self._bare else self._names.get(address, ())
        if not names:
            return address
        name = next((name for name in names if (name, port) not in self._served), names[-1])
        if worked:
            self._served.add((name, port))
        return name

    def of_handshake(self, server_name: str | None, address: str | None) -> str | None:
        """The host asked for, of a handshake; null when nothing says it."""
        if server_name:
            return canonical_host(server_name)
        if address is None:
            return None
        names = self._names.get(address)
        return names[0] if names else address

"""Which network an address belonged to, by tables of prefixes and the networks that announce them."""

import gzip
import zlib
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from socket import AF_INET, AF_INET6, inet_pton

import msgspec
import numpy as np
from numpy.typing import NDArray

from admittance.catalog.records import Unusable
from admittance.errors import InputError
from admittance.model.ids import Asn

__all__ = ["AddressNetworks", "NetworkTable", "read_networks"]

LARGEST_TABLE = 256 * 2**20
"""Bytes, unpacked. CAIDA's table of IPv4 had 25 MB in 2024."""

LARGEST_ASN = 2**32 - 1
BITS = {4: 32, 6: 64}
"""Bits of an address that count, by family: no network announces less than 64 bits of IPv6 to the world."""

_Floors = NDArray[np.uint64]
_Numbers = NDArray[np.uint32]


class NetworkTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table of one family of addresses: from each of `floors` on, up to the next, addresses belong to one of `numbers`."""

    family: int  # 4 or 6
    floors: _Floors
    numbers: _Numbers  # 0 is nobody's
    entries: int
    unusable: tuple[Unusable, ...]

    def network_of(self, address: int) -> Asn:
        """The network of an address, of which the first `BITS` count; 0 where nobody announces it."""
        place = int(np.searchsorted(self.floors, np.uint64(address), side="right")) - 1
        return Asn(int(self.numbers[place])) if place >= 0 else Asn(0)


class AddressNetworks(msgspec.Struct, frozen=True, kw_only=True):
    """Tables with the moment from which each holds, in the order of these."""

    tables: tuple[tuple[datetime, NetworkTable], ...]

    def network_of(self, address: str, time: datetime) -> Asn:
        """The network of an address at a time, by the table that held then, or by the first where none did yet; else 0."""
        family, number = _number(address.strip("[]"))
        known = [(holds_from, table) for holds_from, table in self.tables if table.family == family]
        if not known:
            return Asn(0)
        held = [table for holds_from, table in known if holds_from <= time]
        return (held[-1] if held else known[0][1]).network_of(number)


def read_networks(content: bytes) -> NetworkTable:
    """A table in the form of CAIDA's prefix-to-AS files, plain or gzip: prefix, length and network, parted by tabs.

    Of several networks (`10_20`, `10,20`) the first counts. Rows that cannot be used are listed with line and reason. Raises
    `InputError` for what is no such table, holds both families, or is too large.
    """
    announced: list[tuple[int, int, int]] = []
    unusable: list[Unusable] = []
    families: set[int] = set()
    for number, line in enumerate(_unpacked(content).splitlines(), start=1):
        if not line or line.startswith(b"#"):
            continue
        try:
            family, entry = _entry(line)
        except ValueError as error:
            if not announced and not unusable:
                raise InputError(f"line {number}: no prefix, length and network, parted by tabs: {error}") from error
            unusable.append((number, str(error)))
            continue
        families.add(family)
        announced.append(entry)
    if len(families) != 1:
        raise InputError(
            "line 1: the table holds addresses of both families" if families else "line 1: the table holds no prefix"
        )
    floors, numbers = _floors(announced)
    return NetworkTable(family=families.pop(), floors=floors, numbers=numbers, entries=len(announced), unusable=tuple(unusable))


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(BytesIO(content)) as stream:
            unpacked = stream.read(LARGEST_TABLE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"line 1: gzip that cannot be unpacked: {error}") from error
    if len(unpacked) > LARGEST_TABLE:
        raise InputError(f"line 1: more than {LARGEST_TABLE:,} bytes unpacked")
    return unpacked


def _entry(line: bytes) -> tuple[int, tuple[int, int, int]]:
    """Family, and first address, last address and network. Raises `ValueError`."""
    fields = line.decode("ascii", "replace").strip().split("\t")
    if len(fields) != 3:
        raise ValueError(f"{len(fields)} fields, not 3")
    family, first = _number(fields[0])
    bits = BITS.get(family)
    if bits is None:
        raise ValueError(f"no address: {fields[0][:40]!r}")
    length = int(fields[1])
    if not 0 <= length <= bits:
        raise ValueError(f"a prefix of {length} bits")
    network = int(fields[2].replace(",", "_").split("_")[0].strip("{}"))
    if not 0 < network <= LARGEST_ASN:
        raise ValueError(f"no AS number: {fields[2][:40]!r}")
    span = 1 << (bits - length)
    first -= first % span
    return family, (first, first + span - 1, network)


def _number(address: str) -> tuple[int, int]:
    """Family and the bits that count; family 0 for what is no address."""
    try:
        if ":" in address:
            return 6, int.from_bytes(inet_pton(AF_INET6, address)[:8])
        return 4, int.from_bytes(inet_pton(AF_INET, address))
    except (OSError, ValueError):
        return 0, 0


def _floors(announced: Sequence[tuple[int, int, int]]) -> tuple[_Floors, _Numbers]:
    """Nested prefixes as stretches beside each other: of those around an address the narrowest counts."""
    floors: list[int] = []
    numbers: list[int] = []

    def begin(floor: int, number: int) -> None:
        if floors and floors[-1] == floor:
            numbers[-1] = number
        else:
            floors.append(floor)
            numbers.append(number)

    around: list[tuple[int, int]] = []  # last address and network of each prefix that is open
    beyond = max((last for _, last, _ in announced), default=0) + 1
    for first, last, network in [*sorted(announced, key=lambda entry: (entry[0], -entry[1])), (beyond, beyond, 0)]:
        while around and around[-1][0] < first:
            end, _ = around.pop()
            begin(end + 1, around[-1][1] if around else 0)
        begin(first, network)
        around.append((last, network))
    if floors[-1] > np.iinfo(np.uint64).max:
        del floors[-1], numbers[-1]
    return np.array(floors, np.uint64), np.array(numbers, np.uint32)

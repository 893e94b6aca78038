"""IPv4 addresses inside those of IPv6, as names are answered behind a translator (NAT64, RFC 6146; DNS64, RFC 6147)."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network

import polars as pl

__all__ = ["translated", "with_embedded"]

WELL_KNOWN = IPv6Network("64:ff9b::/96")
"""The prefix that all translators may use (RFC 6052)."""

_BEGINS = "64:ff9b::"


def translated(column: str = "address") -> pl.Expr:
    """Whether an address is one of a translator's, which leads nowhere outside its own network."""
    return pl.col(column).str.starts_with(_BEGINS).fill_null(False)


def with_embedded(texts: pl.Series, *, well_known: bool) -> pl.Series:
    """The texts of addresses, separated by spaces, each followed by the IPv4 addresses in the last 32 bits of those of IPv6.

    A network may have a prefix of its own, so that such an address means something only where it equals one that others got;
    `well_known` leaves out all but the prefix that cannot be anything else.
    """
    longer = texts.filter(texts.str.contains(":", literal=True)).unique()
    known = {text: " ".join([text, *_embedded(text, well_known)]) for text in longer}
    return texts.replace(known) if known else texts


def _embedded(text: str, well_known: bool) -> Iterator[str]:
    for word in text.split():
        try:
            address = IPv6Address(word)
        except ValueError:
            continue
        if address in WELL_KNOWN or not well_known:
            yield str(IPv4Address(int(address) & 0xFFFFFFFF))

"""Text without addresses: what a reject shows, and the free text inside failure strings, must name nobody's machine."""

import re
from functools import lru_cache
from ipaddress import ip_address

__all__ = ["SCRUBBED", "excerpt", "scrub", "without_address", "without_address_in_bytes"]

SCRUBBED = "[scrubbed]"
EXCERPT_CHARACTERS = 400
EXCERPT_BYTES = 8_000  # enough to still fill an excerpt when all of it was addresses

_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_IPV6_LIKE = re.compile(r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:%\w+)?")


def scrub(text: str) -> str:
    """The text with every IPv4 and IPv6 address replaced by `[scrubbed]`.

    When in doubt a run is taken for an address; a time such as `12:34:56` is not.
    """
    return _IPV6_LIKE.sub(_without_ipv6, _IPV4.sub(SCRUBBED, text))


def _without_ipv6(match: re.Match[str]) -> str:
    run = match.group()
    bare = run.partition("%")[0]
    if "::" in bare and bare.strip(":"):
        return SCRUBBED
    try:
        ip_address(bare.strip(":"))
    except ValueError:
        return run if bare.count(":") < 7 else SCRUBBED
    return SCRUBBED


def excerpt(content: bytes) -> str:
    """The first 400 characters of a line, addresses scrubbed, undecodable bytes and control characters replaced."""
    text = content[:EXCERPT_BYTES].decode("utf-8", errors="replace")
    return scrub("".join(character if character.isprintable() else " " for character in text))[:EXCERPT_CHARACTERS]


def without_address(text: str, address: str) -> str:
    """The text with this one address replaced by `[scrubbed]`, in either case, and none that merely begins or ends like it."""
    return _pattern_of(address)[0].sub(SCRUBBED, text)


def without_address_in_bytes(content: bytes, address: str) -> bytes:
    """The same, in bytes."""
    return _pattern_of(address)[1].sub(SCRUBBED.encode(), content)


@lru_cache(maxsize=1_024)
def _pattern_of(address: str) -> tuple[re.Pattern[str], re.Pattern[bytes]]:
    edges = (r"(?<![0-9A-Fa-f:])", r"(?![0-9A-Fa-f:])") if ":" in address else (r"(?<![0-9.])", r"(?!\.?[0-9])")
    pattern = f"{edges[0]}{re.escape(address)}{edges[1]}"
    return re.compile(pattern, re.IGNORECASE), re.compile(pattern.encode(), re.IGNORECASE)

"""The parts of a URL that facts are named by."""

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import msgspec

from admittance.catalog.hosts import canonical_host, is_address

__all__ = ["Place", "endpoint_of", "place_of_address", "place_of_endpoint", "place_of_url", "resolves_to"]

DEFAULT_PORTS = {"http": 80, "https": 443}


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a URL or an address points."""

    scheme: str | None
    host: str
    port: int | None
    bare: bool  # whether the host is an address


@lru_cache(maxsize=65_536)
def place_of_url(url: str, *, assume_http: bool = False) -> Place | None:
    """Scheme, canonical host and port of an http or https URL; null for anything else.

    `assume_http` reads a text without a scheme as one of http, as the inputs of early reports want it.
    """
    text = url.strip()
    if assume_http and "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in DEFAULT_PORTS or not host:
        return None
    name = canonical_host(host)
    if not name or " " in name:
        return None
    return Place(scheme, name, port or DEFAULT_PORTS[scheme], is_address(name))


@lru_cache(maxsize=65_536)
def place_of_endpoint(text: str) -> Place | None:
    """Where a URL of any scheme, `host:port`, a host or an address points; null for anything else.

    The scheme is kept when it is http or https; the port is null where neither text nor scheme says one.
    """
    bare = text.strip()
    if is_address(bare):
        return Place(None, canonical_host(bare), None, True)
    try:
        parts = urlsplit(bare if "://" in bare else f"//{bare}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    name = canonical_host(host) if host else ""
    if not name or " " in name:
        return None
    scheme = parts.scheme.lower()
    return Place(scheme if scheme in DEFAULT_PORTS else None, name, port or DEFAULT_PORTS.get(scheme), is_address(name))


@lru_cache(maxsize=65_536)
def place_of_address(text: str) -> tuple[str, int | None]:
    """Host and port of `1.2.3.4:443` or `[2001:db8::1]:443`; the port is null when there is none that can be read."""
    host, separator, port = text.rpartition(":")
    if separator and port.isdecimal() and len(port) <= 5 and int(port) <= 65_535 and (host.startswith("[") or ":" not in host):
        return host.strip("[]"), int(port)
    return text.strip("[]"), None


def endpoint_of(address: str, port: int | None) -> str:
    """`ip:port` as the test helper spells it."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def resolves_to(base: str, location: str, url: str) -> bool:
    """Whether a `Location` met at `base` leads to `url`, spelled the same but for a final slash."""
    try:
        return urljoin(base, location).rstrip("/") == url.rstrip("/")
    except ValueError:
        return False

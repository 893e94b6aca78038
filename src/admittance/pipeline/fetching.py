"""Documents behind addresses: fetched politely, and only from where the public Internet is.

A name is resolved once, every address it resolves to must be public, and the connection is made to the very address that was
checked, so that the name cannot point elsewhere a moment later. Redirects go through the same door.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import msgspec

from admittance import __version__
from admittance.errors import InputError

__all__ = ["Fetched", "Fetcher"]

AGENT = f"admittance/{__version__}"
LARGEST = 10 * 2**20
"""Bytes of one answer that are taken."""
LARGEST_ROBOTS = 500 * 1024
SECONDS = 20.0
"""Seconds for one answer with all its redirects, and for one rule file of a site."""
MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: the address it finally came from, its bytes, media type and charset as the server says."""

    url: str
    content: bytes
    media_type: str
    charset: str | None


class Fetcher:
    """Fetches addresses, a site's robots.txt first and once.

    ``allow_loopback`` also admits this machine itself, for tests and local archives; private networks stay out of reach.
    ``resolve`` and ``now`` are the effects, replaced in tests.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        resolve: Callable[[str, int], list[str]] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._resolve = resolve or _addresses
        self._now = now
        self._robots: dict[str, RobotFileParser] = {}

    def fetch(self, url: str) -> Fetched:
        """The answer behind an http(s) address.

        Raises ``InputError`` for another scheme, a name that does not resolve, an address that is not public, a site that
        forbids it in robots.txt, an error status, and an answer too long or too slow.
        """
        deadline = self._now() + SECONDS
        for _ in range(MOST_REDIRECTS + 1):
            parts = _checked(url)
            self._ask_robots(parts)
            status, headers, content = self._get(parts, deadline, LARGEST)
            if status in _REDIRECTS:
                target = headers.get("location")
                if not target:
                    raise InputError(f"{url}: redirects to nowhere")
                url = urljoin(url, target)
                continue
            if status != 200:
                raise InputError(f"{url}: the server answered {status}")
            return Fetched(
                url=url,
                content=content,
                media_type=headers.get_content_type(),
                charset=headers.get_content_charset(),
            )
        raise InputError(f"{url}: more than {MOST_REDIRECTS} redirects")

    def _ask_robots(self, parts: SplitResult) -> None:
        """Refuses what a site's robots.txt forbids; no such file allows all, one that cannot be had forbids all (RFC 9309)."""
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = self._robots.get(origin)
        if rules is None:
            rules = self._robots[origin] = self._rules_of(origin)
        if not rules.can_fetch("admittance", parts.geturl()):
            raise InputError(f"{parts.geturl()}: the site's robots.txt asks not to read this")

    def _rules_of(self, origin: str) -> RobotFileParser:
        rules = RobotFileParser()
        deadline = self._now() + SECONDS
        url = f"{origin}/robots.txt"
        for _ in range(MOST_REDIRECTS + 1):
            status, headers, content = self._get(_checked(url), deadline, LARGEST_ROBOTS)
            if status in _REDIRECTS and headers.get("location"):
                url = urljoin(url, headers["location"])
                continue
            if status == 200:
                rules.parse(content.decode("utf-8", "replace").splitlines())
            elif 400 <= status < 500:
                rules.parse([])
            else:
                rules.parse(["User-agent: *", "Disallow: /"])
            return rules
        rules.parse([])  # as RFC 9309 has it for endless redirects
        return rules

    def _get(self, parts: SplitResult, deadline: float, largest: int) -> tuple[int, http.client.HTTPMessage, bytes]:
        url = parts.geturl()
        host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
        try:
            connection = self._connection(parts.scheme, host, port, deadline)
        except OSError as error:
            raise InputError(f"{url}: no connection ({error.strerror or type(error).__name__})") from error
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise InputError(f"{url}: the server packs its answer though asked not to")
            parts_read: list[bytes] = []
            size = 0
            while chunk := answer.read1(65536):
                size += len(chunk)
                if size > largest:
                    raise InputError(f"{url}: longer than {largest // 1024} KiB")
                if self._now() > deadline:
                    raise InputError(f"{url}: not answered within {SECONDS:.0f} seconds")
                parts_read.append(chunk)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise InputError(f"{url}: the answer broke off ({type(error).__name__})") from error
        else:
            return answer.status, answer.headers, b"".join(parts_read)
        finally:
            connection.close()

    def _connection(self, scheme: str, host: str, port: int, deadline: float) -> http.client.HTTPConnection:
        """A connection to the one address that was checked."""
        address = self._public_address(host, port)
        left = max(0.1, min(SECONDS, deadline - self._now()))
        connection = http.client.HTTPConnection(host, port, timeout=left)
        raw = socket.create_connection((address, port), timeout=left)
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if scheme == "https" else raw
        return connection

    def _public_address(self, host: str, port: int) -> str:
        """The first address of a host, when all of its addresses are public."""
        found = self._resolve(host, port)
        if not found:
            raise InputError(f"{host}: the name does not resolve")
        for address in found:
            if not self._admitted(address):
                raise InputError(f"{host}: {address} is not a public address; only public ones are read")
        return found[0]

    def _admitted(self, written: str) -> bool:
        address = ipaddress.ip_address(written.split("%")[0])
        if isinstance(address, ipaddress.IPv6Address):
            inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
            if address in _NAT64:
                inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
            if inner is not None:
                return self._admitted(str(inner))
        if address.is_loopback:
            return self._allow_loopback
        return address.is_global and not address.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"{url}: no address ({error})") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(f"{url}: only http and https addresses are read")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{parts.hostname}: an address with a user name is not read")
    if port == 0 or any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise InputError(f"{parts.hostname}: no address")
    return parts._replace(fragment="")


def _addresses(host: str, port: int) -> list[str]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in rows))

"""What lies behind http and https addresses: bounded in size and time, and only from where the public Internet is.

A name is resolved once, every address it resolves to must be public, and the connection is made to the very address that was
checked, so that the name cannot point elsewhere a moment later. Redirects go through the same door.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import msgspec

from admittance import __version__
from admittance.errors import InputError

__all__ = ["Fetched", "Fetcher", "Reach", "is_public"]

AGENT = f"admittance/{__version__}"
LARGEST = 10 * 2**20
"""Bytes of one answer that are taken."""
LARGEST_ROBOTS = 500 * 1024
SECONDS = 20.0
"""Seconds that one request may take, from the first connection to the last byte."""
MOST_REDIRECTS = 5
LONGEST_RETRY = 7 * 86_400
"""Seconds: a server that asks to be left alone for longer is taken to ask for a week."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_CHUNK = 2**16
_TRANSLATED = 0x64_FF9B << 96  # RFC 6052, 64:ff9b::/96: the last 32 bits are an IPv4 address


class Reach(StrEnum):
    """Which places may be asked."""

    PUBLIC = "public"
    LOOPBACK = "loopback"  # this machine too, for tests and local archives
    PRIVATE = "private"  # any place


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: the address it finally came from, its status, bytes, media type and charset as the server says."""

    url: str
    status: int = 200
    content: bytes
    media_type: str
    charset: str | None
    retry_after: float | None = None  # seconds for which the server asks to be left alone


class Fetcher:
    """Fetches addresses; a `polite` one asks a site's robots.txt first, once for each site.

    `resolve` gives the addresses of a host and port, and is replaced in tests.
    """

    def __init__(
        self,
        *,
        reach: Reach = Reach.PUBLIC,
        polite: bool = True,
        largest: int = LARGEST,
        seconds: float = SECONDS,
        resolve: Callable[[str, int], list[str]] | None = None,
    ) -> None:
        self._reach = reach
        self._polite = polite
        self._largest = largest
        self._seconds = seconds
        self._resolve = resolve or _addresses
        self._robots: dict[str, RobotFileParser] = {}

    def fetch(self, url: str) -> Fetched:
        """The answer behind an http(s) address.

        Raises `InputError` naming the address: for another scheme, a password in it, a name that does not resolve, a place out
        of reach, a site that forbids it in robots.txt, a status other than 200, a redirect from https to http, and an answer
        that is too long, too slow or broken off.
        """
        found = self.answer(url)
        if found.status != 200:
            raise InputError(f"{found.url}: the server answered {found.status}")
        return found

    def answer(self, url: str) -> Fetched:
        """The answer behind an http(s) address, whatever its status. Raises `InputError` as `fetch` does for all else."""
        place, status, headers, content = self._followed(url, self._largest, self._ask_robots if self._polite else None)
        return Fetched(
            url=place,
            status=status,
            content=content,
            media_type=headers.get_content_type(),
            charset=headers.get_content_charset(),
            retry_after=_retry_after(headers),
        )

    def pause_asked(self, url: str) -> float:
        """Seconds that a site's robots.txt, read before, asks to leave between requests; 0 where it asks for none."""
        parts = _checked(url)
        rules = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        asked = rules.crawl_delay("admittance") if rules is not None else None
        return float(asked) if asked is not None else 0.0

    def _followed(self, url: str, largest: int, ask: Callable[[SplitResult], None] | None) -> tuple[str, int, Message, bytes]:
        """Where redirects end: address, status, headers and content; `ask` is called before each request."""
        place = url
        for _ in range(MOST_REDIRECTS + 1):
            parts = _checked(place)
            if ask is not None:
                ask(parts)
            status, headers, content = self._answer(parts, largest)
            location = headers.get("Location")
            if status not in _REDIRECTS or not location:
                return place, status, headers, content
            leads_to = urljoin(place, location)
            if parts.scheme == "https" and leads_to.startswith("http:"):
                raise InputError(f"{place}: leads to {leads_to}, which is not https")
            place = leads_to
        raise InputError(f"{url}: more than {MOST_REDIRECTS} redirects")

    def _ask_robots(self, parts: SplitResult) -> None:
        """Refuses what a site's robots.txt forbids; no such file allows all, one that cannot be had forbids all (RFC 9309)."""
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            self._robots[site] = self._rules_of(site)
        if not self._robots[site].can_fetch("admittance", parts.geturl()):
            raise InputError(f"{parts.geturl()}: the site's robots.txt asks not to read this")

    def _rules_of(self, site: str) -> RobotFileParser:
        rules = RobotFileParser()
        _, status, _, content = self._followed(f"{site}/robots.txt", LARGEST_ROBOTS, None)
        if status == 200:
            rules.parse(content.decode("utf-8", "replace").splitlines())
        else:
            rules.parse([] if 300 <= status < 500 else ["User-agent: *", "Disallow: /"])
        return rules

    def _answer(self, parts: SplitResult, largest: int) -> tuple[int, Message, bytes]:
        """What one place answers, all of it within the time that there is."""
        url, host, port = parts.geturl(), str(parts.hostname), parts.port or _PORTS[parts.scheme]
        secure = parts.scheme == "https"
        connection = _Connection(host, port, self._address_of(host, port), secure=secure, timeout=self._seconds)
        overdue = threading.Event()
        watch = threading.Timer(self._seconds, _cut, (connection, overdue))
        watch.daemon = True
        watch.start()
        late = f"{url}: did not answer whole within {self._seconds:g} seconds"
        try:
            path = parts._replace(scheme="", netloc="").geturl() or "/"
            connection.request("GET", path, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})
            response = connection.getresponse()
            content = _content(url, response, largest)
        except (OSError, HTTPException, ValueError) as error:
            if overdue.is_set() or isinstance(error, TimeoutError):
                raise InputError(late) from error
            told = error.strerror if isinstance(error, OSError) else None
            raise InputError(f"{url}: cannot be fetched ({told or type(error).__name__})") from error
        finally:
            watch.cancel()
            connection.close()
        if overdue.is_set():
            raise InputError(late)
        return response.status, response.headers, content

    def _address_of(self, host: str, port: int) -> str:
        """The first address of a host, when all of its addresses are within reach."""
        found = self._resolve(host, port)
        if not found:
            raise InputError(f"{host}: the name does not resolve")
        for address in found:
            if not self._reaches(address):
                raise InputError(f"{host}: {address} is not a public address; others are asked only where a switch allows it")
        return found[0]

    def _reaches(self, address: str) -> bool:
        if self._reach is Reach.PRIVATE or is_public(address):
            return True
        return self._reach is Reach.LOOPBACK and _meant(address)[-1].is_loopback


def is_public(address: str) -> bool:
    """Whether an address can be reached from anywhere: no private, local, shared, reserved or multicast network."""
    return all(place.is_global and not place.is_multicast for place in _meant(address))


def _meant(address: str) -> list[IPv4Address | IPv6Address]:
    """The address, and behind it the one of IPv4 that it carries, if any."""
    place = ip_address(address.partition("%")[0])
    if isinstance(place, IPv4Address):
        return [place]
    if place.ipv4_mapped:
        return [place.ipv4_mapped]
    inner = place.sixtofour or (place.teredo[1] if place.teredo else None)
    if int(place) >> 32 == _TRANSLATED >> 32:
        inner = IPv4Address(int(place) & 0xFFFF_FFFF)
    return [place] if inner is None else [place, inner]


class _Connection(HTTPConnection):
    """A connection to an address that was checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address
        self._secure = secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _cut(connection: _Connection, overdue: threading.Event) -> None:
    """End a connection, whatever is under way."""
    overdue.set()
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself


def _retry_after(headers: Message) -> float | None:
    """Seconds that `Retry-After` asks for (RFC 9110, 10.2.3): a number, or a date, counted from the answer's own."""
    asked = str(headers.get("Retry-After", "")).strip()
    if asked.isascii() and asked.isdecimal():
        return float(min(int(asked[:12]), LONGEST_RETRY))
    try:
        until, since = parsedate_to_datetime(asked), parsedate_to_datetime(str(headers.get("Date", "")))
        return min(max(0.0, (until - since).total_seconds()), float(LONGEST_RETRY))
    except (ValueError, TypeError):  # no date, or one without a zone beside one with
        return None


def _content(url: str, response: HTTPResponse, largest: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise InputError(f"{url}: the server packs its answer though asked not to")
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > largest:
            raise InputError(f"{url}: longer than {largest:,} bytes")
    if response.length:
        raise InputError(f"{url}: ended {response.length:,} bytes early")
    return bytes(content)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"{url}: no address ({error})") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InputError(f"{url}: only http and https addresses are read")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{parts.scheme}://…@{parts.hostname}: an address must not carry a password")
    if port == 0 or any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise InputError(f"{parts.hostname}: no address")
    return parts._replace(fragment="")


def _addresses(host: str, port: int) -> list[str]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in rows))

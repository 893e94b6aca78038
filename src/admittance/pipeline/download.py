"""One file from an http or https address: bounded in size and time, and from public places only unless allowed."""

import socket
import ssl
import threading
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urljoin, urlsplit

from admittance.errors import InputError

__all__ = ["LARGEST_FILE", "download", "is_public"]

LARGEST_FILE = 16 * 2**20
"""Bytes. The largest list known, Citizen Lab's global one, has about 200 kB."""

LONGEST_WAIT = 60.0
"""Seconds that one request may take, from the first connection to the last byte."""

MOST_REDIRECTS = 5

_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}
_CHUNK = 2**16
_TRANSLATED = 0x64_FF9B << 96  # RFC 6052, 64:ff9b::/96: the last 32 bits are an IPv4 address


def download(url: str, *, allow_private: bool = False, largest: int = LARGEST_FILE, longest: float = LONGEST_WAIT) -> bytes:
    """The bytes at an address. Each hop of a redirect is resolved and checked anew, and spoken to at the address checked.

    Raises `InputError` naming the address: when it is no http or https URL or carries a password, names a place that is not
    public (unless `allow_private`), does not answer with 200 in time, leads from https to http, or sends too much.
    """
    place = url
    for _ in range(MOST_REDIRECTS + 1):
        try:
            answer = _asked(place, allow_private, largest, longest)
        except (OSError, HTTPException, ValueError) as error:
            raise InputError(f"{place}: cannot be fetched ({error})") from error
        if isinstance(answer, bytes):
            return answer
        if place.startswith("https:") and not answer.startswith("https:"):
            raise InputError(f"{place}: leads to {answer}, which is not https")
        place = answer
    raise InputError(f"{url}: more than {MOST_REDIRECTS} redirects")


def is_public(address: str) -> bool:
    """Whether an address can be reached from anywhere: no private, local, shared, reserved or multicast network."""
    place = ip_address(address.partition("%")[0])
    inner: IPv4Address | None = None
    if isinstance(place, IPv6Address):
        inner = place.ipv4_mapped or place.sixtofour or (place.teredo[1] if place.teredo else None)
        if int(place) >> 32 == _TRANSLATED >> 32:
            inner = IPv4Address(int(place) & 0xFFFF_FFFF)
    return all(one.is_global and not one.is_multicast for one in (place, inner or place))


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

    def cut(self) -> None:
        """End it, whatever is under way."""
        if self.sock is not None:
            self.sock.shutdown(socket.SHUT_RDWR)


def _asked(url: str, allow_private: bool, largest: int, longest: float) -> bytes | str:
    """What one place sends, or where it leads to."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InputError(f"{url}: no http or https address")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{parts.scheme}://…@{parts.hostname}: an address must not carry a password")
    port = parts.port or _PORTS[parts.scheme]
    addresses = [str(info[4][0]) for info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    private = [address for address in addresses if not is_public(address)]
    if private and not allow_private:
        raise InputError(
            f"{url}: {parts.hostname} leads to {private[0]}, which is not public (--allow-private lets it be asked)"
        )
    secure = parts.scheme == "https"
    connection = _Connection(parts.hostname, port, addresses[0], secure=secure, timeout=longest)
    overdue = threading.Event()
    watch = threading.Timer(longest, _cut(connection, overdue))
    watch.daemon = True
    watch.start()
    try:
        path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("GET", path, headers={"Accept-Encoding": "identity", "User-Agent": "admittance"})
        answer = _answered(url, connection.getresponse(), largest)
    except (OSError, HTTPException) as error:
        if overdue.is_set() or isinstance(error, TimeoutError):
            raise InputError(f"{url}: did not answer whole within {longest:g} seconds") from error
        raise
    finally:
        watch.cancel()
        connection.close()
    if overdue.is_set():
        raise InputError(f"{url}: did not answer whole within {longest:g} seconds")
    return answer


def _cut(connection: _Connection, overdue: threading.Event) -> Callable[[], None]:
    def cut() -> None:
        overdue.set()
        try:
            connection.cut()
        except OSError:
            return  # it ended by itself

    return cut


def _answered(url: str, response: HTTPResponse, largest: int) -> bytes | str:
    location = response.getheader("Location")
    if response.status in _REDIRECTS and location:
        return urljoin(url, location)
    if response.status != 200:
        raise InputError(f"{url}: answered {response.status} {response.reason}")
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise InputError(f"{url}: sends {response.getheader('Content-Encoding')}, which was not asked for")
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > largest:
            raise InputError(f"{url}: more than {largest:,} bytes")
    if response.length:
        raise InputError(f"{url}: ended {response.length:,} bytes early")
    return bytes(content)

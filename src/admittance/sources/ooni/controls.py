"""What a measurement's own control says beside a fact."""

from collections.abc import Iterable

from admittance.model.vocabulary import Control as ControlState
from admittance.sources.failures import UNKNOWN_FAILURE, translate_failure
from admittance.sources.ooni.headers import header_names
from admittance.sources.ooni.records import Control, ControlEndpoint, ControlPage, TestKeys
from admittance.sources.pages import fold_title

__all__ = ["NO_HELPER", "Beside", "ControlView", "LookupBeside", "PageBeside", "sorted_networks"]

Beside = tuple[str, str | None]
"""The state of the control beside an observation, and what it met there."""

LookupBeside = tuple[str, str | None, str | None, str | None]
"""The same beside a look-up, with the control's answers and their networks."""

PageBeside = tuple[str, str | None, int | None, int | None, str | None, str | None]
"""The same beside a request, with the control's status code, length, title and names of headers."""

NO_HELPER: Beside = (ControlState.NONE.value, None)
_MISSING: Beside = (ControlState.MISSING.value, None)
_FAILED: Beside = (ControlState.FAILED.value, None)
_PRESENT: Beside = (ControlState.PRESENT.value, None)


def _failed_with(failure: str | None) -> Beside:
    return _PRESENT if failure is None else (_PRESENT[0], failure)


class ControlView:
    """Looks up the control columns for each fact of one measurement.

    Without a helper every answer is `none`. A helper that failed as a whole (`control_failure`) is `failed` beside every fact;
    one that left no record, or none of this very name or endpoint, is `missing` there.
    """

    __slots__ = ("_asked_host", "_https", "_lookup", "_page", "_record", "_whole")

    def __init__(self, keys: TestKeys, *, helper: bool, asked_host: str, https: bool) -> None:
        self._asked_host = asked_host
        self._https = https
        self._record: Control | None = None
        self._page: ControlPage | None = None
        self._lookup: LookupBeside | None = None  # once it was asked for
        self._whole: Beside | None = None  # when all facts get the same
        if not helper:
            self._whole = NO_HELPER
        elif keys.control_failure and translate_failure(keys.control_failure) is not None:
            self._whole = _FAILED
        elif keys.control is None:
            self._whole = _MISSING
        else:
            self._record = keys.control
            self._page = keys.control.http_request

    def of_query(self, hostname: str) -> LookupBeside:
        """Beside a look-up: the helper resolves the input's host and no other."""
        if self._record is None:
            return (*(self._whole or _MISSING), None, None)
        dns = self._record.dns
        if dns is None or hostname != self._asked_host:
            return (*_MISSING, None, None)
        if self._lookup is None:
            addresses = sorted(set(dns.addrs or dns.ips or ()))
            failure = translate_failure(dns.failure) if dns.failure else None
            self._lookup = (_PRESENT[0], failure, " ".join(addresses) or None, self.networks_of(addresses))
        return self._lookup

    def of_connection(self, endpoint: str) -> Beside:
        """Beside a connection attempt to `ip:port`.

        Where the helper says of no connection how it ended, its page stands for those to the port and address it came by.
        """
        if self._record is None:
            return self._whole or _MISSING
        tried = self._record.tcp_connect
        recorded = _of_endpoint(tried.get(endpoint)) if tried else None
        if recorded is not None:
            return recorded
        silent = not any(_of_endpoint(entry) for entry in (tried or {}).values())
        return _PRESENT if silent and self._page_came_by(endpoint) else _MISSING

    def _page_came_by(self, endpoint: str) -> bool:
        dns, page = self._record.dns if self._record is not None else None, self._page
        if dns is None or page is None or page.failure or not page.status_code or page.status_code < 0:
            return False
        address, _, port = endpoint.rpartition(":")
        return port == ("443" if self._https else "80") and address.strip("[]") in (dns.addrs or dns.ips or ())

    def of_handshake(self, endpoint: str | None) -> Beside:
        """Beside a handshake with `ip:port`.

        Where the helper records no handshakes of its own (before 0.5), its request to an https input stands for one: it cannot
        have succeeded without.
        """
        if self._record is None:
            return self._whole or _MISSING
        tried = self._record.tls_handshake
        recorded = _of_endpoint(tried.get(endpoint or "")) if tried else None
        if recorded is not None:
            return recorded
        if self._https and self._page is not None:
            return _failed_with(translate_failure(self._page.failure))
        return _MISSING

    def of_quic_handshake(self, endpoint: str | None) -> Beside:
        """Beside a handshake of QUIC with `ip:port`."""
        if self._record is None:
            return self._whole or _MISSING
        return _of_endpoint((self._record.quic_handshake or {}).get(endpoint or "")) or _MISSING

    def of_request(self, *, final: bool) -> PageBeside:
        """Beside a request. The control's page stands at the end of its redirects: only the final request gets its figures."""
        page = self._page
        if self._record is None or page is None:
            return (*(self._whole or _MISSING), None, None, None, None)
        failure = translate_failure(page.failure) if page.failure else None
        if not final:
            return (_PRESENT[0], failure, None, None, None, None)
        return (
            _PRESENT[0],
            failure,
            page.status_code if page.status_code and page.status_code > 0 else None,
            page.body_length if page.body_length is not None and page.body_length >= 0 else None,
            fold_title(page.title) if page.title else None,
            header_names(page.headers),
        )

    def networks_of(self, addresses: Iterable[str]) -> str | None:
        """The networks of addresses as the helper knows them, which it does of those that the probe met too."""
        known = self._record.ip_info if self._record is not None else None
        if not known:
            return None
        return sorted_networks({entry.asn for address in addresses if (entry := known.get(address)) is not None and entry.asn})


def _of_endpoint(entry: ControlEndpoint | None) -> Beside | None:
    """Null where the helper did not try this endpoint."""
    if entry is None:
        return None
    failure = translate_failure(entry.failure) if entry.failure else None
    if failure is not None:
        return _failed_with(failure)
    if entry.status:
        return _PRESENT
    return None if entry.status is None else _failed_with(UNKNOWN_FAILURE)


def sorted_networks(numbers: set[int]) -> str | None:
    """AS numbers in numerical order, separated by spaces; null when there is none."""
    if len(numbers) <= 1:
        return str(*numbers) or None
    return " ".join(map(str, sorted(numbers)))

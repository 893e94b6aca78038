"""Tests of the Python probe: http_requests, dns_consistency and tcp_connect.

The first two carried their control with them: the same request over Tor, the same query to a resolver that was trusted.
"""

from collections.abc import Sequence

import msgspec

from admittance.model.vocabulary import Layer
from admittance.sources.failures import translate_failure
from admittance.sources.ooni.headers import headers_of
from admittance.sources.ooni.pages import body_bytes
from admittance.sources.ooni.parts import Outcome, OwnForm, Part
from admittance.sources.ooni.records import (
    Control,
    ControlDns,
    ControlPage,
    Envelope,
    Failure,
    Query,
    Request,
    RequestLine,
    Response,
    TestKeys,
)
from admittance.sources.pages import title_of
from admittance.sources.urls import Place, place_of_address

__all__ = ["DNS_CONSISTENCY", "HTTP_REQUESTS", "TCP_CONNECT"]

TOR_ITSELF_FAILED = frozenset({"connection_refused", "socks_connection_not_allowed", "socks_error", "socks_server_failure"})
"""Failures of the control that tell of the way over Tor and not of the site."""


class OverTor(msgspec.Struct, gc=False):
    """Whether a request went over Tor."""

    is_tor: bool | None = None


class ComparedRequestLine(RequestLine, gc=False):
    """What was asked for, and over which way."""

    tor: OverTor | bool | None = None


class ComparedRequest(Request, gc=False):
    """One request of the pair."""

    request: ComparedRequestLine | None = None


class HttpRequestsKeys(msgspec.Struct, gc=False):
    """Requests over both ways; failed ones were tried again."""

    requests: list[ComparedRequest] | None = None
    control_failure: Failure = None


class HttpRequestsLine(Envelope, gc=False):
    """A line of the test http_requests."""

    test_keys: HttpRequestsKeys | None = None


def _http_requests_parts(line: HttpRequestsLine, asked: Place | None) -> Sequence[Part]:
    found = line.test_keys
    if found is None:
        return ()
    direct: list[Request] = []
    over_tor: list[Request] = []
    for request in found.requests or ():
        way = request.request.tor if request.request is not None else None
        (over_tor if (way.is_tor if isinstance(way, OverTor) else way) else direct).append(request)
    keys = TestKeys(requests=direct)
    answered = [request for request in over_tor if request.response is not None and request.response.code]
    failures = [translate_failure(failure) for failure in (found.control_failure, *(request.failure for request in over_tor))]
    failure = next((failure for failure in failures if failure is not None), None)
    if answered:
        keys.control = Control(http_request=_page_of(answered[-1].response or Response()))
    elif failure in TOR_ITSELF_FAILED:
        keys.control_failure = failure
    elif failure is not None:
        keys.control = Control(http_request=ControlPage(failure=failure))
    return (Part(keys=keys, asked=asked, web=True),)


def _page_of(response: Response) -> ControlPage:
    try:
        body = body_bytes(response.body)
    except ValueError:
        body = b""  # a control whose body cannot be decoded is one without a body
    return ControlPage(
        status_code=response.code,
        body_length=len(body) if body else None,
        title=title_of(body.decode(errors="replace")),
        headers=headers_of(response),
    )


HTTP_REQUESTS = OwnForm(HttpRequestsLine, _http_requests_parts)


class ComparedQuery(Query, gc=False):
    """One look-up, and the resolver that was asked."""

    resolver_hostname: str | None = None


class DnsConsistencyKeys(msgspec.Struct, gc=False):
    """The same look-up of several resolvers, one of them the control's."""

    queries: list[ComparedQuery] | None = None
    control_resolver: str | None = None


class DnsConsistencyLine(Envelope, gc=False):
    """A line of the test dns_consistency."""

    test_keys: DnsConsistencyKeys | None = None


def _dns_consistency_parts(line: DnsConsistencyLine, asked: Place | None) -> Sequence[Part]:
    found = line.test_keys
    if found is None or asked is None or asked.bare:
        return ()  # an address has no name to look up, though early lists had such inputs
    trusted = place_of_address(found.control_resolver)[0] if found.control_resolver else None
    keys = TestKeys(queries=[])
    queries = keys.queries = []
    for query in found.queries or ():
        if query.query_type not in (None, "A", "AAAA"):
            continue  # the names behind addresses, which were compared too
        if trusted is None or query.resolver_hostname != trusted:
            query.engine = query.engine or "udp"
            queries.append(query)
        elif keys.control is None or (keys.control.dns is not None and keys.control.dns.failure):
            addresses = [answer.ipv4 or answer.ipv6 for answer in query.answers or ()]
            found_addresses = [address for address in addresses if address]
            failure = query.failure or (None if found_addresses else "dns_no_answer")
            # A trusted resolver that does not answer was kept from this probe, which says nothing of the name.
            silent = translate_failure(failure) == "generic_timeout_error"
            keys.control_failure = failure if silent else None
            keys.control = None if silent else Control(dns=ControlDns(failure=failure, addrs=found_addresses))
    return (Part(keys=keys, asked=asked),)


DNS_CONSISTENCY = OwnForm(DnsConsistencyLine, _dns_consistency_parts)


class TcpConnectKeys(msgspec.Struct, gc=False):
    """`success`, or a failure."""

    connection: Failure = None


class TcpConnectLine(Envelope, gc=False):
    """A line of the test tcp_connect."""

    test_keys: TcpConnectKeys | None = None


def _tcp_connect_parts(line: TcpConnectLine, asked: Place | None) -> Sequence[Part]:
    if line.test_keys is None or asked is None or line.test_keys.connection is None:
        return ()
    failure = None if line.test_keys.connection == "success" else line.test_keys.connection
    host, address = (None, asked.host) if asked.bare else (asked.host, None)
    outcome = Outcome(layer=Layer.TCP, hostname=host, address=address, port=asked.port, failure=failure, operation="connect")
    return (Part(keys=TestKeys(), asked=asked, outcomes=(outcome,)),)


TCP_CONNECT = OwnForm(TcpConnectLine, _tcp_connect_parts)

"""The parts of a raw OONI line that are read, typed: everything else is skipped by the decoder and never reaches memory.

The types are as wide as real files are messy and no wider: a variant that was met is spelled out here, anything else makes the
line a reject that names the field. The shapes follow the public specifications (ooni/spec, data-formats and nettests).
`probe_ip` is the one private field that is read, so that it can be removed wherever else it stands.
"""

from typing import Annotated

import msgspec

__all__ = [
    "Annotations",
    "Answer",
    "Base64Data",
    "Control",
    "ControlDns",
    "ControlEndpoint",
    "ControlPage",
    "Count",
    "Envelope",
    "Failure",
    "HeaderValue",
    "IpInfo",
    "KeptLine",
    "MeasuredLine",
    "Post",
    "Query",
    "Request",
    "RequestLine",
    "Response",
    "TcpConnect",
    "TcpStatus",
    "TestKeys",
    "TlsHandshake",
]

Failure = str | bool | None  # early reports write false for success
Count = Annotated[int, msgspec.Meta(ge=-1, le=2**53)]  # what a column of 64 bits can hold; -1 stands for unknown


class Base64Data(msgspec.Struct, gc=False):
    """Bytes that are no valid UTF-8."""

    data: str = ""
    format: str = "base64"


HeaderValue = str | Base64Data | list[str] | int | None


class Answer(msgspec.Struct, gc=False):
    """One resource record of an answer."""

    answer_type: str | None = None
    ipv4: str | None = None
    ipv6: str | None = None
    asn: int | str | None = None


class Query(msgspec.Struct, gc=False):
    """One look-up. `answers` is null where none were recorded, empty where the reply held none."""

    hostname: str | None = None
    query_type: str | None = None
    engine: str | None = None
    failure: Failure = None
    answers: list[Answer] | None = None
    tags: list[str] | None = None


class TcpStatus(msgspec.Struct, gc=False):
    """How a connection attempt ended; `success` and `failure` both null means that nothing was attempted."""

    success: bool | None = None
    failure: Failure = None


class TcpConnect(msgspec.Struct, gc=False):
    """One connection attempt."""

    ip: str | None = None
    port: int | str | None = None
    status: TcpStatus | None = None
    tags: list[str] | None = None
    t0: float | None = None
    t: float | None = None


class TlsHandshake(msgspec.Struct, gc=False):
    """One handshake; `address` (with port) is missing in older records."""

    address: str | None = None
    server_name: str | None = None
    failure: Failure = None
    no_tls_verify: bool | None = None
    peer_certificates: list[Base64Data | str] | None = None
    tags: list[str] | None = None
    t0: float | None = None
    t: float | None = None


class RequestLine(msgspec.Struct, gc=False):
    """What was asked for, and over which transport newer records say it was."""

    url: str | None = None
    x_transport: str | None = None


class Response(msgspec.Struct, gc=False):
    """What came back. Of the two spellings of headers the list is read only where the mapping is missing."""

    code: Count | None = None
    headers: dict[str, HeaderValue] | list[list[HeaderValue]] | None = None
    headers_list: msgspec.Raw = msgspec.Raw(b"null")
    body: str | Base64Data | None = None
    body_is_truncated: bool | None = None


class Request(msgspec.Struct, gc=False):
    """One request and its response; `address` (with port) is missing in older records."""

    failure: Failure = None
    request: RequestLine | None = None
    response: Response | None = None
    network: str | None = None
    address: str | None = None
    tags: list[str] | None = None
    t0: float | None = None
    t: float | None = None
    transaction_id: int | None = None


class ControlDns(msgspec.Struct, gc=False):
    """What the helper's resolver said of the input's host; the first helpers called the addresses `ips`."""

    failure: Failure = None
    addrs: list[str] | None = None
    ips: list[str] | None = None


class ControlEndpoint(msgspec.Struct, gc=False):
    """How the helper fared with one address and port: connecting, or shaking hands."""

    status: bool | None = None
    failure: Failure = None


class ControlPage(msgspec.Struct, gc=False):
    """The page that the helper got in the end; -1 stands for no status and no length."""

    failure: Failure = None
    status_code: Count | None = None
    body_length: Count | None = None
    title: str | None = None
    headers: dict[str, HeaderValue] | None = None


class IpInfo(msgspec.Struct, gc=False):
    """What the helper knows of an address."""

    asn: Count | None = None


class Control(msgspec.Struct, gc=False):
    """The test helper's own look at the input."""

    dns: ControlDns | None = None
    tcp_connect: dict[str, ControlEndpoint] | None = None
    tls_handshake: dict[str, ControlEndpoint] | None = None
    quic_handshake: dict[str, ControlEndpoint] | None = None
    http_request: ControlPage | None = None
    ip_info: dict[str, IpInfo | None] | None = None


class TestKeys(msgspec.Struct, gc=False):
    """The shared arrays and the control. Events are many, and looked at only where something took long."""

    queries: list[Query] | None = None
    tcp_connect: list[TcpConnect] | None = None
    tls_handshakes: list[TlsHandshake] | None = None
    quic_handshakes: list[TlsHandshake] | None = None
    requests: list[Request] | None = None
    control: Control | None = None
    control_failure: Failure = None
    x_dns_duplicate_responses: list[Query] | None = None  # what came after a question was already answered
    x_dns_late_replies: list[Query] | None = None  # its first name
    network_events: msgspec.Raw = msgspec.Raw(b"null")


class Annotations(msgspec.Struct, gc=False):
    """What the probe says of itself; the two of ours mark simulated records and the arm of a vantage."""

    platform: str | None = None
    admittance_arm: str | None = None
    admittance_origin: str | None = None


class Envelope(msgspec.Struct, gc=False):
    """What every measurement of every test carries."""

    test_name: str | None = None
    test_version: str | int | float | None = None
    report_id: str | None = None
    measurement_uid: str | None = None
    probe_id: str | None = None
    probe_cc: str | None = None
    probe_asn: str | int | None = None
    probe_ip: str | None = None
    resolver_asn: str | int | None = None
    measurement_start_time: str | None = None
    test_start_time: str | None = None  # of the whole report: all that records before 2016 say
    input: str | list[str] | None = None
    software_name: str | None = None
    software_version: str | None = None
    annotations: Annotations | None = None


class MeasuredLine(Envelope, gc=False):
    """A line whose test keys have the shared arrays."""

    test_keys: TestKeys | None = None


class KeptLine(Envelope, gc=False):
    """A line whose test keys are of another make and are not read."""

    test_keys: msgspec.Raw = msgspec.Raw(b"null")


class Post(msgspec.Struct, gc=False):
    """A measurement as a probe handed it in."""

    format: str | None = None
    content: msgspec.Raw = msgspec.Raw(b"null")

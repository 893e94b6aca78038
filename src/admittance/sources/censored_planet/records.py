"""The lines of a scan and of the files beside it, as they were published from 2018 on, typed.

After docs/hyperquackv1.rst, hyperquackv2.rst, satellitev1.rst and satellitev2.rst of censoredplanet/censoredplanet, and real
files where these say otherwise. Keys that are not named here are left out: `anomaly`, `Blocked`, `passed`, `stateful_block` and
`fetched` are the scanner's conclusions.
"""

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from admittance.model.ids import Asn, Country
from admittance.sources.country_names import country_of_name
from admittance.sources.fields import InvalidRecord, read_asn, read_country, read_time
from admittance.sources.lines import BYTE_ORDER_MARK

__all__ = [
    "Answer",
    "AnsweredQuery",
    "Confidence",
    "ControlResponses",
    "FailedQuery",
    "HyperquackRow",
    "HyperquackV1",
    "HyperquackV2",
    "Location",
    "Page",
    "PageFetch",
    "ResolverCountry",
    "ResponseV2",
    "RoundTrip",
    "SatelliteRow",
    "SatelliteV1",
    "SatelliteV2",
    "SatelliteV20",
    "TableRow",
    "Tagged",
    "Verified",
    "country_of",
    "network_of",
    "read_moment",
    "record_of",
]

UNKNOWN_COUNTRY = Country("ZZ")

_GO_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d{4})(?: \S+)?(?: m=\S+)?")


class Location(msgspec.Struct, frozen=True):
    """Where a vantage is, as the scan's geolocation has it."""

    country_code: str | None = None
    country_name: str | None = None


class Vantage(msgspec.Struct, frozen=True, kw_only=True):
    """What lines of version 2 say of their vantage. No published line names its network; one that does is believed."""

    vp: str
    location: Location | None = None
    server_asn: int | str | None = None
    resolver_asn: int | str | None = None


class Page(msgspec.Struct, frozen=True):
    """An answer over HTTP, in a line of either version."""

    class Handshake(msgspec.Struct, frozen=True):
        """What version 1 says of the handshake."""

        cert: str | None = None

    status_line: str | None = None
    headers: dict[str, list[str] | str] | None = None
    body: str | None = None
    tls: Handshake | None = None
    certificate: str | list[str] | None = msgspec.field(name="Certificate", default=None)


class ResultV1(msgspec.Struct, frozen=True, rename="pascal"):
    """One round trip of Hyperquack's version 1."""

    success: bool
    start_time: str
    end_time: str | None = None
    sent: str = ""
    received: Page | str | None = None
    error: str | dict[str, object] | None = None

    @property
    def trouble(self) -> str | None:
        """The text of the error; of one that was written as an object, which says no more, what was tried."""
        if isinstance(self.error, dict):
            return f"{self.error.get('Op', 'read')!s:.20} {self.error.get('Net', 'tcp')!s:.20}: not said"
        return self.error


class HyperquackV1(msgspec.Struct, frozen=True, rename="pascal"):
    """A vantage and a name, 2018 to 2021."""

    server: str
    keyword: str
    results: list[ResultV1]
    retries: int | None = None
    fail_sanity: bool | None = None


class ResponseV2(msgspec.Struct, frozen=True):
    """One round trip of Hyperquack's version 2; `control_url` says that it was one for control."""

    matches_template: bool
    start_time: str
    end_time: str | None = None
    control_url: str | None = None
    response: Page | str | None = None
    error: str | None = None


class HyperquackV2(Vantage, frozen=True, kw_only=True):
    """A vantage and a name, since 2021."""

    service: str
    test_url: str
    response: list[ResponseV2]
    controls_failed: bool | None = None
    tag: str | None = None


class SatelliteV1(msgspec.Struct, frozen=True):
    """The answer of a resolver beside the controls', 2018 to 2021: each address with what of it matches. Without a time."""

    resolver: str
    query: str
    answers: dict[str, list[str]]


class AnsweredQuery(msgspec.Struct, frozen=True):
    """The answer of a resolver by itself: of a control resolver, or of one beside which there is no control."""

    resolver: str
    query: str
    answers: list[str]


class FailedQuery(msgspec.Struct, frozen=True):
    """A query of version 1 that was not answered."""

    resolver: str
    query: str
    error: str | dict[str, object]


class Confidence(msgspec.Struct, frozen=True):
    """What of the comparison is read: whether either side lacked all that could be compared."""

    untagged_controls: bool | None = None
    untagged_response: bool | None = None


class SatelliteLine(Vantage, frozen=True, kw_only=True):
    """What both forms of Satellite's version 2 share."""

    test_url: str
    start_time: str
    end_time: str | None = None
    in_control_group: bool | None = None
    connect_error: bool | None = None
    passed_control: bool | None = None
    passed_liveness: bool | None = None
    confidence: Confidence | None = None
    excluded: bool | None = None
    exclude_reason: list[str] | None = None


class SatelliteV20(SatelliteLine, frozen=True, kw_only=True):
    """Early 2021: all tries in one object, of which the keys `rcode` and `error` are lists and all others addresses."""

    response: dict[str, list[str] | None]


class Answer(msgspec.Struct, frozen=True):
    """An answered address with what is known of it, and what of that matches a control's."""

    http: str | None = None
    cert: str | None = None
    asnum: int | None = None
    asname: str | None = None
    matched: list[str] | None = None


class RoundTrip(msgspec.Struct, frozen=True):
    """One try of version 2.2, for the name or for the control's."""

    url: str
    rcode: int
    response: dict[str, Answer] | None = None
    error: str | None = None


class SatelliteV2(SatelliteLine, frozen=True, kw_only=True):
    """Since the middle of 2021: every try by itself."""

    response: list[RoundTrip] | None


class ControlTry(msgspec.Struct, frozen=True):
    """A try of a control resolver."""

    url: str
    rcode: int | None = None
    response: list[str] | None = None
    answer: list[str] | None = None


class ControlResponses(msgspec.Struct, frozen=True):
    """What a resolver answered before anybody compared: in `responses_control.json` that of a control resolver."""

    vp: str
    test_url: str
    response: list[ControlTry]


class Verified(msgspec.Struct, frozen=True):
    """What the scan's own check of its anomalies set aside, of `results_verified.json`."""

    vp: str
    test_url: str
    excluded: bool
    exclude_reason: list[str] | None = None


class Tagged(msgspec.Struct, frozen=True):
    """What is known of an answered address."""

    ip: str
    asnum: int | None = None
    asname: str | None = None
    http: str | None = None
    cert: str | None = None


class ResolverCountry(msgspec.Struct, frozen=True):
    """Where a resolver of either version is."""

    resolver: str | None = None
    vp: str | None = None
    country: str | None = None
    location: Location | None = None


class PageFetch(msgspec.Struct, frozen=True):
    """What an answered address serves for the name, asked for from the scanner."""

    ip: str
    keyword: str
    http: Page | str | None = None
    https: Page | str | None = None


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """A round trip in one of the tables that are made of scans; those with the same `measurement_id` were one line."""

    domain: str
    start_time: str
    end_time: str | None = None
    domain_is_control: bool | None = None
    measurement_id: str | None = None
    source: str | None = None  # the scan's archive
    received_error: str | None = None


class HyperquackRow(TableRow, frozen=True, kw_only=True):
    """A round trip to a server."""

    server_ip: str
    server_asn: int | None = None
    server_country: str | None = None
    matches_template: bool | None = None
    controls_failed: bool | None = None
    received_status: str | None = None
    received_headers: list[str] | None = None
    received_body: str | None = None
    received_tls_cert: str | None = None


class Likeness(msgspec.Struct, frozen=True):
    """In what an answer of a table is like a control's."""

    ip: bool | None = None
    censys_http_body_hash: bool | None = None
    censys_ip_cert: bool | None = None
    asn: bool | None = None
    as_name: bool | None = None


class AnswerOfRow(msgspec.Struct, frozen=True, kw_only=True):
    """An answered address in a table, and what it served."""

    ip: str
    asn: int | None = None
    as_name: str | None = None
    censys_http_body_hash: str | None = None
    censys_ip_cert: str | None = None
    matches_control: Likeness | list[Likeness] | None = None
    http_error: str | None = None
    http_response_status: str | None = None
    http_response_headers: list[str] | None = None
    http_response_body: str | None = None
    https_error: str | None = None
    https_response_status: str | None = None
    https_response_headers: list[str] | None = None
    https_response_body: str | None = None
    https_tls_cert: str | None = None

    @property
    def likenesses(self) -> list[Likeness]:
        """What is told of its likeness, in either of the two forms in which tables do."""
        told = self.matches_control
        return told if isinstance(told, list) else [] if told is None else [told]


class SatelliteRow(TableRow, frozen=True, kw_only=True):
    """A look-up at a resolver."""

    resolver_ip: str
    resolver_asn: int | None = None
    resolver_country: str | None = None
    received_rcode: int | None = None
    domain_controls_failed: bool | None = None
    untagged_controls: bool | None = None
    untagged_response: bool | None = None
    excluded: bool | None = None
    exclude_reason: str | None = None
    answers: list[AnswerOfRow] | None = None


class Beside(msgspec.Struct, frozen=True):
    """A line that is known and gives nothing: resolvers by name, what a port scan found, addresses to be looked up."""


Record = (
    HyperquackV1
    | HyperquackV2
    | SatelliteV1
    | SatelliteV20
    | SatelliteV2
    | AnsweredQuery
    | FailedQuery
    | ControlResponses
    | Verified
    | Tagged
    | ResolverCountry
    | PageFetch
    | HyperquackRow
    | SatelliteRow
    | Beside
)

_FORMER_COLUMNS = {
    "ip": "server_ip",
    "asn": "server_asn",
    "country": "server_country",
    "success": "matches_template",
    "error": "received_error",
    "fail_sanity": "controls_failed",
}
"""What tables of Hyperquack's round trips called their columns in 2021."""

_BESIDE = (
    {"resolver", "name"},
    {"resolver", "names"},
    {"resolver", "answer"},
    {"resolver", "error"},
    {"vp", "name"},
    {"vp", "names"},
    {"vp", "error"},
    {"vp", "test_url", "data"},
    {"resolver", "query", "data"},
    {"saddr", "data"},
    {"resolver", "non_zero_rcode"},
    {"vp", "non_zero_rcode"},
)
_BESIDE_EXACTLY = ({"answer"}, {"response"}, {"vp", "response"})


def record_of(content: bytes) -> Record:
    """The typed record of a line, told by its keys alone; a number may be written as text.

    Raises `InvalidRecord` for an object of no known kind, `msgspec.MsgspecError` naming the place for what is no JSON or not of
    its kind's types, `RecursionError` for JSON nested too deeply.
    """
    line = msgspec.json.decode(content.removeprefix(BYTE_ORDER_MARK))
    if not isinstance(line, dict):
        raise InvalidRecord("the line is no JSON object")
    if {"domain", "start_time", "ip"} <= line.keys():
        line = {_FORMER_COLUMNS.get(name, name): value for name, value in line.items()}
    if "query" in line and "ip" in line and "resolver" not in line:
        line["resolver"] = line.pop("ip")  # what version 1 calls a resolver whose query failed, now and then
    return msgspec.convert(line, _kind_of(line), strict=False)


def _kind_of(line: Mapping[str, object]) -> type[Record]:
    keys = line.keys()
    if {"Server", "Keyword", "Results"} <= keys:
        return HyperquackV1
    if {"vp", "service", "test_url", "response"} <= keys:
        return HyperquackV2
    if {"resolver", "query"} <= keys:
        if "answers" in keys:
            return SatelliteV1 if isinstance(line["answers"], dict) else AnsweredQuery
        if "error" in keys:
            return FailedQuery
    if {"vp", "test_url", "response"} <= keys:
        if keys & {"confidence", "anomaly", "in_control_group"} and "start_time" in keys:
            return SatelliteV20 if isinstance(line["response"], dict) else SatelliteV2
        return Verified if "excluded" in keys else ControlResponses
    if {"ip", "keyword"} <= keys and keys & {"http", "https"}:
        return PageFetch
    if {"domain", "start_time"} <= keys and keys & {"server_ip", "resolver_ip"}:
        return HyperquackRow if "server_ip" in keys else SatelliteRow
    if {"ip", "asnum"} <= keys:
        return Tagged
    if keys & {"resolver", "vp"} and keys & {"country", "location"}:
        return ResolverCountry
    if any(known <= keys for known in _BESIDE) or any(known == keys for known in _BESIDE_EXACTLY):
        return Beside
    raise InvalidRecord("no line of a known kind, by its keys")


def read_moment(field: str, text: str) -> datetime:
    """A moment in UTC, from ISO 8601 or as Go or BigQuery print it (`2021-04-25 15:03:01.26 -0400 EDT m=+1.5`, `… UTC`).

    Raises `InvalidRecord`.
    """
    text = text.removesuffix(" UTC")
    match = _GO_TIME.fullmatch(text)
    return read_time(field, "{}T{}{}".format(*match.groups()) if match else text)


def country_of(location: Location | None) -> Country:
    """The vantage's country: the code, else what the name stands for; `ZZ` where neither says it. Raises `InvalidRecord`."""
    if location is None:
        return UNKNOWN_COUNTRY
    if location.country_code:
        return read_country("location.country_code", location.country_code)
    return Country(country_of_name(location.country_name or "") or UNKNOWN_COUNTRY)


def network_of(vantage: Vantage) -> Asn:
    """The vantage's network; 0 where the line does not say. Raises `InvalidRecord`."""
    return read_asn("server_asn", vantage.server_asn) or read_asn("resolver_asn", vantage.resolver_asn)

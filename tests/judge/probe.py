"""A probe in a box: raw measurements as OONI's probes write them, from a description of what a network does.

`web` writes web_connectivity in the shapes of its two helper generations, of our own making after the public specifications
(ooni/spec ts-017, df-001 … df-008). What a real probe would not record is not recorded here: before 0.5 redirects leave no
look-ups, connections or handshakes, the helper knows no networks and no handshakes; since 0.5 a failed handshake leaves no
request, and the helper's own addresses are tried as well.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

Record = dict[str, Any]
Generation = Literal["0.4.1", "0.4.3", "0.5.28"]
START = datetime(2023, 4, 19, 7, 54, 40, tzinfo=UTC)

RESET, TIMEOUT, EOF, REFUSED = "connection_reset", "generic_timeout_error", "eof_error", "connection_refused"
NXDOMAIN, NO_ANSWER, NO_DATA = "dns_nxdomain_error", "dns_no_answer", "android_dns_cache_no_data"
HOSTNAME, AUTHORITY, EXPIRED = "ssl_invalid_hostname", "ssl_unknown_authority", "ssl_invalid_certificate"

NETWORKS = {
    "93.184.216.": 15133,
    "2606:2800:": 15133,
    "104.16.": 13335,
    "151.101.": 54113,
    "83.224.65.": 30722,
    "198.51.44.": 62597,
    "203.119.": 24151,
    "185.60.": 32934,
    "31.13.": 32934,
}


def network_of(address: str) -> int:
    """The AS number of an address of this little world; 0 where it has none."""
    return next((network for prefix, network in NETWORKS.items() if address.startswith(prefix)), 0)


class Page(NamedTuple):
    """What a server answers."""

    status: int = 200
    title: str | None = "The example organisation"
    length: int = 9_000
    headers: Mapping[str, str] = {"Content-Type": "text/html", "Date": "today", "X-Example-Site": "1"}
    location: str | None = None
    text: str = ""

    def response(self) -> Record:
        """As a record's response; the body has the length that is told."""
        head = f"<html><head><title>{self.title}</title></head>" if self.title is not None else "<html>"
        body = (head + self.text).ljust(self.length, "x") if self.length else ""
        headers = dict(self.headers) | ({"Location": self.location} if self.location else {})
        return {
            "body": body,
            "body_is_truncated": False,
            "code": self.status,
            "headers": headers,
            "headers_list": [[name, value] for name, value in headers.items()],
        }


SITE_PAGE = Page()
BLOCK_PAGE = Page(403, "Access denied by order", 700, {"Content-Type": "text/html", "Server": "filter"})


class Hop(NamedTuple):
    """One URL of a redirect chain as the probe met it. Failures are those of every address unless `only` names some."""

    url: str
    answers: tuple[str, ...] | str = ("93.184.216.34",)  # or a failure
    tcp: str | None = None
    tls: str | None = None
    http: str | None = None
    page: Page = SITE_PAGE
    only: tuple[str, ...] = ()  # addresses that the failures of tcp and tls are confined to
    udp: tuple[str, ...] | str | None = None  # what the probe's own question got; as `answers` where null


class Control(NamedTuple):
    """What the helper met at the input."""

    answers: tuple[str, ...] | str = ("93.184.216.34",)  # or a failure
    tcp: str | None = None
    tls: str | None = None
    http: str | None = None
    page: Page = SITE_PAGE
    dead: tuple[str, ...] = ()  # addresses at which nothing works
    wrong: tuple[str, ...] = ()  # addresses whose certificate is another's
    networks: bool = True  # whether `ip_info` is told
    handshakes: bool = True  # whether `tls_handshake` is told


def measurement(test_name: str, version: str, keys: Record | None, *, given: str | None = None, **changes: Any) -> Record:
    """The envelope around test keys."""
    return {
        "annotations": {"platform": "android", "engine_name": "ooniprobe-engine", "network_type": "wifi"},
        "data_format_version": "0.2.0",
        "input": given,
        "measurement_start_time": f"{START:%Y-%m-%d %H:%M:%S}",
        "probe_asn": "AS36926",
        "probe_cc": "KE",
        "probe_ip": "127.0.0.1",
        "report_id": f"20230419T075437Z_{test_name.replace('_', '')}_KE_36926_n1_abcdefgh",
        "resolver_asn": "AS36926",
        "resolver_ip": "41.90.0.1",
        "software_name": "ooniprobe-android",
        "software_version": "3.8.0",
        "test_keys": keys,
        "test_name": test_name,
        "test_runtime": 3.1,
        "test_start_time": f"{START:%Y-%m-%d %H:%M:%S}",
        "test_version": version,
    } | changes


def line_of(record: Record, uid: str) -> bytes:
    """The record as a line of a file, named `uid`."""
    return json.dumps(record | {"measurement_uid": uid}, ensure_ascii=False).encode() + b"\n"


def query(
    host: str,
    found: tuple[str, ...] | str,
    *,
    engine: str = "system",
    query_type: str | None = None,
    tags: Sequence[str] | None = None,
    **changes: Any,
) -> Record:
    """One look-up: its answers, or its failure."""
    failed = isinstance(found, str)
    answers = [
        {"answer_type": "AAAA", "ipv6": address, "asn": network_of(address), "ttl": None}
        if ":" in address
        else {"answer_type": "A", "ipv4": address, "asn": network_of(address), "ttl": None}
        for address in (() if failed else found)
    ]
    return (
        {
            "answers": None if failed else answers,
            "engine": engine,
            "failure": found if failed else None,
            "hostname": host,
            "query_type": query_type or ("ANY" if engine == "getaddrinfo" else "A"),
            "resolver_hostname": None,
            "resolver_port": None,
            "resolver_address": "1.1.1.1:53" if engine == "udp" else "",
            "t": 0.1,
        }
        | ({"tags": list(tags)} if tags is not None else {})
        | changes
    )


def connection(address: str, port: int, failure: str | None, tags: Sequence[str] | None = None, **changes: Any) -> Record:
    """One connection attempt."""
    status = {"blocked": False, "failure": failure, "success": failure is None}
    return (
        {"ip": address, "port": port, "status": status, "t": 0.2} | ({"tags": list(tags)} if tags is not None else {}) | changes
    )


def handshake(
    host: str,
    address: str,
    failure: str | None,
    tags: Sequence[str] | None = None,
    certificates: Sequence[bytes] | None = None,
    **changes: Any,
) -> Record:
    """One handshake at port 443."""
    shown = [{"data": base64.b64encode(der).decode(), "format": "base64"} for der in certificates or ()]
    return (
        {
            "address": f"[{address}]:443" if ":" in address else f"{address}:443",
            "cipher_suite": "" if failure else "TLS_AES_128_GCM_SHA256",
            "failure": failure,
            "negotiated_protocol": "" if failure else "h2",
            "no_tls_verify": False,
            "peer_certificates": shown or None,
            "server_name": host,
            "t": 0.3,
            "tls_version": "" if failure else "TLSv1.3",
        }
        | ({"tags": list(tags)} if tags is not None else {})
        | changes
    )


def request(url: str, failure: str | None, page: Page | None, tags: Sequence[str] | None = None, **changes: Any) -> Record:
    """One request, with its response unless it failed."""
    empty = {"body": "", "body_is_truncated": False, "code": 0, "headers": {}, "headers_list": []}
    return (
        {
            "failure": failure,
            "request": {"method": "GET", "url": url, "headers": {}, "body": "", "x_transport": "tcp"},
            "response": page.response() if failure is None and page is not None else empty,
            "t": 0.4,
        }
        | ({"tags": list(tags)} if tags is not None else {})
        | changes
    )


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _met(hop: Hop, address: str, failure: str | None) -> str | None:
    return failure if not hop.only or address in hop.only else None


def control_of(control: Control, tried: Sequence[tuple[str, int]], *, newer: bool, host: str) -> Record:
    """The helper's record of the endpoints that it was asked to try."""
    failed = isinstance(control.answers, str)
    page = control.page
    http = control.http
    own = () if isinstance(control.answers, str) else control.answers
    ports = sorted({port for _, port in tried}) or [443]
    beside = [(address, port) for address in own for port in ports] if newer else []
    endpoints = list(dict.fromkeys([*tried, *beside]))
    record: Record = {
        "dns": {"failure": control.answers if failed else None, "addrs": list(own) or None if failed else list(own)},
        "tcp_connect": {
            _endpoint(address, port): {
                "failure": TIMEOUT if address in control.dead else control.tcp,
                "status": not (address in control.dead or control.tcp),
            }
            for address, port in endpoints
        },
        "http_request": {
            "body_length": -1 if http else page.length,
            "failure": http,
            "title": "" if http else page.title or "",
            "headers": {} if http else dict(page.headers),
            "status_code": -1 if http else page.status,
        },
    }
    if newer:
        record["http_request"]["discovered_h3_endpoint"] = ""
        record["http3_request"] = None
        record["quic_handshake"] = {}
        if control.handshakes:
            record["tls_handshake"] = {
                _endpoint(address, port): {
                    "server_name": host,
                    "status": not (control.tls or address in control.wrong),
                    "failure": HOSTNAME if address in control.wrong else control.tls,
                }
                for address, port in endpoints
                if port == 443 and address not in control.dead and not control.tcp
            }
        if control.networks:
            addresses = dict.fromkeys((*own, *(address for address, _ in endpoints)))
            record["ip_info"] = {address: {"asn": network_of(address), "flags": 2} for address in addresses}
    return record


HELPED = Control()


def trickle(transaction: int, begun: float, rate: int, seconds: float, before: int = 5_000) -> list[Record]:
    """Counts of received bytes every quarter of a second, as web_connectivity has recorded them since 0.5."""
    return [
        {
            "address": "93.184.216.34:443",
            "failure": None,
            "num_bytes": before + int(rate * turn / 4),
            "operation": "bytes_received_cumulative",
            "proto": "tcp",
            "t0": begun + turn / 4,
            "t": begun + turn / 4,
            "tags": ["depth=0"],
            "transaction_id": transaction,
        }
        for turn in range(int(seconds * 4) + 1)
    ]


def slowed(record: Record, rate: int, seconds: float, *, connecting: float = 0.04, pause: float = 0.0) -> Record:
    """The measurement with its request taking so long: after `pause` seconds, bytes at `rate` a second."""
    keys = record["test_keys"]
    for connection_made in keys["tcp_connect"]:
        connection_made |= {"t0": 1.0, "t": 1.0 + connecting}
    for asked in keys["requests"]:
        asked |= {"t0": 2.0, "t": 2.0 + pause + seconds}
    events = trickle(keys["requests"][0]["transaction_id"], 2.0 + pause, rate, seconds)
    return record | {"test_keys": keys | {"network_events": [*trickle(50_000, 1.0, 0, 0.5, 5_000), *events]}}


def web(*hops: Hop, control: Control | str | None = HELPED, generation: Generation = "0.5.28", **changes: Any) -> Record:
    """A measurement of web_connectivity. `control` is a failure where the helper could not be reached, null where silent."""
    newer = generation == "0.5.28"
    keys: Record = {"queries": [], "tcp_connect": [], "tls_handshakes": [], "requests": [], "network_events": []}
    first = hops[0]
    place = urlsplit(first.url)
    host = (place.hostname or "").encode("idna").decode()
    own = control.answers if isinstance(control, Control) and isinstance(control.answers, tuple) else ()
    asked_ports = ((80, 443) if newer else (80,)) if place.scheme == "http" else (443,)
    tried: list[tuple[str, int]] = []
    for depth, hop in enumerate(hops):
        tags = [f"depth={depth}"] if newer else None
        parts = urlsplit(hop.url)
        name = (parts.hostname or "").encode("idna").decode()
        if depth and not newer:
            failure = hop.answers if isinstance(hop.answers, str) else hop.tcp or hop.tls or hop.http
            keys["requests"].insert(0, request(hop.url, failure, hop.page))
            continue
        bare = name.replace(".", "").isdigit() or ":" in name
        if not bare and newer:
            own_question = hop.udp if hop.udp is not None else hop.answers
            keys["queries"] += [
                query(name, hop.answers, engine="getaddrinfo", tags=tags),
                query(name, own_question, engine="udp", tags=[*(tags or ())]),
                query(
                    name,
                    NO_ANSWER if isinstance(own_question, tuple) else own_question,
                    engine="udp",
                    query_type="AAAA",
                    tags=tags,
                ),
            ]
        elif not bare:
            found = hop.answers
            keys["queries"] += [query(name, found)]
            keys["queries"] += [query(name, NO_ANSWER if isinstance(found, tuple) else found, query_type="AAAA")]
        found = hop.answers if isinstance(hop.answers, tuple) else ()
        if isinstance(hop.udp, tuple):
            found = tuple(dict.fromkeys((*found, *hop.udp)))
        addresses = tuple(dict.fromkeys((*found, *(own if newer and depth == 0 else ()))))
        ports = asked_ports if depth == 0 else (443 if parts.scheme == "https" else 80,)
        if depth == 0:
            tried = [(address, port) for address in found for port in ports]
        fetched = False
        for address in addresses:
            for port in ports:
                failure = _met(hop, address, hop.tcp)
                keys["tcp_connect"].append(connection(address, port, failure, tags))
                if failure is not None:
                    continue
                asked = port == (443 if parts.scheme == "https" else 80)
                if port == 443:
                    broken = _met(hop, address, hop.tls)
                    keys["tls_handshakes"].append(handshake(name, address, broken, tags))
                    if broken is not None:
                        continue
                if newer and asked and not fetched:
                    fetched = True
                    keys["requests"].insert(
                        0,
                        request(
                            hop.url,
                            hop.http,
                            hop.page,
                            [*(tags or ()), "fetch_body=true"],
                            address=_endpoint(address, port),
                            transaction_id=50_000 + depth,
                        ),
                    )
        if not newer:
            resolved = isinstance(hop.answers, tuple) or bool(own)
            everywhere = not hop.only or set(addresses) <= set(hop.only)
            failure = hop.answers if isinstance(hop.answers, str) else (hop.tcp or hop.tls if everywhere else None) or hop.http
            if resolved:
                keys["requests"].insert(0, request(hop.url, failure, hop.page))
    if isinstance(control, Control):
        keys |= {"control_failure": None, "control": control_of(control, tried, newer=newer, host=host)}
    else:
        keys |= {"control_failure": control, "control": {} if not newer and control else None}
    if newer:
        keys |= {"x_blocking_flags": 0, "x_null_null_flags": 0, "x_dns_flags": 0, "x_dns_duplicate_responses": []}
        keys |= {"x_do53": {"network_events": [], "queries": []}, "x_doh": {"network_events": [], "queries": []}}
    keys |= {name: keys[name] or None for name in ("queries", "tcp_connect", "tls_handshakes", "requests") if newer}
    keys |= changes
    return measurement("web_connectivity", generation, keys, given=first.url)

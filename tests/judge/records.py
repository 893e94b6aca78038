"""Raw records fact by fact: each look-up, connection, handshake and request is written down as some probe would have done.

Where `probe` derives a record from what a network does, nothing is derived here, so that a record may hold what nobody
expected: answers of one family, handshakes without an address, headers in one spelling only, a helper that knows half.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

Record = dict[str, Any]

RESET, TIMEOUT, EOF, REFUSED = "connection_reset", "generic_timeout_error", "eof_error", "connection_refused"
NXDOMAIN, NO_ANSWER, NO_ROUTE = "dns_nxdomain_error", "dns_no_answer", "network_unreachable"
HOSTNAME, AUTHORITY, INVALID = "ssl_invalid_hostname", "ssl_unknown_authority", "ssl_invalid_certificate"


def _split(endpoint: str) -> tuple[str, int]:
    address, _, port = endpoint.rpartition(":")
    return address.strip("[]"), int(port)


def asked(
    host: str,
    *answers: str,
    failed: str | None = None,
    engine: str = "getaddrinfo",
    kind: str | None = None,
    alias: str | None = None,
    tags: Sequence[str] | None = ("depth=0",),
) -> Record:
    """A look-up; answers as `address` or `address@AS number`, after an alias where there is one."""
    records: list[Record] = []
    if alias is not None:
        records.append({"answer_type": "CNAME", "hostname": alias, "ttl": 60})
    for answer in answers:
        address, _, network = answer.partition("@")
        place = {"asn": int(network), "as_org_name": f"Network {network}"} if network else {}
        family = {"answer_type": "AAAA", "ipv6": address} if ":" in address else {"answer_type": "A", "ipv4": address}
        records.append({**place, **family, "ttl": None})
    record = {
        "answers": records or None,
        "engine": engine,
        "failure": failed,
        "hostname": host,
        "query_type": kind or ("ANY" if engine == "getaddrinfo" else "A"),
        "raw_response": None,
        "resolver_address": {"udp": "8.8.4.4:53", "doh": "https://dns.google/dns-query"}.get(engine, ""),
        "resolver_hostname": None,
        "resolver_port": None,
        "t0": 0.0012,
        "t": 0.0441,
        "transaction_id": 1,
    }
    return record | ({"tags": list(tags)} if tags is not None else {})


def opened(
    endpoint: str, failed: str | None = None, *, blocked: bool = False, tags: Sequence[str] | None = ("depth=0",)
) -> Record:
    """A connection attempt."""
    address, port = _split(endpoint)
    status = {"blocked": blocked, "failure": failed, "success": failed is None}
    return {"ip": address, "port": port, "status": status, "t": 0.21} | ({"tags": list(tags)} if tags is not None else {})


def shaken(
    name: str,
    endpoint: str | None,
    failed: str | None = None,
    *,
    shown: Sequence[bytes] = (),
    tags: Sequence[str] | None = ("depth=0",),
) -> Record:
    """A handshake; older probes write no endpoint."""
    record = {
        "cipher_suite": "" if failed else "TLS_AES_128_GCM_SHA256",
        "failure": failed,
        "negotiated_protocol": "" if failed else "h2",
        "no_tls_verify": False,
        "peer_certificates": [{"data": base64.b64encode(der).decode(), "format": "base64"} for der in shown],
        "server_name": name,
        "t": 0.33,
        "tls_version": "" if failed else "TLSv1.3",
    }
    place = {"address": endpoint, "network": "tcp"} if endpoint is not None else {}
    return record | place | ({"tags": list(tags)} if tags is not None else {})


def answer(
    status: int = 200,
    title: str | None = "Morning paper",
    *,
    length: int = 24_000,
    text: str = "",
    headers: Mapping[str, str] | None = None,
    to: str | None = None,
    encoding: str | None = None,
) -> Record:
    """A response with its headers as a mapping only; a body in another encoding than UTF-8 stands as base64."""
    head = f"<!doctype html><html><head><title>{title}</title></head><body>" if title is not None else "<html><body>"
    body = (head + text).ljust(length, "y") if length or text else ""
    sent = dict(headers if headers is not None else PAPER_HEADERS) | ({"Location": to} if to else {})
    written: str | Record = body
    if encoding is not None:
        written = {"format": "base64", "data": base64.b64encode(body.encode(encoding)).decode()}
    return {"body": written, "body_is_truncated": False, "code": status, "headers": sent}


PAPER_HEADERS = {"Server": "nginx/1.22", "Content-Type": "text/html; charset=utf-8", "X-Paper-Edition": "3", "Date": "now"}
PAPER = answer()
NOTHING: Record = {"body": "", "body_is_truncated": False, "code": 0, "headers": None, "headers_list": None}


def fetched(
    url: str, met: Record | str, *, endpoint: str | None = None, tags: Sequence[str] | None = ("depth=0", "fetch_body=true")
) -> Record:
    """A request with its response, or with its failure."""
    failed = met if isinstance(met, str) else None
    record = {
        "failure": failed,
        "request": {"method": "GET", "url": url, "headers": {"Accept": "*/*"}, "body": "", "tor": {"is_tor": False}},
        "response": NOTHING if failed is not None else met,
        "t": 0.62,
    }
    if endpoint is not None:
        record |= {"address": endpoint, "network": "tcp", "alpn": ""}
    return record | ({"tags": list(tags)} if tags is not None else {})


def helper(
    dns: Sequence[str] | str,
    connected: Mapping[str, str | None],
    page: Record | str,
    *,
    shaken: Mapping[str, str | None] | None = None,
    places: Mapping[str, int] | None = None,
) -> Record:
    """The helper's record. Without `shaken` and `places` it is one of the time before 0.5."""
    failed = isinstance(page, str)
    body = "" if isinstance(page, str) else page["body"]
    length = len(body) if isinstance(body, str) else len(base64.b64decode(body["data"]))
    told = body if isinstance(body, str) else base64.b64decode(body["data"]).decode("utf-8", "replace")
    title = told.partition("<title>")[2].partition("</title>")[0]
    record: Record = {
        "dns": {"failure": dns, "addrs": []} if isinstance(dns, str) else {"failure": None, "addrs": list(dns)},
        "tcp_connect": {where: {"status": met is None, "failure": met} for where, met in connected.items()},
        "http_request": {
            "body_length": -1 if failed else length,
            "failure": page if failed else None,
            "title": title,
            "headers": {} if isinstance(page, str) else page["headers"],
            "status_code": -1 if isinstance(page, str) else page["code"],
        },
    }
    if shaken is not None:
        record["tls_handshake"] = {
            where: {"server_name": "", "status": met is None, "failure": met} for where, met in shaken.items()
        }
        record["http3_request"], record["quic_handshake"] = None, {}
    if places is not None:
        record["ip_info"] = {address: {"asn": network, "flags": 3} for address, network in places.items()}
    return record


def visit(
    url: str,
    version: str,
    *,
    queries: Sequence[Record] = (),
    tcp: Sequence[Record] = (),
    tls: Sequence[Record] = (),
    requests: Sequence[Record] = (),
    control: Record | str | None,
    start: str = "2024-02-11 06:12:09",
    **more: Any,
) -> Record:
    """A measurement of web_connectivity. Requests stand newest first, as the probes write them. `control` may be a failure."""
    keys: Record = {
        "agent": "redirect",
        "client_resolver": "203.0.113.7",
        "retries": None,
        "socksproxy": None,
        "network_events": None,
        "queries": list(queries) or None,
        "tcp_connect": list(tcp) or None,
        "tls_handshakes": list(tls) or None,
        "requests": list(requests) or None,
        "control_failure": control if isinstance(control, str) else None,
        "control": None if isinstance(control, str) else control,
        "dns_experiment_failure": None,
        "http_experiment_failure": None,
        "accessible": None,
        "blocking": None,
    }
    return envelope("web_connectivity", version, keys | more, given=url, start=start)


def envelope(
    test: str, version: str, keys: Record, *, given: str | None = None, start: str = "2024-02-11 06:12:09", **more: Any
) -> Record:
    """The line around test keys."""
    return {
        "annotations": {
            "architecture": "arm64",
            "engine_name": "ooniprobe-engine",
            "engine_version": "3.20.1",
            "platform": "ios",
        },
        "data_format_version": "0.2.0",
        "extensions": {"dnst": 0, "httpt": 0, "netevents": 0, "tcpconnect": 0, "tlshandshake": 0},
        "input": given,
        "measurement_start_time": start,
        "probe_asn": "AS6697",
        "probe_cc": "BY",
        "probe_ip": "127.0.0.1",
        "probe_network_name": "Network 6697",
        "report_id": f"20240211T061157Z_{test.replace('_', '')}_BY_6697_n1_Qm2vSxQ0p8uYlT4a",
        "resolver_asn": "AS6697",
        "resolver_ip": "178.124.0.9",
        "software_name": "ooniprobe-ios",
        "software_version": "3.9.2",
        "test_helpers": {"backend": {"address": "https://0.th.ooni.org", "type": "https"}},
        "test_keys": keys,
        "test_name": test,
        "test_runtime": 4.2,
        "test_start_time": start,
        "test_version": version,
    } | more

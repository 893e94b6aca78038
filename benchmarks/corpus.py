"""Raw web measurements without end, in the shape and proportions of web_connectivity 0.5, each with bodies of its own.

Nothing here was measured: names end in `.example.org`, and addresses are made up. They look like public ones, since those
that are kept for benchmarks (RFC 2544) are bogons in an answer, which the judge looks at more closely than at others.
"""

import base64
import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import msgspec

__all__ = ["measurements", "write_corpus"]

Json = dict[str, object]

HOSTS = 500
NETWORKS = 200
COUNTRIES = ("BR", "DE", "EG", "ID", "IN", "IR", "KE", "MM", "RU", "TR", "UG", "US")
FAILURES = (None,) * 30 + ("connection_reset", "generic_timeout_error")
SAME_PAGE = 0.95
"""Of pages, how many are as long as the one that the control saw."""
START = datetime(2026, 1, 1, tzinfo=UTC)


def measurements(size: int, *, seed: int = 0) -> Iterator[bytes]:
    """Lines of about `size` bytes, the newline included; the same for the same arguments."""
    draw = random.Random(seed)
    words = [f"{draw.randrange(2**28):x}" for _ in range(5_000)]
    certificates = [base64.b64encode(draw.randbytes(700)).decode() for _ in range(HOSTS)]
    number = 0
    while True:
        number += 1
        bare = msgspec.json.encode(_measurement(draw, number, certificates))
        missing = max(0, size - len(bare) - 1)
        filler = " ".join(draw.choices(words, k=missing // 8 + 1))[:missing]
        seen = len(filler) + 90 if draw.random() < SAME_PAGE else 3 * len(filler)
        bare = bare.replace(b"9876543", b"%d" % seen, 1)
        yield bare.replace(b"@FILLER@", filler.encode(), 1) + b"\n"


def write_corpus(path: Path, *, lines: int, size: int, seed: int = 0) -> int:
    """Write a gzip file of so many lines; the number of decompressed bytes."""
    written = 0
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for line in islice(measurements(size, seed=seed), lines):
            written += stream.write(line)
    return written


def _measurement(draw: random.Random, number: int, certificates: list[str]) -> Json:
    host = draw.randrange(HOSTS)
    name = f"www.host{host}.example.org"
    addresses = [f"101.{host // 256}.{host % 256}.{last}" for last in range(1, 3)]
    country = draw.choice(COUNTRIES)
    network = 64512 + draw.randrange(NETWORKS)
    when = START + timedelta(seconds=7 * number)
    failure = draw.choice(FAILURES)
    status = {"failure": None, "success": True}
    queries = [
        {
            "answers": [
                {"answer_type": "A", "asn": 64496 + host % 40, "as_org_name": "Example", "ipv4": address, "ttl": None}
                for address in addresses
            ],
            "engine": engine,
            "failure": None,
            "hostname": name,
            "query_type": "A",
            "resolver_address": "",
            "t0": 0.01,
            "t": 0.05,
            "tags": ["depth=0"],
            "transaction_id": 10_000,
        }
        for engine in ("getaddrinfo", "udp")
    ]
    connects = [
        {"ip": address, "port": 443, "status": status, "t0": 0.05, "t": 0.12, "tags": ["depth=0"], "transaction_id": 30_000}
        for address in addresses
    ]
    handshakes = [
        {
            "network": "tcp",
            "address": f"{address}:443",
            "cipher_suite": "" if failure else "TLS_AES_128_GCM_SHA256",
            "failure": failure,
            "negotiated_protocol": "" if failure else "h2",
            "no_tls_verify": False,
            "peer_certificates": [] if failure else [{"data": certificates[host], "format": "base64"}],
            "server_name": name,
            "t0": 0.12,
            "t": 0.3,
            "tags": ["depth=0"],
            "tls_version": "" if failure else "TLSv1.3",
            "transaction_id": 30_000,
        }
        for address in addresses
    ]
    events = [
        {
            "address": f"{addresses[0]}:443",
            "failure": None,
            "num_bytes": 517 + turn,
            "operation": "read" if turn % 2 else "write",
            "proto": "tcp",
            "t0": 0.12 + turn / 100,
            "t": 0.13 + turn / 100,
            "transaction_id": 30_000,
            "tags": ["depth=0"],
        }
        for turn in range(8)
    ]
    headers = {"Content-Type": "text/html; charset=utf-8", "Server": "nginx", "X-Served-By": f"cache-{host}"}
    page = f"<!doctype html><html><head><title>Host number {host}</title></head><body>@FILLER@</body></html>"
    response: Json = {"body": "", "code": 0, "headers": {}, "headers_list": []}
    if failure is None:
        response = {
            "body": page,
            "body_is_truncated": False,
            "code": 200,
            "headers": headers,
            "headers_list": [[key, value] for key, value in headers.items()],
        }
    request = {
        "network": "tcp",
        "address": f"{addresses[0]}:443",
        "alpn": "h2",
        "failure": failure,
        "request": {"method": "GET", "url": f"https://{name}/", "headers": {}, "body": "", "x_transport": "tcp"},
        "response": response,
        "t0": 0.3,
        "t": 0.6,
        "tags": ["depth=0", "fetch_body=true"],
        "transaction_id": 30_000,
    }
    control = {
        "dns": {"addrs": addresses, "failure": None},
        "tcp_connect": {f"{address}:443": {"failure": None, "status": True} for address in addresses},
        "tls_handshake": {f"{address}:443": {"server_name": name, "status": True, "failure": None} for address in addresses},
        "http_request": {
            "body_length": 9_876_543,
            "failure": None,
            "title": f"Host number {host}",
            "headers": headers,
            "status_code": 200,
        },
        "ip_info": {address: {"asn": 64496 + host % 40, "flags": 11} for address in addresses},
    }
    return {
        "annotations": {"engine_name": "ooniprobe-engine", "engine_version": "3.20.0", "platform": "linux"},
        "data_format_version": "0.2.0",
        "input": f"https://{name}/",
        "measurement_start_time": f"{when:%Y-%m-%d %H:%M:%S}",
        "measurement_uid": f"{when:%Y%m%d%H%M%S}.{number:06}_{country}_webconnectivity_{draw.randrange(2**64):016x}",
        "probe_asn": f"AS{network}",
        "probe_cc": country,
        "probe_ip": "127.0.0.1",
        "probe_network_name": "Example network",
        "report_id": f"{when:%Y%m%dT%H0000Z}_webconnectivity_{country}_{network}_n1_{network:016x}",
        "resolver_asn": f"AS{network}",
        "resolver_ip": "198.18.0.53",
        "resolver_network_name": "Example network",
        "software_name": "ooniprobe-cli",
        "software_version": "3.20.0",
        "test_helpers": {"backend": {"address": "https://0.th.example.org", "type": "https"}},
        "test_keys": {
            "agent": "redirect",
            "client_resolver": "198.18.0.53",
            "network_events": events,
            "queries": queries,
            "tcp_connect": connects,
            "tls_handshakes": handshakes,
            "requests": [request],
            "control": control,
            "control_failure": None,
            "x_blocking_flags": 32 if failure is None else 4,
            "x_dns_flags": 0,
            "blocking": False if failure is None else "http-failure",
            "accessible": failure is None,
            "dns_consistency": "consistent",
            "http_experiment_failure": failure,
        },
        "test_name": "web_connectivity",
        "test_runtime": 1.5,
        "test_start_time": f"{when:%Y-%m-%d %H:00:00}",
        "test_version": "0.5.28",
    }

"""Simulated measurements as raw lines, in the keys of OONI's web_connectivity 0.4 and signal 0.2 (specs ts-017, ts-029)."""

import random
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

__all__ = ["Host", "Network", "Outcome", "Session", "signal_line", "web_line"]

Json = dict[str, object]

_SOFTWARE = "admittance-lab"
_SOFTWARE_VERSION = "1.0.0"


class Outcome(StrEnum):
    """What happens to a connection."""

    WORKS = "works"
    RESET = "connection_reset"  # during the TLS handshake
    TIMEOUT = "generic_timeout_error"  # while connecting


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """A server as the simulated probes meet it when nobody interferes."""

    name: str
    addresses: tuple[str, ...]
    network: int
    network_name: str
    status_code: int = 200
    title: str | None = None
    private_root: bool = False  # a certificate that a web probe does not trust, and the service's own test does


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """Where a simulated probe sits."""

    asn: int
    name: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one probe: what its measurements share."""

    network: Network
    arm: str  # direct or tunnel
    start: datetime

    def envelope(self, test: str, version: str, when: datetime, rng: random.Random) -> Json:
        """The keys around `test_keys`; the two annotations mark arm and origin."""
        spelled = test.replace("_", "")
        asn = f"AS{self.network.asn}"
        return {
            "annotations": {
                "admittance_arm": self.arm,
                "admittance_origin": "simulated",
                "engine_name": _SOFTWARE,
                "platform": "linux",
            },
            "data_format_version": "0.2.0",
            "input": None,
            "measurement_start_time": f"{when:%Y-%m-%d %H:%M:%S}",
            "measurement_uid": f"{when:%Y%m%d%H%M%S}.{_digits(rng, 6)}_CN_{spelled}_{_hexadecimal(rng, 16)}",
            "probe_asn": asn,
            "probe_cc": "CN",
            "probe_ip": "127.0.0.1",
            "probe_network_name": self.network.name,
            "report_id": f"{self.start:%Y%m%dT%H%M%SZ}_{spelled}_CN_{self.network.asn}_lab_{self.arm}",
            "resolver_asn": asn,
            "resolver_ip": "127.0.0.1",
            "resolver_network_name": self.network.name,
            "software_name": _SOFTWARE,
            "software_version": _SOFTWARE_VERSION,
            "test_name": test,
            "test_runtime": round(0.5 + 2 * rng.random(), 3),
            "test_start_time": f"{self.start:%Y-%m-%d %H:%M:%S}",
            "test_version": version,
        }


def signal_line(session: Session, outcomes: dict[Host, Outcome], *, rng: random.Random) -> bytes:
    """One measurement of the `signal` test: a query, connection, handshake and request per host. No newline at the end."""
    when = session.start + timedelta(seconds=int(3 + 20 * rng.random()))
    failures = [_failure(outcome) for outcome in outcomes.values() if outcome is not Outcome.WORKS]
    failure = failures[0] if failures else None
    address = {host: host.addresses[int(rng.random() * len(host.addresses))] for host in outcomes}
    connected = {host: outcome for host, outcome in outcomes.items() if outcome is not Outcome.TIMEOUT}
    test_keys: Json = {
        "agent": "redirect",
        "failed_operation": None,
        "failure": None,
        "queries": [_query(host) for host in outcomes],
        "tcp_connect": [_connect(address[host], outcome) for host, outcome in outcomes.items()],
        "tls_handshakes": [_handshake(host, address[host], _failure(outcome)) for host, outcome in connected.items()],
        "requests": [_request(f"https://{host.name}/", host, _failure(outcome)) for host, outcome in outcomes.items()],
        "signal_backend_status": "blocked" if failures else "ok",
        "signal_backend_failure": failure,
    }
    return msgspec.json.encode({**session.envelope("signal", "0.2.0", when, rng), "test_keys": test_keys})


def web_line(session: Session, host: Host, outcome: Outcome, *, rng: random.Random) -> bytes:
    """One measurement of the `web_connectivity` test of a host's front page, with its control. No newline at the end."""
    when = session.start + timedelta(seconds=int(30 + 60 * rng.random()))
    url = f"https://{host.name}/"
    address = host.addresses[0]
    untrusted = "ssl_unknown_authority" if host.private_root else None
    failure = _failure(outcome) or untrusted
    handshakes = [] if outcome is Outcome.TIMEOUT else [_handshake(host, address, failure)]
    blocking = {Outcome.WORKS: False, Outcome.RESET: "http-failure", Outcome.TIMEOUT: "tcp_ip"}[outcome]
    worked = failure is None
    test_keys: Json = {
        "agent": "redirect",
        "retries": None,
        "socksproxy": None,
        "queries": [_query(host)],
        "dns_experiment_failure": None,
        "dns_consistency": "consistent",
        "control_failure": None,
        "control": _control(host, address, untrusted),
        "tcp_connect": [_connect(address, outcome, legacy=True)],
        "tls_handshakes": handshakes,
        "requests": [_request(url, host, failure)],
        "http_experiment_failure": failure,
        "body_length_match": worked or None,
        "body_proportion": 1 if worked else 0,
        "status_code_match": worked or None,
        "headers_match": worked or None,
        "title_match": worked or None,
        "accessible": worked,
        "blocking": blocking,
    }
    return msgspec.json.encode(
        {**session.envelope("web_connectivity", "0.4.1", when, rng), "input": url, "test_keys": test_keys}
    )


def _failure(outcome: Outcome) -> str | None:
    return None if outcome is Outcome.WORKS else outcome.value


def _query(host: Host) -> Json:
    answers = [
        {"answer_type": "A", "asn": host.network, "as_org_name": host.network_name, "ipv4": address, "ttl": None}
        for address in host.addresses
    ]
    return {"answers": answers, "engine": "system", "failure": None, "hostname": host.name, "query_type": "A", "t": 0.05}


def _connect(address: str, outcome: Outcome, *, legacy: bool = False) -> Json:
    timed_out = outcome is Outcome.TIMEOUT
    status: Json = {"failure": _failure(outcome) if timed_out else None, "success": not timed_out}
    if legacy:
        status["blocked"] = timed_out
    return {"ip": address, "port": 443, "status": status, "t": 0.12}


def _handshake(host: Host, address: str, failure: str | None) -> Json:
    return {
        "address": f"{address}:443",
        "cipher_suite": "" if failure else "TLS_AES_128_GCM_SHA256",
        "failure": failure,
        "negotiated_protocol": "" if failure else "h2",
        "no_tls_verify": False,
        "peer_certificates": [],
        "server_name": host.name,
        "t": 0.3,
        "tls_version": "" if failure else "TLSv1.3",
    }


def _request(url: str, host: Host, failure: str | None) -> Json:
    response: Json = {"body": "", "body_is_truncated": False, "headers": {}, "headers_list": []}
    if failure is None:
        headers = _headers(host)
        response = {
            "body": _body(host),
            "body_is_truncated": False,
            "code": host.status_code,
            "headers": headers,
            "headers_list": [[name, value] for name, value in headers.items()],
        }
    request: Json = {"headers": {}, "method": "GET", "url": url, "x_transport": "tcp"}
    return {"failure": failure, "request": request, "response": response, "t": 0.4}


def _control(host: Host, address: str, failure: str | None) -> Json:
    page: Json = {"body_length": -1, "failure": failure, "headers": {}, "status_code": -1, "title": ""}
    if failure is None:
        page = {
            "body_length": len(_body(host)),
            "failure": None,
            "headers": _headers(host),
            "status_code": host.status_code,
            "title": host.title or "",
        }
    return {
        "dns": {"addrs": list(host.addresses), "failure": None},
        "http_request": page,
        "tcp_connect": {f"{address}:443": {"failure": None, "status": True}},
    }


def _headers(host: Host) -> dict[str, str]:
    kind = "text/html; charset=utf-8" if host.title else "application/json"
    return {"Content-Length": str(len(_body(host))), "Content-Type": kind, "X-Simulated": "yes"}


def _body(host: Host) -> str:
    if host.title is None:
        return '{"simulated":true}'
    return f"<!doctype html><html><head><title>{host.title}</title></head><body>A simulated page of {host.name}.</body></html>"


def _digits(rng: random.Random, count: int) -> str:
    return f"{int(rng.random() * 10**count):0{count}}"


def _hexadecimal(rng: random.Random, count: int) -> str:
    return f"{int(rng.random() * 16**count):0{count}x}"

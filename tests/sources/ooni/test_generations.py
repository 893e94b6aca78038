"""What twelve years of probes and helpers spelled otherwise than the probes of today: each spelling gives the same facts."""

import json
from collections.abc import Callable

import polars as pl
import pytest

from admittance.sources import Batch

Json = dict[str, object]
Read = Callable[..., Batch]

QUERY: Json = {"hostname": "a.example", "query_type": "A", "engine": "system", "answers": [{"ipv4": "192.0.2.1"}]}
CONNECTION: Json = {"ip": "192.0.2.1", "port": 443, "status": {"success": True, "failure": None, "blocked": False}}
HANDSHAKE: Json = {"server_name": "a.example", "address": "192.0.2.1:443", "failure": None}
REQUEST: Json = {
    "failure": None,
    "request": {"url": "https://a.example/"},
    "response": {"code": 200, "body": "x", "headers": {}},
}


def answer(response: Json) -> Json:
    return REQUEST | {"response": response}


@pytest.fixture
def read(read_bytes: Read) -> Read:
    """`read(test_name, test_keys, **envelope)`: the batch of one line; an envelope field that is `...` is left out."""

    def take(test_name: str, test_keys: object, **envelope: object) -> Batch:
        record = {
            "test_name": test_name,
            "test_version": "0.1.0",
            "report_id": "r",
            "probe_cc": "KE",
            "probe_asn": "AS64500",
            "measurement_start_time": "2023-11-08 07:00:00",
            "input": "https://a.example/",
            "test_keys": test_keys,
        } | envelope
        return read_bytes("ooni", json.dumps({key: value for key, value in record.items() if value is not ...}).encode())

    return take


def told(table: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return table.select(*columns).rows()


@pytest.mark.parametrize(
    ("envelope", "column", "expected"),
    [
        ({"probe_asn": "AS64500"}, "network", 64500),
        ({"probe_asn": "64500"}, "network", 64500),
        ({"probe_asn": 64500}, "network", 64500),
        ({"probe_asn": "as64500"}, "network", 64500),
        ({"probe_asn": "AS0"}, "network", 0),
        ({"probe_asn": None}, "network", 0),
        ({"probe_asn": ...}, "network", 0),
        ({"resolver_asn": ...}, "resolver_network", None),
        ({"resolver_asn": "AS0"}, "resolver_network", None),
        ({"resolver_asn": "AS15169"}, "resolver_network", 15169),
        ({"probe_cc": "ke"}, "country", "KE"),
        ({"probe_cc": ""}, "country", "ZZ"),
        ({"probe_cc": ...}, "country", "ZZ"),
        ({"input": ["https://a.example/"]}, "input", "https://a.example/"),
        ({"input": []}, "input", None),
        ({"input": ...}, "input", None),
        ({"annotations": None}, "platform", None),
        ({"annotations": ...}, "platform", None),
        ({"annotations": {"platform": "linux", "network_type": 7}}, "platform", "linux"),
        ({"test_version": 0.1}, "test_version", "0.1"),
        ({"test_version": ...}, "test_version", ""),
        ({"test_runtime": "1.5", "data_format_version": None, "backend_version": 2}, "country", "KE"),
    ],
)
def test_spellings_of_the_envelope(envelope: Json, column: str, expected: object, read: Read) -> None:
    batch = read("ndt", None, **envelope)
    assert batch.rejects.is_empty(), batch.rejects["reason"].to_list()
    assert batch.measurements[column].to_list() == [expected]


@pytest.mark.parametrize(
    "times",
    [
        {"measurement_start_time": "2015-12-25 20:19:31"},
        {"measurement_start_time": "2015-12-25T20:19:31Z"},
        {"measurement_start_time": "2015-12-25T20:19:31+00:00"},
        {"measurement_start_time": "2015-12-25 22:19:31.000000+02:00"},
        {"measurement_start_time": ..., "test_start_time": "2015-12-25 20:19:31"},
        {"measurement_start_time": None, "test_start_time": "2015-12-25 20:19:31"},
        {"measurement_start_time": "2015-12-25 20:19:31", "test_start_time": "2015-12-25 20:00:00"},
    ],
)
def test_spellings_of_the_time(times: Json, read: Read) -> None:
    (time,) = read("ndt", None, **times).measurements["time"].to_list()
    assert time.isoformat() == "2015-12-25T20:19:31+00:00"


def test_the_first_helpers_called_addresses_otherwise(read: Read) -> None:
    for key in ("addrs", "ips"):
        control = {"dns": {key: ["192.0.2.9", "192.0.2.1"], "failure": None}, "tcp_connect": {}, "http_request": None}
        table = read("web_connectivity", {"queries": [QUERY], "control": control}).observations
        assert told(table, "control", "control_answers") == [("present", "192.0.2.1 192.0.2.9")]


def test_an_early_helper_that_failed(read: Read) -> None:
    control = {
        "tcp_connect": {"192.0.2.1:443": {"status": None, "failure": None}},
        "dns": {"addrs": [], "failure": None},
        "http_request": {"body_length": -1, "failure": "unknown_error", "status_code": -1, "headers": {}, "title": ""},
    }
    keys = {"queries": [QUERY], "tcp_connect": [CONNECTION], "requests": [REQUEST], "control": control, "socksproxy": None}
    table = read("web_connectivity", keys).observations
    assert told(table, "layer", "control", "control_failure", "control_status_code", "control_body_length") == [
        ("dns", "present", None, None, None),
        ("tcp", "missing", None, None, None),
        ("http", "present", "unknown_failure: unknown_error", None, None),
    ]


@pytest.mark.parametrize(
    ("direct", "over_tor"),
    [
        ({"is_tor": False, "exit_ip": False}, {"is_tor": True, "exit_ip": None, "exit_name": None}),
        (False, True),
        (None, {"is_tor": True}),
        ({}, True),
    ],
)
def test_spellings_of_the_way_over_tor(direct: object, over_tor: object, read: Read) -> None:
    def pair(way: object, code: int) -> Json:
        return {"failure": None, "request": {"url": "https://a.example/", "tor": way}, "response": {"code": code, "body": None}}

    table = read("http_requests", {"requests": [pair(direct, 403), pair(over_tor, 200)], "control_failure": None}).observations
    assert told(table, "layer", "status_code", "control", "control_status_code") == [("http", 403, "present", 200)]


@pytest.mark.parametrize("failed", ["generic_timeout_error", {"failure": "generic_timeout_error"}])
@pytest.mark.parametrize("worked", [None, {"failure": None}])
@pytest.mark.parametrize("as_list", [False, True])
def test_spellings_of_a_summary_of_tor(failed: object, worked: object, as_list: bool, read: Read) -> None:
    target: Json = {"target_address": "[2001:db8::5]:80", "target_protocol": "or_port", "failure": "generic_timeout_error"}
    target |= {"summary": {"connect": worked, "handshake": failed}, "queries": None, "requests": None, "tcp_connect": None}
    table = read("tor", {"targets": [target] if as_list else {"x": target}}, input=None).observations
    assert told(table, "layer", "address", "port", "failure") == [
        ("tcp", "2001:db8::5", 80, None),
        ("tls", "2001:db8::5", 80, "generic_timeout_error"),
    ]


@pytest.mark.parametrize(
    ("test_name", "own"),
    [
        (
            "facebook_messenger",
            {"facebook_b_api_dns_consistent": True, "facebook_stun_reachable": None, "facebook_dns_blocking": False},
        ),
        ("whatsapp", {"whatsapp_endpoints_status": "ok", "whatsapp_endpoints_dns_inconsistent": [], "registration_server": 1}),
        ("telegram", {"telegram_http_blocking": None, "telegram_web_failure": "eof_error", "telegram_web_status": "blocked"}),
        ("signal", {"signal_backend_status": "blocked", "signal_backend_failure": {"anything": 1}}),
        (
            "riseupvpn",
            {"api_failure": "invalid_ca", "api_status": "blocked", "ca_cert_status": False, "failing_gateways": None},
        ),
        (
            "riseupvpn",
            {"api_failures": ["eof_error"], "transport_status": {"obfs4": "ok"}, "failing_gateways": [{"port": "x"}]},
        ),
    ],
)
def test_what_a_test_concludes_itself_changes_no_fact(test_name: str, own: Json, read: Read) -> None:
    keys = {"queries": [QUERY], "tcp_connect": [CONNECTION], "tls_handshakes": [HANDSHAKE], "requests": [REQUEST]}
    plain, concluded = (read(test_name, keys | more, input=None) for more in ({}, own))
    assert plain.rejects.is_empty()
    assert concluded.rejects.is_empty()
    columns = [name for name in plain.observations.columns if name != "line_sha256" and name != "file"]
    assert plain.observations.select(columns).equals(concluded.observations.select(columns))
    assert told(plain.observations, "layer", "asked_host") == [(layer, "a.example") for layer in ("dns", "tcp", "tls", "http")]


@pytest.mark.parametrize(
    ("change", "layer", "column", "expected"),
    [
        ({"queries": [QUERY | {"failure": False}]}, "dns", "failure", None),
        ({"queries": [QUERY | {"failure": True, "answers": None}]}, "dns", "failure", "unknown_failure"),
        ({"queries": [QUERY | {"tags": None, "t": "0.5", "resolver_port": "53", "dial_id": -1}]}, "dns", "failure", None),
        ({"queries": [QUERY | {"answers": [{"ipv6": "2001:db8::1", "ttl": 1.5}]}]}, "dns", "answers", "2001:db8::1"),
        ({"queries": [QUERY | {"answers": [{"ipv4": "192.0.2.1", "asn": 64500}]}]}, "dns", "answer_networks", "64500"),
        ({"queries": [QUERY | {"answers": [{"ipv4": "192.0.2.1", "asn": "AS64500"}]}]}, "dns", "answer_networks", "64500"),
        ({"tcp_connect": [CONNECTION | {"ip": "[2001:db8::1]"}]}, "tcp", "address", "2001:db8::1"),
        ({"tcp_connect": [CONNECTION | {"port": "443"}]}, "tcp", "port", 443),
        ({"tcp_connect": [CONNECTION | {"status": {"success": False, "failure": None}}]}, "tcp", "failure", "unknown_failure"),
        ({"tls_handshakes": [HANDSHAKE | {"address": "[2001:db8::1]:443"}]}, "tls", "address", "2001:db8::1"),
        ({"tls_handshakes": [HANDSHAKE | {"peer_certificates": ["AQI="]}]}, "tls", "server_name", "a.example"),
        ({"tls_handshakes": [HANDSHAKE | {"peer_certificates": [{"format": "base64", "data": "AQI="}]}]}, "tls", "port", 443),
        ({"requests": [answer({"code": 200, "body": {"format": "base64", "data": "AQI="}})]}, "http", "body_length", 2),
        ({"requests": [answer({"code": 0, "body": None})]}, "http", "status_code", None),
        ({"requests": [answer({"code": -1, "body": None})]}, "http", "status_code", None),
        ({"requests": [answer({"code": -1}) | {"failure": "eof"}]}, "http", "failure", "eof_error"),
        ({"requests": [REQUEST | {"response": None, "failure": "timed_out"}]}, "http", "failure", "generic_timeout_error"),
        ({"requests": [answer({"code": 302, "headers": [["Location", "/x"]]})]}, "http", "location", "/x"),
        ({"requests": [answer({"code": 302, "headers": {"location": ["/x", "/y"]}})]}, "http", "location", "/x"),
        ({"requests": [answer({"code": 302, "headers_list": [["Location", "/x"]]})]}, "http", "location", "/x"),
        ({"requests": [REQUEST | {"address": "[2001:db8::1]:443"}]}, "http", "address", "2001:db8::1"),
    ],
)  # fmt: skip
def test_spellings_of_the_shared_arrays(change: Json, layer: str, column: str, expected: object, read: Read) -> None:
    batch = read("web_connectivity", change)
    assert batch.rejects.is_empty(), batch.rejects["reason"].to_list()
    assert told(batch.observations, "layer", column) in ([(layer, expected)], [])
    assert batch.observations.height == (0 if column == "status_code" else 1)


@pytest.mark.parametrize("test_name", ["web_connectivity", "urlgetter", "dns_consistency", "tcp_connect", "signal", "ndt"])
@pytest.mark.parametrize("keys", [None, {}])
def test_a_measurement_without_keys_is_one_without_facts(test_name: str, keys: Json | None, read: Read) -> None:
    batch = read(test_name, keys)
    assert (batch.measurements.height, batch.observations.height, batch.rejects.height) == (1, 0, 0)


def test_of_a_repeated_key_the_last_counts(read_bytes: Read) -> None:
    line = b'{"test_name":"ndt","report_id":"r","measurement_start_time":"2020-01-01 00:00:00","probe_cc":"KE","probe_cc":"TZ"}'
    assert read_bytes("ooni", line).measurements["country"].to_list() == ["TZ"]


@pytest.mark.parametrize(
    ("test_name", "keys"),
    [
        ("ndt", {"download": "12.5", "summary": [1], "failure": 3}),
        ("dash", {"receiver_data": [{"elapsed": "x"}], "simple": None}),
        ("browser_web", {"result": "error", "load_time_ms": "404"}),
    ],
)
def test_figures_of_performance_are_context_in_any_shape(test_name: str, keys: Json, read: Read) -> None:
    batch = read(test_name, keys)
    assert (batch.measurements.height, batch.observations.height, batch.rejects.height) == (1, 0, 0)

"""A part that cannot be read costs itself and not its measurement, and never turns a failure into a success."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.ooni.test_stored import POSTED, archive

from admittance.sources import Batch, Selection
from admittance.sources.ooni import salvage
from admittance.sources.ooni.nettests import NETTESTS

Json = dict[str, object]
ReadBytes = Callable[..., Batch]

QUERY: Json = {"hostname": "a.example", "query_type": "A", "engine": "system", "failure": "dns_nxdomain_error"}
CONNECTION: Json = {"ip": "192.0.2.1", "port": 443, "status": {"success": False, "failure": "connection_refused"}}
HANDSHAKE: Json = {"server_name": "a.example", "address": "192.0.2.1:443", "failure": "connection_reset"}
REQUEST: Json = {
    "failure": None,
    "request": {"url": "https://a.example/"},
    "response": {"code": 200, "body": "x", "headers": {}},
}
CONTROL: Json = {
    "dns": {"addrs": ["192.0.2.1"], "failure": None},
    "tcp_connect": {"192.0.2.1:443": {"status": True, "failure": None}},
    "tls_handshake": {"192.0.2.1:443": {"status": True, "failure": None}},
    "http_request": {"status_code": 200, "body_length": 1, "headers": {}, "title": "", "failure": None},
}
KEYS: Json = {
    "queries": [QUERY, QUERY],
    "tcp_connect": [CONNECTION, CONNECTION],
    "tls_handshakes": [HANDSHAKE, HANDSHAKE],
    "requests": [REQUEST],
    "control": CONTROL,
    "control_failure": None,
}
LAYERS = ["dns", "dns", "tcp", "tcp", "tls", "tls", "http"]


def line(test_keys: object = KEYS, **changes: object) -> bytes:
    record: Json = {
        "test_name": "web_connectivity",
        "test_version": "0.5.0",
        "report_id": "r",
        "measurement_uid": "m",
        "probe_cc": "KE",
        "measurement_start_time": "2023-11-08 07:00:00",
        "input": "https://a.example/",
        "annotations": {"platform": "linux"},
        "test_keys": test_keys,
    }
    return json.dumps(record | changes).encode()


@pytest.mark.parametrize(
    ("change", "flaw", "lost"),
    [
        ({"queries": [QUERY, QUERY | {"hostname": 7}]}, "hostname: must be a text or nothing, is a whole number", "dns"),
        ({"queries": [QUERY | {"failure": 3}, QUERY]}, "test_keys.queries[...].failure", "dns"),
        ({"queries": [QUERY, None]}, "test_keys.queries[...]: must be an object, is nothing", "dns"),
        ({"queries": [QUERY, QUERY | {"answers": [{"ipv4": 1}]}]}, "test_keys.queries[...].answers[...].ipv4", "dns"),
        ({"tcp_connect": [CONNECTION, CONNECTION | {"port": 443.0}]}, "tcp_connect[...].port: must be a whole number", "tcp"),
        ({"tcp_connect": [CONNECTION, CONNECTION | {"port": -1}]}, "test_keys.tcp_connect[...].port: no port: '-1'", "tcp"),
        ({"tcp_connect": [CONNECTION, CONNECTION | {"port": 2**70}]}, "test_keys.tcp_connect[...].port: no port", "tcp"),
        ({"tcp_connect": [CONNECTION, CONNECTION | {"status": {"failure": []}}]}, "tcp_connect[...].status.failure", "tcp"),
        ({"tls_handshakes": [HANDSHAKE | {"peer_certificates": ["?"]}, HANDSHAKE]}, "peer_certificates[0]: no base64", "tls"),
        ({"tls_handshakes": [HANDSHAKE, HANDSHAKE | {"failure": {"a": 1}}]}, "test_keys.tls_handshakes[...].failure", "tls"),
        ({"requests": [REQUEST | {"response": {"code": 2**70}}]}, "test_keys.requests[...].response.code", "http"),
        ({"requests": [REQUEST | {"response": {"code": "200"}}]}, "test_keys.requests[...].response.code", "http"),
        ({"requests": [REQUEST | {"response": {"code": 200, "headers_list": [["x"]]}}]}, "headers_list", "http"),
        ({"requests": [REQUEST | {"response": {"code": 200, "body": {"data": "?"}}}]}, "response.body: no base64", "http"),
        ({"requests": "none"}, "test_keys.requests: must be a list or nothing, is a text", "http"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_costs_itself(change: Json, flaw: str, lost: str, read_bytes: ReadBytes) -> None:
    batch = read_bytes("ooni", line(KEYS | change))
    assert batch.rejects.is_empty()
    (told,) = batch.measurements["flaw"].to_list()
    assert flaw in told
    left = list(LAYERS)
    left.remove(lost)
    assert batch.observations["layer"].to_list() == left
    whole = read_bytes("ooni", line()).observations
    assert set(batch.observations["failure"]) <= set(whole["failure"])
    assert batch.observations["sequence"].to_list() == list(range(6))


@pytest.mark.parametrize(
    ("change", "states"),
    [
        ({"control": 7}, ["missing"] * 7),
        ({"control": CONTROL | {"dns": {"addrs": 7}}}, ["missing"] * 2 + ["present"] * 5),
        ({"control": CONTROL | {"dns": {"addrs": [], "failure": 7}}}, ["missing"] * 2 + ["present"] * 5),
        (
            {"control": CONTROL | {"tcp_connect": {"192.0.2.1:443": {"status": "ok"}, "192.0.2.2:443": {}}}},
            ["present"] * 7,  # the page stands for the addresses that it came by
        ),
        ({"control": CONTROL | {"http_request": {"status_code": 200, "title": []}}}, ["present"] * 6 + ["missing"]),
        ({"control_failure": {"error": 1}}, ["failed"] * 7),
        ({"control_failure": 0}, ["failed"] * 7),
    ],
)
def test_a_piece_of_the_control_that_cannot_be_read_is_missing(change: Json, states: list[str], read_bytes: ReadBytes) -> None:
    batch = read_bytes("ooni", line(KEYS | change))
    assert batch.rejects.is_empty()
    assert batch.measurements["flaw"].null_count() == 0
    assert batch.observations["control"].to_list() == states


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"annotations": []}, "annotations: must be an object or nothing, is a list"),
        ({"annotations": "linux"}, "annotations: must be an object or nothing, is a text"),
        ({"annotations": {"platform": 7}}, "annotations.platform"),
        ({"software_name": 7}, "software_name"),
        ({"test_version": [0, 5]}, "test_version"),
        ({"resolver_asn": "ASX"}, "resolver_asn: no AS number: 'ASX'"),
        ({"resolver_asn": 1.5}, "resolver_asn"),
        ({"probe_id": False}, "probe_id"),
    ],
)
def test_what_says_nothing_of_who_where_and_when_may_be_missing(change: Json, flaw: str, read_bytes: ReadBytes) -> None:
    batch = read_bytes("ooni", line(**change))
    assert batch.rejects.is_empty()
    assert flaw in batch.measurements["flaw"][0]
    assert batch.observations["layer"].to_list() == LAYERS


def test_an_origin_is_never_left_out(read_bytes: ReadBytes) -> None:
    said = {"platform": 7, "admittance_origin": "simulated"}
    assert read_bytes("ooni", line(annotations=said)).measurements["origin"].to_list() == ["simulated"]
    assert read_bytes("ooni", line(annotations=said | {"admittance_origin": 7})).rejects.height == 1


RELAY = {"target_address": "192.0.2.1:80", "failure": "eof_error"}


@pytest.mark.parametrize(
    ("test_name", "given", "keys", "flaw", "hosts"),
    [
        (
            "tor", None, {"targets": {"a": {"target_address": "nowhere at all"}, "b": RELAY}},
            "target_address: no address", ["192.0.2.1"],
        ),
        ("tor", None, {"targets": [RELAY, 7]}, "test_keys.targets", ["192.0.2.1"]),
        (
            "openvpn", None, {"openvpn_handshake": [{"ip": "192.0.2.1", "port": -1}, {"ip": "192.0.2.2", "port": 1}]},
            "openvpn_handshake[...].port", ["192.0.2.2"],
        ),
        (
            "dnscheck", "dot://dns.example", {"lookups": {"x": {"queries": 1}, "y": {"queries": [QUERY]}}},
            "test_keys.lookups[...].queries", ["dns.example"],
        ),
        (
            "echcheck", "https://b.example", {"control": HANDSHAKE | {"failure": []}, "target": HANDSHAKE},
            "test_keys.control.failure", ["b.example"],
        ),
        (
            "http_requests", "https://a.example/",
            {"requests": [REQUEST, REQUEST | {"request": {"url": "https://a.example/", "tor": {"is_tor": "yes"}}}]},
            "tor.is_tor", ["a.example"],
        ),
    ],
)  # fmt: skip
def test_the_same_holds_for_tests_with_keys_of_their_own(
    test_name: str, given: str | None, keys: Json, flaw: str, hosts: list[str], read_bytes: ReadBytes
) -> None:
    batch = read_bytes("ooni", line(keys, test_name=test_name, input=given))
    assert batch.rejects.is_empty()
    assert flaw in batch.measurements["flaw"][0]
    assert batch.observations["asked_host"].to_list() == hosts


def test_a_healthy_line_has_no_flaw_and_a_flawed_one_that_is_not_selected_is_no_reject(read_bytes: ReadBytes) -> None:
    assert read_bytes("ooni", line()).measurements["flaw"].to_list() == [None]
    elsewhere = Selection(countries=frozenset({"TZ"}))
    batch = read_bytes("ooni", line(KEYS | {"queries": 7}), selection=elsewhere)
    assert (batch.lines, batch.measurements.height, batch.rejects.height) == (1, 0, 0)


def test_a_line_that_would_cost_too_much_to_try_is_a_reject(read_bytes: ReadBytes, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = line(KEYS | {"queries": [QUERY, 7]})
    assert read_bytes("ooni", bad).measurements.height == 1
    for name, bound in (("LONGEST_SALVAGED", 100), ("MOST_TRIED", 1_000)):
        with monkeypatch.context() as patch:
            patch.setattr(salvage, name, bound)
            batch = read_bytes("ooni", bad)
            assert "test_keys.queries[...]: must be an object, is a whole number" in batch.rejects["reason"][0]


def test_flawed_posts_keep_their_name(read_bytes: ReadBytes) -> None:
    record = json.loads(line(KEYS | {"queries": 7}, measurement_uid=None, report_id=None))
    batch = read_bytes("ooni", archive((POSTED, json.dumps({"format": "json", "content": record}).encode())))
    assert batch.rejects.is_empty()
    assert batch.measurements["measurement_uid"].to_list() == [POSTED.rpartition("/")[2].removesuffix(".post")]


_NAMES = st.sampled_from(sorted({*KEYS, *QUERY, *CONTROL, "ip"}))
_ODD = st.sampled_from([2**70, 1e300, -1, "\x00", "\ud800", "[::1]:x", "AS1"])
_ENVELOPE = st.sampled_from(["input", "annotations", "probe_asn", "report_id", "resolver_asn"])
_KEYS = st.sampled_from([*KEYS, "targets", "lookups", "failure", "sent"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _ODD | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(sorted(NETTESTS)),
    envelope=st.dictionaries(_ENVELOPE, _VALUES, max_size=2),
    changes=st.dictionaries(_KEYS, _VALUES, max_size=3),
    noise=st.binary(max_size=40),
    cut=st.integers(0, 400),
)
def test_every_line_is_a_measurement_or_a_reject(
    name: str, envelope: Json, changes: Json, noise: bytes, cut: int, read_bytes: ReadBytes
) -> None:
    whole = line(KEYS | changes, test_name=name, **envelope)
    content = b"\n".join([whole, noise, whole[:-cut], b" ", line()])
    batch = read_bytes("ooni", content)
    assert batch.lines == sum(1 for part in content.split(b"\n") if part.strip())
    assert batch.measurements.height + batch.rejects.height == batch.lines
    assert batch.observations.height == batch.measurements["observations"].sum()
    assert batch.measurements["measurement_uid"].to_list()[-1:] == ["m"]

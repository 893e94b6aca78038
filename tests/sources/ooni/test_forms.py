"""Tests whose keys hold more than the shared arrays: the facts that each gives."""

import json
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admittance.sources import Batch
from admittance.sources.ooni.nettests import NETTESTS, Asks

Json = dict[str, object]
Take = Callable[..., pl.DataFrame]


@pytest.fixture
def facts(read_bytes: Callable[..., Batch]) -> Take:
    """`facts(test_name, input, test_keys, **envelope)`: the observations of one measurement."""

    def take(test_name: str, given: str | None, test_keys: Json, **envelope: object) -> pl.DataFrame:
        record = {
            "test_name": test_name,
            "report_id": "r",
            "measurement_uid": "m",
            "measurement_start_time": "2023-11-08 07:00:00",
            "input": given,
            "test_keys": test_keys,
        } | envelope
        batch = read_bytes("ooni", json.dumps(record).encode())
        assert batch.rejects.is_empty(), batch.rejects["reason"].to_list()
        assert batch.observations["sequence"].to_list() == list(range(batch.observations.height))
        return batch.observations

    return take


def told(table: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return table.select(*columns).rows()


def connection(ip: str, port: int, failure: str | None = None) -> Json:
    return {"ip": ip, "port": port, "status": {"success": failure is None, "failure": failure}}


def answered(name: str, *addresses: str) -> Json:
    return {"hostname": name, "query_type": "A", "engine": "system", "answers": [{"ipv4": address} for address in addresses]}


@pytest.mark.parametrize("early", [False, True])
def test_every_relay_and_bridge_of_tor_is_a_host_of_its_own(early: bool, facts: Take) -> None:
    targets = {
        "a": {
            "target_address": "192.0.2.1:9001",
            "target_protocol": "or_port_dirauth",
            "tcp_connect": [connection("192.0.2.1", 9001)],
            "tls_handshakes": [{"failure": None}],
            "summary": {"connect": {"failure": None}},
        },
        "b": {
            "target_address": "192.0.2.1:9030",
            "target_protocol": "dir_port",
            "failure": "generic_timeout_error",
            "requests": [{"failure": "generic_timeout_error", "request": {"url": "http://192.0.2.1:9030/tor/consensus"}}],
        },
        "c": {
            "target_address": "[2001:db8::3]:443",
            "target_protocol": "obfs4",
            "failure": "handshake: ntor AUTH mismatch: Derived: 51 Received: 24.",
            "tcp_connect": [connection("2001:db8::3", 443)],
        },
        "d": {"target_address": "192.0.2.4:80", "target_protocol": "obfs4", "failure": "connection_refused"},
        "e": {
            "target_address": "192.0.2.5:80",
            "target_protocol": "or_port",
            "summary": {"connect": {"failure": None}, "handshake": {"failure": "connection_reset"}},
        },
        "": {"failure": "interrupted"},  # nothing says whom it is about
    }
    table = facts("tor", None, {"targets": list(targets.values()) if early else targets})
    assert told(table, "layer", "asked_host", "address", "port", "operation", "failure", "certificate_valid", "hop") == [
        ("tcp", "192.0.2.1", "192.0.2.1", 9001, "or_port_dirauth", None, None, 0),
        ("tls", "192.0.2.1", "192.0.2.1", 9001, "or_port_dirauth", None, None, 0),
        ("http", "192.0.2.1", "192.0.2.1", 9030, "dir_port", "generic_timeout_error", None, 0),
        ("tcp", "2001:db8::3", "2001:db8::3", 443, "obfs4", None, None, 0),
        ("tls", "2001:db8::3", "2001:db8::3", 443, "obfs4", "ssl_failed_handshake", None, 0),
        ("tcp", "192.0.2.4", "192.0.2.4", 80, "obfs4", "connection_refused", None, 0),
        ("tcp", "192.0.2.5", "192.0.2.5", 80, "or_port", None, None, 0),
        ("tls", "192.0.2.5", "192.0.2.5", 80, "or_port", "connection_reset", None, 0),
    ]
    assert set(table["control"]) == {"none"}


@pytest.mark.parametrize(
    ("test_name", "keys", "expected"),
    [
        ("vanilla_tor", {"success": True, "failure": None, "bootstrap_time": 3.6}, [("tor", None)]),
        ("vanilla_tor", {"success": False, "error": "timeout-reached"}, [("tor", "generic_timeout_error")]),
        ("vanilla_tor", {"success": False, "bootstrap_time": 0}, [("tor", "unknown_failure")]),
        ("vanilla_tor", {}, []),
        ("psiphon", {"failure": None, "bootstrap_time": 5.8}, [("psiphon", None)]),
        (
            "psiphon",
            {"failure": "unknown_failure: clientlib: tunnel establishment timeout", "bootstrap_time": 0},
            [("psiphon", "generic_timeout_error")],
        ),
        ("psiphon", {"failure": "generic_timeout_error", "bootstrap_time": 2.5}, [("psiphon", None)]),  # it failed inside
        ("urlgetter", {"tunnel": "psiphon", "failure": None, "bootstrap_time": 2.5}, [("psiphon", None)]),
    ],
)
def test_of_a_tunnel_only_its_making_is_a_fact(
    test_name: str, keys: Json, expected: list[tuple[str, str | None]], facts: Take
) -> None:
    inside = {
        "tcp_connect": [connection("127.0.0.1", 50_221)],
        "tls_handshakes": [{"server_name": "www.google.com"}],
        "requests": [{"request": {"url": "https://www.google.com/humans.txt"}, "response": {"code": 200}}],
    }
    given = "https://www.google.com/humans.txt" if test_name == "urlgetter" else None
    table = facts(test_name, given, keys | inside)
    assert told(table, "asked_host", "failure") == expected
    assert told(table, "layer", "operation", "address") == [("http", "bootstrap", None)] * len(expected)


def test_an_openvpn_handshake_is_one_of_tls_at_its_endpoint(facts: Take) -> None:
    shaken = {"ip": "192.0.2.1", "port": 1194, "transport": "udp", "failure": "generic_timeout_error"}
    table = facts(
        "openvpn",
        "openvpn://riseup.corp/?address=192.0.2.1:1194&transport=udp",
        {"openvpn_handshake": [shaken, shaken | {"failure": None}], "tcp_connect": [connection("192.0.2.1", 1194)]},
    )
    assert told(table, "layer", "asked_host", "address", "port", "operation", "failure") == [
        ("tcp", "192.0.2.1", "192.0.2.1", 1194, None, None),
        ("tls", "192.0.2.1", "192.0.2.1", 1194, "openvpn", "generic_timeout_error"),
        ("tls", "192.0.2.1", "192.0.2.1", 1194, "openvpn", None),
    ]


def compared(code: int | None, *, is_tor: bool, failure: str | None = None, body: str = "") -> Json:
    request = {"url": "http://a.example/", "tor": {"is_tor": is_tor, "exit_ip": None}}
    return {"failure": failure, "request": request, "response": {"code": code, "body": body, "headers": {"Server": "s"}}}


@pytest.mark.parametrize(
    ("over_tor", "control", "control_failure", "control_status_code", "control_body_length"),
    [
        ([compared(200, is_tor=True, body="<title>A</title>")], "present", None, 200, 16),
        ([compared(None, is_tor=True, failure="response_never_received")], "present", "eof_error", None, None),
        ([compared(None, is_tor=True, failure="socks_host_unreachable")], "present", "socks_host_unreachable", None, None),
        ([compared(None, is_tor=True, failure="connection_refused_error")], "failed", None, None, None),
        ([compared(None, is_tor=True, failure="timed_out"), compared(200, is_tor=True)], "present", None, 200, None),
        ([], "missing", None, None, None),
    ],
)
def test_the_request_over_tor_is_the_control_and_no_fact(
    over_tor: list[Json],
    control: str,
    control_failure: str | None,
    control_status_code: int | None,
    control_body_length: int | None,
    facts: Take,
) -> None:
    table = facts("http_requests", "http://a.example/", {"requests": [compared(403, is_tor=False), *over_tor]})
    columns = ("layer", "status_code", "hop", "control", "control_failure", "control_status_code", "control_body_length")
    assert told(table, *columns) == [("http", 403, 0, control, control_failure, control_status_code, control_body_length)]


def test_the_trusted_resolver_is_the_control_and_no_fact(facts: Take) -> None:
    def asked(resolver: str, *addresses: str, failure: str | None = None) -> Json:
        return answered("a.example", *addresses) | {"engine": None, "resolver_hostname": resolver, "failure": failure}

    queries = [
        asked("203.0.113.8", "192.0.2.1"),
        asked("198.51.100.1", "192.0.2.9"),
        asked("198.51.100.2", failure="deferred_timeout_error"),
        {"hostname": "1.2.0.192.in-addr.arpa", "query_type": "PTR", "resolver_hostname": "198.51.100.1", "answers": []},
    ]
    keys = {"control_resolver": "203.0.113.8:53", "queries": queries}
    for asked_for in ("a.example", "http://a.example/path", "a.example\n"):
        table = facts("dns_consistency", asked_for, keys)
        assert told(table, "answers", "failure", "engine", "control", "control_answers") == [
            ("192.0.2.9", None, "udp", "present", "192.0.2.1"),
            (None, "generic_timeout_error", "udp", "present", "192.0.2.1"),
        ]
    assert facts("dns_consistency", "192.0.2.7", keys).is_empty()
    unanswered = {"control_resolver": "203.0.113.8:53", "queries": [asked("203.0.113.8", failure="no_answer"), queries[1]]}
    assert facts("dns_consistency", "a.example", unanswered)["control_failure"].to_list() == ["dns_no_answer"]


@pytest.mark.parametrize(
    ("given", "outcome", "expected"),
    [
        ("github.example:443\n", "success", ("github.example", "github.example", None, 443, None)),
        ("192.0.2.8:53", "connection_refused_error", ("192.0.2.8", None, "192.0.2.8", 53, "connection_refused")),
        (
            "http://www.example.org",
            "tcp_timed_out_error",
            ("www.example.org", "www.example.org", None, 80, "generic_timeout_error"),
        ),
    ],
)
def test_an_early_connection_attempt(given: str, outcome: str, expected: tuple[object, ...], facts: Take) -> None:
    table = facts("tcp_connect", given, {"connection": outcome})
    assert table["layer"].to_list() == ["tcp"]
    assert told(table, "asked_host", "hostname", "address", "port", "failure") == [expected]


def test_connections_with_a_resolver_are_not_ones_with_the_site(facts: Take) -> None:
    keys = {
        "queries": [answered("www.example.org", "192.0.2.1") | {"engine": "dot", "resolver_address": "203.0.113.8:853"}],
        "tcp_connect": [connection("203.0.113.8", 853), connection("192.0.2.1", 443)],
        "tls_handshakes": [
            {"server_name": "dns.example", "address": "203.0.113.8:853"},
            {"server_name": "www.example.org", "address": "192.0.2.1:443"},
        ],
    }
    table = facts("urlgetter", "https://www.example.org/", keys)
    assert told(table, "layer", "address", "port") == [
        ("dns", None, None),
        ("tcp", "192.0.2.1", 443),
        ("tls", "192.0.2.1", 443),
    ]
    assert told(facts("urlgetter", "dnslookup://www.example.org", keys), "asked_host", "asked_scheme")[0] == (
        "www.example.org",
        None,
    )


def test_a_checked_resolver_is_what_the_facts_are_about(facts: Take) -> None:
    lookup = {
        "queries": [answered("example.org", "192.0.2.1") | {"engine": "dot"}],
        "tcp_connect": [connection("203.0.113.8", 853)],
        "tls_handshakes": [{"server_name": "dns.example", "failure": "connection_reset"}],
    }
    keys = {
        "bootstrap": {"queries": [answered("dns.example", "203.0.113.8")]},
        "bootstrap_failure": None,
        "lookups": {"dot://203.0.113.8:853": lookup, "dot://[2001:db8::1]:853": None},
    }
    table = facts("dnscheck", "dot://dns.example:853", keys)
    assert told(table, "layer", "hostname", "engine", "failure") == [
        ("dns", "dns.example", "system", None),
        ("dns", "example.org", "dot", None),
        ("tcp", None, None, None),
        ("tls", "dns.example", None, "connection_reset"),
    ]
    assert set(table["asked_host"]) == {"dns.example"}


def test_an_encrypted_hello_is_told_apart(facts: Take) -> None:
    def shaken(failure: str | None = None, **more: object) -> Json:
        return {"server_name": "a.example", "address": "192.0.2.1:443", "failure": failure, **more}

    newer = {"tls_handshakes": [shaken(), shaken("connection_reset", echconfig="GREASE", outer_server_name="b.example")]}
    older = {"control": shaken(), "target": shaken("connection_reset")}
    for keys in (newer, older):
        table = facts("echcheck", "https://a.example", keys)
        assert told(table, "layer", "operation", "failure") == [("tls", None, None), ("tls", "ech", "connection_reset")]
    assert facts("echcheck", "https://a.example", newer)["server_name"].to_list() == ["a.example", "b.example"]
    assert facts("echcheck", None, newer)["asked_host"].to_list() == ["a.example", "a.example"]


@pytest.mark.parametrize("given", ["stun://stun.example:3478", None])
def test_a_stun_exchange_is_an_outcome_of_its_own(given: str | None, facts: Take) -> None:
    keys = {
        "endpoint": "stun.example:3478",
        "failure": "generic_timeout_error",
        "queries": [answered("stun.example", "192.0.2.1")],
    }
    table = facts("stun_reachability", given, keys)
    assert told(table, "layer", "asked_host", "port", "operation", "failure") == [
        ("dns", "stun.example", None, None, None),
        ("http", "stun.example", 3478, "stun", "generic_timeout_error"),
    ]


@pytest.mark.parametrize(
    ("helpers", "asked_host", "address"),
    [
        ({"backend": "192.0.2.93"}, "192.0.2.93", "192.0.2.93"),
        ({"backend": {"type": "legacy", "address": "192.0.2.93"}}, "192.0.2.93", "192.0.2.93"),
        (None, "ooni", None),
    ],
)
def test_what_comes_back_otherwise_than_sent_was_tampered_with(
    helpers: Json | None, asked_host: str, address: str | None, facts: Take
) -> None:
    keys = {
        "sent": ["GET / HTTP/ABC\r\n", "XYZ / HTTP/1.1\n\r", "A B C D\r\n"],
        "received": ["GET / HTTP/ABC\r\n", {"format": "base64", "data": "AQ=="}, ""],
        "failure_list": [None, None, "eof_error"],
    }
    table = facts("http_invalid_request_line", None, keys, test_helpers=helpers)
    assert told(table, "layer", "asked_host", "address", "operation", "failure") == [
        ("http", asked_host, address, None, None),
        ("http", asked_host, address, "tampered", None),
        ("http", asked_host, address, None, "eof_error"),
    ]


def test_changed_headers_are_named(facts: Take) -> None:
    request = {"failure": None, "request": {"url": "http://192.0.2.94:80"}, "response": {"code": 200, "body": "{}"}}
    flags = {"header_field_number": True, "total": False, "header_name_capitalization": True, "header_name_diff": ["HOST"]}
    for tampering, operation in ((flags, "tampered header_field_number header_name_capitalization"), ({"total": False}, None)):
        table = facts("http_header_field_manipulation", None, {"requests": [request], "tampering": tampering})
        assert told(table, "layer", "asked_host", "status_code", "operation") == [("http", "192.0.2.94", 200, operation)]


def test_handshakes_over_quic_are_a_layer_of_their_own(facts: Take) -> None:
    keys = {
        "quic_handshakes": [{"server_name": "a.example", "address": "192.0.2.1:443", "failure": "generic_timeout_error"}],
        "requests": [
            {
                "failure": "generic_timeout_error",
                "request": {"url": "https://a.example/", "x_transport": "quic"},
                "response": {},
            }
        ],
    }
    table = facts("urlgetter", "https://a.example/", keys)
    assert told(table, "layer", "server_name", "address", "port", "failure") == [
        ("quic", "a.example", "192.0.2.1", 443, "generic_timeout_error")
    ]
    control = {"quic_handshake": {"192.0.2.1:443": {"status": True}}}
    compared = facts("web_connectivity", "https://a.example/", {"quic_handshakes": keys["quic_handshakes"], "control": control})
    assert told(compared, "layer", "control", "control_failure") == [("quic", "present", None)]


def test_messengers_tell_of_their_hosts(facts: Take) -> None:
    table = facts(
        "whatsapp",
        None,
        {
            "queries": [answered("e1.whatsapp.net", "192.0.2.1"), answered("e2.whatsapp.net", "192.0.2.1")],
            "tcp_connect": [connection("192.0.2.1", port) for port in (443, 5222, 443, 5222)],
        },
    ).filter(pl.col("layer") == "tcp")
    assert told(table, "asked_host", "port") == [
        ("e1.whatsapp.net", 443),
        ("e1.whatsapp.net", 5222),
        ("e2.whatsapp.net", 443),
        ("e2.whatsapp.net", 5222),
    ]


@pytest.mark.parametrize("test_name", [name for name, nettest in NETTESTS.items() if nettest.form is not None])
@pytest.mark.parametrize("keys", [None, {}, {"unheard_of": [1]}, {"queries": None, "requests": None, "targets": None}])
def test_keys_without_anything_in_them_give_no_fact(test_name: str, keys: Json | None, facts: Take) -> None:
    given = "https://a.example/" if NETTESTS[test_name].asks in (Asks.INPUT, Asks.ENDPOINT) else None
    table = facts(test_name, given, keys)
    assert told(table, "layer", "failure") in ([], [("http", None)] if test_name == "stun_reachability" else [])


@pytest.mark.parametrize(
    ("test_name", "given", "keys", "reason"),
    [
        ("http_requests", "ftp://a.example/", {}, "input: no URL of http or https"),
        ("tcp_connect", "a b:c", {"connection": "success"}, "input: no URL, host and port"),
        ("vanilla_tor", None, {"bootstrap_time": "soon"}, "test_keys.bootstrap_time: must be a number or nothing, is a text"),
        (
            "psiphon",
            None,
            {"failure": {}, "bootstrap_time": 0},
            "test_keys.failure: must be true, false, a text or nothing, is an object",
        ),
        ("dns_consistency", "a.example", {"control_resolver": 8, "queries": []}, "test_keys.control_resolver"),
        ("http_invalid_request_line", None, {"sent": ["a"], "received": [7]}, "test_keys.received[...]"),
    ],
)
def test_keys_of_another_form_are_rejected_by_the_field(
    test_name: str, given: str | None, keys: Json, reason: str, read_bytes: Callable[..., Batch]
) -> None:
    record = {"test_name": test_name, "report_id": "r", "measurement_start_time": "2023-11-08 07:00:00", "input": given}
    batch = read_bytes("ooni", json.dumps(record | {"test_keys": keys}).encode())
    assert batch.measurements.is_empty()
    assert reason in batch.rejects["reason"][0]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**70, 1e300, -1, 70_000, "9" * 5_000, "a:" + "9" * 5_000, "[::1]:x", "\x00", "\ud800", "[", "//", ":"])
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["failure", "ip", "port", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)
_SHAKEN: Json = {"address": "192.0.2.1:443", "server_name": "a.example", "failure": None, "echconfig": "x"}
WHOLE: dict[str, Json] = {
    "tor": {"targets": {"a": {"target_address": "192.0.2.1:80", "target_protocol": "obfs4", "failure": None,
        "summary": {"handshake": {"failure": None}}, "tcp_connect": [connection("192.0.2.1", 80)],
        "tls_handshakes": [_SHAKEN]}}},
    "psiphon": {"failure": None, "bootstrap_time": 1.5, "success": True, "error": None},
    "openvpn": {"openvpn_handshake": [{"ip": "192.0.2.1", "port": 1194, "failure": None}], "tcp_connect": []},
    "http_requests": {"requests": [compared(200, is_tor=True), compared(200, is_tor=False)], "control_failure": None},
    "dns_consistency": {"control_resolver": "203.0.113.8:53", "queries": [answered("a.example", "192.0.2.1")]},
    "tcp_connect": {"connection": "success"},
    "urlgetter": {"tunnel": "", "failure": None, "queries": [answered("a.example", "192.0.2.1") | {"resolver_address": "a:53"}],
        "tcp_connect": [connection("192.0.2.1", 443)], "tls_handshakes": [_SHAKEN], "quic_handshakes": [_SHAKEN]},
    "dnscheck": {"bootstrap": {"queries": [answered("a.example", "192.0.2.1")]},
        "lookups": {"x": {"tls_handshakes": [_SHAKEN]}}},
    "echcheck": {"tls_handshakes": [_SHAKEN], "control": _SHAKEN, "target": _SHAKEN},
    "stun_reachability": {"endpoint": "a.example:3478", "failure": None, "queries": []},
    "http_invalid_request_line": {"sent": ["a"], "received": ["b"], "failure_list": [None]},
    "http_header_field_manipulation": {"requests": [compared(200, is_tor=False)], "tampering": {"total": True}},
}  # fmt: skip


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a record at which something else could stand."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, below in inner for place in places(below, (*path, key)))]


PLACES = [(test_name, place) for test_name, keys in WHOLE.items() for place in places(keys)]


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(where=st.sampled_from(PLACES), value=_JSON, asked=st.none() | _JSON)
def test_any_value_in_any_place_of_any_form_gives_a_measurement_or_a_reject(
    where: tuple[str, tuple[str | int, ...]], value: object, asked: object, read_bytes: Callable[..., Batch]
) -> None:
    test_name, path = where
    record = {
        "test_name": test_name,
        "report_id": "r",
        "measurement_start_time": "2023-11-08 07:00:00",
        "input": "https://a.example/" if asked is None else asked,
        "test_helpers": {"backend": asked},
        "test_keys": json.loads(json.dumps(WHOLE[test_name])),
    }
    place = record
    for step in ("test_keys", *path)[:-1]:
        place = place[step]  # type: ignore[index]
    place[("test_keys", *path)[-1]] = value  # type: ignore[index]
    batch = read_bytes("ooni", json.dumps(record).encode())
    assert batch.measurements.height + batch.rejects.height == 1
    assert batch.observations.height == batch.measurements["observations"].sum()


def test_every_form_has_a_whole_record_to_be_broken() -> None:
    assert set(WHOLE) | {"vanilla_tor"} == {name for name, nettest in NETTESTS.items() if nettest.form is not None}


def test_a_second_reply_to_a_question_is_told_from_the_first(facts: Take) -> None:
    second = answered("example.org", "192.0.2.9") | {"engine": "udp"}
    keys = {"queries": [answered("example.org", "192.0.2.1")], "x_dns_duplicate_responses": [second]}
    table = facts("web_connectivity", "https://example.org/", keys)
    assert told(table, "answers", "operation") == [("192.0.2.1", None), ("192.0.2.9", "late_reply")]

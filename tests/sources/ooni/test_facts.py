"""What becomes a fact, what does not, and what stands beside it."""

import base64
import hashlib
import json
from collections.abc import Callable

import polars as pl
import pytest

from admittance.sources import Batch

Json = dict[str, object]
HOST = "www.example.org"


@pytest.fixture
def facts(read_bytes: Callable[..., Batch]) -> Callable[..., pl.DataFrame]:
    """`facts(test_name, input, **test_keys)`: the observations of one measurement."""

    def take(test_name: str = "web_connectivity", given: str | None = f"https://{HOST}/", **test_keys: object) -> pl.DataFrame:
        record = {
            "test_name": test_name,
            "report_id": "r",
            "measurement_uid": "m",
            "measurement_start_time": "2023-11-08 07:00:00",
            "input": given,
            "test_keys": test_keys,
        }
        batch = read_bytes("ooni", json.dumps(record).encode())
        assert batch.rejects.is_empty(), batch.rejects["reason"].to_list()
        return batch.observations

    return take


def request(url: str, code: int | None = None, failure: str | None = None, location: str | None = None, **more: object) -> Json:
    headers = {"LOCATION": location} if location else {}
    return {"failure": failure, "request": {"url": url}, "response": {"code": code, "headers": headers}, **more}


@pytest.mark.parametrize(
    ("given", "newest_first", "hops"),
    [
        ("http://a/", [request("http://a/", 200)], [0]),
        ("http://a/", [request("https://b/", 200), request("http://a/", 302, location="https://b/")], [0, 1]),
        ("http://a/", [request("http://a/", failure="eof_error")] * 3, [0, 0, 0]),
        ("http://a/", [request("https://a/", failure="connection_reset")], [1]),
        ("a", [request("http://a/", 200)], [0]),
        ("http://a/", [request("http://c/", 200, tags=["depth=2"]), request("http://a/", 301, tags=["depth=0"])], [0, 2]),
        ("http://a/", [request("http://a/", 200, tags=["depth=99999999999999999999"])], [0]),
    ],
)
def test_hops_of_an_input(given: str, newest_first: list[Json], hops: list[int], facts: Callable[..., pl.DataFrame]) -> None:
    table = facts("web_connectivity", given, requests=newest_first)
    assert table["hop"].to_list() == hops
    assert set(table["asked_host"]) == {"a"}


def test_unrelated_requests_of_a_service_are_no_redirects(facts: Callable[..., pl.DataFrame]) -> None:
    table = facts(
        "telegram",
        None,
        requests=[
            request("https://web.telegram.org/", 200),
            request("http://web.telegram.org/", 301, location="https://web.telegram.org/"),
            request("http://203.0.113.1:443/", 501),
        ],
    )
    assert table.select("asked_host", "hop", "address", "port").rows() == [
        ("203.0.113.1", 0, "203.0.113.1", 443),
        ("web.telegram.org", 0, None, 80),
        ("web.telegram.org", 1, None, 443),
    ]
    assert table["asked_scheme"].null_count() == 3


def test_what_was_not_tried_is_no_fact(facts: Callable[..., pl.DataFrame]) -> None:
    table = facts(
        queries=[{"hostname": HOST, "query_type": "A"}, {"query_type": "A", "failure": "dns_nxdomain_error"}],
        tcp_connect=[{"ip": "192.0.2.1", "port": 443, "status": {}}, {"ip": "192.0.2.1", "port": 443}, {"port": 443}],
        tls_handshakes=[],
        requests=[request(f"https://{HOST}/"), request("ftp://example.org/", 200), {"failure": "eof_error"}],
    )
    assert table.is_empty()


@pytest.mark.parametrize(
    ("query", "failure"),
    [
        ({"query_type": "A", "answers": []}, "dns_no_answer"),
        ({"query_type": "AAAA", "answers": [{"answer_type": "CNAME"}]}, "dns_no_answer"),
        ({"query_type": "NS", "answers": []}, None),
        ({"query_type": "A", "answers": [{"answer_type": "A", "ipv4": "192.0.2.1"}]}, None),
        ({"query_type": "A", "answers": None, "failure": "dns_name_error"}, "dns_nxdomain_error"),
    ],
)
def test_a_reply_without_the_address_is_a_failure(query: Json, failure: str | None, facts: Callable[..., pl.DataFrame]) -> None:
    assert facts(queries=[{"hostname": HOST.upper() + "."} | query]).select("hostname", "failure").rows() == [(HOST, failure)]


@pytest.mark.parametrize(
    ("handshake", "valid"),
    [
        ({}, True),
        ({"no_tls_verify": True}, None),
        ({"failure": "connection_reset"}, None),
        ({"failure": "ssl_failed_handshake"}, None),
        ({"failure": "ssl_unknown_authority"}, False),
        ({"failure": "ssl_invalid_hostname"}, False),
        ({"failure": "ssl_invalid_certificate"}, False),
    ],
)
def test_a_certificate_is_valid_only_when_it_was_checked(
    handshake: Json, valid: bool | None, facts: Callable[..., pl.DataFrame]
) -> None:
    assert facts(tls_handshakes=[{"server_name": HOST} | handshake])["certificate_valid"].to_list() == [valid]


def test_a_failed_handshake_told_by_the_request_alone_is_one_of_tls(facts: Callable[..., pl.DataFrame]) -> None:
    failed = request(f"https://{HOST}/", failure="ssl_invalid_hostname")
    alone = facts(requests=[failed])
    assert alone.select("layer", "failure", "certificate_valid", "server_name", "url").rows() == [
        ("tls", "ssl_invalid_hostname", False, HOST, None)
    ]
    beside = facts(requests=[failed], tls_handshakes=[{"server_name": HOST, "failure": "ssl_invalid_hostname"}])
    assert beside["layer"].to_list() == ["tls", "http"]


ATTEMPTS: Json = {
    "queries": [{"hostname": HOST, "query_type": "A", "answers": [{"ipv4": "192.0.2.1"}]}],
    "tcp_connect": [{"ip": "192.0.2.1", "port": 443, "status": {"success": True}}],
    "tls_handshakes": [{"server_name": HOST, "address": "192.0.2.1:443"}],
    "requests": [request(f"https://{HOST}/", 200)],
}
PAGE: Json = {"failure": None, "status_code": 200, "body_length": 10, "title": " T ", "headers": {"B": "x", "a": "y"}}


@pytest.mark.parametrize(
    ("more", "controls"),
    [
        ({}, ["missing"] * 4),
        ({"control": {}}, ["missing"] * 4),
        ({"control": {}, "control_failure": "json_parse_error"}, ["failed"] * 4),
        ({"control": {"http_request": PAGE}, "control_failure": "generic_timeout_error"}, ["failed"] * 4),
        ({"control": {"http_request": PAGE}}, ["missing", "missing", "present", "present"]),
        ({"control": {"dns": {"addrs": ["192.0.2.1"]}}}, ["present", "missing", "missing", "missing"]),
        ({"control": {"tcp_connect": {"192.0.2.1:443": {"status": True}}}}, ["missing", "present", "missing", "missing"]),
        ({"control": {"tcp_connect": {"192.0.2.1:443": {"status": None}}}}, ["missing"] * 4),
        ({"control": {"tls_handshake": {"192.0.2.1:443": {"status": True}}}}, ["missing", "missing", "present", "missing"]),
    ],
)
def test_what_the_control_says_of_each_layer(more: Json, controls: list[str], facts: Callable[..., pl.DataFrame]) -> None:
    table = facts(**ATTEMPTS, **more)
    assert table["layer"].to_list() == ["dns", "tcp", "tls", "http"]
    assert table["control"].to_list() == controls


def test_a_test_without_a_helper_has_no_control(facts: Callable[..., pl.DataFrame]) -> None:
    assert set(facts("signal", None, **ATTEMPTS)["control"]) == {"none"}


def test_the_controls_failures_and_unknowns(facts: Callable[..., pl.DataFrame]) -> None:
    control = {
        "dns": {"failure": "dns_name_error", "addrs": None},
        "tcp_connect": {"192.0.2.1:443": {"status": False, "failure": None}},
        "http_request": {"failure": "unknown_error", "status_code": -1, "body_length": -1, "headers": {}},
    }
    table = facts(**ATTEMPTS, control=control)
    assert table["control_failure"].to_list() == [
        "dns_nxdomain_error",
        "unknown_failure",
        "unknown_failure: unknown_error",
        "unknown_failure: unknown_error",
    ]
    assert (
        table.select("control_status_code", "control_body_length", "control_title", "control_header_names").row(3)
        == (None,) * 4
    )


def test_only_the_last_request_is_compared_with_the_controls_page(facts: Callable[..., pl.DataFrame]) -> None:
    chain = [request(f"https://{HOST}/b", 200), request(f"https://{HOST}/", 302, location="/b")]
    table = facts(requests=chain, control={"http_request": PAGE})
    assert table["control"].to_list() == ["present", "present"]
    columns = ("control_status_code", "control_body_length", "control_title", "control_header_names")
    assert table.select(columns).rows() == [(None, None, None, None), (200, 10, "T", "a b")]
    assert table["location"].to_list() == ["/b", None]


def test_names_that_share_addresses_get_one_working_connection_each(facts: Callable[..., pl.DataFrame]) -> None:
    shared = [{"ipv4": "192.0.2.1"}, {"ipv4": "192.0.2.2"}]

    def connect(ip: str, failure: str | None = None) -> Json:
        return {"ip": ip, "port": 443, "status": {"success": failure is None, "failure": failure}}

    table = facts(
        "signal",
        None,
        queries=[{"hostname": name, "query_type": "A", "answers": shared} for name in ("b.example", "a.example")],
        requests=[request("https://a.example/", 404), request("https://b.example/", 404)],
        tcp_connect=[
            connect("192.0.2.2", "connection_reset"),
            connect("192.0.2.1"),
            connect("192.0.2.1"),
            connect("192.0.2.9"),
        ],
    ).filter(pl.col("layer") == "tcp")
    assert table["asked_host"].to_list() == ["a.example", "a.example", "b.example", "192.0.2.9"]


@pytest.mark.parametrize(
    ("failure", "content", "kept"),
    [
        ("ssl_unknown_authority", b"0 leaf", True),
        (None, b"0 leaf", False),
        ("connection_reset", b"0 leaf", False),
        ("ssl_invalid_hostname", b"0" * 20_000, False),
        ("ssl_invalid_hostname", b"0 leaf of 198.51.100.7", False),
    ],
)
def test_a_refused_certificate_is_kept_beside_the_bodies(
    failure: str | None, content: bytes, kept: bool, read_bytes: Callable[..., Batch]
) -> None:
    shown = [{"data": base64.b64encode(content).decode(), "format": "base64"}, {"data": "", "format": "base64"}]
    record = {
        "test_name": "web_connectivity",
        "report_id": "r",
        "measurement_uid": "m",
        "measurement_start_time": "2023-11-08 07:00:00",
        "probe_ip": "198.51.100.7",
        "input": f"https://{HOST}/",
        "test_keys": {"tls_handshakes": [{"server_name": HOST, "failure": failure, "peer_certificates": shown}]},
    }
    batch = read_bytes("ooni", json.dumps(record).encode())
    sha256 = hashlib.sha256(content).hexdigest()
    assert batch.observations["certificate_sha256"].to_list() == [sha256]
    assert batch.bodies.select("body_sha256", "content").rows() == ([(sha256, content)] if kept else [])


def test_untagged_facts_of_a_host_that_was_redirected_to_are_later_hops(facts: Callable[..., pl.DataFrame]) -> None:
    table = facts(
        queries=[
            {
                "hostname": name,
                "query_type": "A",
                "failure": None,
                "answers": [{"answer_type": "A", "ipv4": f"192.0.2.{number}"}],
            }
            for number, name in enumerate((HOST, "b", "c", "d"))
        ],
        tcp_connect=[{"ip": f"192.0.2.{number}", "port": 443, "status": {"success": True}} for number in range(4)],
        tls_handshakes=[{"server_name": name, "failure": None} for name in (HOST, "b", "c", "d")],
        requests=[request("https://b/", 302, location="https://c/"), request(f"https://{HOST}/", 302, location="https://b/")],
    )
    assert table.filter(pl.col("layer") != "http")["hop"].to_list() == [0, 1, 2, 0] * 3


def test_addresses_that_are_left_out_follow_from_the_connections(facts: Callable[..., pl.DataFrame]) -> None:
    def tried(number: int, port: int, success: bool) -> Json:
        return {
            "ip": f"192.0.2.{number}",
            "port": port,
            "status": {"success": success, "failure": None if success else "eof_error"},
        }

    keys: Json = {
        "tcp_connect": [tried(1, 443, False), tried(2, 443, True), tried(3, 443, True), tried(3, 80, True)],
        "tls_handshakes": [{"server_name": HOST, "failure": "eof_error"}, {"server_name": HOST, "failure": None}],
        "requests": [request(f"https://{HOST}/", 200)],
    }
    named = facts(**keys, control={"tls_handshake": {}})
    addresses = [None, "192.0.2.2", "192.0.2.3", "192.0.2.3"]
    assert named.filter(pl.col("layer").is_in(["tls", "http"]))["address"].to_list() == addresses[1:]
    assert facts(**keys, control={}).filter(pl.col("layer") == "tls")["address"].to_list() == addresses[:1] * 2
    several = keys | {"tls_handshakes": [{"server_name": HOST, "failure": None}] * 3}
    assert facts(**several, control={"tls_handshake": {}}).filter(pl.col("layer") == "tls")["address"].to_list() == [None] * 3


def test_networks_that_the_probe_does_not_know_are_the_helpers(facts: Callable[..., pl.DataFrame]) -> None:
    found = [{"answer_type": "A", "ipv4": "192.0.2.1"}]
    table = facts(
        queries=[{"hostname": HOST, "answers": found}, {"hostname": HOST, "answers": [found[0] | {"asn": 64500}]}],
        control={"dns": {"failure": None, "addrs": ["192.0.2.9"]}, "ip_info": {"192.0.2.1": {"asn": 64501}, "192.0.2.9": None}},
    )
    assert table["answer_networks"].to_list() == ["64501", "64500"]

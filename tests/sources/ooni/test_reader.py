"""Raw OONI lines: bad ones, hostile ones, private ones, and the real samples."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admittance.model.observation import Body, Measurement, NetworkObservation, Reject, SnapshotObservation
from admittance.model.tables import table_schema
from admittance.sources import Batch, Selection
from admittance.sources.ooni.nettests import NETTESTS, Asks, nettest_named

REAL = Path(__file__).parents[4] / "shared" / "data" / "ooni" / "raw" / "measurements.jsonl"
Json = dict[str, object]


def line(**changes: object) -> Json:
    given: Json = {
        "test_name": "web_connectivity",
        "test_version": "0.4.1",
        "report_id": "report",
        "measurement_uid": "uid",
        "probe_cc": "KE",
        "probe_asn": "AS64500",
        "measurement_start_time": "2023-11-08 07:00:00",
        "input": "https://www.example.org/",
        "test_keys": {},
    }
    return given | changes


def stored(*lines: Json | bytes) -> bytes:
    return b"".join((part if isinstance(part, bytes) else json.dumps(part).encode()) + b"\n" for part in lines)


def keys(**test_keys: object) -> Json:
    return line(test_keys=test_keys)


def test_tables_are_in_their_schemas(read_bytes: Callable[..., Batch], examples: Path) -> None:
    for content in (b"", (examples / "ooni.jsonl").read_bytes()):
        batch = read_bytes("ooni", content)
        assert batch.measurements.schema == table_schema(Measurement)
        assert batch.observations.schema == table_schema(NetworkObservation)
        assert batch.snapshots.schema == table_schema(SnapshotObservation)
        assert batch.bodies.schema == table_schema(Body)
        assert batch.rejects.schema == table_schema(Reject)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"test_name": "web_conn', "cut off in the middle"),
        (b"not json", "no JSON: invalid character"),
        (b"[]", "the line: must be an object, is a list"),
        (b"\x00\x00", "no JSON"),
        (b"[" * 100_000, "must be an object"),
        (b'{"x":' * 100_000, "nested too deeply"),
        (line(test_name=None), "test_name: missing"),
        (line(measurement_start_time=None), "measurement_start_time: missing"),
        (line(measurement_start_time="yesterday, about noon"), "measurement_start_time"),
        (line(measurement_start_time="2023-11-08"), "measurement_start_time"),
        (line(probe_cc="Kenya"), "probe_cc"),
        (line(probe_asn="ASX"), "probe_asn"),
        (line(probe_asn=2**40), "probe_asn"),
        (line(measurement_uid=None, report_id=None), "report_id: missing"),
        (line(input="no url at all"), "input: no URL"),
        (line(input=None), "input: no URL"),
        (line(annotations={"admittance_arm": "sideways"}), "annotations.admittance_arm"),
        (line(annotations={"admittance_origin": "dreamt"}), "annotations.admittance_origin"),
        (line(test_keys="none"), "test_keys: must be an object"),
        (line(test_keys=[]), "test_keys: must be an object"),
        (line(probe_asn=["AS1"]), "probe_asn: must be a whole number, a text or nothing, is a list"),
        (line(probe_ip=["192.0.2.1"]), "probe_ip: must be a text"),
        (line(input={"url": "https://a/"}), "input: must be a text"),
        (line(annotations={"admittance_origin": 7}), "annotations.admittance_origin: must be a text"),
    ],
)
def test_a_bad_line_is_kept_with_its_reason_and_stops_nothing(
    bad: Json | bytes, reason: str, read_bytes: Callable[..., Batch]
) -> None:
    good = keys(queries=[{"hostname": "www.example.org", "query_type": "A", "failure": "dns_nxdomain_error"}])
    content = stored(good, bad, good)
    batch = read_bytes("ooni", content)
    assert batch.lines == 3
    assert batch.measurements.height == 2
    assert batch.observations.height == 2
    (reject,) = batch.rejects.to_dicts()
    assert reason in reject["reason"]
    assert reject["offset"] == content.index(b"\n") + 1


def test_a_deep_value_in_a_field_that_is_skipped_is_no_crash(read_bytes: Callable[..., Batch]) -> None:
    depth = sys.getrecursionlimit() * 4
    deep = b'{"skipped":' + b"[" * depth + b"]" * depth + b"," + json.dumps(line()).encode()[1:]
    batch = read_bytes("ooni", stored(deep, line()))
    assert (batch.measurements.height, batch.rejects.height) == (1, 1)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_rejects_and_no_exception(content: bytes, read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("ooni", content)
    assert batch.rejects.height == batch.lines
    assert batch.measurements.is_empty()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["failure", "ip", "x"]), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    path=st.sampled_from(
        [
            ("queries",), ("queries", 0), ("queries", 0, "answers"), ("queries", 0, "failure"), ("tcp_connect", 0, "status"),
            ("tcp_connect", 0, "port"), ("tls_handshakes", 0, "peer_certificates"), ("tls_handshakes", 0, "address"),
            ("requests", 0, "request", "url"), ("requests", 0, "response"), ("requests", 0, "response", "headers"),
            ("requests", 0, "response", "body"), ("requests", 0, "tags"), ("control",), ("control", "dns"),
            ("control", "tcp_connect"), ("control", "http_request", "title"), ("control", "ip_info"), ("control_failure",),
            ("requests", 0, "response", "code"), ("control", "http_request", "status_code"),
            ("control", "http_request", "body_length"),
            ("requests", 0, "response", "headers_list"), ("control", "ip_info", "192.0.2.50"),
        ]
    ),
    value=_JSON,
)  # fmt: skip
def test_any_value_in_any_place_gives_a_measurement_or_a_reject(
    path: tuple[str | int, ...], value: object, read_bytes: Callable[..., Batch], examples: Path
) -> None:
    record = json.loads((examples / "ooni.jsonl").read_bytes().splitlines()[4])
    place = record["test_keys"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    batch = read_bytes("ooni", stored(record))
    assert batch.measurements.height + batch.rejects.height == 1
    assert batch.observations.height == batch.measurements["observations"].sum()


def test_half_surrogates_are_mended(read_bytes: Callable[..., Batch]) -> None:
    body = rb'"<title>a \ud83d b \\ud83d \ud83d\ude00</title>"'
    request = b'{"request":{"url":"https://www.example.org/"},"response":{"code":200,"body":' + body + b"}}"
    content = json.dumps(line(test_keys="HERE")).encode().replace(b'"HERE"', b'{"requests":[' + request + b"]}")
    batch = read_bytes("ooni", stored(content))
    assert batch.observations["title"].to_list() == ["a \ufffd b \\ud83d 😀"]


def test_a_nameless_measurement_is_named_by_what_it_is(read_bytes: Callable[..., Batch]) -> None:
    records = [
        line(measurement_uid=None, report_id=report, input=url) for report in ("a", "b") for url in ("https://a/", "https://b/")
    ]
    once = read_bytes("ooni", stored(*records)).measurements["measurement_uid"].to_list()
    again = read_bytes("ooni", stored(*records[::-1])).measurements["measurement_uid"].to_list()
    assert len(set(once)) == 4
    assert once == again[::-1]
    assert all(uid.startswith("hash:") and len(uid) == 37 for uid in once)


def test_only_what_is_selected_is_given(read_bytes: Callable[..., Batch]) -> None:
    content = stored(
        line(), line(probe_cc="TZ"), line(measurement_start_time="2020-01-01 00:00:00"), line(test_name="ndt"), b"bad"
    )
    selection = Selection(
        countries=frozenset({"KE"}), tests=frozenset({"web_connectivity"}), since=datetime(2023, 1, 1, tzinfo=UTC)
    )
    batch = read_bytes("ooni", content, selection=selection)
    assert (batch.lines, batch.measurements.height, batch.rejects.height) == (5, 1, 1)


PRIVATE = ("203.0.113.77", "2001:db8:77::7", "198.51.100.88", "2001:db8:88::8")


@pytest.mark.parametrize("probe_ip", PRIVATE[:2])
def test_no_private_address_leaves(probe_ip: str, read_bytes: Callable[..., Batch]) -> None:
    """The probe's and the resolver's addresses, planted in every text that a record has, stand in no table."""
    page = f"<html><title>You are {probe_ip}</title><body>{probe_ip}</body></html>"
    resolver = {"resolver_hostname": PRIVATE[2], "resolver_address": f"{PRIVATE[2]}:53"}
    test_keys = {
        "client_resolver": PRIVATE[2],
        "queries": [
            {"hostname": "www.example.org", "query_type": "A", "failure": f"unknown_failure: {PRIVATE[3]} said no", **resolver},
            {"hostname": "www.example.org", "query_type": "A", "answers": [{"ipv4": probe_ip}], **resolver},
        ],
        "tcp_connect": [{"ip": probe_ip, "port": 443, "status": {"failure": f"unknown_failure: from {probe_ip}"}}],
        "tls_handshakes": [{"address": "192.0.2.1:443", "server_name": probe_ip, "failure": f"unknown_failure: {PRIVATE[2]}"}],
        "requests": [
            {
                "request": {"url": f"https://www.example.org/?ip={probe_ip}"},
                "response": {
                    "code": 302,
                    "body": page,
                    "headers": {"Location": f"/?from={probe_ip}", "Server": f"for {probe_ip}", "X-Client": probe_ip},
                },
            }
        ],
    }
    extra = {"probe_ip": probe_ip, "resolver_ip": PRIVATE[2], "input": f"https://www.example.org/?ip={probe_ip}"}
    good = line(test_keys=test_keys, **extra)
    bad = line(test_keys=test_keys, **extra) | {"probe_cc": "nowhere"}
    batch = read_bytes("ooni", stored(good, bad, json.dumps(good).encode()[:-400]))
    assert (batch.measurements.height, batch.observations.height, batch.rejects.height) == (1, 5, 2)
    for table in (batch.measurements, batch.observations, batch.bodies, batch.rejects):
        for row in table.rows():
            for cell in row:
                text = cell.decode() if isinstance(cell, bytes) else str(cell)
                assert not [address for address in PRIVATE if address in text]


def test_every_test_of_the_formats_is_known_and_an_unknown_one_is_kept(read_bytes: Callable[..., Batch]) -> None:
    names = [*NETTESTS, "coffee_break"]
    batch = read_bytes("ooni", stored(*(line(test_name=name, test_keys={"failure": None}) for name in names)))
    assert batch.measurements["test_name"].to_list() == names
    assert nettest_named("coffee_break").asks is Asks.NOT_READ


def test_the_real_samples_are_read_without_a_reject(read_file: Callable[..., Batch]) -> None:
    if not REAL.exists():
        pytest.skip("needs the development data beside the repository")
    batch = read_file("ooni", REAL)
    assert (batch.lines, batch.measurements.height, batch.rejects.height) == (28, 28, 0)
    facts = batch.observations.group_by("measurement_uid").len().join(batch.measurements, on="measurement_uid", how="right")
    read = facts.filter(~pl.col("test_name").is_in(["dash", "ndt"]))
    assert read.height == 24
    assert read["len"].null_count() == 0
    assert facts["len"].fill_null(0).to_list() == facts["observations"].to_list()

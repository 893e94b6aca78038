"""Rows of the tables that are made of scans give what the lines gave that they were made of."""

import json
from collections.abc import Callable

import polars as pl
import pytest

from admittance.sources import Batch

Read = Callable[..., Batch]

SERVER, RESOLVER = "192.0.2.7", "192.0.2.53"
DAY = "2021-05-30"
FACTS = ("layer", "hostname", "operation", "failure", "status_code", "title", "body_sha256", "answers", "answer_networks")


def moment(second: int, *, written: str) -> str:
    return f"{DAY}T01:01:{second:02}.250000Z" if written == "line" else f"{DAY} 01:01:{second:02}.250000 UTC"


PAGE = {"status_line": "403 Forbidden", "headers": {"Server": ["wall"]}, "body": "<title>Blocked</title>"}
HTTP_LINE = {
    "vp": SERVER,
    "location": {"country_code": "PK", "country_name": "Pakistan"},
    "service": "http",
    "test_url": "example.com",
    "response": [
        {"matches_template": True, "control_url": "control-9.example", "start_time": moment(1, written="line")},
        {"matches_template": False, "start_time": moment(2, written="line"), "response": PAGE},
        {"matches_template": False, "start_time": moment(3, written="line"), "error": "read: connection reset by peer"},
    ],
    "controls_failed": False,
    "server_asn": 64500,
    "tag": "2021-05-30T01:01:01",
}


def rows_of_http(*, former: bool = False) -> list[dict[str, object]]:
    """The same as rows, in today's columns or in those of 2021."""
    names = {"server_ip": "ip", "server_asn": "asn", "server_country": "country", "received_error": "error"}
    names |= {"matches_template": "success", "controls_failed": "fail_sanity"}
    shared: dict[str, object] = {"server_ip": SERVER, "server_asn": "64500", "server_country": "PK", "controls_failed": False}
    shared |= {"measurement_id": "m1", "source": "CP_Quack-http-2021-05-30-01-01-01", "date": DAY}
    page = {
        "received_status": "403 Forbidden",
        "received_headers": ["Server: wall"],
        "received_body": "<title>Blocked</title>",
        "outcome": "status_mismatch:403",
    }
    rows = [
        {**shared, "domain": "control-9.example", "domain_is_control": True, "matches_template": True},
        {**shared, "domain": "example.com", "domain_is_control": False, "matches_template": False, "retry": "0", **page},
        {**shared, "domain": "example.com", "matches_template": False, "received_error": "read: connection reset by peer"},
    ]
    rows = [{**row, "start_time": moment(second, written="row")} for second, row in enumerate(rows, start=1)]
    return [{names.get(key, key): value for key, value in row.items()} for row in rows] if former else rows


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def facts(batch: Batch) -> list[tuple[object, ...]]:
    return batch.observations.select(FACTS).rows()


def envelope(batch: Batch) -> list[tuple[object, ...]]:
    columns = ("test_name", "probe_id", "country", "network", "arm", "time", "input", "measurement_uid")
    return batch.measurements.select(columns).rows()


@pytest.mark.parametrize("former", [False, True])
def test_round_trips_of_a_measurement_are_the_line_they_were(read_bytes: Read, former: bool) -> None:
    line = read_bytes("censored-planet", lines(HTTP_LINE))
    rows = read_bytes("censored-planet", lines(*rows_of_http(former=former)))
    assert rows.rejects.is_empty()
    assert facts(rows) == facts(line)
    assert envelope(rows) == envelope(line)
    assert rows.observations["control"].unique().to_list() == ["present"]
    assert rows.lines == 3
    assert SERVER not in str(rows.observations.rows())


def test_a_table_as_csv_gives_the_same_but_for_lists(read_bytes: Read) -> None:
    rows = rows_of_http()
    for row in rows:
        row.pop("received_headers", None)
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = "\n".join(",".join(str(row.get(name, "")) for name in names) for row in rows)
    table = f"{','.join(names)}\n{cells}\n".replace("True", "true").replace("False", "false").encode()
    batch = read_bytes("censored-planet", table)
    assert batch.rejects.is_empty()
    told = [fact[:6] for fact in facts(batch)]
    assert told == [fact[:6] for fact in facts(read_bytes("censored-planet", lines(HTTP_LINE)))]
    assert batch.measurements["offset"].to_list() == [table.index(b"\n") + 1]


LOOKUP_LINE = {
    "vp": RESOLVER,
    "location": {"country_code": "IR"},
    "test_url": "example.com",
    "in_control_group": True,
    "passed_liveness": True,
    "start_time": moment(1, written="line"),
    "resolver_asn": 64501,
    "anomaly": True,
    "confidence": {"untagged_controls": False, "untagged_response": False},
    "response": [
        {"url": "control-9.example", "rcode": 0, "response": {"198.51.100.1": {"asnum": 64502, "matched": ["ip"]}}},
        {"url": "example.com", "rcode": 2, "response": {}},
        {"url": "example.com", "rcode": 0, "response": {"203.0.113.9": {"asnum": 64503, "asname": "EXAMPLE", "matched": []}}},
    ],
}


@pytest.mark.parametrize("form", [lambda told: told, lambda told: [told]])
def test_look_ups_of_a_measurement_are_the_line_they_were(read_bytes: Read, form: Callable[[object], object]) -> None:
    shared = {"resolver_ip": RESOLVER, "resolver_asn": 64501, "resolver_country": "IR", "measurement_id": "s1"}
    shared |= {"domain_controls_failed": False, "untagged_controls": False, "untagged_response": False, "anomaly": True}
    alike = {"ip": "198.51.100.1", "asn": 64502, "matches_control": form({"ip": True, "asn": False})}
    other = {
        "ip": "203.0.113.9",
        "asn": 64503,
        "as_name": "EXAMPLE",
        "matches_control": form({"ip": False}),
        "match_confidence": 0,
    }
    rows = [
        {**shared, "domain": "control-9.example", "domain_is_control": True, "received_rcode": 0, "answers": [alike]},
        {**shared, "domain": "example.com", "received_rcode": 2, "answers": []},
        {**shared, "domain": "example.com", "received_rcode": 0, "answers": [other]},
    ]
    told = [{**row, "start_time": moment(1, written="row")} for row in rows]
    batch, line = read_bytes("censored-planet", lines(*told)), read_bytes("censored-planet", lines(LOOKUP_LINE))
    assert batch.rejects.is_empty()
    assert facts(batch) == facts(line)
    assert envelope(batch) == envelope(line)


def test_what_an_answered_address_served_is_laid_beside(read_bytes: Read) -> None:
    answer = {
        "ip": "203.0.113.9",
        "http_response_status": "403 Forbidden",
        "http_response_headers": ["Server: wall"],
        "http_response_body": "<title>Blocked</title>",
        "https_error": "tls: handshake failure",
    }
    row = {"resolver_ip": RESOLVER, "domain": "example.com", "start_time": moment(1, written="row"), "received_rcode": 0}
    batch = read_bytes("censored-planet", lines({**row, "answers": [answer]}))
    followed = batch.observations.filter(pl.col("operation") == "followed")
    assert set(followed["title"].drop_nulls()) == {"Blocked"}


def test_each_measurement_stands_by_itself(read_bytes: Read) -> None:
    rows = rows_of_http()
    others = [{**row, "measurement_id": "m2", "server_ip": "192.0.2.8"} for row in rows]
    without = [{**row, "measurement_id": None} for row in rows[1:]]
    batch = read_bytes("censored-planet", lines(*rows, *others, *without, HTTP_LINE), batch_size=2)
    assert batch.measurements.height == 5
    assert batch.lines == 9


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**rows_of_http()[1], "start_time": "yesterday"}, "start_time: no moment in time"),
        ({**rows_of_http()[1], "server_asn": "many"}, "server_asn"),
        (
            {**rows_of_http()[1], "measurement_id": "m9", "server_country": "Nowhere"},
            "location.country_code: no two-letter country",
        ),
        ({**rows_of_http()[0], "measurement_id": "m9"}, "the rows of this measurement name controls alone"),
        ({**rows_of_http()[1], "measurement_id": "m9", "source": None}, "the line does not say its service"),
        ({**rows_of_http()[1], "measurement_id": "m9", "domain": ""}, "test_url: no host"),
        ({**rows_of_http()[1], "received_headers": "Server: wall"}, "received_headers"),
    ],
)
def test_a_bad_row_costs_itself_or_its_measurement_alone(read_bytes: Read, row: dict[str, object], reason: str) -> None:
    after = [{**good, "measurement_id": "m3"} for good in rows_of_http()]
    batch = read_bytes("censored-planet", lines(*rows_of_http(), row, *after))
    assert batch.measurements.height == 2
    (told,) = batch.rejects["reason"].to_list()
    assert reason in told


def test_a_row_of_another_width_is_a_reject(read_bytes: Read) -> None:
    table = b"domain,start_time,server_ip,source,matches_template\nexample.com,2021-05-30 01:01:01 UTC,192.0.2.7\n"
    assert read_bytes("censored-planet", table).rejects["reason"].to_list() == ["the row has 3 cells, the header 5"]

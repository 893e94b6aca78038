"""Scans as they are published: single files, archives, and files that are neither."""

import io
import json
import re
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from admittance.sources import Batch, Selection

SHARED = Path(__file__).parents[4] / "shared" / "data" / "censored_planet" / "pipeline" / "e2e_test_data"
SCAN_DAY = datetime(2018, 8, 3, tzinfo=UTC)
V1 = {"resolver": "192.0.2.53", "query": "news.example.org", "answers": {"203.0.113.9": []}, "passed": False}
TRIP = {"matches_template": True, "start_time": "2021-05-30T01:01:03Z", "end_time": "2021-05-30T01:01:04Z"}
V2 = {"vp": "192.0.2.1", "service": "echo", "test_url": "example.org", "response": [TRIP], "location": {"country_code": "KE"}}
QUACK_V1 = {
    "Server": "192.0.2.1",
    "Keyword": "example.org",
    "Retries": 0,
    "Results": [{"Sent": "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "Success": True, "StartTime": "2020-11-22T02:59:41Z"}],
}


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def archive(members: dict[str, bytes]) -> bytes:
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return stored.getvalue()


def read_named(read_file: Callable[..., Batch], path: Path, content: bytes, **options: object) -> Batch:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return read_file("censored-planet", path, **options)


def test_every_row_is_of_the_remote_arm_and_no_table_holds_a_vantage(read_bytes: Callable[..., Batch], examples: Path) -> None:
    content = (examples / "censored_planet.jsonl").read_bytes()
    batch = read_bytes("censored-planet", content, observed=SCAN_DAY)
    assert set(batch.measurements["arm"]) == set(batch.observations["arm"]) == {"remote"}
    for table in (batch.measurements, batch.observations, batch.rejects):
        assert "192.0.2." not in table.write_csv()
        assert "198.51.100.7" not in table.write_csv()
    assert b"192.0.2." not in b"".join(batch.bodies["content"])


def test_a_vantage_has_the_same_name_in_every_line(read_bytes: Callable[..., Batch]) -> None:
    other = {**V2, "test_url": "example.com"}
    names = read_bytes("censored-planet", lines(V2, other, {**V2, "vp": "192.0.2.2"})).measurements["probe_id"]
    assert names[0] == names[1] != names[2]


def test_the_same_line_in_another_file_is_the_same_measurement(read_bytes: Callable[..., Batch]) -> None:
    first = read_bytes("censored-planet", lines(V2)).measurements["measurement_uid"]
    again = read_bytes("censored-planet", lines({"hello": 1}, V2)).measurements["measurement_uid"]
    assert first.to_list() == again.to_list()


@pytest.mark.parametrize(
    ("folder", "name", "service"),
    [
        ("CP_Quack-echo-2020-11-22-02-59-41", "results.json", "echo"),
        ("CP_Quack-https-2020-11-22-02-59-41", "results.json", "https"),
        ("scans", "discard_results_v1.json", "discard"),
        ("http", "x.json", "http"),
    ],
)
def test_version_1_is_told_its_service_by_file_or_folder(
    read_file: Callable[..., Batch], tmp_path: Path, folder: str, name: str, service: str
) -> None:
    stored = archive({f"{folder}/{name}": lines(QUACK_V1)})
    batch = read_named(read_file, tmp_path / "scan.tar", stored)
    assert batch.measurements["test_name"].to_list() == [f"hyperquack_{service}"]


def test_version_1_without_a_service_or_a_day_says_what_to_do(read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("censored-planet", lines(QUACK_V1, V1))
    assert batch.measurements.is_empty()
    service, day = batch.rejects["reason"]
    assert "named as published" in service
    assert "--observed" in day


def test_an_archive_tells_of_resolvers_answers_controls_and_pages(read_file: Callable[..., Batch], tmp_path: Path) -> None:
    folder = "CP_Satellite-2018-08-03-12-00-01"
    members = {
        f"{folder}/raw/interference.json": lines(V1),
        f"{folder}/log.json": b"no lines\nat all\n",
        f"{folder}/dns.pkt": b"\x00\x01",
        f"{folder}/stat/stat_answers.json": lines({"anything": 1}),
        f"{folder}/raw/tagged_resolvers.json": lines({"resolver": "192.0.2.53", "country": "Ireland"}),
        f"{folder}/raw/tagged_answers.json": lines(
            {"ip": "203.0.113.9", "asnum": 64500, "asname": "E", "cert": "c", "http": "h"},
            {"ip": "203.0.113.1", "asnum": 64501, "asname": "F", "cert": None, "http": None},
        ),
        f"{folder}/raw/answers_control.json": lines(
            {"resolver": "192.0.2.99", "query": "news.example.org", "answers": ["203.0.113.1"]}
        ),
        f"{folder}/raw/answers.json": lines(
            {"resolver": "192.0.2.53", "query": "news.example.org", "answers": ["203.0.113.9"]}
        ),
        f"{folder}/raw/interference_err.json": lines(
            {"resolver": "192.0.2.53", "query": "chat.example.org", "answers": ["203.0.113.9"]}
        ),
        f"{folder}/blockpages.json": lines(
            {
                "ip": "203.0.113.9",
                "keyword": "news.example.org",
                "http": {"status_line": "200 OK", "headers": {"Server": ["s"]}, "body": "<title>Stop</title>"},
                "https": 'Get "https://203.0.113.9:443/": remote error: handshake failure',
            }
        ),
    }
    whole = read_named(read_file, tmp_path / "scan.tar", archive(members))
    assert whole.rejects.is_empty()
    assert whole.measurements.select("country", "input", "time").rows() == [
        ("IE", "news.example.org", SCAN_DAY),
        ("IE", "chat.example.org", SCAN_DAY),
    ]
    first = whole.observations.filter(pl.col("layer") == "dns").row(0, named=True)
    assert first["operation"] == "unmatched asnum cert http"
    assert (first["answer_networks"], first["control_answers"], first["control_answer_networks"]) == (
        "64500",
        "203.0.113.1",
        "64501",
    )
    followed = whole.observations.filter(pl.col("operation") == "followed")
    assert followed.select("layer", "address", "failure", "title").rows() == [
        ("http", "203.0.113.9", None, "Stop"),
        ("tls", "203.0.113.9", "ssl_failed_handshake", None),
    ]
    assert whole.observations["control"].to_list()[-1] == "missing"
    turned = read_named(read_file, tmp_path / "turned.tar", archive(dict(reversed(members.items()))))
    same = ["measurement_uid", "sequence", "country", "operation", "answer_networks", "control_answers"]
    assert turned.observations.select(same).sort(same[:2]).equals(whole.observations.select(same).sort(same[:2]))


def test_what_the_scan_itself_set_aside_says_so(read_file: Callable[..., Batch], tmp_path: Path) -> None:
    result = {
        "vp": "192.0.2.55", "location": {"country_code": "KE"}, "test_url": "news.example.org", "anomaly": True,
        "response": {"203.0.113.5": [], "rcode": ["0"]}, "passed_control": True, "in_control_group": True,
        "start_time": "2021-04-25 15:37:16.85 -0400 EDT m=+13035.12",
    }  # fmt: skip
    verified = {
        "vp": "192.0.2.55",
        "test_url": "news.example.org",
        "excluded": True,
        "exclude_reason": ["is_CDN"],
        "response": {},
    }
    batch = read_named(
        read_file, tmp_path / "s.tar", archive({"a/results.json": lines(result), "a/results_verified.json": lines(verified)})
    )
    assert batch.observations["operation"].to_list() == ["excluded is_CDN"]
    assert batch.measurements["time"].to_list() == [datetime(2021, 4, 25, 19, 37, 16, 850_000, tzinfo=UTC)]


def test_a_selection_lets_through_what_is_wanted(read_bytes: Callable[..., Batch]) -> None:
    content = lines(V2, {**V2, "service": "https"}, {**V2, "location": {"country_code": "TZ"}})
    wanted = Selection(countries=frozenset({"KE"}), tests=frozenset({"hyperquack_echo"}))
    assert read_bytes("censored-planet", content, selection=wanted).measurements.height == 1


def with_trip(**changes: object) -> dict[str, object]:
    return {**V2, "response": [{**TRIP, **changes}]}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([], "no JSON object"),
        ({}, "no line of a known kind"),
        ({"a": {}}, "no line of a known kind"),
        ({**V2, "vp": "somewhere"}, "the vantage is no address"),
        ({**V2, "vp": 1}, r"\$.vp"),
        ({**V2, "test_url": ""}, "test_url: no host"),
        ({**V2, "test_url": "exa mple"}, "test_url: no host"),
        ({**V2, "service": "ECHO"}, "service: none of"),
        ({**V2, "location": {"country_code": "KEN"}}, "location.country_code"),
        ({**V2, "server_asn": "many"}, "server_asn: no AS number"),
        ({**V2, "response": [TRIP] * 2_001}, "more than 2,000 round trips"),
        (with_trip(start_time="yesterday"), "start_time: no moment"),
        (with_trip(matches_template="yes"), r"\$.response\[\.\.\.\].matches_template"),
        (with_trip(matches_template=False, response=7), r"\$.response\[\.\.\.\].response"),
        ({**V1, "answers": {"not an address": []}}, "the answer is no address"),
        ({**V1, "answers": {"203.0.113.9": [1]}}, r"\$.answers"),
        ({**QUACK_V1, "Results": [{"Success": True}]}, "StartTime|start_time"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(read_bytes: Callable[..., Batch], record: object, reason: str) -> None:
    batch = read_bytes("censored-planet", lines(V2, record, {**V2, "test_url": "example.com"}), observed=SCAN_DAY)
    assert batch.measurements.height == 2
    assert batch.rejects.height == 1
    assert re.search(reason, batch.rejects["reason"][0])


SATELLITE = {
    "vp": "192.0.2.53",
    "test_url": "example.org",
    "start_time": "2021-10-20T12:00:00Z",
    "passed_liveness": True,
    "in_control_group": True,
    "confidence": {"untagged_controls": False},
}
ANSWER = {"url": "example.org", "rcode": "0", "response": {"203.0.113.9": {"asnum": "64500", "matched": ["ip"]}}}
OBJECT = {"Op": "read", "Net": "tcp", "Addr": {"IP": "192.0.2.1", "Port": 7}, "Err": {}}


@pytest.mark.parametrize(
    ("record", "operation", "failure"),
    [
        ({**SATELLITE, "response": [ANSWER]}, "matched ip", None),
        ({**SATELLITE, "response": [{**ANSWER, "rcode": "3", "response": None}]}, None, "dns_nxdomain_error"),
        ({**SATELLITE, "response": None}, None, "unknown_failure"),
        ({"ip": "192.0.2.53", "query": "example.org", "error": "no_answer"}, None, "dns_no_answer"),
        (
            {**QUACK_V1, "Results": [{**QUACK_V1["Results"][0], "Success": False, "Error": OBJECT}]},  # type: ignore[index]
            "read",
            "unknown_failure: read tcp: not said",
        ),
    ],
)
def test_other_spellings_of_a_line_are_read(
    record: object, operation: str | None, failure: str | None, read_file: Callable[..., Batch], tmp_path: Path
) -> None:
    batch = read_named(read_file, tmp_path / "echo_results_v1.json", lines(record), observed=SCAN_DAY)
    assert batch.rejects.is_empty()
    assert batch.observations.select("operation", "failure").rows() == [(operation, failure)]
    assert "192.0.2.1" not in batch.observations.write_csv()


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01\x02", b"{", b"\xff\xfe{}", b"[" * 200_000, b'{"vp":' * 50_000, b'"text"', b"null"],
    ids=["nul", "cut", "no utf-8", "deep lists", "deep objects", "text", "null"],
)
def test_rubbish_costs_its_own_line(read_bytes: Callable[..., Batch], content: bytes) -> None:
    batch = read_bytes("censored-planet", lines(V2) + content + b"\n" + lines({**V2, "test_url": "example.com"}))
    assert (batch.measurements.height, batch.rejects.height) == (2, 1)


def test_a_damaged_archive_keeps_what_came_before(read_file: Callable[..., Batch], tmp_path: Path) -> None:
    stored = archive(
        {"a/results.json": lines(V2), "b/results.json": lines(*[{**V2, "test_url": f"s{n}.org"} for n in range(99)])}
    )
    batch = read_named(read_file, tmp_path / "cut.tar", stored[:8_000])
    assert batch.measurements.height >= 1
    assert "the rest is lost" in batch.rejects["reason"][-1]


def test_a_member_whose_name_leads_out_is_refused(read_file: Callable[..., Batch], tmp_path: Path) -> None:
    batch = read_named(read_file, tmp_path / "x.tar", archive({"../results.json": lines(V2), "results.json": lines(V2)}))
    assert batch.measurements.height == 1
    assert "leads out of the archive" in batch.rejects["reason"][0]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples are not here")
def test_every_line_of_the_shared_samples_is_read(read_file: Callable[..., Batch]) -> None:
    for path in sorted(SHARED.rglob("*.json")):
        batch = read_file("censored-planet", path, observed=SCAN_DAY)
        bad = {"invalid_results.json": 2}.get(path.name, 0)
        assert batch.rejects.height == bad, path

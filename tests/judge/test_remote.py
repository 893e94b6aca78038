"""Lines of remote scans, read and judged: every rule of the arm, and what must not be blamed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import polars as pl
import pytest

from admittance.catalog import load
from admittance.judge import RULES, judge_network
from admittance.judge.fingerprints import AnswerMark, PageMark, shipped
from admittance.model.ids import FileId
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import ControlRecord, Verdict
from admittance.sources import ReadOptions, SourceFile, source_named

CATALOG = load()
DAY = datetime(2021, 5, 30, tzinfo=UTC)
MARKS = msgspec.structs.replace(
    shipped(),
    page=(
        *shipped().page,
        PageMark(id="notice", kind="blockpage", where="body", contains=("by order of the ministry",), reference="test"),
        PageMark(id="filter", kind="filter", where="body", contains=("box of a vendor",), reference="test"),
        PageMark(id="school", kind="institution", where="title", contains=("our school",), reference="test"),
        PageMark(id="plain", kind="genuine", where="body", contains=("default page of a server",), reference="test"),
    ),
    answer=(*shipped().answer, AnswerMark(id="sinkhole", addresses=("198.18.99.1", "9.9.9.99"), reference="test")),
)
RESET = "read tcp 198.51.100.7:1->192.0.2.1:80: read: connection reset by peer"
TIMEOUT = "read tcp 198.51.100.7:1->192.0.2.1:80: i/o timeout"
DIAL = "dial tcp 0.0.0.0:0->192.0.2.1:80: connect: connection timed out"
OWN = "dial tcp 0.0.0.0:0->192.0.2.1:80: bind: address already in use"
CERTIFICATES = "Certificates do not match"


def trip(matches: bool, **told: object) -> dict[str, object]:
    return {"matches_template": matches, "start_time": "2021-05-30T01:01:03Z", "end_time": "2021-05-30T01:01:04Z", **told}


CONTROL = trip(True, control_url="control-1.example.net")
FAILED_CONTROL = trip(False, control_url="control-1.example.net", error=TIMEOUT)


def page(body: str, status: str = "403 Forbidden", **headers: str) -> dict[str, object]:
    return {"status_line": status, "headers": {name: [value] for name, value in headers.items()}, "body": body}


def quack(
    service: str, *trips: dict[str, object], controls: tuple[dict[str, object], ...] = (CONTROL, CONTROL), **told: object
) -> object:
    return {
        "vp": "192.0.2.1",
        "location": {"country_code": "KE"},
        "service": service,
        "test_url": "news.example.org",
        "response": [*controls[:1], *trips, *controls[1:]],
        "controls_failed": False,
        **told,
    }


def failing(error: str, times: int = 4) -> list[dict[str, object]]:
    return [trip(False, error=error)] * times


def answered(body: str, times: int = 4, **told: object) -> list[dict[str, object]]:
    return [trip(False, response=page(body), **told)] * times


def satellite(*tries: dict[str, object], **told: object) -> object:
    return {
        "vp": "192.0.2.53",
        "location": {"country_code": "KE"},
        "test_url": "news.example.org",
        "response": list(tries),
        "passed_liveness": True,
        "in_control_group": True,
        "anomaly": True,
        "connect_error": False,
        "confidence": {"untagged_controls": False, "untagged_response": False},
        "start_time": "2021-10-20 14:51:41.2 -0400 EDT",
        **told,
    }


def tried(rcode: int, error: str = "null", url: str = "news.example.org", **answers: dict[str, object]) -> dict[str, object]:
    return {"url": url, "rcode": rcode, "error": error, "response": {name.lstrip("_"): tags for name, tags in answers.items()}}


def answer(address: str, **tags: object) -> dict[str, object]:
    return {"url": "news.example.org", "rcode": 0, "error": "null", "response": {address: {"matched": None, **tags}}}


PUBLIC = "9.9.9.9"
NXDOMAIN = tried(3)

LINES: list[tuple[str, object, dict[str, str]]] = [
    ("echo as usual", quack("echo", trip(True)), {"http": "ok remote.http.matched"}),
    ("one of several as usual", quack("echo", *failing(RESET, 2), trip(True)), {"http": "ok remote.http.matched"}),
    ("reset upon the name", quack("discard", *failing(RESET)), {"http": "likely_blocked remote.http.reset"}),
    ("no answer upon the name", quack("http", *failing(TIMEOUT)), {"http": "likely_blocked remote.http.timeout"}),
    ("cut off upon the name", quack("http", *failing("EOF")), {"http": "likely_blocked remote.http.closed"}),
    ("reset once", quack("http", *failing(RESET, 1)), {"http": "insufficient remote.http.once"}),
    ("an odd failure", quack("http", *failing("malformed HTTP response")), {"http": "impaired remote.http.unclear"}),
    ("a notice", quack("http", *answered("<p>by order of the ministry")), {"http": "blocked remote.http.blockpage"}),
    (
        "a notice at an echo server",
        quack("echo", trip(False, response="HTTP/1.1 403 Forbidden\r\nServer: x\r\n\r\nby order of the ministry")),
        {"http": "blocked remote.http.blockpage"},
    ),
    (
        "a notice to everybody",
        quack("http", *answered("by order of the ministry"), controls=(FAILED_CONTROL, FAILED_CONTROL), controls_failed=True),
        {"http": "insufficient remote.http.control_failed"},
    ),
    ("a filter's page", quack("http", *answered("box of a vendor")), {"http": "likely_blocked remote.http.filter_page"}),
    ("a school's page", quack("http", *answered("<title>Our School</title>")), {"http": "failed remote.http.own_filter"}),
    (
        "a genuine page",
        quack("http", *answered("default page of a server")),
        {"http": "insufficient remote.http.false_positive"},
    ),
    ("an unknown page", quack("http", *answered("<title>Hm</title>")), {"http": "insufficient remote.http.other_page"}),
    (
        "an unknown page at an echo server",
        quack("echo", *[trip(False, response="<html><title>No</title>")] * 4),
        {"http": "likely_blocked remote.http.injected"},
    ),
    ("half an echo", quack("echo", *[trip(False, response="GET / HT")] * 4), {"http": "insufficient remote.http.other_page"}),
    (
        "sent on to the site",
        quack("http", *[trip(False, response=page("", "301 Moved", Location="https://www.example.org/"))] * 4),
        {"http": "ok remote.http.own_name"},
    ),
    (
        "sent on elsewhere",
        quack("http", *[trip(False, response=page("", "302 Found", Location="https://warn.example.net/"))] * 4),
        {"http": "insufficient remote.http.other_page"},
    ),
    ("no control", quack("http", *failing(RESET), controls=()), {"http": "insufficient remote.http.no_control"}),
    ("controls only", quack("http", controls=(FAILED_CONTROL,)), {"http": "insufficient remote.http.control_failed"}),
    ("controls only, as usual", quack("http", controls=(CONTROL,)), {"http": "insufficient remote.http.untested"}),
    ("never reached", quack("http", *failing(DIAL)), {"tcp": "failed remote.tcp.unreachable"}),
    ("the scanner's own fault", quack("http", *failing(OWN)), {"tcp": "failed remote.tcp.own_side"}),
    (
        "unreached between resets",
        quack("http", *failing(RESET, 2), *failing(DIAL, 2)),
        {"http": "likely_blocked remote.http.reset"},
    ),
    ("https as usual", quack("https", trip(True)), {"tls": "ok remote.tls.ok", "http": "ok remote.http.matched"}),
    ("https reset", quack("https", *failing(RESET)), {"tls": "likely_blocked remote.tls.reset"}),
    ("https silent", quack("https", *failing(TIMEOUT)), {"tls": "likely_blocked remote.tls.timeout"}),
    ("https cut off", quack("https", *failing("EOF")), {"tls": "likely_blocked remote.tls.closed"}),
    (
        "https refused by alert",
        quack("https", *failing("remote error: tls: handshake failure")),
        {"tls": "impaired remote.tls.unclear"},
    ),
    ("https reset once", quack("https", *failing(RESET, 1)), {"tls": "insufficient remote.tls.once"}),
    (
        "https of which controls failed",
        quack("https", *failing(RESET), controls=(FAILED_CONTROL,)),
        {"tls": "insufficient remote.tls.control_failed"},
    ),
    ("https without control", quack("https", *failing(RESET), controls=()), {"tls": "insufficient remote.tls.no_control"}),
    (
        "https with controls only",
        quack("https", controls=(CONTROL,)),
        {"tls": "insufficient remote.tls.untested", "http": "insufficient remote.http.untested"},
    ),
    (
        "https with another certificate",
        quack("https", *answered("hello", error=CERTIFICATES)),
        {"tls": "insufficient remote.tls.other_certificate", "http": "insufficient remote.http.other_page"},
    ),
    (
        "https with a notice",
        quack("https", *answered("by order of the ministry", error="Bodies do not match")),
        {"tls": "ok remote.tls.ok", "http": "blocked remote.http.blockpage"},
    ),
    ("an answer alike", satellite(answer(PUBLIC, asnum=64500, matched=["asnum"])), {"dns": "ok remote.dns.matched"}),
    ("an answer after failures", satellite(tried(2), answer(PUBLIC, matched=["ip"])), {"dns": "ok remote.dns.matched"}),
    ("a bogon", satellite(answer("10.10.34.34")), {"dns": "blocked remote.dns.bogon"}),
    ("a known answer", satellite(answer("9.9.9.99")), {"dns": "blocked remote.dns.known_address"}),
    (
        "forged from a company's network",
        satellite(answer("31.13.92.35", asnum=32934, cert="c")),
        {"dns": "likely_blocked remote.dns.hijack.foreign_network"},
    ),
    (
        "wholly unlike",
        satellite(answer(PUBLIC, asnum=64500, cert="c", http="h")),
        {"dns": "likely_blocked remote.dns.hijack.unlike"},
    ),
    (
        "unlike in a content network",
        satellite(answer(PUBLIC, asnum=13335, cert="c", http="h")),
        {"dns": "insufficient remote.dns.unlike"},
    ),
    ("unlike and little known", satellite(answer(PUBLIC, asnum=64500)), {"dns": "insufficient remote.dns.unlike"}),
    (
        "untagged",
        satellite(answer(PUBLIC), confidence={"untagged_controls": True, "untagged_response": False}),
        {"dns": "insufficient remote.dns.untagged"},
    ),
    (
        "set aside",
        satellite(answer(PUBLIC, asnum=32934), excluded=True, exclude_reason=["is_CDN"]),
        {"dns": "insufficient remote.dns.set_aside"},
    ),
    ("no control answered", satellite(NXDOMAIN, in_control_group=False), {"dns": "insufficient remote.dns.no_control"}),
    ("no such name", satellite(NXDOMAIN), {"dns": "likely_blocked remote.dns.nxdomain"}),
    ("no address", satellite(tried(0)), {"dns": "likely_blocked remote.dns.no_data"}),
    ("server failure", satellite(tried(2)), {"dns": "insufficient remote.dns.resolver_error"}),
    ("refused", satellite(tried(5)), {"dns": "insufficient remote.dns.resolver_error"}),
    (
        "port closed",
        satellite(tried(-1, "read udp 1->2: read: connection refused")),
        {"dns": "failed remote.dns.unreachable_resolver"},
    ),
    (
        "no answer for the name",
        satellite(*[tried(-1, "read udp 1->2: i/o timeout")] * 4),
        {"dns": "impaired remote.dns.unclear"},
    ),
    (
        "dead resolver",
        satellite(tried(-1, "i/o timeout", "a.root-servers.net"), passed_liveness=False, connect_error=True),
        {"dns": "failed remote.dns.silent_resolver"},
    ),
    (
        "unsteady resolver",
        satellite(answer("10.0.0.1"), passed_liveness=False),
        {"dns": "insufficient remote.dns.unsteady_resolver"},
    ),
    (
        "never asked",
        satellite(tried(0, url="a.root-servers.net", _198={"matched": None}) | {"response": {"198.41.0.4": {}}}),
        {"dns": "insufficient remote.dns.untested"},
    ),
]


def judged(path: Path, *records: object) -> pl.DataFrame:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    file = SourceFile(path=path, file=FileId("f"), address=str(path))
    (batch,) = source_named("censored-planet").read(file, ReadOptions(recorded_at=DAY, observed=DAY))
    assert batch.rejects.is_empty()
    return judge_network(
        batch.observations, bodies=batch.bodies, controls=empty_table(ControlRecord), catalog=CATALOG, fingerprints=MARKS
    )


def told(verdicts: pl.DataFrame) -> dict[str, str]:
    return {row["layer"]: f"{row['state']} {row['rule']}" for row in verdicts.iter_rows(named=True)}


@pytest.mark.parametrize(("record", "expected"), [each[1:] for each in LINES], ids=[each[0] for each in LINES])
def test_a_line_from_afar_is_judged_by_its_own_controls(tmp_path: Path, record: object, expected: dict[str, str]) -> None:
    verdicts = judged(tmp_path / "results.json", record)
    assert verdicts.schema == table_schema(Verdict)
    assert told(verdicts) == expected
    assert set(verdicts["arm"]) == {"remote"}
    assert set(verdicts["target"]) == {"site:example.org/news.example.org"}


def test_lines_are_judged_together_as_they_are_alone(tmp_path: Path) -> None:
    records = []
    for number, (_, record, _) in enumerate(LINES):
        assert isinstance(record, dict)
        records.append(record | {"vp": f"192.0.2.{number}"})
    together = judged(tmp_path / "results.json", *records)
    alone = pl.concat([judged(tmp_path / "results.json", record) for record in records])
    columns = ["measurement_uid", "layer", "state", "rule", "mechanism", "reason"]
    order = ["measurement_uid", "layer"]
    assert together.select(columns).sort(order).equals(alone.select(columns).sort(order))


FOLLOWED: list[tuple[str, object, object, str]] = [
    ("to a notice", page("by order of the ministry"), "EOF", "blocked remote.dns.hijack.blockpage"),
    ("to a filter", page("box of a vendor"), None, "likely_blocked remote.dns.hijack.filter"),
    (
        "to nothing",
        'Get "http://9.9.9.9:80/": dial tcp 9.9.9.9:80: connect: connection refused',
        "EOF",
        "likely_blocked remote.dns.hijack.dead_end",
    ),
    (
        "to another's certificate",
        page("hello"),
        page("hello") | {"Certificate": "MAMCAQU="},
        "likely_blocked remote.dns.hijack.dead_end",
    ),
    (
        "to a certificate with the name",
        page("hello"),
        page("hello") | {"Certificate": "bmV3cy5leGFtcGxlLm9yZw=="},
        "insufficient remote.dns.named_certificate",
    ),
    ("to some page", page("hello"), None, "insufficient remote.dns.unlike"),
]


@pytest.mark.parametrize(("http", "https", "expected"), [each[1:] for each in FOLLOWED], ids=[each[0] for each in FOLLOWED])
def test_an_unlike_answer_is_judged_by_what_it_leads_to(tmp_path: Path, http: object, https: object, expected: str) -> None:
    import io
    import tarfile

    fetched = {"ip": PUBLIC, "keyword": "news.example.org", "http": http, "https": https}
    members = {"s/results.json": satellite(answer(PUBLIC, asnum=64500)), "s/blockpages.json": fetched}
    path = tmp_path / "scan.tar"
    with tarfile.open(path, "w") as tar:
        for name, record in members.items():
            content = json.dumps(record).encode()
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    file = SourceFile(path=path, file=FileId("f"), address=str(path))
    (batch,) = source_named("censored-planet").read(file, ReadOptions(recorded_at=DAY))
    verdicts = judge_network(
        batch.observations, bodies=batch.bodies, controls=empty_table(ControlRecord), catalog=CATALOG, fingerprints=MARKS
    )
    assert told(verdicts) == {"dns": expected}


def test_what_is_private_for_the_controls_too_is_down(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(satellite(answer("10.0.0.1", matched=["ip"]))))
    file = SourceFile(path=path, file=FileId("f"), address=str(path))
    (batch,) = source_named("censored-planet").read(file, ReadOptions(recorded_at=DAY))
    observations = batch.observations.with_columns(pl.lit("10.0.0.1").alias("control_answers"))
    verdicts = judge_network(
        observations, bodies=batch.bodies, controls=empty_table(ControlRecord), catalog=CATALOG, fingerprints=MARKS
    )
    assert told(verdicts) == {"dns": "down remote.dns.private_everywhere"}


def test_every_rule_of_the_arm_fires_somewhere() -> None:
    fired = {rule.split()[1] for _, _, expected in LINES for rule in expected.values()}
    fired |= {each[3].split()[1] for each in FOLLOWED} | {"remote.dns.private_everywhere"}
    assert fired == {rule.id for rule in RULES if rule.id.startswith("remote.")}

"""YAML reports of the first years."""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.sources.lines import Line, UnreadableLine, split_lines
from admittance.sources.ooni import reports
from admittance.sources.ooni.reports import begins_as_report, read_report

HEADER = b"""###########################################
# OONI Probe Report for HTTP Requests Test test
###########################################
---
options: [-f, urls.txt]
probe_asn: AS64500
probe_cc: KE
probe_ip: 127.0.0.1
software_name: ooniprobe
software_version: 1.0.0
start_time: 1385917200.0
test_name: HTTP Requests Test
test_version: 0.1
...
"""
ENTRY = b"""---
body_length_match: true
input: http://a.example/
requests:
- request:
    body: null
    headers:
    - - User-Agent
      - [x]
    method: GET
    url: http://a.example/
  response:
    body: &page "<title>A</title>"
    code: 200
    headers:
    - - Server
      - [one, two]
- request: {body: null, headers: [], method: GET, url: "shttp://a.example/"}
  response: {body: *page, code: 200, headers: []}
test_start_time: 1385917260.5
...
"""


def read(content: bytes) -> list[Line | UnreadableLine]:
    pieces: Iterator[bytes] = iter([content])
    return list(read_report(split_lines(pieces)))


def entries(content: bytes) -> list[dict[str, object] | str]:
    return [json.loads(line.content) if isinstance(line, Line) else line.reason for line in read(content)]


def test_an_entry_becomes_a_line_of_json_that_keeps_its_place() -> None:
    (line, again) = read(HEADER + ENTRY + ENTRY.replace(b"a.example", b"b.example"))
    assert isinstance(line, Line)
    assert isinstance(again, Line)
    assert line.offset == len(HEADER) + len(b"---\n")
    assert again.offset == len(HEADER) + len(ENTRY) + len(b"---\n")
    assert line.sha256 != again.sha256
    record = json.loads(line.content)
    assert record["test_name"] == "http_requests"
    assert record["measurement_start_time"] == "2013-12-01 17:01:00"
    assert (record["probe_cc"], record["probe_asn"], record["input"]) == ("KE", "AS64500", "http://a.example/")
    assert record["report_id"].startswith("header:")
    asked, over_tor = record["test_keys"]["requests"]
    assert asked["response"]["headers"] == {"Server": "one"}
    assert asked["request"]["tor"] == {"is_tor": False}
    assert (over_tor["request"]["url"], over_tor["request"]["tor"]) == ("http://a.example/", {"is_tor": True})


def test_the_texts_of_early_look_ups_are_taken_apart() -> None:
    entry = b"""---
input: a.example
control_resolver: 203.0.113.8:53
queries:
- addrs: ['192.0.2.1']
  answers: [['<RR name=a.example type=A class=IN ttl=5s auth=False>', '<A address=192.0.2.1 ttl=5>']]
  query: '[Query(''a.example'', 1, 1)]'
  query_type: A
  resolver: !!python/tuple [203.0.113.8, 53]
start_time: 1385917200
test_name: dnstamper
...
"""
    (record,) = entries(HEADER + entry)
    assert isinstance(record, dict)
    assert record["test_name"] == "dns_consistency"
    assert record["test_keys"]["queries"] == [  # type: ignore[index]
        {
            "hostname": "a.example",
            "query_type": "A",
            "failure": None,
            "answers": [{"ipv4": "192.0.2.1"}],
            "resolver_hostname": "203.0.113.8",
        }
    ]


def test_bytes_that_are_no_text_stay_what_they_are() -> None:
    (record,) = entries(HEADER + b"---\ninput: x\nraw: !!binary /wD/\ntext: !!python/unicode 'y'\n...\n")
    assert isinstance(record, dict)
    assert record["test_keys"] == {"raw": {"format": "base64", "data": "/wD/"}, "text": "y"}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (b"- a list", "no mapping"),
        (b"a: [unclosed", "YAML of the entry"),
        (b"a: !!python/object/apply:os.system [id]", "could not determine a constructor"),
        (b"a: " + b"[" * 100_000, "nested deeper"),
        (b"a: [" + b"1," * 250_000 + b"]", "more than 200000 nodes"),
        (b"a: &a [*a]", "aliases make more"),
        (b"a: &a [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
            b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 10)) for n in range(8)
        ), "aliases make more"),
        (b"a: &a {x: 1}\nb: {<<: [*a, *a]}", "YAML of the entry"),
        (b"a: \x00", "YAML of the entry"),
        (b"a: \xff", "YAML of the entry"),
        (b"a: " + b"9" * 5_000, "YAML of the entry"),
        (b"start_time: 1.0e+300", "no moment in time"),
        (b"a: !!bool maybe", "not what its tag says"),
        (b"a: !!timestamp soon", "not what its tag says"),
        (b"a: !!int ''", "YAML of the entry"),
        (b"a: 2013-13-45", "YAML of the entry"),
        (b"? [a]\n: b", "YAML of the entry"),
    ],
)  # fmt: skip
def test_a_bad_entry_costs_only_itself(entry: bytes, reason: str) -> None:
    bad, good = entries(HEADER + b"---\n" + entry + b"\n...\n" + ENTRY)
    assert isinstance(bad, str)
    assert reason in bad
    assert isinstance(good, dict)


def test_without_its_header_a_report_is_lost_and_says_so() -> None:
    (reason,) = entries(b"---\n- no header\n...\n" + ENTRY)
    assert isinstance(reason, str)
    assert "header of the report" in reason


def test_a_document_beyond_the_bound_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "LONGEST_DOCUMENT", 2_000)
    long, good = entries(HEADER + b"---\n" + b"a: x\n" * 1_000 + b"...\n" + ENTRY)
    assert long == "YAML document of 5000 bytes is longer than the bound"
    assert isinstance(good, dict)


@pytest.mark.parametrize(("head", "report"), [(HEADER, True), (b"---\n", True), (b'{"a": 1}', False), (b"", False)])
def test_a_report_is_known_by_its_first_bytes(head: bytes, report: bool) -> None:
    assert begins_as_report(head) is report


_WORDS = """a|: |- |  |!!int |!!omap |!!pairs |!!set |!!binary |!!float |!!null |&x |*x|{|}|[|]|requests|queries|query|headers
request|response|report|test_keys|1|'|"|? |%|@|2013-01-01|1e999|-.inf|.nan|0o7|1:2:3"""
_PIECES = st.sampled_from([b"\n", b"\xff", b"\x00", *(word.encode() for word in re.split(r"[|\n]", _WORDS))])


@settings(max_examples=400, deadline=None)
@given(entry=st.lists(_PIECES, max_size=14).map(b"".join))
def test_any_entry_is_json_or_a_reject(entry: bytes) -> None:
    for told in entries(HEADER + b"---\n" + entry + b"\n...\n"):
        assert isinstance(told, (str, dict))

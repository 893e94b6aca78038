import gzip
import json
import re
from pathlib import Path

import pytest

from admittance.errors import InputError
from admittance.judge.fingerprints import PageMark, combined, shipped
from admittance.judge.patterns import Expression
from admittance.judge.published import read_fingerprints
from admittance.model.edition import EditionKind

HEADER = "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes\n"
PAGES = HEADER + (
    'a,nat,,body,contains,by decree,5,"AA, BB",made up,,\n'
    "b,isp,,header.location,prefix,http://block.example/,5,ZZ,made up,,\n"
    "c,prod,,header.server,full,Filter,5,,made up,,\n"
    "d,inst,,body,contains,school,5,,made up,,\n"
    "e,fp,,body,contains,good page,5,,made up,,\n"
    "f,nat,,body,regexp,x+y,5,,made up,,\n"
    "g,nat,,body,regexp,(x,5,,made up,,\n"
    "h,nat,,header.via,full,proxy,5,,made up,,\n"
    "i,vbw,,body,contains,blocked,5,,made up,,\n"
    "j,new,,body,contains,blocked,5,,made up,,\n"
    "k,nat,,body,contains,,5,,made up,,\n"
    "l,nat,,body,regexp,.*,5,,made up,,\n"
)


def test_pages_of_ooni_are_told_apart_by_scope_and_country() -> None:
    published = read_fingerprints(EditionKind.OONI_HTTP, PAGES.encode())
    assert [(mark.id, mark.kind, mark.where, mark.fit) for mark in published.pages] == [
        ("a", "blockpage", "body", "contains"),
        ("b", "blockpage", "location", "prefix"),
        ("c", "filter", "server", "full"),
        ("d", "institution", "body", "contains"),
        ("e", "genuine", "body", "contains"),
        ("f", "blockpage", "body", "regexp"),
    ]
    assert [mark.only for mark in published.pages[:2]] == [("AA", "BB"), ()]
    assert [(line, reason[:1]) for line, reason in published.unusable] == [
        (8, "g"), (9, "h"), (10, "i"), (11, "j"), (12, "k"), (13, "l"),
    ]  # fmt: skip


def test_answers_of_ooni_need_a_scope_that_proves_something() -> None:
    content = (
        HEADER + "a,isp,,dns,full,192.0.2.1,5,AA,,,\nb,inst,,dns,full,192.0.2.2,5,AA,,,\nc,nat,,dns,prefix,192.0.2.,5,,,,\n"
    )
    published = read_fingerprints(EditionKind.OONI_DNS, content.encode())
    assert [(mark.addresses, mark.fit) for mark in published.answers] == [(("192.0.2.1",), "full"), (("192.0.2.",), "prefix")]
    assert [line for line, _ in published.unusable] == [3]


def test_signatures_without_an_operator_are_plain_texts() -> None:
    content = (
        '{"fingerprint":"b_nat_a","pattern":"by decree\\\\."}\n\n'
        '{"fingerprint":"c_isp_b","pattern":"Location: http://block\\\\.example"}\n'
        '{"fingerprint":"a_prod_c","pattern":"Filter.*denied"}\n{"fingerprint":"f_gen_d","pattern":"blocked"}\n'
    )
    published = read_fingerprints(EditionKind.CENSORED_PLANET_BLOCKPAGES, content.encode())
    assert [(mark.kind, mark.where, mark.contains[0], mark.fit) for mark in published.pages] == [
        ("blockpage", "body", "by decree.", "contains"),
        ("blockpage", "location", "http://block.example", "contains"),
        ("filter", "body", "Filter.*denied", "regexp"),
    ]
    assert [line for line, _ in published.unusable] == [5]
    genuine = read_fingerprints(EditionKind.CENSORED_PLANET_FALSE_POSITIVES, content.encode())
    assert {mark.kind for mark in genuine.pages} == {"genuine"}


@pytest.mark.parametrize(
    ("kind", "content", "complaint"),
    [
        (EditionKind.OONI_HTTP, b"name,scope\n", "line 1: no column location_found"),
        (EditionKind.OONI_HTTP, HEADER.encode() + b"a,nat\n", "line 2: 2 fields where the header has 11"),
        (EditionKind.OONI_HTTP, HEADER.encode(), "line 1: the list holds no record"),
        (EditionKind.OONI_DNS, HEADER.encode() + b"\xff", "line 2: not UTF-8"),
        (EditionKind.OONI_DNS, HEADER.encode() + b"\n\0", "line 3: a NUL byte"),
        (EditionKind.CENSORED_PLANET_BLOCKPAGES, b'{"fingerprint":"a","pattern":"b"}\n{"x":1}', "line 2: "),
    ],
)
def test_a_malformed_list_is_refused_with_its_line(kind: EditionKind, content: bytes, complaint: str) -> None:
    with pytest.raises(InputError, match=re.escape(complaint)):
        read_fingerprints(kind, content)


def test_a_brace_that_opens_no_repetition_is_a_brace() -> None:
    content = '{"fingerprint":"x_a","pattern":"{\\"msg\\":.*\\"a{2}\\"}"}\n'
    (mark,) = read_fingerprints(EditionKind.CENSORED_PLANET_FALSE_POSITIVES, content.encode()).pages
    assert mark.contains == (r'\{"msg":.*"a{2}"}',)
    assert mark.fit == "regexp"


SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "blockpages").is_dir(), reason="needs ../shared/data/blockpages")
def test_real_pages_bear_in_one_pass_what_they_bear_mark_by_mark() -> None:
    signatures = SHARED / "censored_planet" / "pipeline" / "metadata" / "data"
    lists = {
        EditionKind.OONI_HTTP: SHARED / "fingerprints" / "fingerprints_http.csv",
        EditionKind.CENSORED_PLANET_BLOCKPAGES: signatures / "blockpage_signatures.json",
        EditionKind.CENSORED_PLANET_FALSE_POSITIVES: signatures / "false_positive_signatures.json",
    }
    published = [read_fingerprints(kind, path.read_bytes()).as_of(kind.value) for kind, path in lists.items()]
    marks = combined(shipped(), published).within("ID")
    tested = [mark for mark in marks.page if mark.where == "body" and not mark.encodings]
    expressions = {mark.id: Expression(mark.contains[0]) for mark in tested if mark.fit == "regexp"}
    rank = {"genuine": 0, "blockpage": 1, "captive_portal": 2, "filter": 3, "institution": 4}

    def bears(content: bytes, mark: PageMark) -> bool:
        if mark.fit == "regexp":
            return expressions[mark.id].occurs_in(content)
        texts = [text.encode() for text in mark.contains]
        if mark.fit == "full":
            return texts == [content]
        return all(content.startswith(text) if mark.fit == "prefix" else text in content for text in texts)

    with gzip.open(SHARED / "blockpages" / "satellite_candidate_pages.jsonl.gz") as lines:
        pages = [json.loads(line)["content"].encode() for line in lines]
    found = 0
    for page in pages:
        borne = [mark for mark in tested if bears(page, mark)]
        best = min(borne, key=lambda mark: rank[mark.kind], default=None)
        told = marks.match_body(page)
        expected = None if best is None or best.kind == "genuine" else best.id
        assert (told.id if told is not None else None) == expected or told.encodings  # type: ignore[union-attr]
        found += told is not None
    assert 0 < found < len(pages) / 2

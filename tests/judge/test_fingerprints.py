import re

import polars as pl
import pytest

from admittance.judge.fingerprints import AnswerMark, Bogons, Fingerprints, PageMark, combined, load, shipped

BOGONS = Bogons(reference="made up", networks=("10.0.0.0/8",))
FILE = """
version = "7"
[[page]]
id = "{first}"
kind = "blockpage"
where = "body"
contains = ["{text}", "forbidden"]
encodings = ["windows-1251"]
reference = "made up"
[[page]]
id = "portal"
kind = "captive_portal"
where = "title"
contains = ["Log in"]
reference = "made up"
[[answer]]
id = "answer"
addresses = ["192.0.2.7"]
reference = "made up"
[bogons]
reference = "made up"
networks = ["10.0.0.0/8", "fc00::/7"]
"""


def made_up(first: str = "first", text: str = "запрещён") -> str:
    return FILE.format(first=first, text=text)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_a_body_matches_in_each_of_its_encodings(encoding: str) -> None:
    mark = load(made_up()).match_body("<p>запрещён, forbidden</p>".encode(encoding))
    assert mark is not None
    assert mark.id == "first"


def test_a_body_needs_all_texts() -> None:
    assert load(made_up()).match_body(b"<p>forbidden</p>") is None


def test_texts_of_two_encodings_do_not_add_up() -> None:
    assert load(made_up()).match_body("запрещён".encode("koi8-r") + b" forbidden") is None


def test_titles_match_without_regard_to_case() -> None:
    mark = load(made_up()).match_value("title", "Please LOG IN here")
    assert mark is not None
    assert mark.kind == "captive_portal"
    assert load(made_up()).match_value("location", "Please LOG IN here") is None


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.10.34.35", True),
        ("127.0.0.1", True),
        ("198.18.0.1", True),
        ("192.168.7.222", True),
        ("100.64.1.1", True),
        ("0.0.0.0", True),  # noqa: S104 - an answer, nothing listens
        ("240.1.2.3", True),
        ("::1", True),
        ("d0::11", True),
        ("fe80::1%eth0", True),
        ("93.184.216.34", False),
        ("172.32.0.1", False),
        ("203.0.113.7", False),  # for documentation
        ("2606:2800:220:1::1", False),
        ("64:ff9b::5db8:d822", False),  # translated by the network's own NAT64
        ("no address", False),
    ],
)
def test_addresses_that_are_not_public(address: str, private: bool) -> None:
    assert shipped().is_bogon(address) is private


def test_answers_are_read_as_lists() -> None:
    marks = load(made_up())
    assert marks.bogons_among("93.184.216.34 10.0.0.1")
    assert not marks.bogons_among("")
    assert marks.known_answer("93.184.216.34 192.0.2.7") == "answer"
    assert marks.known_answer("93.184.216.34") is None


def test_every_shipped_mark_has_a_reference() -> None:
    assert all(mark.reference for mark in shipped().page)
    assert all(mark.reference for mark in shipped().answer)


def test_the_version_follows_the_content() -> None:
    assert load(made_up()).version.startswith("7+")
    assert load(made_up()).version == load(made_up()).version
    assert load(made_up()).version != load(made_up(text="gone")).version


@pytest.mark.parametrize(
    ("text", "complaint"),
    [(made_up(first="portal"), "portal: the id stands twice"), (made_up(text=""), "a text to look for is empty")],
)
def test_a_file_that_contradicts_itself_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        load(text)


TEXTS = pl.Series(
    [
        "93.184.216.34",
        "10.10.34.34",
        "93.184.216.34 127.0.0.1",
        "110.10.1.1 93.10.1.1",
        "::1",
        "2606:2800:220:1::1",
        "fe80::1 93.184.216.34",
        "8.7.198.45",
        "93.184.216.34 8.7.198.45",
        "18.7.198.45",
        "",
        "no address",
        None,
    ],
    dtype=pl.String,
)


def test_many_texts_are_looked_at_as_one_is() -> None:
    marks, texts = shipped(), TEXTS.drop_nulls()
    assert set(marks.texts_with_bogons(TEXTS)) == {text for text in texts if marks.bogons_among(text)}
    assert set(marks.texts_with_known_answers(TEXTS)) == {text for text in texts if marks.known_answer(text)}
    assert set(marks.texts_with_bogons(TEXTS)) >= {"10.10.34.34", "::1", "fe80::1 93.184.216.34"}


def test_many_values_are_looked_at_as_one_is() -> None:
    values = pl.Series(
        ["Captive Portal", "HotSpot: LOGIN", "Hotspot", "Web Filter Violation", "Example", None, "Captive Portal"]
    )
    found = {value: mark for value, mark, _ in shipped().match_values("title", values)}
    alone = {value: shipped().match_value("title", value) for value in values.drop_nulls()}
    assert found == {value: mark.id for value, mark in alone.items() if mark is not None}
    assert len(found) == 3


def snapshot(*marks: PageMark | AnswerMark) -> Fingerprints:
    return Fingerprints(
        version="made up",
        page=tuple(mark for mark in marks if isinstance(mark, PageMark)),
        answer=tuple(mark for mark in marks if isinstance(mark, AnswerMark)),
        bogons=BOGONS,
    )


BLOCKED = PageMark(id="blocked", kind="blockpage", where="body", contains=("by decree",), reference="made up", only=("AA",))
GENUINE = PageMark(id="genuine", kind="genuine", where="body", contains=("nginx",), reference="made up")


def test_a_page_that_a_mark_calls_genuine_is_no_block_page() -> None:
    marks = snapshot(BLOCKED, GENUINE)
    assert marks.match_body(b"closed by decree") == BLOCKED
    assert marks.match_body(b"closed by decree, says nginx") is None


def test_a_mark_proves_blocking_only_where_it_is_expected() -> None:
    answer = AnswerMark(id="answer", addresses=("192.0.2.9",), reference="made up", only=("AA",))
    marks = snapshot(BLOCKED, answer)
    kinds = {}
    for country in ("AA", "BB"):
        found = marks.within(country).match_body(b"closed by decree")
        assert found is not None
        kinds[country] = found.kind
    assert kinds == {"AA": "blockpage", "BB": "filter"}
    assert marks.within("AA").known_answer("192.0.2.9") == "answer"
    assert marks.within("BB").known_answer("192.0.2.9") is None


def test_a_regular_expression_finds_a_body_and_a_title() -> None:
    body = PageMark(id="body", kind="blockpage", where="body", contains=("closed.*decree",), reference="made up", fit="regexp")
    title = PageMark(id="title", kind="blockpage", where="title", contains=("^den[iy]ed",), reference="made up", fit="regexp")
    marks = snapshot(body, title)
    assert marks.match_body("запрещён: closed\nby decree".encode()) == body
    assert marks.match_body(b"by decree closed") is None
    assert [value for value, _, _ in marks.match_values("title", pl.Series(["Denied", "not denied", None]))] == ["Denied"]


def test_several_snapshots_become_one_that_names_them_all() -> None:
    both = combined(snapshot(BLOCKED), [snapshot(BLOCKED)])
    assert [mark.id for mark in both.page] == ["blocked", "blocked#2"]
    assert both.version == "made up made up"

"""Keywords as subjects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admittance.catalog import canonical_keyword, load
from admittance.model.ids import SubjectId


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("桃 + 李", "李 + 桃"),
        ("李+桃", "李 + 桃"),
        ("桃+桃", "桃"),
        ("  two   words ", "two words"),
        ("C++", "C++"),
        ("+", "+"),
        ("June + 4", "4 + June"),
        ("e\u0301", "\u00e9"),
        ("台灣", "台灣"),
    ],
)
def test_one_spelling(text: str, keyword: str) -> None:
    assert canonical_keyword(text) == keyword


@given(st.text(max_size=40))
def test_a_spelling_stays_as_it_is(text: str) -> None:
    once = canonical_keyword(text)
    assert canonical_keyword(once) == once


def test_a_keyword_is_found_however_it_is_joined() -> None:
    catalog = load()
    assert catalog.find_subject("keyword:桃+李") == catalog.find_subject("keyword: 李 + 桃") == "keyword:李 + 桃"
    assert catalog.subject_name(SubjectId("keyword:李 + 桃")) == "李 + 桃"
    assert catalog.target_of_content("weibo", "李 + 桃") == ("keyword:李 + 桃", "keyword:李 + 桃/weibo")


@pytest.mark.parametrize(
    ("keyword", "topics"),
    [
        ("六四 + 天安門", ("june-4",)),
        ("4 + June", ()),
        ("Tiananmen", ("june-4",)),
        ("新疆再教育营", ("xinjiang",)),
        ("Tibetan food", ()),
        ("free tibet", ("tibet",)),
        ("plum", ()),
    ],
)
def test_keywords_speak_of_the_topics_that_documents_give_as_reasons(keyword: str, topics: tuple[str, ...]) -> None:
    assert load().topics_of(SubjectId(f"keyword:{keyword}")) == topics
    assert load().topics_of(SubjectId("telegram")) == ()

"""What holds for any text at all."""

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admittance.catalog import Catalog
from admittance.documents import CUT, LONGEST_TEXT, explain, read_text
from admittance.model.documents import Reading
from tests.documents.conftest import action_in_short, as_json, claim_in_short
from tests.documents.test_corpus import ALL, validator
from tests.documents.test_seeds import quotes_stand

BOILERPLATE = [
    "Copyright 2020 The Daily Example. All rights reserved.",
    "Our newsroom is open from nine to five.",
    "The weather stayed dry over the weekend.",
    "本网站所有文章均由编辑部提供。",
]
WORDS = [
    "China",
    "blocked",
    "Signal",
    "by",
    "the",
    "regulator",
    ",",
    "“",
    "”",
    "on",
    "March 14",
    "约谈",
    "腾讯",
    "被封锁",
    "。",
    ".",
    "\n",
    "VPN",
    "Apple",
    "ordered",
    "to remove",
    "apps",
    "from",
    "the App Store",
    "users",
    "said",
    "19th",
    "\u200b",
    "’s",
    "和",
    "18日",
    "5家网站",
]
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(text=st.one_of(st.text(max_size=400), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)))
def test_any_text_gives_a_valid_reading_with_verbatim_quotes(text: str, catalog: Catalog) -> None:
    reading = read_text(text, catalog=catalog, published="2021-03-19")
    plain = as_json(reading)
    validator().validate(plain)
    quotes_stand(plain, text)
    for action in reading.actions:
        assert all(span.quote for span in action.evidence)
    assert read_text(text, catalog=catalog, published="2021-03-19") == reading
    explain(text, reading)


@QUIET
@given(case=st.sampled_from(ALL), lines=st.lists(st.sampled_from(BOILERPLATE), min_size=1, max_size=3), after=st.booleans())
def test_boilerplate_changes_no_record(case: object, lines: list[str], after: bool, catalog: Catalog) -> None:
    text, published = getattr(case, "text", ""), getattr(case, "published", None)
    extra = "\n\n".join(lines)
    longer = f"{text}\n\n{extra}" if after else f"{extra}\n\n{text}"
    assert short(read_text(longer, catalog=catalog, published=published)) == short(
        read_text(text, catalog=catalog, published=published)
    )


def short(reading: Reading) -> list[dict[str, object]]:
    return [
        *(action_in_short(action) for action in reading.actions),
        *(claim_in_short(claim) for claim in reading.network_claims),
    ]


ODD = {
    "one line": "x" * 2**21,
    "the": "the " * 50_000,
    "verbs": "Russia blocked Signal " * 500,
    "offices": "俄罗斯联邦通信、信息、" * 8_000,
    "said": "said " * 20_000,
    "restrictions": "impose restrictions on the " * 800,
    "decrees": "signed a decree ordering " * 3_000,
    "bidi": "\u202eRussia \u2066blocked Signal\u202c. " * 500,
    "controls": "\x00\x01\x7f\ufffe" * 20_000,
    "breaks": "\n\r\u2028" * 50_000,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_texts_are_read_in_good_time_with_verbatim_quotes(text: str, catalog: Catalog) -> None:
    quotes_stand(as_json(read_text(text, catalog=catalog, published="2024-01-02")), text)


@QUIET
@given(
    case=st.sampled_from([case for case in ALL if case.actions or case.claims]),
    unrelated=st.lists(st.sampled_from(BOILERPLATE), min_size=2, max_size=4, unique=True),
    order=st.randoms(use_true_random=False),
)
def test_shuffling_unrelated_paragraphs_changes_no_record(
    case: object, unrelated: list[str], order: random.Random, catalog: Catalog
) -> None:
    assert hasattr(case, "text")
    first = f"{case.text}\n\n" + "\n\n".join(unrelated)
    order.shuffle(unrelated)
    second = f"{case.text}\n\n" + "\n\n".join(unrelated)
    published = getattr(case, "published", None)
    assert short(read_text(first, catalog=catalog, published=published)) == short(
        read_text(second, catalog=catalog, published=published)
    )


def test_ten_megabytes_are_read_as_far_as_the_limit_and_the_document_says_so(catalog: Catalog) -> None:
    text = "Russia blocked Telegram on Friday. " + "x " * (5 * 2**20)
    begun = time.process_time()
    reading = read_text(text, catalog=catalog, published="2021-03-19")
    assert time.process_time() - begun < 10
    assert [str(action.type) for action in reading.actions] == ["block"]
    assert CUT in reading.doc.normalisation
    assert CUT not in read_text(text[:LONGEST_TEXT], catalog=catalog).doc.normalisation


@pytest.mark.parametrize(
    "sentence",
    ["国家网信办约谈微博，责令其立即整改。", "Telegram was inaccessible in Iran on 3 May. ", "a{}.com was blocked in Iran. "],
)
def test_time_grows_with_the_length_and_no_faster(catalog: Catalog, sentence: str) -> None:
    def taken(count: int) -> float:
        text = "".join(sentence.format(number) for number in range(count))
        begun = time.process_time()
        read_text(text, catalog=catalog, published="2021-03-19")
        return time.process_time() - begun

    taken(50)
    assert taken(2000) < 8 * max(taken(500), 0.05)

"""What a pattern needs is found from the pattern; a gate never hides a match."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admittance.documents.lexicon import compiled, lexicon
from admittance.documents.required import Prefilter, required_words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bblock(?:s|ed)?\b", {"block"}),
        (r"(?:said|told) on", {"said", "told"}),
        (r"(?:said|told)?", None),
        (r"\d+", set("0123456789")),
        (r"封锁|屏蔽", {"封锁", "屏蔽"}),
        (r"(?:Said)", {"said"}),
        (r"a|because", None),
        (r"x(?=because)", None),
    ],
)
def test_the_words_that_a_match_must_hold(pattern: str, words: set[str] | None) -> None:
    assert required_words(pattern) == (None if words is None else frozenset(words))


ENGLISH = lexicon().languages["en"]
VOCABULARY = (
    "the app was blocked in iran on friday , users said according to netblocks may not be restored with a vpn until june 4 "
    "deadline within 15 days because of law no. 5 under threat"
)
WORDS = st.lists(st.sampled_from(sorted(set(VOCABULARY.split(" ")))), max_size=30)


@given(WORDS)
def test_a_sleeping_pattern_matches_nothing(words: list[str]) -> None:
    text = " ".join(words)
    narrow = ENGLISH.narrowed(text)
    for name, pattern in ENGLISH.patterns.items():
        found = pattern.search(text)
        assert (narrow.patterns[name].search(text) is None) == (found is None), name


def test_no_pattern_at_all_wakes_nothing() -> None:
    assert Prefilter({}).awake("anything") == set()
    assert Prefilter({"one": re.compile(r"\w").pattern}).gated == set()


@pytest.mark.parametrize("language", sorted(lexicon().languages))
def test_every_shipped_pattern_compiles(language: str) -> None:
    words = lexicon().languages[language]
    for table in (words.patterns, words.topics, words.sources, words.functions, words.currencies):
        assert all(pattern.pattern for pattern in table.values())
    for trigger in words.triggers:
        for text in (trigger.pattern, trigger.unless, trigger.near, trigger.participle):
            compiled(text)
    for text in (*(frame.pattern for frame in words.frames), *(tone.pattern for tone in words.tones)):
        compiled(text)

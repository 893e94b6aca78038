import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admittance.judge.patterns import Expression, branches, literal_of, portable, refusal


@given(st.text("abc.*+?[]()\\{}^$2", min_size=1, max_size=12), st.text("abc.(){}2", max_size=30))
def test_a_text_that_must_occur_does_in_every_match(pattern: str, text: str) -> None:
    if refusal(pattern) is None:
        expression = Expression(pattern)
        if expression.occurs_in(text.encode()):
            assert all(literal in text for literal in expression.literals)


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("abc.*defgh", ("defgh",)),
        ("abcd?.", ("abc",)),
        ("abcd{2}xy", ("abc",)),
        ("(abcdef)+xyz", ("xyz",)),
        ("abcdef|xyz", ()),
        ("(?i)abcdef", ()),
        ("[abcdef]x", ()),
    ],
)
def test_the_longest_text_outside_groups_is_looked_for_first(pattern: str, literals: tuple[str, ...]) -> None:
    assert Expression(pattern).literals == literals


def test_an_expression_that_python_could_not_bound_is_answered() -> None:
    assert not Expression("(a+)+$x").occurs_in(b"a" * 60_000)


@pytest.mark.parametrize("pattern", ["(", ".*", "a{1000}{1000}{1000}", "x" * 3_000, r"(a)\1", "\ufffd.*\ufffd"])
def test_what_cannot_be_used_is_refused_with_a_reason(pattern: str) -> None:
    assert refusal(pattern)


@pytest.mark.parametrize("pattern", [r"a\.b", "a.b", r"\d"])
def test_a_pattern_without_operators_is_a_text(pattern: str) -> None:
    text = literal_of(pattern)
    assert text == ("a.b" if pattern == r"a\.b" else None)
    assert text is None or re.fullmatch(pattern, text)


@given(st.text("abc.*+?[]()|\\{}^$2", min_size=1, max_size=12), st.text("abc.(){}2|", max_size=30))
def test_what_an_expression_matches_one_of_its_branches_does(pattern: str, text: str) -> None:
    if refusal(pattern) is None:
        parts = branches(pattern)
        assert Expression(pattern).occurs_in(text.encode()) == any(Expression(part).occurs_in(text.encode()) for part in parts)


def test_branches_are_of_the_whole_and_not_of_groups_or_classes() -> None:
    assert branches(r"<title>a \| b (c|d)[|] | e") == (r"<title>a \| b (c|d)[|] ", " e")
    assert branches("(?i)a|b") == ("(?i)a|b",)
    assert Expression("page moved to (http|https)://a").literals == ("page moved to ",)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [('{"a":1}', r'\{"a":1}'), ("a{2}{2,}{,3}{2,3}", "a{2}{2,}{,3}{2,3}"), (r"\{\p{L}\x{41}{}", r"\{\p{L}\x{41}\{}")],
)
def test_a_brace_that_repeats_nothing_is_escaped(pattern: str, expected: str) -> None:
    assert portable(pattern) == expected

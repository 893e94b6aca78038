"""The words without which a pattern cannot match: found from the pattern, looked for once in a sentence for all patterns.

The idea is the prefilter of RE2's FilteredRE2 (Russ Cox, "Regular Expression Matching with a Trigram Index"): a match of a
pattern holds at least one of a set of strings; where none of them stands, the pattern need not be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import ahocorasick

__all__ = ["NEVER", "Prefilter", "required_words"]

NEVER = re.compile(r"(?!)")
"""A pattern that matches nothing."""

_SHORTEST = 3  # characters of an ASCII word that is worth looking for; one hanzi is
_DIGITS = frozenset("0123456789")
_MOST = 160  # words of one set


def required_words(pattern: str) -> frozenset[str] | None:
    """Lower-case strings of which every match of a pattern holds at least one; None when the pattern promises none."""
    return _of_sequence(parser.parse(pattern))


def _of_sequence(items: Iterable[Any]) -> frozenset[str] | None:
    candidates: list[frozenset[str]] = []
    run = ""
    for op, value in items:
        if op is ops.LITERAL:
            run += chr(value)
            continue
        if run:
            candidates.append(frozenset({run.lower()}))
            run = ""
        inner = _of_item(op, value)
        if inner is not None:
            candidates.append(inner)
    if run:
        candidates.append(frozenset({run.lower()}))
    fit = [words for words in candidates if all(_worth(word) for word in words)]
    return max(fit, key=lambda words: (min(len(word) for word in words), -len(words)), default=None)


def _of_item(op: Any, value: Any) -> frozenset[str] | None:
    if op is ops.SUBPATTERN:
        return _of_sequence(value[-1])
    if op is ops.ATOMIC_GROUP:
        return _of_sequence(value)
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        least, _, body = value
        return _of_sequence(body) if least else None
    if op is ops.IN and value == [(ops.CATEGORY, ops.CATEGORY_DIGIT)]:
        return _DIGITS
    if op is ops.BRANCH:
        branches = [_of_sequence(branch) for branch in value[1]]
        if any(words is None for words in branches):
            return None
        union = frozenset().union(*(words for words in branches if words is not None))
        return union if len(union) <= _MOST else None
    return None


def _worth(word: str) -> bool:
    return len(word) >= _SHORTEST or not word.isascii() or word.isdigit()


class Prefilter:
    """Patterns by key, with the sets of words that wake them; a pattern that promises no word is always awake."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        wakes: dict[str, list[str]] = {}
        self.gated: set[str] = set()
        for key, pattern in patterns.items():
            words = required_words(pattern)
            if words is None:
                continue
            self.gated.add(key)
            for word in words:
                wakes.setdefault(word, []).append(key)
        self._automaton = ahocorasick.Automaton()
        for word, keys in wakes.items():
            self._automaton.add_word(word, tuple(keys))
        self._empty = not wakes
        if wakes:
            self._automaton.make_automaton()

    def awake(self, lowered: str) -> set[str]:
        """The keys of the gated patterns that may match somewhere in a lower-case text."""
        found: set[str] = set()
        if not self._empty:
            for keys in {keys for _, keys in self._automaton.iter(lowered)}:
                found.update(keys)
        return found

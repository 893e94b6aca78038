"""How a mark's text is looked for: whole, at the start, anywhere, or as a regular expression whose time is bounded.

Regular expressions come from others and meet bytes from strangers. They run in Rust's `regex` (by way of Polars), which takes
time linear in the text and refuses an expression that would grow too large; Python's `re` is never given one.
"""

import re
from functools import lru_cache
from typing import Literal

import polars as pl

__all__ = ["Expression", "Fit", "branches", "fits", "literal_of", "portable", "refusal"]

Fit = Literal["contains", "prefix", "full", "regexp"]

LONGEST_EXPRESSION = 2_000
LEAST_LITERAL = 3
"""Characters. A shorter text occurs in nearly every page and lets nothing be left out."""

_PLAIN = re.compile(r"(?:[^\\.^$*+?()\[\]{}|]|\\[^\w])*")
_BRACES = re.compile(r"\\[pPxuU]\{|\\.|\{(?!(?:\d+(?:,\d*)?|,\d+)\})", re.DOTALL)
_ESCAPED = re.compile(r"\\([^\w])")


class Expression:
    """A regular expression, and texts of which each page that it matches has all. A dot matches a line break too."""

    def __init__(self, pattern: str) -> None:
        self.pattern = f"(?s){pattern}"
        self.literals = _needed(pattern)

    def occurs_in(self, content: bytes) -> bool:
        """Whether it matches somewhere in a body, read as UTF-8 with what is not UTF-8 replaced."""
        return fits("regexp", content.decode("utf-8", "replace"), self.pattern)


def fits(fit: Fit, value: str, text: str) -> bool:
    """Whether a text is found in a value in the way that `fit` says."""
    if fit == "regexp":
        return bool(pl.Series([value]).str.contains(text)[0])
    if fit == "full":
        return value == text
    return value.startswith(text) if fit == "prefix" else text in value


@lru_cache(maxsize=4_096)
def refusal(pattern: str) -> str | None:
    """Why a pattern cannot be used as an expression; null when it can."""
    if "\ufffd" in pattern:
        return "a replacement character, which any page that is not UTF-8 would bear"
    if len(pattern) > LONGEST_EXPRESSION:
        return f"a regular expression of more than {LONGEST_EXPRESSION} characters"
    try:
        empty = bool(pl.Series([""]).str.contains(f"(?s){pattern}")[0])
    except pl.exceptions.ComputeError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        told = next((line.removeprefix("error: ") for line in lines if line.startswith("error:")), "unknown")
        return f"not a regular expression of Rust's syntax: {told}"
    return "a regular expression that matches every page" if empty else None


def portable(pattern: str) -> str:
    """An expression written for engines that take a brace for itself where it opens no repetition, which Rust's does not."""
    return _BRACES.sub(lambda found: r"\{" if found[0] == "{" else found[0], pattern)


def literal_of(pattern: str) -> str | None:
    """The text that an expression without any operator stands for; null when it has one."""
    return _ESCAPED.sub(r"\1", pattern) if _PLAIN.fullmatch(pattern) else None


def branches(pattern: str) -> tuple[str, ...]:
    """The alternatives of an expression, when the choice is between wholes; else the expression itself.

    Each can be looked for by what it alone needs. With flags, or with a class whose end is doubtful, it is left whole.
    """
    if "|" not in pattern or "(?" in pattern:
        return (pattern,)
    parts, depth, place, begun = [], 0, 0, 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 1
        elif character == "[":
            end = _end_of_class(pattern, place)
            if end is None:
                return (pattern,)
            place = end
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            parts.append(pattern[begun:place])
            begun = place + 1
        place += 1
    return (*parts, pattern[begun:])


def _end_of_class(pattern: str, place: int) -> int | None:
    """Where the class that begins at a place ends; null when it holds what makes that doubtful."""
    end = pattern.find("]", place + 2)
    doubtful = end < 0 or "[" in pattern[place + 1 : end] or "\\" in pattern[place:end]
    return None if doubtful else end


def _needed(pattern: str) -> tuple[str, ...]:
    """The longest text that stands in every match, when one is long enough: outside groups and classes, not optional.

    Nothing is promised of an expression of several branches or with flags: the answer is empty.
    """
    if "(?" in pattern:
        return ()
    runs, run, depth, place = [], "", 0, 0
    while place < len(pattern):
        character = pattern[place]
        step, literal = 1, ""
        if character == "\\":
            step = 2
            escaped = pattern[place + 1 : place + 2]
            if escaped.isalnum():  # a class or an assertion, perhaps with a name or number behind it
                if escaped in "pPxuU":
                    return ()
            else:
                literal = escaped
        elif character == "[":
            end = _end_of_class(pattern, place)
            if end is None:
                return ()
            step = end - place + 1
        elif character == "{":
            end = pattern.find("}", place)
            step = max(end - place + 1, 1)
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|":
            if depth == 0:
                return ()
        elif character not in ".^$*+?":
            literal = character
        following = pattern[place + step : place + step + 1]
        optional = following in ("?", "*", "{") and following != ""
        if literal and depth == 0 and not optional:
            run += literal
        else:
            runs.append(run)
            run = ""
        place += step
    longest = max([*runs, run], key=len)
    return (longest,) if len(longest) >= LEAST_LITERAL else ()

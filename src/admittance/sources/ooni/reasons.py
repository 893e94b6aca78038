"""Why a record cannot be read, in words that name the field."""

import re

import msgspec

from admittance.sources.fields import InvalidRecord

__all__ = ["reason_of"]

_EXPECTED = re.compile(
    r"Expected `(?P<wanted>[^`]+)`(?P<bound> [<>]=? -?\d+)?(?:, got `(?P<found>[^`]+)`)?(?: - at `\$\.?(?P<place>.*)`)?",
    re.DOTALL,
)
_BYTE = re.compile(r" \(byte \d+\)$")
_POSITION = re.compile(r"\[\d+\]")
_CUT_OFF = "Input data was truncated"
_WORDS = {
    "str": "a text", "int": "a whole number", "float": "a number", "bool": "true, false", "null": "nothing", "array": "a list",
    "object": "an object",
}  # fmt: skip


def reason_of(error: InvalidRecord | msgspec.MsgspecError) -> str:
    """The error of a decoder or a check as one line; positions within lists are left out, so that like reasons are alike."""
    text = str(error)
    if isinstance(error, InvalidRecord):
        return text
    matched = _EXPECTED.fullmatch(text)
    if matched is not None:
        place = _POSITION.sub("[...]", matched["place"]) if matched["place"] else "the line"
        is_found = f", is {_words(matched['found'])}" if matched["found"] else ""
        return f"{place}: must be {_words(matched['wanted'])}{matched['bound'] or ''}{is_found}"
    if text == _CUT_OFF:
        return "the line is cut off in the middle"
    return "no JSON: " + _BYTE.sub("", text.removeprefix("JSON is malformed: "))


def _words(kinds: str) -> str:
    *others, last = [_WORDS.get(kind, kind) for kind in kinds.split(" | ")]
    return f"{', '.join(others)} or {last}" if others else last

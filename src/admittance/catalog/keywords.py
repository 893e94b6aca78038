"""Keywords as subjects: one spelling for words that a platform withholds only together, and how texts set words apart."""

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["KEYWORD_PREFIX", "canonical_keyword", "quoted_words"]

KEYWORD_PREFIX = "keyword:"

TOGETHER = " + "
_TAG = re.compile(r"#([^#\s][^#]*?)\s*#?")

LONGEST_WORD = 40
"""Characters; what is longer in quotation marks is speech, and so is what holds the marks of a sentence."""

_OF_SENTENCE = re.compile("[,;!?，。；！？]")

_QUOTED = re.compile(
    "“([^“”]+)”|\"([^\"]+)\"|「([^「」]+)」|『([^『』]+)』|«([^«»]+)»|‘([^‘’]+)’|(?<!\\w)'([^']+)'(?!\\w)"
    "|#([^#\\s](?:[^#\\n]{0,38}[^#\\s,、])?)#|(?<![\\w&])#(\\w+)"
)


def canonical_keyword(text: str) -> str:
    """A keyword, or words that count only together, in one spelling: `b+a` and `a + b` are `a + b`.

    Unicode is composed (NFC), white space folded, the mark of a hashtag (`#MeToo`, `#MeToo#`) taken off, and words that are
    joined by + are sorted, each once. A plus with nothing on one side of it belongs to its word (`C++`). Case, script and width
    of words stay as they are: platforms tell them apart.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    tag = _TAG.fullmatch(folded)
    folded = tag[1] if tag else folded
    words = [word.strip() for word in folded.split("+")]
    return TOGETHER.join(sorted(set(words))) if len(words) > 1 and all(words) else folded


def quoted_words(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str]]:
    """What stands in quotation marks or behind a #, between two positions: from where to where, and the keyword.

    Marks count as part of it. What is speech, or nothing, has an empty one.
    """
    for match in _QUOTED.finditer(text, start, len(text) if end is None else end):
        word = canonical_keyword(next(part for part in match.groups() if part is not None).strip(" ,.;:!?，。、"))
        speech = len(word) > LONGEST_WORD or _OF_SENTENCE.search(word)
        yield match.start(), match.end(), "" if speech else word

"""Keywords as subjects: one spelling for words that a platform withholds only together."""

import unicodedata

__all__ = ["KEYWORD_PREFIX", "canonical_keyword"]

KEYWORD_PREFIX = "keyword:"

TOGETHER = " + "


def canonical_keyword(text: str) -> str:
    """A keyword, or words that count only together, in one spelling: `b+a` and `a + b` are `a + b`.

    Unicode is composed (NFC), white space folded, and words that are joined by + are sorted, each once. A plus with nothing on
    one side of it belongs to its word (`C++`). Case, script and width stay as they are: platforms tell them apart.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    words = [word.strip() for word in folded.split("+")]
    return TOGETHER.join(sorted(set(words))) if len(words) > 1 and all(words) else folded

"""Which documents tell the same text again: ten papers that print one agency's dispatch are one witness.

Two texts are one when most of the smaller one's runs of words (shingles; Broder 1997, "On the resemblance and containment of
documents") stand in the other. Candidates come from an index of every text's smallest shingle hashes, so that no pair is
compared that shares nothing. A pure function of the texts: their order, and when they arrived, change nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from admittance.documents.clean import HANZI
from admittance.model.documents import Sha256

__all__ = ["Told", "first_tellings"]

_WORDS = 5  # words, or hanzi, of one shingle
_SKETCH = 200
"""Smallest hashes of a text that are indexed."""
_SHARED = 8
"""Indexed hashes that two texts must share to be compared."""
_FEWEST = 30
"""Shingles below which a text is too short to be told from another one on the same matter."""
_CONTAINED = 0.6
"""Part of the smaller text's shingles that must stand in the other."""
_TOKEN = re.compile(rf"[{HANZI}]|[^\W_]+")
_MOST_TOKENS = 20_000


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A text with what decides which telling came first."""

    sha256: Sha256
    text: str
    published: str | None = None


def first_tellings(told: Iterable[Told]) -> dict[Sha256, Sha256]:
    """For every text that tells another one again, the first telling: the one published first, undated ones last.

    The first telling itself has no entry. A later digest that holds two texts retells the first of them and makes them no one.
    """
    texts = sorted(told, key=lambda one: (one.published is None, one.published or "", one.sha256))
    shingles = [_shingles(one.text) for one in texts]
    index: defaultdict[int, list[int]] = defaultdict(list)
    first = list(range(len(texts)))
    for number, mine in enumerate(shingles):
        if len(mine) < _FEWEST:
            continue
        sketch = sorted(mine)[:_SKETCH]
        shared = Counter(other for value in sketch for other in index[value])
        earlier = (other for other, count in sorted(shared.items()) if count >= _SHARED and _contained(mine, shingles[other]))
        first[number] = first[next(earlier, number)]
        for value in sketch:
            index[value].append(number)
    return {one.sha256: texts[first[number]].sha256 for number, one in enumerate(texts) if first[number] != number}


def _contained(one: set[int], other: set[int]) -> bool:
    smaller, larger = sorted((one, other), key=len)
    return len(smaller & larger) >= _CONTAINED * len(smaller)


def _shingles(text: str) -> set[int]:
    """Hashes of a text's runs of words, whatever their case, marks and blanks."""
    tokens = [match.group() for match, _ in zip(_TOKEN.finditer(text.lower()), range(_MOST_TOKENS), strict=False)]
    return {
        int.from_bytes(hashlib.blake2b(" ".join(tokens[at : at + _WORDS]).encode("utf-8", "replace"), digest_size=8).digest())
        for at in range(len(tokens) - _WORDS + 1)
    }

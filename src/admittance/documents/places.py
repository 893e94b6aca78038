"""Where the text of a page stands in its markup, so that a quote leads back to the page that it was taken from.

The text that is read has been laid out anew: tags gone, entities written out, blanks folded. Every line of it is sought among
the characters that the markup shows, blanks aside; what stands there in the same order has a place, anything else none.
"""

from __future__ import annotations

import html
import re
from array import array

import msgspec

from admittance.model.documents import Action, NetworkClaim, Reading, Span

__all__ = ["Extract", "extract_of", "with_places"]

_LONGEST_PAGE = 4 * 2**20  # characters of a page in which places are sought
_FARTHEST_APART = 10_000  # characters of markup that one quote may span
_HIDDEN = re.compile(r"<(script|style|noscript|template|svg)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_LAID_OUT = re.compile(r"^\s*[-*•|]\s+")  # marks that the extraction puts before items and cells
_SHORT = 20  # letters; shorter lines are sought only nearby, for they stand anywhere
_NEAR = 2_000
_MOST_LOST = 200  # lines that are not where they should be, after which no more are sought
_WORD = re.compile(r"\S+")
_CELL_BORDER = re.compile(r"\s\|\s")


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a page in which its text stands, from `start`, in code points of the decoded page."""

    start: int
    markup: str


class _Shown(msgspec.Struct, frozen=True):
    """The characters that a page shows, without blanks, each with where its markup begins and ends."""

    text: str
    starts: array[int]
    ends: array[int]


def extract_of(text: str, markup: str) -> Extract | None:
    """The part of a decoded page in which `text` stands; None when nothing of it is found or the page is longer than 4 Mi."""
    if len(markup) > _LONGEST_PAGE:
        return None
    starts, ends = _places(text, _shown(markup))
    placed = [at for at in starts if at >= 0]
    if not placed:
        return None
    first, last = min(placed), max(ends)
    return Extract(start=first, markup=markup[first:last])


def with_places(reading: Reading, text: str, extract: Extract | None) -> Reading:
    """The reading whose evidence also says where each quote stands in its page (`of: source`), after the quotes of the text.

    A quote that the page does not show in one stretch gets none. The quote of such a span is the markup itself.
    """
    if extract is None or not (reading.actions or reading.network_claims):
        return reading
    starts, ends = _places(text, _shown(extract.markup))

    def placed(record: Action | NetworkClaim) -> tuple[Span, ...]:
        return (
            *record.evidence,
            *(found for span in record.evidence if (found := _in_page(span, text, starts, ends, extract))),
        )

    return msgspec.structs.replace(
        reading,
        actions=tuple(msgspec.structs.replace(action, evidence=placed(action)) for action in reading.actions),
        network_claims=tuple(msgspec.structs.replace(claim, evidence=placed(claim)) for claim in reading.network_claims),
    )


def _in_page(span: Span, text: str, starts: array[int], ends: array[int], extract: Extract) -> Span | None:
    inked = [at for at in range(span.start, span.end) if not text[at].isspace()]
    if not inked:
        return None
    first, last = starts[inked[0]], ends[inked[-1]]
    if first < 0 or not first < last <= first + _FARTHEST_APART:
        return None
    return Span(start=extract.start + first, end=extract.start + last, quote=extract.markup[first:last], of="source")


def _places(text: str, shown: _Shown) -> tuple[array[int], array[int]]:
    """Where the markup of every character of `text` begins and ends; -1 for blanks and for what is not found.

    Lines are sought in order, each behind the one before; a first line that is the page's title right before the others.
    """
    starts, ends = array("i", [-1]) * len(text), array("i", [-1]) * len(text)

    def put(inked: list[int], found: int) -> None:
        for number, place in enumerate(inked, start=found):
            starts[place], ends[place] = shown.starts[number], shown.ends[number]

    first: int | None = None
    heading: list[int] | None = None
    at = cursor = lost = 0
    for line in text.splitlines(keepends=True):
        for begin, end in _pieces(line):
            inked = [at + place for place in range(begin, end) if not line[place].isspace()]
            if not inked or lost > _MOST_LOST:
                continue
            if heading is None:
                heading = inked
                continue
            wanted = "".join(text[place] for place in inked)
            farthest = cursor + _NEAR if len(wanted) < _SHORT else len(shown.text)
            found = shown.text.find(wanted, cursor, farthest)
            if found < 0:
                lost += 1
                found = shown.text.find(wanted, 0, cursor) if len(wanted) >= _SHORT else -1
            if found >= 0:
                put(inked, found)
                cursor = max(cursor, found + len(wanted))
                first = found if first is None else min(first, found)
        at += len(line)
    if heading is not None:
        wanted = "".join(text[place] for place in heading)
        found = shown.text.rfind(wanted, 0, len(shown.text) if first is None else first)
        if found >= 0:
            put(heading, found)
    return starts, ends


def _pieces(line: str) -> list[tuple[int, int]]:
    """The stretches of a line that stand in the page as they are: without marks of items, cell by cell."""
    mark = _LAID_OUT.match(line)
    first = mark.end() if mark is not None else 0
    found = []
    for border in _CELL_BORDER.finditer(line, first):
        found.append((first, border.start()))
        first = border.end()
    return [*found, (first, len(line))]


def _shown(markup: str) -> _Shown:
    """The characters of a page outside tags, comments, scripts and styles, entities written out, blanks left out.

    One pass, each end sought once; an element that never ends hides the rest.
    """
    parts: list[str] = []
    starts, ends = array("i"), array("i")
    at, size = 0, len(markup)
    while at < size:
        tag = markup.find("<", at)
        tag = size if tag < 0 else tag
        _take(markup, at, tag, parts, starts, ends)
        at = _past(markup, tag)
    return _Shown("".join(parts), starts, ends)


def _take(markup: str, first: int, last: int, parts: list[str], starts: array[int], ends: array[int]) -> None:
    at = first
    for entity in _ENTITY.finditer(markup, first, last):
        _take_plain(markup, at, entity.start(), parts, starts, ends)
        for letter in html.unescape(entity.group()):
            if not letter.isspace():
                parts.append(letter)
                starts.append(entity.start())
                ends.append(entity.end())
        at = entity.end()
    _take_plain(markup, at, last, parts, starts, ends)


def _take_plain(markup: str, first: int, last: int, parts: list[str], starts: array[int], ends: array[int]) -> None:
    for word in _WORD.finditer(markup, first, last):
        parts.append(word.group())
        starts.extend(range(word.start(), word.end()))
        ends.extend(range(word.start() + 1, word.end() + 1))


def _past(markup: str, tag: int) -> int:
    """The position behind the tag, comment or hidden element that begins at `tag`; the end of the page when it never ends."""
    if tag >= len(markup):
        return tag
    if markup.startswith("<!--", tag):
        closing, length = markup.find("-->", tag + 4), 3
    elif hidden := _HIDDEN.match(markup, tag):
        found = re.compile(f"</{hidden[1]}\\s*>", re.IGNORECASE).search(markup, hidden.end())
        closing, length = (found.start(), found.end() - found.start()) if found is not None else (-1, 0)
    elif tag + 1 < len(markup) and (markup[tag + 1].isalpha() or markup[tag + 1] in "/!?"):
        closing, length = markup.find(">", tag + 1), 1
    else:
        return tag + 1
    return len(markup) if closing < 0 else closing + length

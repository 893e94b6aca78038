"""Step one: text as it came to text that rules can read, with every character traceable to where it stood.

Characters are mapped one to one where possible (quotes, full width, traditional hanzi, control characters), and so are words of
Taiwan and Hong Kong; what is dropped (zero-width marks, pinyin glued to hanzi, blanks inside hanzi) is dropped with an
offset table. Noise is blanked, never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from admittance.documents.lexicon import TRADITIONAL, mainland
from admittance.model.documents import Span

__all__ = ["CUT", "LONGEST_TEXT", "Clean", "Sentence", "clean", "datelines"]

HANZI = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_QUOTES = {ord(c): "'" for c in "‘’‛`´ʼ′"} | {ord(c): '"' for c in "“”„‟«»「」『』″"}
_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BLANKS = {ord(c): " " for c in "\u00a0\u3000\u2002\u2003\u2009\u202f\t\x0b\x0c"}
_DASHES = {ord(c): "-" for c in "‐‑‒–−"} | {0x2014: "—", 0x2015: "—"}
_CONTROLS = {code: " " for code in (*range(9), *range(14, 32), *range(127, 160)) if chr(code) != "\n"}
_TABLE: dict[int, str] = {**_CONTROLS, **_WIDTH, **_BLANKS, **_QUOTES, **_DASHES, 13: "\n", **TRADITIONAL}

_DROPPED = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_DROP = re.compile(
    f"[{_DROPPED}]+"
    f"|(?<=[{HANZI}])[a-z]*[{_TONED}][a-z{_TONED}]*(?=[{HANZI}，。、,])"
    f"|(?<=[{HANZI}，。、]) +(?=[{HANZI}\\d])|(?<=\\d) +(?=[{HANZI}])"
)
_MAYBE_DROP = re.compile(f"[{_DROPPED}{_TONED}]|[{HANZI}] +[{HANZI}\\d]|\\d +[{HANZI}]")
_NOISE = re.compile(
    r"(?:PHP )?(?:Warning|Notice|Deprecated|Fatal error|Parse error): [^\n]*? on line \d+\.?"
    r"|https?://(?=(?:[\w-]+\.)+[a-z]{2,}/?(?:[\s,，。;；)）\u4e00-\u9fff]|$))"  # a bare address names a site
    r"|https?://[^\s<>\"'）)]+"
    r"|^[ \t]*(?:Advertisement|ADVERTISEMENT|Read more:?|Related:|See also:?|See Also|Share this:?|Photo:|Image:|Tags:"
    r"|Also [Rr]ead:?"
    r"|Subscribe|Sign up|Follow us|Download (?:the|our)|延伸阅读|相关阅读|责任编辑|编辑[:：])[^\n]*$",
    re.MULTILINE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|St|Inc|Ltd|Co|Corp|No|vs|etc|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    r"|a\.m|p\.m|e\.g|i\.e)|\b(?!X)[A-Z]|\.[A-Z])\.$"
)
_LATIN_END = re.compile(r"[.!?]+[\"')\]]*(?:\[[^\]\s]{1,6}\])*(?=\s+[\"'(\[]*[A-Z0-9\u0400-\u04ff\u4e00-\u9fff]|\s*$)")
_HANZI_END = re.compile(r"[。!?;]+[\"')\]」』]*")
_HANZI_ONE = re.compile(f"[{HANZI}]")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][\w.'-]*", re.ASCII)
_LATIN = re.compile(r"(?![\u0250-\U0010ffff])[^\W\d_]")
LONGEST_TEXT = 300_000
"""Characters of a text that are read; what comes after them is not, and the document's ``normalisation`` says so."""
CUT = f"first-{LONGEST_TEXT}-characters"
_GOES_ON = re.compile(r"(?:^|\s)(?:and|or|the|an?|of|to|in|by|with|for|from|on|at|that|was|were|is|are|has|have)$")
_LONGEST = 1600
_LONGEST_HEADING = 200
_MOST_HEADINGS = 7
_FULL_STOP = ".!?。\"')"
_TERMINAL = ".!?。:;\"')]」』…"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Za-z]*\.?"
_DATELINE = re.compile(
    r"^[ ]*(?=[A-Z0-9])(?:(?P<place>[A-Z][A-Z.'/ -]{2,40}(?<! )|[A-Z][a-z'.]+(?:[ /-][A-Z][a-z'.]+){0,2})"
    r"(?:, [A-Z][A-Za-z.]+(?: [A-Z][A-Za-z.]+){0,2}(?=[, (]))?)?"
    rf"(?:(?:^|,? ?)(?P<date>(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? (?:19|20)\d\d)?|(?:19|20)\d\d-\d\d-\d\d))?"
    r"(?P<agency> ?,? ?(?:\([^)\n]{2,60}\)|/[A-Z][\w -]{2,30}/))?[ ]*(?:-{1,2}|—)[ ]"
    rf"|^(?:[^\s,。/]{{0,8}}/ ?)?[^\s,。]{{0,14}}?(?P<hanzi>(?:(?:19|20)\d\d年)?(?:\d{{1,2}}月)?\d{{1,2}}日)"
    r"(?:综合|[^\s,。\d]{0,4}外)?(?:专?电|讯|消息)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of the clean text: bounds, paragraph number, whether it is the headline, and which rules read it."""

    start: int
    end: int
    paragraph: int
    headline: bool
    language: str


@dataclass(frozen=True, slots=True)
class Clean:
    """The readable text with its sentences; ``span`` leads any part of it back to the original."""

    original: str
    text: str
    offsets: tuple[int, ...] | None
    sentences: tuple[Sentence, ...]
    steps: tuple[str, ...]
    language: str

    def span(self, start: int, end: int) -> Span:
        """The verbatim quote behind ``text[start:end]``, without blanks at its rims."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        first, last = start, end
        if self.offsets is not None:
            first = self.offsets[start]
            last = self.offsets[end - 1] + 1 if end > start else first
        return Span(start=first, end=last, quote=self.original[first:last])


def clean(original: str, title: str | None = None) -> Clean:
    """The clean text of a document. Never fails: any string gives a result. ``title`` marks a first line equal to it."""
    steps = ["characters"]
    text = original.translate(_TABLE)
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        steps.append(CUT)
    if _NOISE.search(text):
        text = _NOISE.sub(lambda match: " " * len(match.group()), text)
        steps.append("noise")
    offsets: tuple[int, ...] | None = None
    if _MAYBE_DROP.search(text):
        text, offsets = _drop(text)
        steps.append("dropped")
    joined = _join_wrapped(text)
    if joined != text:
        steps.append("wrapped-lines")
    joined = mainland(joined)
    sentences = _sentences(joined, title)
    return Clean(original, joined, offsets, sentences, tuple(steps), _language(joined))


def datelines(text: str) -> list[re.Match[str]]:
    """Where lines of a clean text begin with a place or day of writing: "PARIS, Jan 29, 2024 - "; groups place, date, hanzi."""
    return [
        match
        for match in _DATELINE.finditer(text)
        if match["hanzi"] or match["date"] or (match["place"] and (match["place"].isupper() or match["agency"]))
    ]


def _drop(text: str) -> tuple[str, tuple[int, ...]]:
    kept: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _DROP.finditer(text):
        kept.append(text[at : match.start()])
        offsets.extend(range(at, match.start()))
        at = match.end()
    kept.append(text[at:])
    offsets.extend(range(at, len(text) + 1))
    return "".join(kept), tuple(offsets)


_ZH_DATED = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日")  # opens a paragraph of a chronicle


def _join_wrapped(text: str) -> str:
    """The text with line breaks inside a hard-wrapped paragraph turned into blanks; its length is kept."""
    lines = text.split("\n")
    if len(lines) < 2:
        return text
    parts: list[str] = []
    for number, line in enumerate(lines[:-1]):
        following = lines[number + 1].lstrip()
        stripped = line.rstrip()
        joins = False
        ends = stripped[-1:] in _TERMINAL and not (stripped[-1:] == ")" and following[:1].islower())
        if stripped and following and not ends and not _ZH_DATED.match(following):
            if (
                following[0].islower()
                or stripped[-1] in ",、"
                or _GOES_ON.search(stripped)
                or (45 <= len(stripped) <= 110 and number > 0 and 45 <= len(lines[number - 1].rstrip()) <= 110)
                or (
                    number + 2 < len(lines)
                    and 55 <= len(stripped) <= 90
                    and 45 <= len(following) <= 90
                    and lines[number + 2].strip()
                )
            ):
                joins = True
            elif _HANZI_ONE.match(stripped[-1]) and _HANZI_ONE.match(following[0]) and 20 <= len(stripped) <= 60 and number > 0:
                joins = bool(lines[number - 1].strip())
        parts.append(line)
        parts.append(" " if joins else "\n")
    parts.append(lines[-1])
    return "".join(parts)


def _sentences(text: str, title: str | None) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    paragraph = -1
    at = 0
    lines = text.split("\n")
    headings = _headings(lines)
    for number, line in enumerate(lines):
        start, at = at, at + len(line) + 1
        if not line.strip():
            continue
        paragraph += 1
        headline = paragraph == 0 and (
            line.rstrip()[-1] not in ".!?。;" or (title is not None and line.strip() == title.strip())
        )
        headline = (headline and len(line) < 300) or number in headings
        has_hanzi = _HANZI_ONE.search(line) is not None
        for first, last in _split(line):
            chunk = line[first:last]
            if not chunk.strip():
                continue
            hanzi = len(_HANZI_ONE.findall(chunk)) if has_hanzi else 0
            foreign = len(_LATIN_WORD.findall(chunk)) if hanzi else 0  # a Chinese sentence may hold long foreign names
            chinese = hanzi and (hanzi > 2 * foreign or hanzi * 3 > len(_LETTER.findall(chunk)))
            language = "zh" if chinese else "en"
            found.append(Sentence(start + first, start + last, paragraph, headline, language))
    if len(found) == 1 and found[0].headline:
        only = found[0]
        found = [Sentence(only.start, only.end, only.paragraph, False, only.language)]
    return tuple(found)


def _headings(lines: list[str]) -> set[int]:
    """The numbers of the short lines without a full stop that stand above the first line with one: titles and bylines."""
    above: set[int] = set()
    for number, line in enumerate(lines):
        stripped = line.strip()
        if not stripped:
            continue
        if stripped[-1] in _FULL_STOP or len(stripped) > _LONGEST_HEADING:
            return above if stripped[-1] in _FULL_STOP else set()
        above.add(number)
        if len(above) > _MOST_HEADINGS:
            return set()
    return set()


def _split(line: str) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    start = 0
    ends = sorted(
        {
            match.end()
            for match in _LATIN_END.finditer(line)
            if not _ABBREVIATION.search(line, max(0, match.start() - 8), match.start() + 1)
        }
        | {match.end() for match in _HANZI_END.finditer(line) if _hanzi_near(line, match.start())}
    )
    for end in ends:
        if end > start:
            bounds.append((start, end))
            start = end
    if start < len(line):
        bounds.append((start, len(line)))
    return [piece for first, last in bounds for piece in _pieces(line, first, last)]


def _pieces(line: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A stretch cut at blanks into pieces that rules can read in good time; prose has none that long."""
    while last - first > _LONGEST:
        cut = line.rfind(" ", first + _LONGEST // 2, first + _LONGEST) + 1 or first + _LONGEST
        yield first, cut
        first = cut
    yield first, last


def _hanzi_near(line: str, position: int) -> bool:
    return line[position] == "。" or bool(_HANZI_ONE.search(line, max(0, position - 3), position))


def _language(text: str) -> str:
    if text.isascii():
        return "en" if _LETTER.search(text) else "und"
    letters = _LETTER.findall(text)
    if not letters:
        return "und"
    hanzi = len(_HANZI_ONE.findall(text))
    if hanzi * 4 > len(letters):
        return "zh"
    latin = len(_LATIN.findall(text))
    return "en" if latin * 2 > len(letters) else "und"

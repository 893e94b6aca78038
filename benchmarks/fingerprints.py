"""Marks of block pages looked for in distinct bodies: one Aho-Corasick pass, and expressions only where their text occurs."""

import random
import time

import ahocorasick
import msgspec

from admittance.judge.fingerprints import Fingerprints, PageMark, combined, shipped

ROUNDS = 5
MARKS, EXPRESSIONS, BODIES, SIZE = 2_000, 50, 1_000, 8_000
BEARING = 0.05  # of the bodies; of these half bear an expression
ALPHABET = "abcdefghijklmnopqrstuvwxyz     <>/="


def bodies_matched() -> dict[str, object]:
    """Microseconds per distinct body, and how often the cost of a bare pass over the same texts; rounds interleaved.

    As many marks as OONI's and Censored Planet's lists have together, of our own making.
    """
    draw = random.Random(7)
    marks = _marks(draw)
    texts = [mark.contains[0] for mark in marks.page if mark.where == "body" and mark.fit == "contains"]
    bodies = [_body(draw, marks.page) for _ in range(BODIES)]
    bare = ahocorasick.Automaton()
    for text in texts:
        bare.add_word(text.encode().decode("latin-1"), True)
    bare.make_automaton()
    marks.match_body(b"")
    floor = matched = float("inf")
    found = 0
    for _ in range(ROUNDS):
        begun = time.process_time()
        for body in bodies:
            for _hit in bare.iter(body.decode("latin-1")):
                pass
        floor = min(floor, time.process_time() - begun)
        begun = time.process_time()
        found = sum(marks.match_body(body) is not None for body in bodies)
        matched = min(matched, time.process_time() - begun)
    return {
        "benchmark": "bodies_matched",
        "marks": len(marks.page),
        "expressions": EXPRESSIONS,
        "bodies": BODIES,
        "bytes": SIZE,
        "found": found,
        "microseconds_per_body": round(matched / BODIES * 1e6, 1),
        "times_a_bare_pass": round(matched / floor, 2),
    }


def _marks(draw: random.Random) -> Fingerprints:
    plain = [_mark(number, _text(draw, draw.randint(12, 60))) for number in range(MARKS)]
    expressions = [
        msgspec.structs.replace(_mark(MARKS + number, f"{_text(draw, 16)}.*[0-9]+{_text(draw, 8)}"), fit="regexp")
        for number in range(EXPRESSIONS)
    ]
    base = shipped()
    return combined(base, [Fingerprints(version="made up", page=(*plain, *expressions), answer=(), bogons=base.bogons)])


def _mark(number: int, text: str) -> PageMark:
    return PageMark(id=f"mark.{number}", kind="blockpage", where="body", contains=(text,), reference="made up")


def _text(draw: random.Random, length: int) -> str:
    return "".join(draw.choices("abcdefghijklmnopqrstuvwxyz ", k=length))


def _body(draw: random.Random, marks: tuple[PageMark, ...]) -> bytes:
    text = "".join(draw.choices(ALPHABET, k=SIZE))
    if draw.random() < BEARING:
        fit = draw.choice(("contains", "regexp"))
        mark = draw.choice([mark for mark in marks if mark.fit == fit and mark.where == "body"])
        borne = mark.contains[0].replace(".*[0-9]+", " and so on 17")
        text = text[: SIZE // 2] + borne + text[SIZE // 2 + len(borne) :]
    return text.encode()

"""Miniature Chinese articles, put together from a grid: what is told, in which construction, by whom, when and where.

Each row is one cell of a covering array: every value of a dimension meets every value of each other dimension at least once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import TypeVar, cast

from tests.documents.grammar_zh_words import Construction, Speaker, grammar, in_taiwan_words, in_traditional

__all__ = ["PUBLISHED", "Row", "negatives", "rows"]

PUBLISHED = "2024-03-15"
T = TypeVar("T")
Wanted = dict[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """A text with what is to be read from it, and the value that it has in each dimension."""

    cell: dict[str, str]
    text: str
    template: str = ""
    actions: list[Wanted] = field(default_factory=list)
    claims: list[Wanted] = field(default_factory=list)


class _Turn:
    """The next of several things: all of them in a shuffled order before any comes again."""

    def __init__(self) -> None:
        self.random = Random(8)
        self.left: dict[int, list[object]] = {}

    def __call__(self, things: tuple[T, ...]) -> T:
        left = self.left.setdefault(id(things), [])
        if not left:
            left.extend(self.random.sample(things, len(things)))
        return cast("T", left.pop())


def covering(dimensions: dict[str, tuple[str, ...]], words: dict[str, int]) -> Iterator[dict[str, str]]:
    """Rows in which every two values of two dimensions meet at least once, and every construction as often as it has words."""
    names = tuple(dimensions)
    open_pairs = {
        (first, one, second, other)
        for first, second in itertools.combinations(names, 2)
        for one in dimensions[first]
        for other in dimensions[second]
    }
    random = Random(5)
    while open_pairs:
        first, one, second, other = min(open_pairs)
        row = {first: one, second: other}
        for name in names:
            if name in row:
                continue
            values = random.sample(dimensions[name], len(dimensions[name]))
            row[name] = max(
                values, key=lambda value: sum(_pair(names, name, value, *item) in open_pairs for item in row.items())
            )
        open_pairs -= {_pair(names, *one, *other) for one, other in itertools.combinations(row.items(), 2)}
        words[row["construction"]] -= 1
        yield row
    for construction, number in words.items():
        for _ in range(number):
            yield {name: random.choice(values) for name, values in dimensions.items()} | {"construction": construction}


def _pair(names: tuple[str, ...], first: str, one: str, second: str, other: str) -> tuple[str, str, str, str]:
    return (first, one, second, other) if names.index(first) < names.index(second) else (second, other, first, one)


def rows() -> list[Row]:
    """The whole grid, the same on every run."""
    turn = _Turn()
    words = grammar()
    made: list[Row] = []
    for status, told in words.claims.items():
        made += [_claim_row(status, told[cell["construction"]], cell, turn) for cell in _claim_cells(status)]
    for kind, done in words.measures.items():
        made += [_action_row(kind, done[cell["construction"]], cell, turn) for cell in _action_cells(kind)]
    return made


def negatives() -> list[str]:
    """Sentences with the same words that tell of no measure and no state, in each script."""
    turn = _Turn()
    made: list[str] = []
    for template in grammar().negatives:
        for script in ("mainland", "traditional", "Taiwan"):
            text = template.format(o=turn(_pool("abroad")), c=turn(grammar().countries).name)
            made.append(_written(text, script))
    return made


def _claim_cells(status: str) -> Iterator[dict[str, str]]:
    words = grammar()
    told = words.claims[status]
    dimensions = {
        "construction": tuple(told),
        "things": ("one",) if status == "outage" else tuple(words.lists),
        "speaker": tuple(words.speakers),
        "time": tuple(name for name, time in words.times.items() if status not in time.not_with),
        "place": tuple(words.places),
        "script": ("mainland", "traditional", "Taiwan"),
    }
    return covering(dimensions, {name: len(one.words) for name, one in told.items()})


def _action_cells(kind: str) -> Iterator[dict[str, str]]:
    words = grammar()
    done, of_kind = words.measures[kind], words.kinds[kind]
    dimensions = {
        "construction": tuple(done),
        "things": ("one",) if of_kind.things == "none" else tuple(words.lists),
        "issuer": tuple(words.houses[of_kind.house]),
        "speaker": tuple(name for name, speaker in words.speakers.items() if speaker.of_measures),
        "time": tuple(name for name, time in words.times.items() if kind not in time.not_with and time.of_measures),
        "script": ("mainland", "traditional", "Taiwan"),
    }
    return covering(dimensions, {name: len(one.words) for name, one in done.items()})


def _claim_row(status: str, construction: Construction, cell: dict[str, str], turn: _Turn) -> Row:
    words = grammar()
    country = turn(words.countries)
    place, speaker = words.places[cell["place"]], words.speakers[cell["speaker"]]
    time = words.times["none" if construction.headline and words.times[cell["time"]].lead else cell["time"]]
    if status == "outage":
        shown, subjects = turn(words.networks), ["internet"]
    else:
        shown, subjects = _things(cell["things"], turn, own=speaker.own, pool="abroad")
    template, core, when = _core(construction, turn, front=time.front, when=turn(time.forms))
    where = turn(place.forms).format(c=country.name, r=country.region)
    there = turn(place.users).format(c=country.name, r=country.region)
    text = core.format(o=shown, t=when, p=where, u=there)
    body, voice = _spoken(text, speaker, turn)
    if construction.headline:
        body, voice = f"{text}\n{place.lead.format(c=country.name)}", ""
    else:
        body = (time.lead or place.lead).format(c=country.name) + body + time.tail
    claim: Wanted = {"status": status, "country": country.code, "onset": time.value}
    claim |= ({"end": time.end} if time.end else {}) | ({"attribution": [voice]} if voice else {})
    claims = [{"subject": subject} | claim for subject in subjects]
    return Row({"records": status, **cell}, _written(body, cell["script"]), template, claims=claims)


def _action_row(kind: str, construction: Construction, cell: dict[str, str], turn: _Turn) -> Row:
    words = grammar()
    of_kind, speaker = words.kinds[kind], words.speakers[cell["speaker"]]
    time = words.times["none" if construction.headline and words.times[cell["time"]].lead else cell["time"]]
    issuer, entity, country = turn(words.houses[of_kind.house][cell["issuer"]])
    shown, things = "", list[str]()
    if of_kind.things != "none":
        shown, things = _things(cell["things"], turn, own=False, pool=of_kind.pool)
    template, core, when = _core(construction, turn, front=time.front, when=turn(time.forms))
    text = core.format(o=shown, t=when, i=issuer)
    body, voice = _spoken(text, speaker, turn)
    if construction.headline:
        body, voice = f"{text}\n此事引发关注。", ""
    else:
        body = time.lead.format(c=country) + body + time.tail
    action: Wanted = {"type": kind, "regulator": entity, "services": sorted(things), "time": time.value}
    action |= {"modality": construction.modality or of_kind.modality}
    action |= ({"end": time.end} if time.end else {}) | ({"attribution": [voice]} if voice else {})
    return Row({"records": kind, **cell}, _written(body, cell["script"]), template, actions=[action])


def _core(construction: Construction, turn: _Turn, *, front: bool, when: str) -> tuple[str, str, str]:
    """A template, the same with its word, with the time before all else in half of them, and the time where it is still due."""
    template = turn(construction.templates)
    core = template.replace("{w}", turn(construction.words))
    if front and "{t}" in core and turn(_BOTH):
        return template, f"{when},{core.replace('{t}', '')}", ""
    return template, core, when


_BOTH = (True, False)


def _things(shape: str, turn: _Turn, *, own: bool, pool: str) -> tuple[str, list[str]]:
    """A list of a shape, and the subjects that it names."""
    form = turn(grammar().lists[shape])
    number = form.count("{")
    chosen = list(_OF_META[:number]) if own else []
    while len(chosen) < number:
        one = turn(_pool(pool))
        if one not in chosen:
            chosen.append(one)
    return form.format(*chosen), [grammar().services[pool][name] for name in chosen]


_OF_META = ("WhatsApp", "Instagram", "脸书")


@cache
def _pool(name: str) -> tuple[str, ...]:
    return tuple(grammar().services[name])


def _spoken(text: str, speaker: Speaker, turn: _Turn) -> tuple[str, str]:
    form, voice = turn(speaker.forms)
    return form.format(x=text) + "。", voice


def _written(text: str, script: str) -> str:
    if script == "mainland":
        return text
    return in_traditional(in_taiwan_words(text) if script == "Taiwan" else text)

"""The grid of English: how much of each cell is read rightly. `python -m tests.documents.test_grid_en -v` prints the table."""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache

from msgspec import UNSET

from admittance.catalog import Catalog, load
from admittance.documents import read_text
from admittance.model.documents import Action, Attribution, NetworkClaim, Reading
from tests.documents.grammar_en import DIMENSIONS, DUTIES, MEASURE_VERBS, STATE_WORDS, Row, negatives, rows


@cache
def read_rows() -> tuple[tuple[Row, str], ...]:
    """Every row with what is wrong about its reading, "" where nothing is."""
    catalog = load()
    return tuple((row, fault(row, read_text(row.text, catalog=catalog, published=row.published), catalog)) for row in rows())


def fault(row: Row, reading: Reading, catalog: Catalog) -> str:
    """What is wrong about a reading of a row."""
    named = {str(catalog.subject_of_service(name)) for name in row.things}
    claims, actions = reading.network_claims, reading.actions
    if row.kind == "either":
        told: list[Action | NetworkClaim] = [*claims, *actions]
        if len(told) != 1:
            return f"{len(told)} records"
        record = told[0]
        if str(record.type if isinstance(record, Action) else record.status) not in ("outage", "shutdown"):
            return f"record {_shown(reading)}"
        when, end, voices = record.time if isinstance(record, Action) else record.onset, record.end, record.attribution
    elif row.kind == "claim":
        if row.name == "outage":
            named = {"internet"}
        if actions or not claims:
            return f"record {_shown(reading)}"
        got = {str(claim.subject) for claim in claims} - _GROUPS
        if got != named or {str(claim.status) for claim in claims} != {row.name} or len(claims) > len(got) + 1:
            return f"record {_shown(reading)}"
        if {claim.place.country for claim in claims} != {row.country}:
            return f"country {_shown(reading)}"
        when, end, voices = claims[0].onset, claims[0].end, claims[0].attribution
        if len({claim.onset.value for claim in claims}) > 1:
            return f"date {[claim.onset.value for claim in claims]}"
    else:
        if claims or len(actions) != 1 or str(actions[0].type) != row.name:
            return f"record {_shown(reading)}"
        action = actions[0]
        roles = {str(mention.role): mention.entity for mention in action.mentions}
        if roles.get("regulator") != row.issuer:
            return f"issuer {roles.get('regulator')}"
        hit = {str(one.entity) for one in action.mentions if one.role in ("target", "object")} - _GROUPS
        if hit != named:
            return f"things {_shown(reading)}"
        when, end, voices = action.time, action.end, action.attribution
    if row.dated and when.value != row.date:
        return f"date {when.value} for {row.date}"
    if row.end and (end is UNSET or end.value != row.end):
        return f"end {None if end is UNSET else end.value} for {row.end}"
    return _voices(row, voices)


_GROUPS = frozenset(
    {
        "apps",
        "websites",
        "social-media-platforms",
        "messaging-apps",
        "vpn-services",
        "vpn-apps",
        "internet",
        "None",
        "app-stores",
    }
)
_OFFICES = frozenset({"official", "regulator", "court"})


def _voices(row: Row, voices: tuple[Attribution, ...]) -> str:
    got = {str(voice.source_class) for voice in voices}
    if row.source is None:
        extra = got - _OFFICES if row.kind != "claim" else got - {"users"}
        return f"source {sorted(extra)}" if extra else ""
    wanted = {"any": {"publisher", "monitor"}, "official": _OFFICES}.get(row.source, {row.source})
    return "" if got & wanted else f"source {sorted(got)} for {row.source}"


def _shown(reading: Reading) -> str:
    told = [f"{a.type}({','.join(sorted(str(m.entity or m.surface) for m in a.mentions))})" for a in reading.actions]
    return "; ".join([*told, *[f"{c.status}({c.subject} {c.place.country})" for c in reading.network_claims]]) or "nothing"


def cells() -> dict[tuple[str, str], tuple[int, int]]:
    """How many rows of each cell there are and are read rightly."""
    count: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for row, wrong in read_rows():
        for dimension in DIMENSIONS:
            if dimension == "word":
                continue
            value = row.choice[dimension]
            cell = (dimension, f"{row.choice['form']} {value}" if dimension == "construction" else value)
            count[cell] += 1
            right[cell] += not wrong
    return {cell: (count[cell], right[cell]) for cell in count}


def test_the_same_words_without_a_measure_give_nothing(catalog: Catalog) -> None:
    told = {text: read_text(text, catalog=catalog, published="2024-05-16") for text in negatives()}
    assert {text: _shown(reading) for text, reading in told.items() if reading.actions or reading.network_claims} == {}


def test_every_cell_is_read() -> None:
    weak = {cell: right / count for cell, (count, right) in cells().items() if right < min(_FLOOR * count, count - 1)}
    assert weak == {}


def test_the_grid_is_large_and_every_pair_of_values_meets() -> None:
    made = rows()
    assert len(made) > 1000
    assert len({row.text for row in made}) == len(made)
    met = {(row.choice["concept"], row.choice["time"]) for row in made}
    assert {concept for concept, _ in met} >= set(STATE_WORDS) | set(MEASURE_VERBS) | set(DUTIES)


_FLOOR = 0.95


def main() -> None:
    told = read_rows()
    for (dimension, value), (count, right) in sorted(cells().items()):
        sys.stdout.write(f"{dimension:13} {value:32} {count:5} {right / count:.3f}\n")
    sys.stdout.write(f"all {len(told)} {sum(not wrong for _, wrong in told) / len(told):.3f}\n")
    kinds = Counter(wrong.split()[0] for _, wrong in told if wrong)
    sys.stdout.write(f"{kinds}\n")
    if "-v" in sys.argv:
        for row, wrong in told:
            if wrong:
                choice = row.choice
                label = " ".join(choice[name] for name in ("concept", "form", "construction", "speaker", "time", "place"))
                sys.stdout.write(f"[{label} | {choice['word']}] {wrong}\n    {row.text!r}\n")


if __name__ == "__main__":
    main()

"""Every word in every construction: a grid of miniature Chinese articles, each with exactly the records it supports."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict

import pytest

from admittance.catalog import Catalog, load
from admittance.documents import read_text
from admittance.model.documents import Reading
from tests.documents.conftest import action_in_short, claim_in_short
from tests.documents.grammar_zh import PUBLISHED, Row, negatives, rows

FLOOR = 0.95
_TOUCHED = ("target", "implementer", "object", "vendor")
_GROUPS = frozenset(
    {"telecom-operators", "isps", "app-stores", "social-media-platforms", "messaging-apps", "vpn-services", "vpn-apps"}
)


def faults(row: Row, catalog: Catalog) -> list[str]:
    """What a reading of a row has wrong: a record that is missing or too many, a day, an end, a source."""
    reading = read_text(row.text, catalog=catalog, published=PUBLISHED)
    return _claims_faults(row, reading) + _action_faults(row, reading)


def _claims_faults(row: Row, reading: Reading) -> list[str]:
    left = [claim_in_short(claim) for claim in reading.network_claims]
    found: list[str] = []
    for wanted in row.claims:
        same = [one for one in left if all(one[key] == wanted[key] for key in ("subject", "status", "country"))]
        if not same:
            found.append(f"missed {wanted['subject']} {wanted['status']} {wanted['country']}")
            continue
        left.remove(same[0])
        one = same[0]
        if "{u}" in row.template and wanted.get("attribution") != ["users"]:  # that users cannot do a thing is what they say
            one["attribution"] = _voices(one, {"users"})
        found += [
            f"{key} {one.get(key)} for {wanted.get(key)}"
            for key in ("onset", "end", "attribution")
            if one.get(key) != wanted.get(key)
        ]
    return found + [f"extra {one['subject']} {one['status']} {one['country']}" for one in left]


def _action_faults(row: Row, reading: Reading) -> list[str]:
    left = [action_in_short(action) for action in reading.actions]
    found: list[str] = []
    for wanted in row.actions:
        same = [one for one in left if one["type"] == wanted["type"] and one.get("regulator") == wanted["regulator"]]
        if not same:
            found.append(f"missed {wanted['type']} {wanted['regulator']}")
            continue
        one = same[0]
        left.remove(one)
        touched = sorted({name for role in _TOUCHED for name in _names(one, role)} - _GROUPS)
        if touched != wanted["services"]:
            found.append(f"services {touched} for {wanted['services']}")
        if one["modality"] not in str(wanted["modality"]).split("|"):
            found.append(f"modality {one['modality']} for {wanted['modality']}")
        own = {str(wanted["regulator"]), "official"}  # that who acts says so may be told as well
        one["attribution"] = _voices(one, own)
        found += [
            f"{key} {one.get(key)} for {wanted.get(key)}"
            for key in ("time", "end", "attribution")
            if one.get(key) != wanted.get(key)
        ]
    return found + [f"extra {one['type']} {one.get('regulator')}" for one in left]


def _names(record: dict[str, object], key: str) -> list[str]:
    names = record.get(key)
    return [str(name) for name in names] if isinstance(names, list) else []


def _voices(record: dict[str, object], but: set[str]) -> list[str] | None:
    """The sources of a record without those that may be told or not."""
    return [voice for voice in _names(record, "attribution") if voice not in but] or None


def shares(results: list[tuple[Row, list[str]]]) -> dict[tuple[str, str], tuple[int, int]]:
    """How many rows of each cell are right, and how many there are."""
    right: Counter[tuple[str, str]] = Counter()
    all_of: Counter[tuple[str, str]] = Counter()
    for row, wrong in results:
        kind = "claims" if row.claims else "actions"
        records = row.cell["records"]
        for dimension, value in row.cell.items():
            name = f"{records}: {value}" if dimension == "construction" else value
            cell = (f"{kind} {dimension}", name)
            all_of[cell] += 1
            right[cell] += not wrong
    return {cell: (right[cell], all_of[cell]) for cell in all_of}


@pytest.fixture(scope="module")
def results(catalog: Catalog) -> list[tuple[Row, list[str]]]:
    return [(row, faults(row, catalog)) for row in rows()]


def test_the_grid_is_large_and_the_same_on_every_run() -> None:
    made = rows()
    assert made == rows()
    assert len(made) > 1000
    assert len({row.text for row in made}) > 0.95 * len(made)


def test_every_cell_is_read(results: list[tuple[Row, list[str]]]) -> None:
    weak = {cell: f"{right}/{number}" for cell, (right, number) in shares(results).items() if right < FLOOR * number}
    assert not weak


@pytest.mark.parametrize("text", negatives())
def test_the_same_words_without_a_measure_give_nothing(text: str, catalog: Catalog) -> None:
    reading = read_text(text, catalog=catalog, published=PUBLISHED)
    assert not reading.actions
    assert not reading.network_claims


def main() -> None:
    """The table of shares; with a word after it, the rows whose cell or text has that word and that are wrong."""
    catalog = load()
    results = [(row, faults(row, catalog)) for row in rows()]
    table = defaultdict(list)
    for (dimension, value), (right, number) in shares(results).items():
        table[dimension].append((right / number, value, right, number))
    for dimension, cells in table.items():
        sys.stdout.write(f"\n{dimension}\n")
        for share, value, right, number in sorted(cells):
            sys.stdout.write(f"  {share:.2f}  {right:4}/{number:<4} {value}\n")
    wrong = sum(bool(faults) for _, faults in results)
    sys.stdout.write(f"\n{len(results)} rows, {len(results) - wrong} right ({1 - wrong / len(results):.3f})\n")
    for word in sys.argv[1:]:
        for row, found in results:
            if found and word in (*row.cell.values(), ":".join(list(row.cell.values())[:2]), "all"):
                sys.stdout.write(f"{row.text!r}\n    {found}\n")


if __name__ == "__main__":
    main()

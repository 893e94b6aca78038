"""The held-out texts measure the reader and do not guard it; here only that they can be scored."""

from pathlib import Path

import msgspec
import pytest

from admittance.catalog import Catalog
from admittance.model.documents import ActionType, Status
from tests.documents.heldout.score import WantedAction, cases, score

FOLDER = Path(__file__).parent / "heldout"
FIRST = FOLDER / "first.jsonl"
SETS = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_every_expectation_uses_the_words_of_the_schema(file: Path, catalog: Catalog) -> None:
    for case in cases(file):
        assert {action.type for action in case.actions} <= set(ActionType)
        assert {claim.status for claim in case.claims} <= set(Status)
        assert {action.regulator for action in case.actions if action.regulator} <= set(catalog.entities)


def test_a_miss_and_an_invention_lower_the_figures(catalog: Catalog) -> None:
    whole = next(case for case in cases(FIRST) if case.id == "one-001")
    assert score([whole], catalog, [])["action f1 strict"] == 1.0
    wrong = msgspec.structs.replace(whole, actions=(WantedAction(type="fine", regulator="ru-rkn", targets=("signal",)),))
    misses: list[str] = []
    assert score([wrong], catalog, misses)["action f1 strict"] == 0.0
    assert any("missed action fine" in miss for miss in misses)
    assert any("extra action block" in miss for miss in misses)
    silent = msgspec.structs.replace(whole, actions=())
    assert score([silent], catalog, [])["negatives with output"] == 1


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_nothing_is_invented_where_nothing_is_said(file: Path, catalog: Catalog) -> None:
    silent = [case for case in cases(file) if not case.actions and not case.claims]
    assert len(silent) >= 10
    assert score(silent, catalog, [])["negatives with output"] == 0

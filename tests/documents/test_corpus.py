"""The development corpus: texts of the project's own words, each with exactly the records it supports."""

import json
from functools import cache
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from msgspec import Struct
from msgspec import json as fast_json

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.model.documents import ActionType, Status
from tests.documents.conftest import action_in_short, as_json, claim_in_short

CORPUS = Path(__file__).parent / "corpus"


class Case(Struct, frozen=True):
    id: str
    published: str
    text: str
    actions: list[dict[str, object]]
    claims: list[dict[str, object]]


def cases(name: str) -> list[Case]:
    return [fast_json.decode(line, type=Case) for line in (CORPUS / name).read_bytes().splitlines()]


ALL = [*cases("en.jsonl"), *cases("zh.jsonl"), *cases("negatives.jsonl")]


@cache
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((resources.files("admittance.documents") / "claims.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_exactly_these_records(case: Case, catalog: Catalog) -> None:
    reading = read_text(case.text, catalog=catalog, published=case.published)
    assert [action_in_short(action) for action in reading.actions] == case.actions
    assert [claim_in_short(claim) for claim in reading.network_claims] == case.claims
    validator().validate(as_json(reading))


def test_the_corpus_is_large_and_covers_the_common_types() -> None:
    positives = [case for case in ALL if case.actions or case.claims]
    negatives = [case for case in ALL if not case.actions and not case.claims]
    assert len(positives) + len(negatives) >= 150
    assert len(negatives) >= 40
    types = {str(action["type"]) for case in positives for action in case.actions}
    assert types == set(ActionType)
    assert {str(claim["status"]) for case in positives for claim in case.claims} == set(Status)
    assert any(action.get("polarity") == "denied" for case in positives for action in case.actions)
    assert any(claim["status"] == "restored" for case in positives for claim in case.claims)

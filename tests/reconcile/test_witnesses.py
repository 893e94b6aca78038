import pytest

from admittance.model.documents import Document, Reading, Sha256
from admittance.reconcile import witness_count


def reading(name: str, retells: str | None = None) -> Reading:
    return Reading(doc=Document(sha256=Sha256(name), language="en", same_witness_as=retells), actions=(), network_claims=())


@pytest.mark.parametrize(
    ("documents", "count"),
    [
        ([], 0),
        ([("a", None)], 1),
        ([("a", None), ("a", None)], 1),
        ([("a", None), ("b", None)], 2),
        ([("a", None), ("b", "a"), ("c", "b")], 1),
        ([("c", "b"), ("b", "a"), ("a", None), ("d", None)], 2),
        ([("b", "elsewhere"), ("c", "elsewhere")], 1),
        ([("a", "b"), ("b", "a"), ("c", "a")], 1),
        ([("a", "a"), ("b", None)], 2),
    ],
)
def test_retellings_are_one_witness(documents: list[tuple[str, str | None]], count: int) -> None:
    assert witness_count(reading(name, retells) for name, retells in documents) == count


def test_ten_articles_that_quote_one_notice_are_one_witness() -> None:
    assert witness_count([reading("notice"), *(reading(f"article-{number}", "notice") for number in range(10))]) == 1

"""How many witnesses stand behind what several documents say."""

from collections.abc import Iterable

from admittance.model.documents import Reading

__all__ = ["witness_count"]


def witness_count(readings: Iterable[Reading]) -> int:
    """The number of distinct witnesses among the documents: one that retells another counts as that other, through any chain.

    A retelling of a document that is not among `readings` still counts, once for all its retellings.
    """
    retells: dict[str, str] = {}
    documents: set[str] = set()
    for reading in readings:
        documents.add(reading.doc.sha256)
        if reading.doc.same_witness_as is not None:
            retells[reading.doc.sha256] = reading.doc.same_witness_as
    return len({_first_teller(document, retells) for document in documents})


def _first_teller(document: str, retells: dict[str, str]) -> str:
    chain = [document]
    while (told := retells.get(chain[-1])) is not None:
        if told in chain:  # documents that retell each other: any one of them stands for all
            return min(chain[chain.index(told) :])
        chain.append(told)
    return chain[-1]

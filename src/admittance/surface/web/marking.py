"""Sentences of a document that records quote, as stretches of text to mark."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from admittance.model.documents import Span
from admittance.surface.queries import ActionEntry, ClaimEntry, DocumentPage

__all__ = ["NumberedRecord", "Segment", "numbered_records", "segments"]


class NumberedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An action or a claim of a document with the number that its marks bear."""

    number: int
    kind: str  # action or claim
    entry: ActionEntry | ClaimEntry
    evidence: tuple[Span, ...]


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of text that the same records quote; `closing` are those whose quote ends with it."""

    text: str
    records: tuple[int, ...]
    closing: tuple[int, ...]
    opening: tuple[int, ...]  # records whose first quote begins here


def numbered_records(page: DocumentPage) -> list[NumberedRecord]:
    """All records of a document in the order in which the text first quotes them, numbered from 1."""
    found: list[tuple[int, str, str, ActionEntry | ClaimEntry, tuple[Span, ...]]] = [
        *((e.action.evidence[0].start, "action", e.action.id, e, e.action.quotes) for e in page.actions),
        *((e.claim.evidence[0].start, "claim", e.claim.id, e, e.claim.quotes) for e in page.claims),
    ]
    found.sort(key=lambda record: record[:3])
    return [
        NumberedRecord(number=number, kind=kind, entry=entry, evidence=evidence)
        for number, (_, kind, _, entry, evidence) in enumerate(found, start=1)
    ]


def segments(text: str, records: Sequence[NumberedRecord]) -> list[Segment]:
    """The text cut wherever a quote begins or ends; joined together the segments are the text again.

    Offsets count code points, as Python strings do.
    """
    spans = [(span.start, span.end, record.number) for record in records for span in record.evidence]
    cuts = sorted({0, len(text), *(min(cut, len(text)) for start, end, _ in spans for cut in (start, end))})
    first = {number: min(start for start, _, other in spans if other == number) for _, _, number in spans}
    return [
        Segment(
            text=text[start:end],
            records=tuple(sorted({number for begin, stop, number in spans if begin <= start and end <= stop})),
            closing=tuple(sorted({number for begin, stop, number in spans if stop == end and begin <= start})),
            opening=tuple(sorted(number for number, begin in first.items() if begin == start)),
        )
        for start, end in pairwise(cuts)
    ]

from hypothesis import given
from hypothesis import strategies as st

from admittance.catalog import load
from admittance.documents import read_text
from admittance.model.documents import Span
from admittance.model.vocabulary import Origin
from admittance.surface.queries import ClaimEntry, DocumentPage
from admittance.surface.web.marking import NumberedRecord, numbered_records, segments

TEXT = "Signal has been blocked in China since March 15, said users. 信号 Signal is still blocked in China."


def _entry() -> ClaimEntry:
    reading = read_text(TEXT, catalog=load(), published="2021-03-19")
    return ClaimEntry(claim=reading.network_claims[0], document=reading.doc, origin=Origin.MEASURED, corroborations=())


ENTRY = _entry()


def record(number: int, *bounds: tuple[int, int]) -> NumberedRecord:
    spans = tuple(Span(start=start, end=end, quote="") for start, end in bounds)
    return NumberedRecord(number=number, kind="claim", entry=ENTRY, evidence=spans)


def test_overlapping_quotes_are_cut_where_either_begins_or_ends() -> None:
    cut = segments("abcdefgh", [record(1, (1, 5)), record(2, (3, 7))])
    assert [(part.text, part.records) for part in cut] == [
        ("a", ()),
        ("bc", (1,)),
        ("de", (1, 2)),
        ("fg", (2,)),
        ("h", ()),
    ]
    assert [part.closing for part in cut] == [(), (), (1,), (2,), ()]
    assert [part.opening for part in cut] == [(), (1,), (2,), (), ()]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6))
def test_segments_joined_are_the_text_and_every_quote_opens_once(text: str, starts: list[tuple[int, int]]) -> None:
    bounds = [(min(start, len(text)), min(start + length, len(text))) for start, length in starts]
    records = [record(number, pair) for number, pair in enumerate(bounds, start=1) if pair[0] < pair[1]]
    cut = segments(text, records)
    assert "".join(part.text for part in cut) == text
    for entry in records:
        quoted = "".join(part.text for part in cut if entry.number in part.records)
        assert quoted == text[entry.evidence[0].start : entry.evidence[0].end]
        assert sum(entry.number in part.opening for part in cut) == 1
        assert sum(entry.number in part.closing for part in cut) == 1


def test_records_are_numbered_in_the_order_of_the_text() -> None:
    reading = read_text(TEXT, catalog=load(), published="2021-03-19")
    entries = [
        ClaimEntry(claim=claim, document=reading.doc, origin=Origin.MEASURED, corroborations=())
        for claim in reversed(reading.network_claims)
    ]
    page = DocumentPage(document=reading.doc, origin=Origin.MEASURED, text=TEXT, actions=(), claims=tuple(entries))
    numbered = numbered_records(page)
    assert [entry.number for entry in numbered] == list(range(1, len(entries) + 1))
    starts = [entry.evidence[0].start for entry in numbered]
    assert starts == sorted(starts)

import io
from pathlib import Path

import msgspec
import pytest

from admittance.catalog import Catalog
from admittance.errors import InputError, LakeError, UsageError
from admittance.lake import Lake
from admittance.model.statements import ActionRecord, ClaimRecord, DocumentRecord
from admittance.model.vocabulary import Origin
from admittance.pipeline.reading import DocumentInput, documents_in, read_documents, stored_readings
from admittance.reconcile.witnesses import witness_count
from tests.pipeline.conftest import clock

TEXT = "Signal has been blocked in China since 15 March 2021, according to GreatFire."


def inputs(*names: str, stdin: bytes = b"", published: str | None = None) -> list[DocumentInput | InputError]:
    return list(documents_in(names, standard_input=io.BytesIO(stdin), published=published, publisher="reuters"))


def test_texts_come_from_files_folders_lines_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    record = {"text": "other", "published": "2020-01-02", "publisher": "bbc", "origin": "simulated"}
    (tmp_path / "b.jsonl").write_bytes(msgspec.json.encode(record) + b"\n\n")
    found = inputs(str(tmp_path), "-", stdin="\ufeffпривет".encode(), published="2021-03-19")
    assert found == [
        DocumentInput(text=TEXT, published="2021-03-19", publisher="reuters"),
        DocumentInput(text="other", published="2020-01-02", publisher="bbc", origin=Origin.SIMULATED),
        DocumentInput(text="привет", published="2021-03-19", publisher="reuters"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"\xff\xfe\x00", "not UTF-8 at byte 0"),
        ("a.html", b"<html><body>", "no text was found in the page"),
        ("a.txt", b"  <!DOCTYPE html><p>", "no text was found in the page"),
        ("a.pdf", b"%PDF-1.7 and nothing", "the PDF cannot be read"),
        ("a.jsonl", b'{"text": 1}', "line 1: .*text"),
        ("a.jsonl", b"{", "line 1: "),
        ("a.jsonl", b'{"title": "no text"}', "line 1: .*text"),
        ("a.txt", b"x" * (10 * 2**20 + 1), "longer than 10 MiB"),
    ],
)
def test_what_cannot_be_read_comes_out_as_an_error_in_its_place(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (error,) = inputs(str(tmp_path / name))
    assert isinstance(error, InputError)
    with pytest.raises(InputError, match=message):
        raise error


def test_what_names_no_file_is_refused() -> None:
    with pytest.raises(UsageError):
        inputs("no such file")


def test_a_document_is_kept_once_and_comes_back_as_it_was_read(lake: Lake, catalog: Catalog) -> None:
    first = list(read_documents([DocumentInput(text=TEXT)], catalog=catalog, lake=lake, clock=clock))
    second = list(read_documents([DocumentInput(text=TEXT)], catalog=catalog, lake=lake, clock=clock))
    snapshot = lake.snapshot()
    assert first == second
    assert first[0].network_claims or first[0].actions
    assert snapshot.scan(DocumentRecord).collect().height == 1
    assert snapshot.scan(ClaimRecord).collect().height == len(first[0].network_claims)
    assert snapshot.scan(ActionRecord).collect().height == len(first[0].actions)
    (stored,) = stored_readings(snapshot)
    assert stored.doc == first[0].doc
    assert set(stored.actions) == set(first[0].actions)
    assert set(stored.network_claims) == set(first[0].network_claims)


def test_nothing_is_stored_without_a_lake(catalog: Catalog) -> None:
    (reading,) = read_documents([DocumentInput(text=TEXT)], catalog=catalog, lake=None, clock=clock)
    assert reading.doc.sha256


def test_simulated_texts_are_refused_by_a_measured_lake(lake: Lake, catalog: Catalog) -> None:
    lake.claim_origin(Origin.MEASURED)
    simulated = DocumentInput(text=TEXT, origin=Origin.SIMULATED)
    with pytest.raises(LakeError, match="takes no simulated"):
        list(read_documents([simulated], catalog=catalog, lake=lake, clock=clock))
    assert lake.release_sources().scan(DocumentRecord).collect().is_empty()


def test_what_was_known_of_a_text_stays_known_when_it_is_read_again_without(lake: Lake, catalog: Catalog) -> None:
    dated = DocumentInput(text=TEXT, published="2021-03-19", publisher="reuters")
    first = list(read_documents([dated], catalog=catalog, lake=lake, clock=clock))
    second = list(read_documents([DocumentInput(text=TEXT)], catalog=catalog, lake=lake, clock=clock))
    assert first == second
    corrected = DocumentInput(text=TEXT, published="2021-03-20")
    list(read_documents([corrected], catalog=catalog, lake=lake, clock=clock))
    (record,) = lake.snapshot().scan(DocumentRecord).collect().to_dicts()
    assert (record["published"], record["publisher"]) == ("2021-03-20", "reuters")


def test_a_reprint_names_the_telling_that_was_published_first(lake: Lake, catalog: Catalog) -> None:
    dispatch = f"{TEXT} " + " ".join(f"Word {number} of a long dispatch." for number in range(20))
    texts = [
        DocumentInput(text=dispatch, published="2021-03-16"),
        DocumentInput(text=f"Read in our paper: {dispatch}", published="2021-03-17"),
    ]
    list(read_documents(texts, catalog=catalog, lake=lake, clock=clock))
    first, reprint = sorted(stored_readings(lake.snapshot()), key=lambda reading: str(reading.doc.published))
    assert first.doc.same_witness_as is None
    assert reprint.doc.same_witness_as == first.doc.sha256
    assert witness_count([first, reprint]) == 1


def test_a_page_stays_placed_when_it_is_read_again(lake: Lake, catalog: Catalog, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        "<!DOCTYPE html><html><head><title>Signal</title></head><body><article><p>Russia&#8217;s <b>Roskomnadzor</b> blocked "
        "Signal on Friday, and it said nothing else about it in its statement to the country.</p></article></body></html>",
        encoding="utf-8",
    )
    (document,) = (one for one in inputs(str(page)) if isinstance(one, DocumentInput))
    list(read_documents([document], catalog=catalog, lake=lake, clock=clock))
    (stored,) = stored_readings(lake.snapshot())
    (span,) = [span for span in stored.actions[0].evidence if span.of == "source"]
    assert page.read_text(encoding="utf-8")[span.start : span.end] == span.quote
    list(read_documents([DocumentInput(text=document.text)], catalog=catalog, lake=lake, clock=clock))
    assert stored_readings(lake.snapshot())[0].actions == stored.actions

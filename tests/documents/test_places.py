"""Quotes lead back to the page they were taken from."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.documents.page import page_of_html
from admittance.documents.places import Extract, extract_of, with_places
from admittance.model.documents import Action, NetworkClaim, Reading

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Signal blocked</title><style>p{color:red}</style></head><body>
<nav><a href="/">Signal</a> Telegram</nav><article><h1>Signal blocked</h1>
<p>MOSCOW, Aug 9 &mdash; Russia&#8217;s communications regulator <b>Roskomnadzor</b> blocked the messenger
<a href="https://signal.org" title="Signal">Signal</a> on Friday &amp; said nothing else about it in its
statement to the press.</p>
<!-- Signal <p> --><script>var a = "<p>Signal</p>";</script>
<p>Users said on Friday that Telegram could not be reached without a VPN, the newest of many such outages there.</p>
</article></body></html>"""


def read(catalog: Catalog, markup: str) -> tuple[str, Reading]:
    page = page_of_html("a.html", markup.encode())
    reading = read_text(page.text, catalog=catalog, published="2024-08-09", title=page.title)
    return page.text, with_places(reading, page.text, page.extract)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_quote_of_a_page_has_its_place_in_the_markup(catalog: Catalog) -> None:
    text, reading = read(catalog, PAGE)
    records: list[Action | NetworkClaim] = [*reading.actions, *reading.network_claims]
    assert reading.actions
    assert reading.network_claims
    for record in records:
        places = [span for span in record.evidence if span.of == "source"]
        assert len(places) == len(record.quotes)
        for span in places:
            assert PAGE[span.start : span.end] == span.quote
        for span in record.quotes:
            assert text[span.start : span.end] == span.quote
    quotes = [span.quote for span in reading.actions[0].evidence]
    assert any(quote.startswith("MOSCOW, Aug 9 &mdash; Russia&#8217;s") and "<b>Roskomnadzor</b>" in quote for quote in quotes)


def test_the_kept_part_of_a_page_gives_the_same_places(catalog: Catalog) -> None:
    page = page_of_html("a.html", PAGE.encode())
    assert page.extract is not None
    assert PAGE[page.extract.start :].startswith(page.extract.markup)
    again = extract_of(page.text, page.extract.markup)
    assert again == Extract(start=0, markup=page.extract.markup)


def test_a_text_that_the_page_does_not_show_has_no_place(catalog: Catalog) -> None:
    text = "Roskomnadzor blocked Signal on Friday."
    reading = read_text(text, catalog=catalog, published="2024-08-09")
    assert extract_of(text, "<p>Something else</p><script>" + text + "</script><!--" + text + "-->") is None
    assert with_places(reading, text, None) == reading
    assert with_places(reading, text, Extract(start=0, markup="<p>Something else</p>")) == reading


@pytest.mark.parametrize("part", ["<!--", "<script>", "<", "&", "<p", "a<b>", "</", "&#1;", " ", "<!"])
def test_hostile_markup_is_passed_once(part: str) -> None:
    markup = part * (2**20 // len(part))
    before = time.process_time()
    extract_of("Signal is blocked.\n" * 2000, markup)
    assert time.process_time() - before < 20, "a page of one megabyte takes a second"


_PIECES = st.sampled_from(
    [
        "Roskomnadzor blocked Signal on Friday.",
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "&amp;",
        " ",
        "\n",
        "<!-- x -->",
        "<script>",
        "信号",
        "|",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=12))
def test_a_place_holds_the_words_of_its_quote(catalog: Catalog, pieces: list[str]) -> None:
    text = "Roskomnadzor blocked Signal on Friday."
    markup = "".join(pieces)
    reading = read_text(text, catalog=catalog, published="2024-08-09")
    placed = with_places(reading, text, extract_of(text, markup))
    assert placed.actions[0].quotes == reading.actions[0].quotes
    for span in placed.actions[0].evidence[len(reading.actions[0].evidence) :]:
        assert span.of == "source"
        assert markup[span.start : span.end] == span.quote
        assert squeezed(text) == squeezed(span.quote)
    assert (len(placed.actions[0].evidence) > len(reading.actions[0].evidence)) == (extract_of(text, markup) is not None)

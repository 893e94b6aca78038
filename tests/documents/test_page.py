"""Bytes of pages, PDFs and feeds to text, and what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.documents.page import (
    MOST_ENTRIES,
    Page,
    feed_entries,
    is_feed,
    is_page,
    is_pdf,
    page_of_html,
    page_of_pdf,
)
from admittance.errors import InputError

ARTICLE = """<!DOCTYPE html><html lang="en"><head><title>Signal blocked</title>
<meta property="article:published_time" content="2021-03-16T09:00:00+08:00"><meta charset="utf-8"></head><body>
<nav><a href="/">Home</a> <a href="/x">Russia blocked Telegram</a></nav><article><h1>Signal blocked in China</h1>
<p>The messaging app Signal has been blocked in China since Monday evening, GreatFire said on Tuesday. Its users in the country
had switched to other messengers by then, and the company has not said what it will do.</p>
<p>The Cyberspace Administration of China did not respond to a request for comment about the messenger.</p></article>
<footer>Copyright 2021 The Daily Example</footer></body></html>"""


def pdf_of(line: str, pages: int = 1) -> bytes:
    """A PDF with one line of text on each page."""
    stream = f"BT /F1 12 Tf 72 720 Td ({line}) Tj ET".encode("latin-1")
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number in range(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return content + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def test_a_page_is_its_article_with_title_and_day(catalog: Catalog) -> None:
    page = page_of_html("a.html", ARTICLE.encode())
    assert page.published == "2021-03-16"
    assert page.title is not None
    assert "Telegram" not in page.text
    assert "Copyright" not in page.text
    reading = read_text(page.text, catalog=catalog, published=page.published, title=page.title)
    assert [(claim.subject, claim.status, claim.onset.value) for claim in reading.network_claims] == [
        ("signal", "blocked", "2021-03-15")
    ]
    span = reading.network_claims[0].evidence[0]
    assert page.text[span.start : span.end] == span.quote


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<link rel="canonical" href="https://daily.example/2021/signal">', "https://daily.example/2021/signal"),
        ('<meta property="og:url" content="https://daily.example/2021/signal">', "https://daily.example/2021/signal"),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="file:///etc/passwd">', None),
        ("", None),
    ],
)
def test_a_page_says_which_address_is_its_own(link: str, expected: str | None) -> None:
    assert page_of_html("a.html", ARTICLE.replace("<title>", link + "<title>").encode()).url == expected


def test_a_chinese_page_in_its_own_encoding() -> None:
    text = (
        "国家互联网信息办公室约谈新浪微博负责人，责令其立即整改，并暂停更新热搜榜一周。网友对此议论纷纷，平台方面表示接受处罚。"
    )
    markup = (
        f'<html><head><meta charset="gb2312"><title>通报</title></head><body><article><p>{text}</p></article></body></html>'
    )
    assert text in page_of_html("a.html", markup.encode("gb18030")).text


@pytest.mark.parametrize("markup", [b"<html><body></body></html>", b"<html>" + b"<div>" * 100_000, b"<html>"])
def test_a_page_without_text_is_refused_by_name(markup: bytes) -> None:
    with pytest.raises(InputError, match=r"odd\.html"):
        page_of_html("odd.html", markup)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.text(alphabet="<>/pdiv='\"&#x0; \u202e国", max_size=300).map(str.encode))
def test_any_bytes_give_a_page_or_a_clear_error(content: bytes) -> None:
    for extract in (page_of_html, page_of_pdf):
        with suppress(InputError):
            assert isinstance(extract("fuzz", b"<html><body><p>" + content), Page)


def test_a_pdf_is_read_page_by_page() -> None:
    content = pdf_of("Roskomnadzor blocked Signal on Friday.", pages=2)
    assert is_pdf(content)
    assert page_of_pdf("a.pdf", content).text == "\n\n".join(["Roskomnadzor blocked Signal on Friday."] * 2)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"%PDF-1.4\n", "cannot be read"), (pdf_of(""), "holds no text"), (pdf_of("x", pages=201), "201 pages")],
    ids=["broken", "picture", "long"],
)
def test_a_pdf_that_cannot_be_read_says_why(content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        page_of_pdf("a.pdf", content)


RSS = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>
<title>News</title><link>https://news.example/</link><item><title>One &x;</title><link>/one</link>
<pubDate>Tue, 16 Mar 2021 23:30:00 -0500</pubDate></item><item><title>Two</title><link>ftp://news.example/two</link></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link rel="self" href="https://a.example/self"/>
<link href="https://a.example/a"/><updated>2021-03-16T01:00:00Z</updated></entry></feed>"""


def test_feeds_give_absolute_addresses_and_days() -> None:
    assert is_feed(RSS)
    assert is_feed(ATOM)
    (one,) = feed_entries("f", RSS, base="https://news.example/feed")
    assert (one.url, one.published) == ("https://news.example/one", "2021-03-17")
    assert "root:" not in str(one.title)
    (entry,) = feed_entries("f", ATOM, base="https://a.example/")
    assert (entry.url, entry.title, entry.published) == ("https://a.example/a", "A", "2021-03-16")


def test_a_long_feed_is_cut_and_rubbish_refused() -> None:
    many = b"<rss><channel>" + b"<item><link>https://a.example/1</link></item>" * 500 + b"</channel></rss>"
    assert len(feed_entries("f", many, base="https://a.example/")) == MOST_ENTRIES
    with pytest.raises(InputError):
        feed_entries("f", b"", base="https://a.example/")
    assert not is_feed(b"plain text")
    assert not is_page(b"plain <html in passing")

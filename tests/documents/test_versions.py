"""Versions of a page are linked; a text that says it was corrected or taken back is known as such."""

import pytest

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.documents.versions import superseded, versions
from admittance.model.documents import Document, Sha256


def version(name: str, url: str, retrieved: str | None = None) -> Document:
    return Document(sha256=Sha256(name), language="en", url=url, retrieved=retrieved)


def test_a_later_text_at_one_address_replaces_the_earlier() -> None:
    first = version("a", "https://www.example.org/news/1?utm_source=x", "2024-05-01T08:00:00+00:00")
    second = version("b", "http://example.org/news/1/", "2024-05-02T09:00:00+00:00")
    third = version("c", "https://example.org/news/1#top", "2024-05-04T09:00:00+00:00")
    other = version("d", "https://example.org/news/2", "2024-05-04T09:00:00+00:00")
    linked = versions((document, "2024-06-01") for document in (third, first, other, second))
    assert [linked[name].version_of for name in ("a", "b", "c")] == [None, "a", "b"]
    assert [linked[name].amended for name in ("a", "b", "c")] == ["2024-05-02", "2024-05-04", None]
    assert "d" not in linked
    assert superseded(linked) == {"a": "c", "b": "c"}


def test_a_home_page_has_no_versions() -> None:
    pages = [version("a", "https://example.org/", "2024-05-01"), version("b", "https://example.org", "2024-05-02")]
    assert versions((page, "2024-06-01") for page in pages) == {}


@pytest.mark.parametrize(
    ("text", "amended", "withdrawn"),
    [
        ("Iran blocked Signal. Correction: an earlier version of this text named another app.", "2021-02-01", None),
        ("Iran blocked Signal. This article was amended on 3 February 2021 to correct a name.", "2021-02-03", None),
        ("This story has been withdrawn. Iran blocked Signal, it said.", None, "2021-02-01"),
        ("伊朗封锁了Signal。更正：本文早前版本误写了日期。", "2021-02-01", None),
        ("本通报已于2021年2月5日撤回。", None, "2021-02-05"),
        ("The company corrected its app. Ministers withdrew the bill.", None, None),
    ],
)
def test_what_a_text_says_of_itself(catalog: Catalog, text: str, amended: str | None, withdrawn: str | None) -> None:
    document = read_text(text, catalog=catalog, published="2021-02-01").doc
    assert (document.amended, document.withdrawn) == (amended, withdrawn)

import hashlib
from pathlib import Path

import pytest

from admittance import documents
from admittance.catalog import Catalog
from admittance.documents import explain, read_text
from admittance.documents.lexicon import lexicon
from admittance.errors import UsageError

TEXT = "Roskomnadzor blocked Signal on Friday for violating the law."


def test_document_record(catalog: Catalog) -> None:
    document = read_text(TEXT, catalog=catalog, url="https://example.org/a", publisher="reuters", kind="post").doc
    assert document.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (document.kind, document.publisher, document.language) == ("post", "reuters", "en")
    assert lexicon().digest in document.extractor
    assert catalog.version in document.extractor


def test_an_unknown_kind_is_refused(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="poem"):
        read_text(TEXT, catalog=catalog, kind="poem")


def test_explain_names_rule_and_words(catalog: Catalog) -> None:
    reading = read_text(TEXT, catalog=catalog, published="2024-08-10")
    lines = explain(TEXT, reading)
    assert {line.field for line in lines} >= {"type", "time", "mentions.regulator", "mentions.target"}
    assert {line.rule for line in lines} == {"en.block"}
    with pytest.raises(ValueError, match="does not stand"):
        explain("Another text.", reading)


def test_public_names_exist() -> None:
    assert all(hasattr(documents, name) for name in documents.__all__)


def test_every_rule_is_documented_and_unique() -> None:
    root = Path(__file__).parents[2] / "docs"
    page = (root / "explanation" / "documents.md").read_text("utf-8")
    rules = [
        row.rule
        for language in lexicon().languages.values()
        for rows in (language.triggers, language.frames, language.tones)
        for row in rows
    ]
    assert len(rules) == len(set(rules))
    assert [rule for rule in rules if f"`{rule}`" not in page] == []

"""The reference page tells of everything that the sources know."""

from pathlib import Path

import pytest

from admittance.sources import SOURCES
from admittance.sources.accounts import ANSWERS
from admittance.sources.checks import OUTCOMES, ROLES
from admittance.sources.keywords.platforms import PLATFORMS
from admittance.sources.keywords.reader import CHANGES, RESULTS
from admittance.sources.keywords.reader import COLUMNS as KEYWORD_COLUMNS
from admittance.sources.listings import MARKETPLACES
from admittance.sources.ooni.nettests import NETTESTS
from admittance.sources.snapshots import SnapshotSource
from admittance.sources.storefronts import STATUSES, STORES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "sources.md").read_text()


COLUMNS = {column.name for source in SOURCES if isinstance(source, SnapshotSource) for column in source.columns}


WORDS = {*(source.name for source in SOURCES), *NETTESTS, *COLUMNS, *STATUSES, *STORES}
WORDS |= {*OUTCOMES, *ROLES, *RESULTS, *CHANGES, *ANSWERS}
WORDS |= {column.name for column in KEYWORD_COLUMNS} | {platform.id for platform in PLATFORMS} | {*MARKETPLACES}


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_word_that_a_source_knows_stands_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("source", [source.name for source in SOURCES])
def test_every_source_has_a_section(source: str) -> None:
    assert f"\n## {source}\n" in PAGE

"""Citizen Lab's test lists: which URLs are tested, and of what kind the site is. They name sites and make no subjects."""

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import urlsplit

import msgspec

from admittance.catalog.catalog import Catalog
from admittance.catalog.hosts import host_of_url, registrable_domain
from admittance.catalog.records import Unusable, records_of
from admittance.errors import InputError
from admittance.model.ids import SubjectId

__all__ = ["TEST_LIST_COLUMNS", "ListedUrl", "SiteLists", "TestList", "read_test_list"]

TEST_LIST_COLUMNS = ("url", "category_code", "category_description")


class ListedUrl(msgspec.Struct, frozen=True, kw_only=True):
    """A URL of a list, with the list's own words for what it is."""

    url: str
    host: str  # canonical
    whole: bool  # whether it names the site itself, not a page of it
    code: str  # NEWS, HUMR, …
    category: str
    list: str  # the list's name: a country in lower case, or `global`


class TestList(msgspec.Struct, frozen=True, kw_only=True):
    """What one list holds, and its records that cannot be used."""

    entries: tuple[ListedUrl, ...]
    unusable: tuple[Unusable, ...]


class SiteLists(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All lists that hold on a day, to be asked about subjects."""

    version: str  # names every edition; empty when there is none
    entries: tuple[ListedUrl, ...]

    @cached_property
    def categories(self) -> Mapping[str, str]:
        """Category code to the list's words, sorted by code."""
        return dict(sorted({entry.code: entry.category for entry in self.entries}.items()))

    @cached_property
    def _by_subject(self) -> dict[str, dict[SubjectId, tuple[ListedUrl, ...]]]:
        return {}

    def by_subject(self, catalog: Catalog) -> Mapping[SubjectId, tuple[ListedUrl, ...]]:
        """The entries that speak of a whole subject: of its own domain, `www.` before it allowed.

        `name.blogspot.com` says nothing of blogspot.com, and a page of a site nothing of the site.
        """
        known = self._by_subject.get(catalog.version)
        if known is not None:
            return known
        owned = {domain for entity in catalog.entities.values() for domain in entity.domains}
        found: dict[SubjectId, list[ListedUrl]] = {}
        for entry in self.entries:
            bare = entry.host.removeprefix("www.")
            if entry.whole and (bare == registrable_domain(bare) or bare in owned):
                found.setdefault(catalog.subject_of_host(bare), []).append(entry)
        given = {subject: tuple(entries) for subject, entries in found.items()}
        self._by_subject[catalog.version] = given
        return given


def read_test_list(content: bytes, name: str) -> TestList:
    """The URLs of a list. Raises `InputError` naming the line when it is no such list or holds no URL."""
    entries: list[ListedUrl] = []
    unusable: list[Unusable] = []
    for line, record in records_of(content, TEST_LIST_COLUMNS):
        url, code = record["url"].strip(), record["category_code"].strip()
        host = host_of_url(url) if url.startswith(("http://", "https://")) else None
        if host is None:
            unusable.append((line, f"{url[:80]!r} is no http or https URL"))
        elif not (code.isascii() and code.isalnum()):
            unusable.append((line, f"{code[:20]!r} is no category code"))
        else:
            parts = urlsplit(url)
            whole = parts.path in ("", "/") and not parts.query
            category = record["category_description"].strip()
            entries.append(ListedUrl(url=url, host=host, whole=whole, code=code.upper(), category=category, list=name))
    if not entries:
        raise InputError("line 1: the list holds no URL")
    return TestList(entries=tuple(entries), unusable=tuple(unusable))

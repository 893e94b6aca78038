"""Categories that test lists give to subjects."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.catalog.sites import ListedUrl, SiteLists
from admittance.errors import UsageError
from admittance.lake import Snapshot
from admittance.model.coverage import Coverage
from admittance.model.ids import SubjectId
from admittance.pipeline.editions import editions_holding, sites_of

__all__ = ["CategoryCount", "Listing", "category_counts", "listings", "listings_of", "subjects_of_category"]


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A category that test lists give to a subject as a whole."""

    code: str
    category: str
    lists: tuple[str, ...]  # sorted


class CategoryCount(msgspec.Struct, frozen=True, kw_only=True):
    """A category, how many subjects the lists give it to, and how many of these were ever measured in this lake."""

    code: str
    category: str
    listed: int
    measured: int


def listings(snapshot: Snapshot, catalog: Catalog) -> Mapping[SubjectId, tuple[Listing, ...]]:
    """The categories of every listed subject, by code, after the lists that hold for the snapshot."""
    sites = _sites(snapshot)
    return {subject: _listings(entries, sites) for subject, entries in sites.by_subject(catalog).items()}


def listings_of(snapshot: Snapshot, catalog: Catalog, subject: SubjectId) -> tuple[Listing, ...]:
    """The categories of one subject, by code."""
    sites = _sites(snapshot)
    return _listings(sites.by_subject(catalog).get(subject, ()), sites)


def _sites(snapshot: Snapshot) -> SiteLists:
    day = None if snapshot.as_of is None else date.fromisoformat(snapshot.as_of)
    return sites_of(editions_holding(snapshot, day))


def _listings(entries: Iterable[ListedUrl], sites: SiteLists) -> tuple[Listing, ...]:
    lists: dict[str, set[str]] = {}
    for entry in entries:
        lists.setdefault(entry.code, set()).add(entry.list)
    return tuple(
        Listing(code=code, category=sites.categories[code], lists=tuple(sorted(names))) for code, names in sorted(lists.items())
    )


def subjects_of_category(snapshot: Snapshot, catalog: Catalog, code: str) -> frozenset[SubjectId]:
    """The subjects of a category. Raises `UsageError` naming the categories there are when none has this code."""
    known = listings(snapshot, catalog)
    wanted = code.upper()
    subjects = frozenset(subject for subject, given in known.items() if any(one.code == wanted for one in given))
    if not subjects:
        codes = sorted({one.code for given in known.values() for one in given})
        told = (
            f"there are {', '.join(codes)}" if codes else "this lake has no test list; `admittance catalog update` takes one in"
        )
        raise UsageError(f"no category {code!r}; {told}")
    return subjects


def category_counts(snapshot: Snapshot, catalog: Catalog) -> list[CategoryCount]:
    """Every category of the lists, by code."""
    measured = set(snapshot.scan(Coverage).select("subject").unique().collect()["subject"])
    pairs = [
        (one.code, one.category, subject in measured) for subject, given in listings(snapshot, catalog).items() for one in given
    ]
    schema = {"code": pl.String, "category": pl.String, "measured": pl.Boolean}
    counted = (
        pl.DataFrame(pairs, schema=schema, orient="row")
        .group_by("code")
        .agg(pl.col("category").first(), pl.len().alias("listed"), pl.col("measured").sum())
        .sort("code")
    )
    return msgspec.convert(counted.to_dicts(), list[CategoryCount])

"""What other monitors publish of a subject, by publisher and kind: testimony, beside what was measured and never among it."""

from datetime import datetime

import msgspec
import polars as pl

from admittance.catalog import Catalog, registrable_domain
from admittance.lake import Snapshot
from admittance.model.ids import Country, EntityId, SubjectId
from admittance.model.testimony import Publisher, Testimony, TestimonyKind
from admittance.model.vocabulary import Gate

__all__ = ["Told", "told_of"]

KEYWORD = "keyword:"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one publisher says of a subject in one way. Times are UTC, `until` exclusive; percentages are of tests blocked."""

    publisher: Publisher
    kind: TestimonyKind
    items: int  # distinct URLs, domains or keywords
    since: datetime
    last_since: datetime
    until: datetime | None
    least_percent: int | None
    most_percent: int | None


def told_of(snapshot: Snapshot, catalog: Catalog, subject: SubjectId, country: Country | None) -> list[Told]:
    """By publisher and kind; nothing without a country. A subject's domains are those of the catalog, or its own."""
    if country is None:
        return []
    told = snapshot.scan(Testimony).filter(pl.col("country") == country)
    if subject.startswith(KEYWORD):
        about = (pl.col("gate") == Gate.CONTENT.value) & (pl.col("item") == subject.removeprefix(KEYWORD))
    else:
        about = pl.col("domain").is_in(_domains(catalog, subject))
    summed = (
        told.filter(about)
        .group_by("publisher", "kind")
        .agg(
            pl.col("item").n_unique().cast(pl.Int64).alias("items"),
            pl.col("since").min(),
            pl.col("since").max().alias("last_since"),
            pl.col("until").max(),
            pl.col("percent").min().alias("least_percent"),
            pl.col("percent").max().alias("most_percent"),
        )
        .sort("publisher", "kind")
        .collect()
    )
    return [msgspec.convert(row, Told) for row in summed.iter_rows(named=True)]


def _domains(catalog: Catalog, subject: SubjectId) -> list[str]:
    entity = catalog.entities.get(EntityId(subject))
    names = entity.domains if entity is not None else (subject.removeprefix("site:"),)
    return sorted({registrable_domain(name) for name in names})

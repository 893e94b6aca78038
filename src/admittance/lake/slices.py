"""Parts of a derived table that are put in place together: countries, each for all time or for some days of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

import msgspec
import polars as pl

__all__ = ["Slice", "in_slices", "predicate"]


class Slice(msgspec.Struct, frozen=True):
    """Rows of one country, from when (included) to when (excluded, UTC); null is without bound."""

    country: str
    since: datetime | None = None
    until: datetime | None = None


def in_slices(slices: Sequence[Slice], column: str = "time") -> pl.Expr:
    """Whether a row lies in any of the slices, by its country and the time in `column`."""
    whole = [part.country for part in slices if part.since is None and part.until is None]
    found = [pl.col("country").is_in(whole)]
    for part in slices:
        if part.since is not None or part.until is not None:
            here = pl.col("country") == part.country
            here = here if part.since is None else here & (pl.col(column) >= part.since)
            found.append(here if part.until is None else here & (pl.col(column) < part.until))
    return reduce(or_, found)


def predicate(slices: Sequence[Slice], column: str = "time") -> str:
    """The same in the language of the tables, the countries first, so that others' files are not looked at."""
    told = []
    for part in slices:
        bounds = [f"country = {quoted(part.country)}"]
        if part.since is not None:
            bounds.append(f"{column} >= {quoted(part.since.isoformat())}")
        if part.until is not None:
            bounds.append(f"{column} < {quoted(part.until.isoformat())}")
        told.append(" AND ".join(bounds))
    countries = sorted({part.country for part in slices})
    return f"country IN ({', '.join(map(quoted, countries))}) AND (({') OR ('.join(told)}))"


def quoted(text: str) -> str:
    """A text in the language of the tables."""
    return "'" + text.replace("'", "''") + "'"

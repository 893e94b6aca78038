"""Observations in stretches that fit into memory: small countries together, a large one by runs of days."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from admittance.lake import Slice

__all__ = ["ROWS_AT_ONCE", "RowsByDay", "Stretch", "stretches_of"]

ROWS_AT_ONCE = 300_000
"""Observations that are looked at together: small countries share the cost of a step, large ones bound its memory to about a
gigabyte, and half as much that is free and stays at hand. A day of one country is never cut."""

RowsByDay = Mapping[str, Mapping[datetime, int]]
"""Per country, how many observations there are of each day (UTC)."""

Stretch = tuple[Slice, ...]
"""Slices whose observations fit into memory together."""

_DAY = timedelta(days=1)


def stretches_of(
    rows: RowsByDay, *, days: Mapping[str, Collection[datetime]] | None = None, times: int = 1
) -> Iterator[Stretch]:
    """Some days of some countries, of all that are given by default, as many at a time as keep within so many times the bound.

    A country of which all days are wanted is a slice without bounds, or several that leave out no time between them.
    """
    wanted = rows if days is None else days
    most = times * ROWS_AT_ONCE
    stretch: list[Slice] = []
    size = 0
    for country in sorted(wanted):
        known = rows.get(country, {})
        chosen = sorted(wanted[country])
        whole = set(known) <= set(chosen)
        for part, number in _parts(country, chosen, known, whole=whole, most=most):
            if stretch and size + number > most:
                yield tuple(stretch)
                stretch, size = [], 0
            stretch.append(part)
            size += number
    if stretch:
        yield tuple(stretch)


def _parts(
    country: str, days: Sequence[datetime], rows: Mapping[datetime, int], *, whole: bool, most: int
) -> Iterator[tuple[Slice, int]]:
    """The days in slices, each with its rows: in one if it may be, else in runs of days that keep within the bound."""
    runs = [list(days)] if whole else [[day for _, day in run] for _, run in groupby(enumerate(days), _begin)]
    for run in runs:
        first: datetime | None = None if whole else run[0]
        size = 0
        for day in run:
            number = rows.get(day, 0)
            if size and size + number > most:
                yield Slice(country, first, day), size
                first, size = day, 0
            size += number
        yield Slice(country, first, None if whole else run[-1] + _DAY), size


def _begin(numbered: tuple[int, datetime]) -> datetime:
    """The same for all days of an unbroken run."""
    number, day = numbered
    return day - number * _DAY

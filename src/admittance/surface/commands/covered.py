"""`admittance coverage`: what could have been seen of a subject, day by day."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

import click

from admittance.surface.commands.console import (
    Settings,
    as_of_option,
    country_option,
    dated,
    json_option,
    open_snapshot,
    print_json_lines,
    say_as_of,
    say_origin,
    since_option,
    until_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from admittance.model.ids import Country
    from admittance.surface.queries import CoverageDay

__all__ = ["coverage"]


@click.command(
    short_help="What could have been seen, day by day.",
    epilog="""\b
Examples:
  admittance coverage telegram --in KE
  admittance coverage signal --in CN --since 2021-03-01 --until 2021-04-01 --json
""",
)
@click.argument("subject")
@country_option
@since_option
@until_option
@as_of_option
@json_option
@click.pass_obj
def coverage(
    settings: Settings,
    subject: str,
    country: Country | None,
    since: datetime | None,
    until: datetime | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Say for each day how often SUBJECT was measured, from how many networks, and how much of it counts.

    A day without a measurement is shown as that: nothing was seen, which is not a sign that nothing was blocked. Without
    --since and --until the days are those on which anything was measured in the country, and all between.
    """
    from admittance.surface import queries
    from admittance.surface.queries.shapes import struct_object

    snapshot = open_snapshot(settings, as_of)
    catalog = queries.naming_catalog(snapshot)
    wanted = catalog.find_subject(subject)
    found = queries.coverage(snapshot, wanted, country, since=since, until=until)
    say_origin(snapshot.origin, as_json=as_json)
    say_as_of(snapshot, as_json=as_json)
    if as_json:
        print_json_lines(dated(({**struct_object(day), "origin": snapshot.origin} for day in found), snapshot))
        return
    if not found:
        where = f" in {country}" if country is not None else ""
        click.echo(f"{catalog.subject_name(wanted)}{where} was never measured in this lake, and nothing else there.")
    for (place, gate), days in groupby(found, key=lambda day: (day.country, day.gate)):
        click.echo(f"{catalog.subject_name(wanted)} in {place}, {gate}")
        click.echo(_days_text(days))


def _days_text(days: Iterable[CoverageDay]) -> str:
    """A line for each measured day, and one for each run of days without a measurement."""
    from admittance.surface.words import count_words, day

    lines = []
    for measured, run in groupby(days, key=lambda entry: entry.measurements > 0):
        entries = list(run)
        if not measured:
            until = f" to {day(entries[-1].day)}" if len(entries) > 1 else ""
            lines.append(f"  {day(entries[0].day)}{until}: not measured ({count_words(len(entries), 'day')})")
            continue
        for entry in entries:
            counts = (("insufficient", entry.insufficient), ("failed", entry.failed), ("late", entry.late))
            parts = [f"{entry.scored:,} scored", *(f"{count:,} {name}" for name, count in counts if count)]
            places = f" on {count_words(entry.networks, 'network')}" if entry.networks else ""
            lines.append(f"  {day(entry.day)}: {count_words(entry.measurements, 'measurement')}{places}, {', '.join(parts)}")
    return "\n".join(lines)

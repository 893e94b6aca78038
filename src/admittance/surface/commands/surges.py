"""`admittance demand`: surges of demand for ways round a restriction, and the episodes that began near them."""

from __future__ import annotations

import textwrap
from datetime import datetime
from typing import TYPE_CHECKING

import click

from admittance.surface.commands.console import (
    Settings,
    country_option,
    json_option,
    open_snapshot,
    print_json_lines,
    say_origin,
    since_option,
    until_option,
)

if TYPE_CHECKING:
    from admittance.model.ids import Country

__all__ = ["demand"]


@click.command(
    short_help="Surges of demand, beside episodes.",
    epilog="""\b
Examples:
  admittance demand --in TR
  admittance demand --near 6
  admittance demand --series tor-users --since 2023-01-01 --json
""",
)
@country_option
@click.option("--series", metavar="NAME", help="Only this series, such as tor-users.")
@since_option
@until_option
@click.option("--near", type=click.IntRange(0, 366), metavar="DAYS", help="Only what began so near the onset of an episode.")
@json_option
@click.pass_obj
def demand(
    settings: Settings,
    country: Country | None,
    series: str | None,
    since: datetime | None,
    until: datetime | None,
    near: int | None,
    as_json: bool,
) -> None:
    """List surges of demand for ways round a restriction (VPN interest, users of Tor), newest first.

    They are context: none opens an episode, nor weighs in judging or detecting. Beside each stand the episodes of its country
    that began within six days of it, or within --near.
    """
    from admittance.surface import queries
    from admittance.surface.queries.shapes import spike_object
    from admittance.surface.words import near_words, spike_words

    snapshot = open_snapshot(settings)
    found = queries.spikes(
        snapshot,
        queries.episodes(snapshot, queries.EpisodeFilter(country=country)),
        country=country,
        series=series,
        since=since,
        until=until,
        within=queries.NEAR_DAYS if near is None else near,
    )
    shown = [entry for entry in found if near is None or entry.near]
    say_origin(snapshot.origin, as_json=as_json)
    if as_json:
        print_json_lines(spike_object(entry) for entry in shown)
        return
    if not shown:
        click.echo("No surge matches." if near is None else f"No surge began within {near} days of an episode's onset.")
    for entry in shown:
        click.echo(textwrap.fill(f"{spike_words(entry.spike)}; {entry.spike.impact:.1f} usual days above the usual.", 80))
        for onset in entry.near:
            click.echo(f"  {near_words(onset)}")

"""`admittance demo`: the whole way once, on simulated data, in a lake of its own."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click

from admittance.surface.commands.ask import print_cards
from admittance.surface.commands.console import Settings, json_option, note, progress_bar
from admittance.surface.commands.ingest import ingest_summary, run_summary
from admittance.surface.commands.serve import host_option, port_option, serve_lake

__all__ = ["demo"]

SEED = 2021


@click.command(
    short_help="The whole way once, on simulated data.",
    epilog="""\b
Examples:
  admittance demo
  admittance --lake /tmp/demo demo --no-serve
""",
)
@click.option("--no-serve", is_flag=True, help="Print the card and stop.")
@host_option
@port_option
@json_option
@click.pass_obj
def demo(settings: Settings, no_serve: bool, host: str, port: int, as_json: bool) -> None:
    """Build a small lake from a simulated scenario, print its card, and serve it.

    The scenario goes the way of real data: ingest, read, run, ask. Without --lake it has a lake of its own beside yours.
    """
    place = settings.place if settings.lake else str(Path(settings.place).with_name("demo-lake"))
    _build(place)
    _print_card(place, as_json=as_json)
    again = f"admittance --lake {place}"
    note(f"\nTry: {again} episodes\n     {again} claims\n     {again} status")
    if not no_serve:
        sys.stdout.flush()
        serve_lake(place, host, port)


def _build(place: str) -> None:
    """Write the scenario into the lake's folder, so that the evidence stays readable, and take it in."""
    from admittance.catalog import load
    from admittance.errors import UsageError
    from admittance.lab import write_scenario
    from admittance.lake import Lake
    from admittance.pipeline import documents_in, ingest, read_documents, run
    from admittance.surface.words import count_words

    if "://" in place:
        raise UsageError("demo writes its files beside its lake: name a local folder with --lake")
    catalog = load()
    lake = Lake.open(place, create=True)
    scenario = write_scenario(Path(place).resolve() / "scenario", seed=SEED)
    note(scenario.description)
    with progress_bar() as progress:
        measured = ingest(lake, "ooni", [scenario.raw], clock=_now, progress=progress)
        listed = ingest(lake, "storefronts", [scenario.storefronts], clock=_now, progress=progress)
        texts = list(documents_in([str(scenario.notices)], standard_input=BytesIO()))
        refused = [text for text in texts if isinstance(text, Exception)]
        if refused:
            raise refused[0]
        readings = list(
            read_documents((text for text in texts if not isinstance(text, Exception)), catalog=catalog, lake=lake, clock=_now)
        )
        report = run(lake, catalog=catalog, progress=progress)
    note(f"ingest ooni: {ingest_summary(measured)}")
    note(f"ingest storefronts: {ingest_summary(listed)}")
    actions, claims = sum(len(r.actions) for r in readings), sum(len(r.network_claims) for r in readings)
    note(f"read: {count_words(len(readings), 'document')}, {count_words(actions, 'action')}, {count_words(claims, 'claim')}.")
    note(f"run: {run_summary(report)}\n")


def _print_card(place: str, *, as_json: bool) -> None:
    from admittance.catalog import load
    from admittance.lake import Lake
    from admittance.model.ids import Country

    catalog = load()
    print_cards(Lake.open(place).snapshot(), catalog, catalog.find_subject("signal"), Country("CN"), as_json=as_json)


def _now() -> datetime:
    return datetime.now(UTC)

"""`admittance demo`: the whole way once, on simulated data, in a lake of its own."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from admittance.surface.commands.ask import print_cards
from admittance.surface.commands.console import Settings, json_option, note
from admittance.surface.commands.serve import host_option, port_option, serve_lake

__all__ = ["demo"]


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

    The scenario goes the way of real data: ingest, read, run, ask. Without --lake it has a lake of its own beside yours. Each
    time that lake is built anew, and what else was put into it is gone.
    """
    from admittance.errors import UsageError
    from admittance.surface.commands.demo_lake import build_demo

    if "://" in settings.place:
        raise UsageError("demo writes its files beside its lake: name a local folder with --lake")
    place = Path(settings.place) if settings.lake else Path(settings.place).with_name("demo-lake")
    build_demo(place.resolve())
    again = f"admittance --lake {shlex.quote(str(place))}"
    _print_card(str(place), again, as_json=as_json)
    note(f"\nTry: {again} episodes\n     {again} claims\n     {again} status")
    if not no_serve:
        sys.stdout.flush()
        serve_lake(str(place), host, port)


def _print_card(place: str, command: str, *, as_json: bool) -> None:
    from admittance.catalog import load
    from admittance.lake import Lake
    from admittance.model.ids import Country

    catalog = load()
    snapshot = Lake.open(place).snapshot()
    print_cards(snapshot, catalog, catalog.find_subject("signal"), Country("CN"), command=command, as_json=as_json)

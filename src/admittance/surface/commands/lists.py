"""`admittance catalog update`: published lists in, each kept as it was on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from admittance.surface.commands.console import PAST_DAY, Settings, json_option, note, print_json_lines, refuse_missing

if TYPE_CHECKING:
    from admittance.model.vocabulary import Origin
    from admittance.pipeline.editions import KeptList

__all__ = ["catalog", "kept_words"]

KINDS = (
    "ooni_dns",
    "ooni_http",
    "censored_planet_blockpages",
    "censored_planet_false_positives",
    "address_networks",
    "test_list",
)
UNUSABLE_SHOWN = 10


@click.group(
    short_help="Lists that others publish.",
    epilog="""\b
Examples:
  admittance catalog update fingerprints_http.csv
  admittance catalog update lists/cn.csv --date 2023-11-08
""",
)
def catalog() -> None:
    """Take in lists that others publish: fingerprints of blocking, signatures, test lists."""


@catalog.command(
    short_help="Take in published lists.",
    epilog="""\b
Examples:
  admittance catalog update fingerprints_dns.csv fingerprints_http.csv
  admittance catalog update lists/cn.csv --date 2023-11-08
  admittance catalog update https://raw.githubusercontent.com/citizenlab/test-lists/master/lists/global.csv
""",
)
@click.argument("places", metavar="PATH|URL…", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(KINDS), help="Which list it is, when neither its name nor its first line says.")
@click.option("--date", "holds_from", type=PAST_DAY, metavar="DATE", help="The day from which it holds, UTC. [default: today]")
@click.option("--licence", metavar="TEXT", help="The terms it is published under, where you know better.")
@click.option("--allow-private", is_flag=True, help="Also fetch from addresses that are not public.")
@json_option
@click.pass_context
def update(
    ctx: click.Context,
    places: tuple[str, ...],
    kind: str | None,
    holds_from: date | None,
    licence: str | None,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Take in lists that others publish, each as an edition that holds from a day until its next edition.

    Known are OONI's fingerprints (fingerprints_dns.csv, fingerprints_http.csv), Censored Planet's signatures
    (blockpage_signatures.json, false_positive_signatures.json), Citizen Lab's test lists (cn.csv, global.csv), and CAIDA's
    tables of the networks of addresses (routeviews-….pfx2as.gz). Folders are searched, for all but these tables. What holds
    already is left alone; of a malformed file nothing is kept. `run` uses the newest editions, `ingest` the tables of networks.
    """
    from admittance.errors import InputError
    from admittance.lake import Lake
    from admittance.model.edition import EditionKind
    from admittance.pipeline.editions import OtherFile, keep_list, published_lists

    settings: Settings = ctx.obj
    refuse_missing(places)
    day = holds_from or datetime.now(UTC).date()
    failed = False
    for found in published_lists(places, kind=EditionKind(kind) if kind is not None else None, allow_private=allow_private):
        if isinstance(found, InputError):
            failed = True
            note(f"Nothing kept of {found}")
        elif isinstance(found, OtherFile):
            note(f"Left out, no list of a known kind: {found.address}")
        else:
            lake = Lake.open(settings.place, create=True)
            kept = keep_list(lake, found, holds_from=day, clock=lambda: datetime.now(UTC), licence=licence)
            if as_json:
                print_json_lines([_object(kept, lake.snapshot().origin)])
            note(kept_words(kept))
    if failed:
        ctx.exit(3)


def _object(kept: KeptList, origin: Origin | None) -> dict[str, object]:
    from admittance.surface.queries.shapes import struct_object

    unusable = [{"line": line, "reason": reason} for line, reason in kept.unusable]
    return {**struct_object(kept), "unusable": unusable, "origin": origin}


def kept_words(kept: KeptList) -> str:
    """What became of a list, and which of its records cannot be used, in lines."""
    from admittance.surface.words import count_words, day

    told = f"holds from {day(kept.holds_from)}" if kept.new else f"no change: holds since {day(kept.holds_from)}"
    lines = [f"{kept.version}: {count_words(kept.entries, 'entry', 'entries')}, {told}"]
    if kept.unusable:
        lines.append(f"  {count_words(len(kept.unusable), 'record')} cannot be used:")
        lines += [f"    line {line}: {_plain(reason)}" for line, reason in kept.unusable[:UNUSABLE_SHOWN]]
    if len(kept.unusable) > UNUSABLE_SHOWN:
        lines.append(f"    … and {len(kept.unusable) - UNUSABLE_SHOWN:,} more: --json lists all")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A text for a terminal: a published list may hold control characters."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)

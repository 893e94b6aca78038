"""`admittance crawl accounts`: are the public accounts of institutions still shown here?"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from admittance.surface.commands.console import (
    COUNTRY,
    Settings,
    json_option,
    note,
    print_json_lines,
    progress_bar,
    refuse_missing,
)

if TYPE_CHECKING:
    from admittance.model.ids import Country

__all__ = ["accounts"]

FAILURES_SHOWN = 5


@click.command(
    name="accounts",
    short_help="Public accounts of institutions.",
    epilog="""\b
Examples:
  admittance crawl accounts universities.csv --in RU --to visits.csv
  admittance crawl accounts universities.csv --in RU --to visits.csv --pause 30
""",
)
@click.argument("pages", metavar="LIST", type=click.Path(path_type=Path))
@click.option("--in", "country", type=COUNTRY, metavar="CC", required=True, help="Country that this machine looks from.")
@click.option(
    "--to", "table", type=click.Path(path_type=Path), metavar="FILE", required=True, help="Table to add the visits to."
)
@click.option(
    "--pause",
    type=click.FloatRange(min=1, max=86_400),
    metavar="SECONDS",
    help="Between two requests to a site; 10 if not given.",
)
@click.option("--allow-loopback", is_flag=True, help="Also visit this machine itself (tests, local archives).")
@json_option
@click.pass_context
def accounts(
    ctx: click.Context, pages: Path, country: Country, table: Path, pause: float | None, allow_loopback: bool, as_json: bool
) -> None:
    """Visit each address of LIST once, politely, and add what was seen to a table for `ingest accounts`.

    LIST is a CSV with the columns institution and url: accounts or posts of institutions, never of persons. What robots.txt
    forbids is not visited; a page that cannot be read is never taken for gone. Broken off, it goes on where it stopped.
    """
    from admittance.pipeline.fetching import Fetcher, Reach
    from admittance.pipeline.visits import PAUSE, pages_listed, visit

    settings: Settings = ctx.obj
    refuse_missing([str(pages)])
    listed = pages_listed(pages)
    with progress_bar() as progress:
        report = visit(
            listed,
            table,
            country=country,
            fetcher=Fetcher(reach=Reach.LOOPBACK if allow_loopback else Reach.PUBLIC),
            clock=lambda: datetime.now(UTC),
            sleep=time.sleep,
            pause=PAUSE if pause is None else pause,
            progress=progress,
        )
    if as_json:
        print_json_lines(
            [{"visited": report.visited, "fresh": report.fresh, "unread": list(report.unread), "table": str(table)}]
        )
    else:
        lately = f", {report.fresh} visited lately and left out" if report.fresh else ""
        click.echo(f"{report.visited} of {len(listed)} pages visited{lately}; written to {table}")
        click.echo(f"Then: {settings.command} ingest accounts {table}")
    if report.unread:
        note(f"{len(report.unread)} could not be read, and are written as unknown:")
        for reason in report.unread[:FAILURES_SHOWN]:
            note(f"  {reason}")
        ctx.exit(3)

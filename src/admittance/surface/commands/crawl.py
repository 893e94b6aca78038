"""`admittance crawl`: asking stores what they list and platforms what they show, into tables that `ingest` takes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from admittance.surface.commands.console import COUNTRY, json_option, note, print_json_lines, progress_bar
from admittance.surface.commands.visits import accounts

if TYPE_CHECKING:
    from admittance.pipeline.crawl import CrawlReport

__all__ = ["crawl", "crawl_summary"]


@click.group(
    short_help="Ask stores what they list, and platforms what they show.",
    epilog="""\b
Examples:
  admittance crawl appstore --apps vpns.txt --countries cn,us,de --to apps-2026-03-01.jsonl
  admittance crawl accounts universities.csv --in RU --to visits.csv
""",
)
def crawl() -> None:
    """Ask stores what they list and platforms what they show, politely, into tables that `ingest` takes."""


crawl.add_command(accounts)


@crawl.command(
    short_help="Apps in Apple's storefronts.",
    epilog="""\b
Examples:
  admittance crawl appstore --apps vpns.txt --countries cn,us,de --to apps-2026-03-01.jsonl
  admittance crawl appstore --apps vpns.txt --countries all --to apps-2026-03-01.jsonl
  admittance ingest storefronts apps-2026-03-01.jsonl
""",
)
@click.option(
    "--apps",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="The apps: a line each, beginning with the id that Apple gives it.",
)
@click.option("--countries", required=True, metavar="CC,CC…|all", help="The storefronts.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE", help="The table.")
@click.option("--per-minute", type=click.FloatRange(min=0.1, max=600), metavar="N", help="Calls a minute. [default: 20]")
@click.option("--endpoint", metavar="URL", help="Another server that answers as Apple's does.")
@click.option("--allow-loopback", is_flag=True, help="Also ask a server on this machine itself.")
@json_option
@click.pass_context
def appstore(
    ctx: click.Context,
    apps: Path,
    countries: str,
    to: Path,
    per_minute: float | None,
    endpoint: str | None,
    allow_loopback: bool,
    as_json: bool,
) -> None:
    """Look up apps in Apple's storefronts, by its public lookup, up to 200 apps a call.

    Each app and storefront becomes a row: listed, not listed, or unknown where it could not be read, which is not the same.
    Killed at any moment, the same command goes on where it stopped; what was unknown is asked again. For another snapshot
    name another file. The exit status is 3 when something stayed unknown.
    """
    from admittance.errors import InputError
    from admittance.pipeline.crawl import PER_MINUTE, app_ids_of, crawl_appstore
    from admittance.pipeline.fetching import Fetcher, Reach
    from admittance.sources.itunes_lookup import ENDPOINT

    try:
        ids = app_ids_of(apps.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{apps}: no UTF-8") from error
    except InputError as error:
        raise InputError(f"{apps}: {error}") from error
    fetcher = Fetcher(reach=Reach.LOOPBACK if allow_loopback else Reach.PUBLIC, polite=False)
    with progress_bar() as progress:
        report = crawl_appstore(
            ids,
            _countries(countries),
            to,
            ask=fetcher.answer,
            clock=lambda: datetime.now(UTC),
            wait=time.sleep,
            per_minute=per_minute or PER_MINUTE,
            endpoint=endpoint or ENDPOINT,
            progress=progress,
        )
    if as_json:
        print_json_lines([msgspec.structs.asdict(report)])
    note(crawl_summary(report, to))
    if report.unknown or report.left:
        ctx.exit(3)


def crawl_summary(report: CrawlReport, to: Path) -> str:
    """What a crawl did, in sentences, and what to do next."""
    from admittance.surface.words import count_words

    known = f" ({report.already:,} already read)" if report.already else ""
    lines = [
        f"{count_words(report.calls, 'call')}: {report.listed:,} listed, {report.not_listed:,} not listed,"
        f" {report.unknown:,} unknown{known}."
    ]
    if report.left:
        left = count_words(report.left, "pair")
        lines.append(f"The store no longer answers: {left} not asked for. Repeat the command later.")
    elif report.unknown:
        lines.append("What is unknown could not be read; repeat the command to ask again.")
    lines.append(f"Take it in with: admittance ingest storefronts {to}")
    return "\n".join(lines)


def _countries(text: str) -> list[str]:
    from admittance.sources.countries import COUNTRIES

    if text.strip().lower() == "all":
        return sorted(COUNTRIES)
    codes = [COUNTRY.convert(code.strip(), None, None) for code in text.split(",") if code.strip()]
    unknown = [code for code in codes if code not in COUNTRIES]
    if unknown or not codes:
        raise click.UsageError(f"--countries {text}: write two-letter codes with commas between them, such as cn,us, or all")
    return list(dict.fromkeys(codes))

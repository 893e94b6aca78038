"""`admittance ingest` and `admittance run`: measurements in, conclusions up to date."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click
import msgspec

from admittance.surface.commands.console import (
    COUNTRY,
    PAST_DAY,
    TIME,
    Settings,
    json_option,
    note,
    print_json_lines,
    progress_bar,
    refuse_missing,
    since_option,
    until_option,
)

if TYPE_CHECKING:
    from admittance.model.ids import Country
    from admittance.pipeline.report import IngestReport
    from admittance.pipeline.run import RunReport

__all__ = ["ingest", "ingest_summary", "run", "run_summary"]

REASONS_SHOWN = 10


@click.command(
    short_help="Take in measurements.",
    epilog="""\b
Examples:
  admittance ingest ooni measurements.jsonl.gz
  admittance ingest ooni 2023/ --country KE --since 2023-11-01 --test telegram
  admittance ingest ooni s3://ooni-data-eu-fra --country KE --since 2023-11-08 --until 2023-11-15
  admittance ingest ooni-observations 2023-KE-telegram.csv.gz
  admittance ingest keywords search__ongoing__weibo.csv
  admittance ingest demand TR.csv --value series=vpn-interest
  admittance ingest storefronts apps.csv --map country=storefront --observed 2019-03-12
""",
)
@click.argument("source")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
@click.option("--country", "countries", type=COUNTRY, metavar="CC", multiple=True, help="Only this country; may be repeated.")
@since_option
@until_option
@click.option("--test", "tests", metavar="NAME", multiple=True, help="Only this test; may be repeated.")
@click.option(
    "--map",
    "renames",
    metavar="OURS=THEIRS",
    multiple=True,
    help="The file calls our column THEIRS; may be repeated.",
)
@click.option(
    "--value",
    "values",
    metavar="OURS=WORD",
    multiple=True,
    help="Our column OURS, which the file lacks, holds WORD on every row; may be repeated.",
)
@click.option("--platform", metavar="NAME", help="The same as --value platform=NAME, for tables of keywords and accounts.")
@click.option("--observed", type=TIME, metavar="DATE", help="When a table without dates was read.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes that read; one per core if not given.")
@click.option("--cluster", "cluster_address", metavar="ADDRESS", help="Let a Dask cluster read, such as tcp://host:8786.")
@click.option("--endpoint", metavar="URL", help="Where the archive's S3 server is, if not where AWS_ENDPOINT_URL says.")
@click.option("--region", metavar="NAME", help="The archive's region, if not the one that AWS_REGION says.")
@click.option("--anonymous", is_flag=True, help="Fetch from the archive without the credentials in the environment.")
@json_option
@click.pass_context
def ingest(
    ctx: click.Context,
    source: str,
    paths: tuple[str, ...],
    countries: tuple[Country, ...],
    since: datetime | None,
    until: datetime | None,
    tests: tuple[str, ...],
    renames: tuple[str, ...],
    values: tuple[str, ...],
    platform: str | None,
    observed: datetime | None,
    workers: int | None,
    cluster_address: str | None,
    endpoint: str | None,
    region: str | None,
    anonymous: bool,
    as_json: bool,
) -> None:
    """Take in files, folders or s3:// archives of a SOURCE.

    Sources: ooni, ooni-observations, censored-planet, storefronts, listings, checks, keywords, accounts, demand, monitors.

    Doing it twice changes nothing; what was fetched is not fetched again. A line that cannot be read, or only in part, is kept
    with the reason; the exit status is then 3, also when an earlier ingest kept it.
    """
    from admittance.lake import Lake
    from admittance.pipeline.files import Access
    from admittance.pipeline.ingest import ingest as ingest_files
    from admittance.sources import Selection, source_named
    from admittance.surface.commands.known_rejects import known_rejects

    settings: Settings = ctx.obj
    if workers is not None and cluster_address is not None:
        raise click.UsageError("--workers and --cluster exclude each other")
    if observed is not None and observed > datetime.now(UTC):
        raise click.UsageError(f"--observed {observed:%Y-%m-%d}: lies in the future")
    source_read = source_named(source)  # refuse a misspelt source before a lake is made
    refuse_missing(paths)
    names = dict(_rename(text) for text in renames)
    words = dict(_value(text) for text in values)
    if platform is not None:
        if words.get("platform", platform) != platform:
            raise click.UsageError(f"--platform {platform} and --value platform={words['platform']} exclude each other")
        words |= dict([_value(f"platform={platform}")])
    selection = Selection(countries=frozenset(countries), since=since, until=until, tests=frozenset(tests))
    access = Access(endpoint=endpoint, region=region, anonymous=anonymous)
    with progress_bar() as progress:
        lake = Lake.open(settings.place, create=True)
        report = ingest_files(
            lake,
            source,
            paths,
            clock=lambda: datetime.now(UTC),
            selection=selection,
            renames=names,
            values=words,
            observed=observed,
            workers=workers or os.cpu_count() or 1,
            cluster_address=cluster_address,
            access=access,
            progress=progress,
        )
        snapshot = lake.snapshot()
        known = known_rejects(
            snapshot, source_read, paths, selection=selection, access=access, told=report.reasons | report.flaws
        )
    if as_json:
        print_json_lines([{**msgspec.structs.asdict(report), "known_reasons": known, "origin": snapshot.origin}])
    note(ingest_summary(report, known))
    if report.rejects or report.flawed or known:
        ctx.exit(3)


def ingest_summary(report: IngestReport, known_reasons: Mapping[str, int] | None = None) -> str:
    """What an ingest did, in sentences: files, lines, measurements, and why lines were not read, now or earlier."""
    from admittance.surface.words import count_words

    known = f" ({report.unchanged:,} already known)" if report.unchanged else ""
    lines = [
        f"{count_words(report.files, 'file')} read{known}: {count_words(report.lines, 'line')},"
        f" {count_words(report.measurements, 'measurement')}, {count_words(report.observations, 'observation')}."
    ]
    if report.testimonies:
        lines.append(f"{count_words(report.testimonies, 'testimony', 'testimonies')} of other monitors.")
    if report.rejects:
        lines.append(f"{count_words(report.rejects, 'line')} could not be read, kept with the reason:")
        lines += _reasons(report.reasons)
    if report.flawed:
        lines.append(f"{count_words(report.flawed, 'measurement')} could be read only in part, the rest left out:")
        lines += _reasons(report.flaws)
    if known_reasons:
        earlier = count_words(sum(known_reasons.values()), "line")
        lines.append(
            f"{earlier} of these files could not be read, or only in part, by an earlier ingest, kept with the reason:"
        )
        lines += _reasons(known_reasons)
    return "\n".join(lines)


def _reasons(reasons: Mapping[str, int]) -> list[str]:
    """The most frequent reasons with their numbers, and how many there are beside them."""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    rest = ordered[REASONS_SHOWN:]
    told = [f"  {number:,} × {reason}" for reason, number in ordered[:REASONS_SHOWN]]
    if rest:
        told.append(f"  {sum(number for _, number in rest):,} for {len(rest):,} further reasons: see the table of rejects")
    return told


def _rename(text: str) -> tuple[str, str]:
    from admittance.errors import UsageError

    ours, separator, theirs = text.partition("=")
    if not (separator and ours.strip() and theirs.strip()):
        raise UsageError(f"--map {text}: write OURS=THEIRS, such as observed=commit_date")
    return ours.strip(), theirs.strip()


def _value(text: str) -> tuple[str, str]:
    from admittance.errors import UsageError

    ours, separator, word = text.partition("=")
    if not (separator and ours.strip() and word.strip()):
        raise UsageError(f"--value {text}: write OURS=WORD, such as marketplace=amazon")
    return ours.strip(), word.strip()


@click.command(
    short_help="Draw the conclusions from what is new.",
    epilog="""\b
Examples:
  admittance run
  admittance --lake /data/lake run
  admittance run --as-of 2023-11-08
""",
)
@click.option("--as-of", type=PAST_DAY, metavar="DATE", help="With the lists and controls of this day, beside the present.")
@json_option
@click.pass_obj
def run(settings: Settings, as_of: date | None, as_json: bool) -> None:
    """Draw the conclusions from whatever is new: judge, count, detect, compare with what is said.

    With --as-of, all measurements are scored with the editions of published lists that held on that day, and with controls
    from measurements until its end. The result stands beside the present one; other commands show it with --as-of alone.
    """
    from admittance.lake import Lake
    from admittance.pipeline.run import run as run_pipeline

    with progress_bar() as progress:
        lake = Lake.open(settings.place)
        report = run_pipeline(lake, as_of=as_of, progress=progress)
    if as_json:
        print_json_lines([{**msgspec.structs.asdict(report), "origin": lake.snapshot().origin}])
    note(run_summary(report))


def run_summary(report: RunReport) -> str:
    """What a run did, in a sentence or two."""
    from admittance.surface.words import count_words

    beside = f", as of {report.as_of}, beside the present" if report.as_of is not None else ""
    lists = f" Published lists: {', '.join(report.editions)}." if report.editions else ""
    return (
        f"Lake version {report.release}{beside}: {count_words(report.verdicts, 'verdict')},"
        f" {count_words(report.episodes, 'episode')}, {count_words(report.corroborations, 'corroboration')};"
        f" {count_words(report.changes, 'change')} recorded,"
        f" {report.rejudged} of {count_words(report.countries, 'country', 'countries')} judged anew.{lists}"
    )

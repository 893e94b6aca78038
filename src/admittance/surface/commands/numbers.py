"""`admittance sql` and `admittance status`: the tables themselves, and what they hold."""

from __future__ import annotations

from datetime import date
from itertools import groupby, islice
from typing import TYPE_CHECKING

import click

from admittance.surface.commands.console import (
    Settings,
    as_of_option,
    dated,
    json_option,
    open_snapshot,
    print_json_lines,
    say_as_of,
    say_origin,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from admittance.surface.queries import CoverageSpan, LakeStatus

__all__ = ["sql", "status"]

ROWS_SHOWN = 100
SPANS_SHOWN = 20


@click.command(
    short_help="A SELECT over the tables.",
    epilog="""\b
Examples:
  admittance sql "SELECT country, count(*) FROM measurements GROUP BY ALL"
  admittance sql "SELECT rule, reason, file, \\"offset\\" FROM verdicts WHERE subject = 'signal'" --json
  admittance sql "SHOW TABLES"
""",
)
@click.argument("statement")
@as_of_option
@json_option
@click.pass_obj
def sql(settings: Settings, statement: str, as_of: date | None, as_json: bool) -> None:
    """Answer one SELECT over the tables of the lake, read-only, in DuckDB's SQL.

    `admittance status` lists the tables. Times are UTC.
    """
    import polars as pl

    from admittance.lake import query

    snapshot = open_snapshot(settings, as_of)
    rows = query(snapshot, statement)
    if as_json:
        say_origin(snapshot.origin, as_json=True)
        say_as_of(snapshot, as_json=True)
        print_json_lines(dated(({**row, "origin": row.get("origin", snapshot.origin)} for row in rows), snapshot))
        return
    shown = list(islice(rows, ROWS_SHOWN + 1))
    say_origin(snapshot.origin, as_json=False)
    say_as_of(snapshot, as_json=False)
    table = pl.DataFrame(shown[:ROWS_SHOWN], infer_schema_length=None)
    with pl.Config(
        tbl_rows=ROWS_SHOWN, tbl_cols=-1, fmt_str_lengths=60, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True
    ):
        click.echo(str(table) if shown else "No row.")
    if len(shown) > ROWS_SHOWN:
        click.echo(f"More than {ROWS_SHOWN} rows; --json prints all of them.")


@click.command(
    short_help="What the lake holds.",
    epilog="""\b
Examples:
  admittance status
  admittance --lake /data/lake status --json
""",
)
@json_option
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """Say what the lake holds: sources, unread lines and why, tests, what was covered, published lists, tables."""
    from admittance.catalog import load
    from admittance.lake import Lake
    from admittance.surface import queries
    from admittance.surface.queries.shapes import struct_object

    lake = Lake.open(settings.place)
    snapshot = lake.snapshot()
    found = queries.status(snapshot, load(), lake.days())
    say_origin(snapshot.origin, as_json=as_json)
    if as_json:
        print_json_lines([struct_object(found)])
        return
    click.echo(_status_text(found))


def _status_text(found: LakeStatus) -> str:
    from admittance.surface.words import count_words, lag_words, moment

    origin = f"{found.origin.value} data" if found.origin is not None else "no data yet"
    lines = [f"Lake {found.place}", f"  version {found.version}, {origin}, catalog {found.catalog}"]
    for source in found.sources:
        lines.append(f"Source {source.source}, last ingested {moment(source.recorded_at)}")
        lines.append(
            f"  {count_words(source.files, 'file')}, {count_words(source.lines, 'line')},"
            f" {count_words(source.measurements, 'measurement')}, {count_words(source.observations, 'observation')},"
            f" {count_words(source.rejects, 'line')} not read"
        )
        if source.first_time is not None and source.last_time is not None:
            lines.append(f"  measured between {moment(source.first_time)} and {moment(source.last_time)}")
            lines.append(f"  the last {lag_words(source.lag_hours)} before it was ingested")
    if found.coverage:
        lines.append("Coverage (`admittance coverage SUBJECT --in CC` shows each day)")
        lines += _coverage_lines(found.coverage)
    if found.editions:
        lines += ["Published lists", *(f"  {entry.version}: {entry.licence}" for entry in found.editions)]
    if found.categories:
        lines.append("Categories of test lists (`admittance episodes --category CODE`), sites listed and measured")
        lines += [f"  {entry.listed:>7,} {entry.measured:>7,}  {entry.code} {entry.category}" for entry in found.categories]
    if found.as_of:
        lines.append(f"Also scored as of {', '.join(found.as_of)}")
    for title, counts in (("Lines not read, by reason", found.reasons), ("Measurements by test", found.tests)):
        if counts:
            lines += [title, *(f"  {number:>12,}  {name}" for name, number in counts.items())]
    lines += ["Rows by table", *(f"  {number:>12,}  {name}" for name, number in found.rows.items())]
    return "\n".join(lines)


def _coverage_lines(spans: Sequence[CoverageSpan]) -> list[str]:
    """A line for each country and gate; of a gate with many countries those most often measured, and how many others."""
    lines = []
    for _, group in groupby(sorted(spans, key=lambda span: span.gate), key=lambda span: span.gate):
        own = sorted(group, key=lambda span: (-span.scored, span.country))
        lines += [_span_text(span) for span in sorted(own[:SPANS_SHOWN], key=lambda span: span.country)]
        if own[SPANS_SHOWN:]:
            scored = sum(span.scored for span in own[SPANS_SHOWN:])
            lines.append(f"  and {len(own) - SPANS_SHOWN} more countries, {own[0].gate}: {scored:,} scored; --json lists them")
    return lines


def _span_text(span: CoverageSpan) -> str:
    from admittance.surface.words import count_words, day

    places = f" from {count_words(span.networks, 'network')}" if span.networks else ""
    gaps = f", {count_words(span.days_without, 'day')} in between not measured" if span.days_without else ""
    counts = [
        f"{count:,} {name}"
        for name, count in (
            ("scored", span.scored),
            ("insufficient", span.insufficient),
            ("failed", span.failed),
            ("late", span.late),
        )
        if count or name == "scored"
    ]
    return (
        f"  {span.country} {span.gate}: {count_words(span.subjects, 'subject')}{places}, {day(span.first_day)} to"
        f" {day(span.last_day)}{gaps}; {', '.join(counts)}"
    )

"""`admittance evaluate`: how well detection does on labelled series, and how well the baselines do."""

from __future__ import annotations

import click
import msgspec

from admittance.surface.commands.console import json_option, print_json_lines, read_series

__all__ = ["evaluate"]


@click.command(
    short_help="Measure detection on labelled series, without a lake.",
    epilog="""\b
Examples:
  admittance evaluate series.csv truth.csv
  admittance evaluate vpn-interest.csv events.csv --kind demand --where country_code=TR
""",
)
@click.argument("series", metavar="SERIES.csv")
@click.argument("labels", metavar="LABELS.csv")
@click.option(
    "--kind",
    type=click.Choice(["proportion", "snapshot", "list", "tries", "counts", "demand"]),
    default="proportion",
    show_default=True,
    help="What a row counts, as for `admittance detect`.",
)
@click.option("--where", metavar="COLUMN=VALUE", multiple=True, help="Take only the labels with this value.")
@json_option
def evaluate(series: str, labels: str, kind: str, where: tuple[str, ...], as_json: bool) -> None:
    """Replay series against labelled events: recall, errors, delay, bracket coverage, false alarms; ours and a baseline's.

    SERIES.csv is what `admittance detect` takes. LABELS.csv has the same keys with onset and end (empty: it went on), and a row
    without onset for a quiet series; for demand start_date. The baseline is an hourly CUSUM, for demand a sliding z-score.
    """
    import polars as pl

    from admittance.detect import Kind
    from admittance.errors import UsageError
    from admittance.evaluate import evaluate_demand, evaluate_restrictions

    table, known = read_series(series), read_series(labels)
    for condition in where:
        column, equals, value = condition.partition("=")
        if not equals or column not in known.columns:
            raise UsageError(f"--where {condition}: write COLUMN=VALUE with a column of {labels}: {', '.join(known.columns)}")
        known = known.filter(pl.col(column) == value)
    scores = evaluate_demand(table, known) if kind == "demand" else evaluate_restrictions(table, known, kind=Kind(kind))
    rows = [msgspec.structs.asdict(score) for score in scores]
    if as_json:
        print_json_lines(rows)
        return
    ours, theirs = rows
    width = max(map(len, ours))
    for name, value in ours.items():
        click.echo(f"{name.replace('_', ' '):{width}}  {_text(value):>12}  {_text(theirs[name]):>16}")


def _text(value: object) -> str:
    return "-" if value is None else str(value)

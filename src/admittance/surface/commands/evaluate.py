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
  admittance evaluate real.csv --hide-days 0.3
  admittance evaluate real.csv --plant 0.6 --plant-days 14
""",
)
@click.argument("series", metavar="SERIES.csv")
@click.argument("labels", metavar="[LABELS.csv]", required=False)
@click.option(
    "--kind",
    type=click.Choice(["proportion", "snapshot", "list", "tries", "counts", "demand"]),
    default="proportion",
    show_default=True,
    help="What a row counts, as for `admittance detect`.",
)
@click.option("--where", metavar="COLUMN=VALUE", multiple=True, help="Take only the labels with this value.")
@click.option("--hide-days", type=float, metavar="SHARE", help="Hide this share of the days: do brackets hold?")
@click.option("--plant", type=float, metavar="SHARE", help="Let this share of what worked fail for a while.")
@click.option("--plant-days", type=int, metavar="DAYS", default=14, show_default=True, help="How long that lasts.")
@click.option("--draws", type=click.IntRange(1, 1000), default=20, show_default=True, help="How often days are hidden.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the days to hide and of the times to plant.")
@json_option
def evaluate(
    series: str,
    labels: str | None,
    kind: str,
    where: tuple[str, ...],
    hide_days: float | None,
    plant: float | None,
    plant_days: int,
    draws: int,
    seed: int,
    as_json: bool,
) -> None:
    """Replay series against labelled events: recall, errors, delay, bracket coverage, false alarms; ours and a baseline's.

    SERIES.csv is what `admittance detect` takes. LABELS.csv has the same keys with onset and end (empty: it went on), and a row
    without onset for a quiet series; for demand start_date. The baseline is an hourly CUSUM, for demand a sliding z-score.

    Without labels, --hide-days tells how the brackets fare when days of these series are hidden, and --plant replays a known
    restriction in the noise of these series; both together hide days of the series with the restriction in them.
    """
    import polars as pl

    from admittance.detect import Kind
    from admittance.errors import UsageError
    from admittance.evaluate import evaluate_demand, evaluate_hidden, evaluate_restrictions, planted

    table = read_series(series)
    known = None if labels is None else read_series(labels)
    if (hide_days is not None or plant is not None) and (kind == "demand" or known is not None):
        raise UsageError("--hide-days and --plant take no LABELS.csv, and no series of demand")
    if plant is not None:
        table, known = planted(table, share=plant, days=plant_days, seed=seed)
    if hide_days is not None:
        score = msgspec.structs.asdict(evaluate_hidden(table, share=hide_days, draws=draws, seed=seed, kind=Kind(kind)))
        if as_json:
            print_json_lines([score])
        else:
            _print_columns(score)
        return
    if known is None:
        raise UsageError("name LABELS.csv, or use --hide-days SHARE or --plant SHARE")
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
    _print_columns(*rows)


def _print_columns(*rows: dict[str, object]) -> None:
    width = max(map(len, rows[0]))
    for name in rows[0]:
        click.echo("  ".join([f"{name.replace('_', ' '):{width}}", *(f"{_text(row[name]):>16}" for row in rows)]))


def _text(value: object) -> str:
    return "-" if value is None else str(value)

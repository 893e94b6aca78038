"""`admittance judge` and `admittance detect`: pure steps on files, which store nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import click
import msgspec

from admittance.surface.commands.console import (
    Settings,
    json_option,
    note,
    open_snapshot,
    print_json_lines,
    progress_bar,
    read_series,
    say_origin,
)

__all__ = ["detect", "judge"]

REJECTS_SHOWN = 10


@click.command(
    short_help="Judge raw measurements, without a lake.",
    epilog="""\b
Examples:
  admittance judge measurements.jsonl.gz
  admittance judge 2023/11/ --json | jq 'select(.state == "blocked")'
  admittance --lake /data/lake judge new.jsonl.gz --with-lake
""",
)
@click.argument("paths", metavar="FILE…", nargs=-1, required=True)
@click.option("--with-lake", is_flag=True, help="Judge with the controls and published lists of the lake, as `run` does.")
@json_option
@click.pass_context
def judge(ctx: click.Context, paths: tuple[str, ...], with_lake: bool, as_json: bool) -> None:
    """Judge raw OONI measurements, each by itself: a line per measurement and target.

    Nothing is stored. Without --with-lake a measurement is judged by its own control alone; with it, also by what the lake's
    last run learned from others. Measurements without anything to judge are counted on standard error. Layers that were not
    tested are null in JSON and left out of the text.
    """
    from admittance.catalog import load
    from admittance.pipeline.judging import judge_files
    from admittance.surface.queries.shapes import struct_object
    from admittance.surface.words import count_words

    settings: Settings = ctx.obj
    snapshot = open_snapshot(settings) if with_lake else None
    if snapshot is not None:
        say_origin(snapshot.origin, as_json=as_json)
    rejects: list[str] = []
    flaws: list[str] = []
    unjudged: Counter[str] = Counter()
    measurements = 0
    with progress_bar() as progress:
        for batch in judge_files(paths, catalog=load(), clock=lambda: datetime.now(UTC), snapshot=snapshot):
            measurements += batch.measurements
            rejects += batch.rejects
            flaws += batch.flaws
            unjudged.update(batch.unjudged)
            progress("judge", measurements)
            if as_json:
                print_json_lines(struct_object(judgement) for judgement in batch.judgements)
                continue
            for judgement in batch.judgements:
                layers = [
                    f"  {name} {layer.state.value.replace('_', ' ')} by {layer.rule}"
                    for name, layer in msgspec.structs.asdict(judgement.layers).items()
                    if layer is not None
                ]
                state = judgement.state.value.replace("_", " ")
                click.echo("\n".join([f"{judgement.target}: {state} ({judgement.measurement_uid})", *layers]))
    if unjudged:
        tests = ", ".join(f"{number:,} of {name}" for name, number in sorted(unjudged.items()))
        note(
            f"{unjudged.total():,} of {count_words(measurements, 'measurement')} gave nothing to judge,"
            f" for their test is not judged or they hold no facts: {tests}."
        )
    if rejects:
        read = count_words(measurements, "measurement")
        _note_some(f"{count_words(len(rejects), 'line')} could not be read, beside {read}:", rejects)
    if flaws:
        _note_some(f"{count_words(len(flaws), 'measurement')} could be read only in part, the rest left out:", flaws)
    if rejects or flaws:
        ctx.exit(3)


def _note_some(told: str, reasons: list[str]) -> None:
    note("\n".join([told, *(f"  {reason}" for reason in reasons[:REJECTS_SHOWN])]))
    if len(reasons) > REJECTS_SHOWN:
        note(f"  … and {len(reasons) - REJECTS_SHOWN:,} more")


@click.command(
    short_help="Find restrictions in plain series, without a lake.",
    epilog="""\b
Examples:
  admittance detect series.csv
  admittance detect series.csv --json
  admittance detect storefronts.csv --kind snapshot
  admittance detect vpn-interest.csv --kind demand
""",
)
@click.argument("path", metavar="FILE.csv")
@click.option(
    "--kind",
    type=click.Choice(["proportion", "snapshot", "list", "tries", "counts", "demand"]),
    default="proportion",
    show_default=True,
    help="What a row counts: failures among measurements, absences at a moment, refusals among a handful of attempts,"
    " new items in a bin, or interest on a day.",
)
@json_option
def detect(path: str, kind: str, as_json: bool) -> None:
    """Find restrictions in plain series: columns time (bin start, UTC), n (trials), k (failures); any others name the series.

    Nothing is stored. An absent row was not measured. Ends are exclusive; the end of what goes on is null, and so is an
    unbounded side of a bracket. With --kind demand the columns are date and value, and spikes of interest come out.
    """
    from admittance.detect import Kind, detect_series, find_spikes
    from admittance.errors import InputError

    table = read_series(path)
    try:
        found = find_spikes(table) if kind == "demand" else detect_series(table, kind=Kind(kind))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    if as_json:
        print_json_lines(found.iter_rows(named=True))
        return
    if found.is_empty():
        click.echo("No spike found." if kind == "demand" else "No restriction found.")
    for row in found.iter_rows(named=True):
        click.echo(_spike_text(row) if kind == "demand" else _interval_text(row, kind))


def _spike_text(row: dict[str, object]) -> str:
    keys = ", ".join(f"{name} {value}" for name, value in row.items() if name not in ("start", "end", "peak", "impact"))
    until = "still going on when the series ends" if row["end"] is None else f"until {row['end']}"
    return f"{keys or 'the series'}: from {row['start']} {until}, peak {row['peak']}, impact {row['impact']} usual days"


def _interval_text(row: dict[str, object], kind: str) -> str:
    from admittance.surface.words import bracket_words, moment

    times = {name: value for name, value in row.items() if isinstance(value, datetime)}
    facts = ("onset", "onset_earliest", "onset_latest", "end", "end_earliest", "end_latest", "confidence", "n", "k")
    keys = ", ".join(f"{name} {value}" for name, value in row.items() if name not in facts)
    counted = f"{row['k']} new in {row['n']} bins" if kind == "counts" else f"{row['k']} of {row['n']} failed"
    told = f"{keys or 'the series'}: {counted}, confidence {row['confidence']}"
    onset = f"  from {moment(times['onset'])}, onset {bracket_words(times.get('onset_earliest'), times.get('onset_latest'))}"
    if "end" not in times:
        return f"{told}\n{onset}\n  still going on when the series ends"
    end = f"  until {moment(times['end'])}, end {bracket_words(times.get('end_earliest'), times.get('end_latest'))}"
    return f"{told}\n{onset}\n{end}"

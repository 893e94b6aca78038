"""`admittance episodes` and `admittance changes`: dated restrictions, their evidence, and what became of them."""

from __future__ import annotations

import textwrap
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from admittance.surface.commands.console import (
    Settings,
    as_of_option,
    country_option,
    dated,
    json_option,
    open_snapshot,
    print_json_lines,
    say_as_of,
    say_origin,
    since_option,
    subject_option,
    until_option,
)

if TYPE_CHECKING:
    from admittance.catalog import Catalog
    from admittance.lake import Snapshot
    from admittance.model.episode import Episode
    from admittance.model.ids import Country, SubjectId
    from admittance.surface.queries import Evidence, EvidenceList

__all__ = ["changes", "episodes"]

GATES = ("network", "function", "store", "listing", "content")
EVIDENCE_SHOWN = 20


@click.command(
    short_help="Dated restrictions and their evidence.",
    epilog="""\b
Examples:
  admittance episodes --subject telegram --in KE
  admittance episodes --since 2023-11-01 --until 2023-12-01 --json
  admittance episodes --id KE-2023-telegram-network-1 --evidence
""",
)
@subject_option
@country_option
@click.option("--category", metavar="CODE", help="Only subjects of this category of the test lists, such as NEWS.")
@click.option("--topic", metavar="TOPIC", help="Only keywords that speak of this, such as june-4.")
@click.option("--gate", type=click.Choice(GATES), help="Only this gate.")
@since_option
@until_option
@click.option("--id", "episode_id", metavar="ID", help="Only the episode of this id.")
@click.option("--evidence", is_flag=True, help="List the measurements behind each episode instead.")
@as_of_option
@json_option
@click.pass_obj
def episodes(
    settings: Settings,
    subject: str | None,
    country: Country | None,
    category: str | None,
    topic: str | None,
    gate: str | None,
    since: datetime | None,
    until: datetime | None,
    episode_id: str | None,
    evidence: bool,
    as_of: date | None,
    as_json: bool,
) -> None:
    """List episodes: dated restrictions of a subject in a country at a gate, newest first.

    An episode is between --since and --until when any part of it may be, brackets included.
    """
    from admittance.errors import UsageError
    from admittance.model.ids import EpisodeId
    from admittance.model.vocabulary import Gate
    from admittance.surface import queries
    from admittance.surface.queries.shapes import episode_object, struct_object

    snapshot = open_snapshot(settings, as_of)
    catalog = queries.naming_catalog(snapshot)
    found = queries.episodes(
        snapshot,
        queries.EpisodeFilter(
            subject=catalog.find_subject(subject) if subject is not None else None,
            subjects=_subjects(snapshot, catalog, category, topic),
            country=country,
            gate=Gate(gate) if gate is not None else None,
            since=since,
            until=until,
            id=EpisodeId(episode_id) if episode_id is not None else None,
        ),
    )
    if episode_id is not None and not found:
        raise UsageError(f"no episode {episode_id!r} in this lake; `{settings.command} episodes` lists all")
    say_origin(snapshot.origin, as_json=as_json)
    say_as_of(snapshot, as_json=as_json)
    limit = 1_000_000_000 if as_json else EVIDENCE_SHOWN
    if as_json and evidence:
        for entry in found:
            rows = queries.evidence_of_episode(snapshot, entry, limit=limit).shown
            print_json_lines(dated(({"episode": entry.id, **struct_object(row)} for row in rows), snapshot))
    elif as_json:
        print_json_lines(dated((episode_object(entry, catalog) for entry in found), snapshot))
    elif not found:
        told = "No episode matches. That is not a sign that nothing is blocked"
        click.echo(f"{told}: `{settings.command} ask SUBJECT` says what was measured.")
    elif evidence:
        for entry in found:
            click.echo(
                f"{_heading(entry, catalog)}\n{_evidence_text(queries.evidence_of_episode(snapshot, entry, limit=limit))}"
            )
    else:
        click.echo("\n\n".join(_episode_text(entry, catalog) for entry in found))


def _subjects(snapshot: Snapshot, catalog: Catalog, category: str | None, topic: str | None) -> frozenset[SubjectId] | None:
    """The subjects that a category and a topic leave; null where neither is given."""
    from admittance.surface import queries

    kept = [queries.subjects_of_category(snapshot, catalog, category)] if category is not None else []
    kept += [queries.keywords_on(snapshot, catalog, topic)] if topic is not None else []
    return frozenset.intersection(*kept) if kept else None


@click.command(
    short_help="What became of episodes.",
    epilog="""\b
Examples:
  admittance changes
  admittance changes --id KE-2023-telegram-network-1 --json
""",
)
@click.option("--id", "episode_id", metavar="ID", help="Only the episode of this id.")
@subject_option
@json_option
@click.pass_obj
def changes(settings: Settings, episode_id: str | None, subject: str | None, as_json: bool) -> None:
    """Print the log of what became of episodes: opened, extended, closed, revised, oldest first."""
    from admittance.model.ids import EpisodeId
    from admittance.surface import queries
    from admittance.surface.queries.shapes import change_object

    snapshot = open_snapshot(settings)
    found = queries.changes(
        snapshot,
        episode_id=EpisodeId(episode_id) if episode_id is not None else None,
        subject=queries.naming_catalog(snapshot).find_subject(subject) if subject is not None else None,
    )
    say_origin(snapshot.origin, as_json=as_json)
    if as_json:
        print_json_lines(change_object(entry, snapshot.origin) for entry in found)
        return
    if not found:
        click.echo("No change has been recorded.")
    for entry in found:
        click.echo(f"{entry.sequence}. {entry.episode} {entry.kind}: {entry.reason}")


def _heading(entry: Episode, catalog: Catalog) -> str:
    from admittance.surface.words import period_words, state_words

    part = f" ({entry.part})" if entry.part is not None else ""
    what = f"{catalog.subject_name(entry.subject)} in {entry.country}, {entry.gate}{part}"
    return f"{entry.id}\n  {what}: {state_words(entry.state, entry.gate)}, {period_words(entry)}"


def _episode_text(entry: Episode, catalog: Catalog) -> str:
    from admittance.surface.words import confidence_words, count_words, episode_facts, list_words, uncertainty_words

    facts = [
        *episode_facts(entry),
        f"Confidence {confidence_words(entry.confidence)}; {count_words(entry.reports, 'independent report')};"
        f" seen by {list_words(entry.witnesses) or 'no source'}.",
        uncertainty_words(entry),
    ]
    return "\n".join(
        [_heading(entry, catalog), *(textwrap.fill(fact, 80, initial_indent="  ", subsequent_indent="    ") for fact in facts)]
    )


def _evidence_text(evidence: EvidenceList) -> str:
    more = evidence.total - len(evidence.shown)
    lines = [_measurement_text(row) for row in evidence.shown]
    if more > 0:
        lines.append(f"  … and {more:,} more: --json prints all {evidence.total:,}.")
    return "\n".join(lines)


def _measurement_text(row: Evidence) -> str:
    from admittance.surface.words import moment

    network = f" AS{row.network}" if row.network is not None else ""
    layer = f" {row.layer}" if row.layer is not None else ""
    return "\n".join(
        [
            f"  {moment(row.time)}{network} {row.target}{layer}: {row.state.replace('_', ' ')} by rule {row.rule}",
            textwrap.fill(row.reason, 80, initial_indent="    ", subsequent_indent="    "),
            f"    measurement {row.measurement_uid or 'without an id of its own'}",
            f"    {row.address or 'address unknown'} at byte {row.offset}",
            f"    line sha256 {row.line_sha256}",
        ]
    )

"""`admittance claims` and `admittance actions`: what documents say, beside what was observed."""

from __future__ import annotations

import textwrap
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
    subject_option,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from admittance.catalog import Catalog
    from admittance.model.corroboration import Corroboration
    from admittance.model.documents import Document, Span
    from admittance.model.ids import Country
    from admittance.surface.queries import StatementFilter

__all__ = ["actions", "claims"]

STATUSES = ("supported", "contradicted", "too_early", "unobservable", "undetermined")


@click.command(
    short_help="What is said to be blocked, and whether it was.",
    epilog="""\b
Examples:
  admittance claims --subject signal --in CN
  admittance claims --status contradicted --json
""",
)
@subject_option
@country_option
@click.option("--status", type=click.Choice(STATUSES), help="Only claims of which the observed says this.")
@click.option("--document", metavar="SHA256", help="Only what this document says.")
@as_of_option
@json_option
@click.pass_obj
def claims(
    settings: Settings,
    subject: str | None,
    country: Country | None,
    status: str | None,
    document: str | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """List claims about reachability, each with its sentence, its source, and what was observed about it."""
    from admittance.catalog import load
    from admittance.surface import queries
    from admittance.surface.queries.shapes import claim_object
    from admittance.surface.words import claim_words, voice_words

    catalog = load()
    snapshot = open_snapshot(settings, as_of)
    found = queries.claims(snapshot, _filter(catalog, subject, country, status, document))
    say_origin(snapshot.origin, as_json=as_json)
    say_as_of(snapshot, as_json=as_json)
    if as_json:
        print_json_lines(dated((claim_object(entry) for entry in found), snapshot))
        return
    if not found:
        click.echo("No claim matches.")
    for entry in found:
        voice = voice_words(entry.claim.attribution, catalog, entry.document.publisher)
        told = f"{claim_words(entry.claim, catalog)} ({voice})"
        _print_statement(entry.claim.id, told, entry.claim.quotes, entry.document, entry.corroborations, catalog)


@click.command(
    short_help="Who ordered whom to do what.",
    epilog="""\b
Examples:
  admittance actions --subject taobao
  admittance actions --in CN --json
""",
)
@subject_option
@country_option
@click.option("--status", type=click.Choice(STATUSES), help="Only actions of which the observed says this.")
@click.option("--document", metavar="SHA256", help="Only what this document tells.")
@as_of_option
@json_option
@click.pass_obj
def actions(
    settings: Settings,
    subject: str | None,
    country: Country | None,
    status: str | None,
    document: str | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """List actions: what somebody with power did, ordered or planned, each with its sentence and its source.

    --subject finds everybody an action mentions: who ordered, who carries it out, whom it hits.
    """
    from admittance.catalog import load
    from admittance.surface import queries
    from admittance.surface.queries.shapes import action_object
    from admittance.surface.words import action_words

    catalog = load()
    snapshot = open_snapshot(settings, as_of)
    found = queries.actions(snapshot, _filter(catalog, subject, country, status, document), catalog)
    say_origin(snapshot.origin, as_json=as_json)
    say_as_of(snapshot, as_json=as_json)
    if as_json:
        print_json_lines(dated((action_object(entry) for entry in found), snapshot))
        return
    if not found:
        click.echo("No action matches.")
    for entry in found:
        told = action_words(entry.action, catalog)
        _print_statement(entry.action.id, told, entry.action.quotes, entry.document, entry.corroborations, catalog)


def _filter(
    catalog: Catalog, subject: str | None, country: Country | None, status: str | None, document: str | None
) -> StatementFilter:
    from admittance.model.vocabulary import CorroborationStatus
    from admittance.surface.queries import StatementFilter

    return StatementFilter(
        subject=catalog.find_subject(subject) if subject is not None else None,
        country=country,
        status=CorroborationStatus(status) if status is not None else None,
        document=document,
    )


def _print_statement(
    name: str,
    told: str,
    evidence: Sequence[Span],
    document: Document,
    corroborations: Sequence[Corroboration],
    catalog: Catalog,
) -> None:
    from admittance.surface.words import edge_status

    click.echo(textwrap.fill(told, 80, subsequent_indent="  "))
    for span in evidence:
        click.echo(textwrap.fill(f"“{' '.join(span.quote.split())}”", 80, initial_indent="  ", subsequent_indent="  "))
    for edge in corroborations:
        where = f"{catalog.subject_name(edge.subject)} in {edge.country}, {edge.gate}"
        verdict = f"{edge_status(edge).capitalize()} ({where}): {edge.reason}"
        click.echo(textwrap.fill(verdict, 80, initial_indent="  ", subsequent_indent="    "))
    if not corroborations:
        click.echo("  Not compared with anything observed yet.")
    published = f", published {document.published}" if document.published else ""
    click.echo(f"  {name} in document {document.sha256[:12]}{published}\n")

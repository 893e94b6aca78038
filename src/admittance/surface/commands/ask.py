"""`admittance ask`: the card of a subject, a line per gate, then what is said of it."""

from __future__ import annotations

import shlex
import textwrap
from datetime import date
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
)

if TYPE_CHECKING:
    from admittance.catalog import Catalog
    from admittance.lake import Snapshot
    from admittance.model.ids import Country, SubjectId
    from admittance.model.vocabulary import Origin
    from admittance.surface.queries import Card, GateLine

__all__ = ["ask", "card_text", "print_cards"]

WIDTH = 80


@click.command(
    short_help="The card of a subject: the answer.",
    epilog="""\b
Examples:
  admittance ask signal --in CN
  admittance ask telegram
  admittance ask zh.wikipedia.org --in CN --json
""",
)
@click.argument("subject")
@country_option
@as_of_option
@json_option
@click.pass_obj
def ask(settings: Settings, subject: str, country: Country | None, as_of: date | None, as_json: bool) -> None:
    """Print the card of SUBJECT: where it is let through and where not, since when, how sure, and who says so.

    SUBJECT is an id, a name in any script, a host, a URL or an app id. Without --in, every country of which anything is known.
    """
    from admittance.surface.queries import naming_catalog

    snapshot = open_snapshot(settings, as_of)
    catalog = naming_catalog(snapshot)
    wanted = catalog.find_subject(subject)
    print_cards(snapshot, catalog, wanted, country, command=settings.command, as_json=as_json)


def print_cards(
    snapshot: Snapshot, catalog: Catalog, subject: SubjectId, country: Country | None, *, command: str, as_json: bool
) -> None:
    """Print the cards of a subject: one JSON object for each country, or text with the least telling countries in brief.

    `command` is how further commands about the same lake begin.
    """
    from admittance.surface.headlines import brief, in_full
    from admittance.surface.queries import cards
    from admittance.surface.queries.shapes import card_object

    found = cards(snapshot, catalog, subject, country)
    say_origin(snapshot.origin, as_json=as_json)
    say_as_of(snapshot, as_json=as_json)
    if as_json:
        print_json_lines(dated((card_object(card) for card in found), snapshot))
        return
    full, rest = in_full(found), brief(found)
    if full:
        click.echo("\n\n".join(card_text(card, catalog, command) for card in full))
    if rest:
        name = catalog.subject_name(subject)
        click.echo(f"{name} elsewhere, without an episode (--in shows the card of a country):")
        for told, countries in rest:
            click.echo(_wrapped("  ", f"{told}: {', '.join(countries)}."))


def card_text(card: Card, catalog: Catalog, command: str = "admittance") -> str:
    """A card for a terminal of 80 columns, every line of it true on its own; its hints begin with `command`."""
    from admittance.surface.words import day, remote_words, service_words

    title = f"{card.name} in {card.country}" if card.country is not None else card.name
    lines = [title, "=" * len(title)]
    if card.categories:
        told = "; ".join(f"{one.category} ({', '.join(one.lists)})" for one in card.categories)
        lines.append(_wrapped("", f"On test lists as: {told}."))
    if card.topics:
        lines.append(_wrapped("", f"Speaks of: {', '.join(card.topics)}."))
    if card.country is None:
        what = "measured or claimed" if card.actions else "measured, claimed or ordered"
        lines.append(_wrapped("", f"Insufficient data: nothing in this lake was {what} about it."))
    for gate_line in card.gates:
        lines += _gate_text(gate_line)
    if card.remote is not None:
        lines.append(_wrapped("", remote_words(card.remote)))
    if card.service is not None:
        lines.append(_wrapped("", service_words(card.service)))
    lines += _reasons_text(card, catalog) + _demand_text(card) + _accounts_text(card, catalog)
    lines += _claims_text(card, catalog) + _actions_text(card, catalog)
    ids = [line.ongoing.id if line.ongoing is not None else line.episodes[0].id for line in card.gates if line.episodes]
    if ids:
        lines += [
            "",
            "Evidence, measurement by measurement:",
            *(f"  {command} episodes --id {shlex.quote(name)} --evidence" for name in dict.fromkeys(ids)),
        ]
    if card.claims or card.actions:
        where = f" --in {card.country}" if card.country is not None else ""
        kinds = [name for name, entries in (("claims", card.claims), ("actions", card.actions)) if entries]
        lines += ["", "Sentences, word for word:"]
        lines += [f"  {command} {kind} --subject {shlex.quote(card.subject)}{where}" for kind in kinds]
    times = [line.as_of for line in (*card.gates, card.remote) if line is not None and line.as_of is not None]
    subject = f"{card.name} in {card.country}" if card.country is not None else card.name
    measured = f"{subject} last measured {day(max(times))}" if times else f"{subject} never measured"
    lines += ["", _wrapped("", f"Lake version {card.lake_version}, {_origin_words(card.origin)}; {measured}.")]
    return "\n".join(lines)


def _origin_words(origin: Origin | None) -> str:
    return f"{origin.value} data" if origin is not None else "no data"


def _gate_text(line: GateLine) -> list[str]:
    from admittance.model.vocabulary import SNAPSHOT_GATES
    from admittance.surface.headlines import headline
    from admittance.surface.words import count_words, day, episode_facts, period_words, series_words, state_words

    note = f" ({line.note})" if line.ongoing is None and line.note else ""
    told = [_wrapped("", headline(line) + note)]
    if line.ongoing is not None:
        told += [_wrapped("  ", fact) for fact in episode_facts(line.ongoing)]
        if line.gate in SNAPSHOT_GATES:
            told.append(_wrapped("  ", f"Last read on {day(line.as_of)}: {line.note}." if line.as_of else line.note))
    ended = [episode for episode in line.episodes if episode.end is not None]
    for episode in ended[:5]:
        told.append(_wrapped("  ", f"Earlier: {state_words(episode.state, episode.gate)} {period_words(episode)}."))
        told += [_wrapped("    ", fact) for fact in episode_facts(episode)]
    if len(ended) > 5:
        told.append(f"  And {count_words(len(ended) - 5, 'earlier episode')}.")
    return told + [f"  {point}" for point in series_words(line.series)]


def _reasons_text(card: Card, catalog: Catalog) -> list[str]:
    from admittance.surface.words import action_words

    if not card.reasons:
        return []
    lines = ["", "Measures here on the same topics, by their stated reason or their words:"]
    lines += [_wrapped("  ", action_words(entry.action, catalog)) for entry in card.reasons[:5]]
    if len(card.reasons) > 5:
        lines.append(f"  And {len(card.reasons) - 5} more: `actions --in {card.country}` lists all.")
    return lines


def _demand_text(card: Card) -> list[str]:
    from admittance.surface.words import list_words, near_words, spike_words

    if not card.demand:
        return []
    lines = ["", "Demand beside it (context, no evidence of a restriction):"]
    for entry in card.demand[:5]:
        ids = list_words([near_words(onset) for onset in entry.near[:1]])
        lines.append(_wrapped("  ", f"{spike_words(entry.spike)}; it began {ids}."))
    if len(card.demand) > 5:
        lines.append(f"  And {len(card.demand) - 5} more: `demand --in {card.country}` lists all.")
    return lines


def _accounts_text(card: Card, catalog: Catalog) -> list[str]:
    from admittance.surface.words import account_words

    if not card.accounts:
        return []
    lines = ["", "Other monitors (testimony, not measured here):"]
    return lines + [_wrapped("  ", account_words(account, catalog)) for account in card.accounts]


def _claims_text(card: Card, catalog: Catalog) -> list[str]:
    from admittance.model.vocabulary import CorroborationStatus
    from admittance.surface.words import claim_words, edge_words, list_words, short_status, voice_words

    if not card.claims:
        return ["", "Claims: none in this lake."]
    counts = [
        f"{number} {short_status(status)}"
        for status in (*CorroborationStatus, None)
        if (number := sum(entry.status is status for entry in card.claims))
    ]
    lines = ["", f"Claims: {list_words(counts)}."]
    for entry in card.claims:
        voice = voice_words(entry.claim.attribution, catalog, entry.document.publisher)
        lines.append(
            _wrapped("  ", f"{short_status(entry.status).capitalize()}: {claim_words(entry.claim, catalog)} ({voice})")
        )
        lines += [_wrapped("    ", edge_words(edge)) for edge in entry.corroborations]
    return lines


def _actions_text(card: Card, catalog: Catalog) -> list[str]:
    from admittance.model.vocabulary import Gate
    from admittance.surface.words import action_words, edge_status

    if not card.actions:
        return []
    lines = ["", "Actions of those with power:"]
    for entry in card.actions:
        lines.append(_wrapped("  ", action_words(entry.action, catalog)))
        lines += [
            _wrapped("    ", f"{edge_status(edge).capitalize()}: {edge.reason}")
            for edge in entry.corroborations
            if edge.country == card.country and (edge.subject == card.subject or edge.gate is Gate.LISTING)
        ]
    return lines


def _wrapped(indent: str, text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)

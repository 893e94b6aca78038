"""`admittance read`: documents in, what they say out."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from admittance.surface.commands.console import Settings, json_option, note, print_json_lines, refuse_missing

if TYPE_CHECKING:
    from admittance.catalog import Catalog
    from admittance.errors import InputError
    from admittance.model.documents import Reading, Span
    from admittance.pipeline.reading import DocumentInput

__all__ = ["read"]


@click.command(
    short_help="Read documents: orders, claims, and who says so.",
    epilog="""\b
Examples:
  admittance read notice.txt --published 2017-08-18
  admittance read articles.jsonl --json
  admittance read https://example.org/news/feed.xml
  admittance read - --no-store --explain < notice.txt
""",
)
@click.argument("inputs", metavar="FILE|URL|-…", nargs=-1, required=True)
@click.option("--published", metavar="DATE", help="Day of publication, when the document does not carry one.")
@click.option("--publisher", metavar="ID", help="Who published it: an entity id or a name.")
@click.option("--allow-loopback", is_flag=True, help="Also read addresses of this machine itself.")
@click.option("--no-store", is_flag=True, help="Only print; keep nothing.")
@click.option("--explain", is_flag=True, help="Show the rule and the words behind every record.")
@json_option
@click.pass_context
def read(
    ctx: click.Context,
    inputs: tuple[str, ...],
    published: str | None,
    publisher: str | None,
    allow_loopback: bool,
    no_store: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Read documents: who ordered whom to do what by when, what is said to be blocked, and who says so.

    FILE is a text, a page (.html), a PDF, JSON lines of {url, title, published, publisher, kind, language, text}, or a folder
    of them; - is standard input. URL is a page, a PDF or a feed, whose entries are read each; only public addresses are read,
    and what a site's robots.txt forbids is not.
    """
    from admittance.catalog import load
    from admittance.documents import CUT, LONGEST_TEXT
    from admittance.lake import Lake
    from admittance.pipeline.fetching import Fetcher, Reach
    from admittance.pipeline.reading import documents_in, read_documents

    settings: Settings = ctx.obj
    refuse_missing(inputs)
    catalog = load()
    failures: list[str] = []
    known = _known_publisher(publisher, catalog)
    documents = documents_in(
        inputs,
        standard_input=sys.stdin.buffer,
        fetcher=Fetcher(reach=Reach.LOOPBACK if allow_loopback else Reach.PUBLIC),
        published=_day(published),
        publisher=known,
    )
    readings = read_documents(
        _readable(documents, failures),
        catalog=catalog,
        lake=None if no_store else Lake.open(settings.place, create=True),
        clock=lambda: datetime.now(UTC),
    )
    count = 0
    for reading in readings:
        count += 1
        if CUT in reading.doc.normalisation:
            note(f"{reading.doc.title or reading.doc.sha256[:12]}: only its first {LONGEST_TEXT:,} characters were read")
        if as_json:
            print_json_lines([reading])
        else:
            click.echo(_reading_text(reading, catalog, explain=explain))
    if failures:
        note(f"{len(failures)} of {count + len(failures)} documents could not be read:")
        for failure in failures:
            note(f"  {failure}")
        ctx.exit(3)


_SHOWN = frozenset({"type", "time", "onset", "subject", "status"})


def _readable(documents: Iterator[DocumentInput | InputError], failures: list[str]) -> Iterator[DocumentInput]:
    from admittance.errors import InputError

    for document in documents:
        if isinstance(document, InputError):
            failures.append(str(document))
        else:
            yield document


def _day(published: str | None) -> str | None:
    from admittance.errors import UsageError

    if published is None:
        return None
    try:
        return datetime.fromisoformat(published).date().isoformat()
    except ValueError:
        raise UsageError(f"--published {published}: write a day, such as 2017-08-18") from None


def _known_publisher(publisher: str | None, catalog: Catalog) -> str | None:
    """The id of the publisher where the catalog knows one of that id or name, else what was written."""
    from admittance.errors import UsageError
    from admittance.model.ids import EntityId

    if publisher is None or publisher in catalog.entities:
        return publisher
    try:
        found = catalog.find_subject(publisher)
    except UsageError:
        return publisher
    return found if EntityId(found) in catalog.entities else publisher


def _reading_text(reading: Reading, catalog: Catalog, *, explain: bool) -> str:
    from admittance.surface.words import action_words, claim_words, count_words, voice_words

    document = reading.doc
    basis = str(document.published_basis).replace("-", " ")
    published = f"published {document.published} ({basis})" if document.published else "not dated"
    counts = f"{count_words(len(reading.actions), 'action')}, {count_words(len(reading.network_claims), 'claim')}"
    lines = [f"Document {document.sha256[:12]}: {document.kind}, {document.language}, {published}; {counts}"]
    for action in reading.actions:
        background = "background: " if action.salience == "background" else ""
        lines.append(_wrapped("  ", f"{background}{action_words(action, catalog)}"))
        lines += _quotes(action.quotes, action.rule if explain else None)
        if explain:
            lines += [
                _wrapped(
                    "      ", f"{mention.role}: {mention.entity or 'unknown'}, “{mention.surface}” by {mention.resolved_by}"
                )
                for mention in action.mentions
            ]
            lines.append(_wrapped("      ", f"time: {action.time.value or 'not stated'} ({action.time.basis})"))
            lines += _field_lines(action.id, reading)
    for claim in reading.network_claims:
        voice = voice_words(claim.attribution, catalog, document.publisher)
        lines.append(_wrapped("  ", f"claim: {claim_words(claim, catalog)} ({voice})"))
        lines += _quotes(claim.quotes, claim.rule if explain else None)
        if explain:
            lines.append(_wrapped("      ", f"onset: {claim.onset.value or 'not stated'} ({claim.onset.basis})"))
            lines += _field_lines(claim.id, reading)
    return "\n".join(lines)


def _field_lines(record: str, reading: Reading) -> list[str]:
    """A line for every further field of a record with the words it rests on."""
    from admittance.documents import explanations

    return [
        _wrapped("      ", f"{one.field}: {one.value}" + (f", “{' '.join(one.span.quote.split())}”" if one.span else ""))
        for one in explanations(reading)
        if one.record == record and one.field not in _SHOWN and not one.field.startswith("mentions.")
    ]


def _quotes(spans: tuple[Span, ...], rule: str | None) -> list[str]:
    lines = [_wrapped("    ", f"“{' '.join(span.quote.split())}”") for span in spans]
    if rule is not None:
        lines.append(f"      rule {rule}, characters {', '.join(f'{span.start} to {span.end}' for span in spans)}")
    return lines


def _wrapped(indent: str, text: str) -> str:
    return textwrap.fill(text, 80, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)

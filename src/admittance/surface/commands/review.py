"""`admittance review`: what a person should look at, and what they decided."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime

import click

from admittance.surface.commands.console import Settings, json_option, open_snapshot, print_json_lines, say_origin

__all__ = ["review"]

KINDS = ("unknown-name", "unread-sentence", "uncertain-record")
_TITLES = {
    "unknown-name": "Names that the catalog does not know",
    "unread-sentence": "Sentences in which a body of state orders, without a record",
    "uncertain-record": "Records of which the text itself is not sure",
}

by_option = click.option("--by", metavar="WHO", required=True, help="Who decides, as you want to be named.")
note_option = click.option("--note", metavar="TEXT", help="Why.")


@click.group(
    short_help="Look at what the reader is unsure of, and decide.",
    invoke_without_command=True,
    epilog="""\b
Examples:
  admittance review
  admittance review --kind unknown-name --json
  admittance review reject claim-1f2e3d4c-0123456789 --by ana --note "a satire"
  admittance review correct action-1f2e3d4c-0123456789 --set time=2021-03-15 --by ana
  admittance review alias "Weixin Mini" wechat --by ana
""",
)
@click.option("--kind", type=click.Choice(KINDS), help="Only questions of this kind.")
@json_option
@click.pass_context
def review(ctx: click.Context, kind: str | None, as_json: bool) -> None:
    """List unknown names, sentences that no rule read, and uncertain records; and keep what you decide of them.

    A decision is kept with your name and the time and is never changed: a later one about the same item stands above it. Later
    runs honour it: rejected records are left out, corrected ones are changed, an alias is a name of its entity.
    """
    if ctx.invoked_subcommand is not None:
        return
    from admittance.catalog import load
    from admittance.pipeline.reading import open_questions

    snapshot = open_snapshot(ctx.obj)
    found = [one for one in open_questions(snapshot, catalog=load()) if kind in (None, one.kind)]
    say_origin(snapshot.origin, as_json=as_json)
    if as_json:
        print_json_lines(found)
        return
    if not found:
        click.echo("Nothing is left to look at.")
    for name in KINDS:
        listed = [one for one in found if one.kind == name]
        if listed:
            click.echo(f"{_TITLES[name]} ({len(listed)}):")
        for one in listed:
            click.echo(f"  {one.item}" + (f"  {one.says}" if one.says not in ("", one.item) else ""))
            if one.kind != "unknown-name":
                quote = " ".join(one.quote.split())
                click.echo(textwrap.fill(f"“{quote}”", 96, initial_indent="      ", subsequent_indent="      "))
        if listed:
            click.echo()


@review.command()
@click.argument("item")
@by_option
@note_option
@json_option
@click.pass_obj
def accept(settings: Settings, item: str, by: str, note: str | None, as_json: bool) -> None:
    """Say that a record stands, or that a sentence holds nothing to record."""
    _decide(settings, "accept", item, by, note, {}, as_json)


@review.command()
@click.argument("item")
@by_option
@note_option
@json_option
@click.pass_obj
def reject(settings: Settings, item: str, by: str, note: str | None, as_json: bool) -> None:
    """Say that a record is wrong: it is left out from now on."""
    _decide(settings, "reject", item, by, note, {}, as_json)


@review.command()
@click.argument("item")
@click.option("--set", "settings_of", metavar="FIELD=VALUE", multiple=True, required=True, help="A field and its value.")
@by_option
@note_option
@json_option
@click.pass_obj
def correct(settings: Settings, item: str, settings_of: tuple[str, ...], by: str, note: str | None, as_json: bool) -> None:
    """Change fields of a record: type, regulator, target, time of an action; subject, status, country, onset of a claim."""
    from admittance.errors import UsageError

    changes = {}
    for setting in settings_of:
        field, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {setting}: write FIELD=VALUE, such as time=2021-03-15")
        changes[field.strip()] = value.strip()
    _decide(settings, "correct", item, by, note, changes, as_json)


@review.command()
@click.argument("surface")
@click.argument("entity")
@by_option
@note_option
@json_option
@click.pass_obj
def alias(settings: Settings, surface: str, entity: str, by: str, note: str | None, as_json: bool) -> None:
    """Say that the words SURFACE are a name of ENTITY: the documents are read again with it."""
    _decide(settings, "alias", surface, by, note, {"entity": entity}, as_json)


@review.command()
@json_option
@click.pass_obj
def decisions(settings: Settings, as_json: bool) -> None:
    """List what was decided, by whom and when, the oldest first."""
    from admittance.model.review import ReviewDecision
    from admittance.model.tables import rows_of

    snapshot = open_snapshot(settings)
    rows = rows_of(ReviewDecision, snapshot.scan(ReviewDecision).sort("decided_at", "id").collect())
    if as_json:
        print_json_lines(rows)
        return
    for row in rows:
        changes = "" if row.changes == "{}" else f" {row.changes}"
        note = f" ({row.note})" if row.note else ""
        click.echo(f"{row.decided_at:%Y-%m-%d %H:%M} {row.by}: {row.kind} {row.item}{changes}{note}")
    if not rows:
        click.echo("Nothing was decided yet.")


def _decide(
    settings: Settings, kind: str, item: str, by: str, note: str | None, changes: dict[str, str], as_json: bool
) -> None:
    from admittance.catalog import load
    from admittance.errors import UsageError
    from admittance.lake import Lake
    from admittance.model.review import DecisionKind
    from admittance.pipeline.reading import decide

    if not by.strip():
        raise UsageError("--by: write who decides")
    decision = decide(
        Lake.open(settings.place),
        DecisionKind(kind),
        item,
        by=by.strip(),
        now=datetime.now(UTC),
        catalog=load(),
        changes=changes,
        note=note,
    )
    if as_json:
        print_json_lines([decision])
    else:
        click.echo(f"Kept: {decision.kind} {decision.item}, by {decision.by}.")

"""The `admittance` command: one group, the lake it speaks of, and the exit status of every way to end."""

import sys
import traceback
from os import devnull

import click
from click.core import ParameterSource

from admittance import __version__
from admittance.errors import AdmittanceError
from admittance.surface.commands.ask import ask
from admittance.surface.commands.console import Settings
from admittance.surface.commands.covered import coverage
from admittance.surface.commands.crawl import crawl
from admittance.surface.commands.demo import demo
from admittance.surface.commands.episodes import changes, episodes
from admittance.surface.commands.evaluate import evaluate
from admittance.surface.commands.files import detect, judge
from admittance.surface.commands.ingest import ingest, run
from admittance.surface.commands.lists import catalog
from admittance.surface.commands.numbers import sql, status
from admittance.surface.commands.read import read
from admittance.surface.commands.review import review
from admittance.surface.commands.serve import serve
from admittance.surface.commands.statements import actions, claims
from admittance.surface.commands.surges import demand

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS: tuple[click.Command, ...] = (
    demo,
    ingest,
    crawl,
    read,
    catalog,
    run,
    ask,
    episodes,
    claims,
    actions,
    review,
    changes,
    demand,
    coverage,
    sql,
    status,
    serve,
    judge,
    detect,
    evaluate,
)
"""Every command, in the order in which a newcomer meets them."""


class _Refusal(click.exceptions.Exit):
    """An exit with a status, after a message on standard error without a traceback."""

    def __init__(self, message: str, exit_status: int) -> None:
        super().__init__(exit_status)
        click.echo(f"Error: {message}", err=True)


class _Desk(click.Group):
    """A group that lists its commands in their own order and turns what goes wrong into a message and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except AdmittanceError as error:
            _trace(ctx)
            raise _Refusal(str(error), error.exit_status) from error
        except BrokenPipeError:
            sys.stdout = open(devnull, "w", encoding="utf-8")  # noqa: SIM115 - the reader left; let the interpreter flush in peace
            ctx.exit(0)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            _trace(ctx)
            raise _Refusal(
                f"this is our fault: {type(error).__name__}: {error} (repeat with `admittance --debug` for the traceback)", 1
            ) from error


def _trace(ctx: click.Context) -> None:
    if ctx.params.get("debug"):
        click.echo(traceback.format_exc(), err=True, nl=False)


@click.group(
    cls=_Desk,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 our fault, 2 wrong usage, 3 bad input (what could be read was kept).",
)
@click.option("--lake", metavar="DIR", envvar="ADMITTANCE_LAKE", help="Where the data is kept. [default: your data folder]")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="admittance")
@click.pass_context
def cli(ctx: click.Context, lake: str | None, debug: bool) -> None:
    """Find out who and what is let through, and what is not: where, since when, how sure, on whose order, and says who.

    \b
    Try it on a simulated lake:     admittance demo
    Ask about a subject:            admittance ask signal --in CN
    Take in measurements of OONI:   admittance ingest ooni-observations FILE.csv.gz
    Then draw the conclusions:      admittance run
    """
    ctx.obj = Settings(lake=lake, named=ctx.get_parameter_source("lake") is ParameterSource.COMMANDLINE)


for _command in COMMANDS:
    cli.add_command(_command)


def main() -> None:
    """Run the command line of this process."""
    cli(prog_name="admittance")


if __name__ == "__main__":
    main()

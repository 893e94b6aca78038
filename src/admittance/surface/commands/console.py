"""What all commands share: where the lake is, how options read, and where lines and progress go."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

if TYPE_CHECKING:
    import polars as pl

    from admittance.lake import Snapshot
    from admittance.model.ids import Country
    from admittance.model.vocabulary import Origin
    from admittance.pipeline.progress import Progress

__all__ = [
    "COUNTRY",
    "PAST_DAY",
    "TIME",
    "Settings",
    "as_of_option",
    "country_option",
    "dated",
    "json_option",
    "note",
    "open_snapshot",
    "print_json_lines",
    "progress_bar",
    "read_series",
    "refuse_missing",
    "say_as_of",
    "say_origin",
    "since_option",
    "subject_option",
    "until_option",
]

_FLUSH_BYTES = 1 << 16


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the options before the command said."""

    lake: str | None
    named: bool = False  # whether the lake was named on the command line, so that another command must name it too

    @property
    def place(self) -> str:
        """Where the lake is: as named, else the user's data folder."""
        if self.lake:
            return self.lake
        from platformdirs import user_data_path

        return str(user_data_path("admittance") / "lake")

    @property
    def command(self) -> str:
        """How a command line that asks of the same lake begins, ready for a shell."""
        return f"admittance --lake {shlex.quote(self.lake)}" if self.named and self.lake else "admittance"


class _Time(click.ParamType[datetime]):
    """A day or a moment in ISO 8601; without an offset it is UTC."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            time = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no date; write 2023-11-08 or 2023-11-08T09:00Z", param, ctx)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


class _PastDay(click.ParamType[date]):
    """A day that has begun, in ISO 8601, UTC."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write 2023-11-08", param, ctx)
        if day > datetime.now(UTC).date():
            self.fail(f"{day} has not begun yet (in UTC)", param, ctx)
        return day


class _Country(click.ParamType["Country"]):
    """A country as two letters."""

    name = "cc"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Country:
        from admittance.model.ids import Country

        code = str(value).upper()
        if len(code) != 2 or not (code.isascii() and code.isalpha()):
            self.fail(f"{value!r} is no country; write its two letters, such as CN", param, ctx)
        return Country(code)


TIME = _Time()
PAST_DAY = _PastDay()
COUNTRY = _Country()

FuncT = TypeVar("FuncT", bound=Callable[..., object])
Option = Callable[[FuncT], FuncT]


def json_option(command: FuncT) -> FuncT:
    """`--json`, the same on every command that has it."""
    told = "Print JSON lines, and nothing else, on standard output."
    return click.option("--json", "as_json", is_flag=True, help=told)(command)


def country_option(command: FuncT) -> FuncT:
    """`--in CC`."""
    return click.option("--in", "country", type=COUNTRY, metavar="CC", help="Only this country: two letters.")(command)


def subject_option(command: FuncT) -> FuncT:
    """`--subject NAME`."""
    return click.option("--subject", metavar="NAME", help="Only this subject: an id, a name, a host or an app id.")(command)


def since_option(command: FuncT) -> FuncT:
    """`--since DATE`, inclusive."""
    return click.option("--since", type=TIME, metavar="DATE", help="From this day or moment on, UTC.")(command)


def until_option(command: FuncT) -> FuncT:
    """`--until DATE`, exclusive."""
    return click.option("--until", type=TIME, metavar="DATE", help="Before this day or moment, UTC.")(command)


def as_of_option(command: FuncT) -> FuncT:
    """`--as-of DATE`, for what `run --as-of` left beside the present."""
    told = "What `run --as-of DATE` made: scored with the lists and controls of that day."
    return click.option("--as-of", type=PAST_DAY, metavar="DATE", help=told)(command)


def open_snapshot(settings: Settings, as_of: date | None = None) -> Snapshot:
    """The newest version of the lake, to read from; with `as_of`, its conclusions as scored for that day.

    Raises `LakeError` when there is no lake, or none of that day.
    """
    from admittance.lake import Lake

    return Lake.open(settings.place).snapshot(as_of=None if as_of is None else as_of.isoformat())


def say_as_of(snapshot: Snapshot, *, as_json: bool) -> None:
    """Say that conclusions were scored as of a day before any of them is shown, as `say_origin` does."""
    if snapshot.as_of is not None:
        told = f"AS OF {snapshot.as_of}: scored with the lists and controls of that day, not with the present ones."
        click.echo(told, err=as_json)


def dated(objects: Iterable[dict[str, object]], snapshot: Snapshot) -> Iterator[dict[str, object]]:
    """The objects, each with `scored_as_of` when the snapshot is not of the present."""
    mark: dict[str, object] = {} if snapshot.as_of is None else {"scored_as_of": snapshot.as_of}
    return ({**item, **mark} for item in objects)


def note(message: str) -> None:
    """A line for standard error, where progress and warnings go."""
    click.echo(message, err=True)


def say_origin(origin: Origin | None, *, as_json: bool) -> None:
    """Say that a lake is simulated before anything from it is shown: above the text, or beside JSON on standard error."""
    from admittance.model.vocabulary import Origin
    from admittance.surface.words import SIMULATED

    if origin is Origin.SIMULATED:
        click.echo(SIMULATED, err=as_json)


def print_json_lines(objects: Iterable[object]) -> None:
    """Each object as one line of JSON on standard output, in UTF-8 whatever the terminal's encoding."""
    out = sys.stdout.buffer
    pending = bytearray()
    encoder = msgspec.json.Encoder()
    for item in objects:
        pending += encoder.encode(item) + b"\n"
        if len(pending) >= _FLUSH_BYTES:
            out.write(pending)
            pending.clear()
    out.write(pending)
    out.flush()


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress to hand to a step: a bar on standard error when that is a terminal, else silence."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task("starting", total=None)

        def tell(step: str, done: int, total: int | None = None) -> None:
            bar.update(task, description=step, completed=done, total=total)

        yield tell


def _silent(step: str, done: int, total: int | None = None) -> None:
    """Tell nobody."""


def refuse_missing(paths: Iterable[str]) -> None:
    """Raise `UsageError` naming the first local path that is not there, before anything is made for the others."""
    from admittance.errors import UsageError

    for path in paths:
        if path != "-" and "://" not in path and not Path(path).exists():
            raise UsageError(f"{path}: no such file or folder")


def read_series(path: str) -> pl.DataFrame:
    """The table in CSV (also compressed) at a path, every column as text. Raises `UsageError` when there is none, and
    `InputError` when it is no table or names a column twice."""
    import polars as pl

    from admittance.errors import InputError

    refuse_missing([path])
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a table in CSV: {error}") from error
    twice = [name for name in table.columns if re.search(r"_duplicated_\d+$", name)]
    if twice:
        raise InputError(f"{path}: the heading names a column twice: {', '.join(twice)}")
    return table

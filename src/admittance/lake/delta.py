"""Commits to one Delta table: exactly-once appends, replacements that survive other writers, and compare-and-set.

Three facts of the format are used. A commit may carry an application id and version, recorded atomically with its rows,
any number of them, and of two concurrent commits that share an application id the later one fails: that makes an append
repeatable, of one file or of hundreds at once. A replacement
that read rows which another commit has removed in the meantime fails too, and is tried again on the newer version. And a
commit that allows no retries fails whenever anybody else committed since its handle was opened.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import polars as pl
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from admittance.errors import ConflictError, LakeError
from admittance.lake.storage import storage_options

__all__ = [
    "Appender",
    "Part",
    "compare_and_replace",
    "create",
    "existing",
    "open_table",
    "replace_where",
    "rewind",
]

CHECKPOINT_EVERY = 20
"""Commits. A handle goes through all commits since the checkpoint that it was opened upon whenever it commits again."""

_PROPERTIES = {"delta.checkpointInterval": str(CHECKPOINT_EVERY), "delta.enableExpiredLogCleanup": "false"}
"""Versions are kept for ever: the format's own habit is to forget, at a checkpoint, those of more than 30 days ago."""

MAX_TRIES = 40
"""With a pause of up to two seconds before each, a commit gives up after about a minute of losing."""

_WITHOUT_RETRY = CommitProperties(max_commit_retries=0)

Result = TypeVar("Result")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that go into a table together and at most once: the `number`-th of those that share a key."""

    key: str
    number: int = 0
    table: pl.DataFrame


def open_table(uri: str, version: int | None = None) -> DeltaTable | None:
    """The table at a version (the newest by default); null when there is none."""
    try:
        return DeltaTable(uri, version=version, storage_options=storage_options(uri))
    except TableNotFoundError:
        return None


def existing(uri: str, version: int | None = None) -> DeltaTable:
    """The table at a version (the newest by default). Raises `LakeError` when there is none."""
    table = open_table(uri, version)
    if table is None:
        raise LakeError(f"{uri}: this table of the lake is missing")
    return table


def create(uri: str, schema: pl.Schema, *, partition_by: Sequence[str], name: str) -> DeltaTable:
    """The table at `uri`, created empty when it was not there; several processes may do so at once."""
    return DeltaTable.create(
        uri,
        Schema.from_arrow(schema),
        mode="ignore",
        partition_by=list(partition_by),
        name=name,
        configuration=_PROPERTIES,
        storage_options=storage_options(uri),
    )


class Appender:
    """A table that is appended to many times. Its handle is opened once for as many commits as lie between checkpoints."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._open()

    def _open(self) -> None:
        self._delta = existing(self._uri)
        self._opened = self._delta.version()

    def append_once(self, parts: Sequence[Part], arrange: Callable[[pl.DataFrame], pl.DataFrame]) -> int:
        """How many of the parts were appended, all in one commit; those that already stand in the table are left out.

        `arrange` gives the joined rows the table's own order. A part stands when it or a later part of the same key was
        committed before: parts of one key come in ascending order.
        """
        if self._delta.version() >= self._opened + CHECKPOINT_EVERY:
            self._open()
        return _append_once(self._delta, parts, arrange)


def _append_once(delta: DeltaTable, parts: Sequence[Part], arrange: Callable[[pl.DataFrame], pl.DataFrame]) -> int:
    def attempt() -> int:
        delta.update_incremental()
        written = {key: delta.transaction_version(key) for key in {part.key for part in parts}}
        fresh = [part for part in parts if part.number > _or_before(written[part.key])]
        if not fresh:
            return 0
        newest: dict[str, int] = {}
        for part in fresh:
            newest[part.key] = max(part.number, newest.get(part.key, 0))
        marks = CommitProperties(app_transactions=[Transaction(key, number) for key, number in sorted(newest.items())])
        rows = arrange(pl.concat([part.table for part in fresh]))
        write_deltalake(delta, rows, mode="append", commit_properties=marks)
        return len(fresh)

    return _until_it_holds(attempt, f"append to {delta.table_uri}")


def _or_before(written: int | None) -> int:
    return -1 if written is None else written


def replace_where(uri: str, table: pl.DataFrame, predicate: str) -> None:
    """Put exactly `table` in place of the rows that satisfy `predicate`; an empty table only removes them."""

    def attempt() -> None:
        delta = existing(uri)
        if table.is_empty():
            delta.delete(predicate)
        else:
            write_deltalake(delta, table, mode="overwrite", predicate=predicate)

    _until_it_holds(attempt, f"replacement in {uri}")


def compare_and_replace(delta: DeltaTable, table: pl.DataFrame, predicate: str | None) -> None:
    """Replace the rows of `predicate` (all rows when null), provided that nobody else committed since `delta` was opened.

    `delta` then stands at the new version. Raises `ConflictError` when somebody did; nothing is written then.
    """
    try:
        if table.is_empty():
            delta.delete(predicate, commit_properties=_WITHOUT_RETRY)
        else:
            write_deltalake(delta, table, mode="overwrite", predicate=predicate, commit_properties=_WITHOUT_RETRY)
    except CommitFailedError as error:
        raise ConflictError(f"{delta.table_uri}: another writer was faster") from error


def rewind(uri: str, version: int) -> DeltaTable:
    """A handle on the table with the rows it had at `version`: what a killed writer left behind is undone by a new commit."""
    delta = existing(uri)
    if delta.version() == version:
        return delta
    try:
        delta.restore(version, commit_properties=_WITHOUT_RETRY)
    except CommitFailedError as error:
        raise ConflictError(f"{uri}: another writer was faster") from error
    return existing(uri)


def _until_it_holds(attempt: Callable[[], Result], what: str) -> Result:
    failure: CommitFailedError | None = None
    for number in range(MAX_TRIES):
        try:
            return attempt()
        except CommitFailedError as error:
            failure = error
            time.sleep(min(2.0, 0.02 * 1.5**number) * random.uniform(0.5, 1.0))
    raise ConflictError(f"{what}: other writers won {MAX_TRIES} times; repeat the command") from failure

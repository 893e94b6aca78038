"""Rows of a CSV file with where each stands, so that every row can be traced to its bytes."""

import csv
import hashlib
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import msgspec

from admittance.errors import InputError
from admittance.sources.lines import Line, UnreadableLine, read_lines

__all__ = ["CsvRow", "read_csv_rows"]

LONGEST_ROW_LINES = 1_000  # lines that one quoted field may run over
LONGEST_ROW_BYTES = 1024 * 1024
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How text begins that some spreadsheets save."""


class CsvRow(msgspec.Struct, frozen=True, gc=False):
    """One row: its cells, the byte offset of its first line in the decompressed file, and the SHA-256 of its line or lines."""

    offset: int
    sha256: str
    cells: list[str]
    content: bytes


def read_csv_rows(path: Path, *, delimiter: str = ",") -> Iterator[CsvRow | UnreadableLine]:
    """The rows of a CSV file, plain or gzip, the header included, blank lines left out.

    A row may run over several lines inside quotes. A row that is no CSV comes out as an :class:`UnreadableLine`; a quote that
    is never closed costs its own line only. Raises `InputError` for a file in UTF-16, and `OSError` when it cannot be opened.
    """
    lines = read_lines(path)
    waiting: deque[Line | UnreadableLine] = deque()
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return
        if isinstance(line, UnreadableLine):
            yield line
            continue
        if line.offset == 0 and line.content.startswith(UTF_16):
            raise InputError(f"{path}: written in UTF-16; save it as UTF-8")
        taken = [line]
        if line.content.count(b'"') % 2:
            taken = _to_the_closing_quote(line, waiting, lines)
        content = b"\n".join(part.content for part in taken)
        if content.strip():
            yield _row_of(line.offset, content, delimiter)


def _to_the_closing_quote(
    first: Line, waiting: deque[Line | UnreadableLine], lines: Iterator[Line | UnreadableLine]
) -> list[Line]:
    """The lines up to the one that closes the quote; the first alone, all others put back, when none does within bounds."""
    taken, open_quote, size = [first], True, len(first.content)
    looked_at: list[Line | UnreadableLine] = []
    while open_quote:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is not None:
            looked_at.append(line)
        if not isinstance(line, Line) or len(taken) >= LONGEST_ROW_LINES or size + len(line.content) > LONGEST_ROW_BYTES:
            waiting.extendleft(reversed(looked_at))
            return [first]
        taken.append(line)
        size += len(line.content)
        open_quote = line.content.count(b'"') % 2 == 0
    return taken


def _row_of(offset: int, content: bytes, delimiter: str) -> CsvRow | UnreadableLine:
    digest = hashlib.sha256(content).hexdigest()
    try:
        text = content.removesuffix(b"\r").decode("utf-8-sig" if offset == 0 else "utf-8")
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except UnicodeDecodeError as error:
        return UnreadableLine(offset=offset, sha256=digest, reason=f"no UTF-8 at byte {error.start} of the row", head=content)
    except csv.Error as error:
        return UnreadableLine(offset=offset, sha256=digest, reason=f"no CSV: {error}", head=content)
    return CsvRow(offset, digest, rows[0] if rows else [], content)

"""Lines of a file, plain or compressed, in bounded memory, with what could not be read told apart from what could."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from admittance.sources.compression import DamagedStreamError, decompressed

__all__ = ["BYTE_ORDER_MARK", "LONGEST_LINE", "Line", "UnreadableLine", "read_lines", "split_lines", "unreadable"]

LONGEST_LINE = 32 * 1024 * 1024
"""Bytes; the archive's largest measurements are about one megabyte."""

HEAD_BYTES = 8_192

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What some programs write before UTF-8. It is no part of the text, but of the first line's bytes."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line without its newline, and its byte offset in the decompressed file."""

    offset: int
    content: bytes
    member: str | None = None  # the member of an archive that holds it
    sha256: str | None = None  # of the bytes as stored, where `content` is these in another form


class UnreadableLine(msgspec.Struct, frozen=True):
    """A line, or the rest of a file, that cannot be read: what of it is known."""

    offset: int
    sha256: str  # over the bytes that were seen
    reason: str
    head: bytes


def read_lines(path: Path, *, longest: int = LONGEST_LINE) -> Iterator[Line | UnreadableLine]:
    """The lines of a file in order, decompressed when the file begins as gzip or lz4 does, whatever its name.

    A line longer than `longest` bytes is passed by without being built and comes out as an :class:`UnreadableLine`; so does the
    point at which a compressed file turns out to be damaged or cut off, after every line that could be recovered. A last line
    without a newline is a line like any other. Raises `OSError` when the file cannot be opened.
    """
    with path.open("rb") as stored:
        yield from split_lines(decompressed(stored), longest=longest)


def split_lines(
    pieces: Iterator[bytes], *, longest: int = LONGEST_LINE, offset: int = 0, member: str | None = None
) -> Iterator[Line | UnreadableLine]:
    """The lines that pieces of a stream make up, `offset` being where the first of them stands.

    A `DamagedStreamError` of the stream ends it with an :class:`UnreadableLine`.
    """
    parts: list[bytes] = []  # of the line under construction, which begins at `offset`
    held = 0  # bytes in `parts`
    overlong = None
    overlong_length = 0
    while True:
        try:
            piece = next(pieces, None)
        except DamagedStreamError as error:
            yield unreadable(offset, b"".join(parts), f"{error}: the rest is lost")
            return
        if piece is None:
            break
        start = 0
        while (end := piece.find(b"\n", start)) >= 0:
            if overlong is not None:
                overlong.update(piece[start:end])
                overlong_length += end - start
                yield _too_long(offset, overlong.hexdigest(), overlong_length, parts[0])
                offset += overlong_length + 1
                overlong = None
            else:
                content = piece[start:end]
                if parts:
                    parts.append(content)
                    content = b"".join(parts)
                if len(content) > longest:
                    yield _too_long(offset, hashlib.sha256(content).hexdigest(), len(content), content[:HEAD_BYTES])
                else:
                    yield Line(offset, content, member)
                offset += len(content) + 1
            parts, held = [], 0
            start = end + 1
        rest = piece[start:]
        if not rest:
            continue
        if overlong is not None:
            overlong.update(rest)
            overlong_length += len(rest)
            continue
        parts.append(rest)
        held += len(rest)
        if held > longest:
            whole = b"".join(parts)
            overlong, overlong_length = hashlib.sha256(whole), held
            parts, held = [whole[:HEAD_BYTES]], 0
    if overlong is not None:
        yield _too_long(offset, overlong.hexdigest(), overlong_length, parts[0])
    elif parts:
        yield Line(offset, b"".join(parts), member)


def unreadable(offset: int, content: bytes, reason: str) -> UnreadableLine:
    """What is known of bytes that cannot be read."""
    return UnreadableLine(offset=offset, sha256=hashlib.sha256(content).hexdigest(), reason=reason, head=content[:HEAD_BYTES])


def _too_long(offset: int, sha256: str, length: int, head: bytes) -> UnreadableLine:
    return UnreadableLine(offset=offset, sha256=sha256, reason=f"line of {length} bytes is longer than the bound", head=head)

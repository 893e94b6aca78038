"""Lines of a file, plain or gzip, in bounded memory, with what could not be read told apart from what could."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from isal import isal_zlib

__all__ = ["LONGEST_LINE", "Line", "UnreadableLine", "read_lines"]

LONGEST_LINE = 32 * 1024 * 1024
"""Bytes; the archive's largest measurements are about one megabyte."""

GZIP_MAGIC = b"\x1f\x8b"
GZIP_TRAILER = 8  # checksum and length
READ_STEP = 1024 * 1024
INFLATE_STEP = 4096  # small, since what one step gave is lost when its input turns out to be damaged
HEAD_BYTES = 8_192


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line without its newline, and its byte offset in the decompressed file."""

    offset: int
    content: bytes


class UnreadableLine(msgspec.Struct, frozen=True):
    """A line, or the rest of a file, that cannot be read: what of it is known."""

    offset: int
    sha256: str  # over the bytes that were seen
    reason: str
    head: bytes


class _DamagedGzipError(Exception):
    """Ends the stream of decompressed bytes; never leaves this module."""


def read_lines(path: Path, *, longest: int = LONGEST_LINE) -> Iterator[Line | UnreadableLine]:
    """The lines of a file in order, decompressed when the file begins as gzip does, whatever its name.

    A line longer than `longest` bytes is passed by without being built and comes out as an :class:`UnreadableLine`; so does the
    point at which a gzip file turns out to be damaged or cut off, after every line that could be recovered. A last line without
    a newline is a line like any other. Raises `OSError` when the file cannot be opened.
    """
    with path.open("rb") as stored:
        compressed = stored.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        stored.seek(0)
        yield from _split(_inflate(stored) if compressed else _chunks(stored), longest)


def _chunks(stored: BinaryIO) -> Iterator[bytes]:
    while chunk := stored.read(READ_STEP):
        yield chunk


def _inflate(stored: BinaryIO) -> Iterator[bytes]:
    """Decompressed bytes of every gzip member, at most `READ_STEP` at once; raises `_DamagedGzipError` where they end badly."""
    engine = isal_zlib.decompressobj(wbits=31)
    held = b""  # the last bytes go in alone, so that a wrong checksum at the end costs no data
    ended = fresh = False
    while not ended:
        read = stored.read(INFLATE_STEP)
        ended = not read
        pending, held = (held, b"") if ended else ((held + read)[:-GZIP_TRAILER], (held + read)[-GZIP_TRAILER:])
        while pending:
            if fresh and not pending.strip(b"\0"):
                break  # padding after the last member
            try:
                chunk = engine.decompress(pending, READ_STEP)
            except isal_zlib.error as error:  # type: ignore[misc]  # declared as an instance in its stub
                raise _DamagedGzipError(f"gzip data is damaged ({error})") from error
            fresh = False
            if chunk:
                yield chunk
            pending = engine.unconsumed_tail
            if engine.eof:
                pending = engine.unused_data
                engine = isal_zlib.decompressobj(wbits=31)
                fresh = True
    if not fresh:
        raise _DamagedGzipError("gzip data ends before its end mark")


def _split(chunks: Iterator[bytes], longest: int) -> Iterator[Line | UnreadableLine]:
    offset = 0  # of the line under construction
    pieces: list[bytes] = []
    held = 0  # bytes in `pieces`
    overlong = None
    overlong_length = 0
    while True:
        try:
            chunk = next(chunks, None)
        except _DamagedGzipError as error:
            tail = b"".join(pieces)
            yield UnreadableLine(
                offset=offset,
                sha256=hashlib.sha256(tail).hexdigest(),
                reason=f"{error}: the rest is lost",
                head=tail[:HEAD_BYTES],
            )
            return
        if chunk is None:
            break
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            if overlong is not None:
                overlong.update(chunk[start:end])
                overlong_length += end - start
                yield _too_long(offset, overlong.hexdigest(), overlong_length, pieces[0])
                offset += overlong_length + 1
                overlong = None
            else:
                content = chunk[start:end]
                if pieces:
                    pieces.append(content)
                    content = b"".join(pieces)
                if len(content) > longest:
                    yield _too_long(offset, hashlib.sha256(content).hexdigest(), len(content), content[:HEAD_BYTES])
                else:
                    yield Line(offset, content)
                offset += len(content) + 1
            pieces, held = [], 0
            start = end + 1
        rest = chunk[start:]
        if not rest:
            continue
        if overlong is not None:
            overlong.update(rest)
            overlong_length += len(rest)
            continue
        pieces.append(rest)
        held += len(rest)
        if held > longest:
            whole = b"".join(pieces)
            overlong, overlong_length = hashlib.sha256(whole), held
            pieces, held = [whole[:HEAD_BYTES]], 0
    if overlong is not None:
        yield _too_long(offset, overlong.hexdigest(), overlong_length, pieces[0])
    elif pieces:
        yield Line(offset, b"".join(pieces))


def _too_long(offset: int, sha256: str, length: int, head: bytes) -> UnreadableLine:
    return UnreadableLine(offset=offset, sha256=sha256, reason=f"line of {length} bytes is longer than the bound", head=head)

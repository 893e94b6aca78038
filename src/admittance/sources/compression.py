"""Bytes of a file, decompressed as their first bytes say, whatever the file is called."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

import lz4.frame  # type: ignore[import-untyped]
from isal import isal_zlib

__all__ = ["DamagedStreamError", "decompressed", "is_compressed"]

GZIP_MAGIC = b"\x1f\x8b"
LZ4_MAGIC = b"\x04\x22\x4d\x18"
GZIP_TRAILER = 8  # checksum and length
READ_STEP = 1024 * 1024
SWIFT_STEP = 16 * 1024
CAREFUL_STEP = 1024
"""Bytes that go in at once. What a step gives is lost when its input turns out to be damaged: a damaged file is read again in
smaller ones."""

UNQUESTIONED_BYTES = 1024 * 1024 * 1024
LARGEST_RATIO = 400
"""A file that becomes more than this many times larger, and larger than `UNQUESTIONED_BYTES`, is a bomb: real archives stay
below 100, and gzip itself ends at about 1,000."""


class DamagedStreamError(Exception):
    """Ends a stream of bytes, with what is wrong with the rest; becomes a reject and never leaves the sources."""


def is_compressed(head: bytes) -> bool:
    """Whether bytes begin as gzip or lz4 does."""
    return head.startswith((GZIP_MAGIC, LZ4_MAGIC))


def decompressed(stored: BinaryIO) -> Iterator[bytes]:
    """The bytes in pieces of a few megabytes at most, the stream standing at its start.

    Several compressed streams one after the other are read as one. Raises `DamagedStreamError` where the data are damaged, cut
    off or a bomb, after everything that could be recovered.
    """
    head = stored.read(len(LZ4_MAGIC))
    stored.seek(0)
    if head.startswith(GZIP_MAGIC):
        return _bounded(_carefully(_inflate, stored), stored)
    if head == LZ4_MAGIC:
        return _bounded(_carefully(_unpack, stored), stored)
    return _plain(stored)


def _plain(stored: BinaryIO) -> Iterator[bytes]:
    while piece := stored.read(READ_STEP):
        yield piece


def _carefully(unpack: Callable[[BinaryIO, int], Iterator[bytes]], stored: BinaryIO) -> Iterator[bytes]:
    given = 0
    try:
        for piece in unpack(stored, SWIFT_STEP):
            given += len(piece)
            yield piece
        return
    except DamagedStreamError:
        stored.seek(0)
    for piece in unpack(stored, CAREFUL_STEP):
        if given < len(piece):
            yield piece[given:]
        given = max(0, given - len(piece))


def _bounded(pieces: Iterator[bytes], stored: BinaryIO) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > UNQUESTIONED_BYTES and total > LARGEST_RATIO * stored.tell():
            raise DamagedStreamError(f"decompresses to more than {LARGEST_RATIO} times its size")
        yield piece


def _inflate(stored: BinaryIO, step: int) -> Iterator[bytes]:
    engine = isal_zlib.decompressobj(wbits=31)
    held = b""  # the last bytes go in alone, so that a wrong checksum at the end costs no data
    ended = fresh = False
    while not ended:
        read = stored.read(step)
        ended = not read
        pending, held = (held, b"") if ended else ((held + read)[:-GZIP_TRAILER], (held + read)[-GZIP_TRAILER:])
        while pending:
            if fresh and not pending.strip(b"\0"):
                break  # padding after the last member
            try:
                piece = engine.decompress(pending, READ_STEP)
            except isal_zlib.error as error:  # type: ignore[misc]  # declared as an instance in its stub
                raise DamagedStreamError(f"gzip data is damaged ({error})") from error
            fresh = False
            if piece:
                yield piece
            pending = engine.unconsumed_tail
            if engine.eof:
                pending = engine.unused_data
                engine = isal_zlib.decompressobj(wbits=31)
                fresh = True
    if not fresh:
        raise DamagedStreamError("gzip data ends before its end mark")


def _unpack(stored: BinaryIO, step: int) -> Iterator[bytes]:
    """What one step gives is bounded by lz4 itself: at most 255 times its input, and one block of 4 MiB."""
    engine = lz4.frame.LZ4FrameDecompressor()
    fresh = False
    while pending := stored.read(step):
        while pending and not (fresh and not pending.strip(b"\0")):  # zeros after the last frame are padding
            if fresh:
                engine = lz4.frame.LZ4FrameDecompressor()
            try:
                piece = engine.decompress(pending)
            except (RuntimeError, EOFError) as error:
                raise DamagedStreamError(f"lz4 data is damaged ({error})") from error
            if piece:
                yield piece
            fresh = engine.eof
            pending = (engine.unused_data or b"") if fresh else b""
    if not fresh:
        raise DamagedStreamError("lz4 data ends before its end mark")

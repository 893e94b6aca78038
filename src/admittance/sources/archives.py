"""Members of a tar archive as streams: nothing is written to disk, and no name of a member is ever taken for a path."""

import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from admittance.sources.compression import DamagedStreamError, is_compressed
from admittance.sources.lines import UnreadableLine, unreadable

__all__ = ["Cursor", "Stretch", "stretches_of"]

BLOCK = tarfile.BLOCKSIZE
LONGEST_HEADER = 64 * 1024  # of a name or attributes that do not fit into a block
LONG_NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
PATH = b" path="
INSIDE_A_MEMBER = "the archive ends inside a member"


class Cursor:
    """Reads a stream of pieces forward, counting bytes. A damaged stream ends, and says so only to who reads on."""

    __slots__ = ("_damage", "_held", "_pieces", "_start", "offset", "told")

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.offset = 0
        self.told = False  # whether somebody was told that the stream ended too early
        self._pieces = pieces
        self._held = b""  # the piece under way, read up to `_start`
        self._start = 0
        self._damage: DamagedStreamError | None = None

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, or as many as there are, without moving on."""
        while len(self._held) - self._start < size and (piece := self._next()):
            self._held = self._held[self._start :] + piece
            self._start = 0
        return self._held[self._start : self._start + size]

    def take(self, size: int) -> bytes:
        """The next `size` bytes, or as many as there are."""
        taken = self.peek(size)
        self._move(len(taken))
        return taken

    def pieces(self, size: int | None = None) -> Iterator[bytes]:
        """The next `size` bytes, or all that follow, in pieces. Raises `DamagedStreamError` when fewer can be read."""
        left = size
        while left is None or left > 0:
            if not self._filled():
                self.told = self._damage is not None or left is not None
                if self._damage is not None:
                    raise self._damage
                if left is not None:
                    raise DamagedStreamError(INSIDE_A_MEMBER)
                return
            piece = self._held[self._start : None if left is None else self._start + left]
            self._move(len(piece))
            left = None if left is None else left - len(piece)
            yield piece

    def pass_by(self, end: int) -> bool:
        """Moves on to the offset `end`; false when the stream ends before."""
        while self.offset < end:
            if not self._filled():
                return False
            self._move(min(end - self.offset, len(self._held) - self._start))
        return True

    @property
    def damage(self) -> DamagedStreamError | None:
        """What ended the stream, when it was damage."""
        return self._damage

    def _filled(self) -> bool:
        """Whether there is a next byte; gets the next piece when the last one is read."""
        if self._start == len(self._held):
            self._held, self._start = self._next(), 0
        return self._start < len(self._held)

    def _move(self, size: int) -> None:
        self._start += size
        self.offset += size

    def _next(self) -> bytes:
        try:
            return next(self._pieces, b"")
        except DamagedStreamError as error:
            self._damage = error
            return b""


class Stretch(msgspec.Struct, frozen=True):
    """A member of an archive, or a whole file that is none: `offset` is where it begins in the decompressed file."""

    member: str | None
    offset: int
    head: bytes
    pieces: Iterator[bytes]


def stretches_of(cursor: Cursor) -> Iterator[Stretch | UnreadableLine]:
    """The members of a tar archive, or the one stretch of anything else, which is seen from the first block.

    A stretch must be read, or left, before the next is asked for. Members that are no plain files, whose names lead out of the
    archive or that are compressed themselves are refused: each comes out as an :class:`UnreadableLine` whose head is its name.
    """
    if _header(cursor.peek(BLOCK)) is None:
        yield Stretch(None, 0, cursor.peek(BLOCK), cursor.pieces())
        return
    longer_name: str | None = None
    while True:
        offset = cursor.offset
        block = cursor.take(BLOCK)
        header = _header(block)
        if header is None:
            ended_well = len(block) == BLOCK and not block.strip(b"\0")
            if not ended_well:
                reason = cursor.damage or (
                    "no tar header where one must be" if block else "the archive ends before its end mark"
                )
                yield unreadable(offset, block, f"{reason}: the rest is lost")
            return
        end = cursor.offset + -(-header.size // BLOCK) * BLOCK
        if header.type in LONG_NAMES and header.size <= LONGEST_HEADER:
            longer_name = _longer_name(header, cursor.take(header.size)) or longer_name
        elif header.type != tarfile.XGLTYPE:
            name, longer_name = longer_name or header.name, None
            refused = _refused(name, header, cursor)
            if refused is not None:
                yield _refusal(name, refused, offset, block)
            elif not header.isdir():
                yield Stretch(name, cursor.offset, cursor.peek(min(BLOCK, header.size)), cursor.pieces(header.size))
        if not cursor.pass_by(end) and not cursor.told:
            yield unreadable(offset, block, f"{cursor.damage or INSIDE_A_MEMBER}: the rest is lost")
            return
        if cursor.told:
            return


def _header(block: bytes) -> tarfile.TarInfo | None:
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except tarfile.TarError:
        return None
    return header if header.size >= 0 else None


def _refused(name: str, header: tarfile.TarInfo, cursor: Cursor) -> str | None:
    """Why a member is not read; null when it is."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return "its name leads out of the archive"
    if header.isdir():
        return None
    if header.type not in tarfile.REGULAR_TYPES:
        return "it is a link, a device or another thing that holds no lines"
    if is_compressed(cursor.peek(min(BLOCK, header.size))):
        return "it is compressed itself, and what stands in it has no place in the archive"
    return None


def _refusal(name: str, reason: str, offset: int, block: bytes) -> UnreadableLine:
    """Names of members stay out of the reason: like reasons are counted together, and an archive may hold millions."""
    line = unreadable(offset, block, f"a member is refused: {reason}")
    return msgspec.structs.replace(line, head=name.encode("utf-8", "replace")[:LONGEST_HEADER])


def _longer_name(header: tarfile.TarInfo, content: bytes) -> str | None:
    """The name that the next header has no room for; null when the attributes hold none."""
    if header.type == tarfile.GNUTYPE_LONGNAME:
        return content.rstrip(b"\0").decode("utf-8", "replace")
    for record in content.split(b"\n"):
        if PATH in record:
            return record.partition(PATH)[2].decode("utf-8", "replace")
    return None

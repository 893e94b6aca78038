"""The measurements of a stored file as lines, whatever the archive of its time wrapped them in."""

from collections.abc import Iterator
from pathlib import Path

from admittance.sources.archives import Cursor, stretches_of
from admittance.sources.compression import decompressed
from admittance.sources.lines import Line, UnreadableLine, split_lines
from admittance.sources.ooni.reports import begins_as_report, read_report

__all__ = ["read_stored"]


def read_stored(path: Path) -> Iterator[Line | UnreadableLine]:
    """The lines of JSON of a file, plain or compressed, by itself or as members of a tar archive, YAML reports made JSON.

    What a file is is seen from its bytes alone. Offsets count bytes of the decompressed file, the archive's own included.
    Raises `OSError` when the file cannot be opened.
    """
    with path.open("rb") as stored:
        for stretch in stretches_of(Cursor(decompressed(stored))):
            if isinstance(stretch, UnreadableLine):
                yield stretch
                continue
            lines = split_lines(stretch.pieces, offset=stretch.offset, member=stretch.member)
            yield from read_report(lines) if begins_as_report(stretch.head) else lines

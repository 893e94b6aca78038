"""Published tables of comma-separated values, read strictly: anything else is refused with the line that is wrong."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from admittance.errors import InputError

__all__ = ["Unusable", "records_of", "text_of"]

Unusable = tuple[int, str]
"""A record that cannot be used: its line, from 1, and why."""


def text_of(content: bytes) -> str:
    """The content as text. Raises `InputError` naming the line that is not UTF-8 or holds a NUL."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"line {line}: not UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"line {line}: a NUL byte")
    return text


def records_of(content: bytes, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each record by its last line, from 1, and column. Raises `InputError` for a missing column or another width."""
    reader = csv.reader(StringIO(text_of(content), newline=""), strict=True)
    try:
        header = next(reader, [])
        missing = [name for name in columns if name not in header]
        if missing:
            raise InputError(f"line 1: no column {', '.join(missing)}")
        for fields in reader:
            if not fields:
                continue
            if len(fields) != len(header):
                raise InputError(f"line {reader.line_num}: {len(fields)} fields where the header has {len(header)}")
            yield reader.line_num, dict(zip(header, fields, strict=True))
    except csv.Error as error:
        raise InputError(f"line {reader.line_num}: {error}") from error

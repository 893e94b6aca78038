"""Every source against its example spoilt in every way: nothing is lost without a word, and nothing else is lost with it."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.sources.test_examples import EXAMPLES

from admittance.errors import InputError
from admittance.sources import SOURCES, Batch

ROWS = ("measurements", "observations", "snapshots", "demand", "testimonies", "bodies")
TABLES = sorted(source for source, (name, _) in EXAMPLES.items() if name.endswith(".csv"))

Read = Callable[..., Batch]


def rows(batch: Batch) -> int:
    return sum(int(getattr(batch, name).height) for name in ROWS)


def spoilt_alike(content: bytes) -> dict[str, bytes]:
    """The same records, stored as other programs do."""
    return {
        "with a byte order mark": b"\xef\xbb\xbf" + content,
        "with other ends of lines": content.replace(b"\n", b"\r\n"),
        "compressed": gzip.compress(content),
        "in two pieces": gzip.compress(content[:100]) + gzip.compress(content[100:]),
        "without the last end of line": content.rstrip(b"\n"),
    }


MORE = {
    "Latin-1": (b"caf\xe9,\xe9,\xe9\n", 1),
    "a quote that is never closed": (b'"never closed, and so on\n', 1),
    "JSON nested deeply": (b"[" * 100_000 + b"\n", 1),
    "a line of 33 MiB": (b"x" * (33 * 1024 * 1024) + b"\n", 1),
    "NUL bytes": (b"\0" * 900 + b"\n", 1),
}
"""Lines that stand after the example's, and how many rejects they are."""

NOTHING = {
    "zeros": b"\0" * 5_000,
    "a mark and no text": b"\xef\xbb\xbf\n",
    "a page": b"<!DOCTYPE html><html><body>Service Unavailable</body></html>\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
    "a list": b"[1, 2, 3]\n",
    "other records": b'{"a": 1}\n{"b": 2}\n',
    "a table of something else": b"a,b\n1,2\n",
}


@pytest.fixture
def read(examples: Path, read_bytes: Read) -> Callable[[str, bytes], Batch]:
    return lambda source, content: read_bytes(source, content, **EXAMPLES[source][1])


def example(source: str, examples: Path) -> bytes:
    return (examples / EXAMPLES[source][0]).read_bytes()


def without_places(batch: Batch) -> list[object]:
    """All rows but for where they stand, and what identifies their bytes; of rejects the reason."""
    left_out = ("offset", "line_sha256", "file")
    told = [getattr(batch, name).drop(left_out, strict=False).rows() for name in ROWS]
    return [*told, batch.rejects["reason"].to_list()]


@pytest.mark.parametrize("source", EXAMPLES)
def test_other_programs_store_the_same(source: str, examples: Path, read: Callable[[str, bytes], Batch]) -> None:
    content = example(source, examples)
    plain = without_places(read(source, content))
    for how, stored in spoilt_alike(content).items():
        assert without_places(read(source, stored)) == plain, how


@pytest.mark.parametrize("source", EXAMPLES)
def test_a_bad_line_costs_itself_alone(source: str, examples: Path, read: Callable[[str, bytes], Batch]) -> None:
    content = example(source, examples)
    plain = read(source, content)
    for what, (line, count) in MORE.items():
        batch = read(source, content + line)
        assert rows(batch) == rows(plain), what
        assert batch.rejects.height == plain.rejects.height + count, what
        assert batch.lines == plain.lines + count, what


@pytest.mark.parametrize("source", EXAMPLES)
def test_a_file_that_was_cut_off_says_so(source: str, examples: Path, read: Callable[[str, bytes], Batch]) -> None:
    content = example(source, examples)
    batch = read(source, gzip.compress(content)[:-12])
    assert "gzip data ends before its end mark" in " ".join(batch.rejects["reason"])
    assert rows(batch) > 0


@pytest.mark.parametrize("what", NOTHING)
@pytest.mark.parametrize("source", EXAMPLES)
def test_what_is_nothing_of_the_kind_gives_nothing_and_says_why(
    source: str, what: str, read: Callable[[str, bytes], Batch]
) -> None:
    batch = None
    with suppress(InputError):  # it says why itself
        batch = read(source, NOTHING[what])
    if batch is not None:
        assert rows(batch) == 0
        assert batch.rejects.height >= 1
        assert all(batch.rejects["reason"])


@pytest.mark.parametrize("source", TABLES)
def test_a_heading_that_cannot_be_trusted_refuses_the_file(
    source: str, examples: Path, read: Callable[[str, bytes], Batch]
) -> None:
    content = example(source, examples)
    notes = b"".join(line for line in content.splitlines(keepends=True) if line.startswith(b"#"))
    heading, _, after = content.removeprefix(notes).partition(b"\n")
    names = heading.rstrip(b"\r").split(b",")
    first, others = names[0], names[1:]
    twice = notes + b",".join([*names, first]) + b"\n" + after
    with pytest.raises(InputError, match="two columns are called"):
        read(source, twice)
    lacking = notes + b",".join([b"something", *others]) + b"\n" + after
    with pytest.raises(InputError, match=first.decode()):
        read(source, lacking)
    with pytest.raises(InputError, match="UTF-16"):
        read(source, content.decode().encode("utf-16"))
    with pytest.raises(InputError):
        read(source, b"")


def test_every_source_is_tried() -> None:
    assert set(EXAMPLES) == {source.name for source in SOURCES}

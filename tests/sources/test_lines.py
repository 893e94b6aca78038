"""Lines from good, bad and hostile files."""

import gzip
import hashlib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admittance.sources.lines import Line, UnreadableLine, read_lines


def write(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


def contents(path: Path, longest: int = 1000) -> list[bytes | str]:
    return [line.content if isinstance(line, Line) else line.reason for line in read_lines(path, longest=longest)]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (b"", []),
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\n\nb", [b"a", b"", b"b"]),
        (b"a\r\n", [b"a\r"]),
        (b"\x00\n", [b"\x00"]),
    ],
)
def test_lines_end_at_newlines(tmp_path: Path, stored: bytes, expected: list[bytes]) -> None:
    assert contents(write(tmp_path, stored)) == expected
    assert contents(write(tmp_path, gzip.compress(stored))) == expected


def test_offsets_count_decompressed_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"one\ntwo\n") + gzip.compress(b"three\n"))
    assert [(line.offset, line.content) for line in read_lines(path) if isinstance(line, Line)] == [
        (0, b"one"),
        (4, b"two"),
        (8, b"three"),
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parts=st.lists(st.binary(max_size=40).filter(lambda part: b"\n" not in part), max_size=20), members=st.integers(1, 3))
def test_every_byte_comes_back_whatever_the_members(tmp_path: Path, parts: list[bytes], members: int) -> None:
    stored = b"".join(part + b"\n" for part in parts)
    cut = [len(stored) * number // members for number in range(members + 1)]
    compressed = b"".join(gzip.compress(stored[cut[n] : cut[n + 1]]) for n in range(members))
    assert contents(write(tmp_path, compressed)) == parts


def test_a_line_beyond_the_bound_is_named_and_passed_by(tmp_path: Path) -> None:
    long = b"x" * 3_000_000
    path = write(tmp_path, b"before\n" + long + b"\nafter\n")
    lines = list(read_lines(path, longest=1_000_000))
    assert lines[0] == Line(0, b"before")
    assert lines[2] == Line(7 + len(long) + 1, b"after")
    assert isinstance(lines[1], UnreadableLine)
    assert (lines[1].offset, lines[1].sha256) == (7, hashlib.sha256(long).hexdigest())
    assert "3000000 bytes" in lines[1].reason


def test_a_bomb_of_one_endless_line_needs_little_memory(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"\n" + b"0" * 200_000_000 + b"\nlast\n"))
    tracemalloc.start()
    lines = list(read_lines(path, longest=4_000_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(line) for line in lines] == [Line, UnreadableLine, Line]
    assert peak < 32_000_000


def test_a_cut_off_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    stored = b"".join(b"line %d %s\n" % (n, hashlib.sha256(b"%d" % n).hexdigest().encode()) for n in range(2_000))
    compressed = gzip.compress(stored)
    *whole, last = contents(write(tmp_path, compressed[: len(compressed) // 2]))
    assert len(whole) > 800
    assert whole == stored.split(b"\n")[: len(whole)]
    assert isinstance(last, str)
    assert "ends before its end mark" in last


def test_a_damaged_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    stored = b"".join(b"line %d %s\n" % (n, hashlib.sha256(b"%d" % n).hexdigest().encode()) for n in range(2_000))
    compressed = bytearray(gzip.compress(stored))
    compressed[len(compressed) // 2 : len(compressed) // 2 + 64] = b"\xff" * 64
    *whole, last = contents(write(tmp_path, bytes(compressed)))
    assert whole[:800] == stored.split(b"\n")[:800]
    assert isinstance(last, str)
    assert "damaged" in last


def test_a_wrong_checksum_at_the_end_costs_no_line(tmp_path: Path) -> None:
    compressed = bytearray(gzip.compress(b"one\ntwo\n"))
    compressed[-6] ^= 0xFF
    *whole, last = contents(write(tmp_path, bytes(compressed)))
    assert whole == [b"one", b"two"]
    assert isinstance(last, str)


def test_zeros_after_the_last_member_are_padding(tmp_path: Path) -> None:
    assert contents(write(tmp_path, gzip.compress(b"one\n") + b"\0" * 512)) == [b"one"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(stored=st.binary(max_size=400))
def test_any_bytes_after_a_gzip_head_are_read_to_an_end(tmp_path: Path, stored: bytes) -> None:
    lines = list(read_lines(write(tmp_path, b"\x1f\x8b" + stored)))
    assert isinstance(lines[-1], UnreadableLine)

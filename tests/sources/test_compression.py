"""Decompression by content, damage and bombs."""

import gzip
import io
import os
from collections.abc import Callable

import lz4.frame  # type: ignore[import-untyped]
import pytest

from admittance.sources import compression
from admittance.sources.compression import DamagedStreamError, decompressed, is_compressed

Pack = Callable[[bytes], bytes]
PACKS = [gzip.compress, lz4.frame.compress]


def unpacked(stored: bytes) -> tuple[bytes, str | None]:
    """What could be read, and what ended it."""
    found: list[bytes] = []
    try:
        for piece in decompressed(io.BytesIO(stored)):
            assert len(piece) <= 6_000_000
            found.append(piece)
    except DamagedStreamError as error:
        return b"".join(found), str(error)
    return b"".join(found), None


@pytest.mark.parametrize("content", [b"", b"x", b"line\n" * 100_000, os.urandom(3_000_000)])
@pytest.mark.parametrize("pack", [bytes, *PACKS])
def test_every_byte_comes_back(pack: Pack, content: bytes) -> None:
    assert unpacked(pack(content)) == (content, None)


@pytest.mark.parametrize("pack", PACKS)
def test_streams_one_after_the_other_are_one(pack: Pack) -> None:
    assert is_compressed(pack(b""))
    assert unpacked(pack(b"one") + pack(b"") + pack(b"two") + b"\0" * 300) == (b"onetwo", None)


@pytest.mark.parametrize("pack", PACKS)
def test_a_cut_keeps_what_came_before(pack: Pack) -> None:
    content = b"".join(b"%d\n" % number for number in range(400_000))
    stored = pack(content)
    kept, reason = unpacked(stored[: len(stored) * 2 // 3])
    assert len(kept) > len(content) // 3
    assert content.startswith(kept)
    assert reason is not None
    assert "ends before its end mark" in reason


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: lz4.frame.compress(content, content_checksum=True)])
def test_damage_keeps_what_came_before(pack: Pack) -> None:
    content = os.urandom(4_000_000)
    stored = bytearray(pack(content))
    stored[len(stored) // 2] ^= 0xFF
    kept, reason = unpacked(bytes(stored))
    assert len(kept) > 1_000_000
    assert reason is not None
    assert "damaged" in reason


@pytest.mark.parametrize("pack", [gzip.compress, lz4.frame.compress])
def test_a_bomb_is_left_off_once_it_is_one(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "UNQUESTIONED_BYTES", 3_000_000)
    monkeypatch.setattr(compression, "LARGEST_RATIO", 100)
    kept, reason = unpacked(pack(b"0" * 40_000_000))
    assert reason == "decompresses to more than 100 times its size"
    assert len(kept) < 10_000_000
    assert unpacked(pack(b"0" * 2_000_000))[1] is None

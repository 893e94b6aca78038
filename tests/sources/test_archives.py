"""Members of good, bad and hostile tar archives."""

import gzip
import io
import tarfile
from pathlib import Path

import lz4.frame  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.sources.archives import Cursor, stretches_of
from admittance.sources.compression import DamagedStreamError
from admittance.sources.lines import UnreadableLine


def archive(*members: tuple[str, bytes], layout: int = tarfile.PAX_FORMAT, **fields: object) -> bytes:
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w", format=layout) as tar:
        for name, content in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            for field, value in fields.items():
                setattr(header, field, value)
            tar.addfile(header, io.BytesIO(content))
    return stored.getvalue()


def read(stored: bytes, step: int = 700) -> list[tuple[str | None, int, bytes] | str]:
    """Every stretch as name, offset and content; what cannot be read as its reason."""
    found: list[tuple[str | None, int, bytes] | str] = []
    pieces = (stored[start : start + step] for start in range(0, len(stored), step))
    for stretch in stretches_of(Cursor(pieces)):
        if isinstance(stretch, UnreadableLine):
            found.append(f"{stretch.reason}: {stretch.head!r}" if "refused" in stretch.reason else stretch.reason)
            continue
        try:
            found.append((stretch.member, stretch.offset, b"".join(stretch.pieces)))
        except DamagedStreamError as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize("layout", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_members_come_in_order_with_their_place_in_the_archive(layout: int) -> None:
    long_name = "/".join(["a" * 60] * (4 if layout != tarfile.USTAR_FORMAT else 3))
    members = [("one", b"1\n"), ("folder/two", b"x" * 1_500), (long_name, b"3"), ("empty", b"")]
    stored = archive(*members, layout=layout)
    found = [entry for entry in read(stored) if isinstance(entry, tuple)]
    assert [(name, content) for name, _, content in found] == members
    for _, offset, content in found:
        assert stored[offset : offset + len(content)] == content


def test_what_is_no_archive_is_one_stretch() -> None:
    assert read(b"just\nlines\n" * 200) == [(None, 0, b"just\nlines\n" * 200)]
    assert read(b"") == [(None, 0, b"")]


def test_a_member_that_nobody_reads_is_passed_by() -> None:
    stored = archive(("one", b"1" * 3_000), ("two", b"2"))
    names = [stretch.member for stretch in stretches_of(Cursor(iter([stored]))) if not isinstance(stretch, UnreadableLine)]
    assert names == ["one", "two"]


@pytest.mark.parametrize("name", ["../up", "/etc/passwd", "a/../../b", ".."])
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str, tmp_path: Path) -> None:
    first, last = read(archive((name, b"x" * 2_000), ("good", b"1")))
    assert isinstance(first, str)
    assert "leads out of the archive" in first
    assert first.endswith(repr(name.encode()))
    assert isinstance(last, tuple)
    assert last[2] == b"1"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(kind: bytes) -> None:
    (reason,) = read(archive(("thing", b""), type=kind, linkname="/etc/passwd"))
    assert isinstance(reason, str)
    assert "it is a link, a device" in reason


def test_a_folder_is_no_member() -> None:
    assert read(archive(("folder", b""), type=tarfile.DIRTYPE)) == []


@pytest.mark.parametrize("pack", [gzip.compress, lz4.frame.compress])
def test_a_member_that_is_compressed_itself_is_refused(pack: object) -> None:
    (reason,) = read(archive(("inner.gz", pack(b"line\n"))))  # type: ignore[operator]
    assert isinstance(reason, str)
    assert "compressed itself" in reason


def test_an_archive_that_is_cut_off_says_so_once() -> None:
    stored = archive(("one", b"1" * 2_000), ("two", b"2" * 2_000))
    for end in (512 + 700, 2_560 + 512 + 700):
        *whole, last = read(stored[:end])
        assert last == "the archive ends inside a member"
        assert len(whole) == (end > 2_560)
    assert read(stored[: 512 + 2_048])[1:] == ["the archive ends before its end mark: the rest is lost"]
    assert read(stored[: 512 + 2_048 + 100])[1:] == ["no tar header where one must be: the rest is lost"]


def test_a_long_name_of_gigabytes_is_passed_by() -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 5_000_000_000
    refused, ended = read(header.tobuf(tarfile.GNU_FORMAT) + b"x" * 4_000)
    assert "is refused" in str(refused)
    assert ended == "the archive ends inside a member: the rest is lost"


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_damage_is_read_to_an_end(data: st.DataObject) -> None:
    stored = bytearray(archive(("one", b"1\n" * 300), ("two", b"2\n" * 300)))
    for _ in range(data.draw(st.integers(0, 6))):
        stored[data.draw(st.integers(0, len(stored) - 1))] = data.draw(st.integers(0, 255))
    assert read(bytes(stored[: data.draw(st.integers(0, len(stored)))])) is not None

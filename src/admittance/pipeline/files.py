"""Where files to ingest lie: on this machine, or as objects of an archive that are fetched when their turn comes."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from admittance.errors import InputError, UsageError
from admittance.lake import is_remote
from admittance.model.ids import FileId
from admittance.sources import Selection, Source, SourceFile

__all__ = ["Access", "Found", "at_hand", "files_under", "find", "sha256_of"]


class Access(msgspec.Struct, frozen=True):
    """How an archive is reached, where that differs from what the usual `AWS_*` variables say."""

    endpoint: str | None = None
    region: str | None = None
    anonymous: bool = False  # even when there are credentials; without any it is always so


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A file to ingest, not yet read: where it lies and what is known of it without reading."""

    address: str  # absolute path, or s3://bucket/key
    size: int  # bytes as stored
    tag: str | None = None  # the ETag of an object, or the time of its last change; null for a local file


def find(paths: Sequence[str | Path], source: Source, selection: Selection, access: Access) -> list[Found]:
    """The files that paths and addresses name, each place once.

    Folders and archives are searched for names that the source reads, archives only where the selection may lie. Raises
    `UsageError` when there is nothing.
    """
    found: list[Found] = []
    for path in paths:
        if str(path).startswith("s3:"):
            from admittance.pipeline.archive import objects_under

            found += objects_under(str(path), source.suffixes, selection, access)
        else:
            found += [
                Found(address=str(file.absolute()), size=file.stat().st_size) for file in _files_under(Path(path), source)
            ]
    if not found:
        raise UsageError(f"nothing to ingest: no file there ends in {', '.join(source.suffixes)}")
    return list(dict.fromkeys(found))


def files_under(paths: Sequence[str | Path], source: Source) -> list[Path]:
    """The local files that `paths` name, folders searched for names that the source reads, each once and in a fixed order."""
    found: dict[Path, None] = {}
    for path in paths:
        if is_remote(str(path)):
            raise UsageError(f"{path}: only files and folders of this machine can be read here; `ingest` takes archives")
        found.update(dict.fromkeys(_files_under(Path(path), source)))
    if not found:
        raise UsageError(f"nothing to read: no file there ends in {', '.join(source.suffixes)}")
    return list(found)


@contextmanager
def at_hand(found: Found, access: Access) -> Iterator[SourceFile]:
    """The file on this machine with the hash of its bytes; a fetched one is gone again afterwards.

    Raises `InputError` when it cannot be opened or fetched.
    """
    if found.tag is None:
        path = Path(found.address)
        file = sha256_of(path)
        yield SourceFile(path=path, file=file, address=found.address)
        return
    from admittance.pipeline.archive import fetch

    with tempfile.TemporaryDirectory(prefix="admittance-") as folder:
        path = Path(folder) / found.address.rpartition("/")[2]
        yield SourceFile(path=path, file=fetch(found.address, path, access), address=found.address)


def sha256_of(path: Path) -> FileId:
    """The hash of a file's bytes as stored. Raises `InputError` when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return FileId(hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _files_under(path: Path, source: Source) -> list[Path]:
    if path.is_dir():
        return sorted(child for child in path.rglob("*") if child.name.endswith(source.suffixes) and child.is_file())
    if path.is_file():
        return [path]
    raise UsageError(f"{path}: no such file or folder")

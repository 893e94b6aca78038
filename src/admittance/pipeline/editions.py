"""Published lists into the lake as editions, and the editions that hold on a day."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import polars as pl

from admittance.catalog.networks import AddressNetworks, NetworkTable, read_networks
from admittance.catalog.records import Unusable, text_of
from admittance.catalog.sites import TEST_LIST_COLUMNS, SiteLists, read_test_list
from admittance.errors import ConflictError, InputError, UsageError
from admittance.judge.fingerprints import Fingerprints, combined, shipped
from admittance.judge.published import FINGERPRINT_COLUMNS, read_fingerprints
from admittance.lake import Lake, Part, Snapshot
from admittance.model.edition import Edition, EditionKind
from admittance.model.tables import rows_of, table_of
from admittance.pipeline.fetching import Fetcher, Reach

__all__ = [
    "KeptList",
    "OtherFile",
    "PublishedList",
    "editions_holding",
    "keep_list",
    "marks_of",
    "network_tables",
    "networks_of",
    "published_lists",
    "sites_of",
]

KEEP_TRIES = 20

LICENCES = {
    EditionKind.OONI_DNS: "OONI (ooni/blocking-fingerprints); no licence stated beside the lists",
    EditionKind.OONI_HTTP: "OONI (ooni/blocking-fingerprints); no licence stated beside the lists",
    EditionKind.CENSORED_PLANET_BLOCKPAGES: "Censored Planet, Apache-2.0 (censoredplanet/censoredplanet-analysis)",
    EditionKind.CENSORED_PLANET_FALSE_POSITIVES: "Censored Planet, Apache-2.0 (censoredplanet/censoredplanet-analysis)",
    EditionKind.ADDRESS_NETWORKS: "CAIDA, Acceptable Use Agreement (RouteViews prefix-to-AS); another publisher's own",
    EditionKind.TEST_LIST: "Citizen Lab and others, CC BY-NC-SA 4.0 (citizenlab/test-lists)",
}
"""What is known of the terms under which each list is published; kept with the edition, for whoever hands it on."""

_KIND_OF_NAME = {
    "fingerprints_dns": EditionKind.OONI_DNS,
    "fingerprints_http": EditionKind.OONI_HTTP,
    "blockpage_signatures": EditionKind.CENSORED_PLANET_BLOCKPAGES,
    "false_positive_signatures": EditionKind.CENSORED_PLANET_FALSE_POSITIVES,
}

NETWORKS_IN_NAME = "pfx2as"

_NO_MARKS = (EditionKind.TEST_LIST, EditionKind.ADDRESS_NETWORKS)

_LIST_SUFFIXES = (".csv", ".json")

LARGEST_FILE = 16 * 2**20
"""Bytes. The largest list known, CAIDA's table of IPv4 networks, has about 6 MB, packed."""
LONGEST_WAIT = 60.0
"""Seconds for one list from an address."""


class PublishedList(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was read and checked, not yet kept."""

    kind: EditionKind
    name: str
    content: bytes
    address: str
    entries: int
    unusable: tuple[Unusable, ...]


class OtherFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a folder that is no list of a known kind."""

    address: str


class KeptList(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list: a new edition, or the one that held already."""

    kind: EditionKind
    name: str
    version: str
    holds_from: datetime
    address: str
    licence: str
    entries: int
    unusable: tuple[Unusable, ...]
    new: bool


def published_lists(
    places: Sequence[str], *, kind: EditionKind | None = None, allow_private: bool = False
) -> Iterator[PublishedList | OtherFile | InputError]:
    """The list at each path or http(s) URL, or why there is none; folders are searched for tables and JSON.

    What neither name nor first line shows to be a list is an error where it was named, and another file in a folder. Raises
    `UsageError` for a path that is not there and a folder that holds no list.
    """
    reach = Reach.PRIVATE if allow_private else Reach.PUBLIC
    fetcher = Fetcher(reach=reach, polite=False, largest=LARGEST_FILE, seconds=LONGEST_WAIT)
    for place in places:
        path = Path(place)
        if "://" in place:
            yield _tried(place, _last_part(place), partial(_fetched, fetcher, place), kind, other=False)
        elif path.is_dir():
            files = [child for child in sorted(path.rglob("*")) if child.suffix in _LIST_SUFFIXES and child.is_file()]
            found = False
            for child in files:
                one = _tried(str(child.absolute()), child.name, partial(_content_of, child), kind, other=True)
                found |= not isinstance(one, OtherFile)
                yield one
            if not found:
                raise UsageError(f"{place}: no file there is a list of a known kind")
        elif path.is_file():
            yield _tried(str(path.absolute()), path.name, partial(_content_of, path), kind, other=False)
        else:
            raise UsageError(f"{place}: no such file or folder")


def _fetched(fetcher: Fetcher, place: str) -> bytes:
    return fetcher.fetch(place).content


def _tried(
    address: str, name: str, read: Callable[[], bytes], wanted: EditionKind | None, *, other: bool
) -> PublishedList | OtherFile | InputError:
    try:
        content = read()
        kind = wanted or _kind_of(name, content)
        if kind is None and other:
            return OtherFile(address=address)
        if kind is None:
            kinds = ", ".join(EditionKind)
            raise InputError(f"line 1: neither the name nor this line says what list it is; say it with --kind ({kinds})")
        return _read(address, name, content, kind)
    except InputError as error:
        told = str(error)
        return error if told.startswith((address, "http")) else InputError(f"{address}: {told}")


def _read(address: str, name: str, content: bytes, kind: EditionKind) -> PublishedList:
    if kind is EditionKind.TEST_LIST:
        label = _name_of_list(name)
        listed = read_test_list(content, label)
        entries, unusable = len(listed.entries), listed.unusable
    elif kind is EditionKind.ADDRESS_NETWORKS:
        table = read_networks(content)
        label, entries, unusable = f"ipv{table.family}", table.entries, table.unusable
    else:
        label = kind.value
        published = read_fingerprints(kind, content)
        entries, unusable = len(published.pages) + len(published.answers), published.unusable
    return PublishedList(kind=kind, name=label, content=content, address=address, entries=entries, unusable=unusable)


def _kind_of(name: str, content: bytes) -> EditionKind | None:
    """The kind that a file's name or first line says; null when neither does."""
    stem = name.rpartition(".")[0] or name
    known = _KIND_OF_NAME.get(stem)
    if known is not None:
        return known
    if NETWORKS_IN_NAME in name:
        return EditionKind.ADDRESS_NETWORKS
    first, _, rest = text_of(content).partition("\n")
    columns = {column.strip() for column in first.split(",")}
    if columns >= set(TEST_LIST_COLUMNS):
        return EditionKind.TEST_LIST
    if columns >= set(FINGERPRINT_COLUMNS):
        return EditionKind.OONI_DNS if ",dns," in rest.partition("\n")[0] else EditionKind.OONI_HTTP
    return None


def _name_of_list(name: str) -> str:
    """Which test list a file is: `cn` for `cn.csv`."""
    label = name.rpartition(".")[0].lower() or name.lower()
    if not label or not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in label):
        raise InputError(f"{name!r} names no list: call the file as its publisher does, such as cn.csv")
    return label


def _last_part(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])


def _content_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(content) > LARGEST_FILE:
        raise InputError(f"{path}: more than {LARGEST_FILE:,} bytes")
    return content


def keep_list(
    lake: Lake, found: PublishedList, *, holds_from: date, clock: Callable[[], datetime], licence: str | None = None
) -> KeptList:
    """Keep a list as the edition that holds from a day (UTC) on, unless it is what held on that day already; release it.

    Nothing is ever replaced: of two editions of one day the later one holds. Raises `ConflictError` when others were always
    first.
    """
    edition = Edition(
        kind=found.kind,
        name=found.name,
        holds_from=datetime.combine(holds_from, time(), UTC),
        sha256=hashlib.sha256(found.content).hexdigest(),
        content=found.content,
        address=found.address,
        licence=licence or LICENCES[found.kind],
        entries=found.entries,
        unusable=len(found.unusable),
        recorded_at=clock(),
    )
    for _ in range(KEEP_TRIES):
        known = lake.release_sources().scan(Edition)
        same = known.filter((pl.col("kind") == edition.kind.value) & (pl.col("name") == edition.name))
        count = same.select(pl.len()).collect().item()
        holding = _holding(same, holds_from)
        if holding and holding[0].sha256 == edition.sha256:
            return _kept(holding[0], found, new=False)
        part = Part(key=f"edition:{edition.kind}:{edition.name}", number=count, table=table_of(Edition, [edition]))
        if lake.append_once(Edition, [part]):
            lake.release_sources()
            return _kept(edition, found, new=True)
    raise ConflictError(f"{lake.place}: other writers won {KEEP_TRIES} times; repeat the command")


def _kept(edition: Edition, found: PublishedList, *, new: bool) -> KeptList:
    return KeptList(
        kind=edition.kind,
        name=edition.name,
        version=edition.version,
        holds_from=edition.holds_from,
        address=found.address,
        licence=edition.licence,
        entries=found.entries,
        unusable=found.unusable,
        new=new,
    )


def editions_holding(snapshot: Snapshot, day: date | None = None) -> list[Edition]:
    """Of each list the edition that holds on a day (UTC), sorted by kind and name; without a day, the newest."""
    return _holding(snapshot.scan(Edition), day)


def _holding(editions: pl.LazyFrame, day: date | None) -> list[Edition]:
    if day is not None:
        editions = editions.filter(pl.col("holds_from") <= datetime.combine(day, time(), UTC))
    newest = editions.sort("kind", "name", "holds_from", "recorded_at", "sha256").unique(
        ["kind", "name"], keep="last", maintain_order=True
    )
    return rows_of(Edition, newest.collect())


def marks_of(editions: Iterable[Edition]) -> Fingerprints:
    """The shipped fingerprints and, after them, those of the editions, as one snapshot whose version names each."""
    published = [
        read_fingerprints(edition.kind, edition.content).as_of(edition.version)
        for edition in editions
        if edition.kind not in _NO_MARKS
    ]
    return combined(shipped(), published)


def network_tables(snapshot: Snapshot) -> tuple[Edition, ...]:
    """All tables of the networks of addresses, in the order in which they hold."""
    tables = snapshot.scan(Edition).filter(pl.col("kind") == EditionKind.ADDRESS_NETWORKS.value)
    return tuple(rows_of(Edition, tables.sort("name", "holds_from", "recorded_at", "sha256").collect()))


def networks_of(editions: Iterable[Edition]) -> AddressNetworks:
    """The networks of addresses by these tables, each with the day from which it holds."""
    return AddressNetworks(tables=tuple((edition.holds_from, _network_table(edition.content)) for edition in editions))


@lru_cache(maxsize=8)
def _network_table(content: bytes) -> NetworkTable:
    """Kept, because every job of a process asks for it."""
    return read_networks(content)


def sites_of(editions: Iterable[Edition]) -> SiteLists:
    """The test lists among the editions."""
    return _lists(tuple(edition for edition in editions if edition.kind is EditionKind.TEST_LIST))


@lru_cache(maxsize=4)
def _lists(lists: tuple[Edition, ...]) -> SiteLists:
    """Kept, because a server asks for them with every page."""
    entries = [entry for edition in lists for entry in read_test_list(edition.content, edition.name).entries]
    return SiteLists(version=" ".join(edition.version for edition in lists), entries=tuple(entries))

"""Archives of measurements on S3: which prefixes can hold what is wanted, what lies there, and how an object is fetched.

The layouts of OONI's archive are known (https://docs.ooni.org/data): `raw/YYYYMMDD/HH/CC/TEST/…` and
`jsonl/TEST/CC/YYYYMMDD/HH/…`, where TEST has no underscores, and `canned/YYYY-MM-DD/…`, the originals of what is in `jsonl`:
`TEST.N.tar.lz4`, and large reports by themselves, `TIME-CC-ASN-TEST-….json.lz4`. The day is the one on which a measurement was
handed in.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from admittance.errors import InputError, UsageError
from admittance.model.ids import FileId
from admittance.pipeline.files import Access, Found
from admittance.sources import Selection

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config

__all__ = ["fetch", "objects_under"]

PUBLIC = {"ooni-data-eu-fra": "eu-central-1"}
"""Regions of public archives, where neither the caller nor the environment names one."""

CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
)
"""Variables of which one is set wherever requests are to be signed (the last: wherever somebody has decided about it)."""

CHUNK = 8 * 2**20
HOURS = tuple(f"{hour:02}" for hour in range(24))

RAW, JSONL, CANNED = "raw", "jsonl", "canned"
LEVELS: Mapping[str, tuple[str, ...]] = {
    RAW: ("day", "hour", "country", "test"),
    JSONL: ("test", "country", "day", "hour"),
    CANNED: ("day",),
}
"""What the folders below each layout's first one stand for."""

CAN = re.compile(
    r"(?P<one_test>[a-z0-9_]+)\.\d+\.tar\.lz4|\d{8}T\d{6}Z-(?P<country>[A-Z]{2})-AS\d+-(?P<test>[a-z0-9_]+)-.*\.json\.lz4"
)
"""Names of cans that say what they hold. Reports in YAML are not among them: they bear the names that tests had then."""


def objects_under(address: str, suffixes: tuple[str, ...], selection: Selection, access: Access) -> list[Found]:
    """The objects below `s3://bucket/prefix` whose names end in `suffixes`, in order of their names.

    In a known layout only prefixes are listed that can hold what the selection wants. Raises `UsageError` when the place cannot
    be listed.
    """
    bucket, base = _split(address)
    store = _store(bucket, access)
    try:
        keys = {
            item["path"]: Found(
                address=f"s3://{bucket}/{item['path']}",
                size=item["size"],
                tag=item["e_tag"] or item["last_modified"].isoformat(),
            )
            for prefix in _prefixes(store, base, selection)
            for page in obstore.list(store, prefix or None, chunk_size=1_000)
            for item in page
            if item["path"].endswith(suffixes) and _may_hold(item["path"], selection)
        }
    except BaseError as error:
        raise UsageError(f"{address}: cannot be listed ({_first_line(error)})") from error
    return [keys[key] for key in sorted(keys)]


def fetch(address: str, path: Path, access: Access) -> FileId:
    """Write an object to `path`, in bounded memory; the hash of its bytes. Raises `InputError` when it cannot be fetched."""
    bucket, key = _split(address)
    digest = hashlib.sha256()
    try:
        with path.open("wb") as stream:
            for chunk in obstore.get(_store(bucket, access), key).stream(min_chunk_size=CHUNK):
                digest.update(chunk)
                stream.write(chunk)
    except (BaseError, OSError) as error:
        raise InputError(f"{address}: cannot be fetched ({_first_line(error)})") from error
    return FileId(digest.hexdigest())


def _store(bucket: str, access: Access) -> S3Store:
    config: S3Config = {}
    if access.endpoint:
        config["aws_endpoint_url_s3"] = access.endpoint
    region = access.region or _variable("AWS_REGION", "AWS_DEFAULT_REGION") or PUBLIC.get(bucket)
    if region:
        config["region"] = region
    if access.anonymous or not _variable(*CREDENTIALS):
        config["skip_signature"] = True
    endpoint = access.endpoint or _variable("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") or ""
    client: ClientConfig = {"allow_http": True} if endpoint.startswith("http://") else {}
    return S3Store(bucket, config=config, client_options=client)


def _variable(*names: str) -> str | None:
    return next((value for name in names if (value := os.environ.get(name))), None)


def _split(address: str) -> tuple[str, str]:
    scheme, _, rest = address.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise UsageError(f"{address}: write s3://bucket/prefix")
    return bucket, key.strip("/")


def _prefixes(store: S3Store, base: str, selection: Selection) -> Iterator[str]:
    """Prefixes below `base` that together hold every object that may be wanted; `base` itself where no layout is seen.

    Cans are passed over where the same measurements lie beside them, sorted by test and country.
    """
    if _layout_of(base) is not None:
        root, _, name = base.rpartition("/")
        layouts = {name: base} if name in LEVELS and _layout_of(root) is None else {}
    else:
        layouts = {name: path for name, path in _children(store, base).items() if name in LEVELS}
    if not layouts:
        yield base
    if RAW in layouts:
        yield from _raw_prefixes(store, layouts[RAW], selection)
    if JSONL in layouts:
        yield from _jsonl_prefixes(store, layouts[JSONL], selection)
    elif CANNED in layouts:
        yield from (path for name, path in _children(store, layouts[CANNED]).items() if _wants("day", name, selection))


def _raw_prefixes(store: S3Store, root: str, selection: Selection) -> Iterator[str]:
    for name, path in _children(store, root).items():
        if not _wants("day", name, selection):
            continue
        if not selection.countries:
            yield path
            continue
        for hour in HOURS:
            for country in sorted(selection.countries):
                folder = f"{path}/{hour}/{country}"
                yield from (f"{folder}/{_folded(test)}" for test in sorted(selection.tests)) if selection.tests else (folder,)


def _jsonl_prefixes(store: S3Store, root: str, selection: Selection) -> Iterator[str]:
    for name, path in _children(store, root).items():
        if _wants("test", name, selection):
            yield from (f"{path}/{country}" for country in sorted(selection.countries)) if selection.countries else (path,)


def _children(store: S3Store, prefix: str) -> dict[str, str]:
    """The folders directly below a prefix, by name."""
    paths = obstore.list_with_delimiter(store, prefix or None)["common_prefixes"]
    return {path.rstrip("/").rpartition("/")[2]: path.rstrip("/") for path in sorted(paths)}


def _layout_of(key: str) -> str | None:
    return next((part for part in key.split("/") if part in LEVELS), None)


def _may_hold(key: str, selection: Selection) -> bool:
    """Whether an object may hold something wanted, as far as its folders say."""
    *parts, name = key.split("/")
    layout = _layout_of("/".join(parts))
    if layout is None:
        return True
    said = CAN.fullmatch(name) if layout == CANNED else None
    if said is not None:
        test, country = said["one_test"] or said["test"], said["country"]
        if not _wants("test", test, selection) or (country and not _wants("country", country, selection)):
            return False
    folders = parts[parts.index(layout) + 1 :]
    return all(_wants(level, folder, selection) for level, folder in zip(LEVELS[layout], folders, strict=False))


def _wants(level: str, folder: str, selection: Selection) -> bool:
    if level == "country":
        return not selection.countries or folder in selection.countries
    if level == "test":
        return not selection.tests or _folded(folder) in {_folded(test) for test in selection.tests}
    if level == "day":
        try:
            day = datetime.strptime(folder.replace("-", ""), "%Y%m%d").replace(tzinfo=UTC)
        except ValueError:
            return True
        begins = selection.since is None or selection.since < day + timedelta(days=1)
        return begins and (selection.until is None or day < selection.until)
    return True


def _folded(test: str) -> str:
    return test.replace("_", "").lower()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__

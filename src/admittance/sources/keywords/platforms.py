"""Platforms as tables of keywords call them."""

import re
import tomllib
from importlib import resources
from pathlib import PurePosixPath

import msgspec

from admittance.sources.fields import InvalidRecord

__all__ = ["PLATFORMS", "Platform", "platform_named", "platforms_in_name"]


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A platform: its id, the country whose users its rules are for, and how tables call it, in lower case."""

    id: str
    country: str
    names: tuple[str, ...]


class _PlatformsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    platform: tuple[Platform, ...]


PLATFORMS: tuple[Platform, ...] = msgspec.convert(
    tomllib.loads((resources.files("admittance.sources.keywords") / "platforms.toml").read_text(encoding="utf-8")),
    _PlatformsFile,
).platform
"""Every platform whose country is known."""

_BY_NAME = {name: platform for platform in PLATFORMS for name in (platform.id, *platform.names)}
_PIECES = re.compile(r"[^\w.-]+|_{1,}|-{2,}")
_UNFIT = re.compile(r"[^\w.]+")


def platform_named(name: str) -> tuple[str, str | None]:
    """Id and country of the platform that a table calls so; of one that nobody listed its name in lower case, and null.

    Raises `InvalidRecord` for a name without a letter or digit.
    """
    known = _BY_NAME.get(" ".join(name.lower().split()))
    if known is not None:
        return known.id, known.country
    own = _UNFIT.sub("-", name.lower()).strip("-._")
    if not own:
        raise InvalidRecord(f"platform: no name: {name[:40]!r}")
    return own, None


def platforms_in_name(address: str) -> str:
    """The one platform that a file's name holds as a piece (`search__ongoing__weibo.csv`); empty for none and for several."""
    stem = PurePosixPath(address.replace("\\", "/")).name.lower().partition(".")[0]
    pieces = [piece for piece in _PIECES.split(stem) if piece]
    found = {_BY_NAME[piece].id for piece in pieces if piece in _BY_NAME}
    return found.pop() if len(found) == 1 else ""

"""Apple's public lookup of apps: what to ask, and what an answer says. Nothing here asks anybody."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from admittance.errors import InputError

__all__ = ["ENDPOINT", "LARGEST_LOOKUP", "is_app_id", "lookup_url", "read_lookup"]

ENDPOINT = "https://itunes.apple.com/lookup"
"""The endpoint that Apple documents as iTunes Search API; about 20 calls a minute are allowed."""

LARGEST_LOOKUP = 200
"""App ids that one call may name."""

LONGEST_ID = 20  # digits
LONGEST_TITLE = 300  # characters


class _Result(msgspec.Struct, frozen=True):
    trackId: int | None = None  # noqa: N815 - Apple's name for it
    trackName: str | None = None  # noqa: N815


class _Lookup(msgspec.Struct, frozen=True):
    resultCount: int  # noqa: N815
    results: list[_Result]


_DECODE = msgspec.json.Decoder(_Lookup).decode


def is_app_id(text: str) -> bool:
    """Whether a text can be the id of an app in Apple's stores: digits only."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


def lookup_url(app_ids: Sequence[str], country: str, *, endpoint: str = ENDPOINT) -> str:
    """The address that asks the storefront of a country (ISO 3166-1 alpha-2) for at most `LARGEST_LOOKUP` apps."""
    if not 0 < len(app_ids) <= LARGEST_LOOKUP:
        raise ValueError(f"{len(app_ids)} app ids in one call")
    query = urlencode({"id": ",".join(app_ids), "country": country.lower()}, safe=",")
    return f"{endpoint}?{query}"


def read_lookup(content: bytes, app_ids: Sequence[str]) -> Mapping[str, str]:
    """The title of each of these apps that the answer lists; one that is not in it is not in the storefront.

    Raises `InputError` when it is no answer of the lookup, or not a whole one: then it says nothing of any app.
    """
    try:
        answer = _DECODE(content)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"no answer of the lookup: {error}") from error
    if answer.resultCount != len(answer.results):
        raise InputError(f"an answer of {len(answer.results)} apps that says it has {answer.resultCount}")
    titles = {str(one.trackId): (one.trackName or "")[:LONGEST_TITLE] for one in answer.results if one.trackId is not None}
    if answer.results and not titles.keys() & set(app_ids):
        raise InputError("an answer about other apps than those asked for")
    return {app: titles[app] for app in app_ids if app in titles}

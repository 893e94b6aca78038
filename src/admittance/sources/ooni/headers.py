"""Response headers in the spellings of twelve years."""

from functools import lru_cache

import msgspec

from admittance.sources.fields import InvalidRecord
from admittance.sources.ooni.records import Base64Data, HeaderValue, Response

__all__ = ["Headers", "header_names", "header_value", "headers_of"]

Headers = dict[str, HeaderValue]
_HEADERS_LIST = "test_keys.requests[...].response.headers_list"
_PAIRS = msgspec.json.Decoder(list[list[HeaderValue]] | None)


def headers_of(response: Response) -> Headers:
    """Headers by name as spelled, the first of a repeated name; `headers_list` is read where `headers` is missing.

    Raises `InvalidRecord` for a list that is none of pairs.
    """
    headers = response.headers
    if isinstance(headers, dict):
        return headers
    try:
        pairs = headers if headers is not None else _PAIRS.decode(response.headers_list)
    except msgspec.MsgspecError as error:
        raise InvalidRecord(f"{_HEADERS_LIST}: {error}") from error
    found: Headers = {}
    for pair in pairs or ():
        if len(pair) != 2 or not isinstance(pair[0], str):
            raise InvalidRecord(f"{_HEADERS_LIST}: not a list of names and values")
        found.setdefault(pair[0].lower(), pair[1])
    return found


def header_names(headers: Headers | None) -> str | None:
    """Names in lower case, sorted, each once, separated by spaces; null when there is none."""
    return _folded(tuple(headers))[0] if headers else None


def header_value(headers: Headers, name: str) -> str | None:
    """The text of a header, `name` in lower case; null when missing or no text."""
    spelled = _folded(tuple(headers))[1].get(name)
    if spelled is None:
        return None
    value = headers[spelled]
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Base64Data) or value is None:
        return None
    return str(value) or None


@lru_cache(maxsize=1_024)
def _folded(names: tuple[str, ...]) -> tuple[str | None, dict[str, str]]:
    """All names in lower case, sorted; and for each how it is spelled, the last of several ways. Sites answer alike."""
    spelled = {name.lower(): name for name in names}
    return " ".join(sorted(spelled)) or None, spelled

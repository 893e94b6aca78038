"""Accounts and posts of institutions: whether their public pages show them, as somebody's own list of addresses was read."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from admittance.catalog import ACCOUNT_PREFIX, registrable_domain
from admittance.model.vocabulary import Gate
from admittance.sources.fields import InvalidRecord
from admittance.sources.rows import Column
from admittance.sources.snapshots import Facts, SnapshotSource, read_place_country

__all__ = ["ACCOUNTS", "ANSWERS", "COLUMNS"]

LONGEST_TEXT = 100_000  # characters of a page that are read; more makes the row a reject
KEPT_TEXT = 4_000  # characters of it that are kept

COLUMNS = (
    Column("institution", longest=200, constant=True),
    Column("url", longest=2_000),
    Column("platform", needed=False, longest=200),
    Column("country", longest=40, constant=True),
    Column("status", needed=False, longest=40),
    Column("page_text", needed=False, longest=LONGEST_TEXT),
)

ANSWERS = {
    "present": "present",
    "shown": "present",
    "gone": "gone",
    "deleted": "gone",
    "not_found": "gone",
    "withheld": "withheld",
    "unavailable_in_country": "withheld",
    "suspended": "suspended",
    "closed": "suspended",
    "unknown": "unknown",
    "error": "unknown",
}
"""A table's word for what a page showed, in lower case -> ours. A number is an HTTP status; any other word is rejected."""

_STATUSES = range(100, 600)


def _facts(value: Mapping[str, str]) -> Facts:
    institution = " ".join(value["institution"].split())
    if not institution:
        raise InvalidRecord("institution: missing; accounts of institutions alone are read")
    address, host = _address(value["url"])
    return Facts(
        place=_platform(value["platform"]) or registrable_domain(host),
        item=f"{ACCOUNT_PREFIX}{institution} {address}",
        title=institution,
        country=read_place_country("country", value["country"]),
        status=_status(value["status"], value["page_text"]),
        text=value["page_text"][:KEPT_TEXT] or None,
        url=address,
    )


def _address(text: str) -> tuple[str, str]:
    """The address without its fragment, and its host. Raises `InvalidRecord`."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError as error:
        raise InvalidRecord(f"url: no address: {text[:80]!r}") from error
    if parts.scheme not in ("http", "https") or not host or any(char.isspace() or ord(char) < 32 for char in text):
        raise InvalidRecord(f"url: no http or https address: {text[:80]!r}")
    if parts.username is not None or parts.password is not None:
        raise InvalidRecord("url: an address must not carry a password")
    return parts._replace(fragment="").geturl(), host


def _platform(name: str) -> str:
    return "-".join(name.lower().replace("/", " ").split())


def _status(text: str, page_text: str) -> str:
    if not text:
        if not page_text:
            raise InvalidRecord("status: missing, and so is page_text")
        return "http_200"
    word = text.lower().removeprefix("http_")
    if word.isascii() and word.isdecimal() and len(word) == 3 and int(word) in _STATUSES:
        return f"http_{word}"
    ours = ANSWERS.get(word)
    if ours is None:
        raise InvalidRecord(f"status: unknown: {text[:40]!r}; known are HTTP statuses and {', '.join(ANSWERS)}")
    return ours


ACCOUNTS = SnapshotSource(name="accounts", parser="accounts/1", gate=Gate.CONTENT, columns=COLUMNS, facts=_facts)

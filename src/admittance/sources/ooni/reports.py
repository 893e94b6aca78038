"""Reports of the years before 2015, in YAML, turned into the JSON that later reports are written in.

A report is a stream of documents: the first, its header, holds for all that follow, one per measurement. The shapes are those
of ooni/spec, data-formats, before version 0.2.0, and of the reports themselves.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import yaml

from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import Line, UnreadableLine, unreadable

__all__ = ["LONGEST_DOCUMENT", "begins_as_report", "read_report"]

LONGEST_DOCUMENT = 4 * 1024 * 1024
"""Bytes. A document in memory takes some hundred times its size."""

DEEPEST = 64
MOST_NODES = 200_000

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

TEST_NAMES = {
    "dns tamper": "dns_consistency",
    "dnstamper": "dns_consistency",
    "http header field manipulation": "http_header_field_manipulation",
    "http invalid request line": "http_invalid_request_line",
    "http requests test": "http_requests",
    "http_requests_test": "http_requests",
    "tcp connect": "tcp_connect",
}
"""What early reports called a test, in lower case -> what it is called since."""

ENVELOPE = frozenset(
    {
        "annotations", "input", "measurement_start_time", "options", "probe_asn", "probe_cc", "probe_city", "probe_ip",
        "report_id", "software_name", "software_version", "start_time", "test_helpers", "test_name", "test_start_time",
        "test_version",
    }
)  # fmt: skip
"""Keys of header and entries that are no test keys."""

_QUERY = re.compile(r"Query\(b?'([^']+)'")
_ADDRESS = re.compile(r"address=([0-9A-Fa-f.:]+)")
_TOR_SCHEME = re.compile(r"^shttp(?=s?://)")


def begins_as_report(head: bytes) -> bool:
    """Whether bytes begin as a YAML report does: with a comment, a directive or the mark of a document."""
    return head.lstrip().startswith((b"#", b"%YAML", b"---"))


def read_report(lines: Iterator[Line | UnreadableLine]) -> Iterator[Line | UnreadableLine]:
    """The entries of a report as lines of JSON, each with offset and SHA-256 of its document as stored.

    An entry that cannot be read comes out as an :class:`UnreadableLine`; so does the whole report when its header cannot be.
    """
    header: dict[str, Plain] | None = None
    for document in _documents(lines):
        if isinstance(document, UnreadableLine):
            yield document
            continue
        try:
            content = _loaded(document.content)
            if content is None:
                continue  # the mark of a document that never came
            if not isinstance(content, dict):
                raise InvalidRecord("no mapping of keys to values")
            if header is None:
                header = content
                if "report_id" not in header:
                    header["report_id"] = f"header:{hashlib.sha256(document.content).hexdigest()[:32]}"
                continue
            json = msgspec.json.encode(_entry(header, content))
        except (InvalidRecord, yaml.YAMLError, ValueError, OverflowError) as error:
            place = "entry" if header is not None else "header of the report, without which its entries cannot be told"
            reason = " ".join(str(error).split())[:200]
            yield unreadable(document.offset, document.content, f"YAML of the {place}: {reason}")
            if header is None:
                return
        else:
            yield Line(document.offset, json, document.member, hashlib.sha256(document.content).hexdigest())


def _documents(lines: Iterator[Line | UnreadableLine]) -> Iterator[Line | UnreadableLine]:
    parts: list[bytes] = []
    size, offset, member = 0, 0, None
    for line in lines:
        if isinstance(line, UnreadableLine):
            yield line
            continue
        mark = line.content[:3] in (b"---", b"...") and line.content[3:4] in (b"", b" ", b"\r")
        if mark:
            yield from _document(parts, size, offset, member)
            parts, size = [], 0
        elif size <= LONGEST_DOCUMENT:
            offset, member = (offset, member) if parts else (line.offset, line.member)
            parts.append(line.content)
        size += 0 if mark else len(line.content) + 1
    yield from _document(parts, size, offset, member)


def _document(parts: list[bytes], size: int, offset: int, member: str | None) -> Iterator[Line | UnreadableLine]:
    content = b"\n".join(parts)
    if size > LONGEST_DOCUMENT:
        yield unreadable(offset, content, f"YAML document of {size} bytes is longer than the bound")
    elif any(part.strip() and not part.lstrip().startswith(b"#") for part in parts):
        yield Line(offset, content, member)


class _Loader(yaml.CSafeLoader):
    """Plain data only; the tags that the Python of that time gave to plain data are read as such."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Nothing: merging keys, which no report does, could make many out of few."""


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> list[object]:
    return list(loader.construct_sequence(node, deep=True))


_Loader.add_constructor("tag:yaml.org,2002:python/str", _text)
_Loader.add_constructor("tag:yaml.org,2002:python/unicode", _text)
_Loader.add_constructor("tag:yaml.org,2002:python/tuple", _sequence)


def _loaded(content: bytes) -> Plain:
    """The document as plain data. Raises `InvalidRecord` for one too deep or too large, `yaml.YAMLError` for what is none."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(content, Loader=_Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise InvalidRecord(f"nested deeper than {DEEPEST} levels")
        if nodes > MOST_NODES:
            raise InvalidRecord(f"more than {MOST_NODES} nodes")
    try:
        loaded = yaml.load(content, Loader=_Loader)  # noqa: S506 - a safe loader with plain tags
    except (AttributeError, LookupError, TypeError) as error:  # how the library says that a value is not of its tag
        raise InvalidRecord("a value is not what its tag says") from error
    return _plain(loaded, [MOST_NODES], DEEPEST)


def _plain(value: object, budget: list[int], deepest: int) -> Plain:
    """The value in what JSON has; an alias counts as often as it stands, so that few bytes cannot become many."""
    budget[0] -= 1
    if budget[0] < 0 or deepest < 0:
        raise InvalidRecord(f"aliases make more than {MOST_NODES} nodes")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"format": "base64", "data": base64.b64encode(value).decode()}
    if isinstance(value, (datetime, date)):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dict):
        return {str(key): _plain(inner, budget, deepest - 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(inner, budget, deepest - 1) for inner in value]
    raise InvalidRecord(f"a value of type {type(value).__name__}")


def _entry(header: dict[str, Plain], entry: dict[str, Plain]) -> dict[str, Plain]:
    """A measurement in the shape of format version 0.2.0."""
    inner = entry.pop("report", None)
    if isinstance(inner, dict):
        entry = {**entry, **inner}
    merged = {**header, **{key: value for key, value in entry.items() if value is not None}}
    envelope = {key: merged[key] for key in ENVELOPE if key in merged}
    keys = entry.get("test_keys")
    if not isinstance(keys, dict):
        keys = {key: value for key, value in entry.items() if key not in ENVELOPE}
    name = str(merged.get("test_name") or "")
    envelope["test_name"] = TEST_NAMES.get(name.lower(), name.lower().replace("-", "_").replace(" ", "_"))
    envelope["measurement_start_time"] = _moment(
        next((merged[key] for key in ("measurement_start_time", "test_start_time", "start_time") if merged.get(key)), None)
    )
    given = envelope.get("input")
    envelope["input"] = given if given is None or isinstance(given, (str, list)) else str(given)
    if "requests" in keys:
        keys["requests"] = [_request(request) for request in _list(keys["requests"]) if isinstance(request, dict)]
    if "queries" in keys:
        keys["queries"] = [_query(query) for query in _list(keys["queries"]) if isinstance(query, dict)]
    return {**envelope, "test_keys": keys}


def _moment(value: Plain) -> str | None:
    """Seconds since 1970, as the first reports had them, as the text that later ones have."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S")
        except (OverflowError, OSError, ValueError) as error:
            raise InvalidRecord(f"start_time: no moment in time: {value!r}") from error
    return value if isinstance(value, str) else None


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


def _request(request: dict[str, Plain]) -> dict[str, Plain]:
    """Headers with their first values; whether it went over Tor, which a scheme of its own or a flag said."""
    asked = request.get("request")
    asked = dict(asked) if isinstance(asked, dict) else {}
    url, tor = asked.get("url"), asked.get("tor")
    over_tor = tor is True or (isinstance(tor, dict) and tor.get("is_tor") is True)
    if isinstance(url, str) and _TOR_SCHEME.match(url):
        asked["url"], over_tor = _TOR_SCHEME.sub("http", url), True
    answer = request.get("response")
    answer = dict(answer) if isinstance(answer, dict) else None
    if answer is not None and isinstance(answer.get("headers"), list):
        pairs = [pair for pair in _list(answer["headers"]) if isinstance(pair, list) and len(pair) == 2]
        answer["headers"] = {str(name): _first(value) for name, value in pairs}
    return {**request, "request": {**asked, "tor": {"is_tor": over_tor}}, "response": answer}


def _first(value: Plain) -> Plain:
    while isinstance(value, list):
        value = value[0] if value else None
    return value


def _query(query: dict[str, Plain]) -> dict[str, Plain]:
    """Name, resolver and answers, which the first reports kept as texts of the library that asked."""
    if "query" not in query:
        return query
    named = _QUERY.search(str(query["query"]))
    resolver = query.get("resolver")
    answers = [match for answer in _list(query.get("answers")) for match in _ADDRESS.findall(str(answer))]
    return {
        "hostname": named.group(1) if named else None,
        "query_type": query.get("query_type"),
        "failure": query.get("failure"),
        "answers": [{"ipv6" if ":" in address else "ipv4": address} for address in answers],
        "resolver_hostname": str(resolver[0]) if isinstance(resolver, list) and resolver else None,
    }

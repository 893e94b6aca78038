"""A line of which a part cannot be read: that part is left out and named, the rest is kept.

What may be left out is what stands for itself: one look-up, connection, handshake or request, one target, one piece of what the
control saw, and of the envelope what says nothing of who measured what, where and when. Never a single field of such a part: a
failure left out would read as a success.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

__all__ = ["LONGEST_SALVAGED", "Salvage", "salvaged"]

LONGEST_SALVAGED = 4 * 1024 * 1024
"""Bytes of a line. Read without a type, it takes some twenty times its size of memory."""

MOST_TRIED = 64 * 1024 * 1024
"""Bytes, over all that is tried for one line: each part is tried within the record that it belongs to."""

FLAW_CHARACTERS = 400

EXPENDABLE = ("annotations", "probe_id", "resolver_asn", "software_name", "software_version", "test_version")
"""Fields of the envelope that may be left out; of an object of annotations only `platform`, for the others say what it is."""

LISTED = frozenset(
    {
        "lookups",
        "openvpn_handshake",
        "queries",
        "quic_handshakes",
        "requests",
        "targets",
        "tcp_connect",
        "tls_handshakes",
        "x_dns_duplicate_responses",
        "x_dns_late_replies",
    }
)
"""Test keys whose entries, in a list or by name, are parts of their own."""

WHOLE = frozenset({"bootstrap", "control", "target"})
"""Test keys that are one part."""

CONTROL_LISTED = frozenset({"ip_info", "quic_handshake", "tcp_connect", "tls_handshake"})
"""Of what a test helper saw, the pieces whose entries are parts of their own; any other piece is one part."""

Json = dict[str, object]
Part = tuple[tuple[str | int, ...], object]
"""Where it stands below the test keys, and what stands there."""


class Salvage(msgspec.Struct, frozen=True):
    """A line that can be read, and why what it lacks of the original was left out."""

    content: bytes
    flaw: str


def salvaged(content: bytes, fault_of: Callable[[bytes], str | None]) -> Salvage | None:
    """What can be read of a line that cannot be read whole; null when that is no measurement.

    `fault_of` says why a line cannot be read, null when it can. Raises `msgspec.MsgspecError` or `RecursionError` for what is
    no JSON.
    """
    record = msgspec.json.decode(content) if len(content) <= LONGEST_SALVAGED else None
    if not isinstance(record, dict):
        return None
    keys = record.get("test_keys")
    keys = keys if isinstance(keys, dict) else {}
    parts = list(_parts(keys))
    kept: Json = {name: value for name, value in record.items() if name not in EXPENDABLE}
    if keys:
        kept["test_keys"] = core = {name: value for name, value in keys.items() if name not in LISTED | WHOLE}
    flaws: dict[str, None] = {}

    def readable(candidate: Json) -> bool:
        fault = fault_of(msgspec.json.encode(candidate))
        flaws.update({} if fault is None else {fault: None})
        return fault is None

    if keys and not isinstance(keys.get("control_failure"), str | bool | None):
        readable(kept)
        core["control_failure"] = True  # something failed, whatever it was
    if len(msgspec.json.encode(kept)) * (len(parts) + len(EXPENDABLE) + 1) > MOST_TRIED or not readable(kept):
        return None
    for name in EXPENDABLE:
        for value in _readings(name, record.get(name)):
            if readable({**kept, name: value}):
                kept[name] = value
                break
        else:
            if name == "annotations" and isinstance(record.get(name), dict):
                return None
    fitting = [part for part in parts if readable({**kept, "test_keys": _with(core, [part])})]
    if keys:
        kept["test_keys"] = _with(core, fitting)
    whole = msgspec.json.encode(kept)
    return Salvage(whole, "; ".join(flaws)[:FLAW_CHARACTERS]) if flaws and fault_of(whole) is None else None


def _readings(name: str, value: object) -> Iterator[object]:
    """The value of a field, and what may be read in its place."""
    if value is not None:
        yield value
    if name == "annotations" and isinstance(value, dict):
        yield {key: said for key, said in value.items() if key != "platform"}


def _parts(keys: Json) -> Iterator[Part]:
    for name, value in keys.items():
        if name == "control" and isinstance(value, dict) and not {"address", "server_name"} & value.keys():
            for piece, seen in value.items():
                yield from _entries((name, piece), seen, listed=piece in CONTROL_LISTED)
        elif name in LISTED | WHOLE:
            yield from _entries((name,), value, listed=name in LISTED)


def _entries(place: tuple[str | int, ...], value: object, *, listed: bool) -> Iterator[Part]:
    if listed and isinstance(value, dict):
        yield from (((*place, key), entry) for key, entry in value.items())
    elif listed and isinstance(value, list):
        yield from (((*place, position), entry) for position, entry in enumerate(value))
    elif value is not None:
        yield place, value


def _with(core: Json, parts: Iterable[Part]) -> Json:
    """The test keys and these parts, those of a list in their order."""
    keys = dict(core)
    for (*path, last), value in parts:
        holder: Json = keys
        for step in path[:-1] if isinstance(last, int) else path:
            holder = holder.setdefault(str(step), {})  # type: ignore[assignment]
        if isinstance(last, int):
            holder.setdefault(str(path[-1]), []).append(value)  # type: ignore[attr-defined]
        else:
            holder[last] = value
    return keys

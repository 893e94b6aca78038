"""The same measurements as other probes and other hands write them: every layer keeps its state."""

import base64
import copy
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.judge.judged import judged
from tests.judge.labelled_raw_web import Raw
from tests.judge.probe import Record, line_of
from tests.judge.test_raw import RAW

LEGACY = {
    "connection_refused": "connection_refused_error",
    "connection_reset": "connection_reset_error",
    "dns_nxdomain_error": "dns_name_error",
    "host_unreachable": "host_unreachable_error",
}
IN_WORDS = {
    "connection_refused": "unknown_failure: dial tcp 95.217.163.246:443: connect: connection refused",
    "connection_reset": "unknown_failure: read tcp: read: connection reset by peer",
    "generic_timeout_error": "unknown_failure: context deadline exceeded",
}
FOR_DOCUMENTATION = {
    "95.217.163.246": "203.0.113.10",
    "116.202.120.166": "203.0.113.11",
    "178.124.131.20": "198.51.100.20",
    "178.124.131.21": "198.51.100.21",
    "93.184.216.34": "192.0.2.34",
    "93.184.216.35": "192.0.2.35",
    "83.224.65.41": "198.51.100.41",
    "2606:2800:220:1::1": "2001:db8::1",
    "2a01:4f9:4b:2c::2": "2001:db8::2",
}
ARRAYS = ("queries", "tcp_connect", "tls_handshakes", "requests")


def _facts(keys: Record, *arrays: str) -> Iterator[Record]:
    for name in arrays or ARRAYS:
        yield from (fact for fact in keys.get(name) or () if isinstance(fact, dict))


def _responses(keys: Record) -> Iterator[Record]:
    yield from (request["response"] for request in _facts(keys, "requests") if request.get("response"))


def _without_tags(keys: Record) -> None:
    for fact in _facts(keys):
        fact.pop("tags", None)


def _pairs_of_headers(keys: Record) -> None:
    for response in _responses(keys):
        headers = response.pop("headers", None)
        response["headers_list"] = [[name, value] for name, value in (headers or {}).items()]


def _bodies_in_base64(keys: Record) -> None:
    for response in _responses(keys):
        if isinstance(response.get("body"), str):
            data = base64.b64encode(response["body"].encode()).decode()
            response["body"] = {"format": "base64", "data": data} if data else None


def _nothing_of_failed_requests(keys: Record) -> None:
    for request in _facts(keys, "requests"):
        if request.get("failure"):
            request["response"] = None


def _resolver_of_go(keys: Record) -> None:
    for query in _facts(keys, "queries"):
        if query.get("engine") in ("getaddrinfo", "system"):
            query["engine"] = "golang_net_resolver"


def _no_answers_as_empty(keys: Record) -> None:
    for query in _facts(keys, "queries"):
        if query.get("failure"):  # else null says that nothing is known, and an empty list that there is no address
            query["answers"] = query.get("answers") or []


def _no_nulls(keys: Record) -> None:
    for name in [name for name, value in keys.items() if value is None]:
        del keys[name]


def _repeated(keys: Record) -> None:
    for name in ("queries", "tcp_connect"):
        keys[name] = (keys.get(name) or []) * 2 or None


def _called_blocked(keys: Record) -> None:
    for connection in _facts(keys, "tcp_connect"):
        if connection.get("status"):
            connection["status"]["blocked"] = not connection["status"].get("success")


def _failures_by(words: dict[str, str], *arrays: str) -> Callable[[Record], None]:
    def rewrite(keys: Record) -> None:
        for fact in _facts(keys, *arrays):
            holder = fact.get("status") or fact
            if holder.get("failure") in words:
                holder["failure"] = words[holder["failure"]]

    return rewrite


def _without_endpoints(keys: Record) -> None:
    for fact in _facts(keys, "tls_handshakes", "requests"):
        fact.pop("address", None)


SPELLINGS = [
    _without_endpoints,
    _without_tags,
    _pairs_of_headers,
    _bodies_in_base64,
    _nothing_of_failed_requests,
    _resolver_of_go,
    _no_answers_as_empty,
    _no_nulls,
    _repeated,
    _called_blocked,
    pytest.param(_failures_by(LEGACY), id="legacy failures"),
    pytest.param(_failures_by(IN_WORDS, "tcp_connect", "tls_handshakes", "requests"), id="failures in words"),
]


def _differing(raws: list[Raw], lines: list[bytes], folder: Path) -> list[Any]:
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for uid, layer, state in judged(lines, folder).select("measurement_uid", "layer", "state").iter_rows():
        found[uid][layer] = state
    names = [str(number) for number in range(len(raws))]
    return [(raw.name, found[name]) for raw, name in zip(raws, names, strict=True) if found[name] != raw.truth]


@pytest.mark.parametrize("respell", SPELLINGS)
def test_another_spelling_changes_no_state(respell: Callable[[Record], None], tmp_path: Path) -> None:
    raws = [raw for raw in RAW if raw.record["test_name"] == "web_connectivity"]
    records = [copy.deepcopy(raw.record) for raw in raws]
    for record in records:
        if record["test_keys"] is not None:
            respell(record["test_keys"])
    lines = [line_of(record, str(number)) for number, record in enumerate(records)]
    assert _differing(raws, lines, tmp_path) == []


def test_addresses_for_documentation_are_addresses_like_others(tmp_path: Path) -> None:
    raws = [raw for raw in RAW if raw.target is None and "NAT64" not in raw.name and "neighbour" not in raw.name]
    lines = []
    for number, raw in enumerate(raws):
        line = line_of(raw.record, str(number)).decode()
        for address, instead in FOR_DOCUMENTATION.items():
            line = line.replace(address, instead)
        lines.append(line.encode())
    assert _differing(raws, lines, tmp_path) == []

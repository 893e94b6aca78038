"""From rows of the export to facts, each once."""

from collections.abc import Iterator

import msgspec

from admittance.catalog.hosts import is_address
from admittance.model.vocabulary import Layer
from admittance.sources.failures import UNKNOWN_FAILURE
from admittance.sources.ooni_observations.rows import ExportRow
from admittance.sources.urls import place_of_url

__all__ = ["ExportFact", "facts_of"]


class ExportFact(msgspec.Struct, frozen=True, kw_only=True):
    """What one fact says, apart from the measurement it belongs to and the row it was first met on."""

    asked_host: str
    asked_scheme: str | None
    layer: Layer
    hostname: str | None
    hop: int = 0
    address: str | None = None
    port: int | None = None
    failure: str | None = None
    operation: str | None = None
    query_type: str | None = None
    engine: str | None = None
    answers: str | None = None
    answer_networks: str | None = None
    server_name: str | None = None
    certificate_valid: bool | None = None
    url: str | None = None


def facts_of(group: list[ExportRow]) -> Iterator[tuple[ExportRow, ExportFact]]:
    """The facts of rows of one measurement, each once, with the row it is first met on: look-ups, then row by row the rest."""
    met: set[ExportFact] = set()
    endpoints = [pair for row in group for pair in _endpoint_facts(row)]
    for first_row, fact in (*_lookups(group), *endpoints):
        if fact not in met:
            met.add(fact)
            yield first_row, fact


def _asked(row: ExportRow) -> tuple[str, str | None] | None:
    """Host and scheme asked for; null when nothing on the row says it."""
    place = place_of_url(row.input) if row.input else None
    if place is not None:
        return place.host, place.scheme
    host = row.hostname or row.address
    return (host, None) if host else None


def _lookups(group: list[ExportRow]) -> Iterator[tuple[ExportRow, ExportFact]]:
    """One fact per name, engine, address family and failure: the export gives every answer a row of its own, over and over."""
    found: dict[tuple[str, str | None, str | None, str | None], tuple[ExportRow, set[str], set[int]]] = {}
    for row in group:
        if row.hostname is None or not (row.dns_engine or row.dns_failure or row.dns_answer):
            continue
        answer = row.dns_answer if row.dns_answer is not None and is_address(row.dns_answer) else None  # or an alias
        family = None if answer is None else "AAAA" if ":" in answer else "A"
        _, answers, networks = found.setdefault((row.hostname, row.dns_engine, family, row.dns_failure), (row, set(), set()))
        if answer is not None:
            answers.add(answer)
            if row.address_network is not None and row.address == answer:
                networks.add(row.address_network)
    for (hostname, engine, family, failure), (row, answers, networks) in found.items():
        if failure is None and not answers:
            continue  # neither an engine nor an alias alone is a fact
        asked = _asked(row) or (hostname, None)
        yield (
            row,
            ExportFact(
                asked_host=asked[0],
                asked_scheme=asked[1],
                layer=Layer.DNS,
                hop=_hop(asked[0], hostname, row),
                hostname=hostname,
                failure=failure,
                query_type=family,
                engine=engine,
                answers=" ".join(sorted(answers)) or None,
                answer_networks=" ".join(map(str, sorted(networks))) or None,
            ),
        )


def _endpoint_facts(row: ExportRow) -> Iterator[tuple[ExportRow, ExportFact]]:
    """Connection, handshake and request of one row, each only when it was tried."""
    asked = _asked(row)
    if asked is None:
        return
    asked_host, asked_scheme = asked
    hop = _hop(asked_host, row.hostname, row)
    if row.address is not None and (row.tcp_worked is not None or row.tcp_failure is not None):
        yield (
            row,
            ExportFact(
                asked_host=asked_host,
                asked_scheme=asked_scheme,
                layer=Layer.TCP,
                hop=hop,
                hostname=row.hostname,
                address=row.address,
                port=row.port,
                failure=row.tcp_failure or (None if row.tcp_worked else UNKNOWN_FAILURE),
            ),
        )
    # `tls_success` says 0 for a handshake that never was and 1 for one that was tried, whatever became of it.
    if row.tls_worked or row.tls_failure is not None or row.tls_valid is not None:
        yield (
            row,
            ExportFact(
                asked_host=asked_host,
                asked_scheme=asked_scheme,
                layer=Layer.TLS,
                hop=hop,
                hostname=row.hostname,
                address=row.address,
                port=row.port,
                failure=row.tls_failure,
                operation=row.tls_operation if row.tls_failure is not None else None,
                server_name=row.hostname,
                certificate_valid=row.tls_valid,
            ),
        )
    place = place_of_url(row.url) if row.url is not None else None
    if row.url is not None and place is not None:
        failure = row.http_failure
        yield (
            row,
            ExportFact(
                asked_host=asked_host,
                asked_scheme=asked_scheme,
                layer=Layer.HTTP,
                hop=_hop(asked_host, place.host, row),
                hostname=place.host,
                address=place.host if place.bare else row.address,
                port=place.port,
                failure=failure,
                operation="resolve" if failure is not None and failure.startswith("dns_") else None,
                url=row.url,
            ),
        )


def _hop(asked_host: str, hostname: str | None, row: ExportRow) -> int:
    """1 where the fact is about another host than the input's, which only a redirect leads to; else 0."""
    return int(row.input is not None and hostname is not None and hostname != asked_host)

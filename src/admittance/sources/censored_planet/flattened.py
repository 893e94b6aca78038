"""Rows of the tables that Censored Planet makes of its scans: a round trip each, put together into the lines they were made of.

After docs/base_tables.md of censoredplanet/censoredplanet-analysis, in the names of its columns of 2021 and of today. The
publisher's conclusions (`outcome`, `anomaly`, `blocked`, `is_known_blockpage`, `match_confidence`) are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from admittance.sources.censored_planet.companions import Companions
from admittance.sources.censored_planet.hyperquack import service_in_names
from admittance.sources.censored_planet.records import (
    Answer,
    Confidence,
    HyperquackRow,
    HyperquackV2,
    Location,
    Page,
    PageFetch,
    ResponseV2,
    RoundTrip,
    SatelliteRow,
    SatelliteV2,
)
from admittance.sources.csv_records import CsvRow, read_csv_rows
from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import Line, UnreadableLine

__all__ = ["is_table", "line_of_lookups", "line_of_round_trips", "lines_of_table", "pages_of_answers"]

_TAG_OF_COLUMN: Mapping[str, str] = {
    "ip": "ip",
    "censys_http_body_hash": "http",
    "censys_ip_cert": "cert",
    "asn": "asnum",
    "as_name": "asname",
}
"""What a table calls a property in which an answer is like a control's, and how lines call it."""


def is_table(path: Path) -> bool:
    """Whether a file is one of these tables as CSV, by its heading."""
    first = next(read_csv_rows(path), None)
    return isinstance(first, CsvRow) and {"domain", "start_time"} <= set(first.cells)


def lines_of_table(path: Path) -> Iterator[Line | UnreadableLine]:
    """The rows of a table as CSV, each as the JSON line that it would be; an empty cell is one that is not there."""
    rows = read_csv_rows(path)
    heading = next(rows)
    names = heading.cells if isinstance(heading, CsvRow) else []
    for row in rows:
        if isinstance(row, UnreadableLine):
            yield row
        elif len(row.cells) != len(names):
            reason = f"the row has {len(row.cells)} cells, the header {len(names)}"
            yield UnreadableLine(offset=row.offset, sha256=row.sha256, reason=reason, head=row.content)
        else:
            cells = {name: cell for name, cell in zip(names, row.cells, strict=True) if cell}
            yield Line(offset=row.offset, content=msgspec.json.encode(cells), sha256=row.sha256)


def line_of_round_trips(rows: Sequence[HyperquackRow], names: tuple[str, ...]) -> HyperquackV2:
    """The line of Hyperquack's version 2 that the rows of one measurement tell of.

    The service stands in `source`, the name of the scan, or else in the names of file and folders. Raises `InvalidRecord` where
    neither tells it.
    """
    first = rows[0]
    service = service_in_names((first.source or "", *names))
    plain = service in ("echo", "discard")
    return HyperquackV2(
        vp=first.server_ip,
        location=Location(country_code=first.server_country),
        server_asn=first.server_asn,
        service=service,
        test_url=_tested(rows),
        response=[
            ResponseV2(
                matches_template=bool(row.matches_template),
                start_time=row.start_time,
                end_time=row.end_time,
                control_url=row.domain if row.domain_is_control else None,
                response=_received(row, plain=plain),
                error=row.received_error,
            )
            for row in rows
        ],
        controls_failed=first.controls_failed,
        tag=first.source,
    )


def line_of_lookups(rows: Sequence[SatelliteRow]) -> SatelliteV2:
    """The line of Satellite's version 2.2 that the rows of one measurement tell of."""
    first = rows[0]
    return SatelliteV2(
        vp=first.resolver_ip,
        location=Location(country_code=first.resolver_country),
        resolver_asn=first.resolver_asn,
        test_url=_tested(rows),
        start_time=min(row.start_time for row in rows),
        end_time=first.end_time,
        passed_liveness=None if first.domain_controls_failed is None else not first.domain_controls_failed,
        confidence=Confidence(untagged_controls=first.untagged_controls, untagged_response=first.untagged_response),
        excluded=first.excluded,
        exclude_reason=first.exclude_reason.split() if first.exclude_reason else None,
        response=[
            RoundTrip(
                url=row.domain,
                rcode=-1 if row.received_rcode is None else row.received_rcode,
                response={
                    answer.ip: Answer(
                        http=answer.censys_http_body_hash,
                        cert=answer.censys_ip_cert,
                        asnum=answer.asn,
                        asname=answer.as_name,
                        matched=[
                            tag
                            for column, tag in _TAG_OF_COLUMN.items()
                            if any(getattr(alike, column) for alike in answer.likenesses)
                        ],
                    )
                    for answer in row.answers or ()
                },
                error=row.received_error,
            )
            for row in rows
        ],
    )


def pages_of_answers(rows: Sequence[SatelliteRow]) -> Companions:
    """What the answered addresses served for the name, to be laid beside the line of these rows."""
    beside = Companions()
    for row in rows:
        for answer in row.answers or ():
            http = _page(answer.http_response_status, answer.http_response_headers, answer.http_response_body, None)
            https = _page(
                answer.https_response_status, answer.https_response_headers, answer.https_response_body, answer.https_tls_cert
            )
            told = (http or answer.http_error, https or answer.https_error)
            if not row.domain_is_control and any(told):
                beside.gather(PageFetch(ip=answer.ip, keyword=row.domain, http=told[0], https=told[1]), ())
    return beside


def _tested(rows: Sequence[HyperquackRow] | Sequence[SatelliteRow]) -> str:
    """The name that was asked about. Raises `InvalidRecord` for a measurement of controls alone."""
    found = next((row.domain for row in rows if not row.domain_is_control), None)
    if found is None:
        raise InvalidRecord("domain: the rows of this measurement name controls alone")
    return found


def _received(row: HyperquackRow, *, plain: bool) -> Page | str | None:
    if plain:
        return row.received_status
    return _page(row.received_status, row.received_headers, row.received_body, row.received_tls_cert)


def _page(status: str | None, headers: Sequence[str] | None, body: str | None, certificate: str | None) -> Page | None:
    if status is None and not headers and body is None:
        return None
    told: dict[str, list[str] | str] = {}
    for header in headers or ():
        name, _, value = header.partition(":")
        told[name.strip()] = value.strip()
    return msgspec.convert(
        {"status_line": status, "headers": told or None, "body": body, "Certificate": certificate}, type=Page
    )

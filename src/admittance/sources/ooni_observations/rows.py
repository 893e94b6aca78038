"""The columns of the export, and its rows read strictly."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from admittance.catalog.hosts import canonical_host
from admittance.errors import InputError
from admittance.model.ids import Asn, Country
from admittance.sources.csv_records import CsvRow
from admittance.sources.failures import translate_failure
from admittance.sources.fields import InvalidRecord, read_asn, read_country, read_time
from admittance.sources.urls import place_of_url

__all__ = ["IGNORED_COLUMNS", "TESTS_WITH_HELPER", "USED_COLUMNS", "ExportRow", "column_positions", "read_row"]

USED_COLUMNS = (
    "report_id", "input", "test_name", "test_version", "measurement_uid", "probe_cc", "probe_asn", "measurement_start_time",
    "hostname", "ip", "port", "ip_asn", "resolver_asn", "dns_engine", "dns_failure", "dns_answer", "tcp_success", "tcp_failure",
    "tls_handshake_last_operation", "tls_success", "tls_is_certificate_valid", "tls_failure", "http_request_url",
    "http_failure",
)  # fmt: skip
"""Columns that a file must have."""

IGNORED_COLUMNS = (
    "probe_as_org_name", "probe_as_cc", "network_type", "ip_as_org_name", "resolver_ip", "resolver_cc", "resolver_as_org_name",
    "resolver_as_cc", "tls_handshake_time", "tls_handshake_read_count", "tls_handshake_write_count", "tls_handshake_read_bytes",
    "tls_handshake_write_bytes", "tls_end_entity_certificate_subject", "tls_end_entity_certificate_subject_common_name",
    "tls_end_entity_certificate_issuer", "tls_end_entity_certificate_issuer_common_name", "tls_end_entity_certificate_san_list",
    "tls_end_entity_certificate_not_valid_after", "tls_end_entity_certificate_not_valid_before", "tls_certificate_chain_length",
    "http_runtime", "probe_analysis", "failure_class", "failure_str_full", "failure_str", "failure_str_raw",
)  # fmt: skip
"""Columns left out on purpose: names of networks (the numbers are kept), the resolver's address (nobody's is kept), timings,
conclusions of others (facts come first), and the certificate's texts."""

TESTS_WITH_HELPER = frozenset({"web_connectivity"})


class ExportRow(msgspec.Struct, gc=False):
    """One row of the export, read strictly."""

    measurement_uid: str
    report_id: str
    test_name: str
    test_version: str
    country: Country
    network: Asn
    resolver_network: Asn | None
    time: datetime
    input: str | None
    hostname: str | None
    address: str | None
    port: int | None
    address_network: int | None
    dns_engine: str | None
    dns_failure: str | None
    dns_answer: str | None
    tcp_worked: bool | None
    tcp_failure: str | None
    tls_operation: str | None
    tls_worked: bool | None
    tls_valid: bool | None
    tls_failure: str | None
    url: str | None
    http_failure: str | None
    offset: int
    sha256: str


def column_positions(names: list[str], *, address: str, renames: Mapping[str, str]) -> dict[str, int]:
    """Position of each used column; raises `InputError` when the file has not all of them, or one of them twice."""
    positions = {ours: names.index(theirs) for ours in USED_COLUMNS if (theirs := renames.get(ours, ours)) in names}
    missing = [column for column in USED_COLUMNS if column not in positions]
    if missing:
        raise InputError(
            f"{address}: not an OONI observations export, it lacks the columns {', '.join(missing)}; "
            f"name them with --map ours=theirs if they are called otherwise"
        )
    twin = next((names[place] for place in positions.values() if names.count(names[place]) > 1), None)
    if twin is not None:
        raise InputError(f"{address}: two columns are called {twin!r}; keep one of them")
    return positions


def read_row(row: CsvRow, columns: Mapping[str, int]) -> ExportRow:
    """The row, typed. Raises `InvalidRecord` naming the column that cannot be used."""
    cells = row.cells
    if len(cells) <= max(columns.values()):
        raise InvalidRecord(f"the row has only {len(cells)} cells")
    value = {name: cells[position] for name, position in columns.items()}
    for name in ("measurement_uid", "test_name"):
        if not value[name]:
            raise InvalidRecord(f"{name}: missing")
    if value["test_name"] in TESTS_WITH_HELPER and place_of_url(value["input"]) is None:
        raise InvalidRecord(f"input: no URL of http or https: {value['input'][:80]!r}")
    return ExportRow(
        measurement_uid=value["measurement_uid"],
        report_id=value["report_id"],
        test_name=value["test_name"],
        test_version=value["test_version"],
        country=read_country("probe_cc", value["probe_cc"]),
        network=read_asn("probe_asn", value["probe_asn"].removesuffix(".0")),
        resolver_network=read_asn("resolver_asn", value["resolver_asn"].removesuffix(".0")) or None,
        time=read_time("measurement_start_time", value["measurement_start_time"]),
        input=value["input"] or None,
        hostname=canonical_host(value["hostname"]) or None,
        address=value["ip"] or None,
        port=_port(value["port"]),
        address_network=read_asn("ip_asn", value["ip_asn"].removesuffix(".0")) or None,
        dns_engine=value["dns_engine"] or None,
        dns_failure=translate_failure(value["dns_failure"]),
        dns_answer=value["dns_answer"] or None,
        tcp_worked=_flag("tcp_success", value["tcp_success"]),
        tcp_failure=translate_failure(value["tcp_failure"]),
        tls_operation=value["tls_handshake_last_operation"] or None,
        tls_worked=_flag("tls_success", value["tls_success"]),
        tls_valid=_flag("tls_is_certificate_valid", value["tls_is_certificate_valid"]),
        tls_failure=translate_failure(value["tls_failure"]),
        url=value["http_request_url"] or None,
        http_failure=translate_failure(value["http_failure"]),
        offset=row.offset,
        sha256=row.sha256,
    )


_FLAGS = {"": None, "1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}


def _flag(column: str, text: str) -> bool | None:
    try:
        return _FLAGS[text.lower()]
    except KeyError as error:
        raise InvalidRecord(f"{column}: neither 0 nor 1: {text[:40]!r}") from error


def _port(text: str) -> int | None:
    digits = text.removesuffix(".0")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 5 and int(digits) <= 65_535):
        raise InvalidRecord(f"port: no port: {text[:40]!r}")
    return int(digits)

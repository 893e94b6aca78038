"""The observations export: bad rows, repeated rows, and the real samples."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admittance.errors import InputError
from admittance.sources import Batch
from admittance.sources.ooni_observations.rows import IGNORED_COLUMNS, USED_COLUMNS

REAL = Path(__file__).parents[4] / "shared" / "data" / "ooni" / "kenya2023"

ROW = {
    "report_id": "r",
    "test_name": "telegram",
    "test_version": "0.3.1",
    "measurement_uid": "m",
    "probe_cc": "KE",
    "probe_asn": "64500",
    "measurement_start_time": "2023-11-08 07:00:00+00:00",
    "tls_success": "0",
}


def table(*rows: dict[str, str]) -> bytes:
    lines = [",".join(USED_COLUMNS), *(",".join((ROW | row).get(column, "") for column in USED_COLUMNS) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def test_every_column_of_the_export_is_used_or_ignored_on_purpose(examples: Path) -> None:
    header = (examples / "ooni_observations.csv").read_text().splitlines()[0].split(",")
    assert len(header) == 51
    assert sorted((*USED_COLUMNS, *IGNORED_COLUMNS)) == sorted(header)


def test_missing_columns_are_named(read_bytes: Callable[..., Batch]) -> None:
    with pytest.raises(InputError, match=r"lacks the columns probe_asn; .*--map"):
        read_bytes("ooni-observations", table({}).replace(b"probe_asn", b"asn"))
    with pytest.raises(InputError, match="report_id"):
        read_bytes("ooni-observations", b"")
    assert read_bytes("ooni-observations", table({}).replace(b"probe_asn", b"asn"), renames={"probe_asn": "asn"}).lines == 1


def test_a_layer_that_was_not_tried_gives_no_fact(read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes(
        "ooni-observations",
        table(
            {"hostname": "web.telegram.org", "ip": "2001:db8::60", "dns_engine": "system", "dns_answer": "2001:db8::60"},
            {"ip": "203.0.113.60", "port": "80.0", "tcp_success": "1.0"},
            {"hostname": "203.0.113.60", "http_request_url": "http://203.0.113.60/"},
            {"hostname": "web.telegram.org", "dns_engine": "system"},
            {"hostname": "web.telegram.org", "dns_engine": "system", "dns_answer": "alias.telegram.org."},
        ),
    )
    assert batch.observations["layer"].to_list() == ["dns", "tcp", "http"]
    assert batch.observations["asked_host"].to_list() == ["web.telegram.org", "203.0.113.60", "203.0.113.60"]
    assert batch.observations["port"].to_list() == [None, 80, 80]


def test_a_handshake_that_was_tried_and_failed_is_no_success(read_bytes: Callable[..., Batch]) -> None:
    tried = {
        "hostname": "web.telegram.org",
        "ip": "192.0.2.60",
        "port": "443.0",
        "tls_success": "1",
        "tls_failure": "connection_reset",
    }
    (fact,) = read_bytes("ooni-observations", table(tried)).observations.to_dicts()
    assert (fact["layer"], fact["failure"], fact["certificate_valid"]) == ("tls", "connection_reset", None)


def test_rows_that_stand_again_add_nothing_wherever_they_stand(read_bytes: Callable[..., Batch]) -> None:
    one = {"ip": "203.0.113.60", "port": "80", "tcp_success": "1"}
    two = one | {"measurement_uid": "other"}
    new = {"ip": "203.0.113.61", "port": "80", "tcp_success": "0", "tcp_failure": "generic_timeout_error"}
    batch = read_bytes("ooni-observations", table(one, one, two, one, new, two), batch_size=2)
    assert batch.measurements.select("measurement_uid", "observations").rows() == [("m", 2), ("other", 1)]
    assert batch.observations.select("measurement_uid", "sequence").rows() == [("m", 0), ("other", 0), ("m", 1)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"probe_asn": "x"}, "probe_asn"),
        ({"probe_cc": "KEN"}, "probe_cc"),
        ({"measurement_uid": ""}, "measurement_uid: missing"),
        ({"measurement_start_time": "soon"}, "measurement_start_time"),
        ({"port": "443.5"}, "port"),
        ({"port": "99999"}, "port"),
        ({"tcp_success": "maybe"}, "tcp_success"),
        ({"test_name": "web_connectivity", "input": "nothing"}, "input"),
        ({"hostname": '"open'}, "CSV"),
    ],
)
def test_a_bad_row_is_kept_with_its_reason(bad: dict[str, str], reason: str, read_bytes: Callable[..., Batch]) -> None:
    good = {"ip": "203.0.113.60", "port": "80", "tcp_success": "1"}
    content = table(good, bad, good | {"measurement_uid": "n"})
    batch = read_bytes("ooni-observations", content)
    assert (batch.lines, batch.measurements.height, batch.observations.height) == (3, 2, 2)
    (reject,) = batch.rejects.to_dicts()
    assert reason in reject["reason"]
    assert content[reject["offset"] - 1 : reject["offset"]] == b"\n"


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_below_the_header_are_rejects_and_no_exception(content: bytes, read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("ooni-observations", table() + content)
    assert batch.rejects.height == batch.lines


def test_resolvers_are_not_kept(examples: Path, read_file: Callable[..., Batch]) -> None:
    batch = read_file("ooni-observations", examples / "ooni_observations.csv")
    assert "198.51.100.53" in (examples / "ooni_observations.csv").read_text()
    cells = [str(cell) for table in (batch.measurements, batch.observations) for row in table.rows() for cell in row]
    assert not [cell for cell in cells if "198.51.100.53" in cell]


@pytest.mark.parametrize(
    ("name", "rows", "measurements"),
    [("2023-KE-telegram.csv.gz", 125_441, 2_344), ("2023-KE-web_connectivity-telegram.org.csv.gz", 6_055, 1_228)],
)
def test_the_real_samples_are_read_without_a_reject(
    name: str, rows: int, measurements: int, read_file: Callable[..., Batch]
) -> None:
    if not (REAL / name).exists():
        pytest.skip("needs the development data beside the repository")
    batch = read_file("ooni-observations", REAL / name)
    assert (batch.lines, batch.measurements.height, batch.rejects.height) == (rows, measurements, 0)
    assert batch.measurements["measurement_uid"].n_unique() == measurements
    assert batch.observations.height == batch.measurements["observations"].sum()
    named = batch.observations.select("measurement_uid", "sequence")
    assert named.n_unique() == named.height
    assert batch.observations.filter(pl.col("layer") == "tcp")["address"].null_count() == 0

"""That a measurement gets the verdicts beside others that it gets alone, or without the screen: where nothing stands for it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admittance.catalog import load
from admittance.judge import judge_network, network
from admittance.judge.alike import Alike, alike
from admittance.judge.fingerprints import shipped
from admittance.judge.marks import found_in
from admittance.model.ids import MeasurementUid
from admittance.model.observation import Body, NetworkObservation
from admittance.model.tables import empty_table, table_of
from admittance.model.verdict import ControlRecord
from admittance.model.vocabulary import Arm, Control, Layer
from tests.judge.judged import judged as judged_lines
from tests.judge.probe import line_of
from tests.judge.scenarios import GENUINE, OTHER, RESET, SECOND, dns, http, https, tcp, tls
from tests.judge.test_raw import RAW

CATALOG = load()
Rows = tuple[NetworkObservation, ...]
PLAIN: Rows = (
    dns(),
    dns(engine="udp"),
    tcp(),
    tcp(address=SECOND),
    tls(milliseconds=40),
    tls(address=SECOND),
    https(address=GENUINE),
)

CHANGES: list[dict[str, object]] = [
    {"answers": SECOND},
    {"answers": OTHER, "answer_networks": "30722"},
    {"answers": "10.1.1.1", "control_answers": "10.1.1.1"},
    {"answers": None},
    {"query_type": "AAAA"},
    {"query_type": "NS"},
    {"engine": "doh"},
    {"engine": None},
    {"operation": "late_reply"},
    {"failure": RESET},
    {"failure": "dns_nxdomain_error"},
    {"control_failure": RESET},
    {"control": Control.MISSING},
    {"control": Control.FAILED},
    {"hop": 1},
    {"address": SECOND},
    {"address": None},
    {"port": 80},
    {"port": 8443},
    {"asked_scheme": "http"},
    {"asked_scheme": None},
    {"hostname": "other.example.net"},
    {"server_name": "other.example.net"},
    {"certificate_valid": None},
    {"certificate_valid": False},
    {"milliseconds": 30_000},
    {"received_bytes": 2_000_000, "receiving_milliseconds": 60_000},
    {"url": "http://www.example.org/"},
    {"url": "https://www.example.org:8443/"},
    {"url": "https://login.example.net/"},
    {"status_code": 403},
    {"status_code": 302, "location": "https://other.example.net/"},
    {"status_code": None},
    {"title": "Just a moment...", "server": "cloudflare", "status_code": 503},
    {"title": "Forbidden by decree", "body_length": 300},
    {"title": "Just a moment...", "control_title": "A shop"},
    {"title": None, "header_names": "cf-mitigated content-type"},
    {"location": "http://10.10.34.36/"},
    {"location": "http://10.10.34.36/", "status_code": 302},
    {"arm": Arm.TUNNEL},
    {"test_name": "urlgetter"},
    {"test_name": "http_header_field_manipulation"},
    {"test_version": "0.4.1"},
    {"asked_host": "chat.signal.org"},
    {"asked_host": "t.me"},
    {"asked_host": "149.154.175.50"},
]

dropped = st.sets(st.integers(0, len(PLAIN) - 1), max_size=2)
repeated = st.one_of(st.none(), st.integers(0, len(PLAIN) - 1))
changed = st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.sampled_from(CHANGES)), max_size=2)
everywhere = st.one_of(st.none(), st.sampled_from(CHANGES))


def varied(
    without: set[int], again: int | None, changes: list[tuple[int, dict[str, object]]], whole: dict[str, object] | None
) -> Rows:
    rows = list(PLAIN)
    for place, change in changes:
        rows[place] = msgspec.structs.replace(rows[place], **change)
    if whole is not None:
        rows = [msgspec.structs.replace(row, **whole) for row in rows]
    kept = [row for place, row in enumerate(rows) if place not in without] + ([] if again is None else [rows[again]])
    return tuple(kept) or PLAIN


def table(measurements: Sequence[Rows]) -> pl.DataFrame:
    rows = [
        msgspec.structs.replace(row, measurement_uid=MeasurementUid(f"m{number}"), sequence=sequence, offset=number)
        for number, rows in enumerate(measurements)
        for sequence, row in enumerate(rows)
    ]
    return table_of(NetworkObservation, rows)


def judged(observations: pl.DataFrame) -> pl.DataFrame:
    return judge_network(
        observations, bodies=empty_table(Body), controls=empty_table(ControlRecord), catalog=CATALOG, fingerprints=shipped()
    )


def screened(observations: pl.DataFrame) -> Alike:
    return alike(observations, found_in(observations, empty_table(Body), shipped()), CATALOG, shipped())


def stood_for(measurements: Sequence[Rows]) -> int:
    return screened(table(measurements)).measurements.height


def unscreened(rows: pl.DataFrame, *_: object) -> Alike:
    """Nobody stands for anybody."""
    return Alike(screened(table([PLAIN])).measurements, rows)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(st.builds(varied, dropped, repeated, changed, everywhere), min_size=4, max_size=8))
def test_nobody_else_makes_a_difference(measurements: list[Rows]) -> None:
    observations = table([PLAIN, *measurements, PLAIN, *measurements])
    alone = pl.concat([judged(part) for part in observations.partition_by("measurement_uid", maintain_order=True)])
    key = ["measurement_uid", "target", "layer"]
    together = judged(observations).sort(key)
    assert together.equals(alone.sort(key))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(measurements=st.lists(st.builds(varied, dropped, repeated, changed, everywhere), min_size=20, max_size=40))
def test_the_screen_says_what_the_rules_say(measurements: list[Rows], monkeypatch: pytest.MonkeyPatch) -> None:
    observations = table([PLAIN, *measurements, *measurements])
    with monkeypatch.context() as patched:
        patched.setattr(network, "alike", unscreened)
        by_rules = judged(observations)
    assert judged(observations).equals(by_rules)


def test_the_screen_says_what_the_rules_say_of_labelled_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line_of(raw.record, f"{raw.name} {copy}") for raw in RAW for copy in range(2)]
    screened_ones = judged_lines(lines, tmp_path)
    monkeypatch.setattr(network, "alike", unscreened)
    assert screened_ones.equals(judged_lines(lines, tmp_path))


def test_the_same_site_and_another_are_alike() -> None:
    other = {"asked_host": "www.example.com", "hostname": "www.example.com", "url": "https://www.example.com/"}
    elsewhere = tuple(
        msgspec.structs.replace(row, **other, server_name="www.example.com" if row.layer is Layer.TLS else None)
        for row in PLAIN
    )
    assert stood_for([PLAIN, PLAIN, elsewhere]) == 2
    verdicts = judged(table([PLAIN, PLAIN, elsewhere]))
    assert verdicts.filter(pl.col("measurement_uid") == "m2")["subject"].unique().to_list() == ["site:example.com"]
    assert verdicts["state"].unique().to_list() == ["ok"]


def test_what_is_not_plain_stands_for_itself() -> None:
    refused = (*PLAIN[:-1], https(address=GENUINE, status_code=403))
    clear_text = (*PLAIN[:-1], http())
    twice = (*PLAIN, tcp())
    assert stood_for([PLAIN, refused, refused, clear_text, clear_text, twice, twice]) == 0
    wall = {"title": "Just a moment...", "control_title": "A shop"}
    walled = (*PLAIN[:-1], msgspec.structs.replace(PLAIN[-1], **wall))
    assert stood_for([PLAIN, walled, walled]) == 0
    verdicts = judged(table([PLAIN, walled])).filter(pl.col("layer") == Layer.HTTP.value)
    assert verdicts["rule"].to_list() == ["network.http.ok", "network.http.server_refuses"]


def test_what_is_torn_apart_or_told_twice_stands_for_itself() -> None:
    once = table([PLAIN, PLAIN, PLAIN])
    assert screened(once).measurements.height == 2
    last = once.filter(pl.col("measurement_uid") == "m2")
    assert screened(pl.concat([last.head(3), once.head(-3)])).measurements.height == 1
    assert screened(pl.concat([once, last])).measurements.height == 1

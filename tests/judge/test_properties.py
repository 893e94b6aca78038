"""What holds for any measurement, whatever its rows say."""

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.catalog import load
from admittance.judge import judge_network
from admittance.model.observation import Body, NetworkObservation
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import ControlRecord, Verdict
from admittance.model.vocabulary import BAD_STATES, Control
from tests.judge.labelled_circumstances import CIRCUMSTANCES
from tests.judge.labelled_connections import CONNECTIONS
from tests.judge.labelled_names import NAMES
from tests.judge.labelled_services import SERVICES
from tests.judge.scenarios import (
    EOF,
    EXPIRED,
    GENUINE,
    HELPER_FAILED,
    HOSTNAME,
    NO_CONTROL,
    NXDOMAIN,
    OTHER,
    OTHER_PAGE,
    REFUSED,
    RESET,
    SECOND,
    TIMEOUT,
    Scenario,
    bodies_of,
    clear,
    dns,
    http,
    https,
    observations_of,
    tcp,
    tls,
)  # fmt: skip

CATALOG = load()
KEY = ["measurement_uid", "target", "layer"]
EXAMPLES = 30


def name_fact(answers: str, failure: str | None, control_failure: str | None) -> NetworkObservation:
    unheard = {"control_answers": None} if control_failure else {}
    return dns(None if failure else answers, failure, control_failure=control_failure, **unheard)


names = st.builds(
    name_fact,
    st.sampled_from([GENUINE, SECOND, OTHER]),
    st.sampled_from([None, None, NXDOMAIN, TIMEOUT, "dns_refused_error"]),
    st.sampled_from([None, None, NXDOMAIN]),
)
failures = st.sampled_from([None, None, RESET, TIMEOUT, EOF, REFUSED, "network_down", "unknown_failure: x"])
addresses = st.sampled_from([GENUINE, SECOND, OTHER])
helper = st.sampled_from([None, None, RESET, REFUSED])
connections = st.builds(
    lambda f, a, p, c: tcp(f, a, p, control_failure=c), failures, addresses, st.sampled_from([80, 443]), helper
)
handshakes = st.builds(
    lambda f, a, c: tls(f, a, control_failure=c),
    st.sampled_from([None, None, RESET, TIMEOUT, EOF, HOSTNAME, EXPIRED]),
    st.one_of(st.none(), addresses),
    st.sampled_from([None, None, RESET, EXPIRED]),
)
pages = st.builds(
    lambda make, f, hop, c, other: make(
        f,
        hop=hop,
        control_failure=c,
        **(OTHER_PAGE if other and f is None else {}),
        **({"control_status_code": None} if c else {}),
    ),
    st.sampled_from([http, https]),
    failures,
    st.integers(0, 2),
    helper,
    st.booleans(),
)
measurements = st.lists(st.one_of(names, connections, handshakes, pages), min_size=1, max_size=8)


def judge(observations: pl.DataFrame) -> pl.DataFrame:
    return judge_network(observations, bodies=empty_table(Body), controls=empty_table(ControlRecord), catalog=CATALOG)


def judged(rows: list[NetworkObservation]) -> pl.DataFrame:
    return judge(observations_of(Scenario("m", tuple(rows), {}, ())))


def bad_layers(verdicts: pl.DataFrame) -> set[str]:
    return set(verdicts.filter(pl.col("state").is_in([state.value for state in BAD_STATES]))["layer"])


@given(measurements)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_a_layer_has_one_verdict_in_the_schema(rows: list[NetworkObservation]) -> None:
    verdicts = judged(rows)
    assert verdicts.schema == table_schema(Verdict)
    assert verdicts.select(KEY).is_unique().all()
    required = pl.exclude("probe_id", "resolver_network", "mechanism")
    assert sum(verdicts.select(required).null_count().row(0)) == 0 if verdicts.height else True


@given(measurements, st.sampled_from([NO_CONTROL, HELPER_FAILED]))
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_without_a_control_nothing_is_blamed_but_by_an_artefact(
    rows: list[NetworkObservation], gone: dict[str, object]
) -> None:
    assert bad_layers(judged([msgspec.structs.replace(row, **gone) for row in rows])) == set()


@given(measurements)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_a_control_that_fails_everywhere_blames_nobody(rows: list[NetworkObservation]) -> None:
    gone = {**NO_CONTROL, "control": Control.PRESENT, "control_failure": RESET}
    assert bad_layers(judged([msgspec.structs.replace(row, **gone) for row in rows])) == set()


@pytest.mark.slow
@given(measurements)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_a_control_that_works_turns_nothing_that_was_ok_into_blocked(rows: list[NetworkObservation]) -> None:
    """For one service at one hop; of several, a control may well show that another one is blocked."""
    one_service = [row for row in rows if row.port != 80 and row.hop == 0]
    before = judged([msgspec.structs.replace(row, **NO_CONTROL) for row in one_service])
    after = judged([msgspec.structs.replace(row, control_failure=None) for row in one_service])
    assert set(before.filter(pl.col("state") == "ok")["layer"]) & bad_layers(after) == set()


@pytest.mark.slow
@given(measurements, st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_the_order_of_rows_changes_nothing(rows: list[NetworkObservation], random: object) -> None:
    observations = observations_of(Scenario("m", tuple(rows), {}, ()))
    given_order = judge(observations)
    order = list(range(observations.height))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert judge(observations[order]).equals(given_order)


@pytest.mark.slow
@given(measurements)
@settings(max_examples=EXAMPLES // 2, deadline=None, derandomize=True)
def test_a_measurement_that_stands_in_two_files_counts_once(rows: list[NetworkObservation]) -> None:
    once = observations_of(Scenario("m", tuple(rows), {}, ()))
    elsewhere = once.with_columns(pl.lit("g").alias("file"))
    repeated = once.with_columns(pl.lit(9, pl.Int64).alias("offset"))
    assert judge(pl.concat([elsewhere, once, repeated])).equals(judge(once))


@pytest.mark.slow
def test_a_verdict_depends_on_its_own_measurement_only() -> None:
    scenarios = [scenario for scenario in (*NAMES, *CONNECTIONS, *CIRCUMSTANCES, *SERVICES) if not scenario.controls]
    controls = empty_table(ControlRecord)
    together = judge_network(observations_of(*scenarios), bodies=bodies_of(*scenarios), controls=controls, catalog=CATALOG)
    alone = [
        judge_network(observations_of(one), bodies=bodies_of(one), controls=controls, catalog=CATALOG) for one in scenarios
    ]
    assert together.equals(pl.concat(alone).sort("measurement_uid", "target", maintain_order=True))


def test_nothing_in_nothing_out() -> None:
    verdicts = judge(empty_table(NetworkObservation))
    assert verdicts.schema == table_schema(Verdict)
    assert verdicts.is_empty()


def test_an_http_input_is_not_blamed_for_a_service_it_never_asked() -> None:
    verdicts = judged(list(clear(dns(), tcp(port=80), http(), tcp(TIMEOUT, port=443, control_failure=TIMEOUT))))
    assert set(verdicts["state"]) == {"ok"}

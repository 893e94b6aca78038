import json

import msgspec

from admittance.catalog import load
from admittance.judge import Judgement, judge_network, judgements
from admittance.model.vocabulary import State
from tests.judge.labelled_names import NAMES
from tests.judge.scenarios import (
    NO_CONTROL,
    NXDOMAIN,
    Scenario,
    bodies_of,
    clear,
    controls_of,
    dns,
    http,
    observations_of,
    pool,
    tcp,
    tls,
)

CATALOG = load()


def judged(*scenarios: Scenario) -> list[Judgement]:
    verdicts = judge_network(
        observations_of(*scenarios), bodies=bodies_of(*scenarios), controls=controls_of(scenarios[0]), catalog=CATALOG
    )
    return judgements(verdicts)


def of(*rows: object) -> State:
    return judged(Scenario("one", rows, {}, ()))[0].state  # type: ignore[arg-type]


def test_the_line_has_the_keys_of_the_contract() -> None:
    line = json.loads(msgspec.json.encode(judged(Scenario("blocked", (dns(None, NXDOMAIN),), {}, ()))[0]))
    assert list(line) == ["measurement_uid", "test_name", "subject", "target", "state", "layers", "origin"]
    assert list(line["layers"]) == ["dns", "tcp", "tls", "http", "quic"]
    assert line["layers"]["dns"] == {
        "state": "likely_blocked",
        "rule": "network.dns.nxdomain",
        "evidence": "scored",
        "mechanism": "dns.nxdomain",
        "reason": "1 of 1 queries failed: dns_nxdomain_error; the name exists (the measurement's control)",
    }
    assert [line["layers"][layer] for layer in ("tcp", "tls", "http", "quic")] == [None] * 4


def test_one_line_per_measurement_and_target() -> None:
    lines = judged(*NAMES[:3], Scenario("telegram", pool(), {}, ()))
    assert [(line.measurement_uid, line.target) for line in lines] == sorted(
        {(line.measurement_uid, line.target) for line in lines}
    )
    assert len(lines) == 4


def test_a_pool_says_how_many_of_its_endpoints_failed() -> None:
    line = judged(Scenario("telegram", pool(tcp_failure="generic_timeout_error"), {}, ()))[0]
    assert line.layers.tcp is not None
    assert line.layers.tcp.reason.startswith("12 of 12 endpoints failed at tcp: generic_timeout_error")


def test_a_name_that_could_not_be_compared_does_not_spoil_what_worked() -> None:
    assert of(dns(None, "dns_temporary_failure", **NO_CONTROL), tcp(**NO_CONTROL), tls(**NO_CONTROL)) is State.OK


def test_a_page_that_nobody_could_judge_is_not_ok() -> None:
    assert of(*clear(dns(), tcp(port=80), http(**NO_CONTROL))) is State.INSUFFICIENT


def test_a_failure_that_nobody_could_judge_is_not_ok() -> None:
    assert of(dns(), tcp(), tls("connection_reset", **NO_CONTROL)) is State.INSUFFICIENT


def test_the_worst_layer_speaks() -> None:
    assert of(dns(), tcp(), tls("connection_reset")) is State.LIKELY_BLOCKED

"""What is usual in one network, and that nobody else, and no single day, can change it."""

from datetime import timedelta

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.catalog import load
from admittance.judge import build_controls, judge_network
from admittance.judge.baselines import LEAST_DAYS, LEAST_NAMES
from admittance.model.ids import Asn, MeasurementUid
from admittance.model.observation import Body, NetworkObservation
from admittance.model.tables import empty_table, table_of
from admittance.model.verdict import ControlKind
from tests.judge.scenarios import NO_CONTROL, SITE, START, TIMEOUT, dns, tcp, tls

CATALOG = load()
HERE, THERE = 1, 2
LATER = START + timedelta(days=40)


def rows(*facts: tuple[NetworkObservation, int, int]) -> pl.DataFrame:
    """Facts, each a measurement of its own, in a network on a day."""
    return table_of(
        NetworkObservation,
        [
            msgspec.structs.replace(
                fact,
                network=Asn(network),
                resolver_network=Asn(network),
                time=START + timedelta(days=day),
                measurement_uid=MeasurementUid(f"m{place}"),
                sequence=0,
            )
            for place, (fact, network, day) in enumerate(facts)
        ],
    )


def records(observations: pl.DataFrame, kind: ControlKind) -> list[dict[str, object]]:
    return build_controls([observations], catalog=CATALOG).filter(pl.col("kind") == kind.value).rows(named=True)


def judged(failure: NetworkObservation, beside: pl.DataFrame) -> str:
    """The state of a failure in network `HERE`, forty days later."""
    late = msgspec.structs.replace(
        failure, network=Asn(HERE), resolver_network=Asn(HERE), time=LATER, measurement_uid=MeasurementUid("judged"), sequence=0
    )
    observations = pl.concat([beside, table_of(NetworkObservation, [late])])
    controls = build_controls([observations], catalog=CATALOG)
    verdicts = judge_network(observations, bodies=empty_table(Body), controls=controls, catalog=CATALOG)
    return str(verdicts.filter(pl.col("measurement_uid") == "judged")["state"].item())


def worked(network: int, days: int) -> list[tuple[NetworkObservation, int, int]]:
    return [(tls(), network, day) for day in range(days)]


def test_a_history_is_of_one_host_and_network_with_the_median_of_its_days() -> None:
    facts = [(tls(milliseconds=taken), HERE, day) for day, taken in enumerate((100, 120, 140, 9_000, 130))]
    assert records(rows(*facts), ControlKind.HISTORY) == [
        {
            "kind": "history",
            "network": HERE,
            "hostname": SITE,
            "address": "",
            "layer": "tls",
            "stands_until": None,
            "handshake_milliseconds": 130,
            "networks": 1,
            "days": 5,
            "first_seen": START,
            "last_seen": START + timedelta(days=4),
        }
    ]


def test_few_days_make_no_history_whatever_the_number_of_reports() -> None:
    assert records(rows(*worked(HERE, LEAST_DAYS - 1) * 9), ControlKind.HISTORY) == []


def test_what_worked_here_before_and_no_longer_does_is_impaired_and_never_blocked() -> None:
    failure = tcp(TIMEOUT, **NO_CONTROL)
    assert judged(failure, rows(*worked(HERE, LEAST_DAYS))) == "impaired"
    assert judged(failure, rows(*worked(HERE, LEAST_DAYS - 1))) == "insufficient"
    assert judged(failure, rows(*worked(THERE, 30))) == "insufficient"


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from((HERE, THERE)), st.integers(0, 9)), max_size=30))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_history_of_one_network_turns_a_failure_into_blocked(places: list[tuple[int, int]]) -> None:
    forged = rows(*((tls(), network, day) for network, day in places if network == HERE))
    assert judged(tcp(TIMEOUT, **NO_CONTROL), forged) in ("insufficient", "impaired")


def test_no_single_day_changes_what_is_usual() -> None:
    honest = [(tls(milliseconds=3_000), HERE, day) for day in range(LEAST_DAYS)]
    forged = [(tls(milliseconds=1), HERE, 9)] * 50
    (usual,) = records(rows(*honest, *forged), ControlKind.HISTORY)
    assert usual["handshake_milliseconds"] == 3_000


def test_other_networks_do_not_change_what_is_usual_here() -> None:
    honest = [(tls(milliseconds=200), HERE, day) for day in range(LEAST_DAYS)]
    forged = [(tls(milliseconds=90_000), THERE, day) for day in range(30)]
    found = {
        record["network"]: record["handshake_milliseconds"] for record in records(rows(*honest, *forged), ControlKind.HISTORY)
    }
    assert found == {HERE: 200, THERE: 90_000}


def silent(network: int, days: int, names: int = LEAST_NAMES) -> list[tuple[NetworkObservation, int, int]]:
    return [
        (dns(None, "dns_servfail_error", hostname=f"{name}.example", asked_host=f"{name}.example"), network, day)
        for name in range(names)
        for day in range(days)
    ]


SERVFAIL = dns(None, "dns_servfail_error")


def test_a_resolver_that_answers_nothing_is_broken_and_blocks_nothing() -> None:
    assert judged(SERVFAIL, rows(*silent(HERE, LEAST_DAYS))) == "impaired"


@pytest.mark.parametrize(
    "beside",
    [
        silent(HERE, LEAST_DAYS - 2),  # and the judged one's own
        silent(HERE, 1) * 50,
        silent(HERE, LEAST_DAYS, names=LEAST_NAMES - 2),
        silent(THERE, 30),
        [*silent(HERE, LEAST_DAYS), (dns(), HERE, 2)],
    ],
    ids=["few days", "one day", "few names", "another network's", "an answer"],
)
def test_a_resolver_is_not_broken_by_less(beside: list[tuple[NetworkObservation, int, int]]) -> None:
    assert judged(SERVFAIL, rows(*beside)) == "likely_blocked"


def test_the_probes_own_questions_are_not_the_resolvers() -> None:
    own = [(msgspec.structs.replace(fact, engine="udp"), network, day) for fact, network, day in silent(HERE, LEAST_DAYS)]
    assert records(rows(*own), ControlKind.RESOLVER) == []

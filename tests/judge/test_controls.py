from datetime import timedelta

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.catalog import load
from admittance.judge import build_controls, controls_version, judge_network
from admittance.model.ids import Asn, MeasurementUid
from admittance.model.observation import Body, NetworkObservation
from admittance.model.tables import empty_table, table_of, table_schema
from admittance.model.verdict import ControlKind, ControlRecord
from admittance.model.vocabulary import Arm
from tests.judge.scenarios import GENUINE, NO_HELPER, SITE, START, TIMEOUT, dns, pool, service, tcp, tls

CATALOG = load()


def measured(rows: tuple[NetworkObservation, ...], *places: tuple[int, int]) -> pl.DataFrame:
    """The rows once per (network, day)."""
    return table_of(
        NetworkObservation,
        [
            msgspec.structs.replace(
                row,
                network=Asn(network),
                time=START + timedelta(days=day),
                measurement_uid=MeasurementUid(f"m{place}"),
                sequence=sequence,
            )
            for place, (network, day) in enumerate(places)
            for sequence, row in enumerate(rows)
        ],
    )


def endpoints(observations: pl.DataFrame) -> list[tuple[str, str, str]]:
    table = build_controls([observations], catalog=CATALOG).filter(pl.col("kind") == ControlKind.ENDPOINT.value)
    return table.select("hostname", "address", "layer").rows()


def test_two_networks_on_two_days_vouch() -> None:
    table = build_controls([measured((dns(), tcp(), tls()), (1, 0), (2, 1), (2, 2))], catalog=CATALOG)
    assert table.schema == table_schema(ControlRecord)
    assert table.rows(named=True) == [
        {
            "kind": "endpoint",
            "network": None,
            "hostname": SITE,
            "address": GENUINE,
            "layer": "tls",
            "stands_until": None,
            "handshake_milliseconds": None,
            "networks": 2,
            "days": 3,
            "first_seen": START,
            "last_seen": START + timedelta(days=2),
        }
    ]


def test_one_network_or_one_day_does_not_whatever_the_number_of_reports() -> None:
    assert endpoints(measured((tls(),), *((1, day) for day in range(30)))) == []
    assert endpoints(measured((tls(),), *((network, 0) for network in range(1, 30)))) == []


def test_a_network_that_is_not_known_does_not_count() -> None:
    assert endpoints(measured((tls(),), (0, 0), (0, 1), (1, 1))) == []


def test_remote_vantages_do_not_count() -> None:
    assert endpoints(measured((tls(),), (1, 0), (2, 1)).with_columns(pl.lit(Arm.REMOTE.value).alias("arm"))) == []


def test_a_connection_alone_does_not_vouch_for_a_site_and_neither_does_a_wrong_certificate() -> None:
    assert endpoints(measured((tcp(),), (1, 0), (2, 1))) == []
    assert endpoints(measured((tls("ssl_invalid_hostname"),), (1, 0), (2, 1))) == []
    assert endpoints(measured((tls(certificate_valid=False),), (1, 0), (2, 1))) == []


def test_a_pool_is_vouched_for_by_its_target() -> None:
    found = endpoints(measured(pool(), (1, 0), (2, 1)))
    assert {hostname for hostname, _, _ in found} == {"telegram/dc_pool"}
    assert {layer for _, _, layer in found} == {"http"}
    connected = endpoints(measured(pool(http_failure="connection_reset"), (1, 0), (2, 1)))
    assert {layer for _, _, layer in connected} == {"tcp"}


def test_the_version_does_not_depend_on_the_order() -> None:
    table = build_controls([measured(pool(), (1, 0), (2, 1))], catalog=CATALOG)
    assert controls_version(table) == controls_version(table.reverse())
    assert controls_version(table) != controls_version(table.head(1))
    assert controls_version(empty_table(ControlRecord)) == "none"


def test_the_handshakes_of_tests_without_helpers_vouch_too() -> None:
    row = msgspec.structs.replace(
        tls(), test_name="signal", asked_host="chat.signal.org", server_name="chat.signal.org", **NO_HELPER
    )
    assert endpoints(measured((row,), (1, 0), (2, 1))) == [("chat.signal.org", GENUINE, "tls")]


@pytest.mark.parametrize(
    ("places", "networks"),
    [
        ([(1, 0), (2, 1)], 2),
        ([(network, day) for network in (1, 2, 3) for day in (0, 1)], 2),  # two days: without one, only one is left
        ([(network, day) for network in (1, 2, 3) for day in (0, 1, 2)], 3),
        ([(1, 0), (2, 0), *((3, day) for day in range(9))], 2),  # without network 3 one day is left
        ([(1, 0), (2, 0), (3, 0), (1, 1), (2, 2)], 3),
        ([*((network, 0) for network in range(1, 9)), (1, 1), (1, 2)], 2),  # without day 0 one network is left
    ],
)
def test_networks_are_those_that_stand_whoever_is_doubted(places: list[tuple[int, int]], networks: int) -> None:
    table = build_controls([measured((tls(),), *places)], catalog=CATALOG)
    assert table.filter(pl.col("kind") == ControlKind.ENDPOINT.value)["networks"].to_list() == [networks]


JUDGED = 1
FAILED = service("tcp_connect", SITE, tcp(TIMEOUT), network=Asn(JUDGED), measurement_uid=MeasurementUid("judged"))


def blames(*places: tuple[int, int]) -> bool:
    """Whether a failure in network 1 is blamed when the endpoint worked at these places, by network and day."""
    worked = measured((tls(),), *places) if places else table_of(NetworkObservation, [])
    observations = pl.concat([worked, table_of(NetworkObservation, list(FAILED))])
    controls = build_controls([observations], catalog=CATALOG)
    verdicts = judge_network(observations, bodies=empty_table(Body), controls=controls, catalog=CATALOG)
    return verdicts.filter(pl.col("measurement_uid") == "judged")["state"].to_list() == ["likely_blocked"]


def test_a_failure_counts_where_others_reached_the_endpoint() -> None:
    assert blames(*((network, day) for network in (2, 3, 4) for day in range(3)))
    assert not blames(*((network, day) for network in (1, 2) for day in range(9)))
    assert not blames()


def test_what_everybody_lost_long_ago_is_not_blamed() -> None:
    """The failure is of day 0."""
    assert not blames(*((network, day) for network in (2, 3, 4) for day in (-60, -50, -40)))
    assert blames(*((network, day) for network in (2, 3, 4) for day in (-60, -20, -10)))


def test_one_network_or_one_day_does_not_make_a_lost_endpoint_stand() -> None:
    lost = {(network, day) for network in (2, 3, 4) for day in (-60, -50, -40)}
    assert not blames(*sorted(lost | {(5, day) for day in range(-30, 0)}))
    assert not blames(*sorted(lost | {(network, -1) for network in range(5, 40)}))


real_places = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4)), max_size=6, unique=True)


@given(real_places, st.integers(1, 9), st.sets(st.integers(0, 40), max_size=12))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_reports_of_one_network_turn_nothing_into_blocked_that_the_others_do_not_bear_out(
    places: list[tuple[int, int]], network: int, days: set[int]
) -> None:
    others = {place for place in places if place[0] != network}
    enough = len({place[0] for place in others}) >= 2 and len({place[1] for place in others}) >= 2
    forged = {(network, day) for day in days}
    assert enough or not blames(*sorted({*places, *forged}))


@given(real_places, st.integers(0, 9), st.sets(st.integers(1, 40), max_size=12))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_reports_of_one_day_turn_nothing_into_blocked_that_other_days_do_not_bear_out(
    places: list[tuple[int, int]], day: int, networks: set[int]
) -> None:
    others = {place for place in places if place[1] != day}
    enough = len({place[0] for place in others}) >= 2 and len({place[1] for place in others}) >= 2
    forged = {(network, day) for network in networks}
    assert enough or not blames(*sorted({*places, *forged}))

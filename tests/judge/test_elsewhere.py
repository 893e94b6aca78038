"""Where names lead in other networks, and that nobody alone, no day and no country can say so."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.catalog import load
from admittance.judge import build_controls, judge_network, unhelped
from admittance.model.ids import Asn, Country, MeasurementUid
from admittance.model.observation import Body, NetworkObservation
from admittance.model.tables import empty_table, table_of
from tests.judge.scenarios import NO_HELPER, NXDOMAIN, OTHER, START, TIMEOUT, dns, tcp

CATALOG = load()
JUDGED = "judged"
HERE = 99
Met = tuple[NetworkObservation, str, int, int]


def rows(*met: Met) -> pl.DataFrame:
    """Facts, each a measurement of its own, in a country and network on a day."""
    return table_of(
        NetworkObservation,
        [
            msgspec.structs.replace(
                fact,
                country=Country(country),
                network=Asn(network),
                resolver_network=Asn(network),
                time=START + timedelta(days=day),
                measurement_uid=MeasurementUid(f"m{place}"),
                sequence=0,
            )
            for place, (fact, country, network, day) in enumerate(met)
        ],
    )


def everywhere(fact: NetworkObservation, *, countries: str = "ABC", days: int = 3) -> list[Met]:
    """The same in a network of each country, day after day."""
    return [(fact, f"Z{letter}", ord(letter), day) for letter in countries for day in range(days)]


def built(met: Sequence[Met]) -> pl.DataFrame:
    observations = rows(*met)
    return build_controls([observations], catalog=CATALOG, names=unhelped(observations.lazy()))


def known(*met: Met) -> set[tuple[str, str]]:
    table = built(met)
    return set(table.filter(pl.col("kind").is_in(["answer", "denial"])).select("kind", "address").iter_rows())


def state(facts: tuple[NetworkObservation, ...], *met: Met) -> str:
    """The state at dns of a measurement in network `HERE` of another country, beside what others met."""
    controls = built(met)
    judged = [
        msgspec.structs.replace(
            fact,
            country=Country("ZX"),
            network=Asn(HERE),
            time=START + timedelta(days=5),
            measurement_uid=MeasurementUid(JUDGED),
            sequence=sequence,
        )
        for sequence, fact in enumerate(facts)
    ]
    verdicts = judge_network(table_of(NetworkObservation, judged), bodies=empty_table(Body), controls=controls, catalog=CATALOG)
    return str(verdicts.filter(pl.col("layer") == "dns")["state"].item())


ANSWERED, DENIED = dns(answer_networks="64500", **NO_HELPER), dns(None, NXDOMAIN, **NO_HELPER)
LED_ASTRAY = (dns(OTHER, **NO_HELPER), tcp(TIMEOUT, OTHER, **NO_HELPER))


def test_networks_of_several_countries_on_several_days_say_where_a_name_leads() -> None:
    assert known(*everywhere(ANSWERED)) == {("answer", "AS64500"), ("answer", "93.184.")}
    assert known(*everywhere(DENIED)) == {("denial", "")}


@pytest.mark.parametrize(
    "met",
    [
        everywhere(ANSWERED, countries="AB"),
        everywhere(ANSWERED, days=1) * 9,
        [(ANSWERED, "ZA", network, day) for network in range(1, 30) for day in range(9)],
        [*[(ANSWERED, "ZA", network, day) for network in range(1, 30) for day in range(9)], (ANSWERED, "ZB", 40, 3)],
    ],
    ids=["two networks", "one day", "one country", "one network outside"],
)
def test_less_says_nothing(met: list[Met]) -> None:
    assert known(*met) == set()


def test_a_name_that_two_networks_resolve_is_not_denied_and_one_forger_changes_nothing() -> None:
    denied = everywhere(DENIED)
    assert known(*denied, *everywhere(ANSWERED, countries="DE")) == set()
    assert known(*denied, *everywhere(ANSWERED, countries="D", days=30)) == {("denial", "")}


def test_names_that_a_helper_looks_up_need_no_baseline() -> None:
    helped = rows(*everywhere(dns()))
    assert unhelped(helped.lazy()).to_list() == []
    assert unhelped(rows((ANSWERED, "ZA", 1, 0)).lazy()).to_list() == [ANSWERED.asked_host]


def test_names_without_a_helper_are_judged_by_it() -> None:
    assert state((ANSWERED,), *everywhere(ANSWERED)) == "ok"
    assert state((DENIED,), *everywhere(ANSWERED)) == "likely_blocked"
    assert state((DENIED,), *everywhere(DENIED)) == "down"
    assert state(LED_ASTRAY, *everywhere(ANSWERED)) == "likely_blocked"
    assert {state(facts) for facts in ((ANSWERED,), (DENIED,), LED_ASTRAY)} == {"insufficient"}


def test_what_was_long_ago_says_nothing_of_a_failure() -> None:
    late = msgspec.structs.replace(DENIED, time=START)
    long_ago = [(fact, country, network, day - 60) for fact, country, network, day in everywhere(ANSWERED)]
    assert state((late,), *long_ago) == "insufficient"


honest = st.lists(st.tuples(st.sampled_from([ANSWERED, DENIED]), st.sampled_from("ABCD"), st.integers(0, 3)), max_size=24)
forged = st.lists(st.tuples(st.sampled_from([ANSWERED, DENIED, dns(OTHER, **NO_HELPER)]), st.integers(0, 4)), max_size=24)


@pytest.mark.slow
@given(honest, forged)
@settings(max_examples=12, deadline=None, derandomize=True)
def test_no_one_network_makes_blocking_or_fineness_that_others_do_not_bear_out(
    met: list[tuple[NetworkObservation, str, int]], lies: list[tuple[NetworkObservation, int]]
) -> None:
    """Reports of one network may withhold a judgement, which is insufficient, and never turn one."""
    true = [(fact, f"Z{letter}", ord(letter), day) for fact, letter, day in met]
    false: list[Met] = [(fact, "ZQ", 7, day) for fact, day in lies]
    for facts in ((ANSWERED,), (DENIED,), LED_ASTRAY):
        before, after = state(facts, *true), state(facts, *true, *false)
        assert after == before or "insufficient" in (before, after)


@pytest.mark.slow
@given(forged)
@settings(max_examples=12, deadline=None, derandomize=True)
def test_reports_of_one_day_turn_nothing(lies: list[tuple[NetworkObservation, int]]) -> None:
    false: list[Met] = [(fact, f"Z{network}", 50 + network, 0) for fact, network in lies]
    for facts in ((ANSWERED,), (DENIED,), LED_ASTRAY):
        assert state(facts, *false) == "insufficient"

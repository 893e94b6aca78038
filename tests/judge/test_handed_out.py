"""What a network hands out for many names: notices, walls, and what is neither."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import polars as pl
import pytest

from admittance.catalog import load
from admittance.judge import build_controls, unhelped
from admittance.model.ids import Asn, Country, MeasurementUid
from admittance.model.observation import NetworkObservation
from admittance.model.tables import table_of
from tests.judge.certificates import certificate
from tests.judge.scenarios import AUTHORITY, NO_HELPER, OTHER, START, body, dns, http, tls

CATALOG = load()
DAYS, HERE = 4, 64500
SHOWN = "e" * 64
CERTIFICATES = [body(SHOWN, certificate({"CN": "Gateway root"}))]
Names = Sequence[str]
BLOCKED: Names = [f"news{number}.example{number}.org" for number in range(6)]
FINE: Names = [f"shop{number}.example9{number}.org" for number in range(6)]


def report(
    facts: Sequence[NetworkObservation], names: Names, *, day: int, network: int = HERE, country: str = "ZA"
) -> list[NetworkObservation]:
    """A report of one day, in which each fact is of a name of its own."""
    return [
        msgspec.structs.replace(
            fact,
            country=Country(country),
            network=Asn(network),
            resolver_network=Asn(network),
            time=START + timedelta(days=day),
            asked_host=name,
            hostname=name,
            server_name=name if fact.server_name else None,
            url=f"http://{name}/" if fact.url else None,
            report_id=f"r{day}-{network}",
            measurement_uid=MeasurementUid(f"{day}-{network}-{name}"),
            control_title=(fact.title if fact.title == "Shop" else f"Front page of {name}") if fact.url else None,
            control_answer_networks=str(1000 + place) if fact.answers and fact.control_answers else None,
        )
        for place, (fact, name) in enumerate(zip(facts, names, strict=True))
    ]


def records(rows: Sequence[NetworkObservation]) -> list[tuple[Any, ...]]:
    numbered = [msgspec.structs.replace(row, sequence=0) for row in rows]
    bodies = pl.DataFrame([msgspec.structs.asdict(kept) for kept in CERTIFICATES])
    observations = table_of(NetworkObservation, numbered)
    names = unhelped(observations.lazy())
    table = build_controls([observations], catalog=CATALOG, names=names, certificates=bodies)
    found = table.filter(pl.col("kind").is_in(["notice", "wall"]))
    return found.select("kind", "network", "layer", "address").rows()


def daily(given: NetworkObservation, fine: NetworkObservation, *, days: int = DAYS, **place: Any) -> list[NetworkObservation]:
    """Day after day one thing for the blocked names, and what is right for the others."""
    facts = [given] * len(BLOCKED) + [fine] * len(FINE)
    return [row for day in range(days) for row in report(facts, [*BLOCKED, *FINE], day=day, **place)]


GIVEN = {
    "dns": (dns(OTHER), dns(), OTHER),
    "http": (http(title="Not Available"), http(title="Shop"), "not available"),
    "tls": (tls(AUTHORITY, certificate_sha256=SHOWN), tls(), "CN=Gateway root"),
}


@pytest.mark.parametrize("layer", GIVEN)
def test_what_is_given_for_some_names_is_a_notice(layer: str) -> None:
    given, fine, thing = GIVEN[layer]
    assert records(daily(given, fine)) == [("notice", HERE, layer, thing)]


def test_that_the_first_helper_got_a_page_shows_no_valid_certificate() -> None:
    given, fine, thing = GIVEN["tls"]
    rows = daily(given, fine)
    before = [msgspec.structs.replace(row, time=row.time.replace(year=2020)) for row in rows]
    elsewhere = [msgspec.structs.replace(row, time=row.time.replace(year=2020), test_name="urlgetter") for row in rows]
    assert records(before) == []
    assert records(elsewhere) == [("notice", HERE, "tls", thing)]


@pytest.mark.parametrize("layer", GIVEN)
def test_what_is_given_for_every_name_is_a_wall_and_one_other_report_makes_it_a_notice(layer: str) -> None:
    given, fine, thing = GIVEN[layer]
    walled = daily(given, given)
    assert records(walled) == [("wall", HERE, layer, thing)]
    facts = [given] * len(BLOCKED) + [fine] * len(FINE)
    assert records([*walled, *report(facts, [*BLOCKED, *FINE], day=7)]) == [("notice", HERE, layer, thing)]


@pytest.mark.parametrize("layer", GIVEN)
def test_few_days_are_nothing(layer: str) -> None:
    given, fine, _ = GIVEN[layer]
    assert records(daily(given, fine, days=DAYS - 1)) == []


@pytest.mark.parametrize("layer", GIVEN)
def test_what_other_countries_give_too_is_no_networks_own(layer: str) -> None:
    given, fine, _ = GIVEN[layer]
    abroad = [row for place in (("ZB", 2), ("ZC", 3)) for row in daily(given, fine, country=place[0], network=place[1])]
    assert records([*daily(given, fine), *abroad]) == []


@pytest.mark.parametrize("layer", ["dns", "http"])
def test_few_names_are_nothing(layer: str) -> None:
    given, fine, _ = GIVEN[layer]
    facts = [given] * 4 + [fine] * 8
    assert records([row for day in range(9) for row in report(facts, [*BLOCKED, *FINE], day=day)]) == []


def test_names_of_one_place_share_addresses_everywhere() -> None:
    rows = [msgspec.structs.replace(row, control_answer_networks="13335") for row in daily(dns(OTHER), dns())]
    assert records(rows) == []


def test_the_sites_own_page_is_no_notice() -> None:
    rows = [msgspec.structs.replace(row, control_title=row.title) for row in daily(http(title="Parked"), http(title="Shop"))]
    assert records(rows) == []


def test_a_report_of_few_names_cannot_tell() -> None:
    rows = [msgspec.structs.replace(row, report_id=str(row.measurement_uid)) for row in daily(dns(OTHER), dns())]
    assert records(rows) == []


def test_without_a_control_the_baseline_of_the_name_says_that_it_leads_elsewhere() -> None:
    rows = [msgspec.structs.replace(row, **NO_HELPER) if row.answers == OTHER else row for row in daily(dns(OTHER), dns())]
    assert records(rows) == []
    facts = [dns(f"{20 + place}.7.0.1", answer_networks=str(500 + place), **NO_HELPER) for place in range(len(BLOCKED))]
    abroad = [
        row
        for country, network in (("ZB", 2), ("ZC", 3), ("ZD", 4))
        for day in range(DAYS)
        for row in report(facts, BLOCKED, day=day, network=network, country=country)
    ]
    assert records([*rows, *abroad]) == [("notice", HERE, "dns", OTHER)]

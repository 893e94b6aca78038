"""Controls that bear on a day are all that its verdicts look at."""

import random
import string
from datetime import datetime, timedelta

import msgspec
import polars as pl
import pytest

from admittance.catalog import load
from admittance.judge import bearing_versions, judge_network
from admittance.model.ids import Asn
from admittance.model.observation import Body, NetworkObservation
from admittance.model.tables import empty_table, table_of
from admittance.model.verdict import ControlKind, ControlRecord
from admittance.model.vocabulary import Layer
from tests.judge.labelled_baselines import BASELINES
from tests.judge.labelled_circumstances import CIRCUMSTANCES
from tests.judge.labelled_connections import CONNECTIONS
from tests.judge.labelled_names import NAMES
from tests.judge.labelled_services import SERVICES
from tests.judge.scenarios import (
    GENUINE,
    NO_HELPER,
    NXDOMAIN,
    OTHER,
    REFUSED,
    RESET,
    SECOND,
    SITE,
    START,
    TIMEOUT,
    Scenario,
    bodies_of,
    controls_of,
    dns,
    http,
    https,
    observations_of,
    tcp,
    tls,
)

CATALOG = load()
NO_BODIES = empty_table(Body)
SCENARIOS = (*NAMES, *CONNECTIONS, *CIRCUMSTANCES, *SERVICES, *BASELINES)
PAGE = "this page is not available"
OWN, FOREIGN = Asn(64500), Asn(64511)


def verdicts(scenario: Scenario, controls: pl.DataFrame) -> pl.DataFrame:
    rows = observations_of(scenario)
    return judge_network(rows, bodies=bodies_of(scenario), controls=controls, catalog=CATALOG).drop("controls")


def version(scenario: Scenario, controls: pl.DataFrame) -> str:
    (found,) = bearing_versions(observations_of(scenario), controls)["controls"].to_list()
    return str(found)


def some_time(draw: random.Random) -> datetime:
    return START + timedelta(days=draw.choice((-200, -31, -30, -29, -1, 0, 1, 200)), hours=draw.choice((-5, 0, 5)))


def record(draw: random.Random) -> ControlRecord:
    kind = draw.choice(list(ControlKind))
    history = kind is ControlKind.HISTORY
    of_all = kind in (ControlKind.ENDPOINT, ControlKind.ANSWER, ControlKind.DENIAL)
    handed_out = kind in (ControlKind.NOTICE, ControlKind.WALL)
    addresses = {
        ControlKind.ENDPOINT: (GENUINE, SECOND, OTHER),
        ControlKind.ANSWER: ("93.184.", "198.51.", "AS15133", "AS64500"),
        ControlKind.NOTICE: (GENUINE, OTHER, PAGE),
        ControlKind.WALL: (GENUINE, OTHER, PAGE),
    }
    return ControlRecord(
        kind=kind,
        network=None if of_all else draw.choice((OWN, FOREIGN)),
        hostname="" if handed_out or kind is ControlKind.RESOLVER else draw.choice((SITE, SITE, "elsewhere.example")),
        address=draw.choice(addresses.get(kind, ("",))),
        layer=draw.choice((Layer.DNS, Layer.HTTP) if handed_out else (Layer.TCP, Layer.TLS, Layer.HTTP)),
        stands_until=draw.choice((None, some_time(draw))) if of_all else None,
        handshake_milliseconds=draw.choice((None, 100, 400, 5_000)) if history else None,
        networks=draw.choice((2, 3, 4)) if of_all else 1,
        days=draw.choice((2, 4, 5, 9)),
        first_seen=some_time(draw),
        last_seen=some_time(draw),
    )


def measurement(draw: random.Random) -> Scenario:
    """A few facts, most without a helper's word, so that only the table can speak for them."""
    heard = draw.choice(({}, NO_HELPER))
    rows: list[NetworkObservation] = [dns(draw.choice((GENUINE, SECOND, OTHER)), **heard)]
    if draw.random() < 0.3:
        rows = [dns(None, draw.choice((NXDOMAIN, TIMEOUT)), **heard)]
    for address in (GENUINE, SECOND):
        rows.append(tcp(draw.choice((None, TIMEOUT, REFUSED)), address, **NO_HELPER))
        took = draw.choice((80, 3_500, 20_000))
        rows.append(tls(draw.choice((None, RESET, TIMEOUT)), address, milliseconds=took, **NO_HELPER))
    rows.append(https(draw.choice((None, RESET)), **NO_HELPER))
    rows.append(http(title=draw.choice((PAGE, "Another")), **NO_HELPER))
    kept = draw.sample(rows, draw.randint(1, len(rows)))
    return Scenario("m", tuple(kept), {}, ())


def changed(records: list[ControlRecord], draw: random.Random) -> list[ControlRecord]:
    """The records with one more, one less, or one field of one as in another."""
    if not records or draw.random() < 0.5:
        return [*records, record(draw)]
    place, other = draw.randrange(len(records)), record(draw)
    if draw.random() < 0.2:
        return records[:place] + records[place + 1 :]
    name = draw.choice(("layer", "stands_until", "handshake_milliseconds", "networks", "days", "first_seen", "last_seen"))
    return [*records[:place], msgspec.structs.replace(records[place], **{name: getattr(other, name)}), *records[place + 1 :]]


@pytest.mark.slow
def test_the_same_version_gives_the_same_verdicts() -> None:
    draw = random.Random(4)
    same = moved = 0
    for _ in range(80):
        places = [f"A{letter}" for letter in string.ascii_uppercase]
        rows = pl.concat(
            observations_of(measurement(draw)).with_columns(country=pl.lit(place), measurement_uid=pl.lit(place))
            for place in places
        )
        before = [record(draw) for _ in range(draw.randint(0, 6))]
        tables = [table_of(ControlRecord, records) for records in (before, changed(before, draw))]
        one, other = (judge_network(rows, bodies=NO_BODIES, controls=table, catalog=CATALOG) for table in tables)
        versions = [dict(bearing_versions(rows, table).select("country", "controls").iter_rows()) for table in tables]
        for place in places:
            told = [judged.filter(pl.col("country") == place).drop("controls") for judged in (one, other)]
            equal = told[0].equals(told[1])
            if versions[0][place] == versions[1][place]:
                assert equal, (place, tables[0].rows(), tables[1].rows())
                same += 1
            moved += not equal
    assert same > 500
    assert moved > 20


@pytest.mark.slow
def test_controls_that_labelled_measurements_need_bear_on_them() -> None:
    needing = 0
    for scenario in SCENARIOS:
        controls = controls_of(scenario)
        if controls.height and not verdicts(scenario, controls).equals(verdicts(scenario, controls.clear())):
            assert version(scenario, controls) != version(scenario, controls.clear()), scenario.name
            needing += 1
    assert needing > 5


def test_what_plainly_works_needs_no_control() -> None:
    fine = Scenario("m", (dns(), tcp(), tls(milliseconds=80), https()), {}, ())
    draw = random.Random(1)
    assert version(fine, table_of(ControlRecord, [record(draw) for _ in range(50)])) == "none"


def test_days_and_countries_have_versions_of_their_own() -> None:
    rows = observations_of(Scenario("m", (tcp(TIMEOUT, **NO_HELPER),), {}, ()))
    later = rows.with_columns(pl.col("time") + timedelta(days=400), measurement_uid=pl.lit("later"))
    known = record(random.Random(1))
    known = msgspec.structs.replace(
        known, kind=ControlKind.ENDPOINT, hostname=SITE, address=GENUINE, networks=5, days=5, stands_until=START
    )
    found = bearing_versions(pl.concat([rows, later]), table_of(ControlRecord, [known]))
    assert found.select("country").unique().height == 1
    assert found["controls"].n_unique() == 2
    more = msgspec.structs.replace(known, networks=6, days=6, last_seen=START + timedelta(days=500))
    assert bearing_versions(pl.concat([rows, later]), table_of(ControlRecord, [more])).equals(found)

"""Raw measurements through reader and judge, against the truth per layer."""

import polars as pl
import pytest

from admittance.judge import RULES
from tests.judge.judged import judged
from tests.judge.labelled_raw_services import SERVICES
from tests.judge.labelled_raw_web import WEB, Raw
from tests.judge.labelled_records_abroad import ABROAD
from tests.judge.labelled_records_answers import ANSWERS
from tests.judge.labelled_records_certificates import CERTIFICATES
from tests.judge.labelled_records_connections import CONNECTIONS
from tests.judge.labelled_records_countries import COUNTRIES
from tests.judge.labelled_records_halves import HALVES
from tests.judge.labelled_records_legacy import LEGACY
from tests.judge.labelled_records_likeness import LIKENESS
from tests.judge.labelled_records_machines import MACHINES
from tests.judge.labelled_records_mistaken import MISTAKEN
from tests.judge.labelled_records_mixed import MIXED
from tests.judge.labelled_records_more_services import MORE_SERVICES
from tests.judge.labelled_records_networks import NETWORKS
from tests.judge.labelled_records_noise import NOISE
from tests.judge.labelled_records_notices import NOTICES
from tests.judge.labelled_records_odd_services import ODD_SERVICES
from tests.judge.labelled_records_pages import PAGES, REDIRECTS
from tests.judge.labelled_records_portals import PORTALS
from tests.judge.labelled_records_python import PYTHON
from tests.judge.labelled_records_rare import RARE
from tests.judge.labelled_records_resolvers import RESOLVERS
from tests.judge.labelled_records_services import RECORDED_SERVICES
from tests.judge.labelled_records_unusual import UNUSUAL
from tests.judge.labelled_records_versions import VERSIONS
from tests.judge.labelled_records_walls import WALLS
from tests.judge.labelled_records_web import NAMES
from tests.judge.labelled_records_workshop import WORKSHOP
from tests.judge.probe import line_of
from tests.judge.test_network import SCENARIOS

RAW = (
    *WEB,
    *SERVICES,
    *NAMES,
    *CONNECTIONS,
    *CERTIFICATES,
    *PAGES,
    *REDIRECTS,
    *RARE,
    *MIXED,
    *NOISE,
    *RECORDED_SERVICES,
    *LEGACY,
    *MACHINES,
    *ODD_SERVICES,
    *ANSWERS,
    *MORE_SERVICES,
    *MISTAKEN,
    *NOTICES,
    *PORTALS,
    *HALVES,
    *COUNTRIES,
    *WALLS,
    *LIKENESS,
    *VERSIONS,
    *ABROAD,
    *NETWORKS,
    *RESOLVERS,
    *UNUSUAL,
    *PYTHON,
    *WORKSHOP,
)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return judged([line_of(raw.record, raw.name) for raw in RAW], tmp_path_factory.mktemp("raw"))


def test_names_are_distinct() -> None:
    assert len({raw.name for raw in RAW}) == len(RAW)


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: raw.name)
def test_every_layer_gets_its_state(verdicts: pl.DataFrame, raw: Raw) -> None:
    found = verdicts.filter(pl.col("measurement_uid") == raw.name)
    if raw.target is not None:
        found = found.filter(pl.col("target") == raw.target)
    told = {row["layer"]: (row["state"], row["rule"], row["reason"]) for row in found.iter_rows(named=True)}
    assert {layer: state for layer, (state, _, _) in told.items()} == raw.truth, told
    assert {f"network.{rule}" for rule in raw.rules} <= {rule for _, rule, _ in told.values()}


def test_every_network_rule_fires_somewhere() -> None:
    rules = [*(scenario.rules for scenario in SCENARIOS), *(raw.rules for raw in RAW)]
    named = {f"network.{rule}" for each in rules for rule in each}
    assert named == {rule.id for rule in RULES if rule.id.startswith("network.")}

import msgspec
import pytest

from admittance.catalog import load
from admittance.judge import judge_network
from admittance.judge.fingerprints import shipped
from tests.judge.labelled_baselines import BASELINES
from tests.judge.labelled_circumstances import CIRCUMSTANCES
from tests.judge.labelled_connections import CONNECTIONS
from tests.judge.labelled_names import NAMES
from tests.judge.labelled_services import SERVICES
from tests.judge.scenarios import Scenario, bodies_of, controls_of, observations_of

CATALOG = load()
SCENARIOS = (*NAMES, *CONNECTIONS, *CIRCUMSTANCES, *SERVICES, *BASELINES)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_layer_gets_its_true_state(scenario: Scenario) -> None:
    verdicts = judge_network(
        observations_of(scenario),
        bodies=bodies_of(scenario),
        controls=controls_of(scenario),
        catalog=CATALOG,
        fingerprints=msgspec.structs.replace(shipped(), page=(*shipped().page, *scenario.marks)),
    )
    assert set(verdicts["target"]) == {scenario.target}
    found = {row["layer"]: row["state"] for row in verdicts.iter_rows(named=True)}
    assert found == {layer: state.value for layer, state in scenario.truth.items()}
    assert {f"network.{rule}" for rule in scenario.rules} <= set(verdicts["rule"])

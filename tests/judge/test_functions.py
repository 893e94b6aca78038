"""From network verdicts to what a service's functions do."""

from datetime import UTC, datetime

import polars as pl
import pytest

from admittance.catalog import Catalog, load
from admittance.judge import judge_functions
from admittance.model.ids import Asn, Country, FileId, MeasurementUid, RuleId, SubjectId, TargetId
from admittance.model.tables import empty_table, table_of
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import BAD_STATES, Arm, Evidence, Gate, Layer, Origin, State


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def verdict(
    target: str, layer: Layer, state: State, *, uid: str = "m1", evidence: Evidence = Evidence.SCORED, arm: Arm = Arm.DIRECT
) -> Verdict:
    return Verdict(
        source="ooni",
        origin=Origin.MEASURED,
        measurement_uid=MeasurementUid(uid),
        report_id=f"report of {uid}",
        probe_id=None,
        test_name="facebook_messenger",
        subject=SubjectId(target.partition("/")[0]),
        target=TargetId(target),
        gate=Gate.NETWORK,
        layer=layer,
        country=Country("CN"),
        network=Asn(64500),
        resolver_network=Asn(64501),
        arm=arm,
        time=datetime(2021, 2, 8, 12, tzinfo=UTC),
        state=state,
        rule=RuleId(f"network.{layer}.test"),
        evidence=evidence,
        mechanism=f"{layer}.timeout" if state in BAD_STATES else None,
        reason="as the test says",
        ruleset="r",
        catalog="c",
        fingerprints="f",
        controls="k",
        file=FileId("f" * 64),
        offset=0,
        line_sha256="a" * 64,
    )


def judged(catalog: Catalog, *verdicts: Verdict) -> dict[str, tuple[str, str | None, str]]:
    table = judge_functions(table_of(Verdict, verdicts), catalog=catalog)
    assert table["layer"].unique().to_list() in ([], ["endpoints"])
    assert table["gate"].unique().to_list() in ([], ["function"])
    return {row["target"]: (row["state"], row["mechanism"], row["reason"]) for row in table.iter_rows(named=True)}


def test_each_role_has_its_own_state(catalog: Catalog) -> None:
    found = judged(
        catalog,
        verdict("messenger/edge", Layer.TLS, State.OK),
        verdict("messenger/scontent_cdn", Layer.TCP, State.LIKELY_BLOCKED),
        verdict("messenger/stun", Layer.DNS, State.BLOCKED),
    )
    assert found == {
        "messenger/calls": ("blocked", "dns.timeout", "messenger/stun at dns: as the test says"),
        "messenger/media": ("likely_blocked", "tcp.timeout", "messenger/scontent_cdn at tcp: as the test says"),
        "messenger/messaging": ("ok", None, "messenger/edge at tls: as the test says"),
    }


def test_a_role_needs_all_of_its_targets(catalog: Catalog) -> None:
    both = (verdict("messenger/b_api", Layer.TLS, State.OK), verdict("messenger/b_graph", Layer.TLS, State.BLOCKED))
    assert judged(catalog, *both)["messenger/api"][0] == "blocked"
    assert judged(catalog, both[0])["messenger/api"][0] == "ok"


@pytest.mark.parametrize(
    ("layers", "state"),
    [
        ({Layer.DNS: State.OK, Layer.TCP: State.OK, Layer.TLS: State.BLOCKED}, "blocked"),
        ({Layer.DNS: State.OK, Layer.TLS: State.INSUFFICIENT}, "insufficient"),
        ({Layer.DNS: State.INSUFFICIENT, Layer.TLS: State.OK}, "ok"),
        ({Layer.DNS: State.OK, Layer.TCP: State.DOWN}, "down"),
        ({Layer.DNS: State.FAILED}, "failed"),
    ],
)
def test_a_target_has_the_state_of_its_worst_layer_and_works_only_at_its_deepest(
    catalog: Catalog, layers: dict[Layer, State], state: str
) -> None:
    found = judged(catalog, *(verdict("clubhouse/api", layer, own) for layer, own in layers.items()))
    assert found["clubhouse/api"][0] == state


def test_what_was_discarded_neither_blames_nor_clears(catalog: Catalog) -> None:
    stray = verdict("clubhouse/api", Layer.TLS, State.BLOCKED, evidence=Evidence.DISCARDED)
    found = judge_functions(table_of(Verdict, [stray]), catalog=catalog).row(0, named=True)
    assert (found["state"], found["evidence"]) == ("blocked", "discarded")
    fine = verdict("clubhouse/api", Layer.HTTP, State.OK)
    assert judged(catalog, stray, fine)["clubhouse/api"][0] == "ok"


def test_what_is_no_function_of_a_service_has_no_row(catalog: Catalog) -> None:
    assert judged(catalog, verdict("tor/bridges", Layer.TCP, State.BLOCKED)) == {}
    assert judged(catalog, verdict("site:example.org/example.org", Layer.TCP, State.BLOCKED)) == {}
    assert judge_functions(empty_table(Verdict), catalog=catalog).is_empty()


def test_the_measurement_its_rule_and_its_witness_stay_the_same(catalog: Catalog) -> None:
    network = table_of(
        Verdict, [verdict("clubhouse/api", Layer.TLS, State.BLOCKED, uid=uid, arm=Arm.TUNNEL) for uid in ("m1", "m2")]
    )
    found = judge_functions(network, catalog=catalog)
    same = pl.exclude("gate", "layer", "reason", "target")
    assert found.select(same).equals(network.select(same))


def test_the_order_of_rows_changes_nothing(catalog: Catalog) -> None:
    rows = table_of(
        Verdict,
        [
            verdict(target, layer, state, uid=uid)
            for uid in ("m2", "m1")
            for target, layer, state in (
                ("messenger/b_graph", Layer.TLS, State.BLOCKED),
                ("messenger/b_api", Layer.TCP, State.BLOCKED),
                ("messenger/edge", Layer.TLS, State.OK),
            )
        ],
    )
    assert judge_functions(rows.reverse(), catalog=catalog).equals(judge_functions(rows, catalog=catalog))

"""Verdicts into cells: counted once, by the hour, whatever the order and the split."""

from datetime import UTC, datetime, timedelta

import msgspec
import polars as pl
import pytest

from admittance.detect import build_cells
from admittance.detect.cells import scored_series
from admittance.model.ids import Asn, Country, FileId, MeasurementUid, RuleId, SubjectId, TargetId
from admittance.model.tables import empty_table, table_of, table_schema
from admittance.model.verdict import Cell, Verdict
from admittance.model.vocabulary import NETWORK_LAYERS, Arm, Evidence, Gate, Layer, Origin, State

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

VERDICT = Verdict(
    source="ooni",
    origin=Origin.SIMULATED,
    measurement_uid=MeasurementUid("m1"),
    report_id="r1",
    probe_id=None,
    test_name="telegram",
    subject=SubjectId("telegram"),
    target=TargetId("telegram/dc_pool"),
    gate=Gate.NETWORK,
    layer=Layer.TCP,
    country=Country("KE"),
    network=Asn(64500),
    resolver_network=Asn(64501),
    arm=Arm.DIRECT,
    time=NOON + timedelta(minutes=17),
    state=State.OK,
    rule=RuleId("network.tcp.ok"),
    evidence=Evidence.SCORED,
    mechanism=None,
    reason="it answered",
    ruleset="r",
    catalog="c",
    fingerprints="f",
    controls="v",
    file=FileId("a" * 64),
    offset=0,
    line_sha256="b" * 64,
)


def verdict(uid: str, **changes: object) -> Verdict:
    return msgspec.structs.replace(VERDICT, measurement_uid=MeasurementUid(uid), report_id=f"r-{uid}", **changes)


def blocked(uid: str, **changes: object) -> Verdict:
    rule, mechanism = RuleId("network.tcp.timeout"), "tcp.timeout"
    return verdict(uid, **({"state": State.LIKELY_BLOCKED, "rule": rule, "mechanism": mechanism} | changes))


def cells_of(*verdicts: Verdict) -> pl.DataFrame:
    return build_cells(table_of(Verdict, verdicts))


def test_an_hour_counts_states_rules_mechanisms_and_reports() -> None:
    cells = cells_of(verdict("m1"), blocked("m2"), blocked("m3", mechanism="tcp.reset"), blocked("m4", probe_id="p9"))
    assert cells.schema == table_schema(Cell)
    row = cells.row(0, named=True)
    assert cells.height == 1
    assert row["time"] == NOON
    assert (row["ok"], row["likely_blocked"], row["blocked"]) == (1, 3, 0)
    assert row["rules"] == '{"network.tcp.ok":1,"network.tcp.timeout":3}'
    assert row["mechanisms"] == '{"tcp.reset":1,"tcp.timeout":2}'
    assert row["reports"] == "p9 r-m1 r-m2 r-m3"
    assert row["bad_reports"] == "p9 r-m2 r-m3"
    assert row["sources"] == "ooni"


def test_one_probe_whose_name_has_spaces_is_one() -> None:
    row = cells_of(blocked("m1", probe_id="a b\tc"), blocked("m2", probe_id="a b\tc")).row(0, named=True)
    assert row["reports"] == row["bad_reports"] == "a_b_c"


def test_a_measurement_in_two_files_and_two_sources_counts_once() -> None:
    again = blocked("m1", source="ooni-observations", file=FileId("c" * 64), offset=7)
    row = cells_of(blocked("m1"), blocked("m1", file=FileId("d" * 64)), again).row(0, named=True)
    assert row["likely_blocked"] == 1
    assert row["sources"] == "ooni ooni-observations"


def test_the_copy_with_evidence_is_the_one_that_counts() -> None:
    weak = verdict("m1", state=State.IMPAIRED, evidence=Evidence.DISCARDED)
    strong = blocked("m1", source="ooni-observations")
    assert cells_of(weak, strong)["likely_blocked"].to_list() == [1]
    assert cells_of(weak, strong)["impaired"].to_list() == [0]


@pytest.mark.parametrize("evidence", [Evidence.DISCARDED, Evidence.NONE])
@pytest.mark.parametrize("state", [State.OK, State.LIKELY_BLOCKED])
def test_what_carries_no_evidence_is_no_trial(evidence: Evidence, state: State) -> None:
    cells = cells_of(verdict("m1", state=state, evidence=evidence))
    assert cells["insufficient"].to_list() == [1]
    assert cells["reports"].to_list() == [""]
    assert scored_series(cells).is_empty()


def test_resolver_networks_part_dns_cells_only() -> None:
    layers = [verdict(f"m{layer}{asn}", layer=layer, resolver_network=Asn(asn)) for layer in NETWORK_LAYERS for asn in (1, 2)]
    cells = cells_of(*layers)
    assert cells.filter(pl.col("layer") == "dns")["resolver_network"].to_list() == [1, 2]
    rest = cells.filter(pl.col("layer") != "dns")
    assert rest["resolver_network"].to_list() == [None] * 4
    assert rest["ok"].to_list() == [2] * 4
    assert scored_series(cells)["n"].to_list() == [2] * 5


@pytest.mark.parametrize(
    "other",
    [{"arm": Arm.TUNNEL}, {"network": Asn(1)}, {"country": Country("UG")}, {"target": TargetId("telegram/web")}],
    ids=["arm", "network", "country", "target"],
)
def test_different_vantages_and_targets_never_share_a_cell(other: dict[str, object]) -> None:
    assert cells_of(verdict("m1"), verdict("m2", **other)).height == 2


def test_order_and_repetition_change_nothing() -> None:
    many = [
        (blocked if number % 3 else verdict)(f"m{number}", time=NOON + timedelta(minutes=13 * number), network=Asn(number % 4))
        for number in range(200)
    ]
    expected = cells_of(*many)
    assert cells_of(*reversed(many)).equals(expected)
    assert cells_of(*many[50:], *many[:120]).equals(expected)
    assert expected.select(pl.sum_horizontal(*(state.value for state in State))).sum().item() == 200


def test_no_verdict_gives_no_cell() -> None:
    assert build_cells(empty_table(Verdict)).equals(empty_table(Cell))

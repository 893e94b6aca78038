"""The lines of `admittance judge`: one per measurement and target, its layers side by side."""

import msgspec
import polars as pl

from admittance.model.ids import MeasurementUid, RuleId, SubjectId, TargetId
from admittance.model.vocabulary import NETWORK_LAYERS, Evidence, Layer, Origin, State, worst_state

__all__ = ["Judgement", "LayerJudgement", "Layers", "judgements"]


class LayerJudgement(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says of one layer."""

    state: State
    rule: RuleId
    evidence: Evidence
    mechanism: str | None
    reason: str


class Layers(msgspec.Struct, frozen=True, kw_only=True):
    """The layers of a connection; null where nothing was tested, or where all that failed is another layer's consequence."""

    dns: LayerJudgement | None = None
    tcp: LayerJudgement | None = None
    tls: LayerJudgement | None = None
    http: LayerJudgement | None = None
    quic: LayerJudgement | None = None


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement of one target."""

    measurement_uid: MeasurementUid
    test_name: str
    subject: SubjectId
    target: TargetId
    state: State
    layers: Layers
    origin: Origin


def judgements(verdicts: pl.DataFrame) -> list[Judgement]:
    """One per measurement and target, sorted by these. The state is that of the worst layer.

    It is `ok` only when the deepest layer that was tested is: a connection whose page nobody could judge has not been seen to
    work, while a name that nobody could compare is proved by the valid handshake that followed.
    """
    columns = (
        "measurement_uid",
        "target",
        "test_name",
        "subject",
        "layer",
        "state",
        "rule",
        "evidence",
        "mechanism",
        "reason",
        "origin",
    )
    lines: dict[tuple[MeasurementUid, TargetId], tuple[str, SubjectId, Origin, dict[str, LayerJudgement]]] = {}
    for row in verdicts.select(columns).sort("measurement_uid", "target", "layer").iter_rows(named=True):
        key = (MeasurementUid(row["measurement_uid"]), TargetId(row["target"]))
        *_, layers = lines.setdefault(key, (row["test_name"], SubjectId(row["subject"]), Origin(row["origin"]), {}))
        layers[Layer(row["layer"]).value] = LayerJudgement(
            state=State(row["state"]),
            rule=RuleId(row["rule"]),
            evidence=Evidence(row["evidence"]),
            mechanism=row["mechanism"],
            reason=row["reason"],
        )
    return [
        Judgement(
            measurement_uid=uid,
            test_name=test_name,
            subject=subject,
            target=target,
            state=_overall(layers),
            layers=Layers(**layers),
            origin=origin,
        )
        for (uid, target), (test_name, subject, origin, layers) in lines.items()
    ]


def _overall(layers: dict[str, LayerJudgement]) -> State:
    worst = worst_state(tuple(layer.state for layer in layers.values()))
    deepest = [layers[layer.value].state for layer in NETWORK_LAYERS if layer.value in layers]
    return deepest[-1] if worst is State.OK else worst

"""Judging the function gate by what a role's endpoints met: network verdicts in, one per measurement and role out."""

import polars as pl

from admittance.catalog import Catalog
from admittance.model.tables import empty_table, table_schema
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import FUNCTION_ROLES, NETWORK_LAYERS, SCORED_STATES, Evidence, Gate, Layer, State

__all__ = ["judge_functions"]

_SCORED = [state.value for state in SCORED_STATES]
_STATES = [state.value for state in State]
_LAYERS = [layer.value for layer in NETWORK_LAYERS]


def judge_functions(verdicts: pl.DataFrame, *, catalog: Catalog) -> pl.DataFrame:
    """A `Verdict` table of the gate `function`: one row per measurement and role of a service, sorted by these.

    `verdicts` are those of the network gate, which are left as they are. A target has the state of its worst layer, and is `ok`
    only where the deepest layer tested is; a role that rests on several targets needs all of them and has the state of the
    worst that was tested. The verdict bears the rule, the mechanism and the evidence of the network verdict that it repeats,
    and its reason names that target and layer: no new fact comes in, so the layer is `endpoints`, and whoever counts witnesses
    counts those of one gate.
    """
    roles = pl.DataFrame(
        [(target.id, target.subject, target.role) for target in catalog.targets.values() if target.role in FUNCTION_ROLES],
        schema={"target": pl.String, "owner": pl.String, "role": pl.String},
        orient="row",
    )
    rows = verdicts.join(roles, on="target")
    if rows.is_empty():
        return empty_table(Verdict)
    discarded = (pl.col("evidence") != Evidence.SCORED.value) & pl.col("state").is_in(_SCORED)
    said = pl.when(discarded).then(pl.lit(State.INSUFFICIENT.value)).otherwise("state")
    one = ["measurement_uid", "source", "file", "target"]
    rows = rows.with_columns(
        said.replace_strict(_STATES, list(range(len(_STATES))), return_dtype=pl.Int8).alias("rank"),
        pl.col("layer").replace_strict(_LAYERS, list(range(len(_LAYERS))), return_dtype=pl.Int8).alias("depth"),
    ).with_columns(
        pl.col("rank").min().over(one).alias("worst"),
        pl.col("rank").sort_by("depth").last().over(one).alias("deepest"),
    )
    fine = _STATES.index(State.OK.value)
    overall = pl.when(pl.col("worst") == fine).then("deepest").otherwise("worst").alias("overall")
    speaking = (
        rows.with_columns(overall)
        .filter(pl.col("rank") == pl.col("overall"))
        .sort("measurement_uid", "owner", "role", "overall", "target", "depth", "source", "file")
        .unique(["measurement_uid", "source", "file", "owner", "role"], keep="first", maintain_order=True)
    )
    schema = table_schema(Verdict)
    return (
        speaking.with_columns(
            pl.format("{} at {}: {}", "target", "layer", "reason").alias("reason"),
            pl.format("{}/{}", "owner", "role").alias("target"),
            pl.lit(Gate.FUNCTION.value).alias("gate"),
            pl.lit(Layer.ENDPOINTS.value).alias("layer"),
        )
        .select(schema.names())
        .cast(schema)
        .sort("measurement_uid", "target")
    )

"""What is learned from all observations together: controls, and which version of them bears on each day."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.judge import (
    BEARING_COLUMNS,
    LEARNING_VERSION,
    VOUCHING_COLUMNS,
    bearing_versions,
    build_controls,
    can_vouch,
    unhelped,
)
from admittance.lake import Snapshot, in_slices
from admittance.lake.layout import Derivation
from admittance.model.tables import TIME
from admittance.model.verdict import ControlRecord
from admittance.pipeline.days import Measured
from admittance.pipeline.partitions import Stored
from admittance.pipeline.rescoring import refused_certificates
from admittance.pipeline.stretches import RowsByDay, stretches_of

__all__ = ["Learned", "learn"]

CONTROLS = "controls"
BEARING = "bearing"
_NO_DAY = pl.DataFrame(schema=pl.Schema([("country", pl.String), ("day", TIME), ("controls", pl.String)]))


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """Controls, the version of those that bear on each country and day, and the hash of all that they are a function of."""

    controls: pl.DataFrame
    bearing: pl.DataFrame  # country, day, controls; every day with an observation
    inputs: str

    def derivations(self) -> Iterable[Derivation]:
        """The rows that keep them."""
        yield Derivation(step=CONTROLS, country="", day=None, inputs=self.inputs)
        for country, day, version in self.bearing.iter_rows():
            yield Derivation(step=BEARING, country=country, day=day, inputs=version)


def learn(base: Snapshot, measured: Measured, stored: Stored, *, as_of: date | None, catalog: Catalog) -> Learned:
    """As learned before, where what is stored, catalog, day and the way of learning are the same; else anew.

    With `as_of` controls rest on observations until the end of that day (UTC).
    """
    under = f"{LEARNING_VERSION} {catalog.version} {as_of}"
    inputs = hashlib.sha256(f"{under}\n{stored.table.write_csv()}".encode()).hexdigest()
    former = base.scan(Derivation).filter(pl.col("step").is_in([CONTROLS, BEARING])).sort("country", "day").collect()
    if former.filter(step=CONTROLS)["inputs"].to_list() == [inputs]:
        controls = base.scan(ControlRecord).collect()
        bearing = former.filter(step=BEARING).select("country", "day", pl.col("inputs").alias("controls"))
    else:
        controls = _controls(base, measured.observations, stored.rows, as_of, catalog)
        bearing = _bearing(measured.observations, controls, stored.rows)
    return Learned(controls=controls, bearing=bearing, inputs=inputs)


def _controls(
    base: Snapshot, observations: pl.LazyFrame, rows: RowsByDay, as_of: date | None, catalog: Catalog
) -> pl.DataFrame:
    vouching = observations.filter(can_vouch()).select(VOUCHING_COLUMNS)
    if as_of is not None:
        vouching = vouching.filter(pl.col("time") < datetime.combine(as_of, time(), UTC) + timedelta(days=1))
    stretches = (vouching.filter(in_slices(stretch)).collect() for stretch in stretches_of(rows))
    return build_controls(
        stretches, catalog=catalog, names=unhelped(vouching), certificates=refused_certificates(base, observations)
    )


def _bearing(observations: pl.LazyFrame, controls: pl.DataFrame, rows: RowsByDay) -> pl.DataFrame:
    seen = observations.select(BEARING_COLUMNS)
    return pl.concat(
        [
            _NO_DAY,
            *(bearing_versions(seen.filter(in_slices(stretch)).collect(), controls) for stretch in stretches_of(rows)),
        ]
    )

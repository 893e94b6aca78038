"""That what is said in short is what the verdicts say, and nothing else."""

from datetime import timedelta

import msgspec
import polars as pl

from admittance.catalog import load
from admittance.judge import Judged, hashed, judged
from admittance.judge.fingerprints import shipped
from admittance.judge.said import SAID, SAYS, lines_of
from admittance.model.observation import Body
from admittance.model.tables import empty_table
from admittance.model.verdict import ControlRecord
from tests.judge.scenarios import RESET
from tests.judge.test_alike import PLAIN, Rows, table

CATALOG = load()
CUT_OFF: Rows = tuple(msgspec.structs.replace(row, failure=RESET) if row.layer in ("tls", "http") else row for row in PLAIN)
NEXT_DAY: Rows = tuple(msgspec.structs.replace(row, time=row.time + timedelta(days=1)) for row in PLAIN)
MEASUREMENTS = [PLAIN, CUT_OFF, PLAIN, NEXT_DAY, PLAIN, NEXT_DAY]


def said(observations: pl.DataFrame) -> Judged:
    return judged(
        observations,
        bodies=empty_table(Body),
        controls=empty_table(ControlRecord),
        catalog=CATALOG,
        fingerprints=shipped(),
    )


def test_in_short_it_is_what_the_verdicts_say() -> None:
    found = said(table(MEASUREMENTS))
    columns = [name for name in SAID if name != "says"]
    told = lines_of(found.verdicts().select(*columns, "layer", *SAYS), "measurement_uid", "target").select(SAID.names())
    assert found.said().sort(SAID.names()).equals(told.sort(SAID.names()))
    assert hashed(found.said())["day"].dt.day().to_list() == [10, 11]


def test_neither_the_order_nor_who_stands_for_whom_matters() -> None:
    observations = table(MEASUREMENTS)
    backwards = pl.concat(observations.partition_by("measurement_uid", maintain_order=True)[::-1])
    whole = hashed(said(observations).said())
    assert hashed(said(backwards).said()).equals(whole)
    days = [hashed(said(part).said()) for part in observations.partition_by("time", maintain_order=True)]
    assert pl.concat(days).equals(whole)


def test_another_word_of_one_measurement_changes_its_day_alone() -> None:
    before = hashed(said(table(MEASUREMENTS)).said())
    after = hashed(
        said(table([*MEASUREMENTS[:-1], tuple(msgspec.structs.replace(row, failure=RESET) for row in NEXT_DAY)])).said()
    )
    assert (before["said"] == after["said"]).to_list() == [True, False]
    assert hashed(said(table(MEASUREMENTS).clear()).said()).is_empty()

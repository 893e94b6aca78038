"""Cells for the tests of this room: hourly counts of one subject's targets, from a function of network and hour."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from admittance.model.ids import Asn, Country, SubjectId, TargetId
from admittance.model.tables import table_of
from admittance.model.verdict import Cell
from admittance.model.vocabulary import Arm, Gate, Layer, Origin

START = datetime(2024, 5, 6, tzinfo=UTC)  # a Monday

MakeCells = Callable[..., pl.DataFrame]


def make_cells(
    bad: Callable[[int], bool | None],
    *,
    network: int = 64500,
    days: int = 40,
    every: int = 2,
    subject: str = "telegram",
    role: str = "dc_pool",
    layer: Layer = Layer.TCP,
    country: str = "KE",
    arm: Arm = Arm.DIRECT,
    mechanism: str = "tcp.timeout",
    source: str = "ooni",
    gate: Gate = Gate.NETWORK,
) -> pl.DataFrame:
    """A cell of one verdict every `every` hours; `bad` says of an hour: failing, working, or (null) not measured."""
    rows = []
    for hour in range(0, days * 24, every):
        failing = bad(hour)
        if failing is None:
            continue
        report = f"{network}-{arm}-{hour}"
        rows.append(
            Cell(
                subject=SubjectId(subject),
                target=TargetId(f"{subject}/{role}"),
                gate=gate,
                layer=layer,
                country=Country(country),
                network=Asn(network),
                resolver_network=None,
                arm=arm,
                origin=Origin.SIMULATED,
                time=START + timedelta(hours=hour),
                blocked=0,
                likely_blocked=int(failing),
                throttled=0,
                impaired=0,
                down=0,
                ok=int(not failing),
                failed=0,
                insufficient=0,
                rules="{}",
                mechanisms=f'{{"{mechanism}":1}}' if failing else "{}",
                reports=report,
                bad_reports=report if failing else "",
                sources=source,
            )
        )
    return table_of(Cell, rows)


@pytest.fixture
def cells() -> MakeCells:
    return make_cells


@pytest.fixture
def between() -> Callable[[float, float], Callable[[int], bool]]:
    """A function that gives, for two days, what is bad from the one to the other."""
    return lambda first, last: lambda hour: first * 24 <= hour < last * 24

"""From stored demand to spikes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from admittance.detect import demand_spikes
from admittance.model.demand import DemandObservation, DemandSpike
from admittance.model.ids import Country, FileId
from admittance.model.tables import empty_table, rows_of, table_of
from admittance.model.vocabulary import Origin

START = datetime(2024, 1, 1, tzinfo=UTC)
QUIET = [10.0, 11.0, 9.5, 10.5] * 20
SURGE = [*QUIET[:60], 40.0, 80.0, 60.0, 45.0, *QUIET[64:]]


def series(
    values: Sequence[float],
    *,
    name: str = "vpn-interest",
    country: str = "TR",
    start: datetime = START,
    file: str = "a",
    recorded: int = 0,
    step: int = 1,
) -> pl.DataFrame:
    rows = [
        DemandObservation(
            source="demand",
            origin=Origin.MEASURED,
            series=name,
            country=Country(country),
            time=start + timedelta(days=step * number),
            value=value,
            file=FileId(file),
            offset=number,
            line_sha256="0" * 64,
            recorded_at=START + timedelta(days=recorded),
        )
        for number, value in enumerate(values)
    ]
    return table_of(DemandObservation, rows)


def found(*tables: pl.DataFrame) -> list[DemandSpike]:
    return rows_of(DemandSpike, demand_spikes(pl.concat(tables), detector="detect/test"))


def test_each_series_and_country_has_spikes_of_its_own() -> None:
    spikes = found(series(SURGE), series(QUIET, country="KE"), series(SURGE, name="tor-users", country="KE"))
    assert [(one.series, one.country) for one in spikes] == [("tor-users", "KE"), ("vpn-interest", "TR")]
    one = spikes[0]
    assert (one.start, one.peak, one.end) == tuple(START + timedelta(days=day) for day in (60, 61, 64))
    assert one.impact > 10
    assert one.detector == "detect/test"


def test_the_order_of_rows_and_files_changes_nothing() -> None:
    whole = series(SURGE)
    split = [series(SURGE[:30], file="a"), series(SURGE[30:], start=START + timedelta(days=30), file="b")]
    assert found(whole.reverse()) == found(whole) == found(*reversed(split))


def test_the_value_that_was_recorded_last_counts() -> None:
    mended = series(QUIET[60:64], start=START + timedelta(days=60), file="later", recorded=3)
    assert found(series(SURGE), mended) == []
    assert len(found(series(QUIET), series(SURGE[60:64], start=START + timedelta(days=60), recorded=3))) == 1


def test_what_was_usual_years_ago_is_not_usual_now() -> None:
    later = START + timedelta(days=900)
    assert found(series(QUIET), series([value * 30 for value in QUIET], start=later)) == []
    assert [one.start for one in found(series(SURGE), series(SURGE, start=later))] == [
        START + timedelta(days=60),
        later + timedelta(days=60),
    ]


def test_no_series_no_spikes() -> None:
    assert demand_spikes(empty_table(DemandObservation), detector="d").schema == empty_table(DemandSpike).schema
    assert found(series(QUIET[:5])) == []


def test_weeks_are_no_gaps() -> None:
    assert [one.start for one in found(series(SURGE, step=7))] == [START + timedelta(days=7 * 60)]

"""Spikes of demand beside episodes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from admittance.lake import Lake, Snapshot
from admittance.model.demand import DemandObservation, DemandSpike
from admittance.model.episode import Episode
from admittance.model.ids import Country, EpisodeId, FileId
from admittance.model.tables import table_of
from admittance.model.vocabulary import Gate, Origin
from admittance.surface.queries import EpisodeFilter, demand_series, episodes, near_onsets, spikes
from tests.surface.conftest import ended_episode

ONSET = ended_episode().onset  # in KE


def surge(start: datetime, *, country: str = "KE", series: str = "vpn-interest", days: int | None = 4) -> DemandSpike:
    start = start.replace(hour=0, minute=0)
    return DemandSpike(
        series=series,
        country=Country(country),
        origin=Origin.MEASURED,
        start=start,
        end=None if days is None else start + timedelta(days=days),
        peak=start + timedelta(days=1),
        impact=7.5,
        detector="detect/test",
    )


def value(day: int, number: float, *, file: str = "a", recorded: int = 0) -> DemandObservation:
    return DemandObservation(
        source="demand",
        origin=Origin.MEASURED,
        series="vpn-interest",
        country=Country("KE"),
        time=datetime(2023, 11, day, tzinfo=UTC),
        value=number,
        file=FileId(file),
        offset=day,
        line_sha256="0" * 64,
        recorded_at=datetime(2024, 1, 1 + recorded, tzinfo=UTC),
    )


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    lake = Lake.open(tmp_path / "lake", create=True)
    with lake.deriving() as work:
        work.replace(Episode, table_of(Episode, [ended_episode()]))
        found = [
            surge(ONSET - timedelta(days=2)),
            surge(ONSET + timedelta(days=40)),
            surge(ONSET, country="TR"),
            surge(ONSET + timedelta(days=5), series="tor-users", days=None),
        ]
        work.replace(DemandSpike, table_of(DemandSpike, found))
    return lake.snapshot()


@pytest.mark.parametrize(("days", "expected"), [(-7, None), (-6, -6), (-1, -1), (0, 0), (1, 1), (6, 6), (7, None)])
def test_days_are_counted_from_the_bracket_of_the_onset(days: int, expected: int | None) -> None:
    day = datetime(2023, 11, 8, tzinfo=UTC)
    episode = msgspec.structs.replace(
        ended_episode(), onset_earliest=day + timedelta(hours=4), onset_latest=day + timedelta(days=2, hours=9)
    )
    start = day + timedelta(days=days if days <= 0 else days + 2)
    near = near_onsets(surge(start), [episode])
    assert [one.days for one in near] == ([] if expected is None else [expected])
    assert all(one.episode == episode.id for one in near)


def test_nothing_lies_near_an_onset_that_nobody_saw() -> None:
    episode = msgspec.structs.replace(ended_episode(), onset_earliest=None)
    assert near_onsets(surge(episode.onset), [episode]) == ()


def test_the_nearest_comes_first_and_the_network_before_its_functions() -> None:
    function = msgspec.structs.replace(
        ended_episode(), id=EpisodeId("KE-2023-telegram-function-web-1"), gate=Gate.FUNCTION, part="web"
    )
    near = near_onsets(surge(ONSET), [function, ended_episode()])
    assert [one.gate for one in near] == ["network", "function"]


def test_spikes_are_listed_newest_first_with_what_began_near_them(snapshot: Snapshot) -> None:
    known = episodes(snapshot, EpisodeFilter())
    found = spikes(snapshot, known)
    assert [(entry.spike.country, entry.spike.series, [one.days for one in entry.near]) for entry in found] == [
        ("KE", "vpn-interest", []),
        ("KE", "tor-users", [5]),
        ("TR", "vpn-interest", []),
        ("KE", "vpn-interest", [-2]),
    ]
    assert [entry.spike.series for entry in spikes(snapshot, known, country=Country("KE"), series="tor-users")] == ["tor-users"]
    late = spikes(snapshot, known, since=ONSET + timedelta(days=20))
    assert [entry.spike.series for entry in late] == ["vpn-interest", "tor-users"]  # one of them goes on
    assert len(spikes(snapshot, known, until=ONSET - timedelta(days=1))) == 1


def test_a_series_has_the_values_recorded_last(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    rows = [value(2, 5.0), value(1, 3.0), value(2, 6.0, file="b", recorded=1)]
    with lake.deriving() as work:
        work.replace(DemandSpike, table_of(DemandSpike, [surge(datetime(2023, 11, 2, tzinfo=UTC))]))
    lake.replace(DemandObservation, table_of(DemandObservation, rows), column="file", values=["a", "b"])
    lake.release_sources()
    (series,) = demand_series(lake.snapshot(), Country("KE"))
    assert [(entry.day.day, entry.value) for entry in series.values] == [(1, 3.0), (2, 6.0)]
    assert [spike.start.day for spike in series.spikes] == [2]
    assert demand_series(lake.snapshot(), Country("TR")) == []

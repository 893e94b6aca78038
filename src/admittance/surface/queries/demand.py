"""Demand for ways round a restriction, as context: series, their spikes, and which episodes began near a spike."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
import polars as pl

from admittance.lake import Snapshot
from admittance.model.demand import DemandObservation, DemandSpike
from admittance.model.episode import Episode
from admittance.model.ids import Country, EpisodeId
from admittance.model.tables import rows_of

__all__ = ["NEAR_DAYS", "DemandSeries", "DemandValue", "NearOnset", "SpikeEntry", "demand_series", "near_onsets", "spikes"]

NEAR_DAYS = 6
"""A spike and an event belong together when one begins so near the other: CenAlert's rule, as in `evaluate`."""


class DemandValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a series on a day (UTC)."""

    day: datetime
    value: float


class DemandSeries(msgspec.Struct, frozen=True, kw_only=True):
    """One series in one country, by day, with its spikes."""

    series: str
    country: Country
    values: tuple[DemandValue, ...]
    spikes: tuple[DemandSpike, ...]


class NearOnset(msgspec.Struct, frozen=True, kw_only=True):
    """An episode whose onset lies near a spike's start."""

    episode: EpisodeId
    subject: str
    gate: str
    part: str | None
    days: int  # from the onset's bracket to the spike's start: 0 within it, negative where the spike came first


class SpikeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A spike and the episodes of its country that began near it, the nearest first."""

    spike: DemandSpike
    near: tuple[NearOnset, ...]


def demand_series(snapshot: Snapshot, country: Country) -> list[DemandSeries]:
    """The series of a country, sorted by name; of several values of a day the one recorded last."""
    table = (
        snapshot.scan(DemandObservation)
        .filter(pl.col("country") == country)
        .sort("series", "time", "recorded_at", "file", "offset")
        .unique(["series", "time"], keep="last", maintain_order=True)
        .select("series", "time", "value")
        .collect()
    )
    surges: dict[str, list[DemandSpike]] = {}
    for spike in _spikes(snapshot, country=country):
        surges.setdefault(spike.series, []).append(spike)
    return [
        DemandSeries(
            series=str(name),
            country=country,
            values=tuple(DemandValue(day=day, value=value) for day, value in part.select("time", "value").iter_rows()),
            spikes=tuple(surges.get(str(name), ())),
        )
        for (name,), part in table.group_by("series", maintain_order=True)
    ]


def spikes(
    snapshot: Snapshot,
    episodes: Iterable[Episode],
    *,
    country: Country | None = None,
    series: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    within: int = NEAR_DAYS,
) -> list[SpikeEntry]:
    """Spikes that may have been under way between `since` and `until` (exclusive), newest first, each with the episodes that
    began within so many days of its start."""
    found = [
        spike
        for spike in _spikes(snapshot, country=country)
        if (series is None or spike.series == series)
        and (since is None or spike.end is None or spike.end > since)
        and (until is None or spike.start < until)
    ]
    by_country: dict[Country, list[Episode]] = {}
    for episode in episodes:
        by_country.setdefault(episode.country, []).append(episode)
    entries = [SpikeEntry(spike=spike, near=near_onsets(spike, by_country.get(spike.country, ()), within)) for spike in found]
    return sorted(entries, key=lambda entry: (-entry.spike.start.timestamp(), entry.spike.country, entry.spike.series))


def near_onsets(spike: DemandSpike, episodes: Sequence[Episode], within: int = NEAR_DAYS) -> tuple[NearOnset, ...]:
    """The episodes whose onset lies at most so many days from the spike's first day, the nearest first.

    An episode that was found restricted from the first look on has no onset that anything could lie near.
    """
    near = []
    for episode in episodes:
        if episode.onset_earliest is None:
            continue
        first, last = _day(episode.onset_earliest), _day(episode.onset_latest)
        days = min(0, (spike.start - first).days) + max(0, (spike.start - last).days)
        if abs(days) <= within:
            near.append(NearOnset(episode=episode.id, subject=episode.subject, gate=episode.gate, part=episode.part, days=days))
    return tuple(sorted(near, key=lambda one: (abs(one.days), one.gate != "network", one.episode)))


def _day(time: datetime) -> datetime:
    return time - timedelta(hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond)


def _spikes(snapshot: Snapshot, *, country: Country | None) -> list[DemandSpike]:
    table = snapshot.scan(DemandSpike)
    if country is not None:
        table = table.filter(pl.col("country") == country)
    return rows_of(DemandSpike, table.sort("country", "series", "start").collect())

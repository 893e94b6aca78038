"""An episode as bars on a time axis: certain time solid, the brackets of onset and end as ranges."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from admittance.model.episode import Episode, EpisodeNetwork
from admittance.surface.queries import DemandSeries
from admittance.surface.web.curves import Curve, curve

__all__ = ["Bar", "Tick", "Timeline", "TimelineRow", "country_timeline", "timeline"]

ROWS_SHOWN = 12
CURVES_SHOWN = 4
DEMAND_MARGIN = 14
"""Days of demand to show before and after an episode, at least."""
_TICK_DAYS = (1, 2, 7, 14, 28, 91, 182, 365, 730, 1825)
_TICKS_WANTED = 4
_TICK_MARGIN = 10  # per cent of the axis on either side, where a label would be cut off


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the axis, in per cent of its width.

    `kind` is solid, onset or end (a bracket), unknown (an onset or end without a bound) or open (not measured).
    """

    kind: str
    left: float
    width: float


class TimelineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the drawing: the country as a whole, or one network."""

    label: str
    bars: tuple[Bar, ...]


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A day on the axis, far enough from the edge for its label."""

    label: str
    left: float


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing of one episode, or of all of a country, on an axis from `start` to `end`."""

    start: datetime
    end: datetime
    rows: tuple[TimelineRow, ...]
    ticks: tuple[Tick, ...]
    hidden: int  # networks beyond those shown
    curves: tuple[Curve, ...] = ()  # demand on the same axis

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of bars that are drawn, for the legend."""
        return frozenset(bar.kind for row in self.rows for bar in row.bars)


class _Axis(msgspec.Struct, frozen=True, kw_only=True):
    start: datetime
    end: datetime
    measured_until: datetime

    def place(self, time: datetime) -> float:
        share = (time - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 2)


def timeline(episode: Episode, as_of: datetime | None, demand: Sequence[DemandSeries] = ()) -> Timeline:
    """The drawing of an episode; what is going on is drawn to `as_of`, the last time that anything was measured.

    `demand` are the series of its country, drawn below on the same axis.
    """
    entries: list[Episode | EpisodeNetwork] = [episode, *episode.networks]
    known = [time for entry in entries for time in _times(entry)]
    if as_of is not None:
        known.append(as_of)
    first, last = min(known), max(known)
    margin = max((last - first) / 12, timedelta(days=DEMAND_MARGIN) if demand else timedelta(hours=12))
    axis = _Axis(start=first - margin, end=last + margin, measured_until=last)
    networks = sorted(episode.networks, key=lambda network: (-network.k, network.asn))[:ROWS_SHOWN]
    rows = [TimelineRow(label=f"{episode.country} as a whole", bars=_bars(episode, axis, episode))]
    rows += [TimelineRow(label=_network_label(network), bars=_bars(network, axis, episode)) for network in networks]
    return Timeline(
        start=axis.start,
        end=axis.end,
        rows=tuple(rows),
        ticks=tuple(_ticks(axis)),
        hidden=len(episode.networks) - len(networks),
        curves=_curves(demand, axis),
    )


def country_timeline(episodes: Sequence[Episode], demand: Sequence[DemandSeries]) -> Timeline | None:
    """All restrictions of a country in a line for each subject, the newest first, over its series of demand; null without any.

    The axis is that of the series.
    """
    days = [entry.day for series in demand for entry in series.values]
    if not days:
        return None
    first, last = min(days), max(days) + timedelta(days=1)
    axis = _Axis(start=first, end=last, measured_until=last)
    subjects: dict[str, list[Episode]] = {}
    for found in episodes:
        if found.onset < last and (found.end or last) > first:
            subjects.setdefault(found.subject, []).append(found)
    shown = list(subjects.items())[:ROWS_SHOWN]
    rows = [
        TimelineRow(label=subject, bars=tuple(bar for found in own for bar in _bars(found, axis, found)))
        for subject, own in shown
    ]
    return Timeline(
        start=first,
        end=last,
        rows=tuple(rows),
        ticks=tuple(_ticks(axis)),
        hidden=len(subjects) - len(shown),
        curves=_curves(demand, axis),
    )


def _curves(demand: Sequence[DemandSeries], axis: _Axis) -> tuple[Curve, ...]:
    drawn = (curve(series, axis.start, axis.end) for series in demand[:CURVES_SHOWN])
    return tuple(one for one in drawn if one is not None)


def _network_label(network: EpisodeNetwork) -> str:
    return f"AS{network.asn}: {network.k:,} of {network.n:,}"


def _times(entry: Episode | EpisodeNetwork) -> Sequence[datetime]:
    times = (entry.onset, entry.onset_earliest, entry.onset_latest, entry.end, entry.end_earliest, entry.end_latest)
    return [time for time in times if time is not None]


def _bars(entry: Episode | EpisodeNetwork, axis: _Axis, whole: Episode) -> tuple[Bar, ...]:
    """The bars of a country or network; where the whole ended and a network's end was not seen, that end is not known."""
    sure_from = entry.onset_latest
    end = whole.end if entry.end is None else entry.end
    end_earliest = whole.end_earliest if entry.end is None else entry.end_earliest
    sure_until = axis.measured_until if end is None else max(sure_from, end_earliest or end)
    bars = []
    if entry.onset_earliest is None:
        bars.append(_bar("unknown", axis.start, sure_from, axis))
    else:
        bars.append(_bar("onset", entry.onset_earliest, sure_from, axis))
    bars.append(_bar("solid", sure_from, max(sure_from, sure_until), axis))
    if end is None:
        bars.append(_bar("open", sure_until, axis.end, axis))
    elif entry.end is None or entry.end_latest is None:
        bars.append(_bar("unknown", sure_until, axis.measured_until, axis))
        bars.append(_bar("open", max(sure_until, axis.measured_until), axis.end, axis))
    else:
        bars.append(_bar("end", sure_until, entry.end_latest, axis))
    return tuple(bar for bar in bars if bar.width > 0)


def _bar(kind: str, start: datetime, end: datetime, axis: _Axis) -> Bar:
    left, right = axis.place(start), axis.place(end)
    return Bar(kind=kind, left=left, width=round(right - left, 2))


def _ticks(axis: _Axis) -> list[Tick]:
    span = (axis.end - axis.start) / timedelta(days=1)
    step = next((days for days in _TICK_DAYS if span / days <= _TICKS_WANTED), _TICK_DAYS[-1])
    midnight = axis.start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    ticks: list[Tick] = []
    time = midnight
    while (left := axis.place(time)) <= 100 - _TICK_MARGIN:
        if left < _TICK_MARGIN:
            time += timedelta(days=1)
            continue
        ticks.append(Tick(label=time.strftime("%Y-%m-%d"), left=left))
        time += timedelta(days=step)
    return ticks

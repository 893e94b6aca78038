"""A series of demand as a curve on the axis of a timeline, its spikes marked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from admittance.surface.queries import DemandSeries, DemandValue

__all__ = ["HEIGHT", "WIDTH", "Curve", "Mark", "curve"]

WIDTH, HEIGHT = 1000, 40
"""Units of the drawing; it is stretched to the width of the page."""

MOST_POINTS = 600
"""More values are drawn as the greatest of each stretch."""

LONGEST_GAP = timedelta(days=56)
"""Over a longer gap no line is drawn."""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A spike: a stretch of the axis in per cent of its width."""

    left: float
    width: float


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """One series between the ends of an axis. Points are in units of the drawing, from the top left."""

    label: str
    lines: tuple[str, ...]  # `x,y x,y …`, broken where nothing was counted for long
    marks: tuple[Mark, ...]
    told: str  # what it shows, in words


def curve(series: DemandSeries, start: datetime, end: datetime) -> Curve | None:
    """The curve of a series between two times, scaled to its greatest value there; null where it has fewer than two values."""
    shown = [entry for entry in series.values if start <= entry.day <= end]
    if len(shown) < 2:
        return None
    greatest = max(entry.value for entry in shown)

    def place(time: datetime) -> float:
        return min(1.0, max(0.0, (time - start) / (end - start)))

    lines = []
    for stretch in _stretches(_thinned(shown)):
        points = [
            f"{place(entry.day) * WIDTH:.1f},{HEIGHT - (entry.value / greatest if greatest else 0) * HEIGHT:.1f}"
            for entry in stretch
        ]
        lines.append(" ".join(points))
    marks = []
    for spike in series.spikes:
        stop = spike.end or series.values[-1].day + timedelta(days=1)
        left, right = place(spike.start), place(stop)
        if right > left:
            marks.append(Mark(left=round(100 * left, 2), width=round(100 * (right - left), 2)))
    label = f"{series.series}, at most {greatest:,.6g}"
    told = f"{series.series} from {shown[0].day:%Y-%m-%d} to {shown[-1].day:%Y-%m-%d}, {len(marks)} surges marked"
    return Curve(label=label, lines=tuple(lines), marks=tuple(marks), told=told)


def _thinned(values: Sequence[DemandValue]) -> list[DemandValue]:
    step = -(-len(values) // MOST_POINTS)
    return [max(values[at : at + step], key=lambda entry: entry.value) for at in range(0, len(values), step)]


def _stretches(values: Sequence[DemandValue]) -> list[list[DemandValue]]:
    stretches: list[list[DemandValue]] = [[]]
    for entry in values:
        if stretches[-1] and entry.day - stretches[-1][-1].day > LONGEST_GAP:
            stretches.append([])
        stretches[-1].append(entry)
    return stretches

"""From snapshot verdicts to days, and from days to dated restrictions of one subject × country × gate."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from admittance.detect.cells import histogram
from admittance.detect.episodes import Bracket, joined
from admittance.detect.floor import enough
from admittance.detect.kinds import Kind
from admittance.detect.restrictions import dominant_mechanism, moment, series_bounds, state_of
from admittance.detect.search import Found, Series, search
from admittance.detect.uncertainty import uncertainty_of
from admittance.model.episode import Episode
from admittance.model.ids import Country, EpisodeId, SubjectId, TargetId
from admittance.model.tables import table_schema
from admittance.model.verdict import SnapshotCell
from admittance.model.vocabulary import BAD_STATES, SCORED_STATES, Evidence, Gate, Origin, Pattern, State

__all__ = ["KIND_OF_GATE", "build_snapshot_cells", "snapshot_episodes"]

KIND_OF_GATE: Final[Mapping[Gate, Kind]] = MappingProxyType(
    {Gate.STORE: Kind.SNAPSHOT, Gate.LISTING: Kind.SNAPSHOT, Gate.CONTENT: Kind.SNAPSHOT}
)
"""By which likelihood and which floor the days of a gate are searched."""

THINGS_OF_GATE: Final[Mapping[Gate, str]] = MappingProxyType(
    {Gate.STORE: "apps", Gate.LISTING: "listings", Gate.CONTENT: "places"}
)
"""What an episode's scope counts."""

_SERIES = ("gate", "subject", "target", "place", "country", "origin")
_BELONGS = ("gate", "subject", "country", "origin", "part")
_OF_LIST = (pl.col("gate") == Gate.CONTENT.value) & pl.col("place").str.contains("/", literal=True)
"""Readings of a platform's own lists (`yy/hlist`): certain, to the hour, and one is enough."""
_BAD = [state.value for state in BAD_STATES]
_SCORED = [state.value for state in SCORED_STATES]


def build_snapshot_cells(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Cells in the schema of `SnapshotCell`, one per series and day (UTC; hour for a list), sorted by series and day.

    A verdict that carries no evidence (`none`, `discarded`) counts as `insufficient` where its state would count as a trial.
    """
    told = verdicts.with_columns(
        pl.when(_OF_LIST).then(pl.col("time").dt.truncate("1h")).otherwise(pl.col("time").dt.truncate("1d")).alias("day"),
        pl.when((pl.col("evidence") != Evidence.SCORED.value) & pl.col("state").is_in(_SCORED))
        .then(pl.lit(State.INSUFFICIENT.value))
        .otherwise("state")
        .alias("state"),
    ).sort(*_SERIES, "day", "time", "file", "offset")
    told = told.with_columns(pl.struct(*_SERIES, "day").rle_id().alias("cell"))
    ok, bad = pl.col("state") == State.OK.value, pl.col("state").is_in(_BAD)
    counts = told.group_by("cell", maintain_order=True).agg(
        pl.col(*_SERIES).first(),
        pl.col("day").first().alias("moment"),
        *((pl.col("state") == state.value).sum().cast(pl.Int64).alias(state.value) for state in State),
        pl.col("severity", "count").max(),
        pl.col("time").filter(ok).max().alias("last_ok"),
        pl.col("time").filter(bad).min().alias("first_bad"),
        pl.col("file").filter(bad).unique().sort().str.join(" ").alias("reports"),
        pl.col("source").unique().sort().str.join(" ").alias("sources"),
    )
    named = told.filter(bad & pl.col("mechanism").is_not_null())
    return (
        counts.rename({"moment": "time"})
        .join(histogram(told, "rule").rename({"rule": "rules"}), on="cell", how="left", maintain_order="left")
        .join(histogram(named, "mechanism").rename({"mechanism": "mechanisms"}), on="cell", how="left", maintain_order="left")
        .with_columns(pl.col("rules", "mechanisms").fill_null("{}"))
        .select(table_schema(SnapshotCell).names())
        .cast(table_schema(SnapshotCell))
    )


class _Restriction(NamedTuple):
    """One interval in one series."""

    bracket: Bracket
    target: TargetId
    cells: pl.DataFrame  # its days
    n: int
    k: int
    confidence: float

    @property
    def last_seen(self) -> datetime:
        return max(self.bracket.onset_latest, self.bracket.end_earliest or self.bracket.onset_latest)


def snapshot_episodes(cells: pl.DataFrame, *, versions: str) -> list[Episode]:
    """Episodes without ids, sorted by subject, country, gate and onset.

    A removal lies between the last reading that found the thing and the first that did not; what was never found is absent on
    or before its first reading. Restrictions of one subject that overlap are one episode; at the content gate each platform has
    episodes of its own. `versions` is the JSON object that each episode carries.
    """
    part = pl.when(pl.col("gate") == Gate.CONTENT.value).then(pl.col("place").str.split("/").list.first()).otherwise(pl.lit(""))
    days = cells.with_columns(k=pl.sum_horizontal(_BAD), n=pl.sum_horizontal(_SCORED), part=part).filter(pl.col("n") > 0)
    days = days.sort(*_SERIES, "time")
    suspect = days.filter(pl.col("k") > 0).select(_BELONGS).unique()
    days = days.join(suspect, on=list(_BELONGS), how="semi", maintain_order="left")
    groups: dict[tuple[str, ...], list[_Restriction]] = {}
    series: dict[tuple[str, ...], set[str]] = {}
    for gate, kind in KIND_OF_GATE.items():
        own = days.filter(pl.col("gate") == gate.value)
        for some, model in ((own.filter(~_OF_LIST), kind), (own.filter(_OF_LIST), Kind.LIST)):
            for key, restriction in _restrictions(some, model):
                groups.setdefault(key, []).append(restriction)
        for *belongs, target in own.select(*_BELONGS, "target").unique().iter_rows():
            series.setdefault(tuple(belongs), set()).add(target)
    episodes = [
        _episode(key, cluster, len(series[key]), versions)
        for key, restrictions in sorted(groups.items())
        for cluster in _clusters(restrictions)
    ]
    return sorted(episodes, key=lambda one: (one.subject, one.country, one.gate, one.part or "", one.onset, one.onset_latest))


def _restrictions(days: pl.DataFrame, kind: Kind) -> Iterator[tuple[tuple[str, ...], _Restriction]]:
    bounds = series_bounds(days, _SERIES)
    hours = (days["time"].dt.epoch("s") // 3600).to_numpy()
    n, k = days["n"].to_numpy(), days["k"].to_numpy()
    last_ok, first_bad = days["last_ok"].to_list(), days["first_bad"].to_list()
    all_series = [Series(hours[a:b], n[a:b], k[a:b]) for a, b in bounds]
    for (a, b), one, intervals in zip(bounds, all_series, search(all_series, kind=kind, width=0), strict=True):
        for found in intervals:
            if enough(one, found, width=0, kind=kind):
                first = days.row(a, named=True)
                part = days[a + found.first : a + found.last + 1]
                key = tuple(str(first[name]) for name in _BELONGS)
                yield (
                    key,
                    _Restriction(
                        bracket=_bracket(found, _Readings(one.hours, last_ok[a:b]), _Readings(one.hours, first_bad[a:b]), kind),
                        target=TargetId(first["target"]),
                        cells=part,
                        n=found.n,
                        k=found.k,
                        confidence=found.confidence,
                    ),
                )


class _Readings(NamedTuple):
    """The moment of a reading of each bin of a series, null where the bin has none of its kind."""

    hours: NDArray[np.int64]  # starts of the bins, in hours since 1970
    moments: Sequence[datetime | None]

    def at(self, hours: float | None) -> datetime | None:
        """The reading of the bin that begins so many hours after 1970; that time itself where there is none."""
        if hours is None:
            return None
        place = int(np.searchsorted(self.hours, hours))
        known = self.moments[place] if place < len(self.hours) and self.hours[place] == hours else None
        return known if known is not None else moment(hours)


def _bracket(found: Found, last_ok: _Readings, first_bad: _Readings, kind: Kind) -> Bracket:
    """The interval's bounds, from bins to the moments of the readings that bound it; a list's change is itself the bound."""
    onset_earliest = last_ok.at(found.onset.earliest)
    onset_latest = _first_without(found, last_ok, first_bad) or first_bad.at(found.onset.latest) or moment(found.onset.latest)
    end_earliest = first_bad.at(found.end.earliest)
    end_latest = last_ok.at(found.end.latest)
    onset = max(moment(found.onset.point), onset_earliest or moment(found.onset.point))
    end = None if found.end.point is None else max(moment(found.end.point), end_earliest or moment(found.end.point))
    if kind is Kind.LIST:
        onset, end = onset_latest, end and end_latest
    return Bracket(
        onset=min(onset, onset_latest),
        onset_earliest=onset_earliest,
        onset_latest=onset_latest,
        end=end if end is None or end_latest is None else min(end, end_latest),
        end_earliest=end_earliest,
        end_latest=end_latest,
    )


def _first_without(found: Found, last_ok: _Readings, first_bad: _Readings) -> datetime | None:
    """The interval's first reading that missed the thing, where none found it from then to the latest onset that is likely.

    A single reading may err, so the likely onset may lie a reading later; but what nobody found in between was away already.
    """
    likely = int(np.searchsorted(first_bad.hours, found.onset.latest))
    until = range(found.first, min(likely + 1, len(first_bad.hours)))
    if any(last_ok.moments[place] is not None for place in until):
        return None
    return next((time for place in until if (time := first_bad.moments[place]) is not None), None)


def _clusters(rows: Sequence[_Restriction]) -> list[list[_Restriction]]:
    """Runs of restrictions that overlap, from onset to end."""
    clusters: list[list[_Restriction]] = []
    reach: datetime | None = None  # null is without end
    for row in sorted(rows, key=lambda row: (row.bracket.onset, row.target)):
        if not clusters or (reach is not None and row.bracket.onset >= reach):
            clusters.append([row])
            reach = row.bracket.end
        else:
            clusters[-1].append(row)
            reach = None if reach is None or row.bracket.end is None else max(reach, row.bracket.end)
    return clusters


def _episode(key: tuple[str, ...], rows: Sequence[_Restriction], measured: int, versions: str) -> Episode:
    gate, subject, country, origin, part = key
    last = max(row.last_seen for row in rows)
    days = pl.concat([row.cells for row in rows])
    bad = days.filter(pl.col("k") > 0)
    targets = sorted({row.target for row in rows})
    return Episode(
        id=EpisodeId(""),
        subject=SubjectId(subject),
        country=Country(country),
        gate=Gate(gate),
        part=part or None,
        state=state_of(bad),
        mechanism=dominant_mechanism(bad["mechanisms"].to_list()),
        pattern=Pattern.CONTINUOUS,
        active_windows=(),
        **joined([row.bracket for row in rows], last)._asdict(),
        networks=(),
        targets=tuple(targets),
        layers=(),
        scope=f"{len(targets)} of {measured} {THINGS_OF_GATE[Gate(gate)]}",
        networks_measured=0,
        n=sum(row.n for row in rows),
        k=sum(row.k for row in rows),
        reports=len(_words(bad["reports"])),
        tunnel=State.INSUFFICIENT.value,
        confidence=round(max(row.confidence for row in rows), 6),
        uncertainty=uncertainty_of(_counted(days), reports=int(days["n"].sum())),
        witnesses=tuple(sorted(_words(bad["sources"]))),
        versions=versions,
        origin=Origin(origin),
    )


def _counted(days: pl.DataFrame) -> pl.DataFrame:
    silent = pl.sum_horizontal(State.IMPAIRED.value, State.INSUFFICIENT.value)
    return days.with_columns(silent=silent, mechanisms=pl.concat_list("mechanisms"))


def _words(column: pl.Series) -> set[str]:
    return {word for text in column.to_list() for word in text.split()}

"""From restrictions of single series to national episodes: one per subject × country × gate while gaps stay under 72 hours.

At a gate with parts, each part has episodes of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import polars as pl

from admittance.detect.cells import counted_series
from admittance.detect.floor import LEAST_BAD
from admittance.detect.restrictions import dominant_mechanism, state_of
from admittance.detect.search import MERGE_HOURS
from admittance.detect.uncertainty import during, uncertainty_of
from admittance.detect.windows import recurring_windows
from admittance.model.episode import Episode, EpisodeNetwork, Restriction, Window
from admittance.model.ids import Asn, Country, EpisodeId, SubjectId, TargetId
from admittance.model.tables import rows_of
from admittance.model.vocabulary import Arm, Gate, Layer, Origin, Pattern, State

__all__ = ["BOUNDING_WIDTH", "LEAST_TUNNEL", "Bracket", "group_episodes", "joined"]

BOUNDING_WIDTH: Final = timedelta(hours=60)
"""A bracket wider than this moves no bound above it. The weekend after the last session of a working week makes it wider."""
OUTSIDE: Final = timedelta(days=3)
"""A wide bracket counts after all when it was surely in force so long outside of what the narrow ones allow; and an open end is
as good as narrow while the restriction was seen so shortly before the end of all data."""

LEAST_TUNNEL: Final = 3
"""Scored verdicts of the tunnel arm below which nothing is said of it."""

MOST_TUNNEL_BAD: Final = 0.5

PARTED_GATES: Final = (Gate.FUNCTION,)
"""Gates at which a subject has parts that are let through or not by themselves: the roles of a service."""

_GAP = timedelta(hours=MERGE_HOURS)


class Bracket(NamedTuple):
    """Onset and end with the times between which each lies; null is unbounded, or going on."""

    onset: datetime
    onset_earliest: datetime | None
    onset_latest: datetime
    end: datetime | None
    end_earliest: datetime | None
    end_latest: datetime | None

    def bounds_onset(self) -> bool:
        """Whether the onset is narrow."""
        return self.onset_earliest is not None and self.onset_latest - self.onset_earliest <= BOUNDING_WIDTH

    def bounds_end(self, data_end: datetime) -> bool:
        """Whether the end is narrow, or the restriction was still seen in force within three days of the end of all data."""
        if self.end_earliest is None:
            return False
        if self.end_latest is None:
            return data_end - self.end_earliest <= OUTSIDE
        return self.end_latest - self.end_earliest <= BOUNDING_WIDTH


def _part(row: Restriction) -> str | None:
    """The part of the subject that a restriction is about, as the target's name has it; null at a gate without parts."""
    return row.target.removeprefix(f"{row.subject}/") if row.gate in PARTED_GATES else None


def _bracket(row: Restriction | EpisodeNetwork) -> Bracket:
    return Bracket(row.onset, row.onset_earliest, row.onset_latest, row.end, row.end_earliest, row.end_latest)


def joined(brackets: Sequence[Bracket], data_end: datetime) -> Bracket:
    """The first onset and the last end among brackets narrow enough, and among all where none is.

    A wide bracket counts after all when it was surely in force over three days outside of what the narrow ones allow.
    """
    starts = [one for one in brackets if one.bounds_onset()]
    known = min((one.onset_earliest for one in starts if one.onset_earliest is not None), default=None)
    starts += [one for one in brackets if not one.bounds_onset() and (known is None or known - one.onset_latest > OUTSIDE)]
    stops = [one for one in brackets if one.bounds_end(data_end)]
    over = max((one.end_latest or data_end for one in stops), default=None)
    stops += [
        one
        for one in brackets
        if not one.bounds_end(data_end) and (over is None or (one.end_earliest or over) - over > OUTSIDE)
    ]
    earliest = [one.onset_earliest for one in starts if one.onset_earliest is not None]
    ends = [one.end for one in stops if one.end is not None]
    latest = [one.end_latest for one in stops if one.end_latest is not None]
    return Bracket(
        onset=min(one.onset for one in starts),
        onset_earliest=min(earliest) if len(earliest) == len(starts) else None,
        onset_latest=min(one.onset_latest for one in starts),
        end=max(ends) if len(ends) == len(stops) else None,
        end_earliest=max((one.end_earliest for one in stops if one.end_earliest is not None), default=None),
        end_latest=max(latest) if len(latest) == len(stops) else None,
    )


def _last_seen(row: Restriction) -> datetime:
    """When the restriction is last known to have been in force."""
    return max(row.onset_latest, row.end_earliest or row.onset_latest)


def _clusters(rows: Sequence[Restriction]) -> list[list[Restriction]]:
    """Runs of restrictions that overlap or lie less than 72 hours apart, by the times at which each was surely in force."""
    clusters: list[list[Restriction]] = []
    reach: datetime | None = None
    for row in sorted(rows, key=lambda row: (row.onset_latest, row.network, row.target, row.layer)):
        if reach is None or row.onset_latest - reach >= _GAP:
            clusters.append([])
            reach = _last_seen(row)
        clusters[-1].append(row)
        reach = max(reach, _last_seen(row))
    return clusters


class _Window(NamedTuple):
    """The time an episode's evidence is taken from, end exclusive."""

    start: datetime
    end: datetime

    def rows(self, table: pl.DataFrame) -> pl.DataFrame:
        return table.filter((pl.col("time") >= self.start) & (pl.col("time") < self.end))


def _window(bracket: Bracket, data_end: datetime) -> _Window:
    return _Window(bracket.onset, bracket.end or data_end)


def _evidence(rows: Sequence[Restriction], table: pl.DataFrame, data_end: datetime) -> pl.DataFrame:
    """Hourly counts of the series that `rows` restrict, within their own intervals."""
    parts = []
    for row in rows:
        window = _Window(row.onset, row.end or data_end)
        series = (pl.col("target") == row.target) & (pl.col("layer") == row.layer) & (pl.col("network") == row.network)
        parts.append(window.rows(table.filter(series)))
    return pl.concat(parts)


def _distinct_words(column: pl.Series) -> set[str]:
    return {word for cell in column.to_list() for text in cell for word in text.split()}


def _pattern(evidence: pl.DataFrame) -> tuple[Pattern, tuple[Window, ...]]:
    """The pattern of all hours of some series together."""
    hours = evidence.filter(pl.col("n") > 0).group_by("time").agg(pl.col("n", "k").sum()).sort("time")
    return recurring_windows(hours["time"].to_list(), hours["n"].to_numpy(), hours["k"].to_numpy())


def _network(asn: Asn, rows: Sequence[Restriction], table: pl.DataFrame, data_end: datetime) -> EpisodeNetwork:
    bracket = joined([_bracket(row) for row in rows], data_end)
    evidence = _evidence(rows, table, data_end)
    pattern, windows = _pattern(evidence)
    return EpisodeNetwork(
        asn=asn,
        **bracket._asdict(),
        n=sum(row.n for row in rows),
        k=sum(row.k for row in rows),
        reports=len(_distinct_words(evidence["bad_reports"])),
        targets=tuple(sorted({row.target for row in rows})),
        layers=tuple(layer for layer in Layer if any(row.layer == layer for row in rows)),
        pattern=pattern,
        active_windows=windows,
        bounding=bracket.bounds_onset() or bracket.bounds_end(data_end),
    )


def _tunnel(table: pl.DataFrame, window: _Window) -> str:
    """State of the tunnel arm over the episode: `ok`, `bad`, or `insufficient` with fewer than three scored verdicts."""
    rows = window.rows(table.filter(pl.col("arm") == Arm.TUNNEL.value))
    n, k = int(rows["n"].sum()), int(rows["k"].sum())
    if n < LEAST_TUNNEL:
        return State.INSUFFICIENT.value
    return "bad" if k >= MOST_TUNNEL_BAD * n else State.OK.value


def _networks_measured(table: pl.DataFrame, window: _Window) -> set[int]:
    """Networks with at least five scored verdicts of one target at one layer over the episode."""
    counts = window.rows(table).group_by("network", "target", "layer").agg(pl.col("n").sum())
    return set(counts.filter((pl.col("n") >= LEAST_BAD) & (pl.col("network") != 0))["network"].to_list())


def _episode(rows: Sequence[Restriction], table: pl.DataFrame, data_end: datetime, versions: str) -> Episode:
    direct = table.filter(pl.col("arm") == Arm.DIRECT.value)
    by_network: dict[Asn, list[Restriction]] = {}
    for row in rows:
        by_network.setdefault(row.network, []).append(row)
    places = [_network(asn, by_network[asn], direct, data_end) for asn in sorted(by_network)]
    networks = tuple(place for place in places if place.asn != 0)  # 0 is a function tried from a network that nobody named
    bracket = joined([_bracket(place) for place in places], data_end)
    window = _window(bracket, data_end)
    evidence = _evidence(rows, direct, data_end)
    bad = evidence.filter(pl.col("k") > 0)
    pattern, windows = _pattern(evidence)
    if any(place.pattern is Pattern.CONTINUOUS for place in places):
        pattern, windows = Pattern.CONTINUOUS, ()
    active = pl.concat([during(evidence.filter(pl.col("network") == place.asn), place.active_windows) for place in places])
    measured = _networks_measured(direct, window) | {network.asn for network in networks}
    return Episode(
        id=EpisodeId(""),
        subject=SubjectId(rows[0].subject),
        country=Country(rows[0].country),
        gate=rows[0].gate,
        part=_part(rows[0]),
        state=state_of(bad),
        mechanism=dominant_mechanism(text for cell in bad["mechanisms"].to_list() for text in cell),
        pattern=pattern,
        active_windows=windows,
        **bracket._asdict(),
        networks=networks,
        targets=tuple(sorted({TargetId(row.target) for row in rows})),
        layers=tuple(layer for layer in Layer if any(row.layer == layer for row in rows)),
        scope=f"{len(networks)} of {len(measured)} networks" if measured else "networks not named",
        networks_measured=len(measured),
        n=sum(place.n for place in places),
        k=sum(place.k for place in places),
        reports=len(_distinct_words(bad["bad_reports"])),
        tunnel=_tunnel(table, window),
        confidence=max(row.confidence for row in rows),
        uncertainty=uncertainty_of(active, reports=len(_distinct_words(active["reports"]))),
        witnesses=tuple(sorted(_distinct_words(bad["sources"]))),
        versions=versions,
        origin=rows[0].origin,
    )


def group_episodes(restrictions: pl.DataFrame, cells: pl.DataFrame, *, versions: str) -> list[Episode]:
    """Episodes without ids, sorted by subject, country, gate and onset.

    `restrictions` as `find_restrictions` gives them for `cells`; `versions` is the JSON object that each episode carries.
    Layers, targets and networks that overlap, or follow one another within 72 hours, are one episode. Its onset is the first
    and its end the last among the networks whose own bracket is at most 60 hours wide; with no such network, among all. A
    network that was last measured while restricted, more than three days before the data end, holds no end open. It is
    recurring when all of its networks are, and together. The roles of a service are told apart, each by its own series.
    """
    groups: dict[tuple[str, str, Gate, Origin, str], list[Restriction]] = {}
    for row in rows_of(Restriction, restrictions.filter(pl.col("state") != State.INSUFFICIENT.value)):
        groups.setdefault((row.subject, row.country, row.gate, row.origin, _part(row) or ""), []).append(row)
    if not groups:
        return []
    belongs = ["subject", "country", "gate", "origin"]
    wanted = cells.join(restrictions.select(belongs).unique(), on=belongs, how="semi")
    parted = pl.col("gate").is_in([gate.value for gate in PARTED_GATES])
    part = pl.when(parted).then(pl.col("target").str.strip_prefix(pl.concat_str("subject", pl.lit("/")))).otherwise(pl.lit(""))
    tables = counted_series(wanted).with_columns(part=part).partition_by(*belongs, "part", as_dict=True)
    episodes = []
    for key, rows in sorted(groups.items()):
        own = tables[tuple(str(part) for part in key)]
        last: datetime = own.filter(pl.col("n") > 0).select(pl.col("time").max()).item()
        data_end = last + timedelta(hours=1)
        episodes += [_episode(cluster, own, data_end, versions) for cluster in _clusters(rows)]
    return sorted(episodes, key=lambda one: (one.subject, one.country, one.gate, one.part or "", one.onset, one.onset_latest))

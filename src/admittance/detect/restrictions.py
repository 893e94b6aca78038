"""From cells to intervals of restriction, one series at a time: target × layer × country × network, looked at directly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final

import msgspec
import numpy as np
import polars as pl

from admittance.detect.cells import BLAMING, SERIES_KEYS, scored_series
from admittance.detect.floor import LEAST_BAD, sufficient
from admittance.detect.kinds import Kind
from admittance.detect.search import Bins, Found, Series, search_bins
from admittance.detect.windows import honest, recurring_windows
from admittance.model.episode import Restriction
from admittance.model.ids import Asn, Country, SubjectId, TargetId
from admittance.model.tables import table_of
from admittance.model.vocabulary import BAD_STATES, Arm, Gate, Layer, Origin, State

__all__ = ["BEARING_SHARE", "dominant_mechanism", "find_restrictions", "moment", "series_bounds", "state_of"]

BEARING_SHARE: Final = 0.1
"""Share of the failures that must bear out a state before it is said of the whole; our own choice."""

UNKNOWN_MECHANISM: Final = "unknown"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(hours: float) -> datetime:
    """The time, UTC, so many hours after 1970 began."""
    return _EPOCH + timedelta(hours=hours)


def _moment(hours: float | None) -> datetime | None:
    return None if hours is None else moment(hours)


def dominant_mechanism(histograms: Iterable[str]) -> str:
    """The mechanism with most failing verdicts over these JSON objects; `unknown` when none was named. Ties go by name."""
    counts: Counter[str] = Counter()
    for text in histograms:
        counts.update(msgspec.json.decode(text, type=dict[str, int]))
    return min(counts, key=lambda name: (-counts[name], name), default=UNKNOWN_MECHANISM)


def state_of(bad: pl.DataFrame) -> State:
    """The worst state that a tenth of the failures bear out, counting those in worse states; insufficient without failures.

    One stray artefact, such as a home router that answers with its own address, thus proves no blocking of a whole network.
    """
    counts = {state: int(bad[state.value].sum()) for state in BAD_STATES}
    total, reached = sum(counts.values()), 0
    for state in BAD_STATES:
        reached += counts[state]
        if reached and reached >= BEARING_SHARE * total:
            return state
    return State.INSUFFICIENT


def series_bounds(table: pl.DataFrame, keys: Sequence[str]) -> list[tuple[int, int]]:
    """Row ranges (end exclusive) of the runs of equal keys in a sorted table."""
    if table.is_empty():
        return []
    starts = table.select(pl.struct(keys).rle_id()).to_series().to_numpy()
    cuts = np.flatnonzero(np.diff(starts)) + 1
    return list(zip([0, *cuts.tolist()], [*cuts.tolist(), table.height], strict=True))


def _bad_reports(part: pl.DataFrame) -> int:
    return len({report for cell in part["bad_reports"].to_list() for text in cell for report in text.split()})


def _of_series(rows: pl.DataFrame, series: Series, found: Sequence[Found], kind: Kind) -> Iterator[Restriction]:
    def part(one: Found) -> pl.DataFrame:
        return rows[one.first : one.last + 1]

    for one, stands in sufficient(series, found, reports=lambda one: _bad_reports(part(one)), kind=kind):
        yield _restriction(part(one), series, one, reports=_bad_reports(part(one)), stands=stands)


def _restriction(part: pl.DataFrame, series: Series, found: Found, *, reports: int, stands: bool) -> Restriction:
    bad = part.filter(pl.col("k") > 0)
    key = part.row(0, named=True)
    pattern, windows = recurring_windows(part["time"].to_list(), part["n"].to_numpy(), part["k"].to_numpy())
    found = honest(series, found, windows)
    return Restriction(
        subject=SubjectId(key["subject"]),
        target=TargetId(key["target"]),
        gate=Gate(key["gate"]),
        layer=Layer(key["layer"]),
        country=Country(key["country"]),
        network=Asn(key["network"]),
        origin=Origin(key["origin"]),
        mechanism=dominant_mechanism(text for cell in bad["mechanisms"].to_list() for text in cell),
        state=state_of(bad) if stands else State.INSUFFICIENT,
        pattern=pattern,
        active_windows=windows,
        onset=moment(found.onset.point),
        onset_earliest=_moment(found.onset.earliest),
        onset_latest=moment(found.onset.latest),
        end=_moment(found.end.point),
        end_earliest=_moment(found.end.earliest),
        end_latest=_moment(found.end.latest),
        n=found.n,
        k=found.k,
        reports=reports,
        confidence=round(found.confidence, 6),
    )


def find_restrictions(cells: pl.DataFrame) -> pl.DataFrame:
    """Restrictions in the schema of `model.episode.Restriction`, sorted by series and onset.

    Trials are verdicts that are `ok`, `blocked`, `likely_blocked` or `throttled`; the last three are the failures. Only the
    direct arm is read, and only where country and network are known; of a function that was tried, also where nobody says from
    which network. An interval below the floor of evidence has state `insufficient`.
    """
    tried = pl.col("layer") == Layer.ATTEMPT.value
    direct = cells.filter((pl.col("arm") == Arm.DIRECT.value) & (pl.col("country") != "ZZ"))
    parts = [
        _restrictions(direct.filter(~tried & (pl.col("network") != 0)), Kind.PROPORTION, least_bad=LEAST_BAD),
        _restrictions(direct.filter(tried), Kind.TRIES, least_bad=1),
    ]
    return pl.concat(parts)


def _restrictions(seen: pl.DataFrame, kind: Kind, *, least_bad: int) -> pl.DataFrame:
    failing = (
        seen.lazy()
        .group_by(SERIES_KEYS)
        .agg(pl.sum_horizontal(BLAMING).sum().alias("k"))
        .filter(pl.col("k") >= least_bad)
        .select(SERIES_KEYS)
    )
    table = scored_series(seen.lazy().join(failing, on=SERIES_KEYS, how="semi").collect())
    bounds = series_bounds(table, SERIES_KEYS)
    bins = Bins(
        hours=(table["time"].dt.epoch("s") // 3600).to_numpy(),
        n=table["n"].to_numpy(),
        k=table["k"].to_numpy(),
        starts=np.array([0, *(stop for _, stop in bounds)], dtype=np.int64),
    )
    rows = [
        restriction
        for index, pairs in groupby(search_bins(bins, kind=kind, least_bad=least_bad), itemgetter(0))
        for restriction in _of_series(table[slice(*bounds[index])], bins.series(index), [found for _, found in pairs], kind)
    ]
    return table_of(Restriction, rows)

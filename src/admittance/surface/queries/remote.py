"""What was seen from afar of a subject in a country: a line of its own, counted with nothing else."""

from collections import Counter
from datetime import datetime, timedelta

import msgspec
import polars as pl

from admittance.lake import Snapshot
from admittance.model.ids import Country, SubjectId
from admittance.model.verdict import Cell
from admittance.model.vocabulary import BAD_STATES, SCORED_STATES, Arm, Gate, State

__all__ = ["LEAST_VANTAGES", "RECENT", "TRIALS_FOR_A_STATE", "RemoteLine", "remote_cells", "remote_line"]

RECENT = timedelta(days=7)
"""The line speaks of the last seven days in which anything was measured from afar."""

TRIALS_FOR_A_STATE = 5
LEAST_VANTAGES = 2
"""Fewer scored checks, or interference seen by fewer vantages, say too little: one filter in one data centre is no country."""

_BAD = [state.value for state in BAD_STATES]
_SCORED = [state.value for state in SCORED_STATES]
_ASIDE = [State.IMPAIRED.value, State.DOWN.value, State.FAILED.value, State.INSUFFICIENT.value]
_COLUMNS = ("country", "time", "network", *_SCORED, *_ASIDE, "mechanisms", "reports", "bad_reports")


class RemoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """What vantages in a country met with a subject's names, in the last measured week."""

    state: State
    as_of: datetime  # start of the last hour in which anything was measured
    n: int  # scored checks
    k: int  # those that blame interference
    aside: int  # checks that say nothing either way
    vantages: int  # distinct ones with a scored check
    bad_vantages: int  # those of them that met interference
    networks: int  # distinct networks of them that are known; scans that do not say it leave this 0
    mechanisms: tuple[tuple[str, int], ...]  # what is blamed, the most frequent first
    note: str  # what the state rests on, in a sentence


def remote_cells(snapshot: Snapshot, subject: SubjectId, country: Country | None) -> pl.DataFrame:
    """Cells of the remote arm of a subject, in one country or all."""
    here = (pl.col("subject") == subject) & (pl.col("arm") == Arm.REMOTE.value) & (pl.col("gate") == Gate.NETWORK.value)
    if country is not None:
        here &= pl.col("country") == country
    return snapshot.scan(Cell).filter(here).select(_COLUMNS).collect()


def remote_line(cells: pl.DataFrame) -> RemoteLine | None:
    """The line that the cells of one country give; null when there are none."""
    last = cells["time"].max()
    if not isinstance(last, datetime):
        return None
    recent = cells.filter(pl.col("time") > last - RECENT)
    n = int(recent.select(pl.sum_horizontal(*_SCORED).sum()).item())
    k = int(recent.select(pl.sum_horizontal(*_BAD).sum()).item())
    mechanisms: Counter[str] = Counter()
    for text in recent["mechanisms"]:
        mechanisms.update(msgspec.json.decode(text, type=dict[str, int]))
    bad_vantages = len(_words(recent["bad_reports"]))
    state, reason = _state(recent, n, k, bad_vantages)
    return RemoteLine(
        state=state,
        as_of=last,
        n=n,
        k=k,
        aside=int(recent.select(pl.sum_horizontal(*_ASIDE).sum()).item()),
        vantages=len(_words(recent["reports"])),
        bad_vantages=bad_vantages,
        networks=recent.filter(pl.col("network") != 0)["network"].n_unique(),
        mechanisms=tuple(sorted(mechanisms.items(), key=lambda item: (-item[1], item[0]))),
        note=f"{k:,} of {n:,} checks of the last measured week point to interference{reason}",
    )


def _words(column: pl.Series) -> set[str]:
    return {word for text in column for word in text.split()}


def _state(recent: pl.DataFrame, n: int, k: int, bad_vantages: int) -> tuple[State, str]:
    if n < TRIALS_FOR_A_STATE:
        return State.INSUFFICIENT, f"; fewer than {TRIALS_FOR_A_STATE} say too little"
    if 2 * k < n:
        return State.OK, ""
    if bad_vantages < LEAST_VANTAGES:
        return State.INSUFFICIENT, ", all at one vantage"
    return next(state for state in BAD_STATES if recent[state.value].sum() > 0), ""

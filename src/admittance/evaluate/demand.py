"""Spikes of demand laid against listed events, beside the sliding z-score's."""

from datetime import date, datetime
from typing import Final

import msgspec
import numpy as np
import polars as pl

from admittance.detect import find_spikes
from admittance.errors import InputError
from admittance.evaluate.baselines import sliding_spikes
from admittance.evaluate.labels import shared_keys

__all__ = ["DemandScore", "evaluate_demand"]

WITHIN_DAYS: Final = 6
"""A spike and an event belong together when the one begins so near the other: CenAlert's rule."""


class DemandScore(msgspec.Struct, frozen=True, kw_only=True):
    """How one detector did: events of the time that the series cover, and spikes that begin near one."""

    detector: str
    series: int
    events: int
    matched: int
    recall: float | None
    spikes: int
    explained: int
    precision: float | None
    start_error_days: float | None  # median over matched events, to the nearest spike


_Starts = dict[tuple[object, ...], list[date]]


def _event_days(labels: pl.DataFrame, keys: list[str]) -> _Starts:
    column = next((name for name in ("start_date", "date", "start") if name in labels.columns), None)
    if column is None:
        raise InputError("labels: no column start_date: they need the day on which each event began")
    found: _Starts = {}
    for row, (*key, value) in enumerate(labels.select(*shared_keys(keys, labels), column).iter_rows(), start=1):
        try:
            found.setdefault(tuple(key), []).append(datetime.fromisoformat(str(value).strip()).date())
        except ValueError:
            raise InputError(f"labels: row {row}, field {column}: {value!r} is no ISO 8601 date") from None
    return found


def _score(detector: str, spans: dict[tuple[object, ...], list[date]], events: _Starts, starts: _Starts) -> DemandScore:
    distances = {
        key: np.array([[abs((start - event).days) for start in starts.get(key, [])] for event in days], ndmin=2)
        for key, days in events.items()
    }
    nearest = [float(row.min()) for table in distances.values() if table.size for row in table if row.min() <= WITHIN_DAYS]
    explained = sum(int((table.min(axis=0) <= WITHIN_DAYS).sum()) for table in distances.values() if table.size)
    listed, spikes = sum(map(len, events.values())), sum(map(len, starts.values()))
    return DemandScore(
        detector=detector,
        series=len(spans),
        events=listed,
        matched=len(nearest),
        recall=round(len(nearest) / listed, 4) if listed else None,
        spikes=spikes,
        explained=explained,
        precision=round(explained / spikes, 4) if spikes else None,
        start_error_days=round(float(np.median(nearest)), 2) if nearest else None,
    )


def evaluate_demand(table: pl.DataFrame, labels: pl.DataFrame) -> tuple[DemandScore, DemandScore]:
    """The scores of our detector and of the sliding z-score on the same series.

    `table` as `find_spikes` takes it; `labels` has the same keys and `start_date` (or `date`), a row per event; events outside
    the days of their series are left out. Raises `InputError`.
    """
    found = find_spikes(table)
    keys = [name for name in table.columns if name not in ("date", "value")]
    days = pl.DataFrame([*table.select(keys), table["date"].cast(pl.String), table["value"].cast(pl.Float64, strict=False)])
    days = days.drop_nulls("value").group_by(*keys, "date").agg(pl.col("value").mean()).sort(*keys, "date")
    parts = days.partition_by(keys, as_dict=True, maintain_order=True) if keys else {(): days}
    spans = {key: [datetime.fromisoformat(text.strip()).date() for text in part["date"]] for key, part in parts.items()}
    listed = _event_days(labels, keys)
    events = {key: [day for day in listed.get(key, []) if span[0] <= day <= span[-1]] for key, span in spans.items()}
    ours: _Starts = {}
    for row in found.iter_rows(named=True):
        ours.setdefault(tuple(row[name] for name in keys), []).append(row["start"])
    theirs = {key: [spans[key][place] for place in sliding_spikes(part["value"].to_numpy())] for key, part in parts.items()}
    return _score("admittance", spans, events, ours), _score("sliding z-score", spans, events, theirs)

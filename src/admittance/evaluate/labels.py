"""Labelled events beside the series they belong to."""

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from admittance.errors import InputError

__all__ = ["read_labels", "shared_keys"]


def shared_keys(keys: Sequence[str], labels: pl.DataFrame) -> list[str]:
    """The keys of the series, all of which the labels must name. Raises `InputError`."""
    missing = [name for name in keys if name not in labels.columns]
    if missing:
        raise InputError(f"labels: no column {', '.join(missing)}, which tells the series apart")
    return list(keys)


def _hours(column: pl.Series) -> pl.Series:
    found: list[float | None] = []
    for row, value in enumerate(column.cast(pl.String).to_list(), start=1):
        if value is None or not value.strip():
            found.append(None)
            continue
        try:
            time = datetime.fromisoformat(value.strip())
        except ValueError:
            raise InputError(f"labels: row {row}, field {column.name}: {value!r} is no ISO 8601 time") from None
        found.append((time.replace(tzinfo=UTC) if time.tzinfo is None else time).timestamp() / 3600)
    return pl.Series(column.name, found, dtype=pl.Float64)


def read_labels(labels: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """`…keys, onset, end` in hours since 1970 (UTC); a row without onset says that its series is quiet. Raises `InputError`."""
    missing = [name for name in ("onset", "end") if name not in labels.columns]
    if missing:
        raise InputError(f"labels: no column {', '.join(missing)}: they need onset and end, empty for none")
    return pl.DataFrame([*labels.select(shared_keys(keys, labels)), _hours(labels["onset"]), _hours(labels["end"])])

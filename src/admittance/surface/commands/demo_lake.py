"""The demonstration's lake: built aside from nothing, then put into place whole."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from admittance.surface.commands.console import note, progress_bar
from admittance.surface.commands.ingest import ingest_summary, run_summary

if TYPE_CHECKING:
    from admittance.lake import Lake

__all__ = ["build_demo", "refuse_other_lakes"]

SEED = 2021
SCENARIO = "scenario"


def build_demo(place: Path) -> None:
    """Build the demonstration's lake anew at `place`, an absolute path, and say on standard error what was done.

    Whoever reads there meanwhile reads the former lake, until the new one is moved into its place. A build that fails or is
    killed leaves the former lake. Raises `UsageError` when something else is at `place`, which is then left alone.
    """
    from admittance.errors import UsageError

    refuse_other_lakes(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        aside = tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-", ignore_cleanup_errors=True)
    except OSError as error:
        raise UsageError(f"{place.parent}: cannot be written to ({error.strerror}); name another place with --lake") from error
    with aside as folder:
        new, former = Path(folder) / "new", Path(folder) / "former"
        _take_in(new, shown_at=place)
        refuse_other_lakes(place)
        try:
            if place.exists():
                place.rename(former)
            new.rename(place)
        except OSError as error:
            raise UsageError(
                f"{place}: cannot be replaced ({error.strerror}); repeat, or name another place with --lake"
            ) from error


def refuse_other_lakes(place: Path) -> None:
    """Raise `UsageError` unless `place` is free, or holds a simulated lake beside a scenario and nothing else."""
    from admittance.errors import UsageError
    from admittance.lake import Lake
    from admittance.model.vocabulary import Origin

    entries = list(place.iterdir()) if place.is_dir() else []
    if not entries and (place.is_dir() or not place.exists()):
        return
    elsewhere = "`admittance demo` replaces nothing but its own simulated lake; name another place with --lake"
    if not _is_table(place / "releases"):
        raise UsageError(f"{place} is no lake and not empty: {elsewhere}")
    origin = Lake.origin_at(place)
    if origin is not Origin.SIMULATED:
        raise UsageError(f"{place} holds {f'{origin} data' if origin is not None else 'a lake of another make'}: {elsewhere}")
    if not (place / SCENARIO).is_dir():
        raise UsageError(f"{place} holds a simulated lake that no demo made: {elsewhere}")
    strange = sorted(entry.name for entry in entries if entry.name != SCENARIO and not _is_table(entry))
    if strange:
        raise UsageError(f"{place} also holds {strange[0]}, which no demo made: {elsewhere}")


def _is_table(folder: Path) -> bool:
    return (folder / "_delta_log").is_dir()


def _take_in(folder: Path, *, shown_at: Path) -> None:
    """A lake at `folder` with the scenario beside its tables, its files known by where they will lie below `shown_at`."""
    from admittance.catalog import load
    from admittance.lab import write_scenario
    from admittance.lake import Lake
    from admittance.pipeline.ingest import ingest
    from admittance.pipeline.reading import documents_in, read_documents
    from admittance.pipeline.run import run
    from admittance.surface.words import count_words

    catalog = load()
    lake = Lake.open(folder, create=True)
    scenario = write_scenario(folder / SCENARIO, seed=SEED)
    note(scenario.description)
    with progress_bar() as progress:
        measured = ingest(lake, "ooni", [scenario.raw], clock=_now, progress=progress)
        listed = ingest(lake, "storefronts", [scenario.storefronts], clock=_now, progress=progress)
        _move_addresses(lake, folder, shown_at)
        texts = list(documents_in([str(scenario.notices)], standard_input=BytesIO()))
        refused = [text for text in texts if isinstance(text, Exception)]
        if refused:
            raise refused[0]
        readings = list(
            read_documents((text for text in texts if not isinstance(text, Exception)), catalog=catalog, lake=lake, clock=_now)
        )
        report = run(lake, catalog=catalog, progress=progress)
    note(f"ingest ooni: {ingest_summary(measured)}")
    note(f"ingest storefronts: {ingest_summary(listed)}")
    actions, claims = sum(len(r.actions) for r in readings), sum(len(r.network_claims) for r in readings)
    note(f"read: {count_words(len(readings), 'document')}, {count_words(actions, 'action')}, {count_words(claims, 'claim')}.")
    note(f"run: {run_summary(report)}\n")


def _move_addresses(lake: Lake, here: Path, there: Path) -> None:
    import polars as pl

    from admittance.model.observation import IngestedFile

    files = lake.snapshot().scan(IngestedFile).collect()
    moved = files.with_columns((pl.lit(str(there)) + pl.col("address").str.strip_prefix(str(here))).alias("address"))
    lake.replace(IngestedFile, moved, column="file", values=files["file"].to_list())
    lake.release_sources()


def _now() -> datetime:
    return datetime.now(UTC)

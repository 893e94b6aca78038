"""Tables of storefront readings into episodes: what an ingest and a run cost as rows and episodes grow."""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from admittance.lake import Lake
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from admittance.sources.countries import COUNTRIES

APPS = 50
STOREFRONTS = 100
SWEEPS = (4, 20)
"""Weekly readings of every app in every storefront: 20,000 and 100,000 rows."""

START = datetime(2020, 1, 1, tzinfo=UTC)


def snapshot_tables() -> dict[str, object]:
    """CPU seconds, all threads, of an ingest, of the run after it and of one more that finds nothing new.

    With `removed` every third app is taken from every third storefront half way, which makes the most episodes.
    """
    return {
        "benchmark": "snapshot_tables",
        "tables": [_table(sweeps, removed=removed) for sweeps in SWEEPS for removed in (False, True)],
    }


def _table(sweeps: int, *, removed: bool) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "apps.csv"
        rows = _write(path, sweeps, removed=removed)
        lake = Lake.open(Path(folder) / "lake", create=True)
        begun = [time.process_time()]
        ingest(lake, "storefronts", [path], clock=lambda: START)
        begun.append(time.process_time())
        report = run(lake)
        begun.append(time.process_time())
        run(lake)
        begun.append(time.process_time())
    names = ("ingest_seconds", "run_seconds", "second_run_seconds")
    seconds = {name: round(end - start, 2) for name, start, end in zip(names, begun, begun[1:], strict=False)}
    return {"rows": rows, "removed": removed, "episodes": report.episodes, **seconds}


def _write(path: Path, sweeps: int, *, removed: bool) -> int:
    """A table of the benchmark, and how many rows it has."""
    storefronts = sorted(COUNTRIES)[:STOREFRONTS]
    with path.open("w", encoding="utf-8") as table:
        table.write("store,app_id,app_title,country,observed,status\n")
        for sweep in range(sweeps):
            day = f"{START + timedelta(days=7 * sweep):%Y-%m-%d}"
            for app in range(APPS):
                for place, country in enumerate(storefronts):
                    gone = removed and 2 * sweep >= sweeps and (app + place) % 3 == 0
                    table.write(f"apple,{1000 + app},App {app},{country},{day},{'not_listed' if gone else 'listed'}\n")
    return sweeps * APPS * STOREFRONTS

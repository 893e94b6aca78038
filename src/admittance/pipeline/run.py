"""From source tables to every derived table: judge, count, detect, name, reconcile; only what changed is redone."""

import hashlib
from collections.abc import Iterable

import msgspec
import polars as pl

from admittance.catalog import Catalog, load
from admittance.detect import DETECTOR_VERSION, build_cells, find_restrictions, group_episodes, identify
from admittance.errors import ConflictError
from admittance.judge import (
    RULESET_VERSION,
    build_controls,
    controls_version,
    judge_network,
    judge_stores,
)
from admittance.judge.fingerprints import shipped
from admittance.lake import Lake
from admittance.lake.lake import Derivations
from admittance.lake.layout import Derivation
from admittance.lake.snapshot import Snapshot
from admittance.model.corroboration import Corroboration
from admittance.model.episode import Change, Episode
from admittance.model.observation import Body, NetworkObservation, StoreObservation
from admittance.model.tables import rows_of, table_of
from admittance.model.verdict import Cell, ControlRecord, StoreVerdict, Verdict
from admittance.model.vocabulary import Origin
from admittance.pipeline.progress import Progress, silent
from admittance.pipeline.reading import read_again, stored_readings
from admittance.reconcile import corroborate

__all__ = ["RunReport", "run"]

RUN_TRIES = 5
"""How often a run begins again because another run was released while it worked."""


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did, and the release that shows it."""

    release: int
    countries: int  # with network measurements
    rejudged: int  # of these, judged anew
    verdicts: int
    episodes: int
    changes: int  # new lines in the log of episodes
    corroborations: int
    documents_read_again: int


def run(lake: Lake, *, catalog: Catalog | None = None, progress: Progress = silent) -> RunReport:
    """Bring the derived tables up to date with what was ingested and read, and release them together.

    The result is a function of the source tables and of the versions of rules, catalog, fingerprints, detector and reader: two
    lakes with the same inputs get the same rows. Killed at any moment, it leaves the former release in force. Raises
    `ConflictError` when other runs keep being released first.
    """
    known = catalog or load()
    read = read_again(lake, catalog=known)
    for attempt in range(RUN_TRIES):
        try:
            return _run_once(lake, known, read, progress)
        except ConflictError:
            if attempt == RUN_TRIES - 1:
                raise
            progress("another run was released first: begin again", 0)
    raise AssertionError("unreachable")


def _run_once(lake: Lake, catalog: Catalog, documents_read_again: int, progress: Progress) -> RunReport:
    with lake.deriving() as work:
        base = work.base
        origin = base.origin or Origin.MEASURED
        progress("controls", 0)
        controls = _controls(work, catalog)
        versions = {
            "ruleset": RULESET_VERSION,
            "catalog": catalog.version,
            "fingerprints": shipped().version,
            "controls": controls_version(controls),
            "detector": DETECTOR_VERSION,
        }
        store_verdicts = judge_stores(base.scan(StoreObservation).collect(), catalog=catalog)
        work.replace(StoreVerdict, store_verdicts)
        fresh = _inputs_by_country(base, versions)
        former = {
            country: inputs
            for step, country, inputs in base.scan(Derivation).select("step", "country", "inputs").collect().iter_rows()
            if step == "network"
        }
        stale = sorted(country for country in fresh.keys() | former.keys() if fresh.get(country) != former.get(country))
        kept = base.scan(Episode).filter(~pl.col("country").is_in(stale)).collect()
        episodes = rows_of(Episode, kept)
        cells = [base.scan(Cell).filter(~pl.col("country").is_in(stale)).collect()]
        for number, country in enumerate(stale):
            progress(f"judge and detect {country}", number, len(stale))
            verdicts = _judge(base, country, controls, catalog)
            country_cells = build_cells(verdicts)
            work.replace(Verdict, verdicts, country=country)
            work.replace(Cell, country_cells, country=country)
            restrictions = find_restrictions(country_cells)
            episodes += group_episodes(restrictions, country_cells, versions=_json(versions))
            cells.append(country_cells)
        log = rows_of(Change, base.scan(Change).sort("sequence").collect())
        named, changes = identify(episodes, log)
        work.replace(Episode, table_of(Episode, named))
        work.replace(Change, table_of(Change, [*log, *changes]))
        work.replace(
            Derivation,
            table_of(Derivation, [Derivation(step="network", country=key, inputs=value) for key, value in fresh.items()]),
        )
        progress("reconcile", 0)
        edges = corroborate(
            stored_readings(base),
            episodes=named,
            cells=pl.concat(cells),
            store_verdicts=store_verdicts,
            catalog=catalog,
            versions=_json(versions),
            origin=origin,
        )
        work.replace(Corroboration, edges)
    released = lake.snapshot()
    return RunReport(
        release=released.version,
        countries=len(fresh),
        rejudged=len(stale),
        verdicts=released.scan(Verdict).select(pl.len()).collect().item(),
        episodes=len(named),
        changes=len(changes),
        corroborations=edges.height,
        documents_read_again=documents_read_again,
    )


def _observations(snapshot: Snapshot, country: str | None = None) -> pl.LazyFrame:
    """Network observations of a country, or of all, each measurement once.

    Where several files or sources hold a measurement, the first by name is taken. One that files lay in different countries
    counts in each of them: only the rows of a country are read to judge it.
    """
    observations = snapshot.scan(NetworkObservation)
    if country is not None:
        observations = observations.filter(pl.col("country") == country)
    chosen = (
        observations.select("measurement_uid", "source", "file")
        .unique()
        .sort("measurement_uid", "source", "file")
        .unique(subset="measurement_uid", keep="first", maintain_order=True)
    )
    return observations.join(chosen, on=["measurement_uid", "source", "file"], how="semi")


def _controls(work: Derivations, catalog: Catalog) -> pl.DataFrame:
    controls = build_controls(_observations(work.base).collect(), catalog=catalog)
    work.replace(ControlRecord, controls)
    return controls


def _judge(snapshot: Snapshot, country: str, controls: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    observations = _observations(snapshot, country).collect()
    wanted = observations.select("body_sha256").drop_nulls().unique()
    bodies = (
        snapshot.scan(Body)
        .join(wanted.lazy(), on="body_sha256", how="semi")
        .sort("body_sha256", "file")
        .unique(subset="body_sha256", keep="first", maintain_order=True)
        .collect()
    )
    return judge_network(observations, bodies=bodies, controls=controls, catalog=catalog)


def _inputs_by_country(snapshot: Snapshot, versions: dict[str, str]) -> dict[str, str]:
    """For each country a hash of all that its verdicts, cells and episodes are a function of."""
    counts = (
        snapshot.scan(NetworkObservation)
        .group_by("country", "source", "file")
        .agg(pl.len().alias("rows"))
        .sort("country", "source", "file")
        .collect()
    )
    return {
        str(country): _digest([_json(versions), *(str(row) for row in rows.drop("country").iter_rows())])
        for (country,), rows in counts.group_by("country", maintain_order=True)
    }


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()

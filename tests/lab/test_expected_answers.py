"""The scenario through every room, without a lake: what the demonstration shows is what the scenario was made to show."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from admittance.catalog import Catalog, load
from admittance.detect import build_cells, find_restrictions, group_episodes
from admittance.documents import read_text
from admittance.judge import build_controls, judge_network, judge_snapshots
from admittance.lab import Scenario, write_scenario
from admittance.lab.notices import NOTICES
from admittance.model.corroboration import Corroboration
from admittance.model.documents import Reading
from admittance.model.episode import Episode
from admittance.model.ids import ClaimId, FileId
from admittance.model.tables import empty_table, rows_of
from admittance.model.testimony import Testimony
from admittance.model.vocabulary import Origin
from admittance.reconcile import corroborate
from admittance.sources import Batch, ReadOptions, SourceFile, source_named

TRUE_ONSET = datetime(2021, 3, 15, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return write_scenario(tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="module")
def readings(catalog: Catalog) -> list[Reading]:
    return [
        read_text(
            notice.text,
            catalog=catalog,
            published=notice.published,
            publisher=notice.publisher,
            url=notice.url,
            title=notice.title,
            kind=notice.kind,
            language=notice.language,
        )
        for notice in NOTICES
    ]


def read(source: str, path: Path) -> list[Batch]:
    file = SourceFile(path=path, file=FileId(hashlib.sha256(path.read_bytes()).hexdigest()), address=path.name)
    return list(source_named(source).read(file, ReadOptions(recorded_at=datetime(2021, 4, 1, tzinfo=UTC))))


@pytest.fixture(scope="module")
def cells(scenario: Scenario, catalog: Catalog) -> pl.DataFrame:
    batches = [batch for path in sorted(scenario.raw.rglob("*.gz")) for batch in read("ooni", path)]
    assert all(batch.rejects.is_empty() for batch in batches)
    observations = pl.concat([batch.observations for batch in batches])
    assert observations.get_column("origin").unique().to_list() == ["simulated"]
    assert sorted(observations.get_column("arm").unique()) == ["direct", "tunnel"]
    bodies = pl.concat([batch.bodies for batch in batches])
    controls = build_controls([observations], catalog=catalog)
    return build_cells(judge_network(observations, bodies=bodies, controls=controls, catalog=catalog))


@pytest.fixture(scope="module")
def episodes(cells: pl.DataFrame) -> list[Episode]:
    return group_episodes(find_restrictions(cells), cells, versions="{}")


def test_one_episode_whose_bracket_holds_the_truth(episodes: list[Episode]) -> None:
    (episode,) = episodes
    assert (episode.subject, episode.country, episode.gate, episode.state) == ("signal", "CN", "network", "likely_blocked")
    assert (episode.scope, episode.mechanism, episode.tunnel) == ("7 of 9 networks", "tls.reset", "ok")
    assert episode.origin is Origin.SIMULATED
    assert episode.end is None
    assert episode.onset_earliest is not None
    assert episode.onset_earliest <= TRUE_ONSET <= episode.onset_latest
    assert f"{episode.onset:%Y-%m-%d}" == "2021-03-15"
    assert [network.asn for network in episode.networks] == list(range(64512, 64519))


def test_signal_stays_listed(scenario: Scenario, catalog: Catalog) -> None:
    batches = read("storefronts", scenario.storefronts)
    verdicts = judge_snapshots(pl.concat([batch.snapshots for batch in batches]), catalog=catalog)
    listed = verdicts.filter((pl.col("subject") == "signal") & (pl.col("country") == "CN"))
    assert listed.get_column("state").unique().to_list() == ["ok"]


def test_three_claims_are_supported_one_is_wrong_and_one_out_of_sight(
    scenario: Scenario, catalog: Catalog, readings: list[Reading], cells: pl.DataFrame, episodes: list[Episode]
) -> None:
    stores = pl.concat([batch.snapshots for batch in read("storefronts", scenario.storefronts)])
    table = corroborate(
        readings,
        episodes=episodes,
        cells=cells.lazy(),
        snapshots=judge_snapshots(stores, catalog=catalog),
        testimonies=empty_table(Testimony).lazy(),
        catalog=catalog,
        versions="{}",
        origin=Origin.SIMULATED,
    )
    rows = rows_of(Corroboration, table)
    assert Counter(row.status.value for row in rows) == {"supported": 3, "contradicted": 1, "unobservable": 1}
    assert {row.record_kind for row in rows} == {"claim"}
    onsets = {claim.id: claim.onset.value for reading in readings for claim in reading.network_claims}
    by_status = {row.status.value: onsets[ClaimId(row.record)] for row in rows if row.status.value != "supported"}
    assert by_status == {"contradicted": "2021-03-05", "unobservable": "2021-03-14"}


def test_the_summons_names_eleven_companies(readings: list[Reading]) -> None:
    (action,) = [action for reading in readings for action in reading.actions]
    assert (action.type, action.time.value) == ("summons", "2021-03-18")
    assert len([mention for mention in action.mentions if mention.role == "target"]) == 11

"""Telegram in Kenya, November 2023, from OONI's own observations: what the report says, in the data that stand behind it."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from admittance.catalog import load
from admittance.detect import build_cells, find_restrictions, group_episodes
from admittance.judge import build_controls, judge_network
from admittance.model.episode import Episode
from admittance.model.ids import FileId
from admittance.model.vocabulary import Pattern
from admittance.sources import ReadOptions, Selection, SourceFile, source_named

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "ooni" / "kenya2023"
TELEGRAM = "2023-KE-telegram.csv.gz"
WEB = "2023-KE-web_connectivity-telegram.org.csv.gz"

pytestmark = pytest.mark.skipif(not (FOLDER / TELEGRAM).exists(), reason="the real measurements are not beside the checkout")


def telegram_episodes(names: tuple[str, ...]) -> list[Episode]:
    everything = Selection(countries=frozenset(), since=None, until=None, tests=frozenset())
    options = ReadOptions(
        recorded_at=datetime(2024, 1, 1, tzinfo=UTC), selection=everything, renames={}, observed=None, batch_size=10_000
    )
    batches = []
    for path in (FOLDER / name for name in names):
        file = SourceFile(path=path, file=FileId(hashlib.sha256(path.read_bytes()).hexdigest()), address=path.name)
        batches += list(source_named("ooni-observations").read(file, options))
    catalog = load()
    observations = pl.concat([batch.observations for batch in batches])
    controls = build_controls([observations], catalog=catalog)
    bodies = pl.concat([batch.bodies for batch in batches])
    cells = build_cells(judge_network(observations, bodies=bodies, controls=controls, catalog=catalog))
    found = group_episodes(find_restrictions(cells), cells, versions="{}")
    return [episode for episode in found if episode.subject == "telegram"]


@pytest.mark.parametrize("names", [(TELEGRAM,), (TELEGRAM, WEB)], ids=["telegram", "telegram and telegram.org"])
def test_one_national_episode_with_the_reported_dates(names: tuple[str, ...]) -> None:
    (episode,) = telegram_episodes(names)
    networks = {int(network.asn): network for network in episode.networks}
    assert {12455, 37061, 33771} <= set(networks) <= {12455, 37061, 33771, 36926}
    assert all(network.onset.date() >= date(2023, 11, 7) for network in networks.values())
    for bracket in (episode, networks[12455]):
        assert bracket.onset_earliest is not None
        assert date(2023, 11, 7) <= bracket.onset_earliest.date()
        assert bracket.onset_latest.date() <= date(2023, 11, 9)
        assert bracket.end_earliest is not None
        assert bracket.end_latest is not None
        assert date(2023, 11, 23) <= bracket.end_earliest.date()
        assert bracket.end_latest.date() <= date(2023, 11, 26)
    assert networks[12455].pattern is Pattern.CONTINUOUS
    for asn in (33771, 37061):
        assert networks[asn].pattern is Pattern.RECURRING
        for window in networks[asn].active_windows:
            assert window.weekdays == (1, 2, 3, 4, 5)
            assert 3 <= window.start_hour < window.end_hour <= 15

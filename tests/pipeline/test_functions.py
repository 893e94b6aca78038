"""The model case of the function gate: Clubhouse's api is reset from one day on, while its audio goes on working."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from admittance.catalog import Catalog
from admittance.lab.reports import Host, Network, Outcome, Session, web_line
from admittance.lake import Lake
from admittance.model.episode import Episode
from admittance.model.ids import Country, SubjectId
from admittance.model.tables import rows_of
from admittance.model.vocabulary import Gate, State
from admittance.pipeline import DocumentInput, ingest, read_documents, run
from admittance.surface.queries import Card, EpisodeFilter, cards, episodes
from tests.pipeline.conftest import clock

FIRST_DAY = datetime(2021, 1, 25, tzinfo=UTC)
BLOCKED_FROM = datetime(2021, 2, 8, 11, tzinfo=UTC)
API = Host(name="www.clubhouseapi.com", addresses=("104.18.28.74",), network=13335, network_name="Cloudflare", title="Api")
AUDIO = Host(name="ap2.agora.io", addresses=("193.118.60.7",), network=55967, network_name="Agora", title="Audio")
TEXT = (
    "Users in China reported on February 8, 2021 that new accounts could not register on Clubhouse. "
    "Registration on Clubhouse has failed in China since February 8, 2021, users said."
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("functions")
    rng = random.Random(8)
    lines = []
    for day in range(28):
        for hour in range(0, 24, 6):
            for network in range(64512, 64516):
                start = FIRST_DAY + timedelta(days=day, hours=hour, minutes=rng.randrange(300))
                session = Session(network=Network(asn=network, name="Simulated"), arm="direct", start=start)
                blocked = start >= BLOCKED_FROM and network != 64515
                lines.append(web_line(session, API, Outcome.RESET if blocked else Outcome.WORKS, rng=rng))
                lines.append(web_line(session, AUDIO, Outcome.WORKS, rng=rng))
    raw = folder / "raw.jsonl"
    raw.write_bytes(b"\n".join(lines) + b"\n")
    lake = Lake.open(folder / "lake", create=True)
    ingest(lake, "ooni", [raw], clock=clock)
    run(lake)
    return lake


def card_of(lake: Lake, catalog: Catalog) -> Card:
    (card,) = cards(lake.snapshot(), catalog, SubjectId("clubhouse"), Country("CN"))
    return card


def test_api_and_audio_have_lines_of_their_own(lake: Lake, catalog: Catalog) -> None:
    card = card_of(lake, catalog)
    lines = {line.part: line for line in card.gates if line.gate is Gate.FUNCTION}
    api, audio = lines["api"], lines["audio"]
    assert (api.state, audio.state) == (State.LIKELY_BLOCKED, State.OK)
    assert api.since is not None
    assert abs(api.since - BLOCKED_FROM) <= timedelta(hours=12)
    assert audio.as_of is not None
    assert audio.since is None
    assert (audio.n, audio.k) == (4 * 28, 0)
    assert api.evidence.shown
    assert {row.target for row in api.evidence.shown} == {"clubhouse/api"}
    assert all(row.reason.startswith("clubhouse/api at tls: ") for row in api.evidence.shown)


def test_the_whole_needs_both(lake: Lake, catalog: Catalog) -> None:
    service = card_of(lake, catalog).service
    assert service is not None
    assert (service.state, service.roles) == (State.LIKELY_BLOCKED, ("api", "audio"))


def test_the_network_gate_and_the_function_count_the_same_measurements(lake: Lake) -> None:
    found = {episode.id: episode for episode in rows_of(Episode, lake.snapshot().scan(Episode).collect())}
    assert sorted(found) == ["CN-2021-clubhouse-function-api-1", "CN-2021-clubhouse-network-1"]
    function, network = (found[name] for name in sorted(found))
    assert (function.part, network.part) == ("api", None)
    assert (function.reports, function.witnesses, function.mechanism) == (network.reports, network.witnesses, network.mechanism)
    assert (function.scope, network.scope) == ("3 of 4 networks", "3 of 4 networks")


def test_what_is_only_reported_is_said_to_be_and_opens_nothing(tmp_path: Path, catalog: Catalog) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    documents = [DocumentInput(text=TEXT, published="2021-02-09", kind="article", language="en")]
    list(read_documents(documents, catalog=catalog, lake=lake, clock=clock))
    run(lake)
    card = card_of(lake, catalog)
    line = next(line for line in card.gates if line.part == "registration")
    assert (line.state, line.as_of, line.reports) == (State.INSUFFICIENT, None, 1)
    assert line.note == "reported as failing by 1 text, never measured"
    assert lake.snapshot().scan(Episode).collect().is_empty()


def test_functions_are_listed_behind_the_network(lake: Lake) -> None:
    found = episodes(lake.snapshot(), EpisodeFilter(country=Country("CN")))
    assert [(one.gate, one.part) for one in found] == [(Gate.NETWORK, None), (Gate.FUNCTION, "api")]

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
from admittance.pipeline.ingest import ingest
from admittance.pipeline.reading import DocumentInput, read_documents
from admittance.pipeline.run import run
from admittance.surface.queries import Card, EpisodeFilter, cards, coverage, episodes
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


def test_what_goes_on_working_is_not_reported_as_failing(tmp_path: Path, catalog: Catalog) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    text = (
        "Clubhouse was blocked in China on February 8, 2021. Some users in China say that if they use a VPN to enter a room of "
        "Clubhouse and then turn off the VPN, they can continue to listen to the conversation in the room."
    )
    list(read_documents([DocumentInput(text=text, published="2021-02-09")], catalog=catalog, lake=lake, clock=clock))
    run(lake)
    card = card_of(lake, catalog)
    assert any(entry.claim.rule == "en.partly-works" for entry in card.claims)
    assert not any("reported as failing" in line.note for line in card.gates if line.part == "audio")


def test_functions_are_listed_behind_the_network(lake: Lake) -> None:
    found = episodes(lake.snapshot(), EpisodeFilter(country=Country("CN")))
    assert [(one.gate, one.part) for one in found] == [(Gate.NETWORK, None), (Gate.FUNCTION, "api")]


def checks(folder: Path, *, others: bool = False, network: str = "", origin: str = "measured") -> Path:
    """A check of api and audio each day; from the eighth of February on the api fails in China, with `others` in Japan too."""
    lines = ["service,role,country,network,observed,status,origin"]
    for number in range(28):
        day = FIRST_DAY + timedelta(days=number)
        outcome = "fails" if day >= BLOCKED_FROM.replace(hour=0) else "works"
        lines.append(f"Clubhouse,api,CN,{network},{day:%Y-%m-%d},{outcome},{origin}")
        lines.append(f"Clubhouse,audio,CN,{network},{day:%Y-%m-%d},works,{origin}")
        if others:
            lines.append(f"Clubhouse,api,JP,,{day:%Y-%m-%d},{outcome},{origin}")
    path = folder / "checks.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(("network", "scope"), [("", "networks not named"), ("AS4134", "1 of 1 networks")])
def test_scripted_checks_date_a_function_like_measurements_do(
    tmp_path: Path, catalog: Catalog, network: str, scope: str
) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    ingest(lake, "checks", [checks(tmp_path, network=network)], clock=clock)
    report = run(lake)
    assert report.episodes == 1
    lines = {line.part: line for line in card_of(lake, catalog).gates if line.gate is Gate.FUNCTION}
    api, audio = lines["api"], lines["audio"]
    assert (api.state, audio.state) == (State.LIKELY_BLOCKED, State.OK)
    (episode,) = api.episodes
    assert (episode.id, episode.scope, episode.layers) == ("CN-2021-clubhouse-function-api-1", scope, ("attempt",))
    assert episode.mechanism == "function.failure"
    assert episode.onset_earliest == BLOCKED_FROM.replace(hour=0) - timedelta(days=1)
    assert episode.onset_latest == BLOCKED_FROM.replace(hour=1)
    assert (episode.end, episode.k, episode.n) == (None, 14, 14)
    assert api.evidence.total == 14
    assert audio.as_of == FIRST_DAY + timedelta(days=27)
    assert run(lake).rejudged == 0
    days = coverage(lake.snapshot(), SubjectId("clubhouse"), Country("CN"))
    assert {(day.gate, day.measurements, day.scored, day.late) for day in days} == {(Gate.FUNCTION, 2, 2, 0)}
    assert len(days) == 28


def test_what_fails_everywhere_is_down_and_opens_nothing(tmp_path: Path, catalog: Catalog) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    ingest(lake, "checks", [checks(tmp_path, others=True)], clock=clock)
    assert run(lake).episodes == 0
    api = next(line for line in card_of(lake, catalog).gates if line.part == "api")
    assert api.state is State.DOWN


def test_attempts_and_measurements_of_one_function_are_one_episode(lake: Lake, tmp_path: Path, catalog: Catalog) -> None:
    copy = Lake.open(tmp_path / "lake", create=True)
    raw = next(Path(str(lake.place)).parent.glob("raw.jsonl"))
    ingest(copy, "ooni", [raw], clock=clock)
    ingest(copy, "checks", [checks(tmp_path, origin="simulated")], clock=clock)
    run(copy)
    api = next(line for line in card_of(copy, catalog).gates if line.part == "api")
    (episode,) = api.episodes
    assert episode.layers == ("endpoints", "attempt")
    assert episode.witnesses == ("checks", "ooni")

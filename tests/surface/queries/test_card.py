from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from admittance.catalog import Catalog
from admittance.lake import Lake, Snapshot
from admittance.model.episode import Episode
from admittance.model.ids import Asn, Country, FileId, RuleId, SubjectId, TargetId
from admittance.model.tables import table_of
from admittance.model.verdict import Cell, SnapshotVerdict
from admittance.model.vocabulary import Arm, Evidence, Gate, Layer, Origin, State
from admittance.surface.commands.ask import card_text
from admittance.surface.queries import cards
from tests.surface.conftest import ended_episode

LAST = datetime(2023, 12, 10, 12, tzinfo=UTC)


def cell(*, time: datetime = LAST, arm: Arm = Arm.DIRECT, country: str = "KE", **counts: int) -> Cell:
    return Cell(
        subject=SubjectId("telegram"),
        target=TargetId("telegram/dc_pool"),
        gate=Gate.NETWORK,
        layer=Layer.TCP,
        country=Country(country),
        network=Asn(12455),
        resolver_network=None,
        arm=arm,
        origin=Origin.MEASURED,
        time=time,
        rules="{}",
        mechanisms="{}",
        reports="",
        bad_reports="",
        sources="",
        **{state.value: counts.get(state.value, 0) for state in State},
    )


def store_verdict(state: State, *, time: datetime = LAST, store: str = "apple", country: str = "CN") -> SnapshotVerdict:
    return SnapshotVerdict(
        source="storefronts",
        origin=Origin.MEASURED,
        subject=SubjectId("telegram"),
        gate=Gate.STORE,
        target=TargetId("telegram/ios"),
        name="Telegram",
        place=store,
        item="686449807",
        country=Country(country),
        time=time,
        state=state,
        rule=RuleId("store.listed"),
        evidence=Evidence.SCORED,
        mechanism=None,
        severity=None,
        count=None,
        reason="as the table says",
        ruleset="store/1",
        catalog="c",
        file=FileId("f" * 64),
        offset=17,
        line_sha256="a" * 64,
    )


def lake_of(
    folder: Path, cells: list[Cell], *, episodes: list[Episode] | None = None, stores: list[SnapshotVerdict] | None = None
) -> Snapshot:
    lake = Lake.open(folder / "lake", create=True)
    with lake.deriving() as work:
        work.replace(Cell, table_of(Cell, cells))
        work.replace(Episode, table_of(Episode, episodes or []))
        work.replace(SnapshotVerdict, table_of(SnapshotVerdict, stores or []))
    return lake.snapshot()


@pytest.mark.parametrize(
    ("cells", "state", "n", "k"),
    [
        ([], State.INSUFFICIENT, 0, 0),
        ([cell(ok=4)], State.INSUFFICIENT, 4, 0),
        ([cell(ok=5)], State.OK, 5, 0),
        ([cell(ok=5, likely_blocked=1)], State.OK, 6, 1),
        ([cell(ok=3, blocked=3)], State.INSUFFICIENT, 6, 3),
        ([cell(ok=1, down=4)], State.DOWN, 1, 0),
        ([cell(ok=1, impaired=4)], State.IMPAIRED, 1, 0),
        ([cell(failed=9, insufficient=9)], State.INSUFFICIENT, 0, 0),
        ([cell(ok=5, arm=Arm.TUNNEL)], State.INSUFFICIENT, 0, 0),
        ([cell(ok=9, time=LAST - timedelta(days=7)), cell(ok=1)], State.INSUFFICIENT, 1, 0),
        ([cell(ok=9, time=LAST - timedelta(days=6)), cell(ok=1)], State.OK, 10, 0),
        ([cell(ok=9, country="UG")], State.INSUFFICIENT, 0, 0),
    ],
)
def test_without_an_ongoing_episode_the_last_measured_week_decides(
    tmp_path: Path, catalog: Catalog, cells: list[Cell], state: State, n: int, k: int
) -> None:
    (card,) = cards(lake_of(tmp_path, cells), catalog, SubjectId("telegram"), Country("KE"))
    network = card.gates[0]
    assert (network.gate, network.state, network.n, network.k) == (Gate.NETWORK, state, n, k)
    assert network.since is None


def test_an_ended_episode_is_told_and_does_not_decide(tmp_path: Path, catalog: Catalog) -> None:
    snapshot = lake_of(tmp_path, [cell(ok=9)], episodes=[ended_episode()])
    network = cards(snapshot, catalog, SubjectId("telegram"), Country("KE"))[0].gates[0]
    assert network.state is State.OK
    assert network.ongoing is None
    assert [episode.id for episode in network.episodes] == [ended_episode().id]


def test_countries_are_those_measured_listed_or_restricted_restricted_first(tmp_path: Path, catalog: Catalog) -> None:
    snapshot = lake_of(
        tmp_path,
        [cell(ok=9, country="UG"), cell(ok=9)],
        episodes=[ended_episode()],
        stores=[store_verdict(State.OK, country="CN")],
    )
    found = cards(snapshot, catalog, SubjectId("telegram"))
    assert [card.country for card in found] == ["KE", "CN", "UG"]
    assert found[0].has_episodes
    assert [card.country for card in cards(snapshot, catalog, SubjectId("signal"))] == [None]


def test_what_only_actions_mention_has_the_card_of_their_country(measured_lake: Path, catalog: Catalog) -> None:
    (card,) = cards(Lake.open(measured_lake).snapshot(), catalog, SubjectId("xiaomi"))
    assert card.country == "CN"
    assert [entry.action.type for entry in card.actions] == ["summons"]
    text = " ".join(card_text(card, catalog).split())
    assert "nothing in this lake" not in text
    assert text.endswith("Xiaomi in CN never measured.")


def test_a_store_is_as_it_was_last_read(tmp_path: Path, catalog: Catalog) -> None:
    before = LAST - timedelta(days=3)
    stores = [
        store_verdict(State.INSUFFICIENT),
        store_verdict(State.OK, time=before),
        store_verdict(State.OK, store="gplay", time=before),
    ]
    (card,) = cards(lake_of(tmp_path, [], stores=stores), catalog, SubjectId("telegram"), Country("CN"))
    apple, play = (line for line in card.gates if line.gate is Gate.STORE)
    assert (apple.part, apple.state, apple.as_of, apple.note) == ("apple", State.INSUFFICIENT, LAST, "as the table says")
    assert (play.part, play.state, play.as_of) == ("gplay", State.OK, before)
    assert [(row.state, row.offset) for row in apple.evidence.shown] == [("insufficient", 17)]

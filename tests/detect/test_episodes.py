"""From restrictions to national episodes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from admittance.detect import find_restrictions, group_episodes
from admittance.model.episode import Episode
from admittance.model.tables import empty_table
from admittance.model.verdict import Cell
from admittance.model.vocabulary import Arm, Gate, Layer, Pattern

START = datetime(2024, 5, 6, tzinfo=UTC)
VERSIONS = '{"detector":"test"}'
MakeCells = Callable[..., pl.DataFrame]
Between = Callable[[float, float], Callable[[int], bool]]


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def episodes(*tables: pl.DataFrame) -> list[Episode]:
    together = pl.concat(tables)
    return group_episodes(find_restrictions(together), together, versions=VERSIONS)


def only(*tables: pl.DataFrame) -> Episode:
    (episode,) = episodes(*tables)
    return episode


def test_roles_of_a_service_have_episodes_of_their_own(cells: MakeCells, between: Between) -> None:
    found = episodes(
        cells(between(10, 20), role="messaging", gate=Gate.FUNCTION, layer=Layer.ENDPOINTS),
        cells(between(12, 20), role="media", gate=Gate.FUNCTION, layer=Layer.ENDPOINTS),
        cells(between(99, 99), role="web", gate=Gate.FUNCTION, layer=Layer.ENDPOINTS),
        cells(between(10, 20)),
    )
    assert [(one.gate, one.part, one.targets) for one in found] == [
        (Gate.FUNCTION, "media", ("telegram/media",)),
        (Gate.FUNCTION, "messaging", ("telegram/messaging",)),
        (Gate.NETWORK, None, ("telegram/dc_pool",)),
    ]
    assert near(found[0].onset, 12)
    assert near(found[1].onset, 10)


def near(time: datetime | None, number: float) -> bool:
    return time is not None and abs(time - day(number)) <= timedelta(hours=3)


def test_layers_targets_and_networks_are_one_episode(cells: MakeCells, between: Between) -> None:
    episode = only(
        cells(between(10, 20), network=1),
        cells(between(11, 20), network=2, layer=Layer.TLS, role="web", mechanism="tls.reset"),
        cells(between(12, 21), network=2, layer=Layer.HTTP, role="web", source="ooni-observations"),
        cells(between(99, 99), network=3),
    )
    assert [network.asn for network in episode.networks] == [1, 2]
    assert episode.scope == "2 of 3 networks"
    assert episode.networks_measured == 3
    assert episode.targets == ("telegram/dc_pool", "telegram/web")
    assert episode.layers == (Layer.TCP, Layer.TLS, Layer.HTTP)
    assert near(episode.onset, 10)
    assert near(episode.end, 21)
    assert near(episode.networks[1].onset, 11)
    assert episode.witnesses == ("ooni", "ooni-observations")
    assert episode.mechanism == "tcp.timeout"
    assert episode.versions == VERSIONS
    assert episode.k == sum(network.k for network in episode.networks) == 12 * (10 + 9 + 9)


def test_subjects_and_countries_stay_apart(cells: MakeCells, between: Between) -> None:
    found = episodes(
        cells(between(10, 20), country="UG"), cells(between(10, 20)), cells(between(10, 20), subject="signal", role="chat")
    )
    assert [(one.subject, one.country) for one in found] == [("signal", "KE"), ("telegram", "KE"), ("telegram", "UG")]


@pytest.mark.parametrize(("second", "expected"), [(22, 1), (23.5, 2)], ids=["under 72 hours", "over"])
def test_networks_that_follow_within_72_hours_are_one_episode(
    cells: MakeCells, between: Between, second: float, expected: int
) -> None:
    assert len(episodes(cells(between(10, 20), network=1), cells(between(second, 30), network=2))) == expected


def test_a_thin_network_with_a_wide_bracket_moves_no_bound(cells: MakeCells, between: Between) -> None:
    def thin(hour: int) -> bool | None:
        return None if 4 <= hour // 24 < 11 or 19 <= hour // 24 < 33 else 10 <= hour / 24 < 20

    episode = only(cells(between(12, 18), network=1), cells(thin, network=2))
    wide = episode.networks[1]
    assert not wide.bounding
    assert wide.onset_earliest is not None
    assert wide.onset_earliest < day(4)
    assert episode.networks[0].bounding
    assert (near(episode.onset, 12), near(episode.end, 18)) == (True, True)
    assert near(episode.onset_earliest, 12)
    assert near(episode.end_latest, 18)


def test_a_network_blocked_long_before_the_others_is_not_talked_away(cells: MakeCells, between: Between) -> None:
    episode = only(cells(between(-1, 30), network=1), cells(between(10, 20), network=2))
    assert not near(episode.onset, 10)
    assert episode.onset_earliest is None
    assert near(episode.onset_latest, 0)


def test_when_no_network_bounds_all_do_and_honestly_wide(cells: MakeCells, between: Between) -> None:
    def thin(hour: int) -> bool | None:
        return None if 4 <= hour // 24 < 11 else 10 <= hour / 24 < 20

    episode = only(cells(thin))
    assert episode.onset_earliest is not None
    assert episode.onset_latest - episode.onset_earliest > timedelta(days=6)


def test_an_episode_goes_on_while_a_network_is_restricted_to_the_end_of_the_data(cells: MakeCells, between: Between) -> None:
    episode = only(cells(between(10, 20), network=1), cells(between(12, 99), network=2))
    assert episode.end is None
    assert episode.end_latest is None
    assert near(episode.end_earliest, 40)


def test_a_network_last_measured_long_ago_holds_no_end_open(cells: MakeCells, between: Between) -> None:
    gone = cells(lambda hour: hour / 24 >= 10 if hour < 15 * 24 else None, network=2)
    episode = only(cells(between(10, 20), network=1), gone)
    assert near(episode.end, 20)
    assert episode.networks[1].end is None


def test_measurements_ceasing_with_the_failures_leave_the_episode_open(cells: MakeCells, between: Between) -> None:
    gone = cells(lambda hour: hour / 24 >= 10 if hour < 15 * 24 else None, network=2)
    assert only(gone, cells(between(99, 99), network=1)).end is None


@pytest.mark.parametrize(
    ("tunnel", "expected"),
    [(None, "insufficient"), (lambda hour: False, "ok"), (lambda hour: True, "bad")],
    ids=["unmeasured", "works", "fails"],
)
def test_the_tunnel_arm_is_reported_and_never_pooled(
    cells: MakeCells, between: Between, tunnel: Callable[[int], bool] | None, expected: str
) -> None:
    direct = cells(between(10, 20))
    tables = [direct] if tunnel is None else [direct, cells(tunnel, arm=Arm.TUNNEL, network=7)]
    episode = only(*tables)
    assert episode.tunnel == expected
    assert [network.asn for network in episode.networks] == [64500]
    assert episode.networks_measured == 1


def test_sessions_make_a_recurring_episode_unless_a_network_is_blocked_throughout(cells: MakeCells, between: Between) -> None:
    def exams(hour: int) -> bool:
        return 14 <= hour // 24 < 28 and hour // 24 % 7 < 5 and 5 <= hour % 24 < 9

    recurring = only(cells(exams, every=1))
    assert recurring.pattern is Pattern.RECURRING
    assert recurring.active_windows[0].weekdays == (1, 2, 3, 4, 5)
    mixed = only(cells(exams, every=1, network=1), cells(between(14, 26), network=2))
    assert mixed.pattern is Pattern.CONTINUOUS
    assert [network.pattern for network in mixed.networks] == [Pattern.RECURRING, Pattern.CONTINUOUS]


def test_what_is_insufficient_joins_no_episode(cells: MakeCells, between: Between) -> None:
    brief = cells(between(12, 12.3), network=2, every=1)
    episode = only(cells(between(10, 20), network=1), brief)
    assert [network.asn for network in episode.networks] == [1]
    assert episodes(brief) == []


def test_the_order_of_rows_changes_nothing(cells: MakeCells, between: Between) -> None:
    table = pl.concat([cells(between(10 + asn, 20), network=asn) for asn in range(1, 5)])
    shuffled = table.sample(fraction=1, shuffle=True, seed=3)
    restrictions = find_restrictions(table)
    expected = group_episodes(restrictions, table, versions=VERSIONS)
    assert group_episodes(restrictions.reverse(), shuffled, versions=VERSIONS) == expected


def test_no_cells_no_episodes() -> None:
    assert group_episodes(find_restrictions(empty_table(Cell)), empty_table(Cell), versions=VERSIONS) == []

"""The line of what was seen from afar: its state, and that nothing else is counted in it."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from admittance.catalog import Catalog
from admittance.model.ids import Asn, Country, SubjectId
from admittance.model.verdict import Cell
from admittance.model.vocabulary import Arm, Gate, State
from admittance.surface.commands.ask import card_text
from admittance.surface.queries import RemoteLine, cards
from admittance.surface.queries.shapes import card_object
from tests.surface.queries.test_card import LAST, cell, lake_of


def seen(*, bad: str = "", good: str = "vantage:1", network: int = 0, **counts: int) -> Cell:
    times = sum(counts.get(name, 0) for name in ("blocked", "likely_blocked"))
    return msgspec.structs.replace(
        cell(arm=Arm.REMOTE),
        network=Asn(network),
        reports=" ".join(sorted({*bad.split(), *good.split()})),
        bad_reports=bad,
        mechanisms=f'{{"http.reset":{times}}}' if bad else "{}",
        **counts,
    )


def line_of(folder: Path, catalog: Catalog, cells: list[Cell]) -> RemoteLine | None:
    (card,) = cards(lake_of(folder, cells), catalog, SubjectId("telegram"), Country("KE"))
    return card.remote


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ([seen(ok=4)], State.INSUFFICIENT),
        ([seen(ok=5)], State.OK),
        ([seen(ok=4, likely_blocked=1, bad="vantage:2")], State.OK),
        ([seen(likely_blocked=5, bad="vantage:2")], State.INSUFFICIENT),
        ([seen(likely_blocked=5, bad="vantage:2 vantage:3")], State.LIKELY_BLOCKED),
        ([seen(likely_blocked=5, blocked=1, bad="vantage:2 vantage:3")], State.BLOCKED),
        ([seen(failed=9, insufficient=9, impaired=9)], State.INSUFFICIENT),
    ],
)
def test_the_last_measured_week_decides(tmp_path: Path, catalog: Catalog, cells: list[Cell], state: State) -> None:
    line = line_of(tmp_path, catalog, cells)
    assert line is not None
    assert line.state is state


def test_nothing_of_another_arm_is_counted_in_it_and_it_in_no_other_line(tmp_path: Path, catalog: Catalog) -> None:
    cells = [
        cell(ok=40),
        cell(arm=Arm.TUNNEL, ok=7),
        seen(likely_blocked=6, bad="vantage:2 vantage:3", network=64500),
        cell(ok=1, arm=Arm.REMOTE, time=LAST - timedelta(days=8)),
    ]
    (card,) = cards(lake_of(tmp_path, cells), catalog, SubjectId("telegram"), Country("KE"))
    network = card.gates[0]
    assert (network.gate, network.state, network.n, network.k) == (Gate.NETWORK, State.OK, 40, 0)
    assert card.remote is not None
    assert (card.remote.n, card.remote.k) == (6, 6)
    assert (card.remote.vantages, card.remote.bad_vantages, card.remote.networks) == (3, 2, 1)
    text = " ".join(card_text(card, catalog).split())
    assert "From afar, counted apart: likely blocked as of 2023-12-10 (6 of 6 checks of the last measured week" in text
    assert "http.reset 6 times; 3 vantages in 1 network)" in text
    remote = card_object(card)["remote"]
    assert isinstance(remote, dict)
    assert remote["mechanisms"] == (("http.reset", 6),)


def test_a_country_seen_only_from_afar_has_a_card_that_says_so(tmp_path: Path, catalog: Catalog) -> None:
    (card,) = cards(lake_of(tmp_path, [seen(ok=5)]), catalog, SubjectId("telegram"))
    assert card.country == "KE"
    text = " ".join(card_text(card, catalog).split())
    assert "Network: insufficient data (nothing has measured it from within)" in text
    assert "networks not said" in text
    assert "last measured 2023-12-10" in text


def test_where_nobody_looked_from_afar_there_is_no_line(tmp_path: Path, catalog: Catalog) -> None:
    assert line_of(tmp_path, catalog, [cell(ok=9)]) is None

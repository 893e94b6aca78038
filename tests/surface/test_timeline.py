from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest

from admittance.surface.web.timeline import timeline
from tests.surface.conftest import ended_episode


def test_brackets_are_drawn_as_ranges_around_what_is_sure() -> None:
    drawing = timeline(ended_episode(), datetime(2023, 11, 29, tzinfo=UTC))
    whole = drawing.rows[0]
    assert [bar.kind for bar in whole.bars] == ["onset", "solid", "end"]
    for before, after in pairwise(whole.bars):
        assert before.left + before.width == pytest.approx(after.left, abs=0.02)
    assert whole.bars[0].left > 0
    assert whole.bars[-1].left + whole.bars[-1].width < 100


def test_an_unbounded_side_is_not_known_and_only_what_follows_the_last_measurement_was_not_measured() -> None:
    drawing = timeline(ended_episode(), datetime(2023, 11, 29, tzinfo=UTC))
    wide = next(row for row in drawing.rows if row.label.startswith("AS36926"))
    assert [bar.kind for bar in wide.bars] == ["unknown", "solid", "unknown", "open"]
    assert drawing.kinds == {"onset", "solid", "end", "unknown", "open"}
    for before, after in pairwise(wide.bars):
        assert before.left + before.width == pytest.approx(after.left, abs=0.02)
    assert wide.bars[0].left == 0
    assert wide.bars[-1].left + wide.bars[-1].width == pytest.approx(100, abs=0.02)


def test_a_network_without_an_end_in_an_episode_that_ended_has_one_that_is_not_known() -> None:
    ended = ended_episode()
    endless = msgspec.structs.replace(ended.networks[0], end=None, end_earliest=None, end_latest=None)
    drawing = timeline(msgspec.structs.replace(ended, networks=(endless,)), datetime(2023, 11, 29, tzinfo=UTC))
    whole, network = drawing.rows
    assert [bar.kind for bar in network.bars] == ["onset", "solid", "unknown", "open"]
    assert network.bars[1] == whole.bars[1]


def test_what_goes_on_is_sure_only_until_it_was_last_measured() -> None:
    ongoing = msgspec.structs.replace(ended_episode(), end=None, end_earliest=None, end_latest=None, networks=())
    drawing = timeline(ongoing, datetime(2023, 11, 29, tzinfo=UTC))
    (row,) = drawing.rows
    assert [bar.kind for bar in row.bars] == ["onset", "solid", "open"]


def test_labels_keep_off_the_edges_and_apart() -> None:
    for days in (1, 3, 20, 90, 400, 4000):
        episode = msgspec.structs.replace(ended_episode(), end=None, end_earliest=None, end_latest=None, networks=())
        until = datetime.fromtimestamp(episode.onset.timestamp() + days * 86400, tz=UTC)
        ticks = timeline(episode, until).ticks
        assert ticks
        assert all(tick.label for tick in ticks)
        labelled = [tick.left for tick in ticks]
        assert all(10 <= left <= 90 for left in labelled)
        assert all(after - before >= 20 for before, after in pairwise(labelled))

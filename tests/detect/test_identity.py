"""Ids are kept for ever, and the log says what became of each episode."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.detect import identify
from admittance.model.episode import Change, Episode, Uncertainty
from admittance.model.ids import Country, EpisodeId, SubjectId
from admittance.model.vocabulary import Gate, Origin, Pattern, State

START = datetime(2023, 11, 1, tzinfo=UTC)


def episode(
    onset: float, end: float | None, *, subject: str = "telegram", country: str = "KE", part: str | None = None
) -> Episode:
    begin = START + timedelta(days=onset)
    stop = None if end is None else START + timedelta(days=end)
    slack = timedelta(hours=6)
    return Episode(
        part=part,
        id=EpisodeId(""),
        subject=SubjectId(subject),
        country=Country(country),
        gate=Gate.NETWORK if part is None else Gate.FUNCTION,
        state=State.LIKELY_BLOCKED,
        mechanism="tcp.timeout",
        pattern=Pattern.CONTINUOUS,
        active_windows=(),
        onset=begin,
        onset_earliest=begin - slack,
        onset_latest=begin + slack,
        end=stop,
        end_earliest=None if stop is None else stop - slack,
        end_latest=None if stop is None else stop + slack,
        networks=(),
        targets=(),
        layers=(),
        scope="1 of 1 networks",
        networks_measured=1,
        n=9,
        k=9,
        reports=9,
        tunnel="insufficient",
        confidence=1.0,
        uncertainty=Uncertainty(
            reports=9, share_low=0.9, share_high=1.0, inconclusive=0.1, proven=0.0, failing=1.0, same_mechanism=1.0
        ),
        witnesses=(),
        versions="{}",
        origin=Origin.SIMULATED,
    )


def told(*runs: Sequence[Episode]) -> tuple[list[list[str]], list[Change]]:
    """The ids after each run, in order of onset, and the whole log."""
    log: list[Change] = []
    ids: list[list[str]] = []
    for run in runs:
        named, news = identify(run, log)
        ids.append([str(one.id) for one in named])
        log = [*log, *news]
    return ids, log


def kinds(log: list[Change]) -> list[tuple[str, str]]:
    return [(change.episode.rpartition("-")[2], change.kind) for change in log]


def test_an_id_names_country_year_subject_gate_and_a_running_number() -> None:
    run = [episode(7, 23), episode(100, 110), episode(40, 50), episode(5, None, subject="site:example.co.ke", country="UG")]
    ids, log = told(run)
    assert ids == [
        [
            "UG-2023-site-example.co.ke-network-1",
            "KE-2023-telegram-network-1",
            "KE-2023-telegram-network-2",
            "KE-2024-telegram-network-1",
        ]
    ]
    assert {change.kind for change in log} == {"opened"}
    assert [change.sequence for change in log] == [1, 2, 3, 4]
    assert all(change.before is None and change.after is not None for change in log)


def test_parts_of_a_subject_have_ids_and_histories_of_their_own() -> None:
    run = [episode(7, 20, part="messaging"), episode(7, 20, part="calls"), episode(7, 20)]
    ids, log = told(run, [episode(7, 23, part="messaging"), *run[1:]])
    assert ids[0] == [
        "KE-2023-telegram-function-calls-1",
        "KE-2023-telegram-function-messaging-1",
        "KE-2023-telegram-network-1",
    ]
    assert ids[1] == ids[0]
    assert [(change.episode, change.kind) for change in log[3:]] == [("KE-2023-telegram-function-messaging-1", "extended")]


def test_an_id_keeps_letters_of_any_script_and_not_their_number() -> None:
    names = ["keyword:六四 + 天安门", f"keyword:{'长' * 200}", f"keyword:{'长' * 200}了"]
    ids, _ = told([episode(7, 20, subject=name) for name in names])
    long = f"KE-2023-keyword-{'长' * 52}-network"
    assert ids == [["KE-2023-keyword-六四-天安门-network-1", f"{long}-1", f"{long}-2"]]


def test_ten_thousand_episodes_are_named_in_seconds() -> None:
    run = [episode(7, 20, subject=f"keyword:{number}") for number in range(10_000)]
    started = monotonic()
    ids, log = told(run, run)
    assert (len(log), ids[0]) == (10_000, ids[1])
    assert monotonic() - started < 20


def test_the_same_episodes_twice_add_nothing() -> None:
    run = [episode(7, 23), episode(40, None)]
    ids, log = told(run, run, list(reversed(run)))
    assert ids[0] == ids[1] == ids[2]
    assert len(log) == 2


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ((7, None), (7, 23), "closed"),
        ((7, 20), (7, 23), "extended"),
        ((7, 20), (7, None), "extended"),
        ((7, 20), (6, 20), "revised"),
        ((7, 20), (7, 19), "revised"),
        ((7, 20), (6, 23), "revised"),
    ],
)
def test_late_data_is_told_and_keeps_the_id(
    before: tuple[float, float | None], after: tuple[float, float | None], kind: str
) -> None:
    ids, log = told([episode(*before)], [episode(*after)])
    assert ids == [["KE-2023-telegram-network-1"]] * 2
    assert [change.kind for change in log] == ["opened", kind]
    assert log[1].before == log[0].after
    assert log[1].before is not None
    assert log[1].after is not None
    assert msgspec.json.decode(log[1].before) != msgspec.json.decode(log[1].after)
    assert " is now " in log[1].reason


def test_an_onset_revised_across_new_year_keeps_the_year_in_its_id() -> None:
    ids, _ = told([episode(60, 80)], [episode(62, 80)])
    assert ids == [["KE-2023-telegram-network-1"]] * 2


def test_a_number_is_never_used_again() -> None:
    ids, log = told([episode(7, 23)], [], [episode(30, 35)])
    assert ids == [["KE-2023-telegram-network-1"], [], ["KE-2023-telegram-network-2"]]
    assert kinds(log) == [("1", "opened"), ("1", "withdrawn"), ("2", "opened")]


def test_what_comes_back_is_restored() -> None:
    ids, log = told([episode(7, 23)], [], [episode(8, 23)])
    assert ids[2] == ids[0]
    assert [change.kind for change in log] == ["opened", "withdrawn", "restored"]


def test_when_one_splits_the_larger_part_keeps_the_id() -> None:
    ids, log = told([episode(7, 27)], [episode(7, 10), episode(14, 27)])
    assert ids[1] == ["KE-2023-telegram-network-2", "KE-2023-telegram-network-1"]
    assert sorted(change.kind for change in log[1:]) == ["opened", "revised"]


def test_when_two_merge_one_id_stays_and_the_other_is_withdrawn() -> None:
    ids, log = told([episode(7, 10), episode(14, 27)], [episode(7, 27)])
    assert ids[1] == ["KE-2023-telegram-network-2"]
    assert kinds(log[2:]) == [("1", "withdrawn"), ("2", "revised")]


def test_a_log_line_without_bounds_is_refused() -> None:
    line = Change(sequence=1, episode=EpisodeId("x"), kind="opened", before=None, after=None, reason="")
    with pytest.raises(ValueError, match="change 1"):
        identify([], [line])


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15)), max_size=6)


def laid_out(gaps: list[tuple[int, int]]) -> list[Episode]:
    """Episodes that do not overlap, each given by the days since the one before and the days it lasts."""
    found, time = [], 0
    for gap, length in gaps:
        found.append(episode(time + gap + 1, time + gap + 1 + length))
        time += gap + 1 + length
    return found


@settings(deadline=None)
@given(spans, spans)
def test_ids_are_unique_and_a_second_run_is_silent(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    ids, log = told(laid_out(first), laid_out(second), laid_out(second))
    assert all(len(set(run)) == len(run) for run in ids)
    assert ids[1] == ids[2]
    assert [change.sequence for change in log] == list(range(1, len(log) + 1))
    named, news = identify(laid_out(second), log)
    assert news == []
    assert [one.id for one in named] == ids[2]


@settings(deadline=None)
@given(spans, st.integers(-5, 5), st.integers(0, 5))
def test_ids_survive_extension_and_revision(gaps: list[tuple[int, int]], shift: int, longer: int) -> None:
    apart = [(gap + 20, length + 10) for gap, length in gaps]
    before = laid_out(apart)
    after = [
        msgspec.structs.replace(
            one,
            onset=one.onset + timedelta(hours=shift),
            end=one.end + timedelta(days=longer) if one.end else None,
            end_latest=one.end_latest + timedelta(days=longer) if one.end_latest else None,
        )
        for one in before
    ]
    ids, log = told(before, after)
    assert ids[0] == ids[1]
    assert {change.kind for change in log} <= {"opened", "extended", "revised"}

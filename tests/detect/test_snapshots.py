"""From days of readings to dated restrictions: two absences after a listing, or one where nothing was ever listed."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.detect import build_snapshot_cells, snapshot_episodes
from admittance.model.episode import Episode
from admittance.model.ids import Country, FileId, RuleId, SubjectId, TargetId
from admittance.model.tables import empty_table, table_of, table_schema
from admittance.model.verdict import SnapshotCell, SnapshotVerdict
from admittance.model.vocabulary import Evidence, Gate, Origin, State

START = datetime(2021, 3, 1, tzinfo=UTC)
LETTERS = {"+": State.OK, "-": State.BLOCKED, "~": State.LIKELY_BLOCKED, "d": State.DOWN, "i": State.INSUFFICIENT}


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def verdict(state: State, days: float, *, target: str = "psiphon/ios", country: str = "CN", file: str = "f") -> SnapshotVerdict:
    return SnapshotVerdict(
        source="storefronts",
        origin=Origin.MEASURED,
        gate=Gate.STORE,
        subject=SubjectId(target.rpartition("/")[0] if target.startswith("app:") else target.partition("/")[0]),
        target=TargetId(target),
        name="Psiphon",
        place="apple",
        item="1",
        country=Country(country),
        time=at(days),
        state=state,
        rule=RuleId("store.test"),
        evidence=Evidence.DISCARDED if state is State.INSUFFICIENT else Evidence.SCORED,
        mechanism="store.removal" if state is State.BLOCKED else "store.absence" if state is State.LIKELY_BLOCKED else None,
        severity=None,
        count=None,
        reason="r",
        ruleset="1",
        catalog="1",
        file=FileId(file),
        offset=0,
        line_sha256="l",
    )


def daily(letters: str, **options: str) -> list[SnapshotVerdict]:
    """A verdict a day: + listed, - gone, ~ absent, d listed nowhere, i says nothing; a space is a day without a reading."""
    return [verdict(LETTERS[letter], day, **options) for day, letter in enumerate(letters) if letter != " "]


def found(*verdicts: SnapshotVerdict) -> list[Episode]:
    return snapshot_episodes(build_snapshot_cells(table_of(SnapshotVerdict, verdicts)), versions="{}")


def test_a_removal_lies_between_the_last_listing_and_the_first_absence() -> None:
    (one,) = found(*daily("+++ --"))
    assert (one.onset_earliest, one.onset_latest) == (at(2), at(4))
    assert at(2) <= one.onset <= at(4)
    assert (one.end, one.end_latest, one.end_earliest) == (None, None, at(5))
    assert (one.state, one.mechanism, one.n, one.k) == (State.BLOCKED, "store.removal", 2, 2)
    assert (one.subject, one.country, one.gate, one.scope) == ("psiphon", "CN", Gate.STORE, "1 of 1 apps")
    assert one.witnesses == ("storefronts",)


@pytest.mark.parametrize("letters", ["+++-", "+++-+++", "+++", "+i+ii", "+ddd", "~+", "iii", "ddd"])
def test_what_is_not_confirmed_opens_nothing(letters: str) -> None:
    assert found(*daily(letters)) == []


def test_two_absences_within_a_day_confirm_nothing() -> None:
    assert found(*daily("++"), verdict(State.BLOCKED, 2.0), verdict(State.BLOCKED, 2.9)) == []
    assert len(found(*daily("++"), verdict(State.BLOCKED, 2.0), verdict(State.BLOCKED, 3.0))) == 1


def test_a_single_snapshot_dates_an_absence_on_or_before_itself() -> None:
    (one,) = found(verdict(State.LIKELY_BLOCKED, 4))
    assert (one.onset_earliest, one.onset_latest, one.end) == (None, at(4), None)
    assert one.onset == at(4)
    assert one.state is State.LIKELY_BLOCKED
    assert 0.5 < one.confidence < 0.95
    (again,) = found(*daily("~~~~~"))
    assert again.confidence > 0.99
    assert again.onset_latest == at(0)


def test_what_every_reading_missed_is_absent_on_or_before_the_first_however_far_apart_they_are() -> None:
    (episode,) = found(*(verdict(State.LIKELY_BLOCKED, day) for day in (0, 92, 94, 315)))
    assert (episode.onset_earliest, episode.onset_latest) == (None, at(0))
    (removed,) = found(verdict(State.OK, 0), *(verdict(State.BLOCKED, day) for day in (92, 200, 315)))
    assert (removed.onset_earliest, removed.onset_latest) == (at(0), at(92))


def test_an_app_that_comes_back_ends_the_episode_and_may_leave_again() -> None:
    one, two = found(*daily("++--++---"))
    assert (one.end_earliest, one.end_latest) == (at(3), at(4))
    assert one.end is not None
    assert at(3) <= one.end <= at(4)
    assert (two.onset_earliest, two.onset_latest, two.end) == (at(5), at(6), None)


def test_a_bracket_goes_by_the_moments_of_the_readings_not_by_their_days() -> None:
    listed, gone = verdict(State.OK, 1.4), [verdict(State.BLOCKED, 3.6), verdict(State.BLOCKED, 5.1)]
    (one,) = found(verdict(State.OK, 1.1), listed, *gone)
    assert (one.onset_earliest, one.onset_latest) == (listed.time, gone[0].time)
    assert listed.time <= one.onset <= gone[0].time


def test_apps_of_one_subject_are_one_episode() -> None:
    (one,) = found(
        *daily("~~", target="psiphon/ios"), *daily("~~", target="psiphon/ios/2"), *daily("++", target="psiphon/ios/3")
    )
    assert one.scope == "2 of 3 apps"
    assert one.targets == ("psiphon/ios", "psiphon/ios/2")
    assert (one.n, one.k) == (4, 4)


def test_files_are_the_reports_of_an_episode() -> None:
    (one,) = found(*daily("~~", file="a"), *daily("  ~", file="b"))
    assert one.reports == 2


def test_cells_count_a_day_and_what_is_discarded_counts_for_nothing() -> None:
    rows = [verdict(State.OK, 0.1), verdict(State.BLOCKED, 0.5), verdict(State.INSUFFICIENT, 0.7), verdict(State.OK, 0.2)]
    cells = build_snapshot_cells(table_of(SnapshotVerdict, rows))
    assert cells.schema == table_schema(SnapshotCell)
    (cell,) = cells.iter_rows(named=True)
    assert (cell["time"], cell["ok"], cell["blocked"], cell["insufficient"]) == (at(0), 2, 1, 1)
    assert (cell["last_ok"], cell["first_bad"]) == (at(0.2), at(0.5))
    assert cell["rules"] == '{"store.test":4}'
    assert cell["mechanisms"] == '{"store.removal":1}'


def test_nothing_in_nothing_out() -> None:
    assert snapshot_episodes(build_snapshot_cells(empty_table(SnapshotVerdict)), versions="{}") == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("+-~di"), st.integers(0, 60)), min_size=1, max_size=30), st.randoms())
def test_brackets_are_ordered_and_the_order_of_rows_changes_nothing(readings: list[tuple[str, int]], random: object) -> None:
    rows = [verdict(LETTERS[letter], day / 3) for letter, day in readings]
    episodes = found(*rows)
    for one in episodes:
        bounds = [one.onset_earliest, one.onset, one.onset_latest]
        known = [bound for bound in bounds if bound is not None]
        assert known == sorted(known)
        assert one.end is None or (one.end_earliest or one.end) <= one.end <= (one.end_latest or one.end)
        assert one.end_earliest is None or one.onset_latest <= one.end_earliest
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert found(*rows) == episodes
    table = build_snapshot_cells(table_of(SnapshotVerdict, rows))
    assert table.select(pl.struct("target", "country", "time").is_unique().all()).item()

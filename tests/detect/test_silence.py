"""What must open no episode, and what must be seen all the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admittance.detect import find_restrictions, group_episodes
from admittance.detect.floor import sufficient
from admittance.detect.search import Found, Series, search
from admittance.model.episode import Episode
from admittance.model.vocabulary import Layer, State

START = datetime(2024, 5, 6, tzinfo=UTC)
MakeCells = Callable[..., pl.DataFrame]
Between = Callable[[float, float], Callable[[int], bool]]
ZERO = pl.lit(0, pl.Int64)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def episodes(*tables: pl.DataFrame) -> list[Episode]:
    together = pl.concat(tables)
    return group_episodes(find_restrictions(together), together, versions="{}")


def test_other_rules_that_give_the_same_states_open_nothing(cells: MakeCells, between: Between) -> None:
    changed = cells(between(99, 99)).with_columns(
        rules=pl.when(pl.col("time") >= day(20)).then(pl.lit('{"network.tcp.renamed":1}')).otherwise("rules")
    )
    assert episodes(changed) == []


@pytest.mark.parametrize("state", [State.DOWN, State.IMPAIRED, State.FAILED, State.INSUFFICIENT])
def test_a_site_that_is_down_everywhere_opens_nothing(cells: MakeCells, between: Between, state: State) -> None:
    tables = [
        cells(between(10, 20), network=network).with_columns(
            pl.col("likely_blocked").alias(state.value), likely_blocked=ZERO, bad_reports=pl.lit("")
        )
        for network in (1, 2, 3)
    ]
    assert episodes(*tables) == []


def test_a_resolver_change_opens_nothing(cells: MakeCells, between: Between) -> None:
    dns = cells(between(99, 99), layer=Layer.DNS)
    first, then = dns.filter(pl.col("time") < day(20)), dns.filter(pl.col("time") >= day(20))
    resolvers = [
        first.with_columns(resolver_network=pl.lit(1, pl.Int64)),
        then.with_columns(resolver_network=pl.lit(2, pl.Int64)),
    ]
    assert episodes(*[table.cast({"resolver_network": dns.schema["resolver_network"]}) for table in resolvers]) == []


def test_a_new_domain_beside_an_old_one_that_ceases_opens_nothing(cells: MakeCells) -> None:
    old, new = cells(lambda hour: False if hour < 480 else None), cells(lambda hour: None if hour < 480 else False, role="web")
    assert episodes(old, new) == []


def test_a_surge_of_measurements_opens_nothing(cells: MakeCells, between: Between) -> None:
    quiet = cells(between(99, 99))
    few = (pl.col("time").dt.hour() == 6) & (pl.col("time").dt.day() % 5 == 0)
    surge = quiet.with_columns(
        ok=pl.when(pl.col("time") >= day(20)).then(50).otherwise("ok").cast(pl.Int64),
        likely_blocked=pl.when((pl.col("time") >= day(20)) & few).then(1).otherwise(0).cast(pl.Int64),
    ).with_columns(bad_reports=pl.when(pl.col("likely_blocked") > 0).then("reports").otherwise(pl.lit("")))
    assert episodes(surge) == []


def test_one_probe_with_a_broken_network_among_others_opens_nothing(cells: MakeCells, between: Between) -> None:
    broken = cells(between(10, 20)).with_columns(
        ok=pl.lit(1, pl.Int64), bad_reports=pl.when(pl.col("likely_blocked") > 0).then(pl.lit("probe-7")).otherwise(pl.lit(""))
    )
    assert episodes(broken) == []


def test_staggered_onsets_are_one_episode_with_each_networks_own_bracket(cells: MakeCells, between: Between) -> None:
    starts = {1: 10, 2: 12, 3: 15}
    (episode,) = episodes(*[cells(between(first, 30), network=network) for network, first in starts.items()])
    assert episode.onset_earliest is not None
    assert episode.onset_earliest <= day(10) <= episode.onset_latest
    for network in episode.networks:
        assert network.onset_earliest is not None
        assert network.onset_earliest <= day(starts[network.asn]) <= network.onset_latest


def test_throttling_is_seen_and_named(cells: MakeCells, between: Between) -> None:
    slow = cells(between(10, 20)).with_columns(throttled="likely_blocked", likely_blocked=ZERO)
    (episode,) = episodes(slow)
    assert episode.state is State.THROTTLED


def test_several_restrictions_in_one_series_each_have_their_end(cells: MakeCells) -> None:
    found = episodes(cells(lambda hour: 10 <= hour / 24 < 14 or 20 <= hour / 24 < 26 or hour / 24 >= 34))
    assert [episode.end is None for episode in found] == [False, False, True]


def accepted(series: Series) -> list[Found]:
    found = search([series])[0]
    return [one for one, stands in sufficient(series, found) if stands]


def block(seed: int, *, lead: int, tail: int) -> Series:
    """A full block of a week between quiet weeks, 8 measurements a day, with `lead` and `tail` more quiet days around it."""
    rng = np.random.default_rng(seed)
    hours = np.arange(0, 63 * 24, 3)
    bad = (hours >= 28 * 24) & (hours < 35 * 24)
    k = (rng.random(len(hours)) < np.where(bad, 0.97, 0.01)).astype(np.int64)
    before, after = np.arange(-lead * 24, 0, 3), np.arange(63 * 24, (63 + tail) * 24, 3)
    quiet = [np.zeros(len(part), dtype=np.int64) for part in (before, after)]
    whole = np.concatenate([before, hours, after])
    return Series(whole + 480_000, np.ones(len(whole), dtype=np.int64), np.concatenate([quiet[0], k, quiet[1]]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 400), st.integers(0, 400))
def test_a_window_gives_what_the_whole_series_gives(seed: int, lead: int, tail: int) -> None:
    """The same intervals, each with its points in the other's brackets; as the base is estimated from all that is read, a bound
    may lie a few observations further out, and of two places that are as likely the other may be the point."""
    window, whole = accepted(block(seed, lead=0, tail=0)), accepted(block(seed, lead=lead, tail=tail))
    assert len(window) == len(whole) == 1
    for one, other in ((window[0], whole[0]), (whole[0], window[0])):
        assert (one.onset.earliest or 0) <= other.onset.point <= one.onset.latest
        assert other.end.point is not None
        assert one.end.earliest <= other.end.point
        assert one.end.latest is None or other.end.point <= one.end.latest
        assert abs(one.onset.latest - other.onset.latest) <= 12
        assert abs(one.end.earliest - other.end.earliest) <= 12


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 62), max_size=20))
def test_a_bracket_holds_the_truth_when_days_are_hidden(seed: int, hidden: list[int]) -> None:
    series = block(seed, lead=0, tail=0)
    kept = ~np.isin((series.hours - 480_000) // 24, hidden)
    for one in accepted(Series(*(part[kept] for part in series))):
        assert one.onset.earliest is not None
        assert one.onset.earliest - 24 <= 480_000 + 28 * 24 <= one.onset.latest + 24

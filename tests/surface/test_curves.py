"""Demand drawn on the axis of a timeline."""

from datetime import UTC, datetime, timedelta

from admittance.model.demand import DemandSpike
from admittance.model.ids import Country
from admittance.model.vocabulary import Origin
from admittance.surface.queries import DemandSeries, DemandValue
from admittance.surface.web.curves import HEIGHT, MOST_POINTS, WIDTH, curve
from admittance.surface.web.timeline import country_timeline, timeline
from tests.surface.conftest import ended_episode

START = datetime(2023, 10, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def series(values: dict[int, float], *spikes: tuple[int, int | None]) -> DemandSeries:
    return DemandSeries(
        series="tor-users",
        country=Country("KE"),
        values=tuple(DemandValue(day=day(number), value=value) for number, value in values.items()),
        spikes=tuple(
            DemandSpike(
                series="tor-users",
                country=Country("KE"),
                origin=Origin.MEASURED,
                start=day(first),
                end=None if last is None else day(last),
                peak=day(first),
                impact=1.0,
                detector="detect/test",
            )
            for first, last in spikes
        ),
    )


def test_values_are_scaled_to_the_greatest_that_is_shown() -> None:
    drawn = curve(series({0: 10.0, 5: 40.0, 10: 20.0, 50: 900.0}), day(0), day(10))
    assert drawn is not None
    assert drawn.lines == (f"0.0,{HEIGHT * 3 / 4} {WIDTH / 2},0.0 {WIDTH}.0,{HEIGHT / 2}",)
    assert drawn.label == "tor-users, at most 40"


def test_spikes_are_marked_where_they_fall_within_the_axis() -> None:
    drawn = curve(series({0: 1.0, 20: 2.0}, (5, 10), (18, None), (40, 45)), day(0), day(20))
    assert drawn is not None
    assert [(mark.left, mark.width) for mark in drawn.marks] == [(25.0, 25.0), (90.0, 10.0)]


def test_where_nothing_was_counted_for_long_no_line_is_drawn() -> None:
    drawn = curve(series({0: 1.0, 1: 2.0, 100: 1.0, 101: 1.0}), day(0), day(101))
    assert drawn is not None
    assert [line.count(",") for line in drawn.lines] == [2, 2]


def test_too_little_is_not_drawn_and_much_is_thinned() -> None:
    assert curve(series({0: 1.0}), day(0), day(9)) is None
    assert curve(series({0: 1.0, 1: 1.0}), day(5), day(9)) is None
    drawn = curve(series(dict.fromkeys(range(4000), 0.0)), day(0), day(4000))
    assert drawn is not None
    assert sum(line.count(",") for line in drawn.lines) <= MOST_POINTS


def test_demand_lies_on_the_axis_of_the_episode() -> None:
    values = series({number: float(number % 7) for number in range(120)}, (35, 40))
    drawn = timeline(ended_episode(), None, [values])
    (own,) = drawn.curves
    assert own == curve(values, drawn.start, drawn.end)
    assert timeline(ended_episode(), None).curves == ()


def test_a_country_is_drawn_over_the_time_of_its_series() -> None:
    values = series(dict.fromkeys(range(90), 1.0))
    drawn = country_timeline([ended_episode()], [values])
    assert drawn is not None
    assert (drawn.start, drawn.end) == (day(0), day(90))
    assert [row.label for row in drawn.rows] == ["telegram"]
    assert country_timeline([ended_episode()], []) is None

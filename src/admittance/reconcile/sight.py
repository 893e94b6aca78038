"""What measurements showed of a subject in a country, and until when they are complete."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
import polars as pl

from admittance.model.ids import Asn, Country, SubjectId, TargetId
from admittance.model.tables import empty_table
from admittance.model.verdict import Cell
from admittance.model.vocabulary import BAD_STATES, SCORED_STATES, Arm, Gate, Layer

__all__ = ["COMPLETENESS_MARGIN", "Sight", "Sights", "View", "sights_of"]

COMPLETENESS_MARGIN = timedelta(days=1)
"""How long before the last measurement of a country its data still counts as arriving."""

_BIN = timedelta(hours=1)
_FLOOR = 10  # scored verdicts of one target at one layer, below which a series says nothing
_NETWORKS_FLOOR = 2  # for a statement about a country
_COVERAGE_FLOOR = 0.75  # share of the days asked about that have a scored verdict
_TELLING = [
    layer.value for layer in (Layer.TLS, Layer.HTTP, Layer.QUIC, Layer.ENDPOINTS, Layer.ATTEMPT)
]  # layers that only work when the service itself answers
_WORKING_SHARE = 0.1  # of failures: timeouts and broken probes are common on networks that restrict nothing


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted between two moments: for the most telling target × layer, and for the worst."""

    trials: int = 0
    failures: int = 0
    networks: int = 0
    worst_share: float = 0.0  # of failures, among the series at or above the floor
    days: int = 0  # with a scored verdict
    days_asked: int = 1
    face: str = ""  # the most telling target and layer
    networks_floor: int = _NETWORKS_FLOOR

    @property
    def empty(self) -> bool:
        """Whether nothing at all was scored."""
        return self.trials == 0

    @property
    def sufficient(self) -> bool:
        """Whether there is enough to say how things stood when they were looked at."""
        return self.trials >= _FLOOR and self.networks >= self.networks_floor

    @property
    def steady(self) -> bool:
        """Whether there is enough, and it shows that access worked when it was looked at."""
        return self.sufficient and self.worst_share <= _WORKING_SHARE

    @property
    def covering(self) -> bool:
        """Whether there is enough, and on most of the days asked about."""
        return self.sufficient and self.days >= _COVERAGE_FLOOR * self.days_asked

    @property
    def working(self) -> bool:
        """Whether it shows that access worked all through the time asked about."""
        return self.steady and self.covering

    def __str__(self) -> str:
        seen_from = (
            f"{self.networks} network{'' if self.networks == 1 else 's'} on {self.days} day{'' if self.days == 1 else 's'}"
        )
        return f"{self.trials - self.failures} of {self.trials} verdicts ok for {self.face}, from {seen_from}"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The cells that a statement could be seen in."""

    cells: pl.DataFrame
    complete_until: datetime | None  # null when the country was never measured
    networks_floor: int = _NETWORKS_FLOOR

    def during(self, start: datetime, end: datetime, *, arm: Arm = Arm.DIRECT) -> Sight:
        """What the cells count that overlap the time from `start` to `end`."""
        seen = self.cells.filter(
            (pl.col("arm") == arm.value) & (pl.col("time") > start - _BIN) & (pl.col("time") < end) & (pl.col("trials") > 0)
        )
        asked = (end.date() - start.date()).days + 1
        if seen.is_empty():
            return Sight(days_asked=asked, networks_floor=self.networks_floor)
        series = (
            seen.group_by("target", "layer")
            .agg(pl.col("trials").sum(), pl.col("failures").sum(), pl.col("network").n_unique().alias("networks"))
            .with_columns(((pl.col("trials") >= _FLOOR) & pl.col("layer").is_in(_TELLING)).alias("telling"))
            .sort(["telling", "trials", "target", "layer"], descending=[True, True, False, False])
        )
        best = series.row(0, named=True)
        dense = series.filter(pl.col("trials") >= _FLOOR)
        share = dense.select((pl.col("failures") / pl.col("trials")).max()).item() if not dense.is_empty() else 0.0
        return Sight(
            trials=best["trials"],
            failures=best["failures"],
            networks=best["networks"],
            worst_share=share,
            days=seen.get_column("time").dt.date().n_unique(),
            days_asked=asked,
            face=f"{best['target']} at {best['layer']}",
            networks_floor=self.networks_floor,
        )

    @property
    def first(self) -> datetime | None:
        """The first hour in which anything was scored through the direct arm; null when nothing was."""
        scored = self.cells.filter((pl.col("arm") == Arm.DIRECT.value) & (pl.col("trials") > 0))
        if scored.is_empty():
            return None
        earliest: datetime = scored.get_column("time").min()  # type: ignore[assignment]
        return earliest

    def narrowed(self, *, targets: frozenset[TargetId] | None, layer: Layer | None, networks: tuple[Asn, ...]) -> "View":
        """The view of only these targets, this layer and these networks, as far as each is given.

        Without a layer the dns layer is left out: that a name resolves does not show that anything can be reached.
        """
        cells = self.cells
        if targets is not None:
            cells = cells.filter(pl.col("target").is_in(sorted(targets)))
        if networks:
            cells = cells.filter(pl.col("network").is_in(list(networks)))
        cells = cells.filter(pl.col("layer") == layer.value if layer else pl.col("layer") != Layer.DNS.value)
        floor = 1 if networks else self.networks_floor
        return View(cells=cells, complete_until=self.complete_until, networks_floor=floor)


class Sights(msgspec.Struct, frozen=True, kw_only=True):
    """Views by subject, country and gate."""

    views: Mapping[tuple[str, str], pl.DataFrame]
    complete: Mapping[str, datetime]
    nothing: pl.DataFrame

    def shows(self, subject: SubjectId, country: Country, *, gate: Gate, target: TargetId) -> bool:
        """Whether a target was looked at there at all."""
        cells = self.views.get((subject, country), self.nothing)
        return not cells.filter((pl.col("gate") == gate.value) & (pl.col("target") == target)).is_empty()

    def view(self, subject: SubjectId, country: Country, *, gate: Gate) -> View:
        """The cells of a subject in a country at one gate."""
        cells = self.views.get((subject, country), self.nothing).filter(pl.col("gate") == gate.value)
        return View(cells=cells, complete_until=self.complete.get(country))


def sights_of(cells: pl.LazyFrame, subjects: frozenset[SubjectId]) -> Sights:
    """The views on some subjects, prepared once for many statements, and how far each country's data reaches."""
    last = cells.filter(pl.col("arm") == Arm.DIRECT.value).group_by("country").agg(pl.col("time").max()).collect()
    complete = {country: time + _BIN - COMPLETENESS_MARGIN for country, time in last.iter_rows()}
    wanted = _counted(cells.filter(pl.col("subject").is_in(sorted(subjects))).collect())
    views = {
        (str(subject), str(country)): part
        for (subject, country), part in wanted.partition_by("subject", "country", as_dict=True).items()
    }
    return Sights(views=views, complete=complete, nothing=_counted(empty_table(Cell)))


def _counted(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(
        pl.sum_horizontal(state.value for state in SCORED_STATES).alias("trials"),
        pl.sum_horizontal(state.value for state in BAD_STATES).alias("failures"),
    )

"""What the verdicts, cells and coverage of one country and day are a function of, so that only changed days are done anew."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec
import polars as pl

from admittance.lake import Snapshot
from admittance.lake.layout import Derivation
from admittance.model.observation import IngestedFile
from admittance.pipeline.stretches import RowsByDay

__all__ = ["Partitions", "Place", "Stored", "by_country", "stamped", "stored_by_day"]

CELLS = "cells"
RULES = "rules"
EPISODES = "episodes"
_DAY = ("country", "day")


Place = tuple[str, datetime]
"""A country and the start of a day, UTC."""


class Stored(msgspec.Struct, frozen=True):
    """What is stored of each day: a row `country, day, noun, source, file, rows, offsets, parser` per table and file."""

    table: pl.DataFrame

    @property
    def rows(self) -> RowsByDay:
        """How many observations there are of each day that was measured."""
        counted = self.table.group_by(_DAY).agg(pl.col("rows").filter(pl.col("noun") == "observations").sum()).sort(_DAY)
        found: dict[str, dict[datetime, int]] = {}
        for country, day, number in counted.iter_rows():
            found.setdefault(country, {})[day] = number
        return found


def stored_by_day(snapshot: Snapshot, observations: pl.LazyFrame, measurements: pl.LazyFrame) -> Stored:
    """Counts of what is stored, each measurement once; the offsets tell which lines of a file they are."""
    parsers = snapshot.scan(IngestedFile).sort("generation").group_by("file").agg(pl.col("parser").last()).collect()
    keys = [*_DAY, "source", "file"]
    tables = [
        table.with_columns(pl.col("time").dt.truncate("1d").alias("day"))
        .group_by(keys)
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("offset").sum().alias("offsets"))
        .with_columns(pl.lit(noun).alias("noun"))
        for noun, table in (("observations", observations), ("measurements", measurements))
    ]
    return Stored(pl.concat(tables).collect().join(parsers, on="file", how="left").sort(*keys, "noun"))


def stamped(verdicts: pl.DataFrame, bearing: pl.DataFrame) -> pl.DataFrame:
    """Verdicts that name the controls which bear on their day."""
    own = bearing.rename({"controls": "bearing"})
    day = pl.col("time").dt.truncate("1d").alias("day")
    return (
        verdicts.with_columns(day)
        .join(own, on=["country", "day"], how="left", maintain_order="left")
        .with_columns(pl.col("bearing").alias("controls"))
        .select(verdicts.columns)
    )


class Partitions(msgspec.Struct, frozen=True):
    """Days of countries with the hash of all that went in but the rules, and countries with the detector that their episodes
    came from.
    """

    days: Mapping[Place, str]
    rules: str  # versions of rules and fingerprints
    detectors: Mapping[str, str]
    said: Mapping[Place, str] = {}  # of the days the hash of what the rules said; of those to come nothing

    @classmethod
    def of(
        cls,
        stored: Stored,
        bearing: pl.DataFrame,
        attempts: pl.DataFrame,
        *,
        catalog: str,
        detector: str,
        rules: Mapping[str, str],
    ) -> "Partitions":
        """Those of what is stored now, under these versions.

        `attempts` are the verdicts of scripted checks, on which others bear too: so they go in as they are.
        """
        place = ["country", "day"]
        line = pl.format("{} {} {} {} {} {}", "noun", "source", "file", "rows", "offsets", pl.col("parser").fill_null("-"))
        tried = pl.format("attempt {} {} {}", "measurement_uid", "state", "rule")
        told = pl.concat(
            [
                stored.table.select(*place, line.alias("told")),
                bearing.select(*place, pl.format("controls {}", "controls").alias("told")),
                attempts.select("country", pl.col("time").dt.truncate("1d").alias("day"), tried.alias("told")),
            ]
        )
        told = told.sort(*place, "told").group_by(place, maintain_order=True).agg(pl.col("told").str.join("\n"))
        under = _text({"catalog": catalog, "detector": detector})
        days = {
            (country, day): hashlib.sha256(f"{under}\n{text}".encode()).hexdigest() for country, day, text in told.iter_rows()
        }
        return cls(days, _text(rules), dict.fromkeys(sorted({country for country, _ in days}), detector))

    @classmethod
    def kept(cls, snapshot: Snapshot) -> "Partitions":
        """Those that a release was derived from."""
        rows = snapshot.scan(Derivation).sort("step", "country", "day").collect()
        days = rows.filter(pl.col("step") == CELLS).select("country", "day", "inputs", "said").rows()
        rules = rows.filter(pl.col("step") == RULES)["inputs"].to_list()
        detectors = rows.filter(pl.col("step") == EPISODES).select("country", "inputs").iter_rows()
        return cls(
            {(country, day): inputs for country, day, inputs, _ in days},
            rules[0] if rules else "",
            dict(detectors),
            {(country, day): said for country, day, _, said in days},
        )

    def derivations(self, said: Mapping[Place, str]) -> Iterable[Derivation]:
        """The rows that keep them, with what the rules said of each day."""
        yield Derivation(step=RULES, country="", day=None, inputs=self.rules)
        for (country, day), inputs in self.days.items():
            yield Derivation(step=CELLS, country=country, day=day, inputs=inputs, said=said[country, day])
        for country, detector in self.detectors.items():
            yield Derivation(step=EPISODES, country=country, day=None, inputs=detector)

    def stale(self, former: "Partitions") -> Mapping[str, Collection[datetime]]:
        """Per country the days that are not as they were, those that are gone included; all of them under other rules."""
        return by_country(place for place in self.days.keys() | former.days.keys() if not self._stands(place, former))

    def _stands(self, place: Place, former: "Partitions") -> bool:
        return self.rules == former.rules and self.days.get(place) == former.days.get(place)

    def judged_otherwise(self, former: "Partitions") -> Mapping[Place, str]:
        """Of the stale days those of which nothing but the rules is another, with what the former rules said of them."""
        if self.rules == former.rules:
            return {}
        return {place: former.said[place] for place, inputs in self.days.items() if former.days.get(place) == inputs}

    def searched_otherwise(self, former: "Partitions") -> list[str]:
        """Countries whose episodes came from another detector, or from none."""
        return sorted(country for country, detector in self.detectors.items() if former.detectors.get(country) != detector)


def by_country(places: Iterable[Place]) -> Mapping[str, Collection[datetime]]:
    """The days of each country, in order."""
    found: dict[str, list[datetime]] = {}
    for country, day in sorted(places):
        found.setdefault(country, []).append(day)
    return found


def _text(versions: Mapping[str, str]) -> str:
    return msgspec.json.encode(versions, order="sorted").decode()

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

__all__ = ["Partitions", "Stored", "stamped", "stored_by_day"]

CELLS = "cells"
EPISODES = "episodes"
_DAY = ("country", "day")


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
    """Days of countries with the hash of all that went in, and countries with the detector that their episodes came from."""

    days: Mapping[tuple[str, datetime], str]
    detectors: Mapping[str, str]

    @classmethod
    def of(
        cls,
        stored: Stored,
        bearing: pl.DataFrame,
        attempts: pl.DataFrame,
        versions: Mapping[str, str],
        *,
        detector: str,
    ) -> "Partitions":
        """Those of what is stored now, under these versions of rules, catalog and fingerprints.

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
        under = msgspec.json.encode({**versions, "detector": detector}, order="sorted").decode()
        days = {
            (country, day): hashlib.sha256(f"{under}\n{text}".encode()).hexdigest() for country, day, text in told.iter_rows()
        }
        return cls(days, dict.fromkeys(sorted({country for country, _ in days}), detector))

    @classmethod
    def kept(cls, snapshot: Snapshot) -> "Partitions":
        """Those that a release was derived from."""
        rows = snapshot.scan(Derivation).collect()
        days = rows.filter(pl.col("step") == CELLS).select("country", "day", "inputs").iter_rows()
        detectors = rows.filter(pl.col("step") == EPISODES).select("country", "inputs").iter_rows()
        return cls({(country, day): inputs for country, day, inputs in days}, dict(detectors))

    def derivations(self) -> Iterable[Derivation]:
        """The rows that keep them."""
        for (country, day), inputs in self.days.items():
            yield Derivation(step=CELLS, country=country, day=day, inputs=inputs)
        for country, detector in self.detectors.items():
            yield Derivation(step=EPISODES, country=country, day=None, inputs=detector)

    def stale(self, former: "Partitions") -> Mapping[str, Collection[datetime]]:
        """Per country the days that are not as they were, those that are gone included."""
        found: dict[str, list[datetime]] = {}
        for place in sorted(self.days.keys() | former.days.keys()):
            if self.days.get(place) != former.days.get(place):
                found.setdefault(place[0], []).append(place[1])
        return found

    def searched_otherwise(self, former: "Partitions") -> list[str]:
        """Countries whose episodes came from another detector, or from none."""
        return sorted(country for country, detector in self.detectors.items() if former.detectors.get(country) != detector)

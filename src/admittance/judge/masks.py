"""Known faults of tests, as data: failures that a version of a test reports for reasons of its own."""

import tomllib
from datetime import datetime
from importlib import resources

import msgspec
import polars as pl

from admittance.judge.facts import Facts
from admittance.judge.ruleset import MASKS_FILE, TAXONOMY

__all__ = ["MASKS", "Mask", "masked"]


class Mask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault: whose, until which version and since when, and what it looks like."""

    id: str
    test: str
    below: str  # first version without the fault; empty where every version has it
    since: datetime  # start of the measurement, UTC
    kinds: tuple[str, ...]  # kinds of failure; empty for all
    hosts: tuple[str, ...]  # asked for; empty for all
    meaning: str
    reference: str

    def covers(self) -> pl.Expr:
        """Whether a fact's failure is this fault's."""
        conditions = [pl.col("test_name") == self.test, pl.col("time") >= self.since, ~pl.col("works")]
        if self.kinds:
            conditions.append(pl.col("kind").is_in(list(self.kinds)))
        if self.hosts:
            conditions.append(pl.col("asked_host").is_in(list(self.hosts)))
        if self.below:
            conditions.append(_version(pl.col("test_version")) < _version(pl.lit(self.below)))
        return pl.all_horizontal(conditions).fill_null(False)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    mask: tuple[Mask, ...]


def _version(text: pl.Expr) -> pl.Expr:
    """A version of up to three numbers as one; null where there is none."""
    first, second, third = (
        text.str.extract(rf"^(?:\d+\.){{{place}}}(\d+)", 1).cast(pl.Int64, strict=False) for place in range(3)
    )
    return first * 10**6 + second.fill_null(0) * 10**3 + third.fill_null(0)


def masked(facts: Facts) -> Facts:
    """The facts with `mask`: the id of the first fault of the test that covers the failure; null elsewhere."""
    rows = facts.rows.select("number", "test_name", "test_version", "time", "asked_host", "kind", "works")
    tests = {mask.test for mask in MASKS}
    bad = rows.filter(~pl.col("works") & pl.col("test_name").is_in(list(tests)))
    found = bad.select(
        "number", pl.coalesce(pl.when(mask.covers()).then(pl.lit(mask.id)) for mask in MASKS).alias("mask")
    ).drop_nulls()
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, facts.rows.height)
    return facts._replace(rows=facts.rows.with_columns(nothing.scatter(found["number"], found["mask"]).alias("mask")))


def _read() -> tuple[Mask, ...]:
    text = (resources.files("admittance.judge") / "rules" / MASKS_FILE).read_text(encoding="utf-8")
    masks = msgspec.convert(tomllib.loads(text), _File).mask
    for mask in masks:
        unknown = set(mask.kinds) - set(TAXONOMY.kinds)
        if unknown:
            raise ValueError(f"{MASKS_FILE}: {mask.id}: kinds {sorted(unknown)} are not in taxonomy.toml")
    return masks


MASKS = _read()
"""Every known fault, in the order in which they are tried."""

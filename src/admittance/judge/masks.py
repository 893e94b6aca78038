"""Known faults of tests, as data: failures that a version of a test reports for reasons of its own."""

import tomllib
from datetime import datetime
from importlib import resources

import msgspec
import polars as pl

from admittance.judge.facts import Facts
from admittance.judge.ruleset import MASKS_FILE, TAXONOMY

__all__ = ["HELPERS", "MASKS", "Helper", "Mask", "masked"]


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


class Helper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a test's helper could not see: until which version and when, and of which failures its success says nothing."""

    id: str
    test: str
    below: str  # first version that asks another helper
    until: datetime  # start of the measurement, UTC
    kinds: tuple[str, ...]
    meaning: str
    reference: str

    def asked(self) -> pl.Expr:
        """Whether an observation is of the time in which the test asked this helper."""
        return (pl.col("test_name") == self.test) & (pl.col("time") < self.until)

    def blind_to(self) -> pl.Expr:
        """Whether a fact's failure is one that the helper of its time could not see."""
        older = _version(pl.col("test_version")) < _version(pl.lit(self.below))
        return (self.asked() & older & ~pl.col("works") & pl.col("kind").is_in(list(self.kinds))).fill_null(False)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    mask: tuple[Mask, ...]
    helper: tuple[Helper, ...]


def _version(text: pl.Expr) -> pl.Expr:
    """A version of up to three numbers as one; null where there is none."""
    first, second, third = (
        text.str.extract(rf"^(?:\d+\.){{{place}}}(\d+)", 1).cast(pl.Int64, strict=False) for place in range(3)
    )
    return first * 10**6 + second.fill_null(0) * 10**3 + third.fill_null(0)


def masked(facts: Facts) -> Facts:
    """The facts with `mask`: the id of the first fault of the test that covers the failure; null elsewhere; and with `unseen`:
    whether the failure is one that the helper of that time could not see.
    """
    rows = facts.rows.select("number", "test_name", "test_version", "time", "asked_host", "kind", "works")
    tests = {mask.test for mask in MASKS} | {helper.test for helper in HELPERS}
    bad = rows.filter(~pl.col("works") & pl.col("test_name").is_in(list(tests)))
    found = bad.select(
        "number",
        pl.coalesce(pl.when(mask.covers()).then(pl.lit(mask.id)) for mask in MASKS).alias("mask"),
        pl.any_horizontal(helper.blind_to() for helper in HELPERS).alias("unseen"),
    )
    covered = found.drop_nulls("mask")
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, facts.rows.height)
    seen = pl.Series([False]).new_from_index(0, facts.rows.height)
    return facts._replace(
        rows=facts.rows.with_columns(
            nothing.scatter(covered["number"], covered["mask"]).alias("mask"),
            seen.scatter(found["number"], found["unseen"]).alias("unseen"),
        )
    )


def _read() -> _File:
    text = (resources.files("admittance.judge") / "rules" / MASKS_FILE).read_text(encoding="utf-8")
    file = msgspec.convert(tomllib.loads(text), _File)
    told = [(mask.id, mask.kinds) for mask in file.mask] + [(helper.id, helper.kinds) for helper in file.helper]
    for name, kinds in told:
        unknown = set(kinds) - set(TAXONOMY.kinds)
        if unknown:
            raise ValueError(f"{MASKS_FILE}: {name}: kinds {sorted(unknown)} are not in taxonomy.toml")
    return file


_FILE = _read()

MASKS = _FILE.mask
"""Every known fault, in the order in which they are tried."""

HELPERS = _FILE.helper
"""Every helper that could not see something."""

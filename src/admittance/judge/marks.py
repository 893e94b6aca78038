"""Marks of the snapshot of fingerprints on what was answered: which row bears which, and what part of it."""

from typing import Final

import polars as pl

from admittance.judge.fingerprints import Fingerprints, PagePart

__all__ = ["borne", "kept_bodies", "marks_of_answers"]

_PARTS: Final[tuple[PagePart, ...]] = ("title", "location", "server")
"""In this order, after the body."""


def kept_bodies(bodies: pl.DataFrame, hashes: pl.Series) -> pl.DataFrame:
    """Of a table of bodies those with one of these hashes, each once."""
    wanted = hashes.alias("body_sha256").drop_nulls().unique().to_frame()
    return bodies.join(wanted, on="body_sha256", how="semi").unique("body_sha256")


def marks_of_answers(answers: pl.DataFrame, kept: pl.DataFrame, fingerprints: Fingerprints) -> pl.DataFrame:
    """The marks that answers bear, in body, title, redirect or Server header: `number`, `fingerprint`, `known_page`.

    `answers` has the `number` of each beside these parts, `kept` their bodies. An answer that bears marks in several parts
    stands once for each, in this order.
    """
    found = [borne(answers, "body_sha256", fingerprints.match_bodies(kept))]
    found += [borne(answers, part, fingerprints.match_values(part, answers[part])) for part in _PARTS]
    return pl.concat(found)


def borne(answers: pl.DataFrame, column: str, found: list[tuple[str, str, str]]) -> pl.DataFrame:
    """The answers with one of these values in a column: `number`, and the mark and its kind as found for the value."""
    marks = pl.DataFrame(found, schema={column: pl.String, "fingerprint": pl.String, "known_page": pl.String}, orient="row")
    return answers.select("number", column).join(marks, on=column).select("number", "fingerprint", "known_page")

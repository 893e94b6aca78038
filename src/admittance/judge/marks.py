"""Marks of the snapshot of fingerprints on what was answered: which row bears which, and what part of it."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from admittance.judge.fingerprints import Fingerprints, PagePart

__all__ = ["ANSWER_PARTS", "Found", "borne", "found_in", "kept_bodies", "marks_of_answers"]

Found = Mapping[str, list[tuple[str, str, str]]]
"""Per part of answers the values that bear a mark, with the mark and its kind."""

_TEXTS: Final[tuple[PagePart, ...]] = ("title", "location", "server")
ANSWER_PARTS = ("body_sha256", *_TEXTS)
"""The parts of an answer that may bear a mark, in the order in which they are asked."""


def kept_bodies(bodies: pl.DataFrame, hashes: pl.Series) -> pl.DataFrame:
    """Of a table of bodies those with one of these hashes, each once."""
    wanted = hashes.alias("body_sha256").drop_nulls().unique().to_frame()
    return bodies.join(wanted, on="body_sha256", how="semi").unique("body_sha256")


def found_in(answers: pl.DataFrame, bodies: pl.DataFrame, fingerprints: Fingerprints) -> Found:
    """The marks of body, title, redirect or Server header of the answers; of a table of bodies theirs are looked at."""
    found = {"body_sha256": fingerprints.match_bodies(kept_bodies(bodies, answers["body_sha256"]))}
    return found | {part: fingerprints.match_values(part, answers[part]) for part in _TEXTS}


def marks_of_answers(answers: pl.DataFrame, found: Found) -> pl.DataFrame:
    """The marks that answers bear: `number`, `fingerprint`, `known_page`.

    `answers` has the `number` of each beside the parts. An answer that bears marks in several parts stands once for each, in
    the order of the parts.
    """
    return pl.concat(borne(answers, part, values) for part, values in found.items())


def borne(answers: pl.DataFrame, column: str, found: list[tuple[str, str, str]]) -> pl.DataFrame:
    """The answers with one of these values in a column: `number`, and the mark and its kind as found for the value."""
    marks = pl.DataFrame(found, schema={column: pl.String, "fingerprint": pl.String, "known_page": pl.String}, orient="row")
    return answers.select("number", column).join(marks, on=column).select("number", "fingerprint", "known_page")

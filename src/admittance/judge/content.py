"""What the rules of the content gate look at: what a platform did with a keyword, an account or a post, as it was read."""

import tomllib
from importlib import resources
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

import msgspec
import polars as pl

from admittance.judge.folding import folded

__all__ = ["CONTENT_MARKS", "content_features"]

MARKS_FILE: Final = "content_marks.toml"
SHORTEST_NAME: Final = 3
"""Characters that a name must have to show, by standing on a page, whose page it is."""

LONGEST_NOTICE: Final = 2_000
"""Characters of a page that shows a notice and no posts; a longer page may quote a phrase, and its phrases do not count."""

ContentMarks = dict[Literal["withheld", "suspended", "wall", "gone"], dict[str, tuple[str, ...]]]

CONTENT_MARKS: ContentMarks = msgspec.convert(
    tomllib.loads((resources.files("admittance.judge") / "rules" / MARKS_FILE).read_text(encoding="utf-8")), ContentMarks
)
"""Phrases by mark and language, the most telling mark first."""

_PHRASES = {mark: [phrase for own in languages.values() for phrase in own] for mark, languages in CONTENT_MARKS.items()}


def content_features(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `says`, the first mark that a short page bears, and `named`, whether it bears whose page it is.

    Each reading speaks for itself, whatever was found on other platforms; both columns are null where no text was kept.
    """
    said = rows.select("text", "title", "url").unique().filter(pl.col("text").is_not_null())
    text, short = folded(pl.col("text")), pl.col("text").str.len_chars() <= LONGEST_NOTICE
    says = pl.coalesce(pl.when(short & text.str.contains_any(phrases)).then(pl.lit(mark)) for mark, phrases in _PHRASES.items())
    named = [_named(*row) for row in said.iter_rows()]
    known = said.with_columns(says.alias("says"), pl.Series("named", named, dtype=pl.Boolean))
    return rows.join(known, on=["text", "title", "url"], how="left", nulls_equal=True, maintain_order="left")


def _named(text: str, title: str | None, url: str | None) -> bool:
    """Whether a page's text holds the institution's name, or the last piece of its address."""
    pieces = [piece for piece in unquote(urlsplit(url or "").path).split("/") if piece]
    names = [name.casefold().lstrip("@") for name in (title or "", pieces[-1] if pieces else "")]
    lowered = text.casefold()
    return any(len(name) >= SHORTEST_NAME and name in lowered for name in names)

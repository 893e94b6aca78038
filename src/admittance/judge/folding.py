"""Text of pages as the marks of rules are written, so that a phrase is found however it was set."""

import polars as pl

__all__ = ["folded"]


def folded(said: pl.Expr) -> pl.Expr:
    """Lower case without the dot that the Turkish İ leaves, straight apostrophes, no vowel signs of Arabic, single spaces."""
    lower = said.str.to_lowercase().str.replace_all("[\u0307\u064b-\u0652]", "")
    return lower.str.replace_all("[’‘]", "'").str.replace_all(r"\s+", " ")

"""What the rules of the content gate look at: what a platform did with a keyword, an account or a post, as it was read."""

import polars as pl

__all__ = ["content_features"]


def content_features(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as they are: each reading speaks for itself, whatever was found on other platforms."""
    return rows

"""Answers as sets of words: addresses, networks, and the neighbourhoods in which addresses lie."""

import polars as pl

__all__ = ["neighbourhoods", "prefixes", "sets"]


def sets(column: str) -> pl.Expr:
    """The words of a text; null where there is none."""
    return pl.when(pl.col(column) != "").then(pl.col(column)).str.split(" ")


def prefixes(column: str) -> pl.Expr:
    """IPv4 addresses cut to 16 bits: the two numbers of two neighbours that no AS number joins."""
    return pl.col(column).str.extract_all(r"(?:^| )\d{1,3}\.\d{1,3}\.").list.eval(pl.element().str.strip_chars_start(" "))


def neighbourhoods(addresses: str, networks: str) -> pl.Expr:
    """Where answers lie: `AS15169` for every network that is known, and the 16 bits before every IPv4 address."""
    numbers = sets(networks).list.eval(pl.lit("AS") + pl.element())
    empty = pl.lit([], dtype=pl.List(pl.String))
    return pl.concat_list(numbers.fill_null(empty), prefixes(addresses).fill_null(empty)).list.unique()

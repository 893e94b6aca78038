"""What the rules of the listing gate look at: what page and cart say, and how widely a product or a destination is refused."""

import tomllib
from importlib import resources
from typing import Literal

import msgspec
import polars as pl

from admittance.judge.breadth import found_as_of
from admittance.judge.folding import folded

__all__ = ["LEAST_PRODUCTS", "LISTING_MARKS", "SHUNNED_PERCENT", "ListingMarks", "listing_features"]

SHUNNED_PERCENT = 90
"""A destination to which so many of all products are refused is refused as such. Of products that were chosen for being refused
somewhere, in 2024: 99 % to Russia, 70 % to the United Arab Emirates, 15 % to Singapore."""

LEAST_PRODUCTS = 10
"""Products read for a destination, below which one that was offered before is not said to be shunned with the rest."""

MARKS_FILE = "listing_marks.toml"

_Mark = Literal["offered", "refused", "unavailable", "withheld", "missing"]
_PAGES: tuple[_Mark, ...] = ("missing", "withheld", "refused", "unavailable", "offered")
_MESSAGES: tuple[_Mark, ...] = ("withheld", "refused", "unavailable")  # marks that a cart's own message can bear
_WINDOW = 5  # readings whose median is a level


class _Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the scale: which marks give which outcome. What is not named may be anything."""

    outcome: str
    cart: str | None = None
    page: str | None = None
    severity: float | None = None


class ListingMarks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts and patterns by mark and language, the words of carts, and the scale."""

    page: dict[_Mark, dict[str, tuple[str, ...]]]
    pattern: dict[_Mark, dict[str, tuple[str, ...]]]
    cart: dict[str, tuple[str, ...]]
    scale: tuple[_Step, ...]

    def texts(self, mark: _Mark) -> list[str]:
        """The texts of a mark in all languages."""
        return [text for texts in self.page.get(mark, {}).values() for text in texts]

    def bears(self, said: pl.Expr, mark: _Mark) -> pl.Expr:
        """Whether folded text holds one of the texts or patterns of a mark, in whatever language."""
        patterns = [f"(?:{pattern})" for own in self.pattern.get(mark, {}).values() for pattern in own]
        found = said.str.contains_any(self.texts(mark))
        return found | said.str.contains("|".join(patterns)) if patterns else found


def _read(content: str) -> ListingMarks:
    """Raises `ValueError` for malformed TOML, an unknown mark, or a scale that does not catch all."""
    marks = msgspec.convert(tomllib.loads(content), ListingMarks)
    last = marks.scale[-1]
    if last.cart is not None or last.page is not None:
        raise ValueError(f"{MARKS_FILE}: the last step of the scale must have no condition, so that it catches all")
    for step in marks.scale:
        if step.cart not in (None, *_MESSAGES, *marks.cart) or step.page not in (None, *marks.page):
            raise ValueError(f"{MARKS_FILE}: the scale names cart {step.cart!r} and page {step.page!r}, which are no marks")
    return marks


LISTING_MARKS = _read((resources.files("admittance.judge") / "rules" / MARKS_FILE).read_text(encoding="utf-8"))
"""What pages and carts say, and what follows."""


def listing_features(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the columns of the listing gate in `SNAPSHOT_FEATURES`, and `severity`.

    Of what is known of other products and destinations, the last reading until the day counts, or else the first.
    """
    rows = _with_outcomes(rows).with_columns(pl.col("time").dt.truncate("1d").alias("day"))
    told = rows.filter(pl.col("severity").is_not_null()).select(
        "place", "item", "country", "time", "day", (pl.col("outcome") == "offered").alias("had")
    )
    first = told.filter("had").group_by("place", "item", "country").agg(pl.col("time").min().alias("first_offered"))
    rows = rows.join(first, on=["place", "item", "country"], how="left").with_columns(
        (pl.col("first_offered") < pl.col("time")).fill_null(value=False).alias("offered_before")
    )
    rows = rows.join(_destinations(told), on=["place", "country", "day"], how="left")
    refused = pl.col("refused_percent") >= SHUNNED_PERCENT
    rows = rows.with_columns(
        (refused & ~(pl.col("offered_before") & (pl.col("products") < LEAST_PRODUCTS))).fill_null(value=False).alias("shunned")
    )
    open_days = rows.filter(~pl.col("shunned")).select("place", "country", "day").unique()
    reached = told.join(open_days, on=["place", "country", "day"], how="semi")
    products = found_as_of(reached, by=("place", "item"), each="country").rename({"known": "compared", "found": "offering"})
    return (
        rows.join(products, on=["place", "item", "day"], how="left")
        .join(_usual_counts(rows), on=["place", "item", "country", "time"], how="left")
        .with_columns((100 * pl.col("count") / pl.col("usual")).alias("usual_percent"))
    )


def _destinations(told: pl.DataFrame) -> pl.DataFrame:
    """Per destination and day: of how many products something is known, and how many of a hundred of them are refused."""
    found = found_as_of(told, by=("place", "country"), each="item")
    refused = (100 * (pl.col("known") - pl.col("found")) / pl.col("known")).round(1)
    return found.select("place", "country", "day", pl.col("known").alias("products"), refused.alias("refused_percent"))


def _usual_counts(rows: pl.DataFrame) -> pl.DataFrame:
    """Per search and time what it used to find: the highest median of five readings in a row before."""
    search = ["place", "item", "country"]
    counted = (
        rows.filter(pl.col("count").is_not_null()).group_by(*search, "time").agg(pl.col("count").max()).sort(*search, "time")
    )
    level = pl.col("count").rolling_median(_WINDOW, min_samples=1).shift(1).cum_max().over(search)
    return counted.select(*search, "time", level.cast(pl.Int64).alias("usual"))


def _with_outcomes(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `outcome` and `severity`, each distinct text looked at once."""
    marks = LISTING_MARKS
    said = rows.select("status", "text", (pl.col("count").is_not_null()).alias("search")).unique()
    status, text = folded(pl.col("status")), folded(pl.col("text"))
    words = status.str.replace_all(r"[_\s-]+", " ").str.strip_chars(" .!")
    own_words = [pl.when(words.is_in(list(known))).then(pl.lit(cart)) for cart, known in marks.cart.items()]
    cart = pl.coalesce(*own_words, *(pl.when(marks.bears(status, mark)).then(pl.lit(mark)) for mark in _MESSAGES))
    page = pl.coalesce(pl.when(marks.bears(text, mark)).then(pl.lit(mark)) for mark in _PAGES)
    said = said.with_columns(cart.alias("cart"), page.alias("page"))
    steps = [(_holds(step), step) for step in marks.scale]
    outcome = pl.coalesce(pl.when(holds).then(pl.lit(step.outcome)) for holds, step in steps)
    severity = pl.coalesce(
        # The first step that holds decides, also when it gives no severity.
        pl.when(holds).then(pl.lit(-1.0 if step.severity is None else step.severity))
        for holds, step in steps
    )
    plain_search = pl.col("search") & (pl.col("page").is_null() | (pl.col("page") != "withheld"))
    said = said.with_columns(
        pl.when(plain_search).then(pl.lit("search")).otherwise(outcome).alias("outcome"),
        pl.when(~pl.col("search") & (severity >= 0)).then(severity).alias("severity"),
    )
    found = ["status", "text", "search"]
    return (
        rows.drop("severity")
        .with_columns(pl.col("count").is_not_null().alias("search"))
        .join(said.drop("cart", "page"), on=found, how="left", nulls_equal=True)
    )


def _holds(step: _Step) -> pl.Expr:
    cart = pl.lit(value=True) if step.cart is None else pl.col("cart") == step.cart
    page = pl.lit(value=True) if step.page is None else pl.col("page") == step.page
    return cart & page

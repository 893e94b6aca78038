"""The listing gate: page and cart give a severity, breadth tells sanctions and shipping from restriction."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from admittance.catalog import load
from admittance.judge import RULES, judge_snapshots
from admittance.model.ids import Country, FileId
from admittance.model.observation import SnapshotObservation
from admittance.model.tables import table_of
from admittance.model.vocabulary import Gate, Origin
from admittance.sources import ReadOptions, SourceFile, source_named

CATALOG = load()
DAY = datetime(2024, 6, 3, tzinfo=UTC)
REAL = Path(__file__).parents[3] / "shared" / "data" / "listings" / "amazon_phase2_sample.csv.gz"

SHIPPING = "This item cannot be shipped to your selected delivery location. Please choose a different delivery location."
PLACES = ("AE", "EG", "IN", "SG")


def reading(
    status: str = "untried",
    text: str | None = None,
    *,
    item: str = "B1",
    country: str = "AE",
    day: float = 0,
    count: int | None = None,
) -> SnapshotObservation:
    return SnapshotObservation(
        source="listings",
        origin=Origin.MEASURED,
        gate=Gate.LISTING,
        place="amazon",
        item=item,
        title=None,
        country=Country(country),
        network=None,
        time=DAY + timedelta(days=day),
        status=status,
        category=None,
        text=text,
        count=count,
        url=None,
        file=FileId("f"),
        offset=0,
        line_sha256="l",
        recorded_at=DAY,
    )


def judged(*rows: SnapshotObservation) -> pl.DataFrame:
    return judge_snapshots(table_of(SnapshotObservation, rows), catalog=CATALOG)


def rule_of(verdicts: pl.DataFrame, *, item: str = "B1", country: str = "AE", day: float = 0) -> str:
    wanted = (pl.col("item") == item) & (pl.col("country") == country) & (pl.col("time") == DAY + timedelta(days=day))
    (rule,) = verdicts.filter(wanted)["rule"].to_list()
    return str(rule).removeprefix("listing.")


def offered(item: str, *countries: str, day: float = 0) -> list[SnapshotObservation]:
    return [reading("Added", item=item, country=country, day=day) for country in countries]


@pytest.mark.parametrize(
    ("status", "text", "severity"),
    [
        ("Added", SHIPPING, 0.0),
        ("Added", None, 0.0),
        ("No button", SHIPPING, 0.5),
        ("no button", "Currently unavailable.", 0.5),
        (SHIPPING, SHIPPING, 0.75),
        ("The selected seller cannot deliver the item to the selected delivery location.", None, 0.75),
        ("Not added", SHIPPING, 1.0),
        ("Not added", "In Stock", 1.0),
        ("untried", "Buy new: $15 17 List Price: $18.00 Delivery Friday, June 14", 0.0),
        ("untried", "Deliver to Oman See All Buying Options Add to List", 0.0),
        ("untried", "Temporarily out of stock. Order now and we'll deliver when available.", 0.0),
        ("untried", "加入购物车", 0.0),
        ("untried", SHIPPING, None),
        ("untried", "Currently unavailable. We don't know when or if this item will be back in stock.", None),
        ("untried", "404", None),
        ("error", "404", None),
        ("unread", None, None),
        ("untried", "words that nobody knows", None),
        ("words that nobody knows", "In Stock", None),
    ],
)
def test_page_and_cart_give_the_severity(status: str, text: str | None, severity: float | None) -> None:
    assert judged(reading(status, text))["severity"].to_list() == [severity]


def test_a_silent_refusal_is_singled_out_where_others_get_it() -> None:
    verdicts = judged(*offered("B1", "SG", "IN"), reading("Not added"), *offered("B2", *PLACES))
    assert rule_of(verdicts) == "silent_refusal"
    told = verdicts.filter(pl.col("rule") == "listing.silent_refusal").row(0, named=True)
    assert (told["state"], told["mechanism"], told["severity"]) == ("likely_blocked", "listing.silent_refusal", 1.0)
    assert "2 of 3 destinations" in told["reason"]


def test_a_shipping_message_or_a_missing_button_blames_nobody() -> None:
    rest = [*offered("B1", "SG", "IN"), *offered("B2", *PLACES)]
    assert rule_of(judged(*rest, reading(SHIPPING))) == "shipping_refused"
    assert rule_of(judged(*rest, reading("No button"))) == "no_button"
    assert set(judged(*rest, reading(SHIPPING)).filter(pl.col("country") == "AE")["state"]) == {"impaired", "ok"}


def test_a_destination_to_which_nearly_everything_is_refused_singles_out_nothing() -> None:
    items = [f"B{number}" for number in range(10)]
    rest = [row for item in items for row in offered(item, "SG", "IN")]
    refused = [reading("Not added", item=item, country="RU") for item in items[1:]]
    verdicts = judged(*rest, *refused, reading("Added", item="B0", country="RU"), reading("Not added", item="B1", country="AE"))
    assert rule_of(verdicts, item="B5", country="RU") == "destination_shunned"
    assert verdicts.filter((pl.col("item") == "B5") & (pl.col("country") == "RU"))["severity"].to_list() == [1.0]
    eight = judged(*rest, *refused[1:], *offered("B0", "RU"), *offered("B1", "RU"))
    assert rule_of(eight, item="B5", country="RU") == "silent_refusal"


def test_a_shunned_destination_does_not_count_where_a_product_is_compared() -> None:
    items = [f"B{number}" for number in range(10)]
    rest = [row for item in items for row in offered(item, "SG", "IN")]
    refused = [reading("Not added", item=item, country="RU") for item in items]
    nowhere = [reading(SHIPPING, item="C", country=country) for country in ("SG", "IN", "RU")]
    assert rule_of(judged(*rest, *refused, *nowhere), item="C", country="SG") == "offered_nowhere"


def test_what_was_offered_before_and_is_refused_now_was_removed() -> None:
    before = [*offered("B1", *PLACES), *offered("B2", *PLACES)]
    after = [*offered("B1", "SG", "IN", day=9), *offered("B2", *PLACES, day=9)]
    for status in (SHIPPING, "No button"):
        assert rule_of(judged(*before, *after, reading(status, day=9)), day=9) == "removed"
    assert rule_of(judged(*before, *after, reading("Not added", day=9)), day=9) == "silent_refusal"
    alone = [*offered("B1", "AE"), reading("No button", day=9)]
    assert rule_of(judged(*alone), day=9) == "removed"


def test_a_search_that_thins_out_or_finds_nothing_any_more() -> None:
    counts = [5210, 5340, 5105, 4990, 5020, 311, 12, 0, 4800]
    verdicts = judged(*(reading(item="vpn", country="CN", day=day, count=count) for day, count in enumerate(counts)))
    found = [rule_of(verdicts, item="vpn", country="CN", day=day) for day in range(len(counts))]
    assert found == ["term_found"] * 5 + ["term_thinned"] * 2 + ["term_gone", "term_found"]
    assert verdicts["severity"].null_count() == len(counts)


def test_what_stays_thin_stays_thin() -> None:
    counts = [1000] * 5 + [20] * 40
    verdicts = judged(*(reading(item="vpn", country="CN", day=day, count=count) for day, count in enumerate(counts)))
    assert {rule_of(verdicts, item="vpn", country="CN", day=day) for day in range(5, 45)} == {"term_thinned"}


def test_small_numbers_and_single_peaks_thin_out_nothing() -> None:
    few = judged(*(reading(item="rare", day=day, count=count) for day, count in enumerate([12, 1, 12, 1])))
    assert set(few["rule"]) == {"listing.term_found"}
    peak = judged(*(reading(item="tv", day=day, count=count) for day, count in enumerate([100, 110, 90, 5000, 100, 95])))
    assert set(peak["rule"]) == {"listing.term_found"}
    assert set(judged(reading(item="none", count=0))["rule"]) == {"listing.term_empty"}


def test_a_marketplace_that_names_the_law_withholds() -> None:
    verdicts = judged(reading(text="根据相关法律法规和政策，无法显示相关宝贝", item="vpn", country="CN", count=0))
    assert verdicts.select("rule", "state").rows() == [("listing.withheld", "blocked")]


def test_every_listing_rule_fires() -> None:
    items = [f"B{number}" for number in range(10)]
    rows = [row for item in items for row in offered(item, "SG", "IN", "AE")]
    rows += [reading("Not added", item=item, country="RU") for item in items]
    rows += [reading("Not added", item="C", country=country) for country in ("SG", "IN")]
    rows += [*offered("D", "SG"), reading("Not added", item="D"), reading("Not added", item="E")]
    rows += [reading(SHIPPING, item="D", country="IN"), *offered("G", "SG"), reading("No button", item="G")]
    rows += [reading("No button", item="B1", day=2), reading(text="404", item="F"), reading(text=SHIPPING, item="F", day=1)]
    rows += [reading(text="Currently unavailable", item="F", day=2)]
    rows += [reading(item="vpn", day=day, count=count) for day, count in enumerate((50, 2, 0))]
    rows += [reading(item="none", count=0), reading(text="prohibited by law", item="vpn", country="CN")]
    assert set(judged(*rows)["rule"]) == {rule.id for rule in RULES if rule.id.startswith("listing.")}


def test_severity_equals_the_scale_on_every_cell_of_the_sample() -> None:
    if not REAL.exists():
        pytest.skip("needs the development data beside the repository")
    options = ReadOptions(recorded_at=DAY, observed=DAY, batch_size=20_000)
    file = SourceFile(path=REAL, file=FileId("f"), address=REAL.name)
    readings = pl.concat(batch.snapshots for batch in source_named("listings").read(file, options))
    verdicts = judge_snapshots(readings, catalog=CATALOG)
    raw = pl.read_csv(gzip.decompress(REAL.read_bytes()), infer_schema_length=0)
    status, code = pl.col("status").str.replace(r" \(\d+\)$", ""), pl.col("txt_code")
    scale = (
        pl.when(status == "Added").then(0.0)
        .when(status == "No button").then(0.5)
        .when(status == "Not added").then(1.0)
        .when(status.str.contains("cannot be shipped|cannot deliver")).then(0.75)
        .when(status.is_null() & code.str.contains("CART|SEEALL")).then(0.0)
    )  # fmt: skip
    wanted = raw.select(pl.col("dp").alias("item"), pl.col("cc").alias("country"), scale.alias("wanted")).unique()
    both = wanted.join(verdicts.select("item", "country", "severity").unique(), on=["item", "country"], how="full")
    assert wanted["country"].n_unique() == 10
    assert both.height == wanted.height == wanted.select("item", "country").n_unique()
    assert both.filter(~pl.col("wanted").eq_missing(pl.col("severity"))).is_empty()
    shunned = verdicts.filter(pl.col("rule") == "listing.destination_shunned")
    assert set(shunned["country"]) == {"RU"}

"""Marketplace tables: products by page and cart, searches by what they find, and bad rows."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admittance.errors import InputError
from admittance.sources import Batch

REAL = Path(__file__).parents[3] / "shared" / "data" / "listings" / "amazon_phase2_sample.csv.gz"

COLUMNS = ("marketplace", "item_id", "term", "title", "destination", "observed", "page_text", "status", "results")
ROW = {"marketplace": "amazon", "item_id": "B1", "destination": "AE", "observed": "2024-06-03", "status": "Added (2)"}


def table(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    lines = [",".join(columns), *(",".join((ROW | row).get(column, "") for column in columns) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def test_a_product_keeps_what_page_and_cart_said(read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("listings", table({"page_text": "In Stock", "title": "A lamp"}))
    (row,) = batch.snapshots.to_dicts()
    assert (row["gate"], row["place"], row["item"], row["country"]) == ("listing", "amazon", "B1", "AE")
    assert (row["status"], row["text"], row["title"], row["count"]) == ("Added", "In Stock", "A lamp", None)


@pytest.mark.parametrize(("status", "kept"), [("Not added (17)", "Not added"), ("No button (0)", "No button"), ("", "unread")])
def test_how_often_the_cart_was_tried_is_not_part_of_what_it_said(
    status: str, kept: str, read_bytes: Callable[..., Batch]
) -> None:
    assert read_bytes("listings", table({"status": status})).snapshots["status"].to_list() == [kept]


def test_a_product_whose_cart_nobody_tried_is_untried(read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("listings", table({"status": "", "page_text": "In Stock"}))
    assert batch.snapshots["status"].to_list() == ["untried"]


def test_a_search_is_named_by_its_folded_words(read_bytes: Callable[..., Batch]) -> None:
    search = {"item_id": "", "status": "", "marketplace": "淘宝", "destination": "CN"}
    rows = (search | {"term": " ＶＰＮ  Router", "results": "5 210"}, search | {"term": "vpn router"})
    batch = read_bytes("listings", table(*rows))
    told = batch.snapshots.select("place", "item", "title", "count").rows()
    assert told == [("taobao", "vpn router", "ＶＰＮ  Router", 5210), ("taobao", "vpn router", "vpn router", None)]


def test_the_marketplace_may_stand_in_the_name_of_the_file(tmp_path: Path, read_file: Callable[..., Batch]) -> None:
    columns = tuple(name for name in COLUMNS if name != "marketplace")
    named = tmp_path / "amazon_2024.csv"
    named.write_bytes(table({}, columns=columns))
    assert read_file("listings", named).snapshots["place"].to_list() == ["amazon"]
    other = tmp_path / "products.csv"
    other.write_bytes(table({}, columns=columns))
    with pytest.raises(InputError, match=r"marketplace missing.*--value marketplace=<word>"):
        read_file("listings", other)
    assert read_file("listings", other, values={"marketplace": "Bazaar.example"}).snapshots["place"].to_list() == [
        "bazaar.example"
    ]


def test_a_column_that_only_amazon_has_names_the_marketplace(read_bytes: Callable[..., Batch]) -> None:
    content = b"dp,cc,status\nB1,AE,Added (1)\n"
    options = {"observed": datetime(2024, 7, 1, tzinfo=UTC)}
    for renames in ({}, {"item_id": "dp", "destination": "cc"}):
        batch = read_bytes("listings", content, renames=renames, **options)
        assert batch.snapshots.select("place", "item", "country").rows() == [("amazon", "B1", "AE")]


def test_a_table_needs_one_column_of_each_group(read_bytes: Callable[..., Batch]) -> None:
    with pytest.raises(InputError, match="item_id or term missing"):
        read_bytes("listings", table({}, columns=("marketplace", "destination", "observed", "status")))
    with pytest.raises(InputError, match="page_text or status or results missing"):
        read_bytes("listings", table({}, columns=("marketplace", "destination", "observed", "item_id")))
    content = table({"status": "", "term": "vpn"}, columns=("marketplace", "destination", "observed", "results"))
    assert read_bytes("listings", content, values={"term": "VPN"}).snapshots["item"].to_list() == ["vpn"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"marketplace": "!"}, "marketplace: no name"),
        ({"marketplace": ""}, "marketplace: no name"),
        ({"item_id": ""}, "item_id: missing, and no term"),
        ({"term": "vpn"}, "both item_id and term"),
        ({"results": "3"}, "results: a count belongs to a search"),
        ({"item_id": "", "term": "vpn", "results": "many"}, "results: no count"),
        ({"item_id": "", "term": "vpn", "results": "-3"}, "results: no count"),
        ({"item_id": "", "term": "vpn", "results": "9" * 20}, "results: no count"),
        ({"destination": "ZZ"}, "destination"),
        ({"observed": "soon"}, "observed"),
        ({"item_id": "x" * 201}, "item_id: longer"),
        ({"page_text": "x" * 100_001}, "page_text: longer"),
    ],
)
def test_a_bad_row_is_kept_with_its_reason(bad: dict[str, str], reason: str, read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("listings", table({}, bad, {}))
    assert (batch.lines, batch.snapshots.height) == (3, 2)
    (reject,) = batch.rejects.to_dicts()
    assert reason in reject["reason"]


def test_of_a_long_page_the_beginning_is_kept(read_bytes: Callable[..., Batch]) -> None:
    (text,) = read_bytes("listings", table({"page_text": "In Stock" + "x" * 90_000})).snapshots["text"].to_list()
    assert len(text) == 4_000


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_below_the_header_are_rejects_and_no_exception(content: bytes, read_bytes: Callable[..., Batch]) -> None:
    batch = read_bytes("listings", table() + content)
    assert batch.rejects.height == batch.lines


def test_the_real_table_is_read_without_a_reject(read_file: Callable[..., Batch]) -> None:
    if not REAL.exists():
        pytest.skip("needs the development data beside the repository")
    batch = read_file("listings", REAL, observed=datetime(2024, 7, 1, tzinfo=UTC))
    assert (batch.lines, batch.snapshots.height, batch.rejects.height) == (10_000, 10_000, 0)
    assert set(batch.snapshots["place"]) == {"amazon"}

"""Marketplace snapshots: whether a product could be ordered to a destination, or how much a search found, and when."""

import re
import unicodedata
from collections.abc import Mapping

from admittance.model.vocabulary import Gate
from admittance.sources.fields import InvalidRecord
from admittance.sources.snapshots import Column, Facts, SnapshotSource, read_count, read_place_country

__all__ = ["COLUMNS", "LISTINGS", "MARKETPLACES", "UNTRIED"]

MARKETPLACES = {
    "amazon": "amazon",
    "amazon.com": "amazon",
    "taobao": "taobao",
    "taobao.com": "taobao",
    "淘宝": "taobao",
    "tmall": "tmall",
    "天猫": "tmall",
    "jd": "jd",
    "jd.com": "jd",
    "京东": "jd",
    "pinduoduo": "pinduoduo",
    "拼多多": "pinduoduo",
    "xianyu": "xianyu",
    "闲鱼": "xianyu",
    "aliexpress": "aliexpress",
    "alibaba": "alibaba",
    "ebay": "ebay",
    "ebay.com": "ebay",
    "shopee": "shopee",
    "lazada": "lazada",
    "ozon": "ozon",
    "wildberries": "wildberries",
    "flipkart": "flipkart",
}
"""A table's name for a marketplace, in lower case -> ours. Another name stands for itself where it is a word or a host."""

FILE_WORDS = tuple(sorted({name for name in MARKETPLACES.values() if len(name) > len("jd")}))

UNTRIED = "untried"
"""The status of a product of which nobody tried the cart, and of a search."""

LONGEST_TEXT = 100_000  # characters of a page that are read; more makes the row a reject
KEPT_TEXT = 4_000  # characters of it that are kept
LONGEST_STATUS = 400

COLUMNS = (
    Column("marketplace", named_by=FILE_WORDS, constant=True, implied=(("asin", "amazon"), ("dp", "amazon"))),
    Column("item_id", needed=False, longest=200, also=("asin", "dp")),
    Column("term", needed=False, longest=200, constant=True),
    Column("title", needed=False),
    Column("category", needed=False),
    Column("destination", constant=True, also=("cc",)),
    Column("page_text", needed=False, longest=LONGEST_TEXT, also=("txt",)),
    Column("status", needed=False),
    Column("results", needed=False),
)

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_TIMES = re.compile(r"\s*\(\d+\)$")  # how often the cart was tried


def _facts(value: Mapping[str, str]) -> Facts:
    name = value["marketplace"].lower()
    marketplace = MARKETPLACES.get(name, name)
    if marketplace not in MARKETPLACES.values() and not _NAME.fullmatch(marketplace):
        raise InvalidRecord(f"marketplace: no name of a marketplace: {value['marketplace'][:40]!r}")
    if bool(value["item_id"]) == bool(value["term"]):
        raise InvalidRecord("item_id: both item_id and term are filled" if value["term"] else "item_id: missing, and no term")
    country = read_place_country("destination", value["destination"])
    count = read_count("results", value["results"])
    if value["item_id"] and count is not None:
        raise InvalidRecord("results: a count belongs to a search term, not to a product")
    status = _TIMES.sub("", value["status"])
    if not (value["page_text"] or status or count is not None):
        status = "unread"
    return Facts(
        place=marketplace,
        item=value["item_id"] or _folded(value["term"]),
        title=value["title"] or value["term"] or None,
        country=country,
        status=status[:LONGEST_STATUS] or UNTRIED,
        category=value["category"] or None,
        text=value["page_text"][:KEPT_TEXT] or None,
        count=count,
    )


def _folded(term: str) -> str:
    """A search term as it counts as the same: width, case and white space folded."""
    return " ".join(unicodedata.normalize("NFKC", term).casefold().split())


LISTINGS = SnapshotSource(
    name="listings",
    parser="listings/1",
    gate=Gate.LISTING,
    columns=COLUMNS,
    any_of=(("item_id", "term"), ("page_text", "status", "results")),
    facts=_facts,
)

"""Storefront snapshots: which app was listed in which country's store, and when."""

from collections.abc import Mapping

from admittance.model.vocabulary import Gate
from admittance.sources.fields import InvalidRecord
from admittance.sources.snapshots import Column, Facts, SnapshotSource, read_place_country, read_word

__all__ = ["COLUMNS", "STATUSES", "STOREFRONTS", "STORES"]

COLUMNS = (
    Column("store"),
    Column("app_id"),
    Column("app_title", needed=False),
    Column("country"),
    Column("status"),
)

STORES = {
    "apple": "apple",
    "app_store": "apple",
    "appstore": "apple",
    "itunes": "apple",
    "gplay": "gplay",
    "google_play": "gplay",
    "googleplay": "gplay",
    "play": "gplay",
}
"""A table's name for a store, in lower case -> ours. A store that is not here is rejected."""

STATUSES = {
    "listed": "listed",
    "not_listed": "not_listed",
    "removed": "not_listed",
    "unlisted": "not_listed",
    "unknown": "unknown",
    "error": "unknown",
    "no_result_or_error": "unknown",  # the crawler could not tell an absence from a failure
    "no_storefront_or_error": "unknown",
}
"""A table's word for a status, in lower case -> ours. A word that is not here is rejected."""


def _facts(value: Mapping[str, str]) -> Facts:
    store = read_word("store", value["store"], STORES)
    status = read_word("status", value["status"], STATUSES)
    if not value["app_id"]:
        raise InvalidRecord("app_id: missing")
    country = read_place_country("country", value["country"])
    return Facts(place=store, item=value["app_id"], country=country, status=status, title=value["app_title"] or None)


STOREFRONTS = SnapshotSource(name="storefronts", parser="storefronts/2", gate=Gate.STORE, columns=COLUMNS, facts=_facts)

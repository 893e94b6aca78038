"""Storefront snapshots: which app was listed in which country's store, and when."""

from collections.abc import Mapping

from admittance.model.vocabulary import Gate
from admittance.sources.fields import InvalidRecord
from admittance.sources.snapshots import Column, Facts, SnapshotSource, read_place_country, read_word

__all__ = ["COLUMNS", "STATUSES", "STOREFRONTS", "STORES"]

COLUMNS = (
    Column(
        "store",
        named_by=("apple", "google_play", "gplay", "itunes"),
        constant=True,
        also=("platform", "marketplace"),
        implied=(
            ("trackId", "apple"),
            ("adam_id", "apple"),
            ("bundleId", "apple"),
            ("bundle_id", "apple"),
            ("package_name", "gplay"),
        ),
    ),
    Column("app_id", also=("trackId", "track_id", "adam_id", "bundle_id", "bundleId", "package_name", "package", "id")),
    Column("app_title", needed=False, also=("title", "app_name", "trackName", "name", "app")),
    Column("country", constant=True, also=("country_code", "storefront", "store_country", "territory", "cc")),
    Column("status", also=("availability", "available", "is_available", "listed", "is_listed", "in_store")),
)

STORES = {
    "apple": "apple",
    "app store": "apple",
    "app_store": "apple",
    "appstore": "apple",
    "apple app store": "apple",
    "ios": "apple",
    "itunes": "apple",
    "android": "gplay",
    "google": "gplay",
    "google play": "gplay",
    "google play store": "gplay",
    "gplay": "gplay",
    "google_play": "gplay",
    "googleplay": "gplay",
    "play": "gplay",
    "play store": "gplay",
}
"""A table's name for a store, in lower case -> ours. A store that is not here is rejected."""

STATUSES = {
    "listed": "listed",
    "available": "listed",
    "present": "listed",
    "found": "listed",
    "true": "listed",
    "yes": "listed",
    "1": "listed",
    "200": "listed",
    "not_listed": "not_listed",
    "removed": "not_listed",
    "unlisted": "not_listed",
    "delisted": "not_listed",
    "unavailable": "not_listed",
    "not_available": "not_listed",
    "not_found": "not_listed",
    "absent": "not_listed",
    "missing": "not_listed",
    "false": "not_listed",
    "no": "not_listed",
    "0": "not_listed",
    "404": "not_listed",
    "unknown": "unknown",
    "failed": "unknown",
    "timeout": "unknown",
    "error": "unknown",
    "no_result_or_error": "unknown",  # the crawler could not tell an absence from a failure
    "no_storefront_or_error": "unknown",
}
"""A table's word for a status, in lower case, `_` between words -> ours. A word that is not here is rejected."""


def _facts(value: Mapping[str, str]) -> Facts:
    store = read_word("store", value["store"], STORES)
    status = read_word("status", value["status"].replace(" ", "_").replace("-", "_"), STATUSES)
    if not value["app_id"]:
        raise InvalidRecord("app_id: missing")
    country = read_place_country("country", value["country"])
    return Facts(place=store, item=value["app_id"], country=country, status=status, title=value["app_title"] or None)


STOREFRONTS = SnapshotSource(name="storefronts", parser="storefronts/3", gate=Gate.STORE, columns=COLUMNS, facts=_facts)

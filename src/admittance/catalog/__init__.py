"""Floor 1: who is spoken of and how each can be tested, as data files; names, hosts and app ids resolve to ids.

What may enter: facts about entities, subjects and targets, each checkable in public, and the look-ups over them. No rule, no
measurement, no opinion. The version of a catalog is the hash of its files, so every derived row can say which one it used.
"""

from admittance.catalog.catalog import ACCOUNT_PREFIX, APP_PREFIX, INSTITUTION_PREFIX, LISTING_PREFIX, Catalog, load
from admittance.catalog.hosts import canonical_host, host_of_url, is_address, registrable_domain
from admittance.catalog.keywords import KEYWORD_PREFIX, canonical_keyword, quoted_words

__all__ = [
    "ACCOUNT_PREFIX",
    "APP_PREFIX",
    "INSTITUTION_PREFIX",
    "KEYWORD_PREFIX",
    "LISTING_PREFIX",
    "Catalog",
    "canonical_host",
    "canonical_keyword",
    "host_of_url",
    "is_address",
    "load",
    "quoted_words",
    "registrable_domain",
]

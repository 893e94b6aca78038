"""Spellings of hosts: one canonical form, and the registrable domain above it."""

from functools import cache, lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna
import tldextract

__all__ = ["canonical_host", "host_of_url", "is_address", "registrable_domain"]


@cache
def _public_suffixes() -> tldextract.TLDExtract:
    """The public suffix list as shipped with tldextract: nothing is fetched and nothing is cached on disk."""
    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=False)


def is_address(host: str) -> bool:
    """Whether `host` is an IPv4 or IPv6 address, brackets allowed."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=65_536)
def canonical_host(host: str) -> str:
    """The one spelling of a host: lower case, IDNA A-labels, no trailing dot, no brackets.

    A name that IDNA refuses is kept as it was, in lower case: real test lists hold some with underscores.
    """
    bare = _bare(host).lower()
    if bare.isascii():
        return bare
    try:
        return idna.encode(bare, uts46=True).decode("ascii")
    except idna.IDNAError:
        return bare


def _bare(host: str) -> str:
    while (stripped := host.strip().rstrip(".").strip("[]")) != host:
        host = stripped
    return host


def host_of_url(url: str) -> str | None:
    """The canonical host of an absolute URL; null when it has none or cannot be parsed."""
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:
        return None
    return canonical_host(host) if host else None


@lru_cache(maxsize=65_536)
def registrable_domain(host: str) -> str:
    """The domain under which somebody registered `host`: `wikipedia.org` for `zh.wikipedia.org`.

    An address, and a name without a public suffix, is its own registrable domain. Private suffixes such as `github.io` are not
    taken as suffixes, so that a hosting service is one subject.
    """
    canonical = canonical_host(host)
    if is_address(canonical):
        return canonical
    return _public_suffixes()(canonical).top_domain_under_public_suffix or canonical

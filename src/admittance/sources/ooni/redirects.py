"""The order of requests: which followed which, and how many redirects lie before each."""

from collections.abc import Sequence

import msgspec

from admittance.sources.ooni.headers import header_value, headers_of
from admittance.sources.ooni.records import Request, Response
from admittance.sources.urls import Place, place_of_url, resolves_to

__all__ = ["Hop", "hops_of", "hosts_redirected_to", "tagged_depth"]

REDIRECT_CODES = frozenset({301, 302, 303, 307, 308})
_DEPTHS = {f"depth={number:0{width}}": number for width in (1, 2, 3) for number in range(10**width)}
"""Every tag of up to three digits."""


class Hop(msgspec.Struct, frozen=True, gc=False):
    """One request, where it went, how many redirects were followed before it and the host that the first of them asked for."""

    request: Request
    url: str
    place: Place
    number: int
    asked_host: str


def hops_of(requests: Sequence[Request], *, asked: Place | None) -> list[Hop]:
    """The requests, oldest first, with their hops. A request whose URL is missing or none of http is left out.

    Records list the newest request first. From 0.5 on, web_connectivity tags each with its depth. Before, a request follows its
    predecessor when that answered with a redirect; in tests of a service, which ask several unrelated URLs, only when the
    redirect leads to its very URL. Otherwise it is a first request: a retry, or the next endpoint's. Where the oldest request
    is not for the input's host and scheme, a redirect came before it that the record has lost.
    """
    hops: list[Hop] = []
    before: Hop | None = None
    for request in reversed(requests):
        url = request.request.url if request.request is not None else None
        place = place_of_url(url) if url else None
        if url is None or place is None:
            continue
        number, asked_host = 0, place.host
        tagged = tagged_depth(request.tags)
        if tagged is not None:
            number = tagged
        elif before is not None and _follows(before, url, of_input=asked is not None):
            number, asked_host = before.number + 1, before.asked_host
        elif before is not None and asked is not None and before.url == url:
            number = before.number  # tried again
        elif before is None and asked is not None and (asked.host, asked.scheme) != (place.host, place.scheme):
            number = 1
        before = Hop(request, url, place, number, asked_host)
        hops.append(before)
    return hops


def hosts_redirected_to(hops: Sequence[Hop]) -> dict[str, int]:
    """The first hop of each host that was asked after a redirect, and of the one that the last redirect names, asked or not."""
    found: dict[str, int] = {}
    for hop in hops:
        response = hop.request.response
        if hop.number > 0:
            found.setdefault(hop.place.host, hop.number)
        if response is not None and response.code in REDIRECT_CODES:
            location = _location(response)
            place = place_of_url(location) if location else None
            if place is not None:
                found.setdefault(place.host, hop.number + 1)
    return found


def tagged_depth(tags: list[str] | None) -> int | None:
    """Redirects followed before a fact, as web_connectivity 0.5 tags them (`depth=1`); null without such a tag."""
    if not tags:
        return None
    depth = _DEPTHS.get(tags[0])  # where probes put it
    return depth if depth is not None else next((_DEPTHS[tag] for tag in tags if tag in _DEPTHS), None)


def _follows(before: Hop, url: str, *, of_input: bool) -> bool:
    response = before.request.response
    if before.request.failure or response is None or response.code not in REDIRECT_CODES:
        return False
    if of_input:
        return True
    location = _location(response)
    return location is not None and resolves_to(before.url, location, url)


def _location(response: Response) -> str | None:
    return header_value(headers_of(response), "location")

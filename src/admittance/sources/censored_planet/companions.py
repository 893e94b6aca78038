"""What the other members of a scan's archive say of a resolver, an address or a page, gathered before its results are read.

Order of members changes nothing. A file by itself has no members beside it: then nothing is known but what its lines say.
"""

import msgspec

from admittance.catalog.hosts import canonical_host
from admittance.model.ids import Country
from admittance.sources.censored_planet.facts import RemoteFact
from admittance.sources.censored_planet.pages import facts_of_fetch
from admittance.sources.censored_planet.records import (
    AnsweredQuery,
    ControlResponses,
    PageFetch,
    Record,
    ResolverCountry,
    Tagged,
    Verified,
    country_of,
)
from admittance.sources.country_names import country_of_name
from admittance.sources.fields import UNKNOWN_COUNTRY

__all__ = ["MOST_COMPANIONS", "Companions", "is_control"]

MOST_COMPANIONS = 2_000_000
"""Lines of one archive that are remembered, so that memory stays below about a gigabyte; a scan has some hundred thousand."""

MOST_BODY_BYTES = 128 * 1024 * 1024
CONTROL = "control"


class _Place(msgspec.Struct, frozen=True, gc=False):
    network: int | None
    properties: str  # those that are known: `asnum cert http`


def is_control(names: tuple[str, ...]) -> bool:
    """Whether a member's name says that its lines are those of control resolvers."""
    return bool(names) and CONTROL in names[0].lower()


class Companions:
    """What was gathered of one archive."""

    def __init__(self) -> None:
        self.held = 0
        self.left_out = 0  # lines beyond the bound
        self._body_bytes = 0
        self._countries: dict[str, Country] = {}
        self._places: dict[str, _Place] = {}
        self._controls: dict[str, set[str]] = {}
        self._pages: dict[tuple[str, str], tuple[RemoteFact, ...]] = {}
        self._bodies: dict[str, bytes] = {}
        self._excluded: dict[tuple[str, str], str] = {}

    def gather(self, record: Record, names: tuple[str, ...]) -> None:
        """Remember what a line says of others. Raises `InvalidRecord`."""
        if not isinstance(record, ResolverCountry | Tagged | ControlResponses | AnsweredQuery | PageFetch | Verified):
            return
        if self.held >= MOST_COMPANIONS:
            self.left_out += 1
            return
        self.held += 1
        match record:
            case ResolverCountry(vp=vp, resolver=resolver):
                country = country_of(record.location)
                if country == UNKNOWN_COUNTRY and record.country:
                    country = Country(country_of_name(record.country) or UNKNOWN_COUNTRY)
                if country != UNKNOWN_COUNTRY:
                    self._countries[vp or resolver or ""] = country
            case Tagged(ip=ip):
                known = [name for name in ("asnum", "cert", "http") if getattr(record, name)]
                self._places[ip] = _Place(record.asnum, " ".join(known))
            case ControlResponses():
                if is_control(names):
                    answers = [
                        address
                        for each in record.response
                        if each.url == record.test_url
                        for address in each.response or each.answer or ()
                    ]
                    self._add_controls(record.test_url, answers)
            case AnsweredQuery():
                if is_control(names):
                    self._add_controls(record.query, record.answers)
            case PageFetch():
                if not is_control(names):
                    self._add_pages(record)
            case Verified():
                if record.excluded:
                    self._excluded[record.vp, record.test_url] = " ".join(sorted(record.exclude_reason or ())) or "unsaid"

    def _add_controls(self, asked: str, answers: list[str]) -> None:
        self._controls.setdefault(canonical_host(asked), set()).update(answers)

    def _add_pages(self, record: PageFetch) -> None:
        facts, bodies = facts_of_fetch(record)
        self._pages[record.ip, canonical_host(record.keyword)] = facts
        for digest, body in bodies.items():
            if digest not in self._bodies and self._body_bytes < MOST_BODY_BYTES:
                self._bodies[digest] = body
                self._body_bytes += len(body)

    def country(self, resolver: str) -> Country:
        """Where a resolver is; `ZZ` where nothing says it."""
        return self._countries.get(resolver, UNKNOWN_COUNTRY)

    def network(self, address: str) -> int | None:
        """The network of an answered address; null where nothing says it."""
        place = self._places.get(address)
        return place.network if place is not None else None

    def properties(self, address: str) -> set[str]:
        """What is known of an answered address, so that it could be compared: of `asnum`, `cert` and `http`."""
        place = self._places.get(address)
        return set(place.properties.split()) if place is not None else set()

    def controls(self, host: str) -> list[str]:
        """What control resolvers answered for a name, sorted."""
        return sorted(self._controls.get(host, ()))

    def pages(self, address: str, host: str) -> tuple[RemoteFact, ...]:
        """What an answered address served for a name."""
        return self._pages.get((address, host), ())

    def body(self, digest: str) -> bytes | None:
        """The body of a page; null when it was not kept."""
        return self._bodies.get(digest)

    def excluded(self, resolver: str, asked: str) -> str | None:
        """Why the scan's own check set an answer aside; null where it did not."""
        return self._excluded.get((resolver, asked))

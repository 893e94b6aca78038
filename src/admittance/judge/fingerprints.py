"""Marks of blocking: known pages, known answers, and addresses that are not public. A snapshot with a version of its own."""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from importlib import resources
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Literal, TypeVar

import ahocorasick
import msgspec
import polars as pl

from admittance.judge.patterns import Expression, Fit, branches, fits

__all__ = ["AnswerMark", "Bogons", "Fingerprints", "PageKind", "PageMark", "PagePart", "combined", "load", "shipped"]

PageKind = Literal["blockpage", "captive_portal", "filter", "institution", "own_machine", "genuine"]
"""What a page is: a notice of blocking; a log-in; the page of a filter of which nobody knows who runs it; the page of a
school's or an office's own filter; a program of the user's own machine; a page that only looks like one of these."""

PagePart = Literal["body", "title", "location", "server", "issuer"]
"""Where a mark stands: in parts of an answer, or in the issuer of a certificate that was refused."""


class PageMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page, title, redirect, server or issuer of certificates that stands for blocking, for a log-in or for our side."""

    id: str
    kind: PageKind
    where: PagePart
    contains: tuple[str, ...]  # all of them
    reference: str
    encodings: tuple[str, ...] = ()  # beside UTF-8
    countries: tuple[str, ...] = ()  # where it was met; informative
    only: tuple[str, ...] = ()  # where it proves blocking; elsewhere it is the page of some filter; empty is everywhere
    fit: Fit = "contains"


class AnswerMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Addresses that a resolver or an injector answers in place of the true ones."""

    id: str
    addresses: tuple[str, ...]
    reference: str
    countries: tuple[str, ...] = ()
    only: tuple[str, ...] = ()  # where it proves blocking; elsewhere it says nothing; empty is everywhere
    fit: Fit = "full"


MarkT = TypeVar("MarkT", PageMark, AnswerMark)


class Bogons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Networks in which no public server can be."""

    reference: str
    networks: tuple[str, ...]
    exempt_names: tuple[str, ...] = ()  # names that their owners point at such an address for everybody


class Fingerprints(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A snapshot: its marks, and the look-ups over them. Look-ups take distinct values, so cost does not grow with rows."""

    version: str
    page: tuple[PageMark, ...]
    answer: tuple[AnswerMark, ...]
    bogons: Bogons

    @cached_property
    def places(self) -> frozenset[str]:
        """Countries in which some mark proves more than elsewhere."""
        told = (*(mark.only for mark in self.page), *(mark.only for mark in self.answer))
        return frozenset(country for only in told for country in only)

    @property
    def placed(self) -> bool:
        """Whether what a mark proves depends on the country."""
        return bool(self.places)

    def within(self, country: str) -> "Fingerprints":
        """The same snapshot as it holds in one country."""
        page = tuple(
            msgspec.structs.replace(mark, kind="filter")
            if mark.only and country not in mark.only and mark.kind == "blockpage"
            else mark
            for mark in self.page
        )
        page = tuple(msgspec.structs.replace(mark, only=()) if mark.only else mark for mark in page)
        answer = tuple(msgspec.structs.replace(mark, only=()) for mark in self.answer if not mark.only or country in mark.only)
        return Fingerprints(version=self.version, page=page, answer=answer, bogons=self.bogons)

    @cached_property
    def _answers(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for mark in self.answer:
            if mark.fit == "full":
                for address in mark.addresses:
                    known.setdefault(address, mark.id)
        return known

    @cached_property
    def _answer_patterns(self) -> tuple[tuple[str, Fit, str], ...]:
        return tuple((mark.id, mark.fit, text) for mark in self.answer if mark.fit != "full" for text in mark.addresses)

    @cached_property
    def _answer_memory(self) -> dict[str, str | None]:
        return {}

    @cached_property
    def _bogon_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(network) for network in self.bogons.networks)

    @cached_property
    def _bogon_memory(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _body_marks(self) -> tuple[PageMark, ...]:
        return tuple(mark for mark in self.page if mark.where == "body")

    @cached_property
    def _alternatives(self) -> "_Alternatives":
        return _Alternatives(self._body_marks)

    def is_bogon(self, address: str) -> bool:
        """Whether an address lies in a network without public servers; false for what is no address."""
        known = self._bogon_memory.get(address)
        if known is None:
            try:
                parsed = ip_address(address.partition("%")[0])
            except ValueError:
                known = False
            else:
                known = any(parsed.version == network.version and parsed in network for network in self._bogon_networks)
            self._bogon_memory[address] = known
        return known

    def bogons_among(self, answers: str) -> bool:
        """Whether one of the addresses, separated by spaces, is not public."""
        return any(self.is_bogon(address) for address in answers.split())

    def known_answer(self, answers: str) -> str | None:
        """Id of the first mark that one of the addresses, separated by spaces, bears."""
        return next((mark for address in answers.split() if (mark := self._mark_of_address(address)) is not None), None)

    def _mark_of_address(self, address: str) -> str | None:
        if not self._answer_patterns:
            return self._answers.get(address)
        if address not in self._answer_memory:
            patterns = (mark for mark, fit, text in self._answer_patterns if fits(fit, address, text))
            self._answer_memory[address] = self._answers.get(address) or next(patterns, None)
        return self._answer_memory[address]

    @cached_property
    def _bogon_octets(self) -> str:
        """A pattern for the first numbers of IPv4 networks without public servers, and for any address of IPv6."""
        networks = [network for network in self._bogon_networks if isinstance(network, IPv4Network)]
        octets = {number for network in networks for number in range(network[0].packed[0], network[-1].packed[0] + 1)}
        return rf"(?:^| )0*(?:{'|'.join(str(number) for number in sorted(octets)) or 'none'})\.|:"

    def texts_with_bogons(self, texts: pl.Series) -> pl.Series:
        """Those of the texts of addresses, separated by spaces, that hold one that is not public, each once."""
        distinct = texts.drop_nulls().unique()
        near = distinct.filter(distinct.str.contains(self._bogon_octets))
        return near.filter(pl.Series([self.bogons_among(text) for text in near], dtype=pl.Boolean))

    def texts_with_known_answers(self, texts: pl.Series) -> pl.Series:
        """Those of the texts of addresses, separated by spaces, that hold a mark's, each once."""
        distinct = texts.drop_nulls().unique()
        near = distinct if self._answer_patterns else distinct.filter(distinct.str.contains_any(list(self._answers)))
        return near.filter(pl.Series([self.known_answer(text) is not None for text in near], dtype=pl.Boolean))

    def match_body(self, content: bytes) -> PageMark | None:
        """The first mark that the body bears; null for a page that a mark calls genuine."""
        return _telling(self._alternatives.borne_by(content))

    def match_bodies(self, bodies: pl.DataFrame) -> list[tuple[str, str, str]]:
        """SHA-256, mark and kind of each body that bears a mark, of a table of distinct bodies."""
        found: list[tuple[str, str, str]] = []
        for sha256, content in bodies.select("body_sha256", "content").iter_rows():
            mark = self.match_body(content)
            if mark is not None:
                found.append((sha256, mark.id, mark.kind))
        return found

    def genuine_among(self, bodies: pl.DataFrame) -> list[str]:
        """SHA-256 of the bodies that bear the mark of a page which only looks like a notice."""
        told = (
            (sha256, self._alternatives.borne_by(content))
            for sha256, content in bodies.select("body_sha256", "content").iter_rows()
        )
        return [sha256 for sha256, marks in told if any(mark.kind == "genuine" for mark in marks)]

    def match_values(self, where: PagePart, values: pl.Series) -> list[tuple[str, str, str]]:
        """Value, mark and kind of each distinct title, location or server that bears a mark."""
        marks = [mark for mark in self.page if mark.where == where]
        if not marks:
            return []
        distinct = values.drop_nulls().unique()
        texts = {text for mark in marks if mark.fit != "regexp" for text in mark.contains[:1]}
        folded = [*{text.casefold() for text in texts} | {text.lower() for text in texts}]
        # One pass over all texts leaves only a few values to look at closely.
        near = distinct.str.to_lowercase().str.contains_any(pl.Series(folded, dtype=pl.String).implode())
        for mark in marks:
            if mark.fit == "regexp":
                near |= distinct.str.contains(f"(?i){mark.contains[0]}")
        told = ((value, self.match_value(where, value)) for value in distinct.filter(near))
        return [(value, mark.id, mark.kind) for value, mark in told if mark is not None]

    def match_value(self, where: PagePart, value: str) -> PageMark | None:
        """The first mark of a title, location or server; null for what a mark calls genuine."""
        folded = value.casefold()
        return _telling(
            mark
            for mark in self.page
            if mark.where == where and all(_fits_value(mark.fit, value, folded, text) for text in mark.contains)
        )


_RANK: dict[PageKind, int] = {
    "genuine": 0,
    "blockpage": 1,
    "captive_portal": 2,
    "filter": 3,
    "institution": 4,
    "own_machine": 5,
}
"""Which kind speaks for an answer that bears several marks. A genuine page bears no other."""


def _telling(marks: Iterable[PageMark]) -> PageMark | None:
    best = min(marks, key=lambda mark: _RANK[mark.kind], default=None)
    return None if best is None or best.kind == "genuine" else best


def _fits_value(fit: Fit, value: str, folded: str, text: str) -> bool:
    return fits(fit, value, f"(?i){text}") if fit == "regexp" else fits(fit, folded, text.casefold())


class _Alternatives:
    """All texts of the marks of bodies, in each encoding, found in one pass; what that lets through is looked at."""

    def __init__(self, marks: Iterable[PageMark]) -> None:
        self._marks: list[PageMark] = []  # a mark once per encoding, or per branch of its expression
        self._needs: list[set[str]] = []  # texts that must all be found
        self._expressions: list[Expression | None] = []
        self._always: list[int] = []  # expressions without a text that must occur
        owners: dict[str, list[int]] = {}
        for mark in marks:
            if mark.fit == "regexp":
                for expression in map(Expression, branches(mark.contains[0])):
                    self._add(mark, {text.encode().decode("latin-1") for text in expression.literals}, expression, owners)
                continue
            for encoding in ("utf-8", *mark.encodings):
                self._add(mark, {text.encode(encoding).decode("latin-1") for text in mark.contains}, None, owners)
        self._automaton = ahocorasick.Automaton()
        for text, indices in owners.items():
            self._automaton.add_word(text, (text, indices))
        if owners:
            self._automaton.make_automaton()

    def _add(self, mark: PageMark, needed: set[str], expression: Expression | None, owners: dict[str, list[int]]) -> None:
        for text in needed:
            owners.setdefault(text, []).append(len(self._marks))
        if not needed:
            self._always.append(len(self._marks))
        self._marks.append(mark)
        self._needs.append(needed)
        self._expressions.append(expression)

    def borne_by(self, content: bytes) -> list[PageMark]:
        """The marks that a body bears, in the order of the snapshot."""
        if not self._marks:
            return []
        text = content.decode("latin-1")
        found: set[str] = set()
        near = set(self._always)
        if len(self._automaton):
            for _, (word, indices) in self._automaton.iter(text):
                if word not in found:
                    found.add(word)
                    near.update(indices)
        borne = []
        for index in sorted(near):
            mark, needed, expression = self._marks[index], self._needs[index], self._expressions[index]
            if needed <= found and (
                all(fits(mark.fit, text, word) for word in needed) if expression is None else expression.occurs_in(content)
            ):
                borne.append(mark)
        return borne


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    page: tuple[PageMark, ...]
    answer: tuple[AnswerMark, ...]
    bogons: Bogons


def load(content: str) -> Fingerprints:
    """The snapshot of a fingerprints file; its version is the declared one and 12 hex digits of SHA-256 over the text.

    Raises `ValueError` when a mark is malformed, an id stands twice, or a text is empty.
    """
    data = msgspec.convert(tomllib.loads(content), _File)
    return _checked(version=f"{data.version}+{_digest(content)}", page=data.page, answer=data.answer, bogons=data.bogons)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _checked(
    *,
    version: str,
    page: Iterable[PageMark],
    answer: Iterable[AnswerMark],
    bogons: Bogons,
) -> Fingerprints:
    result = Fingerprints(version=version, page=tuple(page), answer=tuple(answer), bogons=bogons)
    seen: set[str] = set()
    for name in (*(mark.id for mark in result.page), *(mark.id for mark in result.answer)):
        if name in seen:
            raise ValueError(f"fingerprint {name}: the id stands twice")
        seen.add(name)
    for found in result.page:
        if not found.contains or not all(found.contains):
            raise ValueError(f"fingerprint {found.id}: a text to look for is empty")
    return result


def combined(base: Fingerprints, additions: Iterable["Fingerprints"]) -> Fingerprints:
    """One snapshot of several, marks in their order; its version names them all. A repeated id gets `#2` and so on."""
    parts = (base, *additions)
    seen: Counter[str] = Counter()

    def named(mark: MarkT) -> MarkT:
        seen[mark.id] += 1
        return mark if seen[mark.id] == 1 else msgspec.structs.replace(mark, id=f"{mark.id}#{seen[mark.id]}")

    return Fingerprints(
        version=" ".join(part.version for part in parts),
        page=tuple(named(mark) for part in parts for mark in part.page),
        answer=tuple(named(mark) for part in parts for mark in part.answer),
        bogons=base.bogons,
    )


def _read_shipped() -> Fingerprints:
    return load((resources.files("admittance.judge") / "data" / "fingerprints.toml").read_text(encoding="utf-8"))


_SHIPPED = _read_shipped()


def shipped() -> Fingerprints:
    """The snapshot that comes with the package."""
    return _SHIPPED

"""Marks of blocking: known pages, known answers, and addresses that are not public. A snapshot with a version of its own."""

import csv
import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib import resources
from io import StringIO
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Literal

import ahocorasick
import msgspec
import polars as pl

__all__ = ["AnswerMark", "Bogons", "Fingerprints", "PageMark", "from_csv", "load", "shipped"]

PageKind = Literal["blockpage", "captive_portal"]
PagePart = Literal["body", "title", "location", "server"]
Fit = Literal["contains", "prefix", "full"]

CSV_PARTS: dict[str, PagePart] = {"body": "body", "header.location": "location", "header.server": "server"}
CSV_PROOFS = frozenset({"nat", "isp", "prod", "inst", "prov"})
"""Scopes of a list that prove blocking. `fp` lists false positives, `vbw` words that are too vague to prove anything."""


class PageMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page, title, redirect or server that stands for blocking or for a log-in."""

    id: str
    kind: PageKind
    where: PagePart
    contains: tuple[str, ...]  # all of them
    reference: str
    encodings: tuple[str, ...] = ()  # beside UTF-8
    countries: tuple[str, ...] = ()  # where it was met; informative
    fit: Fit = "contains"


class AnswerMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Addresses that a resolver or an injector answers in place of the true ones."""

    id: str
    addresses: tuple[str, ...]
    reference: str
    countries: tuple[str, ...] = ()


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
    skipped: tuple[str, ...] = ()  # marks of an imported list that this reader cannot use, with the reason

    @cached_property
    def _answers(self) -> dict[str, str]:
        return {address: mark.id for mark in self.answer for address in mark.addresses}

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
    def _automaton(self) -> tuple[ahocorasick.Automaton, list[set[str]]]:
        """What finds all texts in one pass over a body; beside it, per mark and encoding, the texts that must all be found."""
        automaton = ahocorasick.Automaton()
        needs: list[set[str]] = []
        owners: dict[str, set[int]] = {}
        for mark in self._body_marks:
            for encoding in ("utf-8", *mark.encodings):
                texts = {text.encode(encoding).decode("latin-1") for text in mark.contains}
                for text in texts:
                    owners.setdefault(text, set()).add(len(needs))
                needs.append(texts)
        for text in owners:
            automaton.add_word(text, text)
        automaton.make_automaton()
        return automaton, needs

    @cached_property
    def _mark_of_alternative(self) -> tuple[PageMark, ...]:
        return tuple(mark for mark in self._body_marks for _ in ("utf-8", *mark.encodings))

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
        return next((self._answers[address] for address in answers.split() if address in self._answers), None)

    @cached_property
    def _bogon_octets(self) -> str:
        """A pattern for the first numbers of IPv4 networks without public servers, and for any address of IPv6."""
        networks = [network for network in self._bogon_networks if isinstance(network, IPv4Network)]
        octets = {number for network in networks for number in range(network[0].packed[0], network[-1].packed[0] + 1)}
        return rf"(?:^| )0*(?:{'|'.join(str(number) for number in sorted(octets)) or 'none'})\.|:"

    def texts_with_bogons(self, texts: pl.Series) -> pl.Series:
        """Those of the texts of addresses, separated by spaces, that hold one that is not public, each once."""
        near = texts.filter(texts.str.contains(self._bogon_octets)).unique()
        return near.filter(pl.Series([self.bogons_among(text) for text in near], dtype=pl.Boolean))

    def texts_with_known_answers(self, texts: pl.Series) -> pl.Series:
        """Those of the texts of addresses, separated by spaces, that hold a mark's, each once."""
        near = texts.filter(texts.str.contains_any(list(self._answers))).unique()
        return near.filter(pl.Series([self.known_answer(text) is not None for text in near], dtype=pl.Boolean))

    def match_body(self, content: bytes) -> PageMark | None:
        """The first mark whose texts all occur in the body."""
        if not self._body_marks:
            return None
        automaton, needs = self._automaton
        text = content.decode("latin-1")
        found = {word for _, word in automaton.iter(text)}
        if not found:
            return None
        for needed, mark in zip(needs, self._mark_of_alternative, strict=True):
            if needed <= found and all(_fits(mark.fit, text, word) for word in needed):
                return mark
        return None

    def match_bodies(self, bodies: pl.DataFrame) -> list[tuple[str, str, str]]:
        """SHA-256, mark and kind of each body that bears a mark, of a table of distinct bodies."""
        found: list[tuple[str, str, str]] = []
        for sha256, content in bodies.select("body_sha256", "content").iter_rows():
            mark = self.match_body(content)
            if mark is not None:
                found.append((sha256, mark.id, mark.kind))
        return found

    def match_values(self, where: PagePart, values: pl.Series) -> list[tuple[str, str, str]]:
        """Value, mark and kind of each distinct title, location or server that bears a mark."""
        texts = {text for mark in self.page if mark.where == where for text in mark.contains[:1]}
        if not texts:
            return []
        folded = [*{text.casefold() for text in texts} | {text.lower() for text in texts}]
        # One pass over all texts leaves only a few values to look at closely.
        near = values.filter(values.str.to_lowercase().str.contains_any(folded)).unique()
        marks = ((value, self.match_value(where, value)) for value in near)
        return [(value, mark.id, mark.kind) for value, mark in marks if mark is not None]

    def match_value(self, where: PagePart, value: str) -> PageMark | None:
        """The first mark of a title, location or server."""
        folded = value.casefold()
        marks = (mark for mark in self.page if mark.where == where)
        return next((mark for mark in marks if all(_fits(mark.fit, folded, text.casefold()) for text in mark.contains)), None)


def _fits(fit: Fit, value: str, text: str) -> bool:
    if fit == "full":
        return value == text
    return value.startswith(text) if fit == "prefix" else text in value


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


def from_csv(pages: str, answers: str, *, bogons: Bogons) -> Fingerprints:
    """The snapshot of two lists in the columns of OONI's blocking fingerprints, `fingerprints_http.csv` and `…_dns.csv`.

    Used: name, scope, location_found, pattern_type (full, prefix, contains), pattern, expected_countries. Regular
    expressions, headers that records do not keep and scopes that prove nothing are left out and named in `skipped`. Version:
    SHA-256 over both texts.
    """
    skipped: list[str] = []
    page: list[PageMark] = []
    names: Counter[str] = Counter()
    for row in csv.DictReader(StringIO(pages)):
        reason = _unusable(row)
        if reason:
            skipped.append(f"{row['name']}: {reason}")
            continue
        page.append(
            PageMark(
                id=_numbered(row["name"], names),
                kind="blockpage",
                where=CSV_PARTS[row["location_found"]],
                contains=(row["pattern"],),
                reference=row.get("exp_url") or row.get("source") or "",
                countries=_countries(row),
                fit=msgspec.convert(row["pattern_type"], Fit),
            )
        )
    answer = tuple(
        AnswerMark(
            id=_numbered(row["name"], names),
            addresses=(row["pattern"],),
            reference=row.get("exp_url") or row.get("source") or "",
            countries=_countries(row),
        )
        for row in csv.DictReader(StringIO(answers))
        if row["location_found"] == "dns" and row["pattern_type"] == "full" and row["scope"] in CSV_PROOFS
    )
    version = f"csv+{_digest(pages + chr(0) + answers)}"
    return _checked(version=version, page=tuple(page), answer=answer, bogons=bogons, skipped=tuple(skipped))


def _numbered(name: str, names: Counter[str]) -> str:
    """The name, or `name#2` and so on where the list gives it to several marks."""
    names[name] += 1
    return name if names[name] == 1 else f"{name}#{names[name]}"


def _unusable(row: Mapping[str, str]) -> str | None:
    if row["scope"] not in CSV_PROOFS:
        return f"scope {row['scope']!r} proves nothing"
    if row["location_found"] not in CSV_PARTS:
        return f"{row['location_found']!r} is not kept in observations"
    if row["pattern_type"] not in ("full", "prefix", "contains"):
        return f"pattern type {row['pattern_type']!r} is not supported"
    return None if row["pattern"] else "empty pattern"


def _countries(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(country.strip() for country in (row.get("expected_countries") or "").split(",") if country.strip())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _checked(
    *,
    version: str,
    page: Iterable[PageMark],
    answer: Iterable[AnswerMark],
    bogons: Bogons,
    skipped: tuple[str, ...] = (),
) -> Fingerprints:
    result = Fingerprints(version=version, page=tuple(page), answer=tuple(answer), bogons=bogons, skipped=skipped)
    seen: set[str] = set()
    for name in (*(mark.id for mark in result.page), *(mark.id for mark in result.answer)):
        if name in seen:
            raise ValueError(f"fingerprint {name}: the id stands twice")
        seen.add(name)
    for found in result.page:
        if not found.contains or not all(found.contains):
            raise ValueError(f"fingerprint {found.id}: a text to look for is empty")
    return result


def _read_shipped() -> Fingerprints:
    return load((resources.files("admittance.judge") / "data" / "fingerprints.toml").read_text(encoding="utf-8"))


_SHIPPED = _read_shipped()


def shipped() -> Fingerprints:
    """The snapshot that comes with the package."""
    return _SHIPPED

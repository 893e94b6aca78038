"""Bodies of state by what they do: "Indonesia's communications ministry" is the one ministry there whose name says so."""

from __future__ import annotations

from dataclasses import dataclass

from admittance.catalog import Catalog
from admittance.documents.lexicon import Language, Lexicon
from admittance.model.catalog import Entity
from admittance.model.ids import EntityId

__all__ = ["Bodies"]

_MINISTRY = "ministry"
_KINDRED = (
    (
        frozenset({"communications", "telecom", "internet", "digital"}),
        frozenset({"communications", "telecom", "internet", "digital"}),
    ),
    (frozenset({"media", "internet", "information"}), frozenset({"media", "internet", "information", "communications"})),
)
"""Functions asked for, and those by whose body they are done where no body has their name: networks, and the press."""
_KINDS = frozenset({"regulator", "government"})
_POWERS = frozenset({"court", "legislature"})
"""Powers of which a country has one as a whole, whatever instances it has: ``zm-court`` is every court of Zambia."""


@dataclass(frozen=True, slots=True)
class _Body:
    entity: EntityId
    ministry: bool
    functions: frozenset[str]
    branch: bool


class Bodies:
    """The regulators and ministries of a catalog with the functions that their own names tell.

    A function is a key of ``[functions]`` in a language's ``nouns.toml``; keys mean the same in every language, so that a body
    with an English name is found by Chinese words for what it does. A national body comes before its branches.
    """

    def __init__(self, catalog: Catalog, lexicon: Lexicon) -> None:
        self._languages = tuple(lexicon.languages.values())
        self._entities: dict[str, list[Entity]] = {}
        self._powers: dict[tuple[str, str], list[EntityId]] = {}
        self._read: dict[str, list[_Body]] = {}  # of the countries that were asked for
        for entity in catalog.entities.values():
            if entity.kind in _POWERS and entity.country and entity.parent is None:
                self._powers.setdefault((entity.country, entity.kind), []).append(entity.id)
            if entity.kind in _KINDS and entity.country and "-" not in entity.country and not entity.id.endswith("-gov"):
                self._entities.setdefault(entity.country, []).append(entity)

    def _of_country(self, country: str | None) -> list[_Body]:
        code = country or ""
        if code not in self._read:
            self._read[code] = [self._body(entity) for entity in self._entities.get(code, [])]
        return self._read[code]

    def _body(self, entity: Entity) -> _Body:
        functions: set[str] = set()
        for name in (entity.name, *entity.aliases):
            for language in self._languages:
                functions |= _functions(name.lower(), language)
        return _Body(entity.id, _MINISTRY in functions, frozenset(functions - {_MINISTRY}), entity.parent is not None)

    def is_ministry(self, country: str | None, entity: EntityId) -> bool:
        """Whether a body of a country calls itself a ministry or department."""
        return any(body.entity == entity and body.ministry for body in self._of_country(country))

    def power(self, country: str | None, kind: str) -> EntityId | None:
        """The courts or the legislature of a country as a whole; None when the catalog has none there, or several."""
        whole = self._powers.get((country or "", kind), [])
        return whole[0] if len(whole) == 1 else None

    def named(self, country: str | None, phrase: str, language: Language) -> EntityId | None:
        """The body of a country that a lower-case phrase describes; None when no body, or more than one, fits best."""
        said = _functions(phrase, language)
        wants_ministry = _MINISTRY in said
        said.discard(_MINISTRY)
        fitting = [
            (len(said & body.functions), body)
            for body in self._of_country(country)
            if said & body.functions and body.ministry >= wants_ministry
        ]
        if not fitting:
            fitting = [
                (1, body)
                for body in self._of_country(country)
                if body.ministry == wants_ministry
                and any(said & asked and body.functions & offered for asked, offered in _KINDRED)
            ]
        if not fitting:
            return None
        ranks = {
            body.entity: (count, body.ministry == wants_ministry, not body.branch, -len(body.functions))
            for count, body in fitting
        }
        best = max(ranks.values())
        first = [entity for entity, rank in ranks.items() if rank == best]
        return first[0] if len(first) == 1 else None


def _functions(phrase: str, language: Language) -> set[str]:
    return {name for name, pattern in language.functions.items() if pattern.search(phrase)}

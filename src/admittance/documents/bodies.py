"""Bodies of state by what they do: "Indonesia's communications ministry" is the one ministry there whose name says so."""

from __future__ import annotations

from dataclasses import dataclass

from admittance.catalog import Catalog
from admittance.documents.lexicon import Language, Lexicon
from admittance.model.ids import EntityId

__all__ = ["Bodies"]

_MINISTRY = "ministry"
_SPEECH = frozenset({"communications", "media", "internet", "information", "digital"})
"""Functions that one body often has together: where only one body has any of them, it has them all."""
_KINDS = frozenset({"regulator", "government", "security"})


@dataclass(frozen=True, slots=True)
class _Body:
    entity: EntityId
    ministry: bool
    functions: frozenset[str]


class Bodies:
    """The regulators and ministries of a catalog with the functions that their own names tell.

    A function is a key of ``[functions]`` in a language's ``nouns.toml``; keys mean the same in every language, so that a body
    with an English name is found by Chinese words for what it does. A national body comes before its branches.
    """

    def __init__(self, catalog: Catalog, lexicon: Lexicon) -> None:
        self._of_country: dict[str, list[_Body]] = {}
        for entity in catalog.entities.values():
            if entity.kind not in _KINDS or not entity.country or "-" in entity.country or entity.id.endswith("-gov"):
                continue
            functions: set[str] = set()
            for name in (entity.name, *entity.aliases):
                for language in lexicon.languages.values():
                    functions |= _functions(name.lower(), language)
            ministry = any(
                _MINISTRY in _functions(name.lower(), language)
                for language in lexicon.languages.values()
                for name in (entity.name, *entity.aliases)
            )
            body = _Body(entity.id, ministry, frozenset(functions - {_MINISTRY}))
            self._of_country.setdefault(entity.country, []).append(body)

    def is_ministry(self, country: str | None, entity: EntityId) -> bool:
        """Whether a body of a country calls itself a ministry or department."""
        return any(body.entity == entity and body.ministry for body in self._of_country.get(country or "", []))

    def named(self, country: str | None, phrase: str, language: Language) -> EntityId | None:
        """The body of a country that a lower-case phrase describes; None when no body, or more than one, fits best."""
        said = _functions(phrase, language)
        wants_ministry = _MINISTRY in said
        said.discard(_MINISTRY)
        fitting = [
            (len(said & body.functions), body)
            for body in self._of_country.get(country or "", [])
            if said & body.functions and body.ministry >= wants_ministry
        ]
        if not fitting and said & _SPEECH:
            fitting = [
                (1, body)
                for body in self._of_country.get(country or "", [])
                if body.functions & _SPEECH and body.ministry == wants_ministry
            ]
        if not fitting:
            return None
        best = max(fitting, key=lambda row: (row[0], row[1].ministry == wants_ministry, -len(row[1].functions)))
        rivals = [
            row
            for row in fitting
            if (row[0], row[1].ministry, len(row[1].functions)) == (best[0], best[1].ministry, len(best[1].functions))
        ]
        return best[1].entity if len(rivals) == 1 else None


def _functions(phrase: str, language: Language) -> set[str]:
    return {name for name, pattern in language.functions.items() if pattern.search(phrase)}

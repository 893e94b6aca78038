"""The words and constructions of the Chinese grid (``grammar_zh.toml``), and how a text is written in Taiwan."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from admittance.documents.lexicon import TRADITIONAL

__all__ = ["Construction", "Grammar", "Speaker", "grammar", "in_taiwan_words", "in_traditional"]


class Construction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Templates for one way to tell something, and the words that go into them."""

    templates: tuple[str, ...]
    words: tuple[str, ...] = ("",)
    headline: bool = False
    modality: str = ""  # what is read of it, "executed|ordered" where either will do


class Time(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ways to write a time, and what it is on the day of publication."""

    forms: tuple[str, ...]
    value: str | None = None
    end: str | None = None
    front: bool = False  # it may open its sentence
    lead: str = ""  # a sentence before that has the day
    tail: str = ""
    of_measures: bool = True
    not_with: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ways to write where, and who is there."""

    forms: tuple[str, ...]
    users: tuple[str, ...]
    lead: str = ""  # a sentence before that names the country


class Speaker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ways to lay what is told ({x}) to somebody, each with the source that is read of it."""

    forms: tuple[tuple[str, str], ...]
    own: bool = False  # it speaks of its own services
    of_measures: bool = False


class Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A country with one of its towns or provinces."""

    name: str
    code: str
    region: str


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes a measure, and upon what."""

    house: str = "abroad"
    things: str = "services"
    modality: str = "executed"
    pool: str = "abroad"


class Grammar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    negatives: tuple[str, ...]
    networks: tuple[str, ...]
    services: dict[str, dict[str, str]]
    lists: dict[str, tuple[str, ...]]
    countries: tuple[Country, ...]
    times: dict[str, Time]
    places: dict[str, Place]
    speakers: dict[str, Speaker]
    claims: dict[str, dict[str, Construction]]
    houses: dict[str, dict[str, tuple[tuple[str, str, str], ...]]]
    kinds: dict[str, Kind]
    measures: dict[str, dict[str, Construction]]
    taiwan: dict[str, str]


@cache
def grammar() -> Grammar:
    """The grammar as the file has it."""
    return msgspec.convert(tomllib.loads(Path(__file__).with_name("grammar_zh.toml").read_text("utf-8")), Grammar)


def in_taiwan_words(text: str) -> str:
    """A text with the words that are used in Taiwan for its own."""
    for here, there in grammar().taiwan.items():
        text = text.replace(here, there)
    return text


def in_traditional(text: str) -> str:
    """A text in traditional characters, one for one."""
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    table = {ord(new): chr(old) for old, new in reversed(TRADITIONAL.items()) if new not in _AS_IN_BOTH}
    return table | {ord(new): old for old, new in zip("幾眾後發裡", "几众后发里", strict=True)}


_AS_IN_BOTH = frozenset("台面只系干丑谷出向借千了松曲折致局表制家")  # mostly written alike in both

"""Names that only a text gives: "the news site Morningpaper", "Talkie, a messaging app, …", "Sindh High Court (SHC)"."""

from __future__ import annotations

import re
from dataclasses import replace

from admittance.documents.gazetteer import Noun

__all__ = ["abbreviated", "unlisted"]

_KIND = (
    r"(?:apps?|applications?|messengers?|platforms?|web ?sites?|sites?|outlets?|portals?|newspapers?|broadcasters?|magazines?"
    r"|forums?|search engines?|social networks?|encyclop[ae]+dias?|blogs?|news agency|vpns?|vpn services?)"
)
_NAME = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Android|Internet|Store|VPNs?|Apps?|Platform|I|In|On|At|By|As|It|Its|He|She|They|We|This|That|These|Those|An?|And|But|For|From|To"
    r"|The (?:[A-Z]\w+ )?(?:Ministry|Government|Court|Regulator))\b)"
    r"(?:The )?(?:[A-Z][\w&’'-]*[\w]|\d\w*[A-Z]\w+)(?: [A-Z][\w&-]*\w){0,2}"
)
_BEHIND = re.compile(rf"\b{_KIND} (?:of )?(?:called |named |known as )?[“\"‘']?({_NAME})(?=[\s,.;:’”\")]|$)")
_AHEAD = re.compile(rf"(?<![\w.] )\b({_NAME}), (?:an?|the|one of the) (?:[\w'’-]+ ){{0,5}}?{_KIND}\b")


_SHORT = re.compile(r" ?\(([A-Z][A-Za-z&.-]{0,8}[A-Z])\)")
_CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Za-z&.-]{0,8}[A-Z](?![\w-])")


def abbreviated(nouns: list[Noun], text: str) -> list[Noun]:
    """The nouns, with every later occurrence of an abbreviation that the text gives one of them in brackets."""
    given: dict[str, tuple[int, Noun]] = {}
    for noun in nouns:
        short = _SHORT.match(text, noun.end) if noun.entity is not None else None
        if short is not None:
            given.setdefault(short.group(1), (short.end(), noun))
    if not given:
        return nouns
    taken = {at for noun in nouns for at in range(noun.start, noun.end)}
    found = [
        replace(given[word][1], start=match.start(), end=match.end(), how="alias", head=word)
        for match in _CAPITALS.finditer(text)
        if (word := match.group()) in given and match.start() > given[word][0] and taken.isdisjoint(range(*match.span()))
    ]
    return sorted([*nouns, *found], key=lambda noun: noun.start)


def unlisted(nouns: list[Noun], text: str) -> list[Noun]:
    """The nouns, with every occurrence of a name that the text once calls a service and no noun stands for."""
    taken = {at for noun in nouns for at in range(noun.start, noun.end)}
    names = {
        match.group(1)
        for pattern in (_BEHIND, _AHEAD)
        for match in pattern.finditer(text)
        if taken.isdisjoint(range(*match.span(1)))
    }
    if not names:
        return nouns
    anywhere = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")\b")
    found = [
        Noun(match.start(), match.end(), "unknown", head=match.group())
        for match in anywhere.finditer(text)
        if taken.isdisjoint(range(*match.span()))
    ]
    return sorted([*nouns, *found], key=lambda noun: noun.start)

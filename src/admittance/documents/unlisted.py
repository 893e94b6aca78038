"""Services that no list knows, told by the word beside them: "the news site Morningpaper", "Talkie, a messaging app, …"."""

from __future__ import annotations

import re

from admittance.documents.gazetteer import Noun

__all__ = ["unlisted"]

_KIND = (
    r"(?:apps?|applications?|messengers?|platforms?|web ?sites?|sites?|outlets?|portals?|newspapers?|broadcasters?|magazines?"
    r"|forums?|search engines?|social networks?|encyclop[ae]+dias?|blogs?|news agency|vpns?|vpn services?)"
)
_NAME = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Android|Internet|Store|VPNs?|I|In|On|At|By|As|It|Its|He|She|They|We|This|That|These|Those|An?|And|But|For|From|To"
    r"|The (?:[A-Z]\w+ )?(?:Ministry|Government|Court|Regulator))\b)"
    r"(?:The )?(?:[A-Z][\w&’'-]*[\w]|\d\w*[A-Z]\w+)(?: [A-Z][\w&-]*\w){0,2}"
)
_BEHIND = re.compile(rf"\b{_KIND} (?:of )?(?:called |named |known as )?[“\"‘']?({_NAME})(?=[\s,.;:’”\")]|$)")
_AHEAD = re.compile(rf"(?<![\w.] )\b({_NAME}), (?:an?|the|one of the) (?:[\w'’-]+ ){{0,5}}?{_KIND}\b")


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

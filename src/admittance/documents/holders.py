"""People who hold an office: once a text has "Judge Ana Prado", its later "Prado" is that judge."""

from __future__ import annotations

import re

from admittance.documents.gazetteer import SERVICE_KINDS, Noun
from admittance.documents.lexicon import Lexicon

__all__ = ["HOLDER", "holders"]

HOLDER = "holder"
_TITLE = re.compile(
    r"(?:judge|justice|magistrate|minister|president|premier|chancellor|governor|prosecutor(?: general)?|attorney general)$"
)


def holders(nouns: list[Noun], text: str, lexicon: Lexicon) -> list[Noun]:
    """The nouns, with every later surname of somebody whom the text once names after a title of office.

    Such a noun is an actor whose head is ``HOLDER`` and whose number is where the titled noun starts.
    """
    english = lexicon.languages["en"].patterns
    named: dict[str, Noun] = {}
    for index, noun in enumerate(nouns):
        if noun.kind != "actor" or not _TITLE.search(text[noun.start : noun.end].lower()):
            continue
        before = nouns[index - 1] if index else None
        if before is not None and before.kind in SERVICE_KINDS and before.end + 1 == noun.start:
            continue  # "Ranica President Ana Prado" holds no office of state
        match = english["office_holder"].match(text, noun.end)
        if match is None or english["was_in_office"].search(text[max(0, noun.start - 12) : noun.start].lower()):
            continue
        surname = match.group(1).split()[-1]
        if text[noun.start].isupper() or " " in match.group(1):
            named.setdefault(surname, noun)
    if not named:
        return nouns
    taken = {at for noun in nouns for at in range(noun.start, noun.end)}
    anywhere = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, sorted(named, key=len, reverse=True))) + r")(?![\w-])")
    found = [
        Noun(match.start(), match.end(), "actor", None, "anaphora", None, HOLDER, named[match.group()].start)
        for match in anywhere.finditer(text)
        if match.start() > named[match.group()].end + 60 and taken.isdisjoint(range(*match.span()))
    ]
    return sorted([*nouns, *found], key=lambda noun: noun.start)

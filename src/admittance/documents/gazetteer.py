"""Where known names stand in a text: one automaton over the catalog's names and the lexicon's nouns, read in one pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import ahocorasick

from admittance.catalog import Catalog
from admittance.documents.bodies import Bodies
from admittance.documents.clean import HANZI
from admittance.documents.lexicon import TRADITIONAL, Lexicon, mainland
from admittance.model.documents import ResolvedBy
from admittance.model.ids import EntityId

__all__ = ["ACTING", "ACTOR_KINDS", "SERVICE_KINDS", "Gazetteer", "Noun", "gazetteer", "lower"]

ACTOR_KINDS = frozenset({"government", "regulator", "court", "legislature", "security", "party"})
ACTING = ACTOR_KINDS | {"actor", "country"}
"""Kinds of nouns that may be who acts with power."""
SERVICE_KINDS = frozenset(
    {"app", "platform", "company", "vendor", "publisher", "organisation", "feature", "isp", "group", "site", "unknown"}
)
_PEOPLE_GROUPS = frozenset({"users", "anonymous-sources", "media", "cdn", "data-centers"})
_HANZI = re.compile(f"[{HANZI}]")
_HOST = re.compile(
    r"(?:(?<=\*\.)|(?<![a-z0-9_@.-]))(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|io|info|ru|cn|tr|ir|in|pk|me|tv|co|uk|news|app|dev|biz|vn|id|br|by|kz|ua|eu|de|fr|jp|kr|hk|tw|us|рф|ai|top"
    r"|gov|edu|int|xyz|site|online|club|live|blog|page|media|press|network|social|chat|cloud|wiki|cc|ca|ch|es|nl|pl|se|fi|dk|cz"
    r"|gr|il|sa|ae|qa|eg|ng|ke|ug|tz|za|gh|zw|et|mm|th|ph|sg|lk|np|bd|af|uz|kg|tj|az|ge|ve|ar|cl|pe|cu|mx|au|nz|im|fm|ly|gg|sh"
    r"|art|pro|tech|moe|it|pt|ro|hu|bg|rs|lt|lv|ee|sk|hr|md"
    r")(?![a-z0-9_-])"
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A phrase that stands for somebody or something, where it stands, and what the catalog or lexicon says it is.

    ``kind`` is an entity kind, or ``actor`` (generic, see ``head``), ``country``, ``group``, ``site``, ``plural``, ``single``,
    ``counted``, ``unknown``.
    """

    start: int
    end: int
    kind: str
    entity: EntityId | None = None
    how: ResolvedBy = "name"
    country: str | None = None
    head: str = ""
    number: int | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    surface: str
    noun_kind: str
    entity: EntityId | None
    how: ResolvedBy
    country: str | None
    head: str
    needs_context: bool
    exact: bool


_Found = tuple[int, int, tuple[_Name, ...]]  # several names only where bodies of several states share one


def lower(text: str) -> str:
    """Lower case of the same length: a character whose lower case is longer stays as it is."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


class Gazetteer:
    """Names of one catalog and one lexicon, ready to be found."""

    def __init__(self, catalog: Catalog, lexicon: Lexicon) -> None:
        self.catalog = catalog
        self.bodies = Bodies(catalog, lexicon)
        self.governments = {
            entity.country: entity.id
            for entity in catalog.entities.values()
            if entity.kind == "government" and entity.country and entity.id == f"{entity.country.lower()}-gov"
        }
        self._false = [
            language.patterns["false_names"] for language in lexicon.languages.values() if "false_names" in language.patterns
        ]
        self._names: dict[str, list[_Name]] = {}
        for name in _names(catalog, lexicon):
            self._names.setdefault(lower(name.surface), []).append(name)
        self._automaton = ahocorasick.Automaton()
        for surface in self._names:
            self._automaton.add_word(surface, surface)
        self._automaton.make_automaton()

    def nouns(self, text: str, lowered: str) -> list[Noun]:
        """Known names in the text, longest first at each place, none overlapping, in order."""
        candidates: list[_Found] = []
        false = [match.span() for pattern in self._false for match in pattern.finditer(lowered)]
        for last, surface in self._automaton.iter(lowered):
            start, end = last - len(surface) + 1, last + 1
            if not _bounded(text, start, end):
                continue
            if false and any(first <= start and end <= stop for first, stop in false):
                continue
            names = self._fitting(text, start, end, surface)
            if names:
                candidates.append((start, end, names))
        candidates.extend((match.start(), match.end(), (self._site(match.group()),)) for match in _HOST.finditer(lowered))
        candidates.sort(key=lambda found: (found[0], -found[1]))
        settled, doubtful = _settled(candidates, text, lowered)
        if doubtful:  # a name that is nobody's here hides no other: "The Vietnamese" is no magazine before "government"
            settled, _ = _settled([found for found in candidates if found[:2] not in doubtful], text, lowered)
        return [_noun(start, end, name, lowered) for start, end, name in settled]

    def _site(self, host: str) -> _Name:
        subject = self.catalog.subject_of_host(host)
        entity = self.catalog.entities.get(EntityId(subject))
        if entity is not None:
            return _Name(host, entity.kind, entity.id, "alias", entity.country, "", False, False)
        return _Name(host, "site", None, "name", None, subject, False, False)

    def _fitting(self, text: str, start: int, end: int, surface: str) -> tuple[_Name, ...]:
        """The name that a surface stands for; several only where bodies of several states bear it, and then only these."""
        written = text[start:end]
        choices = [name for name in self._names[surface] if _case_fits(written, name)]
        if not choices and _amid_hanzi(text, start, end):
            choices = [name for name in self._names[surface] if name.noun_kind in _SERVED and _long_enough(name)]
        if not choices:
            return ()
        best = min(choices, key=lambda name: (name.how == "mistranslation", name.surface != written, name.needs_context))
        if best.noun_kind not in ACTOR_KINDS or best.how == "mistranslation" or len(choices) == 1:
            return (best,)
        bodies: dict[EntityId | None, _Name] = {}
        for name in sorted(choices, key=lambda name: name.needs_context):
            if name.noun_kind in ACTOR_KINDS and name.how != "mistranslation":
                bodies.setdefault(name.entity, name)
        return tuple(bodies.values())


@lru_cache(maxsize=4)
def _cached(version: str, holder: _Holder) -> Gazetteer:
    return Gazetteer(holder.catalog, holder.lexicon)


class _Holder:
    """A catalog and lexicon that compare equal by their versions, so that a gazetteer is built once for each pair."""

    def __init__(self, catalog: Catalog, lexicon: Lexicon) -> None:
        self.catalog, self.lexicon = catalog, lexicon

    def __hash__(self) -> int:
        return hash((self.catalog.version, self.lexicon.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder) and hash(self) == hash(other)


def gazetteer(catalog: Catalog, lexicon: Lexicon) -> Gazetteer:
    """The gazetteer of a catalog version and a lexicon, built once in a process."""
    return _cached(catalog.version, _Holder(catalog, lexicon))


def _names(catalog: Catalog, lexicon: Lexicon) -> Iterator[_Name]:
    for entity in catalog.entities.values():
        if entity.kind == "person":
            continue
        kind = "people" if entity.id in _PEOPLE_GROUPS else entity.kind
        country = entity.country[:2] if entity.country else None
        ambiguous = set(entity.ambiguous_aliases)
        listed: list[tuple[str, ResolvedBy]] = [(entity.name, "name")]
        listed += [(alias, "native" if _HANZI.search(alias) else "alias") for alias in (*entity.aliases, *ambiguous)]
        if entity.native:
            listed.append((entity.native, "native"))
        for surface, how in listed:
            text = surface.replace("’", "'")
            yield _Name(text, kind, entity.id, how, country, "", surface in ambiguous, kind != "group")
            simplified = mainland(text.translate(TRADITIONAL))
            if simplified != text:
                yield _Name(simplified, kind, entity.id, "native", country, "", surface in ambiguous, False)
        for surface in entity.mistranslations:
            yield _Name(surface.replace("’", "'"), kind, entity.id, "mistranslation", country, "", True, True)
    for language in lexicon.languages.values():
        for code, names in language.countries.items():
            people = tuple(word + "s" for word in names.adjectives if word.endswith(("n", "i")))
            kinds = (("name", names.names), ("adjective", (*names.adjectives, *people)), ("capital", names.capitals))
            for head, words in kinds:
                for word in words:
                    yield _Name(word, "country", None, "name", code, head, False, True)
        for kind, actor_words in language.nouns.actors.items():
            for word in actor_words:
                yield _Name(mainland(word), "actor", None, "context", None, kind, False, False)
        for group, group_words in language.nouns.groups.items():
            for word in group_words:
                yield _Name(mainland(word), "group", EntityId(group), "alias", None, "", False, False)


def _settled(candidates: list[_Found], text: str, lowered: str) -> tuple[list[tuple[int, int, _Name]], set[tuple[int, int]]]:
    """The names of candidates that do not overlap, longest first at each place, and the places of those that do not count."""
    kept: list[_Found] = []
    reach = 0
    for start, end, names in candidates:
        if start >= reach:
            kept.append((start, end, names))
            reach = end
        elif end > reach and kept[-1][2][0].noun_kind == "actor" and names[0].noun_kind in ACTOR_KINDS:
            kept[-1] = (start, end, names)  # "the State Internet Information Office" is not "the state"
            reach = end
    homely = _at_home(kept, lowered)
    sure = {name.entity for _, _, name in homely if not name.needs_context}
    sure |= {name.entity for start, end, name in homely if name.needs_context and _inside(text, start, end)}
    settled = [
        (start, end, name)
        for start, end, name in homely
        if not name.needs_context or name.how == "mistranslation" or name.entity in sure or _spoken_of(lowered, start, end)
    ]
    return settled, {found[:2] for found in kept} - {found[:2] for found in settled}


def _at_home(found: list[_Found], lowered: str) -> list[tuple[int, int, _Name]]:
    """What was found with one name each: bodies that share a name, or whose name is ambiguous, need their country in the text.

    The country written beside the name decides ("Ghana's NCA", "the NCA of Ghana"), else the one that the text speaks of most.
    Where the text speaks of none of their countries an abbreviation is nobody's, and a name in words a general office.
    """
    countries = [(start, end, names[0].country) for start, end, names in found if names[0].noun_kind == "country"]
    weight: Counter[str | None] = Counter(country for _, _, country in countries)
    weight.update(
        names[0].country
        for _, _, names in found
        if len(names) == 1 and names[0].noun_kind in ACTOR_KINDS | {"isp"} and not names[0].needs_context
    )
    settled: list[tuple[int, int, _Name]] = []
    for start, end, names in found:
        if names[0].how == "mistranslation" or names[0].noun_kind not in ACTOR_KINDS:
            settled.append((start, end, names[0]))
            continue
        if len(names) == 1 and not names[0].needs_context:
            settled.append((start, end, names[0]))
            continue
        beside = {
            country
            for first, last, country in countries
            if (last <= start and _OWN.fullmatch(lowered, last, start)) or (first >= end and _OF.fullmatch(lowered, end, first))
        }
        near = [name for name in names if name.country in beside]
        here = near or [name for name in names if weight[name.country]]
        if here:
            best = max(here, key=lambda name: weight[name.country])
            settled.append((start, end, replace(best, needs_context=False)))
        elif len(names) > 1 and " " in lowered[start:end]:
            settled.append((start, end, _Name(lowered[start:end], "actor", None, "context", None, "regulator", False, False)))
    return settled


_OWN = re.compile(r"(?:'s?)? ?|'s? (?:[a-z-]+ ){1,3}")
_OF = re.compile(r" (?:of|in|for) (?:the )?| ?\(|, ")


def _bounded(text: str, start: int, end: int) -> bool:
    """Whether a name stands by itself: no letter or digit that is no hanzi goes on right before or after it."""
    if start and _wordlike(text[start - 1]) and _wordlike(text[start]):
        return False
    goes_on = end < len(text) and _wordlike(text[end]) and _wordlike(text[end - 1])
    return not goes_on or (text[end - 1].isalpha() and _DAY_NEXT.match(text, end) is not None)


def _wordlike(char: str) -> bool:
    return char in _WORD or (char > "\x7f" and char.isalnum() and not "\u3400" <= char <= "\u9fff")


_DAY_NEXT = re.compile(r"\d{1,4}(?:年|月\d|日)")  # Reddit8日被封锁
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


_SERVED = frozenset({"app", "platform", "site"})


def _amid_hanzi(text: str, start: int, end: int) -> bool:
    """Whether a name stands in Chinese, where no common word is written in Latin letters: 不能直连github."""
    before, after = text[max(0, start - 2) : start].rstrip(" "), text[end : end + 2].lstrip(" ")
    return bool(_HANZI.match(before[-1:]) or _HANZI.match(after[:1]))


def _amid_chinese(text: str, end: int) -> bool:
    """Whether Chinese goes on right after a name or its quotation mark."""
    end += text.startswith('"', end)
    return _HANZI.match(text, end) is not None or text.startswith("、", end) or _DAY_NEXT.match(text, end) is not None


def _long_enough(name: _Name) -> bool:
    return len(name.surface) > 4 and not name.needs_context


def _case_fits(written: str, name: _Name) -> bool:
    if written == name.surface or not name.exact or not name.surface.isascii():
        return True
    if name.noun_kind == "country" and len(name.surface) <= 4:
        return False
    if not _long_enough(name):
        return False
    return written[0].isupper() or (not name.surface[0].isupper() and " " in name.surface)


_LEAST_AMID = 4  # letters of a name that is no abbreviation


def _inside(text: str, start: int, end: int) -> bool:
    """Whether a capitalised name stands inside a sentence, where its capital means something."""
    if name_is_hanzi := _HANZI.match(text, start):
        return bool(name_is_hanzi)
    if end - start >= _LEAST_AMID and text[start].isupper() and _amid_chinese(text, end):
        return True  # no Chinese sentence opens with a capital for its own sake: Meta表示, 对"Signal"的限速
    before = text[max(0, start - 3) : start].rstrip()
    if end - start >= _LEAST_AMID and text[start].isupper() and before.endswith('"') and _HANZI.match(before[-2:]):
        return True
    if not before or before[-1] in ".!?:\"'\n":
        return False
    if not text[start].isupper() or text[max(0, start - 2) : start].endswith("\n"):
        return False
    following = text[end : end + 12].lstrip()
    previous_word = re.search(r"([\w'-]+)\s*$", text[max(0, start - 20) : start])
    in_title_case = previous_word is not None and previous_word.group(1)[0].isupper() and following[:1].isupper()
    return not in_title_case


_AFTER = re.compile(
    r"、|\s*\"?(?:平台|应用|软件|app\b|网站|客户端|浏览器)|\s*(?:'s|,|\(|and\b|or\b|is\b|was\b|were\b|has\b|had\b|will\b|app\b|application\b|messenger\b|messaging\b|said\b|users?\b|blocked\b|banned\b"
    r"|[\u4e00-\u9fff]|without\b|unblocked\b|fined\b|restricted\b|throttled\b|restored\b|remain(?:s|ed)\b|appear(?:s|ed)\b|seem(?:s|ed)\b|stopped\b|stays?\b|could\b|can(?:not)?\b|went\b|down\b|platform\b|service\b|became\b|ban\b|outage\b|access\b"
    r"|(?:says|confirmed|confirms|told|announced|acknowledged|reported|denied|rejected|refused|declined|agreed|complied|slowed"
    r"|works?|worked|loads?|loaded|opened|ran|failed|suffered|experienced|received|resumed|returned|came|back|unavailable|inaccessible"
    r"|unreachable|had|have|are|were|which)\b)"
)
_BEFORE = re.compile(
    r"(?:block(?:s|ed|ing)?|bann?(?:s|ed|ing)?|access to|app|messenger|platform|unblock(?:s|ed|ing)?"
    r"|using|open(?:s|ed|ing)?|reach(?:es|ed|ing)?|us(?:e|es|ed)|onto|like|and|or|service|fin(?:es|ed)|throttl\w+|of)\s+$|、$"
)
_CONTEXT = re.compile(
    r"\b(?:apps?|messag\w+|platforms?|block\w*|bann?\w*|censor\w*|encrypt\w*"
    r"|users|social media|telegram|whatsapp|facebook|instagram|youtube|tiktok|throttl\w*|outages?"
    r"|regulators?|registrations?|licen[cs]es?|internet|websites?|vpns?)\b"
    r"|应用|软件|用户|屏蔽|封锁|访问|通讯|社交|平台|下架|vpn"
)


def _spoken_of(lowered: str, start: int, end: int) -> bool:
    """Whether the words around an ambiguous name speak of a service."""
    if not _CONTEXT.search(lowered, max(0, start - 200), end + 200):
        return False
    return bool(_AFTER.match(lowered, end) or _BEFORE.search(lowered[max(0, start - 24) : start]))


def _noun(start: int, end: int, name: _Name, lowered: str) -> Noun:
    if name.noun_kind == "site":
        return Noun(start, end, "site", None, "name", subject=name.head)
    return Noun(start, end, name.noun_kind, name.entity, name.how, name.country, name.head or lowered[start:end])

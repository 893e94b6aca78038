"""What stands right beside a word for an office: offices that act together, the name that explains it, its country."""

from __future__ import annotations

import re

from admittance.documents.find import Scene, Story
from admittance.documents.gazetteer import ACTING, ACTOR_KINDS, Noun
from admittance.documents.lists import CARRIERS

__all__ = [
    "among_carriers",
    "appositive",
    "companions",
    "country_before",
    "country_near",
    "decides_to",
    "joint_first",
    "signed",
]

_LED = re.compile(r"会同|联合|牵头")
_OF_COUNTRY = re.compile(r"(?:'s?)?(?:[\s,-]*[\w-]+){0,5}?\s*|")
_ANOTHER_PHRASE = re.compile(r"\b(?:and|said|has|on|was|the)\b")
_IN_COUNTRY = re.compile(r"\s*(?:of [\w ]{2,20}\s)?(?:in|of|,)\s(?:the )?")


def joint_first(scene: Scene, noun: Noun, lowered: str) -> Noun:
    """The first of offices that act together: the issuer."""
    pattern = scene.language.patterns["office_and"]
    first = noun
    if scene.language.code == "zh":
        led = _LED.search(lowered, scene.sentence.start, noun.start)
        named = [one for one in scene.nouns if led and one.end <= led.start() and one.kind in ACTOR_KINDS]
        leader = named[-1] if named else None
        if leader is not None:
            return leader
    for other in reversed(scene.nouns):
        if (
            other.end <= first.start
            and other.kind in ACTOR_KINDS
            and (first.kind in ACTOR_KINDS or first.kind == "actor")
            and pattern.fullmatch(lowered[other.end : first.start])
        ):
            first = other
    return first


def companions(scene: Scene, noun: Noun, lowered: str) -> list[Noun]:
    """The bodies named right before or after an office with "and"."""
    pattern = scene.language.patterns["office_and"]
    found = []
    for other in scene.nouns:
        first, second = (other, noun) if other.end <= noun.start else (noun, other)
        if other.kind in ACTOR_KINDS and pattern.fullmatch(lowered[first.end : second.start]):
            found.append(other)
    return found


def appositive(scene: Scene, noun: Noun, lowered: str) -> Noun:
    """The named office that a general phrase is at once explained by: "China's regulator, the Zhejiang branch"."""
    latest = noun
    for other in scene.nouns:
        if other.start < latest.end or other.start - latest.end > 60:
            continue
        gap = lowered[latest.end : other.start]
        if latest.kind == "country" and other.kind in ACTING and re.fullmatch(r"(?:'s?(?: [\w-]+){0,4} ?| )?", gap):
            latest = other
        elif latest.kind == "actor" and other.kind in ACTOR_KINDS and re.fullmatch(r",? (?:the |known as )?\(?", gap):
            return other
    return latest


def decides_to(noun: Noun, position: int, lowered: str) -> bool:
    """Whether what is done at a position is what an office is told to have decided: "the decision by the regulator to"."""
    return _DECISION_BY.search(lowered, max(0, noun.start - 90), noun.start) is not None and (
        _TO_DO.fullmatch(lowered, noun.end, position) is not None
    )


_DECISION_BY = re.compile(
    r"\b(?:decisions?|moves?|rulings?|votes?|resolutions?|steps?)"
    r"(?: (?:taken|made|issued|announced|adopted|published|handed down))?"
    r"(?:,? (?:(?:late|early|earlier) )?(?:on|in|last|this) (?:[\w]+ ){0,3}?\w+)? (?:by|from|of) (?:[\w'-]+ ){0,4}$"
)
_TO_DO = re.compile(r"(?: [^.;,]{0,40}?)? to (?:\w+ly |also |then |again )?")


def country_near(scene: Scene, noun: Noun, lowered: str) -> str | None:
    """The country named right before an office ("Russian"), of several the nearest, or right after it ("of Pakistan")."""
    countries = [other for other in scene.nouns if other.kind == "country"]
    for other in reversed(countries):
        if 0 <= noun.start - other.end <= 45:
            gap = lowered[other.end : noun.start]
            if _OF_COUNTRY.fullmatch(gap) and not _ANOTHER_PHRASE.search(gap):
                return other.country
    for other in countries:
        if 0 <= other.start - noun.end <= 30 and _IN_COUNTRY.fullmatch(lowered[noun.end : other.start]):
            return other.country
    return None


def country_before(scene: Scene, noun: Noun) -> str | None:
    """The country that a sentence names last before a general office: "State media in Iran said officials …"."""
    for other in reversed(scene.nouns):
        if other.end <= noun.start and other.kind == "country" and other.head in {"name", "capital"}:
            return other.country
    return None


def signed(story: Story, last: str) -> Noun | None:
    """The body that speaks of itself as 我部 or 我局: the one of that ending named last, where it is signed."""
    nouns = (noun for scene in reversed(story.scenes) for noun in reversed(scene.nouns))
    return next((noun for noun in nouns if noun.kind == "regulator" and story.lowered[noun.end - 1] == last), None)


def among_carriers(scene: Scene) -> bool:
    """Whether a sentence speaks of carriers, whose "regulator" is the one for telecommunications."""
    return any(noun.kind == "isp" or noun.entity in CARRIERS for noun in scene.nouns)

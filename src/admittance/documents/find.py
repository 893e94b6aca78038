"""Step two: what stands in each sentence: nouns, words for measures, words that tell somebody to act. It concludes nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain

from admittance.documents.clean import Clean, Sentence, datelines
from admittance.documents.gazetteer import ACTOR_KINDS, Gazetteer, Noun, lower
from admittance.documents.holders import holders
from admittance.documents.lexicon import Frame, Language, Lexicon, Trigger, compiled
from admittance.documents.unlisted import abbreviated, unlisted
from admittance.model.ids import EntityId

__all__ = ["FoundFrame", "FoundTrigger", "Scene", "Story", "find", "undated"]


@dataclass(frozen=True, slots=True)
class FoundTrigger:
    """Words that may say a measure: where, by which rule, and whether their form is passive by itself."""

    start: int
    end: int
    trigger: Trigger
    participle: bool
    behind: bool = False  # what they speak of stands before them, by their construction


@dataclass(frozen=True, slots=True)
class FoundFrame:
    """Words that tell somebody to act."""

    start: int
    end: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class Scene:
    """One sentence with everything found in it; positions are positions in the clean text."""

    sentence: Sentence
    nouns: tuple[Noun, ...]
    triggers: tuple[FoundTrigger, ...]
    frames: tuple[FoundFrame, ...]
    borders: tuple[tuple[int, int], ...]
    language: Language


@dataclass(frozen=True, slots=True)
class Story:
    """A document's scenes, its country of concern and its text in lower case."""

    clean: Clean
    lowered: str
    scenes: tuple[Scene, ...]
    country: str | None
    gazetteer: Gazetteer
    datelines: tuple[tuple[int, int], ...] = ()


def find(clean: Clean, gazetteer: Gazetteer, lexicon: Lexicon) -> Story:
    """The scenes of a document, in order."""
    lowered = lower(clean.text)
    nouns = gazetteer.nouns(clean.text, lowered)
    nouns = _without_congress(nouns, lowered, lexicon)
    lines = tuple(line.span() for line in datelines(clean.text))
    nouns = _without_surnames(_with_datelines(nouns, lines), clean.text, lexicon)
    nouns = _with_carriers(_without_false_offices(nouns, lowered, lexicon), clean.text, lexicon)
    nouns = _with_described_country(nouns, lowered, lexicon)
    nouns = _with_state_bodies(nouns, lowered, lexicon)
    nouns = _at_home(_without_titles(nouns, lowered), lowered, gazetteer, lexicon)
    nouns = _without_media(_without_homes(nouns, lowered), lowered, lexicon)
    nouns = _local_offices(nouns, lowered)
    nouns = holders(nouns, clean.text, lexicon)
    country = _country(nouns)
    if country is None:
        walled = lexicon.languages["zh"].patterns["behind_the_wall"].search(lowered) is not None
        country = "CN" if walled else _home(nouns, gazetteer) if clean.language == "zh" else None
    nouns = _without_orphans(_checked_mistranslations(nouns, clean.text, country), gazetteer)
    nouns = unlisted(abbreviated(nouns, clean.text), clean.text, lowered)
    scenes = []
    at = 0
    for sentence in clean.sentences:
        language = lexicon.languages.get(sentence.language)
        if language is None:
            continue
        while at < len(nouns) and nouns[at].start < sentence.start:
            at += 1
        end = at
        while end < len(nouns) and nouns[end].end <= sentence.end:
            end += 1
        scenes.append(_scene(sentence, nouns[at:end], lowered, language))
        at = end
    return Story(clean, lowered, tuple(scenes), country, gazetteer, lines)


def _scene(sentence: Sentence, known: list[Noun], lowered: str, language: Language) -> Scene:
    text = lowered[sentence.start : sentence.end]
    base = sentence.start
    language = language.narrowed(text)
    triggers: list[FoundTrigger] = []
    awake: set[int] = set()
    for _, indexes in language.anchors.iter(text):
        awake.update(indexes)
    for index in sorted(awake):
        trigger = language.triggers[index]
        if f"trigger {index}" in language.asleep:
            continue
        if trigger.near and not compiled(trigger.near).search(text):
            continue
        bare = compiled(trigger.headline).finditer(text) if trigger.headline and sentence.headline else ()
        for match in chain(compiled(trigger.pattern).finditer(text), bare):
            other = compiled(trigger.unless).match(text, match.end()) if trigger.unless else None
            if other is not None and not _past_service(text, base, match.end(), other.end(), known):
                continue
            said = match.lastgroup or 0
            passive = bool(trigger.participle and compiled(trigger.participle).search(match[said]))
            triggers.append(FoundTrigger(base + match.start(said), base + match.end(said), trigger, passive, bool(said)))
    frames: list[FoundFrame] = []
    if triggers or any(noun.kind in ACTOR_KINDS or noun.kind in {"actor", "country"} for noun in known):
        for frame in language.frames:
            found = compiled(frame.pattern).finditer(text)
            frames.extend(FoundFrame(base + match.start(), base + match.end(), frame) for match in found)
    nouns = list(known)
    if triggers or frames or ("等" in text and any(noun.kind in _NAMED for noun in known)):
        nouns = _with_anaphora(nouns, text, base, language)
    triggers.sort(key=lambda found: (found.start, -found.end))
    frames.sort(key=lambda found: found.start)
    borders: tuple[tuple[int, int], ...] = ()
    if triggers:
        borders = tuple((base + match.start(), base + match.end()) for match in language.patterns["border"].finditer(text))
    return Scene(sentence, tuple(nouns), tuple(triggers), tuple(frames), borders, language)


_LIST_ON = re.compile(r".*?(?:,|\b(?:and|or|in|for|on|over|after|from|because|by|as|to|at|since|until)\b|[、和与及])")


def _past_service(text: str, base: int, first: int, last: int, known: list[Noun]) -> bool:
    """Whether what would make words mean something else only comes after a service they act upon: "block X and report"."""
    for noun in known:
        start, end = noun.start - base, noun.end - base
        if first <= start and end < last and noun.kind in _SERVICES:
            return _LIST_ON.match(text, end, last) is not None
    return False


_AGAINST = re.compile(  # who is fought is not who acts
    r"\b(?:(?:invasion|occupation|shelling) of|(?:war|offensive|sanctions) (?:in|on|with|against)) (?:the )?$"
)
_AT_HOME = re.compile(r"-(?:based|owned|made|built|headquartered|born|registered|developed|funded|language|speaking)\b|时间")
_SERVICES = frozenset({"app", "platform", "site"})
_NAMED = _SERVICES | {"unknown"}
_WRITTEN_BY = frozenset({"country", "government", "publisher"})
_DIGITS = re.compile(r"\d[\d,]*")
_DEFINITE = re.compile(r"^(?:these|those|some of the)\b|in question$|\d|这|上述|该|以上")


def _with_anaphora(nouns: list[Noun], text: str, base: int, language: Language) -> list[Noun]:
    """The nouns with phrases like "these five websites", "the app" and "11 companies, including" added in order."""
    nouns_before = tuple(nouns)
    taken = [(noun.start, noun.end) for noun in nouns]
    text = undated(text, language)
    added: list[Noun] = []
    order = (("plural", "plural_anaphor", True), ("counted", "counted_group", False), ("plural", "plural_anaphor", False),
             ("single", "single_anaphor", False))  # fmt: skip
    for kind, name, only_definite in order:
        for match in language.patterns[name].finditer(text):
            start, end = base + match.start(), base + match.end()
            inner = [noun for noun in nouns if noun.start < end and start < noun.end]
            owners = [noun for noun in inner if text.startswith(("-owned ", "-run ", "-backed ", "-based "), noun.end - base)]
            inner = [noun for noun in inner if noun not in owners]
            if any(noun.kind not in {"country", "group", "actor"} or noun.end > end for noun in inner):
                continue
            if any(first < end and start < last for first, last in taken[len(nouns_before) :]):
                continue
            definite = _DEFINITE.search(match.group()) is not None
            if only_definite and not definite:
                continue
            if kind != "counted" and not definite and any(noun.kind == "group" and noun.end >= end for noun in inner):
                continue
            for noun in (*inner, *owners):
                if noun in owners or noun.kind in {"group", "actor"}:
                    nouns.remove(noun)
            number = next((_number(group, language) for group in match.groups() if group and _number(group, language)), None)
            entity = next((noun.entity for noun in inner if noun.kind == "group"), None) if kind == "counted" else None
            added.append(Noun(start, end, kind, entity, "anaphora", head=match.group(), number=number))
            taken.append((start, end))
    return sorted([*nouns, *added], key=lambda noun: noun.start)


def undated(text: str, language: Language) -> str:
    """A lower-case text of the same length in which the numbers of dates are no numbers."""
    if not _DIGITS.search(text):
        return text
    return language.patterns["date_words"].sub(lambda match: ";" * len(match.group()), text)


def _number(word: str, language: Language) -> int | None:
    if _DIGITS.fullmatch(word):
        return int(word.replace(",", ""))
    return language.nouns.numbers.get(word)


def _country(nouns: list[Noun]) -> str | None:
    """The country that the document is about: bodies of the state weigh more than names of the country, the first wins a tie.

    A dateline's city counts only where nothing else does; the home of a company says nothing about where something happens.
    """
    weight: Counter[str] = Counter()
    hint: str | None = None
    for noun in nouns:
        if noun.country is None or noun.country in {"XX", "ZZ"}:
            continue
        if noun.kind in ACTOR_KINDS and noun.country != "EU":
            weight[noun.country] += 6
        elif noun.kind == "country":
            weight[noun.country] += 4 if noun.head in {"name", "capital"} else 3
        elif noun.kind == "isp":
            weight[noun.country] += 2
        elif noun.kind == "dateline":
            hint = hint or noun.country
    return max(weight, key=lambda code: weight[code]) if weight else hint


def _without_homes(nouns: list[Noun], lowered: str) -> list[Noun]:
    """The nouns without countries that only say where somebody is at home: 香港《明报》, "Norway-based"."""
    following: list[Noun | None] = [*nouns[1:], None][: len(nouns)]
    return [
        noun
        for noun, after in zip(nouns, following, strict=True)
        if not (
            noun.kind == "country"
            and (
                (after is not None and after.kind == "publisher" and lowered[noun.end : after.start] in {"", "《", '"', "'s "})
                or _AT_HOME.match(lowered, noun.end)
                or _AGAINST.search(lowered, max(0, noun.start - 24), noun.start)
            )
        )
    ]


def _without_media(nouns: list[Noun], lowered: str, lexicon: Lexicon) -> list[Noun]:
    """The nouns without services on which somebody only says something: 在X平台上发文表示, "wrote on X" tell nothing of X."""
    patterns = lexicon.languages["zh"].patterns
    before, after = patterns["spoken_on_before"], patterns["spoken_on_after"]
    written = lexicon.languages["en"].patterns["written_on"]
    return [
        noun
        for noun in nouns
        if noun.kind not in _SERVICES
        or (
            not written.search(lowered, max(0, noun.start - 40), noun.start)
            and not (before.search(lowered, max(0, noun.start - 16), noun.start) and after.match(lowered, noun.end))
        )
    ]


def _without_orphans(nouns: list[Noun], gazetteer: Gazetteer) -> list[Noun]:
    """The nouns without parts of services that the text does not name: a 热搜榜 where nobody speaks of Weibo is another's."""
    named = {noun.entity for noun in nouns}
    entities = gazetteer.catalog.entities
    return [
        noun
        for noun in nouns
        if noun.kind != "feature" or noun.entity is None or entities[noun.entity].parent in {None, *named}
    ]


def _without_titles(nouns: list[Noun], lowered: str) -> list[Noun]:
    """The nouns without a general word for an office right before the body that it describes: 监管机构Roskomnadzor."""
    following: list[Noun | None] = [*nouns[1:], None][: len(nouns)]
    return [
        noun
        for noun, after in zip(nouns, following, strict=True)
        if not (
            noun.kind == "actor"
            and noun.head == "regulator"
            and after is not None
            and after.kind == "regulator"
            and lowered[noun.end : after.start] in {"", " ", '"', "《"}
        )
    ]


def _home(nouns: list[Noun], gazetteer: Gazetteer) -> str | None:
    """China, for a Chinese text that names no country and only services that are at home there."""
    entities = gazetteer.catalog.entities
    homes = {entities[noun.entity].country for noun in nouns if noun.entity and noun.kind in {"app", "platform", "company"}}
    return "CN" if homes == {"CN"} else None


def _without_false_offices(nouns: list[Noun], lowered: str, lexicon: Lexicon) -> list[Noun]:
    """The nouns without general words for an office that name something else: "the Interfax news agency", 税务总局."""
    patterns = [language.patterns["no_office"] for language in lexicon.languages.values()]
    watchers = lexicon.languages["en"].patterns["watchers"]
    monitors = {noun.start for noun in nouns if noun.kind == "monitor"}

    def watches(noun: Noun) -> bool:
        named = lowered.startswith("watchdog", noun.start) and bool(monitors & {noun.end + 1, noun.end + 2})
        return named or watchers.search(lowered, max(0, noun.start - 24), noun.end) is not None

    return [
        noun
        for noun in nouns
        if noun.kind != "actor"
        or not (watches(noun) or any(pattern.search(lowered, max(0, noun.start - 14), noun.start) for pattern in patterns))
    ]


def _with_described_country(nouns: list[Noun], lowered: str, lexicon: Lexicon) -> list[Noun]:
    """The nouns with "the East African nation" where it acts: the government of the country that the text is about."""
    added = [
        Noun(match.start(), match.end(), "actor", None, "context", _spoken_of_last(nouns, match.start(), code), "government")
        for code, language in lexicon.languages.items()
        for match in language.patterns["the_country"].finditer(lowered)
        if not any(noun.start < match.end() and match.start() < noun.end and noun.kind != "actor" for noun in nouns)
    ]
    if not added:
        return nouns
    kept = [noun for noun in nouns if not any(one.start < noun.end and noun.start < one.end for one in added)]
    return sorted([*kept, *added], key=lambda noun: noun.start)


def _spoken_of_last(nouns: list[Noun], position: int, code: str) -> str | None:
    """The country named last before a Chinese 该国; in English what "the nation" is stays with its text."""
    named = (noun.country for noun in reversed(nouns) if noun.end <= position and noun.kind == "country" and noun.country)
    return next(named, None) if code == "zh" else None


def _with_carriers(nouns: list[Noun], text: str, lexicon: Lexicon) -> list[Noun]:
    """The nouns with a country that is part of a carrier's name made that carrier: "MTN Uganda", 挪威电信."""
    pattern = lexicon.languages["en"].patterns["carrier_brand"]
    named = lexicon.languages["zh"].patterns["carrier_named"]
    found: list[Noun] = []
    for noun in nouns:
        carrier = named.match(text, noun.end) if noun.kind == "country" and noun.head == "name" else None
        if noun.kind == "country" and noun.head == "name" and text.startswith("版", noun.end):
            noun = replace(noun, head="adjective")  # 中国版 does nothing
        if carrier is not None:
            noun = replace(noun, end=carrier.end(), kind="isp", country=None, head=text[noun.start : carrier.end()])
        brand = (
            pattern.search(text, max(0, noun.start - 24), noun.start)
            if noun.kind == "country" and noun.head == "name"
            else None
        )
        if brand is not None and found and found[-1].kind == "isp" and found[-1].end + 1 == noun.start:
            known = found.pop()
            noun = replace(known, end=noun.end, country=noun.country, head=text[known.start : noun.end].lower())
        elif brand is not None and (not found or found[-1].end <= brand.start()):
            noun = replace(noun, start=brand.start(), kind="isp", head=text[brand.start() : noun.end].lower())
        found.append(noun)
    return found


def _with_state_bodies(nouns: list[Noun], lowered: str, lexicon: Lexicon) -> list[Noun]:
    """The nouns with bodies that no list knows, written right after their country's name: 越南科技部."""
    pattern = lexicon.languages["zh"].patterns["state_body"]
    found: list[Noun] = []
    for index, noun in enumerate(nouns):
        if found and found[-1].end > noun.start:
            continue
        found.append(noun)
        if noun.kind == "country" and noun.head == "name":
            body = pattern.match(lowered, noun.end)
            if body is None:
                continue
            following = index + 1
            while following < len(nouns) and nouns[following].start < body.end() and nouns[following].kind == "actor":
                following += 1
            if following == len(nouns) or nouns[following].start >= body.end():
                found.append(Noun(body.start(), body.end(), "actor", None, "context", None, "regulator"))
    return found


def _with_datelines(nouns: list[Noun], spans: tuple[tuple[int, int], ...]) -> list[Noun]:
    """The nouns with what only says where a text was written marked so: "PARIS, Jan 29 - …" makes France no actor."""
    if not spans:
        return nouns
    return [
        replace(noun, kind="dateline", entity=None)
        if noun.kind in _WRITTEN_BY and any(first <= noun.start and noun.end <= last for first, last in spans)
        else noun
        for noun in nouns
    ]


def _at_home(nouns: list[Noun], lowered: str, gazetteer: Gazetteer, lexicon: Lexicon) -> list[Noun]:
    """The nouns with bodies of a general name read as those of the country that the text names.

    Many countries have a "Ministry of Information and Communications"; the catalog's one is meant only where its country is,
    and not where another country stands right before it: 美国商务部 is not China's, nor is 商务部 in the rest of that text.
    """
    countries = [noun for noun in nouns if noun.kind in {"country", "dateline"}]
    named = {noun.country for noun in countries}
    main = _country(countries)
    foreign: dict[str, str] = {}
    found: list[Noun] = []
    for noun in nouns:
        written = lowered[noun.start : noun.end]
        before = found[-1] if found and found[-1].end == noun.start else None
        language = lexicon.languages["en" if written.isascii() else "zh"]
        own = language.countries.get(noun.country[:2]) if noun.country else None
        if noun.kind == "regulator" and noun.country and not (own and written.startswith(own.names)):
            there = before.country if before is not None and before.kind == "country" and not written.isascii() else None
            if there is not None and there != noun.country[:2]:
                foreign[written] = there
            there = foreign.get(written) if there != noun.country[:2] else None
            if there is None and main and noun.country[:2] not in named and language.functions["ministry"].search(written):
                there = main
            if there is not None:
                entity = gazetteer.bodies.named(there, written, language)
                noun = (
                    replace(noun, entity=entity, country=there, how="context")
                    if entity
                    else Noun(noun.start, noun.end, "actor", None, "context", None, "regulator")
                )
        found.append(noun)
    return found


def _local_offices(nouns: list[Noun], lowered: str) -> list[Noun]:
    """The nouns with a city's or district's office read as one of the local ones: 杭州市网信办 is not the national body."""
    return [
        replace(noun, entity=EntityId("cn-provincial-cac"), how="context")
        if noun.entity == "cn-cac" and _LOCAL.search(lowered, max(0, noun.start - 8), noun.start)
        else noun
        for noun in nouns
    ]


_LOCAL = re.compile(r"[\u4e00-\u9fff](?:市|区|县|州|盟|旗|省)(?:委)?$")


def _without_surnames(nouns: list[Noun], text: str, lexicon: Lexicon) -> list[Noun]:
    """The nouns without cities that are part of a person's name: "Judge Santiago Pedraz"."""
    pattern = lexicon.languages["en"].patterns["title_before"]
    return [
        noun
        for noun in nouns
        if not (noun.kind == "country" and noun.head == "capital" and pattern.search(text, max(0, noun.start - 20), noun.start))
    ]


def _without_congress(nouns: list[Noun], lowered: str, lexicon: Lexicon) -> list[Noun]:
    """The nouns without a party that only stands in the name of its congress."""
    pattern = lexicon.languages["en"].patterns["congress_of"]
    return [
        noun for noun in nouns if not (noun.kind == "party" and pattern.search(lowered, max(0, noun.start - 20), noun.start))
    ]


def _checked_mistranslations(nouns: list[Noun], text: str, country: str | None) -> list[Noun]:
    """The nouns without mistranslated names that nothing around them supports.

    A body of state needs its country to be the document's; a company needs a list with a name that is no mistranslation.
    """
    kept: list[Noun] = []
    for index, noun in enumerate(nouns):
        if noun.how != "mistranslation":
            kept.append(noun)
        elif noun.kind in ACTOR_KINDS:
            if noun.country == country:
                kept.append(noun)
        elif _listed(nouns, index, text, 1) or _listed(nouns, index, text, -1):
            kept.append(noun)
    return kept


def _listed(nouns: list[Noun], index: int, text: str, step: int) -> bool:
    here = nouns[index]
    following = index + step
    while 0 <= following < len(nouns):
        there = nouns[following]
        first, second = (here, there) if step > 0 else (there, here)
        gap = text[first.end : second.start].strip(" \"'")
        if gap not in {",", "and", ", and", "、", "和"}:
            return False
        if there.how != "mistranslation":
            return True
        here, following = there, following + step
    return False

"""Who acts with power: a name, "the regulator", "it" or a bare country, read as the office or government it stands for."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from admittance.documents.agents import at_behest, does_upon, its_body, marked, marked_agent, may_act
from admittance.documents.beside import (
    among_carriers,
    appositive,
    companions,
    country_before,
    country_near,
    decides_to,
    joint_first,
    signed,
)
from admittance.documents.draft import Draft, Office, is_general
from admittance.documents.find import FoundTrigger, Scene, Story
from admittance.documents.gazetteer import ACTING, ACTOR_KINDS, SERVICE_KINDS, Noun
from admittance.documents.holders import HOLDER
from admittance.model.ids import EntityId

__all__ = ["Offices"]

_PRONOUN = re.compile(r"\b(?:it|they|he|she)\b")
_AFTER_IT = re.compile(r"\b(?:after|since|before|until) ")
_THAT_IT = re.compile(r"\bthat (?:it|they|he|she) (?:[\w-]+ ){0,4}$")
_NEXT_CLAUSE = re.compile(r", (?:and|but|while|as) (?!in\b)")
_NETWORK = re.compile(r"internet|mobile data|broadband")  # no service cuts these
_OF_COUNTRY = frozenset({"", " ", "'s "})
_OF_ANOTHER = re.compile(r",? (?:which|who|whose) (?:had|have|has|was|were|is|are)\b")
_REQUEST = re.compile(r"\b(?:request|demand|insistence|behest)")  # another body may be the one that issues
_ZH_GROUP_ACTS = re.compile(
    r"(?:[\u4e00-\u9fff]{1,5}(?:分局|支队|大队|总队))?(?:今日|昨日|近日|日前|\d{1,2}日|方面|再次|已)*(?:对|就|依法|针对|发文|发布|通报|查处)"
)
_HEAD_OF = re.compile(
    r"\b(?:heads?|chiefs?|directors?|officials?|leaders?|person in charge|nation|country|republic|kingdom)"
    r" (?:of|from|at) (?:the )?$"
)
_ANNOUNCING = frozenset({"regulator", "government", "court"})
_BESIDE = 3  # characters between a country and its office: "Iran's government"
_DECIDING = frozenset({"regulator", "court", "security", "actor"})
_OTHER_POWERS = frozenset({"court", "legislature", "prosecutor"})


class Offices:
    """Finds and resolves offices; remembers which office the text spoke of last."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.low = story.lowered
        self.entities = story.gazetteer.catalog.entities
        self.last: Office | None = None
        self.holders: dict[int, Office] = {}  # who holds an office, by where the title stands
        self.held: tuple[int, str] | None = None  # the paragraph of the last measure or state with a place, and the place

    @cached_property
    def titled(self) -> set[int | None]:
        """Where the titles stand that the text's holders of an office bear."""
        return {noun.number for scene in self.story.scenes for noun in scene.nouns if noun.head == HOLDER}

    # ---- finding ------------------------------------------------------------------------------------------------------

    def acting(self, scene: Scene, start: int, end: int, clause: tuple[int, int], passive: bool) -> tuple[Office, bool] | None:
        """The office that acts in a clause, and whether the text names it there; None when nobody is said to act."""
        if passive:
            noun = self._by_agent(scene, start, end)
            if noun is None and scene.language.code == "zh":
                noun = marked_agent(scene, self.low, end, clause[0])
            if noun is None:
                behest = self.behest(scene, start)
                if behest is None and (announcer := self.announcer(scene)) is not None:
                    behest = replace(announcer, how="context")
                return (behest, True) if behest is not None else None
            return self.resolved(noun, scene), True
        noun = self._main_subject(scene, start) or self._subject(scene, start, clause[0])
        if (
            noun is None
            and not self._went_on(scene, start)
            and self._company_pronoun(scene, start, clause[0])
            and not _NETWORK.search(self.low, start, end)
        ):
            return None
        if noun is None:
            noun = self._subject(scene, start, scene.sentence.start, strict=True)
        if noun is not None:
            return self._speaking_body(self.resolved(noun, scene), scene), True
        if self._pronoun_before(scene, start, clause[0]):
            named = self._subject(scene, clause[0], scene.sentence.start, strict=True)
            last = self.resolved(named, scene) if named is not None else self.last
            if last is not None:
                return Office(None, last.entity, "anaphora", last.country), True
        noun = self._by_agent(scene, start, end) or self._passing_law(scene, start, end)
        if noun is not None:
            return self.resolved(noun, scene), True
        return None

    def _passing_law(self, scene: Scene, start: int, end: int) -> Noun | None:
        """The body that a Chinese law says it was passed by: 《某某法》已由全国人大常委会通过."""
        if scene.language.code != "zh" or not self.low.startswith("《", start):
            return None
        return next((noun for noun in scene.nouns if start < noun.start and noun.end <= end and noun.kind in ACTOR_KINDS), None)

    def _speaking_body(self, office: Office, scene: Scene) -> Office:
        """The body that a sentence lets speak for its government: "Russia has blocked X, Roskomnadzor said"."""
        if office.noun is None or not (office.noun.kind == "country" or self._vague(office)):
            return office
        says = scene.language.patterns["says"]
        for noun in scene.nouns:
            if noun.kind == "regulator" or (noun.kind == "actor" and noun.head == "regulator"):
                if noun.start == office.noun.start or not says.search(self.low, noun.end, noun.end + 30):
                    continue
                body = self.resolved(noun, scene)
                if body.country == office.country and body.entity and not is_general(body):
                    return body
        return office

    def _vague(self, office: Office) -> bool:
        """Whether an office is no more than "the authorities"."""
        return office.noun is not None and self.low[office.noun.start : office.noun.end].endswith(("authorities", "当局"))

    def lifted(self, office: Office, scene: Scene) -> Office:
        """The body to which the sentence after a measure of a bare country, or of "the authorities", lays it.

        It speaks of it ("India blocked 59 apps. MeitY said …"), or is said to have decided it.
        """
        if office.noun is None or not (office.noun.kind == "country" or self._vague(office)):
            return office
        speaker = self.decided(scene) or self.announcer(scene)
        if speaker is None or speaker.entity is None or speaker.country is None or speaker.entity not in self.entities:
            return office
        body = self.entities[speaker.entity]
        return speaker if body.kind == "regulator" and speaker.country == office.country else office

    def decided(self, scene: Scene) -> Office | None:
        """The body by which "the decision was taken", "this was announced"."""
        pattern = scene.language.patterns.get("decided_by")
        for noun in scene.nouns:
            before = self.low[max(scene.sentence.start, noun.start - 90) : noun.start]
            if pattern is None or noun.kind not in _DECIDING or not pattern.search(before):
                continue
            office = self.resolved(appositive(scene, noun, self.low), scene)
            if office.entity is not None:
                return office
        return None

    def told(self, scene: Scene, position: int, limit: int) -> Noun | None:
        """The body of state that is itself told to act: "the PTA has been ordered to"."""
        for noun in reversed(scene.nouns):
            if noun.end <= position and noun.start >= limit and noun.kind in ACTOR_KINDS and not marked(self.low, noun):
                gap = self.low[noun.end : position]
                return noun if scene.language.patterns["adjacent"].match(gap) else None
        return None

    def home_of(self, noun: Noun) -> str | None:
        """The country where a named thing is at home, as the catalog says."""
        entity = self.entities.get(noun.entity) if noun.entity else None
        return entity.country[:2] if entity is not None and entity.country else None

    def government(self, country: str | None) -> Office:
        """The government of a country, known by context alone."""
        return Office(None, self._government(country), "context", country)

    def government_over(self, noun: Noun) -> Office:
        """The government that stands above a body."""
        return Office(None, self._government(noun.country), "context", noun.country)

    def announcer(self, scene: Scene) -> Office | None:
        """The body of state that itself says what was done: "access is blocked, Roskomnadzor told RBC"."""
        says = scene.language.patterns["says"]
        for noun in scene.nouns:
            if noun.kind in {"regulator", "court", "government"} or (noun.kind == "actor" and noun.head in _ANNOUNCING):
                said = says.search(self.low, noun.end, min(scene.sentence.end, noun.end + 90))
                if said and scene.language.patterns["says_gap"].fullmatch(self.low[noun.end : said.start()]):
                    return self.resolved(noun, scene)
        return None

    def behest(self, scene: Scene, position: int) -> Office | None:
        """The office "at whose request" something is done, when a sentence names one; none that is told of another thing."""
        pattern = scene.language.patterns["behest"]
        for noun in scene.nouns:
            begin = next(
                (
                    one.start
                    for one in scene.nouns
                    if one.kind == "country" and one.end <= noun.start and self.low[one.end : noun.start] in _OF_COUNTRY
                ),
                noun.start,
            )
            if (
                noun.kind in ACTING
                and noun.head != "adjective"
                and (
                    (match := pattern.search(self.low[max(scene.sentence.start, begin - 60) : begin]))
                    or at_behest(scene, noun, self.low)
                )
                and not (position < begin and _OF_ANOTHER.search(self.low, position, begin))
            ):
                office = self.resolved(appositive(scene, its_body(scene, noun, self.low), self.low), scene)
                return replace(office, how="context") if match is not None and _REQUEST.search(match.group()) else office
        return None

    def by_order(self, scene: Scene, position: int) -> Office | None:
        """The office by whose order a state that is told before a position came about."""
        pattern = scene.language.patterns.get("by_order")
        for noun in scene.nouns:
            if pattern is None or noun.kind not in ACTING or noun.start < position or noun.head == "adjective":
                continue
            owner = [one.start for one in scene.nouns if one.kind == "country" and 0 <= noun.start - one.end <= _BESIDE]
            if pattern.search(self.low, position, min([*owner, noun.start])):
                return self.resolved(appositive(scene, noun, self.low), scene)
        return None

    def formal(self, scene: Scene, position: int) -> bool:
        """Whether a sentence without an actor still speaks of a formal measure: an order, a ruling, a law."""
        aside = _OF_ANOTHER.search(self.low, position, scene.sentence.end)
        last = aside.start() if aside is not None else scene.sentence.end
        return bool(scene.language.patterns["formal"].search(self.low[scene.sentence.start : last]))

    def companions(self, scene: Scene, office: Office) -> list[Office]:
        """The offices that act together with one, named before or after it with "and"."""
        if office.noun is None:
            return []
        beside = companions(scene, office.noun, self.low)
        return [Office(noun, noun.entity, noun.how, noun.country) for noun in beside if noun.entity != office.entity]

    def by_context(self, scene: Scene, found: FoundTrigger | None = None) -> Office | None:
        """The government of the country that a sentence or its document is about."""
        country = self.place(scene, None, found)
        if self.last is not None and self.last.noun is not None and not scene.sentence.headline:
            named = self._place_noun(scene, found)
            if named is None or self.last.country is None or named.country == self.last.country[:2]:
                return Office(None, self.last.entity, "anaphora", self.last.country)
        government = self.story.gazetteer.governments.get(country) if country else None
        return Office(None, government, "context", country) if country else None

    def place(self, scene: Scene, office: Office | None, found: FoundTrigger | None = None) -> str | None:
        """The country where a measure or state holds: the office's, else the nearest one named, else that of what the same
        paragraph told before, else the document's.
        """
        country = self._named_place(scene, office, found)
        if country is None and self.held is not None and self.held[0] == scene.sentence.paragraph:
            return self.held[1]
        return country or self.story.country

    def _named_place(self, scene: Scene, office: Office | None, found: FoundTrigger | None) -> str | None:
        if office is not None and office.country is not None:
            return office.country
        noun = self._place_noun(scene, found)
        if noun is not None:
            return noun.country
        for other in scene.nouns:
            if other.kind == "country" and other.country and (other.country == self.story.country or other.head == "name"):
                return other.country
        return None

    def _place_noun(self, scene: Scene, found: FoundTrigger | None) -> Noun | None:
        """The country "in" which something holds: of the same clause after the verb, else nearest before it."""
        named = [
            noun
            for noun in scene.nouns
            if noun.kind == "country" and noun.head in {"name", "capital"} and self._in_place(scene, noun)
        ]
        if not named or found is None:
            return named[0] if named else None
        after = [noun for noun in named if noun.start >= found.end]
        before = [noun for noun in named if noun.end <= found.start]
        limit = min((start for start, _ in scene.borders if start >= found.end), default=scene.sentence.end)
        limit = min(
            (other.start for other in scene.triggers if other.start >= found.end and other.trigger.status), default=limit
        )
        near = [noun for noun in after if noun.start < limit and not _NEXT_CLAUSE.search(self.low, found.end, noun.start)]
        return next(iter(near), None) or next(reversed(before), None) or named[0]

    def places(self, scene: Scene, found: FoundTrigger) -> list[str]:
        """The countries a state is said to hold in, when a sentence lists several: "users in India and Pakistan"."""
        noun = self._place_noun(scene, found)
        if noun is None:
            return []
        listed = [noun]
        countries = [one for one in scene.nouns if one.kind == "country"]
        for other in countries:
            if other.start >= listed[-1].end and self._joined(scene, listed[-1], other):
                listed.append(other)
        for other in reversed(countries):
            if other.end <= listed[0].start and self._joined(scene, other, listed[0]):
                listed.insert(0, other)
        return list(dict.fromkeys(str(one.country) for one in listed))

    def _joined(self, scene: Scene, first: Noun, second: Noun) -> bool:
        both = all(noun.kind == "country" and noun.head in {"name", "capital"} and noun.country for noun in (first, second))
        return both and scene.language.patterns["place_and"].fullmatch(self.low[first.end : second.start]) is not None

    def _in_place(self, scene: Scene, noun: Noun) -> bool:
        """Whether a country follows a word of place, itself or as a later one of a list."""
        if scene.language.patterns["in_place"].search(self.low[max(scene.sentence.start, noun.start - 30) : noun.start]):
            return True
        return any(
            other.end <= noun.start and self._joined(scene, other, noun) and self._in_place(scene, other)
            for other in scene.nouns
        )

    def remember(self, scene: Scene, produced: list[Draft]) -> None:
        """Keeps the office a sentence speaks of, for "the regulator" and "it" in the next, and where its drafts hold."""
        for draft in produced:
            if draft.country is not None:
                self.held = scene.sentence.paragraph, draft.country
        for noun in scene.nouns:
            if noun.kind == "actor" and noun.start in self.titled and noun.start not in self.holders:
                self.resolved(noun, scene)
            if noun.kind in ACTOR_KINDS and noun.kind != "party":
                self.last = Office(noun, noun.entity, "anaphora", noun.country)
            elif noun.kind == "party" or (
                noun.kind == "country" and noun.head in {"name", "capital"} and self._subject_like(scene, noun)
            ):
                self.last = self.resolved(noun, scene)

        if not any(noun.kind in ACTOR_KINDS for noun in scene.nouns):
            acted = [one.office for one in produced if one.office is not None and one.explicit_actor]
            if acted and acted[-1].noun is not None and acted[-1].noun.kind == "actor" and acted[-1].entity in self.entities:
                self.last = replace(acted[-1], how="anaphora")

    # ---- resolving ----------------------------------------------------------------------------------------------------

    def resolved(self, noun: Noun, scene: Scene) -> Office:
        """The office that a noun stands for."""
        country = noun.country
        if (noun.kind in ACTOR_KINDS and noun.kind != "party") or noun.kind == "group":
            return Office(noun, noun.entity, noun.how, country)
        if noun.kind in {"party", "country"}:
            return Office(noun, self._government(country), "context", country)
        if noun.head == HOLDER:
            known = self.holders.get(noun.number or 0)
            return Office(noun, known.entity, "anaphora", known.country) if known else Office(noun, None, "anaphora", None)
        office = self._described(noun, scene, country)
        self.holders[noun.start] = office
        return office

    def _described(self, noun: Noun, scene: Scene, country: str | None) -> Office:
        """The office that a general word for one stands for, by the words around it and by what the text spoke of before."""
        court = next((one for one in scene.nouns if one.kind == "court" and 0 <= noun.start - one.end <= 2), None)
        if noun.head == "court" and court is not None:
            return Office(noun, court.entity, court.how, court.country)
        if self.low[noun.start] == "我" and (body := signed(self.story, self.low[noun.end - 1])) is not None:
            return Office(noun, body.entity, "context", body.country)
        near = country_near(scene, noun, self.low)
        written = self.low[noun.start : noun.end]
        plural = written.endswith("s") or noun.head in {"government", "security", "legislature"}
        country = near or country or country_before(scene, noun) or self.story.country
        special: EntityId | None = None
        if noun.head in {"regulator", "court", "ministry", "legislature"} or "ministry" in written or "minister" in written:
            special = self._special(scene, noun, country)
            if special is None and noun.head == "regulator" and among_carriers(scene):
                special = self.story.gazetteer.bodies.named(country, "telecommunications", scene.language)
        if near is None and not plural and self.last is not None and self.last.entity is not None:
            last = self.entities.get(self.last.entity)
            last_kind = last.kind if last is not None else ""
            same = special is None or (last is not None and special in (last.id, last.parent))
            if same and (noun.head == "court") == (last_kind == "court") and last_kind != "government":
                return Office(noun, self.last.entity, "anaphora", self.last.country)
        if special is not None:
            return Office(noun, special, "context", country)
        return Office(noun, self._government(country), "context", country)

    def body(self, noun: Noun, scene: Scene) -> EntityId | None:
        """The one body that a general word for an office describes by the words around it alone."""
        country = country_near(scene, noun, self.low) or country_before(scene, noun) or self.story.country
        return self._special(scene, noun, country)

    def _special(self, scene: Scene, noun: Noun, country: str | None) -> EntityId | None:
        """The one body of a country that a general phrase describes by what it does."""
        phrase = self._phrase(scene, noun)
        bodies = self.story.gazetteer.bodies
        ministry = scene.language.functions["ministry"].search(phrase) is not None
        for pattern, name in scene.language.nouns.offices.get(country or "", {}).items():
            entity = EntityId(name)
            found = re.search(rf"\b(?:{pattern})" if pattern.isascii() else pattern, phrase)
            if found and entity in self.entities and (not ministry or bodies.is_ministry(country, entity)):
                return entity
        if noun.head in _OTHER_POWERS:
            return bodies.power(country, noun.head)
        return bodies.named(country, phrase, scene.language)

    def _phrase(self, scene: Scene, noun: Noun) -> str:
        """The words that belong to a general office: before it up to an article or a verb, after it what "of" or "for" adds."""
        patterns = scene.language.patterns
        before = patterns["phrase_start"].split(self.low[max(scene.sentence.start, noun.start - 90) : noun.start])[-1]
        after = patterns["phrase_of"].match(self.low, noun.end, min(scene.sentence.end, noun.end + 90))
        return before + self.low[noun.start : noun.end] + (after.group() if after else "")

    def _government(self, country: str | None) -> EntityId | None:
        return self.story.gazetteer.governments.get(country) if country else None

    # ---- syntax -------------------------------------------------------------------------------------------------------

    def _subject(self, scene: Scene, position: int, limit: int, strict: bool = False) -> Noun | None:
        """The acting noun nearest left of a verb that hangs on no preposition; a possessive only when nothing else does."""
        possessive: Noun | None = None
        pp_before = scene.language.patterns["pp_before"]
        for noun in reversed(scene.nouns):
            if noun.end > position or not may_act(noun):
                continue
            if noun.start < limit:
                break
            before = self.low[max(scene.sentence.start, noun.start - 40) : noun.start]
            after = self.low[noun.end : noun.end + 2]
            if pp_before.search(before) and not (_HEAD_OF.search(before) or decides_to(noun, position, self.low)):
                continue
            if noun.kind == "country":
                if noun.head == "adjective":
                    continue
                if after == "'s" or after.startswith("'"):
                    possessive = possessive or noun
                    continue
                beside = scene.language.code == "zh" and does_upon(scene, noun, self.low, position)
                if (strict or scene.language.code == "zh") and not beside and not self._subject_like(scene, noun):
                    continue
            elif noun.kind == "group" and not (self._subject_like(scene, noun) or _ZH_GROUP_ACTS.match(self.low, noun.end)):
                continue
            elif after == "'s" and noun.kind != "actor":
                possessive = possessive or noun
                continue
            return joint_first(scene, noun, self.low)
        return possessive

    def _subject_like(self, scene: Scene, noun: Noun) -> bool:
        before = self.low[max(scene.sentence.start, noun.start - 40) : noun.start]
        after = self.low[noun.end : noun.end + 40]
        if scene.language.patterns["pp_before"].search(before) or after.startswith("'"):
            return False
        return bool(scene.language.patterns["verb_after"].match(after))

    def _by_agent(self, scene: Scene, start: int, end: int) -> Noun | None:
        pattern = scene.language.patterns["by_agent"]
        for noun in scene.nouns:
            if noun.kind not in ACTING or noun.start < start or (noun.kind == "country" and noun.head == "adjective"):
                continue
            before = self.low[max(end, noun.start - 70) : noun.start]
            if pattern.search(before) and not _OF_ANOTHER.search(self.low, end, noun.start):
                return appositive(scene, noun, self.low)
        return None

    def _went_on(self, scene: Scene, position: int) -> bool:
        """Whether who closes a gate is who closed one before in the sentence: "Iran blocked X; in 2022 it blocked Y"."""
        gates = [one for one in scene.triggers if one.trigger.type and one.trigger.status]
        earlier = [one for one in gates if one.end < position]
        if (
            not earlier
            or not any(one.start == position for one in gates)
            or _AFTER_IT.search(self.low, earlier[-1].end, position)
        ):
            return False
        return self._subject(scene, earlier[0].start, scene.sentence.start, strict=True) is not None

    def _company_pronoun(self, scene: Scene, position: int, limit: int) -> bool:
        """Whether the verb's subject is an "it" or "they" that stands for a company or service named right before."""
        matches = list(_PRONOUN.finditer(self.low, limit, position))
        if not matches or not scene.language.patterns["adjacent"].match(self.low[matches[-1].end() : position]):
            return False
        spoken = [noun for noun in scene.nouns if noun.end <= matches[-1].start()]
        if not spoken or spoken[-1].kind not in {"single", "plural", "company", "app", "platform", "vendor"}:
            return False
        last = spoken[-1]
        hangs = scene.language.patterns["pp_before"].search(self.low[max(scene.sentence.start, last.start - 40) : last.start])
        return not hangs and not self._sayer_is_office(scene, spoken)

    def _sayer_is_office(self, scene: Scene, spoken: list[Noun]) -> bool:
        """Whether somebody with power, not the company, says what follows: "the regulator said of X that it would"."""
        says = scene.language.patterns["says"]
        offices = [noun for noun in spoken if noun.kind in ACTOR_KINDS or noun.kind == "actor"]
        return bool(offices) and says.search(self.low, offices[-1].end, min(offices[-1].end + 30, spoken[-1].end)) is not None

    def _main_subject(self, scene: Scene, position: int) -> Noun | None:
        """Who tells somebody something of itself: "the authority told the court that it had blocked"."""
        first = next((noun for noun in scene.nouns if noun.kind in ACTOR_KINDS or noun.kind == "actor"), None)
        if first is None or scene.language.code != "en" or not self._subject_like(scene, first):
            return None
        between = any(one.kind in SERVICE_KINDS and first.end <= one.start < position for one in scene.nouns)
        return first if not between and _THAT_IT.search(self.low[first.end : position]) else None

    def _pronoun_before(self, scene: Scene, position: int, limit: int) -> bool:
        matches = list(_PRONOUN.finditer(self.low, limit, position))
        if matches:
            gap = self.low[matches[-1].end() : position]
            if scene.language.patterns["adjacent"].match(gap):
                return True
            return (
                any(found.start >= matches[-1].end() and found.end <= position for found in scene.triggers) and " and " in gap
            )
        return False

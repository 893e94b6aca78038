"""Words that a text says a platform withholds: searches, hashtags and messages, each word in quotation marks or behind a #."""

from __future__ import annotations

import re
from dataclasses import replace

from admittance.catalog import KEYWORD_PREFIX, quoted_words
from admittance.documents.clauses import clause_of, frame_over
from admittance.documents.draft import Draft
from admittance.documents.find import FoundTrigger, Scene, Story
from admittance.documents.gazetteer import Noun
from admittance.documents.lexicon import Trigger
from admittance.documents.lists import STORES
from admittance.documents.offices import Offices
from admittance.documents.voice import UNREAL, voice_of
from admittance.model.documents import Status
from admittance.model.ids import EntityId

__all__ = ["withheld"]

_Quoted = tuple[int, int, str]
"""From where to where, marks included, and the word."""

_JOINED = re.compile(r"\s*(?:[,、/;]|,?\s*(?:and|or|as well as)\b|和|及|与|以及|或)?\s*(?:the (?:word|phrase|hashtag)s? )?")
_AROUND = {"en": 48, "zh": 16}  # characters between a word and what says that it is one
_BREAK = {"en": re.compile(r"[;]"), "zh": re.compile(r"[,;]")}  # what does not stand between them
_OTHER_THING = re.compile(r"\b(?:sites?|websites?|accounts?|users?|apps?|pages?|posts?|films?|songs?|newspapers?)\b")
_NOT = re.compile(r"(?:未|没有?|不曾)$")
_HOSTS = frozenset({"platform", "app", "company"})


def withheld(story: Story, drafts: list[Draft]) -> list[Draft]:
    """The drafts, and a claim in the making for each sentence that says of words that they are withheld, or no longer are.

    The words are named as such (search, keyword, hashtag) beside their quotation marks; a sentence gives none where neither
    itself, nor the document, nor the platform that it names has a country.
    """
    offices = Offices(story)
    found = [draft for scene in story.scenes if (draft := _draft(story, scene, offices)) is not None]
    told = {(draft.scene.sentence.start, draft.platform) for draft in found}
    others = [draft for draft in drafts if draft.type is not None or not _only_host(draft, told)]
    return [*others, *found]


def _only_host(claim: Draft, told: set[tuple[int, EntityId | None]]) -> bool:
    """Whether a claim takes the platform that withholds words in its sentence for what is withheld itself."""
    return all((claim.scene.sentence.start, noun.entity) in told for noun in claim.targets)


def _draft(story: Story, scene: Scene, offices: Offices) -> Draft | None:
    patterns, low, (start, end) = scene.language.patterns, story.lowered, (scene.sentence.start, scene.sentence.end)
    back = patterns["word_restored"].search(low, start, end)
    verbs = list(patterns["word_withheld"].finditer(low, start, end))
    if not (back or verbs):
        return None
    quoted = list(quoted_words(story.clean.text, start, end))
    outside = [verb for verb in ([back] if back else verbs) if not any(_within(verb, other) for other in quoted)]
    words = _words(scene, low, quoted) if outside else []
    outside = [verb for verb in outside if words and not _OTHER_THING.search(low, words[-1].end, verb.start())]
    if not words or not outside:
        return None
    verb = min(outside, key=lambda match: min(abs(match.start() - words[-1].end), abs(words[0].start - match.end())))
    name = "restored" if back else "withheld"
    trigger = Trigger(rule=f"{scene.language.code}.keyword-{name}", pattern="", anchors=(), status="blocked")
    found = FoundTrigger(verb.start(), verb.end(), trigger, scene.language.code == "en" and verb.group().endswith("ed"))
    clause = clause_of(scene, low, found.start, found.end)
    voice = voice_of(scene, found, low, clause)
    host = _host(scene, found)
    country = _country(story, scene, found, words, host, offices)
    told = frame_over(scene, low, found) is not None  # an order to withhold is a measure, and no state
    if voice.dropped or voice.hypothetical or voice.modality in UNREAL or told or country is None:
        return None
    draft = Draft(scene, found, clause, None, Status.RESTORED if back else Status.BLOCKED, passive=voice.passive)
    draft.modality, draft.polarity, draft.certainty, draft.hedge = (
        voice.modality,
        voice.polarity,
        voice.certainty,
        voice.hedge,
    )
    if _NOT.search(low, max(start, found.start - 2), found.start):
        draft.polarity = "denied"
    draft.targets, draft.country = words, country
    draft.platform = host.entity if host is not None else None
    return draft


def _within(verb: re.Match[str], quoted: _Quoted) -> bool:
    return quoted[0] <= verb.start() and verb.end() <= quoted[1]


def _words(scene: Scene, low: str, quoted: list[_Quoted]) -> list[Noun]:
    """What stands in quotation marks where the text calls it a word: right before a list of them, or right after."""
    thing = scene.language.patterns["word_thing"]
    around, stop = _AROUND[scene.language.code], _BREAK[scene.language.code]
    found: list[Noun] = []
    runs: list[list[_Quoted]] = []
    for one in quoted:
        if runs and _JOINED.fullmatch(low, runs[-1][-1][1], one[0]):
            runs[-1].append(one)
        else:
            runs.append([one])
    for run in runs:
        first, last = run[0][0], run[-1][1]
        before = list(thing.finditer(low, max(scene.sentence.start, first - around), first))
        after = thing.search(low, last, min(scene.sentence.end, last + around))
        called = before and not stop.search(low, before[-1].end(), first)
        if called or (after and not stop.search(low, last, after.start())):
            words = (one for one in run if one[2])
            found += [Noun(at, end, "keyword", head=word, subject=f"{KEYWORD_PREFIX}{word}") for at, end, word in words]
    return found


def _country(
    story: Story, scene: Scene, found: FoundTrigger, words: list[Noun], host: Noun | None, offices: Offices
) -> str | None:
    """Where the words are withheld: as stated, else at the platform's home. A country in a word is no place."""
    inside = [noun for noun in scene.nouns if any(word.start <= noun.start and noun.end <= word.end for word in words)]
    others = tuple(noun for noun in scene.nouns if noun not in inside)
    place, home = offices.place(replace(scene, nouns=others), None, found), _home(story, host)
    return home if home is not None and (place is None or place in {noun.country for noun in inside}) else place


def _host(scene: Scene, found: FoundTrigger) -> Noun | None:
    """The platform on which words are withheld: the one that is named nearest to the words that say so."""
    named = [noun for noun in scene.nouns if noun.kind in _HOSTS and noun.entity is not None and noun.entity not in STORES]
    return min(named, key=lambda noun: abs(noun.start - found.start), default=None)


def _home(story: Story, host: Noun | None) -> str | None:
    entity = story.gazetteer.catalog.entities.get(EntityId(host.entity)) if host is not None and host.entity else None
    return entity.country[:2] if entity is not None and entity.country is not None else None

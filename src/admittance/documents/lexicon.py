"""The rules as data: triggers, nouns, frames, hedges and calendars of every language, loaded once from the shipped files."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Set
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

import ahocorasick
import msgspec

from admittance.documents.required import NEVER, Prefilter, required_words

__all__ = [
    "TRADITIONAL",
    "Calendar",
    "CountryNames",
    "EventAnchor",
    "Frame",
    "Language",
    "Lexicon",
    "NounWords",
    "Tone",
    "Trigger",
    "compiled",
    "lexicon",
    "mainland",
]

T = TypeVar("T")

_ACROSS = frozenset({"top_level"})  # read against words of another sentence than their own

_FOLDER = resources.files("admittance.documents") / "languages"


class Trigger(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of ``triggers.toml``: words that say a measure was taken or a state was met."""

    rule: str
    pattern: str
    anchors: tuple[str, ...] = ()  # the sentence holds one of these; found from the pattern where a row has none
    type: str = ""  # an action type; empty for a rule about reachability only
    status: str = ""  # a claim status, for a clause in which nobody acts
    patient: str = "target"  # role of what the words act upon: target, object, vendor, none
    recipient: str = "implementer"  # role of whoever is told to do it: implementer or target
    needs: str = "service"  # what has to be there: service, recipient, actor, amount, none
    unless: str = ""  # a pattern that, right after the words, makes them mean something else
    near: str = ""  # a pattern that the sentence has to hold as well
    modality: str = ""  # overrides executed
    participle: str = ""  # forms that are passive after a form of "to be" or directly after their patient
    noun: bool = False  # the words are a noun phrase: what follows "of" or "on" is the patient
    patient_group: str = ""  # entity that the words themselves name as patient
    function_role: str = ""  # for a claim about a function of the subject
    puts: dict[str, tuple[str, ...]] = {}  # a construction -> the words that this trigger puts into it
    headline: str = ""  # a pattern for headlines alone, where no verb stands; made of what is put, never written


class Frame(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that tell somebody to do something: "ordered … to"."""

    rule: str
    pattern: str
    modality: str
    of_subject: bool = False  # who has to act stands before the words: 上述应用应在…前
    stands_alone: bool = False  # an order to do what no trigger knows is still an order


class Tone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words before a trigger that change how real it is: "plans to", "denied", "reportedly"."""

    rule: str
    pattern: str
    modality: str = ""
    polarity: str = ""
    certainty: str = ""
    hedge: bool = False
    drop: bool = False  # what follows is no measure at all: "the power to block"


class NounWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words for people with power, for groups of services, and for things spoken of before."""

    actors: dict[str, tuple[str, ...]]  # generic kind -> words
    groups: dict[str, tuple[str, ...]]  # entity id -> words
    heads: tuple[str, ...]  # head nouns of anaphora: "websites", "companies"
    single_heads: tuple[str, ...]
    offices: dict[str, dict[str, str]] = {}  # country -> pattern of an office -> entity id
    functions: dict[str, str] = {}  # what a body does -> words for it; "ministry" tells ministries from other bodies
    numbers: dict[str, int] = {}


class CountryNames(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a language names a country, its people and its seat of power."""

    names: tuple[str, ...]
    adjectives: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names of months, weekdays and seasons, and words for a time near the writing."""

    months: dict[str, int]
    weekdays: dict[str, int]
    seasons: dict[str, int]
    recent: tuple[str, ...]
    never: tuple[str, ...] = ()  # patterns that look like a date and are a topic or a name


class Voices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who-says-so words, clause borders and other single patterns of a language."""

    patterns: dict[str, str]
    topics: dict[str, str] = {}
    sources: dict[str, str] = {}  # source class -> words that tell it of a voice the catalog does not know
    currencies: dict[str, str] = {}  # ISO 4217 code, or "IN:INR PK:PKR" by country -> words
    multipliers: dict[str, float] = {}


class EventAnchor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event whose date is public knowledge and by which texts date other things."""

    id: str
    date: str
    patterns: tuple[str, ...]


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when it is first tried: most texts need a few of them."""
    return re.compile(pattern)


_MOST_ROWS = 200


@cache
def _keys(kind: str) -> tuple[str, ...]:
    """The keys under which the rows of a kind stand in the prefilter: "frame 0", "frame 1" …"""
    return tuple(f"{kind} {number}" for number in range(_MOST_ROWS))


class Patterns(Mapping[str, re.Pattern[str]]):
    """Patterns by name, each compiled when first asked for; one that is asleep matches nothing."""

    __slots__ = ("_asleep", "_texts")

    def __init__(self, texts: Mapping[str, str], asleep: Set[str] = frozenset()) -> None:
        self._texts, self._asleep = texts, asleep

    def without(self, asleep: Set[str]) -> Patterns:
        """The patterns with some of them asleep."""
        return Patterns(self._texts, asleep)

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return NEVER if name in self._asleep else compiled(self._texts[name])

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the rules know of one language."""

    code: str
    triggers: tuple[Trigger, ...]
    frames: tuple[Frame, ...]
    tones: tuple[Tone, ...]
    nouns: NounWords
    countries: Mapping[str, CountryNames]
    calendar: Calendar
    patterns: Patterns
    topics: Patterns
    sources: Patterns
    functions: Patterns
    currencies: Patterns
    multipliers: Mapping[str, float]
    anchors: ahocorasick.Automaton
    prefilter: Prefilter  # of patterns by name, frames, tones and triggers by "frame 0", "tone 0", "trigger 0"
    asleep: Set[str] = frozenset()  # keys of the prefilter whose patterns cannot match in a sentence

    def narrowed(self, lowered: str) -> Language:
        """The language for one sentence: patterns that cannot match in it, for want of their words, are not tried there."""
        asleep = self.prefilter.gated - self.prefilter.awake(lowered)
        return msgspec.structs.replace(
            self,
            patterns=self.patterns.without(asleep),
            frames=tuple([frame for key, frame in zip(_keys("frame"), self.frames, strict=False) if key not in asleep]),
            tones=tuple([tone for key, tone in zip(_keys("tone"), self.tones, strict=False) if key not in asleep]),
            asleep=asleep,
        )


class Lexicon(msgspec.Struct, frozen=True, kw_only=True):
    """All languages with the hash of the files they came from."""

    languages: Mapping[str, Language]
    anchors: tuple[EventAnchor, ...]
    digest: str


class _Triggers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    trigger: tuple[Trigger, ...]
    words: dict[str, str] = {}  # alternatives that several patterns share: <reach> in a pattern stands for any of them
    constructions: dict[str, str] = {}  # patterns into which triggers put words of their own, where @@ stands


class _Frames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    frame: tuple[Frame, ...]
    tone: tuple[Tone, ...]


class _Anchors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    event: tuple[EventAnchor, ...]


def _traditional(key: str) -> dict[str, str]:
    pairs = tomllib.loads((_FOLDER / "zh" / "traditional.toml").read_text("utf-8"))[key].split()
    return {pair[: len(pair) // 2]: pair[len(pair) // 2 :] for pair in pairs}


TRADITIONAL: dict[int, str] = {ord(old): new for old, new in _traditional("pairs").items()}
"""Traditional characters to simplified ones, one to one."""
_NAMED_WORDS = re.compile(r"(?<!\?P)<([a-z_]+)>")
_WORDS = _traditional("words")
_WORD = re.compile("|".join(_WORDS))


def mainland(simplified: str) -> str:
    """A text in simplified characters with words of Taiwan and Hong Kong as the mainland has them, of the same length."""
    return _WORD.sub(lambda match: _WORDS[match.group()], simplified)


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon. Raises ``msgspec.ValidationError`` when a shipped file does not fit its struct."""
    digest = hashlib.sha256()
    languages: dict[str, Language] = {}
    for folder in sorted((entry for entry in _FOLDER.iterdir() if entry.is_dir()), key=lambda entry: entry.name):
        if not (folder / "triggers.toml").is_file():
            continue
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".toml"):
                digest.update(file.name.encode() + file.read_bytes())
        languages[folder.name] = _language(folder)
    anchors_file = _FOLDER / "events.toml"
    digest.update(anchors_file.read_bytes())
    anchors = _toml(anchors_file, _Anchors).event
    return Lexicon(languages=languages, anchors=anchors, digest=digest.hexdigest()[:12])


def _toml(file: Traversable, struct: type[T]) -> T:
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), struct)


def _language(folder: Traversable) -> Language:
    triggers = _with_words(_toml(folder / "triggers.toml", _Triggers))
    frames = _toml(folder / "frames.toml", _Frames)
    voices = _toml(folder / "voices.toml", Voices)
    nouns = _toml(folder / "nouns.toml", NounWords)
    countries = msgspec.convert(tomllib.loads((folder / "countries.toml").read_text("utf-8")), dict[str, CountryNames])
    patterns = {name: _with_heads(name, pattern, nouns) for name, pattern in voices.patterns.items()}
    prefilter = Prefilter(
        {name: pattern for name, pattern in patterns.items() if name not in _ACROSS}
        | {f"frame {n}": frame.pattern for n, frame in enumerate(frames.frame)}
        | {f"tone {n}": tone.pattern for n, tone in enumerate(frames.tone)}
        | {f"trigger {n}": "|".join(filter(None, (row.pattern, row.headline))) for n, row in enumerate(triggers)}
    )
    return Language(
        code=folder.name,
        triggers=triggers,
        frames=frames.frame,
        tones=frames.tone,
        nouns=nouns,
        countries=countries,
        calendar=_toml(folder / "calendar.toml", Calendar),
        patterns=Patterns(patterns),
        prefilter=prefilter,
        topics=Patterns(voices.topics),
        sources=Patterns(voices.sources),
        functions=Patterns(nouns.functions),
        currencies=Patterns(voices.currencies),
        multipliers=voices.multipliers,
        anchors=_anchor_automaton(triggers),
    )


def _anchor_automaton(triggers: tuple[Trigger, ...]) -> ahocorasick.Automaton:
    """Anchors of all triggers, each leading to the positions of the triggers it may wake."""
    wakes: dict[str, list[int]] = {}
    for index, trigger in enumerate(triggers):
        for anchor in trigger.anchors:
            wakes.setdefault(anchor, []).append(index)
    automaton = ahocorasick.Automaton()
    for anchor, indexes in wakes.items():
        automaton.add_word(anchor, tuple(indexes))
    automaton.make_automaton()
    return automaton


def _with_words(rows: _Triggers) -> tuple[Trigger, ...]:
    """The triggers with the words that their patterns name, and for those without anchors the words they cannot do without."""

    def spelt(pattern: str) -> str:
        return _NAMED_WORDS.sub(lambda match: f"(?:{spelt(rows.words[match[1]])})", pattern)

    def put(construction: str, words: tuple[str, ...]) -> str:
        return spelt(rows.constructions[construction].replace("@@", "|".join(words)))

    triggers = []
    for trigger in rows.trigger:
        pattern = "|".join([spelt(trigger.pattern), *(put(name, words) for name, words in trigger.puts.items())])
        needed = [required_words(spelt(word)) for words in trigger.puts.values() for word in words]
        if None in needed:
            raise ValueError(f"{trigger.rule} puts a word without three letters in a row: write it into the pattern")
        anchors = dict.fromkeys([*trigger.anchors, *(word for words in needed for word in sorted(words or ()))])
        triggers.append(
            msgspec.structs.replace(
                trigger,
                pattern=pattern,
                unless=spelt(trigger.unless),
                near=spelt(trigger.near),
                anchors=tuple(anchors) if trigger.anchors else tuple(sorted(required_words(pattern) or ())),
                headline=put("headline", trigger.puts["adjective"]) if "adjective" in trigger.puts else "",
            )
        )
        if not triggers[-1].anchors:
            raise ValueError(f"{trigger.rule} matches without any word of its own: it needs anchors")
    return tuple(triggers)


def _with_heads(name: str, pattern: str, nouns: NounWords) -> str:
    heads = nouns.single_heads if name.startswith("single") else nouns.heads
    return pattern.replace("(heads)", "(" + "|".join(sorted(heads, key=len, reverse=True)) + ")")

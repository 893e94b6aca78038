"""How a verb stands: passive or active, denied, planned, threatened, hedged, or no measure at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from admittance.documents.find import FoundFrame, FoundTrigger, Scene
from admittance.documents.gazetteer import ACTING
from admittance.documents.lexicon import compiled
from admittance.model.documents import Certainty, Modality, Polarity

__all__ = ["UNREAL", "Voice", "frame_modality", "voice_of", "wished"]

_NEAR = 70
_TO = re.compile(r"^[\w' -]{2,40}(?<!appears)(?<!appear)(?<!seems)(?<!said)(?<!reported)(?<!believed) to $")
_REQUEST_NOUN = re.compile(r"(?:a|the|its|their|requests?|demands?) ")
_NAMED = frozenset({"app", "platform", "site", "group"})
_FIRST = 3  # characters before a line's first word
_ITEM = re.compile(r"\W*(?:\d+\W+)?(?:(?:partial|ongoing|new|targeted|temporary|full) )?")
_PAPER = re.compile(
    r"\b(?:directive|order|letter|notice|document|decree|circular|instruction|ruling|notification)s? (?:also |had |has )?$"
)
_REFUSAL = re.compile(r"\bnot\b|n't\b|fail|refus|comply|unless|如不|否则|逾期")
_UNTRUE = re.compile(r"untrue|not true")
_PAST_ORDER = re.compile(r"\b(?:orders?|decisions?|rulings?)\b")  # what follows says what was ordered
_ASKED = re.compile(r"[吗么](?:[?!。]|\s*$)")
_ASKED_IF = re.compile(r"\?\W*$")
_INVERTED = re.compile(r"\W*(?:could|would|will|should|can|may|might|is|are|was|were|has|have|had|does|do|did)\b")
_YET_TO_COME = re.compile(r"计划|拟|打算|准备|考虑|即将|将要|将会")
_FUTURE_AFTER = ("对", "于", "被", "会", "在", "全面", "依法")  # what follows 将 where it says that something is to come
_ADJOINS = 6  # characters between an object that 将 brings forward and its verb
_MOVED = frozenset({"app", "platform", "site", "feature", "counted", "plural", "single", "vendor", "group"})
_ZH_UPON = re.compile(r"(?:对|针对)[^,。;]+的")
_ZH_UPON_IT = re.compile(r"(?:对|针对)[^,。;]{1,60}的(?:全面|大规模|网络|最新|临时|长期|官方|人为|新一轮)*$")
UNREAL = frozenset({Modality.PLANNED, Modality.EXPECTED, Modality.THREATENED, Modality.HYPOTHETICAL})


_WHEN_BETWEEN = re.compile(  # "will on Wednesday block", "is to from next week suspend"
    r"(?<= )(?:(?:on|from|starting|as of) )(?:(?:late|early|this|next|coming) )*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|week|month|(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}) $"
)


@dataclass(frozen=True, slots=True)
class Voice:
    """The standing of one verb in its clause."""

    passive: bool
    nominal: bool
    dropped: bool
    polarity: Polarity
    modality: Modality
    certainty: Certainty
    hedge: str | None
    reported: bool = False  # a report that the text itself calls untrue

    @property
    def planned(self) -> bool:
        """Whether the thing has not happened, as the text tells it."""
        return self.modality in UNREAL

    @property
    def hypothetical(self) -> bool:
        """Whether the thing is only possible."""
        return self.modality == Modality.HYPOTHETICAL


def voice_of(scene: Scene, found: FoundTrigger, lowered: str, clause: tuple[int, int]) -> Voice:
    """The standing of a found trigger in its clause."""
    language = scene.language
    before = lowered[max(scene.sentence.start, found.start - _NEAR) : found.start]
    inside = lowered[found.start : found.end]
    within = _WHEN_BETWEEN.sub("", lowered[max(clause[0], found.start - _NEAR) : found.start])
    be_before = bool(language.patterns["be_before"].search(before))
    reduced = (
        found.participle
        and not language.patterns["have_before"].search(before)
        and not inside.endswith(("access", "access to"))
        and not _acted_by(scene, found, lowered)
    )
    by_follows = bool(language.patterns["passive_after"].match(lowered, found.end, scene.sentence.end))
    passive = found.participle and (
        be_before or (reduced and by_follows) or bool(language.patterns["be_inside"].search(inside))
    )
    nominal = (
        found.trigger.noun
        or bool(language.patterns["nominal"].search(inside if found.trigger.noun else before[-12:] + inside))
        or _opens_as_noun(scene, found, lowered)
        or _done_upon(scene, found, lowered)
    )
    polarity: Polarity = "affirmed"
    modality = Modality.EXECUTED
    certainty: Certainty = "certain"
    hedge: str | None = None
    asks = _ASKED if language.code == "zh" else _ASKED_IF
    asked = asks.search(lowered, found.end, scene.sentence.end) is not None
    asked = asked and (language.code == "zh" or _INVERTED.match(lowered, scene.sentence.start, found.start) is not None)
    dropped = asked or language.patterns["condition_open"].search(lowered[scene.sentence.start : found.start]) is not None
    if passive and language.patterns["other_subject"].search(lowered, max(clause[0], found.start - 100), found.start):
        dropped = True
    bare = language.patterns["be_before"].sub("", within).rstrip() + " " if be_before else within
    for tone in language.tones:
        pattern = compiled(tone.pattern)
        if tone.drop:
            dropped = dropped or bool(pattern.search(within))
            continue
        match = pattern.search(within) or (pattern.search(bare) if be_before else None)
        if match is None and tone.modality in ("planned", "expected"):
            match = language.patterns["planned_inside"].search(_PAST_ORDER.split(inside)[0])
        if match is None or (tone.modality == "planned" and _moves_object(scene, found, lowered, within)):
            continue
        if tone.polarity == "denied":
            at = max(clause[0], found.start - _NEAR) + match.start()
            if len(within) - match.end() <= 28 and not any(one.start <= at < one.end for one in scene.triggers):
                polarity = "denied"
        elif tone.modality and modality == Modality.EXECUTED:
            modality = Modality(tone.modality)
        if tone.certainty in ("probable", "possible"):
            certainty = "probable" if tone.certainty == "probable" else "possible"
        if tone.hedge:
            hedge = match.group().strip()
    if modality == Modality.EXECUTED and scene.sentence.headline and language.code == "en" and _TO.search(within):
        modality = Modality.PLANNED  # "Thailand to block"
    if modality in (Modality.PLANNED, Modality.HYPOTHETICAL):
        sentence = lowered[scene.sentence.start : scene.sentence.end]
        if language.patterns["conditional"].search(sentence) and (modality == Modality.PLANNED or _REFUSAL.search(sentence)):
            modality = Modality.THREATENED
    if language.patterns["denies_report"].search(lowered[max(scene.sentence.start, found.start - _NEAR) : found.start]):
        polarity = "denied"
    reported = _called_untrue(scene, found, lowered)
    return Voice(passive, nominal, dropped, "denied" if reported else polarity, modality, certainty, hedge, reported)


def _moves_object(scene: Scene, found: FoundTrigger, lowered: str, within: str) -> bool:
    """Whether 将 only brings the object before its verb, as in 将43款App下架: a deed, where 将下架 is one to come."""
    mark = within.rfind("将")
    if scene.language.code != "zh" or mark < 0 or _YET_TO_COME.search(within):
        return False
    first = found.start - len(within) + mark + 1
    return not lowered.startswith(_FUTURE_AFTER, first) and any(
        first <= noun.start and 0 <= found.start - noun.end <= _ADJOINS and noun.kind in _MOVED for noun in scene.nouns
    )


def _done_upon(scene: Scene, found: FoundTrigger, lowered: str) -> bool:
    """Whether Chinese words are the noun of what is done upon something: 对Signal的封锁."""
    if scene.language.code != "zh" or not found.participle:
        return False
    if _ZH_UPON.match(lowered, found.start, found.end):
        return True
    return _ZH_UPON_IT.search(lowered, max(scene.sentence.start, found.start - _NEAR), found.start) is not None


def _opens_as_noun(scene: Scene, found: FoundTrigger, lowered: str) -> bool:
    """Whether a sentence or an item of a list begins with a measure as a noun: "Blocking of Signal"."""
    if scene.language.code != "en" or not lowered.endswith("ing", found.start, found.end):
        return False
    if lowered.startswith(" of ", found.end):
        return _ITEM.fullmatch(lowered, scene.sentence.start, found.start) is not None
    return lowered.startswith(" in ", found.end) and any(
        noun.start - scene.sentence.start <= _FIRST and noun.end + 1 == found.start and noun.kind in _NAMED
        for noun in scene.nouns
    )


def _acted_by(scene: Scene, found: FoundTrigger, lowered: str) -> bool:
    """Whether an office stands right before a verb as its subject: "Iran blocked on Wednesday"."""
    if scene.language.code != "en":
        return False
    for noun in reversed(scene.nouns):
        if noun.end > found.start:
            continue
        if noun.kind not in ACTING or noun.head == "adjective":
            return False
        hangs = scene.language.patterns["pp_before"].search(lowered[max(scene.sentence.start, noun.start - 40) : noun.start])
        return not hangs and scene.language.patterns["adjacent"].match(lowered[noun.end : found.start]) is not None
    return False


def _called_untrue(scene: Scene, found: FoundTrigger, lowered: str) -> bool:
    """Whether a sentence tells something only to call it untrue: "Reports that X is blocked are false"."""
    patterns = scene.language.patterns
    after = patterns["denied_after"].search(lowered, found.end, scene.sentence.end)
    if after is None or (after.group().endswith("true") and not _UNTRUE.search(after.group())):
        return False
    return scene.language.code == "zh" or bool(patterns["denied_report"].search(lowered, scene.sentence.start, found.start))


def wished(scene: Scene, frame: FoundFrame, lowered: str) -> bool:
    """Whether a request is made by nobody with power, in the active voice: "activists urged the government to"."""
    if frame.frame.modality != Modality.REQUESTED or scene.language.code != "en" or _REQUEST_NOUN.match(lowered, frame.start):
        return False
    before = lowered[max(scene.sentence.start, frame.start - _NEAR) : frame.start]
    return not (scene.language.patterns["be_before"].search(before) or _PAPER.search(before))


def frame_modality(scene: Scene, start: int, lowered: str) -> Modality:
    """How real an order is, by the words before the words that give it: "would require", "plans to order"."""
    before = lowered[max(scene.sentence.start, start - _NEAR) : start]
    for tone in scene.language.tones:
        if tone.modality in UNREAL and compiled(tone.pattern).search(before):
            return Modality(tone.modality)
    return Modality.EXECUTED

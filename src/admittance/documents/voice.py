"""How a verb stands: passive or active, denied, planned, threatened, hedged, or no measure at all."""

from __future__ import annotations

from dataclasses import dataclass

from admittance.documents.find import FoundTrigger, Scene
from admittance.model.documents import Certainty, Modality, Polarity

__all__ = ["Voice", "voice_of"]

_NEAR = 70
_UNREAL = frozenset({Modality.PLANNED, Modality.EXPECTED, Modality.THREATENED, Modality.HYPOTHETICAL})


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

    @property
    def planned(self) -> bool:
        """Whether the thing has not happened, as the text tells it."""
        return self.modality in _UNREAL

    @property
    def hypothetical(self) -> bool:
        """Whether the thing is only possible."""
        return self.modality == Modality.HYPOTHETICAL


def voice_of(scene: Scene, found: FoundTrigger, lowered: str, clause: tuple[int, int]) -> Voice:
    """The standing of a found trigger in its clause."""
    language = scene.language
    before = lowered[max(scene.sentence.start, found.start - _NEAR) : found.start]
    inside = lowered[found.start : found.end]
    within = lowered[max(clause[0], found.start - _NEAR) : found.start]
    be_before = bool(language.patterns["be_before"].search(before))
    reduced = found.participle and not language.patterns["have_before"].search(before)
    by_follows = bool(language.patterns["passive_after"].match(lowered, found.end))
    passive = found.participle and (
        be_before or (reduced and by_follows) or bool(language.patterns["be_inside"].search(inside))
    )
    nominal = found.trigger.noun or bool(
        language.patterns["nominal"].search(inside if found.trigger.noun else before[-12:] + inside)
    )
    polarity: Polarity = "affirmed"
    modality = Modality.EXECUTED
    certainty: Certainty = "certain"
    hedge: str | None = None
    dropped = language.patterns["condition_open"].search(lowered[scene.sentence.start : found.start]) is not None
    bare = language.patterns["be_before"].sub("", within).rstrip() + " " if be_before else within
    for tone, pattern in zip(language.tones, language.tone_patterns, strict=True):
        if tone.drop:
            dropped = dropped or bool(pattern.search(within))
            continue
        match = pattern.search(within) or pattern.search(bare)
        if match is None and tone.modality in ("planned", "expected"):
            match = language.patterns["planned_inside"].search(inside)
        if match is None:
            continue
        if tone.polarity == "denied":
            if len(within) - match.end() <= 28:
                polarity = "denied"
        elif tone.modality and modality == Modality.EXECUTED:
            modality = Modality(tone.modality)
        if tone.certainty in ("probable", "possible"):
            certainty = "probable" if tone.certainty == "probable" else "possible"
        if tone.hedge:
            hedge = match.group().strip()
    if modality in (Modality.PLANNED, Modality.HYPOTHETICAL):
        sentence = lowered[scene.sentence.start : scene.sentence.end]
        if language.patterns["conditional"].search(sentence):
            modality = Modality.THREATENED
    return Voice(passive, nominal, dropped, polarity, modality, certainty, hedge)

"""Whether a sentence says that something is reached through a VPN, or only so: then what is told of it does not hold there."""

from __future__ import annotations

import re

from admittance.documents.find import Scene

__all__ = ["reached_by_tunnel"]

_TUNNEL = re.compile(
    r"\b(?:vpns?|virtual private networks?)\b(?:[ -](?:connections?|services?|apps?|software|tools?|clients?))?"
)
_WORDS = r"(?: (?!and\b|or\b|in\b|that\b|which\b|block|ban|restrict)[\w'-]+){0,3} $"
_ONLY = re.compile(r"\b(?:without|unless|except|only|solely|not at all)\b[^.;]{0,40}?" + _WORDS)
_BY_MEANS_OF = re.compile(
    r"\b(?:with|through|via|over|using|used|uses|by|under|behind|on|to|the use of|(?:switch|turn)\w* on|users of)" + _WORDS
)
_REACH = re.compile(
    r"\b(?:access(?:ed|ible|ing)?|reach(?:ed|able|ing)?|us(?:e|ed|ing|able)|open(?:s|ed|ing)?|load(?:s|ed|ing)?|work(?:s|ed|ing)?"
    r"|function(?:s|ed|ing|al)?|operat(?:es?|ed|ing|ional)|connect(?:s|ed|ing)? to|connect(?:s|ed)?|post|visit(?:ed)?|available"
    r"|possible|browse|view|log(?:ged)? (?:in|on)|get (?:on|in|through|around)|bypass(?:ed|ing)?|circumvent(?:ed|ing)?"
    r"|overcom(?:e|ing)|evad(?:e|ed|ing)|got(?:ten)? around|work(?:ed)? around|avoided|restor(?:ed?|es|ing)|regain(?:ed|ing)?"
    r"|brought back|(?:said|found|had) (?:it|they|the app|no))\b"
    r"(?! (?:\w+ )?(?:banned|blocked|forbidden|illegal))"
)
_SHUT = re.compile(
    r"\b(?:unable|in?accessible|unaccessible|unreachable|unavailable|impossible|unusable|blocked|restricted|down|offline"
    r"|fail\w*|stop(?:s|ped)?|ceas\w*|cannot|can't|not|no longer|n't|(?:do|did|would|will|could|can) ?n[o']t)\b"
)
_NO = re.compile(
    r"(?:\b(?:not?|never|no longer|cannot|unable|hard|difficult|fail\w*|nor|neither)|n't)(?: [\w-]+){0,3} $|\bin$|\bun$"
)
_STANDS = re.compile(
    r"(?: users?)?[^.;]{0,70}?(?:\b(?:unaffected|not (?:been )?(?:affected|impacted))\b"
    r"|\b(?:still|can|could|helps?|let|allow\w*) (?:[\w-]+ ){0,4}?"
    r"(?:work|use|access|connect|reach|operational|available|bypass|circumvent|evade|overcome|get around)\w*\b)"
)
_UNTOUCHED = re.compile(r"[^.;]{0,40}? (?:were|are|was) (?:not|un)-?\s?(?:affected|impacted)")
_OF_LAW = re.compile(
    r"\b(?:illegal|unlawful|crimes?|criminal\w*|offen[cs]es?|fined|fines?|jail\w*|arrest\w*|punish\w*|penalt\w*|outlaw\w*"
    r"|prohibit\w*|forbid\w*|warned|sell\w*|licen[cs]\w*|demand for|downloads? of|searches for|surge)\b"
)


def reached_by_tunnel(scene: Scene, lowered: str) -> bool:
    """Whether a sentence says that what is told of something does not hold for those who use a VPN."""
    start, end = scene.sentence.start, scene.sentence.end
    if scene.language.code != "en":
        return scene.language.patterns["vpn_unaffected"].search(lowered, start, end) is not None
    if lowered.startswith("if ", start) or ("vpn" not in lowered[start:end] and "virtual private" not in lowered[start:end]):
        return False
    if _OF_LAW.search(lowered, start, end):
        return False
    for tunnel in _TUNNEL.finditer(lowered, start, end):
        if _STANDS.match(lowered, tunnel.end(), end) or _UNTOUCHED.match(lowered, tunnel.end(), end):
            return True
        before = lowered[start : tunnel.start()]
        only = _ONLY.search(before)
        means = only or _BY_MEANS_OF.search(before)
        if means is None:
            continue
        told = (before[: means.start()], before[means.start() :] if only else "", lowered[tunnel.end() : end])
        if only and only.group().startswith("without") and not any(_SHUT.search(part) for part in told):
            continue  # "accessible without a VPN" tells of no tunnel
        if only:
            if any(_REACH.search(part) or _SHUT.search(part) for part in told):
                return True
        elif any(_affirmed(part) for part in told):
            return True
    return False


def _affirmed(part: str) -> bool:
    """Whether a stretch says that something is reached, and not that it is not."""
    return any(_NO.search(part, 0, match.start()) is None for match in _REACH.finditer(part))

"""Step five: who says so, outermost first, with when they said it; and why it was done, in whose words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec import UNSET

from admittance.documents.afterwards import told_after
from admittance.documents.carried import Speaker, carry
from admittance.documents.date import When, timed
from admittance.documents.draft import Draft, is_general
from admittance.documents.find import Scene, Story
from admittance.documents.gazetteer import ACTOR_KINDS, Noun
from admittance.documents.offices import Offices
from admittance.documents.tunnels import reached_by_tunnel
from admittance.model.documents import ActionType, Attribution, SourceClass, StatedReason
from admittance.model.ids import EntityId

__all__ = ["attribute"]

_CLASSES: dict[str, SourceClass] = {
    "publisher": SourceClass.PUBLISHER,
    "monitor": SourceClass.MONITOR,
    "regulator": SourceClass.REGULATOR,
    "government": SourceClass.OFFICIAL,
    "court": SourceClass.COURT,
    "legislature": SourceClass.OFFICIAL,
    "security": SourceClass.OFFICIAL,
    "party": SourceClass.OFFICIAL,
    "company": SourceClass.COMPANY,
    "app": SourceClass.COMPANY,
    "platform": SourceClass.COMPANY,
    "vendor": SourceClass.COMPANY,
    "isp": SourceClass.COMPANY,
    "organisation": SourceClass.COMPANY,
    "actor": SourceClass.OFFICIAL,
    "document": SourceClass.DOCUMENT,
}
_Bodies = Callable[[Noun, Scene], EntityId | None]
_CARRIERS = frozenset({EntityId("isps"), EntityId("telecom-operators"), EntityId("mobile-operators")})
_OF_STATE = frozenset({SourceClass.REGULATOR, SourceClass.OFFICIAL, SourceClass.COURT})
_PART = re.compile(r"[,;](?: (?:and|but|while|whereas|although|though)\b)?|\b(?:but|while|whereas|although)\b")
_PERSON = re.compile(r"(?:[A-Z][a-z]+\.? ){1,2}[A-Z][a-z]+")
_NEAR = 60  # characters between a name and its verb
_APPOSED = 130  # the same with what the named is in between
_ITS_ORDER = re.compile(r"的?(?:命令|要求|指示|指令|决定|裁决|裁定|判决|约谈|规定|部署)(?!显示|称|说)")
_ITS_DATA = re.compile(
    r"(?:'s)?(?: (?!said|says)[\w-]+){0,2}? (?:data|measurements?|probes?|metrics|figures|tests?|testing|coverage)\b"
)
_BESIDE_NAME = 24  # characters after an unknown name that may tell what it is: "the XY news agency"
_JOINED = re.compile(
    r"(?:\([^)]{1,20}\))?[\"》]?(?:和|与|、|及|以及)[\"《]?|(?:,[^,.;]{1,60},)? and (?:the )?(?:[a-z-]+ ){0,4}"
)
_AND = re.compile(r",? and (?:the )?")
_TOLD_NEAR = 30  # characters from who tells to the outlet that is told, in Chinese
_SEEN_BY = re.compile(r"[^.;]{0,30}?\b(?:seen|reviewed|obtained|viewed|published) by\b")
_ITS_USERS = re.compile(r"user|用户|使用者|网友|网民|玩家|博主")
_HAS_TO = re.compile(r"必须|应当|须|(?<!回)应|需要?")
_TOLD_TO_ACT = re.compile(r"(?! (?:reporters|journalists|parliament|lawmakers)\b) (?:[\w'-]+ ){1,6}?to [a-z]+\b")
_TALKED_ABOUT = frozenset({ActionType.SUMMONS, ActionType.WARNING, ActionType.INVESTIGATION})


def attribute(story: Story, drafts: list[Draft], times: dict[int, list[When]]) -> None:
    """Fills attribution chains, reasons, and what users and monitors say of VPNs, parts and symptoms."""
    chains: dict[int, list[Speaker]] = {}
    bodies = Offices(story).body
    found: dict[int, list[int]] = {}
    for draft in drafts:
        found.setdefault(draft.scene.sentence.start, []).append(draft.found.start)
    for draft in drafts:
        scene = draft.scene
        start = scene.sentence.start
        if start not in chains:
            chains[start] = _voices(story, scene, times[start])
        voices = _beside(story, draft, chains[start], found[start])
        before = [voice for voice in voices if voice.start < draft.found.end]
        after = [voice for voice in voices if voice.start >= draft.found.end]
        # "…, X said" frames all before it; whoever is only named afterwards stands innermost.
        framing = [voice for voice in after if voice.attribution.verb is not UNSET]
        named = [voice for voice in after if voice.attribution.verb is UNSET]
        draft.attribution = [
            _known(voice, draft, bodies) for voice in (*framing, *before, *named) if not _is_actor(voice, draft)
        ]
        _reason(story, draft)
        if draft.type is None:
            _claim_details(story, draft)

    def speakers(scene: Scene) -> list[Speaker]:
        at = scene.sentence.start
        if at not in chains:
            chains[at] = _voices(story, scene, times[at])
        return [_described(voice, scene, bodies) for voice in chains[at]]

    told_after(story, drafts, lambda scene: [voice.attribution for voice in speakers(scene)])
    carry(story, drafts, speakers)
    _claims_later_details(story, drafts)


def _beside(story: Story, draft: Draft, voices: list[Speaker], found: list[int]) -> list[Speaker]:
    """The voices of a draft's own part of its sentence, where another part has its own: "while A said …, B reported that …"."""
    if len(voices) < 2 or len(found) < 2 or draft.scene.language.code != "en":
        return voices
    first, last = draft.scene.sentence.start, draft.scene.sentence.end
    for cut in _PART.finditer(story.lowered, first, last):
        later = min((start for start in found if start > cut.end()), default=None)
        opens = later is not None and any(
            cut.start() <= voice.start < min(later, cut.end() + _NEAR) and voice.attribution.verb is not UNSET
            for voice in voices
        )
        if not opens or not any(start < cut.start() for start in found) or not any(one.end <= cut.start() for one in voices):
            continue
        if draft.found.start < cut.start():
            last = min(last, cut.start())
        else:
            first = max(first, cut.start())
    return [voice for voice in voices if first <= voice.start < last]


def _known(voice: Speaker, draft: Draft, bodies: _Bodies) -> Attribution:
    """What a voice says of itself, with the body that a general office ("the ministry") was read as, or that it describes."""
    office = draft.office
    if (
        voice.entity is None
        and office is not None
        and not is_general(office)
        and office.noun is not None
        and office.noun.start == voice.start
    ):
        return msgspec.structs.replace(voice.attribution, source=office.entity)
    return _described(voice, draft.scene, bodies).attribution


def _described(voice: Speaker, scene: Scene, bodies: _Bodies) -> Speaker:
    """A voice with the body that its general words describe: "the country's data protection watchdog"."""
    if voice.entity is not None or voice.attribution.source_class not in _OF_STATE:
        return voice
    noun = next((one for one in scene.nouns if one.start == voice.start and one.kind == "actor"), None)
    body = bodies(noun, scene) if noun is not None else None
    if body is None:
        return voice
    return Speaker(voice.start, voice.end, msgspec.structs.replace(voice.attribution, source=body), body)


def _is_actor(voice: Speaker, draft: Draft) -> bool:
    """Whether a voice is only the subject of the claim itself: "Signal users" makes Signal no source."""
    subjects = {noun.entity for noun in draft.targets}
    return (
        draft.type is None
        and voice.entity is not None
        and voice.entity in subjects
        and voice.attribution.source_class != SourceClass.COMPANY
    )


def _voices(story: Story, scene: Scene, whens: list[When]) -> list[Speaker]:
    patterns = scene.language.patterns
    low, start, end = story.lowered, scene.sentence.start, scene.sentence.end
    found: list[Speaker] = []
    names = {noun.start: noun.kind for noun in scene.nouns}
    for noun in scene.nouns:
        kind = SourceClass.COMPANY if noun.kind == "group" and noun.entity in _CARRIERS else _CLASSES.get(noun.kind)
        if kind is None or (noun.kind == "actor" and noun.head not in {"regulator", "court", "government", "security"}):
            continue
        if _CLASSES.get(names.get(noun.end + 1, "")) in (SourceClass.MONITOR, SourceClass.PUBLISHER) and low[noun.end] == " ":
            continue  # what it is that a name follows: "internet watchdog NetBlocks"
        if noun.kind == "isp" and noun.entity is None and low.startswith("(", noun.end) and noun.end + 1 in names:
            continue  # what a name in brackets follows
        if kind == SourceClass.PUBLISHER and noun.start == start and low.startswith(":", noun.end):
            found.append(_voice(story, noun, kind, ":", whens, noun.end))
            continue
        before = low[max(start, noun.start - 90) : noun.start]
        cited = patterns["according"].search(before)
        if cited is None and kind != SourceClass.COMPANY:
            cited = patterns["according_far"].search(before)
        if cited and "cited_words" in patterns and cited.group().startswith("根据"):
            cited = cited if patterns["cited_words"].match(low, noun.end, end) else None  # not 根据网信办的约谈
        if cited and _ITS_ORDER.match(low, noun.end):
            continue  # 根据法院的命令: what it decided, not what it says
        if cited and cited.group().startswith("told") and kind != SourceClass.PUBLISHER:
            continue  # a company or court that is told something is no source
        if cited:
            found.append(_voice(story, noun, kind, cited.group().split()[0], whens, noun.end))
            continue
        if kind == SourceClass.PUBLISHER and _is_told(patterns, low, start, noun, end):
            found.append(_voice(story, noun, kind, "told", whens, noun.end))
            continue
        reach = min(end, noun.end + (_APPOSED if low.startswith(",", noun.end) else _NEAR))
        said = patterns["says"].search(low, noun.end, reach)
        if said is None and kind == SourceClass.MONITOR:
            said = patterns["sees"].search(low, noun.end, reach)
        if said is None and kind == SourceClass.PUBLISHER and "tried" in patterns:
            said = patterns["tried"].match(low, noun.end, reach)
        if said is None and kind == SourceClass.COMPANY:
            said = patterns["denies"].search(low, noun.end, min(end, noun.end + 60))
        if (
            said
            and patterns["says_gap"].fullmatch(low[noun.end : said.start()])
            and not patterns["pp_before"].search(low[max(start, noun.start - 40) : noun.start])
        ):
            if kind == SourceClass.COURT and said.group() == "found":
                continue
            if kind == SourceClass.COMPANY and low[said.start() - 1] == "的":
                continue  # a report of it, not by it: "某某"App的通报
            if kind == SourceClass.COMPANY and _ITS_USERS.search(low, noun.end, said.start()):
                continue
            if kind == SourceClass.COMPANY and _HAS_TO.search(low, noun.end, said.start()):
                continue  # what it is to say: 要求某公司在20天内通报
            if said.group() == "told" and _TOLD_TO_ACT.match(low, said.end(), end):
                continue  # who orders is no source
            found.append(_voice(story, noun, kind, said.group(), whens, said.end()))
            continue
        data = _ITS_DATA.match(low, noun.end, end) if kind == SourceClass.MONITOR else None
        if data is not None:
            found.append(_voice(story, noun, kind, "", whens, data.end()))
            continue
        if noun.end >= end - 16 and kind in (SourceClass.PUBLISHER, SourceClass.MONITOR):
            said = patterns["says"].search(low, max(start, noun.start - 14), noun.start)
            if said:
                found.append(_voice(story, noun, kind, said.group(), whens, noun.end))
    found += _joint_voices(story, scene, found)
    found += _unknown_voices(story, scene, found)
    for name, source, source_class in (
        ("anonymous", "anonymous-sources", SourceClass.ANONYMOUS),
        ("users", "users", SourceClass.USERS),
        ("media", "media", SourceClass.PUBLISHER),
        ("document", None, SourceClass.DOCUMENT),
        ("expert", None, SourceClass.EXPERT),
        ("monitors", None, SourceClass.MONITOR),
    ):
        if name not in patterns:
            continue
        haystack = story.clean.text if name == "expert" else low
        match = patterns[name].search(haystack[start:end])
        if match is None or (name == "monitors" and any(one.attribution.source_class == source_class for one in found)):
            continue
        entity = EntityId(source) if source and EntityId(source) in story.gazetteer.catalog.entities else None
        says = patterns["says"].search(low, start + match.start(), min(end, start + match.end() + 40))
        verb = says.group() if says else ""
        span = story.clean.span(start + match.start(), start + match.end())
        found.append(
            Speaker(
                start + match.start(),
                start + match.end(),
                Attribution(source=entity, source_class=source_class, verb=verb or UNSET, span=span),
                entity,
            )
        )
    return _document_inside(found, low)


def _document_inside(found: list[Speaker], low: str) -> list[Speaker]:
    """The voices in order; whoever saw a document stands outside of it, and what the document is called is no voice."""
    papers = [voice for voice in found if voice.attribution.source_class == SourceClass.DOCUMENT]
    found = [voice for voice in found if not any(one is not voice and one.start <= voice.start < one.end for one in papers)]
    found.sort(key=lambda voice: voice.start)
    for at, voice in enumerate(found[1:], 1):
        if _told(voice) and (found[at - 1].attribution.verb == "told" or voice.end - found[at - 1].end <= _TOLD_NEAR):
            found[at - 1 : at + 1] = [voice, found[at - 1]]
    for paper in papers:
        at = found.index(paper)
        if at + 1 < len(found) and _SEEN_BY.match(low, paper.end, found[at + 1].start):
            found[at], found[at + 1] = found[at + 1], paper
    return found


def _joint_voices(story: Story, scene: Scene, known: list[Speaker]) -> list[Speaker]:
    """Monitors and media that speak with the one named next: "both NetBlocks and Cloudflare reported the outage"."""
    found: list[Speaker] = []
    for noun in scene.nouns:
        kind = _CLASSES.get(noun.kind)
        if kind not in (SourceClass.MONITOR, SourceClass.PUBLISHER) or any(one.start == noun.start for one in known):
            continue
        beside = (
            one for one in known if _JOINED.fullmatch(story.lowered, noun.end, one.start) and one.attribution.verb is not UNSET
        )
        other = next(beside, None)
        if other is not None:
            found.append(_voice(story, noun, kind, str(other.attribution.verb), [], noun.end))
    return found


def _is_told(patterns: Mapping[str, re.Pattern[str]], low: str, start: int, noun: Noun, end: int) -> bool:
    """Whether an outlet is told something by whoever stands before it, in Chinese: 向《晨报》透露."""
    return (
        "told_before" in patterns
        and patterns["told_before"].search(low, max(start, noun.start - 6), noun.start) is not None
        and patterns["told_after"].match(low, noun.end, end) is not None
    )


def _told(voice: Speaker) -> bool:
    """Whether somebody told a newspaper or agency, which then tells us: it stands outside."""
    return voice.attribution.source_class == SourceClass.PUBLISHER and voice.attribution.verb == "told"


def _unknown_voices(story: Story, scene: Scene, known: list[Speaker]) -> list[Speaker]:
    """Voices after "according to" that the catalog does not know, with the kind that the words around them tell."""
    found: list[Speaker] = []
    matches = (
        match
        for name in ("unknown_source", "described_source", "titled_source")
        if name in scene.language.patterns
        for match in scene.language.patterns[name].finditer(story.clean.text, scene.sentence.start, scene.sentence.end)
    )
    for match in matches:
        start, end = match.span("name")
        if any(one.start < end and start < one.end for one in known) or any(
            noun.start < end and start < noun.end and noun.kind not in {"country", "actor", "unknown"} for noun in scene.nouns
        ):
            continue
        words = match.group("words").lower() + " " + match.group("name").lower()
        words += story.lowered[end : min(scene.sentence.end, end + _BESIDE_NAME)].partition(",")[0]
        kinds = (kind for kind, words_of in scene.language.sources.items() if words_of.search(words))
        person = _PERSON.fullmatch(match.group("name")) is not None
        kind = SourceClass(next(kinds, "expert" if person else "monitor"))
        voice = Attribution(source=None, source_class=kind, verb=match.group("verb").lower(), span=story.clean.span(start, end))
        found.append(Speaker(start, end, voice, None))
        found.extend(
            _voice(story, noun, _CLASSES[noun.kind], match.group("verb").lower(), [], noun.end)
            for noun in scene.nouns
            if noun.kind in _CLASSES and noun.start > end and _AND.fullmatch(story.lowered, end, noun.start)
        )
    return found


def _voice(story: Story, noun: Noun, kind: SourceClass, verb: str, whens: list[When], verb_end: int) -> Speaker:
    reported = next((when for when in whens if 0 <= when.start - verb_end <= 14 or 0 <= when.start - noun.end <= 4), None)
    entity = noun.entity
    if kind == SourceClass.OFFICIAL and noun.kind in ACTOR_KINDS and noun.kind == "regulator":
        kind = SourceClass.REGULATOR
    if noun.kind == "actor" and noun.head in ("regulator", "court"):
        kind = SourceClass(noun.head)
    return Speaker(
        noun.start,
        noun.end,
        Attribution(
            source=entity,
            source_class=kind,
            verb=verb or UNSET,
            reported_on=timed(reported, story) if reported is not None else UNSET,
            span=story.clean.span(noun.start, noun.end),
        ),
        entity,
    )


def _reason(story: Story, draft: Draft) -> None:
    patterns = draft.scene.language.patterns
    low, end = story.lowered, draft.scene.sentence.end
    start = draft.found.end if draft.scene.language.code == "en" else draft.scene.sentence.start
    match = patterns["because"].search(low, start, end)
    if draft.type in _TALKED_ABOUT:
        about = patterns["about"].search(low, start, end)
        if about is not None and (match is None or about.start() < match.start()):
            match = about
    if match is None or (draft.type is None and draft.salience == "background"):
        return
    first = match.end()
    stop = patterns["reason_end"].search(low, first, end)
    last = stop.start() if stop and stop.start() > first else end
    listed = patterns["topic_list"].search(low, first, end)
    if listed is not None and listed.start() <= last + 2:
        last = max(last, listed.end())
    while last > first and low[last - 1] in " .,;。,":
        last -= 1
    if last - first < 4:
        return
    text = low[first:last]
    topics = tuple(name for name, pattern in draft.scene.language.topics.items() if pattern.search(text))
    span = story.clean.span(first, last)
    draft.reason = StatedReason(
        text=span.quote,
        topics=topics or UNSET,
        attribution=tuple(draft.attribution) if draft.attribution else UNSET,
        span=span,
    )


def _claim_details(story: Story, draft: Draft) -> None:
    patterns = draft.scene.language.patterns
    low, start, end = story.lowered, draft.scene.sentence.start, draft.scene.sentence.end
    if draft.found.trigger.rule.endswith("partly-works"):
        draft.partial = True
        draft.symptoms = (story.clean.span(draft.found.start, _symptom_end(low, draft.found.end, end)).quote,)
        return
    if reached_by_tunnel(draft.scene, low):
        draft.vpn_unaffected = True
    if patterns["partial"].search(low, start, end):
        draft.partial = True


def _symptom_end(low: str, first: int, end: int) -> int:
    while end > first and low[end - 1] in " .。\n":
        end -= 1
    return end


def _claims_later_details(story: Story, drafts: list[Draft]) -> None:
    """What a later sentence without a record of its own says of VPNs belongs to the claim before it."""
    with_drafts = {draft.scene.sentence.start for draft in drafts}
    for scene in story.scenes:
        start = scene.sentence.start
        if start in with_drafts or scene.sentence.headline or not reached_by_tunnel(scene, story.lowered):
            continue
        earlier = [
            draft
            for draft in drafts
            if draft.type is None and draft.scene.sentence.start < start and draft.vpn_unaffected is None
        ]
        if earlier:
            same = earlier[-1].scene.sentence.start
            for draft in earlier:
                if draft.scene.sentence.start == same:
                    draft.vpn_unaffected = True

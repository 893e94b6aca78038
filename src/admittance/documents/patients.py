"""What a measure acts upon: the things named as object of its verb, as subject of its passive, or by "the ban" alone."""

from __future__ import annotations

import re

from admittance.documents.draft import Draft
from admittance.documents.find import FoundTrigger, Scene, Story
from admittance.documents.gazetteer import Noun
from admittance.documents.lists import THINGS, Lists, without_heading_groups
from admittance.documents.memory import Memory
from admittance.documents.voice import Voice
from admittance.model.documents import ActionType

__all__ = ["Patients", "banned_by_platform", "ended_measure"]

_ON_SERVICES = frozenset({"block", "unblock", "throttle", "app_removal"})
_BARE_MEASURE = re.compile(
    r"\b(?:the|its|this|that|their) (?:[\w-]+ ){0,2}?(?:bans?|blocks?|blocking|blockade|restrictions?|prohibition|suspension"
    r"|curbs|access|unblocking|orders?|decisions?|rulings?)\b|\baccess$"
)
_NAMED_IN_QUOTES = frozenset(
    {
        ActionType.SUMMONS,
        ActionType.APP_REMOVAL,
        ActionType.BLOCK,
        ActionType.SERVICE_SHUTDOWN,
        ActionType.WARNING,
        ActionType.FINE,
    }
)
_AMONG = re.compile(r" (?:is|are|was|were) (?:one of|among) ")
_KEEPERS = frozenset({"app", "platform", "company"})
_LIST_HEAD = re.compile(r"的?(?:域名|网站|网址|应用|软件|平台|服务|app)(?:有|包括|为|如下|列表)*:")
_ZH_LIFTED = re.compile(
    r"(?:正式|已|已经|全面|宣布)*(?:解除|取消|撤销|结束)(?:了)?(?:该|这一|上述|此)?(?:项|道)?(?:禁令|封锁|封禁)(?:了)?"
)
_NAMELY = ("包括", "包括了", "如", "例如", "包含")  # 禁止59款应用,包括X
_AT_REQUEST = re.compile(r"的?(?:申请|请求|上诉)")
_COUNTED_THING = re.compile(r"(?!违)[\u4e00-\u9fff]{2,8}(?<!移动应用)(?:平台|直播间|栏目|频道|店铺)|直播间")
_COUNTED_PLAIN = re.compile(r"(?:网站|应用|app|程序|软件|平台)$")
_COUNTED_INSIDE = re.compile(r"(?:直播间|账号|帐号|公众号|小程序)$")
_MARKS = ("对", "将", "把", "向", "就")  # what follows them is acted upon
_ZH_PASSIVE = re.compile(r"被|遭到?")
_ADDRESSING = frozenset({ActionType.SUMMONS, ActionType.FINE, ActionType.WARNING})
_PAST_PEOPLE = re.compile(  # "summoned and fined", "interviewed the head and the editor of"
    r"(?: and (?:also |then |later )?[a-z]+ed)?(?:(?: [\w'-]+){0,9} (?:of|at|from|operator|operators|behind))?(?= )"
)
_DUTIES = frozenset({ActionType.LICENSE_REQUIREMENT, ActionType.REGISTRATION_REQUIREMENT})  # "X must apply for a licence"
_PRONOUN = re.compile(r" (?:it|them|both) (?:to be )?")  # "ordered it blocked"
_IT_WAS = re.compile(r"\b(?:it|they)(?: (?:had|has|have|was|were|is|are|been|also|then|again|later|earlier|first|\w+ly))+ $")
_ITS_USERS = re.compile(r"的?(?:个人|用户|民众|公民|人员|企业和个人)")
_BARE_MORE = re.compile(
    r"\s+(?:on(?! (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan|feb|mar|apr|may|june|july|aug|sep|oct|nov|dec|\d))"
    r"|of|against|to)\s"
)


class Patients:
    """Finds patients in the scenes of one story; ``drafts`` is the reader's growing list of what came before."""

    def __init__(self, story: Story, lists: Lists, memory: Memory, drafts: list[Draft]) -> None:
        self.low = story.lowered
        self.lists = lists
        self.memory = memory
        self.drafts = drafts

    def of(self, draft: Draft, voice: Voice) -> list[Noun]:
        """The nouns that a draft's words act upon, anaphora as they stand."""
        scene, start, end = draft.scene, draft.found.start, draft.found.end
        inside = [noun for noun in scene.nouns if start <= noun.start and noun.end <= end and noun.kind in THINGS]
        if inside:
            return without_heading_groups(inside, self.low)
        if scene.language.code == "zh":
            return self._chinese(scene, draft)
        if ended_measure(self.low, draft.found):
            return []
        if draft.frame is not None and _PRONOUN.fullmatch(self.low, draft.frame.end, start):
            return self.lists.left(scene, draft.frame.start, scene.sentence.start, loose=True) or self._last()
        if voice.passive or (draft.type in _DUTIES and draft.frame is None):
            listed = self.lists.left(scene, start, draft.clause[0])
            if listed and listed[0].start <= draft.clause[0] + 1 and self.low.endswith(", and ", 0, draft.clause[0]):
                listed = self.lists.left(scene, start, scene.sentence.start)  # "X, Y, and Z have been blocked" is one list
            among = _AMONG.search(self.low, draft.clause[0], start)
            if among is not None and listed and all(noun.kind == "group" for noun in listed):
                listed = self.lists.left(scene, among.start(), draft.clause[0]) or listed
            if not listed and voice.passive and _IT_WAS.search(self.low, scene.sentence.start, start):
                listed = self._last()  # "It was banned in April by a court"
            if listed:
                return listed
            listed = self.lists.right(scene, end, draft.clause[1]) if voice.nominal else []
            if draft.type not in _DUTIES:
                return listed or (self._spoken_of_before(draft) if draft.type == ActionType.UNBLOCK else [])
        if draft.found.trigger.type in _ON_SERVICES and scene.language.patterns["object_pronoun"].match(self.low, end):
            return self.lists.left(scene, start, scene.sentence.start, loose=True) or self._last()
        listed = self.lists.right(scene, end, draft.clause[1], draft.type == ActionType.APP_REMOVAL)
        if not listed and voice.nominal and not draft.found.trigger.noun and self.low.startswith(" in ", end):
            listed = [noun for noun in scene.nouns if noun.end + 1 == start and noun.kind in THINGS]  # "Signal blocking in"
        if listed and self._own_object(draft, listed[0]):
            return []
        if not listed and draft.type in _ADDRESSING:
            past = _PAST_PEOPLE.match(self.low, end, draft.clause[1])
            listed = self.lists.right(scene, past.end(), draft.clause[1]) if past is not None else []
        if not listed and draft.found.trigger.type in _ON_SERVICES:
            listed = self.lists.unknown_name(scene, end) or self._spoken_of_before(draft)
        return listed

    def _last(self) -> list[Noun]:
        last = self.memory.last_service
        return [last] if last is not None else []

    def _own_object(self, draft: Draft, noun: Noun) -> bool:
        """Whether a verb's object is something else than the thing named after it: "blocked a motorway and … on WhatsApp"."""
        if draft.scene.language.code == "zh" and draft.type == ActionType.FINE:
            return "," in self.low[draft.found.end : noun.start]
        if draft.found.trigger.type not in _ON_SERVICES or draft.found.trigger.noun:
            return False
        return draft.scene.language.patterns["own_object"].match(self.low, draft.found.end, noun.start) is not None

    def _spoken_of_before(self, draft: Draft) -> list[Noun]:
        """What "the ban" or "the restrictions" were on: the set or service spoken of last."""
        start, end = draft.found.start, draft.found.end
        if not _BARE_MEASURE.search(self.low[max(draft.scene.sentence.start, start - 34) : end]):
            return []
        if _BARE_MORE.match(self.low, end):
            return []
        return self._told_before(draft)

    def _told_before(self, draft: Draft) -> list[Noun]:
        """The things of the measure told last, else the service named last, as they stand for "the ban" of a draft."""
        start, end = draft.found.start, draft.found.end
        last_draft = next((one for one in reversed(self.drafts) if one.targets or one.group), None)
        if last_draft is not None:
            nouns = last_draft.targets or (last_draft.group.members if last_draft.group else [])
            named = [noun for noun in nouns if noun.kind != "group"] or [noun for noun in nouns if noun.entity is not None]
            return [
                Noun(start, end, noun.kind, noun.entity, "anaphora", noun.country, noun.head, None, noun.subject)
                for noun in named
            ]
        lifts = draft.type == ActionType.UNBLOCK
        here = self.lists.left(draft.scene, start, draft.scene.sentence.start, loose=True) if lifts else []
        if self.memory.last_service is None and not here:
            return []
        last = self.memory.last_service or here[-1]
        return [Noun(start, end, last.kind, last.entity, "anaphora", last.country, last.head, None, last.subject)]

    def _counted_right_after(self, draft: Draft) -> list[Noun] | None:
        """What a Chinese verb counts right after it, of a kind no list knows: 关闭直播间1200间; nothing for mere "sites"."""
        start, end = draft.found.start, draft.found.end
        match = draft.scene.language.patterns["counted_after"].match(self.low, end, draft.clause[1])
        if match is None or draft.type is None:
            return None
        first = end
        if match.start(1) == end:
            inside = _COUNTED_INSIDE.search(self.low, start, end)
            if inside is None:
                return None
            first = inside.start()
        if _COUNTED_THING.fullmatch(self.low, first, match.start(1)) is None:
            return [] if _COUNTED_PLAIN.search(self.low, first, match.start(1)) else None
        return [Noun(first, match.start(1), "group", head=self.low[first : match.start(1)])]

    def _chinese(self, scene: Scene, draft: Draft) -> list[Noun]:
        start, end = draft.found.start, draft.found.end
        headed = _LIST_HEAD.match(self.low, end, scene.sentence.end)
        if headed is not None:
            return self.lists.right(scene, headed.end(), scene.sentence.end)
        right = self.lists.right(scene, end, draft.clause[1])
        if right and self._own_object(draft, right[0]):
            return []
        counted = None if right or draft.frame is not None else self._counted_right_after(draft)
        if counted is not None:
            return counted
        left = self.lists.left(scene, start, draft.clause[0], skip_stores=draft.type == ActionType.APP_REMOVAL)
        left = [noun for noun in left if not _AT_REQUEST.match(self.low, noun.end)]
        if draft.type == ActionType.FINE:
            left = [noun for noun in left if not _ITS_USERS.match(self.low, noun.end)]
        if draft.passive or draft.found.trigger.noun:
            mark = _ZH_PASSIVE.search(self.low, draft.clause[0], start)
            if mark is not None and any(noun.start >= mark.end() for noun in left):
                left = self.lists.left(scene, mark.start(), draft.clause[0]) or left
            return left or right or self.lists.quoted_before(scene, start, draft.clause[0])
        if right and left and "," in self.low[end : right[0].start] and not self.low.endswith(_NAMELY, end, right[0].start):
            right = []
        marked = [noun for noun in left if self.low[max(0, noun.start - 2) : noun.start].rstrip('"《').endswith(_MARKS)]
        named = left if marked else right or left
        if not named and (draft.type in _NAMED_IN_QUOTES or draft.type is None):
            named = self.lists.quoted_name(scene, end) or self.lists.quoted_before(scene, start, draft.clause[0])
            if not named and draft.type is not None:
                named = self.lists.latin_name(scene, end)
        if not named and draft.type == ActionType.UNBLOCK and _ZH_LIFTED.fullmatch(self.low, start, end):
            return self._told_before(draft) if self.drafts else []
        return named


def ended_measure(lowered: str, found: FoundTrigger) -> bool:
    """Whether words name in themselves what a measure that ended was on: "the ban on smoking in the capital was lifted"."""
    return _ENDED_ON.match(lowered, found.start, found.end) is not None


_ENDED_ON = re.compile(
    r"(?:bans?|blocks?|blocking|blockade|restrictions?|prohibition|suspension|curbs) (?:on|of|against) "
    r"(?!(?:it|them|these|those|the (?:app|site|platform|service|website|network)s?)\b).* (?:was|were|been|be|is|are|being) "
)


def banned_by_platform(scene: Scene, found: FoundTrigger, lowered: str) -> bool:
    """Whether a platform only bans something on itself: 话题被微博屏蔽."""
    return (
        scene.language.code == "zh"
        and bool(found.trigger.status)
        and any(
            noun.kind in _KEEPERS and 0 <= found.start - noun.end <= 2 and lowered[noun.start - 1 : noun.start] in {"被", "遭"}
            for noun in scene.nouns
        )
    )

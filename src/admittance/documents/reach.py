"""What can be reached: states that a text tells without anybody who acts, with their subjects and places."""

from __future__ import annotations

import re

from admittance.documents.clauses import clause_of
from admittance.documents.draft import Draft
from admittance.documents.find import FoundTrigger, Scene, Story
from admittance.documents.gazetteer import Noun
from admittance.documents.lists import CARRIERS, STORES, THINGS, Lists
from admittance.documents.memory import Memory
from admittance.documents.offices import Offices
from admittance.documents.patients import ended_measure
from admittance.documents.tunnels import reached_by_tunnel
from admittance.documents.voice import UNREAL
from admittance.model.documents import ActionType, Status

__all__ = ["Reach", "claimable", "testable"]

_STARTED = re.compile(r"(?:began|started|appeared|reported|noticed|detected)$")
_BARE_ACCESS = re.compile(r"(?:access|services?|normal service) (?!to\b)")
_WANTS_OBJECT = re.compile(r"(?:to|of|on|with|accessing|using|in|at|reach|access|open|use)\s*$")
_OF_MANY = re.compile(  # what is done in no country that is named
    r"\b(?:other|several|many|some|various|dozens of|a number of) (?:countries|nations|governments)\b[^.;,]{0,40}$"
    r"|\b(?:countries|nations|governments) (?:around|across) (?:the world|the globe|europe|africa|asia)\b[^.;,]{0,40}$"
)
_EXCUSE = re.compile(r"\b(?:blam\w+|not an?|rather than|denied)\b[^.;]{0,40}$")
_STORED = re.compile(r"\b(?:in|on|from|at|via|through|of|into|to) (?:[\w'-]+ )?$")
_PERSONAL = re.compile(r"(?:[我你他她]|我们|自己|本人|个人)的?$|(?:经常|常|平时|一直|天天)(?:使)?用的$")
_ACCOUNTS = re.compile(
    r"\"?(?:平台|官方|上)?的?[^,。;的]{0,6}?(?:账号|帐号|账户|帐户|公众号|直播间|群组?|视频号|粉丝页|粉专|专页)[^,。;]{0,6}?(?:被|遭|已|均)"
    r"|(?:粉专|专页|粉丝专页|群组)|(?:账号|帐号|账户|授权)[^,。;]{0,4}?(?:登录|登陆|登入|支付)"
)
_OF_USERS = re.compile(r"客服|申诉|加好友|封号|违规用户")  # what is between a service and its users
_GENERAL = frozenset({"group", "plural", "single", "counted"})
_NEAR = range(60)  # characters between the sentence that names a service and one that goes on about it
_GOES_ON = frozenset({"accessible", "restored", "blocked", "disrupted"})
_NO_SUBJECT = re.compile(r"用户|使用者|网友|网民|服务|目前|现在|现已")  # of whom or what the sentence before speaks
_TELLS = re.compile(r"(?:告诉|告知|[对向])(?:了)?[《\"]?$")
_SAYS_TO = re.compile(r"[》\"]?(?:的?记者)?(?:[,:]|说|表示|称|透露|指出|证实)")
_ITS = re.compile(r"(?:公司|集团)?(?:手机|旗下|的(?!服务|网站|平台|各项|所有|全部|产品))")
_PRONOUN_GAP = re.compile(r"\b(?:it|they)\b(?:\s+(?:is|was|has|had|have|been|be|were|are|also|still|now|again|\w+ly))*\s*$")


_TOO_GENERAL = frozenset({"websites", "apps", "online-platforms"})  # nothing to test until a later sentence names members


class Reach:
    """Turns drafts of one story into claims."""

    def __init__(self, story: Story, offices: Offices, lists: Lists, memory: Memory) -> None:
        self.low = story.lowered
        self.offices = offices
        self.lists = lists
        self.memory = memory

    def done_by_provider(self, draft: Draft) -> bool:
        """Whether carriers block, or a service restores itself, at nobody's behest: a state that can be tested."""
        if draft.status is None or draft.type is None or draft.office is not None or draft.frame is not None:
            return False
        doers = draft.implementers
        if draft.type == ActionType.UNBLOCK and draft.scene.language.code == "zh" and draft.targets:
            itself = {noun.entity for noun in doers if noun.kind not in _GENERAL} <= {noun.entity for noun in draft.targets}
            return itself and draft.modality not in UNREAL
        if doers and draft.targets and all(noun.kind == "isp" or noun.entity in CARRIERS for noun in doers):
            draft.targets = [noun for noun in draft.targets if noun not in doers]
            return bool(draft.targets)
        own = doers and not draft.targets and all(claimable(noun) and noun.kind != "vendor" for noun in doers)
        if draft.type == ActionType.UNBLOCK and own:
            listed = (
                self.lists.left(draft.scene, draft.found.start, draft.clause[0]) if draft.scene.language.code == "zh" else []
            )
            draft.targets = [noun for noun in listed if claimable(noun)] or doers
            return True
        return False

    def claim(self, draft: Draft) -> Draft | None:
        """The claim that a draft makes when nobody acts: None without a subject or place, or when it is only planned."""
        scene, found = draft.scene, draft.found
        subjects = [] if found.trigger.type or scene.language.code == "zh" else self._claim_subjects(scene, found)
        subjects = subjects or [noun for noun in draft.targets if claimable(noun)]
        if not subjects and draft.group is not None:
            subjects = [noun for noun in draft.group.members if noun.kind != "group"]
        if not subjects:
            subjects = self._claim_subjects(scene, found)
        subjects = [
            noun
            for noun in subjects
            if claimable(noun)
            and not self._of_a_person(scene, noun)
            and not self._part_of_company(scene, noun)
            and not (noun.entity in STORES and _STORED.search(self.low, scene.sentence.start, noun.start))
        ]
        shut = found.trigger.rule.endswith("internet-shutdown")
        monitored = self._monitored(scene) or scene.language.code == "zh"
        back = found.trigger.rule.endswith("internet-restored") and monitored
        out = found.trigger.rule.endswith("internet-outage") or (
            found.trigger.rule == "en.outage" and "internet" in self.low[found.start : found.end]
        )
        if out or (shut and monitored) or back:
            draft.status = Status.RESTORED if back else Status.OUTAGE
            subjects = [Noun(found.start, found.end, "site", None, "alias", head="internet", subject="internet")]
        elif shut or found.trigger.rule.endswith("internet-restored"):
            return self._shutdown_claim(draft)
        if self._of_no_gate(scene, found) or _OF_MANY.search(self.low, draft.clause[0], found.start):
            return None
        if draft.status == Status.ACCESSIBLE:
            subjects = [noun for noun in subjects if noun.kind != "group"]
        if draft.modality in UNREAL:
            return None
        if draft.status == Status.ACCESSIBLE and reached_by_tunnel(scene, self.low):
            return None
        if not subjects or all(noun.how == "anaphora" and noun.start == found.start for noun in subjects):
            return None
        place = next(iter(self.offices.places(scene, found)), None) or self.offices.place(scene, None, found)
        if place is None:
            return None
        draft.type = None
        draft.targets, draft.country = subjects, place
        draft.implementers, draft.objects, draft.group, draft.office = [], [], None, None
        return draft

    def _of_no_gate(self, scene: Scene, found: FoundTrigger) -> bool:
        """Whether a sentence tells of an accident, or of the rules of a school or an office."""
        start, end = scene.sentence.start, scene.sentence.end
        premises, technical = (scene.language.patterns.get(name) for name in ("premises", "technical"))
        if premises is not None and premises.search(self.low, start, end):
            return True
        return technical is not None and any(
            not (found.start <= match.start() and match.end() <= found.end)  # "reported glitches" is all they saw
            and not _EXCUSE.search(self.low, start, match.start())
            for match in technical.finditer(self.low, start, end)
        )

    def _of_a_person(self, scene: Scene, noun: Noun) -> bool:
        """Whether a service stands for somebody's account there: 我的微信被封."""
        before = self.low[max(scene.sentence.start, noun.start - 6) : noun.start]
        own = _PERSONAL.search(before) or _ACCOUNTS.match(self.low, noun.end, scene.sentence.end)
        own = own or _OF_USERS.search(self.low, scene.sentence.start, scene.sentence.end)
        return scene.language.code == "zh" and own is not None

    def _told(self, scene: Scene, noun: Noun) -> bool:
        """Whether a name is only that of whom somebody tells: 居民告诉法新社."""
        before = self.low[max(scene.sentence.start, noun.start - 5) : noun.start]
        return _TELLS.search(before) is not None and _SAYS_TO.match(self.low, noun.end, scene.sentence.end) is not None

    def _part_of_company(self, scene: Scene, noun: Noun) -> bool:
        """Whether a company only says whose the thing is that a Chinese sentence speaks of: 苹果手机的隔空投送功能."""
        owns = scene.language.code == "zh" and noun.kind == "company"
        return owns and _ITS.match(self.low, noun.end, scene.sentence.end) is not None

    def _monitored(self, scene: Scene) -> bool:
        """Whether a sentence tells what a monitor saw."""
        says = scene.language.patterns
        return any(
            noun.kind == "monitor"
            and (
                says["says"].search(self.low, noun.end, min(scene.sentence.end, noun.end + 60))
                or says["sees"].search(self.low, noun.end, min(scene.sentence.end, noun.end + 60))
                or says["according"].search(self.low[max(scene.sentence.start, noun.start - 60) : noun.start])
            )
            for noun in scene.nouns
        )

    def _shutdown_claim(self, draft: Draft) -> Draft | None:
        """An internet shutdown without an actor is a measure of the country's government when one is named by context."""
        draft.office = self.offices.by_context(draft.scene, draft.found)
        if draft.office is None or draft.scene.sentence.headline:
            return None
        draft.status = None
        draft.country = self.offices.place(draft.scene, draft.office, draft.found)
        return draft

    def _claim_subjects(self, scene: Scene, found: FoundTrigger) -> list[Noun]:
        net = [noun for noun in self.memory.last_named if noun.subject == "internet"]
        if net and found.trigger.rule == "en.restored" and _BARE_ACCESS.match(self.low, found.start):
            return net
        clause = clause_of(scene, self.low, found.start, found.end)
        left = self.lists.left(scene, found.start, scene.sentence.start, loose=True)
        ahead = found.behind or ended_measure(self.low, found)
        right = [] if ahead else self.lists.right(scene, found.end, clause[1])
        if (
            right
            and not found.trigger.noun
            and scene.language.patterns["medium"].fullmatch(self.low, found.end, right[0].start)
        ):
            right = []
        rightward = _WANTS_OBJECT.search(self.low, max(scene.sentence.start, found.end - 12), found.end) is not None
        named: list[Noun] = []
        for listed in (right, left) if rightward or scene.language.code == "zh" else (left, right):
            heard = [noun for noun in listed if not self._told(scene, noun)]
            named = named or [noun for noun in self.memory.named(heard, None)[0] if claimable(noun)]
        if named:
            return named
        if self.memory.last_service is None:
            return []
        if scene.language.code == "zh" and scene.sentence.start - self.memory.last_spoken in _NEAR:
            others = any(noun.kind in THINGS and noun.entity not in CARRIERS for noun in scene.nouns)
            goes_on = found.trigger.status in _GOES_ON and _NO_SUBJECT.search(self.low, scene.sentence.start, found.end)
            if goes_on and not others:
                return [self.memory.last_service]
        if found.trigger.status in ("outage", "restored") and self.memory.last_service.subject == "internet":
            return [self.memory.last_service]
        if _STARTED.search(self.low, found.start, found.end):
            return self.memory.last_named or [self.memory.last_service]
        gap = _PRONOUN_GAP.search(self.low[clause[0] : found.start])
        if found.trigger.rule == "en.restored" and _BARE_ACCESS.match(self.low, found.start):
            return self.memory.last_named or [self.memory.last_service]
        unnamed = found.trigger.rule.endswith(("partly-works", "undelivered", "failing"))
        return [self.memory.last_service] if gap or unnamed else []


def testable(drafts: list[Draft]) -> list[Draft]:
    """The drafts without claims of which no sentence named what "the platforms" are: nothing could be tested."""
    for draft in drafts:
        if draft.type is None:
            draft.targets = [noun for noun in draft.targets if noun.entity not in _TOO_GENERAL]
    return [draft for draft in drafts if draft.type is not None or draft.targets]


def claimable(noun: Noun) -> bool:
    """Whether a noun can be the subject of a statement about reachability."""
    if noun.kind == "group":
        return noun.entity in {"social-media-platforms", "messaging-apps"} | _TOO_GENERAL
    return bool(noun.entity or noun.subject or noun.kind == "unknown") and noun.kind not in {"isp", "monitor"}

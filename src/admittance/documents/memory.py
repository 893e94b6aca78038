"""What a text has spoken of so far: counted sets, the service named last; and what "these five" or "the app" stand for."""

from __future__ import annotations

import re

from admittance.documents.draft import Draft, Group
from admittance.documents.find import Scene, Story
from admittance.documents.gazetteer import SERVICE_KINDS, Noun
from admittance.documents.lists import STORES, Lists
from admittance.model.documents import ActionType

__all__ = ["Memory"]

_SINGLE = frozenset({"app", "platform", "site", "feature", "unknown"})
_APP_WORDS = ("app", "messenger", "application", "应用", "软件")
_PARTS = frozenset({"websites", "apps"})
_OWN = ("its ", "their ")
_SITE_WORDS = ("website", "websites", "site", "portal", "outlet", "网站")
_DESCRIBED = re.compile(  # 12家网络表演平台 are of a kind that no list knows
    r"[^家款个]+[家款个](?:主要的?|大型|重点|.*的)?((?!移动|中国|外国|境外).{2,12}(?:平台|单位|网站|频道|栏目|网店|店铺))"
)
_FIRMS = frozenset({"company", "vendor", "publisher"})


class Memory:
    """Resolves anaphora against the scenes read before."""

    def __init__(self, story: Story, lists: Lists) -> None:
        self.story = story
        self.low = story.lowered
        self.lists = lists
        self.groups: list[Group] = []
        self.last_service: Noun | None = None
        self.last_named: list[Noun] = []
        self.last_app: Noun | None = None
        self.last_spoken = -1  # where the sentence ends that named the last service
        self.last_publisher: Noun | None = None
        self.scene: Scene | None = None

    def _service_before(self, noun: Noun) -> Noun | None:
        """The service named last before a phrase: in its own sentence, else in the ones before."""
        told = self._told_right_before(noun)
        if told is not None and self.last_app is not None and self.last_app.entity != told.entity:
            return self.last_app
        if self.scene is not None:
            for other in reversed(self.scene.nouns):
                fits = other.kind in _SINGLE or (
                    other.kind in _FIRMS and noun.head.endswith(("company", "firm", "giant", "公司", "企业"))
                )
                fits = fits or (other.kind == "publisher" and noun.head.endswith(_SITE_WORDS))
                if other.end <= noun.start and fits and other.entity not in STORES and not self._written_on(self.scene, other):
                    return other
        if noun.head.endswith(_SITE_WORDS) and self.last_publisher is not None and self.last_service is None:
            return self.last_publisher
        if noun.head.endswith(_APP_WORDS) and self.last_app is not None:
            return self.last_app
        return self.last_service

    def _told_right_before(self, noun: Noun) -> Noun | None:
        """The service that a Chinese order is told to, of which the phrase is no other name: 责令"甲"网站关停该客户端."""
        if self.scene is None or self.scene.language.code != "zh":
            return None
        for frame in self.scene.frames:
            if frame.end <= noun.start:
                for other in self.scene.nouns:
                    if other.kind in _SINGLE and 0 <= other.start - frame.end <= 1 and other.end <= noun.start:
                        return other
        return None

    def _written_on(self, scene: Scene, noun: Noun) -> bool:
        """Whether a service is only where somebody wrote: "users wrote on Telegram"."""
        before = self.low[max(scene.sentence.start, noun.start - 40) : noun.start]
        return scene.language.code != "zh" and scene.language.patterns["written_on"].search(before) is not None

    def named(self, nouns: list[Noun], draft: Draft | None) -> tuple[list[Noun], list[Group]]:
        """The nouns with anaphora replaced by what they stand for; sets are kept on the draft for later members."""
        named: list[Noun] = []
        groups: list[Group] = []
        for index, noun in enumerate(nouns):
            if noun.kind == "counted":
                group = self._counted(noun, [other for other in nouns[index + 1 :] if other.kind not in {"counted", "plural"}])
                groups.append(group)
                if noun.entity and not group.members:
                    named.append(Noun(noun.start, noun.end, "group", noun.entity, "alias", head=noun.head))
                elif not group.members and not named and (described := _DESCRIBED.fullmatch(noun.head)) is not None:
                    named.append(Noun(noun.start + described.start(1), noun.end, "group", head=described.group(1)))
            elif noun.kind == "plural":
                known = self._group_for(noun) or self._listed_before(noun)
                if known is not None:
                    if noun.number and known.number is None:
                        known.number, known.number_noun = noun.number, noun
                    groups.append(known)
            elif noun.kind == "single":
                last = self._service_before(noun)
                if last is not None and last.kind == "unknown":
                    named.append(last)  # what no list knows has no other name than where it stands
                elif last is not None:
                    named.append(
                        Noun(
                            noun.start,
                            noun.end,
                            last.kind,
                            last.entity,
                            "anaphora",
                            last.country,
                            last.head,
                            None,
                            last.subject,
                        )
                    )
            elif noun.entity in _PARTS and self.low.endswith(_OWN, 0, noun.start) and self._service_before(noun) is not None:
                last = self._service_before(noun) or noun  # "blocked its websites"
                named.append(Noun(noun.start, noun.end, last.kind, last.entity, "anaphora", last.country, last.head))
            elif noun.kind in SERVICE_KINDS:
                named.append(noun)
        for group in groups:
            group.add([noun for noun in named if noun.kind != "group"])
            if draft is not None and draft.group is None:
                draft.group = group
        return named, groups

    def _counted(self, noun: Noun, members: list[Noun]) -> Group:
        for group in self.groups:
            if noun.number is not None and group.number == noun.number:
                group.add(members)
                return group
        if not members and noun.number is not None and "\u4e00" <= noun.head[-1:] <= "\u9fff":
            for group in reversed(self.groups):
                if group.number is None and len(group.members) == noun.number:
                    return group
        group = Group(noun.number, noun if noun.number else None, list(members))
        self.groups.append(group)
        return group

    def _group_for(self, noun: Noun) -> Group | None:
        if noun.number is not None:
            for group in reversed(self.groups):
                if group.number == noun.number:
                    return group
        for group in reversed(self.groups):
            if noun.number is None or group.number is None:
                return group
        return None

    def _listed_before(self, noun: Noun) -> Group | None:
        """The set that a Chinese sentence itself lists before it says 上述网站."""
        if self.scene is None or self.scene.language.code != "zh":
            return None
        members = self.lists.left(self.scene, noun.start, self.scene.sentence.start, loose=True, skip_stores=True)
        return Group(None, None, members) if members else None

    def members_named_elsewhere(self, scene: Scene) -> None:
        """Adds members that a sentence names as "the others among the five"."""
        text = self.low[scene.sentence.start : scene.sentence.end]
        match = scene.language.patterns["others_among"].search(text)
        if match is None or not self.groups:
            return
        word = match.group(1)
        number = int(word) if word.isdigit() else scene.language.nouns.numbers.get(word)
        for group in sorted(self.groups, key=lambda one: one.number == number, reverse=True):
            if group.number in (number, None):
                group.add(self.lists.right(scene, scene.sentence.start + match.end(), scene.sentence.end))
                group.number = number
                return

    def remember(self, scene: Scene, produced: list[Draft]) -> None:
        """Keeps what a sentence and its drafts spoke of, for the sentences after it."""
        for draft in produced:
            everything = draft.targets or draft.objects
            named = [noun for noun in everything if noun.entity or noun.subject]
            self.last_named = named or self.last_named
            if len(named) > 1 and draft.group is None:
                self.groups.append(Group(None, None, list(named)))
            elif named and draft.type != ActionType.COMPANY_STATEMENT:
                self.last_service = named[-1]
                self.last_spoken = scene.sentence.end
        if not produced and scene.language.code == "zh":
            for noun in scene.nouns:
                if noun.kind == "counted" and noun.number is not None:
                    listed = self.lists.left(scene, noun.start, scene.sentence.start)
                    ahead = listed and self.low[listed[-1].end : noun.start].strip('"') in {"", "等"}
                    self._counted(noun, [one for one in listed if one.kind in _SINGLE] if ahead else [])
        if not produced or self.last_service is None:
            services = [
                noun
                for noun in scene.nouns
                if noun.kind in {"app", "platform", "vendor", "site", "feature", "unknown"}
                and noun.entity not in STORES
                and not self._written_on(scene, noun)
            ]
            if services:
                self.last_service = services[0]
                self.last_spoken = scene.sentence.end
        for draft in produced:
            self.last_publisher = next((noun for noun in draft.targets if noun.kind == "publisher"), self.last_publisher)
        if self.last_service is not None and self.last_service.kind == "app":
            self.last_app = self.last_service
        self._children_of_members(scene, produced)

    def _children_of_members(self, scene: Scene, produced: list[Draft]) -> None:
        """A company's own site, named in the company's statement, is the site that a set of sites counted."""
        entities = self.story.gazetteer.catalog.entities
        for draft in produced:
            if draft.type != ActionType.COMPANY_STATEMENT:
                continue
            for group in self.groups:
                owners = {noun.entity for noun in group.members if noun.kind == "company"}
                for noun in draft.targets:
                    if (
                        noun.entity
                        and entities[noun.entity].parent in owners
                        and noun.entity not in {m.entity for m in group.members}
                    ):
                        group.sites_of_members.append(noun)

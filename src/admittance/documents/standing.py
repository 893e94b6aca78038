"""Whether a draft stands: what its rule needs is there and somebody acts, else it is a claim about the network, or nothing."""

from __future__ import annotations

import re

from admittance.documents.clauses import counts_after, counts_services
from admittance.documents.draft import Draft, Office
from admittance.documents.find import Story
from admittance.documents.lists import STORES
from admittance.documents.offices import Offices
from admittance.documents.reach import Reach
from admittance.documents.roles import Roles, draft_ids
from admittance.documents.voice import Voice, wished
from admittance.model.documents import ActionType, Modality, Status

__all__ = ["Standing"]

_TOO_GENERAL = frozenset({"websites", "apps", "online-platforms", "tech-companies", "proxies"})
_MEASURED_WITHOUT_ACTOR = frozenset(
    {ActionType.FINE, ActionType.SUMMONS, ActionType.APP_REMOVAL, ActionType.SHUTDOWN, ActionType.SURVEILLANCE_TIGHTENING}
)


class Standing:
    """Weighs a draft against what was told before it; ``beside`` holds the drafts of its own sentence so far."""

    def __init__(self, story: Story, offices: Offices, roles: Roles, reach: Reach, drafts: list[Draft]) -> None:
        self.story = story
        self.low = story.lowered
        self.offices = offices
        self.roles = roles
        self.reach = reach
        self.drafts = drafts

    def judged(self, draft: Draft, voice: Voice, beside: list[Draft]) -> Draft | None:
        """The draft when its rule's needs are met, turned into a claim when nobody acts; else nothing."""
        trigger = draft.found.trigger
        if self.reach.done_by_provider(draft):
            return self.reach.claim(draft)
        if draft.type is None and not self._by_order(draft, voice):
            return self.reach.claim(draft)
        memberless = draft.group is None or (draft.scene.language.code == "zh" and not draft.group.members)
        if draft.frame is not None and trigger.recipient == "target" and not draft.targets and memberless:
            self._inherit_targets(draft, beside)
        if trigger.type in _FUNCTIONS and not (draft.targets or draft.implementers or draft.group) and not draft.frame:
            self._inherit_targets(draft, beside)
        things = bool(draft.targets or draft.implementers or draft.objects or draft.group)
        if draft.type == ActionType.COMPANY_STATEMENT:
            return self._company_statement(draft)
        if draft.type in _DUTIES and (voice.polarity == "denied" or (draft.frame is None and self._registers(draft))):
            return None  # who has not done it was told to before; who does it of itself is told nothing
        acts = draft.explicit_actor or self._under_notice(draft)
        if (
            draft.status is not None
            and (voice.reported or (voice.polarity == "denied" and not acts and not voice.planned))
            and draft.frame is None
        ):
            return self.reach.claim(draft)
        if (
            (not acts and draft.status is not None and (voice.passive or voice.nominal) and draft.frame is None)
            and not voice.planned
            and not self.offices.formal(draft.scene, draft.found.start)
            and not (voice.passive and self._lifted_ban(draft, beside))
        ):
            lifts = draft.type == ActionType.UNBLOCK
            unnamed = all(lifts and noun.how == "anaphora" and noun.start == draft.found.start for noun in draft.targets)
            if unnamed and _LIFTED.match(self.low, draft.found.start, draft.found.end):
                before = [one for one in self.drafts[-1:] if draft.scene.sentence.start - one.scene.sentence.end < _NEXT]
                told = [one for one in (*before, *beside) if one.status == Status.BLOCKED]
                draft.targets = list(told[-1].targets) if told else draft.targets
            return self.reach.claim(draft)
        if draft.own is not None and not acts and not voice.passive and self._own_measure(draft, voice):
            return draft
        if not acts and draft.status is not None and draft.frame is None and not voice.planned and self._by_the_wall(draft):
            return self.reach.claim(draft)
        if not acts and draft.found.trigger.rule in _BY_ITSELF and draft.frame is None and not voice.planned:
            return self.reach.claim(draft)
        if (
            not acts
            and draft.frame is None
            and not voice.passive
            and not voice.nominal
            and voice.polarity != "denied"
            and (not (draft.type == ActionType.APP_REMOVAL and draft.implementers and (draft.targets or draft.objects)))
        ):
            return None
        if (
            not acts
            and draft.type not in _MEASURED_WITHOUT_ACTOR
            and draft.frame is None
            and (not (voice.passive or voice.nominal or voice.polarity == "denied"))
        ):
            return None
        if (
            draft.type in _OWN_DOING
            and not acts
            and draft.frame is None
            and not self.offices.formal(draft.scene, draft.found.start)
        ):
            return None
        counted = acts and counts_services(draft, self.low)
        if draft.frame is not None and not acts and wished(draft.scene, draft.frame, self.low):
            return None
        if trigger.needs == "service" and not things and not counted and draft.type != ActionType.SHUTDOWN:
            return None
        if trigger.needs == "recipient" and not (
            draft.targets or draft.group or (draft.type == ActionType.CLEANUP and counts_after(draft, self.low))
        ):
            return None
        if trigger.needs == "actor" and not acts and draft.frame is None:
            return None
        if trigger.needs == "amount" and not self._fine_stands(draft):
            return None
        if (
            trigger.patient == "target"
            and draft.type in (ActionType.BLOCK, ActionType.UNBLOCK, ActionType.THROTTLE)
            and (not (draft.targets or draft.group or counted))
        ):
            return None
        if (
            draft.type == ActionType.BLOCK
            and draft.frame is None
            and draft.group is None
            and draft.targets
            and all(noun.entity in _TOO_GENERAL for noun in draft.targets)
        ):
            return None
        a_set = draft.group is not None and (draft.group.number is not None or bool(draft.group.members)) and acts
        told_store = draft.frame is not None and any(noun.entity in _STOREKEEPERS for noun in draft.implementers)
        named = draft.targets or draft.objects or told_store
        if draft.type == ActionType.APP_REMOVAL and not (named or counted or a_set):
            return None
        if draft.office is None:
            draft.office = self.offices.by_context(draft.scene, draft.found)
        if draft.office is None or draft.office.entity is None:
            draft.office = self._of_addressed(draft, beside) or draft.office
        if draft.office is None and draft.type != ActionType.APP_REMOVAL:
            return None
        draft.country = self.offices.place(draft.scene, draft.office, draft.found)
        if draft.country is None and draft.office is not None and draft.office.entity is None and self.story.country is None:
            return None  # what governments do, anywhere
        self.roles.narrow_type(draft)
        if (voice.hypothetical and not acts) or self._habitual(draft):
            return None
        return draft

    def _habitual(self, draft: Draft) -> bool:
        """Whether a text only tells what somebody does at times, to services of a kind: "has in the past restricted …"."""
        habit = draft.scene.language.patterns.get("habit")
        named = [*draft.targets, *draft.objects, *(draft.group.members if draft.group is not None else [])]
        if habit is None or draft.frame is not None or any(noun.kind != "group" for noun in named):
            return False
        numbered = draft.group is not None and draft.group.number is not None
        return not numbered and habit.search(self.low, draft.clause[0], draft.found.end) is not None

    def _by_order(self, draft: Draft, voice: Voice) -> bool:
        """Whether a state is told as somebody's order: "X went down on the orders of the military" is that body's measure."""
        if draft.status not in _ORDERED or voice.planned or voice.polarity == "denied":
            return False
        office = self.offices.by_order(draft.scene, draft.found.end)
        if office is None:
            return False
        internet = draft.found.trigger.rule.endswith("internet-outage")
        stated = Draft(draft.scene, draft.found, draft.clause, None, draft.status, targets=list(draft.targets))
        claim = None if internet else self.reach.claim(stated)
        if claim is None and not internet:
            return False
        draft.type = ActionType.SHUTDOWN if internet else _ORDERED[draft.status]
        draft.targets, draft.implementers = claim.targets if claim is not None else [], []
        draft.office, draft.explicit_actor, draft.modality = office, True, Modality.ORDERED
        return True

    def _own_measure(self, draft: Draft, voice: Voice) -> bool:
        """Whether a platform closes accounts, stops registrations or, told off before, a part of itself, by its own hand."""
        own = draft.own
        if own is None or draft.scene.language.code != "zh" or draft.frame is not None or voice.polarity == "denied":
            return False
        if draft.type == ActionType.SERVICE_SUSPENSION:
            told_off = any(one.office is not None and one.type is not None for one in self.drafts[-8:])
            if not told_off and _TOLD_OFF.search(self.low, draft.scene.sentence.start, draft.scene.sentence.end) is None:
                return False
        elif draft.type not in _PLATFORMS_OWN:
            return False
        named, _ = self.roles.memory.named([own], None)
        if not named:
            return False
        draft.implementers = named
        if draft.type == ActionType.ACCOUNT_CLOSURE:
            draft.targets = [noun for noun in draft.targets if noun.entity not in draft_ids(named)]
            counted = draft.scene.language.patterns["counted"].search(self.low, draft.clause[0], draft.clause[1])
            if not draft.targets and counted is None:
                return False  # what every platform does every day
        draft.country = self.offices.home_of(named[0]) or self.story.country
        return draft.country is not None

    def _lifted_ban(self, draft: Draft, beside: list[Draft]) -> bool:
        """Whether a ban that the text has told is lifted, by nobody in particular: whoever imposed it answers for it."""
        if draft.type != ActionType.UNBLOCK or not _LIFTED.match(self.low, draft.found.start, draft.found.end):
            return False
        things = draft_ids(draft.targets)
        for earlier in reversed([*self.drafts, *beside]):
            if earlier.type in _CLOSING and earlier.office is not None and things & draft_ids(earlier.targets):
                draft.office = self.offices.government(earlier.office.country)
                return True
        return False

    def _by_the_wall(self, draft: Draft) -> bool:
        """Whether a country's wall is what blocks: "the Great Firewall blocks it" tells a state, nobody's measure."""
        return any(
            noun.kind == "country" and noun.head == "adjective" and self.low.endswith(_WALLS, noun.start, noun.end)
            for noun in draft.scene.nouns
            if draft.clause[0] <= noun.start and noun.end <= draft.found.start
        )

    def _inherit_targets(self, draft: Draft, beside: list[Draft]) -> None:
        """Whoever a sentence summons or fines is who it then tells what to do."""
        most = draft.group.number if draft.group is not None else None  # "the two companies" are no more than two
        goes_on = draft.office.how == "anaphora" if draft.office is not None else draft.type == ActionType.ACCOUNT_CLOSURE
        near = draft.scene.sentence.paragraph - 1
        before = [one for one in self.drafts[-1:] if goes_on and one.scene.sentence.paragraph >= near]
        for earlier in (*beside, *before):
            if earlier.type and (earlier.targets or earlier.group) and (most is None or len(earlier.targets) <= most):
                draft.targets, draft.group = list(earlier.targets), earlier.group
                return

    def _under_notice(self, draft: Draft) -> bool:
        """Whether "the three apps stop registrations" only goes on with the notice of the sentence before; its office acts."""
        last = self.drafts[-1] if self.drafts else None
        if draft.type != ActionType.REGISTRATION_SUSPENSION or draft.office is not None or last is None or last.office is None:
            return False
        touched = [*draft.targets, *draft.implementers, *(draft.group.members if draft.group else [])]
        if last.type is None or not draft_ids(touched) & draft_ids(last.targets):
            return False
        draft.office, draft.targets, draft.implementers = last.office, list(last.targets), []
        return True

    def _registers(self, draft: Draft) -> bool:
        """Whether words for a duty say no more than "to register"."""
        return (
            self.low[draft.found.start : draft.found.end].split()[-1:] == ["register"]
            and " to " not in self.low[draft.found.start : draft.found.end]
        )

    def _fine_stands(self, draft: Draft) -> bool:
        text = self.low[draft.scene.sentence.start : draft.scene.sentence.end]
        money = bool(draft.scene.language.patterns["money"].search(text))
        own = any(
            not draft.scene.language.patterns["of_person"].match(self.low, noun.end, noun.end + 24) for noun in draft.targets
        )
        return bool(own or draft.group) and (money or draft.explicit_actor)

    def _company_statement(self, draft: Draft) -> Draft | None:
        scene, found = draft.scene, draft.found
        near = [noun for noun in scene.nouns if noun.kind in {"company", "app", "platform", "vendor"}]
        owner = next((noun for noun in reversed(near) if noun.end <= found.start + 2), None) or next(iter(near), None)
        if owner is None or found.start - owner.end > 60:
            return None
        if scene.language.code == "zh" and (
            owner.end > found.start or not _ZH_SAYS_ITSELF.fullmatch(self.low, owner.end, found.start)
        ):
            return None
        draft.targets = [noun for noun in near if noun is not owner][:2]
        draft.implementers = [owner]
        draft.salience = "background"
        draft.country = self.story.country
        return draft

    def _of_addressed(self, draft: Draft, beside: list[Draft]) -> Office | None:
        """The government of the one country at home in which everybody is whom a notice addresses."""
        addressed = draft.targets or (draft.group.members if draft.group else [])
        if not addressed and draft.frame is not None:
            return next((one.office for one in reversed(beside) if one.frame == draft.frame), None)
        told = draft.frame is not None or draft.found.trigger.recipient == "target"
        homes = {self.offices.home_of(noun) for noun in addressed if noun.entity not in STORES}
        home = homes.pop() if told and len(homes) == 1 else None
        return self.offices.government(home) if home not in {None, "US", "GB", "XX", "ZZ"} else None


_ORDERED = {
    Status.BLOCKED: ActionType.BLOCK,
    Status.THROTTLED: ActionType.THROTTLE,
    Status.DISRUPTED: ActionType.BLOCK,
    Status.OUTAGE: ActionType.BLOCK,
}
_PLATFORMS_OWN = frozenset({ActionType.ACCOUNT_CLOSURE, ActionType.REGISTRATION_SUSPENSION})
_TOLD_OFF = re.compile(r"约谈|整改|责令|主管部门|监管部门|网信")
_ZH_SAYS_ITSELF = re.compile(r"(?!等|用户|网友|平台用户)[^,。;、]{0,14}")
_NEXT = 3  # characters between a sentence and the next
_WALLS = ("firewall", "firewall of china", 'firewall"', "gfw", "防火墙", "长城")
_OWN_DOING = frozenset({ActionType.SERVICE_SUSPENSION, ActionType.SERVICE_SHUTDOWN})
_BY_ITSELF = frozenset({"zh.internet-shutdown", "zh.internet-restored"})  # verbs that need nobody who acts
_DUTIES = frozenset(
    {
        ActionType.RECTIFICATION,
        ActionType.RECTIFICATION_REPORT,
        ActionType.SELF_INSPECTION,
        ActionType.CLEANUP,
        ActionType.REGISTRATION_REQUIREMENT,
        ActionType.LICENSE_REQUIREMENT,
    }
)
_FUNCTIONS = frozenset({"registration_suspension", "download_suspension", "investigation", "account_closure"})
_STOREKEEPERS = STORES | {"apple", "google"}
_CLOSING = frozenset({ActionType.BLOCK, ActionType.SERVICE_SUSPENSION, ActionType.THROTTLE})
_LIFTED = re.compile(r"(?:bans?|blocks?|blockade|restrictions?|prohibition|suspension)\b")

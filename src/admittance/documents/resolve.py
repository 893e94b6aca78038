"""Step three: who did what to whom. Words for measures become drafts with an office, implementers, targets and objects."""

from __future__ import annotations

import re
from dataclasses import replace

from admittance.documents.clauses import (
    clause_of,
    counts_after,
    counts_services,
    frame_over,
    without_decrees,
    without_means,
    without_overlaps,
)
from admittance.documents.draft import Draft, Office
from admittance.documents.find import FoundFrame, FoundTrigger, Scene, Story
from admittance.documents.gazetteer import ACTOR_KINDS, Noun
from admittance.documents.lexicon import Trigger
from admittance.documents.lists import STORES, Lists
from admittance.documents.memory import Memory
from admittance.documents.offices import Offices
from admittance.documents.patients import Patients, banned_by_platform
from admittance.documents.reach import Reach, testable
from admittance.documents.roles import Roles, draft_ids
from admittance.documents.voice import Voice, frame_modality, voice_of, wished
from admittance.model.documents import ActionType, Modality, Status
from admittance.model.ids import EntityId

__all__ = ["resolve"]

_TOO_GENERAL = frozenset({"websites", "apps", "online-platforms", "tech-companies", "proxies"})
_MEASURED_WITHOUT_ACTOR = frozenset(
    {ActionType.FINE, ActionType.SUMMONS, ActionType.APP_REMOVAL, ActionType.SHUTDOWN, ActionType.SURVEILLANCE_TIGHTENING}
)


def resolve(story: Story) -> list[Draft]:
    """The drafts of a document in the order of its text."""
    return _Reader(story).read()


class _Reader:
    """Reads scene after scene and remembers who acted and what was spoken of last."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.low = story.lowered
        self.offices = Offices(story)
        self.lists = Lists(story)
        self.memory = Memory(story, self.lists)
        self.roles = Roles(story, self.memory)
        self.drafts: list[Draft] = []
        self.current: list[Draft] = []
        self.patients = Patients(story, self.lists, self.memory, self.drafts)
        self.reach = Reach(story, self.offices, self.lists, self.memory)

    def read(self) -> list[Draft]:
        for scene in self.story.scenes:
            self.memory.members_named_elsewhere(scene)
            produced = [] if self._listed_members(scene) else self._scene(scene)
            self._lift_last(scene)
            if not produced:
                self._members_after(scene)
            self.drafts.extend(produced)
            self.memory.remember(scene, produced)
            self.offices.remember(scene)
        return testable(self.drafts)

    def _lift_last(self, scene: Scene) -> None:
        """Gives a bare country's measures of the sentence before to the body that now speaks of them."""
        for draft in reversed(self.drafts):
            if draft.scene.sentence.end < scene.sentence.start - 3 or draft.scene.sentence.headline:
                return
            if draft.office is not None and draft.type is not None:
                draft.office = self.offices.lifted(draft.office, scene)

    def _listed_members(self, scene: Scene) -> bool:
        """Adds what a sentence lists as "the blocked apps include" to the measure that counted them before."""
        start = scene.sentence.start
        match = scene.language.patterns["members_listed"].search(self.low[start : scene.sentence.end])
        last = self.drafts[-1] if self.drafts else None
        if match is None or last is None or any(noun.kind != "group" for noun in last.targets):
            return False
        reach = 5 if match.group().endswith(":") else 2  # "Affected:" heads a list of its own
        if scene.sentence.paragraph - last.scene.sentence.paragraph > reach:
            return False
        named = [noun for noun in self.lists.right(scene, start + match.end(), scene.sentence.end) if noun.kind not in _SETS]
        last.targets = named or last.targets
        return bool(named)

    def _members_after(self, scene: Scene) -> None:
        """Adds what a sentence names as "among the 25 apps" to the measure of the sentence before."""
        match = scene.language.patterns["members_after"].search(self.low, scene.sentence.start, scene.sentence.end)
        if match is None or not self.drafts or self.drafts[-1].scene.sentence.end < scene.sentence.start - 3:
            return
        named = [noun for noun in self.lists.left(scene, match.start(), scene.sentence.start) if noun.kind not in _SETS]
        self.drafts[-1].targets += [noun for noun in named if noun.entity not in draft_ids(self.drafts[-1].targets)]

    # ---- one sentence -------------------------------------------------------------------------------------------------

    def _scene(self, scene: Scene) -> list[Draft]:
        found: list[Draft] = []
        self.current = found
        for trigger in without_overlaps(scene.triggers):
            self.memory.scene = scene
            draft = self._draft(scene, trigger)
            if draft is not None:
                found.append(draft)
                found.extend(self._joint_countries(scene, draft))
                found.extend(self._joint_places(draft))
        if not found:
            standing = self._standing_order(scene)
            if standing is not None:
                found.append(standing)
        return without_decrees(without_means(found, self.low), self.low)

    def _draft(self, scene: Scene, found: FoundTrigger) -> Draft | None:
        trigger = found.trigger
        clause = clause_of(scene, self.low, found.start, found.end)
        frame = frame_over(scene, self.low, found)
        voice = voice_of(scene, found, self.low, clause)
        if voice.dropped or self._law_content(found) or banned_by_platform(scene, found, self.low):
            return None
        draft = Draft(
            scene,
            found,
            clause,
            ActionType(trigger.type) if trigger.type else None,
            Status(trigger.status) if trigger.status else None,
            frame=frame,
            passive=voice.passive,
        )
        draft.modality, draft.polarity, draft.certainty, draft.hedge = (
            voice.modality,
            voice.polarity,
            voice.certainty,
            voice.hedge,
        )
        if trigger.modality and not voice.planned:
            draft.modality = type(draft.modality)(trigger.modality)
        if frame is None and not voice.planned and _ORDERED_NOUN.match(self.low, found.start, found.end):
            draft.modality = Modality.ORDERED
        if frame is not None and voice.modality in _FRAMED:
            unreal = frame_modality(scene, frame.start, self.low)
            draft.modality = unreal if unreal != Modality.EXECUTED else Modality(frame.frame.modality)
        self._fill(draft, voice)
        return self._judged(draft, voice)

    def _law_content(self, found: FoundTrigger) -> bool:
        """Whether words only say what a law of the same sentence contains."""
        return any(
            law.type == ActionType.LAW
            and law.found.end <= found.start
            and _LAW_SAYS.search(self.low, law.found.end, found.start)
            for law in self.current
        )

    def _fill(self, draft: Draft, voice: Voice) -> None:
        scene, found, trigger = draft.scene, draft.found, draft.found.trigger
        start, end = found.start, found.end
        told: list[Noun] = []
        ordered_office: Noun | None = None
        if draft.frame is not None:
            frame_start, frame_end = draft.frame.start, draft.frame.end
            frame_clause = clause_of(scene, self.low, frame_start, frame_end)
            frame_passive = bool(scene.language.patterns["be_before"].search(self.low[scene.sentence.start : frame_start]))
            frame_passive = frame_passive or self.low.startswith("receiv", frame_start)
            if frame_passive or draft.frame.frame.of_subject:
                told = self.lists.left(scene, frame_start, frame_clause[0])
            first = min([one.start for one in scene.triggers if one.start >= frame_end], default=start)
            told = told or [noun for noun in self.lists.right(scene, frame_end, min(first, start)) if noun.end <= start]
            if not told and scene.language.code == "zh" and _ZH_TOLD.match(self.low, frame_end, start):
                told = self.lists.left(scene, frame_start, scene.sentence.start, loose=True)
            if not told and (draft.frame.frame.of_subject or _ZH_TOLD.match(self.low, frame_end, start)):
                told = [noun for noun in (self.memory.last_service,) if noun is not None]
            told = [noun for noun in told if noun.kind != "monitor"]
            if frame_passive and scene.language.code == "zh" and draft.type == ActionType.APP_REMOVAL:
                told = [noun for noun in scene.nouns if noun.entity in STORES]
            office = self.offices.acting(scene, frame_start, frame_end, frame_clause, frame_passive)
            ordered_office = self.offices.told(scene, frame_start, frame_clause[0]) if frame_passive else None
            if ordered_office is not None and office is None:
                office = (self.offices.government_over(ordered_office), True)
        else:
            office = self.offices.acting(scene, start, end, draft.clause, voice.passive)
        company = None if voice.passive or draft.frame else self.lists.company_subject(scene, start, draft.clause[0])
        patients = self.patients.of(draft, voice)
        if draft.type == ActionType.FINE and not patients and office is not None and office[0].noun is not None:
            patients = self.lists.unknown_name(scene, end) if office[0].noun.kind == "regulator" else []
        if trigger.patient_group:
            patients = [
                Noun(start, end, "group", EntityId(trigger.patient_group), "alias", head=self.low[start:end]),
                *[noun for noun in self.lists.right(scene, end, draft.clause[1]) if noun.entity and noun.kind == "vendor"],
            ]
        if company is not None and (
            office is None or not office[1] or office[0].noun is None or office[0].noun.start < company.start
        ):
            told = [company, *told]
            behest = self.offices.behest(scene, start)
            if behest is None and draft.type in _OWN_FUNCTIONS and not voice.planned:
                behest = self.offices.announcer(scene)
            office = (behest, True) if behest is not None else None
        if office is None and company is None and not voice.passive:
            office = self._subject_dropped(scene, draft.frame.start if draft.frame is not None else start)
        draft.explicit_actor = office is not None and office[1]
        draft.office = office[0] if office is not None else None
        if office is not None and draft.explicit_actor:
            draft.co_regulators = self.offices.companions(scene, office[0])
        self.roles.place(draft, told, patients)
        if ordered_office is not None:
            draft.implementers.append(ordered_office)

    def _subject_dropped(self, scene: Scene, position: int) -> tuple[Office, bool] | None:
        """The office of the sentence before, when one goes on without a subject: …;同日,约谈知乎负责人."""
        last = next(reversed(self.current or self.drafts), None)
        if last is None or last.office is None or last.type is None or not last.explicit_actor:
            return None
        if last.scene is scene:
            return (last.office, True) if last.office.how == "anaphora" and last.office.noun is None else None
        if last.scene.sentence.headline or scene.sentence.start - last.scene.sentence.end > 2:
            return None
        if scene.language.patterns["dropped_subject"].fullmatch(self.low, scene.sentence.start, position) is None:
            return None
        named = any(noun.kind in ACTOR_KINDS for noun in scene.nouns if noun.end <= position)
        return None if named else (Office(None, last.office.entity, "anaphora", last.office.country), True)

    def _judged(self, draft: Draft, voice: Voice) -> Draft | None:
        """The draft when its rule's needs are met, turned into a claim when nobody acts; else nothing."""
        trigger = draft.found.trigger
        if self.reach.done_by_provider(draft):
            return self.reach.claim(draft)
        memberless = draft.group is None or (draft.scene.language.code == "zh" and not draft.group.members)
        if draft.frame is not None and trigger.recipient == "target" and not draft.targets and memberless:
            self._inherit_targets(draft)
        if trigger.type in _FUNCTIONS and not (draft.targets or draft.implementers or draft.group) and not draft.frame:
            self._inherit_targets(draft)
        things = bool(draft.targets or draft.implementers or draft.objects or draft.group)
        if draft.type == ActionType.COMPANY_STATEMENT:
            return self._company_statement(draft)
        if draft.type is None:
            return self.reach.claim(draft)
        if draft.type in _DUTIES and voice.polarity == "denied":
            return None  # who has not done it was told to before
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
            and not (voice.passive and self._lifted_ban(draft))
        ):
            return self.reach.claim(draft)
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
        if trigger.needs == "service" and not things and not counted:
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
            draft.office = self._of_addressed(draft) or draft.office
        if draft.office is None and draft.type != ActionType.APP_REMOVAL:
            return None
        draft.country = self.offices.place(draft.scene, draft.office, draft.found)
        if draft.country is None and draft.office is not None and draft.office.entity is None and self.story.country is None:
            return None  # what governments do, anywhere
        self.roles.narrow_type(draft)
        if voice.hypothetical and not acts:
            return None
        return draft

    def _lifted_ban(self, draft: Draft) -> bool:
        """Whether a ban that the text has told is lifted, by nobody in particular: whoever imposed it answers for it."""
        if draft.type != ActionType.UNBLOCK or not _LIFTED.match(self.low, draft.found.start, draft.found.end):
            return False
        things = draft_ids(draft.targets)
        for earlier in reversed([*self.drafts, *self.current]):
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

    def _inherit_targets(self, draft: Draft) -> None:
        """Whoever a sentence summons or fines is who it then tells what to do."""
        most = draft.group.number if draft.group is not None else None  # "the two companies" are no more than two
        goes_on = draft.office.how == "anaphora" if draft.office is not None else draft.type == ActionType.ACCOUNT_CLOSURE
        near = draft.scene.sentence.paragraph - 1
        before = [one for one in self.drafts[-1:] if goes_on and one.scene.sentence.paragraph >= near]
        for earlier in (*self.current, *before):
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
        draft.targets = [noun for noun in near if noun is not owner][:2]
        draft.implementers = [owner]
        draft.salience = "background"
        draft.country = self.story.country
        return draft

    def _standing_order(self, scene: Scene) -> Draft | None:
        """An order to do what no rule knows, when it is told to a named service by a named office."""
        for frame in scene.frames:
            if not frame.frame.stands_alone or scene.sentence.headline:
                continue
            clause = clause_of(scene, self.low, frame.start, frame.end)
            passive = bool(scene.language.patterns["be_before"].search(self.low[scene.sentence.start : frame.start]))
            office = self.offices.acting(scene, frame.start, frame.end, clause, passive)
            if office is None or not office[1]:
                continue
            told = self.lists.left(scene, frame.start, clause[0]) if passive else self.lists.right(scene, frame.end, clause[1])
            after = max([frame.end, *[noun.end for noun in told if noun.start >= frame.end]])
            if not told or not scene.language.patterns["told_to"].match(self.low, after, after + 48):
                continue
            if _OBEY.match(self.low, after):
                continue
            trigger = FoundTrigger(frame.start, frame.end, _order_trigger(frame), False)
            voice = voice_of(scene, trigger, self.low, clause)
            if voice.dropped or voice.hypothetical:
                continue
            draft = Draft(scene, trigger, clause, ActionType.ORDER, None, frame=frame, passive=passive)
            draft.polarity, draft.modality = voice.polarity, type(draft.modality)(frame.frame.modality)
            draft.office, draft.explicit_actor = office[0], True
            draft.targets, _ = self.memory.named(told, draft)
            draft.country = self.offices.place(scene, draft.office)
            if draft.targets or draft.group:
                return draft
        return None

    # ---- joint actors and places --------------------------------------------------------------------------------------

    def _joint_countries(self, scene: Scene, draft: Draft) -> list[Draft]:
        """The draft once more for a country that does the same: "Turkey and Russia both blocked"."""
        office = draft.office
        if office is None or office.noun is None or office.noun.kind != "country" or draft.type is None:
            return []
        twins = []
        first = office.noun.start
        for noun in reversed(scene.nouns):
            if (
                noun.kind == "country"
                and noun.end < first
                and noun.country != office.country
                and self.low[noun.end : first] in _COUNTRY_AND
            ):
                first = noun.start
                twin = replace(draft, office=self.offices.resolved(noun, scene), country=noun.country)
                twin.targets, twin.implementers, twin.objects = (
                    list(draft.targets),
                    list(draft.implementers),
                    list(draft.objects),
                )
                twin.quantity, twin.attribution, twin.evidence = [], [], []
                twins.append(twin)
        return twins

    def _joint_places(self, draft: Draft) -> list[Draft]:
        """The claim once more for every further country that its sentence lists."""
        if draft.type is not None:
            return []
        countries = [code for code in self.offices.places(draft.scene, draft.found) if code != draft.country]
        return [replace(draft, country=code, targets=list(draft.targets), evidence=[]) for code in countries]

    def _of_addressed(self, draft: Draft) -> Office | None:
        """The government of the one country at home in which everybody is whom a notice addresses."""
        addressed = draft.targets or (draft.group.members if draft.group else [])
        if not addressed and draft.frame is not None:
            return next((one.office for one in reversed(self.current) if one.frame == draft.frame), None)
        told = draft.frame is not None or draft.found.trigger.recipient == "target"
        homes = {self.offices.home_of(noun) for noun in addressed if noun.entity not in STORES}
        home = homes.pop() if told and len(homes) == 1 else None
        return self.offices.government(home) if home not in {None, "US", "GB", "XX", "ZZ"} else None


_WALLS = ("firewall", "firewall of china", 'firewall"', "gfw", "防火墙", "长城")
_COUNTRY_AND = frozenset({" and ", ", ", ", and ", "和", "与", "及", "以及", "、"})
_SETS = frozenset({"group", "plural", "single", "counted"})
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
_OWN_FUNCTIONS = frozenset({ActionType.DOWNLOAD_SUSPENSION, ActionType.REGISTRATION_SUSPENSION, ActionType.APP_REMOVAL})
_FUNCTIONS = frozenset({"registration_suspension", "download_suspension", "investigation", "account_closure"})
_STOREKEEPERS = STORES | {"apple", "google"}
_CLOSING = frozenset({ActionType.BLOCK, ActionType.SERVICE_SUSPENSION, ActionType.THROTTLE})
_LIFTED = re.compile(r"(?:bans?|blocks?|blockade|restrictions?|prohibition|suspension)\b")
_OBEY = re.compile(
    r" to (?:\w+ly )?(?:comply with|carry out|implement|enforce|abide by|execute|follow|obey) (?:the|this|that|its|their) "
    r"(?:[\w'-]+ )?(?:orders?|directives?|decisions?|ban|rulings?|instructions?|measures?)\b"
)
_ORDERED_NOUN = re.compile(r"order\w* an? ")  # "ordered the ban" speaks of one that is there
_FRAMED = frozenset({Modality.EXECUTED, Modality.PLANNED, Modality.ALLEGED})
_ZH_TOLD = re.compile(r"(?:其|该)(?!他)")
_LAW_SAYS = re.compile(r"\b(?:that|which|under which|requiring|will|would)\b")


def _order_trigger(frame: FoundFrame) -> Trigger:
    return Trigger(rule=frame.frame.rule, pattern="", anchors=(), type="order", recipient="target", patient="none")

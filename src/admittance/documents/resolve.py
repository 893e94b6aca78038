"""Step three: who did what to whom. Words for measures become drafts with an office, implementers, targets and objects."""

from __future__ import annotations

import re
from dataclasses import replace

from admittance.documents.clauses import (
    clause_of,
    frame_over,
    without_decrees,
    without_means,
    without_overlaps,
)
from admittance.documents.draft import Draft, Office
from admittance.documents.find import FoundFrame, FoundTrigger, Scene, Story
from admittance.documents.gazetteer import ACTOR_KINDS, Noun
from admittance.documents.lexicon import Trigger
from admittance.documents.lists import BULLET, CARRIERS, PLACED, STORES, Lists
from admittance.documents.memory import Memory
from admittance.documents.offices import Offices
from admittance.documents.patients import Patients, banned_by_platform
from admittance.documents.reach import Reach, testable
from admittance.documents.roles import Roles, draft_ids
from admittance.documents.standing import Standing
from admittance.documents.voice import Voice, frame_modality, voice_of
from admittance.model.documents import ActionType, Modality, Status
from admittance.model.ids import EntityId

__all__ = ["resolve"]


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
        self.listing: Draft | None = None
        self.patients = Patients(story, self.lists, self.memory, self.drafts)
        self.reach = Reach(story, self.offices, self.lists, self.memory)
        self.standing = Standing(story, self.offices, self.roles, self.reach, self.drafts)

    def read(self) -> list[Draft]:
        for scene in self.story.scenes:
            self.memory.members_named_elsewhere(scene)
            produced = [] if self._listed_members(scene) else self._scene(scene)
            self._lift_last(scene)
            if not produced:
                self._members_after(scene)
            self.drafts.extend(produced)
            self.memory.remember(scene, produced)
            self.offices.remember(scene, produced)
        return testable(self.drafts)

    def _lift_last(self, scene: Scene) -> None:
        """Gives a bare country's measures of the sentence before to the body that now speaks of them.

        What nobody did there ("X was blocked.") is its measure when it is said to have decided or announced that.
        """
        for draft in reversed(self.drafts):
            if draft.scene.sentence.end < scene.sentence.start - 3 or draft.scene.sentence.headline:
                return
            if draft.office is not None and draft.type is not None:
                draft.office = self.offices.lifted(draft.office, scene)
            elif draft.type is None and draft.passive and draft.found.trigger.type:
                office = self.offices.decided(scene)
                if office is not None and office.country == draft.country:
                    draft.type, draft.office = ActionType(draft.found.trigger.type), office
                    draft.explicit_actor = True

    def _listed_members(self, scene: Scene) -> bool:
        """Adds what a sentence lists as "the blocked apps include" to the measure that counted them before."""
        if self.listing is not None and self._item(scene, self.listing):
            return True
        self.listing = None
        start = scene.sentence.start
        match = scene.language.patterns["members_listed"].search(self.low[start : scene.sentence.end])
        last = self.drafts[-1] if self.drafts else None
        if match is None or last is None or any(noun.kind != "group" for noun in last.targets):
            return False
        reach = 5 if match.group().endswith(":") else 2  # "Affected:" heads a list of its own
        if scene.sentence.paragraph - last.scene.sentence.paragraph > reach:
            return False
        named = [noun for noun in self.lists.right(scene, start + match.end(), scene.sentence.end) if noun.kind not in _SETS]
        if match.group().endswith(":") and not named:
            self.listing = last  # its members stand in lines of their own
        last.targets = named or last.targets
        return bool(named)

    def _item(self, scene: Scene, last: Draft) -> bool:
        """Whether a line is an item of the list that a line before it headed; what it names joins the listed."""
        if BULLET.match(self.low, scene.sentence.start) is None or scene.triggers:
            return False
        named = [noun for noun in scene.nouns if noun.kind not in _SETS and noun.entity]
        known = draft_ids(last.targets)
        last.targets = [*last.targets, *[noun for noun in named if noun.entity not in known]]
        return True

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
                found.extend(self._dated_apart(scene, draft))
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
        if frame is not None and self._only_judged(scene, frame, found):
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
            if draft.type in _THEIR_OWN and _NEXT_ACT.search(self.low, frame.end, found.end):
                draft.modality = unreal  # 责令改正,并处罚款: nobody is ordered to fine
        self._fill(draft, voice)
        return self.standing.judged(draft, voice, self.current)

    def _only_judged(self, scene: Scene, frame: FoundFrame, found: FoundTrigger) -> bool:
        """Whether a court only says what another's measure is: "ruled that the blocking of X was unlawful"."""
        pattern = scene.language.patterns.get("found_unlawful")
        if pattern is None or not self.low.startswith(("ruled", "decided", "裁定"), frame.start):
            return False
        return pattern.match(self.low, found.end, scene.sentence.end) is not None

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
        office: tuple[Office, bool] | None = None
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
        elif not self._carriers_did(scene, found, voice):
            office = self.offices.acting(scene, start, end, draft.clause, voice.passive)
        company = None if voice.passive or draft.frame else self.lists.company_subject(scene, start, draft.clause[0])
        if company is None and scene.language.code == "zh" and not voice.passive and draft.frame is None:
            company = self.lists.company_subject(scene, start, scene.sentence.start)  # 微信宣布暂停: who says it does it
        patients = self._with_members(scene, self.patients.of(draft, voice))
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
            draft.own = company
            behest = self.offices.behest(scene, start)
            if behest is None and draft.type in _OWN_FUNCTIONS and not voice.planned:
                behest = self.offices.announcer(scene)
            office = (behest, True) if behest is not None else None
        if office is None and company is None and not voice.passive:
            office = self._subject_dropped(scene, draft.frame.start if draft.frame is not None else start)
            office = office or self._by_decree(scene, start)
        draft.explicit_actor = office is not None and office[1]
        draft.office = office[0] if office is not None else None
        if office is not None and draft.explicit_actor:
            draft.co_regulators = self.offices.companions(scene, office[0])
        bodies = [noun for noun in told if noun.kind == "group" and noun.country is not None]
        self.roles.place(draft, [noun for noun in told if noun not in bodies], patients)
        if bodies:
            draft.implementers = [*bodies, *[noun for noun in draft.implementers if noun not in bodies]]
            if draft.type in _THEIR_OWN and draft.modality == Modality.REQUESTED:
                draft.modality = Modality.EXECUTED  # what local offices are guided to do is done by offices
        if ordered_office is not None:
            draft.implementers.append(ordered_office)

    def _carriers_did(self, scene: Scene, found: FoundTrigger, voice: Voice) -> bool:
        """Whether carriers stand right before a verb as those who did it, whoever tells so: "X said most operators have"."""
        if (
            voice.passive
            or (not found.participle and not self.low.startswith("block", found.start))
            or scene.language.code != "en"
        ):
            return False
        before = [noun for noun in scene.nouns if noun.end <= found.start and noun.kind != "country"][-1:]
        return any(
            (noun.kind == "isp" or noun.entity in CARRIERS)
            and scene.language.patterns["adjacent"].match(PLACED.sub(" ", self.low[noun.end : found.start], count=1))
            is not None
            for noun in before
        )

    def _with_members(self, scene: Scene, patients: list[Noun]) -> list[Noun]:
        """What is acted upon, with what the rest of its sentence names of a set: "25 apps …, including X and Y"."""
        pattern = scene.language.patterns.get("members_here")
        if pattern is None or not patients or any(noun.kind not in _SETS for noun in patients):
            return patients
        match = pattern.search(self.low, patients[-1].end, scene.sentence.end)
        if match is not None and match.group()[0] == " " and _ASIDE.search(self.low, patients[-1].end, match.start()):
            match = None
        named = self.lists.right(scene, match.end(), scene.sentence.end) if match is not None else []
        if named and scene.language.code == "zh":
            return [*named, *(noun for noun in patients if noun.number is not None)]
        return [*patients, *(noun for noun in named if noun not in patients and noun.kind != "isp")]

    def _by_decree(self, scene: Scene, position: int) -> tuple[Office, bool] | None:
        """Whoever signed a decree, else the government, where the decree itself acts: "a decree signed by X bans Y"."""
        pattern = scene.language.patterns.get("decree_acts")
        match = pattern.search(self.low, scene.sentence.start, position) if pattern is not None else None
        if match is None:
            return None
        signed = [one for one in scene.nouns if match.start() <= one.start < position and one.kind in {*ACTOR_KINDS, "actor"}]
        office = self.offices.resolved(signed[0], scene) if signed else self.offices.by_context(scene)
        return (office, True) if office is not None else None

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

    def _dated_apart(self, scene: Scene, draft: Draft) -> list[Draft]:
        """The draft once more for every further thing with a day of its own: "blocked X on 4 March and Y on 14 May"."""
        if scene.language.code != "en" or not draft.targets or draft.found.trigger.status is None or draft.passive:
            return []
        twins: list[Draft] = []
        at = max(noun.end for noun in draft.targets)
        for noun in scene.nouns:
            if noun.start < at or noun.kind not in _ONE_THING:
                continue
            if not _DAY_AND.fullmatch(self.low, at, noun.start) or not _ON_DAY.match(self.low, noun.end, scene.sentence.end):
                break
            twin = replace(draft, found=replace(draft.found, start=noun.end, end=noun.end), targets=[noun])
            twin.implementers, twin.objects = list(draft.implementers), []
            twin.quantity, twin.attribution, twin.evidence, twin.group = [], [], [], None
            twins.append(twin)
            at = noun.end
        return twins

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


_THEIR_OWN = frozenset({ActionType.SUMMONS, ActionType.FINE, ActionType.WARNING, ActionType.INVESTIGATION})
_NEXT_ACT = re.compile(r",?(?:并|同时|分别)+(?:处|罚|对|给予|予以|作出|开出)[^。;]*$")
_ONE_THING = frozenset({"app", "platform", "site", "unknown", "publisher"})
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = (
    rf" (?:on|in|since) (?:(?:early|late|mid) )?(?:\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH}(?: \d{{1,2}}\b)?(?:,? \d{{4}})?"
    r"|\d{4}|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_ON_DAY = re.compile(rf"{_DAY}\b")
_DAY_AND = re.compile(rf"{_DAY}(?:,| and|, and) (?:the )?(?:[a-z-]+ (?:app|site|platform|service) )?")
_COUNTRY_AND = frozenset({" and ", ", ", ", and ", "和", "与", "及", "以及", "、"})
_ASIDE = re.compile(r"[,;(]")  # what follows it belongs to something else
_SETS = frozenset({"group", "plural", "single", "counted"})
_OWN_FUNCTIONS = frozenset({ActionType.DOWNLOAD_SUSPENSION, ActionType.REGISTRATION_SUSPENSION, ActionType.APP_REMOVAL})
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

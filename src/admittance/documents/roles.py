"""The parts things play in a measure, by its kind: who carries it out, whom it hits, what it is about."""

from __future__ import annotations

import re

from admittance.documents.draft import Draft
from admittance.documents.find import Story
from admittance.documents.gazetteer import Noun
from admittance.documents.lists import CARRIERS, STORES, TUNNELS
from admittance.documents.memory import Memory
from admittance.model.documents import ActionType, Status
from admittance.model.ids import EntityId

__all__ = ["Roles", "draft_ids"]

_NOT_APPS = frozenset({"app-stores", "vpn-providers", "isps", "telecom-operators", "mobile-operators", "websites", "users"})
_SPOKEN = frozenset({"social-media-platforms", "messaging-apps"})
_NAMELESS = frozenset({"single", "plural"})
_STORE_OWNERS = {"apple-app-store": "apple", "google-play": "google"}


class Roles:
    """Gives the nouns of a draft their roles."""

    def __init__(self, story: Story, memory: Memory) -> None:
        self.story = story
        self.low = story.lowered
        self.memory = memory

    def place(self, draft: Draft, told: list[Noun], patients: list[Noun]) -> None:
        """Fills the draft with whoever was told to act and what the words act upon."""
        trigger = draft.found.trigger
        named, _ = self.memory.named(told, draft)
        patient_named, _ = self.memory.named(patients, draft)
        if trigger.recipient == "target":
            draft.targets = named
            services = [noun for noun in patient_named if noun.kind != "group" or noun.entity in _SPOKEN]
            carriers_told = all(noun.entity in CARRIERS or noun.kind == "isp" for noun in named)
            if (
                trigger.patient == "target"
                and services
                and named
                and (carriers_told or draft.type == ActionType.SERVICE_SHUTDOWN)
            ):
                draft.implementers, draft.targets, named = named, [], []
            if trigger.patient == "vendor":
                vpn = "vpn" in self.low[draft.found.start : draft.found.end + 60]
                entity = EntityId("vpn-vendors") if vpn else None
                draft.vendors = [
                    Noun(
                        draft.found.start,
                        draft.found.end,
                        "group",
                        entity,
                        "context",
                        head=self.low[draft.found.start : draft.found.end],
                    )
                ]
            elif trigger.patient == "target":
                draft.targets = named + [noun for noun in patient_named if noun not in named]
            elif trigger.patient == "object":
                draft.objects = patient_named
        else:
            hit = draft_ids(patient_named) if trigger.patient != "none" else set()
            draft.implementers = [noun for noun in named if noun.entity not in hit or noun.entity is None]
            if trigger.patient == "object":
                draft.objects = self._objects(draft) or patient_named
            elif trigger.patient == "target":
                draft.targets = patient_named
        if draft.type == ActionType.APP_REMOVAL:
            self._app_removal(draft)
        elif draft.type == ActionType.SECURITY_ASSESSMENT:
            draft.targets += [noun for noun in draft.objects if noun.kind != "group"]
            draft.objects = [noun for noun in draft.objects if noun.kind == "group"]
            if draft.frame is None and not draft.targets:
                draft.targets = [noun for noun in patients if noun.kind in {"app", "platform", "company"}]
        elif draft.type in (ActionType.BLOCK, ActionType.UNBLOCK, ActionType.THROTTLE):
            carriers = [noun for noun in draft.targets if noun.entity in CARRIERS or noun.kind == "isp"]
            draft.implementers += carriers
            draft.targets = [noun for noun in draft.targets if noun not in carriers]
        if draft.type == ActionType.LAW:
            draft.targets = [
                noun
                for noun in draft.scene.nouns
                if noun.start >= draft.found.end
                and noun.kind in {"group", "app", "platform", "company"}
                and noun.entity not in {"vpn-services", "vpn-apps"}
            ] or draft.targets

    def _app_removal(self, draft: Draft) -> None:
        stores = [noun for noun in draft.scene.nouns if noun.entity in STORES]
        low = self.low
        apps = [noun for noun in draft.targets if noun.entity not in STORES]
        if apps and stores and all(noun.entity in _STORE_OWNERS.values() for noun in apps):
            draft.implementers, apps = [*draft.implementers, *apps], []
            draft.targets = apps = [self.memory.last_service] if self.memory.last_service is not None else []
        owners = [noun for noun in apps if noun.entity in _STORE_OWNERS.values()]
        if stores and owners and len(owners) < len(apps):
            draft.implementers, apps = [*draft.implementers, *owners], [noun for noun in apps if noun not in owners]
        draft.objects = [noun for noun in apps if noun.kind == "group" and noun.entity not in _NOT_APPS]
        draft.targets = [noun for noun in apps if noun.kind != "group"]
        draft.implementers = [noun for noun in draft.implementers if noun.entity not in draft_ids(draft.targets)]
        if draft.frame is not None:
            draft.implementers += [
                noun
                for noun in draft.scene.nouns
                if noun.start > draft.found.end
                and noun.kind == "group"
                and noun.entity in {"app-stores", "vpn-providers", "isps"}
                and "as well as" in low[draft.found.end : noun.start]
            ]
        if not draft.targets and not draft.objects:
            draft.targets = [
                noun for noun in draft.implementers if noun.kind in {"app", "platform"} and noun.entity not in STORES
            ]
            draft.implementers = [noun for noun in draft.implementers if noun not in draft.targets]
        if not draft.implementers:
            draft.implementers = [
                noun
                for noun in draft.scene.nouns
                if noun.entity in _STORE_OWNERS.values() and noun.end <= draft.found.start and stores
            ]
        present = draft_ids(draft.implementers)
        if not present:
            for noun in stores:
                owner = _STORE_OWNERS.get(str(noun.entity))
                entity = EntityId(owner) if owner and EntityId(owner) in self.story.gazetteer.catalog.entities else noun.entity
                if entity not in present:
                    present.add(entity)
                    draft.implementers.append(Noun(noun.start, noun.end, "company", entity, "context", head=noun.head))
        if (
            not draft.objects
            and not draft.targets
            and re.search(r"\bvpn apps|vpn applications", low[draft.clause[0] : draft.clause[1]])
        ):
            draft.objects = [noun for noun in draft.scene.nouns if noun.entity == "vpn-apps"]

    def _objects(self, draft: Draft) -> list[Noun]:
        return [
            noun
            for noun in draft.scene.nouns
            if noun.start >= draft.found.end
            and noun.kind in {"group", "app"}
            and noun.entity not in draft_ids(draft.implementers)
        ][:2]

    def _its_own(self, draft: Draft) -> bool:
        """Whether a service that is no carrier is told to cut the internet that it sells itself: "Starlink … its service"."""
        told = draft.implementers
        return (
            bool(told)
            and " its " in self.low[draft.found.start : draft.found.end]
            and all(noun.kind in {"app", "platform", "company"} for noun in told)
        )

    def narrow_type(self, draft: Draft) -> None:
        """Who blocks VPNs at large restricts them. A state that suspends or bans somebody else's service blocks it; a service
        told to suspend itself suspends.
        """
        told = draft.frame is not None and any(noun.end <= draft.found.start for noun in draft.targets)
        if draft.type == ActionType.SHUTDOWN and draft.frame is not None and self._its_own(draft):
            draft.type, draft.targets, draft.implementers = ActionType.SERVICE_SUSPENSION, draft.implementers, []
            return
        if (
            draft.type == ActionType.BLOCK
            and draft.targets
            and all(noun.entity in TUNNELS and noun.how != "anaphora" for noun in draft.targets)
        ):
            draft.type, draft.status = ActionType.VPN_RESTRICTION, None
            return
        own = draft.type in (ActionType.SERVICE_SUSPENSION, ActionType.SERVICE_SHUTDOWN)
        carriers = all(noun.entity in CARRIERS or noun.kind == "isp" for noun in draft.targets)
        if draft.type == ActionType.SERVICE_SHUTDOWN and told and carriers:
            draft.implementers, draft.targets = [*draft.implementers, *draft.targets], []
            unnamed = draft.group is None and self.memory.last_service is None
            if unnamed and any(
                noun.kind in _NAMELESS and draft.found.end <= noun.start < draft.clause[1] for noun in draft.scene.nouns
            ):
                return  # "ordered to shut down the service", which the text names later
            if draft.group is None and self.memory.last_service is None:
                draft.type, draft.status = ActionType.SHUTDOWN, None  # "ordered to shut down nationwide"
            if draft.group is not None or self.memory.last_service is not None:
                last = self.memory.last_service
                draft.targets = [] if draft.group is not None or last is None else [last]
                draft.type, draft.status = ActionType.BLOCK, Status.BLOCKED
            return
        general = own and not told and any(noun.entity in _SPOKEN for noun in draft.targets)
        if general and draft.country:
            draft.type, draft.status = ActionType.BLOCK, Status.BLOCKED
            return
        if own and not told and draft.targets and draft.country:
            owners = {self.story.gazetteer.catalog.entities[noun.entity].country for noun in draft.targets if noun.entity}
            owners.discard(None)  # a group is nobody's: to shut it down or suspend it is no block
            if owners and draft.country not in {owner[:2] for owner in owners if owner}:
                draft.type, draft.status = ActionType.BLOCK, Status.BLOCKED


def draft_ids(nouns: list[Noun]) -> set[EntityId | None]:
    """The entities of some nouns."""
    return {noun.entity for noun in nouns}

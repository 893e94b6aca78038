"""What the steps after *find* hand on: a measure or claim in the making, and sets of things a text counts or lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from admittance.documents.find import FoundFrame, FoundTrigger, Scene
from admittance.documents.gazetteer import Noun
from admittance.model.documents import (
    ActionType,
    Attribution,
    Certainty,
    Deadline,
    Modality,
    Polarity,
    Quantity,
    ResolvedBy,
    Salience,
    Scope,
    Span,
    StatedReason,
    Status,
    Time,
)
from admittance.model.ids import EntityId

__all__ = ["Draft", "Group", "Office", "is_general"]


@dataclass(slots=True)
class Group:
    """Things that a text counts or lists and later calls "the five"; members may be named long after."""

    number: int | None = None
    number_noun: Noun | None = None
    members: list[Noun] = field(default_factory=list)
    sites_of_members: list[Noun] = field(default_factory=list)

    def add(self, nouns: list[Noun]) -> None:
        """Adds what is not a member yet."""
        known = {noun.entity or noun.subject or noun.head for noun in self.members}
        for noun in nouns:
            key = noun.entity or noun.subject or noun.head
            if key not in known:
                known.add(key)
                self.members.append(noun)


@dataclass(frozen=True, slots=True)
class Office:
    """Who acts with power: the noun that says so, the entity it stands for, and how that is known."""

    noun: Noun | None
    entity: EntityId | None
    how: ResolvedBy
    country: str | None


def is_general(office: Office) -> bool:
    """Whether an office stands for no more than a country's government."""
    return office.entity is None or office.entity.endswith("-gov")


@dataclass(slots=True)
class Draft:
    """A measure or claim while the steps fill it in."""

    scene: Scene
    found: FoundTrigger
    clause: tuple[int, int]
    type: ActionType | None
    status: Status | None
    office: Office | None = None
    explicit_actor: bool = False
    co_regulators: list[Office] = field(default_factory=list)
    implementers: list[Noun] = field(default_factory=list)
    targets: list[Noun] = field(default_factory=list)
    objects: list[Noun] = field(default_factory=list)
    vendors: list[Noun] = field(default_factory=list)
    group: Group | None = None
    frame: FoundFrame | None = None
    passive: bool = False
    country: str | None = None
    platform: EntityId | None = None
    sayer: Office | None = None
    own: Noun | None = None  # the company that does it by itself
    polarity: Polarity = "affirmed"
    modality: Modality = Modality.EXECUTED
    certainty: Certainty = "certain"
    hedge: str | None = None
    attribution: list[Attribution] = field(default_factory=list)
    time: Time | None = None
    announced: Time | None = None
    effective: Time | None = None
    end: Time | None = None
    lasts: tuple[int, str, Span] | None = None  # how long it is said to last, and where
    deadline: Deadline | None = None
    quantity: list[Quantity] = field(default_factory=list)
    scope: Scope | None = None
    aggregate: bool = False
    reason: StatedReason | None = None
    legal_basis: str | None = None
    salience: Salience = "core"
    vpn_unaffected: bool | None = None
    partial: bool | None = None
    unaffected_places: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    evidence: list[Span] = field(default_factory=list)
    notice: int | None = None
    follows: Draft | None = None

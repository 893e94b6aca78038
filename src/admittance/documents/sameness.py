"""Whether two drafts speak of the same things, the same office, the same time."""

from __future__ import annotations

import msgspec

from admittance.documents.draft import Draft, Office, is_general
from admittance.documents.find import Story
from admittance.documents.gazetteer import Noun
from admittance.model.documents import Granularity, Time, TimeBasis
from admittance.model.ids import EntityId

__all__ = [
    "MOST_EVIDENCE",
    "by_thing",
    "compatible",
    "inherited",
    "key_of",
    "shared",
    "silent",
    "subset",
    "things_of",
    "times_agree",
]

MOST_EVIDENCE = 24
_SILENT = frozenset({Granularity.NONE, Granularity.RECENT})


def key_of(noun: Noun) -> EntityId | str:
    """What tells a named thing from others: its id, its site, else its words."""
    return noun.entity or noun.subject or noun.head


def things_of(draft: Draft) -> set[EntityId | str]:
    """What a draft acts upon, by id or name; whom it tells to act when it acts upon nothing named."""
    things = {key_of(noun) for noun in (*draft.targets, *draft.objects)}
    if draft.group is not None:
        things |= {key_of(noun) for noun in draft.group.members}
    if not things:
        things = {key_of(noun) for noun in draft.implementers}
    return things


def by_thing(drafts: list[Draft]) -> dict[EntityId | str, list[Draft]]:
    """The drafts that act upon each thing, in order."""
    found: dict[EntityId | str, list[Draft]] = {}
    for draft in drafts:
        for thing in things_of(draft):
            found.setdefault(thing, []).append(draft)
    return found


def shared(first: Draft, second: Draft) -> bool:
    """Whether two drafts act upon one thing, or on one set."""
    return bool(things_of(first) & things_of(second)) or (first.group is not None and first.group is second.group)


def subset(part: Draft, whole: Draft) -> bool:
    """Whether a draft acts upon something, all of which another acts upon."""
    things = things_of(part)
    return bool(things) and things <= things_of(whole)


def compatible(story: Story, first: Office | None, second: Office | None) -> bool:
    """Whether two offices may be one issuer: the same, a branch and its head, or a body and its government."""
    if first is None or second is None or first.entity is None or second.entity is None:
        return True
    if first.entity == second.entity:
        return True
    entities = story.gazetteer.catalog.entities
    parents = _line(first.entity, entities), _line(second.entity, entities)
    if first.entity in parents[1] or second.entity in parents[0]:
        return True
    if any(_of_many(office, entities) for office in (first, second)) and parents[0] & parents[1]:
        return True  # "the local offices" may be any one of them
    same_country = first.country is not None and first.country[:2] == (second.country or "")[:2]
    return same_country and (
        is_general(first) or is_general(second) or first.how in ("context", "anaphora") or second.how in ("context", "anaphora")
    )


def _of_many(office: Office, entities: object) -> bool:
    """Whether an office stands for a country's bodies of one kind taken together: 网信部门."""
    entity = entities.get(office.entity) if isinstance(entities, dict) else None
    return entity is not None and entity.kind == "group"


def _line(entity: EntityId, entities: object) -> set[EntityId]:
    catalog = entities if isinstance(entities, dict) else {}
    found: set[EntityId] = set()
    current = catalog.get(entity)
    while current is not None and current.parent is not None and current.parent not in found:
        found.add(current.parent)
        current = catalog.get(current.parent)
    return found


def silent(time: Time | None) -> bool:
    """Whether a time says nothing: it is not stated, or only recent."""
    return time is None or time.granularity in _SILENT


def inherited(time: Time) -> Time:
    """A time that another sentence or record states."""
    return msgspec.structs.replace(time, basis=TimeBasis.INHERITED)


def times_agree(first: Time | None, second: Time | None) -> bool:
    """Whether two times can be one: either is not stated, or one lies within the other."""
    if first is None or second is None or silent(first) or silent(second):
        return True
    if first.value == second.value:
        return True
    bounds = [first.earliest, first.latest, second.earliest, second.latest]
    if all(isinstance(bound, str) for bound in bounds) and first.granularity != second.granularity:
        return str(first.earliest) <= str(second.latest) and str(second.earliest) <= str(first.latest)
    return False

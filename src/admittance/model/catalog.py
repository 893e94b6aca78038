"""Nouns of the catalog: who is spoken of, and by what face each can be tested."""

import msgspec

from admittance.model.ids import EntityId, SubjectId, TargetId
from admittance.model.vocabulary import Gate

__all__ = ["Combine", "Entity", "Subject", "Target"]


class Entity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody or something that documents speak of."""

    id: EntityId
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    ambiguous_aliases: tuple[str, ...] = ()  # names only where the context says so
    mistranslations: tuple[str, ...] = ()  # machine-translated names, matched exactly
    native: str | None = None
    country: str | None = None  # ISO 3166-1 or 3166-2
    domains: tuple[str, ...] = ()
    app_ids: dict[str, str | tuple[str, ...]] = {}  # platform (ios, android) to app id, of several the main one first
    parent: EntityId | None = None

    def apps(self, platform: str) -> tuple[str, ...]:
        """The ids of its apps on a platform, the main one first."""
        ids = self.app_ids.get(platform, ())
        return (ids,) if isinstance(ids, str) else ids


class Combine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How roles make up a working subject: all of them, or any of them."""

    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A testable face of a subject at a gate. Its id is a stable name, never an address."""

    id: TargetId
    subject: SubjectId
    gate: Gate
    role: str  # registration, messaging, calls, audio, media, web, api, app
    hosts: tuple[str, ...] = ()  # exact lower-case hosts
    addresses: tuple[str, ...] = ()  # bare addresses that the provider publishes
    tests: tuple[str, ...] = ()  # tests whose bare-address endpoints all belong here
    vouched: bool = False  # the provider publishes these endpoints, so a failure needs no helper to count
    networks: tuple[int, ...] = ()  # AS numbers of the provider's own, where it serves these hosts from nowhere else
    private_root: bool = False  # certificates chain to the provider's own root


class Subject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people mean, as the catalog knows it: its name and its targets with how they combine."""

    id: SubjectId
    name: str
    targets: tuple[TargetId, ...] = ()
    works: Combine = Combine()

"""Identifiers, each with a type of its own so that none is passed for another."""

from typing import NewType

__all__ = [
    "ActionId",
    "Asn",
    "ClaimId",
    "Country",
    "EntityId",
    "EpisodeId",
    "FileId",
    "MeasurementUid",
    "RuleId",
    "SubjectId",
    "TargetId",
]

EntityId = NewType("EntityId", str)
"""An entity of the catalog: `signal`, `cn-cac-zhejiang`."""

SubjectId = NewType("SubjectId", str)
"""What people mean: an entity id, or `site:<registrable domain>`."""

TargetId = NewType("TargetId", str)
"""A testable face of a subject: `telegram/dc_pool`, `site:wikipedia.org/zh.wikipedia.org`."""

Country = NewType("Country", str)
"""ISO 3166-1 alpha-2, upper case; `ZZ` when the record does not say."""

Asn = NewType("Asn", int)
"""Autonomous system number; 0 when the record does not say."""

MeasurementUid = NewType("MeasurementUid", str)
"""The archive's own uid, or `hash:` and the first 32 hex digits of SHA-256 over report id, input and start time."""

FileId = NewType("FileId", str)
"""SHA-256 of the bytes of an ingested file, in hex: the unit that an ingest replaces."""

RuleId = NewType("RuleId", str)
"""A rule of a ruleset, stable for ever: `network.tls.reset`."""

EpisodeId = NewType("EpisodeId", str)
"""Readable and citable for ever: `KE-2023-telegram-network-1`."""

ClaimId = NewType("ClaimId", str)
ActionId = NewType("ActionId", str)

"""Nouns of what is said and ordered: document, action, network claim and their parts.

The structs mirror ``claims.schema.json`` field for field: encoding a `Reading` with ``msgspec.json`` gives a valid instance.
A field that is absent from the text is ``UNSET`` and is left out, which differs from ``None`` (looked for, not stated).
Nothing here reads, writes or decides.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NewType

import msgspec
from msgspec import UNSET, UnsetType

from admittance.model.ids import ActionId, ClaimId, RuleId
from admittance.model.vocabulary import Gate

__all__ = [
    "Action",
    "ActionType",
    "Attribution",
    "Certainty",
    "Deadline",
    "Document",
    "Factuality",
    "Granularity",
    "Mention",
    "Modality",
    "NetworkClaim",
    "Place",
    "Quantity",
    "Reading",
    "Role",
    "Sha256",
    "SourceClass",
    "Span",
    "StatedReason",
    "Status",
    "Time",
    "TimeBasis",
]

Sha256 = NewType("Sha256", str)

DocumentKind = Literal["article", "notice", "law", "report", "post"]
PublishedBasis = Literal["metadata", "dateline", "url", "inferred-from-text", "corroborated", "unknown"]
ResolvedBy = Literal["name", "alias", "native", "mistranslation", "anaphora", "context"]
Polarity = Literal["affirmed", "denied"]
Certainty = Literal["certain", "probable", "possible", "unknown"]
Scope = Literal["all", "some", "unspecified"]
Salience = Literal["core", "background"]

Layer = Literal["dns", "tcp", "tls", "http", "quic"]
Surface = Literal["app", "website", "api", "dns", "ip", "tls", "sms", "app_store", "unknown"]
QuantityOf = Literal["targets", "apps", "accounts", "items", "money", "penalties"]
DeadlineStatus = Literal["stated", "unspecified", "not-mentioned", "expired"]


class ActionType(StrEnum):
    """What somebody with power did, ordered or planned."""

    WARNING = "warning"
    ORDER = "order"
    SUMMONS = "summons"
    INVESTIGATION = "investigation"
    APP_REMOVAL = "app_removal"
    LISTING_REMOVAL = "listing_removal"
    CONTENT_REMOVAL = "content_removal"
    CONTENT_RESTRICTION = "content_restriction"
    ACCOUNT_CLOSURE = "account_closure"
    REGISTRATION_SUSPENSION = "registration_suspension"
    SERVICE_SUSPENSION = "service_suspension"
    SERVICE_SHUTDOWN = "service_shutdown"
    DOWNLOAD_SUSPENSION = "download_suspension"
    STAFF_PUNISHMENT = "staff_punishment"
    CLEANUP = "cleanup"
    RECTIFICATION = "rectification"
    RECTIFICATION_REPORT = "rectification_report"
    SELF_INSPECTION = "self_inspection"
    SECURITY_ASSESSMENT = "security_assessment"
    FINE = "fine"
    LICENSE_REQUIREMENT = "license_requirement"
    LICENSE_REVOCATION = "license_revocation"
    REGISTRATION_REQUIREMENT = "registration_requirement"
    LAW = "law"
    CAMPAIGN = "campaign"
    BLOCK = "block"
    UNBLOCK = "unblock"
    THROTTLE = "throttle"
    SHUTDOWN = "shutdown"
    VPN_RESTRICTION = "vpn_restriction"
    SURVEILLANCE_TIGHTENING = "surveillance_tightening"
    COMPANY_STATEMENT = "company_statement"


class Role(StrEnum):
    """The part a mention plays in an action."""

    REGULATOR = "regulator"
    CO_REGULATOR = "co_regulator"
    IMPLEMENTER = "implementer"
    TARGET = "target"
    OBJECT = "object"
    VENDOR = "vendor"
    PUBLISHER = "publisher"
    MONITOR = "monitor"
    USER_GROUP = "user_group"
    SPOKESPERSON = "spokesperson"
    SOURCE = "source"


class Status(StrEnum):
    """What a network claim says about reachability."""

    BLOCKED = "blocked"
    THROTTLED = "throttled"
    DISRUPTED = "disrupted"
    OUTAGE = "outage"
    ACCESSIBLE = "accessible"
    RESTORED = "restored"
    REGISTRATION_FAILING = "registration_failing"


class Granularity(StrEnum):
    """How finely a text gives a time."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"
    INTERVAL = "interval"
    BEFORE_EVENT = "before-event"
    RECENT = "recent"
    NONE = "none"


class TimeBasis(StrEnum):
    """What a resolved time rests on."""

    EXPLICIT = "explicit"
    YEAR_INFERRED = "year-inferred"
    RELATIVE = "relative"
    PUBLICATION = "publication"
    INHERITED = "inherited"
    EVENT_ANCHORED = "event-anchored"
    VAGUE = "vague"


class Modality(StrEnum):
    """How real an action is said to be."""

    EXECUTED = "executed"
    ORDERED = "ordered"
    REQUESTED = "requested"
    ANNOUNCED = "announced"
    ENACTED = "enacted"
    PLANNED = "planned"
    EXPECTED = "expected"
    THREATENED = "threatened"
    ALLEGED = "alleged"
    HYPOTHETICAL = "hypothetical"


class SourceClass(StrEnum):
    """What kind of voice a statement comes from."""

    REGULATOR = "regulator"
    PUBLISHER = "publisher"
    MONITOR = "monitor"
    COMPANY = "company"
    OFFICIAL = "official"
    EXPERT = "expert"
    USERS = "users"
    ANONYMOUS = "anonymous"
    DOCUMENT = "document"
    COURT = "court"


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A verbatim quote and where it stands: Unicode code points of the original text, or of the decoded page (``of: source``).

    Ends are exclusive. The quote of a place in a page is its markup there, tags and entities included.
    """

    start: int
    end: int
    quote: str
    of: Literal["text", "source"] = "text"
    prefix: str | UnsetType = UNSET
    suffix: str | UnsetType = UNSET


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase that names somebody or something in an action, with its role and the entity it stands for."""

    role: Role
    entity: str | None
    surface: str
    resolved_by: ResolvedBy
    span: Span
    confidence: float | UnsetType = UNSET


class Time(msgspec.Struct, frozen=True, kw_only=True):
    """A time as the text supports it: EDTF value, granularity, basis; ``value`` None means not stated."""

    value: str | None
    granularity: Granularity
    basis: TimeBasis
    earliest: str | UnsetType | None = UNSET
    latest: str | UnsetType | None = UNSET
    tz: str | UnsetType | None = UNSET
    span: Span | UnsetType = UNSET


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """One voice in the chain of who says so; chains are ordered outermost first."""

    source: str | None
    source_class: SourceClass
    verb: str | UnsetType = UNSET
    reported_on: Time | UnsetType = UNSET
    span: Span | UnsetType = UNSET


class Factuality(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a thing is affirmed or denied, how real it is, how sure the text is."""

    polarity: Polarity
    modality: Modality
    certainty: Certainty
    hedge: str | UnsetType | None = UNSET


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """By when a measure is due; ``unspecified`` means the text says that none was set."""

    status: DeadlineStatus
    time: Time | UnsetType = UNSET
    duration: str | UnsetType | None = UNSET


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """A stated number, of what, and how many of them the text names."""

    value: int | float | str
    of: QuantityOf
    unit: str | UnsetType = UNSET
    named: int | UnsetType = UNSET
    approx: bool | UnsetType = UNSET
    span: Span | UnsetType = UNSET


class StatedReason(msgspec.Struct, frozen=True, kw_only=True):
    """The reason given for a measure, with its topics and who gives it."""

    text: str
    topics: tuple[str, ...] | UnsetType = UNSET
    attribution: tuple[Attribution, ...] | UnsetType = UNSET
    span: Span | UnsetType = UNSET


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A country (ISO 3166-1 alpha-2), where known with subdivision and networks."""

    country: str
    subdivision: str | UnsetType | None = UNSET
    networks: tuple[str, ...] | UnsetType = UNSET


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One measure somebody with power took, ordered or planned."""

    id: ActionId
    type: ActionType
    mentions: tuple[Mention, ...]
    time: Time
    factuality: Factuality
    attribution: tuple[Attribution, ...]
    evidence: tuple[Span, ...]
    rule: RuleId
    salience: Salience
    place: Place | UnsetType = UNSET
    announced: Time | UnsetType = UNSET
    effective: Time | UnsetType = UNSET
    end: Time | UnsetType = UNSET
    deadline: Deadline | UnsetType = UNSET
    quantity: tuple[Quantity, ...] | UnsetType = UNSET
    scope: Scope | UnsetType = UNSET
    aggregate: bool | UnsetType = UNSET
    legal_basis: str | UnsetType | None = UNSET
    stated_reason: StatedReason | UnsetType | None = UNSET
    part_of: str | UnsetType | None = UNSET
    same_event_as: tuple[str, ...] | UnsetType = UNSET
    follows: str | UnsetType | None = UNSET

    @property
    def quotes(self) -> tuple[Span, ...]:
        """The evidence as the text says it, without where it stands in the page."""
        return tuple(span for span in self.evidence if span.of == "text")


class NetworkClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A testable statement about reachability: subject, status, place, onset."""

    id: ClaimId
    subject: str
    status: Status
    gate: Gate
    place: Place
    onset: Time
    factuality: Factuality
    attribution: tuple[Attribution, ...]
    evidence: tuple[Span, ...]
    rule: RuleId
    salience: Salience
    end: Time | UnsetType = UNSET
    vpn_unaffected: bool | UnsetType | None = UNSET
    unaffected_places: tuple[str, ...] | UnsetType = UNSET
    symptoms: tuple[str, ...] | UnsetType = UNSET
    partial: bool | UnsetType | None = UNSET
    testable_with: tuple[str, ...] | UnsetType = UNSET
    surface: Surface | UnsetType = UNSET
    role: str | UnsetType | None = UNSET
    layer: Layer | UnsetType | None = UNSET
    platform: str | UnsetType | None = UNSET  # where a keyword is withheld
    part_of: str | UnsetType | None = UNSET
    same_event_as: tuple[str, ...] | UnsetType = UNSET

    @property
    def quotes(self) -> tuple[Span, ...]:
        """The evidence as the text says it, without where it stands in the page."""
        return tuple(span for span in self.evidence if span.of == "text")


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A text's identity and times; ``sha256`` is of the original UTF-8 bytes."""

    sha256: Sha256
    language: str
    url: str | None = None
    publisher: str | None = None
    title: str | None = None
    published: str | None = None
    published_basis: PublishedBasis = "unknown"
    normalisation: tuple[str, ...] = ()
    extractor: str = ""
    kind: DocumentKind = "article"
    retrieved: str | None = None
    amended: str | None = None
    withdrawn: str | None = None
    same_witness_as: str | None = None
    version_of: str | None = None  # sha256 of the version of the same page that this one replaced


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one document says: its actions and its network claims."""

    doc: Document
    actions: tuple[Action, ...]
    network_claims: tuple[NetworkClaim, ...]

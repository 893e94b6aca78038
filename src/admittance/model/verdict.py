"""What one measurement says of one target at one layer, and the counts of such verdicts over an hour."""

from datetime import datetime
from enum import StrEnum

from admittance.model.ids import Asn, Country, FileId, MeasurementUid, RuleId, SubjectId, TargetId
from admittance.model.tables import Row
from admittance.model.vocabulary import Arm, Evidence, Gate, Layer, Origin, State

__all__ = ["Cell", "ControlKind", "ControlRecord", "SnapshotCell", "SnapshotVerdict", "Verdict", "VerdictStamp"]


class ControlKind(StrEnum):
    """What a control record says."""

    ENDPOINT = "endpoint"  # working connections came from at least two networks on at least two days
    HISTORY = "history"  # a host worked from one network on several days
    RESOLVER = "resolver"  # the resolvers of one network answered nothing on several days
    ANSWER = "answer"  # a name leads to a network or a neighbourhood, in several networks of several countries
    DENIAL = "denial"  # a name does not exist, in several networks of several countries
    NOTICE = "notice"  # one network hands this out for several unrelated names, while others work
    WALL = "wall"  # one network hands this out for nearly every name


class ControlRecord(Row, frozen=True, kw_only=True):
    """What others, or the same network on other days, met: an endpoint, a host's history, a resolver network, where a name
    leads, or what a network hands out for many names.
    """

    kind: ControlKind = ControlKind.ENDPOINT
    network: Asn | None = None  # whose history or resolvers, or who hands it out; null for an endpoint, an answer, a denial
    hostname: str  # the name asked for; for a pool of bare addresses, the target's id; empty for a resolver, a notice, a wall
    address: str  # empty for a history or a resolver; of an answer `AS` and a number, or 16 bits; the address, title or issuer
    layer: Layer  # the highest layer that was seen to work there; of a notice or a wall the one at which it is met
    stands_until: datetime | None = (
        None  # of an endpoint, an answer, a denial: start of the last day on which three networks still reached it or later
    )
    handshake_milliseconds: int | None = None  # median over days of the day's median, in a history
    networks: int  # distinct networks that reached it
    days: int  # distinct days on which they did
    first_seen: datetime
    last_seen: datetime


class Verdict(Row, frozen=True, kw_only=True):
    """One measurement × target × layer, scored by one rule."""

    source: str
    origin: Origin
    measurement_uid: MeasurementUid
    report_id: str
    probe_id: str | None
    test_name: str
    subject: SubjectId
    target: TargetId
    gate: Gate
    layer: Layer
    country: Country
    network: Asn
    resolver_network: Asn | None
    arm: Arm
    time: datetime
    state: State
    rule: RuleId
    evidence: Evidence
    mechanism: str | None  # dotted path: `tls.reset.sni`; null when nothing is blamed
    reason: str  # one sentence with the numbers the rule looked at
    ruleset: str  # versions of everything the verdict is a function of
    catalog: str
    fingerprints: str
    controls: str  # of the control records that can bear on its country and day
    file: FileId
    offset: int
    line_sha256: str


class VerdictStamp(Row, frozen=True, kw_only=True):
    """The versions that all verdicts of one layer are a function of: a run leaves none that is of others."""

    layer: Layer
    ruleset: str
    catalog: str
    fingerprints: str


class SnapshotVerdict(Row, frozen=True, kw_only=True):
    """One reading of a snapshot table, scored by one rule of its gate."""

    source: str
    origin: Origin
    gate: Gate
    subject: SubjectId
    target: TargetId
    name: str  # what the tables call the subject: a title, else the id
    place: str
    item: str
    country: Country
    time: datetime
    state: State
    rule: RuleId
    evidence: Evidence
    mechanism: str | None
    severity: (
        float | None
    )  # of a listing: 0 offered, 0.5 no button, 0.75 refused with a reason, 1 refused without; null elsewhere
    count: int | None  # results, sellers or posts that a search found
    reason: str
    ruleset: str
    catalog: str
    file: FileId
    offset: int
    line_sha256: str


class SnapshotCell(Row, frozen=True, kw_only=True):
    """Snapshot verdicts of one target × country on one day, counted by state."""

    gate: Gate
    subject: SubjectId
    target: TargetId
    place: str
    country: Country
    origin: Origin
    time: datetime  # start of the day
    blocked: int
    likely_blocked: int
    throttled: int
    impaired: int
    down: int
    ok: int
    failed: int
    insufficient: int
    rules: str  # JSON object: verdicts per rule id, sorted
    mechanisms: str  # JSON object: bad verdicts per mechanism, sorted
    severity: float | None  # the greatest of the day
    count: int | None  # the greatest of the day
    last_ok: datetime | None  # the last reading of the day that found it, to the moment
    first_bad: datetime | None  # the first that blames somebody
    reports: str  # files that hold a reading that blames somebody, sorted, separated by spaces
    sources: str  # distinct sources, sorted, separated by spaces


class Cell(Row, frozen=True, kw_only=True):
    """Verdicts of one target × layer × country × network × resolver network × arm in one hour, counted by state."""

    subject: SubjectId
    target: TargetId
    gate: Gate
    layer: Layer
    country: Country
    network: Asn
    resolver_network: Asn | None  # only at the dns layer
    arm: Arm
    origin: Origin
    time: datetime  # start of the hour
    blocked: int
    likely_blocked: int
    throttled: int
    impaired: int
    down: int
    ok: int
    failed: int
    insufficient: int
    rules: str  # JSON object: verdicts per rule id, sorted
    mechanisms: str  # JSON object: bad verdicts per mechanism, sorted
    reports: str  # distinct report ids (probe ids where there are any) of scored verdicts, sorted, separated by spaces
    bad_reports: str  # those of them with a verdict that blames interference
    sources: str  # distinct sources of the verdicts, sorted, separated by spaces

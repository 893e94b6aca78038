"""A dated restriction and its history."""

from datetime import datetime

from admittance.model.ids import Asn, Country, EpisodeId, SubjectId, TargetId
from admittance.model.tables import Row
from admittance.model.vocabulary import Gate, Layer, Origin, Pattern, State

__all__ = ["Change", "Episode", "EpisodeNetwork", "Restriction", "Uncertainty", "Window"]


class Window(Row, frozen=True, kw_only=True):
    """Recurring hours of a restriction: on these ISO weekdays (Monday is 1), from one hour UTC to another, end exclusive."""

    weekdays: tuple[int, ...]
    start_hour: int
    end_hour: int


class Restriction(Row, frozen=True, kw_only=True):
    """An interval of restriction in one series: one target × layer × network. Ends are exclusive; null is open or unbounded."""

    subject: SubjectId
    target: TargetId
    gate: Gate
    layer: Layer
    country: Country
    network: Asn
    origin: Origin
    mechanism: str
    state: State  # `insufficient` below the floor of evidence: opens no episode
    pattern: Pattern
    active_windows: tuple[Window, ...]
    onset: datetime
    onset_earliest: datetime | None
    onset_latest: datetime
    end: datetime | None
    end_earliest: datetime | None
    end_latest: datetime | None
    n: int  # scored verdicts between onset and end
    k: int  # those that blame interference
    reports: int
    confidence: float  # posterior probability that the interval is a restriction at all


class EpisodeNetwork(Row, frozen=True, kw_only=True):
    """What one network contributes to an episode, its own bracket included."""

    asn: Asn
    onset: datetime
    onset_earliest: datetime | None
    onset_latest: datetime
    end: datetime | None
    end_earliest: datetime | None
    end_latest: datetime | None
    n: int
    k: int
    reports: int
    targets: tuple[str, ...]
    layers: tuple[str, ...]
    pattern: Pattern
    active_windows: tuple[Window, ...]
    bounding: bool  # whether a bracket of this network is narrow enough to move a national bound


class Uncertainty(Row, frozen=True, kw_only=True):
    """What one number would hide, of the checks of an episode: on a network where it recurs, of its hours alone."""

    reports: int  # sample size: distinct reports, or probes where they are named, behind the checks that count
    share_low: float  # sample size: between these bounds lies the share that fails, 90 %, a trial per report
    share_high: float
    inconclusive: float  # ambiguity: share of the checks that say nothing either way
    proven: float  # ambiguity: share of the failures that a distinctive artefact proves
    failing: float  # consensus: share of the checks that count which fail
    same_mechanism: float  # consensus: share of the failures that its mechanism is blamed for


class Episode(Row, frozen=True, kw_only=True):
    """An interval of restriction of one subject × country × gate × part. Ends are exclusive; an ongoing end is null."""

    id: EpisodeId
    subject: SubjectId
    country: Country
    gate: Gate
    part: str | None  # the role at the function gate, the platform at the content gate; null elsewhere
    state: State
    mechanism: str
    pattern: Pattern
    active_windows: tuple[Window, ...]
    onset: datetime
    onset_earliest: datetime | None
    onset_latest: datetime
    end: datetime | None
    end_earliest: datetime | None
    end_latest: datetime | None
    networks: tuple[EpisodeNetwork, ...]
    targets: tuple[TargetId, ...]
    layers: tuple[Layer, ...]
    scope: str  # "3 of 9 networks"
    networks_measured: int
    n: int
    k: int
    reports: int
    tunnel: str  # state of the tunnel arm over the episode: ok, bad or insufficient
    confidence: float  # posterior probability of the surest of its series that there is a restriction at all
    uncertainty: Uncertainty
    witnesses: tuple[str, ...]  # sources that saw it
    versions: str  # JSON object: ruleset, catalog, fingerprints, controls, detector
    origin: Origin


class Change(Row, frozen=True, kw_only=True):
    """One line of the append-only log of what became of an episode."""

    sequence: int  # from 1, in the order of the log
    episode: EpisodeId
    kind: str  # opened, extended, closed, revised, withdrawn, restored
    before: str | None  # JSON object of the bounds as they stood
    after: str | None  # JSON object of the bounds as they stand
    reason: str

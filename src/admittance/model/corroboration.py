"""An edge between what is said and what was observed, or what another monitor says."""

from admittance.model.ids import Country, EpisodeId, SubjectId
from admittance.model.tables import Row
from admittance.model.testimony import Publisher
from admittance.model.vocabulary import CorroborationStatus, Gate, Origin

__all__ = ["Corroboration"]


class Corroboration(Row, frozen=True, kw_only=True):
    """What the observed, or one other monitor, says to one claim or action, and why."""

    record: str  # id of the claim or action
    record_kind: str  # claim or action
    document: str  # SHA-256 of the document
    subject: SubjectId
    country: Country
    gate: Gate
    status: CorroborationStatus
    reason: str  # one sentence, naming the part that agrees or does not
    episode: EpisodeId | None
    witness: Publisher | None  # the monitor whose testimony says so; null is what was measured
    independent: bool  # false for a monitor that the statement itself, or a witness before it, goes back to
    versions: str  # JSON object: reconciler, extractor, detector
    origin: Origin

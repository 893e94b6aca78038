"""An edge between what is said and what was observed."""

from admittance.model.ids import Country, EpisodeId, SubjectId
from admittance.model.tables import Row
from admittance.model.vocabulary import CorroborationStatus, Gate, Origin

__all__ = ["Corroboration"]


class Corroboration(Row, frozen=True, kw_only=True):
    """What the observed says to one claim or action, and why."""

    record: str  # id of the claim or action
    record_kind: str  # claim or action
    document: str  # SHA-256 of the document
    subject: SubjectId
    country: Country
    gate: Gate
    status: CorroborationStatus
    reason: str  # one sentence, naming the part that agrees or does not
    episode: EpisodeId | None
    versions: str  # JSON object: reconciler, extractor, detector
    origin: Origin

"""What reviewers decided about records, names and sentences: append-only, each attributed and dated."""

from datetime import datetime
from enum import StrEnum

from admittance.model.tables import Row
from admittance.model.vocabulary import Origin

__all__ = ["DecisionKind", "ReviewDecision"]


class DecisionKind(StrEnum):
    """What a reviewer decided. A member is never renamed."""

    ACCEPT = "accept"  # the record stands as it was read, or the sentence holds nothing to record
    REJECT = "reject"  # the record is wrong and is left out
    CORRECT = "correct"  # the record stands with `changes`
    ALIAS = "alias"  # `item`, as texts write it, is the entity in `changes`


class ReviewDecision(Row, frozen=True, kw_only=True):
    """One decision; of several about one item the latest holds, and the earlier ones stay."""

    id: str  # of its own content
    origin: Origin
    kind: DecisionKind
    item: str  # id of an action, claim or question; for an alias the words
    document: str | None  # SHA-256 of the document that the item stands in; null for an alias
    changes: str  # JSON object of field to value; empty object where nothing changes
    note: str | None
    by: str  # who decided, as they named themselves
    decided_at: datetime

"""What documents say, as rows: flat columns to search by, and the whole record as JSON beside them."""

from datetime import datetime

from admittance.model.ids import ActionId, ClaimId
from admittance.model.tables import Row
from admittance.model.vocabulary import Origin

__all__ = ["ActionRecord", "ClaimRecord", "DocumentRecord"]


class DocumentRecord(Row, frozen=True, kw_only=True):
    """A text as it was handed in, with what its publisher or its reader said about it. Kept once by hash."""

    sha256: str  # of the UTF-8 bytes of the text
    origin: Origin
    text: str
    url: str | None
    title: str | None
    publisher: str | None
    published: str | None  # EDTF date as given, not as inferred
    kind: str | None
    language: str | None  # as given
    retrieved: str | None
    markup: str | None  # the part of the page in which the text stands; null for what came as text
    markup_start: int | None  # where that part begins in the decoded page, in code points
    record: str  # JSON of the reading's `doc`
    extractor: str  # reader version and lexicon hash
    recorded_at: datetime


class ActionRecord(Row, frozen=True, kw_only=True):
    """One measure that a document tells of."""

    id: ActionId
    document: str  # SHA-256 of the document
    origin: Origin
    type: str
    regulator: str | None  # entity id of the issuer
    targets: tuple[str, ...]  # entity ids, in the order of the text
    country: str | None
    time: str | None  # EDTF
    salience: str
    record: str  # JSON of the action, as in claims.schema.json


class ClaimRecord(Row, frozen=True, kw_only=True):
    """One testable statement of a document."""

    id: ClaimId
    document: str
    origin: Origin
    subject: str
    country: str
    gate: str
    status: str
    onset: str | None  # EDTF
    salience: str
    record: str  # JSON of the network claim

"""Coverage: what could have been seen, whatever it was."""

from datetime import datetime

from admittance.model.ids import Asn, Country, SubjectId
from admittance.model.tables import Row
from admittance.model.vocabulary import Gate, Origin

__all__ = ["Coverage"]


class Coverage(Row, frozen=True, kw_only=True):
    """Direct measurements of one subject × gate × country × network on one day. A day without a row was not measured.

    Each measurement is counted once: `scored` when any of its verdicts is a trial of detection, else `failed` when one was our
    side's failure, else `insufficient`; so the three add up to `measurements`. At the store, listing and content gates a
    measurement is a reading of a snapshot, and the network is 0; at the function gate it is an attempt.
    """

    subject: SubjectId
    gate: Gate
    country: Country
    network: Asn
    origin: Origin
    day: datetime  # start of the day of measuring, UTC
    measurements: int
    scored: int
    insufficient: int
    failed: int
    reports: int  # distinct reports; probes where they are named; files where snapshots are read
    late: int  # arrived more than one day after the first of the same source, country and day
    sources: str  # sorted, separated by spaces

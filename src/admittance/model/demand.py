"""Demand for ways round a restriction: what people searched for or used, and when that surged. Context beside episodes."""

from datetime import datetime

from admittance.model.ids import Country, FileId
from admittance.model.tables import Row
from admittance.model.vocabulary import Origin

__all__ = ["DemandObservation", "DemandSpike"]


class DemandObservation(Row, frozen=True, kw_only=True):
    """One value of one series in one country: search interest in VPNs, users of Tor, on whatever scale the series has."""

    source: str
    origin: Origin
    series: str  # what was counted: `vpn-interest`, `tor-users`
    country: Country
    time: datetime  # start of the day, or of the longer step, UTC
    value: float  # 0 or more
    file: FileId
    offset: int
    line_sha256: str
    recorded_at: datetime


class DemandSpike(Row, frozen=True, kw_only=True):
    """A surge of one series in one country. It opens no episode, and nothing that judges or detects ever reads it."""

    series: str
    country: Country
    origin: Origin
    start: datetime  # first day, UTC
    end: datetime | None  # first day after; null while it goes on
    peak: datetime  # day of the greatest value
    impact: float  # what was counted above the usual, in usual days
    detector: str

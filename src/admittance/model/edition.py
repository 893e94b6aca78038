"""Editions: dated copies of the lists that others publish, kept so that an old verdict can be scored again."""

from datetime import datetime
from enum import StrEnum

from admittance.model.tables import Row

__all__ = ["Edition", "EditionKind"]


class EditionKind(StrEnum):
    """Which list an edition is one of. A member is never renamed."""

    OONI_DNS = "ooni_dns"  # blocking fingerprints, `fingerprints_dns.csv`
    OONI_HTTP = "ooni_http"  # blocking fingerprints, `fingerprints_http.csv`
    CENSORED_PLANET_BLOCKPAGES = "censored_planet_blockpages"  # `blockpage_signatures.json`
    CENSORED_PLANET_FALSE_POSITIVES = "censored_planet_false_positives"  # `false_positive_signatures.json`
    ADDRESS_NETWORKS = "address_networks"  # which network announces an address, `routeviews-….pfx2as`
    TEST_LIST = "test_list"  # Citizen Lab, a file per country and `global.csv`


class Edition(Row, frozen=True, kw_only=True):
    """One published list as it was on a day. It holds from that day until the next edition of the same kind and name."""

    kind: EditionKind
    name: str  # a country in lower case or `global` for test lists, `ipv4` or `ipv6` for networks, else the kind
    holds_from: datetime  # start of the day, UTC
    sha256: str  # over the content
    content: bytes  # as it was read
    address: str  # file name or URL it was read from
    licence: str  # what is known of the terms under which its publisher gives it
    entries: int  # that can be used
    unusable: int  # that cannot; the import listed them with the reason
    recorded_at: datetime

    @property
    def version(self) -> str:
        """How verdicts name it: name, day and 12 hex digits of the hash."""
        label = self.kind.value if self.name == self.kind.value else f"{self.kind.value}/{self.name}"
        return f"{label}@{self.holds_from:%Y-%m-%d}+{self.sha256[:12]}"

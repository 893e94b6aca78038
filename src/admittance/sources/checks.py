"""Scripted checks: whether a function of a service did what it is for, tried from a country, and when."""

from collections.abc import Mapping

from admittance.model.vocabulary import FUNCTION_ROLES, Gate
from admittance.sources.fields import InvalidRecord, read_asn
from admittance.sources.rows import Column
from admittance.sources.snapshots import Facts, SnapshotSource, read_place_country, read_word

__all__ = ["CHECKS", "COLUMNS", "OUTCOMES", "ROLES"]

COLUMNS = (
    Column("service", longest=200, constant=True),
    Column("role", longest=40, constant=True),
    Column("country", longest=40, constant=True),
    Column("network", needed=False, longest=40, also=("asn", "probe_asn")),
    Column("status", longest=40),
)

ROLES = {
    **{role: role for role in FUNCTION_ROLES},
    "call": "calls",
    "chat": "messaging",
    "message": "messaging",
    "messages": "messaging",
    "signup": "registration",
    "sign-up": "registration",
    "text": "messaging",
    "voice": "audio",
    "website": "web",
}
"""A table's word for a function, in lower case -> ours. A word that is not here is rejected."""

OUTCOMES = {
    "works": "works",
    "working": "works",
    "ok": "works",
    "success": "works",
    "reachable": "works",
    "fails": "fails",
    "failed": "fails",
    "failing": "fails",
    "blocked": "fails",  # what the failure means is for the rules to say
    "timeout": "fails",
    "unreachable": "fails",
    "refused": "refused",  # the service itself said no
    "denied": "refused",
    "rejected": "refused",
    "unknown": "unknown",
    "error": "unknown",
    "skipped": "unknown",
}
"""A table's word for what came of a check, in lower case -> ours. A word that is not here is rejected."""


def _facts(value: Mapping[str, str]) -> Facts:
    if not value["service"]:
        raise InvalidRecord("service: missing")
    return Facts(
        place=read_word("role", value["role"], ROLES),
        item=value["service"],
        country=read_place_country("country", value["country"]),
        network=read_asn("network", value["network"]) or None,
        status=read_word("status", value["status"], OUTCOMES),
    )


CHECKS = SnapshotSource(name="checks", parser="checks/1", gate=Gate.FUNCTION, columns=COLUMNS, facts=_facts)

"""Which OONI tests are known, and from which of them facts are taken: one entry per test."""

from enum import StrEnum

import msgspec

__all__ = ["NETTESTS", "Asks", "Nettest", "nettest_named"]


class Asks(StrEnum):
    """Whom a test's facts are about, which decides how a fact finds the host that was asked for."""

    INPUT = "input"  # the host of the input URL
    SERVICE = "service"  # the endpoints of one service, named by the test itself
    NOT_READ = "not_read"  # recognised and kept as a measurement; its facts are not taken


class Nettest(msgspec.Struct, frozen=True, kw_only=True):
    """One test: its name, whom its facts are about, and whether a helper measures beside the probe."""

    name: str
    asks: Asks = Asks.NOT_READ
    helper: bool = False


NETTESTS = {
    nettest.name: nettest
    for nettest in (
        Nettest(name="web_connectivity", asks=Asks.INPUT, helper=True),
        Nettest(name="telegram", asks=Asks.SERVICE),
        Nettest(name="signal", asks=Asks.SERVICE),
        Nettest(name="browser_web"),
        Nettest(name="dash"),
        Nettest(name="dns_consistency"),
        Nettest(name="dnscheck"),
        Nettest(name="echcheck"),
        Nettest(name="facebook_messenger"),
        Nettest(name="http_header_field_manipulation"),
        Nettest(name="http_invalid_request_line"),
        Nettest(name="http_requests"),
        Nettest(name="ndt"),
        Nettest(name="openvpn"),
        Nettest(name="psiphon"),
        Nettest(name="riseupvpn"),
        Nettest(name="stun_reachability"),
        Nettest(name="tcp_connect"),
        Nettest(name="tor"),
        Nettest(name="urlgetter"),
        Nettest(name="vanilla_tor"),
        Nettest(name="whatsapp"),
    )
}
"""Every test that is recognised. Reading the facts of a further test is a change of its entry."""


def nettest_named(name: str) -> Nettest:
    """The test's entry; an unknown test gets one of its own, so that its measurements are kept and counted."""
    return NETTESTS.get(name) or Nettest(name=name)

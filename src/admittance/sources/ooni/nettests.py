"""Which OONI tests are known, and from which of them facts are taken: one entry per test."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from admittance.sources.fields import InvalidRecord
from admittance.sources.ooni.forms.checks import DNSCHECK, ECHCHECK, STUN_REACHABILITY, URLGETTER
from admittance.sources.ooni.forms.legacy import DNS_CONSISTENCY, HTTP_REQUESTS, TCP_CONNECT
from admittance.sources.ooni.forms.middleboxes import HTTP_HEADER_FIELD_MANIPULATION, HTTP_INVALID_REQUEST_LINE
from admittance.sources.ooni.forms.tunnels import OPENVPN, PSIPHON, TOR, VANILLA_TOR
from admittance.sources.ooni.parts import Form, Part
from admittance.sources.ooni.records import TestKeys
from admittance.sources.urls import Place, place_of_endpoint, place_of_url

__all__ = ["NETTESTS", "Asks", "Nettest", "nettest_named"]


class Asks(StrEnum):
    """Whom a test's facts are about, which decides how a fact finds the host that was asked for."""

    INPUT = "input"  # the host of the input, which must be a URL of http or https
    ENDPOINT = "endpoint"  # the host of the input: a URL of any scheme, a host and port, a host; some records have none
    SERVICE = "service"  # the endpoints of one service, named by the test itself
    NOT_READ = "not_read"  # recognised and kept as a measurement; its facts are not taken


class Nettest(msgspec.Struct, frozen=True, kw_only=True):
    """One test: its name, whom its facts are about, whether a control stands beside the probe's own, and where its keys hold
    more than the shared arrays, their form."""

    name: str
    asks: Asks = Asks.NOT_READ
    helper: bool = False
    form: Form | None = None

    def parts(self, keys: TestKeys | None, content: bytes, given: str | None) -> Sequence[Part]:
        """What facts are taken from. `keys` are the shared arrays of the line `content`, `given` is its input.

        Raises `InvalidRecord` for an input or a field that cannot be used, `msgspec.MsgspecError` for keys of another form.
        """
        if self.asks is Asks.NOT_READ or (self.form is None and keys is None):
            return ()
        asked = self._asked(given)
        if self.form is not None:
            return self.form.parts(content, asked)
        return (Part(keys=keys or TestKeys(), asked=asked, web=self.asks is Asks.INPUT),)

    def _asked(self, given: str | None) -> Place | None:
        if self.asks is Asks.SERVICE or (self.asks is Asks.ENDPOINT and not given):
            return None
        if self.asks is Asks.ENDPOINT:
            place, wanted = place_of_endpoint(given or ""), "URL, host and port, or host"
        else:
            place, wanted = place_of_url(given, assume_http=True) if given else None, "URL of http or https"
        if place is None:
            raise InvalidRecord(f"input: no {wanted}: {(given or '')[:80]!r}")
        return place


NETTESTS = {
    nettest.name: nettest
    for nettest in (
        # websites
        Nettest(name="web_connectivity", asks=Asks.INPUT, helper=True),
        Nettest(name="http_requests", asks=Asks.INPUT, helper=True, form=HTTP_REQUESTS),
        Nettest(name="dns_consistency", asks=Asks.ENDPOINT, helper=True, form=DNS_CONSISTENCY),
        Nettest(name="tcp_connect", asks=Asks.ENDPOINT, form=TCP_CONNECT),
        Nettest(name="urlgetter", asks=Asks.ENDPOINT, form=URLGETTER),
        # messengers
        Nettest(name="facebook_messenger", asks=Asks.SERVICE),
        Nettest(name="signal", asks=Asks.SERVICE),
        Nettest(name="telegram", asks=Asks.SERVICE),
        Nettest(name="whatsapp", asks=Asks.SERVICE),
        # circumvention
        Nettest(name="openvpn", asks=Asks.SERVICE, form=OPENVPN),
        Nettest(name="psiphon", asks=Asks.SERVICE, form=PSIPHON),
        Nettest(name="riseupvpn", asks=Asks.SERVICE),
        Nettest(name="tor", asks=Asks.SERVICE, form=TOR),
        Nettest(name="vanilla_tor", asks=Asks.SERVICE, form=VANILLA_TOR),
        # techniques and middleboxes
        Nettest(name="dnscheck", asks=Asks.ENDPOINT, form=DNSCHECK),
        Nettest(name="echcheck", asks=Asks.ENDPOINT, form=ECHCHECK),
        Nettest(name="http_header_field_manipulation", asks=Asks.SERVICE, form=HTTP_HEADER_FIELD_MANIPULATION),
        Nettest(name="http_invalid_request_line", asks=Asks.SERVICE, form=HTTP_INVALID_REQUEST_LINE),
        Nettest(name="stun_reachability", asks=Asks.ENDPOINT, form=STUN_REACHABILITY),
        # context: performance and browsers, never a verdict
        Nettest(name="browser_web"),
        Nettest(name="dash"),
        Nettest(name="ndt"),
    )
}
"""Every test that is recognised. Reading the facts of a further test is a change of its entry."""


def nettest_named(name: str) -> Nettest:
    """The test's entry; an unknown test gets one of its own, so that its measurements are kept and counted."""
    return NETTESTS.get(name) or Nettest(name=name)

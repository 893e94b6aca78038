"""Labelled records of the Python probe's own tests, which carried their control with them."""

from tests.judge.labelled_raw_web import Raw
from tests.judge.labelled_records_pages import CLOUD
from tests.judge.paper import HOST, PLAIN, A
from tests.judge.records import PAPER, Record, answer, asked, envelope, fetched
from tests.judge.scenarios import OK, B, D, L, N


def _looked_up(met: tuple[str, ...] | str, trusted: tuple[str, ...] | str) -> Record:
    """The same look-up of a trusted resolver and of the network's."""
    queries = []
    for resolver, found in (("8.8.8.8", trusted), ("178.124.0.9", met)):
        failed = found if isinstance(found, str) else None
        query = asked(HOST, *(() if isinstance(found, str) else found), failed=failed, engine="", kind="A", tags=None)
        queries.append(query | {"resolver_hostname": resolver, "resolver_port": 53})
    keys = {"queries": queries, "control_resolver": "8.8.8.8:53", "successful": [], "failures": [], "inconsistent": []}
    return envelope("dns_consistency", "0.7.0", keys, given=HOST, start="2016-05-01 00:00:00")


def _compared(met: Record | str, over_tor: Record | str) -> Record:
    """The same request directly and over Tor."""
    by_tor = {"request": {"url": PLAIN, "method": "GET", "tor": {"is_tor": True}}}
    keys = {
        "requests": [fetched(PLAIN, met, tags=None), fetched(PLAIN, over_tor, tags=None) | by_tor],
        "control_failure": over_tor if isinstance(over_tor, str) else None,
        "experiment_failure": met if isinstance(met, str) else None,
    }
    return envelope("http_requests", "0.2.4", keys, given=PLAIN, start="2015-05-01 00:00:00")


LEGACY: tuple[Raw, ...] = (
    Raw("dns_consistency agrees", _looked_up((A,), (A,)), {"dns": OK}),
    Raw("dns_consistency denied", _looked_up("dns_name_error", (A,)), {"dns": L}),
    Raw("dns_consistency timeout", _looked_up("deferred_timeout_error", (A,)), {"dns": L}),
    Raw("dns_consistency bogon", _looked_up(("127.0.0.1",), (A,)), {"dns": B}),
    Raw("dns_consistency both denied", _looked_up("dns_name_error", "dns_name_error"), {"dns": D}),
    Raw("dns_consistency another", _looked_up(("31.13.94.37",), (A,)), {"dns": N}),
    Raw("dns_consistency neighbour", _looked_up(("95.217.9.9",), (A,)), {"dns": OK}),
    Raw("dns_consistency known injected", _looked_up(("8.7.198.45",), (A,)), {"dns": B}),
    Raw("dns_consistency control silent", _looked_up("dns_name_error", "deferred_timeout_error"), {"dns": N}),
    Raw("http_requests same", _compared(PAPER, PAPER), {"http": OK}),
    Raw("http_requests reset", _compared("connection_reset_error", PAPER), {"http": L}),
    Raw("http_requests never", _compared("response_never_received", PAPER), {"http": L}),
    Raw("http_requests dns", _compared("dns_lookup_error", PAPER), {"dns": L}),
    Raw("http_requests refused", _compared("connection_refused_error", PAPER), {"tcp": L}),
    Raw("http_requests both fail", _compared("connection_refused_error", "generic_timeout_error"), {"tcp": D}),
    Raw("http_requests tor itself", _compared("connection_refused_error", "socks_host_unreachable"), {"tcp": D}),
    Raw(
        "http_requests tor wall", _compared(PAPER, answer(403, "Attention Required! | Cloudflare", headers=CLOUD)), {"http": N}
    ),
    Raw(
        "http_requests known page",
        _compared(answer(403, None, length=0, text='<iframe src="http://10.10.34.34?type=x">'), PAPER),
        {"http": B},
    ),
    Raw(
        "tcp_connect fails",
        envelope(
            "tcp_connect", "0.1", {"connection": "connection_refused_error"}, given="1.2.3.4:443", start="2015-05-01 00:00:00"
        ),
        {"tcp": N},
    ),
    Raw(
        "tcp_connect works",
        envelope("tcp_connect", "0.1", {"connection": "success"}, given=f"{HOST}:443", start="2015-05-01 00:00:00"),
        {"tcp": OK},
    ),
)

"""Labelled records that contradict themselves or hold half of what happened."""

from typing import Any

from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    A2,
    A6,
    E80,
    E443,
    FINE,
    FINE_PLAIN,
    GOOD,
    HELPED,
    HETZNER,
    HOST,
    OK_OK,
    OLD_GOOD,
    PLAIN,
    SAFE,
    V4,
    V5,
    A,
    headed,
    plain,
    safe_5,
)
from tests.judge.records import (
    EOF,
    NO_ANSWER,
    NXDOMAIN,
    PAPER,
    REFUSED,
    RESET,
    TIMEOUT,
    Record,
    answer,
    asked,
    envelope,
    fetched,
    helper,
    opened,
    shaken,
    visit,
)
from tests.judge.scenarios import OK, B, D, F, I, L, N
from tests.judge.tools import found, keyed, one, relay, tor

BARE_ANSWER = asked(HOST, tags=None) | {"answers": [{"answer_type": "A", "ipv4": None, "ttl": None}]}


def old(queries: list[Record], **more: Any) -> Record:
    """All of a page in clear text by an older probe, with its own look-ups."""
    told: dict[str, Any] = {
        "tcp": [opened(E80, tags=None)],
        "requests": [fetched(PLAIN, PAPER, tags=None)],
        "control": helper([A], {E80: None}, PAPER),
    }
    return visit(PLAIN, V4, queries=queries, **(told | more))


def status(**told: Any) -> Record:
    return {"ip": A, "port": 443, "status": told, "t": 0.2}


HALVES: tuple[Raw, ...] = (
    Raw(
        "halves: an answer without its address, and the page",
        old([BARE_ANSWER]),
        FINE_PLAIN | {"dns": I},
        rules=("dns.resolved_after_all",),
    ),
    Raw(
        "halves: denied, and connected all the same",
        old([asked(HOST, failed=NXDOMAIN, tags=None)], requests=[fetched(PLAIN, RESET, tags=None)]),
        {"dns": I, "tcp": OK, "http": L},
    ),
    Raw(
        "halves: an answer without its address, and nothing after",
        visit(PLAIN, V4, queries=[BARE_ANSWER], control=helper([A], {E80: None}, PAPER)),
        {"dns": L},
    ),
    Raw(
        "halves: no answer, and the page by the helper's address",
        safe_5(queries=[asked(HOST, failed=NO_ANSWER), asked(HOST, failed=NO_ANSWER, engine="udp")]),
        FINE | {"dns": L},
    ),
    Raw(
        "halves: answers are null without a failure", old([asked(HOST, tags=None) | {"answers": None}]), {"tcp": OK, "http": OK}
    ),
    Raw("halves: no look-up was kept", old([]), {"tcp": OK, "http": OK}),
    Raw(
        "halves: a connection without an outcome",
        visit(SAFE, V4, queries=[OLD_GOOD], tcp=[status(success=None, failure=None)], control=HELPED),
        {"dns": OK},
    ),
    Raw(
        "halves: a connection that failed without a word",
        visit(SAFE, V4, queries=[OLD_GOOD], tcp=[status(success=False, failure=None)], control=HELPED),
        {"dns": OK, "tcp": I},
    ),
    Raw(
        "halves: a connection that failed and says so in the old way",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[status(success=False, failure="connection_refused_error", blocked=True)],
            control=HELPED,
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw("halves: an answer of status 0", plain(answer(0, None, length=0, headers={})), OK_OK),
    Raw(
        "halves: a request of which nothing came and nothing is said",
        plain({"code": None, "body": None, "headers": None}),
        OK_OK,
    ),
    Raw(
        "halves: a request without a URL",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            requests=[{"failure": None, "request": {"method": "GET"}, "response": answer()}],
            control=HELPED,
        ),
        OK_OK,
    ),
    Raw(
        "halves: a helper's connection without an outcome",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, TIMEOUT, tags=None)],
            control=helper([A], {}, PAPER) | {"tcp_connect": {E443: {"status": None, "failure": None}}},
        ),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "halves: a helper that connected nowhere and got no page",
        visit(
            SAFE, V4, queries=[OLD_GOOD], tcp=[opened(E443, TIMEOUT, tags=None)], control=helper([A], {E443: TIMEOUT}, TIMEOUT)
        ),
        {"dns": OK, "tcp": D},
    ),
    Raw(
        "halves: a helper that connected and got no page",
        safe_5(
            tls=[shaken(HOST, E443, RESET)],
            requests=[],
            control=helper([A], {E443: None}, RESET, shaken={E443: None}, places={A: HETZNER}),
        ),
        OK_OK | {"tls": L},
    ),
    Raw(
        "halves: the probe's address holds a zone",
        visit(SAFE, V4, queries=[asked(HOST, "fe80::1%wlan0", tags=None)], control=HELPED),
        {"dns": B},
    ),
    Raw(
        "halves: an address in brackets",
        safe_5(
            queries=[asked(HOST, f"{A6}@{HETZNER}")],
            tcp=[opened(f"[{A6}]:443")],
            tls=[shaken(HOST, f"[{A6}]:443")],
            requests=[fetched(SAFE, PAPER, endpoint=f"[{A6}]:443")],
            control=helper([A6], {f"[{A6}]:443": None}, PAPER, shaken={f"[{A6}]:443": None}, places={A6: HETZNER}),
        ),
        FINE,
    ),
    Raw("halves: a title of white space", plain(answer(200, "  ", length=24_000)), FINE_PLAIN),
    Raw(
        "halves: handshake without an address, refused certificate for all",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, tags=None)],
            tls=[shaken(HOST, None, "ssl_unknown_authority")],
            control=helper([A], {E443: None}, "ssl_unknown_authority"),
        ),
        OK_OK | {"tls": D},
    ),
    Raw(
        "halves: the same look-up eight times, one of them failed",
        safe_5(queries=[GOOD] * 7 + [asked(HOST, failed=TIMEOUT)]),
        FINE,
    ),
    Raw(
        "halves: a second address that nobody else tried",
        safe_5(queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}")], tcp=[opened(E443), opened(f"{A2}:443", TIMEOUT)]),
        FINE,
    ),
    Raw(
        "halves: the control refused while all fails",
        visit(SAFE, V5, queries=[asked(HOST, failed=NXDOMAIN)], control="unknown_failure: control: 500 Internal Server Error"),
        {"dns": N},
    ),
    Raw(
        "halves: notice with a server error",
        plain(answer(503, "Blocked by the regulator", length=900, headers=headed())),
        OK_OK | {"http": I},
    ),
    Raw(
        "halves: body cut off, same title",
        plain(answer(200, "Morning paper", length=2_000, headers=headed()) | {"body_is_truncated": True}),
        FINE_PLAIN,
    ),
    Raw(
        "halves: end of stream while connecting",
        visit(SAFE, V4, queries=[OLD_GOOD], tcp=[opened(E443, EOF, tags=None)], control=HELPED),
        {"dns": OK, "tcp": L},
    ),
    Raw("halves: keys null", envelope("web_connectivity", V5, {}, given=SAFE) | {"test_keys": None}, {}),
    keyed(
        "halves: messenger's look-up failed and its connection works",
        "facebook_messenger",
        {"queries": [found("edge-mqtt.facebook.com", failed=TIMEOUT)], "tcp_connect": [opened("157.240.0.9:443", tags=None)]},
        "messenger/edge",
        {"dns": L},
        version="0.2.1",
    ),
    keyed(
        "halves: one relay without an outcome",
        "tor",
        tor(
            a=relay("131.188.40.189:443", "or_port_dirauth", TIMEOUT),
            b={"failure": None, "summary": {}, "target_address": "193.23.244.244:443", "target_protocol": "or_port_dirauth"},
        ),
        "tor/directory",
        {"tcp": L},
        version="0.4.0",
    ),
    keyed(
        "halves: whatsapp with half of its endpoints",
        "whatsapp",
        {
            "queries": [found("e1.whatsapp.net", "3.33.252.61@16509"), found("e2.whatsapp.net", failed=NXDOMAIN)],
            "tcp_connect": [opened("3.33.252.61:443", TIMEOUT, tags=None), opened("3.33.252.61:5222", tags=None)],
        },
        "whatsapp/endpoints",
        {"dns": N, "tcp": OK},
        version="0.9.0",
    ),
    keyed(
        "halves: signal refused by one machine, its page over another",
        "signal",
        one("cdn.signal.org", "104.18.37.148@13335", tcp=REFUSED)
        | {"requests": [fetched("https://cdn.signal.org/", answer(404, None, length=10, headers={}), tags=None)]},
        "signal/cdn",
        {"dns": OK, "tcp": L, "http": OK},
        version="0.2.5",
        start="2024-05-01 00:00:00",
    ),
    keyed("halves: psiphon says neither", "psiphon", {"bootstrap_time": 0}, "psiphon/tunnel", {}, version="0.5.1"),
    keyed(
        "halves: psiphon on a phone that was shut down",
        "psiphon",
        {"failure": "unknown_failure: context canceled", "bootstrap_time": 0},
        "psiphon/tunnel",
        {"http": F},
        version="0.5.1",
    ),
    keyed(
        "halves: resolver without lookups",
        "dnscheck",
        {"bootstrap": {"queries": [found("dns.google", "8.8.8.8@15169")]}, "lookups": {}, "bootstrap_failure": None},
        "site:dns.google/dns.google",
        {"dns": OK},
        version="0.9.2",
        given="https://dns.google/dns-query",
    ),
    keyed(
        "halves: request line, nothing came back",
        "http_invalid_request_line",
        {"sent": ["X / HTTP/1.1"], "received": [], "tampering": None, "failure_list": [EOF]},
        "ooni/helpers",
        {"http": N},
        version="0.2.0",
        test_helpers={"backend": {"address": "37.218.241.93", "type": "legacy"}},
    ),
    keyed(
        "halves: stun without an endpoint of its own",
        "stun_reachability",
        {"failure": None, "endpoint": None},
        "site:sonetel.net/stun.sonetel.net",
        {"http": OK},
        version="0.4.0",
        given="stun://stun.sonetel.net:3478",
    ),
)

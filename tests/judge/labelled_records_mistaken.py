"""Labelled records of what is easily mistaken: titles that name the site, notices over https, words of systems, halves."""

import base64
from typing import Any

from admittance.model.vocabulary import State
from tests.judge.labelled_raw_web import Raw
from tests.judge.paper import (
    A2,
    E80,
    E443,
    F443,
    FINE,
    FINE_PLAIN,
    GOOD,
    HELPED,
    HELPED_5,
    HELPED_PLAIN,
    HETZNER,
    HOST,
    I80,
    ISP,
    ISP_ASN,
    KNOWN,
    OLD_GOOD,
    PLAIN,
    SAFE,
    SITE,
    UDP_GOOD,
    UDP_NONE,
    V4,
    V5,
    A,
    headed,
    plain,
    safe_5,
)
from tests.judge.records import (
    EOF,
    HOSTNAME,
    NXDOMAIN,
    PAPER,
    PAPER_HEADERS,
    REFUSED,
    RESET,
    TIMEOUT,
    Record,
    answer,
    asked,
    fetched,
    helper,
    opened,
    shaken,
    visit,
)
from tests.judge.scenarios import OK, B, F, I, L, N
from tests.judge.tools import CENTRES, found, keyed, one, relay, tor

TWO = helper([A, A2], {E443: None, F443: None}, PAPER, shaken={E443: None, F443: None}, places=KNOWN)


def unnamed(text: str) -> str:
    return f"unknown_failure: {text}"


def connecting(text: str, state: State) -> Raw:
    failure = unnamed(text)
    return Raw(
        f"mistaken: connecting, {text[:60]}",
        visit(
            SAFE,
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E443, failure, tags=None)],
            requests=[fetched(SAFE, failure, tags=None)],
            control=HELPED,
        ),
        {"dns": OK, "tcp": state},
    )


def looking_up(text: str, state: State) -> Raw:
    return Raw(
        f"mistaken: looking up, {text[:60]}",
        visit(SAFE, V4, queries=[asked(HOST, failed=unnamed(text), tags=None)], control=HELPED),
        {"dns": state},
    )


def asking(text: str, state: State) -> Raw:
    return Raw(
        f"mistaken: asking, {text[:60]}",
        safe_5(requests=[fetched(SAFE, unnamed(text), endpoint=E443)]),
        {"dns": OK, "tcp": OK, "tls": OK, "http": state},
    )


def shaking(text: str, state: State) -> Raw:
    return Raw(
        f"mistaken: shaking, {text[:60]}",
        safe_5(tls=[shaken(HOST, E443, unnamed(text))], requests=[]),
        {"dns": OK, "tcp": OK, "tls": state},
    )


def telegram(page: Record | str) -> Record:
    keys: dict[str, Any] = {"queries": None, "tcp_connect": [], "requests": [], "tls_handshakes": None}
    for address in CENTRES:
        for port in (80, 443):
            keys["tcp_connect"].append(opened(f"{address}:{port}", tags=None))
            keys["requests"].append(
                fetched(f"http://{address}:{port}/", page if port == 80 else RESET, endpoint=f"{address}:{port}", tags=None)
            )
    return keys


LEGAL = answer(200, "Access restricted", length=1_200, headers=headed(Server="nginx"))
BASE64_NOTICE = answer(403, None, length=0, text='<html><iframe src="http://10.10.34.34?type=x"></iframe>') | {
    "body": {"format": "base64", "data": base64.b64encode(b'<html><iframe src="http://10.10.34.34?type=x"></iframe>').decode()}
}

MISTAKEN: tuple[Raw, ...] = (
    Raw(
        "mistaken: a notice whose title names the site",
        plain(answer(403, "Access to www.morning-paper.net denied", length=900, headers=headed())),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "mistaken: a notice with status 200 whose title names the site",
        plain(answer(200, "morning-paper.net: blocked by order", length=900, headers=headed())),
        {"dns": OK, "tcp": OK, "http": L},
    ),
    Raw(
        "mistaken: a longer title of the same page",
        plain(answer(200, "Morning paper - all the news of today", length=9_000, headers=headed())),
        FINE_PLAIN,
    ),
    Raw(
        "mistaken: clear text led to a provider's notice over its own https",
        visit(
            PLAIN,
            V5,
            queries=[GOOD, asked("notice.provider.example", "178.124.131.21@6697", tags=("depth=1",))],
            tcp=[opened(E80), opened("178.124.131.21:443", tags=("depth=1",))],
            tls=[shaken("notice.provider.example", "178.124.131.21:443", tags=("depth=1",))],
            requests=[
                fetched("https://notice.provider.example/", LEGAL, endpoint="178.124.131.21:443", tags=("depth=1",)),
                fetched(PLAIN, answer(302, None, length=0, headers={}, to="https://notice.provider.example/"), endpoint=E80),
            ],
            control=HELPED_5,
        ),
        {"dns": OK, "tcp": OK, "tls": OK, "http": L},
    ),
    Raw(
        "mistaken: name led to a provider's machine and on to its notice over https",
        visit(
            PLAIN,
            V5,
            queries=[
                asked(HOST, f"{ISP}@{ISP_ASN}"),
                asked("notice.provider.example", "178.124.131.21@6697", tags=("depth=1",)),
            ],
            tcp=[opened(I80), opened("178.124.131.21:443", tags=("depth=1",))],
            tls=[shaken("notice.provider.example", "178.124.131.21:443", tags=("depth=1",))],
            requests=[
                fetched("https://notice.provider.example/", LEGAL, endpoint="178.124.131.21:443", tags=("depth=1",)),
                fetched(PLAIN, answer(302, None, length=0, headers={}, to="https://notice.provider.example/"), endpoint=I80),
            ],
            control=helper([A], {E80: None, I80: None}, PAPER, shaken={}, places={A: HETZNER, ISP: ISP_ASN}),
        ),
        {"dns": L},
    ),
    Raw(
        "mistaken: notice quoted by the site itself over https",
        safe_5(requests=[fetched(SAFE, BASE64_NOTICE, endpoint=E443)]),
        {"dns": OK, "tcp": OK, "tls": OK, "http": I},
    ),
    Raw("mistaken: known notice as base64", plain(BASE64_NOTICE), {"dns": OK, "tcp": OK, "http": B}),
    Raw(
        "mistaken: headers in a list alone",
        plain(
            {
                "code": 200,
                "body": answer()["body"],
                "body_is_truncated": False,
                "headers": None,
                "headers_list": [[k, v] for k, v in PAPER_HEADERS.items()],
            }
        ),
        FINE_PLAIN,
    ),
    Raw(
        "mistaken: https answer without body and headers",
        safe_5(
            requests=[fetched(SAFE, {"code": 200, "body": None, "headers": None, "body_is_truncated": False}, endpoint=E443)]
        ),
        FINE,
    ),
    Raw(
        "mistaken: an alias without an address",
        visit(SAFE, V4, queries=[asked(HOST, alias="morning-paper.hoster.example", tags=None)], control=HELPED),
        {"dns": L},
    ),
    Raw(
        "mistaken: redirected to one's own machine",
        plain(answer(302, None, length=0, headers=headed(), to="http://127.0.0.1/")),
        {"dns": OK, "tcp": OK, "http": I},
    ),
    Raw(
        "mistaken: the port is told in the address",
        visit(
            "http://www.morning-paper.net:80/",
            V4,
            queries=[OLD_GOOD],
            tcp=[opened(E80, tags=None)],
            requests=[fetched("http://www.morning-paper.net:80/", PAPER, tags=None)],
            control=HELPED_PLAIN,
        ),
        FINE_PLAIN,
    ),
    Raw(
        "mistaken: one address silent, handshakes reset at the other",
        safe_5(
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}")],
            tcp=[opened(E443), opened(F443, TIMEOUT)],
            tls=[shaken(HOST, E443, RESET)],
            requests=[],
            control=TWO,
        ),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "mistaken: handshake reset at one address, fine at the other",
        safe_5(
            queries=[asked(HOST, f"{A}@{HETZNER}", f"{A2}@{HETZNER}")],
            tcp=[opened(E443), opened(F443)],
            tls=[shaken(HOST, E443, RESET), shaken(HOST, F443)],
            requests=[fetched(SAFE, PAPER, endpoint=F443)],
            control=TWO,
        ),
        FINE,
    ),
    Raw(
        "mistaken: connection reset while being made",
        visit(SAFE, V4, queries=[OLD_GOOD], tcp=[opened(E443, RESET, tags=None)], control=HELPED),
        {"dns": OK, "tcp": L},
    ),
    Raw(
        "mistaken: connection aborted in the handshake",
        safe_5(tls=[shaken(HOST, E443, "connection_aborted")], requests=[]),
        {"dns": OK, "tcp": OK, "tls": L},
    ),
    Raw(
        "mistaken: a name that nobody has, answered with the provider's search page",
        visit(
            PLAIN,
            V5,
            queries=[asked(HOST, f"{ISP}@{ISP_ASN}")],
            tcp=[opened(I80)],
            requests=[fetched(PLAIN, answer(200, "Did you mean", length=5_000, headers=headed()), endpoint=I80)],
            control=helper(NXDOMAIN, {I80: None}, "dns_lookup_error", shaken={}, places={ISP: ISP_ASN}),
        ),
        {"dns": N, "tcp": OK, "http": N},
    ),
    Raw(
        "mistaken: QUIC that the site does not serve",
        safe_5(quic_handshakes=[shaken(HOST, E443, TIMEOUT) | {"network": "udp"}]),
        FINE | {"quic": N},
    ),
    Raw(
        "mistaken: a genuine reply twice",
        safe_5(queries=[GOOD, UDP_GOOD, UDP_NONE], x_dns_duplicate_responses=[UDP_GOOD]),
        FINE,
    ),
    connecting("dial tcp [scrubbed]: socket: too many open files", F),
    connecting("dial tcp [scrubbed]: connect: cannot assign requested address", F),
    connecting("dial tcp [scrubbed]: connect: operation not permitted", F),
    connecting("dial tcp [scrubbed]: connect: host is down", L),
    connecting("context canceled", F),
    connecting(
        "dial tcp [scrubbed]: connectex: ... da der Zielcomputer die Verbindung verweigerte.",
        L,
    ),
    looking_up(f"lookup {HOST} on [scrubbed]: read udp [scrubbed]->[scrubbed]: i/o timeout", L),
    looking_up(f"lookup {HOST}: Temporary failure in name resolution", I),
    looking_up(f"lookup {HOST}: getaddrinfow: No such host is known.", L),
    looking_up(f"lookup {HOST}: getaddrinfow: The requested name is valid, but no data of the requested type was found.", L),
    looking_up(
        f"lookup {HOST}: getaddrinfow: This is usually a temporary error during hostname resolution.",
        I,
    ),
    shaking("x509: “www.morning-paper.net” certificate is not trusted", L),
    shaking("write tcp [scrubbed]->[scrubbed]: write: broken pipe", L),
    shaking("read tcp [scrubbed]->[scrubbed]: read: software caused connection abort", L),
    asking("net/http: request canceled (Client.Timeout exceeded while awaiting headers)", L),
    asking("http: server closed idle connection", L),
    asking('net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00"', I),
    keyed(
        "mistaken: telegram's data centres led to a notice",
        "telegram",
        telegram(answer(302, None, length=0, headers={}, to="http://notice.provider.example/")),
        "telegram/dc_pool",
        {"tcp": OK, "http": L},
        version="0.3.1",
    ),
    keyed(
        "mistaken: telegram's data centres behind a known notice",
        "telegram",
        telegram(BASE64_NOTICE),
        "telegram/dc_pool",
        {"tcp": OK, "http": B},
        version="0.3.1",
    ),
    keyed(
        "mistaken: tor's directories cut off in the handshake",
        "tor",
        tor(
            a=relay("131.188.40.189:443", "or_port_dirauth", None, EOF),
            b=relay("193.23.244.244:443", "or_port_dirauth", None, EOF),
        ),
        "tor/directory",
        {"tcp": OK, "tls": L},
        version="0.4.0",
    ),
    keyed(
        "mistaken: great resolver's port refused",
        "dnscheck",
        {
            "bootstrap": {"queries": [found("dns.google", "8.8.8.8@15169")]},
            "lookups": {
                "dot://8.8.8.8:853": {
                    "failure": REFUSED,
                    "tcp_connect": [opened("8.8.8.8:853", REFUSED, tags=None)],
                    "queries": None,
                    "tls_handshakes": None,
                }
            },
        },
        "site:dns.google/dns.google",
        {"dns": OK, "tcp": L},
        version="0.9.2",
        given="dot://dns.google/",
    ),
    keyed(
        "mistaken: urlgetter by way of psiphon, timed out",
        "urlgetter",
        {"tunnel": "psiphon", "failure": TIMEOUT, "bootstrap_time": 0, "queries": None},
        "psiphon/tunnel",
        {"http": I},
        version="0.2.0",
        given=SAFE,
    ),
    keyed(
        "mistaken: header fields, helper refuses",
        "http_header_field_manipulation",
        {"requests": [fetched("http://37.218.241.94", "connection_refused_error", tags=None)], "tampering": None},
        "ooni/helpers",
        {"tcp": N},
        version="0.2.0",
        test_helpers={"backend": "http://37.218.241.94"},
    ),
    keyed(
        "mistaken: http_requests over https",
        "http_requests",
        {"requests": [fetched(SAFE, PAPER, tags=None)], "control_failure": "socks_error"},
        SITE,
        {"http": OK},
        version="0.2.5",
        given=SAFE,
        start="2015-06-01 00:00:00",
    ),
    keyed(
        "mistaken: messenger's certificate of nobody",
        "whatsapp",
        one("web.whatsapp.com", "157.240.252.61@32934", HOSTNAME),
        "whatsapp/web",
        {"dns": OK, "tcp": OK, "tls": L},
        version="0.10.1",
    ),
)

"""Labelled raw measurements of every test but web_connectivity: what the network did, and the truth per target and layer."""

from collections.abc import Collection, Mapping
from typing import Any

from admittance.model.vocabulary import State
from tests.judge.labelled_raw_web import Raw
from tests.judge.probe import (
    AUTHORITY,
    HOSTNAME,
    NXDOMAIN,
    REFUSED,
    RESET,
    TIMEOUT,
    Page,
    Record,
    connection,
    handshake,
    measurement,
    query,
    request,
)
from tests.judge.scenarios import OK, B, I, L, N, Truth

BOGON, FOREIGN = ("10.0.0.1",), ("83.224.65.41",)
FACEBOOK, TELEGRAM = 32934, 62041
NO_PAGE = Page(404, None, 0, {})
BACKEND = {"backend": {"address": "37.218.241.94", "type": "legacy"}}
DATA_CENTRES = ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91", "149.154.171.5", "95.161.76.100")
SIGNAL = {
    "chat.signal.org": "signal/chat",
    "storage.signal.org": "signal/storage",
    "cdsi.signal.org": "signal/directory",
    "cdn.signal.org": "signal/cdn",
    "sfu.voip.signal.org": "signal/calls",
}
MESSENGER = {
    "stun": "stun.fbsbx.com",
    "b_api": "b-api.facebook.com",
    "b_graph": "b-graph.facebook.com",
    "edge": "edge-mqtt.facebook.com",
    "external_cdn": "external.xx.fbcdn.net",
    "scontent_cdn": "scontent.xx.fbcdn.net",
    "star": "star.c10r.facebook.com",
}


def _arrays() -> Record:
    return {"queries": [], "tcp_connect": [], "tls_handshakes": [], "requests": []}


def _placed(look_up: Record, network: int) -> Record:
    """The look-up with its answers in a network."""
    for answer in look_up["answers"] or ():
        answer["asn"] = network
    return look_up


def _fetched(
    keys: Record,
    host: str,
    address: str,
    *,
    dns: tuple[str, ...] | str | None = None,
    tcp: str | None = None,
    tls: str | None = None,
    http: str | None = None,
    network: int = 0,
) -> None:
    """A page over https, as far as it got."""
    found = dns or (address,)
    failure = found if isinstance(found, str) else tcp or tls or http
    keys["queries"].append(query(host, found) if dns else _placed(query(host, found), network))
    if not isinstance(found, str):
        keys["tcp_connect"].append(connection(found[0], 443, tcp))
        if tcp is None:
            keys["tls_handshakes"].append(handshake(host, found[0], tls))
    keys["requests"].append(request(f"https://{host}/", failure, NO_PAGE))


def _raw(name: str, test: str, version: str, keys: Record, truths: Mapping[str, Truth], **envelope: Any) -> list[Raw]:
    """One measurement, once for each target that is told of."""
    record = measurement(test, version, keys, **envelope)
    return [Raw(f"{test} {name} {target}", record, truth, target) for target, truth in truths.items()]


def _telegram(
    name: str,
    pool: Truth,
    web: Truth,
    *,
    down: Collection[str] = (),
    tcp: str | None = None,
    http: str | None = None,
    **met: Any,
) -> list[Raw]:
    keys = _arrays()
    for address in DATA_CENTRES:
        for port in (443, 80):
            failure = tcp if address in down else None
            keys["tcp_connect"].append(connection(address, port, failure))
            keys["requests"].append(request(f"http://{address}:{port}/", failure or http, NO_PAGE))
    _fetched(keys, "web.telegram.org", "149.154.167.99", network=TELEGRAM, **met)
    return _raw(name, "telegram", "0.3.0", keys, {"telegram/dc_pool": pool, "telegram/web": web})


def _signal(name: str, bad: Truth, hosts: Collection[str] = SIGNAL, **met: Any) -> list[Raw]:
    keys = _arrays()
    for place, host in enumerate(SIGNAL):
        _fetched(keys, host, f"13.248.212.{place + 1}", **(met if host in hosts else {}))
    good = {"dns": OK, "tcp": OK, "tls": OK, "http": OK}
    truths = {target: bad if host in hosts else good for host, target in SIGNAL.items()}
    return _raw(name, "signal", "0.2.5", keys, truths)


def _whatsapp(
    name: str, endpoints: Truth, web: Truth, *, bad: int = 16, tcp: str | None = None, dns: str | None = None, **met: Any
) -> list[Raw]:
    keys = _arrays()
    for number in range(1, 17):
        host, address = f"e{number}.whatsapp.net", f"15.197.206.{number}"
        keys["queries"].append(query(host, dns if dns and number <= bad else (address,)))
        if not dns or number > bad:
            keys["tcp_connect"] += [connection(address, port, tcp if number <= bad else None) for port in (443, 5222)]
    _fetched(keys, "web.whatsapp.com", "157.240.1.1", network=FACEBOOK, **met)
    return _raw(name, "whatsapp", "0.11.0", keys, {"whatsapp/endpoints": endpoints, "whatsapp/web": web})


def _messenger(
    name: str, truth: Truth, *, dns: tuple[str, ...] | str | None = None, tcp: str | None = None, network: int = FACEBOOK
) -> list[Raw]:
    keys: Record = {"queries": [], "tcp_connect": []}
    for place, host in enumerate(MESSENGER.values()):
        found = dns or (f"31.13.0.{place + 1}",)
        keys["queries"].append(_placed(query(host, found), network))
        if not isinstance(found, str) and host != MESSENGER["stun"]:
            address = found[0] if dns is None else f"83.224.65.{place + 1}"
            if dns is not None:
                keys["queries"][-1] = _placed(query(host, (address,)), network)
            keys["tcp_connect"].append(connection(address, 443, tcp))
    return _raw(name, "facebook_messenger", "0.2.1", keys, {f"messenger/{role}": truth for role in MESSENGER if role != "stun"})


def _tor(name: str, failure: str | None, bridges: Truth, directory: Truth) -> list[Raw]:
    targets = {}
    for address, protocol in (
        ("86.59.21.38:443", "or_port_dirauth"),
        ("128.31.0.39:9131", "dir_port"),
        ("85.31.186.98:443", "obfs4"),
    ):
        host, port = address.rsplit(":", 1)
        targets[address] = {
            "failure": failure,
            "network_events": [],
            "queries": [],
            "requests": [],
            "summary": {"connect": {"failure": failure}} | ({} if failure else {"handshake": {"failure": None}}),
            "target_address": address,
            "target_protocol": protocol,
            "tcp_connect": [connection(host, int(port), failure)],
            "tls_handshakes": [handshake("", address.rsplit(":", 1)[0], None)]
            if protocol == "or_port_dirauth" and not failure
            else [],
        }
    return _raw(name, "tor", "0.4.0", {"targets": targets}, {"tor/bridges": bridges, "tor/directory": directory})


def _tunnel(name: str, test: str, tool: str, keys: Record, state: State) -> list[Raw]:
    return _raw(name, test, "0.5.1", keys, {f"{tool}/tunnel": {"http": state}})


def _riseup(name: str, api: Truth, gateways: Truth, *, at_api: str | None = None, at_gateways: str | None = None) -> list[Raw]:
    keys = _arrays()
    _fetched(keys, "api.black.riseup.net", "198.252.153.107", tcp=at_api)
    keys["tcp_connect"] += [connection(address, 443, at_gateways) for address in ("212.83.182.127", "37.218.241.84")]
    return _raw(name, "riseupvpn", "0.2.0", keys, {"riseup/api": api, "riseup/gateways": gateways})


def _dnscheck(name: str, truth: Truth, *, tcp: str | None = None, tls: str | None = None) -> list[Raw]:
    look_up = {
        "queries": [query("example.org", tcp or tls or ("93.184.216.34",), engine="doh")],
        "tcp_connect": [connection("8.8.8.8", 443, tcp)],
        "tls_handshakes": [] if tcp else [handshake("dns.google", "8.8.8.8", tls)],
        "requests": [],
    }
    keys = {"bootstrap": {"queries": [query("dns.google", ("8.8.8.8",))]}, "lookups": {"https://8.8.8.8/dns-query": look_up}}
    return _raw(name, "dnscheck", "0.9.2", keys, {"site:dns.google/dns.google": truth}, given="https://dns.google/dns-query")


def _stun(name: str, truth: Truth, failure: str | None, dns: tuple[str, ...] | str = ("74.125.250.129",)) -> list[Raw]:
    keys = {"endpoint": "stun.l.google.com:19302", "failure": failure, "queries": [query("stun.l.google.com", dns)]}
    target = "site:google.com/stun.l.google.com"
    return _raw(name, "stun_reachability", "0.4.0", keys, {target: truth}, given="stun://stun.l.google.com:19302")


def _urlgetter(name: str, truth: Truth, **met: Any) -> list[Raw]:
    keys = _arrays() | {"agent": "redirect", "tunnel": "", "failure": None}
    _fetched(keys, "www.example.com", "93.184.216.34", **met)
    return _raw(name, "urlgetter", "0.2.0", keys, {"site:example.com/www.example.com": truth}, given="https://www.example.com/")


def _request_line(name: str, state: State, received: str, failure: str | None = None) -> list[Raw]:
    keys = {"sent": ["GET / HTTP/1.1"], "received": [received], "failure_list": [failure], "tampering": False}
    return _raw(name, "http_invalid_request_line", "0.2.0", keys, {"ooni/helpers": {"http": state}}, test_helpers=BACKEND)


def _header_fields(name: str, state: State, changed: bool) -> list[Raw]:
    keys = {
        "requests": [request("http://37.218.241.94:80", None, Page(200, None, 20))],
        "tampering": {"total": changed, "header_name_diff": [], "request_line_capitalization": False},
    }
    return _raw(name, "http_header_field_manipulation", "0.2.0", keys, {"ooni/helpers": {"http": state}}, test_helpers=BACKEND)


def _ech(name: str, veiled: str | None, state: State, plain: str | None = None, rule: str = "") -> list[Raw]:
    host, address = "crypto.cloudflare.com", "162.159.137.85"
    keys = _arrays() | {
        "queries": [query(host, (address,))],
        "tls_handshakes": [handshake(host, address, plain), handshake(host, address, veiled, echconfig="GREASE")],
    }
    target = f"site:cloudflare.com/{host}"
    truth = {"dns": OK, "tls": OK} if plain is None else {"dns": N, "tls": N}
    truths = {target: truth, f"{target}/ech": {"tls": state}}
    raws = _raw(name, "echcheck", "0.3.0", keys, truths, given=f"https://{host}/cdn-cgi/trace")
    return [raw._replace(rules=(rule,)) if rule and raw.target != target else raw for raw in raws]


GOOD = {"dns": OK, "tcp": OK, "tls": OK, "http": OK}
ANSWERED = {"tcp": OK, "http": OK}
UNPROVEN = {"dns": N, "tcp": OK}

SERVICES: tuple[Raw, ...] = (
    *_telegram("works", ANSWERED, GOOD),
    *_telegram("one data centre", ANSWERED, GOOD, down=DATA_CENTRES[:1], tcp=TIMEOUT),
    *_telegram("no data centre", {"tcp": L}, GOOD, down=DATA_CENTRES, tcp=TIMEOUT),
    *_telegram("data centres reset", {"tcp": OK, "http": L}, GOOD, http=RESET),
    *_telegram("web reset", ANSWERED, {"dns": OK, "tcp": OK, "tls": L}, tls=RESET),
    *_telegram("web name", ANSWERED, {"dns": L}, dns=NXDOMAIN),
    *_telegram("web hijacked", ANSWERED, {"dns": L}, dns=FOREIGN, tls=HOSTNAME),
    *_telegram("web bogon", ANSWERED, {"dns": B}, dns=BOGON, tls=TIMEOUT),
    *_signal("works", GOOD),
    *_signal("names", {"dns": L}, dns=NXDOMAIN),
    *_signal("bogons", {"dns": B}, dns=BOGON, tcp=TIMEOUT),
    *_signal("addresses", {"dns": N, "tcp": L}, tcp=TIMEOUT),
    *_signal("handshakes", {"dns": N, "tcp": OK, "tls": L}, tls=RESET),
    *_signal("certificates", {"dns": N, "tcp": OK, "tls": L}, tls=AUTHORITY),
    *_signal("requests", GOOD | {"http": L}, http=RESET),
    *_signal("one host", {"dns": N, "tcp": OK, "tls": L}, ("chat.signal.org",), tls=TIMEOUT),
    *_whatsapp("works", UNPROVEN, GOOD),
    *_whatsapp("half of the endpoints", UNPROVEN, GOOD, bad=8, tcp=TIMEOUT),
    *_whatsapp("no endpoint", UNPROVEN | {"tcp": L}, GOOD, tcp=TIMEOUT),
    *_whatsapp("no name", {"dns": L}, GOOD, dns=NXDOMAIN),
    *_whatsapp("web reset", UNPROVEN, {"dns": OK, "tcp": OK, "tls": L}, tls=RESET),
    *_messenger("works", {"dns": OK, "tcp": OK}),
    *_messenger("no address", {"dns": OK, "tcp": L}, tcp=TIMEOUT),
    *_messenger("no name", {"dns": L}, dns=NXDOMAIN),
    *_messenger("led elsewhere", {"dns": L}, dns=FOREIGN, network=30722),
    *_messenger("led nowhere", {"dns": L}, dns=FOREIGN, tcp=TIMEOUT, network=30722),
    *_tor("works", None, {"tcp": OK, "tls": OK}, {"tcp": OK, "tls": OK}),
    *_tor("refused", REFUSED, {"tcp": L}, {"tcp": L}),
    *_tunnel("works", "psiphon", "psiphon", {"failure": None, "bootstrap_time": 5.1, "requests": None}, OK),
    *_tunnel("fails", "psiphon", "psiphon", {"failure": TIMEOUT, "bootstrap_time": 0, "requests": None}, I),
    *_tunnel("works", "vanilla_tor", "tor", {"success": True, "bootstrap_time": 12.0, "error": None}, OK),
    *_tunnel("fails", "vanilla_tor", "tor", {"success": False, "bootstrap_time": 0, "error": "timeout-reached"}, I),
    *_riseup("works", GOOD, {"tcp": OK}),
    *_riseup("api silent", {"dns": N, "tcp": N}, {"tcp": OK}, at_api=TIMEOUT),
    *_riseup("gateways silent", GOOD, {"tcp": N}, at_gateways=TIMEOUT),
    *_raw(
        "works",
        "openvpn",
        "0.1.4",
        {"tcp_connect": [connection("51.15.187.53", 1194, None)], "openvpn_handshake": [{"ip": "51.15.187.53", "port": 1194}]},
        {"openvpn/gateways": {"tcp": OK, "tls": OK}},
        given="openvpn://riseupvpn.corp/?address=51.15.187.53:1194&transport=tcp",
    ),
    *_dnscheck("works", {"dns": OK, "tcp": OK, "tls": OK}),
    *_dnscheck("silent", {"dns": OK, "tcp": L}, tcp=TIMEOUT),
    *_dnscheck("reset", {"dns": OK, "tcp": OK, "tls": L}, tls=RESET),
    *_stun("works", {"dns": N, "http": OK}, None),
    *_stun("silent", {"dns": N, "http": N}, TIMEOUT),
    *_stun("no name", {"dns": N}, NXDOMAIN, NXDOMAIN),
    *_urlgetter("works", GOOD),
    *_urlgetter("reset", {"dns": N, "tcp": OK, "tls": N}, tls=RESET),
    *_urlgetter("bogon", {"dns": B}, dns=BOGON, tcp=TIMEOUT),
    *_request_line("unaltered", OK, "GET / HTTP/1.1"),
    *_request_line("altered", I, "HTTP/1.1 400 Bad Request"),
    *_request_line("unanswered", N, "", TIMEOUT),
    *_header_fields("unaltered", OK, False),
    *_header_fields("altered", I, True),
    *_ech("encrypted hello works", None, OK),
    *_ech("encrypted hello left unanswered", TIMEOUT, L),
    *_ech("encrypted hello not read", "unknown_failure: tls: server rejected ECH", OK, rule="tls.undeciphered"),
    *_ech("encrypted and plain hello reset", RESET, N, plain=RESET),
    *_ech("encrypted hello reset", RESET, L),
)

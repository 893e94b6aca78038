"""Labelled measurements: messengers, circumvention tools, machines on the path, QUIC, and known faults of tests."""

from datetime import UTC, datetime

from admittance.model.observation import NetworkObservation
from admittance.model.vocabulary import Layer, State
from tests.judge.scenarios import (
    AUTHORITY,
    EXPIRED,
    HOSTNAME,
    NO_CONTROL,
    NXDOMAIN,
    OK,
    REFUSED,
    RESET,
    SITE,
    TIMEOUT,
    V6,
    B,
    D,
    F,
    I,
    L,
    N,
    Scenario,
    Truth,
    clear,
    dns,
    fact,
    http,
    https,
    quic,
    service,
    signal,
    tcp,
    tls,
    vouched,
)  # fmt: skip

IN_2022, IN_2024 = datetime(2022, 11, 1, tzinfo=UTC), datetime(2024, 1, 5, tzinfo=UTC)
BRIDGE, RELAY, GATEWAY = "85.31.186.98", "171.25.193.9", "185.220.103.12"
ECHO_TESTS = ("http_header_field_manipulation", "http_invalid_request_line")


def over_quic(name: str, truth: str, state: State, handshake: NetworkObservation) -> Scenario:
    """A site that works over TCP, with one handshake over QUIC."""
    rows = (dns(), tcp(), tls(), https(), handshake)
    told = {"dns": OK, "tcp": OK, "tls": OK, "http": OK, "quic": state}
    return Scenario(f"quic_{name}", rows, told, (f"quic.{truth}",))


def whatsapp(blocked: int, failure: str = TIMEOUT) -> Scenario:
    """WhatsApp's 16 endpoints, the first `blocked` of which do not connect."""
    rows = [
        row
        for number in range(1, 17)
        for row in service(
            "whatsapp",
            f"e{number}.whatsapp.net",
            dns(f"15.197.206.{number}", hostname=f"e{number}.whatsapp.net"),
            tcp(failure if number <= blocked else None, f"15.197.206.{number}"),
            tcp(failure if number <= blocked else None, f"15.197.206.{number}", 5222),
        )
    ]
    state, rule = (L, "tcp.timeout") if blocked == 16 else (OK, "tcp.ok")
    return Scenario(f"whatsapp_{blocked}_of_16", tuple(rows), {"dns": N, "tcp": state}, (rule,), target="whatsapp/endpoints")


def tunnel(name: str, tool: str, failure: str | None, state: State, rule: str, *, made_elsewhere: bool = False) -> Scenario:
    """The making of a tool's tunnel."""
    rows = service(tool, tool, fact(Layer.HTTP, failure=failure, hostname=tool, operation="bootstrap"))
    elsewhere = (vouched(tool, "", Layer.HTTP),) if made_elsewhere else ()
    return Scenario(name, rows, {"http": state}, (rule,), target=f"{tool}/tunnel", controls=elsewhere)


def echo(test_name: str, operation: str | None, failure: str | None = None) -> Scenario:
    """A helper that says what reached it."""
    state, rule = (I, "http.altered") if operation else (OK, "http.unaltered")
    if failure:
        state, rule = N, "http.no_control"
    rows = service(test_name, "37.218.241.94", fact(Layer.HTTP, failure=failure, port=80, operation=operation))
    name = f"{test_name}_{'unanswered' if failure else 'altered' if operation else 'unaltered'}"
    return Scenario(name, rows, {"http": state}, (rule,), target="ooni/helpers")


def faulty(name: str, host: str, rows: tuple[NetworkObservation, ...], version: str, truth: Truth, rule: str) -> Scenario:
    """A measurement of Signal by a version of the test with a known fault, or without."""
    changed = service(
        "signal",
        host,
        *signal(host, *rows),
        test_version=version,
        time=IN_2022 if "root" in name else IN_2024,
    )
    target = {"sfu.voip.signal.org": "signal/calls", "textsecure-service.whispersystems.org": "signal/chat"}[host]
    return Scenario(name, changed, truth, (rule,), target=target)


OLD_HOST = "textsecure-service.whispersystems.org"

SERVICES: tuple[Scenario, ...] = (
    # QUIC
    over_quic("success", "ok", OK, quic()),
    over_quic("timeout", "timeout", L, quic(TIMEOUT)),
    over_quic("reset", "reset", L, quic(RESET)),
    over_quic("certificate", "certificate", L, quic(HOSTNAME)),
    over_quic("site_certificate", "site_certificate", D, quic(EXPIRED, control_failure=EXPIRED)),
    over_quic("not_served", "down", D, quic(TIMEOUT, control_failure=TIMEOUT)),
    over_quic("no_control", "no_control", N, quic(TIMEOUT, **NO_CONTROL)),
    over_quic("offline", "local", F, quic("network_down")),
    over_quic("no_route", "unroutable", N, quic("network_unreachable", address=V6)),
    over_quic("odd", "unclear", I, quic("quic_incompatible_version")),
    # messengers
    whatsapp(1),
    whatsapp(15),
    whatsapp(16),
    Scenario(
        "messenger_reset",
        service("facebook_messenger", "edge-mqtt.facebook.com", dns("157.240.1.1"), tcp(RESET, "157.240.1.1")),
        {"dns": N, "tcp": L},
        ("tcp.reset",),
        target="messenger/edge",
    ),
    Scenario(
        "whatsapp_registration_nxdomain",
        service("whatsapp", "v.whatsapp.net", dns(None, NXDOMAIN), https(NXDOMAIN)),
        {"dns": L},
        ("dns.nxdomain",),
        target="whatsapp/registration",
    ),
    Scenario(
        "unspecified_address_leads_to_own_machine",
        service(
            "whatsapp",
            "v.whatsapp.net",
            dns("0.0.0.0"),  # noqa: S104 (an answer, not an address to listen on)
            tcp(None, "0.0.0.0"),  # noqa: S104
            tls(HOSTNAME, "127.0.0.1"),
            https(HOSTNAME),
        ),
        {"dns": B},
        ("dns.bogon",),
        target="whatsapp/registration",
    ),
    Scenario(
        "messenger_outside_its_own_networks",
        service(
            "facebook_messenger",
            "edge-mqtt.facebook.com",
            dns("83.224.65.41", answer_networks="30722"),
            tcp(address="83.224.65.41"),
        ),
        {"dns": L},
        ("dns.hijack.foreign_network",),
        target="messenger/edge",
    ),
    Scenario(
        "stun_answers",
        service("stun_reachability", "stun.example.org", fact(Layer.HTTP, hostname="stun.example.org", operation="stun")),
        {"http": OK},
        ("http.exchanged",),
        target="site:example.org/stun.example.org",
    ),
    # circumvention
    tunnel("psiphon_success", "psiphon", None, OK, "http.tunnel_made"),
    tunnel("psiphon_timeout", "psiphon", TIMEOUT, I, "http.tunnel_unmade"),
    tunnel("psiphon_timeout_made_elsewhere", "psiphon", TIMEOUT, L, "http.tunnel", made_elsewhere=True),
    tunnel("psiphon_odd", "psiphon", "unknown_failure: x", I, "http.tunnel_unmade"),
    tunnel("psiphon_offline", "psiphon", "network_down", F, "http.local"),
    tunnel("vanilla_tor_timeout", "tor", TIMEOUT, I, "http.tunnel_unmade"),
    Scenario(
        "tor_one_bridge_works",
        (
            *service("tor", BRIDGE, tcp(TIMEOUT, BRIDGE, 443, hostname=None, operation="obfs4")),
            *service(
                "tor",
                GATEWAY,
                tcp(None, GATEWAY, 8080, hostname=None, operation="obfs4"),
                tls(None, GATEWAY, port=8080, certificate_valid=None, server_name=None, hostname=None, operation="obfs4"),
            ),
        ),
        {"tcp": OK, "tls": OK},
        ("tcp.ok", "tls.ok"),
        target="tor/bridges",
    ),
    Scenario(
        "tor_all_directories_refused",
        (
            *service("tor", RELAY, tcp(REFUSED, RELAY, 80, hostname=None, operation="dir_port")),
            *service("tor", "128.31.0.39", tcp(REFUSED, "128.31.0.39", 9101, hostname=None, operation="or_port")),
        ),
        {"tcp": L},
        ("tcp.refused",),
        target="tor/directory",
    ),
    Scenario(
        "openvpn_unheard_of_gateway",
        service("openvpn", GATEWAY, tls(TIMEOUT, GATEWAY, port=1194, hostname=None, server_name=None, operation="openvpn")),
        {"tls": N},
        ("tls.no_control",),
        target="openvpn/gateways",
    ),
    Scenario(
        "openvpn_gateway_that_others_reach",
        service("openvpn", GATEWAY, tls(TIMEOUT, GATEWAY, port=1194, hostname=None, server_name=None, operation="openvpn")),
        {"tls": L},
        ("tls.timeout",),
        target="openvpn/gateways",
        controls=(vouched("openvpn/gateways", GATEWAY, Layer.TLS),),
    ),
    # tests without a helper
    Scenario(
        "tcp_connect_without_helper",
        service("tcp_connect", SITE, tcp(TIMEOUT)),
        {"tcp": N},
        ("tcp.no_control",),
    ),
    Scenario(
        "tcp_connect_that_others_reach",
        service("tcp_connect", SITE, tcp(TIMEOUT)),
        {"tcp": L},
        ("tcp.timeout",),
        controls=(vouched(SITE, "93.184.216.34", Layer.TLS),),
    ),
    Scenario(
        "urlgetter_reset_where_others_shook_hands",
        service("urlgetter", SITE, dns(), tcp(), tls(RESET)),
        {"dns": OK, "tcp": OK, "tls": L},
        ("tls.reset",),
        controls=(vouched(SITE, "93.184.216.34", Layer.TLS),),
    ),
    Scenario(
        "stun_timeout",
        service("stun_reachability", SITE, dns(), fact(Layer.HTTP, failure=TIMEOUT, operation="stun", port=3478)),
        {"dns": N, "http": N},
        ("http.no_control",),
    ),
    # machines on the path
    *(echo(name, None) for name in ECHO_TESTS),
    echo("http_invalid_request_line", "tampered"),
    echo("http_header_field_manipulation", "tampered header_name_capitalization total"),
    echo("http_invalid_request_line", None, TIMEOUT),
    Scenario(
        "captive_portal_by_status",
        clear(dns(), tcp(port=80), http(status_code=511, title="Welcome", body_length=300)),
        {"dns": OK, "tcp": OK, "http": F},
        ("http.login_demanded",),
    ),
    # known faults of tests
    faulty(
        "second_root_unknown_to_old_test",
        "sfu.voip.signal.org",
        (dns(), tcp(), tls(AUTHORITY), https(AUTHORITY)),
        "0.2.0",
        {"dns": N, "tcp": OK, "tls": N},
        "tls.known_fault",
    ),
    faulty(
        "second_root_known_to_new_test",
        "sfu.voip.signal.org",
        (dns(), tcp(), tls(AUTHORITY), https(AUTHORITY)),
        "0.2.2",
        {"dns": N, "tcp": OK, "tls": L},
        "tls.certificate",
    ),
    faulty(
        "second_root_unknown_but_reset",
        "sfu.voip.signal.org",
        (dns(), tcp(), tls(RESET), https(RESET)),
        "0.2.0",
        {"dns": N, "tcp": OK, "tls": L},
        "tls.reset",
    ),
    faulty("dropped_name", OLD_HOST, (dns(None, NXDOMAIN), https(NXDOMAIN)), "0.2.3", {"dns": N}, "dns.known_fault"),
    faulty("dropped_host_tcp", OLD_HOST, (dns(), tcp(TIMEOUT)), "0.2.3", {"dns": N, "tcp": N}, "tcp.known_fault"),
    faulty(
        "dropped_host_http",
        OLD_HOST,
        (dns(), tcp(), tls(), https(RESET)),
        "0.2.3",
        {"dns": OK, "tcp": OK, "tls": OK, "http": N},
        "http.known_fault",
    ),
    faulty("not_dropped_for_newer_test", OLD_HOST, (dns(None, NXDOMAIN),), "0.2.4", {"dns": L}, "dns.nxdomain"),
    Scenario(
        "riseup_gateway_out_of_service",
        service("riseupvpn", GATEWAY, tcp(TIMEOUT, GATEWAY, 1194, hostname=None), test_version="0.3.0"),
        {"tcp": N},
        ("tcp.known_fault",),
        target="riseup/gateways",
    ),
)

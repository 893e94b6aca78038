"""Labelled measurements: what works, and what happens to names."""

import msgspec

from admittance.model.vocabulary import Control, Layer
from tests.judge.scenarios import (
    GENUINE,
    HOSTNAME,
    NO_CONTROL,
    NXDOMAIN,
    OK,
    OTHER,
    OTHER_PAGE,
    REFUSED,
    REGISTER,
    RESET,
    SECOND,
    SITE,
    TIMEOUT,
    V6,
    B,
    D,
    I,
    L,
    N,
    Scenario,
    body,
    clear,
    dns,
    http,
    https,
    tcp,
    tls,
)

NAMES: tuple[Scenario, ...] = (
    # works
    Scenario(
        "success_https",
        (dns(), tcp(), tls(), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("dns.consistent", "tcp.ok", "tls.ok", "http.ok"),
    ),
    Scenario("success_http", clear(dns(), tcp(port=80), http()), {"dns": OK, "tcp": OK, "http": OK}, ("http.same_page",)),
    Scenario(
        "success_http_then_https",
        clear(dns(), tcp(port=80), http(status_code=301, title=None, body_length=0, location=f"https://{SITE}/"), https(hop=1)),
        {"dns": OK, "tcp": OK, "http": OK},
        ("http.ok",),
    ),
    Scenario(
        "one_address_of_two_fails",
        (dns(f"{GENUINE} {SECOND}"), tcp(), tcp(TIMEOUT, SECOND), tls(), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("tcp.ok",),
    ),
    Scenario(
        "no_ipv6_here",
        (dns(), tcp(), tcp("network_unreachable", V6), tls(), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        (),
    ),
    Scenario(
        "only_ipv6_and_no_route",
        (dns(V6, control_answers=V6), tcp("host_unreachable", V6)),
        {"dns": OK, "tcp": N},
        ("tcp.unroutable",),
    ),
    Scenario(
        "failed_attempt_beside_a_good_one",
        (dns(), tcp(), tls(), https(), https(TIMEOUT)),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        (),
    ),
    Scenario(
        "idna_host",
        tuple(
            msgspec.structs.replace(
                row, asked_host="xn--bcher-kva.example", hostname="bücher.example" if row.layer is Layer.DNS else row.hostname
            )
            for row in (
                dns(),
                tcp(),
                tls(server_name="xn--bcher-kva.example"),
                https(url="https://bücher.example/", hostname="xn--bcher-kva.example"),
            )
        ),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        (),
        target="site:xn--bcher-kva.example/xn--bcher-kva.example",
    ),
    Scenario(
        "large_page_cut_off",
        clear(
            dns(),
            tcp(port=80),
            http(
                body_truncated=True,
                body_length=131_072,
                title=None,
                control_body_length=1_200_000,
                header_names="date",
                control_header_names="date",
            ),
        ),
        {"dns": OK, "tcp": OK, "http": OK},
        ("http.same_page",),
    ),
    # dns
    Scenario("dns_nxdomain", (dns(None, NXDOMAIN), https(NXDOMAIN)), {"dns": L}, ("dns.nxdomain",)),
    Scenario(
        "dns_android_no_data",
        (dns(None, "android_dns_cache_no_data"), https("android_dns_cache_no_data")),
        {"dns": L},
        ("dns.no_data",),
    ),
    Scenario("dns_no_answer", (dns(None), dns(None, query_type="AAAA")), {"dns": L}, ("dns.no_data",)),
    Scenario("dns_refused", (dns(None, "dns_refused_error"),), {"dns": L}, ("dns.refused",)),
    Scenario("dns_servfail", (dns(None, "dns_servfail_error"),), {"dns": L}, ("dns.servfail",)),
    Scenario("dns_timeout", (dns(None, TIMEOUT), https(TIMEOUT)), {"dns": L}, ("dns.timeout",)),
    Scenario("dns_forged", (dns(None, "dns_reply_with_wrong_query_id"),), {"dns": L}, ("dns.forged",)),
    Scenario("dns_unclear", (dns(None, "dns_temporary_failure"),), {"dns": I}, ("dns.unclear",)),
    Scenario(
        "dns_nxdomain_and_genuine_addresses_tried",
        (dns(None, NXDOMAIN), tcp(), tls(), https(address=GENUINE)),
        {"dns": L, "tcp": OK, "tls": OK, "http": OK},
        ("dns.nxdomain",),
    ),
    Scenario(
        "dns_bogon",
        (dns("10.10.34.35"), tcp(TIMEOUT, "10.10.34.35", control=Control.MISSING), https(TIMEOUT)),
        {"dns": B},
        ("dns.bogon",),
    ),
    Scenario("dns_bogon_discarded_by_probe", (dns(None, "dns_bogon_error"),), {"dns": B}, ("dns.injected_bogon",)),
    Scenario(
        "dns_bogon_without_control",
        (dns("127.0.0.1", **NO_CONTROL), tcp(REFUSED, "127.0.0.1", **NO_CONTROL)),
        {"dns": B},
        ("dns.bogon",),
    ),
    Scenario(
        "dns_localhost_http",
        clear(dns("127.0.0.1"), tcp(REFUSED, "127.0.0.1", 80, control=Control.MISSING), http(REFUSED)),
        {"dns": B},
        ("dns.bogon",),
    ),
    Scenario(
        "dns_known_injected",
        (dns("8.7.198.45"), tcp(TIMEOUT, "8.7.198.45", control=Control.MISSING)),
        {"dns": B},
        ("dns.known_address",),
    ),
    Scenario(
        "dns_private_for_everybody",
        (dns("127.0.0.1", control_answers="127.0.0.1"), tcp(REFUSED, "127.0.0.1", control_failure=REFUSED)),
        {"dns": D, "tcp": D},
        ("dns.private_everywhere",),
    ),
    Scenario(
        "dns_fake_address_of_a_proxy_works",
        (dns("198.18.0.7"), tcp(address="198.18.0.7"), tls(address="198.18.0.7"), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("dns.validated",),
    ),
    Scenario(
        "dns_hijack_wrong_certificate",
        (dns(OTHER), tcp(address=OTHER), tls(HOSTNAME, OTHER, control=Control.MISSING)),
        {"dns": L},
        ("dns.hijack.certificate",),
    ),
    Scenario(
        "dns_hijack_refused",
        (dns(OTHER), tcp(REFUSED, OTHER, control_failure=REFUSED), https(REFUSED)),
        {"dns": L},
        ("dns.hijack.dead_end",),
    ),
    Scenario(
        "dns_hijack_other_page",
        clear(dns(OTHER), tcp(address=OTHER, port=80), http(**OTHER_PAGE)),
        {"dns": L},
        ("dns.hijack.page",),
    ),
    Scenario(
        "dns_hijack_known_page",
        clear(dns(OTHER), tcp(address=OTHER, port=80), http(**(OTHER_PAGE | {"body_sha256": "register"}))),
        {"dns": B},
        ("dns.hijack.blockpage",),
        bodies=(body("register", REGISTER.encode()),),
    ),
    Scenario(
        "dns_hijack_and_reset_at_genuine_address",
        (dns(OTHER), tcp(address=OTHER), tcp(), tls(RESET, OTHER, control=Control.MISSING), tls(RESET)),
        {"dns": L, "tcp": OK, "tls": L},
        ("dns.hijack.dead_end", "tls.reset"),
    ),
    Scenario(
        "dns_cdn_same_network",
        (dns(SECOND), tcp(address=SECOND), tls(RESET, SECOND)),
        {"dns": OK, "tcp": OK, "tls": L},
        ("dns.consistent", "tls.reset"),
    ),
    Scenario(
        "dns_cdn_other_network_valid",
        (dns(OTHER), tcp(address=OTHER), tls(address=OTHER), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("dns.validated",),
    ),
    Scenario(
        "dns_cdn_other_network_same_page",
        clear(dns(OTHER), tcp(address=OTHER, port=80), http()),
        {"dns": OK, "tcp": OK, "http": OK},
        ("dns.validated", "http.same_page"),
    ),
    Scenario(
        "dns_cdn_helper_reached_it",
        (dns(OTHER), tcp(address=OTHER), tls(RESET, OTHER)),
        {"dns": OK, "tcp": OK, "tls": L},
        ("dns.validated", "tls.reset"),
    ),
    Scenario("dns_other_answer_and_nothing_else", (dns(OTHER),), {"dns": N}, ("dns.unrelated",)),
    Scenario(
        "dns_encrypted_resolver_fails",
        (dns(), dns(None, TIMEOUT, engine="doh"), tcp(), tls(), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        (),
    ),
    Scenario(
        "dns_no_ipv6_address",
        (dns(), dns(None, "dns_no_answer", query_type="AAAA"), tcp(), tls(), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        (),
    ),
)

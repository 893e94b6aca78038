"""Labelled measurements: redirects, sites that are down, missing controls, our own side, pools and services."""

import msgspec

from admittance.model.vocabulary import Layer
from tests.judge.scenarios import (
    AUTHORITY,
    DOWN_NAME,
    EOF,
    GENUINE,
    HELPER_FAILED,
    NO_CONTROL,
    NXDOMAIN,
    OK,
    REFUSED,
    RESET,
    SITE,
    TIMEOUT,
    D,
    F,
    I,
    L,
    N,
    Scenario,
    T,
    broken_resolver,
    clear,
    dns,
    http,
    https,
    pool,
    signal,
    tcp,
    tls,
    usual,
    vouched,
)

CIRCUMSTANCES: tuple[Scenario, ...] = (
    # what is usual in this network
    Scenario(
        "dns_no_longer",
        (dns(None, NXDOMAIN, **NO_CONTROL),),
        {"dns": I},
        ("dns.no_longer",),
        controls=(usual(SITE, Layer.TLS),),
    ),
    Scenario(
        "tcp_no_longer",
        (dns(**NO_CONTROL), tcp(TIMEOUT, **NO_CONTROL)),
        {"dns": N, "tcp": I},
        ("tcp.no_longer",),
        controls=(usual(SITE, Layer.TLS),),
    ),
    Scenario(
        "tls_no_longer",
        (dns(**NO_CONTROL), tcp(**NO_CONTROL), tls(RESET, **NO_CONTROL)),
        {"dns": N, "tcp": OK, "tls": I},
        ("tls.no_longer",),
        controls=(usual(SITE, Layer.TLS),),
    ),
    Scenario(
        "http_no_longer",
        (dns(**NO_CONTROL), tcp(**NO_CONTROL), tls(**NO_CONTROL), https(RESET, **NO_CONTROL)),
        {"dns": OK, "tcp": OK, "tls": OK, "http": I},
        ("http.no_longer",),
        controls=(usual(SITE, Layer.HTTP),),
    ),
    Scenario(
        "http_never_before",
        (dns(**NO_CONTROL), tcp(**NO_CONTROL), tls(**NO_CONTROL), https(RESET, **NO_CONTROL)),
        {"dns": OK, "tcp": OK, "tls": OK, "http": N},
        ("http.no_control",),
        controls=(usual(SITE, Layer.TLS),),
    ),
    Scenario(
        "dns_broken_resolver",
        (dns(None, "dns_servfail_error"),),
        {"dns": I},
        ("dns.broken_resolver",),
        controls=(broken_resolver(),),
    ),
    Scenario(
        "tls_throttled",
        (dns(), tcp(milliseconds=40), tls(milliseconds=4_000), https()),
        {"dns": OK, "tcp": OK, "tls": T, "http": OK},
        ("tls.throttled",),
        controls=(usual(SITE, Layer.TLS, 300),),
    ),
    Scenario(
        "tls_slow_as_usual",
        (dns(), tcp(milliseconds=40), tls(milliseconds=4_000), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("tls.ok",),
        controls=(usual(SITE, Layer.TLS, 900),),
    ),
    Scenario(
        "tls_slow_as_the_way_is",
        (dns(), tcp(milliseconds=2_000), tls(milliseconds=6_000), https()),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("tls.ok",),
        controls=(usual(SITE, Layer.TLS, 300),),
    ),
    # redirects
    *(
        Scenario(
            f"redirect_then_{name}",
            clear(
                dns(),
                tcp(port=80),
                http(status_code=302, title=None, body_length=0, location=url, control_status_code=None),
                http(failure, hop=1, hostname="next.example", url=url),
            ),
            {"dns": OK, "tcp": OK} | blamed,
            (fired,),
        )
        for name, url, failure, blamed, fired in (
            ("nxdomain", "https://next.example/", NXDOMAIN, {"dns": L}, "dns.nxdomain"),
            ("refused", "https://next.example/", REFUSED, {"tcp": L}, "tcp.refused"),
            ("https_reset", "https://next.example/", RESET, {"tls": L}, "tls.reset"),
            ("https_eof", "https://next.example/", EOF, {"tls": L}, "tls.closed"),
            ("http_reset", "http://next.example/", RESET, {"http": L}, "http.reset"),
            ("http_timeout", "http://next.example/", TIMEOUT, {"http": L}, "http.timeout"),
        )
    ),
    Scenario(
        "redirect_back_to_a_host_whose_handshake_worked",
        (
            dns(),
            tcp(),
            tls(),
            https(status_code=302, title=None, body_length=0, location=f"https://{SITE}/home", control_status_code=None),
            https(TIMEOUT, hop=1, url=f"https://{SITE}/home"),
        ),
        {"dns": OK, "tcp": OK, "tls": OK, "http": L},
        ("http.timeout",),
    ),
    Scenario(
        "redirect_by_the_site_itself",
        (dns(), tcp(), tls(), https(hop=1, hostname="next.example", url="https://next.example/", **NO_CONTROL)),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("http.ok",),
    ),
    Scenario(
        "redirect_by_anybody",
        clear(dns(), tcp(port=80), https(hop=1, hostname="next.example", url="https://next.example/", **NO_CONTROL)),
        {"dns": OK, "tcp": OK, "http": N},
        ("http.unverified",),
    ),
    Scenario("request_alone_nxdomain", (https(NXDOMAIN),), {"dns": L}, ("dns.nxdomain",)),
    Scenario("request_alone_refused", (https(REFUSED),), {"tcp": L}, ("tcp.refused",)),
    # down for everybody
    Scenario(
        "down_nxdomain",
        (dns(None, NXDOMAIN, **DOWN_NAME), https(NXDOMAIN, control_failure=NXDOMAIN, control_status_code=None)),
        {"dns": D},
        ("dns.down",),
    ),
    Scenario(
        "down_no_addresses",
        (
            dns(None, control_answers=None, control_answer_networks=None),
            https("dns_no_answer", control_failure="unknown_failure", control_status_code=None),
        ),
        {"dns": D},
        ("dns.down",),
    ),
    Scenario(
        "down_tcp",
        (dns(), tcp(REFUSED, control_failure=REFUSED), https(REFUSED, control_failure=REFUSED, control_status_code=None)),
        {"dns": OK, "tcp": D},
        ("tcp.down",),
    ),
    Scenario(
        "down_http",
        clear(dns(), tcp(port=80), http(EOF, control_failure="unknown_failure", control_status_code=None)),
        {"dns": OK, "tcp": OK, "http": D},
        ("http.down",),
    ),
    # no control
    Scenario("no_control_nxdomain", (dns(None, NXDOMAIN, **NO_CONTROL),), {"dns": N}, ("dns.no_control",)),
    Scenario(
        "no_control_tcp",
        (dns(**HELPER_FAILED), tcp(TIMEOUT, **HELPER_FAILED), https(TIMEOUT, **HELPER_FAILED)),
        {"dns": N, "tcp": N},
        ("dns.unverified", "tcp.no_control"),
    ),
    Scenario(
        "no_control_tls",
        (dns(**NO_CONTROL), tcp(**NO_CONTROL), tls(RESET, **NO_CONTROL)),
        {"dns": N, "tcp": OK, "tls": N},
        ("tls.no_control",),
    ),
    Scenario(
        "no_control_http",
        clear(dns(**NO_CONTROL), tcp(port=80, **NO_CONTROL), http(RESET, **NO_CONTROL)),
        {"dns": N, "tcp": OK, "http": N},
        ("http.no_control",),
    ),
    Scenario(
        "no_control_page_in_clear_text",
        clear(dns(**NO_CONTROL), tcp(port=80, **NO_CONTROL), http(**NO_CONTROL)),
        {"dns": N, "tcp": OK, "http": N},
        ("http.unverified",),
    ),
    Scenario(
        "no_control_valid_page",
        (dns(**NO_CONTROL), tcp(**NO_CONTROL), tls(**NO_CONTROL), https(**NO_CONTROL)),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("dns.validated",),
    ),
    Scenario(
        "vouched_elsewhere_tls",
        (dns(**NO_CONTROL), tcp(**NO_CONTROL), tls(RESET, **NO_CONTROL)),
        {"dns": OK, "tcp": OK, "tls": L},
        ("dns.consistent", "tls.reset"),
        controls=(vouched(SITE, GENUINE, Layer.TLS),),
    ),
    Scenario(
        "vouched_elsewhere_tcp_only",
        (dns(**NO_CONTROL), tcp(**NO_CONTROL), tls(RESET, **NO_CONTROL)),
        {"dns": OK, "tcp": OK, "tls": N},
        ("tls.no_control",),
        controls=(vouched(SITE, GENUINE, Layer.TCP),),
    ),
    # our side
    Scenario("local_dns", (dns(None, "network_down"),), {"dns": F}, ("dns.local",)),
    Scenario("local_tcp", (dns(), tcp("network_unreachable")), {"dns": OK, "tcp": F}, ("tcp.local",)),
    Scenario("local_tls", (dns(), tcp(), tls("interrupted")), {"dns": OK, "tcp": OK, "tls": F}, ("tls.local",)),
    Scenario(
        "local_http", clear(dns(), tcp(port=80), http("network_down")), {"dns": OK, "tcp": OK, "http": F}, ("http.local",)
    ),
    # pools
    Scenario("pool_works", pool(), {"tcp": OK, "http": OK}, ("tcp.ok", "http.answered"), target="telegram/dc_pool"),
    Scenario("pool_all_fail_at_tcp", pool(tcp_failure=TIMEOUT), {"tcp": L}, ("tcp.timeout",), target="telegram/dc_pool"),
    Scenario(
        "pool_all_fail_at_http", pool(http_failure=RESET), {"tcp": OK, "http": L}, ("http.reset",), target="telegram/dc_pool"
    ),
    Scenario(
        "pool_one_fails_at_tcp", pool(tcp_failure=TIMEOUT, failing=1), {"tcp": OK, "http": OK}, (), target="telegram/dc_pool"
    ),
    Scenario(
        "pool_all_but_one_fail_at_http",
        pool(http_failure=TIMEOUT, failing=11),
        {"tcp": OK, "http": OK},
        (),
        target="telegram/dc_pool",
    ),
    # services
    Scenario(
        "signal_nxdomain",
        signal("storage.signal.org", dns(None, NXDOMAIN), https(NXDOMAIN)),
        {"dns": L},
        ("dns.nxdomain",),
        target="signal/storage",
    ),
    Scenario(
        "signal_reset",
        signal("chat.signal.org", dns(), tcp(), tls(RESET), https(RESET)),
        {"dns": N, "tcp": OK, "tls": L},
        ("tls.reset",),
        target="signal/chat",
    ),
    Scenario(
        "signal_one_cdn_of_two",
        (
            *signal("cdn.signal.org", dns(), tcp(), tls(), https()),
            *signal("cdn2.signal.org", dns(), tcp(), tls(RESET), https(RESET)),
        ),
        {"dns": OK, "tcp": OK, "tls": L, "http": OK},
        ("tls.reset.sni",),
        target="signal/cdn",
    ),
    Scenario(
        "signal_root_unknown_to_web_test",
        tuple(
            msgspec.structs.replace(row, asked_host="chat.signal.org", hostname="chat.signal.org")
            for row in (
                dns(),
                tcp(),
                tls(AUTHORITY, control_failure=AUTHORITY),
                https(AUTHORITY, control_failure=AUTHORITY, control_status_code=None),
            )
        ),
        {"dns": OK, "tcp": OK, "tls": OK},
        ("tls.private_root",),
        target="signal/chat",
    ),
    Scenario(
        "signal_root_unknown_and_no_control",
        tuple(
            msgspec.structs.replace(row, asked_host="chat.signal.org", hostname="chat.signal.org")
            for row in (dns(), tcp(), tls(AUTHORITY, **NO_CONTROL))
        ),
        {"dns": OK, "tcp": OK, "tls": N},
        ("tls.untrusted_root",),
        target="signal/chat",
    ),
    Scenario(
        "signal_reset_where_control_met_the_root",
        tuple(
            msgspec.structs.replace(row, asked_host="chat.signal.org", hostname="chat.signal.org")
            for row in (dns(), tcp(), tls(RESET, control_failure=AUTHORITY))
        ),
        {"dns": OK, "tcp": OK, "tls": L},
        ("tls.reset",),
        target="signal/chat",
    ),
)

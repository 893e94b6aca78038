"""Labelled measurements: what happens to connections, handshakes and pages."""

from admittance.judge.fingerprints import PageMark
from tests.judge.scenarios import (
    AUTHORITY,
    EOF,
    EXPIRED,
    GENUINE,
    HOSTNAME,
    NO_CONTROL,
    OK,
    OTHER_PAGE,
    REFUSED,
    REGISTER,
    RESET,
    SECOND,
    TIMEOUT,
    B,
    D,
    F,
    I,
    L,
    N,
    Scenario,
    T,
    body,
    clear,
    dns,
    http,
    https,
    tcp,
    tls,
)

CONNECTIONS: tuple[Scenario, ...] = (
    # tcp
    Scenario(
        "tcp_timeout",
        (dns(f"{GENUINE} {SECOND}"), tcp(TIMEOUT), tcp(TIMEOUT, SECOND), https(TIMEOUT)),
        {"dns": OK, "tcp": L},
        ("tcp.timeout",),
    ),
    Scenario("tcp_refused", clear(dns(), tcp(REFUSED, port=80), http(REFUSED)), {"dns": OK, "tcp": L}, ("tcp.refused",)),
    Scenario("tcp_reset", (dns(), tcp(RESET)), {"dns": OK, "tcp": L}, ("tcp.reset",)),
    Scenario("tcp_unreachable", (dns(), tcp("host_unreachable")), {"dns": OK, "tcp": L}, ("tcp.unreachable",)),
    Scenario("tcp_unclear", (dns(), tcp("unknown_failure: a text")), {"dns": OK, "tcp": I}, ("tcp.unclear",)),
    # tls
    Scenario("tls_reset", (dns(), tcp(), tls(RESET), https(RESET)), {"dns": OK, "tcp": OK, "tls": L}, ("tls.reset",)),
    Scenario("tls_timeout", (dns(), tcp(), tls(TIMEOUT), https(TIMEOUT)), {"dns": OK, "tcp": OK, "tls": L}, ("tls.timeout",)),
    Scenario("tls_eof", (dns(), tcp(), tls(EOF), https(EOF)), {"dns": OK, "tcp": OK, "tls": L}, ("tls.closed",)),
    Scenario(
        "tls_alert",
        (dns(), tcp(), tls("ssl_failed_handshake"), https("ssl_failed_handshake")),
        {"dns": OK, "tcp": OK, "tls": L},
        ("tls.alert",),
    ),
    Scenario("tls_unclear", (dns(), tcp(), tls("unknown_failure: a text")), {"dns": OK, "tcp": OK, "tls": I}, ("tls.unclear",)),
    Scenario(
        "tls_wrong_host", (dns(), tcp(), tls(HOSTNAME), https(HOSTNAME)), {"dns": OK, "tcp": OK, "tls": L}, ("tls.certificate",)
    ),
    Scenario(
        "tls_unknown_authority",
        (dns(), tcp(), tls(AUTHORITY), https(AUTHORITY)),
        {"dns": OK, "tcp": OK, "tls": L},
        ("tls.certificate",),
    ),
    Scenario("tls_expired_here_only", (dns(), tcp(), tls(EXPIRED)), {"dns": OK, "tcp": OK, "tls": L}, ("tls.certificate",)),
    Scenario(
        "tls_expired_for_everybody",
        (dns(), tcp(), tls(EXPIRED, control_failure=EXPIRED), https(EXPIRED, control_failure=EXPIRED)),
        {"dns": OK, "tcp": OK, "tls": D},
        ("tls.site_certificate",),
    ),
    Scenario(
        "tls_certificate_as_the_helpers_request",
        (dns(), tcp(), tls(HOSTNAME), https(HOSTNAME, control_failure=HOSTNAME, control_status_code=None)),
        {"dns": OK, "tcp": OK, "tls": D},
        ("tls.site_certificate",),
    ),
    Scenario(
        "tls_older_probe_without_handshakes", (dns(), tcp(), https(RESET)), {"dns": OK, "tcp": OK, "tls": L}, ("tls.reset",)
    ),
    Scenario("tls_down", (dns(), tcp(), tls(RESET, control_failure=RESET)), {"dns": OK, "tcp": OK, "tls": D}, ("tls.down",)),
    Scenario(
        "tls_blocked_on_unasked_service",
        clear(dns(), tcp(port=80), http(), tcp(), tls(RESET)),
        {"dns": OK, "tcp": OK, "tls": L, "http": OK},
        ("tls.reset",),
    ),
    Scenario(
        "no_https_at_all",
        clear(dns(), tcp(port=80), http(), tcp(REFUSED, control_failure=REFUSED)),
        {"dns": OK, "tcp": OK, "http": OK},
        (),
    ),
    # http
    Scenario("http_reset", clear(dns(), tcp(port=80), http(RESET)), {"dns": OK, "tcp": OK, "http": L}, ("http.reset",)),
    Scenario("http_timeout", clear(dns(), tcp(port=80), http(TIMEOUT)), {"dns": OK, "tcp": OK, "http": L}, ("http.timeout",)),
    Scenario("http_eof", clear(dns(), tcp(port=80), http(EOF)), {"dns": OK, "tcp": OK, "http": L}, ("http.closed",)),
    Scenario(
        "http_unclear",
        clear(dns(), tcp(port=80), http("unknown_failure: a text")),
        {"dns": OK, "tcp": OK, "http": I},
        ("http.unclear",),
    ),
    Scenario(
        "https_timeout_after_handshake",
        (dns(), tcp(), tls(), https(TIMEOUT)),
        {"dns": OK, "tcp": OK, "tls": OK, "http": L},
        ("http.timeout",),
    ),
    *(
        Scenario(
            f"tls_{kind}_by_name",
            (dns(), tcp(), tls(failure), tls(hop=1, server_name="other.example", hostname="other.example")),
            {"dns": OK, "tcp": OK, "tls": L},
            (f"tls.{kind}.sni",),
        )
        for kind, failure in (("reset", RESET), ("timeout", TIMEOUT))
    ),
    Scenario(
        "http_throttled",
        clear(
            dns(),
            tcp(port=80, milliseconds=40),
            http(address=GENUINE, milliseconds=9_000, received_bytes=18_000, receiving_milliseconds=8_500),
        ),
        {"dns": OK, "tcp": OK, "http": T},
        ("http.throttled",),
    ),
    Scenario(
        "http_diff", clear(dns(), tcp(port=80), http(**OTHER_PAGE)), {"dns": OK, "tcp": OK, "http": L}, ("http.different_page",)
    ),
    Scenario(
        "http_diff_status",
        clear(dns(), tcp(port=80), http(**(OTHER_PAGE | {"status_code": 403, "title": None}))),
        {"dns": OK, "tcp": OK, "http": L},
        ("http.different_page",),
    ),
    Scenario(
        "http_diff_without_title",
        clear(dns(), tcp(port=80), http(**(OTHER_PAGE | {"title": None}))),
        {"dns": OK, "tcp": OK, "http": L},
        ("http.different_page",),
    ),
    Scenario(
        "http_other_length_only",
        clear(dns(), tcp(port=80), http(body_length=300, title=None, control_title=None, header_names="date")),
        {"dns": OK, "tcp": OK, "http": I},
        ("http.unclear_page",),
    ),
    Scenario(
        "http_known_page_behind_redirect",
        clear(
            dns(),
            tcp(port=80),
            http(status_code=302, title=None, body_length=0, location="http://203.0.114.9/x"),
            http(hop=1, hostname="203.0.114.9", url="http://203.0.114.9/x", **(OTHER_PAGE | {"body_sha256": "register"})),
        ),
        {"dns": OK, "tcp": OK, "http": B},
        ("http.blockpage",),
        bodies=(body("register", REGISTER.encode("windows-1251")),),
    ),
    Scenario(
        "http_known_redirect",
        clear(dns(), tcp(port=80), http(status_code=302, title=None, body_length=0, location="http://warning.or.kr/")),
        {"dns": OK, "tcp": OK, "http": B},
        ("http.blockpage",),
    ),
    Scenario(
        "http_known_page_without_control",
        clear(
            dns(**NO_CONTROL), tcp(port=80, **NO_CONTROL), http(**(NO_CONTROL | OTHER_PAGE | {"title": "Web Filter Violation"}))
        ),
        {"dns": N, "tcp": OK, "http": B},
        ("http.blockpage",),
    ),
    Scenario(
        "http_captive_portal",
        clear(dns(), tcp(port=80), http(**(OTHER_PAGE | {"title": "Captive Portal"}))),
        {"dns": OK, "tcp": OK, "http": F},
        ("http.captive_portal",),
    ),
    Scenario(
        "http_page_of_a_filter",
        clear(dns(), tcp(port=80), http(**(OTHER_PAGE | {"server": "Filter"}))),
        {"dns": OK, "tcp": OK, "http": L},
        ("http.filter_page",),
        marks=(PageMark(id="product", kind="filter", where="server", contains=("Filter",), reference="made up", fit="full"),),
    ),
    Scenario(
        "http_notice_of_another_country",
        clear(dns(), tcp(port=80), http(**(OTHER_PAGE | {"server": "Filter"}))),
        {"dns": OK, "tcp": OK, "http": L},
        ("http.filter_page",),
        marks=(PageMark(id="far", kind="blockpage", where="server", contains=("Filter",), reference="made up", only=("YY",)),),
    ),
    Scenario(
        "http_page_of_a_school",
        clear(dns(), tcp(port=80), http(**(OTHER_PAGE | {"server": "School"}))),
        {"dns": OK, "tcp": OK, "http": F},
        ("http.institution_page",),
        marks=(PageMark(id="school", kind="institution", where="server", contains=("School",), reference="made up"),),
    ),
    Scenario(
        "http_captcha",
        clear(
            dns(),
            tcp(port=80),
            http(**(OTHER_PAGE | {"status_code": 503, "title": "Attention Required! | Cloudflare", "server": "cloudflare"})),
        ),
        {"dns": OK, "tcp": OK, "http": I},
        ("http.bot_wall",),
    ),
    Scenario(
        "https_geoblocked",
        (dns(), tcp(), tls(), https(**(OTHER_PAGE | {"status_code": 451}))),
        {"dns": OK, "tcp": OK, "tls": OK, "http": I},
        ("http.server_refuses",),
    ),
    Scenario(
        "https_quotes_a_block_page",
        (dns(), tcp(), tls(), https(body_sha256="register")),
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK},
        ("http.ok",),
        bodies=(body("register", REGISTER.encode()),),
    ),
    Scenario(
        "http_server_error_here_only",
        clear(dns(), tcp(port=80), http(**(OTHER_PAGE | {"status_code": 500}))),
        {"dns": OK, "tcp": OK, "http": I},
        ("http.unclear_page",),
    ),
)

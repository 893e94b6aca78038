"""Labelled raw measurements of websites: what the network did, and the truth per layer.

The names are those of OONI's controlled scenarios where there is one (public in its issues and pull requests), the records and
the truths are our own. Each stands once for every generation of probe and helper in which it can happen.
"""

from typing import NamedTuple

from admittance.model.vocabulary import State
from tests.judge.probe import (
    AUTHORITY,
    BLOCK_PAGE,
    EOF,
    EXPIRED,
    HELPED,
    HOSTNAME,
    NO_DATA,
    NXDOMAIN,
    REFUSED,
    RESET,
    TIMEOUT,
    Control,
    Generation,
    Hop,
    Page,
    Record,
    query,
    slowed,
    web,
)
from tests.judge.scenarios import OK, REGISTER, B, D, F, I, L, N, T, Truth

HTTP, HTTPS = "http://www.example.com/", "https://www.example.com/"
PROXY = "83.224.65.41"
LINK, LINK_S = "http://bit.ly/21645", "https://bit.ly/32447"
TARGET, TARGET_S = "http://www.example.com/", "https://www.example.com/"
CDN, CDN_ELSEWHERE = "104.16.132.229", "104.16.133.7"
OLDEST: Generation = "0.4.1"
OLD: Generation = "0.4.3"
NEW: Generation = "0.5.28"
ALL = (OLDEST, OLD, NEW)


class Raw(NamedTuple):
    """One labelled raw measurement."""

    name: str
    record: Record
    truth: Truth  # of layers that were tested; others have no verdict
    target: str | None = None  # where the measurement has several
    rules: tuple[str, ...] = ()  # of the layers worth naming


def _all(dns: State | None = OK, tcp: State | None = None, tls: State | None = None, http: State | None = None) -> Truth:
    layers = {"dns": dns, "tcp": tcp, "tls": tls, "http": http}
    return {layer: state for layer, state in layers.items() if state is not None}


def _each(
    name: str,
    truth: Truth,
    *hops: Hop,
    control: Control | str | None = HELPED,
    older: Truth | None = None,
    generations: tuple[Generation, ...] = ALL,
) -> list[Raw]:
    """The measurement in each generation; `older` is the truth before 0.5 where less was recorded."""
    return [
        Raw(
            f"{name} {generation}",
            web(*hops, control=control, generation=generation),
            older if older is not None and generation != NEW else truth,
        )
        for generation in generations
    ]


def _site(url: str, **met: State) -> Truth:
    """A truth of hop 0 that worked but for what is told; http inputs of newer probes test https too."""
    return (
        {"dns": OK, "tcp": OK, "tls": OK, "http": OK} | met
        if url.startswith("https")
        else {"dns": OK, "tcp": OK, "http": OK} | met
    )


REDIRECT = Page(302, None, 0, {"Content-Type": "text/html"}, location=TARGET)
REDIRECT_S = REDIRECT._replace(location=TARGET_S)


def _onward(scheme: str, number: int) -> Page:
    """A redirect to the next of many."""
    return REDIRECT._replace(location=f"{scheme}://www.example.com/{number + 1}")


BITLY = ("198.51.44.10", "198.51.44.11")
GHOST = Hop(HTTP, (PROXY,), tcp=TIMEOUT, only=(PROXY,))
WALL = Page(
    503, "Attention Required! | Cloudflare", 2_000, {"Server": "cloudflare", "Content-Type": "text/html", "CF-Ray": "x"}
)


def _replied_twice(hop: Hop, late: tuple[str, ...] | str) -> Record:
    """A measurement whose own question got a second reply."""
    reply = query("www.example.com", late, engine="udp", tags=["depth=0"])
    return web(hop, x_dns_duplicate_responses=[reply])


def _works(url: str) -> list[Raw]:
    return _each(f"success {url}", _site(url, tls=OK), Hop(url), older=_site(url))


WEB: tuple[Raw, ...] = (
    # works
    *_works(HTTP),
    *_works(HTTPS),
    *_each("success v6", _site(HTTPS), Hop(HTTPS, ("2606:2800:220:1::1",)), control=Control(("2606:2800:220:1::1",))),
    *_each("idnaWithoutCensorshipLowercase", _site(HTTPS), Hop("https://bücher.example/")),
    *_each("idnaWithoutCensorshipWithFirstLetterUppercase", _site(HTTPS), Hop("https://Bücher.example/")),
    *_each(
        "largeFileWithHTTP",
        _site(HTTP, tls=OK),
        Hop(HTTP, page=Page(length=131_072)),
        control=Control(page=Page(length=900_000)),
        older=_site(HTTP),
    ),
    *_each(
        "largeFileWithHTTPS", _site(HTTPS), Hop(HTTPS, page=Page(length=131_072)), control=Control(page=Page(length=900_000))
    ),
    *_each("successWithHTTP redirected", _site(HTTPS), Hop(HTTP, page=REDIRECT_S), Hop(HTTPS), older=_site(HTTP)),
    *_each(
        "one address of two", _site(HTTPS), Hop(HTTPS, ("93.184.216.34", "93.184.216.35"), tcp=TIMEOUT, only=("93.184.216.35",))
    ),
    # content networks and names
    *_each("cdn other address same network", _site(HTTPS), Hop(HTTPS, (CDN_ELSEWHERE,)), control=Control((CDN,))),
    *_each("geo-DNS", _site(HTTPS), Hop(HTTPS, ("151.101.1.6",)), control=Control((CDN,))),
    *_each("geo-DNS over http", _site(HTTP, tls=OK), Hop(HTTP, ("151.101.1.6",)), control=Control((CDN,)), older=_site(HTTP)),
    # dns
    *_each("dnsBlockingNXDOMAIN https", _site(HTTPS, dns=L), Hop(HTTPS, NXDOMAIN), older={"dns": L}),
    *_each("dnsBlockingNXDOMAIN http", _site(HTTP, dns=L, tls=OK), Hop(HTTP, NXDOMAIN), older={"dns": L}),
    *_each("dnsBlockingAndroidDNSCacheNoData", _site(HTTPS, dns=L), Hop(HTTPS, NO_DATA), older={"dns": L}),
    *_each(
        "dnsBlocking text of getaddrinfo",
        {"dns": L},
        Hop(HTTPS, "unknown_failure: lookup www.example.com: No address associated with hostname"),
        generations=(OLD,),
    ),
    *_each(
        "dnsBlockingBOGON",
        _site(HTTPS, dns=B),
        Hop(HTTPS, ("10.10.34.35",), tcp=TIMEOUT, only=("10.10.34.35",)),
        older={"dns": B},
        control=Control(dead=("10.10.34.35",)),
    ),
    *_each(
        "localhostWithHTTP",
        {"dns": D, "tcp": D},
        Hop(HTTP, ("127.0.0.1",), tcp=REFUSED),
        control=Control(("127.0.0.1",), tcp=REFUSED, http=REFUSED),
    ),
    *_each(
        "localhostWithHTTPS",
        {"dns": D, "tcp": D},
        Hop(HTTPS, ("127.0.0.1",), tcp=REFUSED),
        control=Control(("127.0.0.1",), tcp=REFUSED, http=REFUSED),
    ),
    *_each(
        "localhost blocked",
        _site(HTTPS, dns=B),
        Hop(HTTPS, ("127.0.0.1",), tcp=REFUSED, only=("127.0.0.1",)),
        older={"dns": B},
        control=Control(dead=("127.0.0.1",)),
    ),
    *_each("dns timeout", _site(HTTPS, dns=L), Hop(HTTPS, TIMEOUT), older={"dns": L}),
    *_each("dns servfail", _site(HTTPS, dns=L), Hop(HTTPS, "dns_servfail_error"), older={"dns": L}),
    *_each("dns refused", _site(HTTPS, dns=L), Hop(HTTPS, "dns_refused_error"), older={"dns": L}),
    *_each("dns other failure", _site(HTTPS, dns=I), Hop(HTTPS, "dns_temporary_failure"), older={"dns": I}),
    *_each("dnsHijackingToProxyWithHTTPSURL", _site(HTTPS), Hop(HTTPS, (PROXY,))),
    *_each("dnsHijackingToProxyWithHTTPURL", _site(HTTP, tls=OK), Hop(HTTP, (PROXY,)), older=_site(HTTP)),
    *_each("ghostDNSBlockingWithHTTP", _site(HTTP, dns=L, tls=OK), GHOST, older={"dns": L}),
    *_each(
        "ghostDNSBlockingWithHTTP dead for all",
        _site(HTTP, dns=L, tls=OK),
        GHOST,
        control=Control(dead=(PROXY,)),
        older={"dns": L},
    ),
    *_each("ghostDNSBlockingWithHTTPS", _site(HTTPS, dns=L), GHOST._replace(url=HTTPS), older={"dns": L}),
    *_each(
        "tcpBlockingConnectionRefusedWithInconsistentDNS",
        _site(HTTPS, dns=L),
        Hop(HTTPS, (PROXY,), tcp=REFUSED, only=(PROXY,)),
        older={"dns": L},
    ),
    *_each(
        "tcpBlocking of all with inconsistent dns", {"dns": L, "tcp": L}, Hop(HTTPS, (PROXY,), tcp=TIMEOUT), older={"dns": L}
    ),
    *_each(
        "tlsBlockingConnectionResetWithInconsistentDNS",
        _site(HTTPS, dns=L),
        Hop(HTTPS, (PROXY,), tls=RESET, only=(PROXY,)),
        control=Control(wrong=(PROXY,)),
        older={"dns": L},
    ),
    *_each(
        "httpDiffWithInconsistentDNS",
        {"dns": L, "tcp": OK, "tls": OK},
        Hop(HTTP, (PROXY,), page=BLOCK_PAGE, tls=HOSTNAME, only=(PROXY,)),
        control=Control(wrong=(PROXY,)),
        older={"dns": L},
    ),
    *_each(
        "httpDiffWithInconsistentDNS no networks",
        {"dns": L, "tcp": OK, "tls": OK},
        Hop(HTTP, (PROXY,), page=BLOCK_PAGE, tls=HOSTNAME, only=(PROXY,)),
        control=Control(networks=False, wrong=(PROXY,)),
        generations=(NEW,),
    ),
    *_each(
        "hijacked to another's certificate",
        _site(HTTPS, dns=L),
        Hop(HTTPS, (PROXY,), tls=HOSTNAME, only=(PROXY,)),
        control=Control(wrong=(PROXY,)),
        older={"dns": L},
    ),
    *_each(
        "badSSLWithUnknownAuthorityWithInconsistentDNS",
        _site(HTTPS, dns=L),
        Hop(HTTPS, (PROXY,), tls=AUTHORITY, only=(PROXY,)),
        control=Control(wrong=(PROXY,)),
        older={"dns": L},
    ),
    # a machine in the way of names that does reach the site, and interferes
    *_each(
        "tlsBlockingConnectionResetWithInconsistentDNS by proxy",
        {"dns": L, "tcp": OK, "tls": L},
        Hop(HTTPS, (PROXY,), tls=RESET),
        older={"dns": L},
    ),
    *_each("proxy that resets", _site(HTTPS, dns=L), Hop(HTTPS, (PROXY,), tls=RESET, only=(PROXY,)), older={"dns": L}),
    *_each("proxy that falls silent", _site(HTTPS, dns=L), Hop(HTTPS, (PROXY,), tls=TIMEOUT, only=(PROXY,)), older={"dns": L}),
    *_each("proxy that resets requests", _site(HTTP, dns=L, tls=OK, http=L), Hop(HTTP, (PROXY,), http=RESET), older={"dns": L}),
    *_each(
        "httpDiffWithInconsistentDNS by proxy",
        _site(HTTP, dns=L, tls=OK, http=L),
        Hop(HTTP, (PROXY,), page=BLOCK_PAGE),
        older={"dns": L},
    ),
    *_each(
        "geo-DNS and resets",
        {"dns": OK, "tcp": OK, "tls": L},
        Hop(HTTPS, ("151.101.1.6",), tls=RESET),
        control=Control((CDN,)),
        older={"dns": N, "tcp": OK, "tls": L},
    ),
    *_each(
        "geo-DNS and resets of requests",
        _site(HTTP, tls=OK, http=L),
        Hop(HTTP, ("151.101.1.6",), http=RESET),
        control=Control((CDN,)),
        older=_site(HTTP, dns=N, http=L),
    ),
    *_each("websiteDownNXDOMAIN", {"dns": D}, Hop(HTTPS, NXDOMAIN), control=Control(NXDOMAIN, http=NXDOMAIN)),
    *_each(
        "websiteDownNXDOMAIN http", {"dns": D}, Hop(HTTP, NXDOMAIN), control=Control("dns_name_error", http="unknown_error")
    ),
    *_each(
        "websiteDownNoAddrs", {"dns": D}, Hop(HTTPS, "dns_no_answer"), control=Control("dns_no_answer", http="dns_no_answer")
    ),
    # two replies to one question
    *(
        Raw(
            f"injected before the genuine reply: {name}",
            _replied_twice(Hop(HTTPS, udp=first, tcp=TIMEOUT, only=led), late),
            truth,
        )
        for name, first, led, late, truth in (
            ("another network", ("31.13.0.1",), ("31.13.0.1",), ("93.184.216.34",), _site(HTTPS, dns=B)),
            ("denial", NXDOMAIN, ("x",), ("93.184.216.34",), _site(HTTPS, dns=B)),
            ("same reply twice", ("93.184.216.34",), ("x",), ("93.184.216.34",), _site(HTTPS)),
            ("late denial", ("93.184.216.34",), ("x",), NXDOMAIN, _site(HTTPS)),
            ("content networks", (CDN,), ("x",), ("93.184.216.34",), _site(HTTPS)),
        )
    ),
    # tcp
    *_each("tcpBlockingConnectTimeout", {"dns": OK, "tcp": L}, Hop(HTTPS, tcp=TIMEOUT)),
    *_each("tcpBlockingConnectTimeout http", {"dns": OK, "tcp": L}, Hop(HTTP, tcp=TIMEOUT)),
    *_each("tcp refused", {"dns": OK, "tcp": L}, Hop(HTTPS, tcp=REFUSED)),
    *_each(
        "tcp of cdn", {"dns": OK, "tcp": L}, Hop(HTTPS, (CDN, CDN_ELSEWHERE), tcp=TIMEOUT), control=Control((CDN_ELSEWHERE,))
    ),
    *_each("websiteDownTCPConnect", {"dns": OK, "tcp": D}, Hop(HTTPS, tcp=REFUSED), control=Control(tcp=REFUSED, http=REFUSED)),
    *_each(
        "websiteDownTCPConnect timeout",
        {"dns": OK, "tcp": D},
        Hop(HTTP, tcp=TIMEOUT),
        control=Control(tcp=TIMEOUT, http=TIMEOUT),
    ),
    *_each("address as input", {"tcp": L}, Hop("https://93.184.216.34/", tcp=TIMEOUT), control=Control()),
    # tls
    *_each("tlsBlockingConnectionResetWithConsistentDNS", {"dns": OK, "tcp": OK, "tls": L}, Hop(HTTPS, tls=RESET)),
    *_each("tls timeout", {"dns": OK, "tcp": OK, "tls": L}, Hop(HTTPS, tls=TIMEOUT)),
    *_each("tls eof", {"dns": OK, "tcp": OK, "tls": L}, Hop(HTTPS, tls=EOF)),
    *_each(
        "tls reset without handshakes of the helper",
        {"dns": OK, "tcp": OK, "tls": L},
        Hop(HTTPS, tls=RESET),
        control=Control(handshakes=False),
    ),
    *_each("tls reset http input", _site(HTTP, tls=L), Hop(HTTP, tls=RESET), generations=(NEW,)),
    *_each(
        "badSSLWithExpiredCertificate",
        {"dns": OK, "tcp": OK, "tls": D},
        Hop(HTTPS, tls=EXPIRED),
        control=Control(tls=EXPIRED, http=EXPIRED),
    ),
    *_each(
        "badSSLWithWrongServerName",
        {"dns": OK, "tcp": OK, "tls": D},
        Hop(HTTPS, tls=HOSTNAME),
        control=Control(tls=HOSTNAME, http=HOSTNAME),
    ),
    *_each(
        "badSSLWithUnknownAuthorityWithConsistentDNS",
        {"dns": OK, "tcp": OK, "tls": D},
        Hop(HTTPS, tls=AUTHORITY),
        control=Control(tls=AUTHORITY, http=AUTHORITY),
    ),
    *_each("certificate here only", {"dns": OK, "tcp": OK, "tls": L}, Hop(HTTPS, tls=AUTHORITY)),
    *_each("tls down", {"dns": OK, "tcp": OK, "tls": D}, Hop(HTTPS, tls=RESET), control=Control(tls=RESET, http=RESET)),
    # http
    *_each("httpBlockingConnectionReset", _site(HTTP, http=L, tls=OK), Hop(HTTP, http=RESET), older=_site(HTTP, http=L)),
    *_each("http timeout", _site(HTTP, http=L, tls=OK), Hop(HTTP, http=TIMEOUT), older=_site(HTTP, http=L)),
    *_each("http eof", _site(HTTP, http=L, tls=OK), Hop(HTTP, http=EOF), older=_site(HTTP, http=L)),
    *_each("httpDiffWithConsistentDNS", _site(HTTP, http=L, tls=OK), Hop(HTTP, page=BLOCK_PAGE), older=_site(HTTP, http=L)),
    *_each(
        "known page", _site(HTTP, http=B, tls=OK), Hop(HTTP, page=BLOCK_PAGE._replace(text=REGISTER)), older=_site(HTTP, http=B)
    ),
    *_each("cloudflareCAPTCHAWithHTTP", _site(HTTP, http=I, tls=OK), Hop(HTTP, page=WALL), older=_site(HTTP, http=I)),
    *_each("cloudflareCAPTCHAWithHTTPS", _site(HTTPS, http=I), Hop(HTTPS, page=WALL)),
    *_each(
        "helper met the wall", _site(HTTP, http=N, tls=OK), Hop(HTTP), control=Control(page=WALL), older=_site(HTTP, http=N)
    ),
    *_each("http down", _site(HTTP, http=D, tls=OK), Hop(HTTP, http=EOF), control=Control(http=EOF), older=_site(HTTP, http=D)),
    *_each(
        "log-in demanded",
        _site(HTTP, http=F, tls=OK),
        Hop(HTTP, page=Page(511, "Welcome", 500, {"Server": "portal"})),
        older=_site(HTTP, http=F),
    ),
    # throttling
    *(
        raw
        for url in (HTTP, HTTPS)
        for raw in (
            Raw(f"throttlingWith {url}", slowed(web(Hop(url)), 2_000, 9), _site(url, tls=OK, http=T)),
            Raw(f"throttlingWith timeout {url}", slowed(web(Hop(url, http=TIMEOUT)), 2_000, 9), _site(url, tls=OK, http=T)),
            Raw(f"slow server {url}", slowed(web(Hop(url)), 400_000, 0.5, pause=8), _site(url, tls=OK)),
            Raw(f"long page {url}", slowed(web(Hop(url)), 50_000, 9), _site(url, tls=OK)),
            Raw(f"far away {url}", slowed(web(Hop(url)), 4_000, 9, connecting=0.9), _site(url, tls=OK)),
        )
    ),
    # redirects
    *(
        raw
        for first, page, kinds in (
            (LINK, REDIRECT, ("HTTP",)),
            (LINK_S, REDIRECT_S, ("HTTPS",)),
            (LINK, REDIRECT_S, ("HTTP then HTTPS",)),
            (LINK_S, REDIRECT, ("HTTPS then HTTP",)),
        )
        for kind in kinds
        for name, met, layer in (
            ("ConnectionRefused", {"tcp": REFUSED}, "tcp"),
            ("NXDOMAIN", {"answers": NXDOMAIN}, "dns"),
            ("ConnectionReset", {"tls" if page is REDIRECT_S else "http": RESET}, "tls" if page is REDIRECT_S else "http"),
            ("EOF", {"tls" if page is REDIRECT_S else "http": EOF}, "tls" if page is REDIRECT_S else "http"),
            ("Timeout", {"tls" if page is REDIRECT_S else "http": TIMEOUT}, "tls" if page is REDIRECT_S else "http"),
        )
        for raw in _each(
            f"redirectWithConsistentDNSAndThen{name}For{kind}",
            dict(({"dns": OK, "tcp": OK, "tls": OK} | {layer: L}).items()),
            Hop(first, BITLY, page=page),
            Hop(page.location or "", **met),  # type: ignore[arg-type]
            control=Control(BITLY),
            older=dict((({"dns": OK, "tcp": OK} | ({"tls": OK} if first is LINK_S else {})) | {layer: L}).items()),
        )
    ),
    *_each(
        "redirectWithBrokenLocationForHTTP",
        _site(HTTP, http=N, tls=OK),
        Hop(LINK, BITLY, page=REDIRECT._replace(location="http://")),
        control=Control(BITLY, page=REDIRECT),
        older=_site(HTTP, http=N),
    ),
    *(
        raw
        for scheme in ("http", "https")
        for met, state in ((None, I), ("unknown_failure: stopped after 10 redirects", D))
        for raw in _each(
            f"redirectWithMoreThanTenRedirectsAnd{scheme.upper()} {met}",
            _site(f"{scheme}:", tls=OK, http=state),
            *(Hop(f"{scheme}://www.example.com/{n}", page=_onward(scheme, n)) for n in range(10)),
            Hop(f"{scheme}://www.example.com/10", http="unknown_failure: stopped after 10 redirects"),
            control=Control(http=met) if met else Control(page=_onward(scheme, 10)),
            older=_site(f"{scheme}:", http=state),
        )
    ),
    *(
        raw
        for failure in (EXPIRED, HOSTNAME, AUTHORITY)
        for first, page in ((LINK, REDIRECT_S), (LINK_S, REDIRECT_S))
        for met, state in ((failure, D), (None, L))
        for raw in _each(
            f"redirected from {first} to a bad certificate: {failure}, there {met}",
            {"dns": OK, "tcp": OK, "tls": state},
            Hop(first, BITLY, page=page),
            Hop(TARGET_S, tls=failure),
            control=Control(BITLY, http=met),
        )
    ),
    *_each(
        "redirectWithBrokenLocationForHTTPS",
        _site(HTTPS),
        Hop(LINK_S, BITLY, page=REDIRECT._replace(location="https://")),
        control=Control(BITLY, page=REDIRECT),
    ),
    *(
        raw
        for url in ("http://login.hotspot.example:3990/?uamip=192.168.1.1&uamport=3990", "http://portal.example/login?dst=http")
        for raw in _each(
            f"log-in by redirect to {url}",
            _site(HTTP, tls=OK, http=F),
            Hop(HTTP, page=REDIRECT._replace(location=url)),
            Hop(url, ("192.168.1.1",), page=Page(200, "Welcome", 2_000, {"Content-Type": "text/html"})),
            older=_site(HTTP, http=F),
        )
    ),
    *_each(
        "redirected to a name with an address that is not public",
        {"dns": B, "tcp": OK, "tls": OK},
        Hop(LINK, BITLY, page=REDIRECT),
        Hop(TARGET, ("10.10.34.34",), tcp=TIMEOUT),
        control=Control(BITLY),
        generations=(NEW,),
    ),
    # names and addresses in other spellings
    *(
        raw
        for name in ("яндекс.рф", "xn--d1acpjx3f.xn--p1ai", "BÜCHER.example")
        for scheme in ("http", "https")
        for raw in _each(
            f"idnaWithoutCensorship {scheme} {name}",
            _site(f"{scheme}:", tls=OK),
            Hop(f"{scheme}://{name}/"),
            older=_site(f"{scheme}:"),
        )
    ),
    *(
        raw
        for host, address in (("93.184.216.34", "93.184.216.34"), ("[2606:2800:220:1::1]", "2606:2800:220:1::1"))
        for name, truth, hop in (
            ("works", {"tcp": OK, "tls": OK, "http": OK}, Hop(f"https://{host}/")),
            ("timeout", {"tcp": L}, Hop(f"https://{host}/", tcp=TIMEOUT)),
            ("reset", {"tcp": OK, "tls": L}, Hop(f"https://{host}/", tls=RESET)),
        )
        for raw in _each(f"address {host} as input {name}", truth, hop, control=Control((address,)))
    ),
    *_each(
        "an address without a route as input",
        {"tcp": F},
        Hop("https://[2606:2800:220:1::1]/", tcp="network_unreachable"),
        control=Control(("2606:2800:220:1::1",)),
    ),
    # no control
    *_each("controlFailureWithSuccessfulHTTPSWebsite", _site(HTTPS), Hop(HTTPS), control=TIMEOUT),
    *_each(
        "controlFailureWithSuccessfulHTTPWebsite",
        _site(HTTP, http=N, tls=OK),
        Hop(HTTP),
        control=TIMEOUT,
        older=_site(HTTP, http=N, dns=N),
    ),
    *_each(
        "control failure and reset",
        {"dns": N, "tcp": OK, "tls": N},
        Hop(HTTPS, tls=RESET),
        control="unknown_failure: httpapi: all endpoints failed",
    ),
    *_each("control missing and timeout", {"dns": N, "tcp": N}, Hop(HTTPS, tcp=TIMEOUT), control=None),
    *_each("control failure and nxdomain", {"dns": N}, Hop(HTTPS, NXDOMAIN), control=TIMEOUT),
    *_each("control failure and bogon", {"dns": B}, Hop(HTTPS, ("10.10.34.36",), tcp=TIMEOUT), control=TIMEOUT),
    # our side
    *_each("offline", {"dns": F}, Hop(HTTPS, "network_down"), control="network_down"),
)

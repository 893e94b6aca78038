"""Labelled measurements that the table of controls speaks for: where names lead elsewhere, and what a network hands out."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from admittance.model.observation import NetworkObservation
from admittance.model.verdict import ControlKind, ControlRecord
from admittance.model.vocabulary import Layer
from tests.judge.certificates import certificate
from tests.judge.scenarios import (
    AUTHORITY,
    GENUINE,
    NO_CONTROL,
    NO_HELPER,
    NXDOMAIN,
    OK,
    OTHER,
    OTHER_PAGE,
    REGISTER,
    SITE,
    B,
    D,
    F,
    I,
    L,
    N,
    Scenario,
    body,
    clear,
    dns,
    fact,
    http,
    tcp,
    tls,
    vouched,
)

NOTICE_PAGE = "not available by order"
ISSUER = "CN=Gateway root, O=Transit"
NOTICED: dict[str, Any] = {"status_code": 503, "body_length": 900, "header_names": "server"}
SHOWN = "d" * 64


def leads(place: str) -> ControlRecord:
    """The site's name leads there in other networks."""
    return msgspec.structs.replace(vouched(SITE, place, Layer.DNS), kind=ControlKind.ANSWER)


def denied() -> ControlRecord:
    """The site's name exists nowhere else."""
    return msgspec.structs.replace(vouched(SITE, "", Layer.DNS), kind=ControlKind.DENIAL)


def handed(kind: ControlKind, layer: Layer, thing: str) -> ControlRecord:
    """What the network of the scenarios hands out for many names."""
    return msgspec.structs.replace(vouched("", thing, layer), kind=kind, network=fact(layer).network, networks=1, days=4)


def of_2020(*rows: NetworkObservation) -> tuple[NetworkObservation, ...]:
    """Rows of an older probe, in the time of the first helper."""
    told: dict[str, Any] = {"time": datetime(2020, 3, 1, tzinfo=UTC), "test_version": "0.1.0", "control_answer_networks": None}
    return tuple(msgspec.structs.replace(row, **told) for row in rows)


REFUSED_CERTIFICATE = (
    dns(),
    tcp(),
    tls(AUTHORITY, certificate_sha256=SHOWN),
)
SHOWN_BODY = (body(SHOWN, certificate({"CN": "Gateway root", "O": "Transit"})),)
FILTER = (body(SHOWN, certificate({"O": "Fortinet", "CN": "FGT60FTK20001234"})),)
FILTER_ISSUER = "O=Fortinet, CN=FGT60FTK20001234"
NOTICE, WALL = ControlKind.NOTICE, ControlKind.WALL

BASELINES: tuple[Scenario, ...] = (
    Scenario(
        "answer_as_in_other_networks",
        (dns(**NO_HELPER),),
        {"dns": OK},
        ("dns.consistent_elsewhere",),
        controls=(leads("AS15133"),),
    ),
    Scenario(
        "answer_near_those_of_other_networks",
        (dns(answer_networks=None, **NO_HELPER),),
        {"dns": OK},
        ("dns.consistent_elsewhere",),
        controls=(leads("93.184."),),
    ),
    Scenario(
        "answer_unlike_other_networks_alone",
        (dns(OTHER, **NO_HELPER),),
        {"dns": N},
        ("dns.unrelated",),
        controls=(leads("AS64500"),),
    ),
    Scenario(
        "answer_unlike_other_networks_and_dead_end",
        (dns(OTHER, **NO_HELPER), tcp("generic_timeout_error", OTHER, **NO_HELPER)),
        {"dns": L},
        ("dns.hijack.dead_end",),
        controls=(leads("AS64500"),),
    ),
    Scenario(
        "answer_unlike_those_of_a_content_network",
        (dns(OTHER, **NO_HELPER), tcp("generic_timeout_error", OTHER, **NO_HELPER)),
        {"dns": N, "tcp": N},
        ("dns.unverified",),
        controls=(leads("AS13335"), leads("AS15133")),
    ),
    Scenario(
        "name_denied_here_alone",
        (dns(None, NXDOMAIN, **NO_HELPER),),
        {"dns": L},
        ("dns.nxdomain",),
        controls=(leads("AS15133"),),
    ),
    Scenario(
        "name_denied_everywhere",
        (dns(None, NXDOMAIN, **NO_HELPER),),
        {"dns": D},
        ("dns.down",),
        controls=(denied(),),
    ),
    Scenario(
        "address_handed_out_for_many",
        (dns(OTHER, **NO_HELPER),),
        {"dns": L},
        ("dns.hijack.notice",),
        controls=(leads("AS64500"), handed(NOTICE, Layer.DNS, OTHER)),
    ),
    Scenario(
        "address_handed_out_for_many_of_a_name_that_nobody_knows",
        (dns(OTHER, **NO_HELPER),),
        {"dns": N},
        ("dns.unverified",),
        controls=(handed(NOTICE, Layer.DNS, OTHER),),
    ),
    Scenario(
        "the_sites_own_address_handed_out_for_many",
        (dns(**NO_HELPER),),
        {"dns": OK},
        ("dns.consistent_elsewhere",),
        controls=(leads("AS15133"), handed(NOTICE, Layer.DNS, GENUINE)),
    ),
    Scenario(
        "address_of_a_wall",
        (dns("10.0.0.1", **NO_HELPER),),
        {"dns": F},
        ("dns.walled",),
        controls=(handed(WALL, Layer.DNS, "10.0.0.1"),),
    ),
    Scenario(
        "known_address_said_to_be_a_wall",
        (dns("8.7.198.45", **NO_HELPER),),
        {"dns": B},
        ("dns.known_address",),
        controls=(handed(WALL, Layer.DNS, "8.7.198.45"),),
    ),
    Scenario(
        "block_page_behind_an_address_said_to_be_a_wall",
        clear(dns(OTHER), tcp(address=OTHER, port=80), http(**(OTHER_PAGE | {"body_sha256": "register"}))),
        {"dns": B},
        ("dns.hijack.blockpage",),
        bodies=(body("register", REGISTER.encode()),),
        controls=(handed(WALL, Layer.DNS, OTHER),),
    ),
    Scenario(
        "page_handed_out_for_many",
        clear(dns(), tcp(port=80), http(title=NOTICE_PAGE.title(), **NOTICED)),
        {"dns": OK, "tcp": OK, "http": L},
        ("http.handed_out",),
        controls=(handed(NOTICE, Layer.HTTP, NOTICE_PAGE),),
    ),
    Scenario(
        "page_with_a_server_error_handed_out_for_none",
        clear(dns(), tcp(port=80), http(title=NOTICE_PAGE.title(), **NOTICED)),
        {"dns": OK, "tcp": OK, "http": I},
        ("http.unclear_page",),
    ),
    Scenario(
        "page_handed_out_for_many_beside_no_control",
        clear(dns(), tcp(port=80), http(title=NOTICE_PAGE.title(), **NO_CONTROL)),
        {"dns": OK, "tcp": OK, "http": N},
        ("http.unverified",),
        controls=(handed(NOTICE, Layer.HTTP, NOTICE_PAGE),),
    ),
    Scenario(
        "page_of_a_wall",
        clear(dns(), tcp(port=80), http(title="Welcome", body_length=900, header_names="server")),
        {"dns": OK, "tcp": OK, "http": F},
        ("http.walled",),
        controls=(handed(WALL, Layer.HTTP, "welcome"),),
    ),
    Scenario(
        "page_handed_out_for_many_that_is_the_sites",
        clear(dns(), tcp(port=80), http()),
        {"dns": OK, "tcp": OK, "http": OK},
        ("http.same_page",),
        controls=(handed(NOTICE, Layer.HTTP, "example organisation"),),
    ),
    Scenario(
        "issuer_of_this_network_alone",
        REFUSED_CERTIFICATE,
        {"dns": OK, "tcp": OK, "tls": B},
        ("tls.foreign_issuer",),
        bodies=SHOWN_BODY,
        controls=(handed(NOTICE, Layer.TLS, ISSUER),),
    ),
    Scenario(
        "issuer_of_another_networks",
        REFUSED_CERTIFICATE,
        {"dns": OK, "tcp": OK, "tls": L},
        ("tls.certificate",),
        bodies=SHOWN_BODY,
        controls=(msgspec.structs.replace(handed(NOTICE, Layer.TLS, ISSUER), network=fact(Layer.DNS, network=9).network),),
    ),
    Scenario(
        "issuer_that_signs_every_name",
        REFUSED_CERTIFICATE,
        {"dns": OK, "tcp": OK, "tls": F},
        ("tls.walled",),
        bodies=SHOWN_BODY,
        controls=(handed(WALL, Layer.TLS, ISSUER),),
    ),
    Scenario(
        "filter_that_one_report_met",
        REFUSED_CERTIFICATE,
        {"dns": OK, "tcp": OK, "tls": N},
        ("tls.filter",),
        bodies=FILTER,
    ),
    Scenario(
        "filter_that_this_network_shows_day_after_day",
        REFUSED_CERTIFICATE,
        {"dns": OK, "tcp": OK, "tls": L},
        ("tls.filter_of_network",),
        bodies=FILTER,
        controls=(handed(NOTICE, Layer.TLS, FILTER_ISSUER),),
    ),
    Scenario(
        "filter_that_opens_every_handshake",
        REFUSED_CERTIFICATE,
        {"dns": OK, "tcp": OK, "tls": F},
        ("tls.walled",),
        bodies=FILTER,
        controls=(handed(WALL, Layer.TLS, FILTER_ISSUER),),
    ),
    Scenario(
        "first_helper_alone",
        of_2020(*REFUSED_CERTIFICATE),
        {"dns": OK, "tcp": OK, "tls": N},
        ("tls.unseen",),
    ),
    Scenario(
        "first_helper_and_others_who_got_a_valid_certificate",
        of_2020(*REFUSED_CERTIFICATE),
        {"dns": OK, "tcp": OK, "tls": L},
        ("tls.certificate",),
        controls=(vouched(SITE, GENUINE, Layer.TLS),),
    ),
    Scenario(
        "first_helper_and_an_issuer_of_this_network_alone",
        of_2020(*REFUSED_CERTIFICATE),
        {"dns": OK, "tcp": OK, "tls": B},
        ("tls.foreign_issuer",),
        bodies=SHOWN_BODY,
        controls=(handed(NOTICE, Layer.TLS, ISSUER),),
    ),
)

"""What an answered address serves for a name, as the scanner fetched it afterwards over http and https."""

from collections.abc import Mapping

from admittance.catalog.hosts import canonical_host, is_address
from admittance.model.vocabulary import Layer
from admittance.sources.censored_planet.errors import trouble_of
from admittance.sources.censored_planet.facts import RemoteFact, answer_of, certificate_sha256, names_host
from admittance.sources.censored_planet.records import Page, PageFetch
from admittance.sources.fields import InvalidRecord

__all__ = ["FOLLOWED", "facts_of_fetch"]

FOLLOWED = "followed"
"""The operation of these facts: they are the scanner's, not the vantage's."""

_LAYERS = {"setup": Layer.TCP, "dial": Layer.TCP, "tls": Layer.TLS}


def facts_of_fetch(record: PageFetch) -> tuple[tuple[RemoteFact, ...], Mapping[str, bytes]]:
    """Facts of connections, handshakes and requests to the address, and the bodies of answers. Raises `InvalidRecord`.

    A certificate that does not hold the name makes `certificate_valid` false; whether one that does is genuine nobody checked.
    """
    if not is_address(record.ip):
        raise InvalidRecord(f"ip: no address: {record.ip[:40]!r}")
    host = canonical_host(record.keyword)
    facts: list[RemoteFact] = []
    bodies: dict[str, bytes] = {}
    for scheme, port, received in (("http", 80, record.http), ("https", 443, record.https)):
        if received is None or received == "":
            continue
        secure = scheme == "https"
        if isinstance(received, str):
            trouble = trouble_of(received)
            if trouble is None:
                continue
            own_side = trouble.stage == "setup"
            facts.append(
                RemoteFact(
                    layer=_LAYERS.get(trouble.stage, Layer.TLS if secure else Layer.HTTP),
                    hostname=host,
                    address=record.ip,
                    port=port,
                    failure=trouble.failure or "unknown_failure",
                    operation=trouble.stage if own_side else FOLLOWED,
                    server_name=host if secure else None,
                )
            )
            continue
        answer = answer_of(received, vantage=record.ip) or answer_of(Page(status_line="-"), vantage=record.ip)
        if answer is None:
            continue
        if secure:
            certificate = answer.certificate
            facts.append(
                RemoteFact(
                    layer=Layer.TLS,
                    hostname=host,
                    address=record.ip,
                    port=port,
                    operation=FOLLOWED,
                    server_name=host,
                    certificate_valid=False if certificate and not names_host(certificate, host) else None,
                    certificate_sha256=certificate_sha256(certificate),
                )
            )
        if answer.body:
            bodies[str(answer.columns["body_sha256"])] = answer.body
        facts.append(
            RemoteFact(
                layer=Layer.HTTP,
                hostname=host,
                address=record.ip,
                port=port,
                operation=FOLLOWED,
                url=f"{scheme}://{host}/",
                **answer.columns,  # type: ignore[arg-type]
            )
        )
    return tuple(facts), bodies

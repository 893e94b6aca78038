"""Tests of circumvention tools: tor, vanilla_tor, psiphon and openvpn.

What a tool fetched through its own tunnel says nothing of the network outside, so it is left out: of a tunnel only its making
is a fact. It has no host, so it is asked for by the tool's bare name, at the highest layer there is.
"""

from collections.abc import Sequence

import msgspec

from admittance.model.vocabulary import Layer
from admittance.sources.failures import UNKNOWN_FAILURE
from admittance.sources.fields import InvalidRecord, read_port
from admittance.sources.ooni.parts import Outcome, OwnForm, Part
from admittance.sources.ooni.records import Envelope, Failure, TestKeys
from admittance.sources.urls import Place, endpoint_of, place_of_endpoint

__all__ = ["OPENVPN", "PSIPHON", "TOR", "VANILLA_TOR", "bootstrapped"]

BOOTSTRAP = "bootstrap"


class Step(msgspec.Struct, gc=False):
    """How one step towards a target ended."""

    failure: Failure = None


class TorTarget(TestKeys, gc=False):
    """One relay or bridge: the shared arrays and a summary of the steps, each a failure or an object that holds it."""

    failure: Failure = None
    summary: dict[str, Step | Failure] | None = None
    target_address: str | None = None
    target_protocol: str | None = None


class TorKeys(msgspec.Struct, gc=False):
    """Targets by id; a list in early files."""

    targets: dict[str, TorTarget] | list[TorTarget] | None = None


class TorLine(Envelope, gc=False):
    """A line of the test tor."""

    test_keys: TorKeys | None = None


def _tor_parts(line: TorLine, asked: Place | None) -> Sequence[Part]:
    targets = (line.test_keys.targets if line.test_keys else None) or {}
    pairs = targets.items() if isinstance(targets, dict) else (("", target) for target in targets)
    named = [(target.target_address or name, target) for name, target in pairs]
    return [_tor_part(address, target) for address, target in named if address]


def _tor_part(text: str, target: TorTarget) -> Part:
    """One target. The handshake of obfs4 is no TLS, but stands where TLS stands: between connecting and being served."""
    place = place_of_endpoint(text)
    if place is None:
        raise InvalidRecord(f"test_keys.targets[...].target_address: no address: {text[:80]!r}")
    summary = {name: step.failure if isinstance(step, Step) else step for name, step in (target.summary or {}).items()}
    connections = target.tcp_connect or []
    outcomes: list[Outcome] = []
    if not connections and not target.requests and (summary or target.failure):
        outcomes.append(_outcome_at(place, Layer.TCP, summary.get("connect", target.failure)))
    connected = any(connection.status is not None and connection.status.success for connection in connections)
    if "handshake" in summary and not target.tls_handshakes:
        outcomes.append(_outcome_at(place, Layer.TLS, summary["handshake"]))
    elif connected and target.target_protocol == "obfs4":
        outcomes.append(_outcome_at(place, Layer.TLS, target.failure))
    for handshake in target.tls_handshakes or ():
        handshake.address = handshake.address or endpoint_of(place.host, place.port)  # early records leave it out
    return Part(keys=target, asked=place, outcomes=tuple(outcomes), operation=target.target_protocol, verified=False)


def _outcome_at(place: Place, layer: Layer, failure: Failure) -> Outcome:
    host, address = (None, place.host) if place.bare else (place.host, None)
    return Outcome(layer=layer, hostname=host, address=address, port=place.port, failure=failure)


TOR = OwnForm(TorLine, _tor_parts)


class TunnelKeys(msgspec.Struct, gc=False):
    """How the making of a tunnel ended. `success` and `error` are older than `failure`."""

    failure: Failure = None
    error: Failure = None
    success: bool | None = None
    bootstrap_time: float | None = None


class TunnelLine(Envelope, gc=False):
    """A line of a test that makes a tunnel."""

    test_keys: TunnelKeys | None = None


def bootstrapped(tool: str, keys: TunnelKeys | None) -> Sequence[Part]:
    """The making of a tunnel as one outcome; none where nothing was recorded of it."""
    if keys is None:
        return ()
    failure = keys.failure or keys.error or (UNKNOWN_FAILURE if keys.success is False else None)
    made = bool(keys.bootstrap_time)
    if failure is None and not made and not keys.success:
        return ()
    # What failed after the tunnel stood is no failure of making it.
    failed = failure if not made or keys.success is False else None
    outcome = Outcome(layer=Layer.HTTP, hostname=tool, failure=failed, operation=BOOTSTRAP)
    return (Part(keys=TestKeys(), outcomes=(outcome,)),)


def _vanilla_tor_parts(line: TunnelLine, asked: Place | None) -> Sequence[Part]:
    return bootstrapped("tor", line.test_keys)


def _psiphon_parts(line: TunnelLine, asked: Place | None) -> Sequence[Part]:
    return bootstrapped("psiphon", line.test_keys)


VANILLA_TOR = OwnForm(TunnelLine, _vanilla_tor_parts)
PSIPHON = OwnForm(TunnelLine, _psiphon_parts)


class OpenvpnHandshake(msgspec.Struct, gc=False):
    """One handshake, over tcp or udp."""

    ip: str | None = None
    port: int | str | None = None
    failure: Failure = None


class OpenvpnKeys(TestKeys, gc=False):
    """The shared arrays and the handshakes, which are ones of TLS inside a framing of their own."""

    openvpn_handshake: list[OpenvpnHandshake] | None = None


class OpenvpnLine(Envelope, gc=False):
    """A line of the test openvpn."""

    test_keys: OpenvpnKeys | None = None


def _openvpn_parts(line: OpenvpnLine, asked: Place | None) -> Sequence[Part]:
    keys = line.test_keys
    if keys is None:
        return ()
    outcomes = tuple(
        Outcome(
            layer=Layer.TLS,
            address=handshake.ip.strip("[]"),
            port=read_port("test_keys.openvpn_handshake[...].port", handshake.port),
            failure=handshake.failure,
            operation="openvpn",
        )
        for handshake in keys.openvpn_handshake or ()
        if handshake.ip
    )
    return (Part(keys=keys, outcomes=outcomes, verified=False),)


OPENVPN = OwnForm(OpenvpnLine, _openvpn_parts)

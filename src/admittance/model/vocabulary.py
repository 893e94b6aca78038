"""The closed vocabularies that all tables share. A member is never renamed and never given another meaning."""

from enum import StrEnum

__all__ = [
    "BAD_STATES",
    "FUNCTION_ROLES",
    "NETWORK_LAYERS",
    "SCORED_STATES",
    "SNAPSHOT_GATES",
    "Arm",
    "Control",
    "CorroborationStatus",
    "Evidence",
    "Gate",
    "Layer",
    "Origin",
    "Pattern",
    "State",
    "worst_state",
]


class State(StrEnum):
    """What a verdict, a cell or a page says of a target. Members are ordered from the worst to the least telling."""

    BLOCKED = "blocked"  # a distinctive artefact proves it
    LIKELY_BLOCKED = "likely_blocked"
    THROTTLED = "throttled"
    IMPAIRED = "impaired"  # not working, cause unclear
    DOWN = "down"  # not working, no sign of blocking
    OK = "ok"
    FAILED = "failed"  # our side
    INSUFFICIENT = "insufficient"  # below the evidence floor: never drawn as ok


BAD_STATES = (State.BLOCKED, State.LIKELY_BLOCKED, State.THROTTLED)
"""States that blame interference: what detection counts as failures."""

SCORED_STATES = (*BAD_STATES, State.OK)
"""States that detection counts as trials. `down`, `impaired`, `failed` and `insufficient` say nothing either way."""

_SEVERITY = {state: rank for rank, state in enumerate(State)}


def worst_state(states: tuple[State, ...]) -> State:
    """The most severe of `states`; `insufficient` when there is none."""
    return min(states, key=_SEVERITY.__getitem__, default=State.INSUFFICIENT)


class Gate(StrEnum):
    """Where access is decided."""

    NETWORK = "network"
    FUNCTION = "function"
    STORE = "store"
    LISTING = "listing"
    CONTENT = "content"


SNAPSHOT_GATES = (Gate.STORE, Gate.LISTING, Gate.CONTENT)
"""Gates that are looked at from anywhere, a reading at a time; at the others it matters whose network is looked from."""


class Layer(StrEnum):
    """Layers of the network gate, in the order in which a connection meets them; then by what a function was seen."""

    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    QUIC = "quic"

    ENDPOINTS = "endpoints"  # a function, by what the network measurements of its endpoints met
    ATTEMPT = "attempt"  # a function, by trying it


NETWORK_LAYERS = (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP, Layer.QUIC)

FUNCTION_ROLES = ("registration", "messaging", "calls", "audio", "media", "web", "api")
"""What a service does for people, each with a line of its own at the function gate."""


class Arm(StrEnum):
    """How a vantage looked: through the censored path, around it, from outside it, or from afar."""

    DIRECT = "direct"
    TUNNEL = "tunnel"
    CONTROL = "control"
    REMOTE = "remote"


class Origin(StrEnum):
    """Whether a row stands for something that happened. Rows of both kinds never share a lake."""

    MEASURED = "measured"
    SIMULATED = "simulated"


class Control(StrEnum):
    """What a measurement's own control said of the fact beside it."""

    PRESENT = "present"
    FAILED = "failed"  # the helper was asked and could not answer
    MISSING = "missing"  # a helper belongs to this test, and this measurement has none
    NONE = "none"  # this test has no helper


class Evidence(StrEnum):
    """How much a verdict may weigh."""

    NONE = "none"  # nothing was tested
    DISCARDED = "discarded"  # tested, but not to be counted
    SCORED = "scored"


class Pattern(StrEnum):
    """Whether an episode lasts without a break or comes and goes."""

    CONTINUOUS = "continuous"
    RECURRING = "recurring"


class CorroborationStatus(StrEnum):
    """What the observed says to a claim or an action."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    TOO_EARLY = "too_early"
    UNOBSERVABLE = "unobservable"
    UNDETERMINED = "undetermined"

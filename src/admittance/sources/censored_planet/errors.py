"""What went wrong in a round trip, and at which stage, from the texts that a scanner written in Go leaves.

The stages are those of Censored Planet's own outcomes (censoredplanet-analysis, docs/outcome.md): what carries no name yet
(`setup`, `dial`) says nothing of the name; `content` is no failure, but another answer than usual.
"""

from functools import lru_cache
from typing import Literal

import msgspec

from admittance.sources.failures import translate_failure

__all__ = ["Stage", "Trouble", "trouble_of"]

Stage = Literal["setup", "dial", "tls", "write", "read", "http", "content"]


class Trouble(msgspec.Struct, frozen=True):
    """Where a round trip failed, and how: a name of OONI's df-007; null at `content`."""

    stage: Stage
    failure: str | None
    other_handshake: bool = False  # certificate, cipher or version differ from the usual


_CONTENT = (
    "incorrect echo response",
    "received response",
    "incorrect web response",
    "echo response does not match",
    "discard response is not empty",
    "status lines do",
    "bodies do",
    "certificates do",
    "cipher suites do",
    "tls versions do",
    "header field missing",
    "header field mismatch",
)
_HANDSHAKE = ("certificates d", "cipher suites d", "tls versions d")
_SETUP = (
    "address already in use",
    "cannot assign requested address",
    "too many open files",
    "no buffer space available",
    "operation not permitted",
    "protocol error",
    "protocol not available",
    "write: broken pipe",
    "transport endpoint is not connected",
)
_DIAL = ("dial ", "connect: ", "getsockopt: ", "network is unreachable", "no route to host", "connection refused")
_TLS = ("tls:", "tls handshake timeout", "remote error:", "local error:", "readlooppeekfaillocked", "no mutual cipher suite")
_HTTP = (
    "malformed http",
    "malformed mime",
    "bad content-length",
    "trailer header",
    "location header",
    "invalid header",
)
_CLOSED = ("eof", "server closed idle connection", "http2: server sent goaway", "use of closed network connection")
_TIMED_OUT = ("timeout", "timed ou", "deadline exceeded", "request canceled")


@lru_cache(maxsize=4_096)
def _told(pattern: str) -> Trouble:
    lower = pattern.lower()
    if any(part in lower for part in _CONTENT):
        return Trouble("content", None, other_handshake=any(part in lower for part in _HANDSHAKE))
    if lower.endswith(_SETUP):
        return Trouble("setup", translate_failure(pattern))
    if any(part in lower for part in _DIAL) and "read: " not in lower:
        return Trouble("dial", _failure(lower, pattern))
    if lower.endswith("context deadline exceeded") and "awaiting headers" not in lower:
        return Trouble("dial", "generic_timeout_error")
    if any(part in lower for part in _TLS) or "missing serverkeyexchange" in lower:
        timed_out = any(part in lower for part in _TIMED_OUT)
        return Trouble("tls", "generic_timeout_error" if timed_out else "ssl_failed_handshake")
    if any(part in lower for part in _HTTP):
        return Trouble("http", "http_request_failed")
    return Trouble("write" if "write: " in lower else "read", _failure(lower, pattern))


def _failure(lower: str, text: str) -> str | None:
    if any(part in lower for part in _TIMED_OUT):
        return "generic_timeout_error"
    if any(part in lower for part in _CLOSED):
        return "eof_error"
    return translate_failure(text)


def trouble_of(error: str | None) -> Trouble | None:
    """What the first of the errors, separated by `;`, tells; null where there is none.

    Addresses inside are dropped: a known text becomes a name of the vocabulary, an unknown one is scrubbed.
    """
    if error is None or error.strip() in ("", "null"):
        return None
    parts = [part.strip() for part in error.split(";") if part.strip()]
    told = [_told(_without_places(part)) for part in parts[:8]]
    if not told:
        return None
    handshake = any(one.other_handshake for one in told)
    return msgspec.structs.replace(told[0], other_handshake=True) if handshake else told[0]


def _without_places(text: str) -> str:
    """Without the two ends of the connection, whose ports make every text another: `read tcp a:1->b:7: i/o timeout`."""
    words = text[:400].split(" ")
    return " ".join(word for word in words if "->" not in word)

"""Records of tests that ask no website: messengers, circumvention tools, single look-ups and connections."""

from typing import Any

from tests.judge.labelled_raw_web import Raw
from tests.judge.records import Record, asked, envelope, opened, shaken
from tests.judge.scenarios import Truth

CENTRES = ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91", "149.154.171.5", "95.161.76.100")
"""Data centres of Telegram."""


def keyed(name: str, test: str, keys: Record, target: str, truth: Truth, **more: Any) -> Raw:
    """A record of any test."""
    return Raw(f"odd: {name}", envelope(test, more.pop("version", "0.1.0"), keys, **more), truth, target)


def found(host: str, *answers: str, failed: str | None = None) -> Record:
    return asked(host, *answers, failed=failed, engine="system", tags=None)


def one(host: str, address: str, tls: str | None = None, tcp: str | None = None, port: int = 443) -> dict[str, Any]:
    """A name with its address, a connection and a handshake."""
    where = f"{address.partition('@')[0]}:{port}"
    return {
        "queries": [found(host, address)],
        "tcp_connect": [opened(where, tcp, tags=None)],
        "tls_handshakes": None if tcp else [shaken(host, where, tls, tags=None)],
        "requests": None,
    }


def relay(endpoint: str, protocol: str, connect: str | None = None, handshake: str | None = None) -> Record:
    summary = {"connect": {"failure": connect}} | ({} if connect else {"handshake": {"failure": handshake}})
    return {
        "failure": connect or handshake,
        "summary": summary,
        "target_address": endpoint,
        "target_protocol": protocol,
        "tcp_connect": None,
        "tls_handshakes": None,
        "queries": None,
        "requests": None,
    }


def tor(**relays: Record) -> Record:
    return {"targets": relays}

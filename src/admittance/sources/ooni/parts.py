"""What the facts of a measurement are taken from: its shared arrays, cut up by whom they are about."""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from admittance.model.vocabulary import Layer
from admittance.sources.ooni.records import Envelope, Failure, TestKeys
from admittance.sources.urls import Place

__all__ = ["Form", "Outcome", "OwnForm", "Part"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one attempt ended, of those that stand in no shared array."""

    layer: Layer
    hostname: str | None = None
    address: str | None = None
    port: int | None = None
    failure: Failure = None
    operation: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A stretch of a measurement that asked for one host (`asked`), or for hosts that its arrays name themselves."""

    keys: TestKeys
    asked: Place | None = None
    outcomes: tuple[Outcome, ...] = ()
    web: bool = False  # whether the requests begin at the input's URL and follow its redirects
    operation: str | None = None  # what is put down as the operation of every fact
    verified: bool = True  # whether handshakes check certificates, where the record does not say


class Form(Protocol):
    """How the test keys of one test are shaped, where they hold more than the shared arrays."""

    def parts(self, content: bytes, asked: Place | None) -> Sequence[Part]:
        """The parts of one line. Raises `msgspec.MsgspecError` naming the place, `InvalidRecord` naming the field."""
        ...


LineT = TypeVar("LineT", bound=Envelope)


class OwnForm(Generic[LineT]):
    """A form that is given by the type of its line and by what makes parts of one."""

    def __init__(self, line: type[LineT], parts: Callable[[LineT, Place | None], Sequence[Part]]) -> None:
        self.line = line
        self._decode = msgspec.json.Decoder(line).decode
        self._parts = parts

    def parts(self, content: bytes, asked: Place | None) -> Sequence[Part]:
        """The parts of one line."""
        return self._parts(self._decode(content), asked)

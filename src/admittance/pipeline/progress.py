"""How long work tells how far it is."""

from typing import Protocol

__all__ = ["Progress", "silent"]


class Progress(Protocol):
    """Told of every step: what is under way, how much of it is done, and of how much where that is known."""

    def __call__(self, step: str, done: int, total: int | None = None) -> None:
        """Take note; called often, so it must return at once."""


def silent(step: str, done: int, total: int | None = None) -> None:
    """Take no note."""

"""The one way to compile a kernel: at its first call, kept for the next process where a folder can be written."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

__all__ = ["compiled", "inlined"]

P = ParamSpec("P")
R = TypeVar("R")


def compiled(kernel: Callable[P, R]) -> Callable[P, R]:
    """`kernel` compiled at its first call.

    The code is kept beside the module, else in the user's cache folder (numba's own order; `NUMBA_CACHE_DIR` names another).
    Where neither can be written, as in a read-only container, each process compiles anew: some seconds, the same results.
    """
    try:
        return cast("Callable[P, R]", numba.njit(cache=True)(kernel))
    except RuntimeError:  # no folder for the cache
        return cast("Callable[P, R]", numba.njit(kernel))


def inlined(kernel: Callable[P, R]) -> Callable[P, R]:
    """`kernel` as a part of each compiled one that calls it, where a call would cost more than it does."""
    return cast("Callable[P, R]", numba.njit(inline="always")(kernel))

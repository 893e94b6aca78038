"""Hands for the work: this process, a pool of new ones, or a Dask cluster, all behind the same executor."""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import TypeVar

import msgspec

from admittance.errors import AdmittanceError, UsageError

__all__ = ["Crew", "cluster", "done_by", "here", "pool"]

WAIT_FOR_CLUSTER = 30
"""Seconds until a scheduler must have answered and have one worker."""

THREADS = "POLARS_MAX_THREADS"
MEMORY = "_RJEM_MALLOC_CONF"

Job = TypeVar("Job")
Result = TypeVar("Result")


class Crew(msgspec.Struct, frozen=True):
    """Who does the work, and how many jobs they are handed before the first is done."""

    executor: Executor
    in_flight: int


class _Here(Executor):
    """Does each job at once, in this process."""

    def submit(self, fn: Callable[..., Result], /, *args: object, **kwargs: object) -> "Future[Result]":
        future: Future[Result] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def here() -> Iterator[Crew]:
    """This process, one job after the other."""
    yield Crew(_Here(), 1)


@contextmanager
def pool(workers: int) -> Iterator[Crew]:
    """New processes of one Polars thread and one arena of memory each, which end with this one however it ends."""
    given = {name: os.environ.get(name) for name in (THREADS, MEMORY)}
    os.environ |= {THREADS: "1", MEMORY: ",".join(filter(None, (given[MEMORY], "narenas:1")))}
    executor = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_follow_parent)
    try:
        yield Crew(executor, 2 * workers)
    except BrokenProcessPool as error:
        raise AdmittanceError(
            "a worker process died, of lack of memory perhaps; repeat the command, with fewer --workers"
        ) from error
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        for name, value in given.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """The workers of a Dask cluster, as they are when it is joined. Raises `UsageError` when there are none to be had."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--cluster needs Dask: pip install 'admittance[cluster]'") from error
    try:
        client = Client(address, timeout=WAIT_FOR_CLUSTER, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"--cluster {address}: no Dask scheduler answers there ({error})") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT_FOR_CLUSTER)
        except TimeoutError as error:
            raise UsageError(f"--cluster {address}: the scheduler has no workers") from error
        threads = sum(client.nthreads().values())  # type: ignore[no-untyped-call]
        with client.get_executor(pure=False) as executor:  # type: ignore[no-untyped-call]
            yield Crew(executor, 2 * threads)


def done_by(crew: Crew, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
    """The results of all jobs, in the order in which they are done; the first error of a job ends them all."""
    pending: set[Future[Result]] = set()
    for job in jobs:
        pending.add(crew.executor.submit(function, job))
        while len(pending) >= crew.in_flight:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)


def _follow_parent() -> None:
    """Leave interrupts to the parent, and do not outlive it: a pool's workers would wait for work for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def end_with_parent() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()

"""The web server in this process, until it is told to stop."""

import asyncio
import errno
import signal
import socket

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from admittance.errors import UsageError
from admittance.surface.web.app import create_app

__all__ = ["serve"]


def serve(place: str, *, host: str, port: int) -> None:
    """Serve the lake at `place` until SIGINT or SIGTERM, then return once the answers under way are sent.

    Raises `UsageError` when the address cannot be listened on.
    """
    _refuse_taken(host, port)
    asyncio.run(_serve(place, host, port))


async def _serve(place: str, host: str, port: int) -> None:
    server = Server(
        create_app(place),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_level=LogLevels.error,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    try:
        await server.serve()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _refuse_taken(host: str, port: int) -> None:
    """Try the address first: the server itself would share a port that another one listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            reason = "another program listens there" if error.errno == errno.EADDRINUSE else str(error)
            raise UsageError(f"cannot listen on {host} port {port}: {reason}; choose another --port") from error

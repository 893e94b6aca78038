"""The web application: routes, the headers that every answer bears, and the pages for what goes wrong."""

from http import HTTPStatus
from importlib import resources

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from admittance.catalog import Catalog, load
from admittance.errors import LakeError
from admittance.lake import Lake, Snapshot
from admittance.surface.web import pages
from admittance.surface.web.templating import draw

__all__ = ["SECURITY_HEADERS", "create_app"]

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
"""A page may load this server's own style sheet and images and nothing else, from nowhere else."""


class _SecurityHeaders:
    """Adds the headers above to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def create_app(place: str, catalog: Catalog | None = None) -> Starlette:
    """The application over the lake at `place`, which need not exist yet: pages then say so with status 503."""
    style = resources.files("admittance.surface.web") / "static"
    app = Starlette(
        routes=[
            Route("/", pages.home, name="home"),
            Route("/ask", pages.ask, name="ask"),
            Route("/subjects/{subject:path}", pages.subject, name="subject"),
            Route("/countries/{country}", pages.country, name="country"),
            Route("/documents/{sha256}", pages.document, name="document"),
            Route("/episodes/{episode}", pages.episode, name="episode"),
            Route("/healthz", pages.health, name="health"),
            Mount("/static", StaticFiles(directory=str(style)), name="static"),
        ],
        middleware=[Middleware(_SecurityHeaders)],
        exception_handlers={HTTPException: _refused, LakeError: _no_lake, Exception: _our_fault},
    )
    app.state.place = place
    app.state.catalog = catalog or load()
    return app


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    try:
        snapshot = Lake.open(request.app.state.place).snapshot()
    except LakeError:
        snapshot = None
    return _error_page(error.status_code, error.detail, snapshot)


def _no_lake(request: Request, error: Exception) -> Response:
    return _error_page(503, f"The data cannot be read: {error}", None)


def _our_fault(request: Request, error: Exception) -> Response:
    return _error_page(500, "Something went wrong on our side. The server's log has the details.", None)


def _error_page(status: int, detail: str, snapshot: Snapshot | None) -> Response:
    return draw("error.html", snapshot, status=status, title=HTTPStatus(status).phrase, detail=detail)

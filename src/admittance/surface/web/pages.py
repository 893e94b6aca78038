"""One function a page: take one snapshot, ask the queries, draw a template."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from admittance.catalog import Catalog
from admittance.errors import UsageError
from admittance.lake import Lake, Snapshot
from admittance.model.ids import Country, EpisodeId
from admittance.surface import queries
from admittance.surface.headlines import brief, in_full
from admittance.surface.web.marking import numbered_records, segments
from admittance.surface.web.templating import draw
from admittance.surface.web.timeline import country_timeline, timeline

__all__ = ["ask", "country", "document", "episode", "health", "home", "subject"]

_COUNTRY = re.compile(r"[A-Z]{2}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
EVIDENCE_SHOWN = 100
EPISODES_SHOWN = 200


def home(request: Request) -> Response:
    """What this is, the newest episodes, the countries and subjects that have any, the newest documents."""
    snapshot = _snapshot(request)
    catalog = _catalog(request, snapshot)
    return draw("home.html", snapshot, catalog=catalog, overview=queries.overview(snapshot, catalog))


def ask(request: Request) -> Response:
    """Where a question typed into the form leads: to the page of its subject."""
    question = request.query_params.get("subject", "").strip()
    if not question:
        raise HTTPException(400, "Write a name, a host or an id to ask about.")
    try:
        found = _catalog(request, _snapshot(request)).find_subject(question)
    except UsageError as error:
        raise HTTPException(404, str(error)) from error
    chosen = _country_asked(request)
    target = request.url_for("subject", subject=found)
    return RedirectResponse(str(target.include_query_params(**{"in": chosen}) if chosen else target), status_code=303)


def subject(request: Request) -> Response:
    """The cards of a subject, a country each."""
    snapshot, name = _snapshot(request), request.path_params["subject"]
    catalog = _catalog(request, snapshot)
    try:
        known = catalog.find_subject(name)
    except UsageError as error:
        raise HTTPException(404, str(error)) from error
    if known != name:
        return RedirectResponse(str(request.url_for("subject", subject=known)), status_code=308)
    chosen = _country_asked(request)
    cards = queries.cards(snapshot, catalog, known, chosen)
    demand = {card.country: queries.demand_series(snapshot, card.country) for card in in_full(cards) if card.country}
    lines = [line for card in in_full(cards) for line in card.gates]
    return draw(
        "subject.html",
        snapshot,
        catalog=catalog,
        subject=known,
        name=catalog.subject_name(known),
        cards=in_full(cards),
        elsewhere=brief(cards),
        drawings={
            found.id: timeline(found, line.as_of, demand.get(found.country, ())) for line in lines for found in line.episodes
        },
    )


def country(request: Request) -> Response:
    """What is known of one country: episodes, actions, claims."""
    code = request.path_params["country"]
    if not _COUNTRY.fullmatch(code.upper()):
        raise HTTPException(404, f"{code!r} is no country: write its two letters, such as CN.")
    if code != code.upper():
        return RedirectResponse(str(request.url_for("country", country=code.upper())), status_code=308)
    snapshot = _snapshot(request)
    catalog = _catalog(request, snapshot)
    wanted = queries.StatementFilter(country=Country(code))
    found = queries.content_last(queries.episodes(snapshot, queries.EpisodeFilter(country=Country(code))))
    return draw(
        "country.html",
        snapshot,
        catalog=catalog,
        country=code,
        episodes=found[:EPISODES_SHOWN],
        more=max(0, len(found) - EPISODES_SHOWN),
        drawing=country_timeline(found, queries.demand_series(snapshot, Country(code))),
        surges=queries.spikes(snapshot, found, country=Country(code)),
        actions=queries.actions(snapshot, wanted, catalog),
        claims=queries.claims(snapshot, wanted),
    )


def document(request: Request) -> Response:
    """A document's text with the sentences that were read out of it marked, and the records beside it."""
    sha256 = request.path_params["sha256"]
    if not _SHA256.fullmatch(sha256):
        raise HTTPException(404, "A document is named by the 64 hex digits of its SHA-256.")
    snapshot = _snapshot(request)
    catalog = _catalog(request, snapshot)
    page = queries.document(snapshot, sha256, catalog)
    if page is None:
        raise HTTPException(404, "No document of this hash is in this lake.")
    records = numbered_records(page)
    return draw("document.html", snapshot, catalog=catalog, page=page, records=records, segments=segments(page.text, records))


def episode(request: Request) -> Response:
    """One episode: its brackets drawn, its networks, the measurements behind it, what is said of it."""
    name = EpisodeId(request.path_params["episode"])
    snapshot = _snapshot(request)
    catalog = _catalog(request, snapshot)
    page = queries.episode(snapshot, name, limit=EVIDENCE_SHOWN)
    if page is None:
        raise HTTPException(404, f"No episode {name!r} is in this lake.")
    demand = queries.demand_series(snapshot, page.episode.country)
    drawing = timeline(page.episode, page.as_of, demand)
    surges = [entry for entry in queries.spikes(snapshot, [page.episode], country=page.episode.country) if entry.near]
    return draw("episode.html", snapshot, catalog=catalog, page=page, drawing=drawing, surges=surges)


def health(request: Request) -> Response:
    """Whether the lake can be read, and its version, as JSON."""
    snapshot = _snapshot(request)
    body = {"status": "ok", "lake_version": snapshot.version, "origin": snapshot.origin}
    return JSONResponse(body, headers={"x-lake-version": str(snapshot.version)})


def _snapshot(request: Request) -> Snapshot:
    place: str = request.app.state.place
    return Lake.open(place).snapshot()


def _catalog(request: Request, snapshot: Snapshot) -> Catalog:
    """The catalog with the names of this lake, put together once for each version of it."""
    state = request.app.state
    known: tuple[int, Catalog] | None = getattr(state, "naming", None)
    if known is None or known[0] != snapshot.version:
        known = state.naming = (snapshot.version, queries.naming_catalog(snapshot, state.catalog))
    return known[1]


def _country_asked(request: Request) -> Country | None:
    code = request.query_params.get("in", "").strip().upper()
    if not code:
        return None
    if not _COUNTRY.fullmatch(code):
        raise HTTPException(400, f"{code!r} is no country: write its two letters, such as CN.")
    return Country(code)

"""Templates: one environment, everything escaped, words as filters."""

import re
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from admittance import __version__
from admittance.lake import Snapshot
from admittance.model.vocabulary import Origin
from admittance.surface import words

__all__ = ["draw"]

_DATE = re.compile(r"(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?(?: UTC)?)")


def _around_dates(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a date, which belongs on one line."""
    return [(piece, number % 2 == 1) for number, piece in enumerate(_DATE.split(text)) if piece]


_environment = Environment(
    loader=PackageLoader("admittance.surface.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(
    action_words=words.action_words,
    around_dates=_around_dates,
    bracket_words=words.bracket_words,
    account_words=words.account_words,
    claim_words=words.claim_words,
    confidence_words=words.confidence_words,
    uncertainty_words=words.uncertainty_words,
    count_words=words.count_words,
    day=words.day,
    edge_status=words.edge_status,
    episode_facts=words.episode_facts,
    mechanism_words=words.mechanism_words,
    moment=words.moment,
    near_words=words.near_words,
    period_words=words.period_words,
    remote_words=words.remote_words,
    series_words=words.series_words,
    service_words=words.service_words,
    segment=lambda text: quote(text, safe=":/"),
    short_status=words.short_status,
    spike_words=words.spike_words,
    status_words=words.status_words,
    voice_words=words.voice_words,
    window_words=words.window_words,
)
_environment.globals.update(
    bracket=words.bracket_words,
    gate_words=words.gate_words,
    state_words=words.state_words,
    program_version=__version__,
)


def draw(template: str, snapshot: Snapshot | None, *, status: int = 200, **context: object) -> HTMLResponse:
    """A page from a template, stamped in footer and header with the version of the lake that it was drawn from."""
    html = _environment.get_template(template).render(
        version=snapshot.version if snapshot is not None else None,
        origin=snapshot.origin if snapshot is not None else None,
        simulated=snapshot is not None and snapshot.origin is Origin.SIMULATED,
        status=status,
        **context,
    )
    headers = {"x-lake-version": str(snapshot.version)} if snapshot is not None else None
    return HTMLResponse(html, status_code=status, headers=headers)

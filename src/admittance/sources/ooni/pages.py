"""Response bodies: their bytes, their titles, and whether they are worth keeping."""

import base64
import html

from admittance.sources.ooni.records import Base64Data

__all__ = ["BODY_BYTES", "body_bytes", "fold_title", "plainly_the_same_page", "title_of"]

BODY_BYTES = 65_536
"""How much of a body is kept."""

TITLE_CHARACTERS = 256
TITLE_SEARCHED = 8_192  # characters between the opening and the closing tag
SAME_LENGTH_RATIO = 0.7
"""OONI's web_connectivity takes two bodies for the same page from this proportion of lengths on (ooni/spec, ts-017)."""

_TAGS = (("<title", "</title"), ("<TITLE", "</TITLE"), ("<Title", "</Title"))


def body_bytes(body: str | Base64Data | None) -> bytes:
    """The body's bytes; text is UTF-8 again, base64 is decoded. Raises `ValueError` for base64 that is none."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if body.format != "base64":
        raise ValueError(f"unknown format {body.format[:40]!r}")
    try:
        return base64.b64decode(body.data, validate=True)
    except ValueError as error:
        raise ValueError(f"no base64 ({error})") from error


def title_of(body: str) -> str | None:
    """The first `<title>`, folded as :func:`fold_title` does; null when there is none."""
    for opening, closing in _TAGS:
        tag = body.find(opening)
        if tag >= 0:
            start = body.find(">", tag) + 1
            end = body.find(closing, start, start + TITLE_SEARCHED)
            return fold_title(body[start:end]) if 0 < start <= end else None
    return None


def fold_title(text: str) -> str | None:
    """White space folded, entities decoded, first 256 characters; null when nothing is left."""
    return " ".join(html.unescape(text).split())[:TITLE_CHARACTERS] or None


def plainly_the_same_page(
    status_code: int | None,
    body_length: int,
    title: str | None,
    *,
    control_status_code: int | None,
    control_body_length: int | None,
    control_title: str | None,
) -> bool:
    """Whether a response is so close to the control's that its body need not be kept: same status, and same title or length."""
    if status_code is None or status_code != control_status_code:
        return False
    if title is not None and title == control_title:
        return True
    if not control_body_length or not body_length:
        return False
    return min(body_length, control_body_length) / max(body_length, control_body_length) >= SAME_LENGTH_RATIO

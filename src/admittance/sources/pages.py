"""What is kept of a page: how much of its body, and its title."""

import html

__all__ = ["BODY_BYTES", "fold_title", "title_of"]

BODY_BYTES = 65_536
"""How much of a body is kept."""

TITLE_CHARACTERS = 256
TITLE_SEARCHED = 8_192  # characters between the opening and the closing tag

_TAGS = (("<title", "</title"), ("<TITLE", "</TITLE"), ("<Title", "</Title"))


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

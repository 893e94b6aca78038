"""Response bodies: their bytes, and whether they are worth keeping."""

import base64

from admittance.sources.ooni.records import Base64Data

__all__ = ["body_bytes", "plainly_the_same_page"]

SAME_LENGTH_RATIO = 0.7
"""OONI's web_connectivity takes two bodies for the same page from this proportion of lengths on (ooni/spec, ts-017)."""


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

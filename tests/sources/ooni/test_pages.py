"""Bodies and titles."""

import base64

import pytest

from admittance.sources.ooni.pages import body_bytes, plainly_the_same_page
from admittance.sources.ooni.records import Base64Data
from admittance.sources.pages import fold_title, title_of


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("", None),
        ("<html>no title</html>", None),
        ("<title>One</title><title>Two</title>", "One"),
        ('<TITLE lang="en">\n A &amp;\t B </TITLE>', "A & B"),
        ("<title></title>", None),
        ("<title>never closed", None),
        ("<title", None),
        ("<title>caf\u00e9</title>", "caf\u00e9"),
        ("<title>" + "x" * 300 + "</title>", "x" * 256),
        ("<title>" + "x" * 10_000 + "</title>", None),
    ],
)
def test_titles(body: str, title: str | None) -> None:
    assert title_of(body) == title


def test_a_title_of_the_control_is_folded_the_same_way() -> None:
    assert fold_title(" Prices &gt; news \n") == title_of("<title>Prices > news</title>") == "Prices > news"


def test_bodies_are_bytes_again() -> None:
    assert body_bytes(None) == b""
    assert body_bytes("é") == "é".encode()
    assert body_bytes(Base64Data(data=base64.b64encode(b"\xff\x00").decode())) == b"\xff\x00"
    with pytest.raises(ValueError, match="base64"):
        body_bytes(Base64Data(data="\u2603"))
    with pytest.raises(ValueError, match="format"):
        body_bytes(Base64Data(data="", format="rot13"))


@pytest.mark.parametrize(
    ("status", "length", "title", "same"),
    [
        (200, 100, "A", True),
        (200, 10, "A", True),
        (200, 100, "B", True),
        (200, 140, "B", True),
        (200, 60, "B", False),
        (200, 200, None, False),
        (200, 0, None, False),
        (403, 100, "A", False),
        (None, 100, "A", False),
    ],
)
def test_a_page_close_to_the_controls_is_not_kept(status: int | None, length: int, title: str | None, same: bool) -> None:
    assert (
        plainly_the_same_page(
            status_code=status,
            body_length=length,
            title=title,
            control_status_code=200,
            control_body_length=100,
            control_title="A",
        )
        is same
    )


def test_without_a_control_nothing_is_plainly_the_same() -> None:
    nothing = {"control_status_code": None, "control_body_length": None, "control_title": None}
    assert not plainly_the_same_page(status_code=None, body_length=0, title=None, **nothing)
    assert not plainly_the_same_page(status_code=200, body_length=5, title=None, **nothing)

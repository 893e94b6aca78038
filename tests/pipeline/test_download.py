"""Fetching, on loopback: what is bounded, and which places are refused."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from admittance.errors import InputError
from admittance.pipeline.download import download, is_public

CONTENT = b"a list\n" * 100


class Publisher(BaseHTTPRequestHandler):
    served: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        answers = {
            "/list.csv?raw": self._send,
            "/moved": lambda: self._lead("/list.csv?raw"),
            "/round": lambda: self._lead("/round"),
            "/file": lambda: self._lead("file:///etc/hostname"),
            "/short": lambda: self._send(announced=len(CONTENT) + 1),
            "/slow": self._dawdle,
        }
        answers.get(self.path, lambda: self.send_error(404))()

    def _send(self, announced: int = len(CONTENT)) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        self.wfile.write(CONTENT)

    def _lead(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.end_headers()

    def _dawdle(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self.wfile.flush()
        self.served.wait(30)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Publisher.served.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_fetched_also_through_redirects(publisher: str) -> None:
    assert download(f"{publisher}/list.csv?raw", allow_private=True) == CONTENT
    assert download(f"{publisher}/moved", allow_private=True) == CONTENT


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("/none", "answered 404"),
        ("/round", "more than 5 redirects"),
        ("/file", "file:///etc/hostname: no http or https address"),
        ("/short", "ended 1 bytes early"),
    ],
)
def test_what_is_not_the_file_is_refused(publisher: str, path: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        download(publisher + path, allow_private=True)


def test_size_and_time_are_bounded(publisher: str) -> None:
    with pytest.raises(InputError, match="more than 699 bytes"):
        download(f"{publisher}/list.csv?raw", allow_private=True, largest=len(CONTENT) - 1)
    with pytest.raises(InputError, match=r"did not answer whole within 0\.3 seconds"):
        download(f"{publisher}/slow", allow_private=True, longest=0.3)


def test_a_place_that_is_not_public_is_asked_only_when_allowed(publisher: str) -> None:
    with pytest.raises(InputError, match="which is not public"):
        download(f"{publisher}/list.csv?raw")
    with pytest.raises(InputError, match="must not carry a password") as refused:
        download("http://me:secret@127.0.0.1/")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public

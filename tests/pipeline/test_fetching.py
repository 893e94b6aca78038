"""Addresses are fetched politely and only where the public Internet is; the servers here are on loopback."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest

from admittance.errors import InputError
from admittance.pipeline import fetching
from admittance.pipeline.fetching import Fetcher, Reach, is_public
from admittance.pipeline.reading import DocumentInput, documents_in
from tests.documents.test_page import ARTICLE, pdf_of

ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private\n"),
    "/article": (200, {"Content-Type": "text/html; charset=utf-8"}, ARTICLE.encode()),
    "/law.pdf": (200, {"Content-Type": "application/pdf"}, pdf_of("Roskomnadzor blocked Signal on Friday.")),
    "/plain": (200, {"Content-Type": "text/plain; charset=utf-8"}, "国家网信办约谈微博。".encode()),
    "/picture": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    "/moved": (302, {"Location": "/article"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/inside": (302, {"Location": "http://10.0.0.1/secret"}, b""),
    "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/gone": (410, {}, b""),
    "/packed": (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, b"\x1f\x8b"),
    "/long": (200, {"Content-Type": "text/plain"}, b"x" * (fetching.LARGEST + 1)),
    "/private/note": (200, {"Content-Type": "text/plain"}, b"secret"),
    "/busy": (429, {"Retry-After": "90"}, b""),
    "/until": (503, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}, b""),
    "/past": (503, {"Retry-After": "Fri, 01 Jan 1999 00:00:00 GMT"}, b""),
    "/ages": (503, {"Retry-After": "9" * 400}, b""),
    "/nonsense": (503, {"Retry-After": "-1; soon"}, b""),
    "/feed": (
        200,
        {"Content-Type": "application/rss+xml"},
        b"<rss><channel><item><link>/article</link><pubDate>Wed, 17 Mar 2021 01:00:00 GMT</pubDate></item>"
        b"<item><link>/gone</link></item></channel></rss>",
    ),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            self.wfile.flush()
            self.connection.recv(1)  # until the other side gives up
            return
        status, headers, body = ANSWERS.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + (self.path == "/short")))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(reach=Reach.LOOPBACK)


def test_a_redirect_is_followed_and_named(site: str, fetcher: Fetcher) -> None:
    answer = fetcher.fetch(f"{site}/moved")
    assert (answer.url, answer.media_type, answer.charset) == (f"{site}/article", "text/html", "utf-8")


@pytest.mark.parametrize(
    ("path", "status", "least", "most"),
    [
        ("/busy", 429, 90, 90),
        ("/until", 503, 1, 3600),
        ("/past", 503, 0, 0),
        ("/ages", 503, fetching.LONGEST_RETRY, fetching.LONGEST_RETRY),
        ("/gone", 410, None, None),
        ("/nonsense", 503, None, None),
    ],
)
def test_an_answer_of_any_status_says_how_long_to_stay_away(
    site: str, fetcher: Fetcher, path: str, status: int, least: int | None, most: int | None
) -> None:
    answer = fetcher.answer(site + path)
    assert answer.status == status
    if least is None or most is None:
        assert answer.retry_after is None
    else:
        assert answer.retry_after is not None
        assert least <= answer.retry_after <= most


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/private/note", "robots.txt"),
        ("/round", "redirects"),
        ("/inside", "not a public address"),
        ("/file", "only http and https"),
        ("/gone", "answered 410"),
        ("/packed", "packs"),
        ("/long", "longer than"),
    ],
)
def test_what_is_not_fetched_says_why(site: str, fetcher: Fetcher, path: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        fetcher.fetch(site + path)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_no_address_but_a_public_one_is_connected_to(address: str) -> None:
    with pytest.raises(InputError, match="not a public address"):
        Fetcher(resolve=lambda host, port: ["93.184.216.34", address]).fetch("http://news.example/")


def test_loopback_alone_is_admitted_by_the_switch() -> None:
    with pytest.raises(InputError, match="not a public address"):
        Fetcher(reach=Reach.LOOPBACK, resolve=lambda host, port: ["10.0.0.1"]).fetch("http://news.example/")


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "http://u:p@a.example/", "http:///x", "http://a.example:0/", "http://a b/"]
)
def test_odd_addresses_are_refused(url: str) -> None:
    with pytest.raises(InputError):
        Fetcher(resolve=lambda host, port: []).fetch(url)


def test_a_slow_answer_is_given_up(site: str) -> None:
    with pytest.raises(InputError, match=r"did not answer whole within 0\.3 seconds"):
        Fetcher(reach=Reach.PRIVATE, polite=False, seconds=0.3).fetch(f"{site}/slow")


def test_an_answer_that_breaks_off_is_refused(site: str) -> None:
    with pytest.raises(InputError, match="ended 1 bytes early"):
        Fetcher(reach=Reach.PRIVATE, polite=False).fetch(f"{site}/short")


def test_a_password_is_refused_and_not_told() -> None:
    with pytest.raises(InputError, match="must not carry a password") as refused:
        Fetcher().fetch("http://me:secret@127.0.0.1/")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2606:4700::1", True), ("64:ff9b::808:808", True), ("64:ff9b::a00:1", False), ("10.0.0.1", False)],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_site_whose_rules_cannot_be_had_is_left_alone(site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWERS, "/robots.txt", (503, {}, b""))
    with pytest.raises(InputError, match=r"robots\.txt"):
        fetcher.fetch(f"{site}/plain")


def test_addresses_and_feeds_become_documents(site: str, fetcher: Fetcher) -> None:
    names = [f"{site}/article", f"{site}/law.pdf", f"{site}/plain", f"{site}/picture", f"{site}/feed"]
    found = list(documents_in(names, standard_input=BytesIO(), fetcher=fetcher))
    read = [one for one in found if isinstance(one, DocumentInput)]
    assert [(one.url, one.published) for one in read] == [
        (f"{site}/article", "2021-03-16"),
        (f"{site}/law.pdf", None),
        (f"{site}/plain", None),
        (f"{site}/article", "2021-03-17"),
    ]
    assert all(one.retrieved for one in read)
    assert [str(one).split(": ")[1][:9] for one in found if isinstance(one, InputError)] == ["image/png", "the serve"]


def test_a_page_names_its_own_address_only_on_the_host_that_answered(
    site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    for name, own in (("/amp", f"{site}/article"), ("/copy", "https://elsewhere.example/article")):
        page = ARTICLE.replace("<title>", f'<link rel="canonical" href="{own}"><title>').encode()
        monkeypatch.setitem(ANSWERS, name, (200, headers, page))
    found = list(documents_in([f"{site}/amp", f"{site}/copy"], standard_input=BytesIO(), fetcher=fetcher))
    assert [one.url for one in found if isinstance(one, DocumentInput)] == [f"{site}/article", f"{site}/copy"]

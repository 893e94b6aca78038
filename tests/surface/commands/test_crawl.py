"""`crawl appstore` against a server on loopback, into a lake."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from admittance.surface.cli import cli


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        country, ids = query["country"][0], query["id"][0].split(",")
        found = [
            {"trackId": int(app), "trackName": f"App {app}"} for app in ids if not (country == "cn" and app == "955626407")
        ]
        body = json.dumps({"resultCount": len(found), "results": found}).encode()
        self.send_response(400 if country == "kp" else 200)
        self.send_header("Content-Type", "text/javascript; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/lookup"
    server.shutdown()
    server.server_close()


def admittance(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(arguments))
    return result.exit_code, result.output


def crawl(tmp_path: Path, endpoint: str, countries: str) -> tuple[int, str]:
    apps = tmp_path / "apps.txt"
    apps.write_text("955626407 a VPN\n874139669 Signal\n")
    asked = ("--apps", str(apps), "--countries", countries, "--to", str(tmp_path / "t.jsonl"))
    return admittance("crawl", "appstore", *asked, "--endpoint", endpoint, "--allow-loopback", "--per-minute", "600")


COUNTRIES = "cn,at,be,ch,de,dk,es,fr,it,jp,us"


def test_what_was_crawled_becomes_an_absence(tmp_path: Path, endpoint: str) -> None:
    status, told = crawl(tmp_path, endpoint, COUNTRIES)
    assert status == 0, told
    assert "11 calls: 21 listed, 1 not listed, 0 unknown." in told
    assert "(22 already read)" in crawl(tmp_path, endpoint, COUNTRIES)[1]
    lake = ("--lake", str(tmp_path / "lake"))
    assert admittance(*lake, "ingest", "storefronts", str(tmp_path / "t.jsonl"))[0] == 0
    assert admittance(*lake, "run")[0] == 0
    status, listed = admittance(*lake, "episodes", "--gate", "store", "--json")
    (episode,) = [json.loads(line) for line in listed.splitlines()]
    assert (episode["country"], episode["onset_earliest"], episode["end"]) == ("CN", None, None)
    assert (episode["cause"], episode["mechanism"]) == ("unknown", "store.absence")


def test_a_storefront_that_there_is_not_ends_with_status_3(tmp_path: Path, endpoint: str) -> None:
    status, told = crawl(tmp_path, endpoint, "kp,us")
    assert status == 3
    assert "2 unknown" in told


@pytest.mark.parametrize(
    ("countries", "message"), [("cn,zz", "two-letter codes"), (",", "two-letter codes"), ("china", "china")]
)
def test_countries_are_read_strictly(tmp_path: Path, endpoint: str, countries: str, message: str) -> None:
    status, told = crawl(tmp_path, endpoint, countries)
    assert status == 2
    assert message in told


def test_a_list_that_is_none_is_refused_by_its_line(tmp_path: Path) -> None:
    apps = tmp_path / "apps.txt"
    apps.write_text("955626407\ncom.example.app\n")
    status, told = admittance("crawl", "appstore", "--apps", str(apps), "--countries", "cn", "--to", str(tmp_path / "t.jsonl"))
    assert (status, "line 2" in told) == (3, True)
    apps.write_bytes(b"\xff\xfe")
    assert admittance("crawl", "appstore", "--apps", str(apps), "--countries", "cn", "--to", str(tmp_path / "t"))[0] == 3


def test_this_machine_is_asked_only_when_told_so(tmp_path: Path, endpoint: str) -> None:
    apps = tmp_path / "apps.txt"
    apps.write_text("1\n")
    to = tmp_path / "t.jsonl"
    asked = ("--apps", str(apps), "--countries", "us", "--to", str(to), "--endpoint", endpoint, "--per-minute", "600")
    from admittance.pipeline import crawl as crawling

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crawling, "FIRST_WAIT", 0.0)
        status, told = admittance("crawl", "appstore", *asked)
    assert (status, "1 unknown" in told) == (3, True)
    assert "not a public address" in to.read_text()

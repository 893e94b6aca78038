import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from admittance.catalog import Catalog
from admittance.lake import Lake
from admittance.model.episode import Episode
from admittance.model.ids import EpisodeId, SubjectId
from admittance.model.tables import table_of
from admittance.model.vocabulary import Gate
from admittance.surface.web.app import SECURITY_HEADERS, create_app
from tests.surface.conftest import CHINESE_NOTICE, HOSTILE_TITLE, browser, ended_episode

STATIC = Path(__file__).parents[2] / "src" / "admittance" / "surface" / "web" / "static"
VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """A page's elements, its text, and whether its tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def addresses(client: TestClient) -> list[str]:
    """Every page that can be reached from the first one by links."""
    known, ahead = ["/"], ["/"]
    while ahead:
        answer = client.get(ahead.pop())
        assert answer.status_code == 200, answer.url
        for link in Page(answer.text).all("a"):
            address = (link.get("href") or "").partition("#")[0]
            if address and address not in known:
                known.append(address)
                ahead.append(address)
    return known


def test_the_pages_lead_to_each_other(demo_pages: TestClient) -> None:
    found = addresses(demo_pages)
    for kind in ("/subjects/signal", "/countries/CN", "/documents/", "/episodes/CN-2021-signal-network-1"):
        assert any(address.startswith(kind) for address in found), kind


def test_every_page_is_whole_simulated_versioned_and_asks_nobody_else(demo_pages: TestClient) -> None:
    version = demo_pages.get("/healthz").json()["lake_version"]
    for address in addresses(demo_pages):
        answer = demo_pages.get(address)
        page = Page(answer.text)
        assert answer.headers["x-lake-version"] == str(version)
        assert f"lake version {version}" in page.text
        assert "Simulated data." in page.text
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name] == value
        assert page.all("html") == [{"lang": "en"}]
        for landmark in ("header", "main", "footer", "h1"):
            assert len(page.all(landmark)) == 1, (address, landmark)
        assert not page.all("script")
        assert not page.all("style")
        for tag, attributes in page.elements:
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            for name in ("src", "srcset", "data", "poster", "action"):
                assert "//" not in (attributes.get(name) or ""), (address, tag)
            if tag == "link":
                assert (attributes["href"] or "").startswith("/static/")
        for label in page.all("label"):
            assert any(field.get("id") == label["for"] for field in page.all("input"))
        identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(identifiers) == len(set(identifiers)), address
        for link in page.all("a"):
            target = (link.get("href") or "").partition("#")
            if link.get("href") and not target[0]:
                assert target[2] in identifiers, (address, link)


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda file: file.name)
def test_what_is_shipped_beside_the_pages_asks_nobody_else(demo_pages: TestClient, file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//|@import|url\(", text)
    assert demo_pages.get(f"/static/{file.name}").status_code == 200


def test_the_card_is_on_the_page_of_its_subject(demo_pages: TestClient) -> None:
    text = " ".join(Page(demo_pages.get("/subjects/signal").text).text.split())
    assert "likely blocked since 2021-03-1" in text
    assert "Function (registration) insufficient data" in text
    assert "App Store listed" in text
    assert "contradicted" in text
    assert "checks point to interference" in text


def test_quoted_sentences_are_marked_and_lead_to_their_records(demo_pages: TestClient) -> None:
    documents = [address for address in addresses(demo_pages) if address.startswith("/documents/")]
    marked = 0
    for address in documents:
        html = demo_pages.get(address).text
        page = Page(html)
        marked += len(page.all("mark"))
        records = [item["id"] for item in page.all("li") if "id" in item]
        links = {(link.get("href") or "") for link in page.all("a")}
        assert {f"#{record}" for record in records} <= links
    assert marked >= 5


def test_an_episode_lists_networks_evidence_and_history(demo_pages: TestClient) -> None:
    page = Page(demo_pages.get("/episodes/CN-2021-signal-network-1").text)
    assert len(page.all("svg")) == 1
    assert "line SHA-256" in page.text
    assert "network.tls.reset" in page.text
    assert "Opened" in page.text
    assert "What is said of it" in page.text


def test_the_first_page_links_countries_known_from_documents_only(measured_pages: TestClient) -> None:
    page = Page(measured_pages.get("/").text)
    assert {"/countries/KE", "/countries/CN"} <= {link.get("href") for link in page.all("a")}
    assert "Without a dated restriction, known from documents: CN" in " ".join(page.text.split())


def test_the_legend_names_only_what_is_drawn(demo_pages: TestClient, measured_pages: TestClient) -> None:
    unbounded = " ".join(Page(measured_pages.get("/episodes/KE-2023-telegram-network-1").text).text.split())
    assert "onset or end not known" in unbounded
    bounded = " ".join(Page(demo_pages.get("/episodes/CN-2021-signal-network-1").text).text.split())
    assert "onset or end not known" not in bounded
    assert "restricted" in bounded


def test_gridlines_keep_off_the_labels_and_all_have_a_date(demo_pages: TestClient) -> None:
    page = Page(demo_pages.get("/episodes/CN-2021-signal-network-1").text)
    labels = [float(text["y"] or 0) for text in page.all("text") if text.get("class") == "label"]
    lines = [line for line in page.all("line") if line.get("class") == "grid"]
    assert labels
    assert lines
    for line in lines:
        assert not any(float(line["y1"] or 0) <= label - 2 <= float(line["y2"] or 0) for label in labels)
    dated = {text["x"] for text in page.all("text") if text.get("class") == "tick"}
    assert {line["x1"] for line in lines} == dated


def test_a_measured_lake_has_no_banner_and_tells_unbounded_brackets(measured_pages: TestClient) -> None:
    text = " ".join(Page(measured_pages.get("/episodes/KE-2023-telegram-network-1").text).text.split())
    assert "Simulated data." not in text
    assert "on or before 2023-11-20 00:00 UTC" in text
    assert "after 2023-11-21 00:00 UTC" in text
    card = " ".join(Page(measured_pages.get("/subjects/telegram").text).text.split())
    assert "Earlier: likely blocked 2023-11-08 to 2023-11-24" in card
    assert "insufficient data" in card


def test_chinese_is_marked_as_chinese_and_titles_are_escaped(measured_pages: TestClient) -> None:
    found = [address for address in addresses(measured_pages) if address.startswith("/documents/")]
    pages = [Page(measured_pages.get(address).text) for address in found]
    chinese = next(page for page in pages if CHINESE_NOTICE.splitlines()[0] in page.text)
    assert any((part.get("lang") or "").startswith("zh") and part.get("class") == "text" for part in chinese.all("div"))
    assert any(HOSTILE_TITLE in page.text for page in pages)
    assert not any(page.all("script") for page in pages)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/subjects/", 404),
        ("/subjects/no%20such%20thing", 404),
        ("/subjects/signal?in=China", 400),
        ("/countries/china", 404),
        ("/countries/%3Cb%3E", 404),
        ("/documents/abc", 404),
        ("/documents/" + "0" * 64, 404),
        ("/episodes/nothing", 404),
        ("/episodes/%27%20OR%201", 404),
        ("/ask", 400),
        ("/ask?subject=no+such+thing", 404),
        ("/ask?subject=signal&in=12", 400),
        ("/static/../app.py", 404),
    ],
)
def test_what_is_not_there_is_said_kindly(demo_pages: TestClient, address: str, status: int) -> None:
    answer = demo_pages.get(address)
    assert answer.status_code == status
    page = Page(answer.text)
    assert len(page.all("h1")) == 1
    assert not page.all("b")
    assert "Simulated data." in page.text


def test_every_page_stands_in_the_how_to(measured_lake: Path, catalog: Catalog) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "serve.md").read_text(encoding="utf-8")
    for route in create_app(str(measured_lake), catalog).routes:
        if isinstance(route, Route):
            assert f"| `{route.path.partition('{')[0]}" in guide, route.path


def test_a_post_is_refused(demo_pages: TestClient) -> None:
    assert demo_pages.post("/").status_code == 405


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/ask?subject=Signal&in=cn", "/subjects/signal?in=CN"),
        ("/ask?subject=zh.wikipedia.org", "/subjects/wikipedia"),
        ("/ask?subject=blocked.example", "/subjects/site:blocked.example"),
        ("/countries/cn", "/countries/CN"),
        ("/subjects/Telegram", "/subjects/telegram"),
    ],
)
def test_a_question_leads_to_its_page(demo_pages: TestClient, address: str, target: str) -> None:
    answer = demo_pages.get(address)
    assert answer.is_redirect
    assert answer.headers["location"].removeprefix("http://testserver") == target
    assert demo_pages.get(target).status_code == 200


def test_a_site_nobody_measured_is_insufficient(demo_pages: TestClient) -> None:
    text = " ".join(Page(demo_pages.get("/subjects/site:blocked.example").text).text.split())
    assert "Insufficient data" in text
    assert "working" not in text


def test_without_a_lake_the_page_says_so(tmp_path: Path, catalog: Catalog) -> None:
    answer = browser(tmp_path / "none", catalog).get("/")
    assert answer.status_code == 503
    assert "no lake" in answer.text


def test_what_is_released_later_shows_at_the_next_request(tmp_path: Path, catalog: Catalog) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    pages = browser(lake.place, catalog)
    before = pages.get("/")
    with lake.deriving() as work:
        work.replace(Episode, table_of(Episode, [ended_episode()]))
    after = pages.get("/")
    assert int(after.headers["x-lake-version"]) == int(before.headers["x-lake-version"]) + 1


def test_thousands_of_keywords_crowd_out_nothing(tmp_path: Path, catalog: Catalog) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    one = ended_episode()
    later = one.onset + timedelta(days=400)
    words = [
        msgspec.structs.replace(
            one,
            id=EpisodeId(f"KE-2024-keyword-{number}-content-weibo-1"),
            subject=SubjectId(f"keyword:{number}"),
            gate=Gate.CONTENT,
            part="weibo",
            onset=later,
            end=None,
        )
        for number in range(1_000)
    ]
    with lake.deriving() as work:
        work.replace(Episode, table_of(Episode, [*words, one]))
    pages = browser(lake.place, catalog)
    country = pages.get("/countries/KE").text
    assert country.index(one.id) < country.index(words[0].id)
    assert country.count("-content-weibo-1") == 199
    assert "And 801 more episodes" in country
    home = pages.get("/").text
    assert home.index(one.id) < home.index(words[0].id)
    assert "and 801 more subjects" in home
    assert home.count('href="/subjects/keyword:') < 300

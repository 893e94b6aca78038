"""Two small lakes: the demonstration's, and one of real shape with an ended episode and a Chinese notice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from admittance.catalog import Catalog, load
from admittance.lake import Lake
from admittance.model.episode import Change, Episode, EpisodeNetwork, Uncertainty
from admittance.model.ids import Asn, Country, EpisodeId, SubjectId, TargetId
from admittance.model.tables import table_of
from admittance.model.vocabulary import Gate, Layer, Origin, Pattern, State
from admittance.pipeline.reading import DocumentInput, read_documents
from admittance.surface.cli import cli
from admittance.surface.web.app import create_app

CHINESE_NOTICE = "国家互联网信息办公室3月18日约谈了映客、小米等11家企业。\n\n本通知自发布之日起施行。"
HOSTILE_TITLE = "<script>alert(1)</script> & 'more'"


def admittance(place: Path | str, *arguments: str, text: str | None = None) -> Result:
    """What the command line answers about a lake."""
    return CliRunner().invoke(cli, ["--lake", str(place), *arguments], input=text, prog_name="admittance")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def demo_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo") / "lake"
    result = admittance(place, "demo", "--no-serve")
    assert result.exit_code == 0, result.output
    return place


@pytest.fixture(scope="session")
def measured_lake(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Path:
    place = tmp_path_factory.mktemp("measured") / "lake"
    lake = Lake.open(place, create=True)
    documents = [
        DocumentInput(text=CHINESE_NOTICE, published="2021-03-19", kind="notice", language="zh"),
        DocumentInput(text="Nothing about blocking is said here.", title=HOSTILE_TITLE),
    ]
    list(read_documents(documents, catalog=catalog, lake=lake, clock=lambda: datetime(2024, 1, 1, tzinfo=UTC)))
    change = Change(
        sequence=1,
        episode=EpisodeId("KE-2023-telegram-network-1"),
        kind="opened",
        before=None,
        after="{}",
        reason="Seen first.",
    )
    with lake.deriving() as work:
        work.replace(Episode, table_of(Episode, [ended_episode()]))
        work.replace(Change, table_of(Change, [change]))
    return place


def ended_episode() -> Episode:
    """An episode that ended, with one network of a wide, unbounded bracket."""
    onset, end = datetime(2023, 11, 8, 9, tzinfo=UTC), datetime(2023, 11, 24, 18, tzinfo=UTC)
    narrow = EpisodeNetwork(
        asn=Asn(12455),
        onset=onset,
        onset_earliest=datetime(2023, 11, 8, 7, tzinfo=UTC),
        onset_latest=datetime(2023, 11, 8, 12, tzinfo=UTC),
        end=end,
        end_earliest=end,
        end_latest=datetime(2023, 11, 26, 12, tzinfo=UTC),
        n=100,
        k=98,
        reports=60,
        targets=("telegram/dc_pool",),
        layers=("tcp",),
        pattern=Pattern.CONTINUOUS,
        active_windows=(),
        bounding=True,
    )
    wide = EpisodeNetwork(
        asn=Asn(36926),
        onset=datetime(2023, 11, 10, tzinfo=UTC),
        onset_earliest=None,
        onset_latest=datetime(2023, 11, 20, tzinfo=UTC),
        end=datetime(2023, 11, 21, tzinfo=UTC),
        end_earliest=datetime(2023, 11, 21, tzinfo=UTC),
        end_latest=None,
        n=10,
        k=8,
        reports=6,
        targets=("telegram/dc_pool",),
        layers=("http",),
        pattern=Pattern.CONTINUOUS,
        active_windows=(),
        bounding=False,
    )
    return Episode(
        part=None,
        id=EpisodeId("KE-2023-telegram-network-1"),
        subject=SubjectId("telegram"),
        country=Country("KE"),
        gate=Gate.NETWORK,
        state=State.LIKELY_BLOCKED,
        mechanism="tcp.timeout",
        pattern=Pattern.CONTINUOUS,
        active_windows=(),
        onset=onset,
        onset_earliest=narrow.onset_earliest,
        onset_latest=narrow.onset_latest,
        end=end,
        end_earliest=end,
        end_latest=narrow.end_latest,
        networks=(narrow, wide),
        targets=(TargetId("telegram/dc_pool"),),
        layers=(Layer.TCP, Layer.HTTP),
        scope="2 of 9 networks",
        networks_measured=9,
        n=110,
        k=106,
        reports=66,
        tunnel="insufficient",
        confidence=0.99,
        uncertainty=Uncertainty(
            reports=66, share_low=0.9, share_high=1.0, inconclusive=0.1, proven=0.0, failing=1.0, same_mechanism=1.0
        ),
        witnesses=("ooni-observations",),
        versions='{"detector":"detect/1"}',
        origin=Origin.MEASURED,
    )


def browser(place: Path | str, catalog: Catalog) -> TestClient:
    """Asks for pages in this process, without a server; redirects are not followed."""
    return TestClient(create_app(str(place), catalog), follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def demo_pages(demo_lake: Path, catalog: Catalog) -> TestClient:
    return browser(demo_lake, catalog)


@pytest.fixture(scope="session")
def measured_pages(measured_lake: Path, catalog: Catalog) -> TestClient:
    return browser(measured_lake, catalog)

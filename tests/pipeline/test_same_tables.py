"""The same inputs give the same tables: whoever reads, wherever the archive and the lake are.

The archive is of every wrapping that OONI's has used, of several countries, with broken files, lines and parts of lines.
"""

import gzip
import importlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

import lz4.frame  # type: ignore[import-untyped]
import polars as pl
import pytest

from admittance.catalog import Catalog
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.lake.layout import LAYOUT
from admittance.pipeline.ingest import ingest
from admittance.pipeline.reading import documents_in, read_documents
from admittance.pipeline.report import IngestReport
from admittance.pipeline.run import run
from tests.judge.probe import BLOCK_PAGE, NXDOMAIN, RESET, Generation, Hop, line_of, web
from tests.pipeline.conftest import clock
from tests.s3 import Bucket, serving

pytestmark = pytest.mark.slow

INGEST = importlib.import_module("admittance.pipeline.ingest")  # the module, not the function of the same name
Tables = dict[str, pl.DataFrame]
WHERE_IT_CAME_FROM = {"files": ["address"], "fetched": ["address", "tag"]}
"""Columns that cannot be alike where the archive is not at the same place."""

HOPS = [
    Hop("https://www.example.org/"),
    Hop("https://www.example.org/", tls=RESET),
    Hop("http://news.example.com/", page=BLOCK_PAGE),
    Hop("https://news.example.com/", NXDOMAIN),
    Hop("https://shop.example.net/"),
]
REPORT = b"""# OONI Probe Report
---
{probe_asn: AS64500, probe_cc: TR, software_name: ooniprobe, start_time: 1385917200.0,
 test_name: HTTP Requests Test, test_version: 0.1}
...
"""
ENTRY = b"""---
input: http://%d.example/
requests:
- request: {body: null, headers: [], method: GET, tor: false, url: "http://%d.example/"}
  response: {body: "<title>No</title>", code: 403, headers: [[Server, [s]]]}
- request: {body: null, headers: [], method: GET, tor: true, url: "http://%d.example/"}
  response: {body: "<title>A</title> and more", code: 200, headers: []}
...
"""


def lines(country: str, generation: Generation, count: int) -> list[bytes]:
    """Measurements of websites in one country, one report and network to every five."""
    made = []
    for number in range(count):
        record = web(HOPS[number % len(HOPS)], generation=generation)
        record |= {"probe_cc": country, "probe_asn": f"AS{65_000 + number // 5}", "report_id": f"{country}{number // 5}"}
        record["measurement_start_time"] = f"2023-04-{1 + number % 28:02} 07:54:40"
        made.append(line_of(record, f"{generation} {country} {number}"))
    return made


def tar(members: Mapping[str, bytes]) -> bytes:
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w") as archive:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return stored.getvalue()


def posted(measured: list[bytes]) -> bytes:
    return tar({f"{n}.post": b'{"format": "json", "content": %s}' % line.strip() for n, line in enumerate(measured)})


def flawed(line: bytes) -> bytes:
    """The line with a look-up of which the name is a number."""
    record = json.loads(line)
    record["test_keys"]["queries"][0]["hostname"] = 7
    return json.dumps(record).encode() + b"\n"


@pytest.fixture(scope="module")
def archive(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files by the keys that they have on S3."""
    kenya, russia, iran = lines("KE", "0.5.28", 60), lines("RU", "0.4.3", 60), lines("IR", "0.4.1", 60)
    packed = gzip.compress(b"".join(iran[:30]), mtime=0)
    contents = {
        "raw/20230401/00/KE/webconnectivity/a.jsonl.gz": gzip.compress(b"".join(kenya[:20]), mtime=0),
        "raw/20230402/00/KE/webconnectivity/b.jsonl": b"".join(
            [*kenya[20:30], b"{\n", flawed(kenya[30]), b"\0\0\n", kenya[31][:-40]]
        ),
        "raw/20230402/01/KE/webconnectivity/a copy.jsonl.gz": gzip.compress(b"".join(kenya[:20]), mtime=0),
        "raw/20230403/00/KE/webconnectivity/c.tar.gz": gzip.compress(posted(kenya[31:45]), mtime=0),
        "raw/20230404/00/KE/webconnectivity/d.tar.gz": posted(kenya[45:]),
        "raw/20230401/00/RU/webconnectivity/e.jsonl.gz": gzip.compress(b"".join(russia[:40]), mtime=0)[:-200],
        "canned/2018-04-05/f.json.lz4": lz4.frame.compress(b"".join(russia[40:])),
        "canned/2016-04-05/g.tar.lz4": lz4.frame.compress(tar({"../up.json": iran[30], "in.json": b"".join(iran[31:])})),
        "canned/2016-04-06/h.json.lz4": lz4.frame.compress(b"".join(iran[:30]))[:-50],
        "canned/2016-04-07/i.jsonl.gz": packed[: len(packed) // 2] + b"\xff" * 40 + packed[len(packed) // 2 + 40 :],
        "canned/2013-12-01/j.yaml": REPORT + b"".join(ENTRY % (n, n, n) for n in range(9)) + b"---\n- no entry\n...\n",
    }
    for number, path in enumerate(sorted(scenario.raw.rglob("*.gz"))):
        measured = gzip.decompress(path.read_bytes()).replace(b'"admittance_origin"', b'"elsewhere"')
        contents[f"raw/20210301/00/CN/signal/{number}.jsonl.gz"] = gzip.compress(measured, mtime=0)
    folder = tmp_path_factory.mktemp("archive")
    for key, content in contents.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return {key: folder / key for key in contents}


def tables(lake: Lake) -> Tables:
    """Every table, whole, in one order."""
    snapshot = lake.snapshot()
    found = {layout.name: snapshot.scan(layout.noun).collect() for layout in LAYOUT}
    return {
        name: table.sort([column for column, kind in table.schema.items() if not kind.is_nested()], nulls_last=True)
        for name, table in found.items()
    }


def fill(lake: Lake, paths: list[str | Path], scenario: Scenario, catalog: Catalog, **manner: object) -> IngestReport:
    """Take in the archive and the scenario's texts, and draw the conclusions."""
    report = ingest(lake, "ooni", paths, clock=clock, batch_size=400, **manner)  # type: ignore[arg-type]
    texts = scenario.notices.read_bytes().replace(b'"simulated"', b'"measured"')
    documents = documents_in(["-"], standard_input=io.BytesIO(texts))
    list(
        read_documents((text for text in documents if not isinstance(text, Exception)), catalog=catalog, lake=lake, clock=clock)
    )
    run(lake, catalog=catalog)
    return report


@pytest.fixture(scope="module")
def alone(
    archive: dict[str, Path], scenario: Scenario, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> tuple[IngestReport, Tables]:
    """What one process makes of local files in a local lake."""
    lake = Lake.open(tmp_path_factory.mktemp("alone") / "lake", create=True)
    report = fill(lake, sorted(archive.values()), scenario, catalog)
    return report, tables(lake)


def test_what_is_compared_says_something(alone: tuple[IngestReport, Tables]) -> None:
    report, found = alone
    assert report.rejects >= 7
    assert report.flawed == 1
    assert set(found["measurements"]["country"]) == {"CN", "IR", "KE", "RU", "TR"}
    empty = {name for name, table in found.items() if table.is_empty()}
    of_other_sources = {"demand", "demand_spikes", "snapshots", "snapshot_cells", "snapshot_verdicts", "testimonies"}
    assert empty == {"editions", "fetched", "reviews", *of_other_sources}


@contextmanager
def dask() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize(
    ("hands", "archive_on_s3", "lake_on_s3"),
    [
        ("pool", False, False),
        ("dask", False, False),
        ("one", False, True),
        ("pool", True, False),
        ("dask", True, True),
    ],
)
def test_every_table_is_the_same(
    hands: str,
    archive_on_s3: bool,
    lake_on_s3: bool,
    archive: dict[str, Path],
    alone: tuple[IngestReport, Tables],
    scenario: Scenario,
    catalog: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(INGEST, "POOL_BYTES", 0)
    monkeypatch.setattr(INGEST, "JOB_BYTES_LEAST", 2**10)
    with serving(monkeypatch) if archive_on_s3 or lake_on_s3 else nullcontext() as bucket:
        paths = _on_s3(bucket, archive) if archive_on_s3 and bucket else sorted(archive.values())
        lake = Lake.open(f"{bucket.address}/lake" if lake_on_s3 and bucket else tmp_path / "lake", create=True)
        with dask() if hands == "dask" else nullcontext() as cluster:
            manner = {"workers": 2 if hands == "pool" else 1, "cluster_address": cluster}
            report = fill(lake, paths, scenario, catalog, **manner)  # type: ignore[arg-type]
        found = tables(lake)
    assert report == alone[0]
    expected_files = alone[1]["files"]["file"]
    for name, expected in alone[1].items():
        if name == "fetched" and archive_on_s3:
            assert set(found[name]["file"]) == set(expected_files)
            continue
        elsewhere = WHERE_IT_CAME_FROM.get(name, []) if archive_on_s3 else []
        assert _without(expected, elsewhere).equals(_without(found[name], elsewhere)), name


def _on_s3(bucket: Bucket, archive: dict[str, Path]) -> list[str | Path]:
    for key, path in archive.items():
        bucket.put(f"archive/{key}", path.read_bytes())
    return [f"{bucket.address}/archive"]


def _without(table: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    kept = table.drop(columns)
    return kept.sort([column for column, kind in kept.schema.items() if not kind.is_nested()], nulls_last=True)

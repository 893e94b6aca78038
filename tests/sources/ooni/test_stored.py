"""Raw OONI files in every wrapping that the archive has used, and in those that only an attacker would use."""

import gzip
import hashlib
import io
import json
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import lz4.frame  # type: ignore[import-untyped]
import pytest

from admittance.sources import Batch

Json = dict[str, object]
Pack = Callable[[bytes], bytes]
ReadBytes = Callable[..., Batch]

SMALL_BLOCKS = lz4.frame.BLOCKSIZE_MAX64KB
POSTED = "var/lib/incoming/20240301003627.966169_KE_webconnectivity_76f66893a38a3de6.post"


def line(uid: str | None = "m0", **changes: object) -> bytes:
    record: Json = {
        "test_name": "web_connectivity",
        "report_id": "r",
        "measurement_uid": uid,
        "measurement_start_time": "2023-11-08 07:00:00",
        "input": "https://www.example.org/",
        "test_keys": {"queries": [{"hostname": "www.example.org", "query_type": "A", "failure": "dns_nxdomain_error"}]},
    }
    return json.dumps(record | changes).encode() + b"\n"


def lines(count: int) -> bytes:
    return b"".join(line(f"m{number}") for number in range(count))


def archive(*members: tuple[str, bytes], **fields: object) -> bytes:
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w") as tar:
        for name, content in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            for field, value in fields.items():
                setattr(header, field, value)
            tar.addfile(header, io.BytesIO(content))
    return stored.getvalue()


def posted(uid: str | None, post_format: str = "json") -> bytes:
    return b'{"format": "%s", "content": %s}' % (post_format.encode(), line(uid).strip())


def uids(batch: Batch) -> list[str]:
    return batch.measurements["measurement_uid"].to_list()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lz4.frame.compress])
def test_lines_are_the_same_in_every_wrapping(pack: Pack, read_bytes: ReadBytes) -> None:
    content = lines(3)
    plain = read_bytes("ooni", content)
    alone = read_bytes("ooni", pack(content))
    assert uids(alone) == ["m0", "m1", "m2"]
    assert alone.observations.drop("file").equals(plain.observations.drop("file"))
    tar = archive(("a/report.json", content), ("b.json", line("m3")))
    within = read_bytes("ooni", pack(tar))
    assert uids(within) == ["m0", "m1", "m2", "m3"]
    assert within.rejects.is_empty()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lz4.frame.compress])
def test_every_row_leads_back_to_its_bytes(pack: Pack, read_bytes: ReadBytes) -> None:
    tar = archive(("one.json", lines(2) + b"bad\n"), ("two.post", posted("p")))
    batch = read_bytes("ooni", pack(tar))
    assert (batch.measurements.height, batch.rejects.height) == (3, 1)
    for table in (batch.measurements, batch.rejects):
        for offset, digest in table.select("offset", "line_sha256").iter_rows():
            stored_line = tar[offset:].split(b"\n")[0].split(b"\0")[0]
            assert hashlib.sha256(stored_line).hexdigest() == digest
    assert batch.rejects.select("reason", "excerpt").rows() == [("no JSON: invalid character", "one.json: bad")]


def test_a_posted_measurement_is_named_by_its_member(read_bytes: ReadBytes) -> None:
    tar = archive((POSTED, posted(None)), ("named.post", posted("own")), ("report.json", line(None)))
    first, second, third = uids(read_bytes("ooni", tar))
    assert (first, second) == ("20240301003627.966169_KE_webconnectivity_76f66893a38a3de6", "own")
    assert third.startswith("hash:")


def test_a_post_of_another_format_is_a_reject(read_bytes: ReadBytes) -> None:
    batch = read_bytes("ooni", archive((POSTED, posted(None, "yaml"))))
    assert "format: posted as 'yaml'" in batch.rejects["reason"][0]


REPORT = b"""# OONI Probe Report
---
probe_asn: AS64500
probe_cc: KE
software_name: ooniprobe
start_time: 1385917200.0
test_name: HTTP Requests Test
test_version: 0.1
...
---
input: http://a.example/
requests:
- request: {body: null, headers: [], method: GET, tor: false, url: "http://a.example/"}
  response: {body: "<title>No</title>", code: 403, headers: [[Server, [s]]]}
- request: {body: null, headers: [], method: GET, tor: true, url: "http://a.example/"}
  response: {body: "<title>A</title> and more", code: 200, headers: []}
...
"""


@pytest.mark.parametrize("pack", [bytes, lz4.frame.compress, lambda content: lz4.frame.compress(archive(("r.yaml", content)))])
def test_a_yaml_report_gives_facts_like_any_other(pack: Pack, read_bytes: ReadBytes) -> None:
    batch = read_bytes("ooni", pack(REPORT))
    assert batch.rejects.is_empty()
    assert batch.measurements.select("test_name", "country", "network", "software").rows() == [
        ("http_requests", "KE", 64500, "ooniprobe")
    ]
    columns = ("layer", "status_code", "title", "server", "control", "control_status_code", "control_title")
    assert batch.observations.select(columns).rows() == [("http", 403, "No", "s", "present", 200, "A")]
    assert (
        batch.measurements["line_sha256"][0] == hashlib.sha256(REPORT.split(b"---\n")[2].removesuffix(b"\n...\n")).hexdigest()
    )


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def damaged(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + b"\xff" * 64 + content[middle + 64 :]


MANY = b"".join(line(f"m{number}", report_id=hashlib.sha256(b"%d" % number).hexdigest()) for number in range(4_000))


@pytest.mark.parametrize(
    ("content", "reason", "kept"),
    [
        (cut(gzip.compress(MANY)), "gzip data ends before its end mark", 1_500),
        (damaged(gzip.compress(MANY)), "gzip data is damaged", 1_500),
        (cut(lz4.frame.compress(MANY, block_size=SMALL_BLOCKS)), "lz4 data ends before its end mark", 1_500),
        (damaged(lz4.frame.compress(MANY, block_checksum=True, block_size=SMALL_BLOCKS)), "lz4 data is damaged", 1_500),
        (gzip.compress(cut(archive(("a.json", MANY)))), "the archive ends inside a member", 1_500),
        (cut(gzip.compress(archive(("a.json", MANY)))), "gzip data ends before its end mark", 1_500),
        (lines(2) + line("m2")[:-40], "cut off in the middle", 2),
        (lines(2) + b"\0" * 100 + b"\n" + line("m2"), "no JSON", 3),
        (lines(2) + b"[" * 1_000_000 + b"\n" + line("m2"), "must be an object", 3),
        (lines(2) + b'{"test_keys":' * 1_000_000 + b"\n" + line("m2"), "nested too deeply", 3),
        (lines(2) + b'{"x":"' + b"y" * 10_000_000 + b'"}\n' + line("m2"), "test_name: missing", 3),
        (lines(2) + line("m2", test_keys=7), "test_keys: must be an object", 2),
        (archive(("../up.json", line("x")), ("good.json", lines(2))), "its name leads out of the archive", 2),
        (archive(("link", b""), type=tarfile.SYMTYPE, linkname="/etc/passwd"), "it is a link", 0),
        (archive(("in.gz", gzip.compress(lines(2))), ("good.json", lines(2))), "it is compressed itself", 2),
    ],
)  # fmt: skip
def test_a_hostile_file_loses_only_what_is_hostile(content: bytes, reason: str, kept: int, read_bytes: ReadBytes) -> None:
    batch = read_bytes("ooni", content)
    assert [told for told in batch.rejects["reason"] if reason in told]
    assert batch.rejects.height == 1 or "damaged" in reason
    assert batch.measurements.height >= kept
    assert len(batch.rejects["excerpt"][0]) <= 400


@pytest.mark.parametrize("pack", [gzip.compress, lz4.frame.compress])
@pytest.mark.parametrize("wrap", [bytes, lambda content: archive(("a.json", content))])
def test_a_bomb_takes_little_memory_and_only_itself(
    pack: Pack, wrap: Pack, tmp_path: Path, read_file: Callable[..., Batch]
) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(pack(wrap(line("before") + b"0" * 200_000_000 + b"\n" + line("after"))))
    tracemalloc.start()
    batch = read_file("ooni", path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert uids(batch) == ["before", "after"]
    assert "longer than the bound" in batch.rejects["reason"][0]
    assert peak < 120_000_000

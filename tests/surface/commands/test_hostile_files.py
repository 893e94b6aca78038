"""Files that only damage or an attacker makes, through the command line, each in a process whose memory is measured."""

import gzip
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import lz4.frame  # type: ignore[import-untyped]
import pytest

from admittance.lake import Lake
from admittance.model.observation import Measurement

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc"),
]

MOST_MEMORY = 768 * 2**20
COMMAND = """
import re, sys
from admittance.surface.cli import main
try:
    main()
finally:
    print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read()).group(1), file=sys.stderr)
"""


def line(uid: str, **changes: object) -> bytes:
    record: dict[str, object] = {
        "test_name": "web_connectivity",
        "report_id": "r",
        "measurement_uid": uid,
        "probe_cc": "KE",
        "probe_asn": "AS64500",
        "measurement_start_time": "2023-11-08 07:00:00",
        "input": "https://www.example.org/",
        "test_keys": {"queries": [{"hostname": "www.example.org", "query_type": "A", "failure": "dns_nxdomain_error"}]},
    }
    return json.dumps(record | changes).encode() + b"\n"


def filled(key: str, entry: bytes, size: int) -> bytes:
    """A line of some `size` bytes, the entry repeated in a test key."""
    entries = b",".join([entry] * (size // (len(entry) + 1)))
    return line("filled", test_keys=0).replace(b'"test_keys": 0', b'"test_keys": {"%s": [%s]}' % (key.encode(), entries))


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = size, kind, "/etc/passwd" if kind != tarfile.REGTYPE else ""
    return member.tobuf(tarfile.GNU_FORMAT)


def member(name: str, content: bytes) -> bytes:
    return header(name, len(content)) + content + b"\0" * (-len(content) % tarfile.BLOCKSIZE)


BEFORE, AFTER = line("before"), line("after")
BOTH = {"before", "after"}
BODY = {"requests": [{"request": {"url": "https://www.example.org/"}, "response": {"code": 200, "body": "x" * 10_000_000}}]}
MANY = b"".join(line(f"m{number}", annotations={"platform": f"{number * 7919:x}"}) for number in range(20_000))
ZEROS = b"0" * (64 * 2**20)
END = b"\0" * 1_024


def damaged(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + b"\xff" * 64 + content[middle + 64 :]


def many_members() -> bytes:
    stored = io.BytesIO()
    with gzip.open(stored, "wb", compresslevel=1) as packed:
        packed.write(member("a.json", BEFORE))
        for number in range(30_000):
            packed.write(header(f"../{number}") if number % 2 else header(f"{number}"))
        packed.write(member("z.json", AFTER) + END)
    return stored.getvalue()


CASES: dict[str, tuple[Callable[[], bytes], str, set[str] | int]] = {
    # what is in the file, the reason that must be told, and the measurements that must be kept (or how many at least)
    "gzip damaged": (lambda: damaged(gzip.compress(MANY)), "gzip data is damaged", 8_000),
    "gzip cut off": (lambda: gzip.compress(MANY)[:-20_000], "gzip data ends before its end mark", 8_000),
    "last line cut off": (lambda: BEFORE + AFTER + line("cut")[:-30], "cut off in the middle", BOTH),
    "wrong types": (
        lambda: BEFORE + line("bad", test_keys=[7]) + line("bad", probe_cc=["KE"]) + b"[1]\n7\n" + AFTER,
        "probe_cc: must be a text or nothing, is a list",
        BOTH,
    ),
    "wrong type of a part": (
        lambda: BEFORE + line("part", test_keys={"queries": [{"hostname": 7}], "tcp_connect": []}) + AFTER,
        "hostname: must be a text or nothing, is a whole number",
        BOTH | {"part"},
    ),
    "10 MB that can be read": (lambda: BEFORE + line("body", test_keys=BODY) + b"{\n" + AFTER, "cut off", BOTH | {"body"}),
    "10 MB that cannot": (
        lambda: BEFORE + filled("queries", b'{"hostname":7}', 10_000_000) + AFTER,
        "hostname: must be a text",
        BOTH,
    ),
    "a million facts": (
        lambda: BEFORE + filled("queries", b'{"hostname":"a.b","failure":"x"}', 31_000_000) + AFTER,
        "more than 50000 look-ups",
        BOTH,
    ),
    "a line too long": (lambda: BEFORE + b"\0" * 100_000_000 + b"\n" + AFTER, "line of 100000000 bytes", BOTH),
    "NUL bytes": (lambda: BEFORE + line("nul").replace(b"KE", b"K\0") + b"\0\0\n" + AFTER, "no JSON", BOTH),
    "deep JSON": (lambda: BEFORE + b'{"test_keys":' * 2_000_000 + b"\n" + AFTER, "nested too deeply", BOTH),
    "deep and ignored": (
        lambda: BEFORE + line("deep", unknown=0).replace(b'"unknown": 0', b'"unknown": ' + b"[" * 10**6 + b"]" * 10**6) + AFTER,
        "nested too deeply",
        BOTH,
    ),
    "gzip bomb": (
        lambda: gzip.compress(BEFORE + AFTER) + gzip.compress(ZEROS) * 20,
        "decompresses to more than 400 times its size",
        BOTH,
    ),
    "lz4 bomb": (
        lambda: lz4.frame.compress(BEFORE) + lz4.frame.compress(ZEROS) * 20 + lz4.frame.compress(b"\n" + AFTER),
        "longer than the bound",
        BOTH,
    ),
    "bomb in a tar": (
        lambda: gzip.compress(member("a.json", BEFORE + AFTER) + header("bomb", 2**33)) + gzip.compress(ZEROS) * 20,
        "decompresses to more than 400 times its size",
        BOTH,
    ),
    "names that lead out": (
        lambda: (
            member("../../a.json", line("out")) + member("/etc/b.json", line("out")) + member("c.json", BEFORE + AFTER) + END
        ),
        "its name leads out of the archive",
        BOTH,
    ),
    "links and devices": (
        lambda: b"".join(header("x", kind=kind) for kind in (b"1", b"2", b"3", b"4", b"6")) + member("c", BEFORE + AFTER) + END,
        "it is a link, a device",
        BOTH,
    ),
    "a bomb that is a member": (
        lambda: member("in.gz", gzip.compress(ZEROS)) + member("c.json", BEFORE + AFTER) + END,
        "it is compressed itself",
        BOTH,
    ),
    "many members": (many_members, "its name leads out of the archive", BOTH),
}


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_ends_with_3_a_reason_and_everything_readable_kept(case: str, tmp_path: Path) -> None:
    content, reason, kept = CASES[case]
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "hostile.jsonl").write_bytes(content())
    place = tmp_path / "lake"
    command = [sys.executable, "-c", COMMAND, "--lake", str(place), "ingest", "--json", "ooni", str(folder), "--workers", "1"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, timeout=300)
    *told, memory = done.stderr.decode().splitlines()
    assert done.returncode == 3, told
    assert any(reason in text for text in told)
    (report,) = map(json.loads, done.stdout.splitlines())
    assert report["lines"] == report["measurements"] + report["rejects"]
    assert len(report["reasons"]) + len(report["flaws"]) <= 5
    assert int(memory) * 1_024 < MOST_MEMORY
    found = Lake.open(place).snapshot().scan(Measurement).collect()["measurement_uid"]
    assert len(found) >= kept if isinstance(kept, int) else set(found) == kept
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["files", "lake"]
    assert [entry.name for entry in folder.iterdir()] == ["hostile.jsonl"]

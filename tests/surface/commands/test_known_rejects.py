from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.s3 import Bucket, serving
from tests.surface.conftest import admittance

EXAMPLE = Path(__file__).parents[2] / "sources" / "examples" / "ooni.jsonl"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving(monkeypatch) as served:
        yield served


def test_bad_lines_of_an_archive_are_told_again_without_fetching_it(bucket: Bucket, tmp_path: Path) -> None:
    good = EXAMPLE.read_bytes().splitlines()[0]
    bucket.put("some/mixed.jsonl", good + b"\n{not json\n")
    bucket.put("other/clean.jsonl", good + b"\n\n")
    first = admittance(tmp_path / "lake", "ingest", "ooni", bucket.address)
    assert first.exit_code == 3
    bucket.fetched()
    again = admittance(tmp_path / "lake", "ingest", "ooni", f"{bucket.address}/some")
    assert again.exit_code == 3
    assert "1 line of these files could not be read, or only in part, by an earlier ingest" in again.stderr
    assert admittance(tmp_path / "lake", "ingest", "ooni", f"{bucket.address}/other").exit_code == 0
    assert bucket.fetched() == []


def test_a_copy_of_a_known_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    file, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    file.write_bytes(EXAMPLE.read_bytes().splitlines()[0] + b"\n{not json\n")
    copy.write_bytes(file.read_bytes())
    assert admittance(tmp_path / "lake", "ingest", "ooni", str(file)).exit_code == 3
    again = admittance(tmp_path / "lake", "ingest", "ooni", str(copy))
    assert again.exit_code == 3
    assert "1 already known" in again.stderr


def test_a_measurement_read_in_part_is_told_and_told_again(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    good = EXAMPLE.read_bytes().splitlines()[0]
    file.write_bytes(good + b"\n" + good.replace(b'"probe_asn"', b'"resolver_asn":"ASX","probe_asn"') + b"\n")
    first = admittance(tmp_path / "lake", "ingest", "ooni", str(file))
    assert first.exit_code == 3
    assert "1 measurement could be read only in part, the rest left out:\n  1 × resolver_asn: no AS number" in first.stderr
    again = admittance(tmp_path / "lake", "ingest", "ooni", str(file))
    assert again.exit_code == 3
    assert "1 × resolver_asn: no AS number" in again.stderr
    judged = admittance(tmp_path / "lake", "judge", str(file))
    assert judged.exit_code == 3
    assert "1 measurement could be read only in part" in judged.stderr

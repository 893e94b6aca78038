"""The page of keys tells of every key that is read, and real measurements hold none that it does not know."""

import gzip
import json
import re
import typing
from pathlib import Path

import msgspec
import pytest

from admittance.sources.ooni.nettests import NETTESTS, Asks
from admittance.sources.ooni.parts import OwnForm
from admittance.sources.ooni.records import TestKeys

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "ooni-keys.md").read_text()
SAMPLES = ROOT.parent / "shared" / "data" / "ooni" / "raw"
_KEY = re.compile(r"`([a-z0-9_]+)`")
EVERYWHERE = set(_KEY.findall(PAGE.partition("Left out of every test")[2].partition("\n\n")[0]))
ROWS = {
    _KEY.findall(test)[0]: (_KEY.findall(read), set(_KEY.findall(left)))
    for test, read, left in (line.split("|")[1:4] for line in PAGE.splitlines() if line.startswith("| `"))
}


def keys_read(test: str) -> list[str]:
    nettest = NETTESTS[test]
    if nettest.asks is Asks.NOT_READ:
        return []
    if nettest.form is None:
        return list(TestKeys.__struct_fields__)
    assert isinstance(nettest.form, OwnForm)
    kinds = typing.get_args(typing.get_type_hints(nettest.form.line)["test_keys"])
    (shape,) = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    return list(shape.__struct_fields__)


def test_every_test_has_a_row() -> None:
    assert list(ROWS) == list(NETTESTS)


@pytest.mark.parametrize("test", NETTESTS)
def test_a_row_tells_what_is_read(test: str) -> None:
    read, left = ROWS[test]
    assert read == keys_read(test)
    assert not left & set(read)


def test_real_measurements_hold_no_key_that_is_not_told_of() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("no samples of raw measurements beside this repository")
    untold = set()
    for path in sorted(path for path in SAMPLES.rglob("*.json*") if path.is_file()):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        try:
            records = [json.loads(content)]
        except json.JSONDecodeError:
            records = [json.loads(line) for line in content.splitlines() if line.startswith(b"{")]
        for record in records:
            test = record.get("test_name") if isinstance(record, dict) else None
            if test not in NETTESTS or NETTESTS[test].asks is Asks.NOT_READ:
                continue
            read, left = ROWS[test]
            untold |= {(test, key) for key in (record.get("test_keys") or {}).keys() - set(read) - left - EVERYWHERE}
    assert untold == set()

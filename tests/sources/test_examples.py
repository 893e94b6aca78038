"""Every source against an example file and the rows that it must give, kept beside it.

After a change that is meant, `ADMITTANCE_WRITE_EXPECTED=1` writes the expected rows anew; read the difference first.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import polars as pl
import pytest

from admittance.sources import SOURCES, Batch

EXAMPLES: dict[str, tuple[str, dict[str, object]]] = {
    "accounts": ("accounts.csv", {}),
    "censored-planet": ("censored_planet.jsonl", {"observed": datetime(2018, 8, 3, tzinfo=UTC)}),
    "checks": ("checks.csv", {}),
    "demand": ("demand.csv", {"values": {"series": "vpn-interest"}}),
    "keywords": ("keywords.csv", {}),
    "monitors": ("monitors.csv", {"observed": datetime(2020, 2, 22, tzinfo=UTC)}),
    "ooni": ("ooni.jsonl", {}),
    "ooni-observations": ("ooni_observations.csv", {}),
    "listings": ("listings.csv", {}),
    "storefronts": ("storefronts.csv", {"renames": {"observed": "commit_date"}}),
}
TABLES = ("measurements", "observations", "snapshots", "demand", "testimonies", "bodies", "rejects")
SAME_EVERYWHERE = ("file", "recorded_at", "line_sha256", "source")


def as_text(batch: Batch) -> str:
    lines = []
    for name in TABLES:
        table: pl.DataFrame = getattr(batch, name)
        for row in table.iter_rows(named=True):
            told = {key: value for key, value in row.items() if value is not None and key not in SAME_EVERYWHERE}
            lines.append(msgspec.json.encode({"table": name, **told}, order="deterministic").decode())
    return "".join(f"{line}\n" for line in lines)


def test_every_source_has_an_example() -> None:
    assert set(EXAMPLES) == {source.name for source in SOURCES}


@pytest.mark.parametrize("source", EXAMPLES)
def test_an_example_gives_the_expected_rows(source: str, examples: Path, read_file: Callable[..., Batch]) -> None:
    name, options = EXAMPLES[source]
    got = as_text(read_file(source, examples / name, **options))
    expected = examples / f"{name}.expected"
    if os.environ.get("ADMITTANCE_WRITE_EXPECTED"):
        expected.write_text(got)
    assert got == expected.read_text()


@pytest.mark.parametrize("source", EXAMPLES)
def test_batches_and_compression_change_no_row(
    source: str, examples: Path, read_bytes: Callable[..., Batch], read_file: Callable[..., Batch]
) -> None:
    name, options = EXAMPLES[source]
    whole = as_text(read_file(source, examples / name, **options))
    content = (examples / name).read_bytes()
    assert as_text(read_bytes(source, content, batch_size=1, **options)) == whole
    assert as_text(read_bytes(source, content, compress=True, batch_size=3, **options)) == whole

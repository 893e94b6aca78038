from pathlib import Path

import pytest

from admittance.errors import UsageError
from admittance.lake import LAYOUT, Lake, Part, TableLayout, query
from admittance.model.observation import Reject
from admittance.model.tables import table_of


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake.open(tmp_path / "la'ke", create=True)
    row = Reject(source="ooni", file="f", offset=7, line_sha256="0", reason="because", excerpt="")  # type: ignore[arg-type]
    lake.append_once(Reject, [Part(key="1", table=table_of(Reject, [row]))])
    lake.release_sources()
    return lake


def test_a_select_gives_rows_with_names(lake: Lake) -> None:
    assert list(query(lake.snapshot(), 'SELECT reason, "offset" FROM rejects')) == [{"reason": "because", "offset": 7}]


@pytest.mark.parametrize("layout", LAYOUT, ids=lambda layout: str(layout.name))
def test_every_table_can_be_asked(lake: Lake, layout: TableLayout) -> None:
    assert len(list(query(lake.snapshot(), f"SELECT count(*) AS n FROM {layout.name}"))) == 1  # noqa: S608


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM rejects",
        "SELECT 1; SELECT 2",
        "SELEC",
        "",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY rejects TO '/tmp/rejects.csv'",
        "SET enable_external_access = true",
        "ATTACH '/tmp/other.db'",
    ],
)
def test_anything_but_one_select_over_the_tables_is_refused(lake: Lake, statement: str) -> None:
    with pytest.raises(UsageError):
        list(query(lake.snapshot(), statement))

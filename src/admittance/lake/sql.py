"""Questions in SQL over one snapshot, answered by DuckDB, which can read the tables and nothing else."""

from collections.abc import Iterator

import duckdb
import polars as pl

from admittance.errors import UsageError
from admittance.lake.layout import LAYOUT, TableLayout, layout_of
from admittance.lake.snapshot import Snapshot
from admittance.lake.storage import is_remote
from admittance.model.tables import empty_table

__all__ = ["query"]

ROWS_AT_A_TIME = 1_000


def query(snapshot: Snapshot, statement: str) -> Iterator[dict[str, object]]:
    """The rows of one SELECT over the tables of a snapshot, one dictionary each, in the order of the columns.

    Every table of the layout is a view by its name; times come back in UTC. Raises `UsageError` for anything but one SELECT,
    and with DuckDB's own words for a mistake in it. Other files, extensions and further settings are switched off.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            statements = connection.extract_statements(statement)
            if len(statements) != 1 or statements[0].type is not duckdb.StatementType.SELECT:
                raise UsageError("sql takes one SELECT statement; the tables are read-only")
            if is_remote(snapshot.place):
                _load_named(connection, snapshot, statement)
            else:
                for layout in LAYOUT:
                    _create_view(connection, snapshot, layout)
                connection.execute(f"SET allowed_directories = [{_quoted(snapshot.place)}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            # Rows, not relations: a relation leaves warnings of its binding layer on standard error at exit.
            result = connection.execute(statements[0])
            names = [column[0] for column in result.description]
            while rows := result.fetchmany(ROWS_AT_A_TIME):
                for row in rows:
                    yield dict(zip(names, row, strict=True))
        except duckdb.Error as error:
            raise UsageError(f"sql: {error}") from error


class _ArrowStream:
    """A table that shows nothing but its Arrow stream: seeing more of it, DuckDB would ask for another library."""

    def __init__(self, table: pl.DataFrame) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def _load_named(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, statement: str) -> None:
    """Fetch the tables that a statement names, since DuckDB itself is kept off the network."""
    named = {name.lower() for name in connection.get_table_names(statement)}
    for layout in LAYOUT:
        rows = snapshot.scan(layout.noun).collect() if layout.name in named else empty_table(layout.noun)
        connection.register(layout.name, _ArrowStream(rows))


def _create_view(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, layout: TableLayout) -> None:
    """A view of a table; that of its stamps is there already."""
    files = snapshot.files(layout.noun)
    if not files:
        connection.register(layout.name, _ArrowStream(empty_table(layout.noun)))
        return
    columns = ", ".join(f'"{column}"' for column in empty_table(layout.noun).columns)
    types = "".join(f", hive_types = {{{column}: VARCHAR}}" for column in layout.partition_by[:1])
    source = f"read_parquet([{', '.join(map(_quoted, files))}], hive_partitioning = true{types})"
    if layout.stamps is not None:
        source += f" LEFT JOIN {layout_of(layout.stamps).name} USING ({', '.join(layout.stamped_by)})"
    connection.execute(f"CREATE VIEW {layout.name} AS SELECT {columns} FROM {source}")  # noqa: S608 - our own names and paths, quoted


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

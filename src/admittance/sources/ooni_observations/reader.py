"""OONI's observations export: the CSV of 51 columns, one row per measurement and endpoint, that researchers share."""

from collections.abc import Iterator, Mapping

import msgspec

from admittance.model.observation import Measurement, NetworkObservation
from admittance.model.tables import table_schema
from admittance.model.vocabulary import Arm, Control, Origin
from admittance.sources.csv_records import CsvRow, read_csv_rows
from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import UnreadableLine
from admittance.sources.ooni_observations.facts import ExportFact, facts_of
from admittance.sources.ooni_observations.rows import TESTS_WITH_HELPER, ExportRow, column_positions, read_row
from admittance.sources.scrubbing import excerpt
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, RejectRow, rejects_table, table_of_tuples

__all__ = ["OONI_OBSERVATIONS", "OoniObservationsSource"]

NAME = "ooni-observations"
TESTS_WITH_FACTS = frozenset({"web_connectivity", "telegram", "signal"})
LONGEST_GROUP = 5_000  # rows of one measurement that are looked at together

_MEASUREMENT_SCHEMA = table_schema(Measurement)
_OBSERVATION_SCHEMA = table_schema(NetworkObservation)


class OoniObservationsSource(msgspec.Struct, frozen=True):
    """The observations export as CSV, plain or gzip."""

    name: str = NAME
    parser: str = "ooni-observations/1"
    suffixes: tuple[str, ...] = (".csv", ".csv.gz")

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """Facts in file order, a batch for every `batch_size` rows; the measurements come with the last batch, once each.

        Memory grows by some hundred bytes per distinct fact, since a measurement may stand again anywhere later in the file.
        Raises `InputError` naming the columns that are missing.
        """
        rows = read_csv_rows(file.path)
        columns = _positions(next(rows, None), file, options)
        collected = _Collected(file, options)
        group: list[ExportRow] = []
        for row in rows:
            collected.lines += 1
            parsed = collected.parse(row, columns)
            if parsed is not None:
                if group and (group[-1].measurement_uid != parsed.measurement_uid or len(group) >= LONGEST_GROUP):
                    collected.add(group)
                    group = []
                group.append(parsed)
            if collected.lines >= options.batch_size and not group[:-1]:
                yield collected.batch(last=False)
        if group:
            collected.add(group)
        yield collected.batch(last=True)


OONI_OBSERVATIONS = OoniObservationsSource()


def _positions(header: CsvRow | UnreadableLine | None, file: SourceFile, options: ReadOptions) -> dict[str, int]:
    names = header.cells if isinstance(header, CsvRow) else []
    return column_positions(names, address=file.address, renames=options.renames)


class _Collected:
    """What must be known of the whole file (measurements, facts already met), and the batch under way."""

    def __init__(self, file: SourceFile, options: ReadOptions) -> None:
        self._file = file
        self._options = options
        self._facts_met: set[int] = set()
        self._measurements: dict[str, tuple[ExportRow, int]] = {}  # first row, facts so far
        self._clear()

    def _clear(self) -> None:
        self.lines = 0
        self._facts: list[tuple[Cell, ...]] = []
        self._rejects: list[RejectRow] = []

    def parse(self, row: CsvRow | UnreadableLine, columns: Mapping[str, int]) -> ExportRow | None:
        """The row, typed; null when it was rejected or is not selected."""
        if isinstance(row, UnreadableLine):
            self._rejects.append((row.offset, row.sha256, row.reason, excerpt(row.head)))
            return None
        try:
            parsed = read_row(row, columns)
        except InvalidRecord as error:
            self._rejects.append((row.offset, row.sha256, str(error), excerpt(row.content)))
            return None
        wanted = self._options.selection.wants(country=parsed.country, test_name=parsed.test_name, time=parsed.time)
        return parsed if wanted else None

    def add(self, group: list[ExportRow]) -> None:
        """Rows of one measurement that stand together."""
        first, count = self._measurements.get(group[0].measurement_uid, (group[0], 0))
        if first.test_name in TESTS_WITH_FACTS:
            for row, fact in facts_of(group):
                key = hash((first.measurement_uid, fact))
                if key not in self._facts_met:
                    self._facts_met.add(key)
                    self._facts.append(self._observation(first, row, fact, count))
                    count += 1
        self._measurements[first.measurement_uid] = (first, count)

    def _observation(self, first: ExportRow, row: ExportRow, fact: ExportFact, sequence: int) -> tuple[Cell, ...]:
        control = Control.MISSING if first.test_name in TESTS_WITH_HELPER else Control.NONE
        return (
            *(
                NAME,
                Origin.MEASURED.value,
                first.measurement_uid,
                sequence,
                first.test_name,
                first.test_version,
                first.report_id,
            ),
            *(None, first.country, first.network, first.resolver_network, Arm.DIRECT.value, first.time),
            *(fact.asked_host, fact.asked_scheme, fact.layer.value, fact.hop, fact.hostname, fact.address, fact.port),
            *(fact.failure, fact.operation, None, None, None, fact.query_type, fact.engine, fact.answers, fact.answer_networks),
            *(fact.server_name, fact.certificate_valid, None),
            *(fact.url, None, None, None, None, None, None, None, None),
            *(control.value, None, None, None, None, None, None, None),
            *(self._file.file, row.offset, row.sha256, self._options.recorded_at),
        )

    def batch(self, *, last: bool) -> Batch:
        """What was collected since the last batch; with the last one come the measurements of the whole file."""
        measurements = [self._measurement(first, count) for first, count in self._measurements.values()] if last else []
        batch = Batch(
            lines=self.lines,
            measurements=table_of_tuples(measurements, _MEASUREMENT_SCHEMA),
            observations=table_of_tuples(self._facts, _OBSERVATION_SCHEMA),
            rejects=rejects_table(self._rejects, source=NAME, file=self._file.file),
        )
        self._clear()
        return batch

    def _measurement(self, first: ExportRow, observations: int) -> tuple[Cell, ...]:
        return (
            *(NAME, Origin.MEASURED.value, first.measurement_uid, first.test_name, first.test_version, first.report_id, None),
            *(first.country, first.network, first.resolver_network, Arm.DIRECT.value, first.time, first.input, None, None),
            *(observations, None, self._file.file, first.offset, first.sha256, self._options.recorded_at),
        )

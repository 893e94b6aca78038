"""Scans of Censored Planet: a vantage and a name a line, in a file by itself or as members of the archive as published."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import msgspec

from admittance.model.observation import Measurement, NetworkObservation
from admittance.model.tables import table_schema
from admittance.model.vocabulary import Arm, Origin
from admittance.sources.archives import Cursor, Stretch, stretches_of
from admittance.sources.censored_planet.companions import Companions, is_control
from admittance.sources.censored_planet.facts import MOST_FACTS, RemoteFact, RemoteMeasurement
from admittance.sources.censored_planet.flattened import (
    is_table,
    line_of_lookups,
    line_of_round_trips,
    lines_of_table,
    pages_of_answers,
)
from admittance.sources.censored_planet.hyperquack import measurement_of_v1 as hyperquack_v1
from admittance.sources.censored_planet.hyperquack import measurement_of_v2 as hyperquack_v2
from admittance.sources.censored_planet.records import (
    AnsweredQuery,
    FailedQuery,
    HyperquackRow,
    HyperquackV1,
    HyperquackV2,
    Record,
    SatelliteRow,
    SatelliteV1,
    SatelliteV2,
    SatelliteV20,
    read_moment,
    record_of,
)
from admittance.sources.censored_planet.satellite import measurement_of_unanswered
from admittance.sources.censored_planet.satellite import measurement_of_v1 as satellite_v1
from admittance.sources.censored_planet.satellite import measurement_of_v2 as satellite_v2
from admittance.sources.compression import decompressed
from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import Line, UnreadableLine, split_lines
from admittance.sources.scrubbing import excerpt, scrub
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, RejectRow, bodies_table, rejects_table, table_of_tuples

__all__ = ["CENSORED_PLANET", "CensoredPlanetSource"]

NAME = "censored-planet"
NAMES_LOOKED_AT = 3
"""A member's or file's own name and those of the folders above it: they tell the service and, in version 1, the day."""

BODIES_BYTES = 32 * 1024 * 1024
FACTS_HELD = 150_000
LINES = (".json", ".jsonl")
PASSED_BY = ("log", "stat_")
"""Members of an archive that hold no lines: logs, and the scanner's own statistics, by how their names begin."""

UNCOMPARED = "interference_err"
"""The member of version 1 whose answers have no control beside them; other lines of its form stand again among the compared."""

_PLACE_IN_LIST = re.compile(r"\[\d+\]")
_DAY = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_MEASUREMENT_SCHEMA = table_schema(Measurement)
_OBSERVATION_SCHEMA = table_schema(NetworkObservation)
_FACT_FIELDS = [field.name for field in msgspec.structs.fields(RemoteFact)]
_FACT_COLUMNS = [_FACT_FIELDS.index(name) if name in _FACT_FIELDS else None for name in _OBSERVATION_SCHEMA]


class CensoredPlanetSource(msgspec.Struct, frozen=True):
    """Hyperquack and Satellite, versions 1 and 2: JSON lines, plain or gzip, the archive of a scan, or tables made of scans."""

    name: str = NAME
    parser: str = "censored-planet/3"
    suffixes: tuple[str, ...] = (".json", ".json.gz", ".jsonl", ".jsonl.gz", ".tar", ".tar.gz", ".tgz")

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """Measurements in file order, a batch for every `batch_size` lines; at least one batch, possibly empty.

        An archive is gone through twice: what its members say of resolvers, addresses and pages is gathered first.
        """
        companions = Companions()
        archive = _is_archive(file.path)
        if archive:
            for line, names in _lines(file):
                if isinstance(line, Line):
                    _gather(line, names, companions)
        collected = _Collected(file, options, companions)
        table = not archive and is_table(file.path)
        for line, names in _rows(file) if table else _lines(file):
            if isinstance(line, UnreadableLine):
                collected.lines += 1
                collected.reject(line.offset, line.sha256, line.reason, line.head)
            elif line.content.strip():
                collected.lines += 1
                collected.add(line, names)
            if collected.full:
                yield collected.batch()
        collected.close()
        if companions.left_out:
            told = f"{companions.left_out:,} lines about resolvers and answers exceed the bound and were left out"
            collected.reject(0, hashlib.sha256(b"").hexdigest(), told, b"")
        yield collected.batch()


CENSORED_PLANET = CensoredPlanetSource()


def _is_archive(path: Path) -> bool:
    with path.open("rb") as stored:
        first = next(stretches_of(Cursor(decompressed(stored))), None)
        return not isinstance(first, Stretch) or first.member is not None


def _rows(file: SourceFile) -> Iterator[tuple[Line | UnreadableLine, tuple[str, ...]]]:
    """The same of a table as CSV."""
    above = _names(file.address)
    return ((line, above) for line in lines_of_table(file.path))


def _lines(file: SourceFile) -> Iterator[tuple[Line | UnreadableLine, tuple[str, ...]]]:
    """The lines of a file, and of all members of an archive that hold lines, with the names that stand above them."""
    above = _names(file.address)
    with file.path.open("rb") as stored:
        for stretch in stretches_of(Cursor(decompressed(stored))):
            if isinstance(stretch, UnreadableLine):
                yield stretch, above
                continue
            names = above
            if stretch.member is not None:
                if not _holds_lines(stretch.member):
                    continue
                names = (*_names(stretch.member), *above)[:NAMES_LOOKED_AT]
            for line in split_lines(stretch.pieces, offset=stretch.offset, member=stretch.member):
                yield line, names


def _names(address: str) -> tuple[str, ...]:
    parts = PurePosixPath(address.replace("\\", "/")).parts
    return tuple(reversed(parts))[:NAMES_LOOKED_AT]


def _holds_lines(member: str) -> bool:
    name = PurePosixPath(member).name
    return name.endswith(LINES) and not name.startswith((*PASSED_BY, "."))


def _gather(line: Line, names: tuple[str, ...], companions: Companions) -> None:
    try:
        companions.gather(record_of(line.content), names)
    except (InvalidRecord, msgspec.MsgspecError, RecursionError):
        return  # told of when the line is read


class _Collected:
    """Rows of the batch under way; what must not repeat within a file outlives the batch."""

    def __init__(self, file: SourceFile, options: ReadOptions, companions: Companions) -> None:
        self._file = file
        self._options = options
        self._companions = companions
        self._bodies_seen: set[str] = set()
        self._held: list[HyperquackRow | SatelliteRow] = []  # rows of one measurement, so far
        self._begun: tuple[Line, str, tuple[str, ...]] | None = None  # where the first of them stands
        self._clear()

    def _clear(self) -> None:
        self.lines = 0
        self._bodies_bytes = 0
        self._measurements: list[tuple[Cell, ...]] = []
        self._facts: list[tuple[Cell, ...]] = []
        self._bodies: dict[str, bytes] = {}
        self._rejects: list[RejectRow] = []

    @property
    def full(self) -> bool:
        """Whether it is time to hand over a batch."""
        many = self.lines >= self._options.batch_size or len(self._facts) >= FACTS_HELD
        return many or self._bodies_bytes >= BODIES_BYTES

    def add(self, line: Line, names: tuple[str, ...]) -> None:
        """One line: a measurement with its facts, a reject, or nothing when it only speaks of others or is not selected."""
        digest = line.sha256 or hashlib.sha256(line.content).hexdigest()
        try:
            record = record_of(line.content)
            if isinstance(record, HyperquackRow | SatelliteRow):
                self._hold(record, line, digest, names)
                return
            measurement = self._placed(self._measured(record, names), record)
        except (InvalidRecord, msgspec.MsgspecError) as error:
            self.reject(line.offset, digest, _PLACE_IN_LIST.sub("[...]", scrub(str(error))), _seen(line))
            return
        except RecursionError:
            self.reject(line.offset, digest, "JSON is nested too deeply", _seen(line))
            return
        if measurement is not None:
            self._select(measurement, line, digest)

    def _select(self, measurement: RemoteMeasurement, line: Line, digest: str) -> None:
        wanted = self._options.selection.wants(
            country=measurement.country, test_name=measurement.test_name, time=measurement.time
        )
        if wanted:
            self._take(measurement, line, digest)

    def _hold(self, row: HyperquackRow | SatelliteRow, line: Line, digest: str, names: tuple[str, ...]) -> None:
        """Keep a row of a table until the measurement that it is of has ended. Raises `InvalidRecord`."""
        read_moment("start_time", row.start_time)
        if self._held:
            first = self._held[0]
            same = row.measurement_id is not None and row.measurement_id == first.measurement_id
            if not same or type(row) is not type(first) or len(self._held) == MOST_FACTS:
                self.close()
        if self._begun is None:
            self._begun = line, digest, names
        self._held.append(row)

    def close(self) -> None:
        """Take the measurement of the rows that are held, if any; it stands where the first of them does."""
        if self._begun is None:
            return
        (line, digest, names), held = self._begun, self._held
        self._begun, self._held = None, []
        round_trips = [row for row in held if isinstance(row, HyperquackRow)]
        look_ups = [row for row in held if isinstance(row, SatelliteRow)]
        try:
            if round_trips:
                record: Record = line_of_round_trips(round_trips, names)
                measured = self._measured(record, names)
            else:
                record = line_of_lookups(look_ups)
                measured = satellite_v2(record, pages_of_answers(look_ups))
            measurement = self._placed(measured, record)
        except (InvalidRecord, msgspec.MsgspecError) as error:
            self.reject(line.offset, digest, _PLACE_IN_LIST.sub("[...]", scrub(str(error))), _seen(line))
            return
        if measurement is not None:
            self._select(measurement, line, digest)

    def _measured(self, record: Record, names: tuple[str, ...]) -> RemoteMeasurement | None:
        match record:
            case HyperquackV1():
                return hyperquack_v1(record, names, self._companions.country(record.server))
            case HyperquackV2():
                return hyperquack_v2(record)
            case SatelliteV1():
                return satellite_v1(record, self._day(names), self._companions)
            case SatelliteV20() | SatelliteV2():
                return satellite_v2(record, self._companions)
            case FailedQuery():
                return measurement_of_unanswered(record, self._day(names), self._companions)
            case AnsweredQuery() if names and names[0].startswith(UNCOMPARED) and not is_control(names):
                return measurement_of_unanswered(record, self._day(names), self._companions)
            case _:
                return None

    def _placed(self, measurement: RemoteMeasurement | None, record: Record) -> RemoteMeasurement | None:
        """The measurement with its vantage's network by the tables at hand, where the line does not give it."""
        networks = self._options.networks
        address = _vantage_of(record)
        if measurement is None or measurement.network or networks is None or address is None:
            return measurement
        return msgspec.structs.replace(measurement, network=networks.network_of(address, measurement.time))

    def _day(self, names: tuple[str, ...]) -> datetime:
        """The day of a scan whose lines bear no time. Raises `InvalidRecord`."""
        for name in names:
            found = _DAY.search(name)
            if found:
                try:
                    return datetime(*map(int, found.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]
                except ValueError:
                    continue
        if self._options.observed is not None:
            return self._options.observed
        raise InvalidRecord(
            "the line bears no time: keep it in a file or folder named as published (CP_Satellite-2018-08-03-…),"
            " or give --observed"
        )

    def _take(self, measurement: RemoteMeasurement, line: Line, digest: str) -> None:
        for body_digest, body in measurement.bodies.items():
            if body_digest not in self._bodies_seen:
                self._bodies_seen.add(body_digest)
                self._bodies[body_digest] = body
                self._bodies_bytes += len(body)
        place: tuple[Cell, ...] = (self._file.file, line.offset, digest, self._options.recorded_at)
        # A resolver is its own vantage: its network is the resolver's, too.
        resolver = measurement.network or None if measurement.asked_scheme is None else None
        shared: tuple[Cell, ...] = (measurement.test_name, measurement.test_version, measurement.report_id, measurement.vantage)
        shared = (*shared, measurement.country, measurement.network, resolver, Arm.REMOTE.value, measurement.time)
        uid = _uid(measurement)
        self._measurements.append(
            (
                *(NAME, Origin.MEASURED.value, uid, *shared, measurement.input, None, None),
                *(len(measurement.facts), measurement.flaw, *place),
            )
        )
        envelope = dict(
            zip(
                ("test_name", "test_version", "report_id", "probe_id", "country", "network", "resolver_network", "arm", "time"),
                shared,
                strict=True,
            )
        )
        envelope |= {
            "source": NAME,
            "origin": Origin.MEASURED.value,
            "measurement_uid": uid,
            "asked_host": measurement.asked_host,
            "asked_scheme": measurement.asked_scheme,
            "hop": 0,
            "control": measurement.control.value,
            "control_failure": measurement.control_failure,
            "control_answers": measurement.control_answers,
            "control_answer_networks": measurement.control_answer_networks,
        }
        envelope |= dict(zip(("file", "offset", "line_sha256", "recorded_at"), place, strict=True))
        common = [envelope.get(name) for name in _OBSERVATION_SCHEMA]
        sequence_column = list(_OBSERVATION_SCHEMA).index("sequence")
        for sequence, fact in enumerate(measurement.facts):
            told = msgspec.structs.astuple(fact)
            cells = [
                common[number] if place_in_fact is None else told[place_in_fact]
                for number, place_in_fact in enumerate(_FACT_COLUMNS)
            ]
            cells[sequence_column] = sequence
            self._facts.append(tuple(cells))

    def reject(self, offset: int, sha256: str, reason: str, content: bytes) -> None:
        """A line that could not be read."""
        self._rejects.append((offset, sha256, reason, excerpt(content)))

    def batch(self) -> Batch:
        """What was collected since the last batch."""
        batch = Batch(
            lines=self.lines,
            measurements=table_of_tuples(self._measurements, _MEASUREMENT_SCHEMA),
            observations=table_of_tuples(self._facts, _OBSERVATION_SCHEMA),
            bodies=bodies_table(self._bodies, file=self._file.file),
            rejects=rejects_table(self._rejects, source=NAME, file=self._file.file),
        )
        self._clear()
        return batch


def _vantage_of(record: Record) -> str | None:
    """The address of the server or resolver that a line is about."""
    match record:
        case HyperquackV1():
            return record.server
        case HyperquackV2() | SatelliteV20() | SatelliteV2():
            return record.vp
        case SatelliteV1() | AnsweredQuery() | FailedQuery():
            return record.resolver
        case _:
            return None


def _uid(measurement: RemoteMeasurement) -> str:
    """A name made of vantage, name and time, so that a line that stands in two archives is one measurement."""
    parts = (NAME, measurement.test_name, measurement.vantage, measurement.input, measurement.time.isoformat())
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"hash:{digest[:32]}"


def _seen(line: Line) -> bytes:
    return line.content if line.member is None else f"{line.member[:200]}: ".encode("utf-8", "replace") + line.content

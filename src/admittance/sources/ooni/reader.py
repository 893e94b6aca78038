"""Raw OONI files: a measurement a line, or a member of an archive."""

import gc
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import msgspec
import polars as pl

from admittance.catalog.hosts import is_address
from admittance.model.observation import Measurement
from admittance.model.tables import table_schema
from admittance.sources.fields import InvalidRecord
from admittance.sources.lines import BYTE_ORDER_MARK, Line, UnreadableLine
from admittance.sources.ooni.envelope import Identity, identity_of
from admittance.sources.ooni.fact_rows import Facts
from admittance.sources.ooni.facts import FactTaker
from admittance.sources.ooni.nettests import Asks, nettest_named
from admittance.sources.ooni.reasons import reason_of
from admittance.sources.ooni.records import Envelope, KeptLine, MeasuredLine, Post
from admittance.sources.ooni.salvage import Salvage, salvaged
from admittance.sources.ooni.stored import read_stored
from admittance.sources.scrubbing import excerpt, without_address
from admittance.sources.source import Batch, ReadOptions, SourceFile
from admittance.sources.tables import Cell, RejectRow, bodies_table, rejects_table, table_of_cells

__all__ = ["OONI", "OoniSource"]

POSTED = ".post"
BODIES_BYTES = 32 * 1024 * 1024  # a batch is handed over once its kept bodies grow to this
FACTS_HELD = 150_000  # or its facts to this many: some hundred megabytes
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MEASUREMENT_SCHEMA = table_schema(Measurement)
_OF_ALL = ("source", "file", "recorded_at")
"""Columns that are the same for all measurements of a batch."""
_OF_EACH = {name: dtype for name, dtype in _MEASUREMENT_SCHEMA.items() if name not in _OF_ALL} | {"time": pl.Int64}
_SHARED = [name for name in _MEASUREMENT_SCHEMA if name not in ("input", "software", "platform", "observations", "flaw")]
_DECODE_MEASURED = msgspec.json.Decoder(MeasuredLine).decode
_DECODE_POST = msgspec.json.Decoder(Post).decode
_DECODE_KEPT = msgspec.json.Decoder(KeptLine).decode
_SURROGATES = re.compile(rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_LONE_SURROGATE = len(rb"\ud800")


class OoniSource(msgspec.Struct, frozen=True):
    """Raw OONI measurements: every test is kept and counted, facts are taken from the tests that `nettests.py` says."""

    name: str = "ooni"
    parser: str = "ooni/7"
    suffixes: tuple[str, ...] = tuple(
        f".{kind}{packed}" for kind in ("jsonl", "json", "yaml", "tar") for packed in ("", ".gz", ".lz4")
    )

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Batch]:
        """The file's measurements in file order, a batch for every `batch_size` lines; at least one batch, possibly empty."""
        collected = _Collected(file, options)
        lines = read_stored(file.path)
        while True:
            with _collector_paused():
                going_on = _fill(collected, lines, options.batch_size)
                batch = collected.batch(self.name)
            yield batch
            if not going_on:
                return


OONI = OoniSource()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Nothing that is decoded here forms cycles, so cyclic garbage collection would only walk it in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _fill(collected: "_Collected", lines: Iterator[Line | UnreadableLine], batch_size: int) -> bool:
    """Takes lines until a batch is full; false when there are none left."""
    for line in lines:
        if isinstance(line, UnreadableLine):
            collected.lines += 1
            collected.reject(line.offset, line.sha256, line.reason, line.head)
        elif line.content.strip():
            collected.lines += 1
            collected.add(line)
        if collected.lines >= batch_size or collected.bodies_bytes >= BODIES_BYTES or collected.facts_held >= FACTS_HELD:
            return True
    return False


class _Collected:
    """Rows of the batch under way; what must not repeat within a file outlives the batch."""

    def __init__(self, file: SourceFile, options: ReadOptions) -> None:
        self._file = file
        self._options = options
        self._bodies_seen: set[str] = set()
        self._clear()

    def _clear(self) -> None:
        self.lines = 0
        self.bodies_bytes = 0
        self.facts_held = 0
        self._measurements: list[Cell] = []
        self._measured = 0
        self._facts = Facts()
        self._bodies: dict[str, bytes] = {}
        self._rejects: list[RejectRow] = []

    def add(self, line: Line) -> None:
        """One line: a measurement with its facts, a reject, or nothing when it is not selected."""
        self._facts.begin(self._measured)
        try:
            record, content = _decode(line.content.removeprefix(BYTE_ORDER_MARK))
            if record.test_name is None:
                record, content = _unposted(record, content, line.member)
            identity = identity_of(record)
            if not self._options.selection.wants(country=identity.country, test_name=identity.test_name, time=identity.time):
                return
            self._take(record, content, identity, line)
        except (InvalidRecord, msgspec.MsgspecError) as error:
            self._facts.take_back()
            if not self._add_part(line, error):
                self.reject(line.offset, _sha256(line), reason_of(error), _seen(line))
        except RecursionError:
            self._facts.take_back()
            self.reject(line.offset, _sha256(line), "JSON is nested too deeply", _seen(line))

    def _add_part(self, line: Line, error: Exception) -> bool:
        """What can be read of a line that cannot be read whole; whether there was anything."""
        found = _salvage_of(line) if isinstance(error, InvalidRecord | msgspec.ValidationError) else None
        if found is None:
            return False
        record, content = _decode(found.content)
        identity = identity_of(_named(record, line.member))
        self._facts.begin(self._measured)
        if self._options.selection.wants(country=identity.country, test_name=identity.test_name, time=identity.time):
            self._take(record, content, identity, line, flaw=found.flaw)
        return True

    def _take(self, record: Envelope, content: bytes, identity: Identity, line: Line, flaw: str | None = None) -> None:
        private = _private_address(record)
        bodies: dict[str, bytes] = {}
        nettest = nettest_named(identity.test_name)
        keys = record.test_keys if isinstance(record, MeasuredLine) else None
        for part in nettest.parts(keys, content, identity.input):
            FactTaker(part, helper=nettest.helper, private=private, facts=self._facts, bodies=bodies).take()
        given = identity.input
        if private is not None:
            given = without_address(given, private) if given else given
            self._facts.cut_out(private)
        self.facts_held += self._facts.sequence
        for digest, content in bodies.items():
            if digest not in self._bodies_seen:
                self._bodies_seen.add(digest)
                self._bodies[digest] = content
                self.bodies_bytes += len(content)
        self._measured += 1
        self._measurements.extend(
            (
                identity.origin,
                identity.measurement_uid,
                identity.test_name,
                identity.test_version,
                identity.report_id,
                identity.probe_id,
                identity.country,
                identity.network,
                identity.resolver_network,
                identity.arm,
                _microseconds(identity.time),
                given,
                identity.software,
                identity.platform,
                self._facts.sequence,
                flaw,
                line.offset,
                _sha256(line),
            )
        )

    def reject(self, offset: int, sha256: str, reason: str, content: bytes) -> None:
        """A line that could not be read."""
        self._rejects.append((offset, sha256, reason, excerpt(content)))

    def batch(self, source: str) -> Batch:
        """What was collected since the last batch."""
        given = {
            "source": pl.lit(source),
            "time": pl.col("time").cast(_MEASUREMENT_SCHEMA["time"]),
            "file": pl.lit(self._file.file),
            "recorded_at": pl.lit(self._options.recorded_at, dtype=_MEASUREMENT_SCHEMA["recorded_at"]),
        }
        columns = [given.get(name, pl.col(name)).alias(name) for name in _MEASUREMENT_SCHEMA]
        measurements = table_of_cells(self._measurements, _OF_EACH).select(columns)
        batch = Batch(
            lines=self.lines,
            measurements=measurements,
            observations=self._facts.table(measurements.select(_SHARED)),
            bodies=bodies_table(self._bodies, file=self._file.file),
            rejects=rejects_table(self._rejects, source=source, file=self._file.file),
        )
        self._clear()
        return batch


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _decode(content: bytes) -> tuple[Envelope, bytes]:
    """The typed line, and the bytes that it was read from. Test keys of another make than the shared ones are left to the
    test's own form, or skipped when no facts are taken from that test.

    Raises `msgspec.MsgspecError` naming the place, `RecursionError` for JSON nested too deeply.
    """
    try:
        return _DECODE_MEASURED(content), content
    except msgspec.ValidationError:
        kept = _DECODE_KEPT(content)
        nettest = nettest_named(kept.test_name or "")
        if nettest.asks is not Asks.NOT_READ and nettest.form is None:
            raise
        return kept, content
    except msgspec.DecodeError:
        mended = _SURROGATES.sub(_mend_surrogate, content)
        if mended == content:
            raise
        return _decode(mended)


def _salvage_of(line: Line) -> Salvage | None:
    content = line.content
    try:
        post = _DECODE_POST(content)
        content = bytes(post.content) if post.format == "json" else content
        return salvaged(_SURROGATES.sub(_mend_surrogate, content), lambda tried: _fault_of(tried, line.member))
    except (InvalidRecord, msgspec.MsgspecError, RecursionError):
        return None  # not even without its types


def _fault_of(content: bytes, member: str | None) -> str | None:
    """Why a measurement cannot be read; null when it can."""
    try:
        record, content = _decode(content)
        identity = identity_of(_named(record, member))
        nettest = nettest_named(identity.test_name)
        keys = record.test_keys if isinstance(record, MeasuredLine) else None
        for part in nettest.parts(keys, content, identity.input):
            FactTaker(part, helper=nettest.helper, private=None, facts=Facts(), bodies={}).take()
    except (InvalidRecord, msgspec.MsgspecError) as error:
        return reason_of(error)
    return None


def _unposted(record: Envelope, content: bytes, member: str | None) -> tuple[Envelope, bytes]:
    """The measurement inside what a probe posted to the collector, when the line is that. The archive keeps one to a member,
    which bears the measurement's name. Raises `InvalidRecord` for a post that holds no JSON."""
    post = _DECODE_POST(content)
    if post.format is None:
        return record, content
    if post.format != "json":
        raise InvalidRecord(f"format: posted as {post.format[:40]!r}, not as json")
    record, content = _decode(bytes(post.content))
    return _named(record, member), content


def _named(record: Envelope, member: str | None) -> Envelope:
    """The record, with the name that its member bears where it has none."""
    if record.measurement_uid is None and member is not None and member.endswith(POSTED):
        record.measurement_uid = PurePosixPath(member).name.removesuffix(POSTED)
    return record


def _sha256(line: Line) -> str:
    return line.sha256 or hashlib.sha256(line.content).hexdigest()


def _seen(line: Line) -> bytes:
    """What a reject shows: the line, after the name of the member that holds it."""
    return line.content if line.member is None else f"{line.member[:200]}: ".encode("utf-8", "replace") + line.content


def _mend_surrogate(match: re.Match[bytes]) -> bytes:
    """Half a surrogate pair, as the Python probe wrote for bytes it could not decode, becomes the replacement character."""
    return rb"\ufffd" if len(match.group()) == _LONE_SURROGATE else match.group()


def _private_address(record: Envelope) -> str | None:
    address = record.probe_ip
    if not address or address in ("127.0.0.1", "::1") or not is_address(address):
        return None
    return address

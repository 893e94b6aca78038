"""What happened, never what it means: measurements, their facts, and what an ingest keeps beside them."""

from datetime import datetime

from admittance.model.ids import Asn, Country, FileId, MeasurementUid
from admittance.model.tables import Row
from admittance.model.vocabulary import Arm, Control, Gate, Layer, Origin

__all__ = ["Body", "IngestedFile", "Measurement", "NetworkObservation", "Reject", "SnapshotObservation"]


class Measurement(Row, frozen=True, kw_only=True):
    """One measurement of any test, judged or not: the envelope and where its evidence lies."""

    source: str
    origin: Origin
    measurement_uid: MeasurementUid
    test_name: str
    test_version: str
    report_id: str
    probe_id: str | None
    country: Country
    network: Asn
    resolver_network: Asn | None
    arm: Arm
    time: datetime  # start of the measurement
    input: str | None
    software: str | None  # name and version of the probe
    platform: str | None
    observations: int  # how many rows this measurement has among the observations
    flaw: str | None  # why a part of the record could not be read and was left out; null when it was read whole
    file: FileId
    offset: int  # byte offset of the line in the decompressed file
    line_sha256: str
    recorded_at: datetime


class NetworkObservation(Row, frozen=True, kw_only=True):
    """One fact at the network gate: one query, connection, handshake or request of one measurement, and what its control saw.

    A layer's columns are null on the rows of other layers. Several answers stand in one text, separated by single spaces and
    sorted, so that no column nests.
    """

    source: str
    origin: Origin
    measurement_uid: MeasurementUid
    sequence: int  # position of the fact in its measurement, from 0
    test_name: str
    test_version: str
    report_id: str
    probe_id: str | None
    country: Country
    network: Asn
    resolver_network: Asn | None
    arm: Arm
    time: datetime  # start of the measurement
    asked_host: str  # lower-case host of the input URL; in a test without input, the host or address this fact is about
    asked_scheme: str | None  # http or https; null when the test names no URL

    layer: Layer
    hop: int  # how many redirects were followed before this fact
    hostname: str | None
    address: str | None
    port: int | None
    failure: str | None  # OONI's df-007 vocabulary, legacy spellings already translated; null is success
    operation: str | None  # what was under way, when the record says so: where it failed, or the protocol of a target

    milliseconds: int | None  # tcp, tls, quic, http: how long the fact took, where the record says so
    received_bytes: int | None  # http: of a long request, from the first count of bytes to the last
    receiving_milliseconds: int | None  # http: the time between these counts

    query_type: str | None  # dns: A, AAAA, …
    engine: str | None  # dns: system, udp, doh, …
    answers: str | None  # dns: addresses, sorted
    answer_networks: str | None  # dns: their AS numbers, sorted

    server_name: str | None  # tls
    certificate_valid: bool | None  # tls: chain and name were checked and hold; null when nobody checked
    certificate_sha256: str | None  # tls: the leaf, SHA-256 of its DER bytes

    url: str | None  # http
    status_code: int | None
    body_length: int | None  # bytes as received, after decoding base64
    body_truncated: bool | None
    body_sha256: str | None  # key into the bodies, when the body was worth keeping
    title: str | None  # white space folded, first 256 characters
    location: str | None  # target of a redirect
    header_names: str | None  # lower case, sorted
    server: str | None  # the Server header

    control: Control
    control_failure: str | None  # what the control met at this same layer and endpoint; null is success
    control_answers: str | None
    control_answer_networks: str | None
    control_status_code: int | None
    control_body_length: int | None
    control_title: str | None
    control_header_names: str | None

    file: FileId
    offset: int
    line_sha256: str
    recorded_at: datetime


class SnapshotObservation(Row, frozen=True, kw_only=True):
    """One reading of one thing at a gate that is looked at in snapshots.

    An app in a storefront, a product or a search term on a marketplace, a keyword, post or account on a platform, a function
    of a service (its role is the place).

    `place` and `item` name it as the source does. `country` is the storefront's, the destination's or the platform's, never the
    crawler's. Columns that a gate has no use for are null on its rows.
    """

    source: str
    origin: Origin
    gate: Gate
    place: str  # the store, marketplace or platform: apple, amazon, weibo
    item: str  # its own id there, or the words that were searched for
    title: str | None  # a name to show
    country: Country
    network: Asn | None  # at the function gate: whose network it was tried from, where the table says so; null elsewhere
    time: datetime  # start of the day, or the moment, at which it was read
    status: str  # what was found, in the words that the source's page lists
    category: str | None  # the place's own, where it says one
    text: str | None  # what the page said
    count: int | None  # results, sellers or posts that a search found
    url: str | None  # of the page, or of what led there
    file: FileId
    offset: int
    line_sha256: str
    recorded_at: datetime


class Body(Row, frozen=True, kw_only=True):
    """A distinct response body, kept because it was not plainly the page that the control saw, or a refused certificate."""

    body_sha256: str  # over the whole body as recorded; of a certificate, `certificate_sha256`
    content: bytes  # first 65,536 bytes
    file: FileId  # a file that holds it; the same body may stand once per file


class Reject(Row, frozen=True, kw_only=True):
    """A line that could not be read, with the reason."""

    source: str
    file: FileId
    offset: int
    line_sha256: str
    reason: str
    excerpt: str  # first 400 characters, every address replaced by `[scrubbed]`


class IngestedFile(Row, frozen=True, kw_only=True):
    """What one ingest made of one file."""

    file: FileId
    generation: int  # how often these bytes had been read in another way before
    source: str
    origin: Origin
    address: str  # where it was read from
    size: int  # bytes as stored
    lines: int
    measurements: int
    observations: int
    rejects: int
    flawed: int  # measurements of which a part was left out
    tests: str  # JSON object: measurements per test name, sorted
    parser: str  # source name and parser version
    first_time: datetime | None
    last_time: datetime | None
    recorded_at: datetime

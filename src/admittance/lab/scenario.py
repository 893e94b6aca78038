"""The demonstration's scenario: Signal in China in March 2021, simulated, with a restriction whose truth is known."""

import gzip
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from admittance.lab.notices import NOTICES
from admittance.lab.reports import Host, Network, Outcome, Session, signal_line, web_line
from admittance.lab.storefronts import storefront_table

__all__ = ["Scenario", "write_scenario"]


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, ready for `ingest` and `read`, and one line on what it shows."""

    description: str
    raw: Path  # folder of raw measurements, for the source `ooni`
    storefronts: Path  # CSV, for the source `storefronts`
    notices: Path  # JSON lines, for `read`
    files: tuple[Path, ...]  # all of the above, sorted


DESCRIPTION = (
    "Simulated: Signal in CN, March 2021, its TLS handshakes reset on 7 of 9 networks from 01:00 UTC on the 15th, "
    "a storefront that goes on listing it, and five short texts, one of them wrong."
)

_FIRST_DAY = datetime(2021, 3, 1, tzinfo=UTC)
_DAYS = 28
_SESSIONS_PER_DAY = 4
_SKIPPED = 0.02  # of the sessions
_JITTER = 0.4  # of the time between two sessions of a probe
_NOISE = 0.02  # of the connections time out on any network
_LEAK = 0.04  # of the connections get through the restriction

_NETWORKS = tuple(Network(asn=64512 + index, name=f"Simulated network {index + 1}") for index in range(9))
"""AS numbers for private use (RFC 6996), which no real network bears."""

_RESTRICTED_FROM = {
    network.asn: datetime(2021, 3, 15, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    for network, minutes in zip(_NETWORKS, (0, 40, 90, 150, 240, 330, 420), strict=False)
}
_TUNNELLED = (_NETWORKS[0], _NETWORKS[3], _NETWORKS[6])
_NOISY_NETWORK = _NETWORKS[8]
_NOISY_FIRST_DAY = datetime(2021, 3, 8, tzinfo=UTC)
_NOISY_SESSIONS = 12
_NOISY_SHARE = 0.5

_AMAZON = (16509, "Amazon.com, Inc.")
_CHAT = Host(
    name="chat.signal.org",
    addresses=("13.248.212.111", "76.223.92.165"),
    network=_AMAZON[0],
    network_name=_AMAZON[1],
    status_code=404,
    private_root=True,
)
_STORAGE = Host(
    name="storage.signal.org",
    addresses=("142.250.78.211",),
    network=15169,
    network_name="Google LLC",
    status_code=404,
    private_root=True,
)
_MEDIA = Host(
    name="cdn2.signal.org",
    addresses=("104.18.28.74",),
    network=13335,
    network_name="Cloudflare, Inc.",
    status_code=404,
    private_root=True,
)
_SITE = Host(
    name="signal.org",
    addresses=("13.33.88.50", "13.33.88.87"),
    network=_AMAZON[0],
    network_name=_AMAZON[1],
    title="Signal (simulated page)",
)
_OTHERS = (
    Host(name="example.org", addresses=("93.184.216.34",), network=15133, network_name="Edgecast Inc.", title="Example Domain"),
    Host(
        name="www.wikipedia.org",
        addresses=("208.80.154.224",),
        network=14907,
        network_name="Wikimedia Foundation Inc.",
        title="Wikipedia (simulated page)",
    ),
)
_APP_HOSTS = (_CHAT, _STORAGE, _MEDIA)
_RESTRICTED_HOSTS = frozenset({*_APP_HOSTS, _SITE})
_PAGES = (_SITE, _OTHERS[0], _CHAT, _OTHERS[1])  # what web probes visit, in turn


def write_scenario(folder: Path, *, seed: int = 2021) -> Scenario:
    """The files of the scenario, written below `folder`, which is made when missing; files of the same names are replaced.

    Raw measurements lie like OONI's archive, a file per test and week: `raw/YYYYMMDD/00/CN/TEST/….jsonl.gz`. Every line bears
    the annotations `admittance_origin` and `admittance_arm`, every row of the table and every text its `origin`. The same seed
    gives the same bytes.
    """
    raw = folder / "raw"
    contents: dict[Path, bytes] = {
        raw / name: gzip.compress(b"".join(line + b"\n" for line in lines), mtime=0) for name, lines in _raw_files(seed)
    }
    storefronts = folder / "storefronts.csv"
    notices = folder / "notices.jsonl"
    contents[storefronts] = storefront_table().encode()
    contents[notices] = b"".join(msgspec.json.encode(notice) + b"\n" for notice in NOTICES)
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Scenario(description=DESCRIPTION, raw=raw, storefronts=storefronts, notices=notices, files=tuple(sorted(contents)))


def _raw_files(seed: int) -> Iterator[tuple[str, list[bytes]]]:
    """Names below `raw` and their lines, by test and week, in the order of time."""
    rng = random.Random(seed)
    files: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)
    for turn, (session, noise) in enumerate(_sessions(rng)):
        week = _FIRST_DAY + (session.start - _FIRST_DAY) // timedelta(days=7) * timedelta(days=7)
        outcomes = {host: _outcome(session, host, noise, rng) for host in _APP_HOSTS}
        files[f"{week:%Y%m%d}", "signal"].append(signal_line(session, outcomes, rng=rng))
        if turn % 2 == 0:
            page = _PAGES[turn // 2 % len(_PAGES)]
            line = web_line(session, page, _outcome(session, page, noise, rng), rng=rng)
            files[f"{week:%Y%m%d}", "webconnectivity"].append(line)
    for (day, test), lines in sorted(files.items()):
        yield f"{day}/00/CN/{test}/{day}00_CN_{test}.lab.0.jsonl.gz", lines


def _sessions(rng: random.Random) -> list[tuple[Session, float]]:
    """All sessions in the order of time, each with the share of its connections that time out for no reason."""
    sessions: list[tuple[Session, float]] = []
    slot = timedelta(days=1) / _SESSIONS_PER_DAY
    for network in _NETWORKS:
        phase = rng.random() * (1 - _JITTER) * slot
        for number in range(_DAYS * _SESSIONS_PER_DAY):
            start = _moment(_FIRST_DAY + number * slot + phase, _JITTER * slot, rng)
            if rng.random() >= _SKIPPED:
                sessions.append((Session(network=network, arm="direct", start=start), _NOISE))
    for network in _TUNNELLED:
        for day in range(_DAYS):
            start = _moment(_FIRST_DAY + timedelta(days=day), timedelta(days=1), rng)
            sessions.append((Session(network=network, arm="tunnel", start=start), _NOISE))
    slot = timedelta(hours=4)
    for number in range(_NOISY_SESSIONS):
        start = _moment(_NOISY_FIRST_DAY + number * slot, slot, rng)
        sessions.append((Session(network=_NOISY_NETWORK, arm="direct", start=start), _NOISY_SHARE))
    return sorted(sessions, key=lambda run: (run[0].start, run[0].network.asn, run[0].arm))


def _moment(start: datetime, length: timedelta, rng: random.Random) -> datetime:
    return start + timedelta(seconds=int(rng.random() * length.total_seconds()))


def _outcome(session: Session, host: Host, noise: float, rng: random.Random) -> Outcome:
    chance = rng.random()
    if chance < noise:
        return Outcome.TIMEOUT
    since = _RESTRICTED_FROM.get(session.network.asn)
    if session.arm == "tunnel" or host not in _RESTRICTED_HOSTS or since is None or session.start < since:
        return Outcome.WORKS
    return Outcome.WORKS if chance > 1 - _LEAK else Outcome.RESET

"""Satellite: a resolver far away is asked for a name, and its answers are laid beside those of control resolvers.

A fact's `operation` says what of an answer is like a control's: `matched` and the properties that are, `unmatched` and those
that are known, `untagged` where nothing is known that could be compared, `excluded` and why the scan's own check set it aside.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from admittance.catalog.hosts import is_address
from admittance.model.ids import Asn, Country
from admittance.model.vocabulary import Control, Layer
from admittance.sources.censored_planet.companions import Companions
from admittance.sources.censored_planet.errors import trouble_of
from admittance.sources.censored_planet.facts import (
    MATCHED,
    MOST_FACTS,
    RemoteFact,
    RemoteMeasurement,
    asked_place,
    vantage_name,
)
from admittance.sources.censored_planet.records import (
    Answer,
    AnsweredQuery,
    FailedQuery,
    RoundTrip,
    SatelliteLine,
    SatelliteV1,
    SatelliteV2,
    SatelliteV20,
    country_of,
    network_of,
    read_moment,
)
from admittance.sources.failures import UNKNOWN_FAILURE
from admittance.sources.fields import UNKNOWN_COUNTRY, InvalidRecord
from admittance.sources.urls import place_of_url

__all__ = ["EXCLUDED", "UNMATCHED", "UNTAGGED", "measurement_of_unanswered", "measurement_of_v1", "measurement_of_v2"]

TEST = "satellite"
UNMATCHED, UNTAGGED, EXCLUDED = "unmatched", "untagged", "excluded"
PROPERTIES = ("ip", "http", "cert", "asnum", "asname")
NO_TAGS = "no_tags"
LONGEST_REASON = 100
MOST_PAGES = 20  # of one measurement

_FAILURE_OF_RCODE = {
    1: "dns_server_misbehaving",
    2: "dns_servfail_error",
    3: "dns_nxdomain_error",
    4: "dns_server_misbehaving",
    5: "dns_refused_error",
}


def measurement_of_v1(line: SatelliteV1, day: datetime, beside: Companions) -> RemoteMeasurement:
    """A line of version 1, whose time is the day of its scan. Raises `InvalidRecord`."""
    host = asked_place("query", line.query).host
    answers = {address: Answer(matched=tags) for address, tags in line.answers.items()}
    facts = [_answered(host, answers, beside, untagged=False, excluded=None)]
    return _of_version_1(line.resolver, line.query, day, beside, facts, Control.PRESENT)


def measurement_of_unanswered(line: FailedQuery | AnsweredQuery, day: datetime, beside: Companions) -> RemoteMeasurement:
    """A query of version 1 that failed, or one beside which no control answered. Raises `InvalidRecord`."""
    host = asked_place("query", line.query).host
    if isinstance(line, AnsweredQuery):
        fact = _answered(host, {address: Answer() for address in line.answers}, beside, untagged=False, excluded=None)
    else:
        error = line.error if isinstance(line.error, str) else ""
        fact = _failed(host, "dns_no_answer" if error == "no_answer" else _failure(-1, error))
    return _of_version_1(line.resolver, line.query, day, beside, [fact], Control.MISSING)


def _of_version_1(
    resolver: str, query: str, day: datetime, beside: Companions, facts: list[RemoteFact], control: Control
) -> RemoteMeasurement:
    return _measurement(
        vantage=resolver,
        asked=query,
        version="1",
        country=beside.country(resolver),
        network=Asn(0),
        time=day,
        facts=facts,
        control=control,
        control_failure=None,
        beside=beside,
    )


def measurement_of_v2(line: SatelliteV20 | SatelliteV2, beside: Companions) -> RemoteMeasurement:
    """A line of version 2, early or late. Raises `InvalidRecord`."""
    host = asked_place("test_url", line.test_url).host
    version, facts = (
        ("2.0", _facts_of_object(line, host, beside))
        if isinstance(line, SatelliteV20)
        else ("2.2", _facts_of_trips(line, host, beside))
    )
    country = country_of(line.location)
    alive = line.passed_liveness if line.passed_liveness is not None else line.passed_control
    failed = [fact.failure for fact in facts if fact.hostname != host and fact.failure is not None]
    if alive is False:
        control = Control.FAILED
    elif line.in_control_group is False:
        control = Control.MISSING
    else:
        control = Control.PRESENT
    return _measurement(
        vantage=line.vp,
        asked=line.test_url,
        version=version,
        country=country if country != UNKNOWN_COUNTRY else beside.country(line.vp),
        network=network_of(line),
        time=read_moment("start_time", line.start_time),
        facts=facts,
        control=control,
        control_failure=failed[0] if control is Control.FAILED and failed else None,
        beside=beside,
    )


def _facts_of_object(line: SatelliteV20, host: str, beside: Companions) -> list[RemoteFact]:
    told = dict(line.response)
    codes = [_rcode(text) for text in told.pop("rcode", None) or ()]
    errors = list(told.pop("error", None) or ())
    answers = {address: Answer(matched=tags) for address, tags in told.items()}
    if len(codes) + len(errors) > MOST_FACTS:
        raise InvalidRecord(f"more than {MOST_FACTS:,} tries")
    facts = []
    for code in codes:
        if code == 0:
            continue
        facts.append(_failed(host, _failure(code, errors.pop(0) if code == -1 and errors else None)))
    facts += [_failed(host, _failure(-1, error)) for error in errors]
    if answers or 0 in codes:
        facts.append(_answered(host, answers, beside, untagged=_untagged(line), excluded=_exclusion(line, beside)))
    # Where the resolver did not even answer for the control's name, nothing was asked for the other.
    return facts or [_failed(None, UNKNOWN_FAILURE)]


def _facts_of_trips(line: SatelliteV2, host: str, beside: Companions) -> list[RemoteFact]:
    if not line.response:
        return [_failed(None, UNKNOWN_FAILURE)]
    if len(line.response) > MOST_FACTS:
        raise InvalidRecord(f"more than {MOST_FACTS:,} tries")
    return [_of_trip(trip, line, host, beside) for trip in line.response]


def _of_trip(trip: RoundTrip, line: SatelliteV2, host: str, beside: Companions) -> RemoteFact:
    place = place_of_url(trip.url, assume_http=True)
    name = place.host if place is not None else None
    if trip.rcode != 0:
        return _failed(name, _failure(trip.rcode, trip.error))
    answers = trip.response or {}
    own = name == host
    excluded = _exclusion(line, beside) if own else None
    return _answered(name, answers, beside, untagged=own and _untagged(line), excluded=excluded)


def _untagged(line: SatelliteLine) -> bool:
    told = line.confidence
    return told is not None and bool(told.untagged_controls or told.untagged_response)


def _exclusion(line: SatelliteLine, beside: Companions) -> str | None:
    if line.excluded:
        return " ".join(sorted(line.exclude_reason or ())) or "unsaid"
    return beside.excluded(line.vp, line.test_url)


def _rcode(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise InvalidRecord(f"response.rcode: no number: {text[:40]!r}") from error


def _failure(rcode: int, error: str | None) -> str:
    if rcode != -1:
        return _FAILURE_OF_RCODE.get(rcode, "dns_server_misbehaving")
    trouble = trouble_of(error)
    return trouble.failure if trouble is not None and trouble.failure is not None else UNKNOWN_FAILURE


def _failed(name: str | None, failure: str) -> RemoteFact:
    return RemoteFact(layer=Layer.DNS, hostname=name, failure=failure, query_type="A", engine="udp")


def _answered(
    name: str | None, answers: dict[str, Answer], beside: Companions, *, untagged: bool, excluded: str | None
) -> RemoteFact:
    """The fact of an answer; what is neither address nor alias makes the line unreadable."""
    addresses = sorted(address for address in answers if is_address(address))
    if len(addresses) < len(answers):
        odd = next(text for text in answers if not is_address(text))
        if not addresses:
            raise InvalidRecord(f"the answer is no address: {odd[:40]!r}")
    if not addresses:
        return _failed(name, "dns_no_answer")
    tags = {tag for answer in answers.values() for tag in answer.matched or ()}
    untagged = untagged or all(NO_TAGS in (answer.matched or ()) for answer in answers.values())
    known = set().union(*(_known(address, answers[address], beside) for address in addresses))
    numbers = {answers[address].asnum or beside.network(address) or 0 for address in addresses}
    return RemoteFact(
        layer=Layer.DNS,
        hostname=name,
        query_type="A",
        engine="udp",
        operation=_likeness(tags, known, untagged=untagged, excluded=excluded),
        answers=" ".join(addresses),
        answer_networks=" ".join(str(number) for number in sorted(numbers - {0})) or None,
    )


def _known(address: str, answer: Answer, beside: Companions) -> set[str]:
    own = {name for name in ("asnum", "cert", "http") if getattr(answer, name)}
    return own | beside.properties(address)


def _likeness(tags: Iterable[str], known: set[str], *, untagged: bool, excluded: str | None) -> str:
    told = set(tags)
    alike = [name for name in PROPERTIES if name in told]
    if alike:
        return f"{MATCHED} {' '.join(alike)}"
    if excluded is not None:
        return f"{EXCLUDED} {excluded[:LONGEST_REASON]}"
    if untagged:
        return UNTAGGED
    return " ".join([UNMATCHED, *sorted(known)])


def _measurement(
    *,
    vantage: str,
    asked: str,
    version: str,
    country: Country,
    network: Asn,
    time: datetime,
    facts: Sequence[RemoteFact],
    control: Control,
    control_failure: str | None,
    beside: Companions,
) -> RemoteMeasurement:
    host = asked_place("the tested name", asked).host
    answered = sorted({address for fact in facts if fact.hostname == host and fact.answers for address in fact.answers.split()})
    pages = [page for address in answered[:MOST_PAGES] for page in beside.pages(address, host)]
    digests = [page.body_sha256 for page in pages if page.body_sha256 is not None]
    controls = beside.controls(host)
    networks = sorted({number for address in controls if (number := beside.network(address)) is not None})
    return RemoteMeasurement(
        test_name=TEST,
        test_version=version,
        report_id=f"{TEST}@{time.astimezone(UTC).date().isoformat()}",
        vantage=vantage_name(vantage),
        country=country,
        network=network,
        time=time,
        input=asked,
        asked_host=host,
        asked_scheme=None,
        control=control,
        control_failure=control_failure,
        control_answers=" ".join(controls) or None,
        control_answer_networks=" ".join(map(str, networks)) or None,
        facts=(*facts, *pages),
        bodies={digest: body for digest in digests if (body := beside.body(digest)) is not None},
    )

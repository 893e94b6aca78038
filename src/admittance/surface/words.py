"""How states, times, counts and voices read in plain English, the same on the command line and on the pages."""

from calendar import month_name
from collections.abc import Sequence
from datetime import datetime, timedelta

from admittance.catalog import Catalog
from admittance.model.corroboration import Corroboration
from admittance.model.demand import DemandSpike
from admittance.model.documents import (
    Action,
    ActionType,
    Attribution,
    Deadline,
    Granularity,
    NetworkClaim,
    Role,
    SourceClass,
    Status,
    Time,
)
from admittance.model.episode import Episode, EpisodeNetwork, Window
from admittance.model.ids import EntityId, SubjectId
from admittance.model.vocabulary import SNAPSHOT_GATES, CorroborationStatus, Gate, Layer, State
from admittance.reconcile import Account, Named
from admittance.surface.queries.card import CountOfDay
from admittance.surface.queries.demand import NearOnset
from admittance.surface.queries.remote import RemoteLine
from admittance.surface.queries.service import Service

__all__ = [
    "SIMULATED",
    "account_words",
    "action_words",
    "bracket_words",
    "claim_words",
    "confidence_words",
    "count_words",
    "day",
    "edge_status",
    "edge_words",
    "episode_facts",
    "gate_words",
    "lag_words",
    "list_words",
    "mechanism_words",
    "moment",
    "near_words",
    "period_words",
    "remote_words",
    "series_words",
    "service_words",
    "short_status",
    "spike_words",
    "state_words",
    "status_words",
    "time_words",
    "tunnel_words",
    "uncertainty_words",
    "voice_words",
    "window_words",
]

SIMULATED = "SIMULATED: this data comes from a generator and describes nothing that happened."

_STATES = {
    State.BLOCKED: "blocked",
    State.LIKELY_BLOCKED: "likely blocked",
    State.THROTTLED: "throttled",
    State.IMPAIRED: "not working, cause unclear",
    State.DOWN: "down, with no sign of blocking",
    State.OK: "working",
    State.FAILED: "measuring failed on our side",
    State.INSUFFICIENT: "insufficient data",
}

_STORE_STATES = {
    State.BLOCKED: "removed",
    State.LIKELY_BLOCKED: "not listed here, though listed elsewhere",
    State.DOWN: "listed nowhere",
    State.OK: "listed",
}

_CONTENT_STATES = {
    State.BLOCKED: "withheld",
    State.LIKELY_BLOCKED: "likely withheld",
    State.DOWN: "gone, with no sign of why",
    State.OK: "let through",
    State.FAILED: "could not be read",
}

_LISTING_STATES = {
    State.BLOCKED: "withheld",
    State.LIKELY_BLOCKED: "refused or gone",
    State.IMPAIRED: "refused, for shipping or for no stated reason",
    State.DOWN: "offered nowhere",
    State.OK: "offered",
}

_STATES_OF_GATE = {Gate.STORE: _STORE_STATES, Gate.LISTING: _LISTING_STATES, Gate.CONTENT: _CONTENT_STATES}

_STORES = {"apple": "App Store", "gplay": "Google Play"}

_MARKETPLACES = {"jd": "JD.com", "aliexpress": "AliExpress", "ebay": "eBay"}

_MISSING = {
    Gate.STORE: "did not list it",
    Gate.LISTING: "refused it, or found next to nothing",
    Gate.CONTENT: "found it gone or withheld",
}

NAMES_SHOWN = 3  # of what another monitor speaks of

BAR = 30  # characters of the longest bar of a series

_CLAIM_STATUSES = {
    Status.BLOCKED: "blocked",
    Status.THROTTLED: "throttled",
    Status.DISRUPTED: "disrupted",
    Status.OUTAGE: "out of service",
    Status.ACCESSIBLE: "accessible",
    Status.RESTORED: "restored",
    Status.REGISTRATION_FAILING: "registration failing",
}

_CORROBORATIONS = {
    CorroborationStatus.SUPPORTED: "supported by what was observed",
    CorroborationStatus.CONTRADICTED: "contradicted by what was observed",
    CorroborationStatus.TOO_EARLY: "too early to say",
    CorroborationStatus.UNOBSERVABLE: "unobservable: nothing could have seen it then and there",
    CorroborationStatus.UNDETERMINED: "undetermined",
}

_UPPER_CASE = frozenset({"api", "dns", "http", "https", "ip", "nxdomain", "quic", "rst", "sni", "tcp", "tls", "udp"})

_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}

_WEEKDAYS = ("", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def edge_words(edge: Corroboration) -> str:
    """The reason of an edge under its claim, whose status is that of what was measured: another monitor's says its own."""
    return edge.reason if edge.witness is None else f"{edge_status(edge).capitalize()}: {edge.reason}"


def edge_status(edge: Corroboration) -> str:
    """What an edge says in a word or two: `too early`; of another monitor `supported by testimony`."""
    return short_status(edge.status) if edge.witness is None else f"{short_status(edge.status)} by testimony"


def state_words(state: State, gate: Gate = Gate.NETWORK) -> str:
    """A state as people would say it; at a store, a marketplace or a platform in their words."""
    return _STATES_OF_GATE.get(gate, _STATES).get(state, _STATES[state])


def status_words(status: CorroborationStatus | None) -> str:
    """What a corroboration's status means; null is a record that no run has compared yet."""
    return _CORROBORATIONS[status] if status is not None else "not compared yet"


def short_status(status: CorroborationStatus | None) -> str:
    """A corroboration's status in a word or two: `too early`."""
    return status.value.replace("_", " ") if status is not None else "not compared"


def gate_words(gate: Gate, part: str | None) -> str:
    """What a line of a card is about: `Network`, `Function (registration)`, `App Store`."""
    if gate is Gate.STORE:
        return _STORES.get(part or "", f"Store {part}" if part else "App stores")
    if gate is Gate.LISTING:
        return f"Listing on {_MARKETPLACES.get(part, part.capitalize())}" if part else "Marketplaces"
    return f"{gate.value.capitalize()} ({part})" if part else gate.value.capitalize()


def episode_facts(episode: Episode) -> list[str]:
    """The sentences that an episode rests on: its brackets, then its networks, mechanism and counts, then its hours."""
    if episode.gate in SNAPSHOT_GATES:
        return _snapshot_facts(episode)
    facts = [f"Onset {bracket_words(episode.onset_earliest, episode.onset_latest)} (90 %)."]
    if episode.end is not None:
        facts.append(f"End {bracket_words(episode.end_earliest, episode.end_latest)} (90 %).")
    asns = list_words([f"AS{network.asn}" for network in episode.networks], limit=6)
    parts = [f"{episode.scope}{f' ({asns})' if asns else ''}", mechanism_words(episode.mechanism)]
    parts.append(f"{episode.k:,} of {episode.n:,} checks point to interference")
    if Layer.ENDPOINTS in episode.layers:
        parts.append("the same measurements as at the network gate, read by what they are for")
    if episode.gate in (Gate.NETWORK, Gate.FUNCTION):
        parts.append(tunnel_words(episode.tunnel))
    parts = [part for part in parts if part]
    facts.append(f"{'; '.join(parts)}.")
    if episode.active_windows:
        facts.append(f"Comes and goes: {window_words(episode.active_windows)}.")
    return facts


def _snapshot_facts(episode: Episode) -> list[str]:
    """The same of an episode that readings of snapshots show: they never say why."""
    onset = bracket_words(episode.onset_earliest, episode.onset_latest)
    unknown = "how it was before, and why" if episode.onset_earliest is None else "why"
    facts = [f"Onset {onset}; {unknown}, no reading says."]
    if episode.end is not None:
        facts.append(f"End {bracket_words(episode.end_earliest, episode.end_latest)}.")
    return [*facts, f"{episode.scope}; {episode.k:,} of {episode.n:,} readings {_MISSING[episode.gate]}."]


def series_words(series: Sequence[CountOfDay], *, limit: int = 15) -> list[str]:
    """A line a day of what a search found, with a bar as long as the count; of more days than `limit` the newest."""
    shown, most = series[-limit:], max((point.count for point in series), default=0)
    wide = len(f"{most:,}")
    lines = [
        f"{day(point.day)} {point.count:>{wide},} {'#' * round(BAR * point.count / most) if most else ''}".rstrip()
        for point in shown
    ]
    earlier = len(series) - len(shown)
    if earlier:
        most_days = f"at most {max(point.count for point in series[:earlier]):,}"
        lines.insert(0, f"{count_words(earlier, 'earlier day')}, {most_days}")
    return lines


def spike_words(spike: DemandSpike) -> str:
    """A surge of demand: `tor-users in TR surged 2024-08-02 to 2024-08-10, most on 2024-08-03`."""
    if spike.end is None:
        return f"{spike.series} in {spike.country} surging since {day(spike.start)}, most on {day(spike.peak)}"
    last = spike.end - timedelta(days=1)
    until = f" to {day(last)}" if last > spike.start else ""
    return f"{spike.series} in {spike.country} surged {day(spike.start)}{until}, most on {day(spike.peak)}"


def near_words(onset: NearOnset) -> str:
    """How a surge lies to an episode's onset: `2 days before the onset of KE-2023-telegram-network-1`."""
    if onset.days == 0:
        return f"within the onset of {onset.episode}"
    side = "before" if onset.days < 0 else "after"
    return f"{count_words(abs(onset.days), 'day')} {side} the onset of {onset.episode}"


def remote_words(line: RemoteLine) -> str:
    """What was seen from afar in a sentence that says how much it rests on, and that no direct measurement is among it."""
    told = state_words(line.state) + (f" as of {day(line.as_of)}" if line.state is not State.INSUFFICIENT else "")
    blamed = f"; {', '.join(f'{name} {count:,} times' for name, count in line.mechanisms[:3])}" if line.mechanisms else ""
    aside = f"; {line.aside:,} more say nothing" if line.aside else ""
    where = f"{count_words(line.vantages, 'vantage')}, networks not said"
    if line.networks:
        where = f"{count_words(line.vantages, 'vantage')} in {count_words(line.networks, 'network')}"
    return f"From afar, counted apart: {told} ({line.note}{blamed}{aside}; {where})"


def service_words(service: Service) -> str:
    """A service as a whole in a sentence: `As a whole: likely blocked since 2021-03-15 (it needs all of messaging, media)`."""
    since = f" since {day(service.since)}" if service.since is not None else ""
    return f"As a whole: {state_words(service.state)}{since} (it needs {service.needs})"


def day(time: datetime) -> str:
    """The UTC day of a time: `2021-03-15`."""
    return time.strftime("%Y-%m-%d")


def moment(time: datetime) -> str:
    """A time to the minute, in UTC and saying so: `2021-03-15 09:00 UTC`."""
    return time.strftime("%Y-%m-%d %H:%M UTC")


def bracket_words(earliest: datetime | None, latest: datetime | None) -> str:
    """An interval in which something happened; an unbounded side is said, never guessed."""
    if earliest is None and latest is None:
        return "at an unknown time"
    if earliest is None and latest is not None:
        return f"on or before {moment(latest)}"
    if latest is None and earliest is not None:
        return f"after {moment(earliest)}"
    return f"between {str(earliest)[:16]} and {str(latest)[:16]} UTC"


def period_words(entry: Episode | EpisodeNetwork) -> str:
    """From when to when, in days: `since 2021-03-15`, `2023-11-08 to 2023-11-24`, `since 2019-03-12 or before`."""
    onset = day(entry.onset) if entry.onset_earliest is not None else f"{day(entry.onset_latest)} or before"
    return f"since {onset}" if entry.end is None else f"{onset} to {day(entry.end)}"


def window_words(windows: Sequence[Window]) -> str:
    """Recurring hours: `Mon, Tue 04:00-08:00 UTC`; empty when there are none."""
    parts = [
        f"{', '.join(_WEEKDAYS[number] for number in window.weekdays)} {window.start_hour:02d}:00-{window.end_hour:02d}:00 UTC"
        for window in windows
    ]
    return "; ".join(parts)


def mechanism_words(mechanism: str) -> str:
    """A mechanism path as words: `tls.reset.sni` is `TLS reset, SNI`."""
    parts = [" ".join(_capitals(word) for word in part.split("_")) for part in mechanism.split(".") if part]
    head, tail = " ".join(parts[:2]), parts[2:]
    return ", ".join([head, *tail])


def _capitals(word: str) -> str:
    return word.upper() if word in _UPPER_CASE else word


def tunnel_words(tunnel: str) -> str:
    """What the measurements through a tunnel say over an episode."""
    known = {"ok": "unaffected through a tunnel", "bad": "also affected through a tunnel"}
    return known.get(tunnel, "not measured through a tunnel")


def uncertainty_words(entry: Episode) -> str:
    """How much, how telling and how agreed the evidence is, in a sentence each."""
    told = entry.uncertainty
    if entry.gate in SNAPSHOT_GATES:
        return (
            f"{_percent(told.failing)} of the readings that count {_MISSING[entry.gate]}"
            f" ({_percent(told.share_low)} to {_percent(told.share_high)}, 90 %, by {count_words(told.reports, 'reading')});"
            f" {_percent(told.inconclusive)} of all readings say nothing either way."
        )
    recurs = any(network.active_windows for network in entry.networks)
    when = "in the hours of each network " if recurs else ""
    between = f"{_percent(told.share_low)} to {_percent(told.share_high)}, 90 %"
    by = f"{count_words(told.reports, 'report')}, each counted as one check"
    return (
        f"{_percent(told.failing)} of the checks that count fail {when}({between}, by {by}),"
        f" {_percent(told.same_mechanism)} of them alike;"
        f" {_percent(told.inconclusive)} of all checks say nothing either way;"
        f" an artefact proves {_percent(told.proven)} of the failures."
    )


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def confidence_words(confidence: float) -> str:
    """A probability to two digits, never as certainty: `0.97`, `above 0.99`."""
    return "above 0.99" if confidence > 0.99 else f"{confidence:.2f}"


def count_words(count: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: `1 claim`, `3 claims`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def lag_words(hours: float | None) -> str:
    """A stretch of time in days where it has several, else in hours: `12 days`, `30 hours`, `an unknown time`."""
    if hours is None:
        return "an unknown time"
    return count_words(round(hours / 24), "day") if hours >= 72 else count_words(round(hours), "hour")


def list_words(names: Sequence[str], limit: int | None = None) -> str:
    """Names joined by commas and a last `and`; beyond `limit`, how many more there are."""
    shown = list(names) if limit is None or len(names) <= limit else [*names[:limit], f"{len(names) - limit} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def time_words(time: Time) -> str:
    """A time as a text gives it, from its EDTF value: `2017-08-17`, `summer 2017`, `before 2017-10-18`, `no date stated`."""
    if time.value is None:
        return "recently, no day stated" if time.granularity is Granularity.RECENT else "no date stated"
    start, separator, end = time.value.partition("/")
    if not separator:
        return _edtf_words(start)
    if start in ("", ".."):
        return f"before {_edtf_words(end)}"
    return f"after {_edtf_words(start)}" if end in ("", "..") else f"{_edtf_words(start)} to {_edtf_words(end)}"


def _edtf_words(value: str) -> str:
    year, _, rest = value.partition("-")
    if year == "XXXX":
        return f"{_month_words(rest)}, year not stated"
    return f"{_SEASONS[rest]} {year}" if rest in _SEASONS else value


def _month_words(value: str) -> str:
    """A month and perhaps a day without a year: `03-14` is `March 14`."""
    month, _, number = value.partition("-")
    if not (month.isdecimal() and 1 <= int(month) <= 12):
        return _SEASONS.get(value, value)
    return f"{month_name[int(month)]} {int(number)}" if number.isdecimal() else month_name[int(month)]


def voice_words(attribution: Sequence[Attribution], catalog: Catalog, publisher: str | None = None) -> str:
    """Who says so, outermost first: `The Wall Street Journal, citing users`; where the text names nobody, its publisher."""
    voices = [_voice(voice, catalog) for voice in attribution]
    unique = list(dict.fromkeys(voices))
    if not unique:
        name = _entity_name(publisher, catalog) if publisher is not None else "the text itself"
        return f"{name}, naming no source"
    return unique[0] if len(unique) == 1 else f"{unique[0]}, citing {list_words(unique[1:])}"


def _voice(voice: Attribution, catalog: Catalog) -> str:
    nameless = {SourceClass.USERS: "users", SourceClass.ANONYMOUS: "unnamed sources"}
    if voice.source_class in nameless:
        return nameless[voice.source_class]
    if voice.source is not None:
        return _entity_name(voice.source, catalog)
    named = {
        SourceClass.EXPERT: "an expert",
        SourceClass.OFFICIAL: "an official",
        SourceClass.COMPANY: "a company",
        SourceClass.DOCUMENT: "a document",
        SourceClass.COURT: "a court",
    }
    return named.get(voice.source_class, f"an unnamed {voice.source_class.value}")


def _entity_name(entity_id: str, catalog: Catalog) -> str:
    entity = catalog.entities.get(EntityId(entity_id))
    return entity.name if entity is not None else entity_id


def claim_words(claim: NetworkClaim, catalog: Catalog) -> str:
    """A claim in a sentence's worth of words: who says that what happened to whom, where and since when."""
    subject = _entity_name(claim.subject, catalog)
    onset = f"from {time_words(claim.onset)}" if claim.onset.value is not None else time_words(claim.onset)
    denied = "not " if claim.factuality.polarity == "denied" else ""
    role = f" ({claim.role})" if isinstance(claim.role, str) and claim.role not in claim.status.value else ""
    platform = f" on {_entity_name(claim.platform, catalog)}" if isinstance(claim.platform, str) else ""
    told = f"{subject}{role} {denied}{_CLAIM_STATUSES[claim.status]}{platform} in {claim.place.country}, {onset}"
    extras = []
    if claim.partial is True:
        extras.append("in part")
    if claim.vpn_unaffected is True:
        extras.append("VPN users unaffected")
    return ", ".join([told, *extras])


def action_words(action: Action, catalog: Catalog) -> str:
    """An action in a sentence's worth of words: who, what, whom, when, how real."""
    regulators = _mentioned(action, (Role.REGULATOR, Role.CO_REGULATOR), catalog)
    targets = _mentioned(action, (Role.TARGET,), catalog)
    objects = _mentioned(action, (Role.OBJECT, Role.VENDOR), catalog)
    implementers = _mentioned(action, (Role.IMPLEMENTER,), catalog)
    voices = _mentioned(action, (Role.SOURCE, Role.SPOKESPERSON), catalog)
    if not regulators and action.type is ActionType.COMPANY_STATEMENT:
        regulators, voices = voices, []
    told = f"{list_words(regulators) or 'Issuer not named'}, {action.type.value.replace('_', ' ')}"
    if targets:
        some = "some of " if action.scope == "some" else ""
        told += f": {some}{list_words(targets, limit=6)}"
    if objects:
        told += f", concerning {list_words(objects, limit=4)}"
    if implementers:
        told += f", through {list_words(implementers, limit=4)}"
    if not regulators and voices:
        told += f", according to {list_words(voices, limit=4)}"
    facts = [action.factuality.modality.value, time_words(action.time)]
    if action.factuality.polarity == "denied":
        facts.insert(0, "denied")
    if isinstance(action.deadline, Deadline) and action.deadline.status == "unspecified":
        facts.append("deadline not specified")
    elif isinstance(action.deadline, Deadline) and isinstance(action.deadline.time, Time):
        facts.append(f"due {time_words(action.deadline.time)}")
    if isinstance(action.effective, Time):
        facts.append(f"effective {time_words(action.effective)}")
    return f"{told} ({', '.join(facts)})"


def _mentioned(action: Action, roles: tuple[Role, ...], catalog: Catalog) -> list[str]:
    names = [
        _entity_name(mention.entity, catalog) if mention.entity is not None else mention.surface
        for mention in action.mentions
        if mention.role in roles
    ]
    return list(dict.fromkeys(names))


def account_words(account: Account, catalog: Catalog) -> str:
    """What another monitor says of a subject: its first names, the subject's own domains before others."""
    witness = catalog.subject_name(SubjectId(account.witness))
    shown = [_named_words(named) for named in account.names[:NAMES_SHOWN]]
    rest = len(account.names) - len(shown)
    further = [f"and {count_words(rest, 'further name or page', 'further names or pages')}"] if rest else []
    return f"{witness}: {'; '.join([*shown, *further])}."


def _named_words(named: Named) -> str:
    name = f"a page of {named.name}" if named.page else named.name
    words = list(dict.fromkeys(spell.words for spell in named.spells))
    rest = f" ({count_words(len(words) - 1, 'more entry', 'more entries')})" if len(words) > 1 else ""
    return f"{name} {words[-1]}{rest}"

"""The card: what is known of one subject in one country, a line per gate, then what is said of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import polars as pl

from admittance.catalog import APP_PREFIX, INSTITUTION_PREFIX, KEYWORD_PREFIX, LISTING_PREFIX, Catalog
from admittance.lake import Snapshot
from admittance.model.documents import Status
from admittance.model.episode import Episode
from admittance.model.ids import Country, SubjectId, TargetId
from admittance.model.tables import rows_of
from admittance.model.testimony import Testimony
from admittance.model.verdict import Cell, SnapshotVerdict
from admittance.model.vocabulary import (
    BAD_STATES,
    FUNCTION_ROLES,
    SCORED_STATES,
    SNAPSHOT_GATES,
    Arm,
    Gate,
    Layer,
    Origin,
    State,
    worst_state,
)
from admittance.reconcile import Account, accounts_of
from admittance.surface.queries.categories import Listing, listings_of
from admittance.surface.queries.demand import SpikeEntry, spikes
from admittance.surface.queries.episodes import EpisodeFilter, episodes
from admittance.surface.queries.evidence import (
    EvidenceList,
    counted_evidence,
    evidence_of_episode,
    file_addresses,
    snapshot_evidence,
)
from admittance.surface.queries.remote import RemoteLine, remote_cells, remote_line
from admittance.surface.queries.service import Service, service_of
from admittance.surface.queries.statements import ActionEntry, ClaimEntry, StatementFilter, actions, claims
from admittance.surface.queries.topics import reasons_with

__all__ = ["RECENT", "TRIALS_FOR_OK", "Card", "CountOfDay", "GateLine", "cards"]

RECENT = timedelta(days=7)
"""Without an ongoing episode, a gate's state is that of the last seven days that have measurements."""

TRIALS_FOR_OK = 5
"""Fewer scored measurements than this in those days are `insufficient`, never `ok`."""

ATTEMPTS_FOR_OK = 2
"""The same where a function was tried itself, which is done seldom and on purpose."""

_BAD = [state.value for state in BAD_STATES]
_SCORED = [state.value for state in SCORED_STATES]
_COUNTED_GATES = [Gate.NETWORK.value, Gate.FUNCTION.value]
_GATE_OF_PREFIX = {
    KEYWORD_PREFIX: Gate.CONTENT,
    INSTITUTION_PREFIX: Gate.CONTENT,
    APP_PREFIX: Gate.STORE,
    LISTING_PREFIX: Gate.LISTING,
}
_NO_EVIDENCE = EvidenceList(total=0, shown=())


class CountOfDay(msgspec.Struct, frozen=True, kw_only=True):
    """How many results, sellers or posts a search found on a day."""

    day: datetime  # its start, UTC
    count: int


class GateLine(msgspec.Struct, frozen=True, kw_only=True):
    """One gate's line of a card. With an ongoing episode, the counts and the evidence are the episode's."""

    gate: Gate
    part: str | None  # role at the function gate; store, marketplace or platform where snapshots are read
    state: State
    since: datetime | None  # onset of the ongoing episode
    since_earliest: datetime | None
    since_latest: datetime | None
    as_of: datetime | None  # when this gate was last measured; null is never
    n: int  # scored measurements that the state rests on
    k: int  # those that blame interference
    networks: int  # networks that those measurements came from
    note: str  # what the state rests on, in a sentence
    reports: int = 0  # texts that report a function as failing, retellings once: said, not measured
    episodes: tuple[Episode, ...]  # all of this gate, newest first
    evidence: EvidenceList
    series: tuple[CountOfDay, ...] = ()  # what a search found, day by day

    @property
    def ongoing(self) -> Episode | None:
        """The episode that has not ended; null when there is none."""
        return next((episode for episode in self.episodes if episode.end is None), None)


PARTLY_WORKS = "partly-works"
"""How the rules end by which documents are read to say that something goes on working."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one subject in one country; a null country is a subject of which nothing at all is known."""

    subject: SubjectId
    name: str
    country: Country | None
    origin: Origin | None
    lake_version: int
    categories: tuple[Listing, ...]  # that test lists give to the subject
    gates: tuple[GateLine, ...]
    remote: RemoteLine | None  # what was seen from afar; null where nobody looked
    service: Service | None  # the whole, by the functions that it needs; null where nothing says which these are
    demand: tuple[SpikeEntry, ...]  # surges of demand in the country that began near one of the card's episodes: context
    topics: tuple[str, ...]  # that a keyword speaks of
    reasons: tuple[ActionEntry, ...]  # actions in the country whose stated reason is one of these topics
    demand_series: tuple[str, ...]  # series of demand that there are of the country
    accounts: tuple[Account, ...]  # what other monitors say of the subject there, as claims are laid against it
    claims: tuple[ClaimEntry, ...]
    actions: tuple[ActionEntry, ...]

    @property
    def has_episodes(self) -> bool:
        """Whether any gate was ever restricted."""
        return any(line.episodes for line in self.gates)


def cards(
    snapshot: Snapshot, catalog: Catalog, subject: SubjectId, country: Country | None = None, *, evidence: int = 5
) -> list[Card]:
    """The card of a subject in one country, or in every country where anything is known of it; never an empty list.

    Countries with an ongoing episode come first, then those with an ended one, then by code. `evidence` is how many
    measurements each gate shows.
    """
    known = _known(snapshot, catalog, subject, country)
    found = [_card(snapshot, catalog, subject, known.of(code), code, evidence) for code in _countries(known, country)]
    if not found:
        return [_card(snapshot, catalog, subject, known, None, evidence)]
    return sorted(found, key=_rank)


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one subject, read once."""

    episodes: list[Episode]
    claims: list[ClaimEntry]
    actions: list[ActionEntry]
    cells: pl.DataFrame  # network and function gates, direct arm, where anything was measured
    remote: pl.DataFrame  # cells of the network gate, remote arm
    snapshots: list[SnapshotVerdict]  # by gate, place and time
    addresses: dict[str, str]  # of ingested files
    categories: tuple[Listing, ...]
    accounts: tuple[Account, ...]  # of other monitors
    name: str | None  # what snapshot tables call a subject that the catalog does not know

    def of(self, country: Country) -> "_Known":
        """What of it concerns one country."""
        return _Known(
            episodes=[entry for entry in self.episodes if entry.country == country],
            claims=[entry for entry in self.claims if entry.claim.place.country == country],
            actions=[entry for entry in self.actions if entry.country == country],
            cells=self.cells.filter(pl.col("country") == country),
            remote=self.remote.filter(pl.col("country") == country),
            snapshots=[verdict for verdict in self.snapshots if verdict.country == country],
            addresses=self.addresses,
            categories=self.categories,
            accounts=tuple(account for account in self.accounts if account.country == country),
            name=self.name,
        )


def _known(snapshot: Snapshot, catalog: Catalog, subject: SubjectId, country: Country | None) -> _Known:
    wanted = StatementFilter(subject=subject, country=country)
    here = pl.col("subject") == subject
    if country is not None:
        here &= pl.col("country") == country
    counts = (*_SCORED, State.IMPAIRED.value, State.DOWN.value)
    cells = (
        snapshot.scan(Cell)
        .filter(here & pl.col("gate").is_in(_COUNTED_GATES) & (pl.col("arm") == Arm.DIRECT.value))
        .filter(pl.sum_horizontal(*counts) > 0)
        .select("gate", "target", "layer", "country", "time", "network", *counts)
    )
    verdicts = snapshot.scan(SnapshotVerdict).filter(here).sort("gate", "place", "time", "item", "file", "offset")
    snapshots = rows_of(SnapshotVerdict, verdicts.collect())
    return _Known(
        episodes=episodes(snapshot, EpisodeFilter(subject=subject, country=country)),
        claims=claims(snapshot, wanted),
        actions=actions(snapshot, wanted, catalog),
        cells=cells.collect(),
        remote=remote_cells(snapshot, subject, country),
        snapshots=snapshots,
        addresses=file_addresses(snapshot),
        categories=listings_of(snapshot, catalog, subject),
        accounts=accounts_of(snapshot.scan(Testimony), frozenset({subject}), catalog=catalog).about(subject),
        name=snapshots[-1].name if snapshots and not catalog.knows(subject) else None,
    )


def _countries(known: _Known, asked: Country | None) -> list[Country]:
    """The country asked for, else every one that was measured, claimed about or that another monitor watches, else those of the
    actions that mention it.
    """
    if asked is not None:
        return [asked]
    codes = {entry.country for entry in known.episodes} | {entry.claim.place.country for entry in known.claims}
    codes |= {verdict.country for verdict in known.snapshots} | set(known.cells["country"].to_list())
    codes |= {account.country for account in known.accounts}
    codes |= set(known.remote["country"].to_list())
    codes = codes or {Country(entry.country) for entry in known.actions if entry.country is not None}
    return [Country(code) for code in sorted(codes)]


def _rank(card: Card) -> tuple[int, str]:
    ongoing = any(line.ongoing is not None for line in card.gates)
    return (0 if ongoing else 1 if card.has_episodes else 2), card.country or ""


def _card(
    snapshot: Snapshot, catalog: Catalog, subject: SubjectId, known: _Known, country: Country | None, evidence: int
) -> Card:
    function_lines = [
        _function_line(snapshot, catalog, subject, known, role, evidence) for role in _roles(catalog, subject, known)
    ]
    topics = catalog.topics_of(subject)
    surges = spikes(snapshot, known.episodes, country=country) if country is not None else []
    functions = {line.part: (line.state, line.since) for line in function_lines if line.part is not None}
    return Card(
        subject=subject,
        name=known.name or catalog.subject_name(subject),
        country=country,
        origin=snapshot.origin,
        lake_version=snapshot.version,
        categories=known.categories,
        gates=_lines_that_apply(
            subject,
            (
                _measured_line(snapshot, subject, known, evidence),
                *(function_lines or [_silent(Gate.FUNCTION)]),
                *(line for gate in SNAPSHOT_GATES for line in _snapshot_lines(known, gate, evidence)),
            ),
        ),
        remote=remote_line(known.remote),
        service=_service(catalog, subject, functions),
        demand=tuple(entry for entry in surges if entry.near),
        demand_series=tuple(sorted({entry.spike.series for entry in surges})),
        topics=topics,
        reasons=reasons_with(snapshot, catalog, topics, country),
        accounts=known.accounts,
        claims=tuple(known.claims),
        actions=tuple(known.actions),
    )


def _lines_that_apply(subject: SubjectId, lines: Sequence[GateLine]) -> tuple[GateLine, ...]:
    """Words are withheld at no gate but that of content, an app that nobody knows is of a store, a product of a marketplace."""
    only = next((gate for prefix, gate in _GATE_OF_PREFIX.items() if subject.startswith(prefix)), None)
    return tuple(line for line in lines if only is None or line.gate is only)


def _service(catalog: Catalog, subject: SubjectId, functions: Mapping[str, tuple[State, datetime | None]]) -> Service | None:
    known = catalog.subjects.get(subject)
    measured = any(state is not State.INSUFFICIENT for state, _ in functions.values())
    return service_of(known.works, functions) if known is not None and measured else None


def _roles(catalog: Catalog, subject: SubjectId, known: _Known) -> list[str]:
    """The roles at the function gate: those measured or spoken of, and registration for a service of the catalog."""
    at_gate = known.cells.filter(pl.col("gate") == Gate.FUNCTION.value)
    roles = {str(target).removeprefix(f"{subject}/") for target in at_gate["target"].unique()}
    roles |= {entry.part for entry in known.episodes if entry.gate is Gate.FUNCTION and entry.part is not None}
    roles |= {role for entry in known.claims for role in _reported_roles(entry, catalog)}
    roles |= {"registration"} if subject in catalog.subjects else set()
    order = {role: place for place, role in enumerate(FUNCTION_ROLES)}
    return sorted(roles, key=lambda role: (order.get(role, len(order)), role))


def _reported_roles(entry: ClaimEntry, catalog: Catalog) -> frozenset[str]:
    """The functions that a claim says do not work: its role, else those that its symptoms speak of. Of what works in part the
    symptoms say what still does.
    """
    claim = entry.claim
    if claim.rule.endswith(PARTLY_WORKS):
        return frozenset()
    if claim.factuality.polarity != "affirmed" or claim.status in (Status.ACCESSIBLE, Status.RESTORED):
        return frozenset()
    if isinstance(claim.role, str):
        return frozenset({claim.role}) if claim.gate == Gate.FUNCTION else frozenset()
    symptoms = claim.symptoms if isinstance(claim.symptoms, tuple) else ()
    return frozenset(role for text in symptoms for role in catalog.roles_spoken_of(text))


def _function_line(snapshot: Snapshot, catalog: Catalog, subject: SubjectId, known: _Known, role: str, limit: int) -> GateLine:
    """What was measured of a function, and how many texts report that it fails: these are said, and open no episode."""
    line = _measured_line(snapshot, subject, known, limit, gate=Gate.FUNCTION, part=role)
    reports = len({entry.document.same_witness_as or entry.document.sha256 for entry in _reporting(known, catalog, role)})
    if not reports:
        return line
    told = f"reported as failing by {reports} text{'s' if reports > 1 else ''}"
    note = f"{told}, never measured" if line.as_of is None and not line.episodes else f"{line.note}; {told}"
    return msgspec.structs.replace(line, note=note, reports=reports)


def _reporting(known: _Known, catalog: Catalog, role: str) -> list[ClaimEntry]:
    return [entry for entry in known.claims if role in _reported_roles(entry, catalog)]


def _silent(gate: Gate, part: str | None = None, note: str = "nothing has measured it") -> GateLine:
    return GateLine(
        gate=gate,
        part=part,
        state=State.INSUFFICIENT,
        since=None,
        since_earliest=None,
        since_latest=None,
        as_of=None,
        n=0,
        k=0,
        networks=0,
        note=note,
        episodes=(),
        evidence=_NO_EVIDENCE,
    )


def _from_episode(found: Episode, known: Sequence[Episode], as_of: datetime | None, evidence: EvidenceList) -> GateLine:
    return GateLine(
        gate=found.gate,
        part=found.part,
        state=found.state,
        since=found.onset,
        since_earliest=found.onset_earliest,
        since_latest=found.onset_latest,
        as_of=as_of,
        n=found.n,
        k=found.k,
        networks=len(found.networks),
        note=f"an episode is under way on {found.scope}",
        episodes=tuple(known),
        evidence=evidence,
    )


def _measured_line(
    snapshot: Snapshot,
    subject: SubjectId,
    known: _Known,
    limit: int,
    *,
    gate: Gate = Gate.NETWORK,
    part: str | None = None,
) -> GateLine:
    """The line of a gate that cells count: the network, or one role of a service."""
    found = [entry for entry in known.episodes if entry.gate is gate and entry.part == part]
    cells = known.cells.filter(pl.col("gate") == gate.value)
    if part is not None:
        cells = cells.filter(pl.col("target") == f"{subject}/{part}")
    last = cells["time"].max()
    as_of = last if isinstance(last, datetime) else None
    ongoing = next((entry for entry in found if entry.end is None), None)
    if ongoing is not None:
        return _from_episode(ongoing, found, as_of, evidence_of_episode(snapshot, ongoing, limit=limit))
    if as_of is None:
        within = gate is Gate.NETWORK and not known.remote.is_empty()
        silent = _silent(gate, part, "nothing has measured it from within") if within else _silent(gate, part)
        return msgspec.structs.replace(silent, episodes=tuple(found))
    since = as_of - RECENT
    recent = cells.filter(pl.col("time") > since)
    trials = int(recent.select(pl.sum_horizontal(*_SCORED).sum()).item())
    bad = int(recent.select(pl.sum_horizontal(*_BAD).sum()).item())
    unclear, down = int(recent["impaired"].sum()), int(recent["down"].sum())
    tried = (recent["layer"] == Layer.ATTEMPT.value).all()
    state, note = _recent_state(trials, bad, unclear, down, least=ATTEMPTS_FOR_OK if tried else TRIALS_FOR_OK)
    return GateLine(
        gate=gate,
        part=part,
        state=state,
        since=None,
        since_earliest=None,
        since_latest=None,
        as_of=as_of,
        n=trials,
        k=bad,
        networks=recent.filter(pl.col("network") > 0)["network"].n_unique(),
        note=note,
        episodes=tuple(found),
        evidence=counted_evidence(
            snapshot,
            subject,
            Country(recent["country"][0]),
            gate=gate,
            target=None if part is None else TargetId(f"{subject}/{part}"),
            since=since,
            until=as_of + timedelta(hours=1),
            states=(*_SCORED, State.IMPAIRED.value, State.DOWN.value),
            limit=limit,
        ),
    )


def _recent_state(trials: int, bad: int, unclear: int, down: int, *, least: int) -> tuple[State, str]:
    """The state of the last measured days without an episode, and what it rests on."""
    counted = f"{bad:,} of {trials:,} checks of the last measured week point to interference"
    if unclear + down > trials:
        state = State.DOWN if down >= unclear else State.IMPAIRED
        return state, f"{unclear + down:,} of {trials + unclear + down:,} failed without a sign of blocking"
    if trials < least:
        return State.INSUFFICIENT, f"{counted}; fewer than {least} say too little"
    if 2 * bad >= trials:
        return State.INSUFFICIENT, f"{counted}, too few or too scattered for a dated episode"
    return State.OK, counted


def _snapshot_lines(known: _Known, gate: Gate, limit: int) -> list[GateLine]:
    """A line for each store, marketplace or platform that was read for the subject; one that says so when none was."""
    found = [entry for entry in known.episodes if entry.gate is gate]
    places = sorted({verdict.place for verdict in known.snapshots if verdict.gate is gate})
    if not places:
        ongoing = next((entry for entry in found if entry.end is None), None)
        return [_from_episode(ongoing, found, None, _NO_EVIDENCE)] if ongoing is not None else [_silent(gate)]
    return [_snapshot_line(known, gate, place, found, limit) for place in places]


def _snapshot_line(known: _Known, gate: Gate, place: str, found: Sequence[Episode], limit: int) -> GateLine:
    verdicts = [verdict for verdict in known.snapshots if (verdict.gate, verdict.place) == (gate, place)]
    newest, targets = verdicts[-1], {verdict.target for verdict in verdicts}
    here = [entry for entry in found if targets & set(entry.targets)]
    latest = list({verdict.item: verdict for verdict in verdicts}.values())
    evidence = snapshot_evidence(latest, known.addresses, limit=limit)
    ongoing = next((entry for entry in here if entry.end is None), None)
    series = _series_of(verdicts)
    if ongoing is not None:
        line = _from_episode(ongoing, here, newest.time, evidence)
        return msgspec.structs.replace(line, part=place, note=latest[-1].reason, series=series)
    state = worst_state(tuple(verdict.state for verdict in latest))
    told = next(verdict for verdict in reversed(latest) if verdict.state is state)
    note = "" if state is State.OK else told.reason
    if state in BAD_STATES:
        state, note = State.INSUFFICIENT, f"{note}; one such reading alone opens no episode"
    scored = [verdict for verdict in verdicts if verdict.state in SCORED_STATES]
    return msgspec.structs.replace(
        _silent(gate, place, note),
        state=state,
        as_of=newest.time,
        n=len(scored),
        k=sum(verdict.state in BAD_STATES for verdict in scored),
        episodes=tuple(here),
        evidence=evidence,
        series=series,
    )


def _series_of(verdicts: Sequence[SnapshotVerdict]) -> tuple[CountOfDay, ...]:
    """What searches found, day by day; of several readings of a day the greatest."""
    counts: dict[datetime, int] = {}
    for verdict in verdicts:
        if verdict.count is not None:
            day = verdict.time.replace(hour=0, minute=0, second=0, microsecond=0)
            counts[day] = max(counts.get(day, 0), verdict.count)
    return tuple(CountOfDay(day=day, count=count) for day, count in sorted(counts.items()))

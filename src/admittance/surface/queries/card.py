"""The card: what is known of one subject in one country, a line per gate, then what is said of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.lake import Snapshot
from admittance.model.episode import Episode
from admittance.model.ids import Country, SubjectId
from admittance.model.tables import rows_of
from admittance.model.verdict import Cell, StoreVerdict
from admittance.model.vocabulary import BAD_STATES, SCORED_STATES, Arm, Gate, Origin, State
from admittance.surface.queries.categories import Listing, listings_of
from admittance.surface.queries.episodes import EpisodeFilter, episodes
from admittance.surface.queries.evidence import (
    EvidenceList,
    evidence_of_episode,
    file_addresses,
    network_evidence,
    store_evidence,
)
from admittance.surface.queries.statements import ActionEntry, ClaimEntry, StatementFilter, actions, claims

__all__ = ["RECENT", "TRIALS_FOR_OK", "Card", "GateLine", "cards"]

RECENT = timedelta(days=7)
"""Without an ongoing episode, a gate's state is that of the last seven days that have measurements."""

TRIALS_FOR_OK = 5
"""Fewer scored measurements than this in those days are `insufficient`, never `ok`."""

_BAD = [state.value for state in BAD_STATES]
_SCORED = [state.value for state in SCORED_STATES]
_NO_EVIDENCE = EvidenceList(total=0, shown=())


class GateLine(msgspec.Struct, frozen=True, kw_only=True):
    """One gate's line of a card. With an ongoing episode, the counts and the evidence are the episode's."""

    gate: Gate
    part: str | None  # role at the function gate, store at the store gate
    state: State
    since: datetime | None  # onset of the ongoing episode
    since_earliest: datetime | None
    since_latest: datetime | None
    as_of: datetime | None  # when this gate was last measured; null is never
    n: int  # scored measurements that the state rests on
    k: int  # those that blame interference
    networks: int  # networks that those measurements came from
    note: str  # what the state rests on, in a sentence
    episodes: tuple[Episode, ...]  # all of this gate, newest first
    evidence: EvidenceList

    @property
    def ongoing(self) -> Episode | None:
        """The episode that has not ended; null when there is none."""
        return next((episode for episode in self.episodes if episode.end is None), None)


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one subject in one country; a null country is a subject of which nothing at all is known."""

    subject: SubjectId
    name: str
    country: Country | None
    origin: Origin | None
    lake_version: int
    categories: tuple[Listing, ...]  # that test lists give to the subject
    gates: tuple[GateLine, ...]
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
    cells: pl.DataFrame  # network gate, direct arm, where anything was measured
    store_verdicts: list[StoreVerdict]  # by store and time
    addresses: dict[str, str]  # of ingested files
    categories: tuple[Listing, ...]

    def of(self, country: Country) -> "_Known":
        """What of it concerns one country."""
        return _Known(
            episodes=[entry for entry in self.episodes if entry.country == country],
            claims=[entry for entry in self.claims if entry.claim.place.country == country],
            actions=[entry for entry in self.actions if entry.country == country],
            cells=self.cells.filter(pl.col("country") == country),
            store_verdicts=[verdict for verdict in self.store_verdicts if verdict.country == country],
            addresses=self.addresses,
            categories=self.categories,
        )


def _known(snapshot: Snapshot, catalog: Catalog, subject: SubjectId, country: Country | None) -> _Known:
    wanted = StatementFilter(subject=subject, country=country)
    here = pl.col("subject") == subject
    if country is not None:
        here &= pl.col("country") == country
    counts = (*_SCORED, State.IMPAIRED.value, State.DOWN.value)
    cells = (
        snapshot.scan(Cell)
        .filter(here & (pl.col("gate") == Gate.NETWORK.value) & (pl.col("arm") == Arm.DIRECT.value))
        .filter(pl.sum_horizontal(*counts) > 0)
        .select("country", "time", "network", *counts)
    )
    verdicts = snapshot.scan(StoreVerdict).filter(here).sort("store", "time", "app_id", "file", "offset")
    return _Known(
        episodes=episodes(snapshot, EpisodeFilter(subject=subject, country=country)),
        claims=claims(snapshot, wanted),
        actions=actions(snapshot, wanted, catalog),
        cells=cells.collect(),
        store_verdicts=rows_of(StoreVerdict, verdicts.collect()),
        addresses=file_addresses(snapshot),
        categories=listings_of(snapshot, catalog, subject),
    )


def _countries(known: _Known, asked: Country | None) -> list[Country]:
    """The country asked for, else every one that was measured or claimed about, else those of the actions that mention it."""
    if asked is not None:
        return [asked]
    codes = {entry.country for entry in known.episodes} | {entry.claim.place.country for entry in known.claims}
    codes |= {verdict.country for verdict in known.store_verdicts} | set(known.cells["country"].to_list())
    codes = codes or {Country(entry.country) for entry in known.actions if entry.country is not None}
    return [Country(code) for code in sorted(codes)]


def _rank(card: Card) -> tuple[int, str]:
    ongoing = any(line.ongoing is not None for line in card.gates)
    return (0 if ongoing else 1 if card.has_episodes else 2), card.country or ""


def _card(
    snapshot: Snapshot, catalog: Catalog, subject: SubjectId, known: _Known, country: Country | None, evidence: int
) -> Card:
    function_lines = [_silent(Gate.FUNCTION, role) for role in _roles(catalog, subject, known.claims)]
    return Card(
        subject=subject,
        name=catalog.subject_name(subject),
        country=country,
        origin=snapshot.origin,
        lake_version=snapshot.version,
        categories=known.categories,
        gates=(_network_line(snapshot, subject, known, evidence), *function_lines, *_store_lines(known, evidence)),
        claims=tuple(known.claims),
        actions=tuple(known.actions),
    )


def _roles(catalog: Catalog, subject: SubjectId, said: Sequence[ClaimEntry]) -> list[str]:
    """The roles at the function gate: registration for a service of the catalog, and any that a claim speaks of."""
    spoken_of = {entry.claim.role for entry in said if entry.claim.gate == "function" and isinstance(entry.claim.role, str)}
    return sorted(spoken_of | ({"registration"} if subject in catalog.subjects else set()))


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
        part=None,
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


def _network_line(snapshot: Snapshot, subject: SubjectId, known: _Known, limit: int) -> GateLine:
    found = [entry for entry in known.episodes if entry.gate is Gate.NETWORK]
    last = known.cells["time"].max()
    as_of = last if isinstance(last, datetime) else None
    ongoing = next((entry for entry in found if entry.end is None), None)
    if ongoing is not None:
        return _from_episode(ongoing, found, as_of, evidence_of_episode(snapshot, ongoing, limit=limit))
    if as_of is None:
        return msgspec.structs.replace(_silent(Gate.NETWORK), episodes=tuple(found))
    since = as_of - RECENT
    recent = known.cells.filter(pl.col("time") > since)
    trials = int(recent.select(pl.sum_horizontal(*_SCORED).sum()).item())
    bad = int(recent.select(pl.sum_horizontal(*_BAD).sum()).item())
    unclear, down = int(recent["impaired"].sum()), int(recent["down"].sum())
    state, note = _recent_state(trials, bad, unclear, down)
    return GateLine(
        gate=Gate.NETWORK,
        part=None,
        state=state,
        since=None,
        since_earliest=None,
        since_latest=None,
        as_of=as_of,
        n=trials,
        k=bad,
        networks=recent["network"].n_unique(),
        note=note,
        episodes=tuple(found),
        evidence=network_evidence(
            snapshot,
            subject,
            Country(recent["country"][0]),
            since=since,
            until=as_of + timedelta(hours=1),
            states=(*_SCORED, State.IMPAIRED.value, State.DOWN.value),
            limit=limit,
        ),
    )


def _recent_state(trials: int, bad: int, unclear: int, down: int) -> tuple[State, str]:
    """The state of the last measured days without an episode, and what it rests on."""
    counted = f"{bad:,} of {trials:,} checks of the last measured week point to interference"
    if unclear + down > trials:
        state = State.DOWN if down >= unclear else State.IMPAIRED
        return state, f"{unclear + down:,} of {trials + unclear + down:,} failed without a sign of blocking"
    if trials < TRIALS_FOR_OK:
        return State.INSUFFICIENT, f"{counted}; fewer than {TRIALS_FOR_OK} say too little"
    if 2 * bad >= trials:
        return State.INSUFFICIENT, f"{counted}, too few or too scattered for a dated episode"
    return State.OK, counted


def _store_lines(known: _Known, limit: int) -> list[GateLine]:
    found = [entry for entry in known.episodes if entry.gate is Gate.STORE]
    stores = sorted({verdict.store for verdict in known.store_verdicts})
    if not stores:
        ongoing = next((entry for entry in found if entry.end is None), None)
        return [_from_episode(ongoing, found, None, _NO_EVIDENCE)] if ongoing is not None else [_silent(Gate.STORE)]
    return [_store_line(known, store, found, limit) for store in stores]


def _store_line(known: _Known, store: str, found: Sequence[Episode], limit: int) -> GateLine:
    verdicts = [verdict for verdict in known.store_verdicts if verdict.store == store]
    newest, targets = verdicts[-1], {verdict.target for verdict in verdicts}
    here = [entry for entry in found if targets & set(entry.targets)]
    evidence = store_evidence([verdict for verdict in verdicts if verdict.time == newest.time], known.addresses, limit=limit)
    ongoing = next((entry for entry in here if entry.end is None), None)
    if ongoing is not None:
        return msgspec.structs.replace(_from_episode(ongoing, here, newest.time, evidence), part=store)
    scored = [verdict for verdict in verdicts if verdict.state in SCORED_STATES]
    return msgspec.structs.replace(
        _silent(Gate.STORE, store, "" if newest.state is State.OK else newest.reason),
        state=newest.state,
        as_of=newest.time,
        n=len(scored),
        k=sum(verdict.state in BAD_STATES for verdict in scored),
        episodes=tuple(here),
        evidence=evidence,
    )

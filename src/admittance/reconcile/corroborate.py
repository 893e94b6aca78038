"""From readings, episodes, cells, store verdicts and testimonies to the edges of each claim and testable action."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

import msgspec
import polars as pl

from admittance.catalog import Catalog
from admittance.model.corroboration import Corroboration
from admittance.model.documents import Granularity, Reading, TimeBasis
from admittance.model.episode import Episode
from admittance.model.ids import SubjectId, TargetId
from admittance.model.tables import table_of
from admittance.model.testimony import Publisher
from admittance.model.vocabulary import FUNCTION_ROLES, SNAPSHOT_GATES, CorroborationStatus, Gate, Origin
from admittance.reconcile.bounds import Bounds, claim_bounds
from admittance.reconcile.finding import Finding
from admittance.reconcile.network import weigh_network
from admittance.reconcile.sight import Sights, sights_of
from admittance.reconcile.snapshots import Readings, readings_of, spoken_of, weigh_posts, weigh_snapshots
from admittance.reconcile.statements import Moment, Statement, statements_of
from admittance.reconcile.testify import weigh_account
from admittance.reconcile.testimony import Accounts, accounts_of, house_of

__all__ = ["RECONCILER_VERSION", "corroborate"]

RECONCILER_VERSION = "reconcile/7"

_ROLES_WITHOUT_TARGET = frozenset({"web", "website", "app"})  # any face of a subject may stand for these
_EFFECT = timedelta(days=30)  # within which an order without a date counts as carried out
_VAGUE = (Granularity.RECENT, Granularity.NONE)


def corroborate(
    readings: Iterable[Reading],
    *,
    episodes: Sequence[Episode],
    cells: pl.LazyFrame,
    snapshots: pl.DataFrame,
    testimonies: pl.LazyFrame,
    catalog: Catalog,
    versions: str,
    origin: Origin,
) -> pl.DataFrame:
    """The table of `Corroboration`: one row per network claim, and one per testable action × what it acts on, from what was
    measured; then one more for each monitor that speaks of the same subject, country and gate.

    `cells`, `snapshots` and `testimonies` are tables of `Cell`, `SnapshotVerdict` and `Testimony`; `versions` is the JSON
    object of the versions that the observed side rests on, to which each row adds its reconciler and extractor. No monitor is
    asked about what gives no time or did not happen. Rows come in the order of document, kind, record, subject, gate and
    witness, whatever the order of the arguments; a document given twice counts once. Raises `msgspec.DecodeError` when
    `versions` is no JSON object.
    """
    stamps = msgspec.json.decode(versions, type=dict[str, str | int | float | None])
    documents = {reading.doc.sha256: reading for reading in readings}
    stated = [statement for reading in documents.values() for statement in statements_of(reading, catalog=catalog)]
    statements = list(spoken_of(stated, snapshots))
    subjects = frozenset(statement.subject for statement in statements)
    evidence = _Evidence(
        catalog=catalog,
        episodes=_by_place(episodes),
        sights=sights_of(cells, subjects),
        readings=readings_of(snapshots, subjects),
        accounts=accounts_of(testimonies, subjects, catalog=catalog),
    )
    rows = [
        _row(statement, answer, stamps, origin)
        for statement in statements
        for answer in (_Answer(finding=evidence.answer(statement)), *evidence.testified(statement))
    ]
    rows.sort(key=lambda row: (row.document, row.record_kind, row.record, row.subject, row.gate, row.witness or ""))
    return table_of(Corroboration, rows)


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A finding and whose it is."""

    finding: Finding
    witness: Publisher | None = None
    independent: bool = True


def _row(
    statement: Statement, answer: _Answer, stamps: Mapping[str, str | int | float | None], origin: Origin
) -> Corroboration:
    finding = answer.finding
    own = {"reconciler": RECONCILER_VERSION, "extractor": statement.extractor}
    return Corroboration(
        record=statement.record,
        record_kind=statement.record_kind,
        document=statement.document,
        subject=statement.subject,
        country=statement.country,
        gate=statement.gate,
        status=finding.status,
        reason=finding.reason,
        episode=finding.episode,
        witness=answer.witness,
        independent=answer.independent,
        versions=msgspec.json.encode({**stamps, **own}, order="sorted").decode(),
        origin=origin,
    )


def _by_place(episodes: Sequence[Episode]) -> Mapping[tuple[str, str], list[Episode]]:
    places: defaultdict[tuple[str, str], list[Episode]] = defaultdict(list)
    for episode in sorted(episodes, key=lambda episode: (episode.onset, episode.id)):
        places[episode.subject, episode.country].append(episode)
    return places


class _Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything observed that statements are weighed against, and what other monitors say."""

    catalog: Catalog
    episodes: Mapping[tuple[str, str], list[Episode]]
    sights: Sights
    readings: Readings
    accounts: Accounts

    def answer(self, statement: Statement) -> Finding:
        """What was measured says."""
        name = self.catalog.subject_name(statement.subject)
        if not statement.factual:
            reason = f"The text plans, expects or imagines it ({statement.word}); it does not say that it happened."
            return Finding(status=CorroborationStatus.UNDETERMINED, reason=reason)
        bounds = _stated(statement)
        if bounds is None:
            stated = f"The time is stated as {statement.time.value!r}" if statement.time.value else "No time is stated"
            reason = f"{stated}, which is too little to lay it against measurements."
            return Finding(status=CorroborationStatus.UNDETERMINED, reason=reason)
        if statement.unknown_networks and not statement.networks:
            named = ", ".join(statement.unknown_networks)
            reason = f"It speaks of networks that are not known by number: {named}."
            return Finding(status=CorroborationStatus.UNDETERMINED, reason=reason)
        episodes = self.episodes.get((statement.subject, statement.country), [])
        if statement.posts and statement.about_platform:
            topics = self.catalog.topics_spoken_of(statement.told)
            words = self._keywords_on(topics, statement)
            return weigh_posts(statement, bounds, name=name, topics=topics, episodes=words)
        if statement.gate in SNAPSHOT_GATES:
            snapshots = self.readings.of(statement.gate, statement.subject, statement.country, statement.places)
            here = [episode for episode in episodes if episode.gate is statement.gate and _at(statement, episode)]
            if snapshots is not None and not self.catalog.knows(statement.subject):
                name = str(snapshots.item(-1, "name"))
            return weigh_snapshots(statement, bounds, name=name, episodes=here, snapshots=snapshots)
        if statement.moment is Moment.EFFECT:
            bounds = _effect_bounds(statement, bounds)
        return self._answer_reachability(statement, bounds, name, episodes)

    def testified(self, statement: Statement) -> Iterator[_Answer]:
        """What each monitor says that speaks of the same; one that the statement goes back to is no witness of its own."""
        bounds = _stated(statement)
        if bounds is None or not statement.factual:
            return
        if statement.moment is Moment.EFFECT:
            bounds = _effect_bounds(statement, bounds)
        heard = {house_of(voice, self.catalog) for voice in statement.voices}
        for account in self.accounts.of(statement.subject, statement.country, statement.gate):
            finding = weigh_account(statement, bounds, account, catalog=self.catalog)
            if finding is not None:
                house = house_of(account.witness.value, self.catalog)
                yield _testimony(finding, account.witness, independent=house not in heard)
                heard.add(house)

    def _answer_reachability(self, statement: Statement, bounds: Bounds, name: str, episodes: Sequence[Episode]) -> Finding:
        """The answer at every gate but the store, each from its own cells, so that no measurement answers twice.

        A role that people use is looked for at the function gate, unless the statement names a layer; any other role, such as a
        tunnel, at the network gate, where its targets stand.
        """
        targets = statement.targets
        gate = statement.gate
        if statement.role is not None:
            gate = Gate.FUNCTION if statement.role in FUNCTION_ROLES and statement.layer is None else Gate.NETWORK
            roles = self._targets_of(statement.subject, statement.role)
            function = TargetId(f"{statement.subject}/{statement.role}")
            tried = any(function in episode.targets for episode in episodes) or self.sights.shows(
                statement.subject, statement.country, gate=Gate.FUNCTION, target=function
            )
            if not roles and not tried and statement.role not in _ROLES_WITHOUT_TARGET:
                reason = f"No target of {name} tests its {statement.role}, so nothing could have seen it."
                return Finding(status=CorroborationStatus.UNOBSERVABLE, reason=reason)
            if not roles and not tried:
                gate = statement.gate
            elif gate is Gate.FUNCTION:
                targets = frozenset({function})
            else:
                targets = roles if targets is None else roles & targets
        view = self.sights.view(statement.subject, statement.country, gate=gate)
        wanted = [episode for episode in episodes if episode.gate is gate]
        if gate is Gate.FUNCTION:
            wanted = [episode for episode in wanted if episode.part == statement.role]
        return weigh_network(
            msgspec.structs.replace(statement, targets=targets),
            bounds,
            name=f"{name} in {statement.country}",
            episodes=wanted,
            view=view.narrowed(targets=targets, layer=statement.layer, networks=statement.networks),
        )

    def _keywords_on(self, topics: Sequence[str], statement: Statement) -> list[Episode]:
        """The episodes of keywords on some topics, in the country and on the platforms that a statement speaks of."""
        return [
            episode
            for (subject, country), episodes in self.episodes.items()
            if country == statement.country and set(topics) & set(self.catalog.topics_of(SubjectId(subject)))
            for episode in episodes
            if _at(statement, episode)
        ]

    def _targets_of(self, subject: SubjectId, role: str) -> frozenset[TargetId]:
        """The catalog's targets of one role of a subject."""
        return frozenset(
            target.id for target in self.catalog.targets.values() if target.subject == subject and target.role == role
        )


def _at(statement: Statement, episode: Episode) -> bool:
    """Whether an episode is at one of the places that a statement speaks of; only platforms have episodes of their own."""
    return episode.part is None or not statement.places or episode.part in statement.places


def _testimony(finding: Finding, witness: Publisher, *, independent: bool) -> _Answer:
    if not independent:
        reason = f"{finding.reason.removesuffix('.')}; this is no further witness, for it stands behind what is said already."
        finding = msgspec.structs.replace(finding, reason=reason)
    return _Answer(finding=finding, witness=witness, independent=independent)


def _stated(statement: Statement) -> Bounds | None:
    """The bounds of the stated time; null where it is too vague to lay it against anything."""
    vague = statement.time.basis is TimeBasis.VAGUE or statement.time.granularity in _VAGUE
    return None if vague else claim_bounds(statement.time)


def _effect_bounds(statement: Statement, bounds: Bounds) -> Bounds:
    """From the order to when it is due, or to the time that an order is usually carried out in."""
    due = claim_bounds(statement.due) if statement.due is not None else None
    return bounds[0], max(bounds[1], due[1]) if due is not None else bounds[1] + _EFFECT

"""One statement about reachability, laid against what one monitor says: its word for it or against it, never a measurement."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from admittance.catalog import KEYWORD_PREFIX, Catalog
from admittance.model.ids import SubjectId
from admittance.model.vocabulary import CorroborationStatus, Gate
from admittance.reconcile.bounds import Bounds
from admittance.reconcile.finding import Finding, stated_words
from admittance.reconcile.statements import Moment, Statement
from admittance.reconcile.testimony import Account, Named, Spell

__all__ = ["ROLES_OF_A_SITE", "fronts_of", "weigh_account"]

ROLES_OF_A_SITE = (None, "web", "website", "app")
"""Roles for which the names of a subject stand, where monitors look."""

_SUPPORTED = CorroborationStatus.SUPPORTED
_CONTRADICTED = CorroborationStatus.CONTRADICTED
_UNOBSERVABLE = CorroborationStatus.UNOBSERVABLE
_UNDETERMINED = CorroborationStatus.UNDETERMINED
_REMEMBERED = timedelta(days=365)
"""How long an entry of a list speaks against a later onset; our own choice. Nobody takes a name off when a block is lifted for
some time: Dropbox, on gfwlist since 2010, was within reach before it was blocked again in 2014."""
_ORDER = (_UNDETERMINED, _CONTRADICTED, _SUPPORTED, _UNOBSERVABLE)


class _Word(msgspec.Struct, frozen=True, kw_only=True):
    """What the spells of one name say to a statement."""

    status: CorroborationStatus
    spell: Spell
    so: str  # how the spell lies to the stated time, to follow its words


def weigh_account(statement: Statement, bounds: Bounds, account: Account, *, catalog: Catalog) -> Finding | None:
    """What a monitor's account says to a statement whose time lies within `bounds`; null when it does not speak of the same.

    The account must be of the statement's subject, country and gate. What any name of the whole subject says of a block
    outweighs what the others leave open; to the contrary all of them must speak. A monitor that names only parts of the
    subject decides nothing, and what it does not tell apart (networks, provinces, layers) it can support and never contradict.
    """
    if statement.gate is Gate.NETWORK and statement.role not in ROLES_OF_A_SITE:
        return None
    fronts = fronts_of(statement, catalog)
    whole = [name for name in account.names if not name.page and _covers(name, fronts)]
    parts = [name for name in account.names if name not in whole] if statement.targets is None else []
    said = stated_words(statement.time, bounds)
    witness = catalog.subject_name(SubjectId(account.witness.value))
    if whole:
        return _for_what_is_not_told_apart(statement, _combined(statement, bounds, whole, witness, said), witness)
    if not parts:
        return None
    found = _combined(statement, bounds, parts, witness, said)
    if found.status is _UNOBSERVABLE:
        return found
    reason = f"{found.reason.removesuffix('.')}; that is only a part of {catalog.subject_name(statement.subject)}."
    return Finding(status=_UNDETERMINED, reason=reason)


def fronts_of(statement: Statement, catalog: Catalog) -> frozenset[str]:
    """The hosts, or the keyword, that stand for what a statement is about."""
    if statement.subject.startswith(KEYWORD_PREFIX):
        return frozenset({statement.subject.removeprefix(KEYWORD_PREFIX)})
    if statement.targets is None:
        domains = catalog.domains_of(statement.subject)
        return frozenset(front for domain in domains for front in (domain, f"www.{domain}"))
    known = [catalog.targets[target].hosts for target in statement.targets if target in catalog.targets]
    sites = (target.rpartition("/")[2] for target in statement.targets if target not in catalog.targets)
    return frozenset([host for hosts in known for host in hosts]) | frozenset(sites)


def _covers(name: Named, fronts: frozenset[str]) -> bool:
    return name.name in fronts or (name.below and any(front.endswith(f".{name.name}") for front in fronts))


def _combined(statement: Statement, bounds: Bounds, names: Sequence[Named], witness: str, said: str) -> Finding:
    words = [(name, _weigh(statement, bounds, name.spells)) for name in names]
    for_a_block = _SUPPORTED if statement.restricted else _CONTRADICTED
    against = _CONTRADICTED if statement.restricted else _SUPPORTED
    found = {word.status for _, word in words} - {_UNOBSERVABLE}
    if for_a_block in found:
        status = for_a_block
    elif found == {against}:
        status = against
    else:
        status = _UNDETERMINED if found else _UNOBSERVABLE
    shown = status if status in {word.status for _, word in words} else next(one for one in _ORDER if one in found)
    name, word = min(
        ((name, word) for name, word in words if word.status is shown),
        key=lambda pair: (abs(pair[1].spell.by - bounds[0]), pair[0].name),
    )
    further = f" (of {len(names)} names)" if len(names) > 1 else ""
    return Finding(status=status, reason=f"{witness}: {name.name}{further} {word.spell.words}, {word.so.format(said=said)}.")


def _weigh(statement: Statement, bounds: Bounds, spells: Sequence[Spell]) -> _Word:
    if statement.moment is Moment.END:
        return _weigh_end(bounds, spells)
    if statement.moment is Moment.STATE:
        return _weigh_state(bounds, spells, restricted=statement.restricted)
    return _weigh_onset(bounds, spells, ordered=statement.moment is Moment.EFFECT)


def _weigh_onset(bounds: Bounds, spells: Sequence[Spell], *, ordered: bool) -> _Word:
    start, end = bounds
    blocked = [spell for spell in spells if spell.blocked]
    if meeting := [spell for spell in blocked if spell.by >= start and spell.start < end + spell.lag]:
        return _word(_SUPPORTED, _nearest(meeting, bounds), "which meets {said}")
    if before := [spell for spell in blocked if spell.by < start < spell.last]:
        spell = _nearest(before, bounds)
        if not spell.looked and start - spell.by > _REMEMBERED:
            return _word(_UNDETERMINED, spell, "earlier than {said}, and the list would not tell whether that ended in between")
        return _word(_UNDETERMINED if ordered else _CONTRADICTED, spell, "earlier than {said}")
    if working := [spell for spell in spells if not spell.blocked and start <= spell.start < end + spell.lag]:
        return _word(_CONTRADICTED, _nearest(working, bounds), "after {said}")
    if later := [spell for spell in blocked if spell.start >= end]:
        return _word(_UNDETERMINED, _nearest(later, bounds), "which leaves open whether since {said}")
    return _silent(bounds, spells)


def _weigh_state(bounds: Bounds, spells: Sequence[Spell], *, restricted: bool) -> _Word:
    start, end = bounds
    meeting = [spell for spell in spells if spell.start < end and spell.last > start]
    covering = [spell for spell in meeting if spell.looked and spell.steady and spell.start <= start and spell.last >= end]
    if blocked := [spell for spell in meeting if spell.blocked]:
        spell = _nearest([spell for spell in blocked if spell in covering] or blocked, bounds)
        if restricted:
            return _word(_SUPPORTED, spell, "which holds at {said}")
        if spell in covering:
            return _word(_CONTRADICTED, spell, "all through {said}")
        return _word(_UNDETERMINED, spell, "which leaves open whether all through {said}")
    if covering:
        return _word(_CONTRADICTED if restricted else _SUPPORTED, covering[0], "all through {said}")
    if meeting:
        return _word(_UNDETERMINED, meeting[0], "which is only a part of {said}")
    if later := [spell for spell in spells if spell.blocked and spell.start >= end]:
        return _word(_UNDETERMINED, _nearest(later, bounds), "which leaves open whether at {said}")
    return _silent(bounds, spells)


def _weigh_end(bounds: Bounds, spells: Sequence[Spell]) -> _Word:
    start, end = bounds
    after = [spell for spell in spells if spell.looked and spell.start < end + spell.lag and spell.sure_until >= end]
    if still := [spell for spell in after if spell.blocked]:
        return _word(_CONTRADICTED, _nearest(still, bounds), "and so after {said}")
    if working := [spell for spell in after if spell.steady and spell.start >= start]:
        return _word(_SUPPORTED, _nearest(working, bounds), "after {said}")
    near = [spell for spell in spells if spell.blocked and spell.start < end and spell.last > start - spell.lag]
    if near:
        return _word(_UNDETERMINED, _nearest(near, bounds), "which leaves open whether that ended at {said}")
    return _silent(bounds, spells)


def _silent(bounds: Bounds, spells: Sequence[Spell]) -> _Word:
    return _word(_UNOBSERVABLE, _nearest(spells, bounds), "and nothing is said of {said}")


def _word(status: CorroborationStatus, spell: Spell, so: str) -> _Word:
    return _Word(status=status, spell=spell, so=so)


def _nearest(spells: Sequence[Spell], bounds: Bounds) -> Spell:
    return min(spells, key=lambda spell: (abs(spell.by - bounds[0]), spell.start, spell.words))


def _for_what_is_not_told_apart(statement: Statement, finding: Finding, witness: str) -> Finding:
    apart = [
        words
        for words, stated in (
            ("networks", bool(statement.networks)),
            ("parts of the country", statement.subdivision is not None),
            ("layers", statement.layer is not None),
            ("throttling from blocking", statement.word == "throttled"),
        )
        if stated
    ]
    if not apart or finding.status not in (_SUPPORTED, _CONTRADICTED):
        return finding
    reason = f"{finding.reason.removesuffix('.')}; {witness} does not tell {' or '.join(apart)} apart."
    return Finding(status=finding.status if finding.status is _SUPPORTED else _UNOBSERVABLE, reason=reason)

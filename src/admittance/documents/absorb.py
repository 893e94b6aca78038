"""Joining two drafts that tell one thing: what either knows, the record knows."""

from __future__ import annotations

from msgspec import UNSET

from admittance.documents.draft import Draft, Office, is_general
from admittance.documents.sameness import MOST_EVIDENCE, key_of, silent
from admittance.model.documents import ActionType, Deadline, Granularity, SourceClass, Time

__all__ = ["absorb"]

_VOUCHING = frozenset(
    {
        SourceClass.REGULATOR,
        SourceClass.PUBLISHER,
        SourceClass.MONITOR,
        SourceClass.OFFICIAL,
        SourceClass.COURT,
        SourceClass.ANONYMOUS,
    }
)
_COARSE = frozenset({Granularity.WEEK, Granularity.MONTH, Granularity.YEAR, Granularity.SEASON})


def absorb(home: Draft, other: Draft) -> None:
    """Joins a retelling into the record it retells: what either knows, the record knows."""
    for mine, theirs in ((home.targets, other.targets), (home.implementers, other.implementers), (home.objects, other.objects)):
        if other.scene.sentence.headline and mine:
            continue
        known = {key_of(noun) for noun in mine}
        mine.extend(noun for noun in theirs if key_of(noun) not in known)
    if home.group is None:
        home.group = other.group
    if home.time is None or (silent(home.time) and not silent(other.time)):
        home.time = other.time or home.time
    elif other.time is not None and other.time.granularity == Granularity.DAY and home.time.granularity in _COARSE:
        home.time = other.time
    if (
        (
            (
                home.office is None
                or not home.explicit_actor
                or _vague(home.office)
                or (home.type == ActionType.APP_REMOVAL and is_general(home.office))
            )
            and other.office is not None
            and other.explicit_actor
        )
        and other.office.entity is not None
        and not is_general(other.office)
    ):
        home.office = other.office
        home.explicit_actor = True
    home.notice = other.notice if home.notice is None else home.notice
    home.deadline = _finer(home.deadline, other.deadline)
    home.lasts = home.lasts or other.lasts
    home.effective = home.effective or other.effective
    home.end = home.end or other.end
    home.reason = home.reason or other.reason
    home.legal_basis = home.legal_basis or other.legal_basis
    home.quantity = home.quantity or other.quantity
    home.scope = home.scope or other.scope
    if not other.scene.sentence.headline and _says_more(home, other):
        home.attribution = [voice for voice in other.attribution if home.type is None or voice.source_class in _VOUCHING]
    if other.salience == "core":
        home.salience = "core"
    if len(home.evidence) < MOST_EVIDENCE:
        home.evidence.extend(span for span in other.evidence if span not in home.evidence)


def _says_more(home: Draft, other: Draft) -> bool:
    """Whether a retelling names who says so where the first telling does not, or names everybody it names and more."""
    mine = {voice.source for voice in home.attribution}
    theirs = {voice.source for voice in other.attribution if voice.source_class in _VOUCHING}
    return not mine or (all(_nobody(one) for one in mine) and not all(_nobody(one) for one in theirs)) or mine < theirs


def _nobody(source: str | None) -> bool:
    """Whether a source stands for nobody in particular: "media", a country's government as a whole."""
    return source is None or source == "media" or source.endswith("-gov")


def _finer(mine: Deadline | None, theirs: Deadline | None) -> Deadline | None:
    """The deadline that names a day, where the other names only its month or year; else the one told first."""
    if mine is None or theirs is None or UNSET in (mine.time, theirs.time):
        return mine or theirs
    coarse = isinstance(mine.time, Time) and mine.time.granularity in _COARSE
    return theirs if coarse and isinstance(theirs.time, Time) and theirs.time.granularity == Granularity.DAY else mine


def _vague(office: Office) -> bool:
    """Whether a bare country, or "the authorities" of one, stands for its government."""
    if not is_general(office):
        return office.noun is not None and office.noun.kind == "group"  # "the local offices"
    return office.noun is None or office.noun.kind == "country" or office.noun.head.endswith(("authorities", "当局"))

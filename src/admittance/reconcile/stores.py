"""One statement about an app in a storefront, weighed against store verdicts and episodes of the store gate."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import polars as pl

from admittance.model.episode import Episode
from admittance.model.ids import Country, SubjectId
from admittance.model.vocabulary import BAD_STATES, CorroborationStatus, Evidence, State
from admittance.reconcile.bounds import Bounds
from admittance.reconcile.finding import Finding, bracket_words, day
from admittance.reconcile.statements import Moment, Statement

__all__ = ["Storefronts", "storefronts_of", "weigh_store"]

_AFTER = timedelta(days=30)
"""How long after a stated removal a storefront is looked at for it."""

_SNAPSHOTS_FLOOR = 2  # one snapshot may be a fault of the crawl


class Storefronts(msgspec.Struct, frozen=True, kw_only=True):
    """Store verdicts by subject and country, in the order of their times."""

    verdicts: Mapping[tuple[str, str], pl.DataFrame]

    def of(self, subject: SubjectId, country: Country, stores: frozenset[str]) -> pl.DataFrame | None:
        """The snapshots that say whether the app was listed; null when there are none, here or in these stores."""
        found = self.verdicts.get((subject, country))
        if found is not None and stores:
            found = found.filter(pl.col("place").is_in(sorted(stores)))
        return None if found is None or found.is_empty() else found


def storefronts_of(verdicts: pl.DataFrame, subjects: frozenset[SubjectId]) -> Storefronts:
    """The snapshots of some subjects' apps that could be read, prepared once for many statements.

    Among them are absences that prove nothing by themselves: `insufficient`, with evidence that was looked at and discarded.
    """
    telling = pl.col("state").is_in([state.value for state in (*BAD_STATES, State.OK)])
    unproved = (pl.col("state") == State.INSUFFICIENT.value) & (pl.col("evidence") == Evidence.DISCARDED.value)
    wanted = verdicts.filter(pl.col("subject").is_in(sorted(subjects)) & (telling | unproved)).sort("time", "place", "item")
    parts = wanted.partition_by("subject", "country", as_dict=True)
    return Storefronts(verdicts={(str(subject), str(country)): part for (subject, country), part in parts.items()})


def weigh_store(
    statement: Statement, bounds: Bounds, *, name: str, episodes: Sequence[Episode], snapshots: pl.DataFrame | None
) -> Finding:
    """What store verdicts and episodes say to a statement that an app is, or is no longer, in a country's storefront."""
    if snapshots is None:
        return Finding(
            status=CorroborationStatus.UNOBSERVABLE, reason=f"No storefront of this country was read for an app of {name}."
        )
    window = (bounds[0], bounds[1] if statement.moment is Moment.STATE else bounds[1] + _AFTER)
    agreeing = [episode for episode in episodes if _meets(episode, statement, bounds, window)]
    seen = snapshots.filter((pl.col("time") >= window[0]) & (pl.col("time") < window[1]))
    last: datetime = snapshots.get_column("time").max()  # type: ignore[assignment]
    if agreeing:
        episode = min(agreeing, key=lambda episode: (episode.onset_latest, episode.id))
        onset = bracket_words(episode.onset_earliest, episode.onset_latest)
        status = CorroborationStatus.SUPPORTED if statement.restricted else CorroborationStatus.CONTRADICTED
        left = "left" if episode.onset_earliest is not None else "is absent from"
        return Finding(status=status, reason=f"{name} {left} the storefront {onset}.", episode=episode.id)
    apart = _apart(episodes, window) if statement.restricted else None
    if apart is not None:
        onset = bracket_words(apart.onset_earliest, apart.onset_latest)
        other = "before the stated time already" if apart.onset_latest < window[0] else "and no reading says how it was before"
        reason = f"{name} is absent from the storefront {onset}, {other}."
        return Finding(status=CorroborationStatus.UNDETERMINED, reason=reason, episode=apart.id)
    if seen.is_empty() and window[1] > last:
        reason = (
            f"The storefront was last read on {day(last)}, before or within the time from {day(window[0])} to {day(window[1])}."
        )
        return Finding(status=CorroborationStatus.TOO_EARLY, reason=reason)
    if seen.is_empty():
        reason = f"No storefront was read for {name} from {day(window[0])} to {day(window[1])}."
        return Finding(status=CorroborationStatus.UNOBSERVABLE, reason=reason)
    return _from_snapshots(statement, bounds, name, seen)


def _from_snapshots(statement: Statement, bounds: Bounds, name: str, seen: pl.DataFrame) -> Finding:
    """The answer of the snapshots alone; only those after the stated time can show that a removal did not happen."""
    listed = seen.filter(pl.col("state") == State.OK.value)
    absent = seen.filter(pl.col("state").is_in([state.value for state in BAD_STATES]))
    dates = f"from {day(seen.item(0, 'time'))} to {day(seen.item(-1, 'time'))}"
    counts = f"{listed.height} of {seen.height} snapshots {dates} list it"
    if absent.height >= _SNAPSHOTS_FLOOR and seen.item(-1, "state") in BAD_STATES:
        status = CorroborationStatus.SUPPORTED if statement.restricted else CorroborationStatus.CONTRADICTED
        return Finding(status=status, reason=f"{name} is absent from the storefront: {counts}.")
    later = listed.filter(pl.col("time") >= bounds[1]) if statement.moment is not Moment.STATE else listed
    if later.height >= _SNAPSHOTS_FLOOR and listed.height == seen.height:
        if not statement.restricted:
            return Finding(status=CorroborationStatus.SUPPORTED, reason=f"{name} is listed, as stated: {counts}.")
        still = "the removal was ordered, but it is still listed" if statement.moment is Moment.EFFECT else "it is still listed"
        return Finding(status=CorroborationStatus.CONTRADICTED, reason=f"{name}: {still}; {counts}.")
    return Finding(
        status=CorroborationStatus.UNDETERMINED,
        reason=f"The storefront decides nothing on {name}: {counts}, and no removal is proved.",
    )


def _meets(episode: Episode, statement: Statement, bounds: Bounds, window: Bounds) -> bool:
    """Whether the app may have left the storefront in the window, or may have been away when only the state is stated."""
    earliest = episode.onset_earliest or episode.onset_latest
    if statement.moment is Moment.STATE:
        return earliest < bounds[1] and (episode.end is None or episode.end > bounds[0])
    return earliest < window[1] and episode.onset_latest >= window[0]


def _apart(episodes: Sequence[Episode], window: Bounds) -> Episode | None:
    """The first episode that neither bears out nor rules out that the app left in the window.

    It was away before and stayed away, or was first read, and found absent, afterwards.
    """
    found = [
        episode
        for episode in episodes
        if (episode.onset_latest < window[0] and (episode.end is None or episode.end > window[0]))
        or (episode.onset_earliest is None and episode.onset_latest >= window[1])
    ]
    return min(found, key=lambda episode: (episode.onset_latest, episode.id), default=None)

"""Episodes as far as a statement speaks of them, and how they lie to a stated time."""

from datetime import datetime

import msgspec

from admittance.model.episode import Episode
from admittance.model.ids import Asn
from admittance.model.vocabulary import Pattern, State
from admittance.reconcile.bounds import Bounds
from admittance.reconcile.finding import bracket_words
from admittance.reconcile.statements import Statement

__all__ = ["Span", "span_of"]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """All of an episode, or the part of it that the networks play which a statement names."""

    episode: Episode
    onset_earliest: datetime | None
    onset_latest: datetime
    end_earliest: datetime | None
    end_latest: datetime | None
    ongoing: bool
    sure_until: datetime  # when it was last surely in force

    @property
    def onset(self) -> str:
        """When it began, in words."""
        return bracket_words(self.onset_earliest, self.onset_latest)

    @property
    def ending(self) -> str:
        """Whether and when it ended, in words."""
        return "is ongoing" if self.ongoing else f"ended {bracket_words(self.end_earliest, self.end_latest)}"

    def may_begin_within(self, bounds: Bounds) -> bool:
        """Whether the bracket of the onset meets the bounds."""
        return bounds[0] <= self.onset_latest and (self.onset_earliest is None or self.onset_earliest < bounds[1])

    def may_end_within(self, bounds: Bounds) -> bool:
        """Whether the bracket of the end meets the bounds; an end that is open on both sides meets none."""
        if self.ongoing or (self.end_earliest is None and self.end_latest is None):
            return False
        begins = self.end_earliest is None or self.end_earliest < bounds[1]
        return begins and (self.end_latest is None or bounds[0] <= self.end_latest)

    def surely_meets(self, bounds: Bounds) -> bool:
        """Whether it was surely in force at some moment of the bounds."""
        return self.onset_latest < bounds[1] and bounds[0] < self.sure_until

    def surely_covers(self, bounds: Bounds) -> bool:
        """Whether it was surely in force all through the bounds; one that comes and goes is so at no time."""
        lasting = self.episode.pattern is Pattern.CONTINUOUS
        return lasting and self.onset_latest <= bounds[0] and bounds[1] <= self.sure_until

    def may_meet(self, bounds: Bounds) -> bool:
        """Whether it may have been in force at some moment of the bounds."""
        begins = self.onset_earliest is None or self.onset_earliest < bounds[1]
        return begins and (self.ongoing or self.end_latest is None or bounds[0] < self.end_latest)


def span_of(episode: Episode, statement: Statement, *, complete_until: datetime | None) -> Span | None:
    """The part of an episode that a statement speaks of; null when there is none, or when its evidence is below the floor.

    `complete_until` is how long an ongoing episode counts as in force that does not say when it was last seen so.
    """
    if episode.state is State.INSUFFICIENT:
        return None
    if statement.targets is not None and statement.targets.isdisjoint(episode.targets):
        return None
    if not statement.networks:
        return Span(
            episode=episode,
            onset_earliest=episode.onset_earliest,
            onset_latest=episode.onset_latest,
            end_earliest=episode.end_earliest,
            end_latest=episode.end_latest,
            ongoing=episode.end is None,
            sure_until=_sure_until(episode.onset_latest, episode.end_earliest, complete_until if episode.end is None else None),
        )
    named: frozenset[Asn] = frozenset(statement.networks)
    networks = [network for network in episode.networks if network.asn in named]
    if not networks:
        return None
    first = min(networks, key=lambda network: (network.onset_latest, network.asn))
    ongoing = any(network.end is None for network in networks)
    ends = [network.end_earliest for network in networks if network.end_earliest is not None]
    latest = [network.end_latest for network in networks if network.end_latest is not None]
    end_earliest = max(ends, default=None)
    return Span(
        episode=episode,
        onset_earliest=first.onset_earliest,
        onset_latest=first.onset_latest,
        end_earliest=end_earliest,
        end_latest=max(latest) if len(latest) == len(networks) else None,
        ongoing=ongoing,
        sure_until=_sure_until(first.onset_latest, end_earliest, complete_until if ongoing else None),
    )


def _sure_until(onset_latest: datetime, end_earliest: datetime | None, complete_until: datetime | None) -> datetime:
    return max(onset_latest, end_earliest or complete_until or onset_latest)

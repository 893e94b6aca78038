"""One statement about reachability, weighed against episodes and cells."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from admittance.model.episode import Episode
from admittance.model.ids import Asn
from admittance.model.vocabulary import Arm, CorroborationStatus, State
from admittance.reconcile.bounds import Bounds, claim_bounds
from admittance.reconcile.finding import Finding, bracket_words, moment
from admittance.reconcile.sight import Sight, View
from admittance.reconcile.statements import Moment, Statement

__all__ = ["weigh_network"]

_AFTER = timedelta(days=1)
"""How long after the latest moment of a claimed onset a restriction must still show."""

_RECENT = timedelta(days=7)
"""How long before an onset reachability tells of a time that was not measured: a block may have come and gone earlier."""

_FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)

_SUPPORTED = CorroborationStatus.SUPPORTED
_CONTRADICTED = CorroborationStatus.CONTRADICTED
_TOO_EARLY = CorroborationStatus.TOO_EARLY
_UNOBSERVABLE = CorroborationStatus.UNOBSERVABLE
_UNDETERMINED = CorroborationStatus.UNDETERMINED


class _Span(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an episode that a statement can be held against: all of it, or that of the networks it names."""

    episode: Episode
    onset_earliest: datetime | None
    onset_latest: datetime
    end_earliest: datetime | None
    end_latest: datetime | None
    ongoing: bool

    @property
    def onset(self) -> str:
        return bracket_words(self.onset_earliest, self.onset_latest)

    @property
    def ending(self) -> str:
        return "it is ongoing" if self.ongoing else f"it ended {bracket_words(self.end_earliest, self.end_latest)}"

    def may_begin_within(self, bounds: Bounds) -> bool:
        return bounds[0] <= self.onset_latest and (self.onset_earliest is None or self.onset_earliest < bounds[1])

    def may_end_within(self, bounds: Bounds) -> bool:
        if self.ongoing or (self.end_earliest is None and self.end_latest is None):
            return False
        return (self.end_earliest is None or self.end_earliest < bounds[1]) and (
            self.end_latest is None or bounds[0] <= self.end_latest
        )

    def surely_meets(self, bounds: Bounds) -> bool:
        """Whether some moment of the bounds lies between the latest onset and the earliest end."""
        return self.onset_latest < bounds[1] and (
            self.ongoing or (self.end_earliest is not None and bounds[0] < self.end_earliest)
        )

    def surely_covers(self, bounds: Bounds) -> bool:
        """Whether every moment of the bounds does."""
        return self.onset_latest <= bounds[0] and (
            self.ongoing or (self.end_earliest is not None and bounds[1] <= self.end_earliest)
        )

    def may_meet(self, bounds: Bounds) -> bool:
        begins = self.onset_earliest is None or self.onset_earliest < bounds[1]
        return begins and (self.ongoing or self.end_latest is None or bounds[0] < self.end_latest)


def weigh_network(statement: Statement, bounds: Bounds, *, name: str, episodes: Sequence[Episode], view: View) -> Finding:
    """What `episodes` and `view` say to a statement whose time lies within `bounds`.

    `name` is what the reason calls the subject. Both must already be of its subject and country; the view must already be
    narrowed to its targets, layer and networks.
    """
    spans = [span for episode in episodes if (span := _span(episode, statement)) is not None]
    if view.complete_until is not None and bounds[0] >= view.complete_until and not spans:
        return _too_early(bounds, view)
    if view.first is None and not spans:
        return Finding(status=_UNOBSERVABLE, reason=f"{name} was not measured there at any time.")
    if not statement.restricted:
        finding = (
            _weigh_end(bounds, name, spans, view) if statement.moment is Moment.END else _weigh_open(bounds, name, spans, view)
        )
    elif statement.moment is Moment.STATE:
        finding = _weigh_restricted(bounds, name, spans, view)
    else:
        finding = _weigh_onset(statement, bounds, name, spans, view)
    return _for_subdivision(statement, finding)


def _span(episode: Episode, statement: Statement) -> _Span | None:
    """The episode as far as the statement speaks of it; null when it does not."""
    if statement.targets is not None and statement.targets.isdisjoint(episode.targets):
        return None
    if not statement.networks:
        return _Span(
            episode=episode,
            onset_earliest=episode.onset_earliest,
            onset_latest=episode.onset_latest,
            end_earliest=episode.end_earliest,
            end_latest=episode.end_latest,
            ongoing=episode.end is None,
        )
    named: frozenset[Asn] = frozenset(statement.networks)
    networks = [network for network in episode.networks if network.asn in named]
    if not networks:
        return None
    first = min(networks, key=lambda network: (network.onset_latest, network.asn))
    ongoing = any(network.end is None for network in networks)
    last = max((network for network in networks if network.end is not None), key=lambda network: str(network.end), default=None)
    return _Span(
        episode=episode,
        onset_earliest=first.onset_earliest,
        onset_latest=first.onset_latest,
        end_earliest=None if ongoing or last is None else last.end_earliest,
        end_latest=None if ongoing or last is None else last.end_latest,
        ongoing=ongoing,
    )


def _weigh_onset(statement: Statement, bounds: Bounds, name: str, spans: Sequence[_Span], view: View) -> Finding:
    said = _said(bounds)
    window = (bounds[0], bounds[1] + _AFTER)
    meeting = [span for span in spans if span.may_begin_within(bounds) and span.may_meet(window)]
    if meeting:
        return _agreeing_onset(statement, bounds, name, _nearest(meeting, bounds), view)
    seen = view.during(*window)
    holding = [span for span in spans if span.may_meet(window)]
    if holding:
        span = _nearest(holding, bounds)
        if statement.moment is Moment.EFFECT:
            reason = f"{name} was restricted already before {said}: the restriction began {span.onset}."
            return Finding(status=_UNDETERMINED, reason=reason, episode=span.episode.id)
        lead = f"Access to {name} was restricted, as stated, but the restriction began {span.onset}, not within {said}."
        return Finding(status=_CONTRADICTED, reason=lead, episode=span.episode.id)
    later = [span for span in spans if span.onset_earliest is not None and span.onset_earliest >= bounds[1]]
    if view.complete_until is not None and window[1] > view.complete_until:
        return _too_early(bounds, view)
    if seen.working:
        reason = f"{name} was reachable then: {seen} from {moment(window[0])} to {moment(window[1])} UTC"
        if later:
            span = _nearest(later, bounds)
            reason = f"{reason}; the restriction that was found began {span.onset}"
            return Finding(status=_CONTRADICTED, reason=f"{reason}.", episode=span.episode.id)
        return Finding(status=_CONTRADICTED, reason=f"{reason}, and no restriction was found.")
    if later and not seen.covering:
        span = _nearest(later, bounds)
        until = span.onset_earliest or span.onset_latest
        between = view.during(max(bounds[1], until - _RECENT), until)
        if bounds[1] > until - _RECENT and between.working:
            reason = f"{name} was reachable after {said} ({between}) until a restriction began {span.onset}."
            return Finding(status=_CONTRADICTED, reason=reason, episode=span.episode.id)
    return _unseen(name, window, seen)


def _agreeing_onset(statement: Statement, bounds: Bounds, name: str, span: _Span, view: View) -> Finding:
    said = _said(bounds)
    episode = span.episode
    first = view.first
    if span.onset_earliest is None and (first is None or bounds[1] <= first):
        reason = f"{name} was restricted {span.onset}, when measurements began; nothing saw whether that was so within {said}."
        return Finding(status=_UNDETERMINED, reason=reason, episode=episode.id)
    parts = [f"a restriction of {name} began {span.onset}, which meets the stated {said}"]
    agrees = True
    if statement.layer is not None and statement.layer not in episode.layers:
        agrees = False
        parts.append(f"but at {', '.join(episode.layers)}, not at {statement.layer}")
    if statement.word == "throttled" and episode.state is not State.THROTTLED:
        parts.append(f"measured as {episode.state.replace('_', ' ')} rather than throttled")
    for holds, words in (_end_part(statement, span, view), _vpn_part(statement, span, view)):
        agrees = agrees and holds
        if words:
            parts.append(words)
    status = _SUPPORTED if agrees else _CONTRADICTED
    sentence = "; ".join(parts)
    return Finding(status=status, reason=f"{sentence[0].upper()}{sentence[1:]}.", episode=episode.id)


def _end_part(statement: Statement, span: _Span, view: View) -> tuple[bool, str]:
    bounds = claim_bounds(statement.end) if statement.end is not None else None
    if bounds is None:
        return True, ""
    said = _said(bounds)
    if span.may_end_within(bounds):
        return True, f"{span.ending}, which meets the stated end, {said}"
    if span.ongoing and view.complete_until is not None and bounds[1] > view.complete_until:
        return True, f"whether it ended within {said} cannot be said yet"
    return False, f"but {span.ending}, and not within {said} as stated"


def _vpn_part(statement: Statement, span: _Span, view: View) -> tuple[bool, str]:
    if statement.vpn_unaffected is None:
        return True, ""
    until = _FOR_EVER if span.ongoing or span.end_earliest is None else span.end_earliest
    tunnel = msgspec.structs.replace(view, networks_floor=1).during(span.onset_latest, until, arm=Arm.TUNNEL)
    if not tunnel.sufficient:
        return True, "whether VPN users were affected was not measured well enough to say"
    found = "unaffected" if tunnel.steady else "affected"
    if tunnel.steady == statement.vpn_unaffected:
        return True, f"the tunnel arm was {found}, as stated ({tunnel})"
    return False, f"but the tunnel arm was {found}, other than stated ({tunnel})"


def _weigh_restricted(bounds: Bounds, name: str, spans: Sequence[_Span], view: View) -> Finding:
    said = _said(bounds)
    sure = [span for span in spans if span.surely_meets(bounds)]
    if sure:
        span = _nearest(sure, bounds)
        reason = f"{name} was restricted within {said}, as stated: the restriction began {span.onset} and {span.ending}."
        return Finding(status=_SUPPORTED, reason=reason, episode=span.episode.id)
    return _without_sure_span(bounds, name, spans, view, status_if_working=_CONTRADICTED)


def _weigh_open(bounds: Bounds, name: str, spans: Sequence[_Span], view: View) -> Finding:
    said = _said(bounds)
    covering = [span for span in spans if span.surely_covers(bounds)]
    if covering:
        span = _nearest(covering, bounds)
        reason = f"{name} was restricted all through {said}: the restriction began {span.onset} and {span.ending}."
        return Finding(status=_CONTRADICTED, reason=reason, episode=span.episode.id)
    partly = [span for span in spans if span.surely_meets(bounds)]
    if partly:
        span = _nearest(partly, bounds)
        reason = f"{name} was restricted during a part of {said}: the restriction began {span.onset} and {span.ending}."
        return Finding(status=_UNDETERMINED, reason=reason, episode=span.episode.id)
    return _without_sure_span(bounds, name, spans, view, status_if_working=_SUPPORTED)


def _weigh_end(bounds: Bounds, name: str, spans: Sequence[_Span], view: View) -> Finding:
    said = _said(bounds)
    ending = [span for span in spans if span.may_end_within(bounds)]
    if ending:
        span = _nearest(ending, bounds)
        reason = (
            f"A restriction of {name} ended {bracket_words(span.end_earliest, span.end_latest)}, which meets the stated {said}."
        )
        return Finding(status=_SUPPORTED, reason=reason, episode=span.episode.id)
    if view.complete_until is not None and bounds[1] > view.complete_until:
        return _too_early(bounds, view)
    begun = [span for span in spans if span.onset_latest < bounds[1]]
    if begun:
        span = max(begun, key=lambda span: (span.onset_latest, span.episode.id))
        reason = f"No restriction of {name} ended within {said}: the one before it began {span.onset} and {span.ending}."
        return Finding(status=_CONTRADICTED, reason=reason, episode=span.episode.id)
    return _without_sure_span(bounds, name, spans, view, status_if_working=_SUPPORTED)


def _without_sure_span(
    bounds: Bounds, name: str, spans: Sequence[_Span], view: View, *, status_if_working: CorroborationStatus
) -> Finding:
    """The answer where no restriction surely held at the stated time: what the cells of that time say."""
    possible = [span for span in spans if span.may_meet(bounds)]
    if possible:
        span = _nearest(possible, bounds)
        reason = (
            f"Whether {name} was restricted within {_said(bounds)} is open: a restriction began {span.onset} and {span.ending}."
        )
        return Finding(status=_UNDETERMINED, reason=reason, episode=span.episode.id)
    if view.complete_until is not None and bounds[1] > view.complete_until:
        return _too_early(bounds, view)
    seen = view.during(*bounds)
    if seen.working:
        reason = f"{name} was reachable then: {seen} within {_said(bounds)}, and no restriction was found at that time."
        return Finding(status=status_if_working, reason=reason)
    return _unseen(name, bounds, seen)


def _unseen(name: str, window: Bounds, seen: Sight) -> Finding:
    time = f"from {moment(window[0])} to {moment(window[1])} UTC"
    if seen.empty:
        return Finding(status=_UNOBSERVABLE, reason=f"{name} was not measured there {time}.")
    if not seen.covering:
        reason = f"There is too little data on {name} {time}: {seen}."
    else:
        reason = f"No restriction of {name} was found {time}, yet it did not plainly work: {seen}."
    return Finding(status=_UNDETERMINED, reason=reason)


def _too_early(bounds: Bounds, view: View) -> Finding:
    until = f"is complete only until {moment(view.complete_until)} UTC" if view.complete_until else "is missing"
    return Finding(status=_TOO_EARLY, reason=f"The statement is about {_said(bounds)}, and data of this country {until}.")


def _for_subdivision(statement: Statement, finding: Finding) -> Finding:
    if statement.subdivision is None or finding.status not in (_SUPPORTED, _CONTRADICTED):
        return finding
    note = f"Measurements are by country and do not tell {statement.subdivision} apart"
    if finding.status is _SUPPORTED:
        return msgspec.structs.replace(finding, reason=f"{finding.reason.removesuffix('.')}; {note[0].lower()}{note[1:]}.")
    return Finding(status=_UNOBSERVABLE, reason=f"{note}.", episode=finding.episode)


def _nearest(spans: Sequence[_Span], bounds: Bounds) -> _Span:
    """The span that begins nearest to the middle of the bounds; the smaller id where two are as near."""
    middle = bounds[0] + (bounds[1] - bounds[0]) / 2
    return min(spans, key=lambda span: (abs(span.onset_latest - middle), span.onset_latest, span.episode.id))


def _said(bounds: Bounds) -> str:
    return f"{moment(bounds[0])} to {moment(bounds[1])} UTC"

"""One statement about reachability, weighed against episodes and cells."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from admittance.model.episode import Episode
from admittance.model.vocabulary import Arm, CorroborationStatus, State
from admittance.reconcile.bounds import Bounds, claim_bounds
from admittance.reconcile.finding import Finding, bounds_words, bracket_words, moment, stated_words
from admittance.reconcile.sight import Sight, View
from admittance.reconcile.spans import Span, span_of
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


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    """A statement with everything that can speak for or against it."""

    statement: Statement
    bounds: Bounds
    said: str  # the stated time in words
    name: str
    spans: tuple[Span, ...]
    view: View

    def find(self, status: CorroborationStatus, reason: str, span: Span | None = None) -> Finding:
        return Finding(status=status, reason=reason, episode=span.episode.id if span is not None else None)

    def incomplete(self, until: datetime) -> bool:
        """Whether data is still arriving for a time before `until`."""
        return self.view.complete_until is not None and until > self.view.complete_until

    def too_early(self) -> Finding:
        until = f"is complete only until {moment(self.view.complete_until)} UTC" if self.view.complete_until else "is missing"
        return self.find(_TOO_EARLY, f"The statement is about {self.said}, and data of this country {until}.")

    def nearest(self, spans: Sequence[Span]) -> Span:
        """The span that begins nearest to the middle of the stated time; the smaller id where two are as near."""
        middle = self.bounds[0] + (self.bounds[1] - self.bounds[0]) / 2
        return min(spans, key=lambda span: (abs(span.onset_latest - middle), span.onset_latest, span.episode.id))


def weigh_network(statement: Statement, bounds: Bounds, *, name: str, episodes: Sequence[Episode], view: View) -> Finding:
    """What `episodes` and `view` say to a statement whose time lies within `bounds`.

    `name` is what the reason calls the subject. Both must already be of its subject and country; the view must already be
    narrowed to its targets, layer and networks.
    """
    spans = [span_of(episode, statement, complete_until=view.complete_until) for episode in episodes]
    case = _Case(
        statement=statement,
        bounds=bounds,
        said=bounds_words(bounds) if statement.moment is Moment.EFFECT else stated_words(statement.time, bounds),
        name=name,
        spans=tuple(span for span in spans if span is not None),
        view=view,
    )
    return _for_subdivision(statement, _weigh(case))


def _weigh(case: _Case) -> Finding:
    begins_late = case.view.complete_until is not None and case.bounds[0] >= case.view.complete_until
    if begins_late and not any(span.may_begin_within(case.bounds) or span.may_end_within(case.bounds) for span in case.spans):
        return case.too_early()
    if case.view.first is None and not case.spans:
        return case.find(_UNOBSERVABLE, f"{case.name} was not measured there at any time.")
    if case.statement.moment is Moment.END:
        return _weigh_end(case)
    if not case.statement.restricted:
        return _weigh_open(case)
    return _weigh_restricted(case) if case.statement.moment is Moment.STATE else _weigh_onset(case)


def _weigh_onset(case: _Case) -> Finding:
    bounds, name = case.bounds, case.name
    window = (bounds[0], bounds[1] + _AFTER)
    meeting = [span for span in case.spans if span.may_begin_within(bounds)]
    if meeting:
        return _agreeing_onset(case, case.nearest(meeting))
    holding = [span for span in case.spans if span.may_meet(window)]
    if holding:
        span = case.nearest(holding)
        if case.statement.moment is Moment.EFFECT:
            return case.find(_UNDETERMINED, f"{name} was restricted before the order already, from {span.onset}.", span)
        reason = f"{name} was restricted, as stated, but that began {span.onset}, which does not meet {case.said}."
        return case.find(_CONTRADICTED, reason, span)
    if case.incomplete(window[1]):
        return case.too_early()
    seen = case.view.during(*window)
    later = [span for span in case.spans if span.onset_earliest is not None and span.onset_earliest >= bounds[1]]
    if seen.working:
        reason = f"{name} was reachable from {bounds_words(window)} ({seen})"
        if later:
            span = case.nearest(later)
            return case.find(_CONTRADICTED, f"{reason}; the restriction that was found began {span.onset}.", span)
        return case.find(_CONTRADICTED, f"{reason}, and no restriction was found then.")
    if later and not seen.covering:
        span = case.nearest(later)
        until = span.onset_earliest or span.onset_latest
        between = case.view.during(max(bounds[1], until - _RECENT), until)
        if bounds[1] > until - _RECENT and between.working:
            reason = f"{name} was reachable after {case.said} ({between}) until a restriction began {span.onset}."
            return case.find(_CONTRADICTED, reason, span)
    return _unseen(case, window, seen)


def _agreeing_onset(case: _Case, span: Span) -> Finding:
    statement, episode, first = case.statement, span.episode, case.view.first
    if span.onset_earliest is None and (first is None or case.bounds[1] <= first):
        reason = f"{case.name} was restricted {span.onset}, when measurements began; nothing saw how it was at {case.said}."
        return case.find(_UNDETERMINED, reason, span)
    parts = [f"A restriction of {case.name} began {span.onset}, which meets {case.said}"]
    agrees = True
    if statement.layer is not None and statement.layer not in episode.layers:
        agrees = False
        parts.append(f"but at {', '.join(episode.layers)}, not at {statement.layer}")
    if statement.word == "throttled" and episode.state is not State.THROTTLED:
        parts.append(f"measured as {episode.state.replace('_', ' ')} rather than throttled")
    for holds, words in (_end_part(case, span), _vpn_part(case, span)):
        agrees = agrees and holds
        if words:
            parts.append(words)
    return case.find(_SUPPORTED if agrees else _CONTRADICTED, f"{'; '.join(parts)}.", span)


def _end_part(case: _Case, span: Span) -> tuple[bool, str]:
    """Whether the stated end agrees, and what to say of it; nothing where none is stated that can be bounded."""
    end = case.statement.end
    bounds = claim_bounds(end) if end is not None else None
    if end is None or bounds is None:
        return True, ""
    said = stated_words(end, bounds)
    if span.may_end_within(bounds):
        return True, f"it {span.ending}, which meets the stated end, {said}"
    if span.ongoing and case.incomplete(bounds[1]):
        return True, f"whether it ended at {said} cannot be said yet"
    return False, f"but it {span.ending}, which does not meet the stated end, {said}"


def _vpn_part(case: _Case, span: Span) -> tuple[bool, str]:
    """Whether what is stated of VPN users agrees with the tunnel arm, and what to say of it."""
    stated = case.statement.vpn_unaffected
    if stated is None:
        return True, ""
    until = _FOR_EVER if span.ongoing or span.end_earliest is None else span.end_earliest
    tunnel = msgspec.structs.replace(case.view, networks_floor=1).during(span.onset_latest, until, arm=Arm.TUNNEL)
    if not tunnel.sufficient:
        return True, "whether VPN users were affected was not measured well enough to say"
    found = "unaffected" if tunnel.steady else "affected"
    if tunnel.steady == stated:
        return True, f"the tunnel arm was {found}, as stated ({tunnel})"
    return False, f"but the tunnel arm was {found}, other than stated ({tunnel})"


def _weigh_restricted(case: _Case) -> Finding:
    sure = [span for span in case.spans if span.surely_meets(case.bounds)]
    if sure:
        span = case.nearest(sure)
        reason = f"{case.name} was restricted at {case.said}, as stated: that began {span.onset} and {span.ending}."
        return case.find(_SUPPORTED, reason, span)
    return _without_sure_span(case, status_if_working=_CONTRADICTED)


def _weigh_open(case: _Case) -> Finding:
    covering = [span for span in case.spans if span.surely_covers(case.bounds)]
    if covering:
        span = case.nearest(covering)
        reason = f"{case.name} was restricted all through {case.said}: that began {span.onset} and {span.ending}."
        return case.find(_CONTRADICTED, reason, span)
    partly = [span for span in case.spans if span.surely_meets(case.bounds)]
    if partly:
        span = case.nearest(partly)
        reason = f"{case.name} was restricted for a part of {case.said}: that began {span.onset} and {span.ending}."
        return case.find(_UNDETERMINED, reason, span)
    return _without_sure_span(case, status_if_working=_SUPPORTED)


def _weigh_end(case: _Case) -> Finding:
    ending = [span for span in case.spans if span.may_end_within(case.bounds)]
    if ending:
        span = case.nearest(ending)
        ended = bracket_words(span.end_earliest, span.end_latest)
        return case.find(_SUPPORTED, f"A restriction of {case.name} ended {ended}, which meets {case.said}.", span)
    if case.incomplete(case.bounds[1]):
        return case.too_early()
    begun = [span for span in case.spans if span.onset_latest < case.bounds[1]]
    if begun:
        span = max(begun, key=lambda span: (span.onset_latest, span.episode.id))
        reason = f"No restriction of {case.name} ended at {case.said}: the last before it began {span.onset} and {span.ending}."
        return case.find(_CONTRADICTED, reason, span)
    return _without_sure_span(case, status_if_working=_SUPPORTED)


def _without_sure_span(case: _Case, *, status_if_working: CorroborationStatus) -> Finding:
    """The answer where no restriction was surely in force at the stated time: what the cells of that time say."""
    if case.incomplete(case.bounds[1]):
        return case.too_early()
    possible = [span for span in case.spans if span.may_meet(case.bounds)]
    if possible:
        span = case.nearest(possible)
        reason = f"Whether {case.name} was restricted at {case.said} is open: one began {span.onset} and {span.ending}."
        return case.find(_UNDETERMINED, reason, span)
    seen = case.view.during(*case.bounds)
    if seen.working:
        reason = f"{case.name} was reachable at {case.said} ({seen}), and no restriction was found then."
        return case.find(status_if_working, reason)
    return _unseen(case, case.bounds, seen)


def _unseen(case: _Case, window: Bounds, seen: Sight) -> Finding:
    time = f"from {bounds_words(window)}"
    if seen.empty:
        return case.find(_UNOBSERVABLE, f"{case.name} was not measured there {time}.")
    if not seen.covering:
        return case.find(_UNDETERMINED, f"There is too little data on {case.name} {time}: {seen}.")
    reason = f"No restriction of {case.name} was found {time}, yet it did not plainly work: {seen}."
    return case.find(_UNDETERMINED, reason)


def _for_subdivision(statement: Statement, finding: Finding) -> Finding:
    """The finding as far as a country's measurements can speak for a part of it: they support, and never contradict."""
    if statement.subdivision is None or finding.status not in (_SUPPORTED, _CONTRADICTED):
        return finding
    apart = f"what was measured of the country does not tell {statement.subdivision} apart"
    if finding.status is _SUPPORTED:
        return msgspec.structs.replace(finding, reason=f"{finding.reason.removesuffix('.')}; {apart}.")
    return Finding(status=_UNOBSERVABLE, reason=f"It speaks of a part of the country: {apart}.", episode=finding.episode)

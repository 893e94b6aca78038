"""Which rule and which words stand behind every field of a reading."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from admittance.model.documents import Action, NetworkClaim, Reading, Span

__all__ = ["Explanation", "explain"]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """One field of one record: its value, the rule that fired, the words it rests on (None: derived from the others)."""

    record: str
    field: str
    value: str
    rule: str
    span: Span | None


def explain(text: str, reading: Reading) -> list[Explanation]:
    """The fields of all records with rule and span, in the order of the records.

    ``text`` is the text that was read; a reading of another text is refused with ``ValueError``.
    """
    found: list[Explanation] = []
    for action in reading.actions:
        found += _action(action)
    for claim in reading.network_claims:
        found += _claim(claim)
    for one in found:
        if one.span is not None and text[one.span.start : one.span.end] != one.span.quote:
            raise ValueError(f"record {one.record}: the quote of {one.field} does not stand in this text")
    return found


def _action(action: Action) -> list[Explanation]:
    def line(name: str, value: object, span: Span | None) -> Explanation:
        return Explanation(record=action.id, field=name, value=str(value), rule=action.rule, span=span)

    found = [line("type", action.type, action.evidence[0])]
    found += [line(f"mentions.{one.role}", one.entity or one.surface, one.span) for one in action.mentions]
    for name, time in (("time", action.time), ("effective", action.effective), ("end", action.end)):
        if time is not UNSET:
            found.append(line(name, time.value, time.span if time.span is not UNSET else None))
    if action.deadline is not UNSET:
        found.append(line("deadline", action.deadline.status, None))
    if action.stated_reason is not UNSET and action.stated_reason is not None:
        span = action.stated_reason.span
        found.append(line("stated_reason", action.stated_reason.text, span if span is not UNSET else None))
    if action.quantity is not UNSET:
        found += [line("quantity", one.value, one.span if one.span is not UNSET else None) for one in action.quantity]
    found += [
        line("attribution", one.source or one.source_class, one.span if one.span is not UNSET else None)
        for one in action.attribution
    ]
    found.append(line("factuality", f"{action.factuality.polarity} {action.factuality.modality}", None))
    return found


def _claim(claim: NetworkClaim) -> list[Explanation]:
    def line(name: str, value: object, span: Span | None) -> Explanation:
        return Explanation(record=claim.id, field=name, value=str(value), rule=claim.rule, span=span)

    found = [line("subject", claim.subject, claim.evidence[0]), line("status", claim.status, claim.evidence[0])]
    found.append(line("onset", claim.onset.value, claim.onset.span if claim.onset.span is not UNSET else None))
    if claim.end is not UNSET:
        found.append(line("end", claim.end.value, claim.end.span if claim.end.span is not UNSET else None))
    found += [
        line("attribution", one.source or one.source_class, one.span if one.span is not UNSET else None)
        for one in claim.attribution
    ]
    found.append(line("factuality", f"{claim.factuality.polarity} {claim.factuality.modality}", None))
    return found

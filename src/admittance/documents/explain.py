"""Which rule and which words stand behind every field of a reading."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from admittance.model.documents import Action, Factuality, NetworkClaim, Reading, Span

__all__ = ["Explanation", "explain", "explanations"]


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
    found = explanations(reading)
    for one in found:
        if one.span is not None and text[one.span.start : one.span.end] != one.span.quote:
            raise ValueError(f"record {one.record}: the quote of {one.field} does not stand in this text")
    return found


def explanations(reading: Reading) -> list[Explanation]:
    """The fields of all records with rule and span, in the order of the records, unchecked."""
    found: list[Explanation] = []
    for action in reading.actions:
        found += _action(action)
    for claim in reading.network_claims:
        found += _claim(claim)
    return found


def _factuality(words: Factuality) -> str:
    hedge = f", hedged by “{words.hedge}”" if isinstance(words.hedge, str) and words.hedge else ""
    return f"{words.polarity} {words.modality}, {words.certainty}{hedge}"


def _action(action: Action) -> list[Explanation]:
    def line(name: str, value: object, span: Span | None) -> Explanation:
        return Explanation(record=action.id, field=name, value=str(value), rule=action.rule, span=span)

    found = [line("type", action.type, action.evidence[0])]
    found += [line(f"mentions.{one.role}", one.entity or one.surface, one.span) for one in action.mentions]
    for name, time in (("time", action.time), ("effective", action.effective), ("end", action.end)):
        if time is not UNSET:
            found.append(line(name, time.value, time.span if time.span is not UNSET else None))
    if action.deadline is not UNSET:
        due = action.deadline.time if action.deadline.time is not UNSET else None
        length = action.deadline.duration if isinstance(action.deadline.duration, str) else None
        words = due.span if due is not None and due.span is not UNSET else None
        found.append(line("deadline", (due.value if due is not None else None) or length or action.deadline.status, words))
    for name, value in (
        ("scope", action.scope), ("aggregate", action.aggregate), ("legal_basis", action.legal_basis),
        ("part_of", action.part_of), ("salience", action.salience),
    ):  # fmt: skip
        if value is not UNSET and value is not None:
            found.append(line(name, value, None))
    if action.stated_reason is not UNSET and action.stated_reason is not None:
        span = action.stated_reason.span
        found.append(line("stated_reason", action.stated_reason.text, span if span is not UNSET else None))
    if action.quantity is not UNSET:
        found += [line("quantity", one.value, one.span if one.span is not UNSET else None) for one in action.quantity]
    found += [
        line("attribution", one.source or one.source_class, one.span if one.span is not UNSET else None)
        for one in action.attribution
    ]
    found.append(line("factuality", _factuality(action.factuality), None))
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
    found.append(line("place", claim.place.country, None))
    for name, value in (
        ("vpn_unaffected", claim.vpn_unaffected), ("partial", claim.partial), ("symptoms", claim.symptoms),
        ("part_of", claim.part_of), ("salience", claim.salience),
    ):  # fmt: skip
        if value is not UNSET and value is not None:
            found.append(line(name, value, None))
    found.append(line("factuality", _factuality(claim.factuality), None))
    return found

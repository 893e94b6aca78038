"""Cards in brief: a line's one sentence, and which of many cards to show in full."""

from collections.abc import Sequence

from admittance.model.vocabulary import State
from admittance.surface.queries import Card, GateLine
from admittance.surface.words import day, gate_words, state_words

__all__ = ["brief", "headline", "in_full"]

ALL_IN_FULL = 5


def headline(line: GateLine) -> str:
    """A gate's line: `Network: likely blocked since 2021-03-15`, `App Store: listed as of 2021-03-26`."""
    told = state_words(line.state, line.gate)
    if line.since is not None:
        before = line.since_latest if line.since_earliest is None else None
        since = f"{day(before)} or before" if before is not None else day(line.since)
        told += f"{',' if ',' in told else ''} since {since}"
    elif line.as_of is not None and line.state is not State.INSUFFICIENT:
        told += f" as of {day(line.as_of)}"
    return f"{gate_words(line.gate, line.part)}: {told}"


def in_full(cards: Sequence[Card]) -> list[Card]:
    """The cards to show in full: all of a few; of many, those with an episode, a claim, an action or another monitor's word."""
    if len(cards) <= ALL_IN_FULL:
        return list(cards)
    return [card for card in cards if card.has_episodes or card.claims or card.actions or card.accounts]


def brief(cards: Sequence[Card]) -> list[tuple[str, list[str]]]:
    """The other cards: each combination of states in words, with the countries that have it, the most frequent first.

    Gates that nothing has measured are left out, unless that is all of them.
    """
    full = in_full(cards)
    groups: dict[str, list[str]] = {}
    for card in cards:
        if card.country is not None and card not in full:
            read = [line for line in card.gates if line.as_of is not None] or card.gates
            told = "; ".join(f"{gate_words(line.gate, line.part)}: {state_words(line.state, line.gate)}" for line in read)
            groups.setdefault(told, []).append(card.country)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
